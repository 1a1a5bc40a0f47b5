//! The KMS keys of buses, buckets, queues, tables and topics.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::manifest::{Cursor, Delivery};
use crate::name::Address;

/// Reports what is no KMS key.
pub(super) fn check(key: &str, here: &Cursor) {
    if !is_key(key) {
        let help = "write the key's id, its ARN, or alias/<name>";
        here.problem(format!("{key:?} is not the id or ARN of a KMS key"), Some(help));
    }
}

/// Services of AWS cannot use the key that AWS manages (`managed`) for what they bring, and one of the user's own only where its
/// policy says so: that is said to reviewers, since what is brought is lost otherwise and no call fails.
pub(super) fn check_services(key: &str, managed: &str, deliveries: &[Delivery], to: &Address, here: &Cursor) {
    let services: BTreeSet<&str> = deliveries.iter().map(|delivery| delivery.service).collect();
    let Some(first) = services.first() else { return };
    if key == managed {
        let message = format!("{first} delivers to it, and cannot use the key {managed}");
        let help = format!("use a key of your own whose policy allows {first} to use it, or leave the key out");
        here.problem(message, Some(&help));
        return;
    }
    let services = services.into_iter().collect::<Vec<_>>().join(", ");
    here.note(
        to,
        format!("the policy of its key must allow {services} to use it: what they deliver is lost otherwise"),
    );
}

/// What sending to something that is encrypted takes of its key.
pub(super) const SEND: [&str; 2] = ["kms:Decrypt", "kms:GenerateDataKey"];

/// What writing to a table that is encrypted takes of its key.
pub(super) const WRITE: [&str; 6] =
    ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"];

/// The statement that lets a role use a key (an id, an ARN, or an alias by its name or its ARN) by way of `service` alone.
/// `None` for a key that AWS manages, which lets in whoever may use the service.
pub(super) fn use_of(sid: &str, key: &str, service: &str, actions: &[&str], here: &Cursor) -> Option<Value> {
    let site = here.site;
    let (start, name) = match key.split_once(":alias/") {
        Some((start, name)) => (format!("{start}:"), Some(format!("alias/{name}"))),
        None => (site.arn("kms", ""), key.starts_with("alias/").then(|| key.to_owned())),
    };
    let resource = match &name {
        Some(name) if name.starts_with("alias/aws/") => return None,
        Some(_) => format!("{start}key/*"),
        None if key.starts_with("arn:") => key.to_owned(),
        None => site.arn("kms", &format!("key/{key}")),
    };
    let via = format!("{service}.{}.{}", site.region, site.dns_suffix());
    let mut condition = json!({"StringEquals": {"kms:ViaService": [via]}});
    // IAM knows no aliases in ARNs.
    if let Some(name) = name {
        condition["ForAnyValue:StringEquals"] = json!({"kms:ResourceAliases": [name]});
    }
    Some(json!({"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": [resource], "Condition": condition}))
}

fn is_key(text: &str) -> bool {
    let is_word = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/'))
    };
    match text.strip_prefix("arn:") {
        Some(arn) => matches!(arn.split(':').collect::<Vec<_>>().as_slice(), [_, "kms", _, _, key] if is_word(key)),
        None => text.strip_prefix("alias/").map_or(!text.contains('/') && is_word(text), is_word),
    }
}
