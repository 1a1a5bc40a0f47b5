//! Renderings of a plan, and of the report of its apply.
//!
//! A rendering is a function of the parsed plan file and its id; manifest and AWS are never asked, so what a reviewer
//! reads is what the file says. Facts that the plan's hash does not cover come in as [`Extra`]: in Markdown they are
//! outside the markers around what the file says, which `verify` renders again and compares ([`shown`]).
//!
//! Values come from outside and are never trusted:
//!
//! - `visible` only lets characters through that show as themselves, so no value controls a terminal, reverses the
//!   direction of a line, or hides a part of itself.
//! - `escape` is the only way into Markdown: a value is inside a code span or a fence. [`link`] makes an address
//!   clickable, with the address as its text.
//!
//! The wording that both formats share is composed once, in `words`, where values and words are kept apart.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::apply::report::Report;
use crate::name::Address;
use crate::package::CodeChange;
use crate::plan::{AttributeDiff, Plan, Shown};
use crate::text::references_json;

mod attribute;
mod beside;
mod code;
mod details;
mod digest;
mod escape;
mod fit;
mod json;
mod order;
mod table;
mod visible;
mod words;

pub mod applied;
pub mod comment;
pub mod drift;
pub mod footer;
pub mod link;
pub mod logged;
pub mod markdown;
pub mod mermaid;
pub mod progress;
pub mod receipt;
pub mod report;
pub mod shown;
pub mod terminal;
pub mod what;

#[cfg(test)]
mod golden;
#[cfg(test)]
mod golden_comments;
#[cfg(test)]
mod limits;

pub use comment::{comment, document};
pub use markdown::{headline, markdown, markdown_within};
pub use mermaid::mermaid;
pub use terminal::terminal;
pub use what::{What, subject, what};
pub use words::{Sentence, counts, summary, title};

/// In which form a plan is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// For people at a terminal.
    #[default]
    Text,
    /// The plan file itself.
    Json,
    /// For GitHub.
    Markdown,
    /// A flowchart of the changes and their order.
    Mermaid,
}

/// Facts beside the hash: found at plan time, not part of what is approved.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Extra {
    /// How many objects a sweeping call would delete, by the address of what it empties.
    pub sweeps: BTreeMap<Address, u64>,
    /// Where each change comes from, if the base branch was planned as well.
    pub origins: BTreeMap<Address, Origin>,
    /// Changes that the base branch's `[deny]` forbids.
    pub denied: Vec<Address>,
    /// The base branch's tip, if the plan is not of a merge with it.
    pub base_moved: Option<String>,
    /// What the credentials of the apply will be allowed to do, where they are limited to the plan.
    pub credentials: Option<String>,
    /// What the plan needs and the apply's role may not do, according to IAM.
    pub not_allowed: Vec<NotAllowed>,
    /// Which files and packages the changes of functions' code consist of, compared with the base branch.
    pub code: Vec<CodeChange>,
}

/// An action of the plan that its apply's role may not do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotAllowed {
    /// `service:Action`.
    pub action: String,
    /// On what.
    pub resource: String,
    /// Why not.
    pub by: String,
}

/// Where a change comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The base branch asks for something else: it comes from this pull request.
    PullRequest,
    /// The base branch asks for the same: live state has drifted.
    Drift,
}

impl Origin {
    /// In one to three words.
    pub fn words(self) -> &'static str {
        match self {
            Self::PullRequest => "this pull request",
            Self::Drift => "drift",
        }
    }
}

/// Says that something was cut.
const CUT: &str = "\n\n_Too long to be shown in full here._\n";
/// The most characters of a line of a message that has to be cut.
const LINE: usize = 2_000;

/// As many whole lines of Markdown as fit, and a note if some do not. A last line that is a comment for machines
/// stays.
pub fn fitting(markdown: &str, limit: usize) -> String {
    if markdown.len() <= limit {
        return markdown.to_owned();
    }
    let last = markdown.lines().last().filter(|line| line.starts_with("<!-- ")).unwrap_or_default();
    let mut kept = String::new();
    for line in markdown.split_inclusive('\n') {
        if kept.len() + line.len() + CUT.len() + last.len() > limit {
            break;
        }
        kept.push_str(line);
    }
    format!("{kept}{CUT}{last}")
}

/// A message as a block of text.
pub fn fenced(message: &str) -> String {
    escape::fence("text", &message.lines().map(visible::plain).collect::<Vec<_>>())
}

/// Whose plan or result it is, without the end of the line.
fn heading(app: &str, stage: &str) -> String {
    format!("### {} → {}", escape::code(app), escape::code(stage))
}

/// What an apply did, under its app and stage, in at most `limit` bytes.
pub fn result(app: &str, stage: &str, report: &Report, limit: usize) -> String {
    applied::within(&format!("{} ·", heading(app, stage)), report, limit).0
}

/// What takes the place of a plan that could not be made. A message that is too long for `limit` bytes loses its
/// last lines, and the ends of very long ones.
pub fn failure(app: &str, stage: &str, reason: &str, message: &str, limit: usize) -> String {
    let head = format!("{} · no plan: {}\n\n", heading(app, stage), escape::code(reason));
    let whole = format!("{head}{}", fenced(message));
    if whole.len() <= limit {
        return whole;
    }
    let shortened = |line: &str| visible::shortened(&visible::plain(line), LINE);
    let lines: Vec<String> = message.lines().map(shortened).collect();
    let sizes = || lines.iter().map(|line| line.len() + 1);
    // The marks of a fence around fewer lines are never longer.
    let marks = escape::fence("text", &lines).len() - sizes().sum::<usize>();
    let totals = sizes().scan(head.len() + marks + CUT.len(), |total, size| {
        *total += size;
        Some(*total)
    });
    let shown = totals.take_while(|total| *total <= limit).count();
    format!("{head}{}{CUT}", escape::fence("text", &lines[..shown]))
}

/// A plan with what several renderings need of it, worked out once.
struct Facts<'a> {
    plan: &'a Plan,
    extra: &'a Extra,
    /// For each change, by place, its calls as JSON.
    calls: Vec<Vec<Value>>,
    /// For each change, by place, the places of those that it waits for.
    waits: Vec<Vec<usize>>,
}

impl<'a> Facts<'a> {
    fn of(plan: &'a Plan, extra: &'a Extra) -> Self {
        let calls = plan.changes.iter().map(|change| change.steps.iter().map(|step| step.call.json()).collect());
        Self { plan, extra, calls: calls.collect(), waits: order::direct(plan) }
    }

    /// Without calls and order, for what says neither.
    fn of_risks(plan: &'a Plan, extra: &'a Extra) -> Self {
        Self { plan, extra, calls: Vec::new(), waits: Vec::new() }
    }

    /// True if a reference to an id that is not known yet is shown anywhere.
    fn has_references(&self) -> bool {
        let outputs = self.plan.outputs.values().any(|text| text.references().next().is_some());
        let diffs = || self.plan.changes.iter().flat_map(|change| &change.diff).any(refers);
        outputs || self.calls.iter().flatten().any(holds_reference) || diffs()
    }
}

fn refers(diff: &AttributeDiff) -> bool {
    [&diff.old, &diff.new].into_iter().any(|side| matches!(side, Shown::Value(value) if holds_reference(value)))
}

fn holds_reference(value: &Value) -> bool {
    let mut found = Vec::new();
    references_json(value, &mut found);
    !found.is_empty()
}
