//! What an apply says: at a terminal, in CI, of drift, of waits, and when it does not get to its end.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::pull_request::World;
use crate::support::command::Ran;
use crate::support::emulator::{Make, endpoint};
use crate::support::project::Project;
use crate::support::proxy::Proxy;
use crate::support::proxy::fault::Fault;
use crate::support::terminal;

const BUNDLE: &str = "serverless-app-plan";

fn manifest(memory: u32, description: &str) -> String {
    format!(
        "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n[table.orders]\nhash_key = {{ name = \"id\", type = \"S\" }}\n\n\
         [function.orders]\nsource = \"code\"\nruntime = \"python3.12\"\nhandler = \"app.handler\"\nmemory = {memory}\n\
         description = \"{description}\"\n\n[outputs]\ntable = \"${{table.orders.name}}\"\n"
    )
}

/// A project with a function of one file.
async fn shop(make: Make) -> Project {
    let project = Project::new(make, &manifest(512, "of orders")).await;
    std::fs::create_dir(project.folder().join("code")).expect("a folder");
    std::fs::write(project.folder().join("code/app.py"), "def handler(event, context):\n    return event\n")
        .expect("a file");
    project
}

/// `1/7` of each line that says so, in order.
fn numbers(lines: &[&str]) -> Vec<String> {
    let number =
        |line: &&str| line.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map(|(n, _)| n.to_owned());
    lines.iter().filter_map(number).filter(|number| number.contains('/')).collect()
}

/// Lines that say what to do now.
fn next(ran: &Ran) -> Vec<&str> {
    let is_advice = |line: &&str| line.contains("Next: ") || line.contains("again");
    ran.stderr.lines().filter(is_advice).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn in_ci_an_apply_is_a_header_a_line_a_resource_the_outputs_and_a_verdict() {
    let project = shop(Make::Ministack).await;
    let plan = project.plan(&[]);
    let (count, id) = (plan["changes"].as_array().expect("changes").len(), project.plan_id());
    let ran = project.cli(&["apply", BUNDLE, "--expect", &id]).env("CI", "true").run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let lines: Vec<&str> = ran.stderr.lines().collect();
    let account = project.account();
    assert!(
        lines[0].starts_with(&format!("Applying shop, stage production: account {account}, region us-west-2")),
        "{}",
        ran.stderr
    );
    assert!(lines[1].starts_with(&format!("Plan id {id}: {count} to create; ")), "{}", ran.stderr);
    let expected: Vec<String> = (1..=count).map(|number| format!("{number}/{count}")).collect();
    assert_eq!(numbers(&lines), expected, "{}", ran.stderr);
    for change in plan["changes"].as_array().expect("changes") {
        let begins = format!("create {}  ", change["address"].as_str().expect("an address"));
        assert_eq!(lines.iter().filter(|line| line.contains(&begins)).count(), 1, "{begins}: {}", ran.stderr);
    }
    assert!(!ran.stderr.contains('\u{1b}'), "nothing drives a terminal where there is none: {}", ran.stderr);
    assert!(ran.stdout.starts_with("table = ") && ran.stdout.lines().count() == 1, "{}", ran.stdout);
    let verdict = lines.iter().rfind(|line| !line.is_empty() && !line.starts_with("Next: ")).expect("lines");
    assert!(verdict.starts_with(&format!("Applied: {count} done; ")), "{}", ran.stderr);
    assert_eq!(next(&ran), ["Next: serverless-app check"], "nothing is left to be applied");
}

#[tokio::test(flavor = "multi_thread")]
async fn at_a_terminal_what_runs_is_drawn_again_and_what_has_ended_stays() {
    let project = shop(Make::Ministack).await;
    let count = project.plan(&[])["changes"].as_array().expect("changes").len();
    let id = project.plan_id();
    let ran = terminal::run(&project, &["apply", BUNDLE, "--expect", &id], &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stdout);
    for running in [
        "  … create dynamodb.table/orders: call 1 of ",
        "waiting for TableStatus ACTIVE, is CREATING; ",
        "waiting for State Active, is Pending; ",
    ] {
        assert!(ran.stdout.contains(running), "{running}: {:?}", ran.stdout);
    }
    let screen = terminal::screen(&ran.stdout);
    assert!(!screen.iter().any(|row| row.contains('…')), "nothing that ran is left: {screen:#?}");
    let rows: Vec<&str> = screen.iter().map(String::as_str).collect();
    assert_eq!(numbers(&rows).into_iter().collect::<BTreeSet<_>>().len(), count, "{screen:#?}");
    assert!(rows[0].starts_with("Applying shop, stage production: "), "{screen:#?}");
    let rows: Vec<&str> = rows.into_iter().filter(|row| !row.is_empty()).collect();
    let end = &rows[rows.len() - 3..];
    assert!(end[0].starts_with("table = ") && end[1].starts_with("Applied: "), "{screen:#?}");
    assert_eq!(end[2], "Next: serverless-app check");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_of_a_ci_system_and_a_dumb_one_are_not_driven() {
    for variable in [("CI", "true"), ("TERM", "dumb")] {
        let project = shop(Make::Moto).await;
        project.plan(&[]);
        let id = project.plan_id();
        let ran = terminal::run(&project, &["apply", BUNDLE, "--expect", &id], &[variable]);
        assert_eq!(ran.code, Some(0), "{}", ran.stdout);
        let drives = ["\u{1b}[?7", "\u{1b}[J"].iter().any(|control| ran.stdout.contains(control));
        assert!(!drives && !ran.stdout.contains("  … "), "{variable:?}: {:?}", ran.stdout);
        assert!(ran.stdout.contains("[1/"), "{variable:?}: {:?}", ran.stdout);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn drift_names_what_was_planned_and_what_is_now_and_one_way_on() {
    for make in [Make::Ministack, Make::Moto] {
        let project = shop(make).await;
        project.deploy(&[]);
        project.write(&manifest(512, "of all orders"));
        project.plan(&[]);
        let update = project.aws().await.write.lambda.update_function_configuration();
        update.function_name("shop--production-orders").memory_size(1024).send().await.expect("an edit");
        let ran = project.apply(3);
        assert!(ran.stderr.contains("      MemorySize 512 when planned, 1024 now\n"), "{make:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("\nNot fully applied: 1 drifted; 0 calls sent.\n"), "{make:?}: {}", ran.stderr);
        let way = next(&ran);
        assert!(matches!(&way[..], [one] if one.ends_with("serverless-app plan")), "{make:?}: {way:?}");
        assert!(ran.stderr.ends_with(&format!("{}\n", way[0])), "{make:?}: {}", ran.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_says_the_value_that_is_wanted_the_one_that_is_seen_and_since_when() {
    let mut project = shop(Make::Ministack).await;
    project.deploy(&[]);
    project.write(&manifest(1024, "of orders"));
    let proxy = Proxy::start(&endpoint(Make::Ministack).await, Duration::ZERO);
    project.reach(&proxy.endpoint());
    project.plan(&[]);
    proxy.lag_after("UpdateFunctionConfiguration", Duration::from_secs(5));
    let ran = project.apply(0);
    let wait = "lambda.function/orders: waiting for MemorySize 1024, is 512; ";
    let waits: Vec<&str> = ran.stderr.lines().filter_map(|line| line.strip_prefix(wait)).collect();
    assert!(matches!(waits[..], ["3 s" | "4 s" | "5 s"]), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_apply_ends_with_why_a_verdict_and_the_line_to_type() {
    let mut project = shop(Make::Ministack).await;
    let proxy = Proxy::start(&endpoint(Make::Ministack).await, Duration::ZERO);
    project.reach(&proxy.endpoint());
    project.plan(&[]);
    let id = project.plan_id();
    proxy.arm_at("CreateTable", Fault::Denied("dynamodb:CreateTable", "shop--production-orders"));
    let ran = project.run(&["apply", BUNDLE, "--expect", &id, "--receipt", "it's mine.json"], 1);
    assert!(ran.stderr.contains("  ✗ failed: create dynamodb.table/orders  "), "{}", ran.stderr);
    assert!(ran.stderr.contains("      dynamodb:CreateTable: "), "{}", ran.stderr);
    let end: Vec<&str> = ran.stderr.lines().rev().take(2).collect();
    assert!(end[1].starts_with("Not fully applied: ") && end[1].contains("1 failed"), "{}", ran.stderr);
    assert!(
        end[0].starts_with("Next: ")
            && end[0].ends_with(&format!(
                "serverless-app apply serverless-app-plan --expect {id} --receipt 'it'\\''s mine.json'"
            )),
        "{}",
        ran.stderr
    );
    assert_eq!(next(&ran).len(), 1, "{}", ran.stderr);
    let line = end[0].strip_prefix("Next: ").expect("a line");
    let shell =
        std::process::Command::new("sh").args(["-c", &format!("set -- {line}; printf '%s\\n' \"$@\"")]).output();
    let words = String::from_utf8(shell.expect("a shell").stdout).expect("text");
    assert!(words.ends_with("--receipt\nit's mine.json\n"), "a shell reads the same words: {words}");
    assert_eq!(project.apply(0).code, Some(0), "what the line says goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_job_the_way_on_is_a_button() {
    let mut world = World::new().await;
    let proxy = Proxy::start(&endpoint(Make::Moto).await, Duration::ZERO);
    world.project.reach(&proxy.endpoint());
    world.project.write("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n[topic.alerts]\n");
    world.project.plan(&[]);
    let (id, merge) = (world.project.plan_id(), world.merge.clone());
    let arguments = ["apply", BUNDLE, "--expect", &id, "--allow-emulator"];
    proxy.arm_at("CreateTopic", Fault::Denied("SNS:CreateTopic", "arn:aws:sns:us-west-2:123456789012:x"));
    let failed = world.push(&merge, &arguments, 1);
    let run = "https://github.com/octo/shop/actions/runs/77";
    assert!(failed.stderr.ends_with(&format!("\nNext: press \"Re-run failed jobs\" at {run}\n")), "{}", failed.stderr);
    assert_eq!(world.output("failure-reason"), "failed");
    assert!(!failed.stderr.contains('\u{1b}') && !failed.stderr.contains("  … "), "{}", failed.stderr);
    // Somebody makes it meanwhile, and it is theirs.
    let sns = world.project.aws().await.write.sns;
    let theirs = sns.create_topic().name("shop--production-alerts").attributes("DisplayName", "theirs");
    theirs.send().await.expect("a topic");
    let drifted = world.push(&merge, &arguments, 3);
    assert!(drifted.stderr.contains("      it exists now\n"), "{}", drifted.stderr);
    let page = "https://github.com/octo/shop/actions/workflows/serverless-app-manual-apply.yml";
    assert!(drifted.stderr.ends_with(&format!("\nNext: press \"Run workflow\" at {page}\n")), "{}", drifted.stderr);
    assert_eq!(next(&drifted).iter().filter(|line| line.starts_with("Next: ")).count(), 1, "{}", drifted.stderr);
}
