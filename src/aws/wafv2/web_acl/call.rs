//! The calls on a web ACL.

use serde::{Deserialize, Serialize};

use super::*;
use crate::aws::kit::calls::calls;
use crate::aws::kit::tags::tag_calls;

calls! {
    /// The calls on a web ACL.
    pub enum Call {
        /// Makes the web ACL.
        "wafv2:CreateWebACL" => Create(Box<CreateWebAcl>),
        /// Replaces all of it but its tags.
        "wafv2:UpdateWebACL" => Update(Box<UpdateWebAcl>),
        /// Adds or changes tags.
        "wafv2:TagResource" => Tag(TagResource),
        /// Removes tags.
        "wafv2:UntagResource" => Untag(UntagResource),
        /// Sets where its log goes.
        "wafv2:PutLoggingConfiguration" => PutLogging(PutLoggingConfiguration),
        /// Ends its log.
        "wafv2:DeleteLoggingConfiguration" => DeleteLogging(DeleteLoggingConfiguration),
        /// Deletes the web ACL.
        "wafv2:DeleteWebACL" => Delete(Locked),
    }
}

tag_calls!(Call: Tag(TagResource), Untag(UntagResource));

/// Input of `CreateWebACL`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateWebAcl {
    pub(super) name: String,
    pub(super) scope: String,
    #[serde(deserialize_with = "rule::known::default_action")]
    pub(super) default_action: Json,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    #[serde(with = "rule::rules")]
    pub(super) rules: BTreeMap<String, Rule>,
    pub(super) visibility_config: VisibilityConfig,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) custom_response_bodies: BTreeMap<String, Json>,
    #[serde(with = "tags::listed")]
    pub(super) tags: Tags,
}

/// Input of `UpdateWebACL`: what is left out is erased.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateWebAcl {
    pub(super) name: String,
    pub(super) scope: String,
    pub(super) id: Text,
    #[serde(deserialize_with = "rule::known::default_action")]
    pub(super) default_action: Json,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    #[serde(with = "rule::rules")]
    pub(super) rules: BTreeMap<String, Rule>,
    pub(super) visibility_config: VisibilityConfig,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) custom_response_bodies: BTreeMap<String, Json>,
    pub(super) lock_token: Text,
}

/// Input of `PutLoggingConfiguration`: what is left out is erased.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutLoggingConfiguration {
    pub(super) logging_configuration: Logged,
}

/// The log of one web ACL.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Logged {
    pub(super) resource_arn: Text,
    pub(super) log_destination_configs: Vec<Text>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) redacted_fields: Vec<Json>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) logging_filter: Option<Json>,
}

/// Input of `DeleteLoggingConfiguration`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteLoggingConfiguration {
    pub(super) resource_arn: Text,
}

impl PutLoggingConfiguration {
    pub(super) fn of(resource_arn: Text, want: &LoggingConfiguration) -> Self {
        let LoggingConfiguration { log_destination_configs, redacted_fields, logging_filter } = want.clone();
        Self {
            logging_configuration: Logged { resource_arn, log_destination_configs, redacted_fields, logging_filter },
        }
    }
}

impl Logged {
    pub(super) fn logging(&self) -> LoggingConfiguration {
        let Self { log_destination_configs, redacted_fields, logging_filter, .. } = self.clone();
        LoggingConfiguration { log_destination_configs, redacted_fields, logging_filter }
    }
}

impl CreateWebAcl {
    pub(super) fn of(id: &Id, want: &WebAcl) -> Self {
        Self {
            name: id.name.clone(),
            scope: REGIONAL.into(),
            default_action: want.default_action.clone(),
            description: want.description.clone(),
            rules: want.rules.clone(),
            visibility_config: want.visibility_config.clone(),
            custom_response_bodies: want.custom_response_bodies.clone(),
            tags: want.tags.clone(),
        }
    }

    /// The web ACL that it makes.
    pub(super) fn state(&self) -> WebAcl {
        WebAcl {
            description: self.description.clone(),
            default_action: self.default_action.clone(),
            rules: self.rules.clone(),
            visibility_config: self.visibility_config.clone(),
            custom_response_bodies: self.custom_response_bodies.clone(),
            logging_configuration: None,
            tags: self.tags.clone(),
        }
    }
}

impl Call {
    /// The rules that it sends, if it sends any.
    pub fn rules(&self) -> Option<&BTreeMap<String, Rule>> {
        match self {
            Self::Create(input) => Some(&input.rules),
            Self::Update(input) => Some(&input.rules),
            _ => None,
        }
    }
}

impl UpdateWebAcl {
    pub(super) fn of(id: &Id, want: &WebAcl) -> Self {
        Self {
            name: id.name.clone(),
            scope: REGIONAL.into(),
            id: made_up_id(id),
            default_action: want.default_action.clone(),
            description: want.description.clone(),
            rules: want.rules.clone(),
            visibility_config: want.visibility_config.clone(),
            custom_response_bodies: want.custom_response_bodies.clone(),
            lock_token: lock_token(id),
        }
    }
}
