//! Check runs: what a pull request's merge box and a commit's page show.

use serde::{Deserialize, Serialize};

use super::api::{Api, ApiError};
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
        Self { title: Some(title.to_owned()), summary: Some(fitting(summary.trim_end(), LIMIT)), text }
    }
}

/// A check run as GitHub reports it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CheckRun {
    pub id: u64,
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

    /// True if it says what was to be said: of the same, in the same words, which name the attempt of the run.
    fn is(&self, new: &New<'_>) -> bool {
        let of_it = self.external_id.as_deref() == Some(new.external_id) && self.conclusion == Some(new.conclusion);
        self.is_by_actions() && of_it && self.output == new.output
    }
}

/// The check runs of this name on a commit, latest first in GitHub's order.
pub async fn find(api: &Api, commit: &str, name: &str) -> Result<Vec<CheckRun>, ApiError> {
    let name = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
    api.pages(&format!("/commits/{commit}/check-runs?check_name={name}&filter=latest"), Some("check_runs")).await
}

/// Makes a check run. After a lost answer it is looked for first: one with the same content about the same plan,
/// because an older one of this plan may say that it was denied.
pub async fn make(api: &Api, new: &New<'_>) -> Result<CheckRun, ApiError> {
    match api.post("/check-runs", new).await {
        Err(error) if error.is_lost() => {
            match find(api, new.head_sha, new.name).await?.into_iter().find(|run| run.is(new)) {
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
    use serde_json::json;

    #[test]
    fn a_check_run_is_the_one_that_was_made_if_it_says_the_same_of_the_same() {
        let new = New {
            name: "n",
            head_sha: "h",
            external_id: "sha256:00",
            details_url: "u",
            status: "completed",
            conclusion: Conclusion::Success,
            output: Output::new("2 to create", "2 to create\n[Run 7, attempt 1](u)\n", None),
        };
        let run = |name: &str, value: serde_json::Value| {
            let mut run = serde_json::to_value(&new).unwrap();
            (run["id"], run["app"]) = (json!(1), json!({"slug": "github-actions"}));
            match name.split_once('.') {
                Some((outer, inner)) => run[outer][inner] = value,
                None => run[name] = value,
            }
            serde_json::from_value::<CheckRun>(run).unwrap()
        };
        assert!(run("id", json!(2)).is(&new));
        assert_eq!(run("conclusion", json!("skipped")).conclusion, Some(Conclusion::Other));
        for (name, value) in [
            ("app", json!({"slug": "mallory"})),
            ("external_id", json!("failed")),
            ("conclusion", json!("failure")),
            ("output.title", json!("Denied: 2 to create")),
            ("output.summary", json!("2 to create\n[Run 7, attempt 2](u)\n")),
        ] {
            assert!(!run(name, value).is(&new), "{name}");
        }
    }
}
