//! Buses, rules and archives.

use super::*;
use crate::aws::events::{Archive, Bus, Rule, Target};

/// Whom a bus lets in: another account, and anybody.
type Open = (bool, bool);

fn bus((other, anybody): Open, key: Option<&str>) -> State {
    let statement = |sid: &str, principal: Value| {
        json!({"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": "events:PutEvents",
            "Resource": "arn:aws:events:us-west-2:123456789012:event-bus/shop--test-thing"})
    };
    let mut statements = Vec::new();
    statements.extend(other.then(|| statement("Other", json!({"AWS": OTHER}))));
    statements.extend(anybody.then(|| statement("Anybody", json!("*"))));
    let policy = (!statements.is_empty()).then(|| document(statements));
    Bus { policy, kms_key_identifier: key.map(str::to_owned), ..Bus::default() }.into()
}

fn rule((enabled, targets): &(bool, BTreeSet<u8>)) -> State {
    let target = |n: &u8| (format!("queue-{n}"), Target { arn: format!("arn:{n}"), ..Target::default() });
    Rule {
        state: if *enabled { "ENABLED" } else { "DISABLED" }.into(),
        event_pattern: "{}".into(),
        targets: targets.iter().map(target).collect(),
        ..Rule::default()
    }
    .into()
}

proptest! {
    #[test]
    fn a_bus_has_exactly_the_risks_of_its_change(
        (old, new) in maybe((any::<(bool, bool)>(), prop::sample::select(vec![None, Some("alias/own")])))
    ) {
        let both = old.as_ref().zip(new.as_ref());
        let before = old.map_or((false, false), |old| old.0);
        let opens = |open: fn(Open) -> bool, covered: bool| new.is_some_and(|new| open(new.0)) && !open(before) && !covered;
        let all = [
            (RiskKind::Gone, new.is_none()),
            (RiskKind::Everybody, opens(|open| open.1, false)),
            // Whom everybody was let in with is nobody new.
            (RiskKind::OtherAccount, opens(|open| open.0, before.1)),
            (RiskKind::LockedOut, both.is_some_and(|(old, new)| {
                let [(other, anybody), (still_other, still_anybody)] = [old.0, new.0];
                anybody && !still_anybody || other && !still_other && !still_anybody
            })),
            (RiskKind::Encryption, both.is_some_and(|(old, new)| old.1.is_some() && new.1.is_none())),
        ];
        let state = |(open, key): &(Open, Option<&str>)| bus(*open, *key);
        assert_kinds(Kind::EventBus, old.as_ref().map(state), new.as_ref().map(state), &all);
    }

    #[test]
    fn a_rule_has_exactly_the_risks_of_its_change(
        (old, new) in maybe((any::<bool>(), prop::collection::btree_set(0u8..3, 0..3)))
    ) {
        let both = old.as_ref().zip(new.as_ref());
        let lost = both.is_some_and(|(old, new)| old.0 && !new.0 || !old.1.is_subset(&new.1));
        let all = [(RiskKind::Gone, new.is_none()), (RiskKind::Alarms, lost)];
        assert_kinds(Kind::EventRule, old.as_ref().map(rule), new.as_ref().map(rule), &all);
    }

    #[test]
    fn an_archive_has_exactly_the_risks_of_its_change((old, new) in maybe(0i32..4)) {
        let archive = |days: &i32| {
            let event_source_arn = "arn".to_owned();
            State::from(Archive { event_source_arn, event_pattern: None, retention_days: *days })
        };
        let sooner = old.zip(new).is_some_and(|(old, new)| new > 0 && (old == 0 || new < old));
        let all = [(RiskKind::DataLoss, new.is_none()), (RiskKind::Expiry, sooner)];
        assert_kinds(Kind::EventArchive, old.as_ref().map(archive), new.as_ref().map(archive), &all);
    }
}

#[test]
fn what_is_dangerous_about_events_is_said_in_words() {
    let (old, new) = (rule(&(true, BTreeSet::from([1, 2]))), rule(&(false, BTreeSet::from([2]))));
    let archive =
        |days: i32| State::from(Archive { event_source_arn: "arn".into(), event_pattern: None, retention_days: days });
    let text = lines(&planned(vec![
        case(Kind::EventRule, "paid", Some(old), Some(new)),
        case(Kind::EventBus, "orders", Some(bus((false, false), Some("alias/own"))), Some(bus((true, false), None))),
        case(Kind::EventArchive, "orders", Some(archive(0)), Some(archive(7))),
        case(Kind::EventArchive, "old", Some(archive(0)), None),
    ]));
    let expected = [
        "Data loss: archive <shop--test-old> is deleted with all its events",
        "Other accounts: bus <orders>: <arn:aws:iam::999999999999:root> may <events:PutEvents>",
        "Weaker encryption: bus <orders>: key <alias/own> → <owned by AWS>",
        "Data expires: archive <orders>: events expire after never → <7> days",
        "Fewer alarms: rule <paid>: matches no events from now on",
        "Fewer alarms: rule <paid>: no longer reaches <arn:1>",
    ];
    assert_eq!(text, expected);
}
