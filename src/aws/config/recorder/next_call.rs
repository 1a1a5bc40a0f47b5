//! Which call comes next.

use super::*;

pub(super) fn next_call(id: &Id, want: Option<&Recorder>, live: Option<&Recorder>) -> Option<Call> {
    match (want, live) {
        (None, None) => None,
        (None, Some(_)) => Some(Call::Delete(RecorderName { configuration_recorder_name: id.name.clone() })),
        (Some(want), None) => Some(Call::Put(put(id, want, want.tags.clone()))),
        (Some(want), Some(live)) => {
            next_settings(id, want, live).or_else(|| tags::next_call(made_up_arn(id), &want.tags, &live.tags))
        }
    }
}

fn next_settings(id: &Id, want: &Recorder, live: &Recorder) -> Option<Call> {
    let same = want.role_arn == live.role_arn && want.recording_group == live.recording_group;
    (!same).then(|| Call::Put(put(id, want, Tags::new())))
}
