//! Schemas of OpenAPI as models of API Gateway, which reads JSON Schema's draft 4.
//!
//! A model stands alone: what a schema refers to is put under its `definitions`, so that schemas may refer to each other and to
//! themselves. What draft 4 cannot say is refused: left out, it would let through what the document forbids.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::document::{Document, schema_name};
use super::node::{Member, Node, Place, Value};
use super::report::{Report, Wrong};
use crate::aws::apigateway::OF_AWS;
use crate::canonical::{self, Sha};

/// The word under which a schema has its model as API Gateway gets it.
pub(super) const MODEL: &str = "x-model";
/// Characters that a model's name can have.
const NAME: usize = 128;
/// Bytes that a model can have.
const BYTES: usize = 400_000;
/// Values of schemas that are read for all models together.
const VALUES: usize = 200_000;

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
    "enum",
    "maxItems",
    "maxLength",
    "maxProperties",
    "minItems",
    "minLength",
    "minProperties",
    "multipleOf",
    "pattern",
    "title",
    "uniqueItems",
];
/// Formats that OpenAPI has beside those of JSON Schema; API Gateway does not know them.
const FORMATS: &[&str] = &["binary", "byte", "double", "float", "int32", "int64", "password"];

/// Makes models of a document's schemas.
pub(super) struct Models<'d> {
    document: &'d Document,
    report: &'d Report,
    /// Models by name.
    pub made: BTreeMap<String, Json>,
    values: Cell<usize>,
}

impl<'d> Models<'d> {
    /// None is made yet.
    pub fn of(document: &'d Document, report: &'d Report) -> Self {
        Self { document, report, made: BTreeMap::new(), values: Cell::new(0) }
    }

    /// The model of a schema by its name: that of the component that it refers to, else `own`. `None` for a schema that lets
    /// everything through, and for one with a problem, which is reported.
    pub fn model(&mut self, schema: &'d Node, own: &str) -> Option<String> {
        let (name, schema) = match component(schema) {
            Some(name) => (model_name(&name), self.report.ok(self.document.resolved(schema))?),
            None => (own.to_owned(), schema),
        };
        if self.made.contains_key(&name) {
            return Some(name);
        }
        let model = self.report.ok(self.standing_alone(schema))?;
        if model.as_object().is_some_and(Map::is_empty) {
            return None;
        }
        self.report.ok(check(&model, schema))?;
        self.made.insert(name.clone(), model);
        Some(name)
    }

    fn count(&self, values: usize, place: Place) -> Result<(), Wrong> {
        self.values.set(self.values.get() + values);
        if self.values.get() > VALUES {
            let message = format!("the bodies' schemas have more than {VALUES} values, with all that they refer to");
            return Err(Wrong::at(place, message).help("refer to less in them"));
        }
        Ok(())
    }

    /// A schema with all that it refers to.
    pub fn standing_alone(&self, schema: &Node) -> Result<Json, Wrong> {
        if let Some(model) = schema.get(MODEL) {
            return Ok(model.json());
        }
        let mut convert = Convert { models: self, referred: BTreeSet::new() };
        let root = convert.schema(schema)?;
        let (mut definitions, mut open) = (Map::new(), std::mem::take(&mut convert.referred));
        while let Some(name) = open.pop_first() {
            let Some(member) = self.document.component("schemas", &name) else { continue };
            let definition = convert.schema(&member.node)?;
            definitions.insert(name, definition);
            open.extend(std::mem::take(&mut convert.referred));
            open.retain(|name| !definitions.contains_key(name));
        }
        let Json::Object(mut model) = root else { return Ok(root) };
        if !definitions.is_empty() {
            if model.contains_key("$ref") {
                // Beside a reference nothing counts.
                model = Map::from_iter([("allOf".to_owned(), Json::Array(vec![Json::Object(model)]))]);
            }
            model.insert("definitions".into(), Json::Object(definitions));
        }
        Ok(Json::Object(model))
    }
}

/// The component that a schema is nothing but a reference to.
fn component(schema: &Node) -> Option<String> {
    let [Member { name, node, .. }] = schema.members() else { return None };
    (name == "$ref").then(|| schema_name(node.text()?)).flatten()
}

/// A model's name for a component's, or for what a body is called: letters and digits. Where some had to go it ends with a digest
/// of the whole.
pub(super) fn model_name(name: &str) -> String {
    let is_plain = name.bytes().all(|b| b.is_ascii_alphanumeric());
    if is_plain && (1..=NAME).contains(&name.len()) && !OF_AWS.contains(&name) {
        return name.to_owned();
    }
    with_digest(name, name)
}

/// The letters and digits of a name, and a digest of what tells it apart.
pub(super) fn with_digest(name: &str, whole: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric).take(NAME - 10);
    format!("{}{}", letters.collect::<String>(), &Sha::of(whole.as_bytes()).hex()[..10])
}

fn check(model: &Json, schema: &Node) -> Result<(), Wrong> {
    let wrong = |message: String, help: &str| Err(Wrong::at(schema.place, message).help(help));
    let Ok(bytes) = canonical::bytes(model) else {
        return wrong("a number in the schema is none that every program reads alike".into(), "write a smaller number");
    };
    if bytes.len() > BYTES {
        let message =
            format!("with all that it refers to the schema has {} bytes, at most {BYTES} are allowed", bytes.len());
        return wrong(message, "refer to less, or make it shorter");
    }
    Ok(())
}

struct Convert<'m, 'd> {
    models: &'m Models<'d>,
    /// Schemas that are referred to and have not been looked at.
    referred: BTreeSet<String>,
}

impl Convert<'_, '_> {
    fn schema(&mut self, schema: &Node) -> Result<Json, Wrong> {
        self.models.count(1, schema.place)?;
        match &schema.value {
            Value::Bool(true) if self.models.document.is_3_1 => Ok(json!({})),
            Value::Bool(false) if self.models.document.is_3_1 => Ok(json!({"not": {}})),
            Value::Table(members) => match schema.get("$ref") {
                Some(reference) => self.reference(reference, members),
                None => self.table(schema, members),
            },
            _ => {
                let message = format!("a schema is a table, and this is {}", schema.noun());
                Err(Wrong::at(schema.place, message).help("write type: and what else it has to be"))
            }
        }
    }

    /// In 3.0 nothing beside a reference counts, in 3.1 everything does.
    fn reference(&mut self, reference: &Node, members: &[Member]) -> Result<Json, Wrong> {
        self.models.document.referred(reference)?;
        let text = reference.text().unwrap_or_default();
        let Some(name) = schema_name(text) else {
            let message = format!("a model cannot refer to {text:?}");
            return Err(Wrong::at(reference.place, message).help("refer to #/components/schemas/<name>"));
        };
        let escaped = name.replace('~', "~0").replace('/', "~1");
        let to = json!({"$ref": format!("#/definitions/{escaped}")});
        self.referred.insert(name);
        let says = |member: &&Member| {
            let is_said = ["$ref", "title", "description", "default"].contains(&member.name.as_str());
            !is_said && !is_annotation(&member.name)
        };
        let beside: Vec<Member> = members.iter().filter(says).cloned().collect();
        if !self.models.document.is_3_1 || beside.is_empty() {
            return Ok(to);
        }
        let beside = Node { place: reference.place, value: Value::Table(beside) };
        let own = self.schema(&beside)?;
        Ok(json!({"allOf": [to, own]}))
    }

    fn table(&mut self, schema: &Node, members: &[Member]) -> Result<Json, Wrong> {
        let mut out = Map::new();
        for member in members {
            self.keyword(member, schema, &mut out)?;
        }
        if !self.models.document.is_3_1 && schema.get("nullable").is_some_and(Node::is_true) {
            let_be_null(&mut out);
        }
        Ok(Json::Object(out))
    }

    fn keyword(&mut self, member: &Member, schema: &Node, out: &mut Map<String, Json>) -> Result<(), Wrong> {
        let Member { name, node, .. } = member;
        let value = match name.as_str() {
            known if ALIKE.contains(&known) => {
                self.models.count(node.size(), node.place)?;
                node.json()
            }
            said if is_annotation(said) => return Ok(()),
            "nullable" if !self.models.document.is_3_1 => return Ok(()),
            "type" => node.json(),
            "format" if node.text().is_some_and(|format| FORMATS.contains(&format)) => return Ok(()),
            "format" => node.json(),
            "required" => match self.required(node, schema) {
                names if names.is_empty() => return Ok(()),
                names => json!(names),
            },
            "minimum" | "maximum" => {
                // A bound that excludes itself has been written in its place, if it is the narrower one.
                out.entry(name.clone()).or_insert_with(|| node.json());
                return Ok(());
            }
            "exclusiveMinimum" | "exclusiveMaximum" => return self.bound(member, schema, out),
            "const" if self.models.document.is_3_1 => {
                out.insert("enum".into(), json!([node.json()]));
                return Ok(());
            }
            "items" | "not" => self.schema(node)?,
            "additionalProperties" if matches!(node.value, Value::Bool(_)) => node.json(),
            "additionalProperties" => self.schema(node)?,
            "allOf" | "anyOf" | "oneOf" => {
                let all: Result<Vec<Json>, Wrong> = node.items().iter().map(|item| self.schema(item)).collect();
                Json::Array(all?)
            }
            "properties" => self.each(node)?,
            "patternProperties" if self.models.document.is_3_1 => self.each(node)?,
            _ => return Err(self.unknown(member)),
        };
        out.insert(name.clone(), value);
        Ok(())
    }

    fn each(&mut self, node: &Node) -> Result<Json, Wrong> {
        let each = |member: &Member| Ok((member.name.clone(), self.schema(&member.node)?));
        node.members().iter().map(each).collect::<Result<Map<_, _>, Wrong>>().map(Json::Object)
    }

    /// Requests do not bring what is only read, so they need not.
    fn required(&self, node: &Node, schema: &Node) -> Vec<String> {
        let is_only_read = |name: &str| {
            let property = schema.get("properties").and_then(|all| all.get(name));
            let property = property.and_then(|property| self.models.document.resolved(property).ok());
            property.and_then(|property| property.get("readOnly")).is_some_and(Node::is_true)
        };
        node.items().iter().filter_map(Node::text).filter(|name| !is_only_read(name)).map(str::to_owned).collect()
    }

    /// In 3.1 it is a number of its own, in draft 4 it says how the other one is meant.
    fn bound(&self, member: &Member, schema: &Node, out: &mut Map<String, Json>) -> Result<(), Wrong> {
        let (exclusive, plain, is_lower) = match member.name.as_str() {
            "exclusiveMinimum" => ("exclusiveMinimum", "minimum", true),
            _ => ("exclusiveMaximum", "maximum", false),
        };
        match &member.node.value {
            Value::Bool(is) if !self.models.document.is_3_1 => {
                out.insert(exclusive.into(), Json::Bool(*is));
            }
            Value::Number(number) if self.models.document.is_3_1 => {
                let other = schema.get(plain).and_then(|node| node.json().as_f64());
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
                let message = format!("{exclusive} is {form} in OpenAPI {of}, and this is {}", member.node.noun());
                return Err(Wrong::at(member.node.place, message).help("write it so, or another version at the top"));
            }
        }
        Ok(())
    }

    fn unknown(&self, member: &Member) -> Wrong {
        let message = format!("API Gateway's models have no {:?}: they are of JSON Schema's draft 4", member.name);
        let help = "say it otherwise, or write the model under x-model beside it, as API Gateway shall get it";
        Wrong::at(member.place, message).help(help)
    }
}

fn is_annotation(name: &str) -> bool {
    ANNOTATIONS.contains(&name) || name.starts_with("x-")
}

/// `nullable` of 3.0, which counts beside a `type`.
fn let_be_null(out: &mut Map<String, Json>) {
    let Some(Json::String(of)) = out.get("type").cloned() else { return };
    out.insert("type".into(), json!([of, "null"]));
    if let Some(Json::Array(values)) = out.get_mut("enum")
        && !values.contains(&Json::Null)
    {
        values.push(Json::Null);
    }
}
