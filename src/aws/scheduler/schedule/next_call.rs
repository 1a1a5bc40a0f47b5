//! Which call comes next: one leads from any schedule to any other.

use super::*;
use crate::aws::scheduler::group_name;

pub(super) fn next_call(id: &Id, want: Option<&Schedule>, live: Option<&Schedule>) -> Option<Call> {
    match (want, live) {
        (None, None) => None,
        (None, Some(_)) => {
            Some(Call::Delete(DeleteSchedule { name: id.name.clone(), group_name: group_name(&id.owner) }))
        }
        (Some(want), None) => Some(Call::Create(Box::new(ScheduleInput::of(id, want)))),
        (Some(want), Some(live)) => (want != live).then(|| Call::Update(Box::new(ScheduleInput::of(id, want)))),
    }
}
