//! A plan for people at a terminal: at most about three lines a resource, in the manifest's words. [`View::calls`] adds every
//! attribute and every call. Nothing is said by colours alone.
//!
//! What is dangerous, and the summary, stand at the top and again at the end where the top is a screen away.

use std::collections::BTreeMap;

use serde_json::Value;

use super::visible::plain;
use super::{Extra, Facts, code, json, subject, what, words};
use crate::canonical::Sha;
use crate::name::Address;
use crate::plan::{Action, Blob, Change, Plan, Whose};
use crate::risk::Level;
use crate::text::Text;

mod calls;
mod paint;
mod wrap;

pub(super) use paint::Paint;
use wrap::{fitted, wrap};

/// No line is narrower than this, whatever the terminal says.
pub const NARROWEST: usize = 60;
/// The width where there is no terminal.
pub const USUAL: usize = 100;
/// Prose is hard to read in longer lines.
const WIDEST: usize = 140;
/// As many lines lie between the top and its repetition at least.
const SCREEN: usize = 20;
/// As many lines are said of a change below its title.
const LINES: usize = 2;

/// How a plan is shown.
#[derive(Debug, Clone)]
pub struct View {
    /// With colours.
    pub colour: bool,
    /// Lines have at most so many characters, but for what cannot be broken.
    pub width: usize,
    /// With every attribute and every call.
    pub calls: bool,
    /// Where in the manifest each change comes from, such as `serverless-app.toml:42`.
    pub lines: BTreeMap<Address, String>,
}

impl Default for View {
    fn default() -> Self {
        Self { colour: false, width: USUAL, calls: false, lines: BTreeMap::new() }
    }
}

impl View {
    /// A view of this width, within what can be read.
    pub fn of_width(width: usize) -> Self {
        Self { width: width.clamp(NARROWEST, WIDEST), ..Self::default() }
    }
}

/// The plan as text.
pub fn terminal(plan: &Plan, id: &Sha, extra: &Extra, view: &View) -> String {
    let (facts, paint) = (Facts::of(plan, extra), Paint(view.colour));
    let mut out = head(plan, view, paint);
    let first = warnings(&facts, view, paint);
    section(&mut out, paint, "Cannot be applied", stops(extra, view, paint));
    section(&mut out, paint, "Look at this", first.iter().cloned());
    let top = out.lines().count();
    section(
        &mut out,
        paint,
        "Credentials",
        words::credentials(extra).into_iter().flat_map(|s| wrap("  ", &s.render(plain), view.width)),
    );
    section(&mut out, paint, "Changes", changes(&facts, view, paint));
    let notes =
        plan.notes.iter().flat_map(|n| wrap("  ", &format!("{}: {}", n.address, plain(&n.message)), view.width));
    section(&mut out, paint, "Notes", notes);
    section(&mut out, paint, "Packages", plan.blobs.iter().flat_map(|(digest, blob)| package(digest, blob, view)));
    section(
        &mut out,
        paint,
        "Outputs",
        plan.outputs.iter().map(|(n, text)| format!("  {} = {}", plain(n), output(text))),
    );
    if view.calls {
        let ids = plan.known.iter().map(|(r, id)| format!("  {} is {}", plain(&r.to_string()), plain(id)));
        section(&mut out, paint, words::IDS, ids);
    }
    if facts.has_references() && (view.calls || plan.outputs.values().any(|text| text.references().next().is_some())) {
        out.push('\n');
        wrap("", &words::LEGEND.concat(), view.width).iter().for_each(|line| out.push_str(&format!("{line}\n")));
    }
    if out.lines().count() > top + SCREEN {
        section(&mut out, paint, "Cannot be applied", stops(extra, view, paint));
        section(&mut out, paint, "Look at this", first);
        out.push_str(&format!("\n{}\n", summary(plan, view, paint)));
    } else {
        out.push('\n');
    }
    out.push_str(&format!("Plan id {id}\n"));
    if view.calls {
        out.push_str(&format!("{}\n", paint.faint("  to verify: `sha256sum plan.json` prints the same 64 digits")));
    }
    out
}

fn head(plan: &Plan, view: &View, paint: Paint) -> String {
    let title = format!("{}, stage {}", plan.app, plan.stage);
    let place = wrap("", &format!("{title}: {}", words::place(plan).render(plain)), view.width);
    let place = place.join("\n").replacen(&title, &paint.bold(&title), 1);
    format!("{place}\n{}\n", summary(plan, view, paint))
}

fn summary(plan: &Plan, view: &View, paint: Paint) -> String {
    wrap("", &words::summary(plan), view.width).iter().map(|line| paint.bold(line)).collect::<Vec<_>>().join("\n")
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

fn stops(extra: &Extra, view: &View, paint: Paint) -> Vec<String> {
    let lines = words::stops(extra).flat_map(|sentence| wrap("  ! ", &sentence.render(plain), view.width));
    lines.map(|line| paint.bad(&line)).collect()
}

fn warnings(facts: &Facts, view: &View, paint: Paint) -> Vec<String> {
    let lines = |warning: words::Warning| {
        let text = format!("{}: {}", warning.heading, warning.sentence.render(plain));
        let lines = wrap("  ! ", &text, view.width).into_iter();
        lines.map(move |line| if warning.level == Level::Caution { paint.bad(&line) } else { paint.doubtful(&line) })
    };
    words::warnings(facts).into_iter().flat_map(lines).collect()
}

fn changes(facts: &Facts, view: &View, paint: Paint) -> Vec<String> {
    let gap = |at: usize| (at > 0 && view.calls).then(String::new);
    (0..facts.plan.changes.len()).flat_map(|at| gap(at).into_iter().chain(change(facts, at, view, paint))).collect()
}

fn change(facts: &Facts, at: usize, view: &View, paint: Paint) -> Vec<String> {
    let change = &facts.plan.changes[at];
    let mut lines = title(facts, change, view, paint);
    lines.extend(said(facts.plan, change, view).into_iter().map(|line| marked(&line, paint)));
    let code = code::terminal(facts.extra, &change.address);
    lines.extend(code.iter().flat_map(|line| wrap("        ", line, view.width)));
    if view.calls {
        lines.extend(calls::of_change(facts, at, paint));
    }
    lines
}

/// What happens to what, since when, and where the manifest says so. Whoever looks for it in AWS needs its name there: what is
/// new will be found, what goes or changes hands has to be recognised.
fn title(facts: &Facts, change: &Change, view: &View, paint: Paint) -> Vec<String> {
    let (sign, style) = paint::sign(change.action);
    let what = format!("{} {}", change.action, subject(change).render(plain));
    let origin = facts.extra.origins.get(&change.address).map(|origin| format!(" ({})", origin.words()));
    let name = (view.calls || !matches!(change.action, Action::Create | Action::Update)).then(|| plain(&change.name));
    let address = view.calls.then(|| change.address.to_string());
    let rest: Vec<String> =
        [address, name, view.lines.get(&change.address).map(|line| plain(line))].into_iter().flatten().collect();
    let start = format!("  {sign:>3} ");
    let head = format!("{what}{}", origin.unwrap_or_default());
    let whole = if rest.is_empty() { head.clone() } else { format!("{head}  {}", rest.join("  ")) };
    let mut lines = wrap(&start, &whole, view.width);
    if let Some(first) = lines.first_mut() {
        let end = first.len().min(start.len() + head.len());
        // A title that is broken before its end is painted as far as it goes.
        if first.is_char_boundary(end) {
            *first = paint.put(style, &first[..end]) + &first[end..];
        }
    }
    lines
}

/// What stands behind what no call can change.
const FORCES: &str = "(forces replacement)";

fn said(plan: &Plan, change: &Change, view: &View) -> Vec<String> {
    let text = |what: what::What| {
        let forces = if what.forces_replacement { format!(" {FORCES}") } else { String::new() };
        what.sentence.render(plain) + &forces
    };
    let items: Vec<String> = what(plan, change).into_iter().map(text).collect();
    let most = if view.calls { usize::MAX } else { LINES };
    fitted("        ", &items, "; ", view.width, most)
}

fn marked(line: &str, paint: Paint) -> String {
    line.replace(FORCES, &paint.bad(FORCES))
}

fn package(digest: &str, blob: &Blob, view: &View) -> Vec<String> {
    let packages = words::count_of(blob.packages.len(), "package");
    let bytes = words::grouped(blob.size);
    let whose = match &blob.whose {
        Whose::Function(name) => name.to_string(),
        layer @ Whose::Layer(_) => layer.to_string(),
    };
    if !view.calls {
        // Its size stands with its change.
        if blob.packages.is_empty() {
            return Vec::new();
        }
        return vec![format!("  {whose}: {bytes} bytes, {packages}")];
    }
    let head = format!("  {whose}: {bytes} bytes, sha256:{}, {packages}", plain(digest));
    let row = |p: &crate::package::Requirement| {
        format!("    {} {} sha256:{}", plain(&p.name), plain(&p.version), plain(&p.sha256))
    };
    std::iter::once(head).chain(blob.packages.iter().map(row)).collect()
}

/// An output, with references in it where ids are not known yet.
pub(super) fn output(text: &Text) -> String {
    match serde_json::to_value(text) {
        Ok(Value::Object(map)) => json::reference(&map).unwrap_or_else(|| plain(&text.to_string())),
        _ => plain(&text.to_string()),
    }
}
