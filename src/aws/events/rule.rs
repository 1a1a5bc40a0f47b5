//! Rules: which events of a bus go to which targets.
//!
//! A put contains everything about a rule but its targets, and AWS ignores its tags if the rule exists. Targets are put
//! and removed one at a time, since AWS may accept some targets of a call and refuse others; it refuses them in an
//! answer that otherwise reports success. A rule's physical name includes its bus: `<bus>/<rule>`, or `<rule>` on the
//! account's default one.

use std::collections::BTreeMap;

use aws_sdk_eventbridge::types;
use serde::{Deserialize, Serialize};

use super::{
    ABSENT, DEFAULT_BUS, DeadLetterConfig, TagResource, UntagResource, canonical, hinted_buses, our_buses, read_tags,
};
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::calls::calls;
use crate::aws::kit::changed;
use crate::aws::kit::members::{Described, Member, Shape, members, unread};
use crate::aws::kit::tags::{tag_calls, tagged};
use crate::aws::kit::unmodelled::{self, Unmodelled};
use crate::aws::rate::Limit;
use crate::aws::settle;
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Found, Id, Observed, PlanReader, Reader, Resource, literal};
use crate::name::Owner;
use crate::text::Text;

mod call;
mod next_call;
mod observe;
mod required_actions;
mod send;
mod state;

pub use call::*;
pub use state::*;

/// The most targets of a rule.
pub const MOST_TARGETS: usize = 5;

/// The ARN of a rule.
fn arn(id: &Id) -> String {
    id.site.arn("events", &format!("rule/{}", id.name))
}

/// The bus and the rule that a physical name holds.
fn parts(name: &str) -> (&str, &str) {
    name.rsplit_once('/').unwrap_or((DEFAULT_BUS, name))
}

impl Resource for Rule {
    type Call = Call;
    type Seed = Described<types::Rule>;
    const INDEXED: Option<(&'static str, &'static str)> = Some(("events", ""));
    const HEALS: &'static [settle::Rule] = super::HEALS;
    const LIMITS: &'static [Limit] = super::LIMITS;

    fn lane(id: &Id) -> String {
        super::lane(&id.owner, parts(&id.name).0)
    }

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Put(input) => Some(input.rule(state)),
            Call::PutTargets(input) => changed(state, |rule| rule.targets.extend(input.targets.clone())),
            Call::RemoveTargets(input) => {
                changed(state, |rule| rule.targets.retain(|target, _| !input.ids.contains(target)))
            }
            Call::Tag(input) => changed(state, |rule| input.apply(&mut rule.tags)),
            Call::Untag(input) => changed(state, |rule| input.apply(&mut rule.tags)),
            Call::Delete(_) => None,
        }
    }

    fn texts(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        visit(&mut self.event_pattern);
        for target in self.targets.values_mut() {
            target.input.iter_mut().for_each(&mut *visit);
            target.input_transformer.iter_mut().for_each(|transformer| visit(&mut transformer.input_template));
        }
    }

    tagged!();

    async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<Self::Seed>>, AwsError> {
        observe::list(reader, owner).await
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
