use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::aws::State;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};

fn days() -> impl Strategy<Value = Option<i32>> {
    proptest::option::of(1..9)
}

fn filter() -> impl Strategy<Value = Filter> {
    let tags = proptest::collection::btree_map("[a-b]", "[x-y]", 0..3);
    ("[a-b]?", tags, proptest::option::of(1..3i64), proptest::option::of(5..7i64)).prop_map(
        |(prefix, tags, object_size_greater_than, object_size_less_than)| Filter {
            prefix,
            tags,
            object_size_greater_than,
            object_size_less_than,
        },
    )
}

fn expirations() -> impl Strategy<Value = (Option<Expiration>, Option<NoncurrentVersionExpiration>)> {
    (days(), any::<bool>(), days(), proptest::option::of(1..3)).prop_map(|(days, marker, noncurrent, newer)| {
        let expiration = Expiration { days, expired_object_delete_marker: marker };
        let noncurrent = noncurrent
            .map(|noncurrent_days| NoncurrentVersionExpiration { noncurrent_days, newer_noncurrent_versions: newer });
        (Some(expiration).filter(|expiration| *expiration != Expiration::default()), noncurrent)
    })
}

fn rule() -> impl Strategy<Value = LifecycleRule> {
    let class = || proptest::sample::select(vec!["STANDARD_IA", "GLACIER"]);
    let transition = (30..33, class()).prop_map(|(days, class)| Transition { days, storage_class: class.into() });
    let noncurrent = (30..33, class(), proptest::option::of(1..3)).prop_map(|(noncurrent_days, class, newer)| {
        NoncurrentVersionTransition { noncurrent_days, storage_class: class.into(), newer_noncurrent_versions: newer }
    });
    let transitions = proptest::collection::btree_set(transition, 0..3);
    let noncurrent = proptest::collection::btree_set(noncurrent, 0..3);
    (any::<bool>(), filter(), expirations(), noncurrent, days(), transitions).prop_map(
        |(enabled, filter, (expiration, noncurrent_version_expiration), noncurrent, abort, transitions)| {
            LifecycleRule {
                id: String::new(),
                status: if enabled { "Enabled" } else { "Disabled" }.into(),
                filter,
                expiration,
                noncurrent_version_expiration,
                noncurrent_version_transitions: noncurrent,
                abort_incomplete_multipart_upload: abort
                    .map(|days_after_initiation| AbortIncompleteMultipartUpload { days_after_initiation }),
                transitions,
            }
        },
    )
}

fn lifecycle() -> impl Strategy<Value = BTreeMap<String, LifecycleRule>> {
    proptest::collection::btree_map("[a-c]", rule(), 0..3)
        .prop_map(|rules| rules.into_iter().map(|(id, rule)| (id.clone(), LifecycleRule { id, ..rule })).collect())
}

fn cors() -> impl Strategy<Value = CorsRule> {
    let set = |of: &'static str| proptest::collection::btree_set(of, 1..3);
    (
        proptest::option::of("[a-b]"),
        set("[o-p]"),
        set("GET|PUT"),
        set("[h-i]"),
        set("[x-y]"),
        proptest::option::of(1..9),
    )
        .prop_map(|(id, allowed_origins, allowed_methods, allowed_headers, expose_headers, max_age_seconds)| {
            CorsRule { id, allowed_origins, allowed_methods, allowed_headers, expose_headers, max_age_seconds }
        })
}

fn statement(sid: &str) -> serde_json::Value {
    json!({"Sid": sid, "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"})
}

fn encryption() -> impl Strategy<Value = Encryption> {
    prop_oneof![Just(Encryption::aes256()), any::<bool>().prop_map(|bucket_key| Encryption::kms("arn", bucket_key))]
}

fn block() -> impl Strategy<Value = PublicAccessBlock> {
    any::<[bool; 4]>().prop_map(|[acls, ignore, policy, restrict]| PublicAccessBlock {
        block_public_acls: acls,
        ignore_public_acls: ignore,
        block_public_policy: policy,
        restrict_public_buckets: restrict,
    })
}

fn notification() -> impl Strategy<Value = (String, Notification)> {
    let events = proptest::collection::btree_set("[e-f]", 1..3);
    let text = || proptest::option::of("[a-b]?");
    (any::<bool>(), "[a-c]", 0..3, events, text(), text()).prop_map(|(ours, id, to, events, prefix, suffix)| {
        let arn = |kind: i32| (to == kind).then(|| format!("arn{kind}"));
        let id = if ours { format!("{}{id}", notification::OURS) } else { id };
        let entry =
            Notification { lambda_function_arn: arn(0), queue_arn: arn(1), topic_arn: arn(2), events, prefix, suffix };
        (id, entry)
    })
}

fn notifications() -> impl Strategy<Value = Notifications> {
    let entries = proptest::collection::btree_map("[a-c]", notification(), 0..4);
    (any::<bool>(), entries)
        .prop_map(|(event_bridge, entries)| Notifications { event_bridge, entries: entries.into_values().collect() })
}

/// A bucket without notifications.
fn plain() -> impl Strategy<Value = Bucket> {
    let versioning = prop_oneof![Just(Versioning::Enabled), Just(Versioning::Suspended)];
    let ownership = proptest::sample::select(vec!["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"]);
    let policy = proptest::option::of("[a-c]".prop_map(|sid| Document::new(vec![statement(&sid)])));
    let tags = proptest::collection::btree_map("[a-c]", "[x-z]", 0..3);
    let cors = proptest::collection::vec(cors(), 0..3);
    (versioning, encryption(), block(), ownership, lifecycle(), cors, policy, tags).prop_map(
        |(versioning, encryption, public_access_block, ownership, lifecycle_rules, cors_rules, policy, tags)| Bucket {
            versioning,
            encryption,
            public_access_block,
            object_ownership: ownership.into(),
            lifecycle_rules,
            cors_rules,
            policy,
            notification_configuration: Notifications::default(),
            tags,
            swept: false,
        },
    )
}

/// A bucket with any notifications, if its tags say so.
fn bucket() -> impl Strategy<Value = Bucket> {
    (plain(), proptest::option::of(notifications())).prop_map(|(mut bucket, notifications)| {
        if let Some(notifications) = notifications {
            bucket.tags.insert(tag::PARTS.into(), "notifications".into());
            bucket.notification_configuration = notifications;
        }
        bucket
    })
}

proptest! {
    #[test]
    fn the_first_notification_is_put_beside_those_of_others(want in bucket(), mut live in plain(), others in notifications()) {
        live.notification_configuration = others;
        if !want.notifies() {
            let keys = want.tags.keys().cloned().collect();
            live.scope(&keys);
        }
        let (mut kept, id) = (want.clone(), test_id(Kind::Bucket, "shop--test-thing"));
        kept.keep(&live);
        let foreign = |bucket: &Bucket| bucket.notification_configuration.foreign();
        if want.notifies() {
            let ours = &want.notification_configuration.entries;
            for (id, entry) in &foreign(&live).entries {
                let is_ours = ours.values().any(|ours| ours.asks_for(entry));
                let expected = if is_ours { ours.get(id) } else { Some(entry) };
                prop_assert_eq!(kept.notification_configuration.entries.get(id), expected);
            }
        }
        assert_properties(&id, Some(&kept.into()), Some(&live.into()));
    }

    #[test]
    fn what_another_entry_asks_for_already_is_taken_over(mut want in plain(), mut live in plain(), empty in any::<[bool; 2]>()) {
        let ours = Notification { queue_arn: Some("q".into()), events: ["e".to_owned()].into(), ..Notification::default() };
        let [prefix, suffix] = empty.map(|empty| empty.then(String::new));
        let theirs = Notification { prefix, suffix, ..ours.clone() };
        want.tags.insert(tag::PARTS.into(), "notifications".into());
        want.notification_configuration.entries = BTreeMap::from([(format!("{}q", notification::OURS), ours)]);
        live.notification_configuration.entries = BTreeMap::from([("theirs".to_owned(), theirs)]);
        let mut kept = want.clone();
        kept.keep(&live);
        prop_assert_eq!(kept.notification_configuration, want.notification_configuration);
    }

    #[test]
    fn a_bucket_that_is_let_go_reports_only_what_others_have_asked_for(mut live in bucket()) {
        live.tags.insert("mine".into(), "1".into());
        let (mut kept, id) = (live.clone(), test_id(Kind::Bucket, "shop--test-thing"));
        kept.release();
        assert_properties(&id, Some(&kept.clone().into()), Some(&live.clone().into()));
        let put = steps(&id, Some(&kept.into()), Some(&live.clone().into())).unwrap().into_iter().find_map(|step| {
            match serde_json::from_value(step.call.json()).unwrap() {
                Call::PutNotifications(input) => Some(input.notifications()),
                _ => None,
            }
        });
        let left = live.notification_configuration.foreign();
        prop_assert_eq!(put.unwrap_or(live.notification_configuration), left);
    }

    #[test]
    fn the_three_properties_hold(want in proptest::option::of(bucket()), live in proptest::option::of(bucket())) {
        let (want, live) = (want.map(State::from), live.map(State::from));
        assert_properties(&test_id(Kind::Bucket, "shop--test-thing"), want.as_ref(), live.as_ref());
    }
}

#[test]
fn foreign_tags_and_log_delivery_are_carried_along_and_nothing_else() {
    let mut want = Bucket::private(Tags::from([("a".into(), "1".into())]));
    want.policy = Some(Document::new(vec![statement("Own")]));
    let tags = [("a", "2"), ("CostCentre", "7"), (tag::RELEASED, "x")];
    let mut live = Bucket::private(tags.map(|(k, v)| (k.into(), v.into())).into());
    live.policy = Some(Document::new(vec![statement("Foreign"), statement("AWSLogDeliveryWrite")]));
    want.keep(&live);
    assert_eq!(want.tags, Tags::from([("a".into(), "1".into()), ("CostCentre".into(), "7".into())]));
    let sids: Vec<_> = want.policy.iter().flat_map(Document::statements).map(|s| s["Sid"].clone()).collect();
    assert_eq!(sids, ["Own", "AWSLogDeliveryWrite"]);
    let once = want.clone();
    want.keep(&live);
    assert_eq!(want, once);
}

#[test]
fn a_bucket_without_a_policy_keeps_what_log_delivery_added() {
    let (mut want, mut live) = (Bucket::private(Tags::new()), Bucket::private(Tags::new()));
    live.policy = Some(Document::new(vec![statement("AWSLogDeliveryAclCheck")]));
    want.keep(&live);
    assert_eq!(want, live);
}

#[test]
fn a_region_is_named_everywhere_but_in_us_east_1() {
    let mut id = test_id(Kind::Bucket, "shop--test-thing");
    let make =
        |id: &Id| serde_json::to_value(Bucket::next_call(id, Some(&Bucket::private(Tags::new())), None)).unwrap();
    assert_eq!(make(&id)["input"]["CreateBucketConfiguration"]["LocationConstraint"], "us-west-2");
    id.site.region = "us-east-1".parse().unwrap();
    assert_eq!(make(&id)["input"], json!({"Bucket": "shop--test-thing", "ObjectOwnership": "BucketOwnerEnforced"}));
    let owned = Bucket::private(Tags::from([("a".into(), "1".into())]));
    let call = serde_json::to_value(Bucket::next_call(&id, Some(&owned), None)).unwrap();
    assert_eq!(call["input"]["CreateBucketConfiguration"], json!({"Tags": [{"Key": "a", "Value": "1"}]}));
}

#[test]
fn the_sweep_is_literal_in_scope() {
    let id = test_id(Kind::Bucket, "shop--test-thing");
    let call = Bucket::next_call(&id, None, Some(&Bucket::private(Tags::new())));
    let expected = json!({"api": "s3:DeleteObjects", "input": {
        "Bucket": "shop--test-thing", "ExpectedBucketOwner": "123456789012", "Every": "version"}});
    assert_eq!(serde_json::to_value(call).unwrap(), expected);
}

mod answers {
    //! AWS's answers in forms that emulators do not give.

    use aws_sdk_s3::operation::get_bucket_lifecycle_configuration::GetBucketLifecycleConfigurationOutput as Answer;
    use aws_sdk_s3::operation::get_bucket_versioning::GetBucketVersioningOutput;
    use aws_sdk_s3::types;

    use super::super::observe::{Parts, is_lasting, normalise};
    use super::*;

    fn encryption(blocked: &str) -> types::ServerSideEncryptionConfiguration {
        let default = types::ServerSideEncryptionByDefault::builder().sse_algorithm("AES256".into()).build().unwrap();
        let blocked = types::BlockedEncryptionTypes::builder().encryption_type(blocked.into()).build();
        let rule = types::ServerSideEncryptionRule::builder()
            .apply_server_side_encryption_by_default(default)
            .bucket_key_enabled(true)
            .blocked_encryption_types(blocked)
            .build();
        types::ServerSideEncryptionConfiguration::builder().rules(rule).build().unwrap()
    }

    fn lifecycle(filter: types::LifecycleRuleFilter) -> Parts {
        let rule = types::LifecycleRule::builder().id("old").status("Enabled".into()).filter(filter).build().unwrap();
        Parts { lifecycle: Some(Answer::builder().rules(rule).build()), ..Parts::default() }
    }

    fn unmodelled(parts: &Parts) -> Vec<(String, Option<&'static str>)> {
        let found = normalise(parts).unwrap().unmodelled;
        found.into_iter().map(|u| (u.attribute, u.erased_by)).collect()
    }

    #[test]
    fn a_bucket_that_was_told_nothing_is_a_private_one() {
        let on = types::PublicAccessBlockConfiguration::builder().block_public_acls(true).ignore_public_acls(true);
        let rule = types::OwnershipControlsRule::builder().object_ownership("BucketOwnerEnforced".into()).build();
        let parts = Parts {
            versioning: Some(GetBucketVersioningOutput::builder().build()),
            encryption: Some(encryption("SSE-C")),
            public_access_block: Some(on.block_public_policy(true).restrict_public_buckets(true).build()),
            ownership: Some(types::OwnershipControls::builder().rules(rule.unwrap()).build().unwrap()),
            ..Parts::default()
        };
        assert_eq!(normalise(&parts).unwrap(), Observed::of(Bucket::private(Tags::new())));
    }

    #[test]
    fn a_part_that_was_deleted_is_not_the_default_of_new_buckets() {
        let state = normalise(&Parts::default()).unwrap().state;
        assert_eq!(state.public_access_block, PublicAccessBlock::all(false));
        assert_eq!(state.object_ownership, "ObjectWriter");
        assert_eq!(state.encryption, Encryption::aes256());
    }

    #[test]
    fn a_prefix_is_found_in_every_form_of_a_filter() {
        let and = types::LifecycleRuleAndOperator::builder().prefix("logs/").build();
        let forms = [
            types::LifecycleRuleFilter::builder().prefix("logs/").build(),
            types::LifecycleRuleFilter::builder().and(and).build(),
        ];
        for filter in forms {
            let parts = lifecycle(filter);
            assert_eq!(normalise(&parts).unwrap().state.lifecycle_rules["old"].filter.prefix, "logs/");
            assert_eq!(unmodelled(&parts), []);
        }
    }

    #[test]
    fn a_size_of_0_beside_other_conditions_is_none() {
        let and = types::LifecycleRuleAndOperator::builder().prefix("logs/").object_size_greater_than(0).build();
        let parts = lifecycle(types::LifecycleRuleFilter::builder().and(and).build());
        let state = normalise(&parts).unwrap().state;
        assert_eq!(state.lifecycle_rules["old"].filter, Filter::prefix("logs/"));
    }

    #[test]
    fn a_filter_of_several_conditions_is_one_of_each_alone() {
        let tag = |key: &str| types::Tag::builder().key(key).value("v").build().unwrap();
        let and = types::LifecycleRuleAndOperator::builder().prefix("p").tags(tag("a")).tags(tag("b"));
        let and = and.object_size_greater_than(1).object_size_less_than(9).build();
        let tags = |keys: &[&str]| keys.iter().map(|key| ((*key).to_owned(), "v".to_owned())).collect();
        let all = Filter {
            prefix: "p".into(),
            tags: tags(&["a", "b"]),
            object_size_greater_than: Some(1),
            object_size_less_than: Some(9),
        };
        for (live, expected) in [
            (types::LifecycleRuleFilter::builder().and(and).build(), all),
            (
                types::LifecycleRuleFilter::builder().tag(tag("a")).build(),
                Filter { tags: tags(&["a"]), ..Filter::default() },
            ),
            (
                types::LifecycleRuleFilter::builder().object_size_less_than(2).build(),
                Filter { object_size_less_than: Some(2), ..Filter::default() },
            ),
        ] {
            let parts = lifecycle(live.clone());
            let state = normalise(&parts).unwrap().state;
            assert_eq!(state.lifecycle_rules["old"].filter, expected);
            assert_eq!(unmodelled(&parts), []);
            let sent = super::super::lifecycle::send::rule(&state.lifecycle_rules["old"].clone().into_form()).unwrap();
            assert_eq!(sent.filter, Some(live), "what is sent is what was read");
        }
    }

    #[test]
    fn what_a_call_would_erase_is_named_with_that_call() {
        let expiration = types::LifecycleExpiration::builder().date(aws_smithy_types::DateTime::from_secs(0)).build();
        let rule = types::LifecycleRule::builder().id("old").status("Enabled".into()).expiration(expiration);
        let dated = Answer::builder().rules(rule.build().unwrap()).build();
        let expected = [
            ("LifecycleConfiguration".to_owned(), Some("s3:DeleteBucketLifecycle")),
            ("lifecycle rule \"old\": Expiration.Date".to_owned(), Some("s3:PutBucketLifecycleConfiguration")),
        ];
        assert_eq!(unmodelled(&Parts { lifecycle: Some(dated), ..Parts::default() }), expected);
        let tags = ["aws:cloudformation:stack-name", "mine"].map(|key| (key.to_owned(), "v".to_owned())).into();
        let stack = Parts { tags, ..Parts::default() };
        assert_eq!(unmodelled(&stack), []);
        assert_eq!(
            normalise(&stack).unwrap().state.tags.len(),
            2,
            "AWS's own are carried along: S3 refuses tags without them"
        );
        assert!(!is_lasting(&stack.tags), "what the index says of AWS's own may be gone");
        assert!(is_lasting(&Tags::from([("mine".to_owned(), "v".to_owned())])));
        let blocks = Parts { encryption: Some(encryption("aws:kms")), ..Parts::default() };
        assert_eq!(unmodelled(&blocks), [("BlockedEncryptionTypes".to_owned(), Some("s3:PutBucketEncryption"))]);
    }

    #[test]
    fn a_policy_that_cannot_be_read_is_an_error() {
        assert!(normalise(&Parts { policy: Some("{".into()), ..Parts::default() }).is_err());
    }
}
