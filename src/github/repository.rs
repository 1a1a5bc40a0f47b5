//! What GitHub says of a repository. Shapes: GitHub's REST API, "Get a repository".

use serde::Deserialize;

use super::api::{Api, ApiError};
use super::runner::Runner;
use super::token::token;

/// A repository, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Repository {
    /// Its id, which outlives its name.
    pub id: u64,
    /// Who owns it.
    pub owner: RepositoryOwner,
    /// The branch that pull requests go to unless said otherwise.
    pub default_branch: String,
    /// True for one that not everybody sees.
    #[serde(default)]
    pub private: bool,
}

/// A user or an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RepositoryOwner {
    /// Its id, which outlives its name.
    pub id: u64,
}

/// What a job's token may do unless its workflow says so. Only who administers the repository may read it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct WorkflowPermissions {
    /// `read` or `write`.
    pub default_workflow_permissions: String,
    /// True if jobs may approve pull requests.
    pub can_approve_pull_request_reviews: bool,
}

/// GitHub, to be asked about `owner/name` from anywhere, with whatever token there is ([`token`]).
pub async fn connect(name: &str) -> Result<Api, ApiError> {
    Api::with(&Runner::elsewhere(name), token().await.ok_or(ApiError::NoToken)?)
}

/// Asks GitHub about `owner/name`. One call.
pub async fn look_up(name: &str) -> Result<Repository, ApiError> {
    connect(name).await?.get("").await
}

/// What jobs' tokens may do in this repository.
pub async fn workflow_permissions(api: &Api) -> Result<WorkflowPermissions, ApiError> {
    api.get("/actions/permissions/workflow").await
}
