//! One request for each call on a certificate.

use super::*;
use crate::aws::kit::calls::Calls;
use crate::canonical::Sha;

/// Sends a call, once.
pub(super) async fn send(aws: &Aws, id: &Id, call: &Call) -> Result<(), AwsError> {
    let (api, client) = (call.api(), &aws.write.acm);
    match call {
        Call::Request(input) => {
            let request = client.request_certificate().domain_name(&input.domain_name);
            let request = request.validation_method(input.validation_method.as_str().into());
            let request = request.key_algorithm(input.key_algorithm.as_str().into());
            let request = request.idempotency_token(token(aws, id)).set_tags(Some(tags::sdk(api, &input.tags)?));
            request.send().await.answer(api).map(drop)
        }
        Call::Record(input) => change_record(aws, api, input).await,
        Call::Tag(input) => {
            let request = client.add_tags_to_certificate().certificate_arn(literal(api, &input.certificate_arn)?);
            request.set_tags(Some(tags::sdk(api, &input.tags)?)).send().await.answer(api).map(drop)
        }
        Call::Untag(input) => {
            let request = client.remove_tags_from_certificate();
            let request = request.certificate_arn(literal(api, &input.certificate_arn)?);
            let keys = input.tags.iter().map(|tag| aws_sdk_acm::types::Tag::builder().key(&tag.key).build());
            let keys = keys.collect::<Result<_, _>>().map_err(|error| AwsError::not_sent(api, error.to_string()))?;
            request.set_tags(Some(keys)).send().await.answer(api).map(drop)
        }
        Call::Delete(input) => {
            let request = client.delete_certificate().certificate_arn(literal(api, &input.certificate_arn)?);
            request.send().await.answer(api).map(drop)
        }
    }
}

/// What says that a request is one that AWS has had already: within one apply it is, and never in another one, since for an hour AWS
/// would hand back a certificate that was deleted meanwhile. AWS takes up to 32 letters and digits.
fn token(aws: &Aws, id: &Id) -> String {
    let text = format!("{} {} {} {}", id.owner.app, id.owner.stage, id.address, aws.attempt());
    Sha::of(text.as_bytes()).hex().chars().take(32).collect()
}

async fn change_record(aws: &Aws, api: &'static str, input: &ChangeResourceRecordSets) -> Result<(), AwsError> {
    use aws_sdk_route53::types;
    let unbuilt = |error: aws_smithy_types::error::operation::BuildError| AwsError::not_sent(api, error.to_string());
    let [Change { action, resource_record_set: ResourceRecordSet { name, ttl, resource_records, .. } }] =
        &input.change_batch.changes;
    let [ResourceRecord { value }] = resource_records;
    let value = types::ResourceRecord::builder().value(literal(api, value)?).build().map_err(unbuilt)?;
    let set = types::ResourceRecordSet::builder().name(literal(api, name)?).r#type(types::RrType::Cname);
    let set = set.ttl(*ttl).resource_records(value).build().map_err(unbuilt)?;
    let change = types::Change::builder().action((*action).into()).resource_record_set(set).build().map_err(unbuilt)?;
    let batch = types::ChangeBatch::builder().changes(change).build().map_err(unbuilt)?;
    let request = aws.write.route53.change_resource_record_sets().hosted_zone_id(&input.hosted_zone_id);
    request.change_batch(batch).send().await.answer(api).map(drop)
}
