//! What a manifest asks for, taken as what is live and written again, is asked for again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::{Named, Scene, compliance, of, write};
use crate::aws::lambda::layer_of;
use crate::aws::{Kind, Live, Observed};
use crate::import::secret;
use crate::manifest::function::tests::package;
use crate::manifest::lower::{LayerCode, Lowered, Sources, lower};
use crate::manifest::read::read;
use crate::name::{Account, Address, Name, Owner, Site};

mod golden;

/// A manifest and the files beside it.
pub struct App {
    pub manifest: String,
    pub files: BTreeMap<String, String>,
}

/// Account and region where a manifest names none.
const ACCOUNT: &str = "123456789012";

impl App {
    pub fn of(manifest: &str, files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(name, text)| (name.to_string(), text.to_string())).collect();
        Self { manifest: manifest.to_owned(), files }
    }

    /// A manifest of the repository, with the files that it names.
    fn read(path: &Path) -> Option<Self> {
        let manifest = fs::read_to_string(path).unwrap();
        let source = read("serverless-app.toml", &manifest, &stage()).ok()?;
        let folder = path.parent().unwrap();
        let named = source.manifest.files().into_iter();
        let files = named.filter_map(|name| Some((name.clone(), fs::read_to_string(folder.join(&name)).ok()?)));
        Some(Self { files: files.collect(), manifest })
    }

    fn owner(&self) -> Owner {
        let app = self.table()["app"]["name"].as_str().unwrap().parse().unwrap();
        Owner { app, stage: stage() }
    }

    fn table(&self) -> toml::Table {
        self.manifest.parse().unwrap()
    }

    fn site(&self) -> Site {
        let app = &self.table()["app"];
        let account: Account = app.get("account").map_or(ACCOUNT, |account| account.as_str().unwrap()).parse().unwrap();
        let region = app["region"].as_str().unwrap().parse().unwrap();
        Site { account, partition: Site::partition_of(&region).into(), region, endpoint: Site::AWS.into() }
    }

    pub fn lowered(&self) -> Result<Lowered, String> {
        let all = |problems: crate::manifest::Problems| {
            let lines = problems.0.iter().map(|one| format!("{}:{} {}", one.line, one.column, one.message));
            lines.collect::<Vec<_>>().join("\n")
        };
        let source = read("serverless-app.toml", &self.manifest, &stage()).map_err(all)?;
        let layer = || LayerCode { package: package(), built_from: None };
        let layers = source.manifest.layer.keys().map(|name| (name.clone(), Ok(layer()))).collect();
        let packages = source.manifest.function.keys().map(|name| (name.clone(), package())).collect();
        let files = self.files.iter().map(|(name, text)| (name.clone(), Ok(text.clone()))).collect();
        let sources = Sources { packages, layers, files, ..Sources::default() };
        lower(&source, &self.owner(), &self.site(), &sources).map_err(all)
    }

    /// The same app, written from what it asks for; the lines of the sections that are written, and what cannot be said.
    pub fn written(&self) -> (Self, String, Vec<String>) {
        let lowered = self.lowered().unwrap();
        let sections = self.sections(&lowered);
        let live = lowered
            .wanted
            .into_iter()
            .map(|(address, wanted)| (address, Live { id: wanted.id, observed: Observed::of(wanted.state) }));
        let scene = Scene::new(&self.site(), &self.owner(), live.collect(), sections.clone());
        let mut rest = self.table();
        let mut written = toml_edit::DocumentMut::new();
        for (address, named) in sections.iter().filter(|(address, _)| of(address.kind).is_some()) {
            let mut place = written.as_table_mut();
            for part in named.section.split('.') {
                rest.remove(part);
                place = place.entry(part).or_insert_with(implicit).as_table_mut().unwrap();
            }
            place.insert(named.name.as_str(), write(scene.live(address).unwrap(), &scene).unwrap().into());
        }
        if let Some(compliance) = self.table().get("compliance") {
            rest.remove("compliance");
            let lines = compliance::recorder(&scene).into_table();
            let place = written.entry("compliance").or_insert_with(implicit).as_table_mut().unwrap();
            place.set_implicit(compliance.as_table().unwrap().keys().all(|key| key == "rule"));
            lines.into_iter().for_each(|(key, item)| drop(place.insert(&key, item)));
        }
        let (unsaid, more) = scene.finish();
        let mut files = self.files.clone();
        files.extend(more);
        let lines = written.to_string().replace(secret::UNDECIDED, secret::STAND_IN);
        let unsaid = unsaid.into_iter().map(|one| format!("{}: {}", one.what, one.why)).collect();
        (Self { manifest: format!("{rest}\n{lines}"), files }, lines, unsaid)
    }

    fn sections(&self, lowered: &Lowered) -> BTreeMap<Address, Named> {
        let table = self.table();
        let inside = |section: &str| {
            let mut parts = section.split('.');
            let first = table.get(parts.next()?)?;
            parts.try_fold(first, |place, part| place.get(part))
        };
        let has = |section: &str, name: &Name| inside(section).is_some_and(|all| all.get(name.as_str()).is_some());
        let all = lowered.wanted.keys().filter_map(|address| {
            let section = of(address.kind)?;
            let name = match address.kind {
                Kind::LayerVersion => layer_of(address.name.as_str()).parse().unwrap(),
                _ => address.name.clone(),
            };
            has(section, &name).then(|| (address.clone(), Named { section, name }))
        });
        all.collect()
    }
}

fn implicit() -> toml_edit::Item {
    let mut table = toml_edit::Table::new();
    table.set_implicit(true);
    table.into()
}

fn stage() -> crate::name::Stage {
    "test".parse().unwrap()
}

/// What differs between two manifests' resources, a line each.
pub fn differences(one: &Lowered, other: &Lowered) -> Vec<String> {
    let all: std::collections::BTreeSet<&Address> = one.wanted.keys().chain(other.wanted.keys()).collect();
    let mut found = Vec::new();
    for address in all {
        match (one.wanted.get(address), other.wanted.get(address)) {
            (Some(one), Some(other)) => {
                if one.id.name != other.id.name {
                    found.push(format!("{address}: {} is called {}", one.id.name, other.id.name));
                }
                let json = |state| serde_json::to_value(state).unwrap();
                compare(&address.to_string(), &json(&one.state), &json(&other.state), &mut found);
            }
            (Some(_), None) => found.push(format!("{address} is lost")),
            _ => found.push(format!("{address} is new")),
        }
    }
    found
}

fn compare(path: &str, one: &Json, other: &Json, found: &mut Vec<String>) {
    match (one, other) {
        (Json::Object(a), Json::Object(b)) => {
            let keys: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let none = Json::Null;
                compare(&format!("{path}.{key}"), a.get(key).unwrap_or(&none), b.get(key).unwrap_or(&none), found);
            }
        }
        _ if one == other => {}
        // What a person has to decide.
        _ if *other == secret::STAND_IN => {}
        // What freezes an API's definition follows from it.
        _ if path.contains("deployment") => {}
        _ => found.push(format!("{path}: {one} became {other}")),
    }
}

/// Writes the app again, and expects that nothing is lost.
#[track_caller]
pub fn survives(app: &App) -> String {
    let (again, lines, unsaid) = app.written();
    let lowered = again.lowered().unwrap_or_else(|problems| panic!("{problems}\n{}", again.manifest));
    let found = differences(&app.lowered().unwrap(), &lowered);
    assert!(found.is_empty(), "{}\n\n{}\n{unsaid:#?}", found.join("\n"), again.manifest);
    lines
}

/// Every manifest of the repository that has no problem where its files and packages are at hand.
#[test]
fn what_the_manifests_of_the_repository_ask_for_survives_being_written() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<PathBuf> = vec![root.join("serverless-app.toml")];
    for below in ["examples", "fixtures/plan", "fixtures/terminal"] {
        for folder in fs::read_dir(root.join(below)).unwrap().map(|entry| entry.unwrap().path()) {
            let files = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
            paths.extend(files.filter(|path| path.extension().is_some_and(|ending| ending == "toml")));
        }
    }
    paths.sort();
    let (mut count, mut wrong) = (0, Vec::new());
    for path in paths {
        let Some(app) = App::read(&path) else { continue };
        let Ok(lowered) = app.lowered() else { continue };
        count += 1;
        let (again, ..) = app.written();
        let found = match again.lowered() {
            Ok(again) => differences(&lowered, &again),
            Err(problems) => vec![problems],
        };
        wrong.extend(found.into_iter().map(|one| format!("{}: {one}", path.strip_prefix(root).unwrap().display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 60, "{count} manifests");
}
