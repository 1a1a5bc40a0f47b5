//! What AWS reports of an archive.

use super::*;
use crate::aws::kit::pages::pages;
use crate::aws::kit::text::some_text;

const DESCRIBE: &str = "events:DescribeArchive";

/// Our archives. One goes before its bus, so where we have no bus there is nothing to ask for.
pub(super) async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
    if hinted_buses(reader, owner).next().is_none() && our_buses(reader, owner).await?.is_empty() {
        return Ok(Vec::new());
    }
    let (api, prefix) = ("events:ListArchives", prefix(owner));
    let request = reader.aws().read.events.list_archives().name_prefix(&prefix).limit(100);
    let archives = pages!(api, token => {
        let answer = request.clone().set_next_token(token).send().await.answer(api)?;
        Some((answer.archives.unwrap_or_default(), answer.next_token))
    });
    let names = archives.await?.unwrap_or_default().into_iter().filter_map(|archive| archive.archive_name);
    Ok(names.filter(|name| name.starts_with(&prefix)).map(|name| Found { name, seed: () }).collect())
}

pub(super) async fn observe(aws: &Aws, id: &Id) -> Result<Option<Observed<Archive>>, AwsError> {
    let answer = aws.read.events.describe_archive().archive_name(&id.name).send().await;
    answer.found(DESCRIBE, ABSENT)?.map(|described| assemble(&described)).transpose()
}

/// AWS ends an archive that it could not make or change in a state of its own, and says why.
pub(super) fn assemble(described: &DescribeArchiveOutput) -> Result<Observed<Archive>, AwsError> {
    let pattern = described.event_pattern().filter(|pattern| !pattern.is_empty()).map(canonical).transpose();
    let pattern = pattern.map_err(|error| AwsError::malformed(DESCRIBE, format!("EventPattern: {error}")))?;
    let state = Archive {
        event_source_arn: described.event_source_arn().unwrap_or_default().to_owned(),
        event_pattern: pattern.filter(|pattern| pattern != EVERY).map(Text::from),
        retention_days: described.retention_days().unwrap_or_default(),
    };
    let status = described.state().map(|state| state.as_str()).filter(|status| *status != "ENABLED");
    let pending = status.map(|status| match some_text(described.state_reason()) {
        Some(why) if status.ends_with("FAILED") => format!("{status} ({why})"),
        _ => status.to_owned(),
    });
    let unmodelled = unmodelled::kept([
        ("Description", some_text(described.description()).is_some()),
        ("KmsKeyIdentifier", some_text(described.kms_key_identifier()).is_some()),
    ]);
    Ok(Observed { pending, unmodelled, ..Observed::of(state) })
}
