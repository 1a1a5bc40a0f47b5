//! The calls on the recorder.

use std::collections::BTreeSet;

use aws_sdk_config::types;
use serde::{Deserialize, Serialize};

use super::*;
use crate::aws::kit::calls::calls;
use crate::aws::kit::tags::tag_calls;
use crate::aws::tags::listed;

calls! {
    /// The calls on the recorder.
    pub enum Call {
        /// Makes the recorder, stopped, or changes what it records.
        "config:PutConfigurationRecorder" => Put(PutConfigurationRecorder),
        /// Adds or changes tags.
        "config:TagResource" => Tag(TagResource),
        /// Removes tags.
        "config:UntagResource" => Untag(UntagResource),
        /// Deletes the recorder. What it has recorded stays.
        "config:DeleteConfigurationRecorder" => Delete(RecorderName),
    }
}

tag_calls!(Call: Tag(TagResource), Untag(UntagResource));

/// Input of `PutConfigurationRecorder`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutConfigurationRecorder {
    configuration_recorder: Settings,
    #[serde(with = "listed", default, skip_serializing_if = "Tags::is_empty")]
    tags: Tags,
}

/// What a recorder is to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Settings {
    name: String,
    #[serde(rename = "roleARN")]
    role_arn: String,
    recording_group: Group,
}

/// What it records, as AWS wants it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Group {
    all_supported: bool,
    include_global_resource_types: bool,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    resource_types: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exclusion_by_resource_types: Option<Exclusion>,
    recording_strategy: Strategy,
}

/// Types that are not recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Exclusion {
    resource_types: BTreeSet<String>,
}

/// Which part of the group counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Strategy {
    use_only: String,
}

/// Input of `DeleteConfigurationRecorder`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RecorderName {
    pub(super) configuration_recorder_name: String,
}

pub(super) fn put(id: &Id, want: &Recorder, tags: Tags) -> PutConfigurationRecorder {
    let (name, role_arn) = (id.name.clone(), want.role_arn.clone());
    let recording_group = Group::of(&want.recording_group);
    PutConfigurationRecorder { configuration_recorder: Settings { name, role_arn, recording_group }, tags }
}

impl Group {
    fn of(group: &RecordingGroup) -> Self {
        let excluded = &group.exclusion_by_resource_types;
        let use_only = match (group.all_supported, excluded.is_empty()) {
            (true, _) => "ALL_SUPPORTED_RESOURCE_TYPES",
            (false, false) => "EXCLUSION_BY_RESOURCE_TYPES",
            (false, true) => "INCLUSION_BY_RESOURCE_TYPES",
        };
        Self {
            all_supported: group.all_supported,
            include_global_resource_types: group.include_global_resource_types,
            resource_types: group.resource_types.clone(),
            exclusion_by_resource_types: (!excluded.is_empty()).then(|| Exclusion { resource_types: excluded.clone() }),
            recording_strategy: Strategy { use_only: use_only.into() },
        }
    }

    fn state(&self) -> RecordingGroup {
        let excluded = self.exclusion_by_resource_types.as_ref();
        RecordingGroup {
            all_supported: self.all_supported,
            include_global_resource_types: self.include_global_resource_types,
            resource_types: self.resource_types.clone(),
            exclusion_by_resource_types: excluded.map(|e| e.resource_types.clone()).unwrap_or_default(),
        }
    }

    fn sdk(&self) -> types::RecordingGroup {
        let names = |names: &BTreeSet<String>| Some(names.iter().map(|name| name.as_str().into()).collect());
        let exclusion = self.exclusion_by_resource_types.as_ref().map(|exclusion| {
            types::ExclusionByResourceTypes::builder().set_resource_types(names(&exclusion.resource_types)).build()
        });
        let use_only = self.recording_strategy.use_only.as_str().into();
        types::RecordingGroup::builder()
            .all_supported(self.all_supported)
            .include_global_resource_types(self.include_global_resource_types)
            .set_resource_types(names(&self.resource_types).filter(|names: &Vec<_>| !names.is_empty()))
            .set_exclusion_by_resource_types(exclusion)
            .recording_strategy(types::RecordingStrategy::builder().use_only(use_only).build())
            .build()
    }
}

impl PutConfigurationRecorder {
    /// The state that it leads to; `tags` are those of a recorder that exists.
    pub(super) fn state(&self, tags: Option<Tags>) -> Recorder {
        let settings = &self.configuration_recorder;
        Recorder {
            role_arn: settings.role_arn.clone(),
            recording_group: settings.recording_group.state(),
            tags: tags.unwrap_or_else(|| self.tags.clone()),
        }
    }

    pub(super) async fn send(&self, aws: &Aws) -> Result<(), AwsError> {
        let settings = &self.configuration_recorder;
        let recorder = ConfigurationRecorder::builder().name(&settings.name).role_arn(&settings.role_arn);
        let recorder = recorder.recording_group(settings.recording_group.sdk()).build();
        let request = aws.write.config.put_configuration_recorder().configuration_recorder(recorder);
        let api = "config:PutConfigurationRecorder";
        let tags = (!self.tags.is_empty()).then(|| tags::sdk(api, &self.tags)).transpose()?;
        request.set_tags(tags).send().await.answer(api).map(drop)
    }
}
