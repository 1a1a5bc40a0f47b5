//! `openapi = "openapi.yaml"`: the routes and models of an API from an OpenAPI document, and the document of an API from its
//! routes.
//!
//! 1. `read` makes values of YAML or JSON, each with its place; what a file may cost is bounded there. `form` says what is of
//!    another form than it has to be: nothing is read as if it were not there.
//! 2. `document` knows the version and what references stand for, `operation` what there is to call, `words` what may be said.
//! 3. `route` makes of each operation the words that a route of the manifest would have: who may call it (`security`), what it
//!    calls (`integration`), what requests have to bring (`check`, `schema`).
//! 4. `expand` puts the routes behind those of the manifest, with the places that they have in the document. From there on
//!    nothing knows where a route is from: everything that is checked of one is reported where it stands.
//! 5. `describe` goes the other way.
//!
//! Nothing is sent to AWS as a document, and nothing is fetched.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::manifest::Problem;
use crate::manifest::api::{self, Api};
use crate::manifest::http_api::{self, HttpApi};
use crate::manifest::names::{self, Names};
use crate::manifest::problem::{Elsewhere, KeyPath};
use crate::manifest::read::Source;
use crate::manifest::sources::Sources;
use crate::name::Name;

mod check;
pub mod describe;
mod document;
mod form;
mod integration;
mod node;
mod operation;
mod read;
mod report;
mod route;
mod schema;
mod security;
#[cfg(test)]
mod tests;
mod words;

use document::Document;
use report::{Report, Wrong};
use route::Reading;
use schema::Models;
use security::Guards;

/// A manifest with the routes of the documents that it names.
pub struct Expanded {
    /// The manifest, and where its values stand.
    pub source: Source,
    /// What lies beside it, with a file for each model.
    pub sources: Sources,
    /// What is wrong in documents.
    pub problems: Vec<Problem>,
    /// What their authors should look at.
    pub warnings: Vec<Problem>,
}

/// Adds the routes of the documents that a manifest names; `None` where it names none.
pub fn expand(source: &Source, names: &Names, sources: &Sources) -> Option<Expanded> {
    let manifest = &source.manifest;
    let names_one = manifest.api.values().any(|api| api.openapi.is_some())
        || manifest.http_api.values().any(|api| api.openapi.is_some());
    if !names_one {
        return None;
    }
    let (problems, warnings) = (Vec::new(), Vec::new());
    let mut expanded = Expanded { source: source.clone(), sources: sources.clone(), problems, warnings };
    let functions = Functions::of(source, names);
    for (name, api) in &manifest.api {
        expanded.rest_api(name, api, &functions);
    }
    for (name, api) in &manifest.http_api {
        expanded.http_api(name, api, &functions);
    }
    Some(expanded)
}

/// The files that documents name in the manifest's terms, and that have not been read.
pub fn more_files(source: &Source, names: &Names, sources: &Sources) -> Vec<String> {
    let Some(expanded) = expand(source, names, sources) else { return Vec::new() };
    let all = expanded.source.manifest.files().into_iter();
    all.filter(|file| !expanded.sources.files.contains_key(file)).collect()
}

/// The functions that there are, and what AWS calls them.
struct Functions<'a> {
    names: Vec<&'a str>,
    physical: BTreeMap<String, &'a str>,
}

impl<'a> Functions<'a> {
    fn of(source: &'a Source, names: &Names) -> Self {
        let functions = source.manifest.function.keys();
        let named = |name: &'a Name| (names::function::physical(names, name), name.as_str());
        Self { names: functions.clone().map(Name::as_str).collect(), physical: functions.map(named).collect() }
    }
}

/// A section that names a document.
struct Section<'a> {
    /// Where it stands.
    at: KeyPath,
    file: &'a str,
    is_rest: bool,
    authorizers: Vec<&'a str>,
    /// What its own routes are for, in order.
    keys: Vec<String>,
    /// Models that its own routes have, by the files that they are of.
    models: BTreeMap<String, String>,
}

/// What a document gives.
struct Given<R> {
    routes: Vec<R>,
    models: BTreeMap<String, serde_json::Value>,
    places: Vec<(KeyPath, (usize, usize))>,
}

impl Expanded {
    fn rest_api(&mut self, name: &Name, api: &Api, functions: &Functions) {
        let Some(file) = &api.openapi else { return };
        let section = Section {
            at: KeyPath::default().at("api").at(name),
            file,
            is_rest: true,
            authorizers: api.authorizer.keys().map(Name::as_str).collect(),
            keys: api.routes.iter().map(api::Route::key).collect(),
            models: api::models_of(api),
        };
        let Some(given) = self.read(&section, functions, api::Route::key) else { return };
        for (model, schema) in given.models {
            self.sources.files.insert(route::model_file(file, &model), Ok(schema.to_string()));
        }
        self.place(file, given.places);
        if let Some(api) = self.source.manifest.api.get_mut(name) {
            api.routes.extend(given.routes);
        }
    }

    fn http_api(&mut self, name: &Name, api: &HttpApi, functions: &Functions) {
        let Some(file) = &api.openapi else { return };
        let section = Section {
            at: KeyPath::default().at("http_api").at(name),
            file,
            is_rest: false,
            authorizers: api.authorizer.keys().map(Name::as_str).collect(),
            keys: api.routes.iter().map(|route| route.route.clone()).collect(),
            models: BTreeMap::new(),
        };
        let key = |route: &http_api::Route| route.route.clone();
        let Some(given) = self.read(&section, functions, key) else { return };
        self.place(file, given.places);
        if let Some(api) = self.source.manifest.http_api.get_mut(name) {
            api.routes.extend(given.routes);
        }
    }

    /// What the document of a section gives; what is wrong with it is noted, and that the section lacks something then.
    fn read<R: DeserializeOwned>(
        &mut self,
        section: &Section,
        functions: &Functions,
        key: impl Fn(&R) -> String,
    ) -> Option<Given<R>> {
        let text = match self.sources.files.get(section.file) {
            Some(Ok(text)) => text.clone(),
            Some(Err(why)) => return self.unread(section, format!("cannot read {}: {why}", section.file)),
            None => return self.unread(section, format!("{} has not been read", section.file)),
        };
        let report = Report::default();
        let document = report.ok(read::read(section.file, &text).and_then(Document::of));
        let given = document.map(|document| self.routes(section, functions, &document, &report, key));
        let (wrongs, warnings) = report.into_parts();
        let problem = |wrong: Wrong| Problem::at(section.file, &text, wrong.place, wrong.message, wrong.help);
        if !wrongs.is_empty() {
            self.source.places.doubts.add(section.at.at("openapi").as_str());
        }
        self.problems.extend(wrongs.into_iter().map(problem));
        self.warnings.extend(warnings.into_iter().map(problem));
        given
    }

    fn unread<R>(&mut self, section: &Section, message: String) -> Option<Given<R>> {
        let path = section.at.at("openapi");
        self.problems.push(self.source.places.problem(&path, message, None));
        self.source.places.doubts.add(path.as_str());
        None
    }

    fn routes<R: DeserializeOwned>(
        &self,
        section: &Section,
        functions: &Functions,
        document: &Document,
        report: &Report,
        key: impl Fn(&R) -> String,
    ) -> Given<R> {
        let guards = Guards { authorizers: &section.authorizers, has_keys: section.is_rest };
        let reading = Reading {
            document,
            report,
            guards,
            is_rest: section.is_rest,
            functions: functions.names.clone(),
            physical: functions.physical.clone(),
            file: section.file,
        };
        words::check_root(document, report);
        let mut models = Models::of(document, report);
        let mut given = Given { routes: Vec::new(), models: BTreeMap::new(), places: Vec::new() };
        let mut size = 0;
        for operation in operation::all(document, report) {
            let at = section.at.at("routes").nth(section.keys.len() + given.routes.len());
            let Some(built) = reading.route(&operation, &at, &mut models) else { continue };
            size += built.size();
            if size > VALUES {
                let message = format!(
                    "the routes up to here have more than {VALUES} values, including what the document and the paths \
                     add to them"
                );
                let help = "put less at the top of the document and at its paths: it counts for each of their routes";
                report.add(Wrong::at(operation.place, message).help(help));
                break;
            }
            let Some(route) = report.ok(built.read::<R>()) else { continue };
            if let Some(wrong) = self.twice(section, &key(&route), operation.place) {
                report.add(wrong);
                continue;
            }
            given.routes.push(route);
            given.places.extend(built.places);
        }
        if let Some(paths) = document.root.member("paths").filter(|_| section.keys.is_empty()) {
            given.places.push((section.at.at("routes"), paths.place));
        }
        check_names(section, &models, document, report);
        given.models = models.made;
        given
    }

    /// A route that the manifest has as well.
    fn twice(&self, section: &Section, key: &str, place: (usize, usize)) -> Option<Wrong> {
        let index = section.keys.iter().position(|own| own == key)?;
        let there = self.source.places.problem(&section.at.at("routes").nth(index), String::new(), None);
        let message = format!("the route {key} is also in {}:{}:{}", there.file, there.line, there.column);
        Some(Wrong::at(place, message).help("keep one of them"))
    }

    fn place(&mut self, file: &str, places: Vec<(KeyPath, (usize, usize))>) {
        let text = self.sources.files.get(file).and_then(|text| text.clone().ok()).unwrap_or_default();
        let document = Arc::new(Elsewhere { file: file.to_owned(), text });
        for (path, place) in places {
            self.source.places.add_elsewhere(path, &document, place);
        }
    }
}

/// Values of all routes that are read: what is said at the top is each route's.
const VALUES: usize = 200_000;

/// Two models of one name, of a document and of a file of the manifest's own routes.
fn check_names(section: &Section, models: &Models, document: &Document, report: &Report) {
    for (model, file) in &section.models {
        if models.made.contains_key(model) {
            let place = document.component("schemas", model).map_or(document.root.place, |schema| schema.place);
            let message =
                format!("the schema {model} and the manifest's file {file} would become models of the same name");
            report.add(Wrong::at(place, message).help("rename one of them"));
        }
    }
}
