//! The runner that a job runs on: its variables, its files, its workflow commands. The only place that reads the
//! environment of GitHub Actions.
//!
//! Outputs and the job's summary go into files that GitHub names, in the documented form; a value can contain anything,
//! because each ends with a delimiter that nobody can foresee. Workflow commands go to stderr, so that the result on
//! stdout stays what it is; GitHub reads both.

#![expect(clippy::disallowed_methods, reason = "it writes the job's outputs and summary")]

use std::fs::OpenOptions;
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::path::{Path, PathBuf};

mod frame;
pub mod print;

use super::event::{Event, EventError};
use crate::environment;

/// The most that GitHub takes of one step's summary, in bytes.
const SUMMARY_LIMIT: usize = 1024 * 1024;

/// What GitHub Actions says of the job.
#[derive(Debug, Clone, Default)]
pub struct Runner {
    /// `owner/name`.
    pub repository: String,
    /// The repository's id, which outlives its name.
    pub repository_id: u64,
    /// Where the REST API answers.
    pub api_url: String,
    /// Where people look.
    pub server_url: String,
    /// The workflow run.
    pub run_id: u64,
    /// Its attempt, from 1.
    pub run_attempt: u32,
    /// The commit that the run is about.
    pub sha: String,
    /// The ref that the run is about, such as `refs/heads/main`.
    pub git_ref: String,
    /// What started the run.
    pub event_name: String,
    /// `owner/name/.github/workflows/file.yml@ref`.
    pub workflow_ref: String,
    /// What the machine is called; empty where nobody says.
    pub runner_name: String,
    /// The folder that everything is checked out into.
    pub workspace: Option<PathBuf>,
    pub(super) event_path: PathBuf,
    pub(super) output: Option<PathBuf>,
    pub(super) summary: Option<PathBuf>,
}

/// The job's environment is not what GitHub documents, or its files cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum RunnerError {
    /// A variable is missing or no number.
    #[error("GITHUB_ACTIONS is true, but {0} is not set as GitHub sets it")]
    Variable(&'static str),
    /// An output whose name could write another one.
    #[error("{0:?} cannot be an output of a step: use letters, digits, `_` and `-`")]
    OutputName(String),
    /// A file that GitHub names cannot be written.
    #[error("{path}: {error}")]
    File { path: PathBuf, error: std::io::Error },
    /// The event's payload is not what GitHub documents.
    #[error(transparent)]
    Event(#[from] EventError),
}

impl Runner {
    /// The runner that this process is on; `None` outside of GitHub Actions.
    pub fn from_env() -> Result<Option<Self>, RunnerError> {
        Self::of(environment::variable)
    }

    /// Nobody's runner, to ask GitHub about a repository from elsewhere.
    pub fn elsewhere(repository: &str) -> Self {
        let api_url = environment::variable("GITHUB_API_URL").unwrap_or_else(|| "https://api.github.com".into());
        Self { repository: repository.to_owned(), api_url, ..Self::default() }
    }

    fn of(get: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, RunnerError> {
        if get("GITHUB_ACTIONS").as_deref() != Some("true") {
            return Ok(None);
        }
        let text = |name: &'static str| get(name).filter(|value| !value.is_empty()).ok_or(RunnerError::Variable(name));
        let number = |name| text(name)?.parse::<u64>().map_err(|_| RunnerError::Variable(name));
        let attempt = number("GITHUB_RUN_ATTEMPT")?;
        let path = |name| get(name).filter(|path| !path.is_empty()).map(PathBuf::from);
        Ok(Some(Self {
            repository: text("GITHUB_REPOSITORY")?,
            repository_id: number("GITHUB_REPOSITORY_ID")?,
            api_url: text("GITHUB_API_URL")?,
            server_url: text("GITHUB_SERVER_URL")?,
            run_id: number("GITHUB_RUN_ID")?,
            run_attempt: attempt.try_into().map_err(|_| RunnerError::Variable("GITHUB_RUN_ATTEMPT"))?,
            sha: text("GITHUB_SHA")?,
            git_ref: text("GITHUB_REF")?,
            event_name: text("GITHUB_EVENT_NAME")?,
            workflow_ref: text("GITHUB_WORKFLOW_REF")?,
            runner_name: get("RUNNER_NAME").unwrap_or_default(),
            event_path: text("GITHUB_EVENT_PATH")?.into(),
            workspace: path("GITHUB_WORKSPACE"),
            output: path("GITHUB_OUTPUT"),
            summary: path("GITHUB_STEP_SUMMARY"),
        }))
    }

    /// What started the run, with its payload.
    pub fn event(&self) -> Result<Event, RunnerError> {
        Ok(Event::read(&self.event_name, &self.event_path)?)
    }

    /// The name of the workflow's file.
    pub fn workflow_file(&self) -> Result<&str, RunnerError> {
        let path = self.workflow_ref.split('@').next().unwrap_or_default();
        let file = path.split_once("/.github/workflows/").map(|(_, file)| file);
        file.filter(|file| !file.is_empty()).ok_or(RunnerError::Variable("GITHUB_WORKFLOW_REF"))
    }

    /// Where people find the run.
    pub fn run_url(&self) -> String {
        format!("{}/{}/actions/runs/{}", self.server_url, self.repository, self.run_id)
    }

    /// Gives the step an output. A name that GitHub would not take, or that would write more than itself, is an error.
    pub fn set_output(&self, name: &str, value: &str) -> Result<(), RunnerError> {
        let Some(path) = &self.output else { return Ok(()) };
        if !is_output_name(name) {
            return Err(RunnerError::OutputName(name.escape_debug().to_string()));
        }
        let delimiter = delimiter(value);
        append(path, &format!("{name}<<{delimiter}\n{value}\n{delimiter}\n"))
    }

    /// How many bytes the step's summary takes yet.
    pub fn summary_room(&self) -> usize {
        let used = self.summary.as_ref().and_then(|path| std::fs::metadata(path).ok()).map_or(0, |file| file.len());
        SUMMARY_LIMIT.saturating_sub(usize::try_from(used).unwrap_or(SUMMARY_LIMIT))
    }

    /// Adds to what the run's page shows of the step. What exceeds GitHub's limit is left out, with a note.
    pub fn add_summary(&self, markdown: &str) -> Result<(), RunnerError> {
        let Some(path) = &self.summary else { return Ok(()) };
        append(path, &fitting(markdown, self.summary_room()))
    }
}

/// Letters, digits, `_` and `-`, not beginning with a digit or `-`.
pub fn is_output_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// As many whole lines as fit, and a note if some do not.
fn fitting(markdown: &str, room: usize) -> String {
    const NOTE: &str = "\n_The rest is too long for a summary: it is in the artifact._\n";
    if markdown.len() < room {
        return format!("{markdown}\n");
    }
    let mut kept = String::new();
    for line in markdown.split_inclusive('\n') {
        if kept.len() + line.len() + NOTE.len() > room {
            break;
        }
        kept.push_str(line);
    }
    if room < NOTE.len() { String::new() } else { kept + NOTE }
}

/// A line that the value does not hold. It is random, as the keys of the standard library's hash maps are, so that
/// whoever wrote the value could not foresee it.
fn delimiter(value: &str) -> String {
    loop {
        let random = || RandomState::new().hash_one(value);
        let line = format!("end-{:016x}{:016x}", random(), random());
        if !value.contains(&line) {
            return line;
        }
    }
}

fn append(path: &Path, text: &str) -> Result<(), RunnerError> {
    let written =
        OpenOptions::new().append(true).create(true).open(path).and_then(|mut f| f.write_all(text.as_bytes()));
    written.map_err(|error| RunnerError::File { path: path.into(), error })
}

/// True in a job of GitHub Actions.
pub fn is_here() -> bool {
    environment::variable("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// True in a job of GitHub's or of anybody else.
pub fn is_job() -> bool {
    is_here() || environment::variable("CI").is_some()
}

/// A new folder for this process alone, in the job's own folder for temporary files; it ends when it is dropped.
pub fn fresh_folder() -> Result<tempfile::TempDir, RunnerError> {
    let parent = environment::path("RUNNER_TEMP").unwrap_or_else(environment::temporary_folder);
    let made = tempfile::Builder::new().prefix("serverless-app-").tempdir_in(&parent);
    made.map_err(|error| RunnerError::File { path: parent, error })
}

/// Hides a value in everything that the job prints from now on.
pub fn mask(secret: &str) {
    for line in secret.lines().filter(|line| !line.is_empty()) {
        print::command("add-mask", &[], line);
    }
}

/// Where in the repository an annotation belongs.
#[derive(Debug, Clone, Copy)]
pub struct Location<'a> {
    /// The file.
    pub file: &'a str,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
}

/// An error that the run's page and the pull request show, at a place if it has one. The place's file is relative to
/// where the process works, as people name it; GitHub gets its path in the repository.
pub fn annotate(place: Option<Location<'_>>, title: &str, message: &str) {
    annotate_as("error", place, title, message);
}

fn annotate_as(level: &'static str, place: Option<Location<'_>>, title: &str, message: &str) {
    let Some(Location { file, line, column }) = place else {
        return print::command(level, &[("title", title)], message);
    };
    let (file, line, column) = (in_repository(file), line.to_string(), column.to_string());
    print::command(level, &[("file", &file), ("line", &line), ("col", &column), ("title", title)], message);
}

/// A file's path in the checkout, where both are known.
fn in_repository(file: &str) -> String {
    let inside = environment::path("GITHUB_WORKSPACE").and_then(|root| {
        let (root, path) = (root.canonicalize().ok()?, Path::new(file).canonicalize().ok()?);
        Some(path.strip_prefix(root).ok()?.display().to_string())
    });
    inside.unwrap_or_else(|| file.to_owned())
}

/// A warning of the same kind.
pub fn warn(title: &str, message: &str) {
    warn_at(None, title, message);
}

/// A warning at a place, if it has one.
pub fn warn_at(place: Option<Location<'_>>, title: &str, message: &str) {
    annotate_as("warning", place, title, message);
}

/// A message as GitHub's runner reads it: it ends at no line break.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property, which a comma or colon would end too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(more: &[(&str, &str)]) -> impl Fn(&str) -> Option<String> {
        let mut all = vec![
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_REPOSITORY", "octo/shop"),
            ("GITHUB_REPOSITORY_ID", "42"),
            ("GITHUB_API_URL", "https://api.github.com"),
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_RUN_ID", "7"),
            ("GITHUB_RUN_ATTEMPT", "2"),
            ("GITHUB_SHA", "abc"),
            ("GITHUB_REF", "refs/heads/main"),
            ("GITHUB_EVENT_NAME", "push"),
            ("GITHUB_EVENT_PATH", "event.json"),
            ("GITHUB_WORKFLOW_REF", "octo/shop/.github/workflows/a.yml@refs/heads/main"),
        ];
        all.extend(more);
        let all: Vec<(String, String)> = all.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        move |name| all.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    }

    #[test]
    fn the_environment_is_read_or_the_variable_is_named() {
        assert!(Runner::of(|_| None).unwrap().is_none());
        let runner = Runner::of(variables(&[])).unwrap().unwrap();
        assert_eq!((runner.repository_id, runner.run_attempt), (42, 2));
        assert_eq!(runner.run_url(), "https://github.com/octo/shop/actions/runs/7");
        assert_eq!(runner.workflow_file().unwrap(), "a.yml");
        let nowhere = Runner { workflow_ref: "octo/shop/a.yml@refs/heads/main".into(), ..Runner::default() };
        assert!(nowhere.workflow_file().is_err());
        let error = Runner::of(variables(&[("GITHUB_RUN_ID", "x")])).unwrap_err();
        assert!(error.to_string().contains("GITHUB_RUN_ID"), "{error}");
    }

    #[test]
    fn an_output_can_hold_anything() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("output");
        let runner = Runner::of(variables(&[("GITHUB_OUTPUT", path.to_str().unwrap())])).unwrap().unwrap();
        runner.set_output("one", "a\nEOF\nother=injected").unwrap();
        runner.set_output("two", "b").unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let delimiter = lines[0].strip_prefix("one<<").unwrap();
        assert_eq!(delimiter.len(), 36);
        assert_eq!(lines[1..5], ["a", "EOF", "other=injected", delimiter]);
        assert!(lines[5].starts_with("two<<") && lines[5] != format!("two<<{delimiter}"));
    }

    #[test]
    fn a_name_that_writes_more_than_itself_is_no_output() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("output");
        let runner = Runner::of(variables(&[("GITHUB_OUTPUT", path.to_str().unwrap())])).unwrap().unwrap();
        for name in ["a\nfailure-reason=x", "", "1a", "a=b", "a<<b", "-a"] {
            assert!(runner.set_output(name, "v").is_err(), "{name:?}");
        }
        assert!(!path.exists());
    }

    #[test]
    fn a_summary_keeps_whole_lines_within_the_limit() {
        assert_eq!(fitting("a\nb\n", 100), "a\nb\n\n");
        let long = "0123456789\n".repeat(20);
        let cut = fitting(&long, 120);
        assert!(cut.len() <= 120 && cut.starts_with("0123456789\n") && cut.contains("too long"), "{cut}");
        assert_eq!(fitting(&long, 10), "");
    }
}
