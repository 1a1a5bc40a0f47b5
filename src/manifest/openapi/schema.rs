//! OpenAPI schemas as API Gateway models, which use JSON Schema draft 4.
//!
//! A model is self-contained: schemas that it refers to are put under its `definitions`, so that they can refer to each
//! other and to themselves. What draft 4 cannot express is refused: leaving it out would allow what the document
//! forbids.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::document::{Document, schema_name};
use super::node::{Member, Node, Place};
use super::report::{Report, Wrong};
use crate::aws::apigateway::OF_AWS;
use crate::canonical::{self, Sha};
use crate::manifest::api::draft4::{self, Fault, Step};
use convert::Convert;

mod convert;
mod only_read;

/// The word under which a schema has its model as API Gateway gets it.
pub(super) const MODEL: &str = "x-model";
/// Characters that a model's name can have.
const NAME: usize = 128;
/// Bytes that a model can have.
const BYTES: usize = 400_000;
/// Values of schemas that are read for all models together.
const VALUES: usize = 200_000;

/// Makes models of a document's schemas.
pub(super) struct Models<'d> {
    document: &'d Document,
    report: &'d Report,
    /// Models by name.
    pub made: BTreeMap<String, Json>,
    /// Where the schema of each stands.
    places: BTreeMap<String, Place>,
    values: Cell<usize>,
}

impl<'d> Models<'d> {
    /// None is made yet.
    pub fn of(document: &'d Document, report: &'d Report) -> Self {
        Self { document, report, made: BTreeMap::new(), places: BTreeMap::new(), values: Cell::new(0) }
    }

    /// The model of a schema by its name: that of the component that it refers to, else `own`. `None` for a schema that lets
    /// everything through, and for one with a problem, which is reported.
    pub fn model(&mut self, schema: &'d Node, own: &str) -> Option<String> {
        let (name, schema) = match component(schema) {
            Some(name) => (model_name(&name), self.report.ok(self.document.resolved(schema))?),
            None => (own.to_owned(), schema),
        };
        match self.places.get(&name) {
            Some(place) if *place == schema.place => return Some(name),
            Some((line, column)) => {
                let message =
                    format!("this schema and the one at {line}:{column} would become models of the same name, {name}");
                let help = "put one of them under components with another name, and refer to it";
                self.report.add(Wrong::at(schema.place, message).help(help));
                return None;
            }
            None => {}
        }
        let model = self.report.ok(self.standing_alone(schema))?;
        if model.as_object().is_some_and(Map::is_empty) {
            return None;
        }
        self.report.ok(check(&model, schema))?;
        self.made.insert(name.clone(), model);
        self.places.insert(name.clone(), schema.place);
        Some(name)
    }

    fn count(&self, values: usize, place: Place) -> Result<(), Wrong> {
        self.values.set(self.values.get() + values);
        if self.values.get() > VALUES {
            let message = format!(
                "the schemas of bodies have more than {VALUES} values, including everything that they refer to"
            );
            return Err(Wrong::at(place, message).help("refer to less in them"));
        }
        Ok(())
    }

    /// A schema with all that it refers to.
    pub fn standing_alone(&self, schema: &Node) -> Result<Json, Wrong> {
        if let Some(model) = schema.get(MODEL) {
            self.count(model.size(), model.place)?;
            let json = model.json();
            return match draft4::faults(&json).into_iter().next() {
                None => Ok(json),
                Some(Fault { at, message }) => Err(Wrong::at(place_in(model, &at), message).help(OF_DRAFT_4)),
            };
        }
        let mut convert = Convert::of(self);
        let root = convert.schema(schema)?;
        let (mut definitions, mut open) = (Map::new(), std::mem::take(&mut convert.referred));
        while let Some(name) = open.pop_first() {
            let Some(member) = self.document.component("schemas", &name) else { continue };
            let definition = convert.schema(&member.node)?;
            definitions.insert(name, definition);
            let more = std::mem::take(&mut convert.referred).into_iter();
            open.extend(more.filter(|name| !definitions.contains_key(name)));
        }
        let Json::Object(mut model) = root else { return Ok(root) };
        if !definitions.is_empty() {
            if model.contains_key("$ref") {
                // Beside a reference nothing counts.
                model = Map::from_iter([("allOf".to_owned(), Json::Array(vec![Json::Object(model)]))]);
            }
            model.insert("definitions".into(), Json::Object(definitions));
        }
        let model = Json::Object(model);
        let Some(name) = draft4::circle(&model) else { return Ok(model) };
        let place = self.document.component("schemas", &name).map_or(schema.place, |component| component.place);
        let help = "refer to it from a property or from items, or remove the reference";
        Err(Wrong::at(place, draft4::made_of_itself(&name)).help(help))
    }
}

/// What to do about a word of another form.
const OF_DRAFT_4: &str = "write it as in draft 4 of JSON Schema, the only version that API Gateway supports";

/// Where a part of a value stands.
fn place_in(node: &Node, steps: &[Step]) -> Place {
    let Some((step, rest)) = steps.split_first() else { return node.place };
    let part = match step {
        Step::Member(name) => node.get(name),
        Step::Item(index) => node.items().get(*index),
    };
    part.map_or(node.place, |part| place_in(part, rest))
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
        return wrong(
            "the schema contains a number that JSON parsers read differently".into(),
            "write a smaller number",
        );
    };
    if bytes.len() > BYTES {
        let message =
            format!("with everything that it refers to, the schema has {} bytes; AWS allows {BYTES}", bytes.len());
        return wrong(message, "refer to less, or shorten it");
    }
    Ok(())
}
