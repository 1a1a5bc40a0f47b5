//! Buckets on both emulators.

use std::collections::BTreeMap;

use aws_sdk_s3::primitives::ByteStream;
use serde_json::json;
use serverless_app::aws::document::Document;
use serverless_app::aws::s3::{
    AbortIncompleteMultipartUpload, Bucket, CorsRule, Encryption, Expiration, Filter, LifecycleRule,
    NoncurrentVersionExpiration, NoncurrentVersionTransition, PublicAccessBlock, Transition, Versioning,
};
use serverless_app::aws::{Aws, Id, Kind, PlanReader, State, Tags};
use serverless_app::text::Outputs;

use crate::lifecycle::{emulators, id, lead, observe};

fn tags(tags: &[(&str, &str)]) -> Tags {
    tags.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
}

fn policy(name: &str, sid: &str) -> Document {
    Document::new(vec![json!({"Sid": sid, "Effect": "Deny", "Principal": "*", "Action": "s3:DeleteBucketWebsite",
        "Resource": format!("arn:aws:s3:::{name}")})])
}

fn rule(id: &str, prefix: &str, days: i32) -> (String, LifecycleRule) {
    let rule = LifecycleRule {
        id: id.into(),
        status: "Enabled".into(),
        filter: Filter::prefix(prefix),
        expiration: Some(Expiration { days: Some(days + 100), ..Expiration::default() }),
        noncurrent_version_expiration: Some(NoncurrentVersionExpiration {
            noncurrent_days: days + 40,
            newer_noncurrent_versions: Some(3),
        }),
        noncurrent_version_transitions: [NoncurrentVersionTransition {
            noncurrent_days: 30,
            storage_class: "GLACIER".into(),
            newer_noncurrent_versions: Some(2),
        }]
        .into(),
        abort_incomplete_multipart_upload: Some(AbortIncompleteMultipartUpload { days_after_initiation: 2 }),
        transitions: [(30, "STANDARD_IA"), (60, "GLACIER")]
            .map(|(days, class)| Transition { days, storage_class: class.into() })
            .into(),
    };
    (id.into(), rule)
}

/// Rules for some of the objects below a prefix, and for none but delete markers.
fn narrow() -> BTreeMap<String, LifecycleRule> {
    let of = |filter: Filter, expiration: Expiration| LifecycleRule {
        status: "Enabled".into(),
        filter,
        expiration: Some(expiration),
        ..LifecycleRule::default()
    };
    let days = || Expiration { days: Some(9), ..Expiration::default() };
    let tagged = Filter { tags: tags(&[("kind", "log"), ("team", "shop")]), ..Filter::prefix("in/") };
    let sized =
        Filter { object_size_greater_than: Some(1024), object_size_less_than: Some(1 << 20), ..Filter::default() };
    let one = Filter { tags: tags(&[("kind", "tmp")]), ..Filter::default() };
    let large = Filter { object_size_greater_than: Some(1 << 30), ..Filter::default() };
    let markers = Expiration { days: None, expired_object_delete_marker: true };
    let all = [
        ("tagged", of(tagged, days())),
        ("sized", of(sized, days())),
        ("one", of(one, days())),
        ("large", of(large, days())),
        ("markers", of(Filter::default(), markers)),
    ];
    all.into_iter().map(|(id, rule)| (id.to_owned(), LifecycleRule { id: id.into(), ..rule })).collect()
}

#[tokio::test]
async fn lifecycle_rules_for_some_objects_come_back_as_they_were_put() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Bucket, "narrow", "suite--test-bucket-narrow").await;
        let mut bucket = Bucket::private(Tags::new());
        bucket.lifecycle_rules = narrow();
        let sent = to(&aws, &id, Some(bucket.clone())).await;
        assert_eq!(sent, ["s3:CreateBucket", "s3:PutBucketLifecycleConfiguration"], "{emulator}");
        bucket.lifecycle_rules.insert("all".into(), rule("all", "", 20).1);
        assert_eq!(to(&aws, &id, Some(bucket)).await, ["s3:PutBucketLifecycleConfiguration"], "{emulator}");
        to(&aws, &id, None).await;
    }
}

fn cors(origin: &str) -> CorsRule {
    let set = |items: &[&str]| items.iter().map(|item| item.to_string()).collect();
    CorsRule {
        id: None,
        allowed_origins: set(&[origin]),
        allowed_methods: set(&["GET", "PUT"]),
        allowed_headers: set(&["*"]),
        expose_headers: set(&["ETag"]),
        max_age_seconds: Some(60),
    }
}

/// A bucket with everything set.
fn full(name: &str) -> Bucket {
    let mut bucket = Bucket::private(tags(&[("a", "1"), ("b", "2")]));
    bucket.versioning = Versioning::Enabled;
    bucket.encryption = Encryption::kms("arn:aws:kms:us-west-2:123456789012:key/one", true);
    bucket.lifecycle_rules = BTreeMap::from([rule("logs", "logs/", 10), rule("all", "", 20)]);
    bucket.cors_rules = vec![cors("https://b.example"), cors("https://a.example")];
    bucket.policy = Some(policy(name, "One"));
    bucket
}

/// Every part changed.
fn changed(name: &str) -> Bucket {
    let mut bucket = Bucket::private(tags(&[("b", "3")]));
    bucket.public_access_block = PublicAccessBlock { block_public_policy: false, ..PublicAccessBlock::all(true) };
    bucket.object_ownership = "BucketOwnerPreferred".into();
    bucket.lifecycle_rules = BTreeMap::from([rule("logs", "other/", 10)]);
    bucket.cors_rules = vec![cors("*")];
    bucket.policy = Some(policy(name, "Two"));
    bucket
}

async fn to(aws: &Aws, id: &Id, want: Option<Bucket>) -> Vec<String> {
    lead(aws, id, want.map(State::from).as_ref(), &mut Outputs::new()).await
}

#[tokio::test]
async fn a_bucket_goes_through_its_whole_life() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Bucket, "life", "suite--test-bucket-life").await;
        let name = id.name.as_str();
        let sent = to(&aws, &id, Some(full(name))).await;
        let parts = ["Encryption", "Versioning", "LifecycleConfiguration", "Cors", "Policy"];
        let puts = parts.map(|part| format!("s3:PutBucket{part}"));
        assert_eq!(sent, [&["s3:CreateBucket".to_owned()], &puts[..]].concat(), "{emulator}");
        assert_eq!(to(&aws, &id, Some(changed(name))).await.len(), 8, "{emulator}");
        assert_eq!(to(&aws, &id, Some(full(name))).await.len(), 8, "{emulator}");
        let bare = Bucket::private(Tags::new());
        let sent = to(&aws, &id, Some(bare)).await;
        for gone in ["Tagging", "Lifecycle", "Cors", "Policy"] {
            assert!(sent.contains(&format!("s3:DeleteBucket{gone}")), "{emulator} {sent:?}");
        }
        assert_eq!(to(&aws, &id, None).await, ["s3:DeleteObjects", "s3:DeleteBucket"], "{emulator}");
    }
}

#[tokio::test]
async fn a_bucket_is_swept_of_versions_markers_and_uploads() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Bucket, "swept", "suite--test-bucket-swept").await;
        let (s3, name) = (&aws.write.s3, id.name.as_str());
        let mut versioned = Bucket::private(Tags::new());
        versioned.versioning = Versioning::Enabled;
        to(&aws, &id, Some(versioned)).await;
        for key in ["a", "b/ü +c", "a"] {
            s3.put_object().bucket(name).key(key).body(ByteStream::from_static(b"x")).send().await.unwrap();
        }
        s3.delete_object().bucket(name).key("a").send().await.unwrap();
        s3.create_multipart_upload().bucket(name).key("never completed").send().await.unwrap();
        let listed = s3.list_object_versions().bucket(name).send().await.unwrap();
        assert_eq!((listed.versions().len(), listed.delete_markers().len()), (3, 1), "{emulator}");
        assert_eq!(Kind::Bucket.count_swept(&aws, &id).await.unwrap(), 4, "{emulator}");
        assert_eq!(to(&aws, &id, None).await, ["s3:DeleteObjects", "s3:DeleteBucket"], "{emulator}");
        assert_eq!(Kind::Bucket.count_swept(&aws, &id).await.unwrap(), 0, "{emulator}");
    }
}

#[tokio::test]
async fn what_others_do_to_a_bucket_is_seen_and_undone() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Bucket, "drift", "suite--test-bucket-drift").await;
        let (s3, name) = (&aws.write.s3, id.name.as_str());
        let want = full(name);
        to(&aws, &id, Some(want.clone())).await;

        s3.delete_public_access_block().bucket(name).send().await.unwrap();
        s3.delete_bucket_lifecycle().bucket(name).send().await.unwrap();
        s3.delete_bucket_policy().bucket(name).send().await.unwrap();
        s3.delete_bucket_tagging().bucket(name).send().await.unwrap();
        let suspended = aws_sdk_s3::types::VersioningConfiguration::builder()
            .status(aws_sdk_s3::types::BucketVersioningStatus::Suspended)
            .build();
        s3.put_bucket_versioning().bucket(name).versioning_configuration(suspended).send().await.unwrap();
        let sent = to(&aws, &id, Some(want)).await;
        let parts =
            ["BucketTagging", "PublicAccessBlock", "BucketVersioning", "BucketLifecycleConfiguration", "BucketPolicy"];
        assert_eq!(sent, parts.map(|part| format!("s3:Put{part}")), "{emulator}");
        to(&aws, &id, None).await;
    }
}

#[tokio::test]
async fn a_bucket_is_found_by_its_prefix_until_it_is_gone() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Bucket, "listed", "suite--test-bucket-listed").await;
        let listed =
            async || Kind::Bucket.find(&PlanReader::new(&aws), &id.owner).await.unwrap().into_iter().map(|f| f.name);
        to(&aws, &id, Some(full(&id.name))).await;
        assert!(listed().await.any(|name| name == id.name), "{emulator}");
        assert!(listed().await.all(|name| name.starts_with("suite--test-")), "{emulator}");
        to(&aws, &id, None).await;
        assert!(listed().await.all(|name| name != id.name), "{emulator}");
        assert_eq!(observe(&aws, &id, &mut Outputs::new()).await, None, "{emulator}");
    }
}
