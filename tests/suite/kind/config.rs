//! AWS Config on both emulators: an account has one recorder and one channel, so each test has its own account.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_config::types;
use serverless_app::aws::config::RecorderOwner;
use serverless_app::aws::config::{
    DeliveryChannel, Recorder, RecordingGroup, Rule, Scope, channel_name, recorder_name, recorder_owner,
};
use serverless_app::aws::observe::list;
use serverless_app::aws::{Aws, Id, Kind, PlanReader, State, Tags};
use serverless_app::text::Outputs;

use crate::lifecycle::{emulators, id, lead, observe};

fn pairs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
}

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| name.to_string()).collect()
}

fn recorder(role: &str, recording_group: RecordingGroup, tags: &[(&str, &str)]) -> Recorder {
    let role_arn = format!("arn:aws:iam::123456789012:role/{role}");
    Recorder { role_arn, recording_group, tags: pairs(tags) }
}

fn all(tags: &[(&str, &str)]) -> State {
    recorder("one", RecordingGroup::everything(), tags).into()
}

async fn recorder_id(aws: &Aws) -> Id {
    let id = id(aws, Kind::Recorder, "compliance", "").await;
    Id { name: recorder_name(&id.owner), ..id }
}

async fn channel_id(aws: &Aws) -> Id {
    let id = id(aws, Kind::DeliveryChannel, "compliance", "").await;
    Id { name: channel_name(&id.owner), ..id }
}

fn channel(bucket: &str, recording: bool) -> State {
    DeliveryChannel { s3_bucket_name: format!("suite--test-{bucket}"), recording }.into()
}

#[tokio::test]
async fn a_recorder_goes_through_its_whole_life() {
    for (emulator, aws) in emulators().await {
        let (id, mut known) = (recorder_id(&aws).await, Outputs::new());
        let few = RecordingGroup { resource_types: names(&["AWS::IAM::Role"]), ..RecordingGroup::default() };
        let second = recorder("two", few, &[("b", "2")]);
        let excluded = names(&["AWS::EC2::Instance"]);
        let most = RecordingGroup { exclusion_by_resource_types: excluded, ..RecordingGroup::default() };
        let third = recorder("two", most, &[]);
        for want in [Some(all(&[("a", "1")])), Some(second.into()), Some(third.into()), Some(all(&[])), None] {
            let sent = lead(&aws, &id, want.as_ref(), &mut known).await;
            assert!(!sent.is_empty(), "{emulator}");
        }
    }
}

#[tokio::test]
async fn a_narrowed_recorder_is_repaired() {
    for (emulator, aws) in emulators().await {
        let (id, mut known) = (recorder_id(&aws).await, Outputs::new());
        let want = all(&[("a", "1")]);
        lead(&aws, &id, Some(&want), &mut known).await;
        narrow(&aws, &id, &known).await;
        let live = observe(&aws, &id, &mut known).await.expect("the recorder");
        let names: Vec<_> = live.unmodelled.iter().map(|u| u.attribute.as_str()).collect();
        assert_eq!(names, ["recordingMode"], "{emulator}");
        let sent = lead(&aws, &id, Some(&want), &mut known).await;
        let repairs = ["config:PutConfigurationRecorder", "config:TagResource", "config:UntagResource"];
        assert_eq!(sent, repairs, "{emulator}");
        lead(&aws, &id, None, &mut known).await;
    }
}

async fn narrow(aws: &Aws, id: &Id, known: &Outputs) {
    let config = &aws.write.config;
    let few = types::RecordingGroup::builder().resource_types(types::ResourceType::Table).build();
    let daily = types::RecordingMode::builder().recording_frequency(types::RecordingFrequency::Daily).build().unwrap();
    let narrowed = types::ConfigurationRecorder::builder().name(&id.name).role_arn("arn:aws:iam::123456789012:role/x");
    let narrowed = narrowed.recording_group(few).recording_mode(daily).build();
    config.put_configuration_recorder().configuration_recorder(narrowed).send().await.unwrap();
    edit_tags(aws, known).await;
}

/// Changes the tag `a` and adds `x`, on whatever has the one known ARN.
async fn edit_tags(aws: &Aws, known: &Outputs) {
    let arn = known.iter().find(|(output, _)| output.attribute == "arn").expect("an ARN").1;
    for key in ["a", "x"] {
        let tag = types::Tag::builder().key(key).value("edited").build();
        aws.write.config.tag_resource().resource_arn(arn).tags(tag).send().await.unwrap();
    }
}

#[tokio::test]
async fn a_channel_goes_through_its_whole_life() {
    for (emulator, aws) in emulators().await {
        let (recorder, id, mut known) = (recorder_id(&aws).await, channel_id(&aws).await, Outputs::new());
        lead(&aws, &recorder, Some(&all(&[])), &mut known).await;
        let first = lead(&aws, &id, Some(&channel("a", true)), &mut known).await;
        assert_eq!(first, ["config:PutDeliveryChannel", "config:StartConfigurationRecorder"], "{emulator}");
        let second = lead(&aws, &id, Some(&channel("b", true)), &mut known).await;
        assert_eq!(second, ["config:PutDeliveryChannel"], "{emulator}");
        let third = lead(&aws, &id, Some(&channel("b", false)), &mut known).await;
        assert_eq!(third, ["config:StopConfigurationRecorder"], "{emulator}");
        lead(&aws, &id, Some(&channel("b", true)), &mut known).await;
        let last = lead(&aws, &id, None, &mut known).await;
        assert_eq!(last, ["config:StopConfigurationRecorder", "config:DeleteDeliveryChannel"], "{emulator}");
        lead(&aws, &recorder, None, &mut known).await;
    }
}

#[tokio::test]
async fn a_stopped_and_redirected_channel_is_repaired() {
    for (emulator, aws) in emulators().await {
        let (recorder, id, mut known) = (recorder_id(&aws).await, channel_id(&aws).await, Outputs::new());
        lead(&aws, &recorder, Some(&all(&[])), &mut known).await;
        lead(&aws, &id, Some(&channel("a", true)), &mut known).await;
        redirect(&aws, &id).await;
        let live = observe(&aws, &id, &mut known).await.expect("the channel");
        let names: Vec<_> = live.unmodelled.iter().map(|u| u.attribute.as_str()).collect();
        assert_eq!(names, ["s3KeyPrefix"], "{emulator}");
        let sent = lead(&aws, &id, Some(&channel("a", true)), &mut known).await;
        assert_eq!(sent, ["config:PutDeliveryChannel", "config:StartConfigurationRecorder"], "{emulator}");
        lead(&aws, &id, None, &mut known).await;
        lead(&aws, &recorder, None, &mut known).await;
    }
}

async fn redirect(aws: &Aws, id: &Id) {
    let config = &aws.write.config;
    let name = recorder_name(&id.owner);
    config.stop_configuration_recorder().configuration_recorder_name(name).send().await.unwrap();
    let other = types::DeliveryChannel::builder().name(&id.name).s3_bucket_name("suite--test-other").s3_key_prefix("p");
    let put = config.put_delivery_channel().delivery_channel(other.build());
    // AWS Config may not write to the bucket at first.
    if put.clone().send().await.is_err() {
        put.send().await.unwrap();
    }
}

fn rule() -> Rule {
    Rule {
        source_identifier: "IAM_ROLE_MANAGED_POLICY_CHECK".into(),
        input_parameters: pairs(&[("managedPolicyArns", "arn:aws:iam::aws:policy/A,arn:aws:iam::aws:policy/B")]),
        scope: Scope { compliance_resource_types: names(&["AWS::IAM::Role"]), ..Scope::default() },
        description: Some("Roles have what they need".into()),
        tags: pairs(&[("a", "1")]),
        ..Rule::default()
    }
}

#[tokio::test]
async fn a_rule_goes_through_its_whole_life() {
    for (emulator, aws) in emulators().await {
        let (recorder, mut known) = (recorder_id(&aws).await, Outputs::new());
        lead(&aws, &recorder, Some(&all(&[])), &mut known).await;
        let id = id(&aws, Kind::Rule, "life", "suite--test-life").await;
        let second = Rule {
            source_identifier: "ACCESS_KEYS_ROTATED".into(),
            input_parameters: pairs(&[("maxAccessKeyAge", "90")]),
            scope: Scope { tag_key: Some("team".into()), tag_value: Some("shop".into()), ..Scope::default() },
            maximum_execution_frequency: Some("Six_Hours".into()),
            description: None,
            tags: pairs(&[("b", "2")]),
        };
        let bucket = Scope {
            compliance_resource_types: names(&["AWS::S3::Bucket"]),
            compliance_resource_id: Some("suite--test-bucket".into()),
            ..Scope::default()
        };
        let identifier = || "S3_BUCKET_VERSIONING_ENABLED".to_owned();
        let third = Rule { source_identifier: identifier(), scope: bucket, ..Rule::default() };
        let fourth = Rule { source_identifier: identifier(), tags: Tags::new(), ..Rule::default() };
        for want in [Some(rule()), Some(second), Some(third), Some(fourth), None] {
            let want = want.map(State::from);
            let sent = lead(&aws, &id, want.as_ref(), &mut known).await;
            assert!(!sent.is_empty(), "{emulator}");
        }
        lead(&aws, &recorder, None, &mut known).await;
    }
}

#[tokio::test]
async fn an_edited_rule_is_repaired_and_made_again_when_it_is_gone() {
    for (emulator, aws) in emulators().await {
        let (recorder, mut known) = (recorder_id(&aws).await, Outputs::new());
        lead(&aws, &recorder, Some(&all(&[])), &mut Outputs::new()).await;
        let id = id(&aws, Kind::Rule, "edited", "suite--test-edited").await;
        let want = State::from(rule());
        lead(&aws, &id, Some(&want), &mut known).await;
        edit(&aws, &id).await;
        edit_tags(&aws, &known).await;
        let sent = lead(&aws, &id, Some(&want), &mut known).await;
        assert_eq!(sent, ["config:PutConfigRule", "config:TagResource", "config:UntagResource"], "{emulator}");
        let before = observe(&aws, &id, &mut known).await.expect("the rule").identity;
        aws.write.config.delete_config_rule().config_rule_name(&id.name).send().await.unwrap();
        assert_eq!(lead(&aws, &id, Some(&want), &mut known).await, ["config:PutConfigRule"], "{emulator}");
        let after = observe(&aws, &id, &mut known).await.expect("the rule").identity;
        assert!(before.is_some() && after.is_some() && before != after, "{emulator}: {before:?}, {after:?}");
        lead(&aws, &id, None, &mut known).await;
        lead(&aws, &recorder, None, &mut known).await;
    }
}

async fn edit(aws: &Aws, id: &Id) {
    let source = types::Source::builder().owner(types::Owner::Aws).source_identifier("IAM_ROLE_MANAGED_POLICY_CHECK");
    let edited = types::ConfigRule::builder().config_rule_name(&id.name).source(source.build().unwrap());
    let edited = edited.input_parameters(r#"{"managedPolicyArns": "arn:aws:iam::aws:policy/C"}"#).build();
    aws.write.config.put_config_rule().config_rule(edited).send().await.unwrap();
}

#[tokio::test]
async fn the_listing_tells_whose_the_recorder_is() {
    for (emulator, aws) in emulators().await {
        let (ours, channel_id) = (recorder_id(&aws).await, channel_id(&aws).await);
        let owner = &ours.owner;
        let whose =
            async || recorder_owner(owner, &list(&PlanReader::new(&aws), owner).await.expect("the lists").names);
        assert_eq!(whose().await, RecorderOwner::Nobody, "{emulator}");
        let (others, mut known) = (Id { name: "default".into(), ..ours.clone() }, Outputs::new());
        lead(&aws, &others, Some(&all(&[])), &mut known).await;
        assert_eq!(whose().await, RecorderOwner::Others, "{emulator}");
        lead(&aws, &others, None, &mut known).await;
        lead(&aws, &ours, Some(&all(&[])), &mut known).await;
        lead(&aws, &channel_id, Some(&channel("a", false)), &mut known).await;
        let rule_id = id(&aws, Kind::Rule, "found", "suite--test-found").await;
        lead(&aws, &rule_id, Some(&rule().into()), &mut known).await;
        assert_eq!(whose().await, RecorderOwner::Us, "{emulator}");
        let listing = list(&PlanReader::new(&aws), owner).await.expect("the lists");
        for id in [&ours, &channel_id, &rule_id] {
            let seed = listing.names.get(&(id.address.kind, id.name.clone()));
            assert!(seed.is_some(), "{emulator}: {}", id.address);
            let seeded = id.address.kind.observe_for_plan(&PlanReader::new(&aws), id, seed).await.expect("a read");
            assert_eq!(seeded, observe(&aws, id, &mut known).await, "{emulator}: {}", id.address);
        }
    }
}
