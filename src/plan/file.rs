//! The plan file: bytes and [`Plan`].
//!
//! The file is canonical JSON and one newline, so `sha256sum plan.json` prints the plan id. A file that is not
//! exactly what this module would write is refused: one plan has one sequence of bytes.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::aws::Call;
use crate::canonical::{self, Fingerprint, Sha};
use crate::name::{Address, AppName, Site, Stage};
use crate::plan::{Action, AttributeDiff, Blob, Change, FORMAT, Mode, Note, Plan, Shown, Step, Watch, order};
use crate::position::line_and_column;
use crate::text::{Outputs, Text};

/// A plan that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The bytes are no plan.
    #[error("plan.json:{line}:{column}: {message}; plan again: a plan file is never edited")]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// Written in a format that this version does not know.
    #[error("plan.json is in format {0}, this version reads format {FORMAT}: use the version that wrote it")]
    Format(u32),
    /// The parts do not fit together.
    #[error("plan.json: {0}")]
    Inconsistent(String),
}

/// The plan's bytes.
pub fn write(plan: &Plan) -> serde_json::Result<Vec<u8>> {
    let mut bytes = canonical::bytes(plan)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The plan id: the SHA-256 of the file's bytes.
pub fn id(bytes: &[u8]) -> Sha {
    Sha::of(bytes)
}

/// Reads a plan; everything unknown in it is an error.
pub fn read(bytes: &[u8]) -> Result<Plan, PlanError> {
    let text = std::str::from_utf8(bytes).map_err(|e| syntax_at(bytes, e.valid_up_to(), "not UTF-8".into()))?;
    let raw = match serde_json::from_str::<RawPlan>(text) {
        Ok(raw) if raw.format == FORMAT => raw,
        Ok(raw) => return Err(PlanError::Format(raw.format)),
        Err(error) => return Err(unread(&error, text)),
    };
    let plan = raw.parse(text)?;
    check(&plan)?;
    match write(&plan) {
        Ok(again) if again == bytes => Ok(plan),
        Ok(again) => {
            let at = again.iter().zip(bytes).position(|(a, b)| a != b).unwrap_or(again.len().min(bytes.len()));
            Err(syntax_at(bytes, at, "not canonical JSON followed by one newline".into()))
        }
        Err(error) => Err(PlanError::Inconsistent(error.to_string())),
    }
}

/// Why a plan was not read: another format explains whatever else is wrong.
fn unread(error: &serde_json::Error, text: &str) -> PlanError {
    match serde_json::from_str::<FormatOnly>(text) {
        Ok(FormatOnly { format }) if format != FORMAT => PlanError::Format(format),
        Ok(_) => syntax(error, text, 0),
        Err(error) => syntax(&error, text, 0),
    }
}

#[derive(Deserialize)]
struct FormatOnly {
    format: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPlan<'a> {
    format: u32,
    app: AppName,
    stage: Stage,
    site: Site,
    #[serde(default)]
    mode: Mode,
    #[serde(borrow)]
    changes: Vec<RawChange<'a>>,
    unchanged: usize,
    known: Outputs,
    blobs: BTreeMap<String, Blob>,
    outputs: BTreeMap<String, Text>,
    notes: Vec<Note>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawChange<'a> {
    address: Address,
    name: String,
    action: Action,
    lane: String,
    waits_for: BTreeSet<Address>,
    tags: BTreeSet<String>,
    before: Fingerprint,
    identity: Option<String>,
    #[serde(default)]
    was: BTreeMap<String, Shown>,
    diff: Vec<AttributeDiff>,
    #[serde(borrow)]
    steps: Vec<RawStep<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep<'a> {
    #[serde(borrow)]
    call: &'a RawValue,
    leads_to: Fingerprint,
    #[serde(borrow, default)]
    watch: Option<RawWatch<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWatch<'a> {
    minutes: u32,
    alarms: BTreeSet<String>,
    #[serde(borrow)]
    otherwise: &'a RawValue,
    leads_back_to: Fingerprint,
}

impl RawPlan<'_> {
    fn parse(self, text: &str) -> Result<Plan, PlanError> {
        let changes = self.changes.into_iter().map(|change| change.parse(text)).collect::<Result<_, _>>()?;
        Ok(Plan {
            format: self.format,
            app: self.app,
            stage: self.stage,
            site: self.site,
            mode: self.mode,
            changes,
            unchanged: self.unchanged,
            known: self.known,
            blobs: self.blobs,
            outputs: self.outputs,
            notes: self.notes,
        })
    }
}

impl RawChange<'_> {
    fn parse(self, text: &str) -> Result<Change, PlanError> {
        let kind = self.address.kind;
        let call = |json: &RawValue| -> Result<Call, PlanError> {
            let json = json.get();
            let offset = (json.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
            kind.parse_call(json).map_err(|e| syntax(&e, text, offset))
        };
        let watch = |watch: RawWatch| -> Result<Watch, PlanError> {
            let (minutes, alarms, leads_back_to) = (watch.minutes, watch.alarms, watch.leads_back_to);
            Ok(Watch { minutes, alarms, otherwise: call(watch.otherwise)?, leads_back_to })
        };
        let step = |step: RawStep| -> Result<Step, PlanError> {
            let watch = step.watch.map(watch).transpose()?;
            Ok(Step { call: call(step.call)?, leads_to: step.leads_to, watch })
        };
        Ok(Change {
            steps: self.steps.into_iter().map(step).collect::<Result<_, _>>()?,
            address: self.address,
            name: self.name,
            action: self.action,
            lane: self.lane,
            waits_for: self.waits_for,
            tags: self.tags,
            before: self.before,
            identity: self.identity,
            was: self.was,
            diff: self.diff,
        })
    }
}

/// An error of serde's in the part of `text` that begins at `offset`; the file has one line, so columns add up.
fn syntax(error: &serde_json::Error, text: &str, offset: usize) -> PlanError {
    let (line, column) = line_and_column(text, offset);
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(what, _)| what).to_owned();
    match error.line() {
        0 | 1 => PlanError::Syntax { line, column: column + error.column().saturating_sub(1), message },
        // An end right after a newline is in column 0 of serde's.
        more => PlanError::Syntax { line: line + more - 1, column: error.column().max(1), message },
    }
}

fn syntax_at(bytes: &[u8], at: usize, message: String) -> PlanError {
    let (line, column) = line_and_column(&String::from_utf8_lossy(&bytes[..at.min(bytes.len())]), usize::MAX);
    PlanError::Syntax { line, column, message }
}

/// No address twice, no waiting for what is not in the plan or comes later, no change without a step.
fn check(plan: &Plan) -> Result<(), PlanError> {
    let wrong = |what: String| Err(PlanError::Inconsistent(what));
    let mut seen: BTreeSet<&Address> = BTreeSet::new();
    for change in &plan.changes {
        if change.steps.is_empty() {
            return wrong(format!("{} has no steps", change.address));
        }
        if let Some(other) = change.waits_for.iter().find(|other| !seen.contains(other)) {
            return wrong(format!("{} waits for {other}, which does not come before it", change.address));
        }
        if !seen.insert(&change.address) {
            return wrong(format!("{} appears twice", change.address));
        }
    }
    let needs = plan.changes.iter().map(|c| (c.address.clone(), c.waits_for.clone())).collect();
    match order::cycle(&needs) {
        Some(_) => wrong("the changes wait for each other in a circle".into()),
        None => Ok(()),
    }
}
