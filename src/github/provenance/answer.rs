//! What GitHub reports about runs and reviews.

use serde::Deserialize;

/// A run of a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct WorkflowRun {
    pub id: u64,
    /// Its attempt, from 1; GitHub's description does not promise it.
    #[serde(default = "first")]
    pub run_attempt: u32,
    /// What started it.
    pub event: String,
    /// The commit that it is about.
    pub head_sha: String,
    /// How it ended, once it has: `skipped` if none of its jobs had to run.
    #[serde(default)]
    pub conclusion: Option<String>,
    /// The workflow's file, with `@` and a ref after it in some answers.
    pub path: String,
    /// When the attempt began, in RFC 3339.
    #[serde(default)]
    pub run_started_at: Option<String>,
    /// Where the commit lies; `None` if that repository is gone.
    pub head_repository: Option<HeadRepository>,
    /// `queued`, `in_progress`, `completed`, ...
    #[serde(default)]
    pub status: Option<String>,
}

fn first() -> u32 {
    1
}

/// Where a run's commit lies.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct HeadRepository {
    /// The id of the repository.
    pub id: u64,
}

/// A review of a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Review {
    /// `APPROVED`, `CHANGES_REQUESTED`, ...
    pub state: String,
    /// When it was given, in RFC 3339.
    #[serde(default)]
    pub submitted_at: Option<String>,
    /// The commit that was reviewed; `None` if it is gone.
    #[serde(default)]
    pub commit_id: Option<String>,
    /// Who gave it; `None` if the account is gone.
    #[serde(default)]
    pub user: Option<Reviewer>,
}

/// Who gave a review.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Reviewer {
    /// The name, such as `octocat`.
    pub login: String,
}
