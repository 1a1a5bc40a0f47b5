//! The bucket policy: what the section's file says, after a statement that asks for TLS.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Bucket, arn};
use crate::aws::document::Document;
use crate::manifest::{Lowering, Section};
use crate::name::{Address, Name};

/// The statement that refuses requests without TLS.
const TLS: &str = "DenyInsecureTransport";
/// What AWS allows for a bucket policy, in bytes.
const SIZE: usize = 20 * 1024;

/// The policy, if there is any, and what it refers to.
pub(super) fn lower(
    bucket: &Bucket,
    name: &Name,
    path: &str,
    to: &mut Lowering,
) -> (Option<Document>, BTreeSet<Address>) {
    let (place, mut needs) = (format!("{path}.policy"), BTreeSet::new());
    let arn = arn(to.site, to.owner, name);
    let own = bucket.policy.as_deref().and_then(|file| read(file, &place, &mut needs, to));
    // A bucket comes before its policy, which may well name it.
    needs.remove(&Bucket::address(name));
    if let Some(own) = &own {
        check(bucket, own, &place, to);
    }
    let document = match (bucket.enforce_tls, own) {
        (false, own) => own,
        (true, None) => Some(Document::new(vec![deny_insecure_transport(&arn)])),
        (true, Some(own)) => Some(preceded(&own, deny_insecure_transport(&arn))),
    };
    if document.as_ref().is_some_and(|document| document.to_string().len() > SIZE) {
        to.problem(&place, format!("the policy is longer than {SIZE} bytes"), Some("shorten it"));
    }
    (document, needs)
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
fn read(file: &str, place: &str, needs: &mut BTreeSet<Address>, to: &mut Lowering) -> Option<Document> {
    let raw = to.file(place, file)?;
    let text = to.literal(place, &escape_variables(&raw), needs);
    let value: Value = match serde_json::from_str(&text) {
        Ok(value) => value,
        Err(error) => {
            to.problem(place, format!("{file} is not JSON: {error}"), None);
            return None;
        }
    };
    if !value.is_object() || !is_list_of_statements(&value["Statement"]) {
        let help = "write {\"Version\": \"2012-10-17\", \"Statement\": [...]}";
        to.problem(place, format!("{file} is not a policy: it has no statements"), Some(help));
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

fn check(bucket: &Bucket, policy: &Document, place: &str, to: &mut Lowering) {
    let mut sids = BTreeSet::new();
    for (index, statement) in policy.statements().iter().enumerate() {
        let sid = statement["Sid"].as_str();
        let named = sid.map_or_else(|| format!("statement {}", index + 1), |sid| format!("statement {sid:?}"));
        if sid.is_some_and(|sid| !sids.insert(sid) || (bucket.enforce_tls && sid == TLS)) {
            to.problem(place, format!("{named} is there twice"), Some("give each statement a Sid of its own"));
        }
        for missing in missing(statement) {
            to.problem(place, format!("{named} has no {missing}"), Some("a bucket policy needs it"));
        }
        if bucket.public_access_block.block_public_policy && is_public(statement) {
            let help = "name principals, add a condition, or set public_access_block = { block_public_policy = false }";
            let message = format!("{named} lets everybody in, which block_public_policy refuses");
            to.problem(place, message, Some(help));
        }
    }
}

fn missing(statement: &Value) -> Vec<&'static str> {
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
