//! The bucket policy: what the section's file says, after a statement that asks for TLS.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Bucket;
use crate::aws::document::Document;
use crate::manifest::{Cursor, Section, names};
use crate::name::Name;

/// The statement that refuses requests without TLS.
const TLS: &str = "DenyInsecureTransport";
/// What AWS allows for a bucket policy, in bytes.
const SIZE: usize = 20 * 1024;

/// The policy of the bucket that is lowered here, if there is any.
pub(super) fn lower(bucket: &Bucket, name: &Name, here: &Cursor) -> Option<Document> {
    let policy = here.at("policy").apart();
    let arn = names::bucket::arn(here.site, here.owner, name);
    let own = bucket.policy.as_deref().and_then(|file| read(file, &policy));
    // A bucket comes before its policy, which may well name it.
    policy.needs().into_iter().filter(|need| *need != Bucket::address(name)).for_each(|need| here.need(need));
    if let Some(own) = &own {
        check(bucket, own, &policy);
    }
    let document = match (bucket.enforce_tls, own) {
        (false, own) => own,
        (true, None) => Some(Document::new(vec![deny_insecure_transport(&arn)])),
        (true, Some(own)) => Some(preceded(&own, deny_insecure_transport(&arn))),
    };
    if document.as_ref().is_some_and(|document| document.to_string().len() > SIZE) {
        policy.problem(format!("the policy is longer than {SIZE} bytes"), Some("shorten it"));
    }
    document
}

fn deny_insecure_transport(arn: &str) -> Value {
    json!({"Sid": TLS, "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [arn, format!("{arn}/*")],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}}})
}

fn preceded(own: &Document, first: Value) -> Document {
    let mut value = own.value().clone();
    value["Statement"] = std::iter::once(first).chain(own.statements().iter().cloned()).collect();
    value.into()
}

/// The file's document, with our references filled in.
pub(in crate::manifest) fn read(file: &str, here: &Cursor) -> Option<Document> {
    let raw = here.file(file)?;
    let text = here.literal(&escape_variables(raw));
    let value: Value = match serde_json::from_str(&text) {
        Ok(value) => value,
        Err(error) => {
            here.problem(format!("{file} is not JSON: {error}"), None);
            return None;
        }
    };
    if !value.is_object() || !is_list_of_statements(&value["Statement"]) {
        let help = "write {\"Version\": \"2012-10-17\", \"Statement\": [...]}";
        here.problem(format!("{file} is not a policy: it has no statements"), Some(help));
        return None;
    }
    Some(value.into())
}

/// One statement may stand for a list of one.
fn is_list_of_statements(value: &Value) -> bool {
    value.is_object() || value.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(Value::is_object))
}

/// A policy variable, such as `${aws:username}`, is not ours to fill in: it has a colon, which a reference never
/// has, or it is one of the three that stand for a character.
fn escape_variables(text: &str) -> String {
    let mut parts = text.split("${");
    let mut escaped = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let inner = part.split('}').next().unwrap_or_default();
        let variable = inner.contains(':') || matches!(inner, "*" | "?" | "$");
        escaped.push_str(if variable && !escaped.ends_with('$') { "$${" } else { "${" });
        escaped.push_str(part);
    }
    escaped
}

fn check(bucket: &Bucket, policy: &Document, here: &Cursor) {
    let mut sids = BTreeSet::new();
    for (index, statement) in policy.statements().iter().enumerate() {
        let sid = statement["Sid"].as_str();
        let named = sid.map_or_else(|| format!("statement {}", index + 1), |sid| format!("statement {sid:?}"));
        if sid.is_some_and(|sid| !sids.insert(sid) || (bucket.enforce_tls && sid == TLS)) {
            here.problem(format!("{named} is there twice"), Some("give each statement a Sid of its own"));
        }
        for missing in missing(statement) {
            here.problem(format!("{named} has no {missing}"), Some("a bucket policy needs it"));
        }
        if bucket.public_access_block.block_public_policy && is_public(statement) {
            let help = "name principals, add a condition, or set public_access_block = { block_public_policy = false }";
            let message = format!("{named} lets everybody in, which block_public_policy refuses");
            here.problem(message, Some(help));
        }
    }
}

/// What a statement of a resource's policy lacks.
pub(in crate::manifest) fn missing(statement: &Value) -> Vec<&'static str> {
    let pairs =
        [("Effect", "Effect"), ("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource")];
    let missing = pairs.into_iter().filter(|(one, other)| statement[*one].is_null() && statement[*other].is_null());
    missing.map(|(one, _)| one).collect()
}

/// An unconditional grant to everybody: the plain case of what AWS calls public.
fn is_public(statement: &Value) -> bool {
    let everybody = |principal: &Value| {
        principal == "*" || principal["AWS"].as_array().is_some_and(|whom| whom.iter().any(|one| one == "*"))
    };
    statement["Effect"] == "Allow" && statement["Condition"].is_null() && everybody(&statement["Principal"])
}
