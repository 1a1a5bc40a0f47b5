//! What an apply did, change by change.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::canonical::Sha;
use crate::name::Address;
use crate::plan::Action;

/// What became of every change of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The plan that was applied.
    pub plan_id: Sha,
    /// One result a change, in the plan's order.
    pub results: Vec<ChangeResult>,
    /// The app's outputs, by name.
    pub outputs: BTreeMap<String, String>,
}

/// What became of one change.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeResult {
    /// Which resource.
    pub address: Address,
    /// Its physical name.
    pub name: String,
    /// What the plan asked for.
    pub action: Action,
    /// What came of it.
    pub outcome: Outcome,
    /// How many calls were sent.
    pub calls: usize,
    /// From the guard before the first call to the goal.
    pub duration: Duration,
}

/// What came of a change.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It is at its goal, by this apply.
    Done,
    /// It was at its goal already.
    AlreadyDone,
    /// A call failed, or the goal was not reached.
    Failed(String),
    /// It was not begun, since a change that it waits for is not done.
    Blocked {
        /// That change.
        by: Address,
    },
    /// The live state is not the one that was planned against: the attributes that moved, or a sentence.
    Drifted(Vec<String>),
    /// The apply stopped before its turn came.
    NotStarted,
}
