//! EventBridge: buses, the rules that send what matches to targets, and archives of what a bus has received.
//!
//! Each call names its bus: without it, AWS would use the account's default one. AWS refuses concurrent changes of a
//! bus, its rules and its archives, so they share a lane. What a rule sends its targets is replaced as a whole, and AWS
//! can refuse single targets in an answer that otherwise reports success.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::pages::pages;
use crate::aws::kit::tags::{sdk_tag, tag_inputs};
use crate::aws::kit::text::some_text;
use crate::aws::rate::{Limit, Operations, limit};
use crate::aws::settle::{
    Rule as Heal,
    reason::{BUSY, ROLE},
    rule,
};
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, PlanReader};
use crate::kind::Kind;
use crate::name::{Owner, Site};

pub mod archive;
pub mod bus;
mod pattern;
pub mod rule;

pub use archive::Archive;
pub use bus::Bus;
pub use pattern::{Refused, actions_to_test_patterns, test_pattern};
pub use rule::{InputTransformer, MOST_TARGETS, RetryPolicy, Rule, SqsParameters, Target};

sdk_tag!(aws_sdk_eventbridge::types::Tag);

/// The bus that every account has.
pub const DEFAULT_BUS: &str = "default";

/// What EventBridge says of what is not there.
const ABSENT: &[&str] = &["ResourceNotFoundException"];

/// Refusals of any call on a bus and what is on it. That a limit is reached is final, whatever other clients do about it.
const HEALS: &[Heal] = &[
    rule("events:", "ConcurrentModificationException", "", 180, BUSY),
    rule("events:", "ResourceNotFoundException", "", 120, "what is new to be known everywhere"),
    rule("events:", "ValidationException", "cannot be assumed by principal", 120, ROLE),
    rule("events:DeleteRule", "ValidationException", "since it has targets", 300, "the rule's targets to be gone"),
    rule("events:DeleteEventBus", "ValidationException", "since it has rules", 300, "the bus's rules to be gone"),
];

/// Everything but sending events counts together.
const LIMITS: &[Limit] = &[limit("EventBridge", Operations::AllBut(&["PutEvents"]), 50.0, 50.0)];

/// Where events go that could not be delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeadLetterConfig {
    /// The ARN of a queue.
    pub arn: String,
}

impl DeadLetterConfig {
    fn sdk(&self) -> aws_sdk_eventbridge::types::DeadLetterConfig {
        aws_sdk_eventbridge::types::DeadLetterConfig::builder().arn(&self.arn).build()
    }

    fn read(config: Option<&aws_sdk_eventbridge::types::DeadLetterConfig>) -> Option<Self> {
        some_text(config?.arn()).map(|arn| Self { arn })
    }
}

/// The ARN of a bus.
pub fn bus_arn(site: &Site, name: &str) -> String {
    site.arn("events", &format!("event-bus/{name}"))
}

/// The lane of everything on a bus.
fn lane(owner: &Owner, bus: &str) -> String {
    format!("{}/{}", Kind::EventBus, bus.strip_prefix(&owner.prefix()).unwrap_or(bus))
}

/// A pattern in the one form in which it is compared: AWS gives back what was sent, letter by letter.
pub fn canonical(pattern: &str) -> Result<String, serde_json::Error> {
    serde_json::from_str::<Value>(pattern).map(|value| value.to_string())
}

tag_inputs!(TagResource, UntagResource { #[serde(rename = "ResourceARN")] resource_arn: String } listed);

impl TagResource {
    async fn send(&self, aws: &Aws) -> Result<(), AwsError> {
        let api = "events:TagResource";
        let request = aws.write.events.tag_resource().resource_arn(&self.resource_arn);
        request.set_tags(Some(tags::sdk(api, &self.tags)?)).send().await.answer(api).map(drop)
    }
}

impl UntagResource {
    async fn send(&self, aws: &Aws) -> Result<(), AwsError> {
        let request = aws.write.events.untag_resource().resource_arn(&self.resource_arn);
        request.set_tag_keys(Some(self.tag_keys.clone())).send().await.answer("events:UntagResource").map(drop)
    }
}

/// The tags of a bus or a rule; none if it has gone meanwhile.
async fn read_tags(aws: &Aws, arn: &str) -> Result<Tags, AwsError> {
    let answer = aws.read.events.list_tags_for_resource().resource_arn(arn).send().await;
    let listed = answer.found("events:ListTagsForResource", ABSENT)?.and_then(|answer| answer.tags);
    Ok(tags::read(listed.unwrap_or_default()))
}

/// Buses that the tagging index knows as ours and that have names of their own.
fn hinted_buses<'r>(reader: &'r PlanReader, owner: &Owner) -> impl Iterator<Item = &'r str> {
    let prefix = owner.prefix();
    let names = reader.hints().keys().filter_map(|arn| Some(arn.split_once(":event-bus/")?.1));
    names.filter(move |name| !name.starts_with(&prefix))
}

/// The names of our buses, asked for once by a plan.
async fn our_buses(reader: &PlanReader, owner: &Owner) -> Result<Vec<String>, AwsError> {
    let prefix = owner.prefix();
    let events = &reader.aws().read.events;
    let ask = async {
        let api = "events:ListEventBuses";
        let request = events.list_event_buses().name_prefix(&prefix).limit(100);
        let buses = pages!(api, token => {
            let answer = request.clone().set_next_token(token).send().await.answer(api)?;
            Some((answer.event_buses.unwrap_or_default(), answer.next_token))
        });
        let names = buses.await?.unwrap_or_default().into_iter().filter_map(|bus| bus.name);
        Ok(names.filter(|name| name.starts_with(&prefix)).collect())
    };
    reader.once(|cache| &cache.event_buses, &prefix, ask).await
}
