//! `[bucket.<name>]`; its objects stay where they are.

use serde_json::Value as Json;
use toml_edit::{Table, Value};

use super::resource_policy;
use crate::aws::s3::{self, CorsRule, Notification, PublicAccessBlock, Versioning};
use crate::aws::{Id, Kind};
use crate::import::Scene;
use crate::import::lines::{Lines, inline, list};
use crate::manifest::bucket::notify::Event;

mod lifecycle;

/// The section of a bucket.
pub fn write(id: &Id, bucket: &s3::Bucket, scene: &Scene) -> Table {
    let mut lines = scene.start(id);
    lines.set_unless("versioning", bucket.versioning == Versioning::Enabled, true);
    encryption(id, &bucket.encryption, scene, &mut lines);
    lines.set_some("public_access_block", public_access_block(bucket.public_access_block));
    if bucket.object_ownership != "BucketOwnerEnforced" {
        lines.set("ownership", kebab(&bucket.object_ownership));
    }
    let rules = bucket.lifecycle_rules.values().filter_map(|rule| lifecycle::rule(id, rule, scene));
    lines.set_table_list("lifecycle", rules.collect::<Vec<_>>());
    lines.set_table_list("cors", bucket.cors_rules.iter().map(|rule| cors(id, rule, scene)).collect::<Vec<_>>());
    let notifications = &bucket.notification_configuration;
    let notify = notifications.entries.iter().filter_map(|(entry, one)| notify(id, entry, one, scene));
    let notify: Vec<Value> = notify.collect();
    if !notify.is_empty() {
        lines.set("notify", list(notify));
    }
    lines.set_unless("eventbridge", notifications.event_bridge, false);
    policy(id, bucket, scene, &mut lines);
    scene.end(id, &bucket.tags, lines)
}

fn encryption(id: &Id, encryption: &s3::Encryption, scene: &Scene, lines: &mut Lines) {
    match (encryption.sse_algorithm.as_str(), &encryption.kms_master_key_id) {
        ("AES256", _) => {}
        ("aws:kms", Some(key)) => {
            lines.set("encryption", inline([("kms_key", key)]));
            lines.set_unless("bucket_key", encryption.bucket_key_enabled, true);
        }
        (other, _) => {
            let why = "a section can have AES256, or a KMS key by its ARN: new objects would be encrypted with AES256";
            scene.unsaid(id, &format!("the encryption {other}"), why);
        }
    }
}

fn public_access_block(block: PublicAccessBlock) -> Option<Value> {
    let mut lines = Lines::new();
    lines.set_unless("block_public_acls", block.block_public_acls, true);
    lines.set_unless("ignore_public_acls", block.ignore_public_acls, true);
    lines.set_unless("block_public_policy", block.block_public_policy, true);
    lines.set_unless("restrict_public_buckets", block.restrict_public_buckets, true);
    (!lines.is_empty()).then(|| lines.inline())
}

fn cors(id: &Id, rule: &CorsRule, scene: &Scene) -> Lines {
    if let Some(name) = &rule.id {
        scene.unsaid(
            id,
            &format!("the id {name:?} of a cross-origin rule"),
            "rules in a section have no id: it will be removed",
        );
    }
    let mut lines = Lines::new();
    lines.set("origins", list(&rule.allowed_origins));
    lines.set("methods", list(&rule.allowed_methods));
    lines.set_list("headers", &rule.allowed_headers);
    lines.set_list("expose_headers", &rule.expose_headers);
    lines.set_some("max_age", rule.max_age_seconds.map(i64::from));
    lines
}

/// An entry whose destination has a section: the same is put under an id of ours, in its place.
fn notify(id: &Id, entry: &str, one: &Notification, scene: &Scene) -> Option<Value> {
    let to = |arn: &Option<String>, kind| arn.as_deref().and_then(|arn| scene.section_of(kind, arn));
    let (function, queue) = (to(&one.lambda_function_arn, Kind::Function), to(&one.queue_arn, Kind::Queue));
    let words = one.events.iter().map(|event| Event::ALL.iter().find(|known| known.aws() == event).map(Event::word));
    let words = words.collect::<Option<Vec<_>>>();
    let destination = [("function", function), ("queue", queue), ("topic", to(&one.topic_arn, Kind::Topic))];
    let destination = destination.into_iter().find_map(|(key, name)| Some((key, name?)));
    let (Some((key, name)), Some(words)) = (destination, words) else {
        let why = "its destination has no section, or a section cannot have its events: it stays as it is, outside the \
             manifest";
        scene.unsaid(id, &format!("the notification {entry:?}"), why);
        return None;
    };
    let mut lines = Lines::new();
    lines.set("events", list(words));
    lines.set_some("prefix", one.prefix.as_deref().filter(|prefix| !prefix.is_empty()));
    lines.set_some("suffix", one.suffix.as_deref().filter(|suffix| !suffix.is_empty()));
    lines.set(key, name.as_str());
    Some(lines.inline())
}

fn policy(id: &Id, bucket: &s3::Bucket, scene: &Scene, lines: &mut Lines) {
    let arn = format!("arn:{}:s3:::{}", id.site.partition, id.name);
    let is_tls = |statement: &Json| asks_for_tls(statement, &arn);
    let own = bucket.policy.as_ref().and_then(|policy| resource_policy::rest(&arn, policy, is_tls, scene));
    lines.set_some("policy", own.map(|policy| resource_policy::file(id, "bucket", &policy, scene)));
    let enforced = bucket.policy.iter().flat_map(|policy| policy.statements()).any(is_tls);
    lines.set_unless("enforce_tls", enforced, true);
}

/// True for a statement that refuses every request without TLS, whatever it is called.
fn asks_for_tls(statement: &Json, arn: &str) -> bool {
    let all = [arn.to_owned(), format!("{arn}/*")];
    let resources = statement["Resource"].as_array().map(|of| of.iter().filter_map(Json::as_str).collect::<Vec<_>>());
    let condition = statement["Condition"].as_object().filter(|operators| operators.len() == 1);
    let transport = condition.and_then(|operators| operators.get("Bool")).and_then(Json::as_object);
    let transport = transport.filter(|keys| keys.len() == 1).and_then(|keys| keys.get("aws:SecureTransport"));
    let is_false =
        |value: &Json| value == "false" || value.as_array().is_some_and(|all| all.iter().all(|one| one == "false"));
    statement["Effect"] == "Deny"
        && (statement["Principal"] == "*" || statement["Principal"]["AWS"] == serde_json::json!(["*"]))
        && statement["Action"] == serde_json::json!(["s3:*"])
        && resources.is_some_and(|of| all.iter().all(|one| of.contains(&one.as_str())))
        && transport.is_some_and(is_false)
}

/// `BucketOwnerPreferred` as `bucket-owner-preferred`.
fn kebab(word: &str) -> String {
    let letter = |(at, c): (usize, char)| match c.is_ascii_uppercase() && at > 0 {
        true => format!("-{}", c.to_ascii_lowercase()),
        false => c.to_ascii_lowercase().to_string(),
    };
    word.chars().enumerate().map(letter).collect()
}
