//! `[firewall.<name>]`: WAF web ACLs in front of APIs.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::aws::Kind;
use crate::aws::wafv2::{
    Action, AggregateKey, Association, IpSet, IpSetReference, ManagedRuleGroup, RateBased, Rule, Statement,
    VisibilityConfig, WebAcl, arn, stage_arn,
};
use crate::manifest::{Cursor, OnDelete, Section, names, problem};
use crate::name::{Address, Name, shorten};
use crate::text::{OutputRef, Text};

/// The longest name of a web ACL or an IP set.
const LONGEST_NAME: usize = 128;

/// The most ranges that an IP set can hold.
const LARGEST_SET: usize = 10_000;

/// The rule that limits each address.
const RATE_RULE: &str = "rate-limit";

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

/// AWS's rule groups that do nothing, or are refused, without a configuration, which no section has a place for.
const CONFIGURED: [&str; 3] =
    ["AWSManagedRulesACFPRuleSet", "AWSManagedRulesATPRuleSet", "AWSManagedRulesAntiDDoSRuleSet"];

/// The rules that are no rule group, by name.
const OWN_RULES: [&str; 5] = ["allow-v4", "allow-v6", "block-v4", "block-v6", RATE_RULE];

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
    fn name(&self) -> &str {
        match self {
            Self::Name(name) => name,
            Self::Some(some) => &some.name,
        }
    }

    fn excluded(&self) -> impl Iterator<Item = &String> {
        let some = match self {
            Self::Name(_) => None,
            Self::Some(some) => Some(&some.exclude),
        };
        some.into_iter().flatten()
    }

    fn statement(&self) -> ManagedRuleGroup {
        ManagedRuleGroup::of_aws(self.name(), self.excluded().cloned())
    }
}

impl Section for Firewall {
    const SECTION: &'static str = "firewall";
    const ATTRIBUTES: &'static [&'static str] = &["name", "id", "arn"];

    fn address(name: &Name) -> Address {
        names::firewall::address(name)
    }

    fn attribute(&self, name: &Name, attribute: &str, here: &Cursor) -> Text {
        let physical = names::firewall::physical(here.owner, name);
        match attribute {
            "name" => physical.into(),
            "id" => OutputRef::new(&Self::address(name), "id").into(),
            _ => arn(here.site, "webacl", &Self::address(name), &physical),
        }
    }

    fn lower(&self, name: &Name, here: &Cursor) {
        self.check(name, here);
        let sets = self.lower_sets(name, here);
        let id = here.id(Kind::WebAcl, name, names::firewall::physical(here.owner, name));
        let state = WebAcl {
            description: self.description.clone(),
            default_action: match self.default {
                Default_::Allow => Action::Allow {},
                Default_::Block => Action::Block {},
            },
            rules: self.rules(&sets),
            visibility_config: VisibilityConfig::full(&id.name),
            tags: here.tags(&id.address, &self.tags, OnDelete::Retain),
        };
        sets.into_iter().for_each(|set| here.need(set.address));
        here.add(id, state, self.adopt);
        for (place, api) in self.protects.iter().enumerate() {
            self.lower_association(name, api, place, &here.at("protects").nth(place).apart());
        }
    }
}

/// An IP set that a rule refers to.
struct Set {
    /// The rule's name, such as `allow-v4`.
    rule: String,
    action: Action,
    address: Address,
    arn: Text,
}

impl Firewall {
    /// True if it names a rule group that this release does not know.
    pub fn has_unknown_rule_groups(&self) -> bool {
        self.managed_rules.iter().any(|group| !KNOWN.contains(&group.name()))
    }

    /// One set for each list and IP version that has any ranges.
    fn lower_sets(&self, name: &Name, here: &Cursor) -> Vec<Set> {
        let mut sets = Vec::new();
        for (list, ranges, action) in
            [("allow", &self.allow_ips, Action::Allow {}), ("block", &self.block_ips, Action::Block {})]
        {
            for (version, addresses) in by_version(ranges) {
                let rule = format!("{list}-{}", if version == "IPV6" { "v6" } else { "v4" });
                let Some(own) = part_name(name, &rule, here) else { continue };
                let id = here.id(Kind::IpSet, &own, here.owner.physical(&format!("{name}-{rule}"), LONGEST_NAME));
                let (address, arn) = (id.address.clone(), arn(here.site, "ipset", &id.address, &id.name));
                let tags = here.tags(&address, &self.tags, OnDelete::Retain);
                let set = IpSet { ip_address_version: version.into(), addresses, description: None, tags };
                here.apart().add(id, set, self.adopt);
                sets.push(Set { rule, action: action.clone(), address, arn });
            }
        }
        sets
    }

    /// The rules in the order in which they are asked: allowed and blocked addresses, AWS's groups, the limit.
    fn rules(&self, sets: &[Set]) -> BTreeMap<String, Rule> {
        let mut priorities = 0..;
        let mut next = || priorities.next().unwrap_or_default();
        let mut rules = BTreeMap::new();
        for set in sets {
            let statement = Statement::IPSetReferenceStatement(IpSetReference { arn: set.arn.clone() });
            rules.insert(set.rule.clone(), Rule::new(&set.rule, next(), statement, set.action.clone()));
        }
        for group in &self.managed_rules {
            rules.insert(group.name().to_owned(), Rule::group(group.name(), next(), group.statement()));
        }
        if let Some(limit) = self.rate_limit {
            let (evaluation_window_sec, aggregate_key_type) = (self.rate_window, AggregateKey::Ip);
            let rate = RateBased { limit, evaluation_window_sec, aggregate_key_type };
            let rule = Rule::new(RATE_RULE, next(), Statement::RateBasedStatement(rate), Action::Block {});
            rules.insert(RATE_RULE.into(), rule);
        }
        rules
    }

    fn lower_association(&self, firewall: &Name, protected: &Name, place: usize, here: &Cursor) {
        let Some(section) = here.known("api", protected, &here.manifest.api) else { return };
        let first = here.manifest.firewall.iter().find(|(_, other)| other.protects.contains(protected));
        let again = self.protects[..place].contains(protected);
        if let Some((other, _)) = first.filter(|(other, _)| again || *other != firewall) {
            let message = format!("the firewall {other} protects the API {protected} already");
            here.problem(message, Some("a stage has one web ACL: name the API once"));
            return;
        }
        let Some(own) = part_name(firewall, protected.as_str(), here) else { return };
        let (acl, api) = (Self::address(firewall), names::api::address(protected));
        let id = here.id(
            Kind::Association,
            &own,
            format!("{}/{}", names::api::physical(here.owner, protected), section.stage),
        );
        let state = Association {
            resource_arn: stage_arn(here.site, &api, &section.stage),
            web_acl_arn: arn(here.site, "webacl", &acl, &names::firewall::physical(here.owner, firewall)),
        };
        here.need(acl);
        here.need(api);
        here.add(id, state, false);
    }

    /// Reports everything that WAF would refuse.
    fn check(&self, name: &Name, here: &Cursor) {
        if let Some(limit) = self.rate_limit.filter(|limit| !(10..=2_000_000_000).contains(limit)) {
            let help = Some("write 10 to 2000000000 requests");
            here.at("rate_limit").problem(format!("a rate limit of {limit} is out of range"), help);
        }
        if ![60, 120, 300, 600].contains(&self.rate_window) {
            let message = format!("WAF has no window of {} seconds", self.rate_window);
            here.at("rate_window").problem(message, Some("choose 60, 120, 300 or 600"));
        }
        if self.description.as_ref().is_some_and(|text| !is_description(text)) {
            let help = "use 3 to 256 letters, digits, `_+=:#@/-,.` and spaces within, or leave it out";
            here.at("description").problem("WAF takes no such description", Some(help));
        }
        check_ranges(&self.allow_ips, &here.at("allow_ips"));
        check_ranges(&self.block_ips, &here.at("block_ips"));
        self.check_groups(name, &here.at("managed_rules"));
    }

    fn check_groups(&self, firewall: &Name, here: &Cursor) {
        let mut seen: BTreeSet<&str> = OWN_RULES.into();
        for (here, group) in here.each(&self.managed_rules) {
            let name = group.name();
            warn_of_group(name, firewall, &here);
            if !is_rule_name(name) {
                let help = Some("write the name of one of AWS's rule groups, such as AWSManagedRulesCommonRuleSet");
                here.problem(format!("{name:?} is not the name of a rule group"), help);
            } else if !seen.insert(name) {
                here.problem(format!("there is a rule {name:?} already"), Some("name each rule group once"));
            }
            for rule in group.excluded().filter(|rule| !is_rule_name(rule)) {
                let help = Some("write the name of a rule of the group, such as SizeRestrictions_BODY");
                here.at("exclude").problem(format!("{rule:?} is not the name of a rule"), help);
            }
        }
    }
}

/// Warns of a group that needs more than a section can say, and of one that WAF does not offer, where it was asked: what it
/// offers differs from day to day, so a plan says nothing of that.
fn warn_of_group(name: &str, firewall: &Name, here: &Cursor) {
    if CONFIGURED.contains(&name) {
        let message = format!("the rule group {name} needs a configuration, which no section has a place for");
        here.warn(&Firewall::address(firewall), message, "leave it out, or configure it by hand and not here");
    }
    if let Some(offered) = here.sources.rule_groups.as_ref().filter(|offered| !offered.contains(name)) {
        let message = problem::unknown("rule group of AWS", name, offered.iter().map(String::as_str));
        here.advise(
            message,
            "write the name of one of AWS's rule groups, as ListAvailableManagedRuleGroups reports it",
        );
    }
}

fn check_ranges(ranges: &[String], here: &Cursor) {
    if ranges.len() > LARGEST_SET {
        here.problem(format!("there are {} ranges", ranges.len()), Some("WAF takes 10000 at most"));
    }
    let help = "write it as 192.0.2.0/24, 192.0.2.7/32 or 2001:db8::/32";
    for (here, range) in here.each(ranges) {
        match range.parse::<IpNet>() {
            Err(_) => here.problem(format!("{range:?} is not an address range"), Some(help)),
            Ok(net) if net.prefix_len() == 0 => {
                let help = "choose the firewall's default instead";
                here.problem(format!("WAF takes no range of all addresses, {range}"), Some(help));
            }
            Ok(net) if net.trunc() != net => {
                let message = format!("{range} has digits behind its prefix; did you mean {}?", net.trunc());
                here.problem(message, Some(help));
            }
            Ok(_) => {}
        }
    }
}

/// Ranges by the version of their addresses; versions without any are left out.
fn by_version(ranges: &[String]) -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut found: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for net in ranges.iter().filter_map(|range| range.parse::<IpNet>().ok()) {
        let version = if net.addr().is_ipv6() { "IPV6" } else { "IPV4" };
        found.entry(version).or_default().insert(net.to_string());
    }
    found
}

/// The name of something that belongs to a firewall, shortened where both names together are too long.
fn part_name(firewall: &Name, part: &str, here: &Cursor) -> Option<Name> {
    let name = shorten(&format!("{firewall}-{part}"), 64).parse();
    name.map_err(|error| here.problem(format!("{error}"), None)).ok()
}

fn is_rule_name(name: &str) -> bool {
    (1..=128).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}

/// WAF's own pattern, which wants three characters and no space at either end.
fn is_description(text: &str) -> bool {
    let within = |b: u8| b.is_ascii_alphanumeric() || b"_+=:#@/-,. ".contains(&b);
    (3..=256).contains(&text.len()) && text.trim() == text && text.bytes().all(within)
}

#[cfg(test)]
mod tests;
