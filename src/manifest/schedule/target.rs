//! What a schedule calls, and where invocations are sent that have failed after all retries.

use super::Schedule;
use crate::aws::scheduler::schedule::{DeadLetterConfig, EventBridgeParameters, RetryPolicy, SqsParameters, Target};
use crate::manifest::{Cursor, names};
use crate::name::Name;
use crate::text::Text;

/// What is called.
#[derive(Debug, Clone)]
pub(super) struct Called {
    /// Its ARN.
    pub arn: String,
    /// The action that calls it.
    pub action: &'static str,
    /// The key that encrypts what it gets, as the manifest has it.
    pub key: Option<String>,
    sqs_parameters: Option<SqsParameters>,
    event_bridge_parameters: Option<EventBridgeParameters>,
}

impl Called {
    fn new(arn: String, action: &'static str) -> Self {
        Self { arn, action, key: None, sqs_parameters: None, event_bridge_parameters: None }
    }

    /// The target in AWS's terms.
    pub(super) fn target(
        self,
        role_arn: String,
        input: Option<Text>,
        retry_policy: RetryPolicy,
        dead_letter: Option<String>,
    ) -> Target {
        Target {
            arn: self.arn,
            role_arn,
            input,
            retry_policy,
            dead_letter_config: dead_letter.map(|arn| DeadLetterConfig { arn }),
            sqs_parameters: self.sqs_parameters,
            event_bridge_parameters: self.event_bridge_parameters,
        }
    }
}

/// What goes with the call of a queue or a bus, filled in.
struct Parameters {
    message_group_id: Option<String>,
    source: Option<String>,
    detail_type: Option<String>,
}

impl Schedule {
    /// What is called; where that can be, it comes first.
    pub(super) fn lower_called(&self, here: &Cursor) -> Option<Called> {
        let all = [&self.function, &self.workflow, &self.queue, &self.topic, &self.bus];
        if all.into_iter().flatten().count() != 1 {
            let help = "give one of function, workflow, queue, topic and bus";
            here.problem("a schedule has exactly one target", Some(help));
            return None;
        }
        let parameters = self.lower_parameters(here);
        self.function(&here.at("function"))
            .or_else(|| self.workflow(&here.at("workflow")))
            .or_else(|| self.queue(parameters.message_group_id, here))
            .or_else(|| self.topic(&here.at("topic")))
            .or_else(|| self.bus(parameters.source, parameters.detail_type, here))
    }

    fn function(&self, here: &Cursor) -> Option<Called> {
        let name = self.function.as_ref()?;
        here.known("function", name, &here.manifest.function)?;
        here.name(names::function::address(name));
        Some(Called::new(here.invoked(name), "lambda:InvokeFunction"))
    }

    fn workflow(&self, here: &Cursor) -> Option<Called> {
        let name = self.workflow.as_ref()?;
        here.known("workflow", name, &here.manifest.workflow)?;
        here.name(names::workflow::address(name));
        Some(Called::new(names::workflow::arn(here.site, here.owner, name), "states:StartExecution"))
    }

    fn queue(&self, group: Option<String>, here: &Cursor) -> Option<Called> {
        let (name, at) = (self.queue.as_ref()?, here.at("queue"));
        let queue = at.known("queue", name, &here.manifest.queue)?;
        at.name(names::queue::address(name));
        if queue.fifo && !queue.content_based_deduplication {
            let help = "add content_based_deduplication = true to the queue: a schedule sends no deduplication ids";
            at.problem(format!("{name} has no content-based deduplication"), Some(help));
        }
        match (&group, queue.fifo) {
            (None, true) => {
                let help = "set message_group_id: messages in the same group keep their order";
                at.problem(format!("{name} is a FIFO queue: its messages need a message group"), Some(help));
            }
            (Some(_), false) => {
                let message = format!("{name} is not a FIFO queue: its messages have no message group");
                here.at("message_group_id").problem(message, Some("remove it"));
            }
            _ => {}
        }
        let sqs_parameters = group.map(|message_group_id| SqsParameters { message_group_id });
        let key = queue.kms_key().map(str::to_owned);
        Some(Called { key, sqs_parameters, ..Called::new(queue.arn(name, here), "sqs:SendMessage") })
    }

    fn topic(&self, here: &Cursor) -> Option<Called> {
        let name = self.topic.as_ref()?;
        let topic = here.known("topic", name, &here.manifest.topic)?;
        here.name(names::topic::address(name));
        if topic.fifo {
            let message = format!("{name} is a FIFO topic, and a schedule sends messages without a message group");
            here.problem(message, Some("name a topic without fifo, or a FIFO queue"));
        }
        let called = Called::new(names::topic::arn(here.site, here.owner, name, topic.fifo), "sns:Publish");
        Some(Called { key: topic.kms_key.clone(), ..called })
    }

    fn bus(&self, source: Option<String>, detail_type: Option<String>, here: &Cursor) -> Option<Called> {
        let arn = bus_arn(self.bus.as_ref()?, &here.at("bus"))?;
        let (Some(source), Some(detail_type)) = (source, detail_type) else {
            let help = "set source and detail_type, such as source = \"shop\" and detail_type = \"Nightly\"";
            here.at("bus").problem("an event needs a source and a detail type", Some(help));
            return None;
        };
        let event_bridge_parameters = Some(EventBridgeParameters { detail_type, source });
        Some(Called { event_bridge_parameters, ..Called::new(arn, "events:PutEvents") })
    }

    /// Reports parameters of another target, and those that AWS refuses.
    fn lower_parameters(&self, here: &Cursor) -> Parameters {
        let lower = |field: &str, text: &Option<String>, is_its_own: bool, most: usize| {
            let (raw, here) = (text.as_ref()?, here.at(field));
            let text = here.literal(raw);
            if !is_its_own {
                let of = if field == "message_group_id" { "a queue" } else { "a bus" };
                here.problem(format!("{field} is only for {of}"), Some("remove it"));
            } else if !(1..=most).contains(&text.chars().count()) {
                here.problem(format!("{field} must have 1 to {most} characters"), Some("shorten or lengthen it"));
            } else if field == "source" && text.starts_with("aws.") {
                here.problem("sources that begin with aws. are reserved for AWS", Some("write a source of your own"));
            }
            Some(text)
        };
        Parameters {
            message_group_id: lower("message_group_id", &self.message_group_id, self.queue.is_some(), 128),
            source: lower("source", &self.source, self.bus.is_some(), 256),
            detail_type: lower("detail_type", &self.detail_type, self.bus.is_some(), 128),
        }
    }

    /// The queue that gets what has failed for good.
    pub(super) fn lower_dead_letter(&self, here: &Cursor) -> Option<Called> {
        let name = self.dead_letter.as_ref()?;
        let queue = here.known("queue", name, &here.manifest.queue)?;
        here.name(names::queue::address(name));
        if queue.fifo {
            let help = "name a queue without fifo";
            here.problem(
                format!("{name} is a FIFO queue, which AWS does not support as a dead-letter queue of a schedule"),
                Some(help),
            );
        }
        let key = queue.kms_key().map(str::to_owned);
        Some(Called { key, ..Called::new(queue.arn(name, here), "sqs:SendMessage") })
    }
}

/// The ARN of a bus: the account's own, or one of the manifest.
fn bus_arn(name: &Name, here: &Cursor) -> Option<String> {
    if name.as_str() == "default" {
        return Some(here.site.arn("events", "event-bus/default"));
    }
    here.known("bus", name, &here.manifest.bus)?;
    here.name(names::bus::address(name));
    Some(names::bus::arn(here.site, here.owner, name))
}
