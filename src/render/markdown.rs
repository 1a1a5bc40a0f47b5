//! What a plan file says, for GitHub: a pure function of the file, so that it can be rendered again and compared. What
//! else was found out about the plan stands in `beside`.
//!
//! Every value passes through `escape`; nothing else in this module writes one.

use serde_json::Value;

use super::attribute::{self, Sign};
use super::escape::{code, fence, html_code, prose, visible_code};
use super::fit::{List, Part, fit};
use super::terminal::output;
use super::{Extra, Facts, heading, json, mermaid, words};
use crate::canonical::Sha;
use crate::name::Address;
use crate::plan::{Action, Blob, Change, Plan, Step};
use crate::risk::Level;
use crate::text::OutputRef;

/// What goes first when there is no room.
const ORDER: [&str; 10] =
    ["calls", "diffs", "rows", "graph", "packages", "ids", "outputs", "notes", "warnings", "cautions"];

/// The whole plan as Markdown.
pub fn markdown(plan: &Plan, id: &Sha) -> String {
    markdown_within(plan, id, usize::MAX).0
}

/// The plan as Markdown of at most `limit` bytes (hence characters), and what was left out or shortened for that:
/// calls first, then diffs, rows of the table, the graph, packages, ids, outputs, notes, warnings. If not even the
/// head fits, the text is empty.
pub fn markdown_within(plan: &Plan, id: &Sha, limit: usize) -> (String, Vec<&'static str>) {
    let nothing_beside = Extra::default();
    let facts = Facts::of(plan, &nothing_beside);
    let mut parts = vec![Part::Always(head(plan, id)), Part::Notice];
    parts.extend(warnings(&facts));
    parts.push(list(
        "notes",
        "### Notes\n\n",
        plan.notes.iter().map(|n| format!("- {}: {}\n", code(&n.address.to_string()), prose(&n.message))),
    ));
    parts.push(table(&facts));
    (0..plan.changes.len()).for_each(|at| parts.extend(details(&facts, at)));
    if facts.has_references() {
        let [before, form, after] = words::LEGEND;
        parts.push(Part::Always(format!("{before}{}{after}\n\n", code(form))));
    }
    parts.push(ids(plan));
    parts.push(list(
        "outputs",
        "### Outputs\n\n",
        plan.outputs.iter().map(|(n, text)| format!("- {}: {}\n", code(n), visible_code(&output(text)))),
    ));
    let packages = plan.blobs.iter().map(|(digest, blob)| package(digest, blob)).collect();
    parts.push(Part::List("packages", List { head: "### Packages\n\n".into(), items: packages, tail: String::new() }));
    if !plan.is_empty() {
        let chart: Vec<String> = mermaid::chart(plan, &facts.waits).lines().map(str::to_owned).collect();
        parts.push(Part::Whole("graph", format!("### Order\n\n{}", fence("mermaid", &chart))));
    }
    fit(&parts, &ORDER, limit)
}

fn head(plan: &Plan, id: &Sha) -> String {
    format!(
        "{}**{}**\n\nFor {}.\n\nPlan id: {}.\n`sha256sum plan.json` prints the same 64 digits.\n\n",
        heading(plan.app.as_str(), plan.stage.as_str()),
        words::summary(plan),
        words::place(plan).render(code),
        code(&id.to_string()),
    )
}

fn list(name: &'static str, head: &str, items: impl Iterator<Item = String>) -> Part {
    Part::List(name, List { head: head.into(), items: items.collect(), tail: "\n".into() })
}

/// The ids that AWS has made up already. A call that needs one holds it; what is compared and shown holds its reference.
fn ids(plan: &Plan) -> Part {
    let head = format!("<details><summary>{}</summary>\n\n", words::IDS);
    let row = |(reference, id): (&OutputRef, &String)| format!("- {}: {}\n", code(&reference.to_string()), code(id));
    let tail = "\n</details>\n\n".to_owned();
    Part::List("ids", List { head, items: plan.known.iter().map(row).collect(), tail })
}

/// The worst in an alert of their own, then the rest.
fn warnings(facts: &Facts) -> Vec<Part> {
    let warnings = words::warnings(facts);
    let of = |level: Level| {
        let those = warnings.iter().filter(move |warning| warning.level == level);
        those.map(|warning| format!("> - **{}**: {}\n", warning.heading, warning.sentence.render(code)))
    };
    vec![list("cautions", "> [!CAUTION]\n", of(Level::Caution)), list("warnings", "> [!WARNING]\n", of(Level::Warning))]
}

fn table(facts: &Facts) -> Part {
    let head = "### Changes\n\n| Action | Resource | Name | Calls | After |\n| --- | --- | --- | ---: | --- |\n";
    list("rows", head, (0..facts.plan.changes.len()).map(|at| row(facts, at)))
}

fn row(facts: &Facts, at: usize) -> String {
    let change = &facts.plan.changes[at];
    let waits: Vec<String> =
        facts.waits[at].iter().map(|other| code(&facts.plan.changes[*other].address.to_string())).collect();
    format!(
        "| {} | {} | {} | {} | {} |\n",
        action(change.action),
        code(&change.address.to_string()),
        code(&change.name),
        words::grouped(change.steps.len() as u64),
        words::few(&waits, 8),
    )
}

fn action(action: Action) -> String {
    match action {
        Action::Replace | Action::Delete => format!("**{action}**"),
        _ => action.to_string(),
    }
}

/// A change that unfolds to its diff, and then to its calls.
fn details(facts: &Facts, at: usize) -> [Part; 3] {
    let (change, calls) = (&facts.plan.changes[at], &facts.calls[at]);
    let title = format!(
        "{} {} {}",
        action_html(change.action),
        html_code(&change.address.to_string()),
        html_code(&change.name)
    );
    let calls = change.steps.iter().zip(calls).enumerate();
    let calls: String =
        calls.map(|(at, (step, json))| call(at + 1, step, json, facts.extra, &change.address)).collect();
    let count = words::count_of(facts.calls[at].len(), "call");
    [
        Part::Whole("diffs", format!("<details><summary>{title}</summary>\n\n{}", diff(change))),
        Part::Whole("calls", format!("<details><summary>{count}</summary>\n\n{calls}</details>\n\n")),
        Part::Whole("diffs", "</details>\n\n".into()),
    ]
}

fn action_html(action: Action) -> String {
    match action {
        Action::Replace | Action::Delete => format!("<b>{action}</b>"),
        _ => action.to_string(),
    }
}

fn diff(change: &Change) -> String {
    let line = |line: attribute::Line| {
        let sign = match line.sign {
            Sign::Added => '+',
            Sign::Removed => '-',
            Sign::Changed => '!',
            Sign::Same => ' ',
        };
        format!("{sign} {}", line.text)
    };
    let lines: Vec<String> = change.diff.iter().flat_map(attribute::lines).map(line).collect();
    if lines.is_empty() { String::new() } else { format!("{}\n", fence("diff", &lines)) }
}

fn call(number: usize, step: &Step, call: &Value, extra: &Extra, address: &Address) -> String {
    let api = call.get("api").and_then(Value::as_str).unwrap_or_default();
    let sweep =
        words::sweep(&step.call, extra, address).map_or_else(String::new, |what| format!(": {}", what.render(code)));
    let input = json::lines(call.get("input").unwrap_or(&Value::Null));
    format!("**{number}.** {}{sweep}\n\n{}\n", code(api), fence("json", &input))
}

fn package(digest: &str, blob: &Blob) -> String {
    let title = format!(
        "{}: {} bytes, {}, {}",
        html_code(blob.function.as_str()),
        words::grouped(blob.size),
        html_code(&format!("sha256:{digest}")),
        words::count_of(blob.packages.len(), "package"),
    );
    let row = |p: &crate::package::Requirement| {
        format!("| {} | {} | {} |\n", code(&p.name), code(&p.version), code(&p.sha256))
    };
    let rows: String = blob.packages.iter().map(row).collect();
    match rows.is_empty() {
        true => format!("<details><summary>{title}</summary>\n\nThe function's own files only.\n\n</details>\n\n"),
        false => format!(
            "<details><summary>{title}</summary>\n\n| Package | Version | SHA-256 |\n| --- | --- | --- |\n{rows}\n</details>\n\n"
        ),
    }
}
