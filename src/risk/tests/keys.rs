//! Usage plans and API keys.

use super::*;
use crate::aws::apigateway_keys::{ApiKey, ApiStage, Limits, Quota, UsagePlan};
use crate::text::Text;

#[derive(Debug, Clone, PartialEq)]
struct Parts {
    keys: BTreeSet<&'static str>,
    stages: BTreeSet<&'static str>,
    limits: Option<(u8, i32)>,
    quota: Option<(i32, &'static str)>,
}

fn parts() -> impl Strategy<Value = Parts> + Clone {
    let some = |all: [&'static str; 2]| {
        prop::sample::subsequence(all.to_vec(), 0..=2).prop_map(|some| some.into_iter().collect::<BTreeSet<_>>())
    };
    let quota = prop::option::of((1..40i32, prop::sample::select(vec!["DAY", "WEEK", "MONTH"])));
    let limits = prop::option::of((1u8..4, 1..4i32));
    (some(["a1", "b2"]), some(["v1", "v2"]), limits, quota).prop_map(|(keys, stages, limits, quota)| Parts {
        keys,
        stages,
        limits,
        quota,
    })
}

fn state(parts: &Parts) -> State {
    let stage = |stage: &&str| ApiStage { api_id: "x9".into(), stage: (*stage).into() };
    let plan = UsagePlan {
        description: String::new(),
        api_stages: parts.stages.iter().map(stage).collect(),
        method_throttle: BTreeMap::new(),
        throttle: parts.limits.map(|(rate, burst_limit)| Limits { rate_limit: rate.into(), burst_limit }),
        quota: parts.quota.map(|(limit, period)| Quota { limit, offset: 0, period: period.into() }),
        keys: parts.keys.iter().map(|key| Text::from(*key)).collect(),
        tags: Tags::new(),
    };
    plan.into()
}

/// Requests a day.
fn by_day(quota: Option<(i32, &str)>) -> f64 {
    quota.map_or(f64::INFINITY, |(limit, period)| {
        f64::from(limit)
            / if period == "DAY" {
                1.0
            } else if period == "WEEK" {
                7.0
            } else {
                30.0
            }
    })
}

proptest! {
    #[test]
    fn whoever_is_refused_and_whoever_may_call_more_often_has_a_line(old in parts(), new in parts()) {
        prop_assume!(old != new);
        let lost = !old.keys.is_subset(&new.keys) || !old.stages.is_subset(&new.stages);
        let raised = match (old.limits, new.limits) {
            (Some(old), Some(new)) => new.0 > old.0 || new.1 > old.1,
            (old, new) => old.is_some() && new.is_none(),
        };
        let raised = raised || by_day(new.quota) > by_day(old.quota);
        let all = [(RiskKind::LockedOut, lost), (RiskKind::Throttle, raised)];
        assert_kinds(Kind::UsagePlan, Some(state(&old)), Some(state(&new)), &all);
    }
}

fn key(enabled: bool) -> Option<State> {
    Some(ApiKey { description: String::new(), enabled, tags: Tags::new() }.into())
}

#[test]
fn a_key_that_is_deleted_or_switched_off_is_told_as_what_it_is_for_its_holders() {
    let text = |old, new| lines(&planned(vec![case(Kind::ApiKey, "partner", old, new)]));
    let gone =
        "Data loss: API key <shop--test-partner> is deleted: whoever has it is refused, and nobody can make it again";
    assert_eq!(text(key(true), None), [gone]);
    assert_eq!(text(key(true), key(false)), ["Locked out: API key <partner>: whoever has it is refused"]);
    for (old, new) in [(None, key(true)), (None, key(false)), (key(false), key(true))] {
        assert_eq!(text(old, new), [""; 0]);
    }
}

#[test]
fn keys_and_apis_that_leave_a_plan_and_limits_that_rise_are_named() {
    let some = |keys: &[&'static str], quota| Parts {
        keys: keys.iter().copied().collect(),
        stages: ["v1"].into(),
        limits: Some((1, 1)),
        quota,
    };
    let (old, mut new) = (some(&["a1", "b2"], Some((100, "DAY"))), some(&["b2"], Some((4000, "MONTH"))));
    new.stages.clear();
    let text = lines(&planned(vec![case(Kind::UsagePlan, "free", Some(state(&old)), Some(state(&new)))]));
    let expected = [
        "Locked out: usage plan <free>: keys <a1> no longer give access through it",
        "Locked out: usage plan <free>: its keys no longer give access to <x9:v1>",
        "Higher limits: usage plan <free>: <100> requests a day → <4000> requests a month",
    ];
    assert_eq!(text, expected);
    let text = lines(&planned(vec![case(Kind::UsagePlan, "free", Some(state(&old)), None)]));
    assert_eq!(text, ["Gone: usage plan <free>"]);
}
