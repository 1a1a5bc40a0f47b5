//! What a bucket reports, and what of its objects goes by itself.

use super::*;
use crate::aws::s3::{
    Bucket, Expiration, Filter, LifecycleRule, NoncurrentVersionExpiration, Notification, Notifications,
};

const CREATED: &str = "s3:ObjectCreated:*";
const PUT: &str = "s3:ObjectCreated:Put";
const REMOVED: &str = "s3:ObjectRemoved:Delete";

/// Which of two functions learn of which events, below which prefix; and EventBridge.
type Reports = (BTreeMap<u8, (BTreeSet<&'static str>, &'static str)>, bool);

fn reports() -> impl Strategy<Value = Reports> + Clone {
    let events = prop::collection::btree_set(prop::sample::select(vec![CREATED, PUT, REMOVED]), 1..3);
    let entry = (events, prop::sample::select(vec!["", "in/", "in/a"]));
    (prop::collection::btree_map(0u8..2, entry, 0..3), any::<bool>())
}

fn bucket((entries, event_bridge): &Reports) -> State {
    let mut bucket = Bucket::private(Tags::from([(tag::NOTIFICATIONS.into(), "managed".into())]));
    let entry = |(number, (events, prefix)): (&u8, &(BTreeSet<&str>, &str))| {
        let entry = Notification {
            lambda_function_arn: Some(format!("arn:aws:lambda:us-west-2:{ACCOUNT}:function:f{number}")),
            events: events.iter().map(|event| (*event).to_owned()).collect(),
            prefix: (!prefix.is_empty()).then(|| (*prefix).to_owned()),
            ..Notification::default()
        };
        (format!("serverless-app:function:f{number}"), entry)
    };
    bucket.notification_configuration =
        Notifications { event_bridge: *event_bridge, entries: entries.iter().map(entry).collect() };
    bucket.into()
}

/// True if somebody learned of an event that he does not learn of any more.
fn is_less((old, old_bridge): &Reports, (new, new_bridge): &Reports) -> bool {
    let all = [PUT, "s3:ObjectCreated:Copy", REMOVED];
    let keys = ["x", "in/x", "in/a"];
    let learns = |of: &BTreeMap<u8, (BTreeSet<&str>, &str)>, who: u8, event: &str, key: &str| {
        of.get(&who).is_some_and(|(events, prefix)| {
            key.starts_with(prefix) && (events.contains(event) || event.contains("Created") && events.contains(CREATED))
        })
    };
    let lost = all.iter().any(|event| {
        keys.iter().any(|key| (0..2).any(|who| learns(old, who, event, key) && !learns(new, who, event, key)))
    });
    lost || *old_bridge && !new_bridge
}

proptest! {
    #[test]
    fn whoever_learns_of_less_is_named((old, new) in maybe(reports())) {
        let both = old.as_ref().zip(new.as_ref());
        let all = [
            (RiskKind::DataLoss, new.is_none()),
            (RiskKind::Notifications, both.is_some_and(|(old, new)| is_less(old, new))),
        ];
        assert_kinds(Kind::Bucket, old.as_ref().map(bucket), new.as_ref().map(bucket), &all);
    }
}

#[test]
fn who_no_longer_learns_of_what_is_said() {
    let reports = |events: &[&'static str], bridge| -> Reports {
        (BTreeMap::from([(0, (events.iter().copied().collect(), "in/"))]), bridge)
    };
    let (old, new) = (bucket(&reports(&[CREATED, REMOVED], true)), bucket(&reports(&[PUT, REMOVED], false)));
    let expected = [
        "Fewer notifications: bucket <files>: <arn:aws:lambda:us-west-2:123456789012:function:f0> no longer learns of <s3:ObjectCreated:*>",
        "Fewer notifications: bucket <files>: EventBridge no longer learns of its objects",
    ];
    assert_eq!(lines(&planned(vec![case(Kind::Bucket, "files", Some(old), Some(new))])), expected);
}

fn rule(filter: Filter, days: i32, newer: Option<i32>) -> LifecycleRule {
    LifecycleRule {
        id: "old".into(),
        status: "Enabled".into(),
        filter,
        expiration: newer.is_none().then_some(Expiration { days: Some(days), ..Expiration::default() }),
        noncurrent_version_expiration: newer.map(|newer| NoncurrentVersionExpiration {
            noncurrent_days: days,
            newer_noncurrent_versions: (newer > 0).then_some(newer),
        }),
        ..LifecycleRule::default()
    }
}

#[test]
fn a_rule_for_more_objects_or_sooner_is_told_and_one_for_fewer_is_not() {
    let tagged = |value: &str| Filter { tags: Tags::from([("kind".into(), value.into())]), ..Filter::default() };
    let small = |size| Filter { object_size_less_than: Some(size), ..Filter::default() };
    let large = |size| Filter { object_size_greater_than: Some(size), ..Filter::default() };
    let all = Filter::default;
    for (old, new, is_told) in [
        (rule(tagged("log"), 7, None), rule(all(), 7, None), true),
        (rule(all(), 7, None), rule(tagged("log"), 7, None), false),
        (rule(tagged("log"), 7, None), rule(tagged("tmp"), 7, None), true),
        (rule(small(10), 7, None), rule(small(11), 7, None), true),
        (rule(small(11), 7, None), rule(small(10), 7, None), false),
        (rule(large(10), 7, None), rule(large(9), 7, None), true),
        (rule(large(9), 7, None), rule(large(10), 7, None), false),
        (rule(all(), 7, Some(3)), rule(all(), 7, Some(2)), true),
        (rule(all(), 7, Some(2)), rule(all(), 7, Some(3)), false),
        (rule(all(), 7, Some(3)), rule(all(), 7, Some(0)), true),
    ] {
        let bucket = |rule: &LifecycleRule| {
            let mut bucket = Bucket::private(Tags::new());
            bucket.lifecycle_rules.insert(rule.id.clone(), rule.clone());
            State::from(bucket)
        };
        let plan = planned(vec![case(Kind::Bucket, "files", Some(bucket(&old)), Some(bucket(&new)))]);
        assert_eq!(kinds(&plan).contains(&RiskKind::Expiry), is_told, "{old:?} {new:?} {:?}", lines(&plan));
    }
    let plan = planned(vec![case(Kind::Bucket, "files", Some(Bucket::private(Tags::new()).into()), {
        let mut bucket = Bucket::private(Tags::new());
        bucket.lifecycle_rules.insert("old".into(), rule(tagged("log"), 7, None));
        Some(bucket.into())
    })]);
    assert_eq!(lines(&plan), ["Data expires: bucket <files>: objects tagged <kind>=<log> go after <7> days"]);
}
