//! What was found out when a plan was made and is no part of it: Markdown that nothing is compared with.

use super::Extra;
use super::code as code_changes;
use super::escape::code;
use super::fit::{List, Part, fit};
use super::words::{self, Sentence};
use crate::plan::Plan;

/// What leaves first when there is no room.
const ORDER: [&str; 5] = ["origins", "credentials", "code", "not allowed", "counts"];
/// An item about code takes no more than this part of the room.
const SHARE: usize = 3;

/// What keeps the plan from being applied at all, in at most `limit` bytes; empty where nothing does.
pub fn stops(extra: &Extra, limit: usize) -> String {
    let items = words::stops(extra).map(|sentence| format!("> - {}\n", sentence.render(code))).collect();
    let list = List { head: "> [!CAUTION]\n".into(), items, tail: "\n".into() };
    fit(&[Part::List("stops", list)], &["stops"], limit).0
}

/// Everything else, in at most `limit` bytes; empty where nothing was found out.
pub fn facts(plan: &Plan, extra: &Extra, limit: usize) -> String {
    let lists = [
        ("not allowed", "> [!WARNING]\n", "> - ", not_allowed(extra)),
        ("counts", "", "- ", counts(extra)),
        ("origins", "", "- ", origins(plan, extra)),
        ("credentials", "", "- ", words::credentials(extra).into_iter().collect()),
    ];
    let items = code_changes::markdown(extra, limit / SHARE);
    let changes = Part::List("code", List { head: "### Code\n\n".into(), items, tail: "\n".into() });
    if lists.iter().all(|(_, _, _, sentences)| sentences.is_empty()) {
        return fit(&[changes], &ORDER, limit).0;
    }
    let list = |(name, head, bullet, sentences): (_, &str, &str, Vec<Sentence>)| {
        let items = sentences.iter().map(|sentence| format!("{bullet}{}\n", sentence.render(code))).collect();
        Part::List(name, List { head: head.into(), items, tail: "\n".into() })
    };
    let heading = Part::Always("### Found out when this was planned\n\n".into());
    let parts: Vec<Part> = [changes, heading].into_iter().chain(lists.map(list)).collect();
    fit(&parts, &ORDER, limit).0
}

fn not_allowed(extra: &Extra) -> Vec<Sentence> {
    extra.not_allowed.iter().map(words::not_allowed).collect()
}

/// How much each sweeping call would delete.
fn counts(extra: &Extra) -> Vec<Sentence> {
    let sentence = |(address, count): (&crate::name::Address, &u64)| {
        let versions = words::count_of(usize::try_from(*count).unwrap_or(usize::MAX), "version");
        Sentence::default().value(address).words(format!(" holds {versions} of objects, which will be deleted."))
    };
    extra.sweeps.iter().map(sentence).collect()
}

/// What comes from drift, and what does not.
fn origins(plan: &Plan, extra: &Extra) -> Vec<Sentence> {
    let is_drift = |change: &&crate::plan::Change| extra.origins.get(&change.address) == Some(&super::Origin::Drift);
    let drifted = plan.changes.iter().filter(is_drift).map(|change| {
        let sentence = Sentence::default().value(&change.address).words(" has drifted: ");
        sentence.words("the base branch asks for the same as this pull request.")
    });
    let mut all: Vec<Sentence> = drifted.collect();
    let others = extra.origins.len().saturating_sub(all.len());
    if others > 0 {
        let which = if all.is_empty() { "Every change comes" } else { "Every other change comes" };
        all.push(Sentence::default().words(format!("{which} from this pull request.")));
    }
    all
}
