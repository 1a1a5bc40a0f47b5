//! What a reader unfolds: the diff of each change and the calls of each, in the plan's order.

use serde_json::Value;

use super::attribute::{self, Sign};
use super::escape::{code, fence};
use super::fit::{Item, List};
use super::table::danger;
use super::what::subject;
use super::{Facts, json, words};
use crate::plan::{Action, AttributeDiff, Change, Plan, Shown, Step};

/// The most changes whose diffs are open.
const OPEN_CHANGES: usize = 3;
/// The most lines of diffs that are open.
const OPEN_LINES: usize = 40;
/// Addresses of what a change waits for.
const WAITS: usize = 8;

/// The diffs: open if there is little to read, otherwise folded.
pub fn diffs(plan: &Plan) -> List {
    let found: Vec<(&Change, Vec<String>)> = plan
        .changes
        .iter()
        .map(|change| (change, lines(plan, change)))
        .filter(|(_, lines)| !lines.is_empty())
        .collect();
    let total: usize = found.iter().map(|(_, lines)| lines.len()).sum();
    let is_open = plan.changes.len() <= OPEN_CHANGES && total <= OPEN_LINES;
    let item = |(change, lines): &(&Change, Vec<String>)| {
        let text = format!("{}\n\n{}\n", title(change), fence("diff", lines));
        Item { rank: danger(change), text }
    };
    let items: Vec<Item> = found.iter().map(item).collect();
    let head = format!("<details><summary>{}</summary>\n\n", words::count_of(items.len(), "diff"));
    List {
        noun: "diff",
        head: if is_open { String::new() } else { head },
        items,
        more: ["… and ", " more diffs.\n\n"],
        end: if is_open { "" } else { "</details>\n\n" },
        share: 60,
        stays: false,
    }
}

/// `update` function `orders` (`shop--production-orders`)
fn title(change: &Change) -> String {
    format!("**{}** {} ({})", change.action, subject(change).render(code), code(&change.name))
}

/// A change's diff, a line each, without the tags that say whose it is where they say just that.
fn lines(plan: &Plan, change: &Change) -> Vec<String> {
    let line = |line: attribute::Line| {
        let sign = match line.sign {
            Sign::Added => '+',
            Sign::Removed => '-',
            Sign::Changed => '!',
            Sign::Same => ' ',
        };
        format!("{sign} {}", line.text)
    };
    let said = change.diff.iter().filter(|diff| !is_ownership(plan, change, diff));
    let mut lines: Vec<String> = said.flat_map(attribute::lines).map(line).collect();
    json::cut(change, &mut lines);
    lines
}

/// True for a tag that every resource of the app gets, or loses with it. The calls hold it all the same.
fn is_ownership(plan: &Plan, change: &Change, diff: &AttributeDiff) -> bool {
    let side = match change.action {
        Action::Create => &diff.new,
        Action::Delete => &diff.old,
        _ => return false,
    };
    let key = ["Tags.serverless-app:", "tags.serverless-app:"].iter().find_map(|start| diff.path.strip_prefix(*start));
    let expected = match key {
        Some("app") => plan.app.to_string(),
        Some("stage") => plan.stage.to_string(),
        Some("address") => change.address.to_string(),
        _ => return false,
    };
    matches!(side, Shown::Value(Value::String(text)) if *text == expected)
}

/// The calls, folded, each with its number. What has no room is left out change by change.
pub fn calls(facts: &Facts) -> List {
    let mut number = 0;
    let items: Vec<Item> = (0..facts.plan.changes.len())
        .map(|at| {
            let first = number + 1;
            number += facts.calls[at].len();
            Item { rank: danger(&facts.plan.changes[at]), text: calls_of(facts, at, first) }
        })
        .collect();
    let count = words::count_of(number, "API call");
    let [before, form, after] = words::LEGEND;
    let legend = if facts.has_references() { format!("{before}{}{after}\n\n", code(form)) } else { String::new() };
    List {
        noun: "call list",
        head: format!("<details><summary>{count}, in order</summary>\n\n{legend}"),
        items,
        more: ["… and the calls of ", " more resources.\n\n"],
        end: "</details>\n\n",
        ..List::default()
    }
}

fn calls_of(facts: &Facts, at: usize, first: usize) -> String {
    let change = &facts.plan.changes[at];
    let waits: Vec<String> =
        facts.waits[at].iter().map(|other| subject(&facts.plan.changes[*other]).render(code)).collect();
    let after = if waits.is_empty() { String::new() } else { format!(", after {}", words::few(&waits, WAITS)) };
    let steps = change.steps.iter().zip(&facts.calls[at]).enumerate();
    let calls: String = steps.map(|(at, (step, json))| call(facts, change, first + at, step, json)).collect();
    format!("{}{after}\n\n{calls}", title(change))
}

fn call(facts: &Facts, change: &Change, number: usize, step: &Step, call: &Value) -> String {
    let api = call.get("api").and_then(Value::as_str).unwrap_or_default();
    let sweep = words::sweep(&step.call, facts.extra, &change.address)
        .map_or_else(String::new, |what| format!(": {}", what.render(code)));
    let watch = words::watch(step).map_or_else(String::new, |what| format!(": {}", what.render(code)));
    let mut input = json::lines(call.get("input").unwrap_or(&Value::Null));
    json::cut(change, &mut input);
    format!("**{number}.** {}{sweep}{watch}\n\n{}\n", code(api), fence("json", &input))
}
