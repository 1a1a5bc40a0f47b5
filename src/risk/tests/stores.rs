//! Tables, buckets, queues, log groups and topics.

use super::*;
use crate::aws::dynamodb::{Billing, Key, SseSpecification, Table, Throughput};
use crate::aws::logs::LogGroup;
use crate::aws::s3::{Bucket, CorsRule, Encryption, Expiration, Filter, LifecycleRule, PublicAccessBlock, Versioning};
use crate::aws::sns::{Subscription, Topic};
use crate::aws::sqs::Queue;

const KEY: &str = "arn:aws:kms:us-west-2:123456789012:key/k";

fn table() -> impl Strategy<Value = Table> + Clone {
    let sse = prop::sample::select(vec![
        SseSpecification::aws_owned(),
        SseSpecification::aws_managed(),
        SseSpecification::key(KEY),
    ]);
    let units = prop::option::of(1i64..4);
    let key = prop::sample::select(vec!["id", "order_id"]);
    (sse, units, key, any::<[bool; 3]>()).prop_map(|(sse, units, key, [ttl, recovery, protection])| Table {
        key_schema: vec![Key { attribute_name: key.into(), attribute_type: "S".into(), key_type: "HASH".into() }],
        billing: match units {
            None => Billing::OnDemand,
            Some(units) => {
                Billing::Provisioned { throughput: Throughput { read_capacity_units: units, write_capacity_units: 1 } }
            }
        },
        global_secondary_indexes: BTreeMap::new(),
        local_secondary_indexes: BTreeMap::new(),
        sse,
        stream_view_type: None,
        time_to_live_attribute: ttl.then(|| "expires".into()),
        point_in_time_recovery_enabled: recovery,
        deletion_protection_enabled: protection,
        tags: Tags::new(),
    })
}

fn units(table: &Table) -> i64 {
    match table.billing {
        Billing::OnDemand => 0,
        Billing::Provisioned { throughput } => throughput.read_capacity_units + throughput.write_capacity_units,
    }
}

fn rank(sse: &SseSpecification) -> u8 {
    [SseSpecification::aws_owned(), SseSpecification::aws_managed()].iter().position(|known| known == sse).unwrap_or(2)
        as u8
}

/// Whom a statement of a policy lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Own,
    Service,
    Anybody,
    AnybodyOverTls,
    AnybodyOfOwn,
    AnybodyOfOther,
    Other,
}

const ALL: [Who; 7] =
    [Who::Own, Who::Service, Who::Anybody, Who::AnybodyOverTls, Who::AnybodyOfOwn, Who::AnybodyOfOther, Who::Other];

fn statement(who: Who, action: &str) -> Value {
    let principal = match who {
        Who::Own => json!({"AWS": format!("arn:aws:iam::{ACCOUNT}:root")}),
        Who::Service => json!({"Service": "config.amazonaws.com"}),
        Who::Other => json!({"AWS": OTHER}),
        Who::Anybody => json!("*"),
        _ => json!({"AWS": "*"}),
    };
    let mut statement =
        json!({"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "arn:aws:s3:::b"});
    statement["Condition"] = match who {
        Who::AnybodyOverTls => json!({"Bool": {"aws:SecureTransport": "true"}}),
        Who::AnybodyOfOwn => json!({"StringEquals": {"aws:SourceAccount": ACCOUNT}}),
        Who::AnybodyOfOther => json!({"StringEquals": {"AWS:SourceAccount": "999999999999"}}),
        _ => return statement,
    };
    statement
}

/// Who is let in, and whether what comes without TLS is denied.
type Doors = (BTreeSet<Who>, bool);

fn doors() -> impl Strategy<Value = Doors> + Clone {
    let subsequence = prop::sample::subsequence(ALL.to_vec(), 0..4);
    (subsequence.prop_map(|all| all.into_iter().collect()), any::<bool>())
}

fn policy((who, tls): &Doors, action: &str) -> Option<Document> {
    let mut statements: Vec<Value> = who.iter().map(|who| statement(*who, action)).collect();
    if *tls {
        statements.push(json!({"Effect": "Deny", "Principal": "*", "Action": action, "Resource": "arn:aws:s3:::b",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}}}));
    }
    (!statements.is_empty()).then(|| document(statements))
}

/// Whether somebody new of these is let in.
fn lets_in(new: &Doors, old: Option<&Doors>, these: &[Who]) -> bool {
    let had = |who: &Who| old.is_some_and(|(old, _)| old.contains(who) || old.contains(&Who::Anybody));
    new.0.iter().any(|who| these.contains(who) && !had(who))
}

/// Whether a resource that stays lets somebody in no longer.
fn turns_away(both: Option<(&Doors, &Doors)>) -> bool {
    let others = [Who::Service, Who::Anybody, Who::AnybodyOverTls, Who::AnybodyOfOther, Who::Other];
    both.is_some_and(|(old, new)| lets_in(old, Some(new), &others))
}

type Parts = (bool, Option<bool>, [bool; 4], bool, Option<i32>, bool, Doors);

fn parts() -> impl Strategy<Value = Parts> + Clone {
    let days = prop::option::of(1i32..4);
    (any::<bool>(), any::<Option<bool>>(), any::<[bool; 4]>(), any::<bool>(), days, any::<bool>(), doors())
}

fn bucket((versioned, key, blocks, enforced, days, cors, doors): &Parts) -> State {
    let mut bucket = Bucket::private(Tags::new());
    bucket.versioning = if *versioned { Versioning::Enabled } else { Versioning::Suspended };
    if let Some(bucket_key) = key {
        bucket.encryption = Encryption::kms(KEY, *bucket_key);
    }
    let [block_public_acls, ignore_public_acls, block_public_policy, restrict_public_buckets] = *blocks;
    bucket.public_access_block =
        PublicAccessBlock { block_public_acls, ignore_public_acls, block_public_policy, restrict_public_buckets };
    bucket.object_ownership = if *enforced { "BucketOwnerEnforced" } else { "ObjectWriter" }.into();
    bucket.lifecycle_rules.extend(days.map(|days| {
        let rule = LifecycleRule {
            id: "a.b".into(),
            status: "Enabled".into(),
            filter: Filter::default(),
            expiration: Some(Expiration { days: Some(days), ..Expiration::default() }),
            ..LifecycleRule::default()
        };
        ("a.b".to_owned(), rule)
    }));
    let origin = if *cors { "*" } else { "https://shop.example.com" };
    bucket.cors_rules = vec![CorsRule {
        allowed_origins: [origin.to_owned()].into(),
        allowed_methods: ["GET".to_owned()].into(),
        ..CorsRule::default()
    }];
    bucket.policy = policy(doors, "s3:GetObject");
    bucket.into()
}

proptest! {
    #[test]
    fn a_table_has_exactly_the_risks_of_its_change((old, new) in maybe(table())) {
        let both = old.as_ref().zip(new.as_ref());
        let had = |is: fn(&Table) -> bool| both.is_some_and(|(old, new)| is(old) && !is(new));
        let all = [
            (RiskKind::DataLoss, new.is_none() || both.is_some_and(|(old, new)| old.key_schema != new.key_schema)),
            (RiskKind::Encryption, both.is_some_and(|(old, new)| rank(&new.sse) < rank(&old.sse))),
            (RiskKind::Backups, had(|table| table.point_in_time_recovery_enabled)),
            (RiskKind::DeletionProtection, had(|table| table.deletion_protection_enabled)),
            (RiskKind::Expiry, both.is_some_and(|(old, new)| {
                old.time_to_live_attribute.is_none() && new.time_to_live_attribute.is_some()
            })),
            (RiskKind::Cost, new.as_ref().is_some_and(|new| units(new) > old.as_ref().map_or(0, units))),
        ];
        assert_kinds(Kind::Table, old.clone().map(State::from), new.clone().map(State::from), &all);
    }

    #[test]
    fn a_bucket_has_exactly_the_risks_of_its_change((old, new) in maybe(parts())) {
        let both = old.as_ref().zip(new.as_ref());
        let (none, closed) = (Doors::default(), [true; 4]);
        let (before, after) = (old.as_ref().map_or(&none, |old| &old.6), new.as_ref().map_or(&none, |new| &new.6));
        let everybody = [Who::Anybody, Who::AnybodyOverTls];
        let was_blocked = old.as_ref().map_or(closed, |old| old.2);
        let is_blocked = new.as_ref().map_or(closed, |new| new.2);
        let all = [
            (RiskKind::DataLoss, new.is_none()),
            (RiskKind::Everybody, lets_in(after, Some(before), &everybody)),
            (RiskKind::OtherAccount, lets_in(after, Some(before), &[Who::AnybodyOfOther, Who::Other])),
            (RiskKind::AccessBlock, (0..4).any(|at| was_blocked[at] && !is_blocked[at])),
            (RiskKind::Denial, both.is_some_and(|(old, new)| old.6.1 && !new.6.1)),
            (RiskKind::LockedOut, turns_away(both.map(|(old, new)| (&old.6, &new.6)))),
            (RiskKind::Acls, new.as_ref().is_some_and(|new| !new.3) && old.as_ref().is_none_or(|old| old.3)),
            (RiskKind::Versioning, both.is_some_and(|(old, new)| old.0 && !new.0)),
            (RiskKind::Encryption, both.is_some_and(|(old, new)| old.1.is_some() && new.1.is_none())),
            (RiskKind::Expiry, both.is_some_and(|(old, new)| {
                new.4.is_some_and(|days| old.4.is_none_or(|before| days < before))
            })),
            (RiskKind::AnyOrigin, new.as_ref().is_some_and(|new| new.5) && old.as_ref().is_none_or(|old| !old.5)),
        ];
        assert_kinds(Kind::Bucket, old.as_ref().map(bucket), new.as_ref().map(bucket), &all);
    }

    #[test]
    fn a_topic_has_exactly_the_risks_of_its_change((old, new) in maybe((doors(), 0u8..3, any::<[bool; 2]>()))) {
        let topic = |(doors, key, subscribers): &(Doors, u8, [bool; 2])| {
            let keys = [None, Some("alias/aws/sns".to_owned()), Some(KEY.to_owned())];
            let names = ["email:a.b@example.org", "sqs:arn:aws:sqs:us-west-2:123456789012:q"];
            let kept = names.iter().zip(subscribers).filter(|(_, there)| **there);
            State::from(Topic {
                kms_master_key_id: keys[usize::from(*key)].clone(),
                policy: policy(doors, "SNS:Publish"),
                subscriptions: kept.map(|(name, _)| ((*name).to_owned(), Subscription::default())).collect(),
                ..Topic::default()
            })
        };
        let both = old.as_ref().zip(new.as_ref());
        let none = Doors::default();
        let (before, after) = (old.as_ref().map_or(&none, |old| &old.0), new.as_ref().map_or(&none, |new| &new.0));
        let all = [
            (RiskKind::Gone, new.is_none()),
            (RiskKind::Everybody, lets_in(after, Some(before), &[Who::Anybody, Who::AnybodyOverTls])),
            (RiskKind::OtherAccount, lets_in(after, Some(before), &[Who::AnybodyOfOther, Who::Other])),
            (RiskKind::Denial, both.is_some_and(|(old, new)| old.0.1 && !new.0.1)),
            (RiskKind::LockedOut, turns_away(both.map(|(old, new)| (&old.0, &new.0)))),
            (RiskKind::Encryption, both.is_some_and(|(old, new)| new.1 < old.1)),
            (RiskKind::Alarms, both.is_some_and(|(old, new)| (0..2).any(|at| old.2[at] && !new.2[at]))),
        ];
        assert_kinds(Kind::Topic, old.as_ref().map(topic), new.as_ref().map(topic), &all);
    }

    #[test]
    fn a_queue_has_exactly_the_risks_of_its_change((old, new) in maybe((doors(), 0u8..4, 60i32..63))) {
        let queue = |(doors, key, message_retention_period): &(Doors, u8, i32)| {
            let keys = [None, None, Some("alias/aws/sqs".to_owned()), Some(KEY.to_owned())];
            State::from(Queue {
                sqs_managed_sse_enabled: *key == 1,
                kms_master_key_id: keys[usize::from(*key)].clone(),
                policy: policy(doors, "sqs:SendMessage"),
                message_retention_period: *message_retention_period,
                ..Queue::default()
            })
        };
        let both = old.as_ref().zip(new.as_ref());
        let none = Doors::default();
        let (before, after) = (old.as_ref().map_or(&none, |old| &old.0), new.as_ref().map_or(&none, |new| &new.0));
        let weaker = both.is_some_and(|(old, new)| new.1 < old.1);
        let all = [
            (RiskKind::DataLoss, new.is_none()),
            (RiskKind::Everybody, lets_in(after, Some(before), &[Who::Anybody, Who::AnybodyOverTls])),
            (RiskKind::OtherAccount, lets_in(after, Some(before), &[Who::AnybodyOfOther, Who::Other])),
            (RiskKind::Denial, both.is_some_and(|(old, new)| old.0.1 && !new.0.1)),
            (RiskKind::LockedOut, turns_away(both.map(|(old, new)| (&old.0, &new.0)))),
            (RiskKind::Encryption, weaker || old.is_none() && new.as_ref().is_some_and(|new| new.1 == 0)),
            (RiskKind::Expiry, both.is_some_and(|(old, new)| new.2 < old.2)),
        ];
        assert_kinds(Kind::Queue, old.as_ref().map(queue), new.as_ref().map(queue), &all);
    }

    #[test]
    fn a_log_group_has_exactly_the_risks_of_its_change((old, new) in maybe(prop::option::of(1i32..4))) {
        let group = |days: &Option<i32>| State::from(LogGroup { retention_in_days: *days, ..LogGroup::default() });
        let sooner = old.zip(new).is_some_and(|(old, new)| new.is_some_and(|new| old.is_none_or(|old| new < old)));
        let all = [(RiskKind::DataLoss, new.is_none()), (RiskKind::Expiry, sooner)];
        assert_kinds(Kind::LogGroup, old.as_ref().map(group), new.as_ref().map(group), &all);
    }
}

/// What is dangerous where a queue with a statement of this id, that lets in a service, gets none.
fn without_statement(sid: &str) -> Vec<String> {
    let queue =
        |policy: Option<Document>| State::from(Queue { sqs_managed_sse_enabled: true, policy, ..Queue::default() });
    let statement = json!({"Sid": sid, "Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:us-west-2:123456789012:jobs"});
    lines(&planned(vec![case(Kind::Queue, "jobs", Some(queue(Some(document(vec![statement])))), Some(queue(None)))]))
}

#[test]
fn whom_a_policy_of_somebody_s_own_let_in_is_named_where_a_plan_removes_it_and_what_a_section_brought_is_not() {
    let said = "Locked out: queue <jobs>: <events.amazonaws.com> may no longer <sqs:SendMessage>";
    assert_eq!(without_statement("by-hand"), [said]);
    for section in ["bucket-a", "bus-a", "rule-a", "topic-a"] {
        assert_eq!(without_statement(section), [""; 0], "{section}: that one's change says so");
    }
}
