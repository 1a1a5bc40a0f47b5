//! A target of a rule: where the events are sent, and which part of them.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::input::{PATH_HELP, Template, is_path};
use super::{Allowed, Rule, input};
use crate::aws::{events, sqs};
use crate::manifest::{Cursor, bus, names};
use crate::name::{Address, Name, shorten};

/// Where a rule sends events: one of `function`, `workflow`, `queue`, `topic` and `bus`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The name of a function of this manifest.
    pub function: Option<Name>,
    /// The name of a workflow of this manifest.
    pub workflow: Option<Name>,
    /// The name of a queue of this manifest.
    pub queue: Option<Name>,
    /// The name of a topic of this manifest.
    pub topic: Option<Name>,
    /// The name of a bus in this manifest, or the ARN of one in another account or region, whose policy must admit this
    /// account.
    pub bus: Option<String>,
    /// What is sent instead of the event.
    pub input: Option<Value>,
    /// The part of the event that is sent, such as `$.detail`. Default: all of it.
    pub input_path: Option<String>,
    /// How the event is transformed before it is sent.
    pub input_template: Option<Template>,
    /// The message group, for a FIFO queue, which needs content-based deduplication.
    pub message_group_id: Option<String>,
    /// The name of a queue in this manifest, for events that cannot be delivered. Default: they are lost.
    pub dead_letter: Option<Name>,
    /// How often AWS retries, from 0 to 185. Default: 185.
    pub retries: Option<i32>,
    /// Seconds after which AWS gives up, from 60 to 86400. Default: a day.
    pub max_age: Option<i32>,
}

/// The longest id of a target.
const ID: usize = 64;
/// The longest group of messages.
const GROUP: usize = 100;

/// Who gets the events.
struct Receiver {
    /// The target's id.
    id: String,
    arn: String,
    /// True if AWS sends by a role of ours.
    by_role: bool,
    is_fifo: bool,
    is_elsewhere: bool,
}

impl Receiver {
    fn new(field: &str, name: &str, arn: String) -> Self {
        let id = shorten(&format!("{field}-{name}"), ID);
        Self { id, arn, by_role: false, is_fifo: false, is_elsewhere: false }
    }
}

impl Target {
    /// Whose own policies have to let EventBridge in.
    pub(super) fn lets_in(&self) -> impl Iterator<Item = Address> {
        let function = self.function.as_ref().map(names::function::address);
        let queues = [&self.queue, &self.dead_letter].into_iter().flatten().map(names::queue::address);
        function.into_iter().chain(self.topic.as_ref().map(names::topic::address)).chain(queues)
    }

    /// The target with its id, and what the rule's role must be allowed for it. Its role's ARN is filled in by the rule.
    pub(super) fn lower(&self, rule: &Rule, allowed: &mut Allowed, here: &Cursor) -> Option<(String, events::Target)> {
        let receiver = self.receiver(rule, allowed, here)?;
        let group = self.message_group_id.as_ref().map(|group| here.at("message_group_id").literal(group));
        self.check(&receiver, group.as_deref(), here);
        let dead_letter = self.dead_letter.as_ref();
        let target = events::Target {
            arn: receiver.arn,
            role_arn: receiver.by_role.then(String::new),
            input: self.input.as_ref().map(|input| input::lower(input, &here.at("input"))),
            input_path: self.input_path.clone().filter(|path| path != "$"),
            input_transformer: self.input_template.as_ref().map(|one| one.lower(&here.at("input_template"))),
            sqs_parameters: group.map(|message_group_id| events::SqsParameters { message_group_id }),
            dead_letter_config: dead_letter.and_then(|queue| bus::dead_letter(queue, &here.at("dead_letter"))),
            retry_policy: events::RetryPolicy::of(self.retries, self.max_age),
        };
        Some((receiver.id, target))
    }

    fn receiver(&self, rule: &Rule, allowed: &mut Allowed, here: &Cursor) -> Option<Receiver> {
        let (site, owner) = (here.site, here.owner);
        match (&self.function, &self.workflow, &self.queue, &self.topic, &self.bus) {
            (Some(name), None, None, None, None) => {
                here.at("function").known("function", name, &here.manifest.function)?;
                here.need(names::function::address(name));
                // Before the first event, so that none is refused.
                here.need(here.policy_of(name));
                Some(Receiver::new("function", name.as_str(), here.invoked(name)))
            }
            (None, Some(name), None, None, None) => {
                here.at("workflow").known("workflow", name, &here.manifest.workflow)?;
                here.need(names::workflow::address(name));
                let arn = names::workflow::arn(site, owner, name);
                allowed.workflows.insert(arn.clone());
                Some(Receiver { by_role: true, ..Receiver::new("workflow", name.as_str(), arn) })
            }
            (None, None, Some(name), None, None) => {
                let queue = here.at("queue").known("queue", name, &here.manifest.queue)?;
                if queue.fifo && !queue.content_based_deduplication {
                    let help =
                        "add content_based_deduplication = true to the queue: EventBridge sends no deduplication ids";
                    here.at("queue").problem(format!("{name} has no content-based deduplication"), Some(help));
                }
                here.need(names::queue::address(name));
                let arn = sqs::arn(site, &names::queue::physical(owner, name, queue.fifo));
                Some(Receiver { is_fifo: queue.fifo, ..Receiver::new("queue", name.as_str(), arn) })
            }
            (None, None, None, Some(name), None) => {
                let topic = here.at("topic").known("topic", name, &here.manifest.topic)?;
                here.need(names::topic::address(name));
                if topic.fifo {
                    let message =
                        format!("{name} is a FIFO topic, and EventBridge sends messages without a message group");
                    here.at("topic").problem(message, Some("name a topic without fifo"));
                }
                let arn = names::topic::arn(site, owner, name, topic.fifo);
                Some(Receiver::new("topic", name.as_str(), arn))
            }
            (None, None, None, None, Some(raw)) => {
                let receiver = bus_receiver(raw, rule, &here.at("bus"))?;
                allowed.buses.insert(receiver.arn.clone());
                Some(receiver)
            }
            _ => {
                let help = "write one of function, workflow, queue, topic and bus";
                here.problem("a target has exactly one of function, workflow, queue, topic and bus", Some(help));
                None
            }
        }
    }

    fn check(&self, receiver: &Receiver, group: Option<&str>, here: &Cursor) {
        let inputs = [
            ("input", self.input.is_some()),
            ("input_path", self.input_path.is_some()),
            ("input_template", self.input_template.is_some()),
        ];
        let given: Vec<&str> = inputs.iter().filter(|(_, given)| *given).map(|(field, _)| *field).collect();
        if given.len() > 1 {
            let message = format!("{} both determine what is sent", given[..2].join(" and "));
            here.at(given[1]).problem(message, Some("write one of input, input_path and input_template"));
        }
        if let Some(field) = given.first().filter(|_| receiver.is_elsewhere) {
            let help = "remove it: a bus in another account gets the event unchanged";
            here.at(field).problem(format!("{field} is not for buses in other accounts"), Some(help));
        }
        if let Some(path) = self.input_path.as_ref().filter(|path| !is_path(path)) {
            here.at("input_path").problem(format!("{path:?} is not a path"), Some(PATH_HELP));
        }
        here.check_range("retries", self.retries, 0..=events::RetryPolicy::ATTEMPTS);
        here.check_range("max_age", self.max_age, 60..=events::RetryPolicy::AGE);
        check_group(receiver, group, &here.at("message_group_id"));
    }
}

fn check_group(receiver: &Receiver, group: Option<&str>, here: &Cursor) {
    match group {
        None if receiver.is_fifo => {
            let help = "add message_group_id = \"...\": SQS accepts no message for a FIFO queue without one";
            here.problem("a FIFO queue needs a message group", Some(help));
        }
        Some(_) if !receiver.is_fifo => {
            here.problem("message_group_id is only for FIFO queues", Some("remove it"));
        }
        Some(group) if group.is_empty() || group.len() > GROUP || !group.bytes().all(|b| b.is_ascii_graphic()) => {
            let help = format!("write 1 to {GROUP} letters, digits and punctuation marks");
            here.problem(format!("{group:?} is not a valid message group"), Some(&help));
        }
        _ => {}
    }
}

/// A bus by its name or its ARN, or why there is none.
fn bus_receiver(raw: &str, rule: &Rule, here: &Cursor) -> Option<Receiver> {
    let own = rule.own_bus().map_or_else(
        || events::bus_arn(here.site, events::DEFAULT_BUS),
        |bus| names::bus::arn(here.site, here.owner, bus),
    );
    let receiver = if raw.contains(':') {
        let arn = here.literal(raw);
        let Some((account, region, name)) = parts(&arn) else {
            let help = "write the name of a [bus.<name>], or arn:aws:events:<region>:<account>:event-bus/<name>";
            here.problem(format!("{arn:?} is not the ARN of a bus"), Some(help));
            return None;
        };
        let is_elsewhere = !here.sources.without_account && account != here.site.account.as_str();
        let named = format!("{account}-{region}-{}", name.replace('/', "-"));
        Receiver { is_elsewhere, ..Receiver::new("bus", &named, arn.clone()) }
    } else if raw == events::DEFAULT_BUS {
        Receiver::new("bus", raw, events::bus_arn(here.site, raw))
    } else {
        let Ok(name) = raw.parse::<Name>() else {
            here.problem(
                format!("{raw:?} is neither the name nor the ARN of a bus"),
                Some("write the name of a [bus.<name>], or the ARN of a bus"),
            );
            return None;
        };
        here.known("bus", &name, &here.manifest.bus)?;
        here.need(names::bus::address(&name));
        Receiver::new("bus", name.as_str(), names::bus::arn(here.site, here.owner, &name))
    };
    if receiver.arn == own {
        let help = "send to another bus: the events would match this rule again";
        here.problem("the rule would send events to the bus that they come from", Some(help));
    }
    Some(Receiver { by_role: true, ..receiver })
}

/// Account, region and name in the ARN of a bus.
fn parts(arn: &str) -> Option<(&str, &str, &str)> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", partition, "events", region, account, resource] = parts.as_slice() else { return None };
    let name = resource.strip_prefix("event-bus/")?;
    let fits = |c: char| c.is_ascii_alphanumeric() || "/.-_".contains(c);
    let is_account = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
    let is_bus = partition.starts_with("aws") && !region.is_empty() && is_account && !name.is_empty();
    (is_bus && name.chars().all(fits)).then_some((account, region, name))
}
