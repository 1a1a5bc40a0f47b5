//! DynamoDB: tables.
//!
//! `UpdateTable` takes one kind of change at a time: capacity, one index, the stream, or encryption alone. Each is a
//! call of its own, and the table is `UPDATING` after each. Key schema and local indexes never change in place.
//! Time to live can be changed once an hour: AWS refuses a second change within it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::aws::error::AwsError;
use crate::aws::tags::{self, TagChange, Tags};
use crate::aws::{Aws, Found, Id, Kind, Observed, Resource};
use crate::name::Owner;

mod call;
mod observe;
mod send;

pub use call::*;

/// A table.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Table {
    /// Hash key, then range key if any.
    pub key_schema: Vec<Key>,
    /// `PAY_PER_REQUEST` or `PROVISIONED`.
    pub billing_mode: String,
    /// Capacity of a provisioned table.
    pub provisioned_throughput: Option<Throughput>,
    /// Encryption at rest.
    pub encryption: Encryption,
    /// Global secondary indexes by name.
    pub global_secondary_indexes: BTreeMap<String, Index>,
    /// Local secondary indexes by name.
    pub local_secondary_indexes: BTreeMap<String, Index>,
    /// The attribute that holds an item's expiry time.
    pub time_to_live: Option<String>,
    /// Continuous backups.
    pub point_in_time_recovery: bool,
    /// What a stream record holds, such as `NEW_IMAGE`; `None`: no stream.
    pub stream_view_type: Option<String>,
    /// Refuses `DeleteTable`.
    pub deletion_protection_enabled: bool,
    /// Tags.
    pub tags: Tags,
}

/// A key attribute with its type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Key {
    /// The attribute's name.
    pub attribute_name: String,
    /// `HASH` or `RANGE`.
    pub key_type: String,
    /// `S`, `N` or `B`.
    pub attribute_type: String,
}

/// Read and write capacity units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Throughput {
    /// Strongly consistent reads of 4 KB a second.
    pub read_capacity_units: i64,
    /// Writes of 1 KB a second.
    pub write_capacity_units: i64,
}

/// Who holds the key that encrypts the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encryption {
    /// AWS itself.
    AwsOwned,
    /// The account's `aws/dynamodb` key.
    AwsManaged,
    /// A key of the account's own, by ARN.
    Key(String),
}

/// A secondary index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Index {
    /// Hash key, then range key if any.
    pub key_schema: Vec<Key>,
    /// `ALL`, `KEYS_ONLY` or `INCLUDE`.
    pub projection_type: String,
    /// The attributes that `INCLUDE` adds.
    pub non_key_attributes: Vec<String>,
    /// Capacity of a global index on a provisioned table.
    pub provisioned_throughput: Option<Throughput>,
}

impl Resource for Table {
    type Call = Call;
    type Seed = ();
    const HOLDS_DATA: bool = true;
    const USED_BY: &'static [Kind] = &[Kind::Function];

    fn next(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        match (want, live) {
            (None, None) => None,
            (Some(want), None) => Some(Call::Create(Box::new(CreateTable::of(id, want)))),
            (None, Some(live)) => Some(next_delete(id, live)),
            (Some(want), Some(live)) if must_replace(want, live) => Some(next_delete(id, live)),
            (Some(want), Some(live)) => next_update(id, want, live),
        }
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        call::effect(call, state)
    }

    fn tags(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
        observe::list(aws, owner).await
    }

    async fn observe(aws: &Aws, id: &Id, _: Option<&()>) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(aws, id).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(aws, call).await
    }
}

fn must_replace(want: &Table, live: &Table) -> bool {
    want.key_schema != live.key_schema || want.local_secondary_indexes != live.local_secondary_indexes
}

fn next_delete(id: &Id, live: &Table) -> Call {
    if live.deletion_protection_enabled {
        return Call::Update(Box::new(UpdateTable { deletion_protection_enabled: Some(false), ..UpdateTable::of(id) }));
    }
    Call::Delete(DeleteTable { table_name: id.name.clone() })
}

fn next_update(id: &Id, want: &Table, live: &Table) -> Option<Call> {
    let update = next_index_delete(id, want, live)
        .or_else(|| next_billing(id, want, live))
        .or_else(|| next_encryption(id, want, live))
        .or_else(|| next_stream(id, want, live))
        .or_else(|| next_index_create(id, want, live));
    update
        .map(|update| Call::Update(Box::new(update)))
        .or_else(|| next_time_to_live(id, want, live))
        .or_else(|| next_recovery(id, want, live))
        .or_else(|| next_tags(id, want, live))
        .or_else(|| next_protection(id, want, live))
}

/// True if an index has to be made anew.
fn differs(want: &Index, live: &Index) -> bool {
    let shape = |i: &Index| (i.key_schema.clone(), i.projection_type.clone(), i.non_key_attributes.clone());
    shape(want) != shape(live)
}

fn next_index_delete(id: &Id, want: &Table, live: &Table) -> Option<UpdateTable> {
    let gone = live
        .global_secondary_indexes
        .iter()
        .find(|(name, live)| want.global_secondary_indexes.get(*name).is_none_or(|want| differs(want, live)));
    gone.map(|(name, _)| {
        let delete = IndexUpdate::Delete { index_name: name.clone() };
        UpdateTable { global_secondary_index_updates: Some(vec![delete]), ..UpdateTable::of(id) }
    })
}

fn next_index_create(id: &Id, want: &Table, live: &Table) -> Option<UpdateTable> {
    let new = want.global_secondary_indexes.iter().find(|(name, _)| !live.global_secondary_indexes.contains_key(*name));
    new.map(|(name, index)| {
        let create = IndexUpdate::Create(NamedIndex { index_name: name.clone(), index: index.clone() });
        UpdateTable {
            attribute_definitions: Some(definitions(&want.key_schema, [index])),
            global_secondary_index_updates: Some(vec![create]),
            ..UpdateTable::of(id)
        }
    })
}

/// Billing mode and all capacities are one call: a flip to provisioned needs the capacity of every index with it.
fn next_billing(id: &Id, want: &Table, live: &Table) -> Option<UpdateTable> {
    let indexes: Vec<IndexUpdate> = live
        .global_secondary_indexes
        .iter()
        .filter_map(|(name, live)| {
            let throughput = want.global_secondary_indexes.get(name)?.provisioned_throughput;
            let changed = throughput.filter(|_| throughput != live.provisioned_throughput)?;
            Some(IndexUpdate::Update { index_name: name.clone(), provisioned_throughput: changed })
        })
        .collect();
    let flipped = want.billing_mode != live.billing_mode;
    let resized = want.provisioned_throughput != live.provisioned_throughput;
    if !flipped && !resized && indexes.is_empty() {
        return None;
    }
    Some(UpdateTable {
        billing_mode: flipped.then(|| want.billing_mode.clone()),
        provisioned_throughput: want.provisioned_throughput.filter(|_| flipped || resized),
        global_secondary_index_updates: (!indexes.is_empty()).then_some(indexes),
        ..UpdateTable::of(id)
    })
}

fn next_encryption(id: &Id, want: &Table, live: &Table) -> Option<UpdateTable> {
    (want.encryption != live.encryption)
        .then(|| UpdateTable { sse_specification: Some(Sse::of(&want.encryption)), ..UpdateTable::of(id) })
}

/// Another view type needs the stream off first.
fn next_stream(id: &Id, want: &Table, live: &Table) -> Option<UpdateTable> {
    let wanted = match (&want.stream_view_type, &live.stream_view_type) {
        (want, live) if want == live => return None,
        (Some(_), Some(_)) => None,
        (want, _) => want.clone(),
    };
    Some(UpdateTable { stream_specification: Some(Stream::of(wanted)), ..UpdateTable::of(id) })
}

/// Another attribute needs the old one off first.
fn next_time_to_live(id: &Id, want: &Table, live: &Table) -> Option<Call> {
    let (enabled, attribute_name) = match (&want.time_to_live, &live.time_to_live) {
        (want, live) if want == live => return None,
        (_, Some(live)) => (false, live.clone()),
        (Some(want), None) => (true, want.clone()),
        (None, None) => return None,
    };
    let specification = TimeToLive { enabled, attribute_name };
    Some(Call::TimeToLive(UpdateTimeToLive { table_name: id.name.clone(), time_to_live_specification: specification }))
}

fn next_recovery(id: &Id, want: &Table, live: &Table) -> Option<Call> {
    let enabled = want.point_in_time_recovery;
    (enabled != live.point_in_time_recovery).then(|| {
        let specification = Recovery { point_in_time_recovery_enabled: enabled };
        let table_name = id.name.clone();
        Call::Backups(UpdateContinuousBackups { table_name, point_in_time_recovery_specification: specification })
    })
}

fn next_tags(id: &Id, want: &Table, live: &Table) -> Option<Call> {
    let resource_arn = id.site.arn("dynamodb", &format!("table/{}", id.name));
    tags::next(&want.tags, &live.tags).map(|change| match change {
        TagChange::Set(tags) => Call::Tag(TagResource { resource_arn, tags: pairs(&tags) }),
        TagChange::Remove(tag_keys) => Call::Untag(UntagResource { resource_arn, tag_keys }),
    })
}

fn next_protection(id: &Id, want: &Table, live: &Table) -> Option<Call> {
    let enabled = want.deletion_protection_enabled;
    let update = UpdateTable { deletion_protection_enabled: Some(enabled), ..UpdateTable::of(id) };
    (enabled != live.deletion_protection_enabled).then(|| Call::Update(Box::new(update)))
}
