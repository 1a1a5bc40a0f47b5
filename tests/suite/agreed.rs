//! `apply` without a bundle: at a terminal it plans, shows, asks, and applies what was shown.

use std::time::Duration;

use crate::support::command::Ran;
use crate::support::emulator::{Make, endpoint};
use crate::support::project::{Project, changes};
use crate::support::proxy::Proxy;
use crate::support::proxy::fault::Fault;
use crate::support::terminal;

const MANIFEST: &str = "[app]\nname = \"agreed\"\nregion = \"us-west-2\"\n\n[topic.jobs]\n";
const BUNDLE: &str = "serverless-app-plan";

fn apply(project: &Project, typed: &str, more: &[&str]) -> Ran {
    project.place(terminal::cli(&[&["apply"], more].concat())).env("TYPED", typed).run()
}

#[tokio::test(flavor = "multi_thread")]
async fn at_a_terminal_what_was_shown_is_applied_after_a_yes() {
    let project = Project::new(Make::Ministack, MANIFEST).await;
    let no = apply(&project, "n\n", &[]);
    assert_eq!(no.code, Some(1), "{}", no.stdout);
    assert!(no.stdout.contains("create topic jobs") && no.stdout.contains("Apply? [y/N]: "), "{}", no.stdout);
    assert!(no.stdout.contains("Nothing was applied."), "{}", no.stdout);
    assert_eq!(changes(&project.plan(&[])), ["create sns.topic/jobs"]);
    let yes = apply(&project, "y\n", &[]);
    assert_eq!(yes.code, Some(0), "{}", yes.stdout);
    let id = project.plan_id();
    assert!(yes.stdout.contains(&id[..20]), "{id}\n{}", yes.stdout);
    // The account of it is where that of an apply with a bundle is, and it is of the plan that was shown.
    let receipt = std::fs::read_to_string(project.folder().join(BUNDLE).join("receipt.json")).expect("a receipt");
    assert!(receipt.contains(&id) && receipt.contains("sns:CreateTopic"), "{receipt}");
    project.run(&["show", BUNDLE, "--receipt", &format!("{BUNDLE}/receipt.json")], 0);
    assert!(project.folder().join(BUNDLE).join("journal.jsonl").exists());
    let nothing = apply(&project, "", &[]);
    assert_eq!(nothing.code, Some(0), "{}", nothing.stdout);
    assert!(!nothing.stdout.contains("Apply?"), "{}", nothing.stdout);
    let destroy = apply(&project, "y\n", &["--mode", "destroy", "--stage", "production"]);
    assert_eq!(destroy.code, Some(0), "{}", destroy.stdout);
    assert!(destroy.stdout.contains("delete topic jobs"), "{}", destroy.stdout);
    assert_eq!(changes(&project.plan(&[])), ["create sns.topic/jobs"]);
}

/// What plans afresh would take journal and receipt of the first try away.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_failure_the_next_line_applies_the_plan_that_was_shown() {
    let mut project = Project::new(Make::Ministack, MANIFEST).await;
    let proxy = Proxy::start(&endpoint(Make::Ministack).await, Duration::ZERO);
    project.reach(&proxy.endpoint());
    proxy.arm_at("CreateTopic", Fault::Denied("SNS:CreateTopic", "arn:aws:sns:us-west-2:123456789012:x"));
    let failed = apply(&project, "y\n", &["--manifest", "./serverless-app.toml", "--receipt", "mine.json"]);
    assert_eq!(failed.code, Some(1), "{}", failed.stdout);
    let id = project.plan_id();
    let line = failed.stdout.lines().rev().find_map(|line| line.split_once("Next: ")).map(|(_, line)| line.trim_end());
    let (_, line) = line.and_then(|line| line.split_once(' ')).unwrap_or_else(|| panic!("{}", failed.stdout));
    assert_eq!(line, format!("apply {BUNDLE} --expect {id} --receipt mine.json"));
    project.run(&line.split(' ').collect::<Vec<_>>(), 0);
    let receipt = std::fs::read_to_string(project.folder().join("mine.json")).expect("a receipt");
    let receipt: serde_json::Value = serde_json::from_str(&receipt).expect("JSON");
    assert_eq!(receipt["earlier"].as_array().map(Vec::len), Some(1), "the first try: {receipt}");
    assert_eq!(changes(&project.plan(&[])), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_can_be_asked_it_is_an_error_and_says_what_to_do() {
    let project = Project::new(Make::Ministack, MANIFEST).await;
    let says = "run `serverless-app plan`, then `serverless-app apply serverless-app-plan --expect <plan id>`";
    let piped = project.run(&["apply"], 64);
    let words = piped.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains(says) && words.contains("only at a terminal"), "{}", piped.stderr);
    for (name, value) in [("CI", "true"), ("GITHUB_ACTIONS", "true")] {
        let cli = project.place(terminal::cli(&["apply"])).env("TYPED", "y\n").env(name, value);
        let ran = cli.run();
        assert_eq!(ran.code, Some(64), "{name} {}", ran.stdout);
        assert!(ran.stdout.contains(says) && !ran.stdout.contains("Apply?"), "{}", ran.stdout);
    }
    // The plan would go into the pipe, and nobody would have seen what the question is about.
    for arguments in [&["apply"][..], &["apply", "--format", "json"]] {
        let ran = project.place(terminal::piped(arguments)).env("TYPED", "y\n").run();
        assert!(ran.stdout.contains("ended with 64") && ran.stdout.contains(says), "{}", ran.stdout);
        assert!(!ran.stdout.contains("Apply?"), "{}", ran.stdout);
    }
    assert!(!project.folder().join(BUNDLE).exists(), "nothing was planned");
    let half = project.run(&["apply", BUNDLE], 64);
    assert!(half.stderr.contains("--expect") && half.stderr.contains("the plan id is what"), "{}", half.stderr);
    let id = format!("sha256:{}", "0".repeat(64));
    let lone = project.run(&["apply", BUNDLE, "--expect", &id, "--manifest", "other.toml"], 64);
    assert!(lone.stderr.contains("with a bundle, --manifest"), "{}", lone.stderr);
}
