//! Which call comes next.

use super::*;

pub(super) fn next_call(id: &Id, want: Option<&Alarm>, live: Option<&Alarm>) -> Option<Call> {
    match (want, live) {
        (None, None) => None,
        (None, Some(_)) => Some(Call::Delete(DeleteAlarms { alarm_names: vec![id.name.clone()] })),
        (Some(want), None) => {
            let tags = Some(want.tags.clone());
            Some(Call::Put(Box::new(PutMetricAlarm { tags, ..PutMetricAlarm::of(id, want) })))
        }
        (Some(want), Some(live)) => {
            next_put(id, want, live).or_else(|| tags::next_call(arn(id), &want.tags, &live.tags))
        }
    }
}

fn next_put(id: &Id, want: &Alarm, live: &Alarm) -> Option<Call> {
    let put = PutMetricAlarm::of(id, want);
    (put != PutMetricAlarm::of(id, live)).then(|| Call::Put(Box::new(put)))
}
