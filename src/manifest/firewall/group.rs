//! Managed rule groups.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::action::Action;
use super::check::faults;
use super::rule::is_metric_of_wafs;
use super::source::Source;
use super::{Firewall, is_rule_name};
use crate::aws::wafv2::{Json, Object, Rule};
use crate::manifest::{Cursor, Section, problem};
use crate::name::Name;
use crate::text::Text;

/// AWS's rule groups that this release knows: of these nobody has to ask whether there are any.
const KNOWN: [&str; 15] = [
    "AWSManagedRulesACFPRuleSet",
    "AWSManagedRulesATPRuleSet",
    "AWSManagedRulesAdminProtectionRuleSet",
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesAnonymousIpList",
    "AWSManagedRulesAntiDDoSRuleSet",
    "AWSManagedRulesBotControlRuleSet",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesLinuxRuleSet",
    "AWSManagedRulesPHPRuleSet",
    "AWSManagedRulesSQLiRuleSet",
    "AWSManagedRulesUnixRuleSet",
    "AWSManagedRulesWindowsRuleSet",
    "AWSManagedRulesWordPressRuleSet",
];

/// AWS's rule groups that do nothing, or are refused, without a configuration.
const CONFIGURED: [&str; 3] =
    ["AWSManagedRulesACFPRuleSet", "AWSManagedRulesATPRuleSet", "AWSManagedRulesAntiDDoSRuleSet"];

/// Whose groups are named without a vendor.
const AWS: &str = "AWS";

/// A vendor's rule group.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a rule group's name, or { name = ..., exclude = [...] }")]
pub enum ManagedRules {
    /// All its rules act.
    Name(String),
    /// It is configured, or some of its rules act otherwise.
    Group(Box<Group>),
}

/// A managed rule group with settings of its own.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ManagedRuleGroup")]
pub struct Group {
    /// The group's name.
    pub name: String,
    /// Its vendor: `AWS`, or an AWS Marketplace vendor to whose group the account is subscribed.
    #[serde(default = "aws")]
    pub vendor: String,
    /// Its version, such as `Version_1.18`. Default: the vendor's default version.
    pub version: Option<String>,
    /// The rules that only count matching requests.
    #[serde(default)]
    pub exclude: BTreeSet<String>,
    /// Actions of individual rules, by their names, in place of the group's own.
    #[serde(default)]
    pub actions: BTreeMap<String, Action>,
    /// True: matching requests are only counted, whatever the actions of its rules.
    #[serde(default)]
    pub count: bool,
    /// Which requests it inspects: a statement as in WAF's API.
    pub scope_down: Option<Source>,
    /// Its configurations, such as `{ AWSManagedRulesBotControlRuleSet = { InspectionLevel = "COMMON" } }`.
    #[serde(default)]
    pub configs: Vec<Source>,
}

fn aws() -> String {
    AWS.into()
}

impl ManagedRules {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Name(name) => name,
            Self::Group(group) => &group.name,
        }
    }

    fn group(&self) -> Option<&Group> {
        match self {
            Self::Name(_) => None,
            Self::Group(group) => Some(group),
        }
    }

    fn vendor(&self) -> &str {
        self.group().map_or(AWS, |group| &group.vendor)
    }

    /// True if this release does not know it.
    pub(super) fn is_unknown(&self) -> bool {
        self.vendor() == AWS && !KNOWN.contains(&self.name())
    }

    /// True if WAF is to be asked about it.
    pub(super) fn is_particular(&self) -> bool {
        self.group().is_some_and(|group| {
            group.vendor != AWS
                || group.version.is_some()
                || group.scope_down.is_some()
                || !group.configs.is_empty()
                || !group.actions.is_empty()
        })
    }

    /// The files that it names.
    pub(super) fn files(&self) -> impl Iterator<Item = &String> {
        let sources = self.group().into_iter().flat_map(|group| group.scope_down.iter().chain(&group.configs));
        sources.filter_map(Source::file)
    }

    /// The rule that asks the group.
    pub(super) fn rule(&self, priority: i64, here: &Cursor) -> Rule {
        let name = self.name();
        let mut statement = Object::from([
            ("VendorName".to_owned(), Text::from(self.vendor()).into()),
            ("Name".to_owned(), Text::from(name).into()),
        ]);
        let mut override_action = json!({"None": {}});
        if let Some(group) = self.group() {
            group.add_to(&mut statement, here);
            if group.count {
                override_action = json!({"Count": {}});
            }
        }
        Rule::named(
            name,
            [
                ("Priority", Json::of(&json!(priority))),
                ("Statement", Json::one("ManagedRuleGroupStatement", Json::Object(statement))),
                ("OverrideAction", Json::of(&override_action)),
            ],
        )
    }
}

impl Group {
    fn add_to(&self, statement: &mut Object, here: &Cursor) {
        let mut add = |member: &str, value: Json| drop(statement.insert(member.to_owned(), value));
        if let Some(version) = &self.version {
            add("Version", here.at("version").text(version).into());
        }
        let counted = self.exclude.iter().map(|rule| (rule, Action::Count));
        let overrides = counted.chain(self.actions.iter().map(|(rule, action)| (rule, *action)));
        let overrides = overrides.map(|(rule, action)| json!({"Name": rule, "ActionToUse": action.json()}));
        add("RuleActionOverrides", Json::of(&overrides.collect::<Value>()));
        if let Some(scope) = self.scope_down.as_ref().and_then(|one| one.lower("Statement", &here.at("scope_down"))) {
            add("ScopeDownStatement", scope);
        }
        let configs = here.at("configs");
        let configs = configs.each(&self.configs).filter_map(|(here, one)| one.lower("ManagedRuleGroupConfig", &here));
        add("ManagedRuleGroupConfigs", Json::List(configs.collect()));
    }
}

impl Firewall {
    /// Reports what WAF would refuse of the groups; `taken` are the names of the rules that are none.
    pub(super) fn check_groups(&self, firewall: &Name, taken: &[&str], here: &Cursor) {
        let mut seen: BTreeSet<&str> = taken.iter().copied().collect();
        for (here, group) in here.each(&self.managed_rules) {
            let name = group.name();
            warn_of_group(group, firewall, &here);
            if !is_rule_name(name) {
                let help =
                    Some("write the name of one of AWS's managed rule groups, such as AWSManagedRulesCommonRuleSet");
                here.problem(format!("{name:?} is not the name of a rule group"), help);
            } else if is_metric_of_wafs(name) {
                here.problem(
                    format!("{name} is reserved for a metric of WAF"),
                    Some("name one of AWS's managed rule groups"),
                );
            } else if !seen.insert(name) {
                here.problem(format!("there is a rule {name:?} already"), Some("name each rule group once"));
            }
            if let Some(group) = group.group() {
                group.check(&here);
            }
        }
    }
}

impl Group {
    fn check(&self, here: &Cursor) {
        let help = Some("write the name of a rule in the group, such as SizeRestrictions_BODY");
        for rule in self.exclude.iter().filter(|rule| !is_rule_name(rule)) {
            here.at("exclude").problem(format!("{rule:?} is not the name of a rule"), help);
        }
        for rule in self.actions.keys() {
            let here = here.at("actions").at(rule);
            if !is_rule_name(rule) {
                here.problem(format!("{rule:?} is not the name of a rule"), help);
            } else if self.exclude.contains(rule) {
                here.problem(format!("the rule {rule} is excluded as well"), Some("set its action only once"));
            }
        }
        if let Some(version) = &self.version {
            for fault in faults("VersionKeyString", &json!(version)) {
                here.at("version").problem(fault.message, fault.help.as_deref());
            }
        }
        if self.vendor.trim().is_empty() {
            here.at("vendor").problem("a rule group must have a vendor", Some("write AWS, or the vendor's name"));
        }
    }
}

/// Warns of a group that needs a configuration, and of one that WAF does not offer, where it was asked: what it offers
/// differs from day to day, so a plan says nothing of that.
fn warn_of_group(group: &ManagedRules, firewall: &Name, here: &Cursor) {
    let name = group.name();
    if group.vendor() != AWS {
        return;
    }
    if CONFIGURED.contains(&name) && group.group().is_none_or(|group| group.configs.is_empty()) {
        let message = format!("the rule group {name} needs a configuration");
        let help = format!("write it as configs = [{{ {name} = {{ ... }} }}]");
        here.warn(&Firewall::address(firewall), message, &help);
    }
    if let Some(offered) = here.sources.rule_groups.as_ref().filter(|offered| !offered.contains(name)) {
        let message = problem::unknown("AWS managed rule group", name, offered.iter().map(String::as_str));
        here.advise(
            message,
            "write the name of one of AWS's managed rule groups, as ListAvailableManagedRuleGroups reports it",
        );
    }
}
