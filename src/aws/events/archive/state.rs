//! What an archive is, and what it is called.

use super::*;

/// What a bus has received. Its ARN follows from its name.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Archive {
    /// The ARN of the bus.
    pub event_source_arn: String,
    /// Which events are kept, as compact JSON with sorted keys; `None`: all.
    pub event_pattern: Option<Text>,
    /// Days for which an event is kept; 0: for ever.
    pub retention_days: i32,
}

/// A pattern that every event fits.
pub(super) const EVERY: &str = r#"{"source":[{"prefix":""}]}"#;

/// The longest name.
const LIMIT: usize = 48;

/// How much of a name may say whose it is; what is left has room for ten letters and a digest.
const OWNER: usize = 26;

/// How the names of an owner's archives begin. There is less room than in other names, so a long app and stage are
/// shortened by themselves; what is shortened has no `--`, so no two owners' names begin alike.
pub fn prefix(owner: &Owner) -> String {
    let full = format!("{}--{}", owner.app, owner.stage);
    match full.len() <= OWNER {
        true => format!("{full}-"),
        false => format!("{}-", shorten(&full.replace("--", "-"), OWNER)),
    }
}

/// The physical name of a bus's archive.
pub fn physical(owner: &Owner, bus: &Name) -> String {
    let prefix = prefix(owner);
    format!("{prefix}{}", shorten(bus.as_str(), LIMIT - prefix.len()))
}

/// The ARN of an archive.
pub(super) fn arn(site: &Site, name: &str) -> String {
    site.arn("events", &format!("archive/{name}"))
}
