//! `[firewall.<name>]`: WAF web ACLs in front of APIs.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::aws::Kind;
use crate::aws::wafv2::{
    Action, ActionOverride, Association, Empty, IpSet, IpSetReference, ManagedRuleGroup, OverrideAction, RateBased,
    Rule, Statement, Visibility, WebAcl, arn, stage_arn,
};
use crate::manifest::{Lowering, OnDelete, Section, api, problem};
use crate::name::{Address, Name, Owner};
use crate::text::{OutputRef, Text};

/// A web ACL.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Firewall {
    /// The APIs that it stands in front of.
    #[serde(default)]
    pub protects: Vec<Name>,
    /// What happens to requests that no rule speaks of.
    #[serde(default)]
    pub default: Default_,
    /// Requests that one address may send within the window; 10 at least.
    pub rate_limit: Option<i64>,
    /// The window of the rate limit, in seconds: 60, 120, 300 or 600.
    #[serde(default = "default_window")]
    pub rate_window: i64,
    /// AWS's rule groups, such as `AWSManagedRulesCommonRuleSet`, in the order in which they are asked.
    #[serde(default)]
    pub managed_rules: Vec<ManagedRules>,
    /// Address ranges that are let in before any other rule.
    #[serde(default)]
    pub allow_ips: Vec<String>,
    /// Address ranges that are turned away before any other rule but `allow_ips`.
    #[serde(default)]
    pub block_ips: Vec<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Tags beside the app's.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Take over existing ones of these names.
    #[serde(default)]
    pub adopt: bool,
}

/// What happens to requests that no rule speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "DefaultAction")]
pub enum Default_ {
    /// They are let in.
    #[default]
    Allow,
    /// They are turned away.
    Block,
}

/// One of AWS's rule groups.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a rule group's name, or { name = ..., exclude = [...] }")]
pub enum ManagedRules {
    /// All its rules act.
    Name(String),
    /// Some of its rules only count.
    Some(ExcludingRules),
}

/// A rule group some of whose rules only count.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExcludingRules {
    /// The group's name.
    pub name: String,
    /// The rules that only count.
    pub exclude: BTreeSet<String>,
}

fn default_window() -> i64 {
    300
}

impl ManagedRules {
    fn parts(&self) -> (&str, Vec<&String>) {
        match self {
            Self::Name(name) => (name, Vec::new()),
            Self::Some(some) => (&some.name, some.exclude.iter().collect()),
        }
    }
}

impl Section for Firewall {
    const SECTION: &'static str = "firewall";
    const ATTRIBUTES: &'static [&'static str] = &["name", "id", "arn"];

    fn address(name: &Name) -> Address {
        Address::new(Kind::WebAcl, name.clone())
    }

    fn attribute(&self, name: &Name, attribute: &str, to: &Lowering) -> Text {
        let physical = physical(to.owner, name);
        match attribute {
            "name" => physical.into(),
            "id" => OutputRef::new(&Self::address(name), "id").into(),
            _ => arn(to.site, "webacl", &Self::address(name), &physical),
        }
    }

    fn lower(&self, name: &Name, to: &mut Lowering) {
        let path = format!("firewall.{name}");
        self.check(&path, to);
        let mut needs = BTreeSet::new();
        let mut rules = Vec::new();
        for (part, ranges, action) in
            [("allow", &self.allow_ips, Action::Allow(Empty {})), ("block", &self.block_ips, Action::Block(Empty {}))]
        {
            for (version, ranges) in by_version(ranges) {
                rules.push(self.lower_set(name, &format!("{part}-{version}"), ranges, action, &path, to, &mut needs));
            }
        }
        rules.extend(self.managed_rules.iter().map(managed_rule));
        rules.extend(self.rate_limit.map(|limit| rate_rule(limit, self.rate_window)));
        for (rule, priority) in rules.iter_mut().zip(0..) {
            rule.priority = priority;
        }
        let id = to.id(Kind::WebAcl, name, physical(to.owner, name));
        let state = WebAcl {
            description: self.description.clone(),
            default_action: if self.default == Default_::Block {
                Action::Block(Empty {})
            } else {
                Action::Allow(Empty {})
            },
            rules: rules.into_iter().map(|rule| (rule.name.clone(), rule)).collect(),
            visibility_config: Visibility::on(&id.name),
            tags: to.tags(&id.address, &self.tags, OnDelete::Retain),
        };
        to.add(&path, id, state, needs, self.adopt);
        for (place, api) in self.protects.iter().enumerate() {
            lower_association(name, api, &format!("{path}.protects[{place}]"), to);
        }
    }
}

impl Firewall {
    fn check(&self, path: &str, to: &mut Lowering) {
        if self.rate_limit.is_some_and(|limit| !(10..=2_000_000_000).contains(&limit)) {
            let help = Some("write 10 to 2000000000 requests");
            to.problem(&format!("{path}.rate_limit"), "the rate limit is out of range", help);
        }
        if ![60, 120, 300, 600].contains(&self.rate_window) {
            let help = Some("choose 60, 120, 300 or 600 seconds");
            to.problem(&format!("{path}.rate_window"), "WAF has no such window", help);
        }
        if self.description.as_ref().is_some_and(|text| !(3..=256).contains(&text.chars().count())) {
            let help = Some("use 3 to 256 characters, or leave it out");
            to.problem(&format!("{path}.description"), "WAF takes no such description", help);
        }
        for (key, ranges) in [("allow_ips", &self.allow_ips), ("block_ips", &self.block_ips)] {
            for (place, range) in ranges.iter().enumerate() {
                if !range.parse::<IpNet>().is_ok_and(|net| net.trunc() == net && net.prefix_len() > 0) {
                    let help = Some("write a range such as 192.0.2.0/24, with zeros behind the prefix");
                    to.problem(&format!("{path}.{key}[{place}]"), format!("{range:?} is not an address range"), help);
                }
            }
        }
        let mut seen = BTreeSet::new();
        for (place, group) in self.managed_rules.iter().enumerate() {
            let (name, _) = group.parts();
            let word = !name.is_empty()
                && name.len() <= 128
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
            if !word || !seen.insert(name.to_owned()) {
                let help = Some("name each rule group once, such as AWSManagedRulesCommonRuleSet");
                to.problem(
                    &format!("{path}.managed_rules[{place}]"),
                    format!("{name:?} is no further rule group"),
                    help,
                );
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one rule and of where it goes")]
    fn lower_set(
        &self,
        name: &Name,
        part: &str,
        addresses: BTreeSet<String>,
        action: Action,
        path: &str,
        to: &mut Lowering,
        needs: &mut BTreeSet<Address>,
    ) -> Rule {
        let own: Name = format!("{name}-{part}").parse().unwrap_or_else(|_| name.clone());
        let id = to.id(Kind::IpSet, &own, to.owner.physical(own.as_str(), 128));
        let version = if part.ends_with("v6") { "IPV6" } else { "IPV4" }.to_owned();
        let set = arn(to.site, "ipset", &id.address, &id.name);
        needs.insert(id.address.clone());
        let tags = to.tags(&id.address, &self.tags, OnDelete::Retain);
        to.add(path, id, IpSet { version, addresses, tags }, BTreeSet::new(), self.adopt);
        let statement = Statement::IpSetReferenceStatement(IpSetReference { arn: set });
        rule(part, statement, Some(action), None)
    }
}

/// Ranges by the version of their addresses; versions without any are left out.
fn by_version(ranges: &[String]) -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut found: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for range in ranges {
        if let Ok(net) = range.parse::<IpNet>() {
            let version = if matches!(net, IpNet::V6(_)) { "v6" } else { "v4" };
            found.entry(version).or_default().insert(net.to_string());
        }
    }
    found
}

fn rule(name: &str, statement: Statement, action: Option<Action>, override_action: Option<OverrideAction>) -> Rule {
    let (name, visibility_config) = (name.to_owned(), Visibility::on(name));
    Rule { name, priority: 0, statement, action, override_action, visibility_config }
}

fn managed_rule(group: &ManagedRules) -> Rule {
    let (name, exclude) = group.parts();
    let count = |rule: &String| ActionOverride { name: rule.clone(), action_to_use: Action::Count(Empty {}) };
    let statement = ManagedRuleGroup {
        vendor_name: "AWS".into(),
        name: name.to_owned(),
        rule_action_overrides: exclude.into_iter().map(count).collect(),
    };
    rule(name, Statement::ManagedRuleGroupStatement(statement), None, Some(OverrideAction::None(Empty {})))
}

fn rate_rule(limit: i64, evaluation_window_sec: i64) -> Rule {
    let statement = RateBased { limit, evaluation_window_sec, aggregate_key_type: "IP".into() };
    rule("rate-limit", Statement::RateBasedStatement(statement), Some(Action::Block(Empty {})), None)
}

fn lower_association(firewall: &Name, protected: &Name, path: &str, to: &mut Lowering) {
    let manifest = to.manifest;
    let Some(section) = manifest.api.get(protected) else {
        let known = manifest.api.keys().map(Name::as_str);
        to.problem(path, problem::unknown("api section", protected.as_str(), known), None);
        return;
    };
    let first = manifest.firewall.iter().find(|(_, other)| other.protects.contains(protected));
    if first.is_some_and(|(name, _)| name != firewall) {
        let message = format!("another firewall protects the API {protected} already");
        to.problem(path, message, Some("a stage has one web ACL: remove the API from one of them"));
        return;
    }
    let Ok(own) = format!("{firewall}-{protected}").parse::<Name>() else {
        to.problem(path, "the names are too long together", Some("use 63 characters at most for both"));
        return;
    };
    let (acl, api_address) = (Firewall::address(firewall), api::Api::address(protected));
    let name = format!("{}/{}", api::physical(to.owner, protected), section.stage);
    let id = to.id(Kind::Association, &own, name);
    let state = Association {
        resource_arn: stage_arn(to.site, &api_address, &section.stage),
        web_acl_arn: arn(to.site, "webacl", &acl, &physical(to.owner, firewall)),
    };
    to.add(path, id, state, BTreeSet::from([acl, api_address]), false);
}

/// The physical name of a section's main resource.
pub fn physical(owner: &Owner, name: &Name) -> String {
    owner.physical(name.as_str(), 128)
}
