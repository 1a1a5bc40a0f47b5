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
    pub(super) default_action: Action,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    #[serde(with = "rule::rules")]
    pub(super) rules: BTreeMap<String, Rule>,
    pub(super) visibility_config: VisibilityConfig,
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
    pub(super) default_action: Action,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    #[serde(with = "rule::rules")]
    pub(super) rules: BTreeMap<String, Rule>,
    pub(super) visibility_config: VisibilityConfig,
    pub(super) lock_token: Text,
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
            tags: self.tags.clone(),
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
            lock_token: lock_token(id),
        }
    }
}
