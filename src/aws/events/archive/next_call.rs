//! Which call comes next.

use super::*;

pub(super) fn next_call(id: &Id, want: Option<&Archive>, live: Option<&Archive>) -> Option<Call> {
    let archive_name = id.name.clone();
    match (want, live) {
        (None, None) => None,
        (None, Some(_)) => Some(Call::Delete(ArchiveName { archive_name })),
        (Some(want), None) => Some(Call::Create(CreateArchive {
            archive_name,
            event_source_arn: want.event_source_arn.clone(),
            event_pattern: want.event_pattern.clone(),
            retention_days: want.retention_days,
        })),
        (Some(want), Some(live)) if want.event_source_arn != live.event_source_arn => {
            Some(Call::Delete(ArchiveName { archive_name }))
        }
        (Some(want), Some(live)) => next_update(archive_name, want, live),
    }
}

fn next_update(archive_name: String, want: &Archive, live: &Archive) -> Option<Call> {
    let pattern = want.event_pattern.clone().unwrap_or_else(|| EVERY.into());
    let event_pattern = (want.event_pattern != live.event_pattern).then_some(pattern);
    let retention_days = (want.retention_days != live.retention_days).then_some(want.retention_days);
    let differs = event_pattern.is_some() || retention_days.is_some();
    differs.then_some(Call::Update(UpdateArchive { archive_name, event_pattern, retention_days }))
}
