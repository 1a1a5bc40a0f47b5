//! IP sets: networks that rules of web ACLs refer to.

use std::collections::BTreeSet;

use serde::Serialize;

use super::*;
use crate::aws::kit::changed;
use crate::aws::kit::tags::tagged;
use crate::aws::rate::Limit;
use crate::aws::settle::Rule;
use crate::aws::{Aws, Kind, Observed, PlanReader, Reader, Resource};

mod call;
mod next_call;
mod observe;
mod required_actions;
mod send;
mod state;

pub use call::*;
pub use state::*;

impl Resource for IpSet {
    type Call = Call;
    type Seed = Seed;
    const HEALS: &'static [Rule] = super::HEALS;
    const LIMITS: &'static [Limit] = super::LIMITS;
    const LISTS_ALL: bool = true;
    const FIXED: &'static [&'static str] = &["IPAddressVersion"];
    const USED_BY: &'static [Kind] = &[Kind::WebAcl];

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Create(input) => Some(input.state()),
            Call::Delete(_) => None,
            other => changed(state, |set| set.apply(other)),
        }
    }

    tagged!();

    async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<Seed>>, AwsError> {
        Ok(ours(observe::list(&reader.aws().read.wafv2).await?, owner))
    }

    async fn observe(reader: Reader<'_>, id: &Id, seed: Option<&Seed>) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(reader, &id.name, seed).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(&aws.write.wafv2, call).await
    }
}

#[cfg(test)]
mod tests;
