//! Which call comes next.
//!
//! Order of an update: tags, ownership first; global indexes that go or change are deleted, all of them before any is
//! made, so that an attribute can change its type; billing, with the capacity of every index that stays; indexes are
//! made; encryption; stream; deletion protection; recovery; time to live.

use super::call::{
    Call, CreateIndex, CreateTable, DeleteIndex, DeleteTable, GlobalIndexUpdate, PointInTimeRecoverySpecification,
    StreamSpecification, TimeToLiveSpecification, UpdateContinuousBackups, UpdateIndex, UpdateTable, UpdateTimeToLive,
    definitions, elements,
};
use super::{Billing, Index, Key, Table, Throughput};
use crate::aws::Id;
use crate::aws::tags;

/// The table's ARN, which tag calls want.
pub(super) fn arn(id: &Id) -> String {
    id.site.arn("dynamodb", &format!("table/{}", id.name))
}

/// Makes the table with everything that the call can carry.
pub(super) fn create(id: &Id, want: &Table) -> Call {
    let indexes = |indexes: &std::collections::BTreeMap<String, Index>| {
        let list: Vec<_> = indexes.iter().map(|(name, index)| CreateIndex::new(name, index)).collect();
        (!list.is_empty()).then_some(list)
    };
    Call::Create(CreateTable {
        table_name: id.name.clone(),
        attribute_definitions: definitions(keys(want)),
        key_schema: elements(&want.key_schema),
        billing_mode: mode(&want.billing).into(),
        provisioned_throughput: throughput(&want.billing),
        global_secondary_indexes: indexes(&want.global_secondary_indexes),
        local_secondary_indexes: indexes(&want.local_secondary_indexes),
        sse_specification: want.sse.clone(),
        stream_specification: want.stream_view_type.as_deref().map(StreamSpecification::on),
        deletion_protection_enabled: want.deletion_protection_enabled,
        tags: want.tags.clone(),
    })
}

/// Leads to absence.
pub(super) fn delete(id: &Id, live: &Table) -> Call {
    match live.deletion_protection_enabled {
        true => update_table(id, UpdateTable { deletion_protection_enabled: Some(false), ..UpdateTable::default() }),
        false => Call::Delete(DeleteTable { table_name: id.name.clone() }),
    }
}

/// Leads to `want`, where both have the same keys and local indexes.
pub(super) fn update(id: &Id, want: &Table, live: &Table) -> Option<Call> {
    tags::next_call(arn(id), &want.tags, &live.tags)
        .or_else(|| delete_index(want, live).map(|change| index_call(id, change, None)))
        .or_else(|| billing(want, live).map(|input| update_table(id, input)))
        .or_else(|| create_index(id, want, live))
        .or_else(|| sse(want, live).map(|input| update_table(id, input)))
        .or_else(|| stream(want, live).map(|input| update_table(id, input)))
        .or_else(|| protection(want, live).map(|input| update_table(id, input)))
        .or_else(|| recovery(id, want, live))
        .or_else(|| time_to_live(id, want, live))
}

/// The first live index that is not wanted, or not as it is.
fn delete_index(want: &Table, live: &Table) -> Option<GlobalIndexUpdate> {
    let stays = |name: &str, index: &Index| {
        let wanted = want.global_secondary_indexes.get(name);
        wanted.is_some_and(|w| w.key_schema == index.key_schema && w.projection == index.projection)
    };
    let gone = live.global_secondary_indexes.iter().find(|(name, index)| !stays(name, index));
    gone.map(|(name, _)| GlobalIndexUpdate::Delete(DeleteIndex { index_name: name.clone() }))
}

fn billing(want: &Table, live: &Table) -> Option<UpdateTable> {
    let (to, from) = (throughput(&want.billing), throughput(&live.billing));
    let switched = to.is_some() != from.is_some();
    let indexes: Vec<_> = capacities(want, live).collect();
    // A switch carries every index; later, capacities change one index a call.
    let indexes = match (switched, to) {
        (true, Some(_)) => indexes,
        (false, Some(_)) if to == from => indexes.into_iter().take(1).collect(),
        _ => Vec::new(),
    };
    let input = UpdateTable {
        billing_mode: switched.then(|| mode(&want.billing).into()),
        provisioned_throughput: to.filter(|_| to != from),
        global_secondary_index_updates: (!indexes.is_empty()).then_some(indexes),
        ..UpdateTable::default()
    };
    (input != UpdateTable::default()).then_some(input)
}

/// Every index that both have, with other capacity wanted.
fn capacities<'a>(want: &'a Table, live: &'a Table) -> impl Iterator<Item = GlobalIndexUpdate> + 'a {
    live.global_secondary_indexes.iter().filter_map(|(name, index)| {
        let wanted = want.global_secondary_indexes.get(name)?.provisioned_throughput?;
        let update = UpdateIndex { index_name: name.clone(), provisioned_throughput: wanted };
        (index.provisioned_throughput != Some(wanted)).then_some(GlobalIndexUpdate::Update(update))
    })
}

/// The first wanted index that is missing. AWS wants the types of all attributes that are in use then.
fn create_index(id: &Id, want: &Table, live: &Table) -> Option<Call> {
    let live_names = &live.global_secondary_indexes;
    let (name, index) = want.global_secondary_indexes.iter().find(|(name, _)| !live_names.contains_key(*name))?;
    let types = definitions(keys(live).chain(&index.key_schema));
    let change = GlobalIndexUpdate::Create(CreateIndex::new(name, index));
    Some(index_call(id, change, Some(types)))
}

fn index_call(id: &Id, change: GlobalIndexUpdate, types: Option<Vec<super::call::AttributeDefinition>>) -> Call {
    let input = UpdateTable {
        attribute_definitions: types,
        global_secondary_index_updates: Some(vec![change]),
        ..UpdateTable::default()
    };
    update_table(id, input)
}

fn sse(want: &Table, live: &Table) -> Option<UpdateTable> {
    let differs = want.sse != live.sse;
    differs.then(|| UpdateTable { sse_specification: Some(want.sse.clone()), ..UpdateTable::default() })
}

/// A stream of another view type is switched off first.
fn stream(want: &Table, live: &Table) -> Option<UpdateTable> {
    let stream_specification = match (want.stream_view_type.as_deref(), live.stream_view_type.as_deref()) {
        (want, live) if want == live => return None,
        (Some(view_type), None) => StreamSpecification::on(view_type),
        _ => StreamSpecification::off(),
    };
    Some(UpdateTable { stream_specification: Some(stream_specification), ..UpdateTable::default() })
}

fn protection(want: &Table, live: &Table) -> Option<UpdateTable> {
    let enabled = want.deletion_protection_enabled;
    let differs = enabled != live.deletion_protection_enabled;
    differs.then(|| UpdateTable { deletion_protection_enabled: Some(enabled), ..UpdateTable::default() })
}

fn recovery(id: &Id, want: &Table, live: &Table) -> Option<Call> {
    let enabled = want.point_in_time_recovery_enabled;
    let specification = PointInTimeRecoverySpecification { point_in_time_recovery_enabled: enabled };
    let input =
        UpdateContinuousBackups { table_name: id.name.clone(), point_in_time_recovery_specification: specification };
    (enabled != live.point_in_time_recovery_enabled).then_some(Call::UpdateContinuousBackups(input))
}

/// Another attribute is switched off first.
fn time_to_live(id: &Id, want: &Table, live: &Table) -> Option<Call> {
    let (attribute, enabled) = match (&want.time_to_live_attribute, &live.time_to_live_attribute) {
        (want, live) if want == live => return None,
        (_, Some(live)) => (live, false),
        (Some(want), None) => (want, true),
        (None, None) => return None,
    };
    let specification = TimeToLiveSpecification { attribute_name: attribute.clone(), enabled };
    Some(Call::UpdateTimeToLive(UpdateTimeToLive {
        table_name: id.name.clone(),
        time_to_live_specification: specification,
    }))
}

fn update_table(id: &Id, input: UpdateTable) -> Call {
    Call::Update(UpdateTable { table_name: id.name.clone(), ..input })
}

fn mode(billing: &Billing) -> &'static str {
    match billing {
        Billing::OnDemand => "PAY_PER_REQUEST",
        Billing::Provisioned { .. } => "PROVISIONED",
    }
}

fn throughput(billing: &Billing) -> Option<Throughput> {
    match billing {
        Billing::OnDemand => None,
        Billing::Provisioned { throughput } => Some(*throughput),
    }
}

/// All keys of a table and its indexes.
fn keys(table: &Table) -> impl Iterator<Item = &Key> {
    let indexes = table.global_secondary_indexes.values().chain(table.local_secondary_indexes.values());
    table.key_schema.iter().chain(indexes.flat_map(|index| &index.key_schema))
}
