//! GitHub's own description of its API, held against requests and answers.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::support::proxy::http::Request;

static DESCRIPTION: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../fixtures/github/openapi.json")).expect("a description")
});

/// A request below the repository.
pub struct Call<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub query: &'a str,
    pub body: &'a Value,
}

impl Call<'_> {
    /// What is wrong with the request.
    pub fn check(&self, request: &Request) -> Result<(), String> {
        let operation = self.operation()?;
        if request.header("x-github-api-version").is_none() || request.header("user-agent").is_none() {
            return Err("a header is missing: x-github-api-version or user-agent".into());
        }
        for (name, value) in self.query() {
            let schema = operation["query"].get(&name).ok_or_else(|| format!("there is no parameter {name}"))?;
            let typed = match schema["type"].as_str() {
                Some("integer") => value.parse::<i64>().map(|number| json!(number)).unwrap_or(json!(value)),
                Some("boolean") => value.parse::<bool>().map(|truth| json!(truth)).unwrap_or(json!(value)),
                _ => json!(value),
            };
            valid(schema, &typed).map_err(|why| format!("{name}: {why}"))?;
        }
        match (operation.get("body"), self.body) {
            (None, Value::Null) => Ok(()),
            (None, _) => Err("it takes no body".into()),
            (Some(schema), body) => {
                let known: Vec<&String> = members(schema).into_iter().flatten().map(|(name, _)| name).collect();
                let unknown = body.as_object().into_iter().flatten().find(|(name, _)| !known.contains(name));
                match unknown {
                    Some((name, _)) => Err(format!("there is no field {name}")),
                    None => valid(schema, body),
                }
            }
        }
    }

    /// What is wrong with the answer.
    pub fn check_answer(&self, status: u16, body: &[u8]) -> Result<(), String> {
        let answer = &self.operation()?["answer"];
        if answer["status"] != json!(status) {
            return Ok(());
        }
        valid(&answer["schema"], &serde_json::from_slice(body).map_err(|error| error.to_string())?)
    }

    /// The query, decoded.
    pub fn query(&self) -> BTreeMap<String, String> {
        let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
        let pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
    }

    fn operation(&self) -> Result<&'static Value, String> {
        let paths = DESCRIPTION["operations"].as_object().expect("operations");
        let fits = |template: &str| {
            let (template, mut path): (Vec<_>, Vec<_>) =
                (template.split('/').collect(), self.path.split('/').collect());
            // A file's path has parts of its own.
            if template.last() == Some(&"{path}") && path.starts_with(&template[..template.len() - 1]) {
                path.truncate(template.len());
            }
            let same = |(one, other): (&&str, &&str)| one.starts_with('{') && !other.is_empty() || one == other;
            template.len() == path.len() && template.iter().zip(&path).all(same)
        };
        // What is spelt out goes before what is a parameter.
        let mut found: Vec<_> = paths.iter().filter(|(template, _)| fits(template)).collect();
        found.sort_by_key(|(template, _)| template.matches('{').count());
        let methods = found.first().ok_or("there is no such path")?.1;
        methods.get(self.method.to_lowercase()).ok_or_else(|| format!("{} is not among the methods", self.method))
    }
}

fn valid(schema: &Value, value: &Value) -> Result<(), String> {
    let mut schema = schema.clone();
    if let Value::Object(object) = &mut schema {
        object.insert("$defs".into(), DESCRIPTION["$defs"].clone());
    }
    let validator = jsonschema::validator_for(&schema).map_err(|error| error.to_string())?;
    let errors: Vec<String> = validator.iter_errors(value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors.join("; ")) }
}

/// The answer of an operation with all that GitHub sends: what `value` does not say has a value of the right type.
pub fn filled(method: &str, path: &str, value: Value) -> Value {
    let call = Call { method, path, query: "", body: &Value::Null };
    let schema = call.operation().expect("an operation")["answer"]["schema"].clone();
    fill(&schema, Some(value))
}

/// What a schema refers to, if it does.
fn resolved(schema: &Value) -> &Value {
    match schema["$ref"].as_str() {
        Some(name) => &DESCRIPTION["$defs"][name.trim_start_matches("#/$defs/")],
        None => schema,
    }
}

/// The members of an object, which may be absent as a whole.
fn members(schema: &Value) -> Option<&serde_json::Map<String, Value>> {
    let schema = resolved(schema);
    let variants = schema["anyOf"].as_array().into_iter().flatten();
    schema["properties"].as_object().or_else(|| variants.into_iter().find_map(members))
}

fn fill(schema: &Value, value: Option<Value>) -> Value {
    if schema["$ref"].is_string() {
        return fill(resolved(schema), value);
    }
    for word in ["anyOf", "oneOf", "allOf"] {
        let Some(variants) = schema[word].as_array() else { continue };
        let is_null = |variant: &&Value| variant["type"] == "null";
        if value.as_ref().is_none_or(Value::is_null) && variants.iter().any(|variant| is_null(&variant)) {
            return Value::Null;
        }
        let kind = value.as_ref().map(|value| value["type"].clone()).unwrap_or_default();
        let is_of_kind =
            |variant: &&Value| resolved(variant)["properties"]["type"]["enum"][0] == kind && !kind.is_null();
        let fits = variants.iter().find(is_of_kind).or_else(|| variants.iter().find(|variant| !is_null(variant)));
        return fill(fits.expect("a variant"), value);
    }
    if let Some(properties) = schema["properties"].as_object() {
        let mut object = value.and_then(|value| value.as_object().cloned()).unwrap_or_default();
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            object.entry(name).or_insert(Value::Null);
        }
        let known = object.into_iter().map(|(name, inner)| {
            let inner = match (properties.get(&name), inner) {
                (Some(schema), Value::Null) => fill(schema, None),
                (Some(schema), inner) => fill(schema, Some(inner)),
                (None, inner) => inner,
            };
            (name, inner)
        });
        return Value::Object(known.collect());
    }
    match (schema["type"].as_str(), value) {
        (Some("array"), value) => {
            let items = value.and_then(|value| value.as_array().cloned()).unwrap_or_default();
            items.into_iter().map(|item| fill(&schema["items"], Some(item))).collect()
        }
        (_, Some(value)) => value,
        (of, None) => sample(schema, of),
    }
}

fn sample(schema: &Value, of: Option<&str>) -> Value {
    if let Some(word) = schema["enum"].as_array().and_then(|words| words.first()) {
        return word.clone();
    }
    match (of, schema["format"].as_str()) {
        (Some("string"), Some("date-time")) => json!("2026-03-01T00:00:00Z"),
        (Some("string"), Some("uri")) => json!("https://example.org/"),
        (Some("string"), Some("email")) => json!("some@example.org"),
        (Some("string"), _) => json!("x"),
        (Some("integer" | "number"), _) => json!(1),
        (Some("boolean"), _) => json!(false),
        _ => json!({}),
    }
}
