//! Which call comes next.

use super::*;

pub(super) fn next_call(id: &Id, want: Option<&StateMachine>, live: Option<&StateMachine>) -> Option<Call> {
    let delete = || Call::Delete(StateMachineArn { state_machine_arn: arn(id) });
    match (want, live) {
        (None, None) => None,
        (None, Some(_)) => Some(delete()),
        (Some(want), None) => Some(create(id, want)),
        (Some(want), Some(live)) if want.machine_type != live.machine_type => Some(delete()),
        (Some(want), Some(live)) => {
            next_update(id, want, live).or_else(|| tags::next_call(arn(id), &want.tags, &live.tags))
        }
    }
}

fn create(id: &Id, want: &StateMachine) -> Call {
    Call::Create(Box::new(CreateStateMachine::of(want, id.name.clone(), want.machine_type.clone(), want.tags.clone())))
}

/// AWS wants a definition or a role in every update.
fn next_update(id: &Id, want: &StateMachine, live: &StateMachine) -> Option<Call> {
    let update = UpdateStateMachine::between(want, live, arn(id))?;
    Some(Call::Update(Box::new(UpdateStateMachine { role_arn: Some(want.role_arn.clone()), ..update })))
}
