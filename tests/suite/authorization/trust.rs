//! Which jobs get the roles that `bootstrap` makes, and what they can do with them.

use aws_sdk_sts::error::ProvideErrorMetadata;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use serverless_app::aws::Aws;
use tempfile::TempDir;

use crate::oidc::{answering, response};
use crate::support::command::Ran;
use crate::support::files;
use crate::support::github::{Github, outputs};
use crate::support::permissions::endpoint;
use crate::support::project::{EXAMPLE, Project, changes};

const PROVIDER: &str = "token.actions.githubusercontent.com";

/// Makes the roles that jobs get; their ARNs, the plan role's and the apply role's.
pub fn bootstrap(project: &Project) -> [String; 2] {
    bootstrap_for(project, EXAMPLE)
}

/// The same for another manifest.
pub fn bootstrap_for(project: &Project, manifest: &str) -> [String; 2] {
    project.write(&manifest.replacen("[app]\n", "[app]\npermissions_boundary = \"bootstrap\"\n", 1));
    let ids = ["--repository-id", "89012345", "--owner-id", "1234567"];
    project.run(&[&["bootstrap", "--repository", "octo-org/shop"], &ids[..]].concat(), 0);
    let id = files::plan_id(&project.folder().join("serverless-app-bootstrap"));
    project.run(&["apply", "serverless-app-bootstrap", "--expect", &id], 0);
    let role = format!("arn:aws:iam::{}:role/serverless-app/bootstrap/serverless-app--bootstrap", project.account());
    ["plan", "apply-production"].map(|name| format!("{role}-{name}"))
}

/// A job's token. No emulator looks at the signature: it would have to ask GitHub for the keys.
pub fn token(subject: &str, more: &Value) -> String {
    let mut claims = json!({"iss": format!("https://{PROVIDER}"), "aud": "sts.amazonaws.com", "sub": subject,
        "repository_id": "89012345", "ref": "refs/heads/main",
        "job_workflow_ref": "octo-org/shop/.github/workflows/serverless-app-apply.yml@refs/heads/main"});
    more.as_object().expect("claims").iter().for_each(|(name, value)| claims[name] = value.clone());
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{}", part(&json!({"alg": "RS256"})), part(&claims), URL_SAFE_NO_PAD.encode("signature"))
}

/// What a job gets: `Ok`, or the code of the error.
async fn exchange(aws: &Aws, role: &str, token: &str) -> Result<(), String> {
    let ask = aws.write.sts.assume_role_with_web_identity().role_arn(role).role_session_name("job");
    let answer = ask.web_identity_token(token).send().await;
    answer.map(|_| ()).map_err(|error| error.code().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_jobs_that_a_trust_policy_names_get_its_role() {
    let project = Project::at(&endpoint().await, EXAMPLE);
    let root = project.aws().await;
    let none = json!({});
    let pull = "repo:octo-org/shop:pull_request";
    let unknown = Err("InvalidIdentityToken".to_owned());
    let absent = format!("arn:aws:iam::{}:role/plan", project.account());
    assert_eq!(exchange(&root, &absent, &token(pull, &none)).await, unknown, "the account does not know GitHub");
    let [planner, applier] = bootstrap(&project);
    let (yes, no) = (Ok(()), Err("AccessDenied".to_owned()));
    for (repository, id) in [("octo-org/shop", ""), ("octo-org@1234567/shop@89012345", " with numbers")] {
        for (job, may_plan, may_apply) in [
            ("pull_request", &yes, &no),
            ("ref:refs/heads/main", &yes, &no),
            ("ref:refs/heads/gh-readonly-queue/main/pr-7-0123", &yes, &no),
            ("ref:refs/heads/feature", &no, &no),
            ("ref:refs/tags/main", &no, &no),
            ("environment:production", &no, &yes),
            ("environment:production-destroy", &no, &yes),
            ("environment:staging", &no, &no),
        ] {
            let token = token(&format!("repo:{repository}:{job}"), &none);
            assert_eq!(exchange(&root, &planner, &token).await, *may_plan, "plan{id}: {job}");
            assert_eq!(exchange(&root, &applier, &token).await, *may_apply, "apply{id}: {job}");
        }
    }
    let environment = token("repo:octo-org/shop:environment:production", &json!({"ref": "refs/heads/feature"}));
    assert_eq!(exchange(&root, &applier, &environment).await, no, "an environment that lets other branches in");
    for (workflow, expected) in [
        ("octo-org/shop/.github/workflows/serverless-app-manual-apply.yml@refs/heads/main", &yes),
        // Somebody has added a workflow that runs in the environment, or changed one on a branch.
        ("octo-org/shop/.github/workflows/other.yml@refs/heads/main", &no),
        ("octo-org/shop/.github/workflows/serverless-app-apply.yml@refs/heads/feature", &no),
        ("octo-org/shop/.github/workflows/serverless-app-apply.yml@refs/tags/main", &no),
        ("other/shop/.github/workflows/serverless-app-apply.yml@refs/heads/main", &no),
    ] {
        let claims = json!({"job_workflow_ref": workflow});
        let token = token("repo:octo-org/shop:environment:production", &claims);
        assert_eq!(exchange(&root, &applier, &token).await, *expected, "{workflow}");
    }
    for (subject, more, error) in [
        ("repo:octo-org/shop-two:pull_request", none.clone(), "AccessDenied"),
        ("repo:other/shop:pull_request", none.clone(), "AccessDenied"),
        // Somebody has taken the name of a repository that is gone.
        (pull, json!({"repository_id": "99999999"}), "AccessDenied"),
        (pull, json!({"aud": "somewhere-else"}), "InvalidIdentityToken"),
        (pull, json!({"iss": "https://token.example.org"}), "InvalidIdentityToken"),
    ] {
        let got = exchange(&root, &planner, &token(subject, &more)).await;
        assert_eq!(got, Err(error.to_owned()), "{subject} {more}");
    }
}

/// Runs in a job whose token is of this subject, with a role.
fn job(project: &Project, role: &str, subject: &str, arguments: &[&str]) -> (Ran, String) {
    let body = json!({"value": token(subject, &json!({})), "count": 1}).to_string();
    let (url, _tokens) = answering(vec![response(200, "application/json", &body)]);
    let (github, files) = (Github::start(), TempDir::new().expect("a folder"));
    let event = json!({"inputs": {}, "ref": "refs/heads/main", "repository": {"id": 1, "full_name": "octo-org/shop"}});
    let cli = project.cli(&[arguments, &["--role-to-assume", role]].concat());
    let mut cli = cli.env("AWS_ACCESS_KEY_ID", "999999999999");
    for (name, value) in github.environment("workflow_dispatch", &event, "x", files.path()) {
        cli = cli.env(&name, value);
    }
    let cli = cli.env("ACTIONS_ID_TOKEN_REQUEST_URL", format!("{url}/token?api-version=2.0"));
    let ran = cli.env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "planted-request-token").run();
    let reason = outputs(&files.path().join("output")).get("failure-reason").cloned().unwrap_or_default();
    (ran, reason)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_plans_and_another_applies_with_the_roles_that_bootstrap_makes() {
    let project = Project::at(&endpoint().await, EXAMPLE);
    let [planner, applier] = bootstrap(&project);
    let main = "repo:octo-org/shop:ref:refs/heads/main";
    let (ran, reason) = job(&project, &planner, main, &["plan"]);
    assert_eq!((ran.code, reason.as_str()), (Some(0), ""), "{}", ran.stderr);
    let id = project.plan_id();
    let apply = ["apply", "serverless-app-plan", "--expect", &id, "--allow-emulator"];
    let (ran, reason) = job(&project, &applier, main, &apply);
    assert_eq!((ran.code, reason.as_str()), (Some(1), "trust-policy"), "{}", ran.stderr);
    let (ran, _) = job(&project, &applier, "repo:octo-org/shop:environment:production", &apply);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(changes(&project.plan(&[])), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_applies_and_removes_the_example_with_nothing_but_session_policies() {
    let project = Project::at(&endpoint().await, EXAMPLE);
    let [planner, applier] = bootstrap(&project);
    let main = "repo:octo-org/shop:ref:refs/heads/main";
    for (more, mode) in [(&[][..], "apply"), (&["--destroy", "--delete-data"][..], "destroy-data")] {
        let (ran, _) = job(&project, &planner, main, &[&["plan", "--session-policy"], more].concat());
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert!(ran.stdout.contains("The credentials of the apply will allow, and nothing else: "), "{}", ran.stdout);
        let id = project.plan_id();
        let apply =
            ["apply", "serverless-app-plan", "--expect", &id, "--allow-emulator", "--session-policy", "--source", "."];
        let apply = [&apply[..], &["--mode", mode]].concat();
        let (ran, _) = job(&project, &applier, "repo:octo-org/shop:environment:production", &apply);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    }
    assert_eq!(changes(&project.plan(&["--destroy", "--delete-data"])), Vec::<String>::new());
}
