use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::apply::report::{Answered, Outcome};
use crate::canonical;
use crate::plan::file;

fn plan() -> (Plan, Sha) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/render/mixed.json");
    let readable: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let mut bytes = canonical::bytes(&readable).unwrap();
    bytes.push(b'\n');
    (file::read(&bytes).unwrap(), file::id(&bytes))
}

fn done() -> Ending {
    Ending { reason: DONE.into(), exit_code: 0, message: None }
}

/// What an apply of the plan would leave that had no trouble.
fn receipt() -> Receipt {
    let (plan, plan_id) = plan();
    let mut calls = Vec::new();
    for change in &plan.changes {
        for (index, step) in change.steps.iter().enumerate() {
            let mut sent = Sent::new(&change.address, index, 1, &step.call).unwrap();
            sent.answered(&Ok(()), Default::default(), std::time::Duration::from_millis(7));
            calls.push(sent);
        }
    }
    let result = |change: &crate::plan::Change| ChangeResult {
        address: change.address.clone(),
        name: change.name.clone(),
        action: change.action,
        outcome: Outcome::Done,
        calls: change.steps.len(),
        duration: std::time::Duration::from_millis(9),
    };
    let results = plan.changes.iter().map(result).collect();
    let report = Report { plan_id, results, outputs: BTreeMap::new(), calls };
    let journal = Journal::in_memory(ApplyRun::now("1", BTreeMap::new()));
    Receipt::new(&plan, report, &journal, done())
}

fn verify(receipt: &Receipt) -> Result<Proof, String> {
    let (plan, id) = plan();
    receipt.verify(&plan, id).map_err(|error| error.to_string())
}

fn parse(value: &Value) -> Result<Receipt, ReceiptError> {
    Receipt::parse(value.to_string().as_bytes(), Path::new("receipt.json"))
}

#[test]
fn a_receipt_is_read_back_as_it_was_written_and_fits_its_plan() {
    let (folder, receipt) = (tempfile::tempdir().unwrap(), receipt());
    let path = folder.path().join("receipt.json");
    receipt.write(&path).unwrap();
    receipt.write(&path).unwrap();
    assert_eq!(Receipt::read(&path).unwrap(), receipt);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    let planned = plan().0.changes.iter().map(|change| change.steps.len()).sum();
    assert_eq!(verify(&receipt), Ok(Proof { planned, sent: planned, distinct: planned }));
}

#[test]
fn whatever_the_plan_does_not_have_is_found() {
    let good = serde_json::to_value(receipt()).unwrap();
    let other = format!("sha256:{}", "0".repeat(64));
    for (pointer, value, message) in [
        ("/plan_id", json!(other), "belongs to the plan"),
        ("/app", json!("other"), "app, stage or site"),
        ("/stage", json!("other"), "app, stage or site"),
        ("/site/account", json!("999999999999"), "app, stage or site"),
        ("/calls/0/api", json!("iam:CreateUser"), "not in the plan"),
        ("/calls/0/call", json!(other), "not in the plan"),
        ("/calls/0/step", json!(99), "not in the plan"),
        ("/calls/0/step", json!(usize::MAX), "not in the plan"),
        ("/calls/0/address", json!("sns.topic/planted"), "not in the plan"),
        ("/calls/0/attempt", json!(2), "out of order"),
        ("/results/0/calls", json!(99), "does not match its calls"),
        ("/results/0/outcome", json!("not-started"), "does not match its calls"),
        ("/results/0/name", json!("other"), "exactly one result for each"),
        ("/results", json!([]), "exactly one result for each"),
        ("/outputs", json!({"planted": "x"}), "no output"),
        ("/ending/exit_code", json!(1), "its outcome"),
    ] {
        let mut changed = good.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        let found = verify(&parse(&changed).unwrap()).unwrap_err();
        assert!(found.contains(message), "{pointer}: {found}");
    }
}

#[test]
fn a_call_too_many_too_few_or_too_early_is_found() {
    let good = receipt();
    let changed = |change: fn(&mut Vec<Sent>)| {
        let mut receipt = good.clone();
        change(&mut receipt.calls);
        verify(&receipt).unwrap_err()
    };
    assert!(changed(|calls| calls.push(calls[0].clone())).contains("out of order"));
    assert!(changed(|calls| drop(calls.pop())).contains("does not match its calls"));
    assert!(changed(|calls| calls.reverse()).contains("out of order"));
    let mut again = good.clone();
    let last = Sent { attempt: 2, ..good.calls.last().unwrap().clone() };
    again.calls.last_mut().unwrap().answer = Answered::Lost;
    again.calls.push(last);
    again.results.last_mut().unwrap().calls += 1;
    let proof = verify(&again).unwrap();
    assert_eq!((proof.sent, proof.distinct), (proof.planned + 1, proof.planned), "a repetition is no other call");
}

#[test]
fn what_earlier_applies_sent_is_held_against_the_plan_too() {
    let mut receipt = receipt();
    let calls = std::mem::take(&mut receipt.calls);
    receipt.results.iter_mut().for_each(|result| (result.outcome, result.calls) = (Outcome::AlreadyDone, 0));
    receipt.earlier = vec![Past { run: ApplyRun::now("1", BTreeMap::new()), calls }];
    let proof = verify(&receipt).unwrap();
    assert_eq!(proof.distinct, proof.planned);
    receipt.earlier[0].calls[0].api = "iam:CreateUser".into();
    assert!(verify(&receipt).unwrap_err().contains("not in the plan"));
}

#[test]
fn what_is_no_receipt_is_refused_with_the_reason() {
    let good = serde_json::to_value(receipt()).unwrap();
    let mut newer = good.clone();
    newer["format"] = json!(2);
    assert!(matches!(parse(&newer), Err(ReceiptError::Format { format: 2, .. })));
    let mut more = good.clone();
    more["calls"][0]["planted"] = json!(1);
    assert!(parse(&more).unwrap_err().to_string().contains("unknown field"));
    assert!(matches!(parse(&json!({})), Err(ReceiptError::Json { .. })));
    assert!(matches!(Receipt::read(Path::new("/none/receipt.json")), Err(ReceiptError::Io { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_bytes_are_taken_for_a_receipt(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Receipt::parse(&bytes, Path::new("x")).is_err());
    }

    /// Times, ids and messages are the writer's word; whatever else changes is found or means the same.
    #[test]
    fn a_changed_byte_never_adds_a_call(at in any::<prop::sample::Index>(), bit in 0..8u32) {
        static GOOD: LazyLock<Receipt> = LazyLock::new(receipt);
        let mut bytes = serde_json::to_vec(&*GOOD).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1u8 << bit;
        let Ok(read) = Receipt::parse(&bytes, Path::new("x")) else { return Ok(()) };
        if verify(&read).is_ok() {
            let called = |receipt: &Receipt| {
                let call = |sent: &Sent| (sent.address.clone(), sent.step, sent.api.clone(), sent.call);
                receipt.calls.iter().map(call).collect::<Vec<_>>()
            };
            prop_assert_eq!(called(&read), called(&GOOD));
        }
    }
}
