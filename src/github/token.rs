//! The token with which GitHub is asked: the job's, or that of somebody who has logged in with GitHub's own program.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use super::runner;
use crate::{child, environment};

/// How long `gh` may take, which may have to open a keyring.
const PATIENCE: Duration = Duration::from_secs(20);

/// The token in `GITHUB_TOKEN`; outside of GitHub Actions else the one in `GH_TOKEN`, or that `gh auth token` gives. `None` where
/// there is none.
pub async fn token() -> Option<String> {
    match environment::variable("GITHUB_TOKEN") {
        Some(token) => Some(token),
        None if runner::is_here() => None,
        None => match environment::variable("GH_TOKEN") {
            Some(token) => Some(token),
            None => of_gh().await,
        },
    }
}

async fn of_gh() -> Option<String> {
    let mut gh = Command::from(child::github());
    gh.args(["auth", "token", "--hostname", "github.com"]).stdin(Stdio::null()).kill_on_drop(true);
    let ran = tokio::time::timeout(PATIENCE, gh.output()).await.ok()?.ok()?;
    let token = String::from_utf8(ran.stdout).ok()?.trim().to_owned();
    let is_one = ran.status.success() && !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    is_one.then_some(token)
}
