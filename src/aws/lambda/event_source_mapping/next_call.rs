//! Which call comes next: a mapping that cannot become the wanted one goes first.

use super::*;
use crate::aws::tags;

pub(super) fn next_call(id: &Id, want: Option<&EventSourceMapping>, live: Option<&EventSourceMapping>) -> Option<Call> {
    match (want, live) {
        (None, None) => None,
        (Some(want), None) => Some(create(id, want)),
        (Some(want), Some(live)) if !want.must_replace(live) => {
            next_settings(id, want, live).or_else(|| tags::next_call(arn(id), &want.tags, &live.tags))
        }
        (_, Some(_)) => Some(Call::Delete(MappingUuid { uuid: uuid(id) })),
    }
}

fn create(id: &Id, want: &EventSourceMapping) -> Call {
    Call::Create(Box::new(CreateEventSourceMapping::of(
        want,
        invoked(id, want),
        want.event_source_arn.clone(),
        want.starting_position.clone(),
        want.starting_position_timestamp,
        want.tags.clone(),
    )))
}

/// The function's name, with the alias if that is invoked.
fn invoked(id: &Id, want: &EventSourceMapping) -> String {
    let alias = want.qualifier.as_ref().map(|alias| format!(":{alias}")).unwrap_or_default();
    format!("{}{alias}", function_name(id))
}

fn next_settings(id: &Id, want: &EventSourceMapping, live: &EventSourceMapping) -> Option<Call> {
    let function_name = (want.qualifier != live.qualifier).then(|| invoked(id, want));
    let moved = function_name.clone().map(|name| UpdateEventSourceMapping::moving(uuid(id), name));
    let update = UpdateEventSourceMapping::between(want, live, uuid(id), function_name).or(moved)?;
    Some(Call::Update(Box::new(update)))
}
