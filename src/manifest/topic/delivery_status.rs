//! How a topic's deliveries are logged.
//!
//! The role is given by its ARN, as in AWS's attributes: SNS writes to log groups of its own, whose names contain the
//! account and the topic, and most accounts have one role for all of their topics.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::aws::sns::Feedback;
use crate::manifest::Cursor;

/// How deliveries are logged in CloudWatch Logs, by protocol.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryStatus {
    /// To mobile devices.
    pub application: Option<DeliveryLog>,
    /// To Firehose.
    pub firehose: Option<DeliveryLog>,
    /// To URLs.
    pub http: Option<DeliveryLog>,
    /// To functions.
    pub lambda: Option<DeliveryLog>,
    /// To queues.
    pub sqs: Option<DeliveryLog>,
}

/// How deliveries over one protocol are logged: all failures, and some of the successes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryLog {
    /// The ARN of a role that SNS may assume and that is allowed to write logs.
    pub role: String,
    /// The percentage of successes that are logged, from 0 to 100. 0: only failures.
    #[serde(default)]
    pub success_percent: i32,
}

impl DeliveryStatus {
    /// As AWS's attributes begin with the protocols.
    pub(super) fn lower(&self, here: &Cursor) -> BTreeMap<String, Feedback> {
        let protocols = [
            ("Application", "application", &self.application),
            ("Firehose", "firehose", &self.firehose),
            ("HTTP", "http", &self.http),
            ("Lambda", "lambda", &self.lambda),
            ("SQS", "sqs", &self.sqs),
        ];
        let given = protocols.into_iter().filter_map(|(aws, field, log)| Some((aws, field, log.as_ref()?)));
        given.map(|(aws, field, log)| (aws.to_owned(), log.lower(&here.at(field)))).collect()
    }
}

impl DeliveryLog {
    fn lower(&self, here: &Cursor) -> Feedback {
        let role = here.at("role").literal(&self.role);
        if !(role.starts_with("arn:") && role.contains(":iam::") && role.contains(":role/")) {
            let help = "write the ARN of a role that sns.amazonaws.com may assume: arn:aws:iam::<account>:role/<name>";
            here.at("role").problem(format!("{role:?} is not the ARN of a role"), Some(help));
        }
        here.check_range("success_percent", self.success_percent, 0..=100);
        Feedback {
            failure_feedback_role_arn: Some(role.clone()),
            success_feedback_role_arn: (self.success_percent > 0).then_some(role),
            success_feedback_sample_rate: self.success_percent,
        }
    }
}
