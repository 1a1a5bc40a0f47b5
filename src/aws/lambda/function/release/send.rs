//! One request for each call on versions and the alias.

use std::collections::HashMap;

use aws_sdk_lambda::types::AliasRoutingConfiguration;

use super::{RoutingConfig, UpdateAlias};
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::calls::Calls;
use crate::aws::lambda::function::Call;
use crate::aws::{Aws, literal};

/// Sends one of these calls; any other is sent elsewhere.
pub(in crate::aws::lambda::function) async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let (lambda, api) = (&aws.write.lambda, call.api());
    match call {
        Call::Publish(input) => {
            let request = lambda.publish_version().function_name(&input.function_name);
            let request = request.code_sha256(&input.code_sha256).description(&input.description);
            request.revision_id(literal(api, &input.revision_id)?).send().await.answer(api).map(drop)
        }
        Call::CreateAlias(input) => {
            let request = lambda.create_alias().function_name(&input.function_name).name(&input.name);
            let request = request.function_version(literal(api, &input.function_version)?);
            request.send().await.answer(api).map(drop)
        }
        Call::UpdateAlias(input) => update(aws, api, input).await,
        Call::DeleteAlias(input) => {
            let request = lambda.delete_alias().function_name(&input.function_name).name(&input.name);
            request.send().await.answer(api).map(drop)
        }
        Call::PutProvisioned(input) => {
            let request = lambda.put_provisioned_concurrency_config().function_name(&input.function_name);
            let request = request.qualifier(&input.qualifier);
            let request = request.provisioned_concurrent_executions(input.provisioned_concurrent_executions);
            request.send().await.answer(api).map(drop)
        }
        Call::DeleteProvisioned(input) => {
            let request = lambda.delete_provisioned_concurrency_config().function_name(&input.function_name);
            request.set_qualifier(input.qualifier.clone()).send().await.answer(api).map(drop)
        }
        _ => Err(AwsError::not_sent(api, "it is not a call on versions")),
    }
}

async fn update(aws: &Aws, api: &'static str, input: &UpdateAlias) -> Result<(), AwsError> {
    let request = aws.write.lambda.update_alias().function_name(&input.function_name).name(&input.name);
    let version = input.function_version.as_ref().map(|version| literal(api, version)).transpose()?;
    let request = request
        .set_function_version(version.map(str::to_owned))
        .routing_config(routing(api, &input.routing_config)?)
        .revision_id(literal(api, &input.revision_id)?);
    request.send().await.answer(api).map(drop)
}

/// Without weights it clears them.
fn routing(api: &'static str, config: &RoutingConfig) -> Result<AliasRoutingConfiguration, AwsError> {
    let weights = config.additional_version_weights.iter();
    let weights = weights.map(|one| Ok((literal(api, &one.function_version)?.to_owned(), one.function_weight)));
    let weights = weights.collect::<Result<HashMap<_, _>, AwsError>>()?;
    Ok(AliasRoutingConfiguration::builder().set_additional_version_weights(Some(weights)).build())
}
