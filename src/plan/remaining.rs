//! Is a fresh plan exactly what is left of an approved one?
//!
//! The merged source, planned again against live AWS, must ask for nothing but the approved changes that are not
//! done yet, from the step that was reached, with ids that are known by now filled in.

use std::collections::BTreeMap;

use crate::name::Address;
use crate::plan::{Change, Plan, Step};
use crate::text::Outputs;

/// How a fresh plan goes beyond the approved one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Beyond {
    /// The plans are for different places.
    #[error("the approved plan is for {approved}, the fresh one for {fresh}")]
    Place {
        /// Of the approved plan.
        approved: String,
        /// Of the fresh plan.
        fresh: String,
    },
    /// A change that was not approved.
    #[error("{0} needs a change that was not approved")]
    Unapproved(Address),
    /// A change with other steps than the approved ones.
    #[error("{0} needs other calls than the approved ones")]
    OtherSteps(Address),
    /// Other outputs.
    #[error("the output {0} differs from the approved one")]
    Output(String),
}

/// The first way in which `fresh` goes beyond what is left of `approved`; `Ok` if in none.
/// `known` is what AWS has made up for everything that exists.
pub fn check(approved: &Plan, fresh: &Plan, known: &Outputs) -> Result<(), Beyond> {
    let place = |plan: &Plan| {
        format!("{} {} in {} {} ({})", plan.app, plan.stage, plan.site.account, plan.site.region, plan.site.endpoint)
    };
    if place(approved) != place(fresh) {
        return Err(Beyond::Place { approved: place(approved), fresh: place(fresh) });
    }
    let by_address: BTreeMap<&Address, &Change> = approved.changes.iter().map(|c| (&c.address, c)).collect();
    for change in &fresh.changes {
        let approved = by_address.get(&change.address).ok_or_else(|| Beyond::Unapproved(change.address.clone()))?;
        if !is_rest(approved, change, known) {
            return Err(Beyond::OtherSteps(change.address.clone()));
        }
    }
    let outputs = approved
        .outputs
        .iter()
        .find(|(name, text)| fresh.outputs.get(*name).map(|fresh| fresh.resolve(known)) != Some(text.resolve(known)));
    let extra = fresh.outputs.keys().find(|name| !approved.outputs.contains_key(*name));
    match outputs.map(|(name, _)| name).or(extra) {
        Some(name) => Err(Beyond::Output(name.clone())),
        None => Ok(()),
    }
}

/// True if the fresh steps are the approved ones from some step on, and start where that step does.
fn is_rest(approved: &Change, fresh: &Change, known: &Outputs) -> bool {
    let Some(done) = approved.steps.len().checked_sub(fresh.steps.len()) else { return false };
    let start = if done == 0 { approved.before } else { approved.steps[done - 1].leads_to };
    let kind = approved.address.kind;
    let same = |(one, other): (&Step, &Step)| {
        one.leads_to == other.leads_to && one.call.resolve(kind, known).ok() == other.call.resolve(kind, known).ok()
    };
    approved.name == fresh.name && start == fresh.before && approved.steps[done..].iter().zip(&fresh.steps).all(same)
}
