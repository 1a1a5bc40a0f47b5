//! An OpenAPI document: its version, and what its references stand for.

use std::cell::Cell;
use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use super::node::{Member, Node, Place, Value};
use super::report::Wrong;

/// References that lead on from each other.
const CHAIN: usize = 32;
/// Values that are looked at for all that refers to something, so that looking ends.
const LOOKS: usize = 5_000_000;

/// A document of a version that is read.
#[derive(Debug)]
pub(super) struct Document {
    pub root: Node,
    /// True for OpenAPI 3.1, whose schemas are JSON Schema's.
    pub is_3_1: bool,
    components: Components,
    looked: Cell<usize>,
}

/// Where components stand, by kind and name: there may be thousands.
#[derive(Debug, Default)]
struct Components {
    /// `components` among the members of the root.
    at: usize,
    /// Each kind among its members, and what there is of it.
    kinds: BTreeMap<String, (usize, BTreeMap<String, usize>)>,
}

impl Components {
    fn of(root: &Node) -> Self {
        let Some(at) = root.members().iter().position(|member| member.name == "components") else {
            return Self::default();
        };
        let by_name = |members: &[Member]| -> BTreeMap<String, usize> {
            members.iter().enumerate().map(|(index, member)| (member.name.clone(), index)).collect()
        };
        let kinds = root.members()[at].node.members().iter().enumerate();
        let kinds = kinds.map(|(index, kind)| (kind.name.clone(), (index, by_name(kind.node.members()))));
        Self { at, kinds: kinds.collect() }
    }
}

impl Document {
    /// The document, if its version is one that is read.
    pub fn of(root: Node) -> Result<Self, Wrong> {
        if !root.is_table() {
            let message = format!("an OpenAPI document must be a table, but this is {}", root.noun());
            return Err(Wrong::at(root.place, message).help("write openapi: 3.0.3, info and paths"));
        }
        if let Some(swagger) = root.member("swagger") {
            let help = "convert it to OpenAPI 3 with https://converter.swagger.io or npx swagger2openapi";
            return Err(Wrong::at(swagger.place, "Swagger 2.0 is not supported").help(help));
        }
        let Some(version) = root.get("openapi") else {
            let message = "this is not an OpenAPI document: it has no version";
            return Err(Wrong::at(root.place, message).help("write openapi: 3.0.3 at its top"));
        };
        let given = match &version.value {
            Value::Text(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => {
                let message = format!("the version must be a text, but this is {}", version.noun());
                return Err(Wrong::at(version.place, message).help("write openapi: 3.0.3"));
            }
        };
        let is = |minor: &str| given == minor || given.starts_with(&format!("{minor}."));
        if !is("3.0") && !is("3.1") {
            let message = format!("OpenAPI {given} is not supported");
            return Err(Wrong::at(version.place, message).help("convert it to OpenAPI 3.0 or 3.1"));
        }
        Ok(Self { is_3_1: is("3.1"), components: Components::of(&root), root, looked: Cell::new(0) })
    }

    /// What a value stands for: what its `$ref` refers to, or itself.
    pub fn resolved<'d>(&'d self, node: &'d Node) -> Result<&'d Node, Wrong> {
        let mut at = node;
        for _ in 0..CHAIN {
            let Some(reference) = at.get("$ref") else { return Ok(at) };
            at = self.referred(reference)?;
        }
        Err(Wrong::at(node.place, "the reference leads back to itself").help("refer to an actual definition"))
    }

    /// What a reference refers to in this document.
    pub fn referred(&self, reference: &Node) -> Result<&Node, Wrong> {
        let wrong = |message: String| Wrong::at(reference.place, message);
        let Some(text) = reference.text() else {
            return Err(wrong("a reference must be a text".into()).help("write \"#/components/...\" in quotes"));
        };
        let Some(pointer) = text.strip_prefix('#') else {
            let message = format!("{text:?} is in another file, and only this file is read");
            return Err(
                wrong(message).help("bundle everything into one file, for example with npx @redocly/cli bundle")
            );
        };
        self.look(1, reference.place)?;
        let found = match component_name(text) {
            Some((kind, name)) => self.component(&kind, &name).map(|member| &member.node),
            None => self.followed(pointer, reference.place)?,
        };
        let help = match schema_name(text) {
            Some(_) => "write the name of an existing schema",
            None => "write #/components/<kind>/<name>",
        };
        found.ok_or_else(|| wrong(format!("{text:?} refers to nothing")).help(help))
    }

    fn followed(&self, pointer: &str, place: Place) -> Result<Option<&Node>, Wrong> {
        let mut at = &self.root;
        for step in pointer.split('/').skip(1) {
            let step = unescaped(step);
            self.look(at.members().len(), place)?;
            let next = match &at.value {
                Value::List(items) => step.parse::<usize>().ok().and_then(|index| items.get(index)),
                _ => at.get(&step),
            };
            let Some(next) = next else { return Ok(None) };
            at = next;
        }
        Ok(Some(at))
    }

    /// Counts values that are looked at because something refers to them.
    pub fn look(&self, values: usize, place: Place) -> Result<(), Wrong> {
        self.looked.set(self.looked.get().saturating_add(values));
        if self.looked.get() > LOOKS {
            let message = "the document's references lead to too many values";
            return Err(Wrong::at(place, message).help("refer to fewer, and only to components"));
        }
        Ok(())
    }

    /// What `components` has of a kind, such as `schemas`, under a name.
    pub fn component(&self, kind: &str, name: &str) -> Option<&Member> {
        let (index, names) = self.components.kinds.get(kind)?;
        let all = &self.root.members().get(self.components.at)?.node.members().get(*index)?.node;
        all.members().get(*names.get(name)?)
    }
}

/// The kind and the name of the component that a reference refers to.
fn component_name(reference: &str) -> Option<(String, String)> {
    let (kind, name) = reference.strip_prefix("#/components/")?.split_once('/')?;
    (!name.contains('/')).then(|| (unescaped(kind), unescaped(name)))
}

/// The name of the schema that a reference refers to.
pub(super) fn schema_name(reference: &str) -> Option<String> {
    component_name(reference).filter(|(kind, _)| kind == "schemas").map(|(_, name)| name)
}

/// A step of a reference.
fn unescaped(step: &str) -> String {
    percent_decode_str(step).decode_utf8_lossy().replace("~1", "/").replace("~0", "~")
}
