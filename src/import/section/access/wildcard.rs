//! Actions that stand for many, such as `dynamodb:*`: `access` lists them one by one.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::aws::iam::reference::{self, is_about};

/// The same statement with each such action as those that AWS documents and that are about its resources; `None` where it has
/// no such action, or one stands for none.
pub fn expanded(statement: &Json) -> Option<Json> {
    let actions: Vec<&str> = statement["Action"].as_array()?.iter().map(Json::as_str).collect::<Option<_>>()?;
    if !actions.iter().any(|action| is_pattern(action)) {
        return None;
    }
    let resources: Vec<&str> = statement["Resource"].as_array()?.iter().filter_map(Json::as_str).collect();
    let mut all = BTreeSet::new();
    for action in actions {
        match is_pattern(action) {
            true => all.extend(meant(action, &resources).filter(|meant| !meant.is_empty())?),
            false => drop(all.insert(action.to_owned())),
        }
    }
    let mut statement = statement.clone();
    statement["Action"] = json!(all);
    Some(statement)
}

fn is_pattern(action: &str) -> bool {
    action.contains(['*', '?'])
}

/// What a pattern stands for, on these resources.
fn meant(pattern: &str, resources: &[&str]) -> Option<BTreeSet<String>> {
    let (prefix, own) = pattern.split_once(':')?;
    let prefix = prefix.to_ascii_lowercase();
    let service = reference::service(&prefix)?;
    let is_meant = |name: &&str| {
        let action = service.action(name);
        let is_on = |action: &reference::Action| match resources {
            ["*"] => action.needs_everything(),
            _ => resources.iter().any(|arn| action.forms.iter().any(|form| is_about(form, arn))),
        };
        matches(own.as_bytes(), name.as_bytes()) && action.as_ref().is_some_and(is_on)
    };
    Some(service.names().filter(is_meant).map(|name| format!("{prefix}:{name}")).collect())
}

/// True if a text is of this pattern, in which `*` stands for anything and `?` for one character, whatever the case.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut from, mut star) = (0, 0, None);
    while from < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(one) if *one == b'?' || one.eq_ignore_ascii_case(&text[from]) => {
                at += 1;
                from += 1;
            }
            _ => match star {
                Some((of, taken)) => {
                    star = Some((of, taken + 1));
                    at = of + 1;
                    from = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actions(actions: Json, resource: &str) -> Option<Vec<String>> {
        let statement = json!({ "Effect": "Allow", "Action": actions, "Resource": [resource] });
        let all = expanded(&statement)?["Action"]
            .as_array()?
            .iter()
            .map(|one| one.as_str().unwrap_or_default().to_owned())
            .collect();
        Some(all)
    }

    #[test]
    fn a_pattern_is_what_aws_documents_for_its_resources() {
        let queue = "arn:aws:sqs:us-west-2:123456789012:jobs";
        let all = actions(json!(["sqs:*Message", "sqs:GetQueueUrl"]), queue).unwrap();
        assert_eq!(all, ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage", "sqs:SendMessage"]);
        assert!(
            !actions(json!(["sqs:*"]), queue).unwrap().contains(&"sqs:ListQueues".to_owned()),
            "it is about no queue"
        );
        assert_eq!(actions(json!(["sqs:SendMessage"]), queue), None);
        assert_eq!(actions(json!(["*"]), queue), None);
        assert_eq!(actions(json!(["sqs:Nothing*"]), queue), None);
    }

    #[test]
    fn stars_and_marks_stand_for_what_iam_says() {
        for (pattern, text, fits) in [
            ("Get*", "GetItem", true),
            ("get?tem", "GetItem", true),
            ("*Item", "BatchGetItem", true),
            ("*Get*", "BatchGetItem", true),
            ("G*m*", "GetItem", true),
            ("Get", "GetItem", false),
            ("*x", "GetItem", false),
            ("", "", true),
        ] {
            assert_eq!(matches(pattern.as_bytes(), text.as_bytes()), fits, "{pattern} {text}");
        }
    }
}
