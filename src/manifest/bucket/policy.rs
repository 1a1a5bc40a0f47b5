//! The bucket policy: what the section's file says, after a statement that asks for TLS.

use serde_json::{Value, json};

use super::Bucket;
use crate::aws::document::Document;
use crate::manifest::resource_policy::{check_form, read};
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
        (true, None) => Some(of_tls(&arn)),
        (true, Some(own)) => Some(preceded(&own, deny_insecure_transport(&arn))),
    };
    if document.as_ref().is_some_and(|document| document.to_string().len() > SIZE) {
        policy.problem(format!("the policy has more than {SIZE} bytes"), Some("shorten it"));
    }
    document
}

/// A policy that asks for TLS and nothing else.
pub(in crate::manifest) fn of_tls(arn: &str) -> Document {
    Document::new(vec![deny_insecure_transport(arn)])
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

fn check(bucket: &Bucket, policy: &Document, here: &Cursor) {
    let taken: &[&str] = if bucket.enforce_tls { &[TLS] } else { &[] };
    for (named, statement) in check_form(policy, taken, "bucket policy", here) {
        if bucket.public_access_block.block_public_policy && is_public(statement) {
            let help = "name principals, add a condition, or set public_access_block = { block_public_policy = false }";
            let message = format!("{named} admits everybody, which block_public_policy refuses");
            here.problem(message, Some(help));
        }
    }
}

/// An unconditional grant to everybody: the plain case of what AWS calls public.
fn is_public(statement: &Value) -> bool {
    let everybody = |principal: &Value| {
        principal == "*" || principal["AWS"].as_array().is_some_and(|whom| whom.iter().any(|one| one == "*"))
    };
    statement["Effect"] == "Allow" && statement["Condition"].is_null() && everybody(&statement["Principal"])
}
