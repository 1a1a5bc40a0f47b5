//! Which call comes next.

use super::*;

pub(super) fn next_call(id: &Id, want: Option<&Topic>, live: Option<&Topic>) -> Option<Call> {
    match (want, live) {
        (None, None) => None,
        (None, Some(_)) => Some(Call::Delete(TopicArn { topic_arn: arn(id) })),
        (Some(want), None) => Some(Call::Create(create(id, want))),
        (Some(want), Some(live)) if want.fifo_topic != live.fifo_topic => {
            Some(Call::Delete(TopicArn { topic_arn: arn(id) }))
        }
        (Some(want), Some(live)) => next_attribute(id, want, live)
            .or_else(|| next_subscriber(id, want, live))
            .or_else(|| next_subscription_attribute(id, want, live))
            .or_else(|| next_unsubscriber(id, want, live))
            .or_else(|| tags::next_call(arn(id), &want.tags, &live.tags)),
    }
}

/// What a topic is made with. How deliveries are logged can be said of one that exists alone.
fn create(id: &Id, want: &Topic) -> CreateTopic {
    let plain = Topic { fifo_topic: want.fifo_topic, ..Topic::default() };
    let fifo = want.fifo_topic.then(|| (FIFO_TOPIC.to_owned(), "true".to_owned()));
    let attributes = attributes_unlike(&arn(id), want, &plain).into_iter().chain(fifo).collect();
    CreateTopic { name: id.name.clone(), attributes, tags: want.tags.clone() }
}

/// The attributes in which `want` differs from `live`, as AWS wants them.
fn attributes_unlike(topic_arn: &str, want: &Topic, live: &Topic) -> Vec<(String, String)> {
    let mut attributes = Vec::new();
    let mut differ = |name: &str, differs: bool, value: &dyn Fn() -> String| {
        if differs {
            attributes.push((name.to_owned(), value()));
        }
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    differ(DISPLAY_NAME, want.display_name != live.display_name, &|| text(&want.display_name));
    differ(KMS_MASTER_KEY_ID, want.kms_master_key_id != live.kms_master_key_id, &|| text(&want.kms_master_key_id));
    let content = want.content_based_deduplication;
    differ(CONTENT_BASED_DEDUPLICATION, content != live.content_based_deduplication, &|| content.to_string());
    let scope = &want.fifo_throughput_scope;
    differ(FIFO_THROUGHPUT_SCOPE, *scope != live.fifo_throughput_scope, &|| scope.clone());
    let policy = || want.policy.clone().unwrap_or_else(|| policy::default(topic_arn)).to_string();
    differ(POLICY, want.policy != live.policy, &policy);
    attributes
}

fn next_attribute(id: &Id, want: &Topic, live: &Topic) -> Option<Call> {
    let topic_arn = arn(id);
    let logged = || feedback::unlike(&want.delivery_status, &live.delivery_status);
    let next = attributes_unlike(&topic_arn, want, live).into_iter().next().or_else(|| logged().into_iter().next());
    let (attribute_name, attribute_value) = next?;
    Some(Call::SetAttribute(SetTopicAttributes { topic_arn, attribute_name, attribute_value }))
}

fn next_subscriber(id: &Id, want: &Topic, live: &Topic) -> Option<Call> {
    let missing = want.subscriptions.iter().find(|(key, _)| !live.subscriptions.contains_key(*key));
    let (key, subscription) = missing?;
    let (protocol, endpoint) = key.split_once(':')?;
    Some(Call::Subscribe(Subscribe {
        topic_arn: arn(id),
        protocol: protocol.to_owned(),
        endpoint: endpoint.to_owned(),
        attributes: subscription.attributes(),
        return_subscription_arn: true,
    }))
}

fn next_subscription_attribute(id: &Id, want: &Topic, live: &Topic) -> Option<Call> {
    live.subscriptions.iter().filter(|(_, live)| !live.unconfirmed).find_map(|(key, live)| {
        let (name, attribute_value) = want.subscriptions.get(key)?.next_attribute(live)?;
        let (subscription_arn, attribute_name) = (subscription_arn(id, key), name.to_owned());
        Some(Call::SetSubscriptionAttribute(SetSubscriptionAttributes {
            subscription_arn,
            attribute_name,
            attribute_value,
        }))
    })
}

fn next_unsubscriber(id: &Id, want: &Topic, live: &Topic) -> Option<Call> {
    let mut reachable = live.subscriptions.iter().filter(|(_, live)| !live.unconfirmed);
    let (key, _) = reachable.find(|(key, _)| !want.subscriptions.contains_key(*key))?;
    Some(Call::Unsubscribe(Unsubscribe { subscription_arn: subscription_arn(id, key) }))
}
