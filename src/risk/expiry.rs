//! Objects that expire.

use std::collections::BTreeMap;

use serde_json::Value;

use super::finding::Finding;
use super::kind::RiskKind;
use super::sentence::Sentence;
use super::sides::{Attributes, Sides};

const RULES: &str = "LifecycleRules.";

/// What goes by itself, and when.
struct Expiration<'a> {
    what: &'static str,
    /// How its keys begin.
    prefix: &'a str,
    /// Tags that it has.
    tags: BTreeMap<&'a str, &'a Value>,
    /// It is larger than so many bytes,
    larger: f64,
    /// and smaller than so many.
    smaller: f64,
    days: f64,
    /// So many newer versions stay, whatever their age.
    newer: f64,
}

impl<'a> Expiration<'a> {
    fn of(side: &Attributes<'a>, id: &str, (what, days): (&'static str, f64)) -> Self {
        let filter = format!("{RULES}{id}.Filter.");
        let size = |name: &str| side.number(&format!("{filter}{name}"));
        let newer = side.number(&format!("{RULES}{id}.NoncurrentVersionExpiration.NewerNoncurrentVersions"));
        Self {
            what,
            prefix: side.text(&format!("{filter}Prefix")).unwrap_or_default(),
            tags: side.below(&format!("{filter}Tags.")).collect(),
            larger: size("ObjectSizeGreaterThan").unwrap_or(-1.0),
            smaller: size("ObjectSizeLessThan").unwrap_or(f64::INFINITY),
            days,
            newer: if what == OLD_VERSIONS { newer.unwrap_or(0.0) } else { 0.0 },
        }
    }

    /// True if all that goes by the other goes by this one as well, and as soon.
    fn covers(&self, other: &Self) -> bool {
        self.what == other.what
            && other.prefix.starts_with(self.prefix)
            && self.tags.iter().all(|(key, value)| other.tags.get(key) == Some(value))
            && self.larger <= other.larger
            && self.smaller >= other.smaller
            && self.days <= other.days
            && self.newer <= other.newer
    }

    fn says(&self) -> Sentence {
        let said = Sentence::default().words(format!(": {} ", self.what));
        let said = if self.prefix.is_empty() { said } else { said.words("below ").short(self.prefix).words(" ") };
        let said = self.tags.iter().fold(said, |said, (key, value)| {
            said.words("tagged ").short(key).words("=").short(value.as_str().unwrap_or_default()).words(" ")
        });
        said.words("go after ").value(self.days).words(" days")
    }
}

const OLD_VERSIONS: &str = "old versions";

fn expirations<'a>(side: &Attributes<'a>) -> Vec<Expiration<'a>> {
    let mut found = Vec::new();
    for (what, suffix) in
        [("objects", ".Expiration.Days"), (OLD_VERSIONS, ".NoncurrentVersionExpiration.NoncurrentDays")]
    {
        for (id, days) in side.between(RULES, suffix) {
            let is_enabled = side.text(&format!("{RULES}{id}.Status")) == Some("Enabled");
            let days = days.as_f64().filter(|_| is_enabled);
            found.extend(days.map(|days| Expiration::of(side, id, (what, days))));
        }
    }
    found
}

/// What expires that did not expire before, or expires sooner.
pub fn findings(sides: &Sides) -> Vec<Finding> {
    if !sides.stays() {
        return Vec::new();
    }
    let old = expirations(&sides.old);
    let is_old = |new: &Expiration| old.iter().any(|old| old.covers(new));
    let finding = |new: Expiration| Finding::about(RiskKind::Expiry, sides.change, |_| new.says());
    expirations(&sides.new).into_iter().filter(|one| !is_old(one)).map(finding).collect()
}
