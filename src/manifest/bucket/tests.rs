use serde_json::{Value, json};

use super::*;
use crate::aws::test_support::test_id;
use crate::manifest::lower::{Lowered, Sources, lower};
use crate::manifest::problem::Problems;
use crate::manifest::read::read;

const NAME: &str = "shop--test-assets-123456789012-us-west-2";

fn lowered(text: &str, policy: &str) -> Result<Lowered, Problems> {
    let text = format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n{text}");
    let id = test_id(Kind::Bucket, "any");
    let source = read("m.toml", &text, &id.owner.stage)?;
    assert!(source.manifest.files().iter().all(|file| file == "policy.json"));
    let files = BTreeMap::from([("policy.json".into(), Ok(policy.into()))]);
    lower(&source, &id.owner, &id.site, &Sources { files, ..Sources::default() })
}

fn state(text: &str, policy: &str) -> Value {
    let lowered = lowered(text, policy).expect("no problems");
    let wanted = &lowered.wanted[&"s3.bucket/assets".parse().unwrap()];
    assert_eq!(wanted.id.name, NAME);
    serde_json::to_value(&wanted.state).unwrap()
}

/// The problems as `line:column message`.
fn problems(text: &str, policy: &str) -> Vec<String> {
    let problems = lowered(text, policy).expect_err("problems").0;
    problems.iter().map(|p| format!("{}:{} {}", p.line, p.column, p.message)).collect()
}

fn tls() -> Value {
    let arn = format!("arn:aws:s3:::{NAME}");
    json!({"Sid": "DenyInsecureTransport", "Effect": "Deny", "Principal": "*", "Action": ["s3:*"],
        "Resource": [arn, format!("{arn}/*")], "Condition": {"Bool": {"aws:SecureTransport": ["false"]}}})
}

#[test]
fn an_empty_section_is_a_private_versioned_bucket_for_tls_alone() {
    let expected = json!({
        "VersioningStatus": "Enabled",
        "ServerSideEncryptionConfiguration":
            {"SSEAlgorithm": "AES256", "KMSMasterKeyID": null, "BucketKeyEnabled": false},
        "PublicAccessBlockConfiguration": {"BlockPublicAcls": true, "IgnorePublicAcls": true,
            "BlockPublicPolicy": true, "RestrictPublicBuckets": true},
        "ObjectOwnership": "BucketOwnerEnforced", "LifecycleRules": {}, "CORSRules": [],
        "Policy": {"Version": "2012-10-17", "Statement": [tls()]},
        "Tags": {"serverless-app:app": "shop", "serverless-app:stage": "test",
            "serverless-app:address": "s3.bucket/assets"},
    });
    assert_eq!(state("[bucket.assets]", ""), expected);
}

#[test]
fn every_field_reaches_the_state() {
    let bucket = state(
        r#"[bucket.assets]
        versioning = false
        encryption = { kms_key = "arn:aws:kms:us-west-2:123456789012:key/one" }
        public_access_block = { block_public_policy = false }
        ownership = "object-writer"
        enforce_tls = false
        lifecycle = [{ id = "logs", prefix = "logs/", expiration_days = 90, noncurrent_days = 7,
            abort_multipart_days = 2, transitions = [{ days = 30, storage_class = "standard-ia" }] },
            { id = "some", tags = { kind = "log" }, larger_than = 1024, smaller_than = 4096, noncurrent_days = 90,
            newer_noncurrent_versions = 3, noncurrent_transitions = [{ days = 30, storage_class = "glacier", newer_versions = 1 }] },
            { id = "markers", expired_delete_markers = true }]
        cors = [{ origins = ["https://b.example", "https://a.example"], methods = ["PUT", "GET"], max_age = 60 }]
        tags = { team = "shop" }"#,
        "",
    );
    assert_eq!(bucket["VersioningStatus"], "Suspended");
    let encryption = json!({"SSEAlgorithm": "aws:kms", "BucketKeyEnabled": true,
        "KMSMasterKeyID": "arn:aws:kms:us-west-2:123456789012:key/one"});
    assert_eq!(bucket["ServerSideEncryptionConfiguration"], encryption);
    let block = json!({"BlockPublicAcls": true, "IgnorePublicAcls": true, "BlockPublicPolicy": false,
        "RestrictPublicBuckets": true});
    assert_eq!(bucket["PublicAccessBlockConfiguration"], block);
    assert_eq!((&bucket["ObjectOwnership"], &bucket["Policy"]), (&json!("ObjectWriter"), &Value::Null));
    let rule = json!({"ID": "logs", "Status": "Enabled", "Filter": {"Prefix": "logs/"}, "Expiration": {"Days": 90},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 7},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 2},
        "Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"}]});
    let some = json!({"ID": "some", "Status": "Enabled",
        "Filter": {"Prefix": "", "Tags": {"kind": "log"}, "ObjectSizeGreaterThan": 1024, "ObjectSizeLessThan": 4096},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 90, "NewerNoncurrentVersions": 3},
        "NoncurrentVersionTransitions": [{"NoncurrentDays": 30, "StorageClass": "GLACIER", "NewerNoncurrentVersions": 1}]});
    let markers = json!({"ID": "markers", "Status": "Enabled", "Filter": {"Prefix": ""},
        "Expiration": {"ExpiredObjectDeleteMarker": true}});
    assert_eq!(bucket["LifecycleRules"], json!({ "logs": rule, "some": some, "markers": markers }));
    let cors = json!([{"AllowedOrigins": ["https://a.example", "https://b.example"],
        "AllowedMethods": ["GET", "PUT"], "MaxAgeSeconds": 60}]);
    assert_eq!(bucket["CORSRules"], cors);
    assert_eq!(bucket["Tags"]["team"], "shop");
}

#[test]
fn a_policy_file_follows_the_statement_for_tls_with_references_filled_in() {
    let policy = r#"{"Version": "2012-10-17", "Statement": {"Sid": "Home", "Effect": "Allow",
        "Principal": {"AWS": "${account}"}, "Action": "s3:GetObject",
        "Resource": "${bucket.assets.arn}/${aws:username}/${*}/*"}}"#;
    let bucket = state("[bucket.assets]\npolicy = \"policy.json\"", policy);
    let home = json!({"Sid": "Home", "Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::123456789012:root"]},
        "Action": ["s3:GetObject"], "Resource": [format!("arn:aws:s3:::{NAME}/${{aws:username}}/${{*}}/*")]});
    assert_eq!(bucket["Policy"], json!({"Version": "2012-10-17", "Statement": [tls(), home]}));
}

#[test]
fn a_policy_that_aws_would_refuse_is_a_problem() {
    let of = |policy: &str| problems("[bucket.assets]\npolicy = \"policy.json\"", policy);
    let everybody = r#"{"Statement": [{"Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": "s3:GetObject",
        "Resource": "*"}, {"Sid": "DenyInsecureTransport", "Effect": "Deny"}]}"#;
    let expected = [
        "5:10 statement \"DenyInsecureTransport\" has no Action",
        "5:10 statement \"DenyInsecureTransport\" has no Principal",
        "5:10 statement \"DenyInsecureTransport\" has no Resource",
        "5:10 statement 1 admits everybody, which block_public_policy refuses",
        "5:10 the Sid of statement \"DenyInsecureTransport\" is used twice",
    ];
    assert_eq!(of(everybody), expected);
    assert_eq!(of("{"), ["5:10 policy.json is not JSON: EOF while parsing an object at line 1 column 1"]);
    for no_policy in ["[]", "{}", r#"{"Statement": []}"#, r#"{"Statement": ["x"]}"#] {
        assert_eq!(of(no_policy), ["5:10 policy.json is not a policy: it has no statements"]);
    }
}

#[test]
fn what_aws_would_refuse_is_reported_all_at_once() {
    let found = problems(
        r#"[bucket.assets]
bucket_key = true
[[bucket.assets.lifecycle]]
id = "a"
expiration_days = 0
[[bucket.assets.lifecycle]]
id = "a"
[[bucket.assets.lifecycle]]
id = ""
expiration_days = 20
transitions = [{ days = 3, storage_class = "standard-ia" }, { days = 40, storage_class = "standard-ia" }]
[[bucket.assets.cors]]
origins = ["https://*.*.example"]
methods = []
max_age = -1
[bucket.other]
encryption = { kms_key = "own" }"#,
        "",
    );
    let expected = [
        "5:14 a bucket key is only for encryption with KMS",
        "8:19 at least one day must pass",
        "9:1 the rule does nothing",
        "10:6 \"a\" is used twice",
        "12:6 \"\" is not an id",
        "14:16 objects can be moved there after 30 days or more",
        "14:61 another transition already moves objects there",
        "14:61 the objects have expired by then",
        "16:11 \"https://*.*.example\" has more than one `*`",
        "17:11 there is no method",
        "18:11 an age cannot be negative",
        "20:1 \"own\" is not the ARN of a KMS key",
    ];
    assert_eq!(found, expected);
}

#[test]
fn objects_move_to_what_is_colder_alone_and_stay_for_a_month_where_they_are_seldom_read() {
    let rule = |moves: &[String]| {
        let moves = moves.join(", ");
        format!("[[bucket.assets.lifecycle]]\nid = \"a\"\nlarger_than = 0\ntransitions = [{moves}]")
    };
    let to = |days: i32, class: &str| format!("{{ days = {days}, storage_class = \"{class}\" }}");
    for fine in [
        &[to(30, "standard-ia"), to(60, "glacier"), to(61, "deep-archive")][..],
        &[to(0, "glacier"), to(1, "deep-archive")],
    ] {
        assert_eq!(
            state(&rule(fine), "")["LifecycleRules"]["a"]["Transitions"].as_array().map(Vec::len),
            Some(fine.len())
        );
    }
    let of = |moves: &[String]| problems(&rule(moves), "");
    let warm_again = [to(90, "glacier-ir"), to(60, "deep-archive")];
    assert_eq!(of(&warm_again), ["7:15 objects are moved to DEEP_ARCHIVE on day 60, and to GLACIER_IR on day 90"]);
    let too_soon = [to(59, "glacier"), to(30, "standard-ia")];
    assert_eq!(of(&too_soon), ["7:15 objects are moved to GLACIER on day 59, and to STANDARD_IA on day 30"]);
}

#[test]
fn a_lifecycle_rule_that_aws_would_refuse_is_a_problem() {
    let found = problems(
        r#"[[bucket.assets.lifecycle]]
id = "a"
tags = { "" = "x" }
abort_multipart_days = 1
expired_delete_markers = true
expiration_days = 5
[[bucket.assets.lifecycle]]
id = "b"
larger_than = -1
smaller_than = 0
newer_noncurrent_versions = 101
noncurrent_transitions = [{ days = 3, storage_class = "onezone-ia", newer_versions = 0 }]
[[bucket.assets.lifecycle]]
id = "c"
noncurrent_days = 30
noncurrent_transitions = [{ days = 30, storage_class = "glacier" }, { days = 20, storage_class = "glacier" }]"#,
        "",
    );
    let expected = [
        "6:15 this is not a valid tag of an object",
        "7:24 abort_multipart_days cannot be combined with tags or a size",
        "8:26 expired_delete_markers cannot be combined with tags or a size",
        "8:26 the rule has expiration_days already",
        "12:15 no object can have this size",
        "13:16 no object can have this size",
        "14:29 S3 can keep 1 to 100 newer versions",
        "14:29 the rule deletes no versions",
        "15:27 objects can be moved there after 30 days or more",
        "15:86 S3 can keep 1 to 100 newer versions",
        "19:27 the versions are deleted by then",
        "19:69 another transition already moves objects there",
    ];
    assert_eq!(found, expected);
}
