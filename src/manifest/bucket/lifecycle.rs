//! What happens to objects as they age.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::aws::s3;
use crate::manifest::Cursor;

/// The least age at which objects may move to storage that is read seldom.
const SELDOM_DAYS: i32 = 30;

/// What happens to objects as they age.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LifecycleRule {
    /// The rule's name.
    pub id: String,
    /// The prefix of the keys that the rule applies to. Default: all keys.
    #[serde(default)]
    pub prefix: String,
    /// Tags of the objects that the rule applies to.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// The rule applies to objects larger than this number of bytes.
    pub larger_than: Option<i64>,
    /// The rule applies to objects smaller than this number of bytes.
    pub smaller_than: Option<i64>,
    /// Days after which an object is deleted; in a versioned bucket it becomes a noncurrent version.
    pub expiration_days: Option<i32>,
    /// Removes delete markers of which no older version exists any more.
    #[serde(default)]
    pub expired_delete_markers: bool,
    /// Days after which a noncurrent version is deleted.
    pub noncurrent_days: Option<i32>,
    /// How many of the newest noncurrent versions are kept, whatever their age: 1 to 100. With `noncurrent_days`.
    pub newer_noncurrent_versions: Option<i32>,
    /// Moves noncurrent versions to cheaper storage.
    #[serde(default)]
    pub noncurrent_transitions: Vec<NoncurrentTransition>,
    /// Days after which an incomplete multipart upload is aborted.
    pub abort_multipart_days: Option<i32>,
    /// Moves objects to cheaper storage.
    #[serde(default)]
    pub transitions: Vec<Transition>,
}

/// Moves objects to cheaper storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Transition {
    /// After how many days.
    pub days: i32,
    /// The storage class to move to.
    pub storage_class: StorageClass,
}

/// Moves noncurrent versions to cheaper storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoncurrentTransition {
    /// After how many days as a noncurrent version.
    pub days: i32,
    /// The storage class to move to.
    pub storage_class: StorageClass,
    /// How many of the newest noncurrent versions are not moved: 1 to 100.
    pub newer_versions: Option<i32>,
}

/// Cheaper storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StorageClass {
    /// For infrequent access.
    StandardIa,
    /// For infrequent access, in one availability zone.
    OnezoneIa,
    /// S3 chooses the cheapest tier.
    IntelligentTiering,
    /// An archive that answers at once.
    GlacierIr,
    /// An archive that answers within hours.
    Glacier,
    /// An archive that answers within a day.
    DeepArchive,
}

impl LifecycleRule {
    /// The rule in AWS's terms.
    pub(super) fn lower(&self) -> s3::LifecycleRule {
        let transition =
            |t: &Transition| s3::Transition { days: t.days, storage_class: t.storage_class.lower().to_owned() };
        let abort = |days_after_initiation| s3::AbortIncompleteMultipartUpload { days_after_initiation };
        let expiration =
            s3::Expiration { days: self.expiration_days, expired_object_delete_marker: self.expired_delete_markers };
        let noncurrent = |noncurrent_days| s3::NoncurrentVersionExpiration {
            noncurrent_days,
            newer_noncurrent_versions: self.newer_noncurrent_versions,
        };
        s3::LifecycleRule {
            id: self.id.clone(),
            status: "Enabled".into(),
            filter: s3::Filter {
                prefix: self.prefix.clone(),
                tags: self.tags.clone(),
                object_size_greater_than: self.larger_than,
                object_size_less_than: self.smaller_than,
            },
            expiration: Some(expiration).filter(|expiration| *expiration != s3::Expiration::default()),
            noncurrent_version_expiration: self.noncurrent_days.map(noncurrent),
            noncurrent_version_transitions: self
                .noncurrent_transitions
                .iter()
                .map(NoncurrentTransition::lower)
                .collect(),
            abort_incomplete_multipart_upload: self.abort_multipart_days.map(abort),
            transitions: self.transitions.iter().map(transition).collect(),
        }
    }
}

impl NoncurrentTransition {
    fn lower(&self) -> s3::NoncurrentVersionTransition {
        s3::NoncurrentVersionTransition {
            noncurrent_days: self.days,
            storage_class: self.storage_class.lower().to_owned(),
            newer_noncurrent_versions: self.newer_versions,
        }
    }
}

impl StorageClass {
    /// Objects move from a smaller number to a greater one.
    fn coldness(self) -> u8 {
        match self {
            Self::StandardIa => 0,
            Self::OnezoneIa | Self::IntelligentTiering => 1,
            Self::GlacierIr => 2,
            Self::Glacier => 3,
            Self::DeepArchive => 4,
        }
    }

    /// True for what is billed for 30 days at least.
    fn is_seldom_read(self) -> bool {
        matches!(self, Self::StandardIa | Self::OnezoneIa)
    }

    fn lower(self) -> &'static str {
        match self {
            Self::StandardIa => "STANDARD_IA",
            Self::OnezoneIa => "ONEZONE_IA",
            Self::IntelligentTiering => "INTELLIGENT_TIERING",
            Self::GlacierIr => "GLACIER_IR",
            Self::Glacier => "GLACIER",
            Self::DeepArchive => "DEEP_ARCHIVE",
        }
    }
}

/// What AWS would refuse about a rule.
pub(super) fn check(rule: &LifecycleRule, here: &Cursor) {
    if !(1..=255).contains(&rule.id.len()) {
        here.at("id").problem(format!("{:?} is not an id", rule.id), Some("use 1 to 255 characters"));
    }
    let days = [
        ("expiration_days", rule.expiration_days),
        ("noncurrent_days", rule.noncurrent_days),
        ("abort_multipart_days", rule.abort_multipart_days),
    ];
    let moves = !rule.transitions.is_empty() || !rule.noncurrent_transitions.is_empty();
    if days.iter().all(|(_, days)| days.is_none()) && !moves && !rule.expired_delete_markers {
        let help = "add expiration_days, noncurrent_days, abort_multipart_days or transitions";
        here.problem("the rule does nothing", Some(help));
    }
    for (field, days) in days {
        if days.is_some_and(|days| days < 1) {
            here.at(field).problem("at least one day must pass", Some("write 1 or more"));
        }
    }
    check_filter(rule, here);
    check_transitions(rule, here);
    check_noncurrent(rule, here);
}

fn check_filter(rule: &LifecycleRule, here: &Cursor) {
    let only_by_prefix = [
        ("abort_multipart_days", rule.abort_multipart_days.is_some()),
        ("expired_delete_markers", rule.expired_delete_markers),
    ];
    let by_more = !rule.tags.is_empty() || rule.larger_than.is_some() || rule.smaller_than.is_some();
    for (field, _) in only_by_prefix.into_iter().filter(|(_, is_set)| *is_set && by_more) {
        let help = "put it into a separate rule with a prefix only";
        here.at(field).problem(format!("{field} cannot be combined with tags or a size"), Some(help));
    }
    if rule.expired_delete_markers && rule.expiration_days.is_some() {
        let help = "remove it: with expiration_days, S3 removes such markers by itself";
        here.at("expired_delete_markers").problem("the rule has expiration_days already", Some(help));
    }
    for (field, size) in [("larger_than", rule.larger_than), ("smaller_than", rule.smaller_than)] {
        let least = i64::from(field == "smaller_than");
        if size.is_some_and(|size| size < least) {
            let help = format!("write a number of bytes, {least} or more");
            here.at(field).problem("no object can have this size", Some(&help));
        }
    }
    let both = rule.larger_than.zip(rule.smaller_than).filter(|(larger, smaller)| *larger >= 0 && *smaller >= 1);
    if both.is_some_and(|(larger, smaller)| smaller - 1 <= larger) {
        here.at("smaller_than").problem(
            "no object can be larger than larger_than and smaller than smaller_than",
            Some("set smaller_than above larger_than"),
        );
    }
    for (key, value) in &rule.tags {
        if !(1..=128).contains(&key.chars().count()) || value.chars().count() > 256 {
            let help = "use 1 to 128 characters for the key, and at most 256 for the value";
            here.at("tags").at(key).problem("this is not a valid tag of an object", Some(help));
        }
    }
}

fn check_transitions(rule: &LifecycleRule, here: &Cursor) {
    let mut classes = BTreeSet::new();
    for (here, transition) in here.at("transitions").each(&rule.transitions) {
        check_move(transition.days, transition.storage_class, &mut classes, &here);
        if rule.expiration_days.is_some_and(|days| days <= transition.days) {
            here.problem("the objects have expired by then", Some("move them before expiration_days"));
        }
    }
    let moves = rule.transitions.iter().map(|to| (to.days, to.storage_class));
    check_order(moves.collect(), &here.at("transitions"));
}

/// Objects move to what is colder alone, and stay for 30 days where they are seldom read.
fn check_order(mut moves: Vec<(i32, StorageClass)>, here: &Cursor) {
    moves.sort_by_key(|(_, class)| class.coldness());
    for pair in moves.windows(2) {
        let ((before, warm), (after, cold)) = (pair[0], pair[1]);
        let least = if warm.is_seldom_read() { SELDOM_DAYS } else { 0 };
        if warm.coldness() < cold.coldness() && after < before.saturating_add(least.max(1)) {
            let (warm, cold) = (warm.lower(), cold.lower());
            let message = format!("objects are moved to {cold} on day {after}, and to {warm} on day {before}");
            let help = format!("move them to {cold} on day {} or later", before.saturating_add(least.max(1)));
            here.problem(message, Some(&help));
        }
    }
}

fn check_noncurrent(rule: &LifecycleRule, here: &Cursor) {
    if rule.newer_noncurrent_versions.is_some() && rule.noncurrent_days.is_none() {
        let help = "add noncurrent_days, after which versions beyond those are deleted";
        here.at("newer_noncurrent_versions").problem("the rule deletes no versions", Some(help));
    }
    check_versions(rule.newer_noncurrent_versions, &here.at("newer_noncurrent_versions"));
    let mut classes = BTreeSet::new();
    for (here, transition) in here.at("noncurrent_transitions").each(&rule.noncurrent_transitions) {
        check_move(transition.days, transition.storage_class, &mut classes, &here);
        check_versions(transition.newer_versions, &here.at("newer_versions"));
        if rule.noncurrent_days.is_some_and(|days| days <= transition.days) {
            here.problem("the versions are deleted by then", Some("move them before noncurrent_days"));
        }
    }
    let moves = rule.noncurrent_transitions.iter().map(|to| (to.days, to.storage_class));
    check_order(moves.collect(), &here.at("noncurrent_transitions"));
}

fn check_versions(count: Option<i32>, here: &Cursor) {
    if count.is_some_and(|count| !(1..=100).contains(&count)) {
        here.problem("S3 can keep 1 to 100 newer versions", Some("write a number from 1 to 100"));
    }
}

fn check_move(days: i32, class: StorageClass, classes: &mut BTreeSet<StorageClass>, here: &Cursor) {
    let least = if class.is_seldom_read() { SELDOM_DAYS } else { 0 };
    if days < least {
        let message = format!("objects can be moved there after {least} days or more");
        here.problem(message, Some("increase days, or choose another storage class"));
    }
    if !classes.insert(class) {
        here.problem("another transition already moves objects there", Some("remove one of them"));
    }
}
