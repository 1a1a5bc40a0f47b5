//! The journal: an append-only record of every call about to be sent and of its outcome, for the receipt.
//!
//! 1. A line of JSON is on the disk before its call leaves; a call whose line cannot be written is not sent.
//! 2. Another line says what came of it. A process that was killed leaves the first without the second.
//! 3. Lines name the run that wrote them, so that several may have written the same file.
//!
//! Nothing here is ever an input to an apply: resuming starts from live state alone. What earlier runs of the same plan
//! have left is copied into the receipt, and a journal that cannot be understood is reported there and changes nothing.
//! Calls are named by address, step and digest: no value of the plan's is repeated.

#![expect(clippy::disallowed_methods, reason = "it is a file")]

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::apply::report::{ChangeResult, Outcome, Report, Sent, now};
use crate::canonical::Sha;
use crate::name::Address;
use crate::plan::{Change, Plan};

/// Who applied, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplyRun {
    /// The version of this tool.
    pub tool_version: String,
    /// When it began, in RFC 3339.
    pub started: String,
    /// What GitHub Actions says of its run.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub github: BTreeMap<String, String>,
}

impl ApplyRun {
    /// A run that begins now.
    pub fn now(tool_version: &str, github: BTreeMap<String, String>) -> Self {
        Self { tool_version: tool_version.into(), started: now(), github }
    }
}

/// A run as the journal has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Past {
    /// Who and when.
    pub run: ApplyRun,
    /// What it sent, in order.
    pub calls: Vec<Sent>,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", deny_unknown_fields)]
enum Entry {
    /// A run of a plan begins.
    Began { of: String, plan_id: Sha, run: ApplyRun },
    /// A call is about to be sent.
    Sending { of: String, number: usize, sent: Sent },
    /// What came of it.
    Answered { of: String, number: usize, sent: Sent },
    /// A change has ended.
    Ended { of: String, result: ChangeResult },
}

/// A journal that cannot be read from some line on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the journal's line {line}: {message}")]
pub struct Damage {
    /// Which line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

/// The journal of one run.
#[derive(Debug)]
pub struct Journal {
    /// `None` keeps it in memory alone.
    file: Option<Arc<Mutex<File>>>,
    /// What identifies this run's lines.
    of: String,
    run: ApplyRun,
    earlier: Vec<Past>,
    damage: Option<Damage>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    calls: Vec<Sent>,
    results: Vec<ChangeResult>,
}

impl Journal {
    /// A journal without a file.
    pub fn in_memory(run: ApplyRun) -> Self {
        let of = format!("{} {}", run.started, std::process::id());
        Self { file: None, of, run, earlier: Vec::new(), damage: None, state: Mutex::default() }
    }

    /// Opens or makes the file, and notes that a run of this plan begins.
    pub fn open(path: &Path, plan_id: Sha, run: ApplyRun) -> io::Result<Self> {
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(0))?;
        file.read_to_end(&mut bytes)?;
        let (earlier, damage) = read(&bytes, plan_id);
        let mut journal = Self { earlier, damage, ..Self::in_memory(run.clone()) };
        // A line that was torn ends here; the reader knows it by what follows.
        let mut line = if bytes.last().is_none_or(|last| *last == b'\n') { Vec::new() } else { vec![b'\n'] };
        line.extend(text(&Entry::Began { of: journal.of.clone(), plan_id, run })?);
        append(&mut file, &line)?;
        sync_folder(path)?;
        journal.file = Some(Arc::new(Mutex::new(file)));
        Ok(journal)
    }

    /// Who applies, and since when.
    pub fn run(&self) -> &ApplyRun {
        &self.run
    }

    /// What earlier runs of this plan have left.
    pub fn earlier(&self) -> &[Past] {
        &self.earlier
    }

    /// Where the file could not be read when it was opened.
    pub fn damage(&self) -> Option<&Damage> {
        self.damage.as_ref()
    }

    /// Notes that a call is about to be sent; gives its number. It must not be sent if this fails.
    pub async fn sending(&self, sent: &Sent) -> Result<usize, NotWritten> {
        let number = {
            let mut state = self.state();
            state.calls.push(sent.clone());
            state.calls.len() - 1
        };
        let written = self.write(&Entry::Sending { of: self.of.clone(), number, sent: sent.clone() }).await;
        if let (Err(error), Some(call)) = (&written, self.state().calls.get_mut(number)) {
            call.not_sent(error.to_string());
        }
        written.map(|()| number)
    }

    /// Notes what came of a call.
    pub async fn answered(&self, number: usize, sent: Sent) -> Result<(), NotWritten> {
        if let Some(call) = self.state().calls.get_mut(number) {
            *call = sent.clone();
        }
        self.write(&Entry::Answered { of: self.of.clone(), number, sent }).await
    }

    /// Notes how a change ended.
    pub async fn ended(&self, result: &ChangeResult) -> Result<(), NotWritten> {
        self.state().results.push(result.clone());
        self.write(&Entry::Ended { of: self.of.clone(), result: result.clone() }).await
    }

    /// Every call of this run so far, in order.
    pub fn calls(&self) -> Vec<Sent> {
        self.state().calls.clone()
    }

    /// How many calls of this run were a change's.
    pub fn count(&self, address: &Address) -> usize {
        self.state().calls.iter().filter(|sent| sent.address == *address).count()
    }

    /// What is known of an apply that did not finish.
    pub fn report(&self, plan: &Plan, plan_id: Sha) -> Report {
        let state = self.state();
        let of = |change: &Change| {
            let ended = state.results.iter().find(|result| result.address == change.address);
            ended.cloned().unwrap_or_else(|| unfinished(change, &state.calls))
        };
        let results = plan.changes.iter().map(of).collect();
        Report { plan_id, results, outputs: BTreeMap::new(), calls: state.calls.clone() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a line and waits until it is on the disk.
    async fn write(&self, entry: &Entry) -> Result<(), NotWritten> {
        let Some(file) = self.file.clone() else { return Ok(()) };
        let line = text(entry).map_err(NotWritten)?;
        let write = move || append(&mut file.lock().unwrap_or_else(PoisonError::into_inner), &line);
        tokio::task::spawn_blocking(write).await.map_err(io::Error::other).flatten().map_err(NotWritten)
    }
}

/// A line that could not be written to disk.
#[derive(Debug, thiserror::Error)]
#[error("the journal cannot be written: {0}")]
pub struct NotWritten(io::Error);

/// A change that had not ended when the apply did.
fn unfinished(change: &Change, calls: &[Sent]) -> ChangeResult {
    let calls = calls.iter().filter(|sent| sent.address == change.address).count();
    let outcome = if calls == 0 { Outcome::NotStarted } else { Outcome::Stopped };
    let (address, name, action) = (change.address.clone(), change.name.clone(), change.action);
    ChangeResult { address, name, action, outcome, calls, duration: std::time::Duration::ZERO }
}

fn text(entry: &Entry) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(entry)?;
    line.push(b'\n');
    Ok(line)
}

fn append(file: &mut File, line: &[u8]) -> io::Result<()> {
    file.write_all(line)?;
    file.sync_data()
}

/// A new file's name is on the disk only once its folder is.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[derive(Default)]
struct Reading {
    runs: Vec<(String, Sha, ApplyRun, BTreeMap<usize, Sent>)>,
}

impl Reading {
    fn take(&mut self, entry: Entry) -> Result<(), String> {
        let (of, number, sent, is_new) = match entry {
            Entry::Began { of, plan_id, run } => {
                self.runs.push((of, plan_id, run, BTreeMap::new()));
                return Ok(());
            }
            Entry::Ended { of, .. } => return self.calls(&of).map(drop),
            Entry::Sending { of, number, sent } => (of, number, sent, true),
            Entry::Answered { of, number, sent } => (of, number, sent, false),
        };
        let calls = self.calls(&of)?;
        match calls.insert(number, sent).is_none() == is_new {
            true => Ok(()),
            false if is_new => Err(format!("call {number} appears twice")),
            false => Err(format!("there is an answer to call {number}, which was never sent")),
        }
    }

    fn calls(&mut self, of: &str) -> Result<&mut BTreeMap<usize, Sent>, String> {
        let run = self.runs.iter_mut().rev().find(|(other, ..)| other == of);
        run.map(|(.., calls)| calls).ok_or_else(|| format!("run {of:?} has not begun"))
    }
}

/// The runs of a plan that a journal has, up to where it cannot be read. A killed process leaves an incomplete last
/// line, which can also stand before another run's first one.
pub fn read(bytes: &[u8], plan_id: Sha) -> (Vec<Past>, Option<Damage>) {
    let (mut reading, mut torn, mut damage) = (Reading::default(), None, None);
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty()) {
        let entry = serde_json::from_slice::<Entry>(line);
        if torn.is_some() && !matches!(entry, Ok(Entry::Began { .. })) {
            damage = torn;
            break;
        }
        let message = match entry.map(|entry| reading.take(entry)) {
            Ok(Ok(())) => {
                torn = None;
                continue;
            }
            Ok(Err(message)) => {
                damage = Some(Damage { line: index + 1, message });
                break;
            }
            Err(error) => error.to_string(),
        };
        torn = Some(Damage { line: index + 1, message });
    }
    let ours = reading.runs.into_iter().filter(|(_, of, ..)| *of == plan_id);
    let pasts = ours.map(|(_, _, run, calls)| Past { run, calls: calls.into_values().collect() });
    (pasts.filter(|past| !past.calls.is_empty()).collect(), damage)
}

#[cfg(test)]
mod tests;
