//! Check runs: what a pull request's merge box and a commit's page show.

use serde::{Deserialize, Serialize};

use super::api::{Api, ApiError};
use super::comment::Comment;
use crate::canonical::Sha;
use crate::render::fitting;

/// The most bytes of a summary and of a text.
const LIMIT: usize = 65_535;
/// The app whose token jobs get.
const APP: &str = "github-actions";

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conclusion {
    /// All is well.
    Success,
    /// It is not.
    Failure,
    /// Somebody has to do something first.
    ActionRequired,
    /// Neither good nor bad.
    Neutral,
    /// Any other word of GitHub's.
    #[serde(other)]
    Other,
}

/// A check run to make.
#[derive(Debug, Clone, Serialize)]
pub struct New<'a> {
    /// Its name.
    pub name: &'a str,
    /// The commit that it is about.
    pub head_sha: &'a str,
    /// Our own id of what it is about: the plan id.
    pub external_id: &'a str,
    /// Where its details are.
    pub details_url: &'a str,
    /// Always `completed`.
    pub status: &'static str,
    /// How it ended.
    pub conclusion: Conclusion,
    /// What is shown.
    pub output: Output,
}

/// What a check run shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// In a line.
    #[serde(default)]
    pub title: Option<String>,
    /// In Markdown.
    #[serde(default)]
    pub summary: Option<String>,
    /// The details, in Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Output {
    /// Cut to what GitHub takes, at the end of a line.
    pub fn new(title: &str, summary: &str, text: Option<&str>) -> Self {
        let text = text.map(|text| fitting(text, LIMIT));
        Self { title: Some(title.to_owned()), summary: Some(fitting(summary, LIMIT)), text }
    }
}

/// A check run as GitHub tells it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CheckRun {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// The commit that it is about.
    pub head_sha: String,
    /// Our own id of what it is about.
    #[serde(default)]
    pub external_id: Option<String>,
    /// How it ended; `None` while it has not.
    #[serde(default)]
    pub conclusion: Option<Conclusion>,
    /// When it ended, in RFC 3339.
    #[serde(default)]
    pub completed_at: Option<String>,
    /// What it shows.
    pub output: Output,
    /// The app that made it.
    pub app: Option<App>,
    /// Where people see it.
    #[serde(default)]
    pub html_url: Option<String>,
}

/// A GitHub app.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct App {
    /// Its name in URLs.
    #[serde(default)]
    pub slug: Option<String>,
}

impl CheckRun {
    /// True if a job's token made it.
    pub fn is_by_actions(&self) -> bool {
        self.app.as_ref().and_then(|app| app.slug.as_deref()) == Some(APP)
    }

    /// The comment that was posted with it: id and digest of its text.
    pub fn comment(&self) -> Option<(u64, Sha)> {
        let line = self.output.text.as_deref()?.lines().last()?;
        let (id, rest) = line.strip_prefix("<!-- serverless-app comment=")?.split_once(" sha256=")?;
        Some((id.parse().ok()?, format!("sha256:{}", rest.strip_suffix(" -->")?).parse().ok()?))
    }
}

/// The line by which a check run remembers the comment that was posted with it.
pub fn remember(comment: &Comment) -> String {
    format!("<!-- serverless-app comment={} sha256={} -->", comment.id, comment.digest().hex())
}

/// The check runs of this name on a commit, latest first in GitHub's order.
pub async fn find(api: &Api, commit: &str, name: &str) -> Result<Vec<CheckRun>, ApiError> {
    let name = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
    api.pages(&format!("/commits/{commit}/check-runs?check_name={name}&filter=latest"), Some("check_runs")).await
}

/// Makes a check run. After a lost answer it is looked for first: one that says the same of the same, since an older
/// run of this plan remembers a comment that was edited since.
pub async fn make(api: &Api, new: &New<'_>) -> Result<CheckRun, ApiError> {
    match api.post("/check-runs", new).await {
        Err(error) if error.is_lost() => {
            let made = find(api, new.head_sha, new.name).await?.into_iter();
            let same = |run: &CheckRun| {
                let is_of_it = run.external_id.as_deref() == Some(new.external_id);
                run.is_by_actions() && is_of_it && run.output.text == new.output.text
            };
            match made.into_iter().find(same) {
                Some(made) => Ok(made),
                None => api.post("/check-runs", new).await,
            }
        }
        answered => answered,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_run_remembers_its_comment() {
        let json =
            r#"{"id": 9, "body": "x", "html_url": "u", "user": {"login": "github-actions[bot]", "type": "Bot"}}"#;
        let comment: Comment = serde_json::from_str(json).unwrap();
        assert!(comment.is_by_actions());
        let text = format!("long\ntext\n{}", remember(&comment));
        let run = format!(
            r#"{{"id": 1, "name": "n", "head_sha": "h", "conclusion": "skipped", "app": {{"slug": "github-actions"}},
            "output": {{"title": null, "summary": null, "text": {}}}}}"#,
            serde_json::to_string(&text).unwrap()
        );
        let run: CheckRun = serde_json::from_str(&run).unwrap();
        assert_eq!(run.comment(), Some((9, Sha::of(b"x"))));
        assert_eq!((run.is_by_actions(), run.conclusion), (true, Some(Conclusion::Other)));
    }
}
