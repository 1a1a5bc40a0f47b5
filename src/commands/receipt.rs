//! The records of an apply: its journal, its receipt, and `show --receipt`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::apply::journal::ApplyRun;
use crate::apply::receipt::{DONE, Ending, ReceiptError};
use crate::apply::{Journal, Receipt, Report};
use crate::bundle::{Bundle, BundleError, Envelope};
use crate::cli;
use crate::commands::{print, print_json};
use crate::error::Error;
use crate::github::runner::print::say;
use crate::render::{self, Format};

/// Where an apply's account is kept.
pub struct ReceiptFiles {
    /// Every call, before it is sent.
    pub journal: Journal,
    receipt: Option<PathBuf>,
}

impl ReceiptFiles {
    /// In the files that the command line names, or in the bundle.
    pub fn open(args: &cli::Apply, bundle: &Bundle) -> Result<Self, Error> {
        let path = args.journal.clone().unwrap_or_else(|| bundle.beside("journal.jsonl"));
        let journal = Journal::open(&path, bundle.id, run(bundle));
        let journal = journal.map_err(|error| ReceiptError::Journal { path, error })?;
        if let Some(damage) = journal.damage() {
            say(format_args!("warning: {damage}; what earlier applies sent after that is not in the receipt"));
        }
        let receipt = args.receipt.clone().unwrap_or_else(|| bundle.beside("receipt.json"));
        Ok(Self { journal, receipt: Some(receipt) })
    }

    /// In memory alone.
    pub fn in_memory(bundle: &Bundle) -> Self {
        Self { journal: Journal::in_memory(run(bundle)), receipt: None }
    }

    /// Writes the receipt of an apply that ended so.
    pub fn close(&self, bundle: &Bundle, report: Report, error: Option<&Error>) -> Result<(), ReceiptError> {
        let Some(path) = &self.receipt else { return Ok(()) };
        Receipt::new(&bundle.plan, report, &self.journal, ending(error)).write(path)
    }
}

fn run(bundle: &Bundle) -> ApplyRun {
    let envelope = Envelope::now(&bundle.id, &BTreeMap::new());
    ApplyRun::now(&envelope.tool_version, envelope.github)
}

fn ending(error: Option<&Error>) -> Ending {
    match error {
        None => Ending { reason: DONE.into(), exit_code: 0, message: None },
        Some(error) => {
            let (reason, message) = (error.reason().word().into(), Some(error.to_string()));
            Ending { reason, exit_code: error.exit_code(), message }
        }
    }
}

/// Shows what a receipt says of a bundle's apply, if it fits the plan.
pub fn show(folder: &Path, path: &Path, format: Format) -> Result<u8, Error> {
    let (bundle, receipt) = (Bundle::open(folder, None)?, Receipt::read(path)?);
    let proof = receipt.verify(&bundle.plan, bundle.id)?;
    match format {
        Format::Text => print(&render::receipt::terminal(&receipt, &proof, true))?,
        Format::Markdown => print(&render::receipt::markdown(&receipt, &proof))?,
        Format::Json => print_json(&(serde_json::to_string_pretty(&receipt).map_err(BundleError::from)? + "\n"))?,
        Format::Mermaid => return Err(Error::Usage("a receipt is shown as text, json or markdown".into())),
    }
    Ok(0)
}
