//! Which call comes next.

use super::*;

pub(super) fn next_call(id: &Id, want: Option<&Rule>, live: Option<&Rule>) -> Option<Call> {
    match (want, live) {
        (None, None) => None,
        (None, Some(_)) => Some(Call::Delete(RuleName { config_rule_name: id.name.clone() })),
        (Some(want), None) => Some(Call::Put(put(id, want, want.tags.clone()))),
        (Some(want), Some(live)) => {
            next_settings(id, want, live).or_else(|| tags::next_call(made_up_arn(id), &want.tags, &live.tags))
        }
    }
}

fn next_settings(id: &Id, want: &Rule, live: &Rule) -> Option<Call> {
    let same = Rule { tags: Tags::new(), ..want.clone() } == Rule { tags: Tags::new(), ..live.clone() };
    (!same).then(|| Call::Put(put(id, want, Tags::new())))
}
