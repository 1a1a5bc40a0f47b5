//! The workflows that `init` writes, from pull request to apply and to the manual apply, run by act with the real program.

use serde_json::{Value, json};
use serverless_app::aws::Aws;
use tempfile::TempDir;

use crate::support::act::{Act, Ran};
use crate::support::emulator::{Make, REGION, account, endpoint};
use crate::support::github::answers::{self, repository};
use crate::support::github::{Github, NAME, REPOSITORY, TOKEN};
use crate::support::project::EXAMPLE;

mod build;
mod cache;
mod destroy;
mod gate;
mod replay;
mod shown;
mod unasked;

const REHEARSE: &str = concat!(
    r#"
name: rehearse
on: pull_request
jobs:
  rehearse:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
        with:
          persist-credentials: false
      - uses: org/serverless-app-action@v"#,
    env!("CARGO_PKG_VERSION"),
    r#"
        with:
          command: rehearse
"#
);

#[tokio::test]
async fn the_action_rehearses_what_init_writes() {
    let act = Act::new(&["--example", "small"]).await;
    let commit = act.commit(&[(".github/workflows/rehearse.yml", REHEARSE)]);
    let variables = [("SHA_REF".to_owned(), commit)];
    let ran = act.run("rehearse.yml", "pull_request", &json!({}), &variables);
    ran.assert_jobs(&[("rehearse", "success")]);
    assert!(ran.text.contains("Planned again: no changes."), "{}", ran.text);
}

/// The repository's world: act, GitHub, an emulator, and a pull request that changes the manifest that `init` wrote.
struct Shop {
    act: Act,
    github: Github,
    endpoint: String,
    account: String,
    merge: String,
}

impl Shop {
    async fn new() -> Self {
        Self::changing(&[("serverless-app.toml", &EXAMPLE.replace("period = 300", "period = 600"))]).await
    }

    /// The same with a pull request that writes these files.
    async fn changing(files: &[(&str, &str)]) -> Self {
        Self::of(&[], files).await
    }

    /// The same with what `init` with these arguments writes.
    async fn of(init: &[&str], files: &[(&str, &str)]) -> Self {
        let act = Act::new(init).await;
        let base = act.git(&["rev-parse", "main"]);
        act.git(&["checkout", "--quiet", "-b", "topic"]);
        let head = act.commit(files);
        let merge = act.merge(&base, &head);
        let github = Github::start();
        {
            let mut state = github.state();
            state.pulls.insert(7, answers::pull(7, &head, &base));
            state.advance(&base);
            state.runs.push(answers::run(77, &head));
            state.clone = Some(act.path("repository"));
        }
        let (endpoint, account) = (endpoint(Make::Moto).await, account());
        Self { act, github, endpoint, account, merge }
    }

    /// Makes `main` and the pull request anew, with these manifests.
    fn commits(&mut self, before: &str, after: &str) {
        let base = self.act.commit(&[("serverless-app.toml", before)]);
        self.act.git(&["checkout", "--quiet", "-B", "topic"]);
        let head = self.act.commit(&[("serverless-app.toml", after)]);
        self.merge = self.act.merge(&base, &head);
        let mut state = self.github.state();
        state.pulls.insert(7, answers::pull(7, &head, &base));
        state.advance(&base);
        state.runs = vec![answers::run(77, &head)];
    }

    /// Runs a workflow as run number `run`, whose artifacts GitHub takes in.
    fn run(&self, workflow: &str, event: &str, payload: &Value, run: u64) -> Ran {
        self.run_with(workflow, event, payload, run, &[])
    }

    /// The same with more variables.
    fn run_with(&self, workflow: &str, event: &str, payload: &Value, run: u64, more: &[(String, String)]) -> Ran {
        for entry in std::fs::read_dir(self.act.path("artifacts")).expect("a folder").map(Result::unwrap) {
            std::fs::remove_file(entry.path()).expect("an artifact less");
        }
        self.github.state().uploads = Some((run, self.act.path("artifacts")));
        let files = TempDir::new().expect("a folder");
        let mut variables = self.github.environment(event, payload, &self.merge, files.path());
        // act has files of its own for these, and takes the token as a secret.
        let own = ["GITHUB_EVENT_PATH", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_TOKEN", "GITHUB_RUN_ID"];
        variables.retain(|(name, _)| !own.contains(&name.as_str()));
        let usual = [
            ("GITHUB_RUN_ID", run.to_string()),
            ("GITHUB_BASE_REF", "main".into()),
            ("GITHUB_REF_NAME", "main".into()),
            ("GITHUB_REF_TYPE", "branch".into()),
            ("SHA_REF", self.merge.clone()),
            ("AWS_ENDPOINT_URL", self.endpoint.clone()),
            ("AWS_ACCESS_KEY_ID", self.account.clone()),
            ("AWS_SECRET_ACCESS_KEY", "emulator".into()),
            ("AWS_EC2_METADATA_DISABLED", "true".into()),
            ("SERVERLESS_APP_ALLOW_EMULATOR", "true".into()),
        ];
        variables.extend(usual.map(|(name, value)| (name.to_owned(), value)));
        variables.extend_from_slice(more);
        let ran = self.act.run(workflow, event, payload, &variables);
        self.github.state().uploads = None;
        ran
    }

    /// Runs the plan workflow for the pull request as it is now.
    fn plan(&self) -> Ran {
        let pull = self.github.state().pulls[&7].clone();
        let payload = json!({"pull_request": pull, "repository": repository(REPOSITORY, NAME)});
        let ran = self.run("serverless-app-plan.yml", "pull_request", &payload, 77);
        ran.assert_jobs(&[("plan", "success")]);
        ran
    }

    /// Merges the pull request.
    fn merged(&self) {
        let mut state = self.github.state();
        let pull = state.pulls.get_mut(&7).expect("the pull request");
        pull["merged_at"] = json!("2026-03-01T13:00:00Z");
        pull["merge_commit_sha"] = json!(self.merge);
        state.pulls_of.insert(self.merge.clone(), vec![7]);
        state.advance(&self.merge);
    }

    fn push(&self) -> Ran {
        let before = self.act.git(&["rev-parse", &format!("{}^1", self.merge)]);
        let payload = json!({"before": before, "after": self.merge, "ref": "refs/heads/main",
            "repository": repository(REPOSITORY, NAME)});
        self.run("serverless-app-apply.yml", "push", &payload, 78)
    }

    fn manual_apply(&self, mode: &str, run: u64) -> Ran {
        let inputs = json!({"stage": "production", "mode": mode, "adopt": ""});
        let payload = json!({"inputs": inputs, "ref": "refs/heads/main", "repository": repository(REPOSITORY, NAME)});
        self.run("serverless-app-manual-apply.yml", "workflow_dispatch", &payload, run)
    }

    /// Clients for its account.
    async fn aws(&self) -> Aws {
        Aws::emulator(&REGION.parse().expect("a region"), &self.endpoint, &self.account).await.expect("clients")
    }

    fn comments(&self) -> Vec<String> {
        let comments = self.github.state().comments.get(&7).cloned().unwrap_or_default();
        comments.iter().map(|comment| comment["body"].as_str().unwrap_or_default().to_owned()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_request_is_planned_merged_applied_and_at_last_destroyed() {
    let shop = Shop::new().await;
    let ran = shop.plan();
    let comments = shop.comments();
    assert!(comments.len() == 1 && comments[0].contains("19 to create"), "{comments:?}\n{}", ran.text);
    shop.merged();
    let ran = shop.push();
    ran.assert_jobs(&[("apply", "success"), ("verify", "success")]);
    let comments = shop.comments();
    assert!(comments.len() == 2 && comments[1].contains("19 done"), "{comments:?}\n{}", ran.text);
    shop.push().assert_jobs(&[("verify", "success")]);
    shop.manual_apply("apply", 79).assert_jobs(&[("plan", "success")]);
    let ran = shop.manual_apply("destroy", 80);
    ran.assert_jobs(&[("apply", "success"), ("plan", "success")]);
    assert!(!ran.text.contains(TOKEN), "the token shows");
}
