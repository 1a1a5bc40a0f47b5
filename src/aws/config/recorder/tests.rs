use super::*;
use crate::aws::State;
use crate::aws::test_support::{assert_properties, test_id};
use aws_sdk_config::types;
use proptest::collection::{btree_map, btree_set};
use proptest::option;
use proptest::prelude::*;

fn group() -> impl Strategy<Value = RecordingGroup> {
    let types = || btree_set("AWS::[A-C]::X", 0..3);
    (any::<bool>(), any::<bool>(), types(), types()).prop_map(|(all, global, resource_types, excluded)| {
        RecordingGroup {
            all_supported: all,
            include_global_resource_types: global,
            resource_types,
            exclusion_by_resource_types: excluded,
        }
    })
}

fn recorder() -> impl Strategy<Value = State> {
    ("[a-b]", group(), btree_map("[a-c]", "[x-z]", 0..3))
        .prop_map(|(role_arn, recording_group, tags)| Recorder { role_arn, recording_group, tags }.into())
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in option::of(recorder()), live in option::of(recorder())) {
        assert_properties(&test_id(Kind::Recorder, "shop--test-recorder"), want.as_ref(), live.as_ref());
    }
}

fn live(group: types::RecordingGroup, frequency: types::RecordingFrequency) -> Observed<Recorder> {
    let mode = types::RecordingMode::builder().recording_frequency(frequency).build().unwrap();
    let recorder = ConfigurationRecorder::builder().name("r").role_arn("arn:role").recording_group(group);
    observe::assemble(&recorder.recording_mode(mode).build(), "arn:r", Tags::new())
}

fn all() -> types::builders::RecordingGroupBuilder {
    let strategy = types::RecordingStrategy::builder().use_only("ALL_SUPPORTED_RESOURCE_TYPES".into()).build();
    let nothing = types::ExclusionByResourceTypes::builder().set_resource_types(Some(Vec::new())).build();
    let group = types::RecordingGroup::builder().all_supported(true).include_global_resource_types(true);
    group.set_resource_types(Some(Vec::new())).exclusion_by_resource_types(nothing).recording_strategy(strategy)
}

#[test]
fn what_aws_fills_in_by_itself_is_no_difference() {
    let live = live(all().build(), types::RecordingFrequency::Continuous);
    assert_eq!(live.state.recording_group, RecordingGroup::everything());
    assert_eq!(live.unmodelled, []);
    assert_eq!(live.outputs, BTreeMap::from([("arn".to_owned(), "arn:r".to_owned())]));
}

#[test]
fn a_recorder_that_somebody_narrowed_differs() {
    let roles = types::ExclusionByResourceTypes::builder().resource_types(types::ResourceType::Role).build();
    let group = all().all_supported(false).include_global_resource_types(false).exclusion_by_resource_types(roles);
    let live = live(group.build(), types::RecordingFrequency::Daily);
    let excluded = BTreeSet::from(["AWS::IAM::Role".to_owned()]);
    let narrowed = RecordingGroup { exclusion_by_resource_types: excluded, ..RecordingGroup::default() };
    assert_eq!(live.state.recording_group, narrowed);
    assert_eq!(live.unmodelled[0].attribute, "recordingMode");
    assert_eq!(live.unmodelled[0].erased_by, Some("config:PutConfigurationRecorder"));
}

#[test]
fn recorders_of_aws_services_are_not_seen() {
    let named = |name: &str| ConfigurationRecorder::builder().name(name);
    assert!(!observe::is_service_linked(&named("default").recording_scope(RecordingScope::Paid).build()));
    assert!(observe::is_service_linked(&named("AWSConfigurationRecorderForX").build()));
    assert!(observe::is_service_linked(&named("x").recording_scope(RecordingScope::Internal).build()));
    assert!(observe::is_service_linked(&named("x").service_principal("x.amazonaws.com").build()));
}
