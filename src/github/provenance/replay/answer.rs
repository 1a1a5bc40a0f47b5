//! What GitHub reports about commits, jobs and deployments.

use serde::Deserialize;

/// How a branch stands to a commit. Shape: "Compare two commits".
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Comparison {
    /// `ahead`: the branch has everything of the commit, and more; `identical`, `behind`, `diverged`.
    pub status: String,
    /// How many commits the branch has that the commit has not.
    pub total_commits: u64,
    /// These, or the first 250 of them.
    pub commits: Vec<Commit>,
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Commit {
    /// Its SHA.
    pub sha: String,
}

/// A deployment: GitHub makes one when a job that names an environment is reached. Shape: "List deployments".
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Deployment {
    pub id: u64,
    /// The commit that is deployed.
    pub sha: String,
}

/// What was said of a deployment at some time. Shape: "List deployment statuses".
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Status {
    /// `waiting`, `queued`, `in_progress`, `success`, `failure`, `inactive`, ...
    pub state: String,
    /// The job, for what Actions deploys.
    #[serde(default)]
    pub log_url: Option<String>,
    /// The same, as it was called before.
    #[serde(default)]
    pub target_url: Option<String>,
}

/// A job of a run. Shape: "List jobs for a workflow run".
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Job {
    /// As people see it, such as `verify (production)`.
    pub name: String,
    /// `queued`, `in_progress`, `completed`, ...
    pub status: String,
    /// `success`, `failure`, `skipped`, ...; `None` until it is over.
    #[serde(default)]
    pub conclusion: Option<String>,
    /// Where it runs; `None` until that is known.
    #[serde(default)]
    pub runner_name: Option<String>,
}
