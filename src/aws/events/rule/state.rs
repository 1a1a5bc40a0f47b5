//! What a rule is.

use super::*;

/// A rule with its targets.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Rule {
    /// What it is for.
    pub description: Option<String>,
    /// Which events it takes, as compact JSON with sorted keys. Empty only where somebody else has taken it away.
    pub event_pattern: Text,
    /// `ENABLED`, or `DISABLED`: it takes no event.
    pub state: String,
    /// Where events go, by the id of the target.
    pub targets: BTreeMap<String, Target>,
    pub tags: Tags,
}

/// Where a rule sends events, and what of them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Target {
    /// The receiver's ARN.
    pub arn: String,
    /// The ARN of the role that a receiver without a policy of its own asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    /// JSON that is sent in the place of the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<Text>,
    /// The part of the event that is sent, such as `$.detail`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_path: Option<String>,
    /// What is made of the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_transformer: Option<InputTransformer>,
    /// The group of messages in a FIFO queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sqs_parameters: Option<SqsParameters>,
    /// Where events go that cannot be delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dead_letter_config: Option<DeadLetterConfig>,
    /// How often and how long AWS tries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_policy: Option<RetryPolicy>,
}

/// How an event is transformed before it is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct InputTransformer {
    /// Parts of the event, by the names that the template has for them.
    #[serde(default)]
    pub input_paths_map: BTreeMap<String, String>,
    /// What is sent, with `<name>` for a part.
    pub input_template: Text,
}

/// What a target that is a FIFO queue says more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SqsParameters {
    /// The group of its messages.
    pub message_group_id: String,
}

/// How often and how long AWS tries. What is AWS's default is not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RetryPolicy {
    /// At most so often, after the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum_retry_attempts: Option<i32>,
    /// In seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum_event_age_in_seconds: Option<i32>,
}

impl RetryPolicy {
    /// Tries that AWS makes by default.
    pub const ATTEMPTS: i32 = 185;
    /// Seconds for which AWS tries by default: a day.
    pub const AGE: i32 = 86_400;

    /// `None` where both are AWS's defaults.
    pub fn of(attempts: Option<i32>, age: Option<i32>) -> Option<Self> {
        let policy = Self {
            maximum_retry_attempts: attempts.filter(|attempts| *attempts != Self::ATTEMPTS),
            maximum_event_age_in_seconds: age.filter(|age| *age != Self::AGE),
        };
        (policy != Self::default()).then_some(policy)
    }
}
