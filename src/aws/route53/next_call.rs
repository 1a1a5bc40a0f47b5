//! Which call comes next: one batch with all that differs. A record that changes is deleted with the values that it has, and made.

use super::*;

pub(super) fn next_call(id: &Id, want: Option<&Record>, live: Option<&Record>) -> Option<Call> {
    let of = |record: Option<&Record>, family| record.and_then(|record| record.get(family)).cloned();
    let (zone, name) = zone_and_name(id);
    let change = |action, family, alias_target| {
        let resource_record_set = ResourceRecordSet { name: name.to_owned(), family, alias_target };
        Change { action, resource_record_set }
    };
    let differing = Family::ALL.into_iter().filter(|family| of(want, *family) != of(live, *family));
    let changes = differing.flat_map(|family| {
        let gone = of(live, family).map(|alias| change(Action::Delete, family, alias));
        let new = of(want, family).map(|alias| change(Action::Create, family, alias));
        gone.into_iter().chain(new)
    });
    let changes: Vec<Change> = changes.collect();
    let change_batch = ChangeBatch { changes };
    (!change_batch.changes.is_empty())
        .then(|| Call::Change(ChangeResourceRecordSets { hosted_zone_id: zone.to_owned(), change_batch }))
}
