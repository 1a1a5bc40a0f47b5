use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::aws::State;
use crate::plan::steps::{assert_properties, test_id};

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
        assert_properties(&test_id(Kind::Table, "shop-test-thing"), want.as_ref(), live.as_ref());
    }
}
