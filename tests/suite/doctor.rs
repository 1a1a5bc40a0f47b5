//! `doctor`, from nothing to a deployment that can be made: what is missing, wrong and not seen, and what to do.

use std::fs;

use serde_json::{Value, json};

use crate::github_setup::{APP, unset};
use crate::support::command::{Cli, Ran};
use crate::support::emulator::Make;
use crate::support::github::{Fault, Github, NAME, TOKEN};
use crate::support::project::Project;

struct World {
    github: Github,
    project: Project,
}

impl World {
    /// An app that `init` has written to a checkout, and nothing else.
    async fn new() -> Self {
        Self::of(&[]).await
    }

    /// The same, with further options of `init`.
    async fn of(options: &[&str]) -> Self {
        let (github, project) = (unset(), Project::new(Make::Ministack, APP).await);
        for path in ["lambda/main.py", "lambda/test_main.py", "serverless-app.toml"] {
            fs::remove_file(project.folder().join(path)).unwrap();
        }
        let git = format!("git init -q . && git remote add origin git@github.com:{NAME}.git");
        let status = std::process::Command::new("sh").args(["-ec", &git]).current_dir(project.folder()).status();
        assert!(status.unwrap().success());
        let world = Self { github, project };
        world.run(&[&["init", "--region", "us-west-2"], options].concat(), 0);
        world
    }

    fn cli(&self, arguments: &[&str]) -> Cli {
        self.project.cli(arguments).env("GITHUB_API_URL", self.github.url()).env("GITHUB_TOKEN", TOKEN)
    }

    fn run(&self, arguments: &[&str], code: i32) -> Ran {
        let ran = self.cli(arguments).run();
        assert_eq!(ran.code, Some(code), "{arguments:?}\n{}\n{}", ran.stdout, ran.stderr);
        ran
    }

    /// What is found that is not ok, as `state subject`.
    fn found(&self) -> Vec<String> {
        self.found_with(&[])
    }

    fn found_with(&self, options: &[&str]) -> Vec<String> {
        let ran = self.cli(&[&["doctor", "--json"], options].concat()).run();
        let all: Vec<Value> =
            serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}\n{}", ran.stdout, ran.stderr));
        let bad = all.iter().filter(|one| one["state"] != "ok");
        let bad: Vec<String> = bad
            .inspect(|one| assert!(one["advice"].as_str().is_some_and(|advice| !advice.is_empty()), "{one}"))
            .map(|one| format!("{} {}", one["state"].as_str().unwrap(), one["subject"].as_str().unwrap()))
            .collect();
        assert_eq!(ran.code, Some(if bad.is_empty() { 0 } else { 5 }), "{}", ran.stdout);
        bad
    }

    /// Everything that is to be made is made.
    fn set_up(&self) {
        self.run(&["bootstrap", "--yes"], 0);
        self.run(&["bootstrap", "--github", "--yes", "--reviewer", "octocat"], 0);
        for made in self.github.state().environments.values_mut().flatten() {
            made["environment"]["can_admins_bypass"] = json!(false);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_nothing_to_a_deployment_each_thing_is_missing_until_it_is_made() {
    let world = World::new().await;
    let missing = [
        "missing environment production",
        "missing environment production-destroy",
        "missing required checks of main",
        "missing identity provider",
        "missing role plan",
        "missing role apply-production",
        "missing boundary production",
        "missing variable SERVERLESS_APP_PLAN_ROLE",
        "missing variable SERVERLESS_APP_APPLY_ROLE of production",
        "missing variable SERVERLESS_APP_APPLY_ROLE of production-destroy",
    ];
    assert_eq!(world.found(), missing);
    world.set_up();
    assert_eq!(world.found(), [""; 0]);
    let text = world.run(&["doctor"], 0).stdout;
    for line in ["ok        serverless-app.toml: the app shop, stages production\n", "0 missing, 0 wrong, 0 not seen\n"]
    {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_otherwise_than_it_is_to_be_is_wrong_each_by_itself() {
    let world = World::new().await;
    world.set_up();
    {
        let mut state = world.github.state();
        let lax = state.environments.get_mut("production").and_then(Option::as_mut).unwrap();
        lax["branches"] = json!([{"name": "main"}, {"name": "release"}]);
        state.variables.get_mut("").unwrap().insert("SERVERLESS_APP_PLAN_ROLE".into(), "arn:aws:iam::1:role/x".into());
        state.rulesets.clear();
        state.job_permissions =
            json!({"default_workflow_permissions": "write", "can_approve_pull_request_reviews": false});
    }
    let check = world.project.folder().join(".github/workflows/serverless-app-check.yml");
    let text = fs::read_to_string(&check).unwrap();
    fs::write(&check, text.replace("      id-token: write # to assume the plan role\n", "")).unwrap();
    let iam = world.project.aws().await.write.iam;
    let role = iam.update_role().role_name("shop--bootstrap-apply-production").max_session_duration(7200);
    role.send().await.unwrap();
    let wrong = [
        "wrong serverless-app-check.yml",
        "wrong environment production",
        "missing required checks of main",
        "wrong jobs' tokens",
        "wrong role apply-production",
        "wrong variable SERVERLESS_APP_PLAN_ROLE",
    ];
    assert_eq!(world.found(), wrong);
    let manifest = world.project.folder().join("serverless-app.toml");
    fs::write(&manifest, "[app]\nname = \"shop\"\n").unwrap();
    let found = world.found();
    assert!(found[0] == "wrong serverless-app.toml" && found.contains(&"not-seen AWS".to_owned()), "{found:?}");
    fs::remove_file(&manifest).unwrap();
    assert_eq!(world.found()[0], "missing serverless-app.toml");
}

/// Without a token, or with one that may not, nothing is taken to be well.
#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_could_look_at_is_not_seen() {
    let world = World::new().await;
    world.set_up();
    let bare = world.cli(&["doctor"]).env("GITHUB_TOKEN", "").run();
    assert_eq!(bare.code, Some(5), "{}", bare.stderr);
    for line in [
        "not seen  GitHub: there is no token, so nothing of octo/shop is checked; log in with `gh auth login`",
        "not seen  role plan: it exists; whom it trusts cannot be checked without the repository's ids",
        "ok        boundary production: as it should be\n",
    ] {
        assert!(bare.stdout.contains(line), "{line}\n{}", bare.stdout);
    }
    let refused = [
        ("GET /repos/octo/shop/environments/production/variables", "not-seen variables"),
        ("GET /repos/octo/shop/actions/permissions/workflow", "not-seen jobs' tokens"),
        ("GET /repos/octo/shop/rules/branches/main", "not-seen required checks of main"),
        ("GET /repos/octo/shop/environments/production", "not-seen environment production"),
    ];
    for (request, found) in refused {
        world.github.state().faults.push((request.into(), Fault::Forbidden));
        assert_eq!(world.found(), [found], "{request}");
    }
    world.github.state().faults.push(("GET /repos/octo/shop/rules/branches/main".into(), Fault::Upgrade));
    assert_eq!(world.found(), ["missing required checks of main"], "a plan that has none is no matter of a token");
    let alone = world.cli(&["doctor"]).env("AWS_ACCESS_KEY_ID", "").env("AWS_SECRET_ACCESS_KEY", "").run();
    assert_eq!(alone.code, Some(5), "{}", alone.stderr);
    assert!(alone.stdout.contains("not seen  AWS: there are no AWS credentials"), "{}", alone.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bucket_for_packages_is_looked_at_where_the_manifest_asks_for_it() {
    let world = World::new().await;
    world.set_up();
    let manifest = world.project.folder().join("serverless-app.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replacen("[app]\n", "[app]\npackages = \"bootstrap\"\n", 1)).unwrap();
    let found = world.found();
    assert!(found.contains(&"missing bucket for packages".to_owned()), "{found:?}");
    assert!(!found.iter().any(|one| one.contains("identity provider")), "{found:?}");
    world.run(&["bootstrap", "--yes"], 0);
    assert_eq!(world.found(), [""; 0]);
    let text = world.run(&["doctor"], 0).stdout;
    assert!(text.contains("ok        bucket for packages: as it should be\n"), "{text}");
}

/// Where each account has a stage, each is looked at by itself, and the workflows are those of both.
#[tokio::test(flavor = "multi_thread")]
async fn variables_are_those_of_the_stages_that_the_manifest_has() {
    let world = World::of(&["--stage", "staging", "--stage", "production"]).await;
    let variables = || {
        let found = world.found_with(&["--stage", "staging"]).into_iter();
        found.filter(|one| one.contains(" variable SERVERLESS_APP_PLAN")).collect::<Vec<_>>()
    };
    let missing = |stage: &str| format!("missing variable SERVERLESS_APP_PLAN_ROLE_{stage}");
    world.run(&["bootstrap", "--stage", "staging", "--yes"], 0);
    assert_eq!(variables(), [missing("STAGING"), missing("PRODUCTION")]);
    world.run(&["bootstrap", "--github", "--stage", "staging", "--yes", "--reviewer", "octocat"], 0);
    assert_eq!(variables(), [missing("PRODUCTION")], "workflows read it, and nobody has set it");
    let role = ("SERVERLESS_APP_PLAN_ROLE_PRODUCTION".to_owned(), "arn:aws:iam::1:role/x".to_owned());
    world.github.state().variables.get_mut("").unwrap().extend([role]);
    assert_eq!(variables(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_of_rest_apis_want_a_role_of_the_account_s() {
    let world = World::new().await;
    world.set_up();
    let manifest = world.project.folder().join("serverless-app.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    let api = "[api.web]\nexecution_logs = { level = \"INFO\" }\n\
               routes = [{ method = \"GET\", path = \"/\", respond = {} }]\n\n[outputs]";
    fs::write(&manifest, text.replacen("[outputs]", api, 1)).unwrap();
    let role = "missing API Gateway's role for logs in us-west-2".to_owned();
    let found = world.found();
    assert!(found.contains(&role) && found.contains(&"wrong role apply-production".to_owned()), "{found:?}");
    world.run(&["bootstrap", "--yes", "--api-logging"], 0);
    assert_eq!(world.found(), [""; 0]);
}
