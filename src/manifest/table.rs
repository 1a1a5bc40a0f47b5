//! `[table.<name>]`: a DynamoDB table.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::aws::dynamodb::{self, Billing, SseSpecification, Throughput};
use crate::aws::{Id, Kind};
use crate::manifest::{Cursor, OnDelete, Section, names};
use crate::name::{Address, Name};
use crate::text::{OutputRef, Text};

/// A DynamoDB table: on demand, encrypted with the AWS-managed key.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The table's name in AWS. Default: made of the app, the stage and the section's name.
    pub name: Option<String>,
    /// The attribute that determines an item's partition.
    pub hash_key: Key,
    /// The attribute by which the items of a partition are sorted.
    pub range_key: Option<Key>,
    /// Reserved capacity. Default: on-demand billing.
    pub provisioned: Option<Capacity>,
    /// Which key encrypts the table.
    #[serde(default)]
    pub encryption: Encryption,
    /// Global secondary indexes by name.
    #[serde(default)]
    pub global_index: BTreeMap<String, GlobalIndex>,
    /// Local secondary indexes by name. They use the table's hash key, and cannot be changed without recreating the
    /// table.
    #[serde(default)]
    pub local_index: BTreeMap<String, LocalIndex>,
    /// The attribute that contains an item's time of expiry, in seconds since 1970. AWS accepts one change of this
    /// setting an hour.
    pub time_to_live: Option<String>,
    /// Allows it to be restored to any second of the last 35 days.
    #[serde(default)]
    pub point_in_time_recovery: bool,
    /// What its stream contains. Default: no stream.
    pub stream: Option<StreamView>,
    /// Protects the table from being deleted by anybody; a plan that may delete it switches this off first.
    #[serde(default)]
    pub deletion_protection: bool,
    /// Tags in addition to the app's.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// What happens to it and its items when it is no longer in the manifest.
    #[serde(default)]
    pub on_delete: OnDelete,
    /// Takes over an existing table of this name that does not belong to this app yet.
    #[serde(default)]
    pub adopt: bool,
}

/// An attribute that is part of a key.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TableKey")]
pub struct Key {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub key_type: KeyType,
}

/// The type of an attribute that is part of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum KeyType {
    /// String.
    S,
    /// Number.
    N,
    /// Binary.
    B,
}

/// Reserved capacity.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Capacity {
    /// Strongly consistent reads of 4 KB per second.
    pub read: i64,
    /// Writes of 1 KB per second.
    pub write: i64,
}

/// Which key encrypts a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "TableEncryption")]
pub enum Encryption {
    /// A key that AWS owns: costs nothing, and does not appear in the account.
    AwsOwned,
    /// The account's AWS-managed key for DynamoDB.
    #[default]
    AwsManaged,
    /// A key of your own, by its ARN.
    #[serde(rename = "kms_key")]
    KmsKey(String),
}

/// A global secondary index.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GlobalIndex {
    /// The attribute that determines an item's partition.
    pub hash_key: Key,
    /// The attribute by which the items of a partition are sorted.
    pub range_key: Option<Key>,
    /// Which attributes it contains besides the keys.
    #[serde(default)]
    pub projection: Projection,
    /// Its reserved capacity, if the table has one.
    pub provisioned: Option<Capacity>,
}

/// A local secondary index.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LocalIndex {
    /// The attribute by which the items of a partition are sorted.
    pub range_key: Key,
    /// Which attributes it contains besides the keys.
    #[serde(default)]
    pub projection: Projection,
}

/// Which attributes an index contains besides the keys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Projection {
    /// Everything.
    #[default]
    All,
    /// Nothing.
    KeysOnly,
    /// These attributes.
    Include(BTreeSet<String>),
}

/// What a stream carries of each item that changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StreamView {
    /// Its keys.
    KeysOnly,
    /// The item as it is now.
    NewImage,
    /// The item as it was.
    OldImage,
    /// Both.
    NewAndOldImages,
}

impl Section for Table {
    const SECTION: &'static str = "table";
    const ATTRIBUTES: &'static [&'static str] = &["name", "arn", "stream_arn"];

    fn address(name: &Name) -> Address {
        names::table::address(name)
    }

    fn own_name(&self) -> Option<String> {
        self.name.clone()
    }

    fn attribute(&self, name: &Name, attribute: &str, here: &Cursor) -> Text {
        match attribute {
            "name" => names::table::physical(here.owner, name).into(),
            "stream_arn" => OutputRef::new(&Self::address(name), "stream_arn").into(),
            _ => names::table::arn(here.site, here.owner, name).into(),
        }
    }

    fn lacks(&self, attribute: &str) -> Option<String> {
        let no_stream = attribute == "stream_arn" && self.stream.is_none();
        no_stream.then(|| "the table has no stream; write stream = \"new-and-old-images\" in its section".to_owned())
    }

    fn lower(&self, name: &Name, here: &Cursor) {
        check::check(self, here);
        let id = here.id(Kind::Table, name, names::table::physical(here.owner, name));
        let state = self.state(&id, here);
        here.add(id, state, self.adopt);
    }
}

impl Table {
    /// The customer-managed key that encrypts it.
    pub fn kms_key(&self) -> Option<&str> {
        match &self.encryption {
            Encryption::KmsKey(key) => Some(key),
            Encryption::AwsOwned | Encryption::AwsManaged => None,
        }
    }

    /// Its keys, and those of its indexes.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        let global =
            self.global_index.values().flat_map(|index| std::iter::once(&index.hash_key).chain(&index.range_key));
        let local = self.local_index.values().map(|index| &index.range_key);
        std::iter::once(&self.hash_key).chain(&self.range_key).chain(global).chain(local)
    }

    fn state(&self, id: &Id, here: &Cursor) -> dynamodb::Table {
        let global = self.global_index.iter().map(|(name, index)| (name.clone(), index.lower()));
        let local = self.local_index.iter().map(|(name, index)| (name.clone(), index.lower(&self.hash_key)));
        dynamodb::Table {
            key_schema: keys(&self.hash_key, self.range_key.as_ref()),
            billing: self
                .provisioned
                .map_or(Billing::OnDemand, |capacity| Billing::Provisioned { throughput: capacity.lower() }),
            global_secondary_indexes: global.collect(),
            local_secondary_indexes: local.collect(),
            sse: self.encryption.lower(),
            stream_view_type: self.stream.map(|view| view.lower().to_owned()),
            time_to_live_attribute: self.time_to_live.clone(),
            point_in_time_recovery_enabled: self.point_in_time_recovery,
            deletion_protection_enabled: self.deletion_protection,
            tags: here.tags(&id.address, &self.tags, self.on_delete),
        }
    }
}

impl Capacity {
    fn lower(self) -> Throughput {
        Throughput { read_capacity_units: self.read, write_capacity_units: self.write }
    }
}

impl Encryption {
    fn lower(&self) -> SseSpecification {
        match self {
            Self::AwsOwned => SseSpecification::aws_owned(),
            Self::AwsManaged => SseSpecification::aws_managed(),
            Self::KmsKey(arn) => SseSpecification::key(arn),
        }
    }
}

impl GlobalIndex {
    fn lower(&self) -> dynamodb::Index {
        dynamodb::Index {
            key_schema: keys(&self.hash_key, self.range_key.as_ref()),
            projection: self.projection.lower(),
            provisioned_throughput: self.provisioned.map(Capacity::lower),
        }
    }
}

impl LocalIndex {
    fn lower(&self, hash_key: &Key) -> dynamodb::Index {
        dynamodb::Index {
            key_schema: keys(hash_key, Some(&self.range_key)),
            projection: self.projection.lower(),
            provisioned_throughput: None,
        }
    }
}

impl Projection {
    fn lower(&self) -> dynamodb::Projection {
        let (projection_type, non_key_attributes) = match self {
            Self::All => ("ALL", BTreeSet::new()),
            Self::KeysOnly => ("KEYS_ONLY", BTreeSet::new()),
            Self::Include(attributes) => ("INCLUDE", attributes.clone()),
        };
        dynamodb::Projection { projection_type: projection_type.into(), non_key_attributes }
    }
}

impl StreamView {
    fn lower(self) -> &'static str {
        match self {
            Self::KeysOnly => "KEYS_ONLY",
            Self::NewImage => "NEW_IMAGE",
            Self::OldImage => "OLD_IMAGE",
            Self::NewAndOldImages => "NEW_AND_OLD_IMAGES",
        }
    }
}

impl KeyType {
    /// As AWS writes it.
    pub fn lower(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::N => "N",
            Self::B => "B",
        }
    }
}

fn keys(hash: &Key, range: Option<&Key>) -> Vec<dynamodb::Key> {
    let key = |key: &Key, key_type: &str| dynamodb::Key {
        attribute_name: key.name.clone(),
        attribute_type: key.key_type.lower().into(),
        key_type: key_type.into(),
    };
    std::iter::once(key(hash, "HASH")).chain(range.map(|range| key(range, "RANGE"))).collect()
}

mod check;
#[cfg(test)]
mod tests;
