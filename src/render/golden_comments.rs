//! Everything that is posted on GitHub in the usual cases, compared with the files of `fixtures/render/comment`: plans
//! of `fixtures/plan`, with the facts beside them and the footer that `publish` writes.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::footer::{Footer, Merging};
use super::golden::{check, fixture, parse};
use super::*;
use crate::apply::report::{ChangeResult, Outcome, Report};

/// A plan that the planner's fixtures hold.
fn planned(case: &str) -> (Plan, crate::canonical::Sha) {
    let text = std::fs::read_to_string(fixture(&format!("../plan/{case}/plan.json"))).expect("the fixture exists");
    parse(&serde_json::from_str::<Value>(&text).expect("the fixture is JSON"))
}

fn page(path: &str) -> String {
    format!("https://github.com/octo/shop/{path}")
}

fn footer(stage: &str, artifact: &'static str, is_merged: bool) -> String {
    let commit = "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334";
    let merging = Merging {
        environment: stage.into(),
        is_asked: Some(true),
        workflow: ("serverless-app-apply.yml".into(), page("actions/workflows/serverless-app-apply.yml")),
    };
    let footer = Footer {
        commit: (commit.into(), page(&format!("commit/{commit}"))),
        run: (77, 1, page("actions/runs/77")),
        artifact: Some((artifact, page("actions/runs/77/artifacts/5"))),
        merging: (!is_merged).then_some(merging),
    };
    footer.markdown()
}

fn posted(case: &str, extra: &Extra) -> String {
    let (plan, id) = planned(case);
    comment(&plan, &id, extra) + &footer(plan.stage.as_str(), "bundle", false)
}

#[test]
fn plans_are_posted_as_their_golden_files_say() {
    let none = Extra::default();
    for (name, case) in [
        ("small-change", "one-function"),
        ("first-creation", "everything"),
        ("dangerous", "exposed"),
        ("edited", "edited"),
    ] {
        check(&format!("comment/{name}.md"), &posted(case, &none));
    }
    let (plan, id) = planned("destroyed");
    check("comment/destroy.md", &comment::document_within(&plan, &id, &none, comment::COMMENT));
}

#[test]
fn drift_is_posted_as_its_golden_files_say() {
    let (plan, id) = planned("one-function");
    check("comment/drift-issue.md", &drift::issue(&plan, &id, &Extra::default()));
    let origin = |change: &crate::plan::Change| {
        let origin = if change.address.kind.name() == "lambda.function" { Origin::Drift } else { Origin::PullRequest };
        (change.address.clone(), origin)
    };
    let (plan, _) = planned("edited");
    let extra = Extra { origins: plan.changes.iter().map(origin).collect(), ..Extra::default() };
    check("comment/drift-in-a-pull-request.md", &posted("edited", &extra));
}

#[test]
fn what_an_apply_did_is_posted_as_its_golden_files_say() {
    let (plan, plan_id) = planned("exposed");
    let refused = "dynamodb:DeleteTable: 400 ResourceInUseException: Attempt to change a resource which is still in use: Table is \
                   being updated: shop--test-orders";
    let of = |(at, change): (usize, &crate::plan::Change), is_failed: bool| {
        let calls = change.steps.len();
        let (outcome, calls) = match (is_failed, change.address.to_string().as_str()) {
            (true, "dynamodb.table/orders") => (Outcome::Failed(refused.into()), 1),
            (true, "lambda.function/orders") => {
                (Outcome::Blocked { by: "dynamodb.table/orders".parse().expect("an address") }, 0)
            }
            (true, "apigateway.rest-api/public") => {
                (Outcome::Blocked { by: "lambda.function/orders".parse().expect("an address") }, 0)
            }
            (true, "iam.policy/notify-function") => {
                (Outcome::Drifted(vec!["Document: read when planned, read-write now".into()]), 0)
            }
            _ => (Outcome::Done, calls),
        };
        let duration = Duration::from_millis(700 * (at as u64 + 1));
        ChangeResult {
            address: change.address.clone(),
            name: change.name.clone(),
            action: change.action,
            outcome,
            calls,
            duration,
        }
    };
    let report = |is_failed| Report {
        plan_id,
        results: plan.changes.iter().enumerate().map(|one| of(one, is_failed)).collect(),
        outputs: BTreeMap::from([
            ("orders_table".to_owned(), "shop--test-orders".to_owned()),
            ("url".to_owned(), "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/v1".to_owned()),
        ]),
        calls: Vec::new(),
    };
    for (name, is_failed) in [("failed-apply", true), ("applied", false)] {
        let text = result("shop", "production", &report(is_failed), usize::MAX);
        check(&format!("comment/{name}.md"), &(text + &footer("production", "receipt", true)));
    }
}

#[test]
fn a_check_run_says_in_its_title_what_happens_and_how_much_there_is_to_look_at() {
    let title = |case: &str| headline(&planned(case).0);
    assert!(title("exposed").starts_with("1 to replace, 3 to delete, "), "{}", title("exposed"));
    assert!(title("exposed").contains(" · ") && title("exposed").contains("caution"), "{}", title("exposed"));
    let (plan, _) = planned("exposed");
    let brief = comment::brief(&plan, &Extra::default());
    assert!(brief.contains("| ±\u{a0}**replace** | table `orders` |") && brief.contains("> [!CAUTION]\n"), "{brief}");
    assert!(!brief.contains("<details>") && !brief.contains("```"), "{brief}");
    let whole = markdown(&plan, &planned("exposed").1);
    assert!(whole.starts_with(&brief), "the comment begins with the same parts");
}
