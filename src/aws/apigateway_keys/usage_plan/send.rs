//! One request for each call on a usage plan. What AWS answers is dropped: the values of keys are no longer in it.

use aws_sdk_apigateway::types;

use super::*;
use crate::aws::apigateway_keys::send::{patches, tag, untag};
use crate::aws::kit::calls::Calls;

/// Sends a call, once.
pub(super) async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let (client, api) = (&aws.write.apigateway, call.api());
    match call {
        Call::Create(input) => create(aws, api, input).await,
        Call::Update(input) => {
            let all = input.patch_operations.iter().map(|patch| (patch.op.as_str(), patch.path.clone(), &patch.value));
            let request = client.update_usage_plan().usage_plan_id(literal(api, &input.usage_plan_id)?);
            request.set_patch_operations(Some(patches(api, all)?)).send().await.answer(api).map(drop)
        }
        Call::AddKey(input) => {
            let request = client.create_usage_plan_key().usage_plan_id(literal(api, &input.usage_plan_id)?);
            let request = request.key_id(literal(api, &input.key_id)?).key_type(&input.key_type);
            request.send().await.answer(api).map(drop)
        }
        Call::RemoveKey(input) => {
            let request = client.delete_usage_plan_key().usage_plan_id(literal(api, &input.usage_plan_id)?);
            request.key_id(literal(api, &input.key_id)?).send().await.answer(api).map(drop)
        }
        Call::Tag(input) => tag(aws, &input.resource_arn, &input.tags).await,
        Call::Untag(input) => untag(aws, &input.resource_arn, &input.tag_keys).await,
        Call::Delete(input) => {
            let request = client.delete_usage_plan().usage_plan_id(literal(api, &input.usage_plan_id)?);
            request.send().await.answer(api).map(drop)
        }
    }
}

async fn create(aws: &Aws, api: &'static str, input: &CreateUsagePlan) -> Result<(), AwsError> {
    let stage = |stage: &StageInput| {
        let limits = stage.throttle.iter().map(|(path, limits)| (path.clone(), throttle(limits)));
        let limits = Some(limits.collect()).filter(|all: &std::collections::HashMap<_, _>| !all.is_empty());
        let built = types::ApiStage::builder().api_id(literal(api, &stage.api_id)?).stage(&stage.stage);
        Ok(built.set_throttle(limits).build())
    };
    let stages = input.api_stages.iter().map(stage).collect::<Result<Vec<_>, AwsError>>()?;
    let quota = input.quota.as_ref().map(|quota| {
        let built = types::QuotaSettings::builder().limit(quota.limit).offset(quota.offset);
        built.period(quota.period.as_str().into()).build()
    });
    let request = aws.write.apigateway.create_usage_plan().name(&input.name);
    let request = request.set_description(Some(input.description.clone()).filter(|text| !text.is_empty()));
    let request = request.set_api_stages(Some(stages)).set_throttle(input.throttle.as_ref().map(throttle));
    request.set_quota(quota).set_tags(Some(tags::map(&input.tags))).send().await.answer(api).map(drop)
}

fn throttle(limits: &Limits) -> types::ThrottleSettings {
    types::ThrottleSettings::builder().rate_limit(limits.rate_limit).burst_limit(limits.burst_limit).build()
}
