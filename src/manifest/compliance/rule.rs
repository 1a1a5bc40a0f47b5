//! `[compliance.rule.<name>]`: AWS's managed rules.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::aws::config::rule::DEFAULT_FREQUENCY;
use crate::aws::{Kind, config};
use crate::manifest::{Cursor, OnDelete, names};
use crate::name::Name;

/// The characters that a rule's parameters can have, written as JSON.
const PARAMETERS: usize = 1024;

/// The types of resources that a rule's scope can have.
const RESOURCE_TYPES: usize = 100;

/// The managed rule that says which policies roles must have, and its parameter, without which AWS refuses it.
const ROLE_POLICY_CHECK: &str = "IAM_ROLE_MANAGED_POLICY_CHECK";
const ROLE_POLICIES: &str = "managedPolicyArns";

/// One of AWS's managed rules.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ComplianceRule")]
pub struct Rule {
    /// The rule's name in AWS. Default: made of the app, the stage and the section's name.
    pub name: Option<String>,
    /// The identifier of the managed rule, such as `IAM_ROLE_MANAGED_POLICY_CHECK`.
    pub managed_rule: String,
    /// Its parameters, as strings.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// What it evaluates. Default: everything that it can.
    pub scope: Option<RuleScope>,
    /// How often a periodic rule runs; leave it out for a rule that is triggered by changes.
    pub frequency: Option<Frequency>,
    /// What it is for.
    pub description: Option<String>,
    /// Tags in addition to the app's.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Takes over an existing rule of this name.
    #[serde(default)]
    pub adopt: bool,
}

/// What a rule evaluates: resources of some types, or resources with a tag.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleScope {
    /// Types such as `AWS::IAM::Role`.
    #[serde(default)]
    pub resource_types: BTreeSet<String>,
    /// The id of one resource, with a single type.
    pub resource_id: Option<String>,
    /// Resources with this tag.
    pub tag_key: Option<String>,
    /// The value of that tag.
    pub tag_value: Option<String>,
}

/// How often a periodic rule runs.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[allow(missing_docs, reason = "each variant is the time of its name")]
pub enum Frequency {
    #[serde(rename = "1h")]
    OneHour,
    #[serde(rename = "3h")]
    ThreeHours,
    #[serde(rename = "6h")]
    SixHours,
    #[serde(rename = "12h")]
    TwelveHours,
    #[serde(rename = "24h")]
    TwentyFourHours,
}

impl Frequency {
    fn lower(self) -> &'static str {
        match self {
            Self::OneHour => "One_Hour",
            Self::ThreeHours => "Three_Hours",
            Self::SixHours => "Six_Hours",
            Self::TwelveHours => "Twelve_Hours",
            Self::TwentyFourHours => "TwentyFour_Hours",
        }
    }
}

/// True for a rule that only changes trigger, as `fixtures/aws/config_rules.py` takes them out of AWS's guide. Of one that
/// is newer than that, nothing is known.
fn runs_on_change(identifier: &str) -> bool {
    include_str!("on_change.txt").lines().any(|known| known == identifier)
}

impl Rule {
    /// Adds the rule to what is wanted, and reports its problems.
    pub fn lower(&self, name: &Name, here: &Cursor) {
        self.check(here);
        let input_parameters = self.lower_parameters(&here.at("parameters"));
        let often = self.frequency.map(Frequency::lower).filter(|often| *often != DEFAULT_FREQUENCY);
        let id = here.id(Kind::Rule, name, names::compliance_rule::physical(here.owner, name));
        let state = config::Rule {
            source_identifier: self.managed_rule.clone(),
            description: self.description.clone(),
            input_parameters,
            scope: self.scope.as_ref().map(RuleScope::lower).unwrap_or_default(),
            maximum_execution_frequency: often.map(str::to_owned),
            tags: here.tags(&id.address, &self.tags, OnDelete::Retain),
        };
        here.add(id, state, self.adopt);
    }

    fn check(&self, here: &Cursor) {
        let word =
            |text: &str| text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b"_-".contains(&b));
        if self.managed_rule.is_empty() || !word(&self.managed_rule) {
            let help = Some("write its identifier in capitals, such as IAM_ROLE_MANAGED_POLICY_CHECK");
            here.at("managed_rule").problem(format!("{:?} is not a managed rule", self.managed_rule), help);
        }
        if self.description.as_ref().is_some_and(|text| text.is_empty() || text.chars().count() > 256) {
            let help = Some("use 1 to 256 characters, or leave it out");
            here.at("description").problem("AWS Config does not accept this description", help);
        }
        if self.frequency.is_some() && runs_on_change(&self.managed_rule) {
            let message = format!("{} is triggered by changes, and does not run periodically", self.managed_rule);
            here.at("frequency")
                .problem(message, Some("remove frequency: AWS Config accepts it only for periodic rules"));
        }
        if let Some(scope) = &self.scope {
            scope.check(&here.at("scope"));
        }
    }

    fn lower_parameters(&self, here: &Cursor) -> BTreeMap<String, String> {
        let filled = self.parameters.iter().map(|(name, value)| {
            let value = here.at(name).literal(value);
            (name.clone(), value)
        });
        let filled: BTreeMap<_, _> = filled.collect();
        if json!(filled).to_string().chars().count() > PARAMETERS {
            let message = format!("AWS Config accepts at most {PARAMETERS} characters of parameters, written as JSON");
            here.problem(message, Some("split them over two rules"));
        }
        if self.managed_rule == ROLE_POLICY_CHECK && !self.parameters.contains_key(ROLE_POLICIES) {
            let message = format!("{ROLE_POLICY_CHECK} needs the parameter {ROLE_POLICIES}");
            here.problem(message, Some("list the ARNs of the managed policies, separated by commas"));
        }
        filled
    }
}

impl RuleScope {
    fn lower(&self) -> config::Scope {
        config::Scope {
            compliance_resource_types: self.resource_types.clone(),
            tag_key: self.tag_key.clone(),
            tag_value: self.tag_value.clone(),
            compliance_resource_id: self.resource_id.clone(),
        }
    }

    fn check(&self, here: &Cursor) {
        let (by_type, by_tag) = (!self.resource_types.is_empty(), self.tag_key.is_some());
        let fits = by_type != by_tag
            && (self.tag_value.is_none() || by_tag)
            && (self.resource_id.is_none() || self.resource_types.len() == 1);
        if !fits {
            let help = Some("give resource_types (with resource_id if there is one), or tag_key (with tag_value)");
            here.problem("a scope is either by type or by tag", help);
        }
        let wrong = self.resource_types.iter().find(|of| !is_type(of));
        if let Some(of) = wrong {
            let help = Some("write the type as AWS does, such as AWS::IAM::Role");
            here.at("resource_types").problem(format!("{of:?} is not a type of resource"), help);
        }
        if self.resource_types.len() > RESOURCE_TYPES {
            let message = format!("a scope can have at most {RESOURCE_TYPES} types");
            here.at("resource_types").problem(message, Some("leave the scope out, or split the rule"));
        }
        let too_long = |text: &Option<String>, limit| {
            text.as_ref().is_some_and(|text: &String| text.is_empty() || text.chars().count() > limit)
        };
        if too_long(&self.tag_key, 128) || too_long(&self.tag_value, 256) || too_long(&self.resource_id, 768) {
            let help = Some("a key has 1 to 128 characters, a value 1 to 256, a resource's id 1 to 768");
            here.problem("AWS Config does not accept this text in a scope", help);
        }
    }
}

/// True for the form `AWS::Service::Type`.
fn is_type(text: &str) -> bool {
    let parts: Vec<&str> = text.split("::").collect();
    let word = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric());
    parts.len() == 3 && parts.iter().all(word)
}
