//! What AWS would refuse about a table.

use std::collections::BTreeMap;

use super::{Capacity, Encryption, Key, KeyType, Projection, Table};
use crate::manifest::Cursor;

/// Global indexes of one table.
const GLOBAL_INDEXES: usize = 20;
/// Local indexes of one table.
const LOCAL_INDEXES: usize = 5;
/// Attributes that all indexes of one table name together.
const PROJECTED: usize = 100;

/// Reports everything at its place.
pub(super) fn check(table: &Table, here: &Cursor) {
    check_keys(table, here);
    check_types(table, here);
    check_indexes(table, here);
    check_projections(table, here);
    check_capacities(table, here);
    if let Some(name) = &table.time_to_live {
        check_attribute(name, &here.at("time_to_live"));
    }
    if let Encryption::KmsKey(key) = &table.encryption
        && !(key.starts_with("arn:") && key.contains(":kms:") && key.contains(":key/"))
    {
        let help =
            "write the key's ARN, arn:aws:kms:<region>:<account>:key/<id>, the only form in which AWS reports it";
        here.at("encryption").problem(format!("{key:?} is not the ARN of a KMS key"), Some(help));
    }
}

/// Every key with its place.
fn keys<'a, 't>(table: &'t Table, here: &Cursor<'a>) -> Vec<(Cursor<'a>, &'t Key)> {
    let mut keys = vec![(here.at("hash_key"), &table.hash_key)];
    keys.extend(table.range_key.iter().map(|key| (here.at("range_key"), key)));
    for (name, index) in &table.global_index {
        let here = here.at("global_index").at(name);
        keys.push((here.at("hash_key"), &index.hash_key));
        keys.extend(index.range_key.iter().map(|key| (here.at("range_key"), key)));
    }
    for (name, index) in &table.local_index {
        keys.push((here.at("local_index").at(name).at("range_key"), &index.range_key));
    }
    keys
}

fn check_attribute(name: &str, here: &Cursor) {
    if !(1..=255).contains(&name.len()) {
        here.problem(format!("{name:?} is not the name of an attribute"), Some("use 1 to 255 bytes"));
    }
}

/// Hash and range of one key are two attributes.
fn check_keys(table: &Table, here: &Cursor) {
    check_key(&table.hash_key, table.range_key.as_ref(), here);
    for (name, index) in &table.global_index {
        check_key(&index.hash_key, index.range_key.as_ref(), &here.at("global_index").at(name));
    }
    for (name, index) in &table.local_index {
        check_key(&table.hash_key, Some(&index.range_key), &here.at("local_index").at(name));
    }
}

fn check_key(hash: &Key, range: Option<&Key>, here: &Cursor) {
    if range.is_some_and(|range| range.name == hash.name) {
        let message = format!("{:?} is both hash key and range key", hash.name);
        here.at("range_key").problem(message, Some("choose another attribute, or leave range_key out"));
    }
}

/// An attribute has one type, however many keys it is part of.
fn check_types(table: &Table, here: &Cursor) {
    let mut types: BTreeMap<&str, KeyType> = BTreeMap::new();
    for (here, key) in keys(table, here) {
        check_attribute(&key.name, &here);
        let first = *types.entry(&key.name).or_insert(key.key_type);
        if first != key.key_type {
            let message = format!(
                "{:?} has the type {} here, and the type {} above",
                key.name,
                key.key_type.lower(),
                first.lower()
            );
            here.problem(message, Some("give it the same type in both"));
        }
    }
}

fn check_indexes(table: &Table, here: &Cursor) {
    let too_many = |section: &str, count: usize, limit: usize| {
        if count > limit {
            let message = format!("there are {count} indexes; AWS allows {limit} of this kind for a table");
            here.at(section).problem(message, Some("remove some"));
        }
    };
    too_many("global_index", table.global_index.len(), GLOBAL_INDEXES);
    too_many("local_index", table.local_index.len(), LOCAL_INDEXES);
    if table.range_key.is_none() && !table.local_index.is_empty() {
        let message = "a table without a range key cannot have local indexes";
        here.at("local_index").problem(message, Some("add a range_key to the table, or use global_index"));
    }
    let global = table.global_index.keys().map(|name| ("global_index", name));
    for (section, name) in global.chain(table.local_index.keys().map(|name| ("local_index", name))) {
        let here = here.at(section).at(name);
        if !is_index_name(name) {
            let help = "use 3 to 255 letters, digits, underscores, hyphens and dots";
            here.problem(format!("{name:?} is not the name of an index"), Some(help));
        }
        if section == "local_index" && table.global_index.contains_key(name) {
            here.problem(format!("there is also a global index {name:?}"), Some("give one another name"));
        }
    }
}

fn is_index_name(name: &str) -> bool {
    (3..=255).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
}

fn check_projections(table: &Table, here: &Cursor) {
    let global = table.global_index.iter().map(|(name, index)| ("global_index", name, &index.projection));
    let local = table.local_index.iter().map(|(name, index)| ("local_index", name, &index.projection));
    let mut count = 0;
    for (section, name, projection) in global.chain(local) {
        let Projection::Include(attributes) = projection else { continue };
        let here = here.at(section).at(name).at("projection");
        count += attributes.len();
        if attributes.is_empty() {
            here.problem("no attribute is included", Some("list some, or write \"keys-only\""));
        }
        attributes.iter().for_each(|name| check_attribute(name, &here));
    }
    if count > PROJECTED {
        let message = format!("the indexes include {count} attributes in total; AWS allows {PROJECTED}");
        here.problem(message, Some("include fewer, or write projection = \"all\""));
    }
}

/// Global indexes have a capacity of their own if and only if the table has one.
fn check_capacities(table: &Table, here: &Cursor) {
    check_capacity(table.provisioned, &here.at("provisioned"));
    for (name, index) in &table.global_index {
        let here = here.at("global_index").at(name);
        check_capacity(index.provisioned, &here.at("provisioned"));
        match (table.provisioned.is_some(), index.provisioned.is_some()) {
            (true, false) => {
                let message = "an index of a provisioned table needs its own capacity";
                here.problem(message, Some("add provisioned = { read = 1, write = 1 }"));
            }
            (false, true) => {
                let message = "an index has its own capacity only if its table is provisioned";
                here.at("provisioned").problem(message, Some("remove it, or provision the table"));
            }
            _ => {}
        }
    }
}

fn check_capacity(capacity: Option<Capacity>, here: &Cursor) {
    if capacity.is_some_and(|c| c.read < 1 || c.write < 1) {
        here.problem("capacity must be at least 1 for reads and 1 for writes", Some("write 1 or more"));
    }
}
