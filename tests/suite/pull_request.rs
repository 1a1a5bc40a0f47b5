//! From a pull request to its apply, by the commands that the action runs, against the loopback GitHub and an emulator.

use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::publish::outside_code;
use crate::support::command::{Cli, Ran};
use crate::support::emulator::Make;
pub use crate::support::files::git;
pub use crate::support::forge::zipped;
use crate::support::forge::{self, Forgery};
use crate::support::github::answers::{self, repository};
use crate::support::github::{Fault, Github, NAME, REPOSITORY, outputs};
use crate::support::project::Project;

pub const BEFORE: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n[topic.alerts]\n";
pub const AFTER: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n[topic.alerts]\n\n[topic.news]\ndisplay_name = \"@octocat <b>\"\n";
pub const ARTIFACT: &str = "serverless-app-plan-shop-production-1";
pub const RUN: u64 = 77;

/// A repository with a pull request, a project in it, and GitHub around both.
pub struct World {
    pub github: Github,
    pub project: Project,
    files: TempDir,
    base: String,
    pub head: String,
    pub merge: String,
}

impl World {
    /// The pull request #7 turns `BEFORE` into `AFTER`; the merge of both is checked out.
    pub async fn new() -> Self {
        Self::of(BEFORE, AFTER).await
    }

    /// The same with other manifests before and after.
    pub async fn of(before: &str, after: &str) -> Self {
        let project = Project::new(Make::Moto, before).await;
        let files = TempDir::with_prefix("serverless-app-job-").expect("a folder");
        let git = |arguments: &[&str]| git(project.folder(), arguments);
        git(&["init", "--quiet", "--initial-branch", "main"]);
        git(&["add", "--all"]);
        git(&["commit", "--quiet", "--message", "One"]);
        let base = git(&["rev-parse", "HEAD"]);
        git(&["checkout", "--quiet", "-b", "topic"]);
        project.write(after);
        git(&["commit", "--quiet", "--all", "--message", "Two"]);
        let head = git(&["rev-parse", "HEAD"]);
        git(&["checkout", "--quiet", "--detach", "main"]);
        git(&["merge", "--quiet", "--no-ff", "--message", "Merge", "topic"]);
        let merge = git(&["rev-parse", "HEAD"]);
        let github = Github::start();
        {
            let mut state = github.state();
            state.pulls.insert(7, answers::pull(7, &head, &base));
            state.advance(&base);
            state.runs.push(answers::run(RUN, &head));
            state.clone = Some(project.folder().to_owned());
        }
        Self { github, project, files, base, head, merge }
    }

    /// Runs a command of the action in a job of this event.
    pub fn job(&self, event: &str, payload: &Value, sha: &str, arguments: &[&str], code: i32) -> Ran {
        let ran = self.in_job(event, payload, sha, arguments).run();
        assert_eq!(ran.code, Some(code), "{arguments:?}\n{}\n{}", ran.stdout, ran.stderr);
        ran
    }

    pub fn in_job(&self, event: &str, payload: &Value, sha: &str, arguments: &[&str]) -> Cli {
        for file in ["output", "summary"] {
            let path = self.files.path().join(file);
            std::fs::write(path, "").expect("an empty file");
        }
        let mut cli = self.project.cli(arguments).env("GITHUB_WORKSPACE", self.project.folder());
        for (name, value) in self.github.environment(event, payload, sha, self.files.path()) {
            cli = cli.env(&name, value);
        }
        cli
    }

    pub fn output(&self, name: &str) -> String {
        outputs(&self.files.path().join("output")).get(name).cloned().unwrap_or_default()
    }

    pub fn summary(&self) -> String {
        std::fs::read_to_string(self.files.path().join("summary")).unwrap_or_default()
    }

    /// Where `main` is before the merge.
    pub fn base(&self) -> String {
        self.base.clone()
    }

    pub fn bundle(&self) -> PathBuf {
        self.project.folder().join("serverless-app-plan")
    }

    /// The job on the pull request, as the action runs it; the first exit code is that of `plan`.
    pub fn plan_job(&self, code: i32) -> Ran {
        self.plan_job_with(&[], code)
    }

    pub fn plan_job_with(&self, more: &[&str], code: i32) -> Ran {
        let event = json!({"pull_request": self.github.state().pulls[&7]});
        let ran = self.job("pull_request", &event, &self.merge, &[&["plan"], more].concat(), code);
        if self.bundle().join("plan.json").exists() {
            self.github.state().upload(RUN, ARTIFACT, zipped(&self.bundle()));
        }
        self.job("pull_request", &event, &self.merge, &["publish", "serverless-app-plan"], 0);
        ran
    }

    /// Puts another plan in the published one's place and seals everything again, as somebody with write access to a
    /// branch could; gives its id. The bundle's folder holds it then, too.
    pub fn forge(&self, change: impl FnOnce(&mut Forgery)) -> String {
        forge::lay(&forge::forge(&self.github, change), &self.bundle());
        self.project.plan_id()
    }

    /// Merges the pull request, as this commit.
    pub fn merged(&self, sha: &str) {
        let mut state = self.github.state();
        let pull = state.pulls.get_mut(&7).expect("the pull request");
        pull["state"] = json!("closed");
        pull["merged_at"] = json!("2026-03-01T13:00:00Z");
        pull["merge_commit_sha"] = json!(sha);
        state.pulls_of.insert(sha.to_owned(), vec![7]);
        state.advance(sha);
    }

    pub fn push(&self, sha: &str, arguments: &[&str], code: i32) -> Ran {
        self.job("push", &pushed(sha), sha, arguments, code)
    }

    pub fn verify(&self, code: i32) -> Ran {
        self.verify_with(&[], code)
    }

    pub fn verify_with(&self, more: &[&str], code: i32) -> Ran {
        self.push(&self.merge, &[&["verify", "--source", ".", "--out", "approved"], more].concat(), code)
    }

    pub fn verify_as(&self, sha: &str, code: i32) -> Ran {
        self.push(sha, &["verify", "--source", ".", "--out", "approved"], code)
    }

    /// The same without anybody at AWS's end, and without waiting for what GitHub does not know.
    pub fn verify_without_aws(&self, code: i32) -> Ran {
        let event = pushed(&self.merge);
        let arguments = ["verify", "--source", ".", "--out", "approved", "--pull-request-timeout", "0"];
        let ran =
            self.in_job("push", &event, &self.merge, &arguments).env("AWS_ENDPOINT_URL", "http://127.0.0.1:9").run();
        assert_eq!(ran.code, Some(code), "{}", ran.stderr);
        ran
    }

    pub fn comments(&self) -> Vec<Value> {
        self.github.state().comments.get(&7).cloned().unwrap_or_default()
    }
}

/// The payload of a push to the default branch.
pub fn pushed(sha: &str) -> Value {
    json!({"after": sha, "ref": "refs/heads/main", "repository": repository(REPOSITORY, NAME)})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_published_verified_after_the_merge_and_applied() {
    let world = World::new().await;
    world.plan_job(0);
    let comments = world.comments();
    assert_eq!(comments.len(), 1);
    let body = comments[0]["body"].as_str().unwrap();
    let id = world.project.plan_id();
    assert!(body.starts_with("<!-- serverless-app plan shop/production -->\n") && body.contains(&id), "{body}");
    assert!(body.contains("@octocat <b>") && !outside_code(body).contains("octocat"), "{body}");
    let check = world.github.state().check_runs[0].clone();
    assert_eq!((&check["external_id"], &check["conclusion"]), (&json!(id), &json!("success")));
    assert_eq!((&check["head_sha"], &check["output"]["title"]), (&json!(world.head), &json!("2 to create")));
    world.merged(&world.merge.clone());
    world.verify(0);
    assert_eq!((world.output("plan-id"), world.output("has-changes")), (id.clone(), "true".into()));
    assert!(world.summary().contains(&id), "{}", world.summary());
    let arguments =
        ["apply", "approved", "--expect", &id, "--source", ".", "--receipt", "receipt.json", "--allow-emulator"];
    world.push(&world.merge, &arguments, 0);
    world.push(&world.merge, &["publish", "approved", "--result", "receipt.json"], 0);
    let comments = world.comments();
    assert_eq!(comments.len(), 2, "the result is a comment of its own");
    let result = comments[1]["body"].as_str().unwrap();
    assert!(result.contains("serverless-app apply shop/production") && result.contains("2 done"), "{result}");
    let check = world.github.state().check_runs[1].clone();
    assert_eq!(
        (&check["name"], &check["conclusion"]),
        (&json!("serverless-app apply (shop/production)"), &json!("success"))
    );
    world.verify(0);
    assert_eq!(world.output("has-changes"), "false", "everything is done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_plan_takes_the_first_ones_place_and_others_comments_stay() {
    let world = World::new().await;
    {
        let mut state = world.github.state();
        let mut theirs = answers::comment(5, 7, "<!-- serverless-app plan shop/production -->\nmine");
        theirs["user"] = json!({"login": "mallory", "type": "User"});
        state.comments.insert(7, vec![theirs]);
        state.faults.push(("POST /repos/octo/shop/issues/7/comments".into(), Fault::Lost));
        state.faults.push(("GET /repos/octo/shop/issues/7/comments".into(), Fault::Status(429)));
        state.faults.push(("GET /repos/octo/shop/branches/main".into(), Fault::Status(502)));
    }
    world.plan_job(0);
    let first = world.comments();
    assert_eq!(first.len(), 2, "the lost answer made no second comment");
    assert_eq!(first[0]["body"], "<!-- serverless-app plan shop/production -->\nmine");
    world.project.write(&AFTER.replace("@octocat", "somebody"));
    world.plan_job(0);
    let second = world.comments();
    assert_eq!((second.len(), &second[1]["id"]), (2, &first[1]["id"]));
    assert!(second[1]["body"].as_str().unwrap().contains("somebody"), "edited in place");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_fails_is_published_as_such_and_its_place_annotated() {
    let world = World::new().await;
    world.project.write(&AFTER.replace("display_name", "displayname"));
    let ran = world.plan_job(64);
    assert!(
        ran.stderr.contains("::error file=serverless-app.toml,line=8,col=1,title=serverless-app::"),
        "{}",
        ran.stderr
    );
    let check = world.github.state().check_runs[0].clone();
    assert_eq!((&check["conclusion"], &check["output"]["title"]), (&json!("failure"), &json!("No plan: manifest")));
    assert!(world.comments()[0]["body"].as_str().unwrap().contains("did you mean"));
    world.project.write(AFTER);
    world.merged(&world.merge.clone());
    let refused = world.verify(4);
    assert!(refused.stderr.contains("was not successful"), "{}", refused.stderr);
    assert_eq!(world.output("failure-reason"), "plan-check-failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_base_that_moved_asks_for_an_update_of_the_branch() {
    let world = World::new().await;
    world.github.state().branches.insert("main".into(), "f".repeat(40));
    world.plan_job(0);
    let check = world.github.state().check_runs[0].clone();
    assert_eq!(
        (&check["conclusion"], &check["output"]["title"]),
        (&json!("action_required"), &json!("Base moved: update the branch"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fork_gets_an_offline_rendering_and_nothing_is_asked_of_aws() {
    let world = World::new().await;
    let mut pull = world.github.state().pulls[&7].clone();
    pull["head"]["repo"] = repository(9, "mallory/shop");
    let function = "[function.hello]\nsource = \"small\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\n\
                    environment = { PASSWORD = \"correct horse\" }\n";
    let project = Project::at("http://127.0.0.1:9", &format!("{AFTER}\n{function}"));
    std::fs::create_dir(project.folder().join("small")).unwrap();
    std::fs::write(project.folder().join("small/main.py"), "def handler(event, context):\n    return {}\n").unwrap();
    let files = TempDir::new().unwrap();
    let mut cli = project.cli(&["plan"]);
    for (name, value) in world.github.environment("pull_request", &json!({"pull_request": pull}), "x", files.path()) {
        cli = cli.env(&name, value);
    }
    let ran = cli.run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let summary = std::fs::read_to_string(files.path().join("summary")).unwrap();
    assert!(summary.contains("from a fork") && summary.contains("topic `news`"), "{summary}");
    assert!(summary.contains("PASSWORD looks like a secret"), "what reviewers should know: {summary}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_permission_is_named() {
    let world = World::new().await;
    let event = json!({"pull_request": world.github.state().pulls[&7]});
    world.job("pull_request", &event, &world.merge, &["plan"], 0);
    world.github.state().faults.push(("POST /repos/octo/shop/check-runs".into(), Fault::Forbidden));
    let ran = world.job("pull_request", &event, &world.merge, &["publish", "serverless-app-plan"], 1);
    assert!(ran.stderr.contains("`permissions: checks: write`"), "{}", ran.stderr);
    assert_eq!(world.output("failure-reason"), "github-permission");
}

/// A checkout of the base branch beside the project, with this manifest.
fn base_with(manifest: &str) -> TempDir {
    let folder = TempDir::with_prefix("serverless-app-base-").expect("a folder");
    std::fs::write(folder.path().join("serverless-app.toml"), manifest).expect("a manifest");
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn each_change_says_whether_it_comes_from_the_pull_request_or_from_drift() {
    let world = World::new().await;
    world.project.write(BEFORE);
    world.project.deploy(&[]);
    let arn = format!("arn:aws:sns:us-west-2:{}:shop--production-alerts", world.project.account());
    let sns = world.project.aws().await.write.sns;
    let edit = sns.set_topic_attributes().topic_arn(arn).attribute_name("DisplayName").attribute_value("Theirs");
    edit.send().await.expect("an edit");
    world.project.write(AFTER);
    let base = base_with(BEFORE);
    world.plan_job_with(&["--base", base.path().to_str().unwrap()], 0);
    let body = world.comments()[0]["body"].as_str().unwrap().to_owned();
    assert!(
        body.contains("- topic `alerts` has drifted: live AWS differs from what the base branch asks for."),
        "{body}"
    );
    assert!(body.contains("- Every other change comes from this pull request."), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_base_branch_denies_fails_the_check_and_shows_the_plan_all_the_same() {
    let world = World::new().await;
    world.project.write(BEFORE);
    world.project.deploy(&[]);
    // The pull request takes the rule out for itself, which does not help it.
    world.project.write("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n");
    let base = base_with(&format!("{BEFORE}\n[deny]\ndelete = [\"sns.topic\"]\n"));
    let ran = world.plan_job_with(&["--base", base.path().to_str().unwrap()], 1);
    assert!(ran.stderr.contains("[deny] forbids: sns.topic/alerts"), "{}", ran.stderr);
    let check = world.github.state().check_runs[0].clone();
    assert_eq!((&check["conclusion"], &check["output"]["title"]), (&json!("failure"), &json!("Denied: 1 to delete")));
    assert!(world.comments()[0]["body"].as_str().unwrap().contains("`[deny]` forbids this change"));
}
