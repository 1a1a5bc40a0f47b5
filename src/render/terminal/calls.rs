//! A change as AWS gets it: every attribute, every call.

use serde_json::Value;

use super::super::attribute::{self, Sign};
use super::super::visible::{plain, shortened};
use super::super::{Extra, Facts, json, words};
use super::paint::{GREEN, Paint, RED, YELLOW};
use crate::plan::{Change, Step};

/// Lines of values are cut after so many characters; the plan file and its Markdown have them whole.
const WIDTH: usize = 160;

/// Attributes and calls of a change.
pub(super) fn of_change(facts: &Facts, at: usize, paint: Paint) -> Vec<String> {
    let (change, calls) = (&facts.plan.changes[at], &facts.calls[at]);
    let waits: Vec<String> =
        facts.waits[at].iter().map(|other| facts.plan.changes[*other].address.to_string()).collect();
    let after = if waits.is_empty() { String::new() } else { format!(", after {}", words::few(&waits, 8)) };
    let mut lines = diff(change, paint);
    lines.push(paint.faint(&format!("      {}{after}", words::count_of(calls.len(), "call"))));
    for (index, (step, json)) in change.steps.iter().zip(calls).enumerate() {
        lines.extend(call(index + 1, step, json, facts.extra, change));
    }
    lines
}

fn diff(change: &Change, paint: Paint) -> Vec<String> {
    let line = |line: attribute::Line| {
        let (sign, style) = match line.sign {
            Sign::Added => ("+", Some(GREEN)),
            Sign::Removed => ("-", Some(RED)),
            Sign::Changed => ("~", Some(YELLOW)),
            Sign::Same => (" ", None),
        };
        let text = format!("      {sign} {}", shortened(&line.text, WIDTH));
        style.map_or_else(|| paint.faint(&text), |style| paint.put(style, &text))
    };
    let mut lines: Vec<String> = change.diff.iter().flat_map(attribute::lines).map(line).collect();
    json::cut(change, &mut lines);
    lines
}

fn call(number: usize, step: &Step, call: &Value, extra: &Extra, change: &Change) -> Vec<String> {
    let api = call.get("api").and_then(Value::as_str).unwrap_or_default();
    let mut lines = vec![format!("      {number}. {}", plain(api))];
    lines.extend(
        words::sweep(&step.call, extra, &change.address).map(|what| format!("         ! {}", what.render(plain))),
    );
    lines.extend(words::watch(step).map(|what| format!("         ! {}", what.render(plain))));
    let mut input = json::lines(call.get("input").unwrap_or(&Value::Null));
    json::cut(change, &mut input);
    lines.extend(input.iter().map(|line| format!("         {}", shortened(line, WIDTH))));
    lines
}
