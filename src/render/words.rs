//! What every format says in words, with the values in it kept apart: each format escapes them in its own way.

use std::collections::BTreeMap;

use super::{Extra, Facts, NotAllowed};
use crate::aws::Call;
use crate::aws::kit::calls::Sweep;
use crate::name::Address;
use crate::plan::{Action, Plan, Step, Watch};
use crate::risk::{Level, risks};

pub use crate::risk::Sentence;

/// Something to look at before approving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// How bad it is.
    pub level: Level,
    /// What it is, in one to four words.
    pub heading: &'static str,
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

/// Everything to look at first, the worst first: the plan's risks, how much of each bucket goes, and what would stop the
/// apply half way.
pub fn warnings(facts: &Facts) -> Vec<Warning> {
    let of_plan = risks(facts.plan).into_iter();
    let of_plan = of_plan.map(|risk| (risk.kind.level(), risk.kind.heading(), risk.sentence));
    let (mut all, others): (Vec<_>, Vec<_>) = of_plan.partition(|(level, _, _)| *level == Level::Caution);
    let emptied = facts.plan.changes.iter().filter(|change| facts.extra.sweeps.contains_key(&change.address));
    all.extend(emptied.filter_map(|change| {
        let what = change.steps.iter().find_map(|step| sweep(&step.call, facts.extra, &change.address))?;
        Some((
            Level::Caution,
            "Data loss",
            Sentence::default().value(&change.address).words(" is emptied: ").then(what),
        ))
    }));
    all.extend(others);
    all.extend(facts.extra.not_allowed.iter().map(|one| (Level::Warning, "Not allowed", not_allowed(one))));
    all.into_iter().map(|(level, heading, sentence)| Warning { level, heading, sentence }).collect()
}

/// What a call waits for, and what is sent in its place.
pub fn watch(step: &Step) -> Option<Sentence> {
    let Watch { minutes, alarms, otherwise, .. } = step.watch.as_ref()?;
    let said = Sentence::default().words(format!("after {} without ", count_of(*minutes as usize, "minute")));
    let said = said.words(if alarms.len() == 1 { "the alarm " } else { "any of the alarms " });
    let said = said.values(alarms.iter().map(String::as_str), alarms.len());
    let said = said.words("; once one is raised, ").value(otherwise.api());
    Some(said.words(" puts the alias back, and nothing that depends on it is changed"))
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

/// What keeps the plan from being applied at all.
pub fn stops(extra: &Extra) -> impl Iterator<Item = Sentence> {
    let moved = extra.base_moved.iter().map(|tip| {
        let sentence = Sentence::default().words("The base branch has moved to ").value(tip);
        sentence.words(": update the branch, and a new plan will be made.")
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
    ["A value ", "${address.attribute}", " is an id that AWS generates: apply fills it in right before the call."];

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
