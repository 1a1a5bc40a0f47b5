//! Schedules, in the group of their app and stage.
//!
//! `UpdateSchedule` replaces everything: what it leaves out gets AWS's default, so a disabled schedule would be enabled
//! again. So both calls contain everything, and what a schedule has that is not modelled here (targets of other types)
//! would be lost.
//!
//! A schedule never deletes itself when it is done: a later plan would create it again.

use serde::{Deserialize, Serialize};

use crate::aws::error::AwsError;
use crate::aws::rate::Limit;
use crate::aws::settle::Rule;
use crate::aws::{Aws, Found, Id, Observed, PlanReader, Reader, Resource};
use crate::name::Owner;
use crate::text::Text;

mod call;
mod members;
mod next_call;
mod observe;
mod required_actions;
mod send;
mod state;

pub use call::*;
pub use state::*;

impl Resource for Schedule {
    type Call = Call;
    type Seed = ();
    const INDEXED: Option<(&'static str, &'static str)> = Some(super::INDEXED);
    const HEALS: &'static [Rule] = super::HEALS;
    const LIMITS: &'static [Limit] = super::LIMITS;

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Create(input) => Some(input.schedule()),
            Call::Update(input) => state.map(|_| input.schedule()),
            Call::Delete(_) => None,
        }
    }

    fn texts(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        self.target.input.iter_mut().for_each(visit);
    }

    /// Those in our group alone, where there is such a group.
    async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
        observe::list(reader.into(), owner).await
    }

    async fn observe(reader: Reader<'_>, id: &Id, _: Option<&()>) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(reader.aws(), id).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(aws, call).await
    }
}

#[cfg(test)]
mod tests;
