//! `build`, and what other commands know of builds: they use what was built, and build by themselves outside jobs.
//!
//! A process can read the variables of others of the same user, those of its parent included. So not passing a variable
//! on does not hide it from a build; where there are rights to steal, nothing is built.

#![expect(clippy::disallowed_methods, reason = "it makes the folder that functions are built in")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;

use crate::cli;
use crate::commands::project::open;
use crate::commands::{next, print};
use crate::environment;
use crate::error::Error;
use crate::github::runner;
use crate::github::runner::print::say;
use crate::manifest::{Problem, Problems};
use crate::name::Name;
use crate::package::{Builds, Built, Cache, Made, PackageError, Workshop};
use crate::planning::Project;

/// What a build in a job could take.
const RIGHTS: [&str; 14] = [
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_URL",
    "AWS_ACCESS_KEY_ID",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_DEFAULT_PROFILE",
    "AWS_PROFILE",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "GH_TOKEN",
    "GITHUB_TOKEN",
];

/// Builds every function and layer that has a `build`.
pub async fn build(args: &cli::Build) -> Result<u8, Error> {
    if runner::is_job() {
        refuse_rights()?;
    }
    let project = open(&args.project)?;
    let made = make(&project, args.twice).await?;
    made.write(&args.out)?;
    for (what, all) in [("", &made.functions), ("layer ", &made.layers)] {
        for (name, Made { package, .. }) in all {
            print(&format!("{what}{name}: {} bytes, sha256:{}\n", package.zip.size(), package.sha256))?;
        }
    }
    if made.functions.is_empty() && made.layers.is_empty() {
        say(format_args!("No function or layer has a `build`: {} holds nothing.", args.out.display()));
        return Ok(0);
    }
    say(format_args!("Wrote {} ({}).", args.out.display(), made.counted()));
    next::say(&next::plan_built(&args.project, &args.out));
    Ok(0)
}

/// The project, with its builds. If the code matters and is not built yet, it is built now, except in a job, where
/// other people's programs would run with the job's rights.
pub async fn attach(mut project: Project, args: &cli::Builds, is_code_needed: bool) -> Result<Project, Error> {
    project.built = match &args.builds {
        _ if !project.has_builds() => Built::Nowhere,
        Some(folder) => Built::In(Arc::new(Builds::open(folder).map_err(not_taken)?)),
        None if !is_code_needed => Built::AsFar(None),
        None if runner::is_job() => Built::Nowhere,
        None => {
            let folder = tempfile::tempdir().map_err(no_folder)?;
            make(&project, false).await?.write(folder.path())?;
            Built::In(Arc::new(Builds::own(folder).map_err(not_taken)?))
        }
    };
    if !is_code_needed {
        project.built = project.built.as_far();
    }
    Ok(project)
}

/// What was built. The zips may lie in a folder that ends with the cache.
struct Making {
    functions: Vec<(Name, Made)>,
    layers: Vec<(Name, Made)>,
    _cache: Cache,
}

impl Making {
    fn write(&self, folder: &Path) -> Result<(), Error> {
        Builds::write(folder, &self.functions, &self.layers).map_err(|error| match error {
            PackageError::Io { path, source, .. } => Error::Io { path, error: source },
            other => Error::Internal(other.to_string()),
        })
    }

    /// `2 functions and 1 layer`
    fn counted(&self) -> String {
        let count = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
        let functions = count(self.functions.len(), "function");
        match self.layers.len() {
            0 => functions,
            layers => format!("{functions} and {}", count(layers, "layer")),
        }
    }
}

/// Builds in a folder that ends with this.
async fn make(project: &Project, twice: bool) -> Result<Making, Error> {
    let (functions, layers) = (project.functions(), project.layers());
    let (shop, fresh) = (Shop::open()?, runner::fresh_folder()?);
    let cache = Cache::shared(crate::emulator::cache_folder()?, fresh);
    let kept = cache.clone();
    let made = tokio::task::spawn_blocking(move || {
        let say = |line: &str| say(line);
        let make = |folder: &Path, all: &[_]| Workshop { folder, cache: &cache, say: &say, twice }.make(all);
        (make(shop.path(), &functions), make(&shop.path().join("layers"), &layers))
    });
    let (functions, layers) = made.await.map_err(|e| Error::Internal(format!("building was interrupted: {e}")))?;
    let mut failed = Vec::new();
    let functions = sorted(functions, &mut failed, |name, error| project.unpackaged(name, error));
    let layers = sorted(layers, &mut failed, |name, error| project.unpackaged_layer(name, error));
    if failed.is_empty() {
        Ok(Making { functions, layers, _cache: kept })
    } else {
        Err(Error::Package(Problems(failed)))
    }
}

/// What was built; what was not is reported.
fn sorted(
    made: Vec<(Name, Result<Made, PackageError>)>,
    failed: &mut Vec<Problem>,
    problem: impl Fn(&Name, &PackageError) -> Problem,
) -> Vec<(Name, Made)> {
    let mut built = Vec::new();
    for (name, made) in made {
        match made {
            Ok(made) => built.push((name, made)),
            Err(error) => failed.push(problem(&name, &error)),
        }
    }
    built
}

/// The folder that functions are built in. In GitHub Actions it is always the same one, so that a build that keeps its
/// path makes the same in the job before the plan and in the one before the apply.
enum Shop {
    Fixed(PathBuf),
    Fresh(TempDir),
}

impl Shop {
    fn open() -> Result<Self, Error> {
        match environment::path("RUNNER_TEMP").filter(|_| runner::is_here()) {
            Some(folder) => {
                let path = folder.join("serverless-app-build");
                let made = match std::fs::remove_dir_all(&path) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
                    _ => std::fs::create_dir(&path),
                };
                made.map_err(|error| Error::Io { path: path.clone(), error })?;
                Ok(Self::Fixed(path))
            }
            None => Ok(Self::Fresh(tempfile::tempdir().map_err(no_folder)?)),
        }
    }

    fn path(&self) -> &Path {
        match self {
            Self::Fixed(path) => path,
            Self::Fresh(folder) => folder.path(),
        }
    }
}

fn no_folder(error: std::io::Error) -> Error {
    Error::Io { path: environment::temporary_folder(), error }
}

fn not_taken(error: PackageError) -> Error {
    Error::Usage(error.to_string())
}

fn refuse_rights() -> Result<(), Error> {
    let found: Vec<&str> = RIGHTS.into_iter().filter(|name| environment::variable(name).is_some()).collect();
    if found.is_empty() { Ok(()) } else { Err(Error::BuildWithRights(found.join(", "))) }
}
