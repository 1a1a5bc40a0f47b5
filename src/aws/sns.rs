//! Simple Notification Service: topics with their subscriptions.
//!
//! Subscriptions have no tags and belong to their topic: what the manifest does not ask for is removed. A subscription
//! of an address outside AWS (email, https) stays unconfirmed until its owner agrees. Until then AWS shows no ARN for
//! it, so it can be neither changed nor removed, and its attributes cannot be read; it expires by itself. Therefore:
//! - an unconfirmed subscription counts as subscribed, with no attributes, so that an apply need not wait for people;
//! - one that is not wanted is [kept](Resource::keep) and named beside the state;
//! - attributes can only be asked for where AWS confirms by itself.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::aws::document::Document;
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::changed;
use crate::aws::kit::tags::{sdk_tag, tagged};
use crate::aws::rate::{Limit, Operations, limit};
use crate::aws::settle::{
    Rule,
    reason::{BUSY, ROLE},
    rule,
};
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Found, Id, Kind, Observed, PlanReader, Reader, Resource};
use crate::name::Owner;
use crate::text::{OutputRef, Text};

mod call;
mod feedback;
mod next_call;
mod observe;
pub mod policy;
mod required_actions;
mod send;
mod state;
mod subscription;

pub use call::*;
pub use feedback::{Feedback, PROTOCOLS};
pub use state::*;
pub use subscription::{MESSAGE_ATTRIBUTES, MESSAGE_BODY, RedrivePolicy, Subscription, filter};

sdk_tag!(aws_sdk_sns::types::Tag);

const HEALS: &[Rule] = &[
    rule("sns:SetTopicAttributes", "InvalidParameter", "PrincipalNotFound", 120, ROLE),
    rule("sns:SetTopicAttributes", "InvalidParameter", "is not a valid role to allow SNS", 120, ROLE),
    rule("sns:", "ConcurrentAccess", "", 120, BUSY),
    rule("sns:", "StaleTag", "", 120, BUSY),
    rule("sns:", "NotFound", "", 60, "a new topic to be known everywhere"),
];

const LIMITS: &[Limit] = &[
    limit("SNS", Operations::Each(&["ListTopics"]), 30.0, 30.0),
    limit("SNS", Operations::Each(&["Subscribe"]), 100.0, 100.0),
];

impl Resource for Topic {
    type Call = Call;
    type Seed = ();
    const FIXED: &'static [&'static str] = &["FifoTopic"];
    const HEALS: &'static [Rule] = HEALS;
    const LIMITS: &'static [Limit] = LIMITS;
    const USED_BY: &'static [Kind] = &[Kind::Alarm, Kind::Bucket, Kind::EventRule, Kind::Function, Kind::Schedule];

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Create(input) => Some(created(input)),
            Call::Delete(_) => None,
            other => changed(state, |topic| topic.apply(other)),
        }
    }

    /// An unconfirmed subscription stays as it is, wanted or not: no call can reach it.
    fn keep(&mut self, live: &Self) {
        let unreachable = live.subscriptions.iter().filter(|(_, subscription)| subscription.unconfirmed);
        self.subscriptions.extend(unreachable.map(|(key, subscription)| (key.clone(), subscription.clone())));
    }

    tagged!();

    async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
        observe::list(reader.aws(), owner).await
    }

    async fn observe(reader: Reader<'_>, id: &Id, seed: Option<&()>) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(reader, id, seed).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(&aws.write.sns, call).await
    }
}

const OUTPUT: &str = "subscription:";

fn subscription_arn(id: &Id, key: &str) -> Text {
    Text::output(OutputRef::new(&id.address, format!("{OUTPUT}{key}")))
}

fn subscription_key(arn: &Text) -> Option<&str> {
    arn.references().next()?.attribute.strip_prefix(OUTPUT)
}

fn arn(id: &Id) -> String {
    id.site.arn("sns", &id.name)
}

fn created(input: &CreateTopic) -> Topic {
    let mut topic = Topic { tags: input.tags.clone(), ..Topic::default() };
    input.attributes.iter().for_each(|(name, value)| topic.set("", name, value));
    topic
}

#[cfg(test)]
mod tests;
