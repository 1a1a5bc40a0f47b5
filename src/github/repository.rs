//! What GitHub says of a repository. Shapes: GitHub's REST API, "Get a repository".

use serde::Deserialize;

use super::api::{Api, ApiError};
use super::runner::Runner;

/// A repository, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Repository {
    /// Its id, which outlives its name.
    pub id: u64,
    /// Who owns it.
    pub owner: RepositoryOwner,
    /// The branch that pull requests go to unless said otherwise.
    pub default_branch: String,
}

/// A user or an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RepositoryOwner {
    /// Its id, which outlives its name.
    pub id: u64,
}

/// Asks GitHub about `owner/name`, with the token in `GITHUB_TOKEN`. One call.
pub async fn look_up(name: &str) -> Result<Repository, ApiError> {
    Api::connect(&Runner::elsewhere(name))?.get("").await
}
