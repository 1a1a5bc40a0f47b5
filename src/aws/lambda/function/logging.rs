//! How a function's logs are written, and to which log group.
//!
//! An update keeps what its `LoggingConfig` leaves out, so it contains all of it. AWS accepts levels only with JSON,
//! and uses a default if none is set.

use aws_sdk_lambda::types;
use serde::{Deserialize, Serialize};

const TEXT: &str = "Text";

/// `LoggingConfig`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct LoggingConfig {
    /// `Text` or `JSON`.
    pub log_format: String,
    /// The lowest level at which the code's messages are logged, such as `INFO`; none with text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_log_level: Option<String>,
    /// The least that is logged of what Lambda says; none with text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_log_level: Option<String>,
    /// The log group; `None` in a state: the one that bears the function's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_group: Option<String>,
}

impl Default for LoggingConfig {
    fn default() -> Self {
        Self { log_format: TEXT.into(), application_log_level: None, system_log_level: None, log_group: None }
    }
}

/// The name of the log group that Lambda writes to where no other is asked for.
fn own_group(function: &str) -> String {
    format!("/aws/lambda/{function}")
}

impl LoggingConfig {
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// What an update says: the group by its name.
    pub(super) fn naming_its_group(self, function: &str) -> Self {
        Self { log_group: self.log_group.or_else(|| Some(own_group(function))), ..self }
    }

    /// What a state says: no group where it is the function's own.
    pub fn without_own_group(self, function: &str) -> Self {
        Self { log_group: self.log_group.filter(|group| *group != own_group(function)), ..self }
    }

    /// What AWS reports.
    pub(super) fn of(live: Option<&types::LoggingConfig>, function: &str) -> Self {
        let Some(live) = live else { return Self::default() };
        let log_format = live.log_format().map_or(TEXT, |format| format.as_str()).to_owned();
        let read = Self {
            log_format,
            application_log_level: live.application_log_level().map(|level| level.as_str().to_owned()),
            system_log_level: live.system_log_level().map(|level| level.as_str().to_owned()),
            log_group: live.log_group().map(str::to_owned),
        };
        read.without_own_group(function)
    }

    pub(super) fn sdk(&self) -> types::LoggingConfig {
        types::LoggingConfig::builder()
            .log_format(self.log_format.as_str().into())
            .set_application_log_level(self.application_log_level.as_deref().map(Into::into))
            .set_system_log_level(self.system_log_level.as_deref().map(Into::into))
            .set_log_group(self.log_group.clone())
            .build()
    }
}
