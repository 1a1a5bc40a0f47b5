//! Converts an OpenAPI schema to draft 4, keyword by keyword.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::super::document::schema_name;
use super::super::form;
use super::super::node::{Member, Node, Value, weight};
use super::super::report::Wrong;
use super::{Models, OF_DRAFT_4};
use crate::manifest::api::draft4;

/// Said of a value and checked by nobody.
const ANNOTATIONS: &[&str] = &[
    "$comment",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "deprecated",
    "discriminator",
    "example",
    "examples",
    "externalDocs",
    "readOnly",
    "writeOnly",
    "xml",
];
/// The same in OpenAPI and in draft 4.
const ALIKE: &[&str] = &[
    "default",
    "description",
    "maxItems",
    "maxLength",
    "maxProperties",
    "minItems",
    "minLength",
    "minProperties",
    "multipleOf",
    "pattern",
    "title",
    "type",
    "uniqueItems",
];
/// Formats that OpenAPI has beside those of JSON Schema; API Gateway does not know them.
const FORMATS: &[&str] = &["binary", "byte", "double", "float", "int32", "int64", "password"];
/// Schemas that lie in each other, with those that are written out in the place of references.
const DEPTH: usize = 100;

/// What one model is made by.
pub(super) struct Convert<'m, 'd> {
    models: &'m Models<'d>,
    /// Schemas that are referred to and have not been looked at.
    pub referred: BTreeSet<String>,
    depth: usize,
}

impl<'m, 'd> Convert<'m, 'd> {
    /// Nothing has been looked at yet.
    pub fn of(models: &'m Models<'d>) -> Self {
        Self { models, referred: BTreeSet::new(), depth: 0 }
    }

    /// A schema that stands for itself.
    pub fn schema(&mut self, schema: &Node) -> Result<Json, Wrong> {
        self.part(schema, None)
    }

    /// A schema, or a part of one (of its `allOf`), which names in `unasked` what requests need not bring.
    fn part(&mut self, schema: &Node, unasked: Option<&BTreeSet<String>>) -> Result<Json, Wrong> {
        self.models.count(1, schema.place)?;
        if self.depth >= DEPTH {
            let message = format!("schemas, with those that they consist of, are nested more than {DEPTH} levels deep");
            return Err(Wrong::at(schema.place, message)
                .help("remove schemas that contain themselves, and use references for some of the others"));
        }
        self.depth += 1;
        let made = match &schema.value {
            Value::Bool(true) if self.models.document.is_3_1 => Ok(json!({})),
            Value::Bool(false) if self.models.document.is_3_1 => Ok(json!({"not": {}})),
            Value::Table(members) => match (schema.get("$ref"), unasked) {
                (Some(reference), _) => self.reference(schema, reference, members, unasked),
                (None, Some(unasked)) => self.table(schema, members, unasked),
                (None, None) => {
                    // Nothing else asks for properties.
                    let asks = ["allOf", "required"].iter().any(|word| schema.get(word).is_some());
                    let own = if asks { self.models.gathered(schema)?.only_read } else { BTreeSet::new() };
                    self.table(schema, members, &own)
                }
            },
            _ => {
                let message = format!("a schema must be a table, but this is {}", schema.noun());
                Err(Wrong::at(schema.place, message).help("write type: and what else the value has to be"))
            }
        };
        self.depth -= 1;
        made
    }

    /// In 3.0 nothing beside a reference counts, in 3.1 everything does.
    fn reference(
        &mut self,
        schema: &Node,
        reference: &Node,
        members: &[Member],
        unasked: Option<&BTreeSet<String>>,
    ) -> Result<Json, Wrong> {
        let document = self.models.document;
        document.referred(reference)?;
        let text = form::text(reference, "a reference")?;
        let Some(name) = schema_name(text) else {
            let message = format!("a model cannot refer to {text:?}");
            return Err(Wrong::at(reference.place, message).help("refer to #/components/schemas/<name>"));
        };
        document.resolved(schema)?;
        self.models.count(weight(text), reference.place)?;
        let says = |member: &&Member| {
            let is_said = ["$ref", "title", "description", "default"].contains(&member.name.as_str());
            !is_said && !is_annotation(&member.name)
        };
        let beside: Vec<Member> = members.iter().filter(says).cloned().collect();
        if !document.is_3_1 || beside.is_empty() {
            return self.definition(name, unasked);
        }
        let beside = Node { place: reference.place, value: Value::Table(beside) };
        self.models.count(beside.size(), reference.place)?;
        let own = match unasked {
            None => Some(self.models.gathered(schema)?.only_read),
            Some(_) => None,
        };
        let unasked = own.as_ref().or(unasked);
        let to = self.definition(name, unasked)?;
        Ok(json!({"allOf": [to, self.part(&beside, unasked)?]}))
    }

    /// What a reference to a schema is: one to its definition, or the schema written out, where that asks for what is not asked for
    /// here.
    fn definition(&mut self, name: String, unasked: Option<&BTreeSet<String>>) -> Result<Json, Wrong> {
        let document = self.models.document;
        if let (Some(unasked), Some(member)) = (unasked, document.component("schemas", &name))
            && !unasked.is_empty()
        {
            let of = self.models.gathered(&member.node)?;
            if of.asked.iter().any(|name| unasked.contains(name) && !of.only_read.contains(name)) {
                return self.part(&member.node, Some(unasked));
            }
        }
        let escaped = name.replace('~', "~0").replace('/', "~1");
        self.referred.insert(name);
        Ok(json!({"$ref": format!("#/definitions/{escaped}")}))
    }

    fn table(&mut self, schema: &Node, members: &[Member], unasked: &BTreeSet<String>) -> Result<Json, Wrong> {
        let mut out = Map::new();
        for member in members {
            self.keyword(member, schema, unasked, &mut out)?;
        }
        if !self.models.document.is_3_1 && form::is_set(schema, "nullable")? {
            let_be_null(&mut out);
        }
        let wrong = out.keys().find_map(|word| {
            let message = draft4::fault(word, &out)?;
            let place = schema.get(word).map_or(schema.place, |node| node.place);
            Some(Wrong::at(place, message).help(OF_DRAFT_4))
        });
        wrong.map_or(Ok(Json::Object(out)), Err)
    }

    fn keyword(
        &mut self,
        member: &Member,
        schema: &Node,
        unasked: &BTreeSet<String>,
        out: &mut Map<String, Json>,
    ) -> Result<(), Wrong> {
        let Member { name, node, .. } = member;
        let is_3_1 = self.models.document.is_3_1;
        let value = match name.as_str() {
            known if ALIKE.contains(&known) => self.plain(node)?,
            said if is_annotation(said) => return Ok(()),
            "nullable" if !is_3_1 => return Ok(()),
            "format" if node.text().is_some_and(|format| FORMATS.contains(&format)) => return Ok(()),
            "format" => self.plain(node)?,
            "required" => match self.required(node, unasked)? {
                names if names.is_empty() => return Ok(()),
                names => json!(names),
            },
            "minimum" | "maximum" => {
                // A bound that excludes itself has been written in its place, if it is the narrower one.
                out.entry(name.clone()).or_insert_with(|| node.json());
                return Ok(());
            }
            "exclusiveMinimum" | "exclusiveMaximum" => return self.bound(member, schema, out),
            // Both have one word in draft 4, and what is the one has to be among the others.
            "enum" if is_3_1 && schema.get("const").is_some() => return Ok(()),
            "enum" => Json::Array(self.distinct(node)?),
            "const" if is_3_1 => {
                out.insert("enum".into(), json!([self.constant(node, schema)?]));
                return Ok(());
            }
            "items" | "not" => self.schema(node)?,
            "additionalProperties" if matches!(node.value, Value::Bool(_)) => node.json(),
            "additionalProperties" => self.schema(node)?,
            "allOf" => self.all(node, name, Some(unasked))?,
            "anyOf" | "oneOf" => self.all(node, name, None)?,
            "properties" => self.each(node, name)?,
            "patternProperties" if is_3_1 => self.each(node, name)?,
            _ => return Err(self.unknown(member)),
        };
        out.insert(name.clone(), value);
        Ok(())
    }

    fn plain(&self, node: &Node) -> Result<Json, Wrong> {
        self.models.count(node.size(), node.place)?;
        Ok(node.json())
    }

    fn all(&mut self, node: &Node, name: &str, unasked: Option<&BTreeSet<String>>) -> Result<Json, Wrong> {
        let all = form::list(node, name)?.iter().map(|item| self.part(item, unasked));
        all.collect::<Result<Vec<Json>, Wrong>>().map(Json::Array)
    }

    fn each(&mut self, node: &Node, name: &str) -> Result<Json, Wrong> {
        let each = |member: &Member| -> Result<(String, Json), Wrong> {
            self.models.count(weight(&member.name), member.place)?;
            Ok((member.name.clone(), self.schema(&member.node)?))
        };
        form::table(node, name)?.iter().map(each).collect::<Result<_, _>>().map(Json::Object)
    }

    /// Draft 4 has each name once.
    fn required(&self, node: &Node, unasked: &BTreeSet<String>) -> Result<Vec<String>, Wrong> {
        self.models.count(node.size(), node.place)?;
        let (mut names, mut seen) = (Vec::new(), BTreeSet::new());
        for item in form::list(node, "required")? {
            let name = form::text(item, "a property's name")?;
            if !unasked.contains(name) && seen.insert(name) {
                names.push(name.to_owned());
            }
        }
        Ok(names)
    }

    /// The values of `enum`; draft 4 has each once.
    fn distinct(&self, node: &Node) -> Result<Vec<Json>, Wrong> {
        self.models.count(node.size(), node.place)?;
        let mut seen = BTreeSet::new();
        let values = form::list(node, "enum")?.iter().map(Node::json);
        Ok(values.filter(|value| seen.insert(value.to_string())).collect())
    }

    fn constant(&self, node: &Node, schema: &Node) -> Result<Json, Wrong> {
        let value = self.plain(node)?;
        match schema.get("enum") {
            Some(values) if !self.distinct(values)?.contains(&value) => {
                let message = "the value of const is not one of those in enum";
                Err(Wrong::at(node.place, message).help("remove one of the two"))
            }
            _ => Ok(value),
        }
    }

    /// In 3.1 it is a number of its own, in draft 4 it says how the other one is meant.
    fn bound(&self, member: &Member, schema: &Node, out: &mut Map<String, Json>) -> Result<(), Wrong> {
        let (exclusive, plain, is_lower) = match member.name.as_str() {
            "exclusiveMinimum" => ("exclusiveMinimum", "minimum", true),
            _ => ("exclusiveMaximum", "maximum", false),
        };
        match &member.node.value {
            Value::Bool(is) if !self.models.document.is_3_1 => {
                // Draft 4 has none without a bound, and one that excludes nothing says nothing.
                if *is || schema.get(plain).is_some() {
                    out.insert(exclusive.into(), Json::Bool(*is));
                }
            }
            Value::Number(number) if self.models.document.is_3_1 => {
                let other = schema.get(plain);
                if let Some(other) = other.filter(|node| !matches!(node.value, Value::Number(_))) {
                    let message = format!("{plain} must be a number, but this is {}", other.noun());
                    return Err(Wrong::at(other.place, message).help(OF_DRAFT_4));
                }
                let other = other.and_then(|node| node.json().as_f64());
                let own = number.as_f64().unwrap_or_default();
                let is_narrower = other.is_none_or(|other| if is_lower { own >= other } else { own <= other });
                if is_narrower {
                    out.insert(plain.into(), Json::Number(number.clone()));
                    out.insert(exclusive.into(), Json::Bool(true));
                }
            }
            _ => {
                let (form, of) =
                    if self.models.document.is_3_1 { ("a number", "3.1") } else { ("true or false", "3.0") };
                let message = format!("{exclusive} must be {form} in OpenAPI {of}, but this is {}", member.node.noun());
                return Err(Wrong::at(member.node.place, message).help("correct it, or change the version at the top"));
            }
        }
        Ok(())
    }

    fn unknown(&self, member: &Member) -> Wrong {
        let message = format!("API Gateway's models do not support {:?}: they use JSON Schema draft 4", member.name);
        let help = "express it differently, or add the model under x-model as API Gateway is to get it";
        Wrong::at(member.place, message).help(help)
    }
}

fn is_annotation(name: &str) -> bool {
    ANNOTATIONS.contains(&name) || name.starts_with("x-")
}

/// `nullable` of 3.0, which counts beside a `type`. Where `enum` does not have null, none is allowed.
fn let_be_null(out: &mut Map<String, Json>) {
    match out.get_mut("type") {
        Some(Json::Array(types)) if !types.contains(&json!("null")) => types.push(json!("null")),
        Some(of @ Json::String(_)) => *of = json!([of.clone(), "null"]),
        _ => {}
    }
}
