//! Step Functions: state machines.
//!
//! An update keeps what it leaves out, so logging and tracing that shall go are sent as off. The type never changes
//! in place, and a deleted state machine lives on as `DELETING` until its executions have ended.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::aws::error::AwsError;
use crate::aws::tags::{self, TagChange, Tags};
use crate::aws::{Aws, Found, Id, Observed, Resource};
use crate::name::Owner;
use crate::text::Text;

mod call;
mod need;
mod observe;

pub use call::*;

/// A state machine.
#[derive(Debug, Clone, PartialEq, Serialize)]
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

impl Resource for StateMachine {
    type Call = Call;
    type Seed = ();

    fn next(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        let delete = || Call::Delete(StateMachineArn { state_machine_arn: arn(id) });
        match (want, live) {
            (None, None) => None,
            (None, Some(_)) => Some(delete()),
            (Some(want), None) => Some(Call::Create(Box::new(CreateStateMachine::of(id, want)))),
            (Some(want), Some(live)) if want.of != live.of => Some(delete()),
            (Some(want), Some(live)) => next_update(id, want, live).or_else(|| next_tags(id, want, live)),
        }
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        call::effect(call, state)
    }

    fn texts(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        visit(&mut self.definition);
    }

    fn tags(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

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

fn next_update(id: &Id, want: &StateMachine, live: &StateMachine) -> Option<Call> {
    let update = UpdateStateMachine {
        state_machine_arn: arn(id),
        definition: (want.definition != live.definition).then(|| want.definition.clone()),
        role_arn: want.role_arn.clone(),
        logging_configuration: (want.logging != live.logging).then(|| LoggingConfiguration::of(want.logging.as_ref())),
        tracing_configuration: (want.tracing != live.tracing).then_some(TracingConfiguration { enabled: want.tracing }),
    };
    let nothing = update.definition.is_none()
        && update.logging_configuration.is_none()
        && update.tracing_configuration.is_none()
        && want.role_arn == live.role_arn;
    (!nothing).then(|| Call::Update(Box::new(update)))
}

fn next_tags(id: &Id, want: &StateMachine, live: &StateMachine) -> Option<Call> {
    let resource_arn = arn(id);
    tags::next(&want.tags, &live.tags).map(|change| match change {
        TagChange::Set(tags) => Call::Tag(TagResource { resource_arn, tags: call::pairs(&tags) }),
        TagChange::Remove(tag_keys) => Call::Untag(UntagResource { resource_arn, tag_keys }),
    })
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
