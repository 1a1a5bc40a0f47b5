//! Topic policies: AWS's default one, and the one that lets alarms publish.

use serde_json::{Value, json};

use crate::aws::document::Document;
use crate::name::Site;

/// What a topic's own account may do with it, by AWS's default.
const OWNER_ACTIONS: [&str; 8] = [
    "SNS:AddPermission",
    "SNS:DeleteTopic",
    "SNS:GetTopicAttributes",
    "SNS:ListSubscriptionsByTopic",
    "SNS:Publish",
    "SNS:RemovePermission",
    "SNS:SetTopicAttributes",
    "SNS:Subscribe",
];

/// In the default policy of topics that were made long ago.
const OLD_ACTION: &str = "SNS:Receive";

/// The policy that AWS gives a topic for which nobody asks for one.
pub fn default(topic_arn: &str) -> Document {
    let account = account_of(topic_arn);
    Document::from(json!({
        "Version": "2008-10-17",
        "Id": "__default_policy_ID",
        "Statement": [{
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": OWNER_ACTIONS,
            "Resource": topic_arn,
            "Condition": {"StringEquals": {"AWS:SourceOwner": account}},
        }],
    }))
}

/// True for AWS's default policy. Its list of actions has changed over the years, so any choice of them will do.
pub fn is_default(policy: &Document, topic_arn: &str) -> bool {
    let known = |action: &Value| action.as_str().is_some_and(|a| OWNER_ACTIONS.contains(&a) || a == OLD_ACTION);
    let listed = policy.statements().first().and_then(|statement| statement["Action"].as_array());
    let Some(actions) = listed.filter(|actions| !actions.is_empty() && actions.iter().all(known)) else {
        return false;
    };
    let mut expected = Value::from(default(topic_arn));
    expected["Statement"][0]["Action"] = actions.clone().into();
    *policy.value() == expected
}

/// The default's rights for the account itself, and CloudWatch alarms of that account may publish.
pub fn for_alarms(site: &Site, topic_arn: &str) -> Document {
    letting_in(site, topic_arn, vec![alarms(site, topic_arn)])
}

/// The default's rights for the account itself, and these statements.
pub fn letting_in(site: &Site, topic_arn: &str, statements: Vec<Value>) -> Document {
    let owner = json!({
        "Sid": "Owner",
        "Effect": "Allow",
        "Principal": {"AWS": site.global_arn("iam", "root")},
        "Action": OWNER_ACTIONS,
        "Resource": topic_arn,
    });
    Document::new(std::iter::once(owner).chain(statements).collect())
}

/// The statement that lets CloudWatch alarms of the account publish.
pub fn alarms(site: &Site, topic_arn: &str) -> Value {
    json!({
        "Sid": "Alarms",
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "SNS:Publish",
        "Resource": topic_arn,
        "Condition": {"StringEquals": {"aws:SourceAccount": site.account}},
    })
}

fn account_of(topic_arn: &str) -> &str {
    topic_arn.split(':').nth(4).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:sns:us-west-2:123456789012:t";

    #[test]
    fn the_default_policy_is_told_from_one_that_somebody_wrote() {
        assert!(is_default(&default(ARN), ARN));
        let change = |pointer: &str, value: Value| {
            let mut policy = Value::from(default(ARN));
            *policy.pointer_mut(pointer).unwrap() = value;
            is_default(&Document::from(policy), ARN)
        };
        assert!(change("/Statement/0/Action", json!(["SNS:Publish", "SNS:Receive", "SNS:Subscribe"])));
        assert!(!change("/Statement/0/Action", json!(["SNS:Publish", "SNS:*"])));
        assert!(!change("/Statement/0/Action", json!([])));
        assert!(!change("/Statement/0/Condition/StringEquals/AWS:SourceOwner", json!("999999999999")));
        assert!(!change("/Statement/0/Resource", json!("arn:aws:sns:us-west-2:123456789012:other")));
        assert!(!change("/Statement", json!([])));
        assert!(!is_default(&Document::from(json!("text")), ARN));
    }
}
