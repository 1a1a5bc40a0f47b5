//! What AWS would refuse about a table.

use std::collections::BTreeMap;

use super::{Capacity, Encryption, Key, KeyType, Projection, Table};
use crate::manifest::Lowering;

/// Global indexes of one table.
const GLOBAL_INDEXES: usize = 20;
/// Local indexes of one table.
const LOCAL_INDEXES: usize = 5;
/// Attributes that all indexes of one table name together.
const PROJECTED: usize = 100;

/// Reports everything at its place below `path`.
pub(super) fn check(table: &Table, path: &str, to: &mut Lowering) {
    check_keys(table, path, to);
    check_types(table, path, to);
    check_indexes(table, path, to);
    check_projections(table, path, to);
    check_capacities(table, path, to);
    if let Some(name) = &table.time_to_live {
        check_attribute(name, &format!("{path}.time_to_live"), to);
    }
    if let Encryption::KmsKey(key) = &table.encryption
        && !(key.starts_with("arn:") && key.contains(":kms:") && key.contains(":key/"))
    {
        let help = "write the key's ARN, arn:aws:kms:<region>:<account>:key/<id>: AWS reports it in no other form";
        to.problem(&format!("{path}.encryption"), format!("{key:?} is not the ARN of a KMS key"), Some(help));
    }
}

/// Every key with its place.
fn keys<'a>(table: &'a Table, path: &str) -> Vec<(String, &'a Key)> {
    let mut keys = vec![(format!("{path}.hash_key"), &table.hash_key)];
    keys.extend(table.range_key.iter().map(|key| (format!("{path}.range_key"), key)));
    for (name, index) in &table.global_index {
        keys.push((format!("{path}.global_index.{name}.hash_key"), &index.hash_key));
        keys.extend(index.range_key.iter().map(|key| (format!("{path}.global_index.{name}.range_key"), key)));
    }
    for (name, index) in &table.local_index {
        keys.push((format!("{path}.local_index.{name}.range_key"), &index.range_key));
    }
    keys
}

fn check_attribute(name: &str, path: &str, to: &mut Lowering) {
    if !(1..=255).contains(&name.len()) {
        to.problem(path, format!("{name:?} is not an attribute's name"), Some("use 1 to 255 bytes"));
    }
}

/// Hash and range of one key are two attributes.
fn check_keys(table: &Table, path: &str, to: &mut Lowering) {
    let own = (format!("{path}.range_key"), &table.hash_key, table.range_key.as_ref());
    let global = table.global_index.iter().map(|(name, index)| {
        (format!("{path}.global_index.{name}.range_key"), &index.hash_key, index.range_key.as_ref())
    });
    let local = table
        .local_index
        .iter()
        .map(|(name, index)| (format!("{path}.local_index.{name}.range_key"), &table.hash_key, Some(&index.range_key)));
    for (place, hash, range) in std::iter::once(own).chain(global).chain(local) {
        if range.is_some_and(|range| range.name == hash.name) {
            let message = format!("{:?} is hash key and range key at once", hash.name);
            to.problem(&place, message, Some("choose another attribute, or leave range_key out"));
        }
    }
}

/// An attribute has one type, however many keys it is part of.
fn check_types(table: &Table, path: &str, to: &mut Lowering) {
    let mut types: BTreeMap<&str, KeyType> = BTreeMap::new();
    for (place, key) in keys(table, path) {
        check_attribute(&key.name, &place, to);
        let first = *types.entry(&key.name).or_insert(key.of);
        if first != key.of {
            let message =
                format!("{:?} is of type {} here and of type {} above", key.name, key.of.lower(), first.lower());
            to.problem(&place, message, Some("give it one type"));
        }
    }
}

fn check_indexes(table: &Table, path: &str, to: &mut Lowering) {
    let too_many = |section: &str, count: usize, limit: usize, to: &mut Lowering| {
        if count > limit {
            let message = format!("{count} indexes; AWS allows {limit} of this kind for a table");
            to.problem(&format!("{path}.{section}"), message, Some("remove some"));
        }
    };
    too_many("global_index", table.global_index.len(), GLOBAL_INDEXES, to);
    too_many("local_index", table.local_index.len(), LOCAL_INDEXES, to);
    if table.range_key.is_none() && !table.local_index.is_empty() {
        let message = "a table without a range key cannot have local indexes";
        to.problem(&format!("{path}.local_index"), message, Some("add a range_key to the table, or use global_index"));
    }
    let global = table.global_index.keys().map(|name| ("global_index", name));
    for (section, name) in global.chain(table.local_index.keys().map(|name| ("local_index", name))) {
        let place = format!("{path}.{section}.{name}");
        if !is_index_name(name) {
            let help = "use 3 to 255 letters, digits, underscores, hyphens and dots";
            to.problem(&place, format!("{name:?} is not the name of an index"), Some(help));
        }
        if section == "local_index" && table.global_index.contains_key(name) {
            to.problem(&place, format!("there is a global index {name:?} as well"), Some("give one another name"));
        }
    }
}

fn is_index_name(name: &str) -> bool {
    (3..=255).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
}

fn check_projections(table: &Table, path: &str, to: &mut Lowering) {
    let global = table.global_index.iter().map(|(name, index)| (format!("global_index.{name}"), &index.projection));
    let local = table.local_index.iter().map(|(name, index)| (format!("local_index.{name}"), &index.projection));
    let mut count = 0;
    for (place, projection) in global.chain(local) {
        let Projection::Include(attributes) = projection else { continue };
        let place = format!("{path}.{place}.projection");
        count += attributes.len();
        if attributes.is_empty() {
            to.problem(&place, "no attribute is included", Some("name some, or write \"keys-only\""));
        }
        attributes.iter().for_each(|name| check_attribute(name, &place, to));
    }
    if count > PROJECTED {
        let message = format!("the indexes include {count} attributes together; AWS allows {PROJECTED}");
        to.problem(path, message, Some("include fewer, or write projection = \"all\""));
    }
}

/// Global indexes have a capacity of their own if and only if the table has one.
fn check_capacities(table: &Table, path: &str, to: &mut Lowering) {
    check_capacity(table.provisioned, &format!("{path}.provisioned"), to);
    for (name, index) in &table.global_index {
        let place = format!("{path}.global_index.{name}");
        check_capacity(index.provisioned, &format!("{place}.provisioned"), to);
        match (table.provisioned.is_some(), index.provisioned.is_some()) {
            (true, false) => {
                let message = "an index of a provisioned table needs a capacity of its own";
                to.problem(&place, message, Some("add provisioned = { read = 1, write = 1 }"));
            }
            (false, true) => {
                let message = "an index has a capacity of its own only where its table is provisioned";
                to.problem(&format!("{place}.provisioned"), message, Some("remove it, or provision the table"));
            }
            _ => {}
        }
    }
}

fn check_capacity(capacity: Option<Capacity>, path: &str, to: &mut Lowering) {
    if capacity.is_some_and(|c| c.read < 1 || c.write < 1) {
        to.problem(path, "a capacity is at least 1 for reads and 1 for writes", Some("write 1 or more"));
    }
}
