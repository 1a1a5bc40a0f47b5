//! The configuration recorder: what AWS Config watches.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_config::types;
use serde::{Deserialize, Serialize};

use crate::aws::config::{LANE, TagResource, UntagResource, list_tags, sdk_tags, tag, untag};
use crate::aws::error::{Answer, AwsError};
use crate::aws::tags::{self, TagChange, Tags};
use crate::aws::{Aws, Found, Id, Kind, Observed, Resource, Unmodelled};
use crate::name::Owner;
use crate::text::OutputRef;

/// A recorder.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Recorder {
    /// The role that it reads with.
    #[serde(rename = "roleARN")]
    pub role_arn: String,
    /// What it records.
    pub recording_group: RecordingGroup,
    /// Tags.
    pub tags: Tags,
}

/// `recordingGroup`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecordingGroup {
    /// Everything that AWS Config knows.
    pub all_supported: bool,
    /// IAM's resources too.
    pub include_global_resource_types: bool,
    /// These types alone.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub resource_types: BTreeSet<String>,
}

impl RecordingGroup {
    /// Everything there is.
    pub fn everything() -> Self {
        Self { all_supported: true, include_global_resource_types: true, resource_types: BTreeSet::new() }
    }
}

/// The calls on a recorder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "api", content = "input")]
pub enum Call {
    /// Makes or changes it.
    #[serde(rename = "config:PutConfigurationRecorder")]
    Put(PutConfigurationRecorder),
    /// Adds or changes tags.
    #[serde(rename = "config:TagResource")]
    Tag(TagResource),
    /// Removes tags.
    #[serde(rename = "config:UntagResource")]
    Untag(UntagResource),
    /// Deletes it; what it has recorded stays.
    #[serde(rename = "config:DeleteConfigurationRecorder")]
    Delete(DeleteConfigurationRecorder),
}

/// Input of `PutConfigurationRecorder`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PutConfigurationRecorder {
    /// The recorder.
    #[serde(rename = "ConfigurationRecorder")]
    pub recorder: ConfigurationRecorder,
    /// Tags of a new one; AWS ignores them on an existing one.
    #[serde(rename = "Tags", default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Tags>,
}

/// `ConfigurationRecorder`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfigurationRecorder {
    /// The physical name.
    pub name: String,
    /// The role.
    #[serde(rename = "roleARN")]
    pub role_arn: String,
    /// What it records.
    pub recording_group: RecordingGroup,
}

/// Input of `DeleteConfigurationRecorder`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteConfigurationRecorder {
    /// The physical name.
    pub configuration_recorder_name: String,
}

/// The physical name of our recorder.
pub fn physical(owner: &Owner) -> String {
    owner.physical("recorder", 256)
}

impl Resource for Recorder {
    type Call = Call;
    type Seed = types::ConfigurationRecorder;
    const USED_BY: &'static [Kind] = &[Kind::DeliveryChannel, Kind::Rule];

    fn lane(_: &Id) -> String {
        LANE.into()
    }

    fn next(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        let put = |want: &Self, tags: Option<Tags>| {
            let (role_arn, recording_group) = (want.role_arn.clone(), want.recording_group.clone());
            let recorder = ConfigurationRecorder { name: id.name.clone(), role_arn, recording_group };
            Call::Put(PutConfigurationRecorder { recorder, tags })
        };
        match (want, live) {
            (None, None) => None,
            (None, Some(_)) => {
                let configuration_recorder_name = id.name.clone();
                Some(Call::Delete(DeleteConfigurationRecorder { configuration_recorder_name }))
            }
            (Some(want), None) => Some(put(want, Some(want.tags.clone()))),
            (Some(want), Some(live))
                if want.role_arn != live.role_arn || want.recording_group != live.recording_group =>
            {
                Some(put(want, None))
            }
            (Some(want), Some(live)) => tags::next(&want.tags, &live.tags).map(|change| {
                let resource_arn = OutputRef::new(&id.address, "arn").into();
                match change {
                    TagChange::Set(tags) => Call::Tag(TagResource { resource_arn, tags }),
                    TagChange::Remove(tag_keys) => Call::Untag(UntagResource { resource_arn, tag_keys }),
                }
            }),
        }
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Put(input) => Some(Self {
                role_arn: input.recorder.role_arn.clone(),
                recording_group: input.recorder.recording_group.clone(),
                tags: state.map(|state| state.tags).or_else(|| input.tags.clone()).unwrap_or_default(),
            }),
            Call::Delete(_) => None,
            Call::Tag(input) => state.map(|mut recorder| {
                tags::set(&mut recorder.tags, &input.tags);
                recorder
            }),
            Call::Untag(input) => state.map(|mut recorder| {
                tags::remove(&mut recorder.tags, &input.tag_keys);
                recorder
            }),
        }
    }

    fn tags(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// Every recorder that a customer can manage, ours or not: whether there is one decides what can be planned.
    async fn list(aws: &Aws, _: &Owner) -> Result<Vec<Found<Self::Seed>>, AwsError> {
        let all = aws.read.config.describe_configuration_recorders().send().await;
        let all = all.answer("config:DescribeConfigurationRecorders")?.configuration_recorders.unwrap_or_default();
        let own = all.into_iter().filter(|recorder| recorder.service_principal().is_none());
        Ok(own.filter_map(|recorder| Some(Found { name: recorder.name.clone()?, seed: recorder })).collect())
    }

    async fn observe(aws: &Aws, id: &Id, seed: Option<&Self::Seed>) -> Result<Option<Observed<Self>>, AwsError> {
        let recorder = match seed {
            Some(seed) => Some(seed.clone()),
            None => Self::list(aws, &id.owner).await?.into_iter().find(|found| found.name == id.name).map(|f| f.seed),
        };
        let Some(recorder) = recorder else { return Ok(None) };
        let tags = list_tags(aws, recorder.arn()).await?;
        let state = Self {
            role_arn: recorder.role_arn().unwrap_or_default().to_owned(),
            recording_group: group(&recorder),
            tags,
        };
        let arn = recorder.arn().map(|arn| ("arn".to_owned(), arn.to_owned()));
        let outputs: BTreeMap<_, _> = arn.into_iter().collect();
        Ok(Some(Observed { outputs, unmodelled: unmodelled(&recorder), ..Observed::of(state) }))
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        match call {
            Call::Put(input) => {
                let wanted = &input.recorder;
                let types_ = wanted.recording_group.resource_types.iter().map(|of| of.as_str().into()).collect();
                let group = types::RecordingGroup::builder()
                    .all_supported(wanted.recording_group.all_supported)
                    .include_global_resource_types(wanted.recording_group.include_global_resource_types)
                    .set_resource_types(Some(types_));
                let recorder = types::ConfigurationRecorder::builder()
                    .name(&wanted.name)
                    .role_arn(&wanted.role_arn)
                    .recording_group(group.build());
                let request = aws.write.config.put_configuration_recorder().configuration_recorder(recorder.build());
                let request = request.set_tags(input.tags.as_ref().map(sdk_tags));
                request.send().await.answer("config:PutConfigurationRecorder").map(drop)
            }
            Call::Tag(input) => tag(aws, &input.resource_arn, &input.tags).await,
            Call::Untag(input) => untag(aws, &input.resource_arn, &input.tag_keys).await,
            Call::Delete(input) => {
                let request = aws.write.config.delete_configuration_recorder();
                let request = request.configuration_recorder_name(&input.configuration_recorder_name);
                request.send().await.answer("config:DeleteConfigurationRecorder").map(drop)
            }
        }
    }
}

fn group(recorder: &types::ConfigurationRecorder) -> RecordingGroup {
    let group = recorder.recording_group();
    RecordingGroup {
        all_supported: group.is_none_or(|group| group.all_supported()),
        include_global_resource_types: group.is_some_and(|group| group.include_global_resource_types()),
        resource_types: group.into_iter().flat_map(|g| g.resource_types()).map(|of| of.as_str().to_owned()).collect(),
    }
}

fn unmodelled(recorder: &types::ConfigurationRecorder) -> Vec<Unmodelled> {
    let daily = recorder.recording_mode().is_some_and(|mode| mode.recording_frequency().as_str() != "CONTINUOUS");
    let excluded = recorder.recording_group().and_then(|group| group.exclusion_by_resource_types());
    let excluded = excluded.is_some_and(|types| !types.resource_types().is_empty());
    let set = [("recordingMode", daily), ("exclusionByResourceTypes", excluded)];
    let named = set.into_iter().filter(|(_, set)| *set);
    named
        .map(|(name, _)| Unmodelled { attribute: name.into(), erased_by: Some("config:PutConfigurationRecorder") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::State;
    use crate::plan::steps::{assert_properties, test_id};
    use proptest::prelude::*;

    prop_compose! {
        fn recorder()(
            role_arn in "[a-b]", all in any::<bool>(), global in any::<bool>(),
            resource_types in proptest::collection::btree_set("[a-c]", 0..2),
            tags in proptest::collection::btree_map("[a-c]", "[x-z]", 0..3),
        ) -> State {
            let recording_group = RecordingGroup { all_supported: all, include_global_resource_types: global, resource_types };
            Recorder { role_arn, recording_group, tags }.into()
        }
    }

    proptest! {
        #[test]
        fn the_three_properties_hold(want in proptest::option::of(recorder()), live in proptest::option::of(recorder())) {
            assert_properties(&test_id(Kind::Recorder, "shop-test-recorder"), want.as_ref(), live.as_ref());
        }
    }
}
