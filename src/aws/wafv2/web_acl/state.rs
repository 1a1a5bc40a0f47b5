//! What a web ACL is.

use super::*;

/// A web ACL.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct WebAcl {
    /// What it is for.
    pub description: Option<String>,
    /// What becomes of requests that no rule decides on.
    pub default_action: Action,
    /// Rules by name.
    pub rules: BTreeMap<String, Rule>,
    /// What it shows of the requests that no rule matched.
    pub visibility_config: VisibilityConfig,
    pub tags: Tags,
}

impl WebAcl {
    /// The effect of a call on a web ACL that exists.
    pub(super) fn apply(&mut self, call: &Call) {
        match call {
            Call::Create(_) | Call::Delete(_) => {}
            Call::Update(input) => {
                self.description = input.description.clone();
                self.default_action = input.default_action.clone();
                self.rules = input.rules.clone();
                self.visibility_config = input.visibility_config.clone();
            }
            Call::Tag(input) => input.apply(&mut self.tags),
            Call::Untag(input) => input.apply(&mut self.tags),
        }
    }

    /// Equal in all that one update replaces.
    pub(super) fn same_but_for_tags(&self, other: &Self) -> bool {
        self.description == other.description
            && self.default_action == other.default_action
            && self.rules == other.rules
            && self.visibility_config == other.visibility_config
    }
}
