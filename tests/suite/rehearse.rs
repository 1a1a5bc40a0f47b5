//! `rehearse`: what is to reach a function reaches it.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serverless_app::emulator::cache_folder;

use crate::support::command::{Cli, Ran};

fn rehearse(folder: &Path) -> Ran {
    let cache = cache_folder().expect("a cache folder");
    Cli::new(&["rehearse"]).folder(folder).env("SERVERLESS_APP_CACHE", cache).timeout(Duration::from_secs(300)).run()
}

const MANIFEST: &str = r#"[app]
name = "reached"
region = "us-west-2"
[bucket.uploads]
notify = [
    { events = ["object-created:put"], prefix = "in/", suffix = ".csv", function = "worker" },
    { events = ["object-created"], prefix = "bad/", function = "fails" },
    { events = ["object-removed"], function = "worker" },
]
[topic.alerts]
subscriptions = [{ lambda = "worker" }]
[function.worker]
source = "worker"
runtime = "python3.12"
handler = "main.handler"
environment = { BUCKET = "${bucket.uploads.name}" }
access = [{ bucket = "uploads", actions = "read" }]
[function.fails]
source = "worker"
runtime = "python3.12"
handler = "main.fail"
"#;
const CODE: &str =
    "def handler(event, context):\n    print(event)\n\n\ndef fail(event, context):\n    raise ValueError(event)\n";

#[test]
fn a_rehearsal_says_what_reaches_which_function() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("serverless-app.toml"), MANIFEST).expect("a manifest");
    std::fs::create_dir(folder.path().join("worker")).expect("a folder");
    std::fs::write(folder.path().join("worker/main.py"), CODE).expect("code");
    let ran = rehearse(folder.path());
    assert_eq!(ran.code, Some(0), "{}\n{}", ran.stdout, ran.stderr);
    let told: Vec<&str> =
        ran.stdout.lines().filter(|line| line.starts_with("an object") || line.starts_with("a message")).collect();
    let expected = [
        "an object in bucket uploads: reached function fails, which failed: its log says why",
        "an object in bucket uploads: reached function worker",
        "an object in bucket uploads: not tried for function worker: it is for events other than a put",
        "a message on topic alerts: reached function worker",
    ];
    assert_eq!(told, expected, "{}", ran.stdout);
}

#[test]
fn an_app_with_images_and_buckets_for_packages_is_planned_and_applied_and_nothing_is_sent_to_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let image = format!("123456789012.dkr.ecr.us-west-2.amazonaws.com/shop@sha256:{}", "0123456789abcdef".repeat(4));
    let topic = "[topic.alerts]\nsubscriptions = [{ lambda = \"worker\" }]\n";
    for packages in ["bootstrap", "rehearsed-zips"] {
        let app = format!("[app]\nname = \"imaged\"\nregion = \"us-west-2\"\npackages = \"{packages}\"\n");
        let text = format!("{app}{topic}[function.worker]\nimage = \"{image}\"\n");
        std::fs::write(folder.path().join("serverless-app.toml"), text).expect("a manifest");
        let ran = rehearse(folder.path());
        assert_eq!(ran.code, Some(0), "{}\n{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.contains("Planned again: no changes."), "{}", ran.stdout);
        assert!(
            ran.stdout.contains("The emulator cannot run container images, and the app has some (worker): "),
            "{}",
            ran.stdout
        );
        assert!(!ran.stdout.contains("a message on topic"), "{}", ran.stdout);
    }
}

const HTTP_API: &str = r#"[app]
name = "reached"
region = "us-west-2"
[function.worker]
source = "worker"
runtime = "python3.12"
handler = "main.answer"
[function.judge]
source = "worker"
runtime = "python3.12"
handler = "main.judge"
[queue.jobs]
[bus.orders]
[workflow.order]
definition = "order.asl.json"
[http_api.web]
routes = [
    { route = "GET /items", function = "worker" },
    { route = "GET /items/{id}", function = "worker" },
    { route = "POST /jobs", send = "jobs", parameters = { MessageBody = "$request.body.id" } },
    { route = "POST /events", put = "orders", source = "shop", detail_type = "${request.body.id} placed" },
    { route = "POST /orders", start = "order" },
    { route = "GET /signed", function = "worker", auth = "iam" },
    { route = "GET /judged", function = "worker", auth = "judge" },
    { route = "GET /mine", function = "worker", auth = "users", scopes = ["read"] },
    { route = "ANY /asked", function = "worker", auth = "askers" },
    { route = "$default", function = "worker" },
]
[http_api.web.authorizer.users]
issuer = "https://issuer.example"
audience = ["web"]
[http_api.web.authorizer.askers]
issuer = "https://issuer.example"
audience = ["web"]
identity_source = "$request.querystring.token"
[http_api.web.authorizer.judge]
function = "judge"
simple = true
"#;
const ANSWERS: &str = "def answer(event, context):\n    return {\"statusCode\": 200, \"body\": event[\"routeKey\"]}\n\n\n\
    def judge(event, context):\n    return {\"isAuthorized\": False}\n";

/// What a rehearsal said of each request: the path, and the answer below it.
fn answers(stdout: &str) -> Vec<String> {
    let lines: Vec<&str> = stdout.lines().collect();
    let is_call =
        |line: &str| line.split(' ').nth(1).is_some_and(|url| url.starts_with("http") && url.contains("/_aws/"));
    let pairs = lines.windows(2).filter(|pair| is_call(pair[0]) && pair[1].starts_with("  "));
    let said = pairs.map(|pair| {
        let (method, url) = pair[0].split_once(' ').expect("a method");
        let path = url.splitn(7, '/').nth(6).unwrap_or_default();
        format!("{method} /{path}: {}", pair[1].trim())
    });
    said.collect()
}

/// Open routes, services that routes ask, and routes that ask for a token: by one that no issuer but the rehearsal's has made.
#[test]
fn a_rehearsal_calls_the_routes_of_an_http_api_that_it_can_call() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("serverless-app.toml"), HTTP_API).expect("a manifest");
    std::fs::create_dir(folder.path().join("worker")).expect("a folder");
    std::fs::write(folder.path().join("worker/main.py"), ANSWERS).expect("code");
    let flow = r#"{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}"#;
    std::fs::write(folder.path().join("order.asl.json"), flow).expect("a definition");
    let ran = rehearse(folder.path());
    assert_eq!(ran.code, Some(0), "{}\n{}", ran.stdout, ran.stderr);
    let answers = answers(&ran.stdout);
    let begins = [
        "GET /items: 200 GET /items",
        "POST /jobs: 200 {\"MessageId\"",
        "POST /events: 200 {\"FailedEntryCount\": 0",
        "POST /orders: 200 {\"executionArn\"",
        "POST /: 200 $default",
        "POST /asked with a token: 200 ANY /asked",
        "GET /mine with a token: 200 GET /mine",
    ];
    assert_eq!(answers.len(), begins.len(), "{answers:#?}");
    for (answer, begin) in answers.iter().zip(begins) {
        assert!(answer.starts_with(begin), "{begin}\n{answer}");
    }
}

/// A hosted zone, which on AWS is there already, is made beforehand.
#[test]
fn a_rehearsal_makes_a_domain_name_and_its_alias_in_a_zone_of_that_id() {
    let folder = tempfile::tempdir().expect("a folder");
    let manifest = "[app]\nname = \"named\"\nregion = \"us-west-2\"\n\n\
        [function.worker]\nsource = \"worker\"\nruntime = \"python3.12\"\nhandler = \"main.answer\"\n\
        [http_api.web]\nroutes = [{ route = \"GET /items\", function = \"worker\" }]\n\
        domain = { name = \"api.example.org\", certificate = \"arn:aws:acm:us-west-2:${account}:certificate/one\", \
        path = \"web\", zone = \"Z0123456789ABCDEFGHIJ\" }\n";
    std::fs::write(folder.path().join("serverless-app.toml"), manifest).expect("a manifest");
    std::fs::create_dir(folder.path().join("worker")).expect("a folder");
    std::fs::write(folder.path().join("worker/main.py"), ANSWERS).expect("code");
    let ran = rehearse(folder.path());
    assert_eq!(ran.code, Some(0), "{}\n{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("Planned again: no changes."), "{}", ran.stdout);
    assert!(ran.stdout.contains("alias") && ran.stdout.contains("api.example.org"), "{}", ran.stdout);
}

/// The example of all that reaches functions, as a user rehearses it.
#[test]
fn all_that_the_example_of_events_sends_reaches_its_function() {
    let ran = rehearse(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/events"));
    assert_eq!(ran.code, Some(0), "{}\n{}", ran.stdout, ran.stderr);
    for what in
        ["a message in queue jobs", "an event for rule paid", "an item in table items", "an object in bucket uploads"]
    {
        let line = format!("{what}: reached function worker");
        assert!(ran.stdout.lines().any(|told| told == line), "{line}\n{}", ran.stdout);
    }
    assert!(ran.stdout.contains("id = \"seen:aws:s3\""), "{}", ran.stdout);
}

#[test]
fn the_worker_of_the_example_of_events_passes_its_own_tests() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/events/worker");
    let mut command = Command::new("python3");
    command.current_dir(folder).env_clear().env("PYTHONDONTWRITEBYTECODE", "1").args(["-m", "unittest"]);
    command.envs(std::env::vars_os().filter(|(name, _)| name == "PATH"));
    let output = command.output().expect("python3 starts");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && told.contains("Ran 4 tests"), "{told}");
}

const BUILT: &str = r#"[app]
name = "built"
region = "us-west-2"
[function.own]
source = "own"
runtime = "provided.al2023"
handler = "bootstrap"
build = { command = "sh build.sh", output = "out" }
[http_api.web]
routes = [{ route = "GET /built", function = "own" }]
"#;

/// A runtime of one's own, by what every machine has that runs these tests.
const RUNTIME: &str = r#"#!/usr/bin/env python3
import json, os, urllib.request
base = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
while True:
    with urllib.request.urlopen(base + "next") as event:
        number = event.headers["Lambda-Runtime-Aws-Request-Id"]
        route = json.load(event)["routeKey"]
    body = json.dumps({"statusCode": 200, "body": "SAYS " + route}).encode()
    urllib.request.urlopen(urllib.request.Request(base + number + "/response", body, method="POST")).close()
"#;

#[test]
fn a_rehearsal_builds_and_calls_a_function_with_a_runtime_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("own")).expect("a folder");
    let script = "mkdir out\nsed s/SAYS/built/ runtime.py >out/bootstrap\nchmod +x out/bootstrap\n";
    for (path, text) in [("serverless-app.toml", BUILT), ("own/runtime.py", RUNTIME), ("own/build.sh", script)] {
        std::fs::write(folder.path().join(path), text).expect("a file");
    }
    let ran = rehearse(folder.path());
    assert_eq!(ran.code, Some(0), "{}\n{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains("Building own: sh build.sh"), "{}", ran.stderr);
    assert_eq!(answers(&ran.stdout), ["GET /built: 200 built GET /built"], "{}", ran.stdout);
}
