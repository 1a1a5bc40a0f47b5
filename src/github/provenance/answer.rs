//! What GitHub tells of runs and reviews.

use serde::Deserialize;

/// A run of a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Run {
    /// Its id.
    pub id: u64,
    /// Its attempt, from 1.
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
    /// What its author is to the repository.
    #[serde(default)]
    pub author_association: Option<String>,
}

impl Review {
    /// True if somebody who belongs to the repository approved. Anybody can approve a public pull request.
    pub fn is_approval(&self) -> bool {
        let belongs = matches!(self.author_association.as_deref(), Some("OWNER" | "MEMBER" | "COLLABORATOR"));
        self.state == "APPROVED" && belongs
    }
}
