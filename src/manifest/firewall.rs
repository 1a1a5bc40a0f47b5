//! `[firewall.<name>]`: WAF web ACLs in front of APIs.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::aws::Kind;
use crate::aws::wafv2::{IpSet, Json, Rule, VisibilityConfig, WebAcl, arn, parts};
use crate::manifest::{Cursor, OnDelete, Section, names};
use crate::name::{Address, Name, shorten};
use crate::text::{OutputRef, Text};

pub mod action;
mod check;
mod fault;
pub mod group;
pub mod log;
mod own;
mod protected;
pub mod rate;
mod rule;
pub mod source;

use action::{Action, CustomResponse, ResponseBody};
use group::ManagedRules;
use log::Logging;
use rate::{ForwardedIp, RateKey};
use source::Source;

/// The longest name of a web ACL or an IP set.
const LONGEST_NAME: usize = 128;

/// The most ranges that an IP set can hold.
const LARGEST_SET: usize = 10_000;

/// The rule that limits each address.
const RATE_RULE: &str = "rate-limit";

/// The rules that are no rule group, by name.
const OWN_RULES: [&str; 5] = ["allow-v4", "allow-v6", "block-v4", "block-v6", RATE_RULE];

/// A web ACL.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Firewall {
    /// The web ACL's name in AWS. Default: made of the app, the stage and the section's name.
    pub name: Option<String>,
    /// The REST APIs that it protects.
    #[serde(default)]
    pub protects: Vec<Name>,
    /// What else it protects: ARNs of Application Load Balancers, AppSync APIs and Cognito user pools.
    #[serde(default)]
    pub resource_arns: Vec<String>,
    /// The scope of the web ACL: `regional`, the only one that is supported.
    pub scope: Option<String>,
    /// What happens to requests that no rule matches.
    #[serde(default)]
    pub default: Default_,
    /// The response to requests that the default action, `block_ips` or the rate limit blocks. Default: 403.
    pub custom_response: Option<CustomResponse>,
    /// Bodies of responses to blocked requests, by the keys by which actions refer to them.
    #[serde(default)]
    pub custom_response_bodies: BTreeMap<String, ResponseBody>,
    /// How many requests with the same key are allowed within the window; at least 10. The key is the address, unless
    /// `rate_keys` names others.
    pub rate_limit: Option<i64>,
    /// The window of the rate limit, in seconds: 60, 120, 300 or 600.
    #[serde(default = "default_window")]
    pub rate_window: i64,
    /// The keys by which requests are counted separately: `ip`, `forwarded_ip`, `uri_path`, `http_method`,
    /// `query_string`, `asn`, `ja3_fingerprint`, `ja4_fingerprint`, `{ header = "x-api-key" }`, `{ cookie = ... }`, `{
    /// query_argument = ... }`, `{ label_namespace = ... }`; or `constant` alone. Five at most.
    #[serde(default)]
    pub rate_keys: Vec<RateKey>,
    /// Which requests are counted: a statement as in WAF's API.
    pub rate_scope_down: Option<Source>,
    /// What happens to requests beyond the limit.
    #[serde(default)]
    pub rate_action: Action,
    /// The header from which `forwarded_ip` is read.
    pub forwarded_ip: Option<ForwardedIp>,
    /// Managed rule groups, such as `AWSManagedRulesCommonRuleSet`, in the order in which they are evaluated.
    #[serde(default)]
    pub managed_rules: Vec<ManagedRules>,
    /// Rules of your own: a list of rules as in WAF's API, in a JSON file or here.
    pub rules: Option<Source>,
    /// The priority of the first rule that this section creates by itself; the others follow it.
    #[serde(default)]
    pub priority: i32,
    /// Where its log is written. Default: no log is written.
    pub logging: Option<Logging>,
    /// Address ranges that are allowed before any other rule.
    #[serde(default)]
    pub allow_ips: Vec<String>,
    /// Address ranges that are blocked before any other rule except `allow_ips`.
    #[serde(default)]
    pub block_ips: Vec<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Tags in addition to the app's.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Takes over existing resources of these names.
    #[serde(default)]
    pub adopt: bool,
}

/// What happens to requests that no rule matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "DefaultAction")]
pub enum Default_ {
    /// They are allowed.
    #[default]
    Allow,
    /// They are blocked.
    Block,
}

fn default_window() -> i64 {
    300
}

impl Section for Firewall {
    const SECTION: &'static str = "firewall";
    const ATTRIBUTES: &'static [&'static str] = &["name", "id", "arn"];

    fn address(name: &Name) -> Address {
        names::firewall::address(name)
    }

    fn own_name(&self) -> Option<String> {
        self.name.clone()
    }

    fn attribute(&self, name: &Name, attribute: &str, here: &Cursor) -> Text {
        let physical = names::firewall::physical(here.owner, name);
        match attribute {
            "name" => physical.into(),
            "id" => OutputRef::new(&Self::address(name), "id").into(),
            _ => arn(here.site, "webacl", &Self::address(name), &physical),
        }
    }

    fn files(&self) -> Vec<String> {
        let sources = [&self.rules, &self.rate_scope_down, &self.logging.as_ref().and_then(|log| log.filter.clone())];
        let own = sources.into_iter().flatten().filter_map(|source| source.file().cloned());
        own.chain(self.managed_rules.iter().flat_map(ManagedRules::files).cloned()).collect()
    }

    fn lower(&self, name: &Name, here: &Cursor) {
        self.check(name, here);
        let sets = self.lower_sets(name, here);
        let id = here.id(Kind::WebAcl, name, names::firewall::physical(here.owner, name));
        let mut tags = here.tags(&id.address, &self.tags, OnDelete::Retain);
        let logging = self.logging.as_ref().map(|_| parts::LOGGING);
        parts::mark(&mut tags, self.resource_words().into_iter().chain(logging).collect());
        if tags.len() > 50 {
            let help = "remove one: the program adds tags of its own";
            here.at("tags").problem(format!("with the program's own there are {} tags of 50", tags.len()), Some(help));
        }
        let state = WebAcl {
            description: self.description.clone(),
            default_action: match self.default {
                Default_::Allow => Json::of(&json!({"Allow": {}})),
                Default_::Block => self.block(),
            },
            rules: self.rules(&sets, here),
            visibility_config: VisibilityConfig::full(&id.name),
            custom_response_bodies: self.bodies(here),
            logging_configuration: self.lower_logging(name, here),
            tags,
        };
        sets.into_iter().for_each(|set| here.need(set.address));
        here.add(id, state, self.adopt);
        for (place, api) in self.protects.iter().enumerate() {
            self.lower_association(name, api, place, &here.at("protects").nth(place).apart());
        }
        for place in 0..self.resource_arns.len() {
            self.lower_resource(name, place, &here.at("resource_arns").nth(place).apart());
        }
    }
}

/// An IP set that a rule refers to.
struct Set {
    /// The rule's name, such as `allow-v4`.
    rule: String,
    action: Json,
    address: Address,
    arn: Text,
}

impl Firewall {
    /// True if it names a rule group that this release does not know.
    pub fn has_unknown_rule_groups(&self) -> bool {
        self.managed_rules.iter().any(ManagedRules::is_unknown)
    }

    /// True if only WAF can say whether something that it names exists, and how much of its capacity it takes.
    pub fn is_particular(&self) -> bool {
        self.rules.is_some() || self.has_particular_rate() || self.managed_rules.iter().any(ManagedRules::is_particular)
    }

    /// The file of its own rules, if they are in one.
    pub fn rules_file(&self) -> Option<&String> {
        self.rules.as_ref().and_then(Source::file)
    }

    /// One set for each list and IP version that has any ranges.
    fn lower_sets(&self, name: &Name, here: &Cursor) -> Vec<Set> {
        let mut sets = Vec::new();
        for (list, ranges, action) in
            [("allow", &self.allow_ips, Json::of(&Action::Allow.json())), ("block", &self.block_ips, self.block())]
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

    /// The rules in the order in which they are asked, which for its own is: allowed and blocked addresses, vendors' groups, the
    /// limit.
    fn rules(&self, sets: &[Set], here: &Cursor) -> BTreeMap<String, Rule> {
        let mut priorities = i64::from(self.priority)..;
        let mut next = || priorities.next().unwrap_or_default();
        let mut rules = BTreeMap::new();
        for set in sets {
            let reference = Json::one("ARN", set.arn.clone().into());
            let members = [
                ("Priority", Json::of(&json!(next()))),
                ("Statement", Json::one("IPSetReferenceStatement", reference)),
                ("Action", set.action.clone()),
            ];
            rules.insert(set.rule.clone(), Rule::named(&set.rule, members));
        }
        for (here, group) in here.at("managed_rules").each(&self.managed_rules) {
            rules.insert(group.name().to_owned(), group.rule(next(), &here));
        }
        if let Some(limit) = self.rate_limit {
            rules.insert(RATE_RULE.into(), self.rate_rule(limit, next(), here));
        }
        self.check_priorities(rules.len(), &here.at("priority"));
        let own = self.own_rules(&rules, here);
        rules.extend(own);
        rules
    }

    /// Reports rules of the section's own, this many, that would go on beyond the greatest priority.
    fn check_priorities(&self, count: usize, here: &Cursor) {
        let last = i64::from(self.priority) + i64::try_from(count).unwrap_or(i64::from(i32::MAX)) - 1;
        if last > i64::from(i32::MAX) {
            let help = format!("write {} or less", i64::from(self.priority) - (last - i64::from(i32::MAX)));
            let message = format!("the section's {count} rules would reach the priority {last}, above {}", i32::MAX);
            here.problem(message, Some(&help));
        }
    }

    /// Reports everything that WAF would refuse.
    fn check(&self, name: &Name, here: &Cursor) {
        self.check_rate(here);
        self.check_response(here);
        if self.priority < 0 {
            here.at("priority").problem("a priority cannot be negative", Some("write 0 or more"));
        }
        check_scope(self.scope.as_deref(), &here.at("scope"));
        if self.description.as_ref().is_some_and(|text| !is_description(text)) {
            let help = "use 3 to 256 letters, digits, `_+=:#@/-,.` and spaces in between, or leave it out";
            here.at("description").problem("WAF does not accept this description", Some(help));
        }
        check_ranges(&self.allow_ips, &here.at("allow_ips"));
        check_ranges(&self.block_ips, &here.at("block_ips"));
        self.check_groups(name, &OWN_RULES, &here.at("managed_rules"));
    }
}

/// Web ACLs of the other scope are made in another region, and distributions name them themselves.
fn check_scope(scope: Option<&str>, here: &Cursor) {
    let help = "leave it out: web ACLs here are for REST APIs, load balancers, AppSync APIs and user pools";
    match scope.map(str::to_ascii_lowercase).as_deref() {
        None | Some("regional") => {}
        Some("cloudfront") => {
            let message = "web ACLs for CloudFront are not supported: they exist only in us-east-1, and the manifest \
                           has no distributions";
            here.problem(message, Some(help));
        }
        Some(_) => here.problem("this is not a scope of WAF", Some(help)),
    }
}

fn check_ranges(ranges: &[String], here: &Cursor) {
    if ranges.len() > LARGEST_SET {
        here.problem(format!("there are {} ranges", ranges.len()), Some("WAF allows 10000 at most"));
    }
    let help = "write a range such as 192.0.2.0/24, 192.0.2.7/32 or 2001:db8::/32";
    for (here, range) in here.each(ranges) {
        match range.parse::<IpNet>() {
            Err(_) => here.problem(format!("{range:?} is not an address range"), Some(help)),
            Ok(net) if net.prefix_len() == 0 => {
                let help = "use the firewall's default instead";
                here.problem(format!("WAF does not accept {range}, the range of all addresses"), Some(help));
            }
            Ok(net) if net.trunc() != net => {
                let message = format!("{range} has digits after its prefix; did you mean {}?", net.trunc());
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
