//! What an apply did, for a terminal; `applied` has it for GitHub.

use std::collections::BTreeMap;
use std::time::Duration;

use super::terminal::Paint;
use super::visible::plain;
use super::words;
use crate::apply::report::{ChangeResult, Outcome, Report};

/// The report as text, without the outputs, which are a result of their own (see [`outputs`]), and without what to do
/// next, which differs between whoever applies and whoever reads a receipt.
pub fn terminal(report: &Report, colour: bool) -> String {
    let paint = Paint(colour);
    let mut out = String::new();
    for result in &report.results {
        out.push_str(&line(result, paint));
        reasons(&result.outcome).iter().for_each(|reason| out.push_str(&format!("      {}\n", plain(reason))));
    }
    let summary = if succeeded(report) { paint.bold(&summary(report)) } else { paint.bad(&summary(report)) };
    out + &format!("{summary}\nPlan id {}\n", report.plan_id)
}

/// The outputs, one a line.
pub fn outputs(outputs: &BTreeMap<String, String>) -> String {
    outputs.iter().map(|(name, value)| format!("{} = {}\n", plain(name), plain(value))).collect()
}

/// The report in one line.
pub fn title(report: &Report) -> String {
    summary(report)
}

pub(super) fn succeeded(report: &Report) -> bool {
    report.results.iter().all(|result| matches!(result.outcome, Outcome::Done | Outcome::AlreadyDone))
}

/// `Applied: 3 done, 1 already done; 7 calls sent.`
pub(super) fn summary(report: &Report) -> String {
    let mut counts: BTreeMap<usize, (&str, u64)> = BTreeMap::new();
    for result in &report.results {
        let (rank, word) = word(&result.outcome);
        counts.entry(rank).or_insert((word, 0)).1 += 1;
    }
    let counts: Vec<String> =
        counts.values().map(|(word, count)| format!("{} {word}", words::grouped(*count))).collect();
    let calls = words::count_of(report.results.iter().map(|result| result.calls).sum(), "call");
    match (report.results.is_empty(), succeeded(report)) {
        (true, _) => "Nothing to do.".into(),
        (false, true) => format!("Applied: {}; {calls} sent.", counts.join(", ")),
        (false, false) => format!("Not fully applied: {}; {calls} sent.", counts.join(", ")),
    }
}

/// An outcome's place in a summary, and its word.
pub(super) fn word(outcome: &Outcome) -> (usize, &'static str) {
    match outcome {
        Outcome::Done => (0, "done"),
        Outcome::AlreadyDone => (1, "already done"),
        Outcome::Failed(_) => (2, "failed"),
        Outcome::Drifted(_) => (3, "drifted"),
        Outcome::Blocked { .. } => (4, "blocked"),
        Outcome::Stopped => (5, "stopped"),
        Outcome::NotStarted => (6, "not started"),
        Outcome::PutBack(_) => (7, "put back"),
    }
}

/// Why a change is not done.
pub(super) fn reasons(outcome: &Outcome) -> Vec<String> {
    match outcome {
        Outcome::Done | Outcome::AlreadyDone | Outcome::Stopped | Outcome::NotStarted => Vec::new(),
        Outcome::Failed(message) => vec![message.clone()],
        Outcome::PutBack(why) => vec![format!("{why}: the alias points to the previous version again")],
        Outcome::Drifted(moved) => moved.clone(),
        Outcome::Blocked { by } => vec![format!("waits for {by}, which is not done")],
    }
}

/// An outcome's sign.
pub(super) fn sign(outcome: &Outcome, paint: Paint) -> String {
    coloured(outcome, paint, ["✓", "✗", "-"])
}

/// One of three texts, in its colour: for what is done, for what went wrong, for what was not begun or not ended.
fn coloured(outcome: &Outcome, paint: Paint, [done, wrong, open]: [&str; 3]) -> String {
    match outcome {
        Outcome::Done | Outcome::AlreadyDone => paint.good(done),
        Outcome::Failed(_) | Outcome::Drifted(_) | Outcome::PutBack(_) => paint.bad(wrong),
        Outcome::Blocked { .. } | Outcome::Stopped | Outcome::NotStarted => paint.doubtful(open),
    }
}

pub(super) fn line(result: &ChangeResult, paint: Paint) -> String {
    let (_, word) = word(&result.outcome);
    let (sign, word) = (sign(&result.outcome, paint), coloured(&result.outcome, paint, [word; 3]));
    let (action, address, name) = (result.action, &result.address, plain(&result.name));
    format!("  {sign} {word}: {action} {address}  {name}{}\n", paint.faint(&effort(result)))
}

/// `, 2 calls in 1.4 s`; nothing where nothing was sent.
pub(super) fn effort(result: &ChangeResult) -> String {
    match result.calls {
        0 => String::new(),
        calls => format!(", {} in {}", words::count_of(calls, "call"), duration(result.duration)),
    }
}

pub(super) fn duration(duration: Duration) -> String {
    match duration.as_millis() {
        ms @ 0..1_000 => format!("{ms} ms"),
        ms @ 1_000..60_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        ms => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        let shown = |ms| duration(Duration::from_millis(ms));
        assert_eq!(
            [0, 999, 1_000, 59_999, 60_000, 3_725_000].map(shown),
            ["0 ms", "999 ms", "1.0 s", "59.9 s", "1 min 0 s", "62 min 5 s"]
        );
    }
}
