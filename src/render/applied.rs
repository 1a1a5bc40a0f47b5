//! What an apply did, for GitHub: what failed and what to do about it first, then what is left, then what is done.

use super::escape::{code, prose};
use super::fit::{LeftOut, List, Part, fit};
use super::report::{duration, reasons, succeeded, word};
use super::what::subject;
use super::{link, table, words};
use crate::apply::report::{ChangeResult, Outcome, Report};

/// What is given room first.
const FIRST: [&str; 5] = ["failure", "output", "change that is left", "note", "change that is done"];
/// More changes that are done than these are folded.
const OPEN: usize = 10;

/// The whole report as Markdown.
pub fn markdown(report: &Report) -> String {
    within("###", report, usize::MAX).0
}

/// The report under its heading in at most `limit` bytes (hence characters), and what was left out for that.
pub fn within(heading: &str, report: &Report, limit: usize) -> (String, LeftOut) {
    let (done, left): (Vec<_>, Vec<_>) = report.results.iter().partition(|result| result.outcome.is_reached());
    let parts = [
        Part::Always(format!("{heading} {}\n\n", verdict(report))),
        Part::Notice,
        Part::List(failures(&left)),
        Part::Always(next(report).map(|next| format!("**Next:** {next}\n\n")).unwrap_or_default()),
        Part::List(rest(&left)),
        Part::List(outputs(report)),
        Part::List(finished(&done)),
        Part::Always(format!("Plan {}\n", code(&report.plan_id.to_string()))),
    ];
    fit(&parts, &FIRST, limit)
}

/// What a result is called, and whether it is one.
type Named = (&'static str, fn(&Outcome) -> bool);

/// `not fully applied · 1 failed, 2 blocked · 3 done · 7 calls sent`
fn verdict(report: &Report) -> String {
    let count = |is_it: fn(&Outcome) -> bool| report.results.iter().filter(|result| is_it(&result.outcome)).count();
    let named = |all: &[Named]| {
        let each = all.iter().map(|(word, is_it)| (word, count(*is_it))).filter(|(_, count)| *count > 0);
        each.map(|(word, count)| format!("{} {word}", words::grouped(count as u64))).collect::<Vec<_>>().join(", ")
    };
    let left = named(&[
        ("failed", |outcome| matches!(outcome, Outcome::Failed(_))),
        ("put back", |outcome| matches!(outcome, Outcome::PutBack(_))),
        ("drifted", |outcome| matches!(outcome, Outcome::Drifted(_))),
        ("blocked", |outcome| matches!(outcome, Outcome::Blocked { .. })),
        ("stopped", |outcome| matches!(outcome, Outcome::Stopped)),
        ("not started", |outcome| matches!(outcome, Outcome::NotStarted)),
    ]);
    let done = named(&[
        ("done", |outcome| matches!(outcome, Outcome::Done)),
        ("already done", |outcome| matches!(outcome, Outcome::AlreadyDone)),
    ]);
    let verdict = match (report.results.is_empty(), succeeded(report)) {
        (true, _) => return "nothing to do".into(),
        (_, true) => "applied",
        (_, false) => "**not fully applied**",
    };
    let calls = words::count_of(report.results.iter().map(|result| result.calls).sum(), "call");
    let parts = [verdict.to_owned(), left, done, format!("{calls} sent")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// The way on, of which there is one.
fn next(report: &Report) -> Option<&'static str> {
    let any = |test: fn(&Outcome) -> bool| report.results.iter().any(|result| test(&result.outcome));
    if any(|outcome| matches!(outcome, Outcome::Drifted(_))) {
        return Some(
            "live AWS has changed since this was planned, and what drifted was not touched. Plan again: start the workflow of \
             the manual apply.",
        );
    }
    if any(|outcome| matches!(outcome, Outcome::PutBack(_))) {
        return Some(
            "a new version was put back, and what depends on it was not changed. Revert or correct the change in a merge of its own; \
             re-running this job tries the same version again.",
        );
    }
    let is_left = any(|outcome| !outcome.is_reached());
    is_left.then_some("remove the cause, then re-run the failed job: the same plan continues where it stopped.")
}

fn failures(left: &[&ChangeResult]) -> List {
    let items = left.iter().filter_map(|result| failure(result)).map(Into::into).collect();
    let more = ["> - … and ", " more\n"];
    List { noun: "failure", head: "> [!CAUTION]\n".into(), items, more, end: "\n", share: 40, stays: true }
}

fn failure(result: &ChangeResult) -> Option<String> {
    let (Outcome::Failed(_) | Outcome::Drifted(_) | Outcome::PutBack(_)) = result.outcome else { return None };
    let (_, word) = word(&result.outcome);
    let reasons: Vec<String> = reasons(&result.outcome).iter().map(|reason| prose(reason)).collect();
    Some(format!("> - **{}** {}: {}\n", capitalised(word), subject_of(result), reasons.join("; ")))
}

/// What is not done, in the plan's order.
fn rest(left: &[&ChangeResult]) -> List {
    let head = "| Left | Resource | Name | Why |\n| :-- | :-- | :-- | :-- |\n".into();
    let items = left.iter().map(|result| left_row(result).into()).collect();
    let more = ["\n… and ", " more.\n"];
    List { noun: "change that is left", head, items, more, end: "\n", share: 40, stays: true }
}

fn left_row(result: &ChangeResult) -> String {
    let (_, word) = word(&result.outcome);
    let why = match &result.outcome {
        Outcome::Failed(_) | Outcome::Drifted(_) | Outcome::PutBack(_) => format!("**{word}**"),
        Outcome::Blocked { by } => format!("{word}: waits for {}", subject::of(by, "").render(code)),
        _ => word.to_owned(),
    };
    let (action, name) = (table::action(result.action), code(&result.name));
    format!("| {action} | {} | {name} | {why} |\n", subject_of(result))
}

/// What is done, folded where it is much.
fn finished(done: &[&ChangeResult]) -> List {
    let head = "| Done | Resource | Name | Calls | Time |\n| :-- | :-- | :-- | --: | --: |\n";
    let row = |result: &ChangeResult| {
        let (_, word) = word(&result.outcome);
        let said = if word == "done" { String::new() } else { format!(" ({word})") };
        let (action, name) = (table::action(result.action), code(&result.name));
        let (calls, time) = (words::grouped(result.calls as u64), duration(result.duration));
        format!("| {action}{said} | {} | {name} | {calls} | {time} |\n", subject_of(result))
    };
    let items = done.iter().map(|result| row(result).into()).collect();
    let list = List { noun: "change that is done", items, more: ["\n… and ", " more.\n"], ..List::default() };
    match done.len() > OPEN {
        false => List { head: head.into(), end: "\n", ..list },
        true => {
            let count = words::grouped(done.len() as u64);
            let head = format!("<details><summary>{count} changes done</summary>\n\n{head}");
            List { head, end: "\n</details>\n\n", ..list }
        }
    }
}

fn outputs(report: &Report) -> List {
    let one = |(name, value): (&String, &String)| format!("- {}: {}\n", code(name), link::value(value));
    let items = report.outputs.iter().map(|output| one(output).into()).collect();
    let more = ["- … and ", " more\n"];
    List { noun: "output", head: "**Outputs**\n\n".into(), items, more, end: "\n", share: 20, stays: false }
}

fn subject_of(result: &ChangeResult) -> String {
    subject::of(&result.address, &result.name).render(code)
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
