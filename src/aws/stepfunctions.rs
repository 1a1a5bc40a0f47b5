//! Step Functions: state machines.
//!
//! An update keeps what it leaves out, so logging and tracing are switched off explicitly. The type never changes in
//! place, and a deleted state machine stays `DELETING` until its executions have ended.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::aws::error::AwsError;
use crate::aws::kit::tags::{sdk_tag, tagged};
use crate::aws::rate::{Limit, Operations, limit};
use crate::aws::settle::{Rule, reason::ROLE, rule};
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Found, Id, Kind, Observed, PlanReader, Reader, Resource};
use crate::name::Owner;
use crate::text::Text;

mod call;
mod next_call;
mod observe;
mod required_actions;
mod send;
mod state;
mod validate;

pub use call::*;
pub use state::*;
pub use validate::{Diagnostic, needs_to_validate, validate};

sdk_tag!(aws_sdk_sfn::types::Tag, optional);

/// The ARN of a state machine of ours.
fn arn(id: &Id) -> String {
    id.site.arn("states", &format!("stateMachine:{}", id.name))
}

const HEALS: &[Rule] = &[
    rule("states:", "AccessDeniedException", "authorized to assume", 120, ROLE),
    rule("states:", "AccessDeniedException", "not authorized to access the Log Destination", 120, ROLE),
    rule("states:", "StateMachineDeleting", "", 300, "the old state machine to be gone"),
];

const LIMITS: &[Limit] = &[
    limit("SFN", Operations::Each(&["CreateStateMachine", "UpdateStateMachine", "DeleteStateMachine"]), 1.0, 100.0),
    limit("SFN", Operations::Each(&["ListTagsForResource"]), 1.0, 100.0),
    limit("SFN", Operations::Each(&["DescribeStateMachine"]), 20.0, 200.0),
    limit("SFN", Operations::Each(&["ListStateMachines"]), 5.0, 100.0),
];

impl Resource for StateMachine {
    type Call = Call;
    type Seed = ();
    const FIXED: &'static [&'static str] = &["type"];
    const USED_BY: &'static [Kind] = &[Kind::EventRule, Kind::HttpApi, Kind::Schedule];
    const PATIENCE: Duration = Duration::from_secs(600);
    const SETTLES: &'static [(&'static str, &'static str)] = &[("DELETING", "its deletion")];
    const HEALS: &'static [Rule] = HEALS;
    const LIMITS: &'static [Limit] = LIMITS;

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        call::effect(call, state)
    }

    fn texts(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        visit(&mut self.definition);
    }

    tagged!();

    async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
        observe::list(reader.aws(), owner).await
    }

    async fn observe(reader: Reader<'_>, id: &Id, _: Option<&()>) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(reader, &arn(id)).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(aws, call).await
    }
}

#[cfg(test)]
mod tests;
