//! Ids that AWS has not generated yet, as patterns: a boundary exists before any of them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::aws::Wanted;
use crate::kind::Kind;
use crate::name::{Address, Site};
use crate::text::{OutputRef, Outputs, Text};

/// A statement whose resources are literal, with a pattern in place of each id that AWS generates.
pub fn literal(statement: &Value, site: &Site, wanted: &BTreeMap<Address, Wanted>) -> Value {
    let mut literal = statement.clone();
    for resource in literal["Resource"].as_array_mut().into_iter().flatten() {
        if let Ok(text) = serde_json::from_value::<Text>(resource.clone()) {
            let patterns: Outputs =
                text.references().map(|reference| (reference.clone(), pattern(reference, site, wanted))).collect();
            *resource = text.resolve(&patterns).to_string().into();
        }
    }
    literal
}

/// All that an id may come to be.
fn pattern(reference: &OutputRef, site: &Site, wanted: &BTreeMap<Address, Wanted>) -> String {
    match (reference.address.kind, reference.attribute.as_str()) {
        (Kind::Table, "stream_arn") => {
            let name = wanted.get(&reference.address).map_or("*", |wanted| wanted.id.name.as_str());
            site.arn("dynamodb", &format!("table/{name}/stream/*"))
        }
        _ => "*".into(),
    }
}
