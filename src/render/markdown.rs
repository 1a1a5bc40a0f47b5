//! What a plan file says, for GitHub: a pure function of the file, so that it can be rendered again and compared. What
//! else was found out about the plan stands in `beside`.
//!
//! From the top: what happens in a line, the risks, the notes, a table of what changes; then, folded where there is much of it,
//! diffs, calls, order, outputs, packages and ids. Every value passes through `escape` or `link`; nothing else in this
//! module writes one.

use super::escape::{code, fence, prose, visible_code};
use super::fit::{Item, LeftOut, List, Part, fit};
use super::terminal::output;
use super::visible::{plain, shortened};
use super::words::Warning;
use super::{Extra, Facts, details, heading, link, mermaid, table, words};
use crate::canonical::Sha;
use crate::plan::{Blob, Mode, Plan, Whose};
use crate::risk::Level;
use crate::text::{OutputRef, Text};

/// What is given room first.
const FIRST: [&str; 10] =
    ["caution", "table row", "warning", "note", "output", "diff", "call list", "id", "package list", "graph"];
/// Fewer edges than these are no graph: the calls' order says as much.
const EDGES: usize = 5;
/// How much of the plan id is shown in the line about where the plan is for; all of it is folded below.
const SHORT_ID: usize = 12;
/// Characters of an endpoint.
const ENDPOINT: usize = 200;

/// The whole plan as Markdown.
pub fn markdown(plan: &Plan, id: &Sha) -> String {
    markdown_within(plan, id, usize::MAX).0
}

/// The plan as Markdown of at most `limit` bytes (hence characters), and what was left out for that, with its number. The
/// heading, the number of risks and the table's head stay; if not even they fit, the text is empty.
pub fn markdown_within(plan: &Plan, id: &Sha, limit: usize) -> (String, LeftOut) {
    let nothing_beside = Extra::default();
    let facts = Facts::of(plan, &nothing_beside);
    let mut parts = brief(&facts);
    parts.push(Part::List(details::diffs(plan)));
    parts.push(Part::List(details::calls(&facts)));
    parts.push(Part::List(graph(&facts)));
    parts.push(Part::List(outputs(plan)));
    parts.push(Part::List(packages(plan)));
    parts.push(Part::Always(place(plan, id)));
    parts.push(Part::List(ids(plan)));
    parts.push(Part::Always("</details>\n".into()));
    fit(&parts, &FIRST, limit)
}

/// The plan without its details as Markdown of at most `limit` bytes: what happens, the risks, the notes, the table.
pub fn brief_within(plan: &Plan, limit: usize) -> String {
    let nothing_beside = Extra::default();
    fit(&brief(&Facts::of_risks(plan, &nothing_beside)), &FIRST, limit).0
}

/// The plan in a line of text: what happens, and how many risks there are to look at.
pub fn headline(plan: &Plan) -> String {
    let nothing_beside = Extra::default();
    let warnings = words::warnings(&Facts::of_risks(plan, &nothing_beside));
    let count = |noun, level| {
        let count = warnings.iter().filter(|warning| warning.level == level).count();
        (count > 0).then(|| words::count_of(count, noun))
    };
    let risks: Vec<String> =
        [count("caution", Level::Caution), count("warning", Level::Warning)].into_iter().flatten().collect();
    let parts = [words::title(plan), risks.join(", ")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// What nobody has to unfold.
fn brief(facts: &Facts) -> Vec<Part> {
    let plan = facts.plan;
    let risks = risks(facts).map(Part::List);
    let rest = [Part::List(notes(plan)), Part::List(table::table(plan))];
    [Part::Always(head(plan)), Part::Notice].into_iter().chain(risks).chain(rest).collect()
}

/// ``### `shop` → `production` · 1 to replace, 3 to delete · 17 unchanged``
fn head(plan: &Plan) -> String {
    let unchanged = (plan.unchanged > 0).then(|| format!("{} unchanged", words::grouped(plan.unchanged as u64)));
    let what = if plan.is_empty() { "no changes".to_owned() } else { words::counts(plan) };
    let what = match plan.mode {
        Mode::Deploy => what,
        Mode::Destroy => format!("destroy: {what}"),
        Mode::DestroyData => format!("destroy with all data: {what}"),
        Mode::Rollback => format!("go back: {what}"),
    };
    let parts: Vec<String> =
        [heading(plan.app.as_str(), plan.stage.as_str()), what].into_iter().chain(unchanged).collect();
    format!("{}\n\n", parts.join(" · "))
}

/// What to look at before approving: an alert of what loses data or opens it, and one of the rest.
fn risks(facts: &Facts) -> [List; 2] {
    let warnings = words::warnings(facts);
    let of = |noun, title: &str, share, level: Level| {
        let items = warnings.iter().filter(|warning| warning.level == level);
        let item = |warning: &Warning| format!("> - **{}**: {}\n", warning.heading, warning.sentence.render(code));
        alert(noun, title, share, items.map(|warning| item(warning).into()).collect())
    };
    [of("caution", "CAUTION", 40, Level::Caution), of("warning", "WARNING", 20, Level::Warning)]
}

fn alert(noun: &'static str, title: &str, share: usize, items: Vec<Item>) -> List {
    let more = ["> - … and ", " more, for which there is no room here\n"];
    List { noun, head: format!("> [!{title}]\n"), items, more, end: "\n", share, stays: true }
}

fn notes(plan: &Plan) -> List {
    let note =
        |note: &crate::plan::Note| format!("> - {}: {}\n", code(&note.address.to_string()), prose(&note.message));
    alert("note", "NOTE", 10, plan.notes.iter().map(|one| note(one).into()).collect())
}

/// A list that is folded under its title, which is HTML.
fn folded(noun: &'static str, title: &str, items: Vec<Item>) -> List {
    List {
        noun,
        head: format!("<details><summary>{title}</summary>\n\n"),
        items,
        more: ["\n… and ", " more.\n"],
        end: "\n</details>\n\n",
        ..List::default()
    }
}

/// What waits for what, where that is more than a line.
fn graph(facts: &Facts) -> List {
    let edges: usize = facts.waits.iter().map(Vec::len).sum();
    let chart = || -> Item {
        let chart: Vec<String> = mermaid::chart(facts.plan, &facts.waits).lines().map(str::to_owned).collect();
        fence("mermaid", &chart).into()
    };
    folded("graph", "Order of the changes", if edges < EDGES { Vec::new() } else { vec![chart()] })
}

fn outputs(plan: &Plan) -> List {
    let one = |(name, text): (&String, &Text)| Item::from(format!("- {}: {}\n", code(name), shown(text)));
    let title = words::count_of(plan.outputs.len(), "output");
    List { share: 10, ..folded("output", &title, plan.outputs.iter().map(one).collect()) }
}

/// An output: a link where all of it is known and it is an address.
fn shown(text: &Text) -> String {
    match text.references().next() {
        Some(_) => visible_code(&output(text)),
        None => link::value(&text.to_string()),
    }
}

fn packages(plan: &Plan) -> List {
    let layers = plan.blobs.values().filter(|blob| matches!(blob.whose, Whose::Layer(_))).count();
    let all = [(plan.blobs.len() - layers, "function"), (layers, "layer")];
    let all = all.into_iter().filter(|(count, _)| *count > 0).map(|(count, noun)| words::count_of(count, noun));
    let title = format!("Packages of {}", all.collect::<Vec<_>>().join(" and "));
    let items = plan.blobs.iter().map(|(digest, blob)| package(digest, blob).into()).collect();
    List { end: "</details>\n\n", ..folded("package list", &title, items) }
}

fn package(digest: &str, blob: &Blob) -> String {
    let noun = match blob.whose {
        Whose::Function(_) => "Function",
        Whose::Layer(_) => "Layer",
    };
    let head = format!(
        "{noun} {}: {} bytes, {}",
        code(blob.whose.name().as_str()),
        words::grouped(blob.size),
        code(&format!("sha256:{digest}")),
    );
    let row = |p: &crate::package::Requirement| {
        format!("| {} | {} | {} |\n", code(&p.name), code(&p.version), code(&p.sha256))
    };
    let rows: String = blob.packages.iter().map(row).collect();
    match rows.is_empty() {
        true => format!("{head}, its own files only.\n\n"),
        false => format!(
            "{head}, with {}:\n\n| Dependency | Version | SHA-256 |\n| :-- | :-- | :-- |\n{rows}\n",
            match blob.packages.len() {
                1 => "1 dependency".to_owned(),
                many => format!("{} dependencies", words::grouped(many as u64)),
            },
        ),
    }
}

/// Where the plan is for and which one it is, with the beginning of the folded block that holds its whole id.
fn place(plan: &Plan, id: &Sha) -> String {
    let (site, id) = (&plan.site, id.to_string());
    let digits = id.find(':').map_or(0, |colon| colon + 1) + SHORT_ID;
    let endpoint = match site.is_aws() {
        true => String::new(),
        false => format!(" · endpoint {}", visible_code(&shortened(&plain(&site.endpoint), ENDPOINT))),
    };
    let title =
        if plan.known.is_empty() { "Plan id in full" } else { "Plan id in full, and the ids that the calls use" };
    format!(
        "Account {} · region {}{endpoint} · plan {}\n\n<details><summary>{title}</summary>\n\n{}: `sha256sum plan.json` prints the same 64 digits.\n\n",
        code(&site.account.to_string()),
        code(&site.region.to_string()),
        code(&format!("{}…", id.get(..digits).unwrap_or(&id))),
        code(&id),
    )
}

/// The ids that AWS has made up already. A call that needs one holds it; what is compared and shown holds its reference.
fn ids(plan: &Plan) -> List {
    let row = |(reference, id): (&OutputRef, &String)| {
        Item::from(format!("- {}: {}\n", code(&reference.to_string()), code(id)))
    };
    List {
        noun: "id",
        items: plan.known.iter().map(row).collect(),
        more: ["- … and ", " more\n"],
        end: "\n",
        ..List::default()
    }
}
