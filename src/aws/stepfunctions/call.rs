//! The calls on a state machine: what each says, does to the state, and sends.

use aws_sdk_sfn::types;
use serde::{Deserialize, Serialize};

use crate::aws::error::{Answer, AwsError};
use crate::aws::stepfunctions::{Logging, StateMachine};
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Id};
use crate::text::Text;

/// The calls on a state machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "api", content = "input")]
pub enum Call {
    /// Makes it.
    #[serde(rename = "states:CreateStateMachine")]
    Create(Box<CreateStateMachine>),
    /// Changes it.
    #[serde(rename = "states:UpdateStateMachine")]
    Update(Box<UpdateStateMachine>),
    /// Adds or changes tags.
    #[serde(rename = "states:TagResource")]
    Tag(TagResource),
    /// Removes tags.
    #[serde(rename = "states:UntagResource")]
    Untag(UntagResource),
    /// Deletes it.
    #[serde(rename = "states:DeleteStateMachine")]
    Delete(StateMachineArn),
}

/// `loggingConfiguration`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LoggingConfiguration {
    /// `ALL`, `ERROR`, `FATAL` or `OFF`.
    pub level: String,
    /// True to log inputs and outputs too.
    pub include_execution_data: bool,
    /// One, or none where logging is off.
    pub destinations: Vec<LogDestination>,
}

/// One of `destinations`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LogDestination {
    /// A log group.
    pub cloud_watch_logs_log_group: LogGroup,
}

/// `cloudWatchLogsLogGroup`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LogGroup {
    /// Its ARN, ending in `:*`.
    pub log_group_arn: String,
}

impl LoggingConfiguration {
    /// What to send for this logging, or for none.
    pub fn of(logging: Option<&Logging>) -> Self {
        let Some(logging) = logging else {
            return Self { level: "OFF".into(), include_execution_data: false, destinations: Vec::new() };
        };
        let group = LogGroup { log_group_arn: logging.log_group_arn.clone() };
        Self {
            level: logging.level.clone(),
            include_execution_data: logging.include_execution_data,
            destinations: vec![LogDestination { cloud_watch_logs_log_group: group }],
        }
    }

    fn logging(&self) -> Option<Logging> {
        let destination = self.destinations.first()?;
        Some(Logging {
            level: self.level.clone(),
            include_execution_data: self.include_execution_data,
            log_group_arn: destination.cloud_watch_logs_log_group.log_group_arn.clone(),
        })
    }

    fn sdk(&self) -> types::LoggingConfiguration {
        let destinations = self.destinations.iter().map(|destination| {
            let arn = &destination.cloud_watch_logs_log_group.log_group_arn;
            let group = types::CloudWatchLogsLogGroup::builder().log_group_arn(arn).build();
            types::LogDestination::builder().cloud_watch_logs_log_group(group).build()
        });
        types::LoggingConfiguration::builder()
            .level(self.level.as_str().into())
            .include_execution_data(self.include_execution_data)
            .set_destinations(Some(destinations.collect()))
            .build()
    }
}

/// `tracingConfiguration`. The SDK leaves `enabled` out where it is false, which AWS takes for false.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TracingConfiguration {
    /// On or off.
    pub enabled: bool,
}

impl TracingConfiguration {
    fn sdk(self) -> types::TracingConfiguration {
        types::TracingConfiguration::builder().enabled(self.enabled).build()
    }
}

/// A tag as Step Functions writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tag {
    /// Key.
    pub key: String,
    /// Value.
    pub value: String,
}

/// Input of `CreateStateMachine`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateStateMachine {
    /// The physical name.
    pub name: String,
    /// Amazon States Language.
    pub definition: Text,
    /// The role's ARN.
    pub role_arn: String,
    /// `STANDARD` or `EXPRESS`.
    #[serde(rename = "type")]
    pub of: String,
    /// What it logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logging_configuration: Option<LoggingConfiguration>,
    /// Tracing.
    pub tracing_configuration: TracingConfiguration,
    /// Tags.
    pub tags: Vec<Tag>,
}

/// Input of `UpdateStateMachine`: what it leaves out is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateStateMachine {
    /// Its ARN.
    pub state_machine_arn: String,
    /// Another definition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<Text>,
    /// The role's ARN; AWS wants this or a definition.
    pub role_arn: String,
    /// Another logging.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logging_configuration: Option<LoggingConfiguration>,
    /// Tracing on or off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracing_configuration: Option<TracingConfiguration>,
}

/// Input of the calls that need nothing but the ARN.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StateMachineArn {
    /// Its ARN.
    pub state_machine_arn: String,
}

/// Input of `TagResource`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TagResource {
    /// Its ARN.
    pub resource_arn: String,
    /// Tags to set.
    pub tags: Vec<Tag>,
}

/// Input of `UntagResource`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UntagResource {
    /// Its ARN.
    pub resource_arn: String,
    /// Keys to remove.
    pub tag_keys: Vec<String>,
}

impl CreateStateMachine {
    /// The call that makes a state machine.
    pub fn of(id: &Id, want: &StateMachine) -> Self {
        Self {
            name: id.name.clone(),
            definition: want.definition.clone(),
            role_arn: want.role_arn.clone(),
            of: want.of.clone(),
            logging_configuration: want.logging.as_ref().map(|logging| LoggingConfiguration::of(Some(logging))),
            tracing_configuration: TracingConfiguration { enabled: want.tracing },
            tags: pairs(&want.tags),
        }
    }
}

/// What a call does to the state.
pub fn effect(call: &Call, state: Option<StateMachine>) -> Option<StateMachine> {
    match call {
        Call::Create(input) => Some(StateMachine {
            definition: input.definition.clone(),
            role_arn: input.role_arn.clone(),
            of: input.of.clone(),
            logging: input.logging_configuration.as_ref().and_then(LoggingConfiguration::logging),
            tracing: input.tracing_configuration.enabled,
            tags: input.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect(),
        }),
        Call::Delete(_) => None,
        Call::Update(input) => state.map(|machine| StateMachine {
            definition: input.definition.clone().unwrap_or(machine.definition),
            role_arn: input.role_arn.clone(),
            logging: input.logging_configuration.as_ref().map_or(machine.logging, LoggingConfiguration::logging),
            tracing: input.tracing_configuration.map_or(machine.tracing, |tracing| tracing.enabled),
            ..machine
        }),
        Call::Tag(input) => state.map(|mut machine| {
            let more: Tags = input.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect();
            tags::set(&mut machine.tags, &more);
            machine
        }),
        Call::Untag(input) => state.map(|mut machine| {
            tags::remove(&mut machine.tags, &input.tag_keys);
            machine
        }),
    }
}

/// Sends one call.
pub async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let sfn = &aws.write.sfn;
    match call {
        Call::Create(input) => create(aws, input).await,
        Call::Update(input) => {
            let api = "states:UpdateStateMachine";
            let definition = input.definition.as_ref().map(|text| crate::aws::literal(api, text)).transpose()?;
            let request = sfn.update_state_machine().state_machine_arn(&input.state_machine_arn);
            let request = request
                .set_definition(definition.map(str::to_owned))
                .role_arn(&input.role_arn)
                .set_logging_configuration(input.logging_configuration.as_ref().map(LoggingConfiguration::sdk))
                .set_tracing_configuration(input.tracing_configuration.map(TracingConfiguration::sdk));
            request.send().await.answer(api).map(drop)
        }
        Call::Tag(input) => {
            let request = sfn.tag_resource().resource_arn(&input.resource_arn).set_tags(Some(sdk_tags(&input.tags)));
            request.send().await.answer("states:TagResource").map(drop)
        }
        Call::Untag(input) => {
            let request = sfn.untag_resource().resource_arn(&input.resource_arn);
            let request = request.set_tag_keys(Some(input.tag_keys.clone()));
            request.send().await.answer("states:UntagResource").map(drop)
        }
        Call::Delete(input) => {
            let request = sfn.delete_state_machine().state_machine_arn(&input.state_machine_arn);
            request.send().await.answer("states:DeleteStateMachine").map(drop)
        }
    }
}

async fn create(aws: &Aws, input: &CreateStateMachine) -> Result<(), AwsError> {
    let api = "states:CreateStateMachine";
    let request = aws.write.sfn.create_state_machine().name(&input.name);
    let request = request
        .definition(crate::aws::literal(api, &input.definition)?)
        .role_arn(&input.role_arn)
        .r#type(input.of.as_str().into())
        .set_logging_configuration(input.logging_configuration.as_ref().map(LoggingConfiguration::sdk))
        .tracing_configuration(input.tracing_configuration.sdk())
        .set_tags(Some(sdk_tags(&input.tags)));
    request.send().await.answer(api).map(drop)
}

fn sdk_tags(tags: &[Tag]) -> Vec<types::Tag> {
    tags.iter().map(|tag| types::Tag::builder().key(&tag.key).value(&tag.value).build()).collect()
}

/// Tags as Step Functions writes them.
pub fn pairs(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() }).collect()
}
