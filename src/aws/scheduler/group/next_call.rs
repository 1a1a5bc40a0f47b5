//! Which call comes next.

use super::*;
use crate::aws::scheduler::group_arn;
use crate::aws::tags;

pub(super) fn next_call(id: &Id, want: Option<&ScheduleGroup>, live: Option<&ScheduleGroup>) -> Option<Call> {
    let name = || id.name.clone();
    match (want, live) {
        (None, None) => None,
        (None, Some(live)) => Some(Call::Delete(DeleteScheduleGroup { name: name(), schedules: live.others.clone() })),
        (Some(want), None) => Some(Call::Create(CreateScheduleGroup { name: name(), tags: want.tags.clone() })),
        (Some(want), Some(live)) => tags::next_call(group_arn(&id.site, &id.owner), &want.tags, &live.tags),
    }
}
