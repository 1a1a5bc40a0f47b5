//! The user's own rules, in AWS's own JSON.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Firewall;
use super::action::no_body;
use super::check::faults_of_list;
use super::fault::{Fault, Step};
use crate::aws::wafv2::{Json, Rule};
use crate::manifest::Cursor;

/// Names and priorities that this section's other rules have, as far as they are known.
pub(super) type Taken<'a> = BTreeMap<&'a str, i64>;

impl Firewall {
    /// The rules by name; none where something is wrong with one.
    pub(super) fn own_rules(&self, others: &BTreeMap<String, Rule>, here: &Cursor) -> BTreeMap<String, Rule> {
        let here = &here.at("rules");
        let Some(given) = self.rules.as_ref().and_then(|source| source.read(here)) else { return BTreeMap::new() };
        let mut faults = faults_of_list("Rule", &given.likely);
        let taken: Taken = others.iter().map(|(name, rule)| (name.as_str(), rule.priority())).collect();
        faults.extend(clashes(&given.likely, &taken));
        faults.extend(self.bodiless(&given.likely));
        let rules = match given.json("Rule", here) {
            Json::List(rules) => rules,
            _ => Vec::new(),
        };
        // What stands in for such a name is none that WAF takes.
        let nameless = nameless(&rules);
        faults.retain(|fault| nameless.iter().all(|other| other.at != fault.at));
        faults.extend(nameless);
        given.report(&faults, here);
        if faults.is_empty() { rules.into_iter().filter_map(Rule::of).collect() } else { BTreeMap::new() }
    }

    /// Keys of bodies that are not there.
    fn bodiless(&self, rules: &Value) -> Vec<Fault> {
        let rules = rules.as_array().into_iter().flatten().enumerate();
        let faults = rules.flat_map(|(index, rule)| {
            let missing = self.missing_bodies(rule).into_iter();
            missing.map(move |key| Fault {
                at: vec![Step::Nth(index)],
                message: no_body(&key),
                help: Some("add it to the section's custom_response_bodies".into()),
            })
        });
        faults.collect()
    }
}

/// Names that nobody knows before something exists: rules are told apart by them.
fn nameless(rules: &[Json]) -> Vec<Fault> {
    let is_made_up = |rule: &Json| rule.get("Name").and_then(Json::text).is_some_and(|name| name.literal().is_none());
    let made_up = rules.iter().enumerate().filter(|(_, rule)| is_made_up(rule));
    let fault = |(index, _)| Fault {
        at: vec![Step::Nth(index), Step::Key("Name".to_owned())],
        message: "the name of a rule refers to an id that AWS generates".into(),
        help: Some("write a fixed name".into()),
    };
    made_up.map(fault).collect()
}

/// Names and priorities that come twice, here or among the section's other rules.
fn clashes(rules: &Value, taken: &Taken) -> Vec<Fault> {
    let (mut names, mut priorities) = (BTreeSet::new(), BTreeSet::new());
    let mut faults = Vec::new();
    for (index, rule) in rules.as_array().into_iter().flatten().enumerate() {
        let mut add = |member: &str, message: String, help: String| {
            let at = vec![Step::Nth(index), Step::Key(member.to_owned())];
            faults.push(Fault { at, message, help: Some(help) });
        };
        if let Some(name) = rule["Name"].as_str()
            && (taken.contains_key(name) || !names.insert(name))
        {
            add("Name", format!("there is a rule {name:?} already"), "give each rule a name of its own".into());
        }
        let Some(priority) = rule["Priority"].as_i64() else { continue };
        if let Some((name, _)) = taken.iter().find(|(_, of)| **of == priority) {
            let help = format!("{}, or set by `priority` where the section's own rules begin", free(taken));
            add("Priority", format!("the section's rule {name:?} already has the priority {priority}"), help);
        } else if !priorities.insert(priority) {
            let help = "give each rule a priority of its own";
            add("Priority", format!("another rule already has the priority {priority}"), help.into());
        }
    }
    faults
}

/// Which priorities the section's other rules leave.
fn free(taken: &Taken) -> String {
    let (least, most) = (taken.values().min().copied(), taken.values().max().copied());
    let (least, most) = (least.unwrap_or_default(), most.unwrap_or_default());
    match (least, most < i64::from(i32::MAX)) {
        (0, _) => format!("write {} or more", most + 1),
        (_, true) => format!("write less than {least} or more than {most}"),
        (_, false) => format!("write less than {least}"),
    }
}

#[cfg(test)]
mod tests;
