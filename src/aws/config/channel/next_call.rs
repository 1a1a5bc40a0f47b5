//! Which call comes next.

use super::*;

pub(super) fn next_call(id: &Id, want: Option<&DeliveryChannel>, live: Option<&DeliveryChannel>) -> Option<Call> {
    let recorder = || RecorderName { configuration_recorder_name: recorder_name(&id.owner) };
    match (want, live) {
        (None, None) => None,
        (None, Some(live)) if live.recording => Some(Call::Stop(recorder())),
        (None, Some(_)) => Some(Call::Delete(ChannelName { delivery_channel_name: id.name.clone() })),
        (Some(want), live) if live.map(|l| &l.s3_bucket_name) != Some(&want.s3_bucket_name) => {
            Some(Call::Put(put(id, want)))
        }
        (Some(want), live) => match (want.recording, live.is_some_and(|live| live.recording)) {
            (true, false) => Some(Call::Start(recorder())),
            (false, true) => Some(Call::Stop(recorder())),
            _ => None,
        },
    }
}

fn put(id: &Id, want: &DeliveryChannel) -> PutDeliveryChannel {
    let (name, s3_bucket_name) = (id.name.clone(), want.s3_bucket_name.clone());
    PutDeliveryChannel { delivery_channel: Settings { name, s3_bucket_name } }
}
