//! A route: one method of one path, who may call it, what it asks of requests.

use toml_edit::Value;

use super::authorizer::short;
use super::slug::slug;
use super::{Around, called, stage};
use crate::aws::apigateway::Method;
use crate::import::lines::Lines;
use crate::import::section::http_api::authorizer::{auth, name_of};

/// Milliseconds that what is called has where nothing else is said.
const TIMEOUT: i64 = 29000;

/// A method as a route, if its section can say what it calls.
pub fn write(key: &str, method: &Method, around: &Around) -> Option<Value> {
    let (verb, path) = key.split_once(' ')?;
    let mut lines = Lines::new();
    lines.set("method", verb);
    lines.set("path", path);
    if let Err(why) = called::write(key, method, around, &mut lines) {
        around.unsaid(key, &format!("{why}: it will be deleted"));
        return None;
    }
    let (of, authorizer) = (method.authorization_type.as_str(), method.checks.authorizer.as_deref());
    let authorizer = authorizer.map(|called| name_of(called, around.api.parts.authorizers.keys()));
    lines.set_some("auth", auth(of, authorizer, &|why| around.unsaid(key, why)));
    lines.set_list("scopes", &method.checks.authorization_scopes);
    checks(key, method, around, &mut lines);
    lines.set_unless("api_key", method.api_key_required, false);
    stage::of_route(key, method, around, &mut lines);
    let timeout = method.integration.as_ref().map_or(TIMEOUT, |one| i64::from(one.timeout_in_millis));
    lines.set_unless("timeout_ms", timeout, TIMEOUT);
    for name in method.other.keys() {
        around.unsaid(key, &format!("a route cannot set {name}: it will be removed"));
    }
    Some(lines.inline())
}

/// `body` and `require`, which are looked at before anything is called.
fn checks(key: &str, method: &Method, around: &Around, lines: &mut Lines) {
    let checks = &method.checks;
    let validator = checks.request_validator.as_ref().and_then(|name| around.api.parts.request_validators.get(name));
    if let Some(model) =
        checks.request_models.values().next().filter(|_| validator.is_some_and(|of| of.validate_request_body))
    {
        lines.set_some("body", schema(key, model, around));
    }
    if validator.is_some_and(|of| of.validate_request_parameters) {
        let required = checks.request_parameters.iter().filter(|(_, required)| **required).map(|(name, _)| short(name));
        let required: Vec<String> = required.filter(|name| !name.starts_with("path.")).collect();
        lines.set_list("require", required);
    }
}

/// The file with the schema of a model, called such that the model is called as it is.
fn schema(key: &str, model: &str, around: &Around) -> Option<String> {
    let of = around.api.parts.models.get(model);
    let Some(text) = of.and_then(|model| serde_json::to_string_pretty(&model.schema).ok()) else {
        around.unsaid(key, &format!("the schema of {model} is not known: bodies are not checked"));
        return None;
    };
    let text = text + "\n";
    if let Some(path) = path_of(model).filter(|path| around.scene.file_at(path, &text)) {
        return Some(path);
    }
    around.unsaid(key, &format!("models are named after their files: another one takes the place of {model}"));
    Some(around.scene.file(&format!("{}.json", slug(model)), text))
}

/// `SchemasOrder` as `schemas/order.json`, whose model is called so; none for other names.
fn path_of(model: &str) -> Option<String> {
    let mut path = String::new();
    for c in model.chars() {
        match c {
            'A'..='Z' if path.is_empty() => path.push(c.to_ascii_lowercase()),
            'A'..='Z' => path.extend(['/', c.to_ascii_lowercase()]),
            'a'..='z' | '0'..='9' if !path.is_empty() => path.push(c),
            _ => return None,
        }
    }
    (!path.is_empty()).then(|| format!("{path}.json"))
}

#[cfg(test)]
mod tests {
    use super::path_of;

    #[test]
    fn a_models_name_says_its_file_where_it_is_made_of_plain_words() {
        assert_eq!(path_of("SchemasOrder").as_deref(), Some("schemas/order.json"));
        assert_eq!((path_of("order"), path_of("Order-1")), (None, None));
    }
}
