//! Web ACLs: rules by name, and what becomes of requests that none of them matches.
//!
//! An update replaces everything, so every rule that is live but not wanted goes with it. A live rule that cannot be
//! expressed here counts as drift and shows as `Unmodelled`; only the rules that AWS Shield itself puts in are left
//! out of the state, and named beside it, because an update would erase them.

use serde::Serialize;

use super::*;
use crate::aws::kit::changed;
use crate::aws::kit::tags::tagged;
use crate::aws::rate::Limit;
use crate::aws::settle;
use crate::aws::{Aws, Kind, Observed, PlanReader, Reader, Resource};

mod call;
mod members;
mod next_call;
mod observe;
mod required_actions;
mod rule;
mod send;
mod state;

pub use call::*;
pub use rule::*;
pub use state::*;

impl Resource for WebAcl {
    type Call = Call;
    type Seed = Seed;
    const HEALS: &'static [settle::Rule] = super::HEALS;
    const LIMITS: &'static [Limit] = super::LIMITS;
    const LISTS_ALL: bool = true;
    const USED_BY: &'static [Kind] = &[Kind::Association];

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Create(input) => Some(input.state()),
            Call::Delete(_) => None,
            other => changed(state, |acl| acl.apply(other)),
        }
    }

    fn texts(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        self.rules.values_mut().filter_map(Rule::ip_set_arn).for_each(visit);
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
