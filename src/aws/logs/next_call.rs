//! Which call comes next.

use super::*;

pub(super) fn next_call(id: &Id, want: Option<&LogGroup>, live: Option<&LogGroup>) -> Option<Call> {
    let group = || Group { log_group_name: id.name.clone() };
    match (want, live) {
        (None, None) => None,
        (None, Some(_)) => Some(Call::Delete(group())),
        (Some(want), None) => Some(Call::Create(CreateLogGroup {
            log_group_name: id.name.clone(),
            log_group_class: want.log_group_class.clone(),
            tags: want.tags.clone(),
        })),
        (Some(want), Some(live)) if want.log_group_class != live.log_group_class => Some(Call::Delete(group())),
        (Some(want), Some(live)) => {
            next_retention(id, want, live).or_else(|| tags::next_call(arn(id), &want.tags, &live.tags))
        }
    }
}

fn next_retention(id: &Id, want: &LogGroup, live: &LogGroup) -> Option<Call> {
    let log_group_name = id.name.clone();
    match want.retention_in_days {
        days if days == live.retention_in_days => None,
        Some(retention_in_days) => Some(Call::PutRetention(PutRetentionPolicy { log_group_name, retention_in_days })),
        None => Some(Call::DeleteRetention(Group { log_group_name })),
    }
}
