//! One issue for each stage, which says what has drifted: it is opened when drift is found, kept up to date, and closed
//! when the drift is gone.

use serde::{Deserialize, Serialize};

use super::api::{Api, ApiError};
use super::comment::User;

/// An issue as GitHub reports it; a pull request is one too.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Issue {
    number: u64,
    state: String,
    #[serde(default)]
    body: Option<String>,
    user: Option<User>,
    #[serde(default)]
    pull_request: Option<serde_json::Value>,
}

#[derive(Serialize)]
struct New<'a> {
    title: &'a str,
    body: &'a str,
}

#[derive(Serialize)]
struct Change<'a> {
    state: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a str>,
}

/// The first line of the issue.
pub fn marker(app: &str, stage: &str) -> String {
    format!("<!-- serverless-app drift {app}/{stage} -->")
}

async fn find(api: &Api, marker: &str) -> Result<Option<Issue>, ApiError> {
    let all: Vec<Issue> = api.pages("/issues?state=all&creator=github-actions%5Bbot%5D", None).await?;
    let ours = |issue: &Issue| {
        issue.pull_request.is_none()
            && issue.user.as_ref().is_some_and(|user| user.of == "Bot")
            && issue.body.as_deref().and_then(|body| body.lines().next()).is_some_and(|line| line.trim_end() == marker)
    };
    Ok(all.into_iter().find(ours))
}

/// Opens the issue, or brings it up to date.
pub async fn open(api: &Api, marker: &str, title: &str, text: &str) -> Result<(), ApiError> {
    let body = format!("{marker}\n{text}");
    match find(api, marker).await? {
        Some(old) if old.state == "open" && old.body.as_deref() == Some(&body) => Ok(()),
        Some(old) => change(api, old.number, &Change { state: "open", body: Some(&body) }).await,
        None => match api.post::<_, serde_json::Value>("/issues", &New { title, body: &body }).await {
            // The answer was lost: it may be there all the same.
            Err(error) if error.is_lost() && find(api, marker).await?.is_some() => Ok(()),
            Err(error) if error.is_lost() => {
                api.post::<_, serde_json::Value>("/issues", &New { title, body: &body }).await.map(drop)
            }
            made => made.map(drop),
        },
    }
}

/// Closes the issue, if it is open.
pub async fn close(api: &Api, marker: &str) -> Result<(), ApiError> {
    match find(api, marker).await?.filter(|issue| issue.state == "open") {
        Some(issue) => change(api, issue.number, &Change { state: "closed", body: None }).await,
        None => Ok(()),
    }
}

async fn change(api: &Api, number: u64, change: &Change<'_>) -> Result<(), ApiError> {
    api.patch::<_, serde_json::Value>(&format!("/issues/{number}"), change).await.map(drop)
}
