use super::*;
use crate::aws::test_support::{assert_properties, test_id};
use crate::aws::{Kind, State};
use proptest::collection::{btree_map, btree_set};
use proptest::option;
use proptest::prelude::*;

prop_compose! {
    fn actions()(
        alarm_description in option::of("[a-b]"),
        actions_enabled in any::<bool>(),
        alarm_actions in btree_set("[a-c]", 0..3),
        ok_actions in btree_set("[a-c]", 0..3),
        insufficient_data_actions in btree_set("[a-c]", 0..3),
        treat_missing_data in "missing|ignore",
        tags in btree_map("[a-c]", "[x-z]", 0..3),
    ) -> Alarm {
        Alarm {
            alarm_description, actions_enabled, alarm_actions, ok_actions, insufficient_data_actions,
            treat_missing_data, tags, ..some_alarm()
        }
    }
}

prop_compose! {
    fn alarm()(
        actions in actions(),
        namespace in option::of("[a-b]"),
        metric_name in option::of("[a-b]"),
        dimensions in btree_map("[a-c]", "[x-z]", 0..3),
        (statistic, extended_statistic) in (option::of("Sum|Average"), option::of("p9[0-9]")),
        (unit, period) in (option::of("Count|Bytes"), option::of(60..62)),
        (evaluation_periods, datapoints_to_alarm) in (3..5, option::of(1..3)),
        threshold in option::of(-1.5..1.5),
        comparison_operator in "GreaterThanThreshold|LessThanThreshold",
    ) -> State {
        Alarm {
            namespace, metric_name, dimensions, statistic, extended_statistic, unit, period, evaluation_periods,
            datapoints_to_alarm, threshold, comparison_operator, ..actions
        }.into()
    }
}

fn some_alarm() -> Alarm {
    Alarm {
        alarm_description: None,
        actions_enabled: true,
        alarm_actions: BTreeSet::new(),
        ok_actions: BTreeSet::new(),
        insufficient_data_actions: BTreeSet::new(),
        namespace: None,
        metric_name: None,
        dimensions: BTreeMap::new(),
        statistic: None,
        extended_statistic: None,
        unit: None,
        period: None,
        evaluation_periods: 1,
        datapoints_to_alarm: None,
        threshold: None,
        comparison_operator: "GreaterThanThreshold".into(),
        treat_missing_data: "missing".into(),
        tags: Tags::new(),
    }
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in option::of(alarm()), live in option::of(alarm())) {
        assert_properties(&test_id(Kind::Alarm, "shop--test-thing"), want.as_ref(), live.as_ref());
    }
}
