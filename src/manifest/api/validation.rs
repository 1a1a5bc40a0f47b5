//! `body` and `require` of a route: what a request has to contain before the function is called.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::draft4::{self, Fault, Step};
use super::{Api, HttpMethod, Route, parameter};
use crate::aws::apigateway::{Checks, Model, OF_AWS, RequestValidator};
use crate::canonical::{self, Sha};
use crate::manifest::workflow::definition::json::read;
use crate::manifest::{Cursor, json};
use crate::position::line_and_column;

/// What bodies are that have a schema. Other content types have to match it as well: else a request would only have to claim
/// another one.
const JSON: &str = "application/json";
const ANY: &str = "$default";
/// The version of JSON schemas that API Gateway reads.
const DRAFT: &str = "http://json-schema.org/draft-04/schema";
/// Models that one API can have, two of which AWS makes.
const MODELS: usize = 60 - OF_AWS.len();
/// Bytes that one schema can have.
const SCHEMA: usize = 400_000;

/// The files that hold schemas.
pub(super) fn files(api: &Api) -> BTreeSet<&str> {
    api.routes.iter().filter_map(|route| route.body.as_deref()).collect()
}

/// The models of an API by name. A file that cannot be read has none: that is reported where it is named.
pub(super) fn models(api: &Api, here: &Cursor) -> BTreeMap<String, Model> {
    let text = |file: &str| here.sources.files.get(file).and_then(|read| read.as_deref().ok());
    let read = |file: &str| {
        let schema = serde_json::from_str(text(file)?).ok()?;
        Some((model(file), Model { content_type: JSON.into(), schema }))
    };
    files(api).into_iter().filter_map(read).collect()
}

/// The validators of an API by name: one for each combination that a route asks for.
pub(super) fn validators(api: &Api) -> BTreeMap<String, RequestValidator> {
    let wanted = api.routes.iter().map(validator);
    wanted.filter_map(|validator| Some((validator.name()?.to_owned(), validator))).collect()
}

fn validator(route: &Route) -> RequestValidator {
    RequestValidator {
        validate_request_body: route.body.is_some(),
        validate_request_parameters: !route.require.is_empty(),
    }
}

/// What a route's method says of it.
pub(super) fn checks(route: &Route) -> Checks {
    let parameters = route.require.iter().filter_map(|short| Some((parameter::required(short)?, true)));
    let models = route.body.iter().flat_map(|file| [JSON, ANY].map(|of| (of.to_owned(), model(file))));
    Checks {
        request_validator: validator(route).name().map(str::to_owned),
        request_parameters: parameters.collect(),
        request_models: models.collect(),
        ..Checks::default()
    }
}

/// What stands between an OpenAPI document's path and the name of a model that is made of it.
pub(in crate::manifest) const MODELS_OF: &str = "#/models/";

/// The files of an API's routes by the models that are made of them.
pub(in crate::manifest) fn by_name(api: &Api) -> BTreeMap<String, String> {
    files(api).into_iter().map(|file| (model(file), file.to_owned())).collect()
}

/// A model's name, of letters and digits: `schemas/order.json` is `SchemasOrder`. Where that does not tell files apart it ends with
/// a digest of the path. One of an OpenAPI document has its name there.
pub(in crate::manifest) fn model(file: &str) -> String {
    if let Some((_, name)) = file.split_once(MODELS_OF) {
        return name.to_owned();
    }
    let stem = file.strip_suffix(".json").unwrap_or(file);
    let capital = |part: &str| {
        let mut letters = part.chars().filter(char::is_ascii_alphanumeric);
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    let name: String = stem.split('/').map(capital).collect();
    let is_clear = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase())
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    let is_whole = file.ends_with(".json") && stem.split('/').all(is_clear) && !OF_AWS.contains(&name.as_str());
    if is_whole && name.len() <= 100 {
        return name;
    }
    format!("{}{}", name.chars().take(100).collect::<String>(), &Sha::of(file.as_bytes()).hex()[..10])
}

/// Reports what API Gateway would refuse of what a route asks for.
pub(super) fn check(route: &Route, here: &Cursor) {
    let mut seen = BTreeSet::new();
    for (here, short) in here.at("require").each(&route.require) {
        if parameter::required(short).is_none() {
            let help = Some("write querystring.<name> or header.<name>");
            here.problem(format!("{short:?} is not something that requests can be required to contain"), help);
        } else if !seen.insert(short) {
            here.problem(format!("{short:?} is listed twice"), Some("remove one of them"));
        }
    }
    let Some(file) = &route.body else { return };
    let here = here.at("body");
    if matches!(route.method, HttpMethod::Get | HttpMethod::Head) {
        let message = format!("a {} request has no body", route.method.as_str());
        here.problem(message, Some("remove body, or require parameters with require"));
    }
    if let Some(text) = here.file(file) {
        check_schema(file, text, &here);
    }
}

/// Reports schemas that are too many.
pub(super) fn check_number(api: &Api, here: &Cursor) {
    let files = files(api).len();
    if files > MODELS {
        let message = format!("the routes name {files} schemas; an API can have {MODELS} models");
        here.at("routes").problem(message, Some("use one schema for several routes, or a second API"));
    }
}

fn check_schema(file: &str, text: &str, here: &Cursor) {
    let schema: Value = match json::read(text) {
        Ok(schema) => schema,
        Err(unread) => return here.problem_in(file, unread.place(), unread.message(), unread.help()),
    };
    let problem = |what: &str, message: String, help: &str| {
        here.problem_in(file, place_of(text, what), message, Some(help));
    };
    if text.len() > SCHEMA {
        problem("", format!("the schema has {} bytes; AWS allows {SCHEMA}", text.len()), "shorten it");
    }
    if canonical::bytes(&schema).is_err() {
        problem("", "it contains a number that JSON parsers read differently".into(), "write a smaller number");
    }
    match schema.as_object() {
        None => problem("", "a schema must be an object".into(), "write { \"type\": \"object\", ... }"),
        Some(fields) if fields.is_empty() => {
            problem("", "an empty schema checks nothing, and API Gateway refuses it".into(), "describe the body in it");
        }
        Some(fields) => match fields.get("$schema").and_then(Value::as_str) {
            Some(version) if version.trim_end_matches('#') != DRAFT => {
                let help = format!("write it for {DRAFT}#, and set $schema to that or leave it out");
                problem("$schema", format!("API Gateway supports draft 4, not {version}"), &help);
            }
            _ => {}
        },
    }
    if let Some(reference) = outside(&schema) {
        let help = "put the schema under definitions, and refer to it as #/definitions/<name>";
        problem(&reference, format!("{reference:?} is not in this file, and API Gateway fetches nothing"), help);
    }
    let faults = if schema.is_object() { draft4::faults(&schema) } else { Vec::new() };
    for Fault { at, message } in faults {
        let help = "write it as in draft 4 of JSON Schema, the only version that API Gateway supports";
        here.problem_in(file, place_in(text, &at), message, Some(help));
    }
}

/// Line and column, from 1, of what these steps lead to.
fn place_in(text: &str, at: &[Step]) -> (usize, usize) {
    let step = |step: &Step| match step {
        Step::Member(name) => format!("/{name}"),
        Step::Item(index) => format!("[{index}]"),
    };
    let location: String = at.iter().map(step).collect();
    line_and_column(text, read(text, &str::to_owned).map_or(0, |root| root.find(&location).at))
}

/// Line and column, from 1, of a word in quotes; of the beginning where it is not there.
fn place_of(text: &str, word: &str) -> (usize, usize) {
    let at = text.find(&format!("\"{word}\"")).filter(|_| !word.is_empty()).unwrap_or(0);
    line_and_column(text, at)
}

/// What a schema refers to that is not in it.
fn outside(value: &Value) -> Option<String> {
    match value {
        Value::Object(fields) => {
            let here = fields.get("$ref").and_then(Value::as_str).filter(|to| !to.starts_with('#'));
            here.map(str::to_owned).or_else(|| fields.values().find_map(outside))
        }
        Value::Array(items) => items.iter().find_map(outside),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::function::tests::problems;

    #[test]
    fn a_schema_that_draft_4_does_not_know_is_reported_at_its_line() {
        let manifest = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\
            [function.f]\nsource = \"f\"\nruntime = \"python3.12\"\nhandler = \"m.h\"\n\
            [api.web]\nroutes = [{ method = \"POST\", path = \"/\", function = \"f\", body = \"s.json\" }]\n";
        let said = |schema: &str| problems(manifest, &[("s.json", schema)]);
        let schema =
            "{\"type\": \"object\", \"required\": \"id\",\n\"properties\": {\"a/b\":\n{\"minLength\": \"1\"}}}";
        let expected = [
            "1:32: required must be a list with at least one name, each of them once, but this is \"id\"",
            "3:15: minLength must be a whole number, 0 or more, but this is \"1\"",
        ];
        assert_eq!(said(schema), expected);
        let twice = "{\"required\": [\"a\"],\n \"required\": [\"b\"]}";
        assert_eq!(said(twice), ["2:2: \"required\" is defined twice, first at 1:2"]);
        assert_eq!(said("{\"required\": }"), ["1:14: this is not valid JSON: expected value"]);
    }

    #[test]
    fn models_are_named_after_their_files_and_told_apart() {
        assert_eq!(model("schemas/order.json"), "SchemasOrder");
        assert_eq!(model("order.json"), "Order");
        let alike =
            ["ab.json", "a/b.json", "a-b.json", "aB.json", "a_b.json", "AB.json", "ab", "empty.json", "Empty.json"];
        let names: BTreeSet<String> = alike.iter().map(|file| model(file)).collect();
        assert_eq!(names.len(), alike.len(), "{names:?}");
        assert!(names.iter().all(|name| name.bytes().all(|b| b.is_ascii_alphanumeric())), "{names:?}");
        assert!(names.iter().all(|name| !OF_AWS.contains(&name.as_str())), "{names:?}");
        assert!(model(&"x/".repeat(200)).len() <= 128);
    }
}
