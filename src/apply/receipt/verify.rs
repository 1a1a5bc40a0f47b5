//! Compares a receipt with a plan.

use std::collections::{BTreeMap, BTreeSet};

use crate::apply::receipt::{DONE, Receipt};
use crate::apply::report::{Answered, Outcome, Sent, digest};
use crate::canonical::Sha;
use crate::name::Address;
use crate::plan::Plan;

/// What was proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// How many calls the plan has.
    pub planned: usize,
    /// How many calls were sent, by this apply and earlier ones, repetitions included.
    pub sent: usize,
    /// How many of the plan's calls those are.
    pub distinct: usize,
}

/// How a receipt does not fit a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// It is of another plan.
    #[error("it belongs to the plan {found}, not to {expected}")]
    OtherPlan {
        /// The receipt's.
        found: Sha,
        /// The plan's id.
        expected: Sha,
    },
    /// It is of another app, stage or place.
    #[error("it is for another app, stage or site than the plan")]
    OtherPlace,
    /// A call that the plan does not have.
    #[error("{api} was sent as step {} of {address}, which is not in the plan", .step.saturating_add(1))]
    Call {
        /// The call.
        api: String,
        /// Of which change.
        address: Address,
        /// At which step, from 0.
        step: usize,
    },
    /// A call at a place in the order that the plan does not allow.
    #[error(
        "{api} was sent as step {} of {address}, before what it waits for, or out of order",
        .step.saturating_add(1)
    )]
    Order {
        /// The call.
        api: String,
        /// Of which change.
        address: Address,
        /// At which step, from 0.
        step: usize,
    },
    /// The results are not those of the plan's changes.
    #[error("it does not have exactly one result for each change of the plan")]
    Results,
    /// A result contradicts the calls.
    #[error("its result for {0} does not match its calls")]
    Result(Address),
    /// An output that the plan does not have.
    #[error("the plan has no output {0:?}")]
    Output(String),
    /// How it says that it ended is not what its results say.
    #[error("its outcome does not match its results")]
    Ending,
    /// The plan itself cannot be written as JSON.
    #[error("{0}")]
    Plan(String),
}

/// The calls of a plan: operation and digest, by change and step; where a step has a way back, that too.
type Planned<'a> = BTreeMap<(&'a Address, usize), Vec<(&'static str, Sha)>>;

/// See [`Receipt::verify`].
pub fn verify(receipt: &Receipt, plan: &Plan, id: Sha) -> Result<Proof, Misfit> {
    if receipt.plan_id != id {
        return Err(Misfit::OtherPlan { found: receipt.plan_id, expected: id });
    }
    if (&receipt.app, &receipt.stage, &receipt.site) != (&plan.app, &plan.stage, &plan.site) {
        return Err(Misfit::OtherPlace);
    }
    let planned = planned(plan)?;
    let runs: Vec<&[Sent]> = receipt.earlier.iter().map(|past| &past.calls[..]).chain([&receipt.calls[..]]).collect();
    for calls in &runs {
        are_planned(calls, &planned)?;
        are_in_order(calls, plan)?;
    }
    results(receipt, plan)?;
    if let Some(other) = receipt.outputs.keys().find(|name| !plan.outputs.contains_key(*name)) {
        return Err(Misfit::Output(other.clone()));
    }
    let is_done = receipt.results.iter().all(|result| result.outcome.is_reached());
    let says_done = receipt.ending.reason == DONE;
    if says_done != (receipt.ending.exit_code == 0) || says_done && !is_done {
        return Err(Misfit::Ending);
    }
    let sent = runs.iter().flat_map(|calls| calls.iter()).filter(|sent| sent.answer != Answered::NotSent);
    let places: Vec<_> = sent.map(|sent| (&sent.address, sent.step)).collect();
    let distinct = places.iter().collect::<BTreeSet<_>>().len();
    Ok(Proof { planned: planned.len(), sent: places.len(), distinct })
}

fn planned(plan: &Plan) -> Result<Planned<'_>, Misfit> {
    let mut planned = BTreeMap::new();
    for change in &plan.changes {
        for (index, step) in change.steps.iter().enumerate() {
            let calls = [&step.call].into_iter().chain(step.watch.iter().map(|watch| &watch.otherwise));
            let calls = calls.map(|call| Ok((call.api(), digest(call)?))).collect::<serde_json::Result<Vec<_>>>();
            planned.insert((&change.address, index), calls.map_err(|error| Misfit::Plan(error.to_string()))?);
        }
    }
    Ok(planned)
}

/// Every call is the plan's at its change and step.
fn are_planned(calls: &[Sent], planned: &Planned) -> Result<(), Misfit> {
    let is_planned = |sent: &&Sent| {
        let call = planned.get(&(&sent.address, sent.step));
        call.is_some_and(|calls| calls.iter().any(|(api, digest)| *api == sent.api && *digest == sent.call))
    };
    match calls.iter().find(|sent| !is_planned(sent)) {
        None => Ok(()),
        Some(Sent { api, address, step, .. }) => {
            Err(Misfit::Call { api: api.clone(), address: address.clone(), step: *step })
        }
    }
}

/// Within a run a change's steps follow each other (another apply of the plan beside this one may have taken some),
/// tries of a step are counted from 1, and a change begins after the last call of each that it waits for.
fn are_in_order(calls: &[Sent], plan: &Plan) -> Result<(), Misfit> {
    let needs: BTreeMap<_, _> = plan.changes.iter().map(|change| (&change.address, &change.waits_for)).collect();
    let mut last: BTreeMap<&Address, &Sent> = BTreeMap::new();
    let mut waited_for: BTreeSet<&Address> = BTreeSet::new();
    for sent in calls {
        let in_turn = match last.insert(&sent.address, sent) {
            None => sent.attempt == 1,
            Some(before) if before.step == sent.step => before.attempt.checked_add(1) == Some(sent.attempt),
            Some(before) => before.step < sent.step && sent.attempt == 1,
        };
        waited_for.extend(needs.get(&sent.address).into_iter().flat_map(|needs| needs.iter()));
        if !in_turn || waited_for.contains(&sent.address) {
            let (api, address) = (sent.api.clone(), sent.address.clone());
            return Err(Misfit::Order { api, address, step: sent.step });
        }
    }
    Ok(())
}

/// One result for each change, and each as its calls say.
fn results(receipt: &Receipt, plan: &Plan) -> Result<(), Misfit> {
    let mut calls: BTreeMap<&Address, Vec<&Sent>> = BTreeMap::new();
    receipt.calls.iter().for_each(|sent| calls.entry(&sent.address).or_default().push(sent));
    if receipt.results.len() != plan.changes.len() {
        return Err(Misfit::Results);
    }
    for (result, change) in receipt.results.iter().zip(&plan.changes) {
        if (&result.address, &result.name, result.action) != (&change.address, &change.name, change.action) {
            return Err(Misfit::Results);
        }
        let calls = calls.get(&change.address).map(Vec::as_slice).unwrap_or_default();
        if calls.len() != result.calls || !is_told(&result.outcome, calls) {
            return Err(Misfit::Result(change.address.clone()));
        }
    }
    Ok(())
}

/// True if an outcome can come of these calls.
fn is_told(outcome: &Outcome, calls: &[&Sent]) -> bool {
    match outcome {
        // The last calls may have been those of another apply of the same plan.
        Outcome::Done => !calls.is_empty(),
        Outcome::AlreadyDone | Outcome::Blocked { .. } | Outcome::Drifted(_) | Outcome::NotStarted => calls.is_empty(),
        Outcome::Failed(_) => true,
        Outcome::Stopped | Outcome::PutBack(_) => !calls.is_empty(),
    }
}
