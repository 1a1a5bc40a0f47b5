//! An API as an OpenAPI document, from the manifest and what it is lowered to.
//!
//! What OpenAPI cannot express is written under `x-function` and `x-route`, so that the document, as the source of the
//! same API, results in the same calls.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::check::NO_PARAMETERS;
use super::operation::{ANY_METHOD, DEFAULT_PATH};
use super::words::{FUNCTION, ROUTE};
use crate::aws::apigateway::RestApi;
use crate::aws::apigatewayv2::HttpApi as HttpState;
use crate::manifest::api::{self, Api, Auth};
use crate::manifest::http_api::{HttpApi, key};
use crate::name::Name;

mod model;
mod scheme;
mod write;

pub use write::{json, yaml};

use model::Components;
use scheme::{IAM, KEY, Scheme};

/// Words of a REST API's route that documents have words of their own for.
const OF_REST: &[&str] = &["api_key", "auth", "body", "function", "method", "path", "require", "scopes"];
/// The same for an HTTP API's.
const OF_HTTP: &[&str] = &["auth", "function", "operation", "route", "scopes"];

/// What is known of an API beside its routes.
pub struct About<'a> {
    /// The app's name.
    pub app: &'a str,
    /// The section's name.
    pub name: &'a Name,
    /// Where callers reach it by a domain name of its own, such as `https://api.example.org/v1`.
    pub servers: Vec<String>,
}

/// The document of a REST API.
pub fn rest_api(about: &About, api: &Api, state: &RestApi) -> Result<Json, serde_json::Error> {
    let mut paths = Paths::default();
    let mut components = Components::of(state.parts.models.iter().map(|(name, model)| (name.as_str(), &model.schema)));
    let schemes: Vec<(&str, Scheme)> =
        state.parts.authorizers.iter().map(|(name, one)| (name.as_str(), Scheme::of_rest(one))).collect();
    for route in &api.routes {
        let mut operation = Operation::new(&route.path);
        let mut own = own_words(route, &json!({"method": "GET", "path": "/"}), OF_REST)?;
        let asked = match &route.auth {
            Auth::None => None,
            Auth::Iam => Some(IAM),
            Auth::Authorizer(name) => Some(name.as_str()),
        };
        operation.secure(asked, &schemes, &route.scopes, route.api_key, &mut own);
        if route.require.iter().all(|short| is_parameter(short)) {
            route.require.iter().for_each(|short| operation.require(short));
        } else {
            own.insert("require".into(), json!(route.require));
        }
        if let Some(model) =
            route.body.as_ref().map(|file| api::model_name(file)).filter(|name| state.parts.models.contains_key(name))
        {
            operation.body(&model);
        }
        operation.name(route.function.as_ref().map(Name::as_str), own);
        paths.add(&route.path, &method(route.method.as_str()), operation);
    }
    components.schemes(&schemes, &paths.asked);
    Ok(document(about, &state.description, &api.stage, paths, components))
}

/// The document of an HTTP API.
pub fn http_api(about: &About, api: &HttpApi, state: &HttpState) -> Result<Json, serde_json::Error> {
    let mut paths = Paths::default();
    let mut components = Components::default();
    let schemes: Vec<(&str, Scheme)> =
        state.authorizers.iter().map(|(name, one)| (name.as_str(), Scheme::of_http(one))).collect();
    for route in &api.routes {
        let (of, path) = match key::RouteKey::parse(&route.route) {
            Ok(key::RouteKey::Of { method: of, path }) => (of, path),
            _ => ("ANY", DEFAULT_PATH),
        };
        let mut operation = Operation::new(path);
        let mut own = own_words(route, &json!({"route": "$default"}), OF_HTTP)?;
        let asked = route.auth.as_ref().map(Name::as_str).filter(|auth| *auth != "none");
        operation.secure(asked, &schemes, &route.scopes, false, &mut own);
        if let Some(id) = &route.operation {
            // Two operations of a document have two ids.
            let is_only = api.routes.iter().filter(|other| other.operation.as_ref() == Some(id)).count() == 1;
            if is_only {
                operation.node.insert("operationId".into(), json!(id));
            } else {
                own.insert("operation".into(), json!(id));
            }
        }
        operation.name(route.function.as_ref().map(Name::as_str), own);
        paths.add(path, &method(of), operation);
    }
    components.schemes(&schemes, &paths.asked);
    Ok(document(about, &state.description, "1", paths, components))
}

/// The words of a route that stand under `x-route`: what it says otherwise than a plain one, but for what documents say.
fn own_words<R: Serialize + serde::de::DeserializeOwned>(
    route: &R,
    plain: &Json,
    of_documents: &[&str],
) -> Result<Map<String, Json>, serde_json::Error> {
    let plain = serde_json::to_value(serde_json::from_value::<R>(plain.clone())?)?;
    let Json::Object(words) = serde_json::to_value(route)? else { return Ok(Map::new()) };
    let is_own = |(word, value): &(String, Json)| {
        !of_documents.contains(&word.as_str()) && !value.is_null() && plain.get(word) != Some(value)
    };
    Ok(words.into_iter().filter(is_own).map(|(word, value)| (word, said(value))).collect())
}

/// A value without what is left out in it.
fn said(value: Json) -> Json {
    match value {
        Json::Object(fields) => {
            let fields = fields.into_iter().filter(|(_, value)| !value.is_null());
            Json::Object(fields.map(|(name, value)| (name, said(value))).collect())
        }
        Json::Array(items) => Json::Array(items.into_iter().map(said).collect()),
        plain => plain,
    }
}

fn document(about: &About, description: &str, version: &str, paths: Paths, components: Components) -> Json {
    let mut info = json!({"title": format!("{} {}", about.app, about.name), "version": version});
    if !description.is_empty() {
        info["description"] = json!(description);
    }
    let mut document = json!({"openapi": "3.0.3", "info": info, "paths": paths.all});
    if !about.servers.is_empty() {
        let servers: Vec<Json> = about.servers.iter().map(|url| json!({"url": url})).collect();
        document["servers"] = Json::Array(servers);
    }
    if let Some(components) = components.into_json() {
        document["components"] = components;
    }
    document
}

/// The word of a document for a method.
fn method(method: &str) -> String {
    if method == "ANY" { ANY_METHOD.to_owned() } else { method.to_ascii_lowercase() }
}

/// True for what a document can say by a parameter: some headers are described by other means there.
fn is_parameter(short: &str) -> bool {
    short.strip_prefix("header.").is_none_or(|header| !NO_PARAMETERS.contains(&header.to_ascii_lowercase().as_str()))
}

/// The paths of a document.
#[derive(Default)]
struct Paths {
    all: Map<String, Json>,
    /// Schemes that operations name.
    asked: BTreeSet<String>,
}

impl Paths {
    fn add(&mut self, path: &str, method: &str, operation: Operation) {
        self.asked.extend(operation.asked);
        let item = self.all.entry(path).or_insert_with(|| json!({}));
        item[method] = Json::Object(operation.node);
    }
}

/// One operation of a document.
struct Operation {
    node: Map<String, Json>,
    parameters: Vec<Json>,
    asked: Vec<String>,
}

impl Operation {
    fn new(path: &str) -> Self {
        let variables = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let parameters = variables.map(|name| parameter("path", name)).collect();
        // OpenAPI wants one answer at least; what functions answer is theirs.
        let answers = json!({"default": {"description": "The answer"}});
        Self { node: Map::from_iter([("responses".to_owned(), answers)]), parameters, asked: Vec::new() }
    }

    fn require(&mut self, short: &str) {
        if let Some((place, name)) = short.split_once('.') {
            let place = if place == "querystring" { "query" } else { place };
            self.parameters.push(parameter(place, name));
        }
    }

    fn body(&mut self, model: &str) {
        let schema = json!({"$ref": format!("#/components/schemas/{model}")});
        let body = json!({"content": {"application/json": {"schema": schema}}, "required": true});
        self.node.insert("requestBody".into(), body);
    }

    /// Says who may call it. Scopes stand with schemes that have some, else under `x-route`.
    fn secure(
        &mut self,
        asked: Option<&str>,
        schemes: &[(&str, Scheme)],
        scopes: &BTreeSet<String>,
        has_key: bool,
        own: &mut Map<String, Json>,
    ) {
        let mut requirement = Map::new();
        if let Some(name) = asked {
            let has_scopes = schemes.iter().any(|(known, scheme)| *known == name && scheme.has_scopes());
            let (here, there) = if has_scopes { (Some(scopes), None) } else { (None, Some(scopes)) };
            requirement.insert(name.to_owned(), json!(here.into_iter().flatten().collect::<Vec<_>>()));
            if let Some(scopes) = there.filter(|scopes| !scopes.is_empty()) {
                own.insert("scopes".into(), json!(scopes));
            }
        }
        if has_key {
            requirement.insert(KEY.to_owned(), json!([]));
        }
        self.asked = requirement.keys().cloned().collect();
        if !requirement.is_empty() {
            self.node.insert("security".into(), json!([requirement]));
        }
    }

    /// Says what it calls, and what only the manifest has words for.
    fn name(&mut self, function: Option<&str>, own: Map<String, Json>) {
        if let Some(function) = function {
            self.node.insert("tags".into(), json!([function]));
            self.node.insert(FUNCTION.into(), json!(function));
        }
        if !own.is_empty() {
            self.node.insert(ROUTE.into(), Json::Object(own));
        }
        if !self.parameters.is_empty() {
            self.node.insert("parameters".into(), Json::Array(std::mem::take(&mut self.parameters)));
        }
    }
}

fn parameter(place: &str, name: &str) -> Json {
    json!({"name": name, "in": place, "required": true, "schema": {"type": "string"}})
}
