//! What an apply did.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::canonical::Sha;
use crate::name::Address;
use crate::plan::Action;

/// The outcome of every change, in the plan's order.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Which plan.
    pub plan_id: Sha,
    /// Change by change.
    pub results: Vec<ChangeResult>,
    /// The app's outputs, where all that they need is known.
    pub outputs: BTreeMap<String, String>,
}

/// What became of one change.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeResult {
    /// Which resource.
    pub address: Address,
    /// Its physical name.
    pub name: String,
    /// What was planned.
    pub action: Action,
    /// What became of it.
    pub outcome: Outcome,
    /// How many calls were sent, repetitions included.
    pub calls: usize,
    /// From its first read to its end.
    pub duration: Duration,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// All its calls were sent and the goal is reached.
    Done,
    /// The goal had been reached before.
    AlreadyDone,
    /// A call failed; why.
    Failed(String),
    /// A change that it waits for did not get done.
    Blocked {
        /// Which one.
        by: Address,
    },
    /// Live state moved since the plan; what moved.
    Drifted(Vec<String>),
    /// Stopped before its first call, or between two calls.
    NotStarted,
}

impl Outcome {
    /// True if the goal is reached.
    pub fn is_reached(&self) -> bool {
        matches!(self, Self::Done | Self::AlreadyDone)
    }
}

impl Report {
    /// True if every change reached its goal.
    pub fn is_done(&self) -> bool {
        self.results.iter().all(|result| result.outcome.is_reached())
    }

    /// True if anything had moved.
    pub fn is_drifted(&self) -> bool {
        self.results.iter().any(|result| matches!(result.outcome, Outcome::Drifted(_)))
    }
}
