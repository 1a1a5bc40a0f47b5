//! Comments on the pull request: one for the plan of an app and stage, edited in place, and one for each result.
//!
//! A comment is ours if its first line is our marker and the Actions app wrote it: both, since anybody can write the
//! marker, and the app writes other things too.

use serde::{Deserialize, Serialize};

use super::api::{Api, ApiError};

/// The most characters that GitHub takes.
pub const LIMIT: usize = 65_536;
/// Who writes with a job's token.
const AUTHOR: &str = "github-actions[bot]";

/// A comment as GitHub reports it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Comment {
    pub id: u64,
    /// Its text; GitHub may have none for a comment that it hides.
    #[serde(default)]
    pub body: Option<String>,
    /// Where people see it.
    pub html_url: String,
    /// Who wrote it; none if the account is gone.
    pub user: Option<User>,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct User {
    /// The name, such as `octocat`.
    pub login: String,
    /// `User`, `Bot`, ...
    #[serde(rename = "type")]
    pub of: String,
}

#[derive(Serialize)]
struct Body<'a> {
    body: &'a str,
}

impl Comment {
    /// True if the Actions app wrote it.
    pub fn is_by_actions(&self) -> bool {
        self.user.as_ref().is_some_and(|user| user.login == AUTHOR && user.of == "Bot")
    }

    /// What stands below the marker, if that is its first line.
    pub fn below(&self, marker: &str) -> Option<&str> {
        let body = self.body.as_deref()?;
        let (first, rest) = body.split_once('\n').unwrap_or((body, ""));
        (first.trim_end() == marker).then_some(rest)
    }
}

/// Our comments with this marker, the oldest first. There is one, unless an answer was lost or somebody else's job
/// writes some.
pub async fn all(api: &Api, number: u64, marker: &str) -> Result<Vec<Comment>, ApiError> {
    let comments: Vec<Comment> = api.pages(&format!("/issues/{number}/comments"), None).await?;
    Ok(comments.into_iter().filter(|comment| comment.is_by_actions() && comment.below(marker).is_some()).collect())
}

async fn find(api: &Api, number: u64, marker: &str) -> Result<Option<Comment>, ApiError> {
    Ok(all(api, number, marker).await?.into_iter().next())
}

/// Writes our comment with this marker: in place of an older one, or a new one. `text` must leave room for the
/// marker, which is put before it.
pub async fn put(api: &Api, number: u64, marker: &str, text: &str) -> Result<Comment, ApiError> {
    let body = format!("{marker}\n{text}");
    if let Some(old) = find(api, number, marker).await? {
        return api.patch(&format!("/issues/comments/{}", old.id), &Body { body: &body }).await;
    }
    match api.post(&format!("/issues/{number}/comments"), &Body { body: &body }).await {
        // The answer was lost: it may be there all the same.
        Err(error) if error.is_lost() => match find(api, number, marker).await? {
            Some(made) => Ok(made),
            None => api.post(&format!("/issues/{number}/comments"), &Body { body: &body }).await,
        },
        answered => answered,
    }
}
