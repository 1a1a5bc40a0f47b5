//! The calls on a table, and what each does to its state.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::aws::Id;
use crate::aws::dynamodb::{Encryption, Index, Key, Table, Throughput};
use crate::aws::tags::{self, Tags};

/// The calls on a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "api", content = "input")]
pub enum Call {
    /// Makes the table.
    #[serde(rename = "dynamodb:CreateTable")]
    Create(Box<CreateTable>),
    /// Changes one thing about it.
    #[serde(rename = "dynamodb:UpdateTable")]
    Update(Box<UpdateTable>),
    /// Turns expiry on or off.
    #[serde(rename = "dynamodb:UpdateTimeToLive")]
    TimeToLive(UpdateTimeToLive),
    /// Turns continuous backups on or off.
    #[serde(rename = "dynamodb:UpdateContinuousBackups")]
    Backups(UpdateContinuousBackups),
    /// Adds or changes tags.
    #[serde(rename = "dynamodb:TagResource")]
    Tag(TagResource),
    /// Removes tags.
    #[serde(rename = "dynamodb:UntagResource")]
    Untag(UntagResource),
    /// Deletes the table and its items.
    #[serde(rename = "dynamodb:DeleteTable")]
    Delete(DeleteTable),
}

/// An attribute that some key names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AttributeDefinition {
    /// Its name.
    pub attribute_name: String,
    /// `S`, `N` or `B`.
    pub attribute_type: String,
}

/// `SSESpecification`. Without `Enabled` AWS owns the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sse {
    /// True for a key in the account.
    #[serde(rename = "Enabled")]
    pub enabled: bool,
    /// Its ARN, where it is not the AWS-managed one.
    #[serde(rename = "KMSMasterKeyId", default, skip_serializing_if = "Option::is_none")]
    pub kms_master_key_id: Option<String>,
}

impl Sse {
    /// The specification of an encryption.
    pub fn of(encryption: &Encryption) -> Self {
        let kms_master_key_id = match encryption {
            Encryption::Key(arn) => Some(arn.clone()),
            _ => None,
        };
        Self { enabled: *encryption != Encryption::AwsOwned, kms_master_key_id }
    }

    fn encryption(&self) -> Encryption {
        match (&self.kms_master_key_id, self.enabled) {
            (_, false) => Encryption::AwsOwned,
            (None, true) => Encryption::AwsManaged,
            (Some(key), true) => Encryption::Key(key.clone()),
        }
    }
}

/// `StreamSpecification`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Stream {
    /// On or off.
    pub stream_enabled: bool,
    /// What a record holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_view_type: Option<String>,
}

impl Stream {
    /// A stream of this view type, or none.
    pub fn of(view: Option<String>) -> Self {
        Self { stream_enabled: view.is_some(), stream_view_type: view }
    }
}

/// An index with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct NamedIndex {
    /// The name.
    pub index_name: String,
    /// The rest.
    #[serde(flatten)]
    pub index: Index,
}

/// One entry of `GlobalSecondaryIndexUpdates`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum IndexUpdate {
    /// Makes an index.
    Create(NamedIndex),
    /// Changes an index's capacity.
    #[serde(rename_all = "PascalCase")]
    Update {
        /// Which.
        index_name: String,
        /// To what.
        provisioned_throughput: Throughput,
    },
    /// Deletes an index.
    #[serde(rename_all = "PascalCase")]
    Delete {
        /// Which.
        index_name: String,
    },
}

/// Input of `CreateTable`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateTable {
    /// The physical name.
    pub table_name: String,
    /// Every attribute that a key names.
    pub attribute_definitions: Vec<AttributeDefinition>,
    /// The table's keys.
    pub key_schema: Vec<Key>,
    /// `PAY_PER_REQUEST` or `PROVISIONED`.
    pub billing_mode: String,
    /// Capacity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provisioned_throughput: Option<Throughput>,
    /// Encryption.
    #[serde(rename = "SSESpecification")]
    pub sse_specification: Sse,
    /// Global indexes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub global_secondary_indexes: Vec<NamedIndex>,
    /// Local indexes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub local_secondary_indexes: Vec<NamedIndex>,
    /// Stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_specification: Option<Stream>,
    /// Refuses `DeleteTable`.
    pub deletion_protection_enabled: bool,
    /// Tags.
    pub tags: Vec<Tag>,
}

/// A tag as DynamoDB writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Tag {
    /// Key.
    pub key: String,
    /// Value.
    pub value: String,
}

/// Input of `UpdateTable`: one change.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, default)]
pub struct UpdateTable {
    /// The physical name.
    pub table_name: String,
    /// Every attribute that a key of a new index names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute_definitions: Option<Vec<AttributeDefinition>>,
    /// Another billing mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_mode: Option<String>,
    /// Another capacity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provisioned_throughput: Option<Throughput>,
    /// Changes of indexes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub global_secondary_index_updates: Option<Vec<IndexUpdate>>,
    /// Another encryption.
    #[serde(rename = "SSESpecification", skip_serializing_if = "Option::is_none")]
    pub sse_specification: Option<Sse>,
    /// Stream on or off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream_specification: Option<Stream>,
    /// Deletion protection on or off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_protection_enabled: Option<bool>,
}

/// Input of `UpdateTimeToLive`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateTimeToLive {
    /// The physical name.
    pub table_name: String,
    /// On or off.
    pub time_to_live_specification: TimeToLive,
}

/// `TimeToLiveSpecification`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TimeToLive {
    /// On or off.
    pub enabled: bool,
    /// The attribute with the expiry time.
    pub attribute_name: String,
}

/// Input of `UpdateContinuousBackups`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateContinuousBackups {
    /// The physical name.
    pub table_name: String,
    /// On or off.
    pub point_in_time_recovery_specification: Recovery,
}

/// `PointInTimeRecoverySpecification`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Recovery {
    /// On or off.
    pub point_in_time_recovery_enabled: bool,
}

/// Input of `TagResource`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TagResource {
    /// The table's ARN.
    pub resource_arn: String,
    /// Tags to set.
    pub tags: Vec<Tag>,
}

/// Input of `UntagResource`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UntagResource {
    /// The table's ARN.
    pub resource_arn: String,
    /// Keys to remove.
    pub tag_keys: Vec<String>,
}

/// Input of `DeleteTable`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteTable {
    /// The physical name.
    pub table_name: String,
}

impl CreateTable {
    /// The call that makes a table; what it cannot carry follows.
    pub fn of(id: &Id, want: &Table) -> Self {
        let named = |indexes: &BTreeMap<String, Index>| -> Vec<NamedIndex> {
            indexes.iter().map(|(name, index)| NamedIndex { index_name: name.clone(), index: index.clone() }).collect()
        };
        let indexes = want.global_secondary_indexes.values().chain(want.local_secondary_indexes.values());
        Self {
            table_name: id.name.clone(),
            attribute_definitions: definitions(&want.key_schema, indexes),
            key_schema: want.key_schema.clone(),
            billing_mode: want.billing_mode.clone(),
            provisioned_throughput: want.provisioned_throughput,
            sse_specification: Sse::of(&want.encryption),
            global_secondary_indexes: named(&want.global_secondary_indexes),
            local_secondary_indexes: named(&want.local_secondary_indexes),
            stream_specification: want.stream_view_type.clone().map(|view| Stream::of(Some(view))),
            deletion_protection_enabled: want.deletion_protection_enabled,
            tags: pairs(&want.tags),
        }
    }

    fn state(&self) -> Table {
        let by_name =
            |indexes: &[NamedIndex]| indexes.iter().map(|n| (n.index_name.clone(), n.index.clone())).collect();
        Table {
            key_schema: self.key_schema.clone(),
            billing_mode: self.billing_mode.clone(),
            provisioned_throughput: self.provisioned_throughput,
            encryption: self.sse_specification.encryption(),
            global_secondary_indexes: by_name(&self.global_secondary_indexes),
            local_secondary_indexes: by_name(&self.local_secondary_indexes),
            time_to_live: None,
            point_in_time_recovery: false,
            stream_view_type: self.stream_specification.as_ref().and_then(|stream| stream.stream_view_type.clone()),
            deletion_protection_enabled: self.deletion_protection_enabled,
            tags: self.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect(),
        }
    }
}

impl UpdateTable {
    /// An update of nothing.
    pub fn of(id: &Id) -> Self {
        Self { table_name: id.name.clone(), ..Self::default() }
    }
}

/// What a call does to the state.
pub fn effect(call: &Call, state: Option<Table>) -> Option<Table> {
    match call {
        Call::Create(input) => return Some(input.state()),
        Call::Delete(_) => return None,
        _ => {}
    }
    let mut table = state?;
    match call {
        Call::Update(input) => update(&mut table, input),
        Call::TimeToLive(input) => {
            let specification = &input.time_to_live_specification;
            table.time_to_live = specification.enabled.then(|| specification.attribute_name.clone());
        }
        Call::Backups(input) => {
            table.point_in_time_recovery = input.point_in_time_recovery_specification.point_in_time_recovery_enabled;
        }
        Call::Tag(input) => {
            tags::set(&mut table.tags, &input.tags.iter().map(|t| (t.key.clone(), t.value.clone())).collect())
        }
        Call::Untag(input) => tags::remove(&mut table.tags, &input.tag_keys),
        Call::Create(_) | Call::Delete(_) => {}
    }
    Some(table)
}

fn update(table: &mut Table, input: &UpdateTable) {
    if let Some(mode) = &input.billing_mode {
        table.billing_mode = mode.clone();
        if mode == "PAY_PER_REQUEST" {
            table.provisioned_throughput = None;
            table.global_secondary_indexes.values_mut().for_each(|index| index.provisioned_throughput = None);
        }
    }
    if let Some(throughput) = input.provisioned_throughput {
        table.provisioned_throughput = Some(throughput);
    }
    for change in input.global_secondary_index_updates.iter().flatten() {
        update_index(&mut table.global_secondary_indexes, change);
    }
    if let Some(sse) = &input.sse_specification {
        table.encryption = sse.encryption();
    }
    if let Some(stream) = &input.stream_specification {
        table.stream_view_type = stream.stream_view_type.clone();
    }
    if let Some(enabled) = input.deletion_protection_enabled {
        table.deletion_protection_enabled = enabled;
    }
}

fn update_index(indexes: &mut BTreeMap<String, Index>, change: &IndexUpdate) {
    match change {
        IndexUpdate::Create(new) => drop(indexes.insert(new.index_name.clone(), new.index.clone())),
        IndexUpdate::Delete { index_name } => drop(indexes.remove(index_name)),
        IndexUpdate::Update { index_name, provisioned_throughput } => {
            if let Some(index) = indexes.get_mut(index_name) {
                index.provisioned_throughput = Some(*provisioned_throughput);
            }
        }
    }
}

/// Every attribute that a key of the table or of these indexes names, once each.
pub fn definitions<'a>(keys: &'a [Key], indexes: impl IntoIterator<Item = &'a Index>) -> Vec<AttributeDefinition> {
    let all = keys.iter().chain(indexes.into_iter().flat_map(|index| &index.key_schema));
    let types: BTreeMap<&String, &String> = all.map(|key| (&key.attribute_name, &key.attribute_type)).collect();
    types
        .into_iter()
        .map(|(name, of)| AttributeDefinition { attribute_name: name.clone(), attribute_type: of.clone() })
        .collect()
}

/// Tags as DynamoDB writes them.
pub fn pairs(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() }).collect()
}
