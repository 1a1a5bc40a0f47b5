//! What AWS reports of the recorder.

use super::*;

const ERASED_BY: &str = "config:PutConfigurationRecorder";

const SHAPE: Shape = Shape {
    at: &["ConfigurationRecorders"],
    named_by: "name",
    members: members! {
        arn, name, roleARN,
        recordingGroup {
            allSupported, includeGlobalResourceTypes, resourceTypes, exclusionByResourceTypes { resourceTypes },
            // It follows from the others.
            recordingStrategy { useOnly },
        },
        // Of recorders that services keep, or judged by `others`.
        recordingScope, servicePrincipal, recordingMode { recordingFrequency, recordingModeOverrides },
    },
    erased_by: ERASED_BY,
};

pub(super) async fn observe(
    reader: Reader<'_>,
    id: &Id,
    seed: Option<&Described<ConfigurationRecorder>>,
) -> Result<Option<Observed<Recorder>>, AwsError> {
    let found = match seed {
        Some(seed) => Some(seed.clone()),
        None => describe(reader.aws()).await?.into_iter().find(|recorder| recorder.known.name() == Some(&id.name)),
    };
    let Some(Described { known: recorder, unread }) = found else { return Ok(None) };
    let no_arn = || AwsError::malformed("config:DescribeConfigurationRecorders", "a recorder without ARN");
    let arn = recorder.arn().ok_or_else(no_arn)?;
    let tags = reader.tags_or(arn, read_tags(reader.aws(), arn)).await?;
    let mut observed = assemble(&recorder, arn, tags);
    observed.unmodelled.extend(unread);
    Ok(Some(observed))
}

/// Every recorder of the account and region, since only one can be: [`recorder_owner`](crate::aws::config::recorder_owner)
/// asks whose it is.
pub(super) async fn list(aws: &Aws) -> Result<Vec<Found<Described<ConfigurationRecorder>>>, AwsError> {
    let recorders = describe(aws).await?.into_iter();
    Ok(recorders.filter_map(|seed| Some(Found { name: seed.known.name.clone()?, seed })).collect())
}

/// Every recorder that a customer manages.
async fn describe(aws: &Aws) -> Result<Vec<Described<ConfigurationRecorder>>, AwsError> {
    let (answer, unread) = unread(&SHAPE, aws.read.config.describe_configuration_recorders().send()).await;
    let recorders = answer.answer("config:DescribeConfigurationRecorders")?.configuration_recorders;
    let ours = recorders.unwrap_or_default().into_iter().filter(|recorder| !is_service_linked(recorder));
    let described = |known: ConfigurationRecorder| {
        let unread = unread.of(known.name().unwrap_or_default());
        Described { known, unread }
    };
    Ok(ours.map(described).collect())
}

pub(super) fn is_service_linked(recorder: &ConfigurationRecorder) -> bool {
    recorder.recording_scope() == Some(&RecordingScope::Internal)
        || recorder.service_principal().is_some()
        || recorder.name().is_some_and(|name| name.starts_with("AWSConfigurationRecorderFor"))
}

pub(super) fn assemble(recorder: &ConfigurationRecorder, arn: &str, tags: Tags) -> Observed<Recorder> {
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
    unmodelled::erased(ERASED_BY, [("recordingMode", mode)])
}
