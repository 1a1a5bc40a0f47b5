//! What was found out when a plan was made and is not part of it: Markdown that is not compared with anything.

use super::code as code_changes;
use super::escape::code;
use super::fit::{List, Part, fit};
use super::what::subject;
use super::words::{self, Sentence};
use super::{Extra, Origin};
use crate::plan::{Change, Plan};

/// What is given room first.
const FIRST: [&str; 5] = ["action that is not allowed", "code change", "count", "origin", "permission list"];
/// An item about code takes no more than this part of the room.
const SHARE: usize = 3;

/// What keeps the plan from being applied at all, in at most `limit` bytes; empty where nothing does.
pub fn stops(extra: &Extra, limit: usize) -> String {
    let items = words::stops(extra).map(|sentence| format!("> - {}\n", sentence.render(code)).into()).collect();
    let more = ["> - … and ", " more\n"];
    let list = List { noun: "reason", head: "> [!CAUTION]\n".into(), items, more, end: "\n", ..List::default() };
    fit(&[Part::List(list)], &[], limit).0
}

/// Everything else, in at most `limit` bytes; empty where nothing was found out.
pub fn facts(plan: &Plan, extra: &Extra, limit: usize) -> String {
    let list = |noun, head: &str, bullet: &str, end, sentences: Vec<Sentence>| {
        let items = sentences.iter().map(|sentence| format!("{bullet}{}\n", sentence.render(code)).into()).collect();
        Part::List(List { noun, head: head.into(), items, more: ["- … and ", " more\n"], end, ..List::default() })
    };
    let credentials = "<details><summary>What the credentials of the apply will allow</summary>\n\n";
    let items = code_changes::markdown(extra, limit / SHARE).into_iter().map(Into::into).collect();
    let code_list = List { noun: "code change", items, more: ["- … and ", " more\n"], end: "\n", ..List::default() };
    let parts = [
        Part::List(List { head: "### Code\n\n".into(), ..code_list }),
        list("action that is not allowed", "> [!WARNING]\n", "> - ", "\n", not_allowed(extra)),
        list("count", "", "- ", "\n", counts(plan, extra)),
        list("origin", "", "- ", "\n", origins(plan, extra)),
        list("permission list", credentials, "", "\n</details>\n", words::credentials(extra).into_iter().collect()),
    ];
    fit(&parts, &FIRST, limit).0
}

fn not_allowed(extra: &Extra) -> Vec<Sentence> {
    extra.not_allowed.iter().map(words::not_allowed).collect()
}

/// How much each sweeping call would delete.
fn counts(plan: &Plan, extra: &Extra) -> Vec<Sentence> {
    let sentence = |change: &Change| {
        let count = *extra.sweeps.get(&change.address)?;
        let versions = words::count_of(usize::try_from(count).unwrap_or(usize::MAX), "version");
        Some(subject(change).words(format!(" holds {versions} of objects, which will be deleted.")))
    };
    plan.changes.iter().filter_map(sentence).collect()
}

/// What comes from drift, and what does not.
fn origins(plan: &Plan, extra: &Extra) -> Vec<Sentence> {
    let is_drift = |change: &&Change| extra.origins.get(&change.address) == Some(&Origin::Drift);
    let drifted = plan.changes.iter().filter(is_drift).map(|change| {
        let words = " has drifted: live AWS differs from what the base branch asks for. This plan changes it back.";
        subject(change).words(words)
    });
    let mut all: Vec<Sentence> = drifted.collect();
    let others = extra.origins.len().saturating_sub(all.len());
    if others > 0 {
        let which = if all.is_empty() { "Every change comes" } else { "Every other change comes" };
        all.push(Sentence::default().words(format!("{which} from this pull request.")));
    }
    all
}
