//! The calls on a table, and their inputs.

use serde::{Deserialize, Serialize};

use super::{Billing, Index, Key, Projection, SseSpecification, Table, Throughput};
use crate::aws::kit::calls::calls;
use crate::aws::kit::tags::{tag_calls, tag_inputs};
use crate::aws::tags::{self, Tags};

calls! {
    /// The calls on a table.
    pub enum Call {
        /// Makes the table.
        "dynamodb:CreateTable" => Create(CreateTable),
        /// Changes one thing about it.
        "dynamodb:UpdateTable" => Update(UpdateTable),
        /// Switches the expiry of items on or off.
        "dynamodb:UpdateTimeToLive" => UpdateTimeToLive(UpdateTimeToLive),
        /// Switches point-in-time recovery on or off.
        "dynamodb:UpdateContinuousBackups" => UpdateContinuousBackups(UpdateContinuousBackups),
        /// Adds or changes tags.
        "dynamodb:TagResource" => Tag(TagResource),
        /// Removes tags.
        "dynamodb:UntagResource" => Untag(UntagResource),
        /// Deletes the table and its items.
        "dynamodb:DeleteTable" => Delete(DeleteTable),
    }
}

/// Input of `CreateTable`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateTable {
    pub(super) table_name: String,
    pub(super) attribute_definitions: Vec<AttributeDefinition>,
    pub(super) key_schema: Vec<KeySchemaElement>,
    pub(super) billing_mode: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) provisioned_throughput: Option<Throughput>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) global_secondary_indexes: Option<Vec<CreateIndex>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) local_secondary_indexes: Option<Vec<CreateIndex>>,
    #[serde(rename = "SSESpecification")]
    pub(super) sse_specification: SseSpecification,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) stream_specification: Option<StreamSpecification>,
    pub(super) deletion_protection_enabled: bool,
    #[serde(with = "tags::listed")]
    pub(super) tags: Tags,
}

/// The name and type of an attribute that is part of a key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AttributeDefinition {
    pub(super) attribute_name: String,
    pub(super) attribute_type: String,
}

/// An attribute's part in a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct KeySchemaElement {
    pub(super) attribute_name: String,
    pub(super) key_type: String,
}

/// A secondary index to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateIndex {
    pub(super) index_name: String,
    pub(super) key_schema: Vec<KeySchemaElement>,
    pub(super) projection: Projection,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) provisioned_throughput: Option<Throughput>,
}

/// Input of `UpdateTable`: one kind of change at a time.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateTable {
    pub(super) table_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) attribute_definitions: Option<Vec<AttributeDefinition>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) billing_mode: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) provisioned_throughput: Option<Throughput>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) global_secondary_index_updates: Option<Vec<GlobalIndexUpdate>>,
    #[serde(rename = "SSESpecification", default, skip_serializing_if = "Option::is_none")]
    pub(super) sse_specification: Option<SseSpecification>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) stream_specification: Option<StreamSpecification>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) deletion_protection_enabled: Option<bool>,
}

/// A change of one global index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum GlobalIndexUpdate {
    /// Makes it.
    Create(CreateIndex),
    /// Changes its capacity.
    Update(UpdateIndex),
    /// Deletes it.
    Delete(DeleteIndex),
}

/// A global index and its new capacity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateIndex {
    pub(super) index_name: String,
    pub(super) provisioned_throughput: Throughput,
}

/// A global index to delete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteIndex {
    pub(super) index_name: String,
}

/// A stream, or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct StreamSpecification {
    pub(super) stream_enabled: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) stream_view_type: Option<String>,
}

/// Input of `UpdateTimeToLive`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateTimeToLive {
    pub(super) table_name: String,
    pub(super) time_to_live_specification: TimeToLiveSpecification,
}

/// The attribute that says when an item expires, and whether that is heeded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TimeToLiveSpecification {
    pub(super) attribute_name: String,
    pub(super) enabled: bool,
}

/// Input of `UpdateContinuousBackups`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateContinuousBackups {
    pub(super) table_name: String,
    pub(super) point_in_time_recovery_specification: PointInTimeRecoverySpecification,
}

/// Point-in-time recovery, on or off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PointInTimeRecoverySpecification {
    pub(super) point_in_time_recovery_enabled: bool,
}

tag_inputs!(TagResource, UntagResource { #[serde(rename = "ResourceArn")] resource_arn: String } listed);
tag_calls!(Call: Tag(TagResource), Untag(UntagResource));

/// Input of `DeleteTable`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteTable {
    pub(super) table_name: String,
}

/// The attributes of a key in the form that calls take: types are told apart from keys.
pub(super) fn elements(keys: &[Key]) -> Vec<KeySchemaElement> {
    let element =
        |key: &Key| KeySchemaElement { attribute_name: key.attribute_name.clone(), key_type: key.key_type.clone() };
    keys.iter().map(element).collect()
}

/// Types by attribute name, sorted, each once.
pub(super) fn definitions<'a>(keys: impl Iterator<Item = &'a Key>) -> Vec<AttributeDefinition> {
    let mut definitions: Vec<_> = keys
        .map(|key| AttributeDefinition {
            attribute_name: key.attribute_name.clone(),
            attribute_type: key.attribute_type.clone(),
        })
        .collect();
    definitions.sort();
    definitions.dedup();
    definitions
}

fn keys(elements: &[KeySchemaElement], types: &[AttributeDefinition]) -> Vec<Key> {
    let key = |element: &KeySchemaElement| {
        let definition = types.iter().find(|d| d.attribute_name == element.attribute_name);
        Key {
            attribute_name: element.attribute_name.clone(),
            attribute_type: definition.map(|d| d.attribute_type.clone()).unwrap_or_default(),
            key_type: element.key_type.clone(),
        }
    };
    elements.iter().map(key).collect()
}

impl CreateTable {
    /// The table that this makes.
    pub(super) fn table(&self) -> Table {
        let indexes = |indexes: &Option<Vec<CreateIndex>>| {
            let indexes = indexes.iter().flatten();
            indexes.map(|i| (i.index_name.clone(), i.index(&self.attribute_definitions))).collect()
        };
        Table {
            key_schema: keys(&self.key_schema, &self.attribute_definitions),
            billing: self
                .provisioned_throughput
                .map_or(Billing::OnDemand, |throughput| Billing::Provisioned { throughput }),
            global_secondary_indexes: indexes(&self.global_secondary_indexes),
            local_secondary_indexes: indexes(&self.local_secondary_indexes),
            sse: self.sse_specification.clone(),
            stream_view_type: self.stream_specification.as_ref().and_then(|s| s.view_type()).map(str::to_owned),
            time_to_live_attribute: None,
            point_in_time_recovery_enabled: false,
            deletion_protection_enabled: self.deletion_protection_enabled,
            tags: self.tags.clone(),
        }
    }
}

impl CreateIndex {
    pub(super) fn new(name: &str, index: &Index) -> Self {
        Self {
            index_name: name.to_owned(),
            key_schema: elements(&index.key_schema),
            projection: index.projection.clone(),
            provisioned_throughput: index.provisioned_throughput,
        }
    }

    /// The index that this makes.
    pub(super) fn index(&self, types: &[AttributeDefinition]) -> Index {
        Index {
            key_schema: keys(&self.key_schema, types),
            projection: self.projection.clone(),
            provisioned_throughput: self.provisioned_throughput,
        }
    }
}

impl StreamSpecification {
    pub(super) fn on(view_type: &str) -> Self {
        Self { stream_enabled: true, stream_view_type: Some(view_type.to_owned()) }
    }

    pub(super) fn off() -> Self {
        Self { stream_enabled: false, stream_view_type: None }
    }

    /// What the stream carries, if there is one.
    pub(super) fn view_type(&self) -> Option<&str> {
        self.stream_view_type.as_deref().filter(|_| self.stream_enabled)
    }
}

impl UpdateTimeToLive {
    /// The attribute, if it is heeded.
    pub(super) fn attribute(&self) -> Option<&str> {
        let specification = &self.time_to_live_specification;
        specification.enabled.then_some(specification.attribute_name.as_str())
    }
}

impl UpdateContinuousBackups {
    /// On or off.
    pub(super) fn enabled(&self) -> bool {
        self.point_in_time_recovery_specification.point_in_time_recovery_enabled
    }
}
