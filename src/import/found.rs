//! What a source names.

use serde::Serialize;

use crate::kind::Kind;

/// Something that a source names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its kind.
    pub kind: Kind,
    /// Its physical name, as [`Id::name`](crate::aws::Id::name) has it: of an API its name, of a role its name with its path where
    /// that is known.
    pub name: String,
    /// What AWS has made up for it, where the source says that: an API's id, a mapping's UUID, an ARN.
    pub id: Option<String>,
    /// What the source calls it, such as a logical id.
    pub section: Option<String>,
    /// Where the source has it, for messages.
    pub origin: String,
}

/// One line of the report: what exists, and no manifest can say, or is not written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Unsaid {
    /// What it is: an address and an attribute, or what the source calls it.
    pub what: String,
    /// Why it is not in the manifest, and what becomes of it.
    pub why: String,
}

/// All that a source names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inventory {
    /// What there is of kinds that we know.
    pub found: Vec<Found>,
    /// What there is beside that.
    pub unsaid: Vec<Unsaid>,
    /// What could not be asked for, so that nothing is known of it.
    pub unread: Vec<Unsaid>,
}
