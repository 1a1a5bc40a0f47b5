//! The calls on a state machine: what each says and does to the state.

use serde::{Deserialize, Serialize};

use crate::aws::kit::calls::calls;
use crate::aws::kit::changed;
use crate::aws::kit::settings::{Part, settings, wrapper};
use crate::aws::kit::tags::{tag_calls, tag_inputs};
use crate::aws::stepfunctions::{Logging, StateMachine};
use crate::aws::tags::{self, Tags};
use crate::text::Text;

calls! {
    /// The calls on a state machine.
    pub enum Call {
        /// Makes it.
        "states:CreateStateMachine" => Create(Box<CreateStateMachine>),
        /// Changes it.
        "states:UpdateStateMachine" => Update(Box<UpdateStateMachine>),
        /// Adds or changes tags.
        "states:TagResource" => Tag(TagResource),
        /// Removes tags.
        "states:UntagResource" => Untag(UntagResource),
        /// Deletes it.
        "states:DeleteStateMachine" => Delete(StateMachineArn),
    }
}

settings! {
    /// Input of `CreateStateMachine`.
    #[serde(rename_all = "camelCase")]
    create CreateStateMachine {
        /// The physical name.
        name: String,
        /// `STANDARD` or `EXPRESS`.
        #[serde(rename = "type")]
        machine_type: String,
        #[serde(with = "tags::lower_listed")]
        tags: Tags,
    }
    /// Input of `UpdateStateMachine`: what it leaves out is kept. AWS wants a definition or a role.
    #[serde(rename_all = "camelCase")]
    update UpdateStateMachine {
        /// Its ARN.
        state_machine_arn: String,
    }
    Settings of StateMachine {
        /// Amazon States Language.
        definition: Text = definition,
        /// The role's ARN.
        role_arn: String = role_arn,
        /// Which events it logs.
        logging_configuration: LoggingConfiguration = logging
            [serde(default, skip_serializing_if = "LoggingConfiguration::is_off")],
        tracing_configuration: TracingConfiguration = tracing,
    }
}

wrapper! {
    /// `tracingConfiguration`. The SDK leaves `enabled` out where it is false, which AWS takes for false.
    TracingConfiguration {
        /// On or off.
        enabled: bool
    }
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

impl Default for LoggingConfiguration {
    fn default() -> Self {
        Self { level: "OFF".into(), include_execution_data: false, destinations: Vec::new() }
    }
}

/// Without a destination nothing is logged.
impl Part<Option<Logging>> for LoggingConfiguration {
    fn of(logging: &Option<Logging>) -> Self {
        let Some(logging) = logging else { return Self::default() };
        let group = LogGroup { log_group_arn: logging.log_group_arn.clone() };
        Self {
            level: logging.level.clone(),
            include_execution_data: logging.include_execution_data,
            destinations: vec![LogDestination { cloud_watch_logs_log_group: group }],
        }
    }

    fn attribute(&self) -> Option<Logging> {
        let destination = self.destinations.first()?;
        Some(Logging {
            level: self.level.clone(),
            include_execution_data: self.include_execution_data,
            log_group_arn: destination.cloud_watch_logs_log_group.log_group_arn.clone(),
        })
    }
}

impl LoggingConfiguration {
    pub(super) fn is_off(&self) -> bool {
        *self == Self::default()
    }
}

/// Input of the calls that need nothing but the ARN.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StateMachineArn {
    /// Its ARN.
    pub state_machine_arn: String,
}

tag_inputs!(TagResource, UntagResource { #[serde(rename = "resourceArn")] resource_arn: String } lower_listed);
tag_calls!(Call: Tag(TagResource), Untag(UntagResource));

/// What a call does to the state.
pub fn effect(call: &Call, state: Option<StateMachine>) -> Option<StateMachine> {
    match call {
        Call::Create(input) => {
            let (machine_type, tags) = (input.machine_type.clone(), input.tags.clone());
            let mut machine = StateMachine { machine_type, tags, ..StateMachine::default() };
            input.parts().apply(&mut machine);
            Some(machine)
        }
        Call::Delete(_) => None,
        Call::Update(input) => changed(state, |machine| input.parts().apply(machine)),
        Call::Tag(input) => changed(state, |machine| input.apply(&mut machine.tags)),
        Call::Untag(input) => changed(state, |machine| input.apply(&mut machine.tags)),
    }
}
