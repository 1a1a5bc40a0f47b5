//! The receipt: what an apply did, as a file, and the proof that it was nothing but the plan.
//!
//! It is written however the apply ended: done, failed, drifted, refused before its first call, stopped by a signal.
//! [`Receipt::verify`] holds it against the plan: every call that was sent is the plan's at that change and step, in an
//! order that the plan allows, and results and calls agree. A receipt is only as trustworthy as its author; the proof
//! is that nothing beyond the plan can be in it without being found.

#![expect(clippy::disallowed_methods, reason = "it reads a receipt")]

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::apply::journal::{ApplyRun, Journal, Past};
use crate::apply::report::{ChangeResult, Report, Sent, now};
use crate::canonical::Sha;
use crate::name::{AppName, Site, Stage};
use crate::plan::Plan;
use crate::reason::failures;

mod verify;

pub use verify::{Misfit, Proof};

/// The format that this version writes.
pub const FORMAT: u32 = 1;
/// The reason of an apply that did everything.
pub const DONE: &str = "done";

/// What an apply did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Version of the receipt's format.
    pub format: u32,
    /// Which plan.
    pub plan_id: Sha,
    /// The app.
    pub app: AppName,
    /// The stage.
    pub stage: Stage,
    /// Account, region, partition, endpoint.
    pub site: Site,
    /// Who applied, and since when.
    pub run: ApplyRun,
    /// When it ended, in RFC 3339.
    pub ended: String,
    /// How it ended.
    pub ending: Ending,
    /// Change by change, in the plan's order.
    pub results: Vec<ChangeResult>,
    /// The app's outputs, where all that they need is known.
    pub outputs: BTreeMap<String, String>,
    /// Every call that was sent, in order.
    pub calls: Vec<Sent>,
    /// What earlier applies of the same plan sent, where their journal is at hand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Past>,
    /// Why the journal of earlier applies could not be read to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub damage: Option<String>,
}

/// How an apply ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ending {
    /// `done`, or the failure reason.
    pub reason: String,
    /// The process's exit code.
    pub exit_code: u8,
    /// What the failure says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// A receipt that cannot be written or read, or that does not fit.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// The file.
    #[error("{path}: {error}")]
    Io { path: PathBuf, error: std::io::Error },
    /// The journal, without which nothing is sent.
    #[error("the journal {path}: {error}; --journal names another file")]
    Journal { path: PathBuf, error: std::io::Error },
    /// What is in it.
    #[error("{path} is not a receipt: {error}")]
    Json {
        path: PathBuf,
        /// What is wrong, with line and column.
        error: serde_json::Error,
    },
    /// Written in a format that this version does not know.
    #[error("{path} is in format {format}, this version reads format {FORMAT}: use the version that wrote it")]
    Format {
        path: PathBuf,
        /// Its format.
        format: u32,
    },
    /// It belongs to another plan, or has something that the plan does not have.
    #[error("the receipt does not fit the plan: {0}")]
    Unplanned(#[from] Misfit),
}

impl ReceiptError {
    failures! {
        Self::Io { .. } | Self::Journal { .. } | Self::Json { .. } | Self::Format { .. } => Receipt, Failed;
        Self::Unplanned(_) => Receipt, NotApproved;
    }
}

#[derive(Deserialize)]
struct FormatOnly {
    format: u32,
}

impl Receipt {
    /// The receipt of an apply that ends now.
    pub fn new(plan: &Plan, report: Report, journal: &Journal, ending: Ending) -> Self {
        Self {
            format: FORMAT,
            plan_id: report.plan_id,
            app: plan.app.clone(),
            stage: plan.stage.clone(),
            site: plan.site.clone(),
            run: journal.run().clone(),
            ended: now(),
            ending,
            results: report.results,
            outputs: report.outputs,
            calls: report.calls,
            earlier: journal.earlier().to_vec(),
            damage: journal.damage().map(ToString::to_string),
        }
    }

    /// What the apply did, as it was in memory.
    pub fn report(&self) -> Report {
        let (results, outputs, calls) = (self.results.clone(), self.outputs.clone(), self.calls.clone());
        Report { plan_id: self.plan_id, results, outputs, calls }
    }

    /// Writes the receipt; a reader never sees half of one.
    pub fn write(&self, path: &Path) -> Result<(), ReceiptError> {
        let json = |error| ReceiptError::Json { path: path.into(), error };
        let mut text = serde_json::to_vec_pretty(self).map_err(json)?;
        text.push(b'\n');
        replace(path, &text).map_err(|error| ReceiptError::Io { path: path.into(), error })
    }

    /// Reads a receipt; everything unknown in it is an error.
    pub fn read(path: &Path) -> Result<Self, ReceiptError> {
        let bytes = std::fs::read(path).map_err(|error| ReceiptError::Io { path: path.into(), error })?;
        Self::parse(&bytes, path)
    }

    /// Reads the bytes of a receipt that lies at `path`.
    pub fn parse(bytes: &[u8], path: &Path) -> Result<Self, ReceiptError> {
        let json = |error| ReceiptError::Json { path: path.into(), error };
        match serde_json::from_slice::<FormatOnly>(bytes).map_err(json)?.format {
            FORMAT => serde_json::from_slice(bytes).map_err(json),
            format => Err(ReceiptError::Format { path: path.into(), format }),
        }
    }

    /// Proves that nothing was sent but what the plan has.
    pub fn verify(&self, plan: &Plan, id: Sha) -> Result<Proof, ReceiptError> {
        Ok(verify::verify(self, plan, id)?)
    }
}

/// Puts a file in place of an older one.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut made = tempfile::Builder::new().prefix(".receipt-").tempfile_in(folder)?;
    made.write_all(bytes)?;
    made.as_file().sync_all()?;
    made.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests;
