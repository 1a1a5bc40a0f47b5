//! The KMS keys of buses, queues and topics.

use std::collections::BTreeSet;

use crate::manifest::{Cursor, Delivery};
use crate::name::Address;

/// Reports what is no KMS key.
pub(super) fn check(key: &str, here: &Cursor) {
    if !is_key(key) {
        let help = "write the key's id, its ARN, or alias/<name>";
        here.problem(format!("{key:?} is not a KMS key"), Some(help));
    }
}

/// Services of AWS cannot use the key that AWS manages (`managed`) for what they bring, and one of the user's own only where its
/// policy says so: that is said to reviewers, since what is brought is lost otherwise and no call fails.
pub(super) fn check_services(key: &str, managed: &str, deliveries: &[Delivery], to: &Address, here: &Cursor) {
    let services: BTreeSet<&str> = deliveries.iter().map(|delivery| delivery.service).collect();
    let Some(first) = services.first() else { return };
    if key == managed {
        let message = format!("{first} delivers to it, and cannot use the key {managed}");
        let help = format!("use a key of your own whose policy lets {first} use it, or leave the key out");
        here.problem(message, Some(&help));
        return;
    }
    let services = services.into_iter().collect::<Vec<_>>().join(", ");
    here.note(to, format!("the policy of its key must let {services} use the key: what they bring is lost otherwise"));
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
