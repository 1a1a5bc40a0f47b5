//! The CNAME by which a certificate is validated: whether it is in its zone, and who owns it.
//!
//! Records have no tags, so a tag of the certificate says it: `validation Z0123456789` for the zone, followed by `made`
//! once this app is about to create the record. It says so only after a look has found none there: an existing record
//! is somebody else's, or another certificate's, and is kept when the certificate is deleted.

use super::*;

/// The word of [`tag::PARTS`] that the zone follows.
const WORD: &str = "validation";
/// Behind the zone: the record is this app's.
const MADE: &str = "made";
/// Seconds that others may keep it: Route 53's own default. It is read back where one is deleted.
const TTL: i64 = 300;

/// The record of a certificate.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Validation {
    /// The hosted zone that it belongs into; empty where no tag says one.
    pub hosted_zone_id: String,
    /// Whether it stands there.
    pub validation_record: Standing,
    /// True if this app has made it. Nothing that a fingerprint regards: one that was there already does as well.
    #[serde(skip)]
    pub(super) is_made: bool,
    /// What it has in its zone, to be deleted with.
    #[serde(skip)]
    pub(super) ttl: i64,
    /// The certificates that need it, too, of those that a plan knows.
    #[serde(skip)]
    pub(super) needed_by: Vec<String>,
}

/// Whether a record stands in its zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// No, and nothing says that this app is about to make it.
    Missing,
    /// No, but this app is about to make it, or has done so.
    Announced,
    /// Yes, whoever has made it.
    There,
}

impl Validation {
    /// Standing in this zone.
    pub(super) fn there(hosted_zone_id: &str) -> Self {
        Self::of(hosted_zone_id, false, true)
    }

    /// Of a zone, whether the app has made it, and whether it stands there.
    pub(super) fn of(hosted_zone_id: &str, is_made: bool, is_there: bool) -> Self {
        let validation_record = match (is_there, is_made) {
            (true, _) => Standing::There,
            (false, true) => Standing::Announced,
            (false, false) => Standing::Missing,
        };
        let hosted_zone_id = hosted_zone_id.to_owned();
        Self { hosted_zone_id, validation_record, is_made, ttl: TTL, needed_by: Vec::new() }
    }

    /// What a tag says, of a record that does not stand there.
    pub(super) fn from_tag(tag: Option<&str>) -> Self {
        let words: Vec<&str> = tag.unwrap_or_default().split(' ').collect();
        match words.as_slice() {
            [WORD, zone] => Self::of(zone, false, false),
            [WORD, zone, MADE] => Self::of(zone, true, false),
            _ => Self::of("", false, false),
        }
    }

    /// What the tag says of a record in this zone.
    pub(super) fn tag_value(hosted_zone_id: &str, is_made: bool) -> String {
        if is_made { format!("{WORD} {hosted_zone_id} {MADE}") } else { format!("{WORD} {hosted_zone_id}") }
    }

    /// True if it goes with the certificate.
    pub(super) fn is_deleted_with_it(&self) -> bool {
        self.validation_record == Standing::There && self.is_made && self.needed_by.is_empty()
    }

    /// Why it stays when the certificate goes, where it does.
    pub(super) fn stays(&self) -> Option<String> {
        if self.validation_record != Standing::There || self.is_deleted_with_it() {
            return None;
        }
        let zone = &self.hosted_zone_id;
        Some(match self.needed_by.as_slice() {
            [] => format!("its validation record in the hosted zone {zone}, which this app has not created"),
            others => {
                format!("its validation record in the hosted zone {zone}, which {} needs too", others.join(", "))
            }
        })
    }
}
