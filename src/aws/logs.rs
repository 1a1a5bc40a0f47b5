//! CloudWatch Logs: log groups.
//!
//! A group is created before the function that writes to it, since the first invocation would create one without
//! retention and without tags. Tag calls need the ARN without the `:*` that `DescribeLogGroups` appends.

use serde::{Deserialize, Serialize};

use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::calls::{Calls, calls};
use crate::aws::kit::changed;
use crate::aws::kit::tags::{tag_calls, tag_inputs, tagged};
use crate::aws::kit::unmodelled::{self, Unmodelled};
use crate::aws::rate::{Limit, Operations, limit};
use crate::aws::settle::{Rule, reason::BUSY, rule};
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Found, Id, Kind, Observed, PlanReader, Reader, Resource};
use crate::name::Owner;

mod call;
mod describe;
mod next_call;
mod observe;
mod required_actions;
mod send;
mod state;

pub use call::*;
pub use describe::{Asked, Known};
pub use observe::{LATE, OF_FIREWALLS, OF_SECTIONS, found_in, is_listed, is_of_function, list_in};
pub use state::*;

/// The class of a group that nobody asks to be of another, and the one whose events AWS keeps for a day.
const STANDARD: &str = "STANDARD";
const DELIVERY: &str = "DELIVERY";

const HEALS: &[Rule] = &[rule("logs:", "OperationAbortedException", "", 60, BUSY)];

const LIMITS: &[Limit] =
    &[limit("CloudWatch Logs", Operations::Each(&["CreateLogGroup", "DeleteLogGroup", "DescribeLogGroups"]), 5.0, 5.0)];

impl Resource for LogGroup {
    type Call = Call;
    type Seed = aws_sdk_cloudwatchlogs::types::LogGroup;
    const HEALS: &'static [Rule] = HEALS;
    const LIMITS: &'static [Limit] = LIMITS;
    const LISTS_ALL: bool = true;
    const HOLDS_DATA: bool = true;
    const FIXED: &'static [&'static str] = &["logGroupClass"];
    const USED_BY: &'static [Kind] = &[Kind::Function, Kind::HttpApi, Kind::RestApi, Kind::StateMachine, Kind::WebAcl];

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Create(input) => Some(Self {
                log_group_class: input.log_group_class.clone(),
                retention_in_days: None,
                tags: input.tags.clone(),
            }),
            Call::Delete(_) => None,
            Call::PutRetention(input) => state.map(|s| Self { retention_in_days: Some(input.retention_in_days), ..s }),
            Call::DeleteRetention(_) => state.map(|s| Self { retention_in_days: None, ..s }),
            Call::Tag(input) => changed(state, |s| input.apply(&mut s.tags)),
            Call::Untag(input) => changed(state, |s| input.apply(&mut s.tags)),
        }
    }

    tagged!();

    async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<Self::Seed>>, AwsError> {
        observe::found(reader, owner).await
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

/// The ARN that tag calls want: without `:*`.
fn arn(id: &Id) -> String {
    id.site.arn("logs", &format!("log-group:{}", id.name))
}

#[cfg(test)]
mod tests;
