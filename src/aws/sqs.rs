//! Simple Queue Service: queues.
//!
//! All attributes are strings, and an update contains only those that change. AWS shows a change up to a minute late,
//! and a deleted queue's name cannot be used again for a minute.

use std::time::Duration;

use crate::aws::error::AwsError;
use crate::aws::kit::changed;
use crate::aws::kit::tags::tagged;
use crate::aws::settle::{Rule, reason::ROLE, rule};
use crate::aws::{Aws, Found, Id, Kind, Observed, PlanReader, Reader, Resource};
use crate::name::Owner;

mod call;
mod next_call;
mod observe;
mod required_actions;
mod send;
mod state;

pub use call::Call;
pub use state::{Queue, RedriveAllowPolicy, RedrivePolicy, arn, url};

const NEW: &str = "a new queue to be known everywhere";
const FREE: &str = "the old queue's name to be free";
const DEAD_LETTER: &str = "Dead letter target does not exist";
const IN_POLICY: &str = "Invalid value for the parameter Policy";

/// A name is locked for 60 seconds, and was seen to be for more than 70; a policy that names a role just made is refused as if
/// it were wrong. SQS has a code in each of its two protocols, and `InvalidAttributeValue` for what is set later.
const HEALS: &[Rule] = &[
    rule("sqs:CreateQueue", "QueueDeletedRecently", "", 180, FREE),
    rule("sqs:CreateQueue", "AWS.SimpleQueueService.QueueDeletedRecently", "", 180, FREE),
    rule("sqs:", "QueueDoesNotExist", "", 120, NEW),
    rule("sqs:", "AWS.SimpleQueueService.NonExistentQueue", "", 120, NEW),
    rule("sqs:", "InvalidParameterValue", DEAD_LETTER, 120, NEW),
    rule("sqs:", "InvalidAttributeValue", DEAD_LETTER, 120, NEW),
    rule("sqs:", "InvalidParameterValue", IN_POLICY, 120, ROLE),
    rule("sqs:", "InvalidAttributeValue", IN_POLICY, 120, ROLE),
];

impl Resource for Queue {
    type Call = Call;
    type Seed = ();
    /// Messages that nobody has received yet, for up to 14 days; those in a dead-letter queue are kept to be looked at.
    const HOLDS_DATA: bool = true;
    const FIXED: &'static [&'static str] = &["FifoQueue"];
    const USED_BY: &'static [Kind] = &[
        Kind::Bucket,
        Kind::EventBus,
        Kind::EventRule,
        Kind::EventSourceMapping,
        Kind::Function,
        Kind::HttpApi,
        Kind::Schedule,
        Kind::Topic,
    ];
    /// A change shows within a minute; one of the retention within 15.
    const PATIENCE: Duration = Duration::from_secs(1200);
    const HEALS: &'static [Rule] = HEALS;
    const INDEXED: Option<(&'static str, &'static str)> = Some(("sqs", ""));

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Create(input) => Some(input.queue()),
            Call::Delete(_) => None,
            Call::SetAttributes(input) => changed(state, |queue| queue.set_all(&input.attributes)),
            Call::Tag(input) => changed(state, |queue| input.apply(&mut queue.tags)),
            Call::Untag(input) => changed(state, |queue| input.apply(&mut queue.tags)),
        }
    }

    tagged!();

    async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
        observe::list(reader.aws(), &owner.prefix()).await
    }

    async fn observe(reader: Reader<'_>, id: &Id, _: Option<&()>) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(reader, id).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(&aws.write.sqs, call).await
    }
}

#[cfg(test)]
mod tests;
