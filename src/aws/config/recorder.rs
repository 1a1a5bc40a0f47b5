//! The configuration recorder.
//!
//! Recorders that AWS services keep for themselves are no one's to change and are never seen here.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_config::types::{ConfigurationRecorder, RecordingScope};
use serde::Serialize;

use super::{ARN, LANE, TagResource, UntagResource, made_up_arn, read_tags};
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::changed;
use crate::aws::kit::tags::tagged;
use crate::aws::kit::unmodelled::{self, Unmodelled};
use crate::aws::settle::{Rule, reason::ROLE, rule};
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Found, Id, Kind, Observed, Resource};
use crate::name::Owner;

mod call;
mod need;

pub use call::*;

/// A recorder of changes. Whether it records is the [delivery channel's](super::DeliveryChannel) state, without
/// which it cannot.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Recorder {
    /// The ARN of the role by which it reads and delivers.
    #[serde(rename = "roleARN")]
    pub role_arn: String,
    /// What it records.
    pub recording_group: RecordingGroup,
    /// Tags.
    #[serde(rename = "Tags")]
    pub tags: Tags,
}

/// Which types of resources are recorded. AWS's "recording strategy" follows from it.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordingGroup {
    /// All types that there are.
    pub all_supported: bool,
    /// Also those without regions, such as roles.
    pub include_global_resource_types: bool,
    /// These types, unless all.
    pub resource_types: BTreeSet<String>,
    /// All but these types; none: no exclusion.
    pub exclusion_by_resource_types: BTreeSet<String>,
}

impl RecordingGroup {
    /// All types, those without regions too.
    pub fn everything() -> Self {
        Self { all_supported: true, include_global_resource_types: true, ..Self::default() }
    }
}

const HEALS: &[Rule] = &[rule("config:PutConfigurationRecorder", "InvalidRoleException", "", 120, ROLE)];

impl Resource for Recorder {
    type Call = Call;
    type Seed = ConfigurationRecorder;
    const HEALS: &'static [Rule] = HEALS;
    const LISTS_ALL: bool = true;
    const USED_BY: &'static [Kind] = &[Kind::DeliveryChannel, Kind::Rule];

    fn lane(_: &Id) -> String {
        LANE.into()
    }

    fn next(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        match (want, live) {
            (None, None) => None,
            (None, Some(_)) => Some(Call::Delete(RecorderName { configuration_recorder_name: id.name.clone() })),
            (Some(want), None) => Some(Call::Put(put(id, want, want.tags.clone()))),
            (Some(want), Some(live)) => {
                next_settings(id, want, live).or_else(|| tags::next(made_up_arn(id), &want.tags, &live.tags))
            }
        }
    }

    /// AWS ignores the tags of a put on a recorder that exists.
    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Put(input) => Some(input.state(state.map(|s| s.tags))),
            Call::Delete(_) => None,
            Call::Tag(input) => changed(state, |s| input.apply(&mut s.tags)),
            Call::Untag(input) => changed(state, |s| input.apply(&mut s.tags)),
        }
    }

    tagged!();

    /// Every recorder of the account and region, since only one can be: [`recorder_owner`](super::recorder_owner)
    /// asks whose it is.
    async fn list(aws: &Aws, _: &Owner) -> Result<Vec<Found<ConfigurationRecorder>>, AwsError> {
        let recorders = describe(aws).await?.into_iter();
        Ok(recorders.filter_map(|seed| Some(Found { name: seed.name.clone()?, seed })).collect())
    }

    async fn observe(
        aws: &Aws,
        id: &Id,
        seed: Option<&ConfigurationRecorder>,
    ) -> Result<Option<Observed<Self>>, AwsError> {
        let found = match seed {
            Some(seed) => Some(seed.clone()),
            None => describe(aws).await?.into_iter().find(|recorder| recorder.name() == Some(&id.name)),
        };
        let Some(recorder) = found else { return Ok(None) };
        let no_arn = || AwsError::malformed("config:DescribeConfigurationRecorders", "a recorder without ARN");
        let arn = recorder.arn().ok_or_else(no_arn)?;
        let tags = aws.tags_or(arn, read_tags(aws, arn)).await?;
        Ok(Some(assemble(&recorder, arn, tags)))
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        match call {
            Call::Put(input) => input.send(aws).await,
            Call::Tag(input) => input.send(aws).await,
            Call::Untag(input) => input.send(aws).await,
            Call::Delete(input) => {
                let request = aws.write.config.delete_configuration_recorder();
                let request = request.configuration_recorder_name(&input.configuration_recorder_name);
                request.send().await.answer("config:DeleteConfigurationRecorder").map(drop)
            }
        }
    }
}

fn next_settings(id: &Id, want: &Recorder, live: &Recorder) -> Option<Call> {
    let same = want.role_arn == live.role_arn && want.recording_group == live.recording_group;
    (!same).then(|| Call::Put(put(id, want, Tags::new())))
}

/// Every recorder that a customer manages.
async fn describe(aws: &Aws) -> Result<Vec<ConfigurationRecorder>, AwsError> {
    let answer = aws.read.config.describe_configuration_recorders().send().await;
    let recorders = answer.answer("config:DescribeConfigurationRecorders")?.configuration_recorders;
    Ok(recorders.unwrap_or_default().into_iter().filter(|recorder| !is_service_linked(recorder)).collect())
}

fn is_service_linked(recorder: &ConfigurationRecorder) -> bool {
    recorder.recording_scope() == Some(&RecordingScope::Internal)
        || recorder.service_principal().is_some()
        || recorder.name().is_some_and(|name| name.starts_with("AWSConfigurationRecorderFor"))
}

fn assemble(recorder: &ConfigurationRecorder, arn: &str, tags: Tags) -> Observed<Recorder> {
    let group = recorder.recording_group();
    let excluded = group.and_then(|group| group.exclusion_by_resource_types());
    let names = |types: &[aws_sdk_config::types::ResourceType]| types.iter().map(|t| t.as_str().to_owned()).collect();
    let state = Recorder {
        role_arn: recorder.role_arn().unwrap_or_default().to_owned(),
        recording_group: RecordingGroup {
            all_supported: group.is_some_and(|group| group.all_supported()),
            include_global_resource_types: group.is_some_and(|group| group.include_global_resource_types()),
            resource_types: names(group.map_or(&[], |group| group.resource_types())),
            exclusion_by_resource_types: names(excluded.map_or(&[], |excluded| excluded.resource_types())),
        },
        tags,
    };
    let outputs = BTreeMap::from([(ARN.to_owned(), arn.to_owned())]);
    Observed { outputs, unmodelled: others(recorder), ..Observed::of(state) }
}

fn others(recorder: &ConfigurationRecorder) -> Vec<Unmodelled> {
    let mode = recorder.recording_mode().is_some_and(|mode| {
        mode.recording_frequency().as_str() != "CONTINUOUS" || !mode.recording_mode_overrides().is_empty()
    });
    unmodelled::erased("config:PutConfigurationRecorder", [("recordingMode", mode)])
}

#[cfg(test)]
mod tests;
