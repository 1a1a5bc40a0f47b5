//! No change of a kind of risk without its line, and no line without a cause: plans between two states of a resource, held
//! against predicates over the states themselves.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{RiskKind, risks};
use crate::aws::document::Document;
use crate::aws::{Id, Kind, Live, Observed, State, Tags, Wanted};
use crate::name::{Address, Owner, Site, tag};
use crate::plan::build::{Request, plan};
use crate::plan::{Mode, Plan};

mod api;
mod authorizer;
mod bucket;
mod domain;
mod events;
mod guards;
mod harmless;
mod http_api;
mod keys;
mod life;
mod mapping;
mod policies;
mod reach;
mod stores;

const ACCOUNT: &str = "123456789012";
const OTHER: &str = "arn:aws:iam::999999999999:root";

fn site() -> Site {
    Site {
        account: ACCOUNT.parse().unwrap(),
        region: "us-west-2".parse().unwrap(),
        partition: "aws".into(),
        endpoint: "aws".into(),
    }
}

fn owner() -> Owner {
    Owner { app: "shop".parse().unwrap(), stage: "test".parse().unwrap() }
}

/// What is wanted and what is there, of one resource; a name that is wanted again is adopted where it is not ours.
struct Case {
    address: Address,
    name: String,
    old: Option<State>,
    new: Option<State>,
}

fn case(kind: Kind, name: &str, old: Option<State>, new: Option<State>) -> Case {
    Case { address: Address::new(kind, name.parse().unwrap()), name: format!("shop--test-{name}"), old, new }
}

/// The plan from the old states to the new ones. Every resource is ours, and may be deleted with its data.
fn planned(cases: Vec<Case>) -> Plan {
    planned_in(Mode::Deploy, cases)
}

fn planned_in(mode: Mode, cases: Vec<Case>) -> Plan {
    let own = |mut state: State, address: &Address| {
        if let Some(tags) = state.tags_mut() {
            tags.extend(owner().tags(address));
            if address.kind.holds_data() && !tags.contains_key("keep") {
                tags.insert(tag::ON_DELETE.into(), "delete".into());
            }
        }
        state
    };
    let (mut wanted, mut live) = (BTreeMap::new(), BTreeMap::new());
    for Case { address, name, old, new } in cases {
        let id = Id { address: address.clone(), name, site: site(), owner: owner() };
        if let Some(state) = new {
            let state = own(state, &address);
            let one = Wanted { id: id.clone(), state, needs: BTreeSet::new(), adopt: false, named: false };
            wanted.insert(address.clone(), one);
        }
        if let Some(state) = old {
            let mut observed = Observed::of(own(state, &address));
            observed.outputs.insert("id".into(), "abc1234567".into());
            live.insert(address, Live { id, observed });
        }
    }
    let request = Request {
        owner: &owner(),
        site: &site(),
        wanted: &wanted,
        live: &live,
        mode,
        adopt: &BTreeSet::new(),
        blobs: BTreeMap::new(),
        outputs: &BTreeMap::new(),
    };
    plan(&request).unwrap_or_else(|refusals| panic!("{refusals}"))
}

/// The kinds of risk of a plan.
fn kinds(plan: &Plan) -> BTreeSet<RiskKind> {
    risks(plan).into_iter().map(|risk| risk.kind).collect()
}

/// The lines of a plan, values in angle brackets.
fn lines(plan: &Plan) -> Vec<String> {
    let line =
        |risk: super::Risk| format!("{}: {}", risk.kind.heading(), risk.sentence.render(|value| format!("<{value}>")));
    risks(plan).into_iter().map(line).collect()
}

/// The kinds whose condition holds.
fn expected(all: &[(RiskKind, bool)]) -> BTreeSet<RiskKind> {
    all.iter().filter(|(_, holds)| *holds).map(|(kind, _)| *kind).collect()
}

/// Asserts that the change of one resource has exactly these risks.
fn assert_kinds(kind: Kind, old: Option<State>, new: Option<State>, all: &[(RiskKind, bool)]) {
    let plan = planned(vec![case(kind, "thing", old, new)]);
    assert_eq!(kinds(&plan), expected(all), "{:#?}", lines(&plan));
    // What has no difference for its reader cannot be judged by one.
    assert!(plan.changes.iter().all(|change| !change.diff.is_empty()), "{plan:#?}");
}

/// Nothing, or something: what is created, changed or deleted.
fn maybe<T: std::fmt::Debug + Clone>(
    of: impl Strategy<Value = T> + Clone,
) -> impl Strategy<Value = (Option<T>, Option<T>)> {
    prop_oneof![
        4 => (of.clone(), of.clone()).prop_map(|(old, new)| (Some(old), Some(new))),
        1 => of.clone().prop_map(|new| (None, Some(new))),
        1 => of.prop_map(|old| (Some(old), None)),
    ]
}

fn document(statements: Vec<Value>) -> Document {
    Document::new(statements)
}
