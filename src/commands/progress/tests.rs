use serde_json::json;

use super::*;
use crate::apply::{ChangeResult, Outcome};
use crate::canonical;
use crate::plan::{Action, file};

/// A plan that creates so many log groups, each with two calls.
fn plan(count: usize) -> Plan {
    let digest = format!("sha256:{}", "a".repeat(64));
    let change = |n: usize| {
        let name = format!("/g{n}");
        json!({
            "address": format!("logs.log-group/g{n}"), "name": name, "action": "create", "lane": "l", "waits_for": [],
            "tags": [], "before": "absent", "identity": null, "diff": [],
            "steps": [
                {"call": {"api": "logs:CreateLogGroup", "input": {"logGroupName": name, "tags": {}}}, "leads_to": digest},
                {"call": {"api": "logs:PutRetentionPolicy", "input": {"logGroupName": name, "retentionInDays": 7}}, "leads_to": digest},
            ],
        })
    };
    let plan = json!({
        "format": 1, "app": "shop", "stage": "production", "changes": (0..count).map(change).collect::<Vec<_>>(),
        "site": {"account": "123456789012", "region": "us-west-2", "partition": "aws", "endpoint": "aws"},
        "unchanged": 0, "known": {}, "blobs": {}, "outputs": {}, "notes": [],
    });
    let mut bytes = canonical::bytes(&plan).expect("JSON");
    bytes.push(b'\n');
    file::read(&bytes).expect("a plan")
}

fn ended(plan: &Plan, at: usize, outcome: Outcome, calls: usize) -> ChangeResult {
    let change = &plan.changes[at];
    let (address, name, duration) = (change.address.clone(), change.name.clone(), Duration::from_millis(1_400));
    ChangeResult { address, name, action: Action::Create, outcome, calls, duration }
}

fn take_in(progress: &Progress, event: &Event) -> Option<String> {
    let mut state = progress.state();
    progress.line(&mut state, event)
}

fn wait(progress: &Progress, address: &Address, what: &str, seconds: u64) -> Option<String> {
    let (waited, at_most) = (Duration::from_secs(seconds), Duration::from_secs(300));
    take_in(progress, &Event::Waiting { address, api: None, what, waited, at_most })
}

#[test]
fn a_wait_is_reported_with_its_time_and_less_and_less_often() {
    let plan = plan(1);
    let (progress, address) = (Progress::of(&plan, false), &plan.changes[0].address);
    let (creating, updating) = ("TableStatus ACTIVE, is CREATING", "TableStatus ACTIVE, is UPDATING");
    let line = |what: &str, seconds| Some(format!("{address}: waiting for {what}; {seconds} s"));
    assert_eq!(wait(&progress, address, creating, 1), None, "most states are reached at once");
    assert_eq!(wait(&progress, address, creating, 4), line(creating, 4));
    assert_eq!(wait(&progress, address, creating, 9), None);
    assert_eq!(wait(&progress, address, updating, 9), line(updating, 9));
    let said: Vec<u64> = (10..=300).filter(|seconds| wait(&progress, address, updating, *seconds).is_some()).collect();
    assert_eq!(said, [19, 38, 76, 152]);
}

#[test]
fn a_change_is_one_line_when_it_has_ended_with_its_number() {
    let plan = plan(3);
    let progress = Progress::of(&plan, false);
    let address = &plan.changes[0].address;
    assert_eq!(take_in(&progress, &Event::Begun(&plan.changes[0])), None);
    assert_eq!(take_in(&progress, &Event::Calling { address, step: 0, api: "logs:CreateLogGroup" }), None);
    let line = |at, outcome, calls| {
        let line = take_in(&progress, &Event::Ended(&ended(&plan, at, outcome, calls)));
        line.map(|line| anstream_free(&line))
    };
    assert_eq!(
        line(0, Outcome::Done, 2).as_deref(),
        Some("  ✓ [1/3] create logs.log-group/g0  /g0, 2 calls in 1.4 s\n")
    );
    assert_eq!(
        line(1, Outcome::Failed("no".into()), 1).as_deref(),
        Some("  ✗ [2/3] failed: create logs.log-group/g1  /g1, 1 call in 1.4 s\n")
    );
    let by = plan.changes[1].address.clone();
    assert_eq!(line(2, Outcome::Blocked { by }, 0), None, "what was not begun is listed at the end");
}

/// The text without its colours.
fn anstream_free(text: &str) -> String {
    let parts = text.split('\u{1b}').enumerate();
    parts.map(|(at, part)| if at == 0 { part } else { part.split_once('m').expect("a colour").1 }).collect()
}

#[test]
fn what_runs_has_a_line_each_that_follows_its_calls_and_waits() {
    let plan = plan(11);
    let progress = Progress::of(&plan, true);
    for change in &plan.changes[..2] {
        take_in(&progress, &Event::Begun(change));
    }
    let address = &plan.changes[1].address;
    take_in(&progress, &Event::Calling { address, step: 1, api: "logs:PutRetentionPolicy" });
    let frame = |progress: &Progress| progress.state().frame();
    assert_eq!(
        frame(&progress),
        ["  … create logs.log-group/g0", "  … create logs.log-group/g1: call 2 of 2, logs:PutRetentionPolicy"]
    );
    assert_eq!(wait(&progress, address, "x, is y", 12), None, "it is drawn, and does not stay");
    assert_eq!(frame(&progress)[1], "  … create logs.log-group/g1: waiting for x, is y; 12 s");
    take_in(&progress, &Event::Ended(&ended(&plan, 0, Outcome::Done, 2)));
    assert_eq!(frame(&progress).len(), 1);
    for change in &plan.changes[2..] {
        take_in(&progress, &Event::Begun(change));
    }
    assert_eq!((frame(&progress).len(), frame(&progress)[8].as_str()), (9, "  … and 2 more"));
}
