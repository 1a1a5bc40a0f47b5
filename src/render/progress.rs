//! What an apply says while it runs, line by line.

use std::time::Duration;

use super::report::{effort, reasons, sign, summary, word};
use super::terminal::Paint;
use super::visible::plain;
use super::words;
use crate::apply::report::{ChangeResult, Outcome, Report};
use crate::canonical::Sha;
use crate::name::Address;
use crate::plan::{Change, Plan};

/// Whose plan is applied where, which one it is, and how much that is.
pub fn header(plan: &Plan, id: &Sha, colour: bool) -> String {
    let calls = plan.changes.iter().map(|change| change.steps.len()).sum();
    let paint = Paint(colour);
    let whose = paint.bold(&format!("{}, stage {}", plan.app, plan.stage));
    let place = words::place(plan).render(plain);
    let what = match plan.is_empty() {
        true => "no changes".into(),
        false => format!("{}; {}", words::counts(plan), words::count_of(calls, "call")),
    };
    format!("Applying {whose}: {place}\nPlan id {id}: {what}\n")
}

/// A change that has ended, as the `number`th of `of`.
pub fn ended(result: &ChangeResult, number: usize, of: usize, colour: bool) -> String {
    let paint = Paint(colour);
    let (action, address, name) = (result.action, &result.address, plain(&result.name));
    let outcome = match result.outcome {
        Outcome::Done => String::new(),
        _ => format!("{}: ", word(&result.outcome).1),
    };
    let sign = sign(&result.outcome, paint);
    format!("  {sign} [{number}/{of}] {outcome}{action} {address}  {name}{}\n", paint.faint(&effort(result)))
}

/// A change that runs: `update lambda.function/orders: call 1 of 2, lambda:UpdateFunctionCode`.
pub fn running(change: &Change, doing: &str) -> String {
    let begun = format!("  … {} {}", change.action, change.address);
    if doing.is_empty() { begun } else { format!("{begun}: {doing}") }
}

/// Which of a change's calls is out.
pub fn calling(change: &Change, step: usize, api: &str) -> String {
    let of = words::grouped(change.steps.len() as u64);
    format!("call {} of {of}, {}", words::grouped(step as u64 + 1), plain(api))
}

/// What is waited for, and since when: `waiting for LastUpdateStatus Successful, is InProgress; 12 s`.
pub fn waiting(what: &str, waited: Duration) -> String {
    format!("waiting for {}; {} s", plain(what), waited.as_secs())
}

/// That the tagging index has not followed.
pub fn behind(address: &Address, waited: Duration) -> String {
    format!(
        "{address}: the tagging index still reports its old tags after {} s; a plan that is made before the index is \
         up to date may not see that they have changed",
        waited.as_secs()
    )
}

/// What did not get done, and why; nothing where all is done.
pub fn undone(report: &Report, colour: bool) -> String {
    let paint = Paint(colour);
    let mut out = String::new();
    for result in report.results.iter().filter(|result| !result.outcome.is_reached()) {
        out.push_str(&super::report::line(result, paint));
        reasons(&result.outcome).iter().for_each(|reason| out.push_str(&format!("      {}\n", plain(reason))));
    }
    out
}

/// All of it in one line.
pub fn verdict(report: &Report, colour: bool) -> String {
    let (paint, summary) = (Paint(colour), summary(report));
    if report.is_done() { paint.bold(&summary) } else { paint.bad(&summary) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::golden;

    /// What is said from the first line to the last; outputs are the result, which is printed apart.
    fn said(results: Vec<ChangeResult>) -> String {
        let ((plan, id), report) = (golden::load("mixed"), golden::report(results));
        let of = report.results.len();
        let begun = |result: &&ChangeResult| result.calls > 0 || result.outcome.is_reached();
        let lines = report.results.iter().filter(begun).enumerate();
        let lines: String = lines.map(|(at, result)| ended(result, at + 1, of, false)).collect();
        let outputs = if report.is_done() { super::super::report::outputs(&report.outputs) } else { String::new() };
        format!("{}{lines}{}{outputs}{}\n", header(&plan, &id, false), undone(&report, false), verdict(&report, false))
    }

    #[test]
    fn what_an_apply_says_is_what_its_golden_files_say() {
        use crate::plan::Action::{Adopt, Create, Delete, Replace, Update};
        let bad = || "logs.log-group/bad".parse().expect("the literal is valid");
        let result = golden::result;
        let done = vec![
            result("api", Create, Outcome::Done, 2, 1_432),
            result("jobs", Update, Outcome::AlreadyDone, 0, 40),
            result("mail", Create, Outcome::Done, 12, 72_000),
        ];
        golden::check("apply-done.txt", &said(done));
        let failure = "logs:PutRetentionPolicy: 400 InvalidParameterException: \u{1b}[2J\n::error::no";
        let failed = vec![
            result("api", Create, Outcome::Done, 2, 1_432),
            result("bad", Replace, Outcome::Failed(failure.into()), 1, 90_000),
            result("next", Delete, Outcome::Blocked { by: bad() }, 0, 0),
            result("late", Adopt, Outcome::NotStarted, 0, 0),
        ];
        golden::check("apply-failed.txt", &said(failed));
        let moved =
            vec!["retentionInDays 30 when planned, 7 now".to_owned(), "tags.Team absent when planned, x now".into()];
        let drifted = vec![
            result("moved", Update, Outcome::Drifted(moved), 0, 5_000),
            result("next", Delete, Outcome::NotStarted, 0, 0),
        ];
        golden::check("apply-drifted.txt", &said(drifted));
    }

    #[test]
    fn a_wait_says_what_is_wanted_what_is_seen_and_since_when_and_drives_no_terminal() {
        assert_eq!(
            waiting("LastUpdateStatus Successful, is InProgress", Duration::from_millis(12_900)),
            "waiting for LastUpdateStatus Successful, is InProgress; 12 s"
        );
        assert_eq!(waiting("\u{1b}[2J\n::x", Duration::ZERO), "waiting for \\u001b[2J\\n::x; 0 s");
    }
}
