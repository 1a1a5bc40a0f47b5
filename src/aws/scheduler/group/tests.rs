use proptest::collection::{btree_map, btree_set};
use proptest::option;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::aws::State;
use crate::aws::scheduler::listing::InGroup;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};
use crate::canonical::Fingerprint;

const GROUP: &str = "shop--test-schedules";

prop_compose! {
    fn group()(tags in btree_map("[a-c]", "[x-z]", 0..3), others in btree_set("[a-c]", 0..3)) -> State {
        ScheduleGroup { tags, others }.into()
    }
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in option::of(group()), live in option::of(group())) {
        assert_properties(&test_id(Kind::ScheduleGroup, GROUP), want.as_ref(), live.as_ref());
    }
}

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn with(others: &[&str]) -> ScheduleGroup {
    ScheduleGroup { others: names(others), ..ScheduleGroup::default() }
}

#[test]
fn a_delete_names_the_schedules_of_others_that_go_with_the_group_and_says_how_many() {
    let id = test_id(Kind::ScheduleGroup, GROUP);
    let planned = |others: &[&str]| steps(&id, None, Some(&with(others).into())).unwrap().remove(0).call;
    let call = planned(&["b", "a"]);
    let input = json!({"Name": GROUP, "Schedules": ["a", "b"]});
    assert_eq!(call.json(), json!({"api": "scheduler:DeleteScheduleGroup", "input": input}));
    let sweep = call.sweep().expect("it takes what it does not make");
    assert_eq!((sweep.what, sweep.place, sweep.name.as_str()), ("every other schedule", "the group", GROUP));
    let bare = planned(&[]);
    assert_eq!((bare.json()["input"].clone(), bare.sweep()), (json!({"Name": GROUP}), None));
}

#[test]
fn a_delete_takes_no_more_than_the_plan_names() {
    let refused = |there: &[&str], has_more, named: &[&str]| {
        let there = InGroup { others: names(there), has_more, ..InGroup::default() };
        send::refuse_more("scheduler:DeleteScheduleGroup", &there, &names(named)).err().map(|error| error.message)
    };
    assert_eq!(refused(&[], false, &[]), None);
    assert_eq!(refused(&["a"], false, &["a", "b"]), None, "fewer are no harm");
    assert!(refused(&["a", "c"], false, &["a", "b"]).unwrap().contains("(c): delete them or plan again"));
    assert!(refused(&["a", "b", "c", "d", "e"], false, &[]).unwrap().contains("(a, b, c and 2 more)"));
    assert!(refused(&[], true, &[]).unwrap().contains("more than are listed"));
}

#[test]
fn schedules_of_others_make_no_other_group() {
    let print = |others: &[&str]| Fingerprint::of(Some(&State::from(with(others)))).unwrap();
    assert_eq!(print(&[]), print(&["a"]));
    assert_eq!(
        steps(&test_id(Kind::ScheduleGroup, GROUP), Some(&with(&[]).into()), Some(&with(&["a"]).into())),
        Ok(vec![])
    );
}

#[test]
fn a_group_that_goes_is_pending_and_one_that_holds_too_much_is_not_deleted() {
    let going = observe::observed("DELETING", Tags::new(), InGroup::default());
    assert_eq!(going.pending.as_deref(), Some("DELETING"));
    let full = InGroup { others: names(&["a"]), has_more: true, ..InGroup::default() };
    let full = observe::observed("ACTIVE", Tags::new(), full);
    assert_eq!((full.pending, full.unmodelled.len()), (None, 1));
    assert_eq!(full.unmodelled[0].forbids, Some("scheduler:DeleteScheduleGroup"), "whatever is wanted");
}
