//! Credentials from a job's identity token: a loopback endpoint gives the token, an emulator's STS the credentials.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::mpsc::{Receiver, channel};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::command::Ran;
use crate::support::emulator::{ACCOUNT, Make};
use crate::support::github::{Github, outputs};
use crate::support::project::Project;

const MANIFEST: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n[topic.alerts]\n";
const BEARER: &str = "planted-request-token";

/// Answers each connection with the next of these, the last one for ever; tells every request's text.
pub fn answering(answers: Vec<String>) -> (String, Receiver<String>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let (url, (send, requests)) = (format!("http://{}", listener.local_addr().unwrap()), channel());
    std::thread::spawn(move || {
        for (number, client) in listener.incoming().flatten().enumerate() {
            let mut client = client;
            let request = whole(&mut client);
            let answer = &answers[number.min(answers.len() - 1)];
            // The test may have ended by now.
            let _ = client.write_all(answer.as_bytes());
            if send.send(request).is_err() {
                break;
            }
        }
    });
    (url, requests)
}

/// A request to its end.
fn whole(client: &mut std::net::TcpStream) -> String {
    let (mut text, mut buffer) = (String::new(), [0; 4096]);
    while let Ok(read @ 1..) = client.read(&mut buffer) {
        text.push_str(&String::from_utf8_lossy(&buffer[..read]));
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            break;
        }
    }
    text
}

pub fn response(status: u16, of: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\ncontent-type: {of}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
}

fn token() -> String {
    let claims = json!({"sub": "repo:octo/shop:ref:refs/heads/main", "aud": "sts.amazonaws.com"}).to_string();
    format!("e30.{}.c2lnbmF0dXJl", URL_SAFE_NO_PAD.encode(claims))
}

fn gives_token() -> String {
    response(200, "application/json", &json!({"value": token(), "count": 1}).to_string())
}

/// Plans with a role in a job; the token's endpoint is at `url`, if there is one.
fn plan(project: &Project, url: Option<&str>, role: &str) -> (Ran, String) {
    run(project, url, &["plan", "--role-to-assume", role], &[])
}

fn run(project: &Project, url: Option<&str>, arguments: &[&str], more: &[(&str, &str)]) -> (Ran, String) {
    let (github, files) = (Github::start(), TempDir::new().unwrap());
    let event = json!({"inputs": {}, "ref": "refs/heads/main", "repository": {"id": 1, "full_name": "octo/shop"}});
    // Another account's keys lie in the environment: they must not be used.
    let mut cli = project.cli(arguments).env("AWS_ACCESS_KEY_ID", "999999999999");
    for (name, value) in more {
        cli = cli.env(name, value);
    }
    for (name, value) in github.environment("workflow_dispatch", &event, "x", files.path()) {
        cli = cli.env(&name, value);
    }
    if let Some(url) = url {
        let url = format!("{url}/token?api-version=2.0");
        cli = cli.env("ACTIONS_ID_TOKEN_REQUEST_URL", url).env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", BEARER);
    }
    let ran = cli.run();
    let reason = outputs(&files.path().join("output")).get("failure-reason").cloned().unwrap_or_default();
    (ran, reason)
}

/// The token shows nowhere but where the runner is told to hide it.
fn assert_hidden(ran: &Ran) {
    let lines = ran.stdout.lines().chain(ran.stderr.lines());
    let shown: Vec<_> = lines.filter(|line| !line.starts_with("::add-mask::")).collect();
    assert!(!shown.iter().any(|line| line.contains(&token()) || line.contains(BEARER)), "{shown:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_assumed_with_the_token_and_nothing_of_it_shows() {
    let busy = response(503, "text/plain", "busy");
    let (url, requests) = answering(vec![busy, gives_token()]);
    let project = Project::new(Make::Moto, MANIFEST).await;
    let role = format!("arn:aws:iam::{}:role/plan", project.account());
    let (ran, reason) = plan(&project, Some(&url), &role);
    assert_eq!((ran.code, reason.as_str()), (Some(0), ""), "{}", ran.stderr);
    let asked = requests.iter().take(2).last().unwrap();
    assert!(asked.starts_with("GET /token?api-version=2.0&audience=sts.amazonaws.com HTTP/1.1"), "{asked}");
    assert!(asked.contains(&format!("authorization: Bearer {BEARER}")), "{asked}");
    let text = std::fs::read_to_string(project.folder().join("serverless-app-plan/plan.json")).unwrap();
    let made: serde_json::Value = serde_json::from_str(&text).unwrap();
    // The emulator knows a role's account only as its default one.
    assert_eq!(made["site"]["account"], ACCOUNT, "not the account of the keys in the environment");
    assert!(ran.stderr.contains(&format!("::add-mask::{}", token())));
    assert_hidden(&ran);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_way_to_have_no_credentials_has_its_own_error() {
    let project = Project::at("http://127.0.0.1:9", MANIFEST);
    let (ran, reason) = plan(&project, None, "arn:aws:iam::123456789012:role/plan");
    assert_eq!((ran.code, reason.as_str()), (Some(1), "id-token-permission"));
    assert!(ran.stderr.contains("id-token: write"), "{}", ran.stderr);
    let (url, _requests) = answering(vec![response(401, "text/plain", BEARER)]);
    let (ran, reason) = plan(&project, Some(&url), "arn:aws:iam::123456789012:role/plan");
    assert_eq!((ran.code, reason.as_str()), (Some(1), "id-token"), "{}", ran.stderr);
    assert_hidden(&ran);
    let (url, _requests) = answering(vec![gives_token()]);
    let denied = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>\
                  <Message>Not authorized to perform sts:AssumeRoleWithWebIdentity</Message></Error></ErrorResponse>";
    let (sts, _requests) = answering(vec![response(403, "text/xml", denied)]);
    let project = Project::at(&sts, MANIFEST);
    let (ran, reason) = plan(&project, Some(&url), "arn:aws:iam::123456789012:role/plan");
    assert_eq!((ran.code, reason.as_str()), (Some(1), "trust-policy"), "{}", ran.stderr);
    assert!(ran.stderr.contains("sub = repo:octo/shop:ref:refs/heads/main"), "{}", ran.stderr);
    assert!(ran.stderr.contains("repo:OWNER@ID/NAME@ID"), "{}", ran.stderr);
    assert_hidden(&ran);
}

#[test]
fn a_role_that_is_not_the_app_s_gets_no_token() {
    let (url, requests) = answering(vec![gives_token()]);
    let manifest = MANIFEST.replace("[app]\n", "[app]\naccount = \"111111111111\"\n");
    let project = Project::at("http://127.0.0.1:9", &manifest);
    for (role, reason) in [
        ("arn:aws:iam::222222222222:role/plan", "wrong-account"),
        ("arn:aws-cn:iam::111111111111:role/plan", "wrong-region"),
        ("plan", "role"),
    ] {
        let (ran, told) = plan(&project, Some(&url), role);
        assert_eq!((ran.code, told.as_str()), (Some(1), reason), "{}", ran.stderr);
    }
    let elsewhere = [("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")];
    let role = ["plan", "--role-to-assume", "arn:aws:iam::111111111111:role/plan"];
    let (ran, told) = run(&project, Some(&url), &role, &elsewhere);
    assert_eq!((ran.code, told.as_str()), (Some(1), "credentials"), "{}", ran.stderr);
    assert!(ran.stderr.contains("AWS_ENDPOINT_URL_STS"), "{}", ran.stderr);
    assert!(requests.try_recv().is_err(), "GitHub was asked for a token");
}

#[test]
fn an_account_that_does_not_know_github_and_a_bad_session_are_told_apart() {
    for (code, reason) in [("InvalidIdentityToken", "identity-provider"), ("ValidationError", "role-session")] {
        let (url, _requests) = answering(vec![gives_token()]);
        let body = format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>No</Message></Error></ErrorResponse>"
        );
        let (sts, _requests) = answering(vec![response(400, "text/xml", &body)]);
        let project = Project::at(&sts, MANIFEST);
        let (ran, told) = plan(&project, Some(&url), "arn:aws:iam::123456789012:role/plan");
        assert_eq!((ran.code, told.as_str()), (Some(1), reason), "{}", ran.stderr);
        assert_hidden(&ran);
    }
}

#[test]
fn a_command_line_and_a_manifest_that_are_wrong_are_told_to_github() {
    let project = Project::at("http://127.0.0.1:9", "[app]\nnam = 1\n");
    let (ran, told) = run(&project, None, &["plan", "--no-such-option"], &[]);
    assert_eq!((ran.code, told.as_str()), (Some(64), "usage"), "{}", ran.stderr);
    // The checkout lies above the folder that the job works in.
    let root = project.folder().parent().expect("a folder above").to_str().expect("a path").to_owned();
    let (ran, told) = run(&project, None, &["plan"], &[("GITHUB_WORKSPACE", &root)]);
    assert_eq!((ran.code, told.as_str()), (Some(64), "manifest"), "{}", ran.stderr);
    let folder = project.folder().file_name().and_then(|name| name.to_str()).expect("a name");
    let place = format!("::error file={folder}/serverless-app.toml,line=");
    assert!(ran.stderr.contains(&place), "{place}\n{}", ran.stderr);
}

/// What STS answers with credentials that are good until then.
fn credentials_until(end: &str) -> String {
    let keys = "<AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>planted-secret-key</SecretAccessKey>\
                <SessionToken>planted-secret-session</SessionToken>";
    let result = format!("<Credentials>{keys}<Expiration>{end}</Expiration></Credentials>");
    let result = format!("<AssumeRoleWithWebIdentityResult>{result}</AssumeRoleWithWebIdentityResult>");
    response(
        200,
        "text/xml",
        &format!("<AssumeRoleWithWebIdentityResponse>{result}</AssumeRoleWithWebIdentityResponse>"),
    )
}

#[test]
fn credentials_that_have_expired_are_fetched_again_with_a_new_token() {
    let (url, tokens) = answering(vec![gives_token()]);
    let (sts, exchanges) = answering(vec![credentials_until("2020-01-01T00:00:00Z")]);
    let (ran, _) = plan(&Project::at(&sts, MANIFEST), Some(&url), "arn:aws:iam::123456789012:role/plan");
    assert_eq!(ran.code, Some(1), "there is no AWS behind it: {}", ran.stderr);
    assert!(tokens.try_iter().count() >= 2, "{}", ran.stderr);
    assert!(exchanges.try_iter().filter(|text| text.contains("AssumeRoleWithWebIdentity")).count() >= 2);
    for secret in ["ASIAEXAMPLE", "planted-secret-key", "planted-secret-session"] {
        assert!(ran.stderr.contains(&format!("::add-mask::{secret}")), "{secret}: {}", ran.stderr);
    }
}

#[test]
fn aws_that_could_not_check_the_token_is_asked_again() {
    let (url, _tokens) = answering(vec![gives_token()]);
    let busy = "<ErrorResponse><Error><Type>Sender</Type><Code>IDPCommunicationError</Code><Message>No</Message></Error></ErrorResponse>";
    let denied = busy.replace("IDPCommunicationError", "AccessDenied");
    let (sts, exchanges) = answering(vec![response(400, "text/xml", busy), response(403, "text/xml", &denied)]);
    let (ran, reason) = plan(&Project::at(&sts, MANIFEST), Some(&url), "arn:aws:iam::123456789012:role/plan");
    assert_eq!((ran.code, reason.as_str()), (Some(1), "trust-policy"), "{}", ran.stderr);
    assert_eq!(exchanges.try_iter().count(), 2);
}

/// The session policy that a request for credentials asks for.
fn session_policy(request: &str) -> Option<Value> {
    let body = request.split_once("\r\n\r\n")?.1;
    let policy = body.split('&').find_map(|pair| pair.strip_prefix("Policy="))?;
    let text = percent_encoding::percent_decode_str(&policy.replace('+', " ")).decode_utf8_lossy().into_owned();
    Some(serde_json::from_str(&text).expect("a policy"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apply_limits_each_service_to_its_part_of_the_plan_and_widens_what_aws_cannot_pack() {
    let project = Project::new(Make::Moto, MANIFEST).await;
    project.plan(&[]);
    let caller = format!("<Account>{}</Account><Arn>arn</Arn><UserId>u</UserId>", project.account());
    let caller = format!("<GetCallerIdentityResult>{caller}</GetCallerIdentityResult>");
    let caller = format!("<GetCallerIdentityResponse>{caller}</GetCallerIdentityResponse>");
    let error =
        |code: &str| format!("<ErrorResponse><Error><Code>{code}</Code><Message>No</Message></Error></ErrorResponse>");
    let good = || credentials_until("2100-01-01T00:00:00Z");
    let (sts, requests) = answering(vec![
        good(),
        response(200, "text/xml", &caller),
        response(400, "text/xml", &error("PackedPolicyTooLarge")),
        good(),
        response(403, "text/xml", &error("AuthorizationError")),
    ]);
    let (url, _tokens) = answering(vec![gives_token()]);
    let id = at_endpoint(&project, &sts);
    let role = format!("arn:aws:iam::{}:role/apply", project.account());
    let arguments = ["apply", "serverless-app-plan", "--expect", &id, "--session-policy", "--allow-emulator"];
    let (ran, _) = run(
        &project,
        Some(&url),
        &[&arguments[..], &["--role-to-assume", &role]].concat(),
        &[("AWS_ENDPOINT_URL", &sts)],
    );
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let asked: Vec<Value> = requests.try_iter().filter_map(|request| session_policy(&request)).collect();
    let [who, exact, wider] = asked.as_slice() else { panic!("{asked:#?}\n{}", ran.stderr) };
    assert_eq!(who["Statement"][0]["Action"], json!(["sts:GetCallerIdentity"]));
    let resources = |policy: &Value| policy["Statement"].to_string();
    assert!(resources(exact).contains("shop--production-alerts") && !resources(exact).contains("shop--production-*"));
    assert!(resources(wider).contains("shop--production-*"), "{wider}");
    assert!(resources(wider).contains("sns:CreateTopic") && !resources(wider).contains("dynamodb"), "{wider}");
    assert_hidden(&ran);
}

/// The plan as it were for another endpoint; its id.
fn at_endpoint(project: &Project, endpoint: &str) -> String {
    let path = project.folder().join("serverless-app-plan/plan.json");
    let plan: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let old = plan["site"]["endpoint"].as_str().unwrap();
    let text = std::fs::read_to_string(&path).unwrap().replace(old, endpoint);
    std::fs::write(&path, text).unwrap();
    project.plan_id()
}

#[tokio::test(flavor = "multi_thread")]
async fn with_session_policies_an_app_is_planned_applied_and_removed() {
    let (url, _tokens) = answering(vec![gives_token()]);
    let project = Project::new(Make::Moto, &MANIFEST.replace("\"shop\"", "\"limited\"")).await;
    // The emulator knows a role's account only as its default one.
    let role = format!("arn:aws:iam::{ACCOUNT}:role/apply");
    let limited = [("SERVERLESS_APP_SESSION_POLICY", "true"), ("SERVERLESS_APP_ROLE_TO_ASSUME", role.as_str())];
    for (more, mode) in [(&[][..], "apply"), (&["--destroy"][..], "destroy")] {
        let (ran, _) = run(&project, Some(&url), &[&["plan"], more].concat(), &limited);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let told = "The credentials of the apply will allow, and nothing else: sns, tag: exactly the plan's resources.";
        assert!(ran.stdout.contains(told), "{}", ran.stdout);
        let id = project.plan_id();
        let source = if more.is_empty() { &["--source", "."][..] } else { &[] };
        let apply = ["apply", "serverless-app-plan", "--expect", &id, "--allow-emulator", "--mode", mode];
        let (ran, reason) = run(&project, Some(&url), &[&apply[..], source].concat(), &limited);
        assert_eq!((ran.code, reason.as_str()), (Some(0), ""), "{}", ran.stderr);
    }
    let id = project.plan_id();
    let ran = project.run(&["apply", "serverless-app-plan", "--expect", &id, "--session-policy"], 64);
    assert!(ran.stderr.contains("give --role-to-assume"), "{}", ran.stderr);
}
