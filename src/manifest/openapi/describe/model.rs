//! Models as schemas of OpenAPI 3.0.
//!
//! OpenAPI 3.0 cannot express everything that draft 4 can. So each schema is read back as a document's: if the result
//! is another model, the model itself is added under `x-model`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::super::document::Document;
use super::super::node::Node;
use super::super::report::Report;
use super::super::schema::{MODEL, Models};
use super::super::security::{AUTH_TYPE, KEY_HEADER};
use super::scheme::{IAM, KEY, Scheme};

/// The same in draft 4 and in OpenAPI.
const ALIKE: &[&str] = &[
    "default",
    "description",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "required",
    "title",
    "uniqueItems",
];
/// Types of OpenAPI 3.0.
const TYPES: &[&str] = &["array", "boolean", "integer", "number", "object", "string"];

/// What operations refer to.
#[derive(Default)]
pub(super) struct Components {
    schemas: Map<String, Json>,
    schemes: Map<String, Json>,
}

impl Components {
    /// Those of an API with these models, by name.
    pub fn of<'m>(models: impl Iterator<Item = (&'m str, &'m Json)>) -> Self {
        let models: BTreeMap<&str, &Json> = models.collect();
        let mut components = Self::default();
        for (name, model) in &models {
            components.schemas.insert((*name).to_owned(), schema(model, &|of| of.to_owned()));
        }
        for (name, model) in &models {
            components.definitions(name, model);
        }
        components.keep(&models);
        components
    }

    /// What a model has in itself becomes a schema of the same name, where that is free or means the same; else of one with the
    /// model's name in front.
    fn definitions(&mut self, name: &str, model: &Json) {
        let Some(definitions) = model.get("definitions").and_then(Json::as_object) else { return };
        let plain = |of: &str| of.to_owned();
        let is_free = definitions.iter().all(|(of, definition)| {
            is_name(of) && self.schemas.get(of).is_none_or(|known| *known == schema(definition, &plain))
        });
        let own = |of: &str| format!("{name}_{}", of.replace(|c: char| !is_name_character(c), "_"));
        if is_free {
            self.schemas.extend(definitions.iter().map(|(of, definition)| (of.clone(), schema(definition, &plain))));
            return;
        }
        self.schemas.insert(name.to_owned(), schema(model, &own));
        self.schemas.extend(definitions.iter().map(|(of, definition)| (own(of), schema(definition, &own))));
    }

    /// Puts each model beside its schema that would not come of it.
    fn keep(&mut self, models: &BTreeMap<&str, &Json>) {
        let root = json!({"openapi": "3.0.3", "components": {"schemas": self.schemas}});
        let report = Report::default();
        let Ok(document) = Document::of(Node::from(&root)) else { return };
        let read = Models::of(&document, &report);
        for (name, model) in models {
            let schema = document.component("schemas", name);
            let same =
                schema.and_then(|schema| read.standing_alone(&schema.node).ok()).is_some_and(|read| read == **model);
            if !same && let Some(Json::Object(schema)) = self.schemas.get_mut(*name) {
                schema.insert(MODEL.into(), (*model).clone());
            }
        }
    }

    /// Adds those of an API's schemes that operations ask for, and those that every API has.
    pub fn schemes(&mut self, schemes: &[(&str, Scheme)], asked: &BTreeSet<String>) {
        let own = schemes.iter().map(|(name, scheme)| (*name, scheme.json()));
        let signed = json!({"type": "apiKey", "in": "header", "name": "Authorization", AUTH_TYPE: "awsSigv4"});
        let key = json!({"type": "apiKey", "in": "header", "name": KEY_HEADER});
        let all = own.chain([(IAM, signed), (KEY, key)]);
        self.schemes.extend(all.filter(|(name, _)| asked.contains(*name)).map(|(name, json)| (name.to_owned(), json)));
    }

    /// `components` of the document, if there are any.
    pub fn into_json(self) -> Option<Json> {
        let all = [("schemas", self.schemas), ("securitySchemes", self.schemes)];
        let all: Map<String, Json> = all
            .into_iter()
            .filter(|(_, of)| !of.is_empty())
            .map(|(name, of)| (name.to_owned(), Json::Object(of)))
            .collect();
        (!all.is_empty()).then_some(Json::Object(all))
    }
}

fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "._-".contains(c)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_name_character)
}

/// A schema of draft 4 in OpenAPI 3.0, as far as that can say it. `name` gives the component's for a definition's.
fn schema(of: &Json, name: &dyn Fn(&str) -> String) -> Json {
    let Json::Object(words) = of else { return json!({}) };
    if let Some(Json::String(to)) = words.get("$ref") {
        let Some(definition) = to.strip_prefix("#/definitions/").filter(|of| !of.contains('/')) else {
            return json!({});
        };
        let definition = definition.replace("~1", "/").replace("~0", "~");
        return json!({"$ref": format!("#/components/schemas/{}", name(&definition))});
    }
    let mut out = Map::new();
    for (word, value) in words {
        let below = |value: &Json| schema(value, name);
        let value = match word.as_str() {
            known if ALIKE.contains(&known) => value.clone(),
            "type" => {
                of_type(value, &mut out);
                continue;
            }
            "items" | "not" if value.is_object() => below(value),
            "additionalProperties" if value.is_boolean() => value.clone(),
            "additionalProperties" => below(value),
            "allOf" | "anyOf" | "oneOf" => Json::Array(value.as_array().into_iter().flatten().map(below).collect()),
            "properties" => {
                let each = value.as_object().into_iter().flatten();
                Json::Object(each.map(|(property, value)| (property.clone(), below(value))).collect())
            }
            _ => continue,
        };
        out.insert(word.clone(), value);
    }
    if out.get("type") == Some(&json!("array")) {
        out.entry("items").or_insert_with(|| json!({}));
    }
    Json::Object(out)
}

/// OpenAPI 3.0 has one type, which may be `nullable`.
fn of_type(value: &Json, out: &mut Map<String, Json>) {
    let given: Vec<&str> = match value {
        Json::String(one) => vec![one.as_str()],
        Json::Array(several) => several.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    };
    let (null, others): (Vec<&str>, Vec<&str>) = given.into_iter().partition(|of| *of == "null");
    if let [one] = others.as_slice()
        && TYPES.contains(one)
    {
        out.insert("type".into(), json!(one));
        if !null.is_empty() {
            out.insert("nullable".into(), json!(true));
        }
    }
}
