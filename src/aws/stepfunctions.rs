//! Step Functions: state machines.
//!
//! An update keeps what it leaves out, so logging and tracing that shall go are sent as off. The type never changes
//! in place, and a deleted state machine lives on as `DELETING` until its executions have ended.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::aws::error::AwsError;
use crate::aws::kit::tags::{sdk_tag, tagged};
use crate::aws::rate::{Limit, Of, limit};
use crate::aws::settle::{Rule, reason::ROLE, rule};
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Found, Id, Observed, Resource};
use crate::name::Owner;
use crate::text::Text;
use std::time::Duration;

mod call;
mod need;
mod observe;

pub use call::*;

sdk_tag!(aws_sdk_sfn::types::Tag, optional);

/// A state machine.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StateMachine {
    /// Amazon States Language, as compact JSON with sorted keys.
    pub definition: Text,
    /// The ARN of the role that it runs with.
    pub role_arn: String,
    /// `STANDARD` or `EXPRESS`.
    #[serde(rename = "type")]
    pub of: String,
    /// What it logs, and where.
    pub logging: Option<Logging>,
    /// X-Ray tracing.
    pub tracing: bool,
    /// Tags.
    pub tags: Tags,
}

/// What a state machine logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Logging {
    /// `ALL`, `ERROR` or `FATAL`.
    pub level: String,
    /// True to log inputs and outputs too.
    pub include_execution_data: bool,
    /// The log group's ARN, which ends in `:*` here.
    pub log_group_arn: String,
}

/// A definition in the one form in which it is compared: AWS gives back what was sent, letter by letter.
pub fn canonical(definition: &str) -> Result<String, serde_json::Error> {
    serde_json::from_str::<Value>(definition).map(|value| value.to_string())
}

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
    limit("SFN", Of::Each(&["CreateStateMachine", "UpdateStateMachine", "DeleteStateMachine"]), 1.0, 100.0),
    limit("SFN", Of::Each(&["ListTagsForResource"]), 1.0, 100.0),
    limit("SFN", Of::Each(&["DescribeStateMachine"]), 20.0, 200.0),
    limit("SFN", Of::Each(&["ListStateMachines"]), 5.0, 100.0),
];

impl Resource for StateMachine {
    type Call = Call;
    type Seed = ();
    const PATIENCE: Duration = Duration::from_secs(600);
    const HEALS: &'static [Rule] = HEALS;
    const LIMITS: &'static [Limit] = LIMITS;

    fn next(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        let delete = || Call::Delete(StateMachineArn { state_machine_arn: arn(id) });
        match (want, live) {
            (None, None) => None,
            (None, Some(_)) => Some(delete()),
            (Some(want), None) => Some(create(id, want)),
            (Some(want), Some(live)) if want.of != live.of => Some(delete()),
            (Some(want), Some(live)) => {
                next_update(id, want, live).or_else(|| tags::next(arn(id), &want.tags, &live.tags))
            }
        }
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        call::effect(call, state)
    }

    fn texts(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        visit(&mut self.definition);
    }

    tagged!();

    async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
        observe::list(aws, owner).await
    }

    async fn observe(aws: &Aws, id: &Id, _: Option<&()>) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(aws, &arn(id)).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        call::send(aws, call).await
    }
}

fn create(id: &Id, want: &StateMachine) -> Call {
    Call::Create(Box::new(CreateStateMachine::of(want, id.name.clone(), want.of.clone(), want.tags.clone())))
}

/// AWS wants a definition or a role in every update.
fn next_update(id: &Id, want: &StateMachine, live: &StateMachine) -> Option<Call> {
    let update = UpdateStateMachine::between(want, live, arn(id))?;
    Some(Call::Update(Box::new(UpdateStateMachine { role_arn: Some(want.role_arn.clone()), ..update })))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::{Kind, State};
    use crate::plan::steps::{assert_properties, test_id};
    use proptest::prelude::*;

    prop_compose! {
        fn machine()(
            definition in "[a-b]", role_arn in "[a-b]",
            of in prop_oneof![Just("STANDARD"), Just("EXPRESS")],
            logging in proptest::option::of(("[A-B]", any::<bool>(), "[x-y]")),
            tracing in any::<bool>(),
            tags in proptest::collection::btree_map("[a-c]", "[x-z]", 0..3),
        ) -> State {
            let logging = logging.map(|(level, include_execution_data, log_group_arn)| {
                Logging { level, include_execution_data, log_group_arn }
            });
            StateMachine { definition: definition.into(), role_arn, of: of.into(), logging, tracing, tags }.into()
        }
    }

    proptest! {
        #[test]
        fn the_three_properties_hold(want in proptest::option::of(machine()), live in proptest::option::of(machine())) {
            assert_properties(&test_id(Kind::StateMachine, "shop--test-thing"), want.as_ref(), live.as_ref());
        }
    }

    #[test]
    fn definitions_compare_by_what_they_say() {
        assert_eq!(canonical("{ \"b\": 1,\n \"a\": 2 }").unwrap(), canonical("{\"a\":2,\"b\":1}").unwrap());
        assert!(canonical("{").is_err());
    }
}
