//! API keys.
//!
//! Its holders depend on a key: by default, it is kept with its value when it is no longer in the manifest.

use serde::{Deserialize, Serialize};

use super::{ABSENT, Candidate, KEYS, PAGE, arn, arn_of, check_id, choose, known_tags, made_up_id, shown_tags};
use crate::aws::apigateway::PatchOperation;
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::calls::calls;
use crate::aws::kit::changed;
use crate::aws::kit::tags::{tag_calls, tag_inputs, tagged};
use crate::aws::kit::unmodelled::{self, Unmodelled};
use crate::aws::rate::Limit;
use crate::aws::settle::Rule;
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Found, Id, Kind, Observed, PlanReader, Reader, Resource, literal};
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

impl Resource for ApiKey {
    type Call = Call;
    type Seed = Box<aws_sdk_apigateway::types::ApiKey>;
    /// Its value, which nobody can make again.
    const HOLDS_DATA: bool = true;
    const USED_BY: &'static [Kind] = &[Kind::UsagePlan];
    const HEALS: &'static [Rule] = super::HEALS;
    const LIMITS: &'static [Limit] = super::LIMITS;
    const MAKES_ANOTHER: &'static [&'static str] = &["apigateway:CreateApiKey"];
    const LISTS_ALL: bool = true;
    const INDEXED: Option<(&'static str, &'static str)> = Some(("apigateway", "/apikeys/"));

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Create(input) => Some(input.key()),
            Call::Delete(_) => None,
            Call::Update(input) => changed(state, |key| input.apply(key)),
            Call::Tag(input) => changed(state, |key| input.apply(&mut key.tags)),
            Call::Untag(input) => changed(state, |key| input.apply(&mut key.tags)),
        }
    }

    tagged!();

    async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<Self::Seed>>, AwsError> {
        observe::list(reader.aws(), owner).await
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
