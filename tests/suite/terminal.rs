//! Plans at a terminal, as `fixtures/terminal` has them: `before.toml` (what exists), `after.toml` (what is wanted) and
//! `plan.txt` (what is shown).
//!
//! `UPDATE_GOLDEN=1` writes what is shown; look at the difference before committing it.

use std::path::{Path, PathBuf};

use serverless_app::name::Address;
use serverless_app::plan::{Plan, file};
use serverless_app::render::terminal::{NARROWEST, View};
use serverless_app::render::{Extra, Origin, subject, terminal};

use crate::planner;

fn folder(case: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/terminal").join(case)
}

fn planned(case: &str) -> Plan {
    let text = |name: &str| std::fs::read_to_string(folder(case).join(name)).ok();
    let (before, after) = (text("before.toml"), text("after.toml"));
    planner::between(&folder(case), before.as_deref(), after.as_deref()).unwrap_or_else(|e| panic!("{case}: {e}"))
}

/// The project's own example, as `init` writes and `rehearse` deploys it.
fn first() -> Plan {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("serverless-app.toml")).expect("the example");
    planner::between(root, None, Some(&text)).expect("the example can be planned")
}

fn shown(plan: &Plan, extra: &Extra, view: &View) -> String {
    let bytes = file::write(plan).expect("bytes");
    terminal(plan, &file::id(&bytes), extra, view)
}

fn check(case: &str, text: &str) {
    let path = folder(case).join("plan.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        std::fs::create_dir_all(folder(case)).expect("a folder");
        std::fs::write(&path, text).expect("the fixture can be written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == text, "{case} is shown otherwise (UPDATE_GOLDEN=1 writes it):\n{text}");
}

/// Where each change comes from; what is no drift comes from the pull request.
fn origins(plan: &Plan, drifted: &[&str]) -> Extra {
    let origin = |address: &Address| match drifted.contains(&&*address.to_string()) {
        true => Origin::Drift,
        false => Origin::PullRequest,
    };
    let origins = plan.changes.iter().map(|change| (change.address.clone(), origin(&change.address))).collect();
    Extra { origins, ..Extra::default() }
}

#[test]
fn plans_are_shown_as_their_files_say() {
    check("first", &shown(&first(), &Extra::default(), &View::default()));
    for case in ["small", "dangerous", "destroy"] {
        check(case, &shown(&planned(case), &Extra::default(), &View::of_width(80)));
    }
    let drift = planned("drift");
    let extra = origins(&drift, &["lambda.function/orders", "logs.log-group/orders-function"]);
    check("drift", &shown(&drift, &extra, &View::of_width(80)));
}

#[test]
fn the_first_creation_of_the_example_is_at_most_120_lines_even_where_lines_are_short() {
    let plan = first();
    assert!(plan.changes.len() > 15, "{}", plan.changes.len());
    for width in [NARROWEST, 80, 140] {
        let text = shown(&plan, &Extra::default(), &View::of_width(width));
        assert!(text.lines().count() <= 120, "{width}: {} lines\n{text}", text.lines().count());
    }
}

#[test]
fn a_resource_is_three_lines_at_most_and_every_one_is_there() {
    for plan in [first(), planned("small"), planned("dangerous"), planned("destroy"), planned("drift")] {
        let text = shown(&plan, &Extra::default(), &View::of_width(100));
        let changes: Vec<&str> =
            text.lines().skip_while(|line| *line != "Changes").skip(1).take_while(|line| !line.is_empty()).collect();
        let is_title = |line: &str| !line.starts_with("      ");
        assert_eq!(changes.iter().filter(|line| is_title(line)).count(), plan.changes.len(), "{text}");
        let below = changes.split(|line| is_title(line)).map(<[&str]>::len).max();
        assert!(below <= Some(2), "{text}");
        for change in &plan.changes {
            let title = format!("{} {}", change.action, subject(change).render(str::to_owned));
            assert!(changes.iter().any(|line| line.contains(&title)), "{title}\n{text}");
        }
    }
}

#[test]
fn lines_keep_to_the_width_unless_a_word_is_longer() {
    for plan in [first(), planned("dangerous")] {
        let text = shown(&plan, &Extra::default(), &View::of_width(10));
        let long = text.lines().filter(|line| line.chars().count() > NARROWEST && line.trim().contains(' '));
        // Outputs and packages are to be copied.
        let long: Vec<&str> = long.filter(|line| !line.contains(" = ") && !line.starts_with("Plan id ")).collect();
        assert!(long.is_empty(), "{long:#?}");
    }
}

#[test]
fn what_is_dangerous_and_the_summary_come_again_last_where_the_top_is_a_screen_away() {
    let text = shown(&planned("dangerous"), &Extra::default(), &View::of_width(80));
    assert_eq!(text.matches("\nLook at this\n").count(), 2, "{text}");
    assert_eq!(text.matches("\nPlan: ").count(), 2, "{text}");
    let (_, last) = text.rsplit_once("\nLook at this\n").expect("the repetition");
    assert!(!last.contains("\nChanges\n") && last.contains("\nPlan: "), "{last}");
    let short = shown(&planned("drift"), &Extra::default(), &View::of_width(80));
    assert_eq!(short.matches("\nPlan: ").count(), 1, "{short}");
}

#[test]
fn calls_are_shown_where_they_are_asked_for() {
    let plan = planned("small");
    let (short, long) = (
        shown(&plan, &Extra::default(), &View::default()),
        shown(&plan, &Extra::default(), &View { calls: true, ..View::default() }),
    );
    for call in plan.changes.iter().flat_map(|change| &change.steps).map(|step| step.call.api()) {
        assert!(long.contains(call) && !short.contains(call), "{call}");
    }
    assert!(long.contains("lambda.function/orders") && long.contains("\"MemorySize\": 512"), "{long}");
    assert!(short.contains("memory 256 → 512") && long.contains("memory 256 → 512"), "{short}");
}

#[test]
fn an_attribute_that_forces_a_replacement_is_marked() {
    let text = shown(&planned("dangerous"), &Extra::default(), &View::of_width(100));
    assert!(text.contains("hash_key id → order_id (forces replacement)"), "{text}");
    assert_eq!(text.matches("(forces replacement)").count(), 1, "{text}");
}
