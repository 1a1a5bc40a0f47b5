//! Rules that AWS has written: the manifest names one and gives its parameters.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_config::types::ConfigRule;
use serde::{Deserialize, Serialize};

use super::{ARN, LANE, TagResource, UntagResource, made_up_arn, read_tags};
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::changed;
use crate::aws::kit::tags::tagged;
use crate::aws::settle::{
    self,
    reason::{BUSY, ROLE},
    rule,
};
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Found, Id, Observed, PlanReader, Reader, Resource};
use crate::name::Owner;

mod call;
mod next_call;
mod observe;
mod required_actions;
mod send;
mod state;

pub use call::*;
pub use state::*;

const HEALS: &[settle::Rule] = &[
    rule("config:PutConfigRule", "InsufficientPermissionsException", "", 120, ROLE),
    rule("config:DeleteConfigRule", "ResourceInUseException", "", 120, BUSY),
];

impl Resource for Rule {
    type Call = Call;
    type Seed = ConfigRule;
    const SETTLES: &'static [(&'static str, &'static str)] =
        &[("DELETING", "its deletion"), ("DELETING_RESULTS", "its deletion")];
    const HEALS: &'static [settle::Rule] = HEALS;
    const LISTS_ALL: bool = true;

    fn lane(_: &Id) -> String {
        LANE.into()
    }

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    /// AWS ignores the tags of a put on a rule that exists.
    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Put(input) => Some(input.state(state.map(|s| s.tags))),
            Call::Delete(_) => None,
            Call::Tag(input) => changed(state, |s| input.apply(&mut s.tags)),
            Call::Untag(input) => changed(state, |s| input.apply(&mut s.tags)),
        }
    }

    tagged!();

    async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<ConfigRule>>, AwsError> {
        observe::list(reader.aws(), owner).await
    }

    async fn observe(
        reader: Reader<'_>,
        id: &Id,
        seed: Option<&ConfigRule>,
    ) -> Result<Option<Observed<Self>>, AwsError> {
        observe::rule(reader, id, seed).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(aws, call).await
    }
}

#[cfg(test)]
mod tests;
