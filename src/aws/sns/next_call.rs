//! Which call comes next.

use super::*;

pub(super) fn next_call(id: &Id, want: Option<&Topic>, live: Option<&Topic>) -> Option<Call> {
    match (want, live) {
        (None, None) => None,
        (None, Some(_)) => Some(Call::Delete(TopicArn { topic_arn: arn(id) })),
        (Some(want), None) => Some(Call::Create(create(id, want))),
        (Some(want), Some(live)) => next_attribute(id, want, live)
            .or_else(|| next_subscriber(id, want, live))
            .or_else(|| next_subscription_attribute(id, want, live))
            .or_else(|| next_unsubscriber(id, want, live))
            .or_else(|| tags::next_call(arn(id), &want.tags, &live.tags)),
    }
}

fn create(id: &Id, want: &Topic) -> CreateTopic {
    let attributes = attributes_unlike(&arn(id), want, &Topic::default());
    let attributes = attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    CreateTopic { name: id.name.clone(), attributes, tags: want.tags.clone() }
}

/// The attributes in which `want` differs from `live`, as AWS wants them.
fn attributes_unlike(topic_arn: &str, want: &Topic, live: &Topic) -> Vec<(&'static str, String)> {
    let mut attributes = Vec::new();
    if want.display_name != live.display_name {
        attributes.push((DISPLAY_NAME, want.display_name.clone().unwrap_or_default()));
    }
    if want.kms_master_key_id != live.kms_master_key_id {
        attributes.push((KMS_MASTER_KEY_ID, want.kms_master_key_id.clone().unwrap_or_default()));
    }
    if want.policy != live.policy {
        let document = want.policy.clone().unwrap_or_else(|| policy::default(topic_arn));
        attributes.push((POLICY, document.to_string()));
    }
    attributes
}

fn next_attribute(id: &Id, want: &Topic, live: &Topic) -> Option<Call> {
    let topic_arn = arn(id);
    let (name, attribute_value) = attributes_unlike(&topic_arn, want, live).into_iter().next()?;
    Some(Call::SetAttribute(SetTopicAttributes { topic_arn, attribute_name: name.to_owned(), attribute_value }))
}

fn next_subscriber(id: &Id, want: &Topic, live: &Topic) -> Option<Call> {
    let missing = want.subscriptions.iter().find(|(key, _)| !live.subscriptions.contains_key(*key));
    let (key, subscription) = missing?;
    let (protocol, endpoint) = key.split_once(':')?;
    let attributes = subscription.attributes_unlike(&Subscription::default());
    Some(Call::Subscribe(Subscribe {
        topic_arn: arn(id),
        protocol: protocol.to_owned(),
        endpoint: endpoint.to_owned(),
        attributes: attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        return_subscription_arn: true,
    }))
}

fn next_subscription_attribute(id: &Id, want: &Topic, live: &Topic) -> Option<Call> {
    live.subscriptions.iter().filter(|(_, live)| !live.unconfirmed).find_map(|(key, live)| {
        let (name, attribute_value) = want.subscriptions.get(key)?.attributes_unlike(live).into_iter().next()?;
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
