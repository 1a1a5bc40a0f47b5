//! What IAM must allow for state machines.
//!
//! For a state machine with logging, Step Functions checks the rights of its role on log delivery, not those of whoever
//! creates it.

use super::{Call, StateMachine, arn};
use crate::aws::Id;
use crate::aws::required_actions::{RequiredAction, RequiredActions, anywhere, on, pass_role};
use crate::name::{Owner, Site};

impl RequiredActions for StateMachine {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        let machine = |actions| on(arn(id), actions);
        match call {
            Call::Create(input) => {
                [machine(&["states:CreateStateMachine", "states:TagResource"]), vec![passed(&input.role_arn)]].concat()
            }
            Call::Update(input) => {
                let role = input.role_arn.as_deref().map(passed);
                machine(&["states:UpdateStateMachine"]).into_iter().chain(role).collect()
            }
            Call::Tag(_) => machine(&["states:TagResource"]),
            Call::Untag(_) => machine(&["states:UntagResource"]),
            Call::Delete(_) => machine(&["states:DeleteStateMachine"]),
        }
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        on(
            arn(id),
            &[
                "states:CreateStateMachine",
                "states:DeleteStateMachine",
                "states:TagResource",
                "states:UntagResource",
                "states:UpdateStateMachine",
            ],
        )
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        on(arn(id), &["states:DescribeStateMachine", "states:ListTagsForResource"])
    }

    fn actions_to_list(_: &Site, _: &Owner) -> Vec<RequiredAction> {
        anywhere(&["states:ListStateMachines"])
    }
}

fn passed(role: &str) -> RequiredAction {
    pass_role(role, "states.amazonaws.com")
}
