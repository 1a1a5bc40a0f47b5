//! A flowchart of the changes and their order.
//!
//! GitHub draws no more than 500 edges and 50,000 characters; long before that, a chart is of no use. Larger plans
//! become a chart of kinds.

use std::collections::{BTreeMap, BTreeSet};

use super::order;
use super::words;
use crate::aws::Kind;
use crate::plan::{Action, Plan};

const MAX_NODES: usize = 100;
const MAX_EDGES: usize = 400;

/// The chart, as mermaid's text.
pub fn mermaid(plan: &Plan) -> String {
    chart(plan, &order::direct(plan))
}

/// The chart of changes that wait for each other as `waits` says, by place.
pub(super) fn chart(plan: &Plan, waits: &[Vec<usize>]) -> String {
    let edges: usize = waits.iter().map(Vec::len).sum();
    let body = match plan.changes.len() {
        0 => "  none[\"No changes\"]\n".to_owned(),
        nodes if nodes > MAX_NODES || edges > MAX_EDGES => by_kind(plan, waits),
        _ => by_change(plan, waits),
    };
    format!("flowchart LR\n{body}")
}

fn by_change(plan: &Plan, waits: &[Vec<usize>]) -> String {
    let mut chart = String::new();
    for (at, change) in plan.changes.iter().enumerate() {
        let label = escape(&change.address.to_string());
        chart.push_str(&format!("  c{at}[\"{}<br/>{label}\"]:::{}\n", change.action, class(change.action)));
    }
    for (at, waits) in waits.iter().enumerate() {
        waits.iter().for_each(|before| chart.push_str(&format!("  c{before} --> c{at}\n")));
    }
    let used: BTreeSet<Action> = plan.changes.iter().map(|change| change.action).collect();
    used.into_iter().for_each(|action| chart.push_str(&style(action)));
    chart
}

/// One node a kind, with its counts; an arrow where a change of one kind waits for a change of another.
fn by_kind(plan: &Plan, waits: &[Vec<usize>]) -> String {
    let mut counts: BTreeMap<Kind, BTreeMap<Action, u64>> = BTreeMap::new();
    for change in &plan.changes {
        *counts.entry(change.address.kind).or_default().entry(change.action).or_default() += 1;
    }
    let mut chart = String::new();
    let places: BTreeMap<Kind, usize> = counts.keys().enumerate().map(|(at, kind)| (*kind, at)).collect();
    for (at, (kind, actions)) in counts.iter().enumerate() {
        let counts: Vec<String> = actions.iter().map(|(a, n)| format!("{} to {a}", words::grouped(*n))).collect();
        chart.push_str(&format!("  k{at}[\"{}<br/>{}\"]\n", escape(kind.name()), counts.join("<br/>")));
    }
    let kind = |at: usize| plan.changes.get(at).and_then(|change| places.get(&change.address.kind));
    let pairs = waits.iter().enumerate().flat_map(|(at, waits)| waits.iter().map(move |before| (*before, at)));
    let arrows: BTreeSet<_> = pairs.filter_map(|(before, after)| Some((kind(before)?, kind(after)?))).collect();
    let arrows = arrows.into_iter().filter(|(before, after)| before != after);
    arrows.for_each(|(before, after)| chart.push_str(&format!("  k{before} --> k{after}\n")));
    chart
}

/// Mermaid's entities for everything that could mean something to it.
fn escape(text: &str) -> String {
    let one = |c: char| match c {
        c if c.is_ascii_alphanumeric() || " -_./:".contains(c) => c.to_string(),
        c => format!("#{};", u32::from(c)),
    };
    text.chars().map(one).collect()
}

/// A class's name; not the action's own, since some words are mermaid's.
fn class(action: Action) -> &'static str {
    match action {
        Action::Create => "isCreated",
        Action::Update => "isUpdated",
        Action::Replace => "isReplaced",
        Action::Delete => "isDeleted",
        Action::Release => "isReleased",
        Action::Adopt => "isAdopted",
    }
}

fn style(action: Action) -> String {
    let (fill, stroke) = match action {
        Action::Create => ("#dafbe1", "#1a7f37"),
        Action::Update => ("#fff8c5", "#9a6700"),
        Action::Replace => ("#ffebe9", "#bc4c00"),
        Action::Delete => ("#ffebe9", "#cf222e"),
        Action::Release => ("#eaeef2", "#57606a"),
        Action::Adopt => ("#ddf4ff", "#0969da"),
    };
    format!("  classDef {} fill:{fill},stroke:{stroke},color:#1f2328\n", class(action))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_holds_nothing_that_means_something_to_mermaid() {
        assert_eq!(escape("logs.log-group/api"), "logs.log-group/api");
        assert_eq!(escape("a\"]-->b;<br/>#x\n`é"), "a#34;#93;--#62;b#59;#60;br/#62;#35;x#10;#96;#233;");
    }
}
