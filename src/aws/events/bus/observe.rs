//! What AWS reports of a bus: itself with its policy, and its tags, at once.

use aws_sdk_eventbridge::operation::describe_event_bus::DescribeEventBusOutput;

use super::*;
use crate::aws::kit::text::some_text;

const DESCRIBE: &str = "events:DescribeEventBus";

const UPDATE: &str = "events:UpdateEventBus";

const SHAPE: Shape = Shape {
    at: &[],
    named_by: "",
    members: members! {
        Name, Arn, Description, KmsKeyIdentifier, DeadLetterConfig { Arn }, Policy,
        // AWS's own.
        CreationTime, LastModifiedTime,
        // Judged by `assemble`.
        LogConfig { IncludeDetail, Level }, ManagedBy,
    },
    erased_by: UPDATE,
};

pub(super) async fn observe(reader: Reader<'_>, id: &Id) -> Result<Option<Observed<Bus>>, AwsError> {
    let (aws, arn) = (reader.aws(), bus_arn(&id.site, &id.name));
    let ((described, unread), tags) = tokio::join!(
        unread(&SHAPE, aws.read.events.describe_event_bus().name(&id.name).send()),
        reader.tags_or(&arn, read_tags(aws, &arn)),
    );
    let Some(described) = described.found(DESCRIBE, ABSENT)? else { return Ok(None) };
    let mut observed = assemble(&described, tags?)?;
    observed.unmodelled.extend(unread.all());
    Ok(Some(observed))
}

/// Whether an update keeps what it does not say about logs is nowhere written, so one is taken for erasing it. AWS shows
/// logs that are off from the first update on.
pub(super) fn assemble(described: &DescribeEventBusOutput, tags: Tags) -> Result<Observed<Bus>, AwsError> {
    let policy = policy(described.policy().unwrap_or_default());
    let state = Bus {
        description: some_text(described.description()),
        kms_key_identifier: some_text(described.kms_key_identifier()),
        dead_letter_config: DeadLetterConfig::read(described.dead_letter_config()),
        policy: policy.map_err(|error| AwsError::malformed(DESCRIBE, format!("Policy: {error}")))?,
        tags,
    };
    let logs = described.log_config();
    let logs = logs.and_then(|logs| logs.level()).is_some_and(|level| level.as_str() != "OFF")
        || logs.and_then(|logs| logs.include_detail()).is_some_and(|detail| detail.as_str() != "NONE");
    let mut unmodelled = unmodelled::erased(UPDATE, [("LogConfig", logs)]);
    unmodelled.extend(unmodelled::kept([("ManagedBy", some_text(described.managed_by()).is_some())]));
    Ok(Observed { unmodelled, ..Observed::of(state) })
}
