//! Somebody with write access to a branch: puts another plan in a published one's place and seals everything again.
//!
//! Whatever a job's token or a push can write then agrees: plan, blobs, extra, envelope and `plan.md` in the artifact, its
//! digest, the check run, the comment.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::Path;

use serde_json::{Value, json};
use serverless_app::canonical;
use serverless_app::plan::{Plan, file};
use serverless_app::render::{self, Extra};
use zip::write::SimpleFileOptions;

use super::github::{Github, State};

/// A bundle's parts, to be changed at will.
#[derive(Debug, Clone)]
pub struct Forgery {
    /// `plan.json`; written in canonical form whatever is made of it.
    pub plan: Value,
    /// `extra.json`.
    pub extra: Value,
    /// `envelope.json`; its `plan_id` is set when it is sealed.
    pub envelope: Value,
    /// The zips, by the hex digits of their SHA-256.
    pub blobs: BTreeMap<String, Vec<u8>>,
}

impl Forgery {
    /// The bundle in an artifact's zip.
    pub fn of_zip(zip: &[u8]) -> Self {
        let mut zip = zip::ZipArchive::new(Cursor::new(zip)).expect("a zip");
        let mut files = BTreeMap::new();
        for at in 0..zip.len() {
            let (mut file, mut bytes) = (zip.by_index(at).expect("a file"), Vec::new());
            file.read_to_end(&mut bytes).expect("its bytes");
            files.insert(file.name().expect("a name").into_owned(), bytes);
        }
        Self::of_files(&files)
    }

    fn of_files(files: &BTreeMap<String, Vec<u8>>) -> Self {
        let json = |name: &str| serde_json::from_slice(&files[name]).expect("JSON");
        let blob = |(name, bytes): (&String, &Vec<u8>)| {
            Some((name.strip_prefix("blobs/")?.strip_suffix(".zip")?.to_owned(), bytes.clone()))
        };
        Self {
            plan: json("plan.json"),
            extra: json("extra.json"),
            envelope: json("envelope.json"),
            blobs: files.iter().filter_map(blob).collect(),
        }
    }

    /// Takes plan, extra and blobs from another bundle that the program wrote; the envelope stays.
    pub fn take(&mut self, bundle: &Path) {
        let other = Self::of_files(&files(bundle));
        *self = Self { envelope: self.envelope.clone(), ..other };
    }

    /// The change of this address.
    pub fn change(&mut self, address: &str) -> &mut Value {
        let changes = self.plan["changes"].as_array_mut().expect("changes");
        changes.iter_mut().find(|change| change["address"] == address).expect("the change")
    }

    /// The files of the bundle, and its plan as the program reads it.
    fn seal(mut self) -> (BTreeMap<String, Vec<u8>>, Sealed) {
        let mut bytes = canonical::bytes(&self.plan).expect("canonical JSON");
        bytes.push(b'\n');
        let id = file::id(&bytes);
        let plan = file::read(&bytes).expect("the program reads the forged plan");
        let extra: Extra = serde_json::from_value(self.extra.clone()).expect("the program reads the forged facts");
        self.envelope["plan_id"] = json!(id.to_string());
        let mut files: BTreeMap<String, Vec<u8>> =
            self.blobs.into_iter().map(|(hex, bytes)| (format!("blobs/{hex}.zip"), bytes)).collect();
        files.insert("plan.json".into(), bytes);
        files.insert("plan.md".into(), render::document(&plan, &id, &extra).into());
        files.insert("extra.json".into(), self.extra.to_string().into());
        files.insert("envelope.json".into(), self.envelope.to_string().into());
        (files, Sealed { id, plan, extra })
    }
}

struct Sealed {
    id: canonical::Sha,
    plan: Plan,
    extra: Extra,
}

/// Changes the one published plan in GitHub's keeping and seals everything again; gives the forged bundle's files.
pub fn forge(github: &Github, change: impl FnOnce(&mut Forgery)) -> BTreeMap<String, Vec<u8>> {
    let mut state = github.state();
    let (number, mut forgery) = {
        let named =
            |artifact: &&Value| artifact["name"].as_str().is_some_and(|n| n.starts_with("serverless-app-plan-"));
        let artifact = state.artifacts.values().flatten().find(named).expect("a published plan");
        let number = artifact["id"].as_u64().expect("a number");
        (number, Forgery::of_zip(&state.zips[&number]))
    };
    change(&mut forgery);
    let (files, sealed) = forgery.seal();
    artifact(&mut state, number, zip_of(&files));
    comment(&mut state, &sealed);
    check_run(&mut state, &sealed);
    files
}

/// Puts a zip in an artifact's place; GitHub itself says that this is what was uploaded.
fn artifact(state: &mut State, number: u64, zip: Vec<u8>) {
    let artifact = state.artifacts.values_mut().flatten().find(|artifact| artifact["id"] == number).expect("it");
    artifact["size_in_bytes"] = json!(zip.len());
    artifact["digest"] = json!(canonical::Sha::of(&zip).to_string());
    state.zips.insert(number, zip);
}

/// Writes the comment with the plan anew, if there is one.
fn comment(state: &mut State, sealed: &Sealed) {
    let is_plan = |comment: &&mut Value| {
        comment["body"].as_str().is_some_and(|body| body.starts_with("<!-- serverless-app plan "))
    };
    if let Some(comment) = state.comments.values_mut().flatten().find(is_plan) {
        comment["body"] = json!(body(comment["body"].as_str().unwrap_or_default(), sealed));
    }
}

/// What `publish` would write of the forged plan, with the marker and the footer of the comment that was there.
fn body(old: &str, sealed: &Sealed) -> String {
    let (marker, _) = old.split_once('\n').expect("a marker");
    let footer = old.rfind("\nCommit ").map_or("", |at| &old[at..]);
    format!("{marker}\n{}{footer}", render::comment(&sealed.plan, &sealed.id, &sealed.extra))
}

/// The check run holds the forged id and is successful.
fn check_run(state: &mut State, sealed: &Sealed) {
    let is_plan = |run: &&mut Value| run["name"].as_str().is_some_and(|name| name.starts_with("serverless-app plan ("));
    let run = state.check_runs.iter_mut().rfind(is_plan).expect("the plan's check run");
    let title = render::headline(&sealed.plan);
    let summary = run["output"]["summary"].as_str().unwrap_or_default().to_owned();
    let footer = summary.rfind("\nCommit ").map_or("", |at| &summary[at..]);
    let brief = render::comment::brief(&sealed.plan, &sealed.extra);
    run["external_id"] = json!(sealed.id.to_string());
    run["conclusion"] = json!("success");
    run["output"] = json!({"title": title, "summary": format!("{brief}{footer}"), "text": null});
}

fn zip_of(files: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name, SimpleFileOptions::default()).expect("a file");
        zip.write_all(bytes).expect("its bytes");
    }
    zip.finish().expect("a zip").into_inner()
}

/// A folder as the upload of an artifact packs it.
pub fn zipped(folder: &Path) -> Vec<u8> {
    zip_of(&files(folder))
}

/// The files of a bundle's folder, by name.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for place in ["", "blobs/"] {
        for entry in fs::read_dir(folder.join(place)).expect("a folder").map(Result::unwrap) {
            if entry.file_type().expect("a type").is_file() {
                let name = format!("{place}{}", entry.file_name().to_str().expect("a name"));
                files.insert(name, fs::read(entry.path()).expect("a file"));
            }
        }
    }
    files
}

/// Lays a bundle's files into a folder, in the place of what is there.
pub fn lay(files: &BTreeMap<String, Vec<u8>>, folder: &Path) {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder.join("blobs")).expect("a folder");
    files.iter().for_each(|(name, bytes)| fs::write(folder.join(name), bytes).expect("a file"));
}
