//! Read-only properties: responses contain them, and requests are not required to.

use std::collections::BTreeSet;

use super::super::form;
use super::super::node::Node;
use super::super::report::Wrong;
use super::Models;

/// Schemas that are of each other, as far as it is looked.
const DEPTH: usize = 32;

/// What a schema says of properties, by itself and by all that it is made of: `allOf`, and what it refers to.
#[derive(Default)]
pub(super) struct Gathered {
    /// Those that are only read.
    pub only_read: BTreeSet<String>,
    /// Those that are asked for.
    pub asked: BTreeSet<String>,
    seen: BTreeSet<*const Node>,
}

impl Models<'_> {
    /// What a schema says of properties.
    pub(super) fn gathered(&self, schema: &Node) -> Result<Gathered, Wrong> {
        let mut all = Gathered::default();
        self.gather(schema, 0, &mut all)?;
        Ok(all)
    }

    fn gather(&self, schema: &Node, depth: usize, all: &mut Gathered) -> Result<(), Wrong> {
        if depth > DEPTH || !all.seen.insert(std::ptr::from_ref(schema)) {
            return Ok(());
        }
        self.document.look(1, schema.place)?;
        if let Some(reference) = schema.get("$ref") {
            self.gather(self.document.referred(reference)?, depth + 1, all)?;
            if !self.document.is_3_1 {
                return Ok(());
            }
        }
        for property in schema.get("properties").map(Node::members).unwrap_or_default() {
            if self.is_only_read(&property.node, 0)? {
                all.only_read.insert(property.name.clone());
            }
        }
        let asked = schema.get("required").map(Node::items).unwrap_or_default();
        self.document.look(asked.len(), schema.place)?;
        all.asked.extend(asked.iter().filter_map(Node::text).map(str::to_owned));
        parts(schema).iter().try_for_each(|part| self.gather(part, depth + 1, all))
    }

    /// True for a property that says it itself, beside a reference in 3.1 alone, or by what it is made of.
    fn is_only_read(&self, property: &Node, depth: usize) -> Result<bool, Wrong> {
        self.document.look(1, property.place)?;
        let reference = property.get("$ref");
        let is_read = reference.is_none() || self.document.is_3_1;
        if is_read && form::is_set(property, "readOnly")? {
            return Ok(true);
        }
        if depth > DEPTH {
            return Ok(false);
        }
        if let Some(reference) = reference
            && self.is_only_read(self.document.referred(reference)?, depth + 1)?
        {
            return Ok(true);
        }
        for part in parts(property).iter().filter(|_| is_read) {
            if self.is_only_read(part, depth + 1)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn parts(schema: &Node) -> &[Node] {
    schema.get("allOf").map(Node::items).unwrap_or_default()
}
