//! Which call comes next: nothing changes a version.

use super::name::Place;
use super::*;

pub(super) fn next_call(id: &Id, want: Option<&LayerVersion>, live: Option<&LayerVersion>) -> Option<Call> {
    match (want, live) {
        (None, None) => None,
        (Some(want), None) => Some(publish(id, want)),
        (Some(want), Some(live)) if want == live => None,
        (_, Some(_)) => {
            let layer_name = Place::of(&id.name).layer.to_owned();
            Some(Call::Delete(DeleteLayerVersion { layer_name, version_number: number(id) }))
        }
    }
}

fn publish(id: &Id, want: &LayerVersion) -> Call {
    Call::Publish(Box::new(PublishLayerVersion {
        layer_name: Place::of(&id.name).layer.to_owned(),
        description: mark::marked(&want.description, &want.code_sha256),
        content: Code::zip(id, &want.code_sha256, &want.way),
        compatible_architectures: want.compatible_architectures.clone(),
        compatible_runtimes: want.compatible_runtimes.clone(),
        license_info: want.license_info.clone(),
    }))
}
