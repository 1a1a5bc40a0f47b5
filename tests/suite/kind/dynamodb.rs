//! Tables on both emulators.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{StreamSpecification, Tag};
use serverless_app::aws::dynamodb::{Billing, Index, Key, Projection, SseSpecification, Table, Throughput};
use serverless_app::aws::{Aws, Id, Kind, PlanReader, State, Tags};
use serverless_app::text::{OutputRef, Outputs};

use crate::lifecycle::{emulators, id, lead, observe};

fn key(name: &str, attribute_type: &str, key_type: &str) -> Key {
    Key { attribute_name: name.into(), attribute_type: attribute_type.into(), key_type: key_type.into() }
}

fn index(keys: &[(&str, &str)], projection: &str, units: Option<i64>) -> Index {
    let key_schema = keys.iter().zip(["HASH", "RANGE"]).map(|((name, of), part)| key(name, of, part)).collect();
    let names = if projection == "INCLUDE" { &["extra", "more"][..] } else { &[] };
    Index {
        key_schema,
        projection: Projection {
            projection_type: projection.into(),
            non_key_attributes: names.iter().map(|n| n.to_string()).collect(),
        },
        provisioned_throughput: units.map(throughput),
    }
}

fn throughput(units: i64) -> Throughput {
    Throughput { read_capacity_units: units, write_capacity_units: units + 1 }
}

fn tags(tags: &[(&str, &str)]) -> Tags {
    tags.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
}

/// A table with everything that can be set when it is made.
fn full() -> Table {
    Table {
        key_schema: vec![key("id", "S", "HASH"), key("at", "N", "RANGE")],
        billing: Billing::OnDemand,
        global_secondary_indexes: BTreeMap::from([
            ("by-customer".into(), index(&[("customer", "S"), ("at", "N")], "ALL", None)),
            ("by-state".into(), index(&[("state", "S")], "KEYS_ONLY", None)),
        ]),
        local_secondary_indexes: BTreeMap::from([(
            "by-sum".into(),
            index(&[("id", "S"), ("sum", "N")], "INCLUDE", None),
        )]),
        sse: SseSpecification::aws_managed(),
        stream_view_type: Some("NEW_IMAGE".into()),
        time_to_live_attribute: Some("expires".into()),
        point_in_time_recovery_enabled: true,
        deletion_protection_enabled: false,
        tags: tags(&[("a", "1"), ("b", "2")]),
    }
}

/// Everything of it changed that an update can change.
fn changed() -> Table {
    Table {
        billing: Billing::Provisioned { throughput: throughput(2) },
        global_secondary_indexes: BTreeMap::from([
            ("by-customer".into(), index(&[("customer", "S"), ("at", "N")], "ALL", Some(3))),
            ("by-state".into(), index(&[("state", "N")], "INCLUDE", Some(4))),
            ("new".into(), index(&[("new", "B")], "ALL", Some(5))),
        ]),
        stream_view_type: Some("NEW_AND_OLD_IMAGES".into()),
        time_to_live_attribute: Some("ends".into()),
        point_in_time_recovery_enabled: false,
        deletion_protection_enabled: true,
        tags: tags(&[("b", "3"), ("c", "4")]),
        ..full()
    }
}

/// With another capacity of the table and of two indexes.
fn faster() -> Table {
    let mut table = changed();
    table.billing = Billing::Provisioned { throughput: throughput(6) };
    for (name, units) in [("by-customer", 7), ("new", 8)] {
        if let Some(index) = table.global_secondary_indexes.get_mut(name) {
            index.provisioned_throughput = Some(throughput(units));
        }
    }
    table
}

async fn to(aws: &Aws, id: &Id, want: Table) -> Vec<String> {
    lead(aws, id, Some(&State::from(want)), &mut Outputs::new()).await
}

#[tokio::test]
async fn a_table_goes_through_its_whole_life() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Table, "life", "suite--test-table-life").await;
        let sent = to(&aws, &id, full()).await;
        assert_eq!(
            sent,
            ["dynamodb:CreateTable", "dynamodb:UpdateContinuousBackups", "dynamodb:UpdateTimeToLive"],
            "{emulator}"
        );
        // One index deleted, the billing, two indexes made, the stream off and on, protection.
        let updates = to(&aws, &id, changed()).await;
        assert_eq!(updates.iter().filter(|api| *api == "dynamodb:UpdateTable").count(), 7, "{emulator} {updates:?}");
        assert_eq!(to(&aws, &id, faster()).await, ["dynamodb:UpdateTable"; 3], "{emulator}");
        assert!(!to(&aws, &id, full()).await.is_empty(), "{emulator}");
        let bare = Table {
            global_secondary_indexes: BTreeMap::new(),
            stream_view_type: None,
            time_to_live_attribute: None,
            point_in_time_recovery_enabled: false,
            deletion_protection_enabled: true,
            tags: Tags::new(),
            ..full()
        };
        to(&aws, &id, bare.clone()).await;
        let moved =
            Table { key_schema: vec![key("other", "N", "HASH")], local_secondary_indexes: BTreeMap::new(), ..bare };
        let sent = to(&aws, &id, moved).await;
        assert_eq!(sent, ["dynamodb:UpdateTable", "dynamodb:DeleteTable", "dynamodb:CreateTable"], "{emulator}");
        let sent = lead(&aws, &id, None, &mut Outputs::new()).await;
        assert_eq!(sent, ["dynamodb:UpdateTable", "dynamodb:DeleteTable"], "{emulator}");
    }
}

#[tokio::test]
async fn a_table_changes_its_encryption() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Table, "keys", "suite--test-table-keys").await;
        let own = |name: &str| {
            let arn = format!("arn:aws:kms:us-west-2:{}:key/{name}", id.site.account);
            Table { sse: SseSpecification::key(arn), ..full() }
        };
        let owned = Table { sse: SseSpecification::aws_owned(), ..full() };
        to(&aws, &id, full()).await;
        for want in [own("one"), own("two"), full(), owned, own("one")] {
            let sent = to(&aws, &id, want).await;
            assert_eq!(sent, ["dynamodb:UpdateTable"], "{emulator}");
        }
        lead(&aws, &id, None, &mut Outputs::new()).await;
    }
}

#[tokio::test]
async fn what_others_do_to_a_table_is_seen_and_undone() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Table, "drift", "suite--test-table-drift").await;
        let (want, db, arn) = (full(), &aws.write.dynamodb, id.site.arn("dynamodb", "table/suite--test-table-drift"));
        to(&aws, &id, want.clone()).await;

        let tag = Tag::builder().key("a").value("other").build().unwrap();
        db.tag_resource().resource_arn(&arn).tags(tag).send().await.unwrap();
        assert_eq!(to(&aws, &id, want.clone()).await, ["dynamodb:TagResource"], "{emulator}");

        db.update_table().table_name(&id.name).deletion_protection_enabled(true).send().await.unwrap();
        assert_eq!(to(&aws, &id, want.clone()).await, ["dynamodb:UpdateTable"], "{emulator}");

        let off = StreamSpecification::builder().stream_enabled(false).build().unwrap();
        db.update_table().table_name(&id.name).stream_specification(off).send().await.unwrap();
        assert_eq!(to(&aws, &id, want.clone()).await, ["dynamodb:UpdateTable"], "{emulator}");

        db.delete_table().table_name(&id.name).send().await.unwrap();
        // It is still shown while it goes.
        while observe(&aws, &id, &mut Outputs::new()).await.is_some() {}
        assert_eq!(to(&aws, &id, want).await[0], "dynamodb:CreateTable", "{emulator}");
        lead(&aws, &id, None, &mut Outputs::new()).await;
    }
}

#[tokio::test]
async fn a_table_is_found_by_its_prefix_and_tells_what_aws_made_up() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Table, "listed", "suite--test-table-listed").await;
        to(&aws, &id, full()).await;
        let mut known = Outputs::new();
        let first = observe(&aws, &id, &mut known).await.unwrap();
        let again = observe(&aws, &id, &mut known).await.unwrap();
        assert!(first.identity.is_some() && first.identity == again.identity, "{emulator}");
        assert_eq!(first.unmodelled, [], "{emulator}");
        let stream = &known[&OutputRef::new(&id.address, "stream_arn")];
        assert!(stream.contains(":table/suite--test-table-listed/stream/"), "{emulator} {stream}");
        let found = Kind::Table.find(&PlanReader::new(&aws), &id.owner).await.unwrap();
        assert!(found.iter().any(|f| f.name == id.name), "{emulator}");
        assert!(found.iter().all(|f| f.name.starts_with("suite--test-")), "{emulator}");
        lead(&aws, &id, None, &mut Outputs::new()).await;
    }
}
