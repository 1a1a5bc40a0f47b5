//! The policy of a queue, a topic or a bucket: what of it follows from other sections, and a file for the rest.

use serde_json::Value;

use crate::aws::document::Document;
use crate::aws::{Id, Kind};
use crate::import::Scene;

/// The kinds that bring something to others by a service of AWS.
const SENDERS: [Kind; 3] = [Kind::Topic, Kind::EventRule, Kind::Bucket];

/// The file with the statements that no other section brings about; none where there are no such.
pub fn file(id: &Id, section: &str, policy: &Document, is_ours: impl Fn(&Value) -> bool, scene: &Scene) -> Option<String> {
    let rest = policy.retain(|statement| !is_ours(statement) && !is_brought(statement, scene));
    if rest.statements().is_empty() {
        return None;
    }
    let mut value = rest.value().clone();
    unlist(&mut value);
    let text = serde_json::to_string_pretty(&value).unwrap_or_default();
    Some(scene.file(&format!("{section}-{}-policy.json", id.address.name), format!("{}\n", scene.arns(&text))))
}

/// True for what lets in a service for the sake of another section, which then brings such a statement itself.
fn is_brought(statement: &Value, scene: &Scene) -> bool {
    let is_service = statement["Principal"].as_object().is_some_and(|all| all.len() == 1 && all.contains_key("Service"));
    let sources = || sources(&statement["Condition"]);
    let of_section = |arn: &str| SENDERS.into_iter().any(|kind| scene.section_of(kind, arn).is_some());
    statement["Effect"] == "Allow" && is_service && !sources().is_empty() && sources().into_iter().all(of_section)
}

/// The ARNs that `aws:SourceArn` is compared with.
fn sources(condition: &Value) -> Vec<&str> {
    let operators = condition.as_object().into_iter().flatten();
    let values = operators.filter(|(operator, _)| ["ArnEquals", "ArnLike", "StringEquals", "StringLike"].contains(&operator.as_str()));
    let keys = values.filter_map(|(_, keys)| keys.as_object()).flatten();
    let of_source = keys.filter(|(key, _)| key.eq_ignore_ascii_case("aws:SourceArn"));
    of_source.flat_map(|(_, value)| value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)).filter_map(Value::as_str).collect()
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
