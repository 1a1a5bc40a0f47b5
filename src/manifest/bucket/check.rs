//! What AWS would refuse about a bucket.

use std::collections::BTreeSet;

use super::{Bucket, CorsRule, Encryption, lifecycle, notify};
use crate::manifest::Cursor;

/// Lifecycle rules of one bucket.
const LIFECYCLE_RULES: usize = 1000;
/// Cross-origin rules of one bucket.
const CORS_RULES: usize = 100;

/// Reports everything at its place.
pub(super) fn check(bucket: &Bucket, here: &Cursor) {
    check_encryption(bucket, here);
    check_count(bucket.lifecycle.len(), LIFECYCLE_RULES, &here.at("lifecycle"));
    let mut ids = BTreeSet::new();
    for (here, rule) in here.at("lifecycle").each(&bucket.lifecycle) {
        if !ids.insert(&rule.id) {
            here.at("id").problem(format!("{:?} is used twice", rule.id), Some("choose another id"));
        }
        lifecycle::check(rule, &here);
    }
    notify::check(&bucket.notify, &here.at("notify"));
    check_count(bucket.cors.len(), CORS_RULES, &here.at("cors"));
    for (here, rule) in here.at("cors").each(&bucket.cors) {
        check_cors(rule, &here);
    }
}

fn check_count(count: usize, limit: usize, here: &Cursor) {
    if count > limit {
        here.problem(format!("there are {count} rules; AWS allows {limit}"), Some("remove some"));
    }
}

fn check_encryption(bucket: &Bucket, here: &Cursor) {
    match &bucket.encryption {
        Encryption::Aes256 if bucket.bucket_key.is_some() => {
            let help = "remove it, or set encryption = { kms_key = ... }";
            here.at("bucket_key").problem("a bucket key is only for encryption with KMS", Some(help));
        }
        Encryption::KmsKey(key) if !(key.starts_with("arn:") && key.contains(":kms:")) => {
            let help = "write the key's ARN, arn:aws:kms:<region>:<account>:key/<id>";
            here.at("encryption").problem(format!("{key:?} is not the ARN of a KMS key"), Some(help));
        }
        _ => {}
    }
}

fn check_cors(rule: &CorsRule, here: &Cursor) {
    if rule.origins.is_empty() {
        here.at("origins").problem("there is no origin", Some("add one, such as https://example.com"));
    }
    if rule.methods.is_empty() {
        here.at("methods").problem("there is no method", Some("add one, such as GET"));
    }
    for (field, names) in [("origins", &rule.origins), ("headers", &rule.headers)] {
        for name in names.iter().filter(|name| name.matches('*').count() > 1) {
            let message = format!("{name:?} has more than one `*`");
            here.at(field).problem(message, Some("write a separate entry for each"));
        }
    }
    if rule.max_age.is_some_and(|age| age < 0) {
        here.at("max_age").problem("an age cannot be negative", Some("write 0 or more"));
    }
}
