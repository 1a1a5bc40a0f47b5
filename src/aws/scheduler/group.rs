//! The group of the schedules of an app and stage, so that they have tags.
//!
//! It has nothing but a name and tags. Deleting it deletes every schedule in it, including those that this program did
//! not create: the plan's call names them, and it is not sent if there are others by then. AWS takes a while to delete
//! it.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::aws::error::AwsError;
use crate::aws::kit::calls::Sweep;
use crate::aws::kit::changed;
use crate::aws::kit::tags::tagged;
use crate::aws::rate::Limit;
use crate::aws::settle::Rule;
use crate::aws::{Aws, Found, Id, Kind, Observed, PlanReader, Reader, Resource, Tags};
use crate::name::Owner;

mod call;
mod next_call;
mod observe;
mod required_actions;
mod send;
mod state;

pub use call::*;
pub use observe::Listed;
pub use state::ScheduleGroup;

impl Resource for ScheduleGroup {
    type Call = Call;
    type Seed = Listed;
    const USED_BY: &'static [Kind] = &[Kind::Schedule];
    const LISTS_ALL: bool = true;
    const INDEXED: Option<(&'static str, &'static str)> = Some(super::INDEXED);
    const PATIENCE: Duration = Duration::from_secs(300);
    const SETTLES: &'static [(&'static str, &'static str)] = &[("DELETING", "its deletion")];
    const HEALS: &'static [Rule] = super::HEALS;
    const LIMITS: &'static [Limit] = super::LIMITS;

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Create(input) => Some(Self { tags: input.tags.clone(), others: BTreeSet::new() }),
            Call::Delete(_) => None,
            Call::Tag(input) => changed(state, |group| input.apply(&mut group.tags)),
            Call::Untag(input) => changed(state, |group| input.apply(&mut group.tags)),
        }
    }

    /// What this program's own schedules are deleted by stands in the plan by itself.
    fn sweep(call: &Call) -> Option<Sweep> {
        let Call::Delete(DeleteScheduleGroup { name, schedules }) = call else { return None };
        let sweep = Sweep { what: "every other schedule", place: "the group", name: name.clone() };
        (!schedules.is_empty()).then_some(sweep)
    }

    async fn count_swept(aws: &Aws, id: &Id) -> Result<u64, AwsError> {
        Ok(super::listing::read(aws, &id.owner).await?.others.len() as u64)
    }

    tagged!();

    async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<Listed>>, AwsError> {
        observe::list(reader, owner).await
    }

    async fn observe(reader: Reader<'_>, id: &Id, seed: Option<&Listed>) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(reader, id, seed).await
    }

    async fn send(aws: &Aws, id: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(aws, id, call).await
    }
}

pub(super) use observe::is_ours;

#[cfg(test)]
mod tests;
