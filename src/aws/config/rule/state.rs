//! What a rule is.

use super::*;

/// A rule.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Rule {
    /// Which of AWS's rules it is, such as `IAM_ROLE_MANAGED_POLICY_CHECK`.
    pub source_identifier: String,
    /// The rule's parameters.
    pub input_parameters: BTreeMap<String, String>,
    /// Which resources it judges; all that the rule is about where this is empty.
    pub scope: Scope,
    /// How often it runs, if periodically; `None`: every [`DEFAULT_FREQUENCY`].
    pub maximum_execution_frequency: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    pub tags: Tags,
}

/// How often a periodic rule runs where nobody asked for another frequency.
pub const DEFAULT_FREQUENCY: &str = "TwentyFour_Hours";

/// Which resources a rule judges. A part of AWS's input too.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Scope {
    /// Those of these types.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub compliance_resource_types: BTreeSet<String>,
    /// Those with this tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag_key: Option<String>,
    /// Those with this value of that tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag_value: Option<String>,
    /// The one with this id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compliance_resource_id: Option<String>,
}
