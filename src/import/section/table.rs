//! `[table.<name>]`

use toml_edit::{Table, Value};

use crate::aws::Id;
use crate::aws::dynamodb::{self, Billing, Index, Key, Projection, Throughput};
use crate::import::Scene;
use crate::import::lines::{Lines, inline, list};

/// The section of a table.
pub fn write(id: &Id, table: &dynamodb::Table, scene: &Scene) -> Table {
    let mut lines = scene.start(id);
    keys(&table.key_schema, &mut lines);
    lines.set_some("provisioned", throughput(&table.billing).map(capacity));
    encryption(table, &mut lines);
    let global = table.global_secondary_indexes.iter();
    lines.set_tables("global_index", global.map(|(name, index)| (name.clone(), global_index(index))));
    let local = table.local_secondary_indexes.iter();
    lines.set_tables("local_index", local.map(|(name, index)| (name.clone(), local_index(index))));
    lines.set_some("time_to_live", table.time_to_live_attribute.as_deref());
    lines.set_unless("point_in_time_recovery", table.point_in_time_recovery_enabled, false);
    lines.set_some("stream", table.stream_view_type.as_deref().map(words));
    lines.set_unless("deletion_protection", table.deletion_protection_enabled, false);
    scene.end(id, &table.tags, lines)
}

fn keys(schema: &[Key], lines: &mut Lines) {
    for (name, key) in ["hash_key", "range_key"].into_iter().zip(schema) {
        lines.set(name, inline([("name", &key.attribute_name), ("type", &key.attribute_type)]));
    }
}

fn throughput(billing: &Billing) -> Option<Throughput> {
    match billing {
        Billing::OnDemand => None,
        Billing::Provisioned { throughput } => Some(*throughput),
    }
}

fn capacity(throughput: Throughput) -> Value {
    inline([("read", throughput.read_capacity_units), ("write", throughput.write_capacity_units)])
}

fn encryption(table: &dynamodb::Table, lines: &mut Lines) {
    match (&table.sse.kms_master_key_id, table.sse.enabled) {
        (Some(key), _) => lines.set("encryption", inline([("kms_key", key)])),
        (None, true) => {}
        (None, false) => lines.set("encryption", "aws-owned"),
    }
}

fn global_index(index: &Index) -> Lines {
    let mut lines = Lines::new();
    keys(&index.key_schema, &mut lines);
    projection(&index.projection, &mut lines);
    lines.set_some("provisioned", index.provisioned_throughput.map(capacity));
    lines
}

/// A local index has the table's hash key.
fn local_index(index: &Index) -> Lines {
    let mut lines = Lines::new();
    let range = index.key_schema.get(1);
    lines
        .set_some("range_key", range.map(|key| inline([("name", &key.attribute_name), ("type", &key.attribute_type)])));
    projection(&index.projection, &mut lines);
    lines
}

fn projection(projection: &Projection, lines: &mut Lines) {
    match projection.projection_type.as_str() {
        "ALL" => {}
        "INCLUDE" => lines
            .set("projection", inline([("include", list(projection.non_key_attributes.iter().map(String::as_str)))])),
        other => lines.set("projection", words(other)),
    }
}

/// `NEW_IMAGE` as the manifest says it.
fn words(value: &str) -> String {
    value.to_lowercase().replace('_', "-")
}
