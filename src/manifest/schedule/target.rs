//! What a schedule calls, and where that goes which has failed for good.

use super::Schedule;
use crate::aws::scheduler::schedule::{DeadLetterConfig, EventBridgeParameters, RetryPolicy, SqsParameters, Target};
use crate::aws::sqs;
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

impl Schedule {
    /// What is called; where that can be, it comes first.
    pub(super) fn lower_called(&self, here: &Cursor) -> Option<Called> {
        let all = [&self.function, &self.workflow, &self.queue, &self.topic, &self.bus];
        if all.into_iter().flatten().count() != 1 {
            let help = "give one of function, workflow, queue, topic and bus";
            here.problem("a schedule calls one target", Some(help));
            return None;
        }
        let called = self
            .function(&here.at("function"))
            .or_else(|| self.workflow(&here.at("workflow")))
            .or_else(|| self.queue(here))
            .or_else(|| self.topic(&here.at("topic")))
            .or_else(|| self.bus(here));
        self.check_parameters(here);
        called
    }

    fn function(&self, here: &Cursor) -> Option<Called> {
        let name = self.function.as_ref()?;
        here.known("function", name, &here.manifest.function)?;
        here.name(names::function::address(name));
        Some(Called::new(names::function::arn(here.site, here.owner, name), "lambda:InvokeFunction"))
    }

    fn workflow(&self, here: &Cursor) -> Option<Called> {
        let name = self.workflow.as_ref()?;
        here.known("workflow", name, &here.manifest.workflow)?;
        here.name(names::workflow::address(name));
        Some(Called::new(names::workflow::arn(here.site, here.owner, name), "states:StartExecution"))
    }

    fn queue(&self, here: &Cursor) -> Option<Called> {
        let (name, at) = (self.queue.as_ref()?, here.at("queue"));
        let queue = at.known("queue", name, &here.manifest.queue)?;
        at.name(names::queue::address(name));
        let group = self.message_group_id.clone();
        match (&group, queue.fifo) {
            (None, true) => {
                let help = "give message_group_id: messages of one group keep their order";
                at.problem(format!("{name} is a FIFO queue, whose messages are in groups"), Some(help));
            }
            (Some(_), false) => {
                let message = format!("{name} is not a FIFO queue: its messages are in no group");
                here.at("message_group_id").problem(message, Some("remove it"));
            }
            _ => {}
        }
        let arn = queue_arn(name, queue.fifo, here);
        let sqs_parameters = group.map(|message_group_id| SqsParameters { message_group_id });
        Some(Called { sqs_parameters, ..Called::new(arn, "sqs:SendMessage") })
    }

    fn topic(&self, here: &Cursor) -> Option<Called> {
        let name = self.topic.as_ref()?;
        let topic = here.known("topic", name, &here.manifest.topic)?;
        here.name(names::topic::address(name));
        if topic.fifo {
            let message = format!("{name} is a FIFO topic, and EventBridge Scheduler gives its messages no group");
            here.at("topic").problem(message, Some("name a topic without fifo"));
        }
        let arn = names::topic::arn(here.site, here.owner, name, topic.fifo);
        let called = Called::new(arn, "sns:Publish");
        Some(Called { key: topic.kms_key.clone(), ..called })
    }

    fn bus(&self, here: &Cursor) -> Option<Called> {
        let arn = bus_arn(self.bus.as_ref()?, &here.at("bus"))?;
        let (Some(source), Some(detail_type)) = (self.source.clone(), self.detail_type.clone()) else {
            let help = "give source and detail_type, such as source = \"shop\" and detail_type = \"Nightly\"";
            here.at("bus").problem("an event has a source and a detail type", Some(help));
            return None;
        };
        let event_bridge_parameters = Some(EventBridgeParameters { detail_type, source });
        Some(Called { event_bridge_parameters, ..Called::new(arn, "events:PutEvents") })
    }

    /// Reports parameters of another target, and those that AWS refuses.
    fn check_parameters(&self, here: &Cursor) {
        let all = [
            ("message_group_id", &self.message_group_id, self.queue.is_some(), 128),
            ("source", &self.source, self.bus.is_some(), 256),
            ("detail_type", &self.detail_type, self.bus.is_some(), 128),
        ];
        for (field, text, is_its_own, most) in all {
            let (Some(text), here) = (text, here.at(field)) else { continue };
            if !is_its_own {
                let of = if field == "message_group_id" { "a queue" } else { "a bus" };
                here.problem(format!("only {of} is called with {field}"), Some("remove it"));
            } else if !(1..=most).contains(&text.chars().count()) {
                here.problem(format!("{field} has from 1 to {most} characters"), Some("write another text"));
            } else if field == "source" && text.starts_with("aws.") {
                here.problem("sources that begin with aws. are AWS's own", Some("write one of your own"));
            }
        }
    }

    /// The ARN of the queue that gets what has failed for good.
    pub(super) fn lower_dead_letter(&self, here: &Cursor) -> Option<String> {
        let name = self.dead_letter.as_ref()?;
        let queue = here.known("queue", name, &here.manifest.queue)?;
        here.name(names::queue::address(name));
        if queue.fifo {
            let help = "name a queue without fifo";
            here.problem(format!("{name} is a FIFO queue, which AWS does not take for failed calls"), Some(help));
        }
        Some(queue_arn(name, queue.fifo, here))
    }
}

fn queue_arn(name: &Name, fifo: bool, here: &Cursor) -> String {
    sqs::arn(here.site, &names::queue::physical(here.owner, name, fifo))
}

/// The ARN of a bus. Only the account's own is known.
fn bus_arn(name: &Name, here: &Cursor) -> Option<String> {
    if name.as_str() == "default" {
        return Some(here.site.arn("events", "event-bus/default"));
    }
    // Buses of the manifest: `here.known("bus", name, &here.manifest.bus)?`, its address named, its ARN from `names::bus`.
    here.problem(format!("there is no bus section {:?}", name.as_str()), Some("name the bus `default`"));
    None
}
