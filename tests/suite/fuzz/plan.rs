//! Plan files that somebody has spoilt.

use std::path::Path;

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;
use serverless_app::canonical;
use serverless_app::plan::file::{self, PlanError};
use serverless_app::render::terminal::View;
use serverless_app::render::{Extra, markdown, mermaid, terminal};

use super::mutate::{edited, edits, turned, turns};
use super::{config, quickly};

/// The plans of the fixtures.
fn corpus() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/plan");
    let files = std::fs::read_dir(folder).expect("fixtures").map(|entry| entry.expect("one").path().join("plan.json"));
    let mut texts: Vec<String> = files.filter_map(|file| std::fs::read_to_string(file).ok()).collect();
    texts.sort();
    texts.iter().map(|text| serde_json::from_str(text).expect("a plan")).collect()
}

fn bytes(plan: &Value) -> Vec<u8> {
    let mut bytes = canonical::bytes(plan).expect("JSON");
    bytes.push(b'\n');
    bytes
}

/// It is refused in words, or it is exactly what its bytes say, and can be shown.
fn check(bytes: &[u8]) {
    let plan = match quickly(|| file::read(bytes)) {
        Ok(plan) => plan,
        Err(error) => {
            if let PlanError::Syntax { line, column, .. } = &error {
                assert!(*line >= 1 && *column >= 1, "{error}");
            }
            let told = error.to_string();
            assert!(told.starts_with("plan.json") && told.len() > "plan.json: ".len(), "{told}");
            return;
        }
    };
    assert_eq!(file::write(&plan).expect("bytes"), bytes, "one plan, one sequence of bytes");
    let (id, extra) = (file::id(bytes), Extra::default());
    quickly(|| {
        (
            terminal(&plan, &id, &extra, &View { colour: true, calls: true, ..View::of_width(60) }),
            markdown(&plan, &id),
            mermaid(&plan),
        )
    });
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn any_bytes_are_a_plan_or_are_refused(which: Index, changes in edits()) {
        check(&edited(&bytes(which.get(&corpus())), &changes));
    }

    #[test]
    fn any_value_is_a_plan_or_is_refused(which: Index, changes in turns(2)) {
        let mut turned = turned(which.get(&corpus()), &changes);
        // What is no number of JSON's cannot be canonical either.
        if canonical::bytes(&turned).is_err() {
            turned = Value::Null;
        }
        check(&bytes(&turned));
    }
}
