//! What AWS would refuse about a bucket.

use std::collections::BTreeSet;

use super::{Bucket, CorsRule, Encryption, LifecycleRule, StorageClass};
use crate::manifest::Lowering;

/// Lifecycle rules of one bucket.
const LIFECYCLE_RULES: usize = 1000;
/// Cross-origin rules of one bucket.
const CORS_RULES: usize = 100;
/// The least age at which objects may move to storage that is read seldom.
const SELDOM_DAYS: i32 = 30;

/// Reports everything at its place below `path`.
pub(super) fn check(bucket: &Bucket, path: &str, to: &mut Lowering) {
    check_encryption(bucket, path, to);
    check_count(bucket.lifecycle.len(), LIFECYCLE_RULES, &format!("{path}.lifecycle"), to);
    let mut ids = BTreeSet::new();
    for (index, rule) in bucket.lifecycle.iter().enumerate() {
        let place = format!("{path}.lifecycle[{index}]");
        if !ids.insert(&rule.id) {
            to.problem(&format!("{place}.id"), format!("{:?} is there twice", rule.id), Some("choose another id"));
        }
        check_rule(rule, &place, to);
    }
    check_count(bucket.cors.len(), CORS_RULES, &format!("{path}.cors"), to);
    for (index, rule) in bucket.cors.iter().enumerate() {
        check_cors(rule, &format!("{path}.cors[{index}]"), to);
    }
}

fn check_count(count: usize, limit: usize, path: &str, to: &mut Lowering) {
    if count > limit {
        to.problem(path, format!("{count} rules; AWS allows {limit}"), Some("remove some"));
    }
}

fn check_encryption(bucket: &Bucket, path: &str, to: &mut Lowering) {
    match &bucket.encryption {
        Encryption::Aes256 if bucket.bucket_key.is_some() => {
            let help = "remove it, or set encryption = { kms_key = ... }";
            to.problem(&format!("{path}.bucket_key"), "a bucket key is there for KMS keys alone", Some(help));
        }
        Encryption::KmsKey(key) if !(key.starts_with("arn:") && key.contains(":kms:")) => {
            let help = "write the key's ARN, arn:aws:kms:<region>:<account>:key/<id>";
            to.problem(&format!("{path}.encryption"), format!("{key:?} is not the ARN of a KMS key"), Some(help));
        }
        _ => {}
    }
}

fn check_rule(rule: &LifecycleRule, path: &str, to: &mut Lowering) {
    if !(1..=255).contains(&rule.id.len()) {
        to.problem(&format!("{path}.id"), format!("{:?} is not an id", rule.id), Some("use 1 to 255 characters"));
    }
    let days = [
        ("expiration_days", rule.expiration_days),
        ("noncurrent_days", rule.noncurrent_days),
        ("abort_multipart_days", rule.abort_multipart_days),
    ];
    if days.iter().all(|(_, days)| days.is_none()) && rule.transitions.is_empty() {
        let help = "add expiration_days, noncurrent_days, abort_multipart_days or transitions";
        to.problem(path, "the rule does nothing", Some(help));
    }
    for (field, days) in days {
        if days.is_some_and(|days| days < 1) {
            to.problem(&format!("{path}.{field}"), "at least one day must pass", Some("write 1 or more"));
        }
    }
    check_transitions(rule, path, to);
}

fn check_transitions(rule: &LifecycleRule, path: &str, to: &mut Lowering) {
    let mut classes = BTreeSet::new();
    for (index, transition) in rule.transitions.iter().enumerate() {
        let place = format!("{path}.transitions[{index}]");
        let least = match transition.storage_class {
            StorageClass::StandardIa | StorageClass::OnezoneIa => SELDOM_DAYS,
            _ => 0,
        };
        if transition.days < least {
            let message = format!("objects can move there after {least} days or more");
            to.problem(&place, message, Some("wait longer, or choose another storage class"));
        }
        if !classes.insert(transition.storage_class) {
            to.problem(&place, "another transition goes there already", Some("remove one of them"));
        }
        if rule.expiration_days.is_some_and(|days| days <= transition.days) {
            to.problem(&place, "the objects are gone by then", Some("move them before expiration_days"));
        }
    }
}

fn check_cors(rule: &CorsRule, path: &str, to: &mut Lowering) {
    if rule.origins.is_empty() {
        to.problem(&format!("{path}.origins"), "no origin is named", Some("name one, such as https://example.com"));
    }
    if rule.methods.is_empty() {
        to.problem(&format!("{path}.methods"), "no method is named", Some("name one, such as GET"));
    }
    for (field, names) in [("origins", &rule.origins), ("headers", &rule.headers)] {
        for name in names.iter().filter(|name| name.matches('*').count() > 1) {
            let message = format!("{name:?} has more than one `*`");
            to.problem(&format!("{path}.{field}"), message, Some("write one for each"));
        }
    }
    if rule.max_age.is_some_and(|age| age < 0) {
        to.problem(&format!("{path}.max_age"), "an age is not negative", Some("write 0 or more"));
    }
}
