//! An OpenAPI document: its version, and what its references stand for.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use super::node::{Member, Node, Value};
use super::report::Wrong;

/// References that lead on from each other.
const CHAIN: usize = 32;

/// A document of a version that is read.
#[derive(Debug)]
pub(super) struct Document {
    pub root: Node,
    /// True for OpenAPI 3.1, whose schemas are JSON Schema's.
    pub is_3_1: bool,
    /// Where schemas stand among the components, by name: there may be thousands.
    schemas: BTreeMap<String, usize>,
}

impl Document {
    /// The document, if its version is one that is read.
    pub fn of(root: Node) -> Result<Self, Wrong> {
        if !root.is_table() {
            let message = format!("an OpenAPI document is a table, and this is {}", root.noun());
            return Err(Wrong::at(root.place, message).help("write openapi: 3.0.3, info and paths"));
        }
        if let Some(swagger) = root.member("swagger") {
            let help = "convert it to OpenAPI 3, with https://converter.swagger.io or npx swagger2openapi";
            return Err(Wrong::at(swagger.place, "Swagger 2.0 is not read").help(help));
        }
        let Some(version) = root.get("openapi") else {
            let message = "this is no OpenAPI document: it has no version";
            return Err(Wrong::at(root.place, message).help("write openapi: 3.0.3 at its top"));
        };
        let given = match &version.value {
            Value::Text(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => {
                let message = format!("the version is a text, and this is {}", version.noun());
                return Err(Wrong::at(version.place, message).help("write openapi: 3.0.3"));
            }
        };
        let is = |minor: &str| given == minor || given.starts_with(&format!("{minor}."));
        if !is("3.0") && !is("3.1") {
            let message = format!("OpenAPI {given} is not read");
            return Err(Wrong::at(version.place, message).help("write it in OpenAPI 3.0 or 3.1"));
        }
        let schemas = root.get("components").and_then(|all| all.get("schemas")).map(Node::members).unwrap_or_default();
        let schemas = schemas.iter().enumerate().map(|(index, schema)| (schema.name.clone(), index)).collect();
        Ok(Self { is_3_1: is("3.1"), root, schemas })
    }

    /// What a value stands for: what its `$ref` refers to, or itself.
    pub fn resolved<'d>(&'d self, node: &'d Node) -> Result<&'d Node, Wrong> {
        let mut at = node;
        for _ in 0..CHAIN {
            let Some(reference) = at.get("$ref") else { return Ok(at) };
            at = self.referred(reference)?;
        }
        Err(Wrong::at(node.place, "the reference leads back to itself").help("refer to what says something itself"))
    }

    /// What a reference refers to in this document.
    pub fn referred(&self, reference: &Node) -> Result<&Node, Wrong> {
        let wrong = |message: String| Wrong::at(reference.place, message);
        let Some(text) = reference.text() else {
            return Err(wrong("a reference is a text".into()).help("write \"#/components/...\" in quotes"));
        };
        let Some(pointer) = text.strip_prefix('#') else {
            let message = format!("{text:?} is in another file, and nothing but this one is read");
            return Err(wrong(message).help("bundle all into one file, such as with npx @redocly/cli bundle"));
        };
        if let Some(name) = schema_name(text) {
            let found = self.component("schemas", &name).map(|member| &member.node);
            return found.ok_or_else(|| {
                wrong(format!("{text:?} refers to nothing")).help("write the name of a schema that is there")
            });
        }
        let found = pointer.split('/').skip(1).try_fold(&self.root, |at, step| {
            let step = unescaped(step);
            match &at.value {
                Value::List(items) => items.get(step.parse::<usize>().ok()?),
                _ => at.get(&step),
            }
        });
        found.ok_or_else(|| wrong(format!("{text:?} refers to nothing")).help("write #/components/<kind>/<name>"))
    }

    /// What `components` has of a kind, such as `schemas`, under a name.
    pub fn component(&self, kind: &str, name: &str) -> Option<&Member> {
        let all = self.root.get("components")?.get(kind)?;
        if kind == "schemas" { all.members().get(*self.schemas.get(name)?) } else { all.member(name) }
    }
}

/// Where schemas of a document are.
const SCHEMAS: &str = "#/components/schemas/";

/// The name of the schema that a reference refers to.
pub(super) fn schema_name(reference: &str) -> Option<String> {
    reference.strip_prefix(SCHEMAS).filter(|name| !name.contains('/')).map(unescaped)
}

/// A step of a reference.
fn unescaped(step: &str) -> String {
    percent_decode_str(step).decode_utf8_lossy().replace("~1", "/").replace("~0", "~")
}
