use serde_json::{Value, json};

use super::*;
use crate::aws::test_support::test_id;
use crate::manifest::lower::{Lowered, Sources, lower};
use crate::manifest::problem::Problems;
use crate::manifest::read::read;

fn lowered(text: &str) -> Result<Lowered, Problems> {
    let text = format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n{text}");
    let id = test_id(Kind::Table, "any");
    let source = read("m.toml", &text, &id.owner.stage)?;
    lower(&source, &id.owner, &id.site, &Sources::default())
}

fn state(text: &str) -> Value {
    let lowered = lowered(text).expect("no problems");
    let wanted = &lowered.wanted[&"dynamodb.table/orders".parse().unwrap()];
    assert_eq!(wanted.id.name, "shop--test-orders");
    serde_json::to_value(&wanted.state).unwrap()
}

/// The problems as `line:column message`.
fn problems(text: &str) -> Vec<String> {
    let problems = lowered(text).expect_err("problems").0;
    problems.iter().map(|p| format!("{}:{} {}", p.line, p.column, p.message)).collect()
}

#[test]
fn a_hash_key_alone_makes_an_on_demand_table_with_the_aws_managed_key() {
    let expected = json!({
        "KeySchema": [{"AttributeName": "id", "AttributeType": "S", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST", "GlobalSecondaryIndexes": {}, "LocalSecondaryIndexes": {},
        "SSESpecification": {"Enabled": true, "SSEType": "KMS"}, "StreamViewType": null,
        "TimeToLiveAttribute": null, "PointInTimeRecoveryEnabled": false, "DeletionProtectionEnabled": false,
        "Tags": {"serverless-app:app": "shop", "serverless-app:stage": "test",
            "serverless-app:address": "dynamodb.table/orders"},
    });
    assert_eq!(state("[table.orders]\nhash_key = { name = \"id\", type = \"S\" }"), expected);
}

#[test]
fn every_field_reaches_the_state() {
    let table = state(
        r#"[table.orders]
        hash_key = { name = "id", type = "S" }
        range_key = { name = "at", type = "N" }
        provisioned = { read = 2, write = 3 }
        encryption = { kms_key = "arn:aws:kms:us-west-2:123456789012:key/one" }
        time_to_live = "expires"
        point_in_time_recovery = true
        stream = "new-and-old-images"
        deletion_protection = true
        tags = { team = "shop" }
        on_delete = "delete"
        [table.orders.global_index.by-customer]
        hash_key = { name = "customer", type = "B" }
        projection = { include = ["sum", "state"] }
        provisioned = { read = 4, write = 5 }
        [table.orders.local_index.by-sum]
        range_key = { name = "sum", type = "N" }
        projection = "keys-only""#,
    );
    let key = |name: &str, of: &str, part: &str| json!({"AttributeName": name, "AttributeType": of, "KeyType": part});
    assert_eq!(table["KeySchema"], json!([key("id", "S", "HASH"), key("at", "N", "RANGE")]));
    assert_eq!(table["BillingMode"], "PROVISIONED");
    assert_eq!(table["ProvisionedThroughput"], json!({"ReadCapacityUnits": 2, "WriteCapacityUnits": 3}));
    assert_eq!(table["SSESpecification"]["KMSMasterKeyId"], "arn:aws:kms:us-west-2:123456789012:key/one");
    assert_eq!(table["TimeToLiveAttribute"], "expires");
    assert_eq!(table["PointInTimeRecoveryEnabled"], true);
    assert_eq!(table["StreamViewType"], "NEW_AND_OLD_IMAGES");
    assert_eq!(table["DeletionProtectionEnabled"], true);
    assert_eq!(
        (&table["Tags"]["team"], &table["Tags"]["serverless-app:on-delete"]),
        (&json!("shop"), &json!("delete"))
    );
    let by_customer = json!({"KeySchema": [key("customer", "B", "HASH")],
        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["state", "sum"]},
        "ProvisionedThroughput": {"ReadCapacityUnits": 4, "WriteCapacityUnits": 5}});
    assert_eq!(table["GlobalSecondaryIndexes"], json!({ "by-customer": by_customer }));
    let by_sum = json!({"KeySchema": [key("id", "S", "HASH"), key("sum", "N", "RANGE")],
        "Projection": {"ProjectionType": "KEYS_ONLY"}});
    assert_eq!(table["LocalSecondaryIndexes"], json!({ "by-sum": by_sum }));
}

#[test]
fn references_are_known_before_the_table_exists_but_for_its_stream() {
    let table = "[table.orders]\nhash_key = { name = \"id\", type = \"S\" }\nstream = \"keys-only\"\n";
    let outputs =
        "[outputs]\nn = \"${table.orders.name}\"\na = \"${table.orders.arn}\"\ns = \"${table.orders.stream_arn}\"";
    let outputs = serde_json::to_value(lowered(&format!("{table}{outputs}")).unwrap().outputs).unwrap();
    let expected = json!({"n": "shop--test-orders", "a": "arn:aws:dynamodb:us-west-2:123456789012:table/shop--test-orders",
        "s": {"$output": "dynamodb.table/orders.stream_arn"}});
    assert_eq!(outputs, expected);
    let still = table.replace("stream = \"keys-only\"\n", "");
    let refused = lowered(&format!("{still}[outputs]\ns = \"${{table.orders.stream_arn}}\"")).unwrap_err();
    assert!(refused.to_string().contains("the table has no stream"), "{refused}");
}

#[test]
fn what_aws_would_refuse_is_reported_all_at_once() {
    let found = problems(
        r#"[table.orders]
hash_key = { name = "id", type = "S" }
range_key = { name = "id", type = "N" }
provisioned = { read = 0, write = 1 }
encryption = { kms_key = "alias/own" }
time_to_live = ""
[table.orders.global_index.by-customer]
hash_key = { name = "customer", type = "B" }
projection = { include = [] }
[table.orders.global_index.x]
hash_key = { name = "customer", type = "S" }
provisioned = { read = 1, write = 1 }
[table.bare]
hash_key = { name = "id", type = "S" }
[table.bare.global_index.by-at]
hash_key = { name = "at", type = "N" }
provisioned = { read = 1, write = 1 }
[table.bare.local_index.by-at]
range_key = { name = "at", type = "N" }"#,
    );
    let expected = [
        "6:1 \"id\" has the type N here, and the type S above",
        "6:1 \"id\" is both hash key and range key",
        "7:1 capacity must be at least 1 for reads and 1 for writes",
        "8:1 \"alias/own\" is not the ARN of a KMS key",
        "9:16 \"\" is not the name of an attribute",
        "10:28 an index of a provisioned table needs its own capacity",
        "12:1 no attribute is included",
        "13:28 \"x\" is not the name of an index",
        "14:1 \"customer\" has the type S here, and the type B above",
        "20:1 an index has its own capacity only if its table is provisioned",
        "21:13 a table without a range key cannot have local indexes",
        "21:25 there is also a global index \"by-at\"",
    ];
    assert_eq!(found, expected);
}

#[test]
fn an_unknown_choice_is_a_problem_at_its_place() {
    let found = problems("[table.orders]\nhash_key = { name = \"id\", type = \"X\" }\nstream = \"all\"");
    for place in ["5:34 \"X\" is not one of \"S\", \"N\", \"B\"", "6:10 \"all\" is not one of"] {
        assert!(found.iter().any(|problem| problem.starts_with(place)), "{found:?}");
    }
}
