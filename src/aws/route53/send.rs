//! One request for each call on records.

use aws_sdk_route53::types;

use super::*;

pub(super) async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let Call::Change(input) = call;
    let changes = input.change_batch.changes.iter().map(change).collect::<Result<Vec<_>, _>>()?;
    let batch = types::ChangeBatch::builder().set_changes(Some(changes)).build();
    let batch = batch.map_err(|error| AwsError::not_sent(API, error.to_string()))?;
    let request = aws.write.route53.change_resource_record_sets().hosted_zone_id(&input.hosted_zone_id);
    request.change_batch(batch).send().await.answer(API).map(drop)
}

fn change(change: &Change) -> Result<types::Change, AwsError> {
    let unbuilt = |error: aws_smithy_types::error::operation::BuildError| AwsError::not_sent(API, error.to_string());
    let ResourceRecordSet { name, family, alias_target: alias } = &change.resource_record_set;
    let target = types::AliasTarget::builder()
        .dns_name(literal(API, &alias.dns_name)?)
        .hosted_zone_id(literal(API, &alias.hosted_zone_id)?)
        .evaluate_target_health(alias.evaluate_target_health)
        .build()
        .map_err(unbuilt)?;
    let set = types::ResourceRecordSet::builder().name(name).r#type(family.as_str().into()).alias_target(target);
    types::Change::builder()
        .action(change.action.into())
        .resource_record_set(set.build().map_err(unbuilt)?)
        .build()
        .map_err(unbuilt)
}
