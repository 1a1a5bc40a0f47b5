//! The delivery channel, and whether the recorder records.
//!
//! A recorder can only be started when there is a channel, and a channel can only be deleted when the recorder is
//! stopped; so starting and stopping belong to the channel. It has no tags: it is ours if it bears our name.

use aws_sdk_config::types;
use serde::{Deserialize, Serialize};

use super::{LANE, channel_name, recorder_name};
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::calls::calls;
use crate::aws::kit::members::{Described, Shape, members, unread};
use crate::aws::kit::unmodelled::{self, Unmodelled};
use crate::aws::settle::{Rule, rule};
use crate::aws::{Aws, Found, Id, Kind, Observed, PlanReader, Reader, Resource};
use crate::name::Owner;

mod call;
mod next_call;
mod observe;
mod required_actions;
mod send;
mod state;

pub use call::*;
pub use state::*;

const HEALS: &[Rule] = &[
    rule("config:PutDeliveryChannel", "InsufficientDeliveryPolicyException", "", 120, "the bucket policy to be known"),
    rule(
        "config:StartConfigurationRecorder",
        "NoAvailableDeliveryChannelException",
        "",
        60,
        "the new delivery channel to be known",
    ),
    rule(
        "config:PutDeliveryChannel",
        "NoAvailableConfigurationRecorderException",
        "",
        60,
        "the new recorder to be known",
    ),
    rule(
        "config:DeleteDeliveryChannel",
        "LastDeliveryChannelDeleteFailedException",
        "running",
        30,
        "the recorder to stop",
    ),
];

impl Resource for DeliveryChannel {
    type Call = Call;
    type Seed = Described<types::DeliveryChannel>;
    const HEALS: &'static [Rule] = HEALS;
    const LISTS_ALL: bool = true;
    const USED_BY: &'static [Kind] = &[Kind::Rule];

    fn lane(_: &Id) -> String {
        LANE.into()
    }

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Put(input) => Some(Self {
                s3_bucket_name: input.delivery_channel.s3_bucket_name.clone(),
                recording: state.is_some_and(|state| state.recording),
            }),
            Call::Start(_) => state.map(|state| Self { recording: true, ..state }),
            Call::Stop(_) => state.map(|state| Self { recording: false, ..state }),
            Call::Delete(_) => None,
        }
    }

    async fn list(reader: &PlanReader, _: &Owner) -> Result<Vec<Found<Self::Seed>>, AwsError> {
        observe::list(reader.aws()).await
    }

    async fn observe(
        reader: Reader<'_>,
        id: &Id,
        seed: Option<&Self::Seed>,
    ) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(reader.aws(), id, seed).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(aws, call).await
    }
}

#[cfg(test)]
mod tests;
