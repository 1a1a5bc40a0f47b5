//! What has become of the default branch: commits, runs, deployments, and the answers about them.

use serde_json::{Value, json};

use super::answers::NOW;
use super::{NAME, REPOSITORY, State};

impl State {
    /// Moves the default branch on to this commit.
    pub fn advance(&mut self, commit: &str) {
        self.branches.insert("main".into(), commit.to_owned());
        self.history.push(commit.to_owned());
    }

    /// Where the default branch was before it came to this commit, or where it is.
    pub fn before(&self, commit: &str) -> String {
        let at = self.history.iter().position(|other| other == commit).and_then(|at| at.checked_sub(1));
        let before = at.map(|at| &self.history[at]).or(self.branches.get("main"));
        before.cloned().unwrap_or("b".repeat(40))
    }

    /// A deployment of a run, which has come as far as these states, the latest first.
    pub fn deploy(&mut self, environment: &str, commit: &str, run: u64, states: &[&str]) -> u64 {
        let id = self.next();
        let url = format!("https://github.com/{NAME}/actions/runs/{run}/job/{id}");
        let status =
            |state: &&str| json!({"state": state, "log_url": url, "target_url": url, "environment": environment});
        self.statuses.insert(id, states.iter().map(status).collect());
        self.deployments
            .push(json!({"id": id, "sha": commit, "ref": "main", "task": "deploy", "environment": environment,
            "created_at": NOW, "updated_at": NOW, "payload": {}}));
        id
    }
}

/// A run on the default branch.
pub fn run(id: u64, workflow: &str, event: &str, commit: &str, conclusion: Option<&str>) -> Value {
    let status = if conclusion.is_some() { "completed" } else { "queued" };
    json!({"id": id, "run_attempt": 1, "event": event, "head_sha": commit, "head_branch": "main", "status": status,
        "conclusion": conclusion, "path": format!(".github/workflows/{workflow}"), "run_started_at": NOW,
        "head_repository": {"id": REPOSITORY, "full_name": NAME}})
}

/// A job that is over.
pub fn job(name: &str, conclusion: &str) -> Value {
    json!({"name": name, "status": "completed", "conclusion": conclusion, "runner_name": "runner-0"})
}

/// The commits that `head` has and `base` has not; `None` if one of them is no commit of the default branch.
pub fn compare(state: &State, base: &str, head: &str) -> Option<Value> {
    let head = state.branches.get(head).map_or(head, String::as_str);
    let at = |commit: &str| state.history.iter().rposition(|known| known == commit);
    let (status, commits) = match (base == head, at(base), at(head)) {
        (true, ..) => ("identical", &[][..]),
        (_, Some(base), Some(head)) if base < head => ("ahead", &state.history[base + 1..=head]),
        (_, Some(_), Some(_)) => ("behind", &[][..]),
        (_, None, Some(_)) => ("diverged", &[][..]),
        _ => return None,
    };
    let commits: Vec<Value> = commits.iter().map(|sha| json!({"sha": sha})).collect();
    Some(json!({"status": status, "ahead_by": commits.len(), "total_commits": commits.len(), "commits": commits,
        "base_commit": {"sha": base}}))
}
