//! DynamoDB: tables.
//!
//! `UpdateTable` accepts one kind of change per call, and the table is `UPDATING` until it is done: throughput, one
//! index created, one index deleted, or encryption. So an update is a chain of calls, with a wait after each.
//!
//! - Key schema and local indexes are fixed at birth: another one means another table.
//! - A global index with other keys or another projection is deleted and made again; a stream of another view
//!   type is switched off and on again.
//! - AWS accepts one change of time-to-live an hour, and takes up to as long for it. So nothing waits for it to settle, and
//!   another attribute is two plans: one that switches the old one off, and a later one that switches the new one on.
//! - AWS shows a table's key by its ARN, made up like any other. Whether it is the AWS-managed key is told by asking
//!   KMS for that one.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::aws::error::AwsError;
use crate::aws::kit::changed;
use crate::aws::kit::tags::{sdk_tag, tagged};
use crate::aws::rate::{Limit, Operations, limit};
use crate::aws::settle::{Rule, reason::BUSY, rule};
use crate::aws::tags::Tags;
use crate::aws::{Aws, Found, Id, Kind, Observed, PlanReader, Reader, Resource};
use crate::name::Owner;

mod call;
mod next_call;
mod observe;
mod required_actions;
mod send;
mod state;

pub use call::Call;
use call::{GlobalIndexUpdate, UpdateTable};
pub use state::*;

sdk_tag!(aws_sdk_dynamodb::types::Tag);

const HEALS: &[Rule] = &[
    rule("dynamodb:", "LimitExceededException", "", 600, "other tables' changes"),
    rule("dynamodb:", "ResourceInUseException", "", 1800, BUSY),
    rule(
        "dynamodb:UpdateContinuousBackups",
        "ContinuousBackupsUnavailableException",
        "",
        1200,
        "backups to be enabled",
    ),
    rule("dynamodb:", "ResourceNotFoundException", "", 120, "a new table to be known everywhere"),
];

const LIMITS: &[Limit] = &[limit("DynamoDB", Operations::These(&["TagResource", "UntagResource"]), 5.0, 5.0)];

impl Resource for Table {
    type Call = Call;
    type Seed = ();
    const PATIENCE: Duration = Duration::from_secs(3600);
    const SETTLES: &'static [(&'static str, &'static str)] = &[
        ("CREATING", "TableStatus ACTIVE"),
        ("UPDATING", "TableStatus ACTIVE"),
        ("DELETING", "its deletion"),
        ("ARCHIVING", "TableStatus ARCHIVED"),
        ("ENABLING", "SSEDescription.Status ENABLED"),
        ("DISABLING", "SSEDescription.Status DISABLED"),
    ];
    const HEALS: &'static [Rule] = HEALS;
    const SYMBOLS: &'static [&'static str] = &["stream_arn"];
    const LIMITS: &'static [Limit] = LIMITS;
    const HOLDS_DATA: bool = true;
    const FIXED: &'static [&'static str] = &["KeySchema", "LocalSecondaryIndexes"];
    const USED_BY: &'static [Kind] =
        &[Kind::EventSourceMapping, Kind::Function, Kind::Policy, Kind::RestApi, Kind::StateMachine];

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        match (want, live) {
            (None, None) => None,
            (Some(want), None) => Some(next_call::create(id, want)),
            (Some(want), Some(live)) if !want.must_replace(live) => next_call::update(id, want, live),
            (_, Some(live)) => Some(next_call::delete(id, live)),
        }
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Create(input) => Some(input.table()),
            Call::Delete(_) => None,
            Call::Update(input) => state.map(|s| s.updated(input)),
            Call::UpdateTimeToLive(input) => {
                state.map(|s| Self { time_to_live_attribute: input.attribute().map(str::to_owned), ..s })
            }
            Call::UpdateContinuousBackups(input) => {
                state.map(|s| Self { point_in_time_recovery_enabled: input.enabled(), ..s })
            }
            Call::Tag(input) => changed(state, |s| input.apply(&mut s.tags)),
            Call::Untag(input) => changed(state, |s| input.apply(&mut s.tags)),
        }
    }

    /// One change of time to live is all that a plan asks for.
    fn keep(&mut self, live: &Self) {
        if self.later(live).is_some() {
            self.time_to_live_attribute = None;
        }
    }

    /// A stream that is switched on has an ARN of its own, with the time in it.
    fn remakes(&self, want: &Self, _: &str) -> bool {
        self.stream_view_type != want.stream_view_type
    }

    fn later(&self, live: &Self) -> Option<String> {
        let (new, old) = (self.time_to_live_attribute.as_ref()?, live.time_to_live_attribute.as_ref()?);
        let said = format!(
            "time to live is now switched off for the attribute {old}; AWS accepts one change of it an hour, so a \
             plan an hour later will switch it on for {new}"
        );
        (new != old).then_some(said)
    }

    fn halfway(&self) -> Option<Self> {
        self.time_to_live_attribute.as_ref()?;
        Some(Self { time_to_live_attribute: None, ..self.clone() })
    }

    tagged!();

    async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
        observe::list(reader.aws(), &owner.prefix()).await
    }

    async fn observe(reader: Reader<'_>, id: &Id, seed: Option<&()>) -> Result<Option<Observed<Self>>, AwsError> {
        match reader.is_unlikely(seed) && !observe::exists(reader.aws(), id).await? {
            true => Ok(None),
            false => observe::observe(reader, id).await,
        }
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(&aws.write.dynamodb, call).await
    }
}

#[cfg(test)]
mod tests;
