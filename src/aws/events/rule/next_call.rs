//! Which call comes next: the rule, its targets one by one, then tags. A new target comes before an old one goes, where AWS has
//! room for both, so that there is always one that gets the events.

use super::*;

pub(super) fn next_call(id: &Id, want: Option<&Rule>, live: Option<&Rule>) -> Option<Call> {
    match (want, live) {
        (None, None) => None,
        (None, Some(live)) => live.targets.keys().next().map(|target| remove(id, target)).or_else(|| {
            let (bus, rule) = parts(&id.name);
            Some(Call::Delete(DeleteRule { name: rule.to_owned(), event_bus_name: bus.to_owned() }))
        }),
        (Some(want), None) => Some(put(id, want, want.tags.clone())),
        (Some(want), Some(live)) => next_put(id, want, live)
            .or_else(|| next_target(id, want, live))
            .or_else(|| tags::next_call(arn(id), &want.tags, &live.tags)),
    }
}

fn put(id: &Id, want: &Rule, tags: Tags) -> Call {
    let (bus, rule) = parts(&id.name);
    Call::Put(PutRule {
        name: rule.to_owned(),
        event_bus_name: bus.to_owned(),
        description: want.description.clone(),
        event_pattern: want.event_pattern.clone(),
        state: want.state.clone(),
        tags,
    })
}

fn next_put(id: &Id, want: &Rule, live: &Rule) -> Option<Call> {
    let same =
        want.description == live.description && want.event_pattern == live.event_pattern && want.state == live.state;
    (!same).then(|| put(id, want, Tags::new()))
}

fn next_target(id: &Id, want: &Rule, live: &Rule) -> Option<Call> {
    let has_room = live.targets.len() < MOST_TARGETS;
    let mut differ = want.targets.iter().filter(|(target, to)| live.targets.get(*target) != Some(*to));
    let next = differ.find(|(target, _)| has_room || live.targets.contains_key(*target));
    let stale = || live.targets.keys().find(|target| !want.targets.contains_key(*target));
    next.map(|(target, to)| put_target(id, target, to)).or_else(|| stale().map(|target| remove(id, target)))
}

fn put_target(id: &Id, target: &str, to: &Target) -> Call {
    let (bus, rule) = parts(&id.name);
    let targets = BTreeMap::from([(target.to_owned(), to.clone())]);
    Call::PutTargets(PutTargets { rule: rule.to_owned(), event_bus_name: bus.to_owned(), targets })
}

fn remove(id: &Id, target: &str) -> Call {
    let (bus, rule) = parts(&id.name);
    let ids = vec![target.to_owned()];
    Call::RemoveTargets(RemoveTargets { rule: rule.to_owned(), event_bus_name: bus.to_owned(), ids })
}
