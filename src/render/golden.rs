//! Every rendering of every plan in `fixtures/render`, against the files beside it.
//!
//! `UPDATE_GOLDEN=1 cargo test render` writes those files again; their diff is then what to review.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::terminal::View;
use super::*;
use crate::apply::report::{ChangeResult, Outcome, Report};
use crate::canonical::{self, Sha};
use crate::plan::{Action, file};

mod dangerous;

const CASES: [&str; 4] = ["empty", "first", "mixed", "hostile"];

pub(super) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/render").join(name)
}

/// Reads a plan from JSON that is written for people.
pub(super) fn parse(readable: &Value) -> (Plan, Sha) {
    let mut bytes = canonical::bytes(readable).expect("the plan is JSON");
    bytes.push(b'\n');
    let plan = file::read(&bytes).expect("the fixture is a plan");
    (plan, file::id(&bytes))
}

pub(super) fn load(case: &str) -> (Plan, Sha) {
    let text = std::fs::read_to_string(fixture(&format!("{case}.json"))).expect("the fixture exists");
    parse(&serde_json::from_str(&text).expect("the fixture is JSON"))
}

/// Compares with a golden file, or writes it where `UPDATE_GOLDEN` asks for that.
pub(super) fn check(name: &str, actual: &str) {
    let path = fixture(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        std::fs::write(&path, actual).expect("the golden file can be written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    if expected == actual {
        return;
    }
    let (old, new): (Vec<_>, Vec<_>) = (expected.lines().collect(), actual.lines().collect());
    let differing = (0..old.len().max(new.len())).filter(|at| old.get(*at) != new.get(*at)).take(20);
    let lines = differing.map(|at| {
        let side = |lines: &[&str]| lines.get(at).map_or("(no such line)".to_owned(), |line| format!("{line:?}"));
        format!("{}:\n  - {}\n  + {}\n", at + 1, side(&old), side(&new))
    });
    let lines: String = lines.collect();
    panic!("{name} differs from its golden file (UPDATE_GOLDEN=1 writes it again):\n{lines}");
}

fn coloured() -> View {
    View { colour: true, ..View::default() }
}

#[test]
fn every_plan_is_rendered_as_its_golden_files_say() {
    for case in CASES {
        let (plan, id) = load(case);
        let extra = Extra::default();
        check(&format!("{case}.txt"), &terminal(&plan, &id, &extra, &View::default()));
        let calls = View { calls: true, ..View::default() };
        check(&format!("{case}-calls.txt"), &terminal(&plan, &id, &extra, &calls));
        check(&format!("{case}.md"), &markdown(&plan, &id));
        check(&format!("{case}.mmd"), &mermaid(&plan));
    }
}

#[test]
fn what_keeps_a_plan_from_being_applied_is_said_first_in_every_format() {
    let (plan, id) = load("first");
    let denied = plan.changes[0].address.clone();
    let extra = Extra { denied: vec![denied.clone()], base_moved: Some("\u{1b}[2J`x`".into()), ..Extra::default() };
    let text = terminal(&plan, &id, &extra, &View::default());
    assert!(text.contains("Cannot be applied\n  ! The base branch has moved to "), "{text}");
    assert!(text.contains(&format!("  ! {denied}: [deny] forbids this change.\n")), "{text}");
    for markdown in [document(&plan, &id, &extra), comment(&plan, &id, &extra)] {
        assert!(markdown.starts_with("> [!CAUTION]\n> - The base branch has moved to "), "{markdown}");
        assert!(markdown.contains(&format!("> - `{denied}`: `[deny]` forbids this change.\n")), "{markdown}");
        assert!(!text.contains('\u{1b}') && !markdown.contains('\u{1b}'), "a value never drives a terminal");
    }
}

#[test]
fn colours_only_repeat_what_the_text_says() {
    for case in CASES {
        let (plan, id) = load(case);
        let coloured = terminal(&plan, &id, &Extra::default(), &coloured());
        let plain = terminal(&plan, &id, &Extra::default(), &View::default());
        assert!(!plain.contains('\u{1b}'));
        assert!(coloured.contains("\u{1b}[1m"));
        let stripped = coloured.split('\u{1b}').enumerate().map(|(at, part)| match at {
            0 => part,
            _ => part.split_once('m').expect("only colours are escapes").1,
        });
        assert_eq!(stripped.collect::<String>(), plain);
    }
}

pub(super) fn result(name: &str, action: Action, outcome: Outcome, calls: usize, ms: u64) -> ChangeResult {
    let address = format!("logs.log-group/{name}").parse().expect("the literal is valid");
    let (name, duration) = (format!("/aws/lambda/shop-{name}"), Duration::from_millis(ms));
    ChangeResult { address, name, action, outcome, calls, duration }
}

pub(super) fn report(results: Vec<ChangeResult>) -> Report {
    let outputs = BTreeMap::from([
        ("url".to_owned(), "https://abc.example/v1".to_owned()),
        ("hostile`|\n".to_owned(), "@octocat\u{1b}[2J".to_owned()),
    ]);
    Report { plan_id: Sha::of(b"plan"), results, outputs, calls: Vec::new() }
}

#[test]
fn reports_are_rendered_as_their_golden_files_say() {
    let blocker = || "logs.log-group/bad".parse().expect("the literal is valid");
    let moved = vec!["retentionInDays: 7, planned against 30".to_owned(), "tags.Team".to_owned()];
    let done = vec![
        result("api", Action::Create, Outcome::Done, 2, 1_432),
        result("jobs", Action::Update, Outcome::AlreadyDone, 0, 40),
    ];
    let failure =
        "logs:PutRetentionPolicy: 400 InvalidParameterException: see https://evil.example, @octocat\u{1b}[2J\n\n# no";
    let failed = vec![
        result("api", Action::Create, Outcome::Done, 2, 1_432),
        result("bad", Action::Replace, Outcome::Failed(failure.into()), 1, 90_000),
        result("moved", Action::Update, Outcome::Drifted(moved), 0, 5_000),
        result("next", Action::Delete, Outcome::Blocked { by: blocker() }, 0, 0),
        result("late", Action::Adopt, Outcome::NotStarted, 0, 0),
    ];
    for (case, results) in [("report-done", done), ("report-failed", failed), ("report-empty", Vec::new())] {
        let report = report(results);
        check(&format!("{case}.txt"), &(report::terminal(&report, false) + &report::outputs(&report.outputs)));
        check(&format!("{case}.md"), &applied::markdown(&report));
    }
}

/// A plan with many changes, each waiting for a few before it.
pub(super) fn large(count: usize) -> (Plan, Sha) {
    let change = |n: usize| {
        let name = format!("/aws/lambda/shop--production-{n}");
        let waits: Vec<String> =
            (1..4).filter(|back| n >= *back).map(|back| format!("logs.log-group/g{:05}", n - back)).collect();
        let digest = format!("sha256:{n:064x}");
        json!({
            "address": format!("logs.log-group/g{n:05}"), "name": name, "action": "create", "lane": "l",
            "waits_for": waits.into_iter().rev().collect::<Vec<_>>(), "tags": [], "before": "absent", "identity": null,
            "diff": [{"path": "retentionInDays", "new": {"value": 30}}, {"path": "tags.Täg", "new": {"value": "ü".repeat(30)}}],
            "steps": [
                {"call": {"api": "logs:CreateLogGroup", "input": {"logGroupName": name, "tags": {"Täg": "ü".repeat(30)}}}, "leads_to": digest},
                {"call": {"api": "logs:PutRetentionPolicy", "input": {"logGroupName": name, "retentionInDays": 30}}, "leads_to": digest},
            ],
        })
    };
    parse(&json!({
        "format": 1, "app": "shop", "stage": "production", "changes": (0..count).map(change).collect::<Vec<_>>(),
        "site": {"account": "123456789012", "region": "us-west-2", "partition": "aws", "endpoint": "aws"},
        "unchanged": 0, "known": {}, "blobs": {}, "outputs": {}, "notes": [],
    }))
}

#[test]
fn a_failure_keeps_its_limit_and_says_when_it_was_cut() {
    let long = format!("x{}\n{}\nend", "`".repeat(40), "word ".repeat(1_000));
    let whole = failure("shop", "production", "refused", &long, usize::MAX);
    assert!(whole.contains("\nend\n") && !whole.contains(CUT), "{whole}");
    assert_eq!(failure("shop", "production", "refused", &long, whole.len()), whole);
    for limit in 300..whole.len() {
        let text = failure("shop", "production", "refused", &long, limit);
        assert!(text.len() <= limit && text.ends_with(CUT), "{} of {limit}", text.len());
        assert_eq!(text.lines().filter(|line| line.starts_with("```")).count() % 2, 0, "{text}");
    }
}

#[test]
fn a_chart_that_github_would_not_draw_becomes_one_of_kinds() {
    let edges = |count: usize| mermaid(&large(count).0).matches("-->").count();
    assert_eq!((edges(100), edges(101)), (99, 0));
    check("large.mmd", &mermaid(&large(101).0));
}

#[test]
fn a_plan_of_5000_changes_is_rendered_at_once() {
    let (plan, id) = large(5_000);
    let extra = Extra::default();
    let start = Instant::now();
    let (text, shown) = (terminal(&plan, &id, &extra, &coloured()), comment(&plan, &id, &extra));
    let taken = start.elapsed();
    assert!(text.contains("5,000 to create") && shown.len() <= comment::COMMENT && shown.len() > 20_000);
    // What is not linear takes minutes. An unoptimised build on a busy machine is many times slower than the 200 ms of a
    // release build.
    let limit = Duration::from_millis(if cfg!(debug_assertions) { 20_000 } else { 400 });
    assert!(taken < limit, "{taken:?}");
}
