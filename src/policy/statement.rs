//! Needs to statements.
//!
//! Resources are collected by action and condition, then actions by resources and condition: so a statement is the
//! product of its actions and resources, and every pair of them was asked for.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::aws::RequiredAction;
use crate::aws::required_actions::Conditions;

/// What is allowed: each of these actions on each of these resources.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    /// `service:Action`.
    pub actions: BTreeSet<&'static str>,
    /// ARNs, perhaps with wildcards.
    pub resources: BTreeSet<String>,
    /// What holds of the request besides.
    pub conditions: Conditions,
}

impl Statement {
    /// The statement as IAM reads it.
    pub fn json(&self) -> Value {
        let mut statement = json!({"Effect": "Allow", "Action": self.actions, "Resource": self.resources});
        let mut operators = Map::new();
        for ((operator, key), values) in &self.conditions {
            let keys = operators.entry(*operator).or_insert_with(|| json!({}));
            keys[*key] = json!(values);
        }
        if !operators.is_empty() {
            statement["Condition"] = operators.into();
        }
        statement
    }

    /// The same in two statements, or `None` if it allows one action on one resource alone, and under one value.
    pub fn halves(&self) -> Option<[Self; 2]> {
        if let Some([one, other]) = halves(&self.resources) {
            return Some([one, other].map(|resources| Self { resources, ..self.clone() }));
        }
        if let Some([one, other]) = halves(&self.actions) {
            return Some([one, other].map(|actions| Self { actions, ..self.clone() }));
        }
        let (Some((key, values)), 1) = (self.conditions.first_key_value(), self.conditions.len()) else { return None };
        halves(values).map(|both| both.map(|values| Self { conditions: [(*key, values)].into(), ..self.clone() }))
    }
}

fn halves<T: Clone + Ord>(items: &BTreeSet<T>) -> Option<[BTreeSet<T>; 2]> {
    let (one, other): (Vec<_>, Vec<_>) = items.iter().cloned().enumerate().partition(|(at, _)| *at < items.len() / 2);
    let plain = |part: Vec<(usize, T)>| part.into_iter().map(|(_, item)| item).collect();
    (!one.is_empty()).then(|| [plain(one), plain(other)])
}

/// As few statements as say it, sorted.
pub fn statements(actions: impl IntoIterator<Item = RequiredAction>) -> Vec<Statement> {
    let mut resources: BTreeMap<(&'static str, Conditions), BTreeSet<String>> = BTreeMap::new();
    for required in with_values_united(actions) {
        resources.entry((required.action, required.conditions)).or_default().insert(required.resource);
    }
    let mut actions: BTreeMap<(BTreeSet<String>, Conditions), BTreeSet<&'static str>> = BTreeMap::new();
    for ((action, conditions), resources) in resources {
        actions.entry((resources, conditions)).or_default().insert(action);
    }
    let statement = |((resources, conditions), actions)| Statement { actions, resources, conditions };
    actions.into_iter().map(statement).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Needs that differ in the values of one key alone are one need with all these values. With two keys that would let
/// in pairs of values that nobody asked for.
fn with_values_united(actions: impl IntoIterator<Item = RequiredAction>) -> Vec<RequiredAction> {
    let (one_key, mut all): (Vec<_>, Vec<_>) = actions.into_iter().partition(|required| required.conditions.len() == 1);
    let mut united: BTreeMap<RequiredAction, Conditions> = BTreeMap::new();
    for required in one_key {
        let of_any_value = required.conditions.keys().map(|key| (*key, BTreeSet::new())).collect();
        let values = united.entry(RequiredAction { conditions: of_any_value, ..required.clone() }).or_default();
        required.conditions.into_iter().for_each(|(key, more)| values.entry(key).or_default().extend(more));
    }
    all.extend(united.into_iter().map(|(required, conditions)| RequiredAction { conditions, ..required }));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::required_actions::on;

    #[test]
    fn actions_of_the_same_resources_share_a_statement_and_others_do_not() {
        let actions = [on("a", &["s:One", "s:Two"]), on("b", &["s:One", "s:Two"]), on("a", &["s:Three"])].concat();
        let made: Vec<Value> = statements(actions).iter().map(Statement::json).collect();
        assert_eq!(
            made,
            [
                json!({"Effect": "Allow", "Action": ["s:One", "s:Two"], "Resource": ["a", "b"]}),
                json!({"Effect": "Allow", "Action": ["s:Three"], "Resource": ["a"]}),
            ]
        );
    }

    #[test]
    fn values_of_one_key_are_united_and_pairs_of_values_are_not() {
        let to = |value| RequiredAction::new("s:One", "a").when("StringEquals", "k", value);
        assert_eq!(statements([to("x"), to("y")]).len(), 1);
        let pair = |one, other| to(one).when("StringEquals", "l", other);
        assert_eq!(statements([pair("x", "1"), pair("y", "2")]).len(), 2);
    }

    #[test]
    fn halves_end_at_one_action_on_one_resource() {
        let whole = statements([on("a", &["s:One", "s:Two"]), on("b", &["s:One", "s:Two"])].concat()).remove(0);
        let quarters: Vec<_> = whole
            .halves()
            .unwrap()
            .iter()
            .flat_map(|half| half.halves().unwrap())
            .map(|quarter| quarter.json())
            .collect();
        assert_eq!(quarters.len(), 4);
        assert_eq!(quarters[1], json!({"Effect": "Allow", "Action": ["s:Two"], "Resource": ["a"]}));
        assert!(whole.halves().unwrap()[0].halves().unwrap()[0].halves().is_none());
        let of = |value| RequiredAction::new("s:One", "a").when("StringEquals", "k", value);
        let [one, other] = statements([of("x"), of("y")]).remove(0).halves().unwrap();
        assert_eq!(
            [one.json(), other.json()].map(|s| s["Condition"]["StringEquals"]["k"].clone()),
            [json!(["x"]), json!(["y"])]
        );
    }
}
