//! Web ACLs: rules by name, and the default action for requests that none of them matches.
//!
//! An update replaces everything, so it removes every rule that is live but not wanted. Rules are AWS's own JSON
//! ([`Rule`]): a live one that nobody asks for counts as drift, whatever it contains. Members that this release does
//! not know are reported beside the state, and so are the rules that AWS Shield adds itself, because an update would
//! erase them.

use std::collections::BTreeSet;

use serde::Serialize;

use super::json::Json;
use super::*;
use crate::aws::kit::changed;
use crate::aws::kit::tags::tagged;
use crate::aws::rate::Limit;
use crate::aws::settle;
use crate::aws::{Aws, Kind, Observed, PlanReader, Reader, Resource};
use crate::name::tag;

mod call;
mod logging;
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
        self.default_action.texts(visit);
        self.rules.values_mut().for_each(|rule| rule.texts(visit));
        self.custom_response_bodies.values_mut().for_each(|body| body.texts(visit));
        if let Some(log) = &mut self.logging_configuration {
            log.log_destination_configs.iter_mut().for_each(&mut *visit);
            log.redacted_fields.iter_mut().chain(&mut log.logging_filter).for_each(|part| part.texts(visit));
        }
    }

    /// What it once stood in front of is looked for as long as it is there.
    fn keep(&mut self, live: &Self) {
        parts::keep(&mut self.tags, &live.tags);
    }

    tagged!();

    /// What says which parts there are counts whatever is wanted.
    fn scope(&mut self, keys: &BTreeSet<String>) {
        self.tags.retain(|key, _| keys.contains(key) || key == tag::PARTS);
    }

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
