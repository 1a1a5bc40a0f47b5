//! What an apply did.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::canonical::Sha;
use crate::name::Address;
use crate::plan::{Action, Plan};

/// The outcome of every change, in the plan's order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Which plan.
    pub plan_id: Sha,
    /// Change by change.
    pub results: Vec<ChangeResult>,
    /// The app's outputs, where all that they need is known.
    pub outputs: BTreeMap<String, String>,
    /// Every call that was sent, in order.
    pub calls: Vec<Sent>,
}

/// A call that was sent. Its input is the plan's, at that change and step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sent {
    /// Which change.
    pub address: Address,
    /// Which of its steps, from 0.
    pub step: usize,
    /// `service:Operation`.
    pub api: String,
    /// Which try of this step, from 1.
    pub attempt: u32,
    /// When, in RFC 3339.
    pub started: String,
    /// How long AWS took to answer, in milliseconds.
    pub milliseconds: u64,
    /// AWS's id of the request, where an answer came.
    pub request_id: Option<String>,
    /// What AWS said; `None` if it has done it.
    pub error: Option<String>,
}

/// What became of one change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
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

/// A receipt that cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// The file.
    #[error("{path}: {error}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// It is not of this plan, or tells of a call that the plan does not have.
    #[error("the receipt does not fit the plan: {0}")]
    Unplanned(String),
    /// What is in it.
    #[error("{path} is no receipt: {error}")]
    Json {
        /// Which.
        path: PathBuf,
        /// What is wrong, with line and column.
        error: serde_json::Error,
    },
}

impl Report {
    /// Writes the report as a receipt.
    pub fn write(&self, path: &Path) -> Result<(), ReceiptError> {
        let json = |error| ReceiptError::Json { path: path.into(), error };
        let mut text = serde_json::to_vec_pretty(self).map_err(json)?;
        text.push(b'\n');
        std::fs::write(path, text).map_err(|error| ReceiptError::Io { path: path.into(), error })
    }

    /// Reads a receipt.
    pub fn read(path: &Path) -> Result<Self, ReceiptError> {
        let text = std::fs::read_to_string(path).map_err(|error| ReceiptError::Io { path: path.into(), error })?;
        serde_json::from_str(&text).map_err(|error| ReceiptError::Json { path: path.into(), error })
    }

    /// Proves that nothing was sent but what the plan has.
    pub fn check(&self, plan: &Plan, id: Sha) -> Result<(), ReceiptError> {
        if self.plan_id != id {
            return Err(ReceiptError::Unplanned(format!("it is of {}, the plan is {id}", self.plan_id)));
        }
        let planned = |sent: &Sent| {
            let change = plan.changes.iter().find(|change| change.address == sent.address);
            change.and_then(|change| change.steps.get(sent.step)).is_some_and(|step| step.call.api() == sent.api)
        };
        match self.calls.iter().find(|sent| !planned(sent)) {
            None => Ok(()),
            Some(sent) => {
                let (api, address, step) = (&sent.api, &sent.address, sent.step + 1);
                Err(ReceiptError::Unplanned(format!(
                    "{api} was sent as step {step} of {address}, which has no such step"
                )))
            }
        }
    }

    /// True if every change reached its goal.
    pub fn is_done(&self) -> bool {
        self.results.iter().all(|result| result.outcome.is_reached())
    }

    /// True if anything had moved.
    pub fn is_drifted(&self) -> bool {
        self.results.iter().any(|result| matches!(result.outcome, Outcome::Drifted(_)))
    }
}
