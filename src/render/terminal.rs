//! A plan for people at a terminal. Colours only repeat what signs and words say.

use anstyle::{AnsiColor, Style};
use serde_json::Value;

use super::attribute::{self, Sign};
use super::visible::{plain, shortened};
use super::{Extra, Facts, code, json, words};
use crate::canonical::Sha;
use crate::name::Address;
use crate::plan::{Action, Blob, Change, Plan, Step};
use crate::risk::Level;
use crate::text::Text;

/// Lines of values are cut after so many characters; the plan file and its Markdown have them whole.
const WIDTH: usize = 160;

const BOLD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const GREEN: Style = AnsiColor::Green.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();
const RED: Style = AnsiColor::Red.on_default();
const CYAN: Style = AnsiColor::Cyan.on_default();
const ALARM: Style = AnsiColor::Red.on_default().bold();

/// Colours, or none.
#[derive(Clone, Copy)]
pub(super) struct Paint(pub bool);

impl Paint {
    pub(super) fn bold(self, text: &str) -> String {
        self.put(BOLD, text)
    }

    pub(super) fn faint(self, text: &str) -> String {
        self.put(FAINT, text)
    }

    pub(super) fn good(self, text: &str) -> String {
        self.put(GREEN, text)
    }

    pub(super) fn bad(self, text: &str) -> String {
        self.put(ALARM, text)
    }

    pub(super) fn doubtful(self, text: &str) -> String {
        self.put(YELLOW, text)
    }

    fn put(self, style: Style, text: &str) -> String {
        if self.0 && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

/// The plan as text.
pub fn terminal(plan: &Plan, id: &Sha, colour: bool, extra: &Extra) -> String {
    let (facts, paint) = (Facts::of(plan, extra), Paint(colour));
    let mut out = head(plan, id, paint);
    section(&mut out, paint, "Cannot be applied", stops(extra, paint));
    section(&mut out, paint, "Warnings", warnings(&facts, paint));
    section(
        &mut out,
        paint,
        "Credentials",
        words::credentials(extra).map(|sentence| format!("  {}", sentence.render(plain))),
    );
    section(&mut out, paint, "Notes", plan.notes.iter().map(|n| format!("  {}: {}", n.address, plain(&n.message))));
    section(&mut out, paint, "Changes, each after what it waits for", changes(&facts, paint));
    section(&mut out, paint, "Packages", plan.blobs.iter().flat_map(|(digest, blob)| package(digest, blob)));
    section(
        &mut out,
        paint,
        "Outputs",
        plan.outputs.iter().map(|(n, text)| format!("  {} = {}", plain(n), output(text))),
    );
    let ids = plan.known.iter().map(|(reference, id)| format!("  {} is {}", plain(&reference.to_string()), plain(id)));
    section(&mut out, paint, words::IDS, ids);
    if facts.has_references() {
        out.push_str(&format!("\n{}\n", words::LEGEND.concat()));
    }
    if !plan.is_empty() {
        out.push_str(&format!("\n{}\nPlan id {id}\n", paint.bold(&words::summary(plan))));
    }
    out
}

fn head(plan: &Plan, id: &Sha, paint: Paint) -> String {
    let title = format!("{}, stage {}", plan.app, plan.stage);
    format!(
        "{}: {}\n{}\nPlan id {id}\n{}\n",
        paint.bold(&title),
        words::place(plan).render(plain),
        paint.bold(&words::summary(plan)),
        paint.faint("  to verify: `sha256sum plan.json` prints the same 64 digits"),
    )
}

fn section(out: &mut String, paint: Paint, title: &str, lines: impl IntoIterator<Item = String>) {
    for (index, line) in lines.into_iter().enumerate() {
        if index == 0 {
            out.push_str(&format!("\n{}\n", paint.bold(title)));
        }
        out.push_str(&line);
        out.push('\n');
    }
}

fn stops(extra: &Extra, paint: Paint) -> Vec<String> {
    words::stops(extra).map(|sentence| paint.bad(&format!("  ! {}", sentence.render(plain)))).collect()
}

fn warnings(facts: &Facts, paint: Paint) -> Vec<String> {
    let line = |warning: words::Warning| {
        let text = format!("  ! {}: {}", warning.heading, warning.sentence.render(plain));
        if warning.level == Level::Caution { paint.bad(&text) } else { paint.doubtful(&text) }
    };
    words::warnings(facts).into_iter().map(line).collect()
}

fn changes(facts: &Facts, paint: Paint) -> Vec<String> {
    let gap = |at: usize| (at > 0).then(String::new);
    (0..facts.plan.changes.len()).flat_map(|at| gap(at).into_iter().chain(change(facts, at, paint))).collect()
}

fn change(facts: &Facts, at: usize, paint: Paint) -> Vec<String> {
    let (change, calls) = (&facts.plan.changes[at], &facts.calls[at]);
    let (sign, style) = sign(change.action);
    let origin = facts.extra.origins.get(&change.address).map(|origin| format!(" ({})", origin.words()));
    let title = format!("  {sign:>3} {} {}{}", change.action, change.address, origin.unwrap_or_default());
    let waits: Vec<String> =
        facts.waits[at].iter().map(|other| facts.plan.changes[*other].address.to_string()).collect();
    let after = if waits.is_empty() { String::new() } else { format!(", after {}", words::few(&waits, 8)) };
    let mut lines = vec![format!("{}  {}", paint.put(style, &title), plain(&change.name))];
    lines.extend(diff(change, paint));
    lines.extend(code::terminal(facts.extra, &change.address).iter().map(|line| format!("      {line}")));
    lines.push(paint.faint(&format!("      {}{after}", words::count_of(calls.len(), "call"))));
    for (index, (step, json)) in change.steps.iter().zip(calls).enumerate() {
        lines.extend(call(index + 1, step, json, facts.extra, &change.address));
    }
    lines
}

/// An action's sign and colour.
fn sign(action: Action) -> (&'static str, Style) {
    match action {
        Action::Create => ("+", GREEN),
        Action::Update => ("~", YELLOW),
        Action::Replace => ("-/+", ALARM),
        Action::Delete => ("-", RED),
        Action::Release => ("<", CYAN),
        Action::Adopt => (">", CYAN),
    }
}

fn diff(change: &Change, paint: Paint) -> Vec<String> {
    let line = |line: attribute::Line| {
        let (sign, style) = match line.sign {
            Sign::Added => ("+", GREEN),
            Sign::Removed => ("-", RED),
            Sign::Changed => ("~", YELLOW),
            Sign::Same => (" ", FAINT),
        };
        paint.put(style, &format!("      {sign} {}", shortened(&line.text, WIDTH)))
    };
    change.diff.iter().flat_map(attribute::lines).map(line).collect()
}

fn call(number: usize, step: &Step, call: &Value, extra: &Extra, address: &Address) -> Vec<String> {
    let api = call.get("api").and_then(Value::as_str).unwrap_or_default();
    let mut lines = vec![format!("      {number}. {}", plain(api))];
    lines.extend(words::sweep(&step.call, extra, address).map(|what| format!("         ! {}", what.render(plain))));
    let input = json::lines(call.get("input").unwrap_or(&Value::Null));
    lines.extend(input.iter().map(|line| format!("         {}", shortened(line, WIDTH))));
    lines
}

fn package(digest: &str, blob: &Blob) -> Vec<String> {
    let mut lines = vec![format!(
        "  {}: {} bytes, sha256:{}, {}",
        blob.function,
        words::grouped(blob.size),
        plain(digest),
        words::count_of(blob.packages.len(), "package"),
    )];
    lines.extend(
        blob.packages
            .iter()
            .map(|p| format!("    {} {} sha256:{}", plain(&p.name), plain(&p.version), plain(&p.sha256))),
    );
    lines
}

/// An output, with references in it where ids are not known yet.
pub(super) fn output(text: &Text) -> String {
    match serde_json::to_value(text) {
        Ok(Value::Object(map)) => json::reference(&map).unwrap_or_else(|| plain(&text.to_string())),
        _ => plain(&text.to_string()),
    }
}
