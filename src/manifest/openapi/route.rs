//! One operation as a route of the manifest.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json, json};

use super::check;
use super::document::Document;
use super::integration::{Integration, Target};
use super::node::{Member, Node, Place, Value, size_of};
use super::operation::{DEFAULT_PATH, Operation};
use super::report::{Report, Wrong};
use super::schema::{self, Models};
use super::security::{self, Guards};
use super::words::{self, FUNCTION, INTEGRATION, ROUTE};
use crate::manifest::problem::{KeyPath, unknown};
use crate::manifest::read::words::plain_types;

/// What a route calls, in the manifest's words.
const TARGETS: &[&str] = &["function", "publish", "put", "respond", "send", "start", "stream", "url"];
/// What the document says in its own way.
const SAID: &[&str] = &["api_key", "auth", "method", "path", "route"];

/// What operations are read for.
pub(super) struct Reading<'d> {
    pub document: &'d Document,
    pub report: &'d Report,
    pub guards: Guards<'d>,
    /// True for a REST API.
    pub is_rest: bool,
    /// Names of the manifest's functions.
    pub functions: Vec<&'d str>,
    /// Their names in AWS.
    pub physical: BTreeMap<String, &'d str>,
    /// The file's name.
    pub file: &'d str,
}

/// A route in the manifest's words, and where each of them stands.
pub(super) struct Built<'d> {
    pub fields: Map<String, Json>,
    pub places: Vec<(KeyPath, Place)>,
    /// What `x-route` says.
    own: BTreeMap<&'d str, &'d Member>,
    place: Place,
    at: KeyPath,
}

impl<'d> Reading<'d> {
    /// The route of an operation, which will stand at `at`. `None` for one with a problem, which is reported.
    pub fn route(&self, operation: &Operation<'d>, at: &KeyPath, models: &mut Models<'d>) -> Option<Built<'d>> {
        let mut built = Built {
            fields: Map::new(),
            places: vec![(at.clone(), operation.place)],
            own: BTreeMap::new(),
            place: operation.place,
            at: at.clone(),
        };
        self.key(operation, &mut built);
        let is_clear = [
            self.own_words(operation, &mut built),
            self.security(operation, &mut built),
            self.target(operation, &mut built),
            self.checks(operation, &mut built, models),
        ];
        if is_clear.iter().any(Option::is_none) {
            return None;
        }
        self.name(operation, &mut built);
        built.add_own(self.report)?;
        Some(built)
    }

    fn key(&self, operation: &Operation, built: &mut Built) {
        let (method, path) = (operation.method, operation.path);
        if self.is_rest {
            built.set("method", json!(method), operation.place);
            built.set("path", json!(path), operation.path_place);
        } else {
            let is_default = path == DEFAULT_PATH && method == "ANY";
            let key = if is_default { "$default".to_owned() } else { format!("{method} {path}") };
            built.set("route", json!(key), operation.path_place);
        }
    }

    /// What `x-route` says at the top, at the path and at the operation; what is nearer counts.
    fn own_words(&self, operation: &Operation<'d>, built: &mut Built<'d>) -> Option<()> {
        for node in [&self.document.root, operation.item, operation.node] {
            let Some(own) = node.member(ROUTE) else { continue };
            if !own.node.is_table() {
                let message = format!("{ROUTE} must be a table, but this is {}", own.node.noun());
                self.report.add(
                    Wrong::at(own.node.place, message)
                        .help("write { timeout_ms: 5000 }, as in a route of the manifest"),
                );
                return None;
            }
            built.own.extend(own.node.members().iter().map(|member| (member.name.as_str(), member)));
        }
        let said = built.own.values().find(|member| SAID.contains(&member.name.as_str()));
        if let Some(member) = said {
            let message = format!("{:?} of a route is determined by the document itself", member.name);
            let help = "use the path, the method and security for it, and remove it here";
            self.report.add(Wrong::at(member.place, message).help(help));
            return None;
        }
        Some(())
    }

    fn security(&self, operation: &Operation<'d>, built: &mut Built) -> Option<()> {
        let security = self.report.ok(security::of(operation, self.document, self.guards))?;
        if let Some((auth, place)) = security.auth {
            built.set("auth", json!(auth), place);
        }
        built.set_list("scopes", security.scopes);
        if let Some(place) = security.api_key {
            built.set("api_key", json!(true), place);
        }
        Some(())
    }

    /// What the operation calls. What is nearest says it: the operation, its path, or the top; what is farther does not count.
    fn target(&self, operation: &Operation<'d>, built: &mut Built<'d>) -> Option<()> {
        let integration = operation.node.member(INTEGRATION);
        let levels = [(operation.node, integration), (operation.item, None), (&self.document.root, None)];
        for (node, integration) in levels {
            let (named, own) = (node.member(FUNCTION), own_target(node));
            if named.is_none() && own.is_none() && integration.is_none() {
                continue;
            }
            built.own.retain(|key, _| !TARGETS.contains(key) || has_own(node, key));
            if let Some((own, other)) = own.zip(named.or(integration)) {
                let (name, (line, column)) = (&own.name, other.place);
                let message =
                    format!("{name:?} determines what the route calls, and so does {} at {line}:{column}", other.name);
                self.report.add(Wrong::at(own.place, message).help("remove one of them"));
                return None;
            }
            if let Some(named) = named {
                self.named(named, built)?;
            }
            return match integration {
                Some(member) => self.integration(operation, member, named, built),
                None => Some(()),
            };
        }
        self.by_id(operation, built)
    }

    /// The function of a name that is said for it.
    fn named(&self, named: &Member, built: &mut Built) -> Option<()> {
        let Some(name) = named.node.text() else {
            let message = format!("{FUNCTION} must be the name of a function, but this is {}", named.node.noun());
            self.report.add(Wrong::at(named.node.place, message).help("write the name of a [function.<name>]"));
            return None;
        };
        built.set("function", json!(name), named.node.place);
        Some(())
    }

    /// The function that the operation is called like, where nothing else says what it calls.
    fn by_id(&self, operation: &Operation, built: &mut Built) -> Option<()> {
        let id = operation.node.get("operationId");
        if let Some((id, name)) = id.and_then(|id| Some((id, id.text()?))).filter(|(_, id)| self.functions.contains(id))
        {
            built.set("function", json!(name), id.place);
            return Some(());
        }
        let message = format!("it is not clear which function answers {} {}", operation.method, operation.path);
        let help = format!(
            "write {FUNCTION}: <name of a [function.<name>]> here, at the path or at the top; or {ROUTE}: {{ send: \
             <queue> }} and the like"
        );
        self.report.add(Wrong::at(operation.place, message).help(help));
        None
    }

    /// What AWS's word says: what is called, unless a function is named beside it, and what else there is to the call.
    fn integration(
        &self,
        operation: &Operation<'d>,
        member: &'d Member,
        named: Option<&'d Member>,
        built: &mut Built<'d>,
    ) -> Option<()> {
        let integration = self.report.ok(Integration::of(member, self.document))?;
        match named {
            Some(named) => self.report.ok(self.agrees(&integration, named))?,
            None => self.report.ok(self.called(&integration, operation.method, built))?,
        }
        self.report.ok(integration.check())?;
        if let Some(timeout) = integration.timeout() {
            built.leave_farther("timeout_ms", operation);
            built.set("timeout_ms", timeout.json(), timeout.place);
        }
        if let Some(payload) = integration.payload().filter(|_| !self.is_rest && built.fields.contains_key("function"))
        {
            built.leave_farther("payload", operation);
            // A version without quotes is a number of YAML's.
            let version = payload.text().map_or_else(|| payload.json().to_string(), str::to_owned);
            built.set("payload", json!(version), payload.place);
        }
        Some(())
    }

    fn called(&self, integration: &Integration, method: &str, built: &mut Built) -> Result<(), Wrong> {
        match integration.target(method, self.is_rest)? {
            Target::Url(url) => built.set("url", json!(url), integration.place),
            Target::Function(name) => {
                let function = self.physical.get(name).ok_or_else(|| integration.no_function())?;
                built.set("function", json!(function), integration.place);
            }
        }
        Ok(())
    }

    /// Refuses another target than the function that is named beside it. How AWS's word names a function that is none of the
    /// manifest's says nothing.
    fn agrees(&self, integration: &Integration, named: &Member) -> Result<(), Wrong> {
        let name = named.node.text().unwrap_or_default();
        let wrong = |what: &str| {
            let message = format!("{FUNCTION} names {name:?}, but this integration calls {what}");
            Err(Wrong::at(integration.place, message).help("remove one of them"))
        };
        if !integration.is_of_function() {
            return wrong("something else");
        }
        match integration.function().and_then(|physical| self.physical.get(physical)) {
            Some(other) if *other != name => wrong(&format!("the function {other:?}")),
            _ => Ok(()),
        }
    }

    fn checks(&self, operation: &Operation<'d>, built: &mut Built, models: &mut Models<'d>) -> Option<()> {
        if !self.is_rest {
            return Some(());
        }
        let checked = self.report.ok(check::checked(operation, self.document))?;
        if checked.parameters {
            let parameters = operation.parameters(self.document, self.report);
            parameters.iter().for_each(|one| words::PARAMETER.check(one, self.report));
            built.set_list("require", check::required(&parameters, self.document, self.report));
        }
        let body = operation.node.get("requestBody").filter(|_| checked.body);
        if let Some(body) = body.and_then(|body| self.document.resolved(body).ok()) {
            words::check_body(body, self.report);
        }
        if checked.body
            && let Some(schema) = check::body(operation, self.document, self.report)
            && let Some(model) = models.model(schema, &body_name(operation, self.document))
        {
            built.set("body", json!(model_file(self.file, &model)), schema.place);
        }
        Some(())
    }

    /// What logs and SDKs call it; REST APIs here have no word for it.
    fn name(&self, operation: &Operation<'d>, built: &mut Built) {
        let id = operation.node.get("operationId").filter(|_| !self.is_rest && !built.own.contains_key("operation"));
        if let Some((id, name)) = id.and_then(|id| Some((id, id.text()?))) {
            built.set("operation", json!(name), id.place);
        }
    }
}

/// What a part of a document says under `x-route` of what is called.
fn own_target(node: &Node) -> Option<&Member> {
    node.get(ROUTE)?.members().iter().find(|member| TARGETS.contains(&member.name.as_str()))
}

/// True for a key that a part of a document says under `x-route` itself.
fn has_own(node: &Node, key: &str) -> bool {
    node.get(ROUTE).is_some_and(|own| own.get(key).is_some())
}

/// What stands for the file of a model that a document has.
pub(super) fn model_file(file: &str, model: &str) -> String {
    format!("{file}{}{model}", crate::manifest::api::MODELS_OF)
}

/// What the body of an operation is called that has no name: `PostOrdersBody`, which no other schema is called.
fn body_name(operation: &Operation, document: &Document) -> String {
    let capital = |part: &str| {
        let mut letters = part.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    let method = operation.method.to_ascii_lowercase();
    let parts = std::iter::once(method.as_str()).chain(operation.path.split('/'));
    // Only so do capitals tell where the next part begins.
    let is_plain = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase())
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    let name = format!("{}Body", parts.map(capital).collect::<String>());
    let is_clear = operation.path == "/" || operation.path.split('/').skip(1).all(is_plain);
    if is_clear && document.component("schemas", &name).is_none() {
        return schema::model_name(&name);
    }
    // What is no letter has to go: the digest that comes in its place tells paths apart, and bodies from components.
    schema::with_digest(&name, &format!("{method} {}", operation.path))
}

impl<'d> Built<'d> {
    fn set(&mut self, key: &str, value: Json, place: Place) {
        self.fields.insert(key.into(), value);
        self.places.push((self.at.at(key), place));
    }

    /// How many values it is made of, with their places.
    pub fn size(&self) -> usize {
        self.places.len() + self.fields.values().map(size_of).sum::<usize>()
    }

    /// Leaves out what `x-route` says around an operation that says it itself, in another way.
    fn leave_farther(&mut self, key: &str, operation: &Operation) {
        if !has_own(operation.node, key) {
            self.own.remove(key);
        }
    }

    fn set_list(&mut self, key: &str, items: Vec<(String, Place)>) {
        let Some((_, first)) = items.first() else { return };
        self.places.push((self.at.at(key), *first));
        for (index, (_, place)) in items.iter().enumerate() {
            self.places.push((self.at.at(key).nth(index), *place));
        }
        let items = items.into_iter().map(|(item, _)| Json::String(item)).collect();
        self.fields.insert(key.into(), Json::Array(items));
    }

    /// Adds what `x-route` says: lists grow by it, and nothing is said twice.
    fn add_own(&mut self, report: &Report) -> Option<()> {
        for (key, member) in self.own.clone() {
            let path = self.at.at(key);
            match (self.fields.get_mut(key), member.node.json()) {
                (None, value) => {
                    self.fields.insert(key.to_owned(), value);
                }
                (Some(Json::Array(items)), Json::Array(more)) => items.extend(more),
                (Some(_), _) => {
                    let message = format!("{key:?} of this route is set twice: here, and by the document");
                    report.add(Wrong::at(member.place, message).help("remove one of them"));
                    return None;
                }
            }
            self.places.push((path.clone(), member.place));
            walk(&path, &member.node, &mut self.places);
        }
        Some(())
    }

    /// The route that the keys stand for; a key that stands for nothing is a problem.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Wrong> {
        let of = |fields: &Map<String, Json>| serde_json::from_value::<T>(Json::Object(fields.clone()));
        let error = match of(&self.fields) {
            Ok(route) => return Ok(route),
            Err(error) => error.to_string(),
        };
        // The word without which something else, or nothing, is wrong.
        let is_at_fault = |key: &&str| {
            let mut others = self.fields.clone();
            others.remove(*key);
            of(&others).err().is_none_or(|other| other.to_string() != error)
        };
        let keys: Vec<&str> = self.fields.keys().map(String::as_str).collect();
        let fault = keys.into_iter().find(is_at_fault);
        let named = self.at.at(fault.unwrap_or_default());
        let place = self.places.iter().find(|(path, _)| *path == named).map_or(self.place, |(_, place)| *place);
        let help = match fault.filter(|_| !error.starts_with("unknown field")) {
            Some(fault) => format!("write {fault} as in a route of the manifest"),
            None => "use only the fields of a route of the manifest under x-route".to_owned(),
        };
        Err(Wrong::at(place, reworded(&error)).help(help))
    }
}

/// serde's words with the nearest field that there is.
fn reworded(error: &str) -> String {
    let mut quoted = error.split('`').skip(1).step_by(2);
    match (error.starts_with("unknown field"), quoted.next()) {
        (true, Some(given)) => unknown("key", given, quoted),
        _ => plain_types(error),
    }
}

fn walk(path: &KeyPath, node: &Node, places: &mut Vec<(KeyPath, Place)>) {
    match &node.value {
        Value::Table(members) => {
            for member in members {
                let path = path.at(&member.name);
                walk(&path, &member.node, places);
                places.push((path, member.place));
            }
        }
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                let path = path.nth(index);
                walk(&path, item, places);
                places.push((path, item.place));
            }
        }
        _ => {}
    }
}
