//! What a state machine is.

use super::*;

/// A state machine.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StateMachine {
    /// Amazon States Language, as compact JSON with sorted keys.
    pub definition: Text,
    /// The ARN of the role that it runs with.
    pub role_arn: String,
    /// `STANDARD` or `EXPRESS`.
    #[serde(rename = "type")]
    pub machine_type: String,
    /// What it logs, and where.
    pub logging: Option<Logging>,
    /// X-Ray tracing.
    pub tracing: bool,
    pub tags: Tags,
}

/// What a state machine logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Logging {
    /// `ALL`, `ERROR` or `FATAL`.
    pub level: String,
    /// True to log inputs and outputs too.
    pub include_execution_data: bool,
    /// The log group's ARN, which ends in `:*` here.
    pub log_group_arn: String,
}

/// A definition in the one form in which it is compared: AWS gives back what was sent, letter by letter.
pub fn canonical(definition: &str) -> Result<String, serde_json::Error> {
    serde_json::from_str::<Value>(definition).map(|value| value.to_string())
}
