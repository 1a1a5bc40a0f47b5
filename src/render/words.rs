//! What every format says in words, with the values in it kept apart: each format escapes them in its own way.

use std::collections::BTreeMap;

use super::{Extra, Facts, NotAllowed};
use crate::aws::Call;
use crate::aws::kit::calls::Sweep;
use crate::name::Address;
use crate::plan::{Action, Change, Plan};

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Our own words.
    Words(String),
    /// A value, which may be anything.
    Value(String),
}

/// A sentence.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sentence(Vec<Piece>);

impl Sentence {
    /// The sentence with more of our own words.
    pub fn words(mut self, words: impl Into<String>) -> Self {
        self.0.push(Piece::Words(words.into()));
        self
    }

    /// The sentence with a value.
    pub fn value(mut self, value: impl ToString) -> Self {
        self.0.push(Piece::Value(value.to_string()));
        self
    }

    /// The sentence with another after it.
    pub fn then(mut self, next: Sentence) -> Self {
        self.0.extend(next.0);
        self
    }

    /// Sentences one after another, with our own words between them.
    pub fn joined(sentences: impl IntoIterator<Item = Sentence>, between: &str) -> Self {
        let join = |all: Self, (at, next): (usize, Self)| if at == 0 { next } else { all.words(between).then(next) };
        sentences.into_iter().enumerate().fold(Self::default(), join)
    }

    /// The sentence as text, its values as `show` shows them.
    pub fn render(&self, show: impl Fn(&str) -> String) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Value(value) => show(value),
        };
        self.0.iter().map(piece).collect()
    }
}

/// Something to look at before approving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// True if data is lost.
    pub loses_data: bool,
    /// What happens.
    pub sentence: Sentence,
}

/// The most dangerous actions first.
const DANGER: [Action; 6] =
    [Action::Replace, Action::Delete, Action::Update, Action::Adopt, Action::Create, Action::Release];

/// `1 to update, 3 to create`; empty where there is nothing to do.
pub fn counts(plan: &Plan) -> String {
    let counts: BTreeMap<Action, usize> = plan.counts();
    let count = |action: &Action| counts.get(action).map(|count| format!("{} to {action}", grouped(*count as u64)));
    DANGER.iter().filter_map(count).collect::<Vec<_>>().join(", ")
}

/// The plan in a few words, of which there are always some.
pub fn title(plan: &Plan) -> String {
    if plan.is_empty() { "No changes".into() } else { counts(plan) }
}

/// The plan in one line.
pub fn summary(plan: &Plan) -> String {
    let unchanged = grouped(plan.unchanged as u64);
    match (plan.is_empty(), plan.unchanged) {
        (true, 0) => "No changes.".into(),
        (true, _) => format!("No changes; {unchanged} unchanged."),
        (false, 0) => format!("Plan: {}.", counts(plan)),
        (false, _) => format!("Plan: {}; {unchanged} unchanged.", counts(plan)),
    }
}

/// Whose plan it is, and for where.
pub fn place(plan: &Plan) -> Sentence {
    let site = &plan.site;
    let sentence = Sentence::default().words("account ").value(&site.account).words(", region ").value(&site.region);
    if site.is_aws() { sentence } else { sentence.words(", endpoint ").value(&site.endpoint) }
}

/// Everything to look at first: what loses data, what is deleted or replaced, what stays but is let go, what is
/// taken over.
pub fn warnings(facts: &Facts) -> Vec<Warning> {
    let mut ranked: Vec<(u8, Warning)> = Vec::new();
    for change in &facts.plan.changes {
        ranked.extend(warning(change));
        let emptied = change.steps.iter().find_map(|step| sweep(&step.call, facts.extra, &change.address));
        ranked.extend(emptied.map(|what| {
            let sentence = Sentence::default().value(&change.address).words(" is emptied: ");
            (0, Warning { loses_data: true, sentence: Sentence([sentence.0, what.0].concat()) })
        }));
    }
    ranked.extend(
        facts.extra.not_allowed.iter().map(|one| (4, Warning { loses_data: false, sentence: not_allowed(one) })),
    );
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, warning)| warning).collect()
}

/// What would stop the apply half way.
pub fn not_allowed(one: &NotAllowed) -> Sentence {
    let sentence = Sentence::default().words("The apply role may not ").value(&one.action).words(" on ");
    sentence.value(&one.resource).words(" (").value(&one.by).words("): the apply would stop there.")
}

/// What the credentials of the apply are limited to, where they are.
pub fn credentials(extra: &Extra) -> Option<Sentence> {
    let limits = extra.credentials.as_ref()?;
    Some(
        Sentence::default()
            .words("The credentials of the apply will allow, and nothing else: ")
            .value(limits)
            .words("."),
    )
}

fn warning(change: &Change) -> Option<(u8, Warning)> {
    let holds_data = change.address.kind.holds_data();
    let (rank, before, after) = match (change.action, holds_data) {
        (Action::Replace, true) => (0, " is replaced: ", " is deleted with ALL ITS DATA, then made anew, empty."),
        (Action::Delete, true) => (0, " is deleted: ", " goes with ALL ITS DATA."),
        (Action::Replace, false) => (1, " is replaced: ", " is deleted, then made anew."),
        (Action::Delete, false) => (1, " is deleted: ", " goes."),
        (Action::Release, _) => (2, " stays, released: ", " is no longer wanted, keeps its data, and is left alone."),
        (Action::Adopt, _) => (3, " is adopted: ", " exists and becomes this app's."),
        (Action::Create | Action::Update, _) => return None,
    };
    let sentence = Sentence::default().value(&change.address).words(before).value(&change.name).words(after);
    Some((rank, Warning { loses_data: rank == 0, sentence }))
}

/// What keeps the plan from being applied at all.
pub fn stops(extra: &Extra) -> impl Iterator<Item = Sentence> {
    let moved = extra.base_moved.iter().map(|tip| {
        let sentence = Sentence::default().words("The base branch has moved to ").value(tip);
        sentence.words(": update the branch, and this is planned anew.")
    });
    let denied = extra.denied.iter().map(|address| {
        let sentence = Sentence::default().value(address).words(": ").value("[deny]");
        sentence.words(" forbids this change.")
    });
    moved.chain(denied)
}

/// What a sweeping call does: its scope is literal, but what it deletes is only known when it is sent.
pub fn sweep(call: &Call, extra: &Extra, address: &Address) -> Option<Sentence> {
    let Sweep { what, place, name } = call.sweep()?;
    let sentence = Sentence::default().words(what).words(format!(" in {place} ")).value(name).words(" is deleted");
    Some(match extra.sweeps.get(address) {
        Some(count) => sentence.words(format!(" ({} when this was planned).", grouped(*count))),
        None => sentence.words("."),
    })
}

/// `1 call`, `2 calls`.
pub fn count_of(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(count as u64))
}

/// A number with its thousands apart.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let comma = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
    digits.chars().enumerate().flat_map(|(at, c)| comma(at).then_some(',').into_iter().chain([c])).collect()
}

/// The first few, and how many more there are.
pub fn few(items: &[String], limit: usize) -> String {
    match items.len().checked_sub(limit) {
        Some(more @ 1..) => format!("{} and {} more", items[..limit].join(", "), grouped(more as u64)),
        _ => items.join(", "),
    }
}

/// Heads the list of a plan's known ids.
pub const IDS: &str = "Ids that these calls use";

/// What `${…}` means, where one is shown.
pub const LEGEND: [&str; 3] =
    ["A value ", "${address.attribute}", " is an id that AWS makes up: apply fills it in right before the call."];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::Kind;
    use serde_json::json;

    #[test]
    fn a_sweeping_call_is_told_in_words_with_its_count() {
        let address: Address = "s3.bucket/assets".parse().unwrap();
        let input = json!({"Bucket": "b\n", "ExpectedBucketOwner": "123456789012", "Every": "version"});
        let call =
            |api: &str, input| Kind::Bucket.parse_call(&json!({"api": api, "input": input}).to_string()).unwrap();
        let (swept, deleted) = (call("s3:DeleteObjects", input.clone()), {
            let mut input = input;
            input.as_object_mut().unwrap().remove("Every");
            call("s3:DeleteBucket", input)
        });
        let told =
            |extra: &Extra| sweep(&swept, extra, &address).unwrap().render(|v| format!("<{}>", v.escape_debug()));
        assert_eq!(told(&Extra::default()), "every version of every object in the bucket <b\\n> is deleted.");
        let extra = Extra { sweeps: [(address.clone(), 12_034)].into(), ..Extra::default() };
        assert!(told(&extra).ends_with(" is deleted (12,034 when this was planned)."));
        assert_eq!(sweep(&deleted, &extra, &address), None);
    }

    #[test]
    fn numbers_read_well() {
        assert_eq!([0, 999, 1000, 1234567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([0, 1, 2].map(|n| count_of(n, "call")), ["0 calls", "1 call", "2 calls"]);
        let items = ["a", "b", "c"].map(str::to_owned);
        assert_eq!([3, 2, 1].map(|limit| few(&items, limit)), ["a, b, c", "a, b and 1 more", "a and 2 more"]);
    }
}
