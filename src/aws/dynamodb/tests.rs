use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::aws::State;
use crate::aws::test_support::{assert_properties, test_id};

fn key(name: &str, attribute_type: &str, key_type: &str) -> Key {
    Key { attribute_name: name.into(), attribute_type: attribute_type.into(), key_type: key_type.into() }
}

/// Keys of a table or an index: no two of them share an attribute, so one name has one type.
fn keys(letter: &'static str) -> impl Strategy<Value = Vec<Key>> {
    let types = proptest::sample::select(vec!["S", "N"]);
    (types, any::<bool>()).prop_map(move |(of, range)| {
        let range = range.then(|| key(&format!("{letter}-range"), "B", "RANGE"));
        std::iter::once(key(&format!("{letter}-hash"), of, "HASH")).chain(range).collect()
    })
}

fn projection() -> impl Strategy<Value = Projection> {
    let include = proptest::collection::btree_set("[p-r]", 1..3);
    prop_oneof![
        Just(("ALL", BTreeSet::new())),
        Just(("KEYS_ONLY", BTreeSet::new())),
        include.prop_map(|names| ("INCLUDE", names)),
    ]
    .prop_map(|(of, non_key_attributes)| Projection { projection_type: of.into(), non_key_attributes })
}

fn throughput() -> impl Strategy<Value = Throughput> {
    (1..3_i64, 1..3_i64).prop_map(|(read_capacity_units, write_capacity_units)| Throughput {
        read_capacity_units,
        write_capacity_units,
    })
}

fn index(letter: &'static str) -> impl Strategy<Value = Index> {
    (keys(letter), projection(), throughput()).prop_map(|(key_schema, projection, units)| Index {
        key_schema,
        projection,
        provisioned_throughput: Some(units),
    })
}

fn global() -> impl Strategy<Value = BTreeMap<String, Index>> {
    let of = |letter| proptest::option::of(index(letter));
    (of("x"), of("y"), of("z")).prop_map(|(x, y, z)| {
        let named = [("x", x), ("y", y), ("z", z)];
        named.into_iter().filter_map(|(name, index)| Some((name.to_owned(), index?))).collect()
    })
}

fn sse() -> impl Strategy<Value = SseSpecification> {
    prop_oneof![
        Just(SseSpecification::aws_owned()),
        Just(SseSpecification::aws_managed()),
        "key/[1-2]".prop_map(SseSpecification::key),
    ]
}

fn local() -> impl Strategy<Value = BTreeMap<String, Index>> {
    let index = projection().prop_map(|projection| Index {
        key_schema: vec![key("other", "N", "RANGE")],
        projection,
        provisioned_throughput: None,
    });
    proptest::option::weighted(0.3, index)
        .prop_map(|index| index.map(|index| ("local".to_owned(), index)).into_iter().collect())
}

fn table() -> impl Strategy<Value = State> {
    let views = vec!["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"];
    let shape = (prop_oneof![4 => Just(vec![key("t-hash", "S", "HASH")]), 1 => keys("t")], local(), global());
    let switches = (any::<bool>(), any::<bool>());
    let ttl = proptest::option::of(proptest::sample::select(vec!["expires", "ends"]));
    let tags = proptest::collection::btree_map("[a-c]", "[x-z]", 0..3);
    let billing = proptest::option::of(throughput());
    let stream = proptest::option::of(proptest::sample::select(views));
    (shape, billing, sse(), stream, ttl, switches, tags).prop_map(
        |(shape, billing, sse, stream, ttl, switches, tags)| {
            let (key_schema, mut local_secondary_indexes, mut global_secondary_indexes) = shape;
            local_secondary_indexes.values_mut().for_each(|index| index.key_schema.insert(0, key_schema[0].clone()));
            if billing.is_none() {
                global_secondary_indexes.values_mut().for_each(|index| index.provisioned_throughput = None);
            }
            Table {
                key_schema,
                billing: billing.map_or(Billing::OnDemand, |throughput| Billing::Provisioned { throughput }),
                global_secondary_indexes,
                local_secondary_indexes,
                sse,
                stream_view_type: stream.map(str::to_owned),
                time_to_live_attribute: ttl.map(str::to_owned),
                point_in_time_recovery_enabled: switches.0,
                deletion_protection_enabled: switches.1,
                tags,
            }
            .into()
        },
    )
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in proptest::option::of(table()), live in proptest::option::of(table())) {
        assert_properties(&test_id(Kind::Table, "shop--test-thing"), want.as_ref(), live.as_ref());
    }
}

mod answers {
    //! AWS's answers in forms that emulators do not give.

    use aws_sdk_dynamodb::types::{
        AttributeDefinition, BillingMode, BillingModeSummary, GlobalSecondaryIndexDescription, IndexStatus,
        KeySchemaElement, KeyType, OnDemandThroughput, PointInTimeRecoveryDescription,
        ProvisionedThroughputDescription, ReplicaDescription, ScalarAttributeType, SseDescription, SseStatus, SseType,
        StreamSpecification, TableClassSummary, TableDescription, TableStatus, TimeToLiveDescription, TimeToLiveStatus,
    };

    use super::super::observe::normalise;
    use super::*;
    use crate::aws::Unmodelled;

    const KEY: &str = "arn:aws:kms:us-west-2:123456789012:key/made-up";

    fn definition(name: &str, of: ScalarAttributeType) -> AttributeDefinition {
        AttributeDefinition::builder().attribute_name(name).attribute_type(of).build().unwrap()
    }

    fn element(name: &str, part: KeyType) -> KeySchemaElement {
        KeySchemaElement::builder().attribute_name(name).key_type(part).build().unwrap()
    }

    fn units(units: i64) -> ProvisionedThroughputDescription {
        ProvisionedThroughputDescription::builder().read_capacity_units(units).write_capacity_units(units).build()
    }

    /// An on-demand table with an index, both with the capacity of zero that AWS reports.
    fn described() -> aws_sdk_dynamodb::types::builders::TableDescriptionBuilder {
        let index = GlobalSecondaryIndexDescription::builder()
            .index_name("by-at")
            .key_schema(element("at", KeyType::Hash))
            .index_status(IndexStatus::Active)
            .provisioned_throughput(units(0))
            .build();
        TableDescription::builder()
            .attribute_definitions(definition("at", ScalarAttributeType::N))
            .attribute_definitions(definition("id", ScalarAttributeType::S))
            .key_schema(element("id", KeyType::Hash))
            .table_status(TableStatus::Active)
            .billing_mode_summary(BillingModeSummary::builder().billing_mode(BillingMode::PayPerRequest).build())
            .provisioned_throughput(units(0))
            .global_secondary_indexes(index)
            .on_demand_throughput(
                OnDemandThroughput::builder().max_read_request_units(-1).max_write_request_units(-1).build(),
            )
    }

    fn seen(table: TableDescription) -> Observed<Table> {
        normalise(&table, None, None, Tags::new(), Some(KEY))
    }

    fn sse(status: SseStatus, key: Option<&str>) -> SseSpecification {
        let sse = SseDescription::builder().status(status).sse_type(SseType::Kms);
        seen(described().sse_description(sse.set_kms_master_key_arn(key.map(str::to_owned)).build()).build()).state.sse
    }

    #[test]
    fn what_aws_fills_in_is_what_nobody_asked_for() {
        let observed = seen(described().build());
        let index = Index {
            key_schema: vec![key("at", "N", "HASH")],
            projection: Projection { projection_type: "ALL".into(), non_key_attributes: BTreeSet::new() },
            provisioned_throughput: None,
        };
        let expected = Table {
            key_schema: vec![key("id", "S", "HASH")],
            billing: Billing::OnDemand,
            global_secondary_indexes: BTreeMap::from([("by-at".into(), index)]),
            local_secondary_indexes: BTreeMap::new(),
            sse: SseSpecification::aws_owned(),
            stream_view_type: None,
            time_to_live_attribute: None,
            point_in_time_recovery_enabled: false,
            deletion_protection_enabled: false,
            tags: Tags::new(),
        };
        assert_eq!(observed, Observed::of(expected));
    }

    #[test]
    fn a_table_that_was_always_provisioned_has_no_billing_summary() {
        let table = described().set_billing_mode_summary(None).provisioned_throughput(units(5)).build();
        let state = seen(table).state;
        let five = Throughput { read_capacity_units: 5, write_capacity_units: 5 };
        assert_eq!(state.billing, Billing::Provisioned { throughput: five });
        assert!(state.global_secondary_indexes["by-at"].provisioned_throughput.is_some());
    }

    #[test]
    fn a_key_is_the_aws_managed_one_if_kms_says_so() {
        assert_eq!(sse(SseStatus::Enabled, Some(KEY)), SseSpecification::aws_managed());
        assert_eq!(sse(SseStatus::Updating, Some("arn:own")), SseSpecification::key("arn:own"));
        assert_eq!(sse(SseStatus::Disabled, Some(KEY)), SseSpecification::aws_owned());
    }

    #[test]
    fn whatever_moves_is_pending() {
        let pending = |table: TableDescription| normalise(&table, None, None, Tags::new(), None).pending;
        let index = GlobalSecondaryIndexDescription::builder().index_name("new").index_status(IndexStatus::Creating);
        let moving = SseDescription::builder().status(SseStatus::Updating).build();
        assert_eq!(pending(described().build()), None);
        assert_eq!(pending(described().table_status(TableStatus::Updating).build()), Some("UPDATING".into()));
        assert_eq!(pending(described().global_secondary_indexes(index.build()).build()), Some("CREATING".into()));
        assert_eq!(pending(described().sse_description(moving).build()), Some("UPDATING".into()));
    }

    #[test]
    fn nothing_waits_the_hour_that_time_to_live_may_take() {
        let seen = |status: TimeToLiveStatus| {
            let ttl = TimeToLiveDescription::builder().time_to_live_status(status).attribute_name("ends").build();
            let seen = normalise(&described().build(), Some(&ttl), None, Tags::new(), None);
            (seen.state.time_to_live_attribute, seen.pending)
        };
        let on = Some("ends".to_owned());
        assert_eq!(seen(TimeToLiveStatus::Enabling), (on.clone(), None));
        assert_eq!(seen(TimeToLiveStatus::Enabled), (on, None));
        assert_eq!(seen(TimeToLiveStatus::Disabling), (None, None));
        assert_eq!(seen(TimeToLiveStatus::Disabled), (None, None));
    }

    #[test]
    fn another_attribute_for_time_to_live_is_two_plans() {
        let table = |attribute: Option<&str>| Table {
            time_to_live_attribute: attribute.map(str::to_owned),
            ..normalise(&described().build(), None, None, Tags::new(), None).state
        };
        let kept = |want: Option<&str>, live: Option<&str>| {
            let mut kept = table(want);
            kept.keep(&table(live));
            (kept.time_to_live_attribute, table(want).later(&table(live)).is_some())
        };
        assert_eq!(kept(Some("new"), Some("old")), (None, true), "the first one");
        assert_eq!(kept(Some("new"), None), (Some("new".into()), false), "the second one");
        assert_eq!(kept(Some("old"), Some("old")), (Some("old".into()), false));
        assert_eq!(kept(None, Some("old")), (None, false));
        assert_eq!(table(Some("new")).halfway(), Some(table(None)));
        assert_eq!(table(None).halfway(), None);
    }

    #[test]
    fn a_stream_counts_and_is_told_only_while_it_is_on() {
        let stream = |on: bool| {
            let stream = StreamSpecification::builder().stream_enabled(on).stream_view_type("NEW_IMAGE".into()).build();
            seen(described().stream_specification(stream.unwrap()).latest_stream_arn("arn:stream").build())
        };
        assert_eq!(stream(true).outputs, BTreeMap::from([("stream_arn".into(), "arn:stream".into())]));
        assert_eq!(stream(true).state.stream_view_type.as_deref(), Some("NEW_IMAGE"));
        assert_eq!((stream(false).outputs, stream(false).state.stream_view_type), (BTreeMap::new(), None));
    }

    #[test]
    fn what_is_not_modelled_is_named() {
        let recovery = PointInTimeRecoveryDescription::builder().recovery_period_in_days(7).build();
        let table = described()
            .table_class_summary(TableClassSummary::builder().table_class("STANDARD_INFREQUENT_ACCESS".into()).build())
            .replicas(ReplicaDescription::builder().region_name("eu-west-1").build())
            .on_demand_throughput(OnDemandThroughput::builder().max_read_request_units(10).build())
            .build();
        let found = normalise(&table, None, Some(&recovery), Tags::new(), None).unmodelled;
        let expected = ["TableClass", "Replicas", "OnDemandThroughput", "RecoveryPeriodInDays"];
        let expected = expected.map(|name| Unmodelled { attribute: name.into(), erased_by: None, forbids: None });
        assert_eq!(found, expected);
    }
}
