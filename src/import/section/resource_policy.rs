//! The policy of a queue, a topic or a bucket: what of it follows from other sections, and a file for the rest.

use serde_json::Value;

use crate::aws::document::Document;
use crate::aws::{Id, Kind, Live, State};
use crate::import::Scene;

/// The kinds that bring something to others by a service of AWS.
const SENDERS: [Kind; 4] = [Kind::Topic, Kind::EventBus, Kind::EventRule, Kind::Bucket];

/// The statements that no other section brings about; none where there are no such. `is_ours` says which ones the section itself
/// makes.
pub fn rest(arn: &str, policy: &Document, is_ours: impl Fn(&Value) -> bool, scene: &Scene) -> Option<Document> {
    let rest = policy.retain(|statement| !is_ours(statement) && !is_brought(statement, arn, scene));
    (!rest.statements().is_empty()).then_some(rest)
}

/// The file of a section's policy.
pub fn file(id: &Id, section: &str, policy: &Document, scene: &Scene) -> String {
    let mut value = policy.value().clone();
    unlist(&mut value);
    let text = serde_json::to_string_pretty(&value).unwrap_or_default();
    scene.file(&format!("{section}-{}-policy.json", id.address.name), format!("{}\n", scene.arns(&text)))
}

/// True for what lets in a service for the sake of another section that sends to `arn`, and so brings such a statement itself.
fn is_brought(statement: &Value, arn: &str, scene: &Scene) -> bool {
    let is_service =
        statement["Principal"].as_object().is_some_and(|all| all.len() == 1 && all.contains_key("Service"));
    let sources = sources(&statement["Condition"]);
    let sends =
        |source: &&str| senders(scene).any(|live| is_called(live, source) && sends_to(&live.observed.state, arn));
    statement["Effect"] == "Allow" && is_service && !sources.is_empty() && sources.iter().all(sends)
}

fn senders(scene: &Scene) -> impl Iterator<Item = &Live> {
    let all = SENDERS.into_iter().flat_map(move |kind| scene.all(kind));
    all.filter(move |live| scene.is_section(&live.id.address))
}

fn is_called(live: &Live, arn: &str) -> bool {
    crate::import::stands_for::arn(&live.id).as_deref() == Some(arn)
}

/// True for what has this destination.
fn sends_to(state: &State, arn: &str) -> bool {
    match state {
        State::Topic(topic) => topic.subscriptions.iter().any(|(key, one)| {
            let dead_letter = one.redrive_policy.as_ref().map(|redrive| redrive.dead_letter_target_arn.as_str());
            key.split_once(':').map(|(_, endpoint)| endpoint) == Some(arn) || dead_letter == Some(arn)
        }),
        State::EventBus(bus) => bus.dead_letter_config.as_ref().is_some_and(|of| of.arn == arn),
        State::EventRule(rule) => rule.targets.values().any(|target| {
            let dead_letter = target.dead_letter_config.as_ref().map(|of| of.arn.as_str());
            target.arn == arn || dead_letter == Some(arn)
        }),
        State::Bucket(bucket) => bucket
            .notification_configuration
            .entries
            .values()
            .any(|one| [&one.queue_arn, &one.topic_arn].into_iter().flatten().any(|to| to == arn)),
        _ => false,
    }
}

/// The ARNs that `aws:SourceArn` is compared with.
fn sources(condition: &Value) -> Vec<&str> {
    let operators = condition.as_object().into_iter().flatten();
    let values = operators
        .filter(|(operator, _)| ["ArnEquals", "ArnLike", "StringEquals", "StringLike"].contains(&operator.as_str()));
    let keys = values.filter_map(|(_, keys)| keys.as_object()).flatten();
    let of_source = keys.filter(|(key, _)| key.eq_ignore_ascii_case("aws:SourceArn"));
    of_source
        .flat_map(|(_, value)| value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice))
        .filter_map(Value::as_str)
        .collect()
}

/// Lists of one as that one, which is how people write policies.
fn unlist(policy: &mut Value) {
    for statement in policy["Statement"].as_array_mut().into_iter().flatten() {
        for member in ["Action", "NotAction", "Resource", "NotResource"] {
            let one = statement[member].as_array().filter(|all| all.len() == 1).map(|all| all[0].clone());
            if let Some(one) = one {
                statement[member] = one;
            }
        }
    }
}
