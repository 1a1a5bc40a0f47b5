//! What a web ACL is.

use super::*;

/// A web ACL.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct WebAcl {
    /// What it is for.
    pub description: Option<String>,
    /// The default action: `{"Allow": {}}` or `{"Block": {}}`, possibly with a custom response.
    pub default_action: Json,
    /// Rules by name.
    pub rules: BTreeMap<String, Rule>,
    /// What it shows of the requests that no rule matched.
    pub visibility_config: VisibilityConfig,
    /// Answers to blocked requests, by the keys that actions name them by.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub custom_response_bodies: BTreeMap<String, Json>,
    /// Where its log is written. Default: no log is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logging_configuration: Option<LoggingConfiguration>,
    pub tags: Tags,
}

/// Where the log of a web ACL goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct LoggingConfiguration {
    /// The ARN of a log group or of a delivery stream.
    pub log_destination_configs: Vec<Text>,
    /// What is replaced by `REDACTED`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redacted_fields: Vec<Json>,
    /// Which requests are in it; all of them without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logging_filter: Option<Json>,
}

impl WebAcl {
    /// Which parts it has that are read by a call of their own.
    pub fn parts(&self) -> Vec<&'static str> {
        self.logging_configuration.iter().map(|_| parts::LOGGING).collect()
    }

    /// The effect of a call on a web ACL that exists.
    pub(super) fn apply(&mut self, call: &Call) {
        match call {
            Call::Create(_) | Call::Delete(_) => {}
            Call::Update(input) => {
                self.description = input.description.clone();
                self.default_action = input.default_action.clone();
                self.rules = input.rules.clone();
                self.visibility_config = input.visibility_config.clone();
                self.custom_response_bodies = input.custom_response_bodies.clone();
            }
            Call::Tag(input) => input.apply(&mut self.tags),
            Call::Untag(input) => input.apply(&mut self.tags),
            Call::PutLogging(input) => self.logging_configuration = Some(input.logging_configuration.logging()),
            Call::DeleteLogging(_) => self.logging_configuration = None,
        }
    }

    /// Equal in all that one update replaces.
    pub(super) fn same_but_for_tags_and_logging(&self, other: &Self) -> bool {
        self.description == other.description
            && self.default_action == other.default_action
            && self.rules == other.rules
            && self.visibility_config == other.visibility_config
            && self.custom_response_bodies == other.custom_response_bodies
    }
}
