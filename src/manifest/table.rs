//! `[table.<name>]`: DynamoDB tables.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::aws::{Kind, dynamodb};
use crate::manifest::{Lowering, OnDelete, Section};
use crate::name::{Address, Name, Owner, Site};
use crate::text::{OutputRef, Text};

/// A DynamoDB table: on demand, encrypted with the AWS-managed key.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The partition key.
    pub hash_key: Key,
    /// The sort key.
    pub range_key: Option<Key>,
    /// Capacity of a provisioned table; on demand where it is left out.
    pub provisioned: Option<Capacity>,
    /// Who holds the key that encrypts the table.
    #[serde(default)]
    pub encryption: Encryption,
    /// Global secondary indexes by name.
    #[serde(default)]
    pub global_index: BTreeMap<String, Index>,
    /// Local secondary indexes by name; they share the table's hash key.
    #[serde(default)]
    pub local_index: BTreeMap<String, LocalIndex>,
    /// The attribute that holds an item's expiry time, in seconds since 1970.
    pub time_to_live: Option<String>,
    /// Continuous backups, to restore any second of the last 35 days.
    #[serde(default)]
    pub point_in_time_recovery: bool,
    /// What the table's stream records hold; no stream where it is left out.
    pub stream: Option<StreamView>,
    /// Refuses deletion until it is turned off.
    #[serde(default)]
    pub deletion_protection: bool,
    /// Tags beside the app's.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// What becomes of the table and its items when it leaves the manifest.
    #[serde(default)]
    pub on_delete: OnDelete,
    /// Take over an existing table of this name.
    #[serde(default)]
    pub adopt: bool,
}

/// A key attribute.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The attribute's name.
    pub name: String,
    /// Its type: string, number or binary.
    #[serde(rename = "type")]
    pub of: KeyType,
}

/// The type of a key attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum KeyType {
    /// String.
    S,
    /// Number.
    N,
    /// Binary.
    B,
}

/// Capacity units.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Capacity {
    /// Strongly consistent reads of 4 KB a second.
    pub read: i64,
    /// Writes of 1 KB a second.
    pub write: i64,
}

/// Who holds the key that encrypts a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Encryption {
    /// AWS itself; costs nothing.
    AwsOwned,
    /// The account's key `aws/dynamodb`.
    #[default]
    AwsManaged,
    /// A key of one's own, by ARN.
    #[serde(rename = "kms_key")]
    KmsKey(String),
}

/// A global secondary index.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// The index's partition key.
    pub hash_key: Key,
    /// Its sort key.
    pub range_key: Option<Key>,
    /// Which attributes it holds.
    #[serde(default)]
    pub projection: Projection,
    /// Its capacity, on a provisioned table.
    pub provisioned: Option<Capacity>,
}

/// A local secondary index.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LocalIndex {
    /// Its sort key.
    pub range_key: Key,
    /// Which attributes it holds.
    #[serde(default)]
    pub projection: Projection,
}

/// Which attributes an index holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Projection {
    /// All of them.
    #[default]
    All,
    /// The keys alone.
    KeysOnly,
    /// The keys and these.
    Include(Vec<String>),
}

/// What a stream record holds.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StreamView {
    /// The keys of the item.
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
        Address::new(Kind::Table, name.clone())
    }

    fn attribute(&self, name: &Name, attribute: &str, to: &Lowering) -> Text {
        match attribute {
            "name" => physical(to.owner, name).into(),
            "stream_arn" => OutputRef::new(&Self::address(name), "stream_arn").into(),
            _ => arn(to.site, to.owner, name).into(),
        }
    }

    fn lower(&self, name: &Name, to: &mut Lowering) {
        self.check(&format!("table.{name}"), to);
        let id = to.id(Kind::Table, name, physical(to.owner, name));
        let state = dynamodb::Table {
            key_schema: keys(&self.hash_key, self.range_key.as_ref()),
            billing_mode: if self.provisioned.is_some() { "PROVISIONED" } else { "PAY_PER_REQUEST" }.into(),
            provisioned_throughput: self.provisioned.map(Capacity::lower),
            encryption: self.encryption.lower(),
            global_secondary_indexes: self.global_index.iter().map(|(n, i)| (n.clone(), i.lower())).collect(),
            local_secondary_indexes: self
                .local_index
                .iter()
                .map(|(n, i)| (n.clone(), i.lower(&self.hash_key)))
                .collect(),
            time_to_live: self.time_to_live.clone(),
            point_in_time_recovery: self.point_in_time_recovery,
            stream_view_type: self.stream.map(|view| view.lower().to_owned()),
            deletion_protection_enabled: self.deletion_protection,
            tags: to.tags(&id.address, &self.tags, self.on_delete),
        };
        to.add(&format!("table.{name}"), id, state, BTreeSet::new(), self.adopt);
    }
}

impl Table {
    fn check(&self, path: &str, to: &mut Lowering) {
        self.check_key_types(path, to);
        self.check_counts(path, to);
        for name in self.global_index.keys().chain(self.local_index.keys()) {
            if !is_index_name(name) {
                let help = Some("use 3 to 255 letters, digits, `_`, `.` and `-`");
                to.problem(&format!("{path}.global_index.{name}"), format!("{name:?} is not an index name"), help);
            }
        }
        for capacity in self.provisioned.iter().chain(self.global_index.values().filter_map(|i| i.provisioned.as_ref()))
        {
            if capacity.read < 1 || capacity.write < 1 {
                to.problem(&format!("{path}.provisioned"), "capacity is at least 1 unit each", Some("write 1 or more"));
            }
        }
        self.check_index_capacity(path, to);
        if let Encryption::KmsKey(arn) = &self.encryption
            && !arn.starts_with("arn:")
        {
            let help = Some("give the key's ARN, arn:aws:kms:...:key/...: AWS reports nothing else");
            to.problem(&format!("{path}.encryption"), format!("{arn:?} is not the ARN of a key"), help);
        }
    }

    /// An attribute that several keys name has one type.
    fn check_key_types(&self, path: &str, to: &mut Lowering) {
        let mut types: BTreeMap<&str, KeyType> = BTreeMap::new();
        for key in self.all_keys() {
            if key.name.is_empty() || key.name.len() > 255 {
                to.problem(path, format!("{:?} is not an attribute name", key.name), Some("use 1 to 255 characters"));
            }
            if *types.entry(&key.name).or_insert(key.of) != key.of {
                to.problem(path, format!("the key attribute {:?} has two types", key.name), Some("give it one type"));
            }
        }
        if self.range_key.as_ref().is_some_and(|range| range.name == self.hash_key.name) {
            to.problem(
                &format!("{path}.range_key"),
                "hash key and range key are the same attribute",
                Some("choose two"),
            );
        }
    }

    fn all_keys(&self) -> impl Iterator<Item = &Key> {
        let own = [Some(&self.hash_key), self.range_key.as_ref()];
        let global = self.global_index.values().flat_map(|i| [Some(&i.hash_key), i.range_key.as_ref()]);
        let local = self.local_index.values().map(|i| Some(&i.range_key));
        own.into_iter().chain(global).chain(local).flatten()
    }

    fn check_counts(&self, path: &str, to: &mut Lowering) {
        if self.global_index.len() > 20 {
            to.problem(&format!("{path}.global_index"), "a table has at most 20 global indexes", Some("remove some"));
        }
        if self.local_index.len() > 5 {
            to.problem(&format!("{path}.local_index"), "a table has at most 5 local indexes", Some("remove some"));
        }
        if !self.local_index.is_empty() && self.range_key.is_none() {
            let help = Some("add a range_key to the table");
            to.problem(&format!("{path}.local_index"), "local indexes need a table with a range key", help);
        }
    }

    /// Indexes of a provisioned table have a capacity, those of an on-demand table have none.
    fn check_index_capacity(&self, path: &str, to: &mut Lowering) {
        for (name, index) in &self.global_index {
            let at = format!("{path}.global_index.{name}");
            match (self.provisioned.is_some(), index.provisioned.is_some()) {
                (true, false) => to.problem(
                    &at,
                    "an index of a provisioned table needs a capacity",
                    Some("add provisioned = { read = 1, write = 1 }"),
                ),
                (false, true) => {
                    to.problem(&at, "an index of an on-demand table has no capacity", Some("remove provisioned"))
                }
                _ => {}
            }
        }
    }
}

impl Capacity {
    fn lower(self) -> dynamodb::Throughput {
        dynamodb::Throughput { read_capacity_units: self.read, write_capacity_units: self.write }
    }
}

impl Encryption {
    fn lower(&self) -> dynamodb::Encryption {
        match self {
            Self::AwsOwned => dynamodb::Encryption::AwsOwned,
            Self::AwsManaged => dynamodb::Encryption::AwsManaged,
            Self::KmsKey(arn) => dynamodb::Encryption::Key(arn.clone()),
        }
    }
}

impl Projection {
    fn lower(&self) -> (String, Vec<String>) {
        match self {
            Self::All => ("ALL".into(), Vec::new()),
            Self::KeysOnly => ("KEYS_ONLY".into(), Vec::new()),
            Self::Include(names) => {
                let sorted: BTreeSet<String> = names.iter().cloned().collect();
                ("INCLUDE".into(), sorted.into_iter().collect())
            }
        }
    }
}

impl Index {
    fn lower(&self) -> dynamodb::Index {
        let (projection_type, non_key_attributes) = self.projection.lower();
        dynamodb::Index {
            key_schema: keys(&self.hash_key, self.range_key.as_ref()),
            projection_type,
            non_key_attributes,
            provisioned_throughput: self.provisioned.map(Capacity::lower),
        }
    }
}

impl LocalIndex {
    fn lower(&self, hash_key: &Key) -> dynamodb::Index {
        let (projection_type, non_key_attributes) = self.projection.lower();
        let key_schema = keys(hash_key, Some(&self.range_key));
        dynamodb::Index { key_schema, projection_type, non_key_attributes, provisioned_throughput: None }
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

fn keys(hash: &Key, range: Option<&Key>) -> Vec<dynamodb::Key> {
    let key = |key: &Key, role: &str| dynamodb::Key {
        attribute_name: key.name.clone(),
        key_type: role.into(),
        attribute_type: format!("{:?}", key.of),
    };
    std::iter::once(key(hash, "HASH")).chain(range.map(|range| key(range, "RANGE"))).collect()
}

fn is_index_name(name: &str) -> bool {
    (3..=255).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b))
}

/// The physical name of a section's main resource.
pub fn physical(owner: &Owner, name: &Name) -> String {
    owner.physical(name.as_str(), 255)
}

/// Its ARN.
pub fn arn(site: &Site, owner: &Owner, name: &Name) -> String {
    site.arn("dynamodb", &format!("table/{}", physical(owner, name)))
}
