//! Which jobs get a role: the README's trust policies, and the ones that name the repository by its number too.

use aws_sdk_sts::error::ProvideErrorMetadata;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use serverless_app::aws::Aws;
use tempfile::TempDir;

use crate::oidc::{answering, response};
use crate::support::command::Ran;
use crate::support::github::{Github, outputs};
use crate::support::permissions::{endpoint, policies, role_trusting};
use crate::support::project::{EXAMPLE, Project};

const PROVIDER: &str = "token.actions.githubusercontent.com";

/// The trust policies that the README prints, for this account: the plan role's, and the apply role's.
fn printed(account: &str) -> [Value; 2] {
    let readme = include_str!("../../../README.md").replace("123456789012", account);
    let blocks = readme.split("```json\n").skip(1).filter_map(|rest| rest.split("\n```").next());
    let trusts = blocks.filter(|block| block.contains("sts:AssumeRoleWithWebIdentity"));
    let trusts: Vec<Value> = trusts.map(|block| serde_json::from_str(block).expect("a policy")).collect();
    trusts.try_into().expect("two trust policies")
}

/// The same, for a repository of this number alone.
fn of_repository(mut trust: Value, number: &str) -> Value {
    trust["Statement"][0]["Condition"]["StringEquals"][format!("{PROVIDER}:repository_id")] = json!(number);
    trust
}

/// A job's token. No emulator looks at the signature: it would have to ask GitHub for the keys.
fn token(subject: &str, more: &Value) -> String {
    let mut claims = json!({"iss": format!("https://{PROVIDER}"), "aud": "sts.amazonaws.com", "sub": subject,
        "repository_id": "89012345"});
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

async fn add_provider(root: &Aws) {
    let provider = root.write.iam.create_open_id_connect_provider().url(format!("https://{PROVIDER}"));
    provider.client_id_list("sts.amazonaws.com").send().await.expect("a provider");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_jobs_that_a_trust_policy_names_get_its_role() {
    let project = Project::at(&endpoint().await, EXAMPLE);
    let root = project.aws().await;
    let [plan, apply] = printed(project.account());
    let planner = role_trusting(&root, "plan", &of_repository(plan, "89012345"), &[]).await;
    let applier = role_trusting(&root, "apply", &of_repository(apply, "89012345"), &[]).await;
    let none = json!({});
    let pull = "repo:octo-org/shop:pull_request";
    let unknown = Err("InvalidIdentityToken".to_owned());
    assert_eq!(exchange(&root, &planner, &token(pull, &none)).await, unknown, "the account does not know GitHub");
    add_provider(&root).await;
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

/// Plans in a job whose token is of this subject, with the plan role.
fn plan_as(project: &Project, role: &str, subject: &str) -> (Ran, String) {
    let body = json!({"value": token(subject, &json!({})), "count": 1}).to_string();
    let (url, _tokens) = answering(vec![response(200, "application/json", &body)]);
    let (github, files) = (Github::start(), TempDir::new().expect("a folder"));
    let event = json!({"after": "x", "ref": "refs/heads/main", "repository": {"id": 1, "full_name": "octo-org/shop"}});
    let mut cli = project.cli(&["plan", "--role-to-assume", role]).env("AWS_ACCESS_KEY_ID", "999999999999");
    for (name, value) in github.environment("push", &event, "x", files.path()) {
        cli = cli.env(&name, value);
    }
    let cli = cli.env("ACTIONS_ID_TOKEN_REQUEST_URL", format!("{url}/token?api-version=2.0"));
    let ran = cli.env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "planted-request-token").run();
    let reason = outputs(&files.path().join("output")).get("failure-reason").cloned().unwrap_or_default();
    (ran, reason)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_plans_with_the_role_that_it_gets_and_another_is_told_that_it_gets_none() {
    let project = Project::at(&endpoint().await, EXAMPLE);
    let root = project.aws().await;
    add_provider(&root).await;
    let [plan, _] = printed(project.account());
    let planner = role_trusting(&root, "plan", &plan, &policies(&project, "plan")).await;
    let (ran, reason) = plan_as(&project, &planner, "repo:octo-org/shop:ref:refs/heads/main");
    assert_eq!((ran.code, reason.as_str()), (Some(0), ""), "{}", ran.stderr);
    let (ran, reason) = plan_as(&project, &planner, "repo:octo-org/shop:ref:refs/heads/feature");
    assert_eq!((ran.code, reason.as_str()), (Some(1), "trust-policy"), "{}", ran.stderr);
}
