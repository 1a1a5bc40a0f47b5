//! What started a workflow, from the payload that GitHub writes to a file.

#![expect(clippy::disallowed_methods, reason = "it reads the event's file")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// What started the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A pull request was opened or changed.
    PullRequest(Box<PullRequest>),
    /// A branch moved.
    Push(Push),
    /// Somebody started the workflow by hand.
    WorkflowDispatch(WorkflowDispatch),
    /// The merge queue asks.
    MergeGroup(MergeGroup),
    /// It is time.
    Schedule,
    /// Anything else, by its name.
    Other(String),
}

/// A pull request, as payloads and the REST API report it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PullRequest {
    /// Its number.
    pub number: u64,
    /// Where it comes from.
    pub head: Side,
    /// Where it goes.
    pub base: Side,
    /// When it was merged, in RFC 3339.
    #[serde(default)]
    pub merged_at: Option<String>,
    /// The commit that it became.
    #[serde(default)]
    pub merge_commit_sha: Option<String>,
}

/// One side of a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Side {
    /// The branch.
    #[serde(rename = "ref")]
    pub branch: String,
    /// Its tip.
    pub sha: String,
    /// The repository; `None` if it has been deleted.
    pub repo: Option<Repository>,
}

/// A repository.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Repository {
    /// The id, which outlives the name.
    pub id: u64,
    /// `owner/name`.
    pub full_name: String,
    /// The default branch, where it is reported.
    #[serde(default)]
    pub default_branch: Option<String>,
}

impl PullRequest {
    /// True unless it comes from this repository itself.
    pub fn is_fork(&self, repository_id: u64) -> bool {
        self.head.repo.as_ref().is_none_or(|repo| repo.id != repository_id)
    }
}

/// A branch that moved.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Push {
    /// Where the branch was before, as 40 hex digits; all of them 0 if there was no such branch.
    pub before: String,
    /// Where the branch is now.
    pub after: String,
    /// The branch, as `refs/heads/main`.
    #[serde(rename = "ref")]
    pub git_ref: String,
    pub repository: Repository,
}

impl Push {
    /// The commit that the branch was at before; `None` if the branch has just been made.
    pub fn was_at(&self) -> Option<&str> {
        Some(self.before.as_str()).filter(|commit| commit.bytes().any(|digit| digit != b'0'))
    }
}

/// A start by hand.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct WorkflowDispatch {
    /// What was asked for.
    #[serde(default, deserialize_with = "or_default")]
    pub inputs: BTreeMap<String, serde_json::Value>,
    /// The ref that it was started on.
    #[serde(rename = "ref")]
    pub git_ref: String,
    pub repository: Repository,
}

/// A group of the merge queue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MergeGroup {
    /// The commit that would become the base's tip.
    pub head_sha: String,
    /// `refs/heads/gh-readonly-queue/<base>/pr-<number>-<sha>`.
    pub head_ref: String,
    /// What the group is built on.
    pub base_sha: String,
    /// The branch that it goes to.
    pub base_ref: String,
}

impl MergeGroup {
    /// The number of the pull request that the group ends with.
    pub fn number(&self) -> Option<u64> {
        queued(&self.head_ref).map(|(number, _)| number)
    }

    /// The pull requests that wait before this one, first come first, by the queue's branches: each group lies on the
    /// head of the one before it. GitHub lists no pull request for such a commit (`commits/{sha}/pulls` is empty).
    pub fn before(&self, branches: &[(String, String)]) -> Vec<u64> {
        let (mut numbers, mut at) = (Vec::new(), self.base_sha.as_str());
        // Branches outlive their groups, so only commits tell; none is passed twice.
        while let Some((name, _)) = branches.iter().find(|(_, sha)| sha == at)
            && let Some((number, built_on)) = queued(name)
            && numbers.len() < branches.len()
        {
            numbers.push(number);
            at = built_on;
        }
        numbers.reverse();
        numbers
    }

    /// What the names of the queue's branches begin with, without `refs/`.
    pub fn queue(&self) -> Option<String> {
        let (queue, _) = self.head_ref.strip_prefix("refs/")?.rsplit_once('/')?;
        Some(format!("{queue}/pr-"))
    }
}

/// The pull request that a branch of the queue ends with, and the commit that its group was built on.
fn queued(git_ref: &str) -> Option<(u64, &str)> {
    let (number, built_on) = git_ref.rsplit('/').next()?.strip_prefix("pr-")?.split_once('-')?;
    Some((number.parse().ok()?, built_on))
}

fn or_default<'de, D: serde::Deserializer<'de>, T: Default + Deserialize<'de>>(input: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(input)?.unwrap_or_default())
}

/// A payload that is not what GitHub documents.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// It cannot be read.
    #[error("{path}: the event's payload cannot be read: {error}")]
    Io {
        /// Where it should be.
        path: PathBuf,
        /// Why not.
        error: std::io::Error,
    },
    /// It lacks something.
    #[error("{path}: the payload of the event {event} is not what GitHub documents: {error}")]
    Payload {
        /// Where it is.
        path: PathBuf,
        /// Which event.
        event: String,
        /// What is wrong, with line and column.
        error: serde_json::Error,
    },
}

#[derive(Deserialize)]
struct WithPullRequest {
    pull_request: PullRequest,
}

#[derive(Deserialize)]
struct WithMergeGroup {
    merge_group: MergeGroup,
}

impl Event {
    /// Reads the payload of an event of this name.
    pub fn read(name: &str, path: &Path) -> Result<Self, EventError> {
        let text = std::fs::read_to_string(path).map_err(|error| EventError::Io { path: path.into(), error })?;
        let parsed = Self::parse(name, &text);
        parsed.map_err(|error| EventError::Payload { path: path.into(), event: name.into(), error })
    }

    /// The repository, where the event is one of its default branch.
    pub fn repository(&self) -> Option<&Repository> {
        match self {
            Self::Push(push) => Some(&push.repository),
            Self::WorkflowDispatch(started) => Some(&started.repository),
            _ => None,
        }
    }

    fn parse(name: &str, text: &str) -> serde_json::Result<Self> {
        fn of<T: DeserializeOwned>(text: &str) -> serde_json::Result<T> {
            serde_json::from_str(text)
        }
        Ok(match name {
            "pull_request" => Self::PullRequest(Box::new(of::<WithPullRequest>(text)?.pull_request)),
            "push" => Self::Push(of(text)?),
            "workflow_dispatch" => Self::WorkflowDispatch(of(text)?),
            "merge_group" => Self::MergeGroup(of::<WithMergeGroup>(text)?.merge_group),
            "schedule" => Self::Schedule,
            other => Self::Other(other.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PULL: &str = r#"{"pull_request": {"number": 7, "title": "x",
        "head": {"ref": "topic", "sha": "aa", "repo": {"id": 2, "full_name": "fork/shop"}},
        "base": {"ref": "main", "sha": "bb", "repo": {"id": 1, "full_name": "octo/shop", "default_branch": "main"}}}}"#;

    #[test]
    fn a_pull_request_tells_whether_it_is_from_a_fork() {
        let Event::PullRequest(pull) = Event::parse("pull_request", PULL).unwrap() else { panic!("another event") };
        assert_eq!((pull.number, pull.head.sha.as_str(), pull.base.branch.as_str()), (7, "aa", "main"));
        assert!(pull.is_fork(1) && !pull.is_fork(2));
        let deleted = PULL.replace(r#"{"id": 2, "full_name": "fork/shop"}"#, "null");
        let Event::PullRequest(pull) = Event::parse("pull_request", &deleted).unwrap() else { panic!("another event") };
        assert!(pull.is_fork(1));
    }

    #[test]
    fn a_group_tells_who_waits_before_it_and_never_goes_round_in_circles() {
        let queue = "refs/heads/gh-readonly-queue/main";
        let text = |of: &str| of.to_owned();
        let group = MergeGroup {
            head_sha: text("dd"),
            head_ref: format!("{queue}/pr-7-cc"),
            base_sha: text("cc"),
            base_ref: text("refs/heads/main"),
        };
        let branch = |name: &str, sha: &str| (format!("{queue}/{name}"), sha.to_owned());
        let waiting =
            [branch("pr-7-cc", "dd"), branch("pr-6-bb", "cc"), branch("pr-5-aa", "bb"), branch("pr-1-00", "11")];
        assert_eq!(group.before(&waiting), [5, 6]);
        assert_eq!(group.before(&waiting[..1]), [0u64; 0], "alone in the queue");
        assert_eq!(group.before(&[branch("pr-6-cc", "cc")]), [6]);
        assert_eq!(group.before(&[branch("other", "cc")]), [0u64; 0]);
    }

    #[test]
    fn other_events_are_read_and_a_missing_field_is_named() {
        let repository = r#""repository": {"id": 1, "full_name": "octo/shop", "default_branch": "main"}"#;
        let push = |before: &str| {
            let text = format!(r#"{{"before": "{before}", "after": "cc", "ref": "refs/heads/main", {repository}}}"#);
            let Event::Push(push) = Event::parse("push", &text).unwrap() else { panic!("another event") };
            push
        };
        assert_eq!((push("bb").was_at(), push("bb").after.as_str()), (Some("bb"), "cc"));
        assert_eq!(push(&"0".repeat(40)).was_at(), None, "the branch is new");
        let error = Event::parse("push", "{}").unwrap_err();
        assert!(error.to_string().contains("before"), "{error}");
        let by_hand = format!(r#"{{"inputs": null, "ref": "refs/heads/main", {repository}}}"#);
        assert!(matches!(Event::parse("workflow_dispatch", &by_hand).unwrap(), Event::WorkflowDispatch(_)));
        let queue = r#"{"merge_group": {"head_sha": "dd", "base_sha": "bb", "base_ref": "refs/heads/main",
            "head_ref": "refs/heads/gh-readonly-queue/main/pr-12-bb"}}"#;
        assert!(
            matches!(Event::parse("merge_group", queue).unwrap(), Event::MergeGroup(group) if group.number() == Some(12))
        );
        let Event::MergeGroup(group) = Event::parse("merge_group", queue).unwrap() else { panic!("another event") };
        assert_eq!(group.queue().as_deref(), Some("heads/gh-readonly-queue/main/pr-"));
        assert_eq!(Event::parse("schedule", "{}").unwrap(), Event::Schedule);
        assert_eq!(Event::parse("release", "{}").unwrap(), Event::Other("release".into()));
    }
}
