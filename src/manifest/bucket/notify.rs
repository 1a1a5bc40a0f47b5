//! Who is notified of events about a bucket's objects.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::aws::s3;
use crate::aws::s3::notification::OURS;
use crate::manifest::{Cursor, Section, names};
use crate::name::{Address, Name};

mod event;

pub use event::Event;

/// Entries of one bucket.
const ENTRIES: usize = 100;
/// Characters of a prefix or suffix.
const LENGTH: usize = 1024;

/// One destination, and the events that it is notified of: give one of `function`, `queue` and `topic`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Notify {
    /// The events: `object-created`, `object-removed` and so on; with a colon, one particular kind, such as
    /// `object-created:put`.
    pub events: BTreeSet<Event>,
    /// The prefix of the keys. Default: all keys.
    #[serde(default)]
    pub prefix: String,
    /// The suffix of the keys. Default: all keys.
    #[serde(default)]
    pub suffix: String,
    /// A `[function.<name>]`.
    pub function: Option<Name>,
    /// A `[queue.<name>]` without `fifo`. S3 sends it a test event first.
    pub queue: Option<Name>,
    /// A `[topic.<name>]` without `fifo`. S3 sends it a test event first.
    pub topic: Option<Name>,
}

impl Notify {
    /// The resources that get something.
    pub(super) fn receivers(&self) -> Vec<Address> {
        let functions = self.function.iter().map(names::function::address);
        let queues = self.queue.iter().map(names::queue::address);
        functions.chain(queues).chain(self.topic.iter().map(names::topic::address)).collect()
    }

    /// The entry without its destination, and what it is called by its destination.
    fn lower(&self, here: &Cursor) -> Option<(String, s3::Notification)> {
        let text = |text: &String| (!text.is_empty()).then(|| text.clone());
        let rest = s3::Notification {
            events: self.events.iter().map(|event| event.aws().to_owned()).collect(),
            prefix: text(&self.prefix),
            suffix: text(&self.suffix),
            ..s3::Notification::default()
        };
        match (&self.function, &self.queue, &self.topic) {
            (Some(name), None, None) => {
                here.at("function").known("function", name, &here.manifest.function)?;
                // S3 asks whether it may invoke the function, so the permission comes first, and the function before that.
                here.need(here.policy_of(name));
                let arn = Some(here.invoked(name));
                Some((format!("function:{name}"), s3::Notification { lambda_function_arn: arn, ..rest }))
            }
            (None, Some(name), None) => {
                let queue = here.at("queue").known("queue", name, &here.manifest.queue)?;
                let queue_arn = destination(queue, name, &here.at("queue"));
                Some((format!("queue:{name}"), s3::Notification { queue_arn, ..rest }))
            }
            (None, None, Some(name)) => {
                let topic = here.at("topic").known("topic", name, &here.manifest.topic)?;
                let topic_arn = destination(topic, name, &here.at("topic"));
                Some((format!("topic:{name}"), s3::Notification { topic_arn, ..rest }))
            }
            _ => {
                here.problem(
                    "a notification has exactly one destination",
                    Some("give one of function, queue and topic"),
                );
                None
            }
        }
    }
}

/// The ARN of a queue or topic, whose policy comes with it: S3 sends it a test event.
fn destination<T: Section>(section: &T, name: &Name, here: &Cursor) -> Option<String> {
    here.need(T::address(name));
    let arn = section.attribute(name, "arn", here);
    let arn = arn.literal()?;
    if arn.ends_with(".fifo") {
        let help = "use a destination without fifo, or EventBridge, from which a rule can send to a FIFO queue";
        here.problem(format!("S3 cannot send to a FIFO {}", T::SECTION), Some(help));
    }
    Some(arn.to_owned())
}

/// The bucket's notifications. What is put again under the same ids is the same, so they follow from the destinations.
pub(super) fn lower(notify: &[Notify], event_bridge: bool, here: &Cursor) -> s3::Notifications {
    let (mut entries, mut counts) = (BTreeMap::new(), BTreeMap::<String, usize>::new());
    for (here, one) in here.each(notify) {
        let Some((destination, entry)) = one.lower(&here) else { continue };
        let count = counts.entry(destination.clone()).or_default();
        *count += 1;
        let number = if *count > 1 { format!(":{count}") } else { String::new() };
        entries.insert(format!("{OURS}{destination}{number}"), entry);
    }
    s3::Notifications { event_bridge, entries }
}

/// What AWS would refuse.
pub(super) fn check(notify: &[Notify], here: &Cursor) {
    if notify.len() > ENTRIES {
        here.problem(format!("there are {} notifications; AWS allows {ENTRIES}", notify.len()), Some("remove some"));
    }
    for (at, (place, one)) in here.each(notify).enumerate() {
        check_events(&one.events, &place.at("events"));
        check_key(&one.prefix, &place.at("prefix"));
        check_key(&one.suffix, &place.at("suffix"));
        for (other, earlier) in notify[..at].iter().enumerate().filter(|(_, earlier)| overlap(one, earlier)) {
            let event = one.events.iter().find(|event| earlier.events.iter().any(|other| event.overlaps(*other)));
            let event = event.map(Event::word).unwrap_or_default();
            let message = format!("some objects match both this notification and number {}, for {event}", other + 1);
            let help = "S3 sends an event to only one of them: use prefixes or suffixes that do not overlap, or \
                        notify one topic";
            place.problem(message, Some(help));
        }
    }
}

fn check_events(events: &BTreeSet<Event>, here: &Cursor) {
    if events.is_empty() {
        here.problem("there is no event", Some("add one, such as object-created"));
    }
    let wider =
        |event: &Event| events.iter().find(|other| *other != event && other.overlaps(*event) && other.is_family());
    for (event, wide) in events.iter().filter_map(|event| Some((event, wider(event)?))) {
        here.problem(format!("{} is already included in {}", event.word(), wide.word()), Some("remove one of them"));
    }
}

fn check_key(text: &str, here: &Cursor) {
    if text.chars().count() > LENGTH {
        here.problem(format!("it is longer than {LENGTH} characters"), Some("shorten it"));
    }
    if text.contains('*') {
        here.problem(
            "`*` is not a wildcard here",
            Some("write plain text: every key that begins or ends with it matches"),
        );
    }
    if text.contains(char::is_whitespace) {
        let help = "write + for a space, as S3 does; percent-encode other special characters";
        here.problem("S3 does not accept a space here", Some(help));
    }
}

/// True if one object may match both by one event: then AWS calls the configuration ambiguously defined.
fn overlap(one: &Notify, other: &Notify) -> bool {
    let events = one.events.iter().any(|event| other.events.iter().any(|another| event.overlaps(*another)));
    let prefixes = one.prefix.starts_with(&other.prefix) || other.prefix.starts_with(&one.prefix);
    let suffixes = one.suffix.ends_with(&other.suffix) || other.suffix.ends_with(&one.suffix);
    events && prefixes && suffixes
}

#[cfg(test)]
mod tests;
