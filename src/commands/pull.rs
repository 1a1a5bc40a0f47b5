//! A plan of a pull request: of which one, and whether it is for a merge with the base branch as it is now.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::error::Error;
use crate::github::api::Api;
use crate::github::checkout;
use crate::github::event::{Event, PullRequest};
use crate::github::runner::{Runner, RunnerError};
use crate::render::Extra;

/// True on a pull request from a fork: its jobs get no identity token.
pub fn is_without_credentials(runner: &Runner) -> bool {
    pull_request(runner).is_ok_and(|pull| pull.is_some_and(|pull| pull.is_fork(runner.repository_id)))
}

/// True where `publish` follows, which writes the summary.
pub fn is_published(runner: &Runner) -> bool {
    runner.event_name == "pull_request"
}

fn pull_request(runner: &Runner) -> Result<Option<Box<PullRequest>>, RunnerError> {
    match runner.event()? {
        Event::PullRequest(pull) => Ok(Some(pull)),
        _ => Ok(None),
    }
}

/// What the envelope says about a pull request. If the base branch has moved since the merge that was checked out, the
/// plan's facts say so.
pub async fn about(runner: &Runner, root: &Path, extra: &mut Extra) -> Result<BTreeMap<String, String>, Error> {
    let Some(pull) = pull_request(runner)? else { return Ok(BTreeMap::new()) };
    let parents = checkout::parents(root).await.map_err(|error| Error::Usage(error.to_string()))?;
    let [base, head] = parents.as_slice() else {
        let help = "plan the merge: check out without `ref:`";
        return Err(Error::Usage(format!(
            "HEAD is not a merge of pull request #{} with its base; {help}",
            pull.number
        )));
    };
    if *head != pull.head.sha {
        let message = format!("HEAD merges {head}, but pull request #{} is at {}", pull.number, pull.head.sha);
        return Err(Error::Usage(format!("{message}: run the job of the latest push")));
    }
    let tip = tip(&Api::connect(runner)?, &pull.base.branch).await?;
    extra.base_moved = (tip != *base).then_some(tip);
    let head_repository = pull.head.repo.as_ref().map(|repo| repo.id.to_string()).unwrap_or_default();
    Ok(BTreeMap::from([
        ("pull_request".to_owned(), pull.number.to_string()),
        ("head_sha".to_owned(), pull.head.sha.clone()),
        ("base_sha".to_owned(), base.clone()),
        ("base_ref".to_owned(), pull.base.branch.clone()),
        ("head_repository_id".to_owned(), head_repository),
    ]))
}

/// Where a branch is now.
async fn tip(api: &Api, branch: &str) -> Result<String, Error> {
    #[derive(Deserialize)]
    struct Branch {
        commit: Commit,
    }
    #[derive(Deserialize)]
    struct Commit {
        sha: String,
    }
    let name = percent_encoding::utf8_percent_encode(branch, percent_encoding::NON_ALPHANUMERIC);
    Ok(api.get::<Branch>(&format!("/branches/{name}")).await?.commit.sha)
}
