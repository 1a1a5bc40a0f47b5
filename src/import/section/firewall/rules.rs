//! Which rules a firewall makes by itself: address lists, vendors' groups and the limit, one after the other, with priorities that
//! follow each other. Every other rule stands in `rules`, as AWS has it.

use std::collections::BTreeSet;

use serde_json::json;
use toml_edit::Value;

use super::{group, rate, toml};
use crate::aws::wafv2::{Json, Object, Rule, WebAcl};
use crate::aws::{Id, Kind, State};
use crate::import::Scene;
use crate::import::lines::Lines;

/// What the section makes by itself.
#[derive(Default)]
pub struct Own {
    /// The priority of the first of these rules.
    pub priority: i64,
    /// Addresses that are let in.
    pub allow: BTreeSet<String>,
    /// Addresses that are turned away.
    pub block: BTreeSet<String>,
    groups: Vec<Value>,
    rate: Option<Vec<rate::Line>>,
    names: BTreeSet<String>,
}

const LISTS: [&str; 4] = ["allow-v4", "allow-v6", "block-v4", "block-v6"];

/// A rule that a section could make, and its place among the others.
enum Made {
    List(usize, BTreeSet<String>),
    Group(Value),
    Rate(Vec<rate::Line>),
}

impl Made {
    /// In the order in which a section makes them.
    fn place(&self) -> usize {
        match self {
            Self::List(place, _) => *place,
            Self::Group(_) => LISTS.len(),
            Self::Rate(_) => LISTS.len() + 1,
        }
    }

    fn of(id: &Id, name: &str, rule: &Rule, block: &Json, scene: &Scene) -> Option<Self> {
        if !is_plain(name, rule) {
            return None;
        }
        if let Some(place) = LISTS.iter().position(|list| *list == name) {
            return Some(Self::List(place, addresses(id, name, rule, block, scene)?));
        }
        match name == rate::RULE {
            true => rate::of(rule, block, scene).map(Self::Rate),
            false => group::of(name, rule, scene).map(Self::Group),
        }
    }
}

impl Own {
    /// The first rules that the section could make, as long as one follows the other.
    pub fn of(id: &Id, acl: &WebAcl, block: &Json, scene: &Scene) -> Self {
        let mut own = Self::default();
        let mut made: Vec<(i64, &String, Made)> = Vec::new();
        for (name, rule) in &acl.rules {
            made.extend(Made::of(id, name, rule, block, scene).map(|one| (rule.priority(), name, one)));
        }
        made.sort_by_key(|(priority, ..)| *priority);
        let (mut next, mut place) = (None, 0);
        for (priority, name, one) in made {
            if next.is_some_and(|next| next != priority) || one.place() < place {
                break;
            }
            (next, place) = (Some(priority + 1), one.place());
            if own.names.is_empty() {
                own.priority = priority;
            }
            own.names.insert(name.clone());
            own.take(one);
        }
        own
    }

    fn take(&mut self, one: Made) {
        match one {
            Made::List(place, addresses) => {
                let list = if place < 2 { &mut self.allow } else { &mut self.block };
                list.extend(addresses);
            }
            Made::Group(group) => self.groups.push(group),
            Made::Rate(of_rate) => self.rate = Some(of_rate),
        }
    }

    /// The limit and the groups.
    pub fn write(&self, lines: &mut Lines) {
        self.rate.iter().flatten().for_each(|(key, value)| lines.set(key, value.clone()));
        lines.set_list("managed_rules", self.groups.iter().cloned());
    }

    /// Every other rule.
    pub fn rest(&self, acl: &WebAcl, scene: &Scene) -> Vec<Value> {
        let others = acl.rules.iter().filter(|(name, _)| !self.names.contains(*name));
        others.map(|(name, rule)| toml(&without_usual(name, rule), scene)).collect()
    }
}

/// What of matching requests is shown where a rule does not say it.
fn usual_visibility(name: &str) -> Json {
    Json::of(&json!({"SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": name}))
}

/// True for a rule that says no more than those of a section do.
fn is_plain(name: &str, rule: &Rule) -> bool {
    const MEMBERS: [&str; 6] = ["Action", "Name", "OverrideAction", "Priority", "Statement", "VisibilityConfig"];
    let listed = rule.listed(name);
    let is_known = listed.object().is_some_and(|fields| fields.keys().all(|member| MEMBERS.contains(&member.as_str())));
    is_known && rule.get("VisibilityConfig") == Some(&usual_visibility(name))
}

/// The rule as it is listed, without what holds anyway.
fn without_usual(name: &str, rule: &Rule) -> Json {
    let fields = rule.listed(name).object().cloned().unwrap_or_default();
    let usual = usual_visibility(name);
    Json::Object(fields.into_iter().filter(|(member, field)| member != "VisibilityConfig" || *field != usual).collect())
}

/// The addresses of the IP set that such a rule of a section refers to.
fn addresses(id: &Id, name: &str, rule: &Rule, block: &Json, scene: &Scene) -> Option<BTreeSet<String>> {
    let action =
        if name.starts_with("allow") { Json::one("Allow", Json::Object(Object::new())) } else { block.clone() };
    let arn = rule.get("Statement")?.get("IPSetReferenceStatement")?.get("ARN")?.text()?;
    let own = format!("{}-{name}", id.address.name);
    let set =
        arn.references().find(|output| output.address.kind == Kind::IpSet && output.address.name.as_str() == own)?;
    let State::IpSet(set) = &scene.live(&set.address)?.observed.state else { return None };
    (rule.get("Action") == Some(&action)).then(|| set.addresses.clone())
}
