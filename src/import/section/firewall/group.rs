//! `managed_rules`: a vendor's rule group, where the section can say how it is asked.

use std::collections::BTreeMap;

use toml_edit::Value;

use super::{text, toml};
use crate::aws::wafv2::{Json, Rule};
use crate::import::Scene;
use crate::import::lines::{Lines, inline};

const MEMBERS: [&str; 6] =
    ["ManagedRuleGroupConfigs", "Name", "RuleActionOverrides", "ScopeDownStatement", "VendorName", "Version"];

/// The group of a rule that is called by it.
pub fn of(name: &str, rule: &Rule, scene: &Scene) -> Option<Value> {
    let group = rule.get("Statement")?.get("ManagedRuleGroupStatement")?;
    let is_known = group.object()?.keys().all(|member| MEMBERS.contains(&member.as_str()));
    if !is_known || text(group.get("Name")?)? != name {
        return None;
    }
    let mut lines = Lines::new();
    lines.set("name", name);
    lines.set_unless("vendor", text(group.get("VendorName")?)?, "AWS".to_owned());
    lines.set_some("version", group.get("Version").and_then(Json::text).map(|version| scene.text(version)));
    let (counted, others) = overrides(group.get("RuleActionOverrides"))?;
    lines.set_list("exclude", counted);
    if !others.is_empty() {
        lines.set("actions", inline(others));
    }
    lines.set_unless("count", count(rule)?, false);
    lines.set_some("scope_down", group.get("ScopeDownStatement").map(|scope| toml(scope, scene)));
    if let Some(Json::List(configs)) = group.get("ManagedRuleGroupConfigs") {
        lines.set_list("configs", configs.iter().map(|config| toml(config, scene)));
    }
    let is_bare = lines.clone().into_table().len() == 1;
    Some(if is_bare { name.into() } else { lines.inline() })
}

/// True if matching requests are only counted.
fn count(rule: &Rule) -> Option<bool> {
    let action = rule.get("OverrideAction")?;
    match (action.get("None"), action.get("Count")) {
        (Some(_), None) => Some(false),
        (None, Some(more)) if more.object()?.is_empty() => Some(true),
        _ => None,
    }
}

/// The rules that only count, and what others do instead.
fn overrides(all: Option<&Json>) -> Option<(Vec<String>, BTreeMap<String, &'static str>)> {
    let (mut counted, mut others) = (Vec::new(), BTreeMap::new());
    let Some(Json::List(all)) = all else { return Some((counted, others)) };
    for one in all {
        let name = text(one.get("Name")?)?;
        match action(one.get("ActionToUse")?)? {
            "count" => counted.push(name),
            other => drop(others.insert(name, other)),
        }
    }
    Some((counted, others))
}

/// What a rule does, where it does that and no more.
pub fn action(json: &Json) -> Option<&'static str> {
    let (name, more) = json.object()?.iter().next()?;
    let names = [
        ("Allow", "allow"),
        ("Block", "block"),
        ("Captcha", "captcha"),
        ("Challenge", "challenge"),
        ("Count", "count"),
    ];
    let is_plain = more.object()?.is_empty();
    names.into_iter().find(|(of_aws, _)| is_plain && name == of_aws).map(|(_, ours)| ours)
}
