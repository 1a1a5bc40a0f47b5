//! Payloads of events that are not what GitHub documents.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use serverless_app::github::event::Event;

use super::mutate::{edited, edits, turned, turns};
use super::{config, quickly};

fn corpus() -> Vec<(&'static str, Value)> {
    let repository = json!({"id": 1, "full_name": "octo/shop", "default_branch": "main"});
    let side = |branch: &str| json!({"ref": branch, "sha": "a".repeat(40), "repo": repository.clone()});
    let queue = "refs/heads/gh-readonly-queue/main/pr-12-bb";
    vec![
        (
            "pull_request",
            json!({"number": 7, "pull_request": {"number": 7, "title": "x", "head": side("topic"), "base": side("main"),
            "merged_at": null, "merge_commit_sha": "b".repeat(40)}}),
        ),
        (
            "push",
            json!({"before": "0".repeat(40), "after": "c".repeat(40), "ref": "refs/heads/main", "repository": repository}),
        ),
        ("workflow_dispatch", json!({"inputs": {"stage": "test"}, "ref": "refs/heads/main", "repository": repository})),
        (
            "merge_group",
            json!({"merge_group": {"head_sha": "dd", "base_sha": "bb", "base_ref": "refs/heads/main", "head_ref": queue}}),
        ),
        ("schedule", json!({})),
    ]
}

fn check(name: &str, payload: &[u8]) {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), payload).expect("a payload");
    match quickly(|| Event::read(name, file.path())) {
        Ok(Event::PullRequest(pull)) => drop(pull.is_fork(1)),
        Ok(Event::MergeGroup(group)) => {
            let branches =
                [(group.head_ref.clone(), group.base_sha.clone()), (group.base_ref.clone(), group.head_sha.clone())];
            assert!(group.before(&branches).len() <= branches.len());
            let pull = group.number().map(|number| number.to_string());
            assert!(pull.is_none_or(|pull| group.head_ref.contains(pull.trim_start_matches('+'))));
            assert!(group.queue().is_none_or(|queue| queue.ends_with("/pr-")));
        }
        Ok(Event::Push(push)) => assert!(push.was_at().is_none_or(|commit| commit == push.before)),
        Ok(_) => {}
        Err(error) => {
            let told = error.to_string();
            assert!(told.contains(&file.path().display().to_string()) && told.contains("payload"), "{told}");
        }
    }
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn any_payload_is_an_event_or_an_error_that_names_it(which: Index, changes in edits(), values in turns(2)) {
        let corpus = corpus();
        let (name, payload) = which.get(&corpus);
        check(name, &edited(payload.to_string().as_bytes(), &changes));
        check(name, turned(payload, &values).to_string().as_bytes());
    }
}
