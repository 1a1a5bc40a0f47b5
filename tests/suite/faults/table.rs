//! What became of a campaign: a row for each call, a column for each fault.

use std::collections::BTreeMap;

use super::Outcome;
use crate::support::proxy::fault::Fault;

/// What became of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Became {
    /// The call that was disturbed, `service Operation`.
    pub call: String,
    /// By what.
    pub fault: Fault,
    /// How it ended.
    pub outcome: Outcome,
}

/// `3` cases survived, `s2` stopped cleanly and finished by the next apply, `-1` had no such call, `!1` violated; and the sums.
pub fn table(cases: &[Became]) -> String {
    let mut rows: BTreeMap<&str, BTreeMap<Fault, Vec<Outcome>>> = BTreeMap::new();
    for case in cases {
        rows.entry(&case.call).or_default().entry(case.fault).or_default().push(case.outcome);
        rows.entry("~all").or_default().entry(case.fault).or_default().push(case.outcome);
    }
    let names: Vec<String> = Fault::ALL.iter().map(|fault| format!("{fault:?}")).collect();
    let mut lines =
        vec![format!("| call | {} |", names.join(" | ")), format!("| --- |{}", " ---: |".repeat(names.len()))];
    for (call, row) in rows {
        let cells: Vec<String> =
            Fault::ALL.iter().map(|fault| row.get(fault).map(|all| cell(all)).unwrap_or_default()).collect();
        lines.push(format!("| {} | {} |", call.trim_start_matches('~'), cells.join(" | ")));
    }
    let count = |outcome: Outcome| cases.iter().filter(|case| case.outcome == outcome).count();
    let [survived, stopped, spared, violated] =
        [Outcome::Survived, Outcome::Stopped, Outcome::Spared, Outcome::Violated].map(count);
    let sums = format!("{survived} survived, {stopped} stopped cleanly, {spared} not sent, {violated} violated");
    format!("{}\n\n{sums}\n", lines.join("\n"))
}

fn cell(outcomes: &[Outcome]) -> String {
    let count = |outcome: Outcome| outcomes.iter().filter(|one| **one == outcome).count();
    let parts = [("", Outcome::Survived), ("s", Outcome::Stopped), ("-", Outcome::Spared), ("!", Outcome::Violated)];
    let parts = parts.map(|(mark, outcome)| (mark, count(outcome)));
    let told: Vec<String> =
        parts.iter().filter(|(_, count)| *count > 0).map(|(mark, count)| format!("{mark}{count}")).collect();
    told.join(" ")
}

#[test]
fn a_table_counts_each_call_and_fault() {
    let case = |call: &str, fault, outcome| Became { call: call.into(), fault, outcome };
    let cases = [
        case("sns CreateTopic", Fault::Throttled, Outcome::Survived),
        case("sns CreateTopic", Fault::Throttled, Outcome::Violated),
        case("iam CreateRole", Fault::Killed, Outcome::Stopped),
        case("iam CreateRole", Fault::Killed, Outcome::Spared),
    ];
    let text = table(&cases);
    assert!(text.contains("| iam CreateRole |  |  |  |  |  |  |  |  |  |  | s1 -1 |\n"), "{text}");
    assert!(text.contains("| sns CreateTopic | 1 !1 |"), "{text}");
    assert!(
        text.contains("| all | 1 !1 |") && text.ends_with("1 survived, 1 stopped cleanly, 1 not sent, 1 violated\n"),
        "{text}"
    );
}
