//! Usage plans: which stages of APIs their keys give access to, how often, and which keys they contain.
//!
//! AWS accepts one update of any usage plan in 20 seconds, so everything that differs is changed in one patch. A stage
//! that makes room for another one of its API is removed first, alone: AWS removes a stage from its plans when it is
//! deleted, and then that patch has effectively been made, and the plan continues with its second call. A plan is
//! deleted once it has neither stages nor keys. Keys are removed before others are added: one that moves to another
//! plan must not be in both.
//!
//! A key in a plan of ours that nobody asked for is removed from it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize, Serializer};

use super::{ABSENT, Candidate, PAGE, PLANS, arn, arn_of, check_id, choose, known_tags, made_up_id, shown_tags};
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::calls::calls;
use crate::aws::kit::changed;
use crate::aws::kit::tags::{tag_calls, tag_inputs, tagged};
use crate::aws::kit::unmodelled::{self, Unmodelled};
use crate::aws::rate::Limit;
use crate::aws::settle::Rule;
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Found, Id, Observed, PlanReader, Reader, Resource, literal};
use crate::name::Owner;
use crate::text::Text;

mod call;
mod next_call;
mod observe;
mod patch;
mod required_actions;
mod send;
mod state;

pub use call::*;
pub use patch::Patch;
pub use state::*;

impl Resource for UsagePlan {
    type Call = Call;
    type Seed = Box<aws_sdk_apigateway::types::UsagePlan>;
    const HEALS: &'static [Rule] = super::HEALS;
    const LIMITS: &'static [Limit] = super::LIMITS;
    const MAKES_ANOTHER: &'static [&'static str] = &["apigateway:CreateUsagePlan"];
    const LISTS_ALL: bool = true;
    const INDEXED: Option<(&'static str, &'static str)> = Some(("apigateway", "/usageplans/"));

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Create(input) => Some(input.plan()),
            Call::Delete(_) => None,
            Call::Update(input) => changed(state, |plan| patch::apply(plan, &input.patch_operations)),
            Call::AddKey(input) => changed(state, |plan| plan.keys.extend([input.key_id.clone()])),
            Call::RemoveKey(input) => changed(state, |plan| plan.keys.retain(|key| *key != input.key_id)),
            Call::Tag(input) => changed(state, |plan| input.apply(&mut plan.tags)),
            Call::Untag(input) => changed(state, |plan| input.apply(&mut plan.tags)),
        }
    }

    /// Keys come and go independently of each other.
    fn flows_into(call: &Call, next: &Call) -> bool {
        matches!((call, next), (Call::AddKey(_), Call::AddKey(_)) | (Call::RemoveKey(_), Call::RemoveKey(_)))
    }

    fn texts(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        self.visit(visit);
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
        observe::observe(reader, id, seed.map(Box::as_ref)).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(aws, call).await
    }
}

#[cfg(test)]
mod tests;
