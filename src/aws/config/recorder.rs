//! The configuration recorder.
//!
//! Recorders that AWS services manage for themselves cannot be changed by anybody, and are not read here.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_config::types::{ConfigurationRecorder, RecordingScope};
use serde::Serialize;

use super::{ARN, LANE, TagResource, UntagResource, made_up_arn, read_tags};
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::changed;
use crate::aws::kit::members::{Described, Shape, members, unread};
use crate::aws::kit::tags::tagged;
use crate::aws::kit::unmodelled::{self, Unmodelled};
use crate::aws::settle::{Rule, reason::ROLE, rule};
use crate::aws::tags::{self, Tags};
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

const HEALS: &[Rule] = &[rule("config:PutConfigurationRecorder", "InvalidRoleException", "", 120, ROLE)];

impl Resource for Recorder {
    type Call = Call;
    type Seed = Described<ConfigurationRecorder>;
    const HEALS: &'static [Rule] = HEALS;
    const LISTS_ALL: bool = true;
    const USED_BY: &'static [Kind] = &[Kind::DeliveryChannel, Kind::Rule];

    fn lane(_: &Id) -> String {
        LANE.into()
    }

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    /// AWS ignores the tags of a put on a recorder that exists.
    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Put(input) => Some(input.state(state.map(|s| s.tags))),
            Call::Delete(_) => None,
            Call::Tag(input) => changed(state, |s| input.apply(&mut s.tags)),
            Call::Untag(input) => changed(state, |s| input.apply(&mut s.tags)),
        }
    }

    tagged!();

    async fn list(reader: &PlanReader, _: &Owner) -> Result<Vec<Found<Self::Seed>>, AwsError> {
        observe::list(reader.aws()).await
    }

    async fn observe(
        reader: Reader<'_>,
        id: &Id,
        seed: Option<&Self::Seed>,
    ) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(reader, id, seed).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(aws, call).await
    }
}

#[cfg(test)]
mod tests;
