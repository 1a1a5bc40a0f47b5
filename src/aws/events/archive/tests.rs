use proptest::option;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};
use crate::aws::{Kind, State};

const BUS: &str = "arn:aws:events:us-west-2:123456789012:event-bus/shop--test-orders";

prop_compose! {
    fn archive()(source in "[a-b]", pattern in option::of("[a-b]"), retention_days in 0..3) -> State {
        let event_pattern = pattern.map(|source| format!("{{\"source\":[\"{source}\"]}}").into());
        Archive { event_source_arn: format!("{BUS}{source}"), event_pattern, retention_days }.into()
    }
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in option::of(archive()), live in option::of(archive())) {
        assert_properties(&test_id(Kind::EventArchive, "shop--test-orders"), want.as_ref(), live.as_ref());
    }

    #[test]
    fn no_owner_s_archives_begin_as_another_s(
        apps in ("[a-c](-?[a-c]){0,15}", "[a-c](-?[a-c]){0,15}"), stages in ("[a-c]{1,16}", "[a-c]{1,16}"), bus in "[a-c](-?[a-c]){0,31}"
    ) {
        let owner = |app: &str, stage: &str| Owner { app: app.parse().unwrap(), stage: stage.parse().unwrap() };
        let (one, other) = (owner(&apps.0, &stages.0), owner(&apps.1, &stages.1));
        prop_assume!(one != other);
        let bus: Name = bus.parse().unwrap();
        for (one, other) in [(&one, &other), (&other, &one)] {
            let physical = physical(other, &bus);
            prop_assert!(!physical.starts_with(&prefix(one)), "{physical} is not {}'s", prefix(one));
            prop_assert!(physical.starts_with(&prefix(other)) && physical.len() <= 48, "{physical}");
        }
    }
}

#[test]
fn a_long_app_is_shortened_by_itself_and_a_short_one_is_as_everywhere() {
    let owner = |app: &str, stage: &str| Owner { app: app.parse().unwrap(), stage: stage.parse().unwrap() };
    let name = |owner: &Owner, bus: &str| physical(owner, &bus.parse().unwrap());
    assert_eq!(name(&owner("shop", "test"), "orders"), "shop--test-orders");
    assert_eq!(prefix(&owner("serverless-app", "production")), "serverless-app--production-");
    let long = owner(&"a".repeat(32), "production");
    let shortened = name(&long, &"b".repeat(64));
    assert!(shortened.len() <= 48 && !shortened.contains("--"), "{shortened}");
    assert_ne!(shortened, name(&long, &format!("{}c", "b".repeat(63))));
}

fn calls(want: &Archive, live: &Archive) -> Vec<serde_json::Value> {
    let (want, live) = (State::from(want.clone()), State::from(live.clone()));
    let planned = steps(&test_id(Kind::EventArchive, "shop--test-orders"), Some(&want), Some(&live)).unwrap();
    planned.iter().map(|step| step.call.json()).collect()
}

#[test]
fn a_pattern_that_goes_gives_way_to_one_that_takes_every_event() {
    let every = Archive { event_source_arn: BUS.into(), event_pattern: None, retention_days: 1 };
    let some = Archive { event_pattern: Some("{\"source\":[\"shop\"]}".into()), ..every.clone() };
    let expected = json!({"api": "events:UpdateArchive",
        "input": {"ArchiveName": "shop--test-orders", "EventPattern": "{\"source\":[{\"prefix\":\"\"}]}"}});
    assert_eq!(calls(&every, &some), [expected]);
    let read = DescribeArchiveOutput::builder().event_source_arn(BUS).retention_days(1);
    let read = read.event_pattern("{\"source\": [{\"prefix\": \"\"}]}").build();
    assert_eq!(observe::assemble(&read).unwrap(), Observed::of(every));
}

#[test]
fn an_archive_that_is_on_the_move_is_pending_and_a_failed_one_says_why() {
    let read =
        |state: &str| DescribeArchiveOutput::builder().event_source_arn(BUS).state(state.into()).state_reason("no key");
    let pending = |state: &str| observe::assemble(&read(state).build()).unwrap().pending;
    assert_eq!(pending("ENABLED"), None);
    assert_eq!(pending("UPDATING").as_deref(), Some("UPDATING"));
    assert_eq!(pending("CREATE_FAILED").as_deref(), Some("CREATE_FAILED (no key)"));
    let others = read("ENABLED").description("d").kms_key_identifier("k").build();
    let named: Vec<_> = observe::assemble(&others).unwrap().unmodelled.into_iter().map(|u| u.attribute).collect();
    assert_eq!(named, ["Description", "KmsKeyIdentifier"]);
}
