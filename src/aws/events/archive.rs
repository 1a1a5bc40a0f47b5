//! Archives: events that a bus has received, to be replayed.
//!
//! An archive has no tags: it is ours if it has our name. AWS keeps what an update leaves out, so a pattern is removed
//! by replacing it with one that matches every event. Each archive has a rule on its bus that AWS manages, so it is
//! deleted before the bus.

use aws_sdk_eventbridge::operation::describe_archive::DescribeArchiveOutput;
use serde::{Deserialize, Serialize};

use super::{ABSENT, canonical, hinted_buses, our_buses};
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::calls::calls;
use crate::aws::kit::changed;
use crate::aws::kit::unmodelled;
use crate::aws::rate::Limit;
use crate::aws::settle::Rule;
use crate::aws::{Aws, Found, Id, Observed, PlanReader, Reader, Resource, literal};
use crate::name::{Name, Owner, Site, shorten};
use crate::text::Text;

mod call;
mod next_call;
mod observe;
mod required_actions;
mod send;
mod state;

pub use call::*;
pub use state::*;

impl Resource for Archive {
    type Call = Call;
    type Seed = ();
    /// By the bus that it holds events of.
    const INDEXED: Option<(&'static str, &'static str)> = Some(("events", ""));
    const FIXED: &'static [&'static str] = &["EventSourceArn"];
    const SETTLES: &'static [(&'static str, &'static str)] =
        &[("CREATING", "an archive that is ready"), ("UPDATING", "the end of the update")];
    const HEALS: &'static [Rule] = super::HEALS;
    const LIMITS: &'static [Limit] = super::LIMITS;

    /// Its name is its bus's.
    fn lane(id: &Id) -> String {
        super::lane(&id.owner, id.address.name.as_str())
    }

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Create(input) => Some(input.archive()),
            Call::Update(input) => changed(state, |archive| input.apply(archive)),
            Call::Delete(_) => None,
        }
    }

    fn texts(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        self.event_pattern.iter_mut().for_each(visit);
    }

    async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
        observe::list(reader, owner).await
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
