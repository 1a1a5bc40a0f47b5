//! What a schedule is. It contains AWS's defaults, since an update must contain them too.

use super::*;

/// What AWS does with a schedule that is done: nothing.
pub const KEPT: &str = "NONE";
/// Its time zone where none is given.
pub const UTC: &str = "UTC";
/// A schedule that fires.
pub const ENABLED: &str = "ENABLED";
/// A schedule that does not.
pub const DISABLED: &str = "DISABLED";
/// How often AWS tries again where nothing else is said.
pub const MOST_RETRIES: i32 = 185;
/// For how many seconds.
pub const LONGEST_AGE: i32 = 86_400;

/// A schedule.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Schedule {
    /// `cron(...)`, `rate(...)` or `at(...)`.
    pub schedule_expression: String,
    /// The IANA name of the zone that the expression is in.
    pub schedule_expression_timezone: String,
    /// From when it may fire, such as `2026-12-24T18:00:00Z`.
    pub start_date: Option<String>,
    /// Until when.
    pub end_date: Option<String>,
    pub flexible_time_window: FlexibleTimeWindow,
    pub target: Target,
    /// [`ENABLED`] or [`DISABLED`].
    pub state: String,
    pub description: Option<String>,
    /// The ARN of the key that encrypts its input; `None`: one that AWS owns.
    pub kms_key_arn: Option<String>,
    /// What AWS does with it when it is done: [`KEPT`], or `DELETE`.
    pub action_after_completion: String,
}

/// How much later than its time it may fire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct FlexibleTimeWindow {
    /// `OFF`, or `FLEXIBLE`.
    pub mode: String,
    /// In minutes, where it is flexible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum_window_in_minutes: Option<i32>,
}

/// What it calls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Target {
    /// Of a function, state machine, queue, topic or event bus.
    pub arn: String,
    /// The role that it calls it with.
    pub role_arn: String,
    /// What it hands over, as JSON; `None`: what AWS makes of the schedule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<Text>,
    pub retry_policy: RetryPolicy,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dead_letter_config: Option<DeadLetterConfig>,
    /// Of a FIFO queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sqs_parameters: Option<SqsParameters>,
    /// Of an event bus.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_bridge_parameters: Option<EventBridgeParameters>,
}

/// How long and how often it tries again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RetryPolicy {
    /// For so many seconds.
    pub maximum_event_age_in_seconds: i32,
    /// So often.
    pub maximum_retry_attempts: i32,
}

/// Where what has failed for good goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeadLetterConfig {
    /// The ARN of a standard queue.
    pub arn: String,
}

/// What a FIFO queue needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SqsParameters {
    /// The group in which its messages keep their order.
    pub message_group_id: String,
}

/// What an event needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct EventBridgeParameters {
    /// Its `detail-type`.
    pub detail_type: String,
    /// Its `source`.
    pub source: String,
}

impl FlexibleTimeWindow {
    /// So many minutes, or none.
    pub fn of(minutes: Option<i32>) -> Self {
        let mode = if minutes.is_some() { "FLEXIBLE" } else { "OFF" };
        Self { mode: mode.into(), maximum_window_in_minutes: minutes }
    }
}

impl Default for RetryPolicy {
    /// What AWS fills in.
    fn default() -> Self {
        Self { maximum_event_age_in_seconds: LONGEST_AGE, maximum_retry_attempts: MOST_RETRIES }
    }
}
