//! Digests of code in one spelling: hex, and as much of it as distinguishes two. All of it is in the plan file.

use serde_json::Value;

use crate::aws::lambda::Blob;
use crate::plan::{AttributeDiff, Shown};

/// Where a function's state holds the digest of its code, in Lambda's spelling, which is base64.
const OF_CODE: &str = "CodeSha256";

/// The sides of a diff that is about a function's code, `sha256:… → sha256:…`; `None` for any other.
pub fn of_code(diff: &AttributeDiff) -> Option<String> {
    if diff.path != OF_CODE {
        return None;
    }
    match (&diff.old, &diff.new) {
        (Shown::Absent, one) | (one, Shown::Absent) => shown(one),
        (old, new) => Some(format!("{} → {}", shown(old)?, shown(new)?)),
    }
}

fn shown(side: &Shown) -> Option<String> {
    match side {
        Shown::Value(Value::String(text)) => Blob::short(text),
        _ => None,
    }
}
