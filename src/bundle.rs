//! The bundle: the folder that is handed from plan to apply.
//!
//! `plan.json` is the proof, by its digest; blobs are named by their digests. `plan.md` shows the same to people, and
//! is compared after the merge. `envelope.json` and `extra.json` only help to find the plan again: nothing trusts them.
//! `apply` adds `journal.jsonl` and `receipt.json`.

#![expect(clippy::disallowed_methods, reason = "it writes and reads the bundle, and dates its envelope")]

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use crate::aws::Call;
use crate::aws::s3::Body;
use crate::canonical::Sha;
use crate::environment;
use crate::package::{Origin, Zip};
use crate::plan::file::{self, PlanError};
use crate::plan::{Blob, Plan};
use crate::reason::failures;
use crate::render::Extra;

/// Where a plan came from. An index, never a proof: anybody can write one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// The plan that it belongs to.
    pub plan_id: String,
    /// The version of this tool that made the plan.
    pub tool_version: String,
    /// When, in RFC 3339.
    pub created: String,
    /// What GitHub Actions said of the run: repository, ref, sha, run id and attempt, workflow.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub github: BTreeMap<String, String>,
}

/// The variables of GitHub Actions that an envelope repeats.
const GITHUB: [&str; 8] = [
    "GITHUB_REPOSITORY",
    "GITHUB_REPOSITORY_ID",
    "GITHUB_REF",
    "GITHUB_SHA",
    "GITHUB_RUN_ID",
    "GITHUB_RUN_ATTEMPT",
    "GITHUB_WORKFLOW_REF",
    "GITHUB_EVENT_NAME",
];

impl Envelope {
    /// The envelope of a plan that is made now, in this job, about `about`.
    pub fn now(plan_id: &Sha, about: &BTreeMap<String, String>) -> Self {
        let seconds = aws_smithy_types::DateTime::from(std::time::SystemTime::now()).secs();
        let created = aws_smithy_types::DateTime::from_secs(seconds);
        let created = created.fmt(aws_smithy_types::date_time::Format::DateTime).unwrap_or_default();
        let github =
            GITHUB.iter().filter_map(|key| environment::variable(key).map(|value| (key.to_lowercase(), value)));
        Self {
            plan_id: plan_id.to_string(),
            tool_version: env!("CARGO_PKG_VERSION").into(),
            created,
            github: github.chain(about.clone()).collect(),
        }
    }
}

/// A bundle that cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// A file cannot be read or written.
    #[error("{path}: {error}")]
    Io { path: PathBuf, error: io::Error },
    /// There is no plan in the folder.
    #[error(
        "{folder} is not a plan bundle: {why}; run `serverless-app plan`, and give the folder that it writes, \
         serverless-app-plan or that of --out"
    )]
    NoPlan {
        /// What was given.
        folder: PathBuf,
        /// What is there instead.
        why: String,
    },
    /// The folder holds something else.
    #[error("{0} exists and is not a bundle; give another folder with --out, or remove it")]
    NotABundle(PathBuf),
    /// The plan cannot be written as JSON.
    #[error("the plan cannot be written: {0}")]
    Unwritable(#[from] serde_json::Error),
    /// The plan cannot be read.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The plan is not the approved one.
    #[error(
        "{path} is {found}, not the expected {expected}: it was changed after it was approved, or another plan was approved"
    )]
    Mismatch {
        /// The plan file.
        path: PathBuf,
        /// The approved id.
        expected: Sha,
        /// The file's.
        found: Sha,
    },
    /// The envelope, or what stands in a plan's place, is not what this tool writes.
    #[error("{path}: {error}")]
    Envelope {
        path: PathBuf,
        /// What is wrong, with line and column.
        error: serde_json::Error,
    },
    /// A file is not what it was when the plan was made.
    #[error("{path} has changed since the plan was made; plan again")]
    Changed { path: PathBuf },
    /// A blob is not the one that the plan names.
    #[error("{path}: its SHA-256 or size is not what the plan says; the bundle was changed")]
    Blob { path: PathBuf },
}

impl BundleError {
    failures! {
        Self::Io { .. } | Self::NoPlan { .. } | Self::NotABundle(_) | Self::Unwritable(_) => Bundle, Failed;
        Self::Envelope { .. } | Self::Changed { .. } => Bundle, Failed;
        Self::Plan(_) => Bundle, NotApproved;
        Self::Mismatch { .. } => PlanIdMismatch, NotApproved;
        Self::Blob { .. } => BlobMismatch, NotApproved;
    }
}

/// What takes the place of a plan that could not be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// The failure reason.
    pub reason: String,
    /// The message.
    pub message: String,
}

impl Failure {
    /// The failure in a bundle's folder, if there is one.
    pub fn read(folder: &Path) -> Result<Option<Self>, BundleError> {
        let path = folder.join("failure.json");
        match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).map(Some).map_err(|error| BundleError::Envelope { path, error }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(BundleError::Io { path, error }),
        }
    }

    /// Writes the failure in a bundle's place.
    pub fn write(&self, folder: &Path) -> Result<(), BundleError> {
        if folder.exists() && !is_replaceable(folder)? {
            return Err(BundleError::NotABundle(folder.into()));
        }
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(at(folder))?;
        }
        fs::create_dir_all(folder).map_err(at(folder))?;
        write(&folder.join("failure.json"), &serde_json::to_vec_pretty(self)?)
    }
}

/// A bundle that was read: its plan and where its blobs are.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// The plan id.
    pub id: Sha,
    /// The plan.
    pub plan: Plan,
    /// The plan file's bytes.
    pub bytes: Vec<u8>,
    folder: PathBuf,
}

impl Bundle {
    /// Reads a bundle; with `expect`, its plan must have that id, and its blobs are checked too. Nothing is parsed
    /// before the digest fits.
    pub fn open(folder: &Path, expect: Option<Sha>) -> Result<Self, BundleError> {
        let path = folder.join("plan.json");
        let bytes = read_plan(folder)?;
        let found = file::id(&bytes);
        if let Some(expected) = expect.filter(|expected| *expected != found) {
            return Err(BundleError::Mismatch { path, expected, found });
        }
        let plan = file::read(&bytes)?;
        let bundle = Self { id: found, plan, bytes, folder: folder.into() };
        if expect.is_some() {
            bundle.check_blobs()?;
        }
        Ok(bundle)
    }

    /// Facts beside the hash, for `publish` in the job that wrote them and for `show`; `verify` and `apply` do not read
    /// them. A plan without them would look as if nothing forbade it, so they must not be missing.
    pub fn extra(&self) -> Result<Extra, BundleError> {
        let path = self.folder.join("extra.json");
        serde_json::from_slice(&read(&path)?).map_err(|error| BundleError::Envelope { path, error })
    }

    /// Where the plan says that it came from.
    pub fn envelope(&self) -> Result<Envelope, BundleError> {
        let path = self.folder.join("envelope.json");
        serde_json::from_slice(&read(&path)?).map_err(|error| BundleError::Envelope { path, error })
    }

    /// A file beside the plan.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The folder of the blobs.
    pub fn blobs(&self) -> PathBuf {
        self.folder.join("blobs")
    }

    fn check_blobs(&self) -> Result<(), BundleError> {
        let zips = self.plan.blobs.iter().map(|(hex, Blob { size, .. })| (format!("{hex}.zip"), hex.clone(), *size));
        let files = bodies(&self.plan).into_iter().map(|body| (body.digest.hex(), body.digest.hex(), body.size));
        for (name, hex, size) in zips.chain(files) {
            let path = self.blobs().join(name);
            let bytes = read(&path)?;
            if Sha::of(&bytes).hex() != hex || bytes.len() as u64 != size {
                return Err(BundleError::Blob { path });
            }
        }
        Ok(())
    }

    /// Writes a bundle in place of an older one, or into a new folder; gives the plan id. A reader never sees half
    /// of one: it is made beside its place and moved there. `markdown` says what the plan with this id reads like.
    pub fn write(
        folder: &Path,
        plan: &Plan,
        contents: Contents,
        markdown: impl FnOnce(&Sha) -> String,
        extra: &Extra,
        about: &BTreeMap<String, String>,
    ) -> Result<Sha, BundleError> {
        let bytes = file::write(plan)?;
        let id = file::id(&bytes);
        let made = draft(folder)?;
        write(&made.path().join("plan.json"), &bytes)?;
        write(&made.path().join("plan.md"), markdown(&id).as_bytes())?;
        let mut envelope = serde_json::to_vec_pretty(&Envelope::now(&id, about))?;
        envelope.push(b'\n');
        write(&made.path().join("envelope.json"), &envelope)?;
        write(&made.path().join("extra.json"), &serde_json::to_vec_pretty(extra)?)?;
        let within = made.path().join("blobs");
        fs::create_dir(&within).map_err(at(&within))?;
        for (hex, zip) in contents.zips.iter().filter(|(hex, _)| plan.blobs.contains_key(*hex)) {
            let path = within.join(format!("{hex}.zip"));
            zip.write(&path).map_err(at(&path))?;
        }
        for body in bodies(plan) {
            copy(body, contents.files, &within.join(body.digest.hex()))?;
        }
        place(made, folder)?;
        Ok(id)
    }
}

/// What lies in a bundle beside its plan, by the hex digits of its SHA-256; what no call names stays out.
#[derive(Debug, Clone, Copy)]
pub struct Contents<'a> {
    /// The functions' zips.
    pub zips: &'a BTreeMap<String, Zip>,
    /// Where the files of buckets come from.
    pub files: &'a BTreeMap<String, Origin>,
}

/// The files that calls send, each once; empty ones need no bundle.
fn bodies(plan: &Plan) -> Vec<&Body> {
    let calls = plan.changes.iter().flat_map(|change| &change.steps).map(|step| &step.call);
    let all: BTreeMap<Sha, &Body> = calls.flat_map(Call::bodies).map(|body| (body.digest, body)).collect();
    all.into_values().filter(|body| body.size > 0).collect()
}

/// Copies a file that must still be the one that was planned with.
fn copy(body: &Body, files: &BTreeMap<String, Origin>, to: &Path) -> Result<(), BundleError> {
    let from = files.get(&body.digest.hex()).cloned().unwrap_or_default();
    let bytes = from.read().map_err(at(&from.path))?;
    match Sha::of(&bytes) == body.digest {
        true => write(to, &bytes),
        false => Err(BundleError::Changed { path: from.path }),
    }
}

/// The id of the plan in a bundle's folder. Nothing is parsed.
pub fn plan_id(folder: &Path) -> Result<Sha, BundleError> {
    Ok(file::id(&read_plan(folder)?))
}

/// A new folder beside `folder`, for a bundle that takes its place once it is complete. It is deleted if that never
/// happens. Only a bundle is ever replaced.
pub fn draft(folder: &Path) -> Result<TempDir, BundleError> {
    if folder.exists() && !is_replaceable(folder)? {
        return Err(BundleError::NotABundle(folder.into()));
    }
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(at(parent))?;
    tempfile::Builder::new().prefix(".bundle-").tempdir_in(parent).map_err(at(parent))
}

/// Moves a draft to its place.
pub fn place(draft: TempDir, folder: &Path) -> Result<(), BundleError> {
    if folder.exists() {
        if !is_replaceable(folder)? {
            return Err(BundleError::NotABundle(folder.into()));
        }
        fs::remove_dir_all(folder).map_err(at(folder))?;
    }
    fs::rename(draft.path(), folder).map_err(at(folder))?;
    // It is somewhere else now: there is nothing to clean up.
    let _ = draft.keep();
    Ok(())
}

/// True for an empty folder and for one that holds nothing but a bundle.
fn is_replaceable(folder: &Path) -> Result<bool, BundleError> {
    let known = [
        "plan.json",
        "plan.md",
        "envelope.json",
        "extra.json",
        "blobs",
        "receipt.json",
        "journal.jsonl",
        "failure.json",
    ];
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let name = entry.map_err(at(folder))?.file_name();
        if !known.iter().any(|known| name == *known) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The plan file's bytes; where there is none, what is there instead.
fn read_plan(folder: &Path) -> Result<Vec<u8>, BundleError> {
    let no_plan = |why: String| BundleError::NoPlan { folder: folder.into(), why };
    match fs::read(folder.join("plan.json")) {
        Ok(bytes) => Ok(bytes),
        Err(_) if folder.is_file() => Err(no_plan("it is a file".into())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => match Failure::read(folder) {
            Ok(Some(failure)) => Err(no_plan(format!("there is none, because planning failed ({})", failure.reason))),
            _ if folder.is_dir() => Err(no_plan("it holds no plan.json".into())),
            _ => Err(no_plan("there is no such folder".into())),
        },
        Err(error) => Err(at(&folder.join("plan.json"))(error)),
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> BundleError {
    let path = path.to_owned();
    move |error| BundleError::Io { path, error }
}

fn read(path: &Path) -> Result<Vec<u8>, BundleError> {
    fs::read(path).map_err(at(path))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), BundleError> {
    fs::write(path, bytes).map_err(at(path))
}
