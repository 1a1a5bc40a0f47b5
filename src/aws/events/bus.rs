//! Buses.
//!
//! An update contains everything but the dead-letter queue, which AWS replaces and never removes. Rules and archives
//! have to be deleted before their bus, and AWS still knows of them for a while.

use serde::{Deserialize, Serialize};

use super::{ABSENT, DeadLetterConfig, TagResource, UntagResource, bus_arn, read_tags};
use crate::aws::document::Document;
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::calls::calls;
use crate::aws::kit::changed;
use crate::aws::kit::members::{Shape, members, unread};
use crate::aws::kit::tags::{tag_calls, tagged};
use crate::aws::kit::unmodelled;
use crate::aws::rate::Limit;
use crate::aws::settle::Rule;
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

impl Resource for Bus {
    type Call = Call;
    type Seed = ();
    const USED_BY: &'static [Kind] = &[Kind::EventArchive, Kind::EventRule, Kind::HttpApi, Kind::Schedule];
    const INDEXED: Option<(&'static str, &'static str)> = Some(("events", ""));
    const HEALS: &'static [Rule] = super::HEALS;
    const LIMITS: &'static [Limit] = super::LIMITS;

    fn lane(id: &Id) -> String {
        super::lane(&id.owner, &id.name)
    }

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Create(input) => Some(input.bus()),
            Call::Delete(_) => None,
            Call::Update(input) => changed(state, |bus| input.apply(bus)),
            Call::PutPermission(input) => changed(state, |bus| bus.policy = policy(&input.policy).ok().flatten()),
            Call::RemovePermission(_) => changed(state, |bus| bus.policy = None),
            Call::Tag(input) => changed(state, |bus| input.apply(&mut bus.tags)),
            Call::Untag(input) => changed(state, |bus| input.apply(&mut bus.tags)),
        }
    }

    fn keep(&mut self, live: &Self) {
        if self.dead_letter_config.is_none() {
            self.dead_letter_config.clone_from(&live.dead_letter_config);
        }
    }

    fn later(&self, live: &Self) -> Option<String> {
        let kept = live.dead_letter_config.as_ref().filter(|_| self.dead_letter_config.is_none())?;
        Some(format!("AWS cannot remove a bus's dead-letter queue, so {} stays until the bus is deleted", kept.arn))
    }

    tagged!();

    async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
        let names = super::our_buses(reader, owner).await?;
        Ok(names.into_iter().map(|name| Found { name, seed: () }).collect())
    }

    async fn observe(reader: Reader<'_>, id: &Id, _: Option<&()>) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(reader, id).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(aws, call).await
    }
}

#[cfg(test)]
mod tests;
