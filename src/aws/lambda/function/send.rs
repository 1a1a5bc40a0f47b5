//! Sending the calls on a function, field by field.

use std::collections::HashMap;

use aws_sdk_lambda::primitives::Blob as Bytes;
use aws_sdk_lambda::types;

use crate::aws::Aws;
use crate::aws::error::{Answer, AwsError};
use crate::aws::lambda::function::call::{self, Call, Environment};
use crate::text::Text;

/// Sends one call.
pub async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let lambda = &aws.write.lambda;
    match call {
        Call::Create(input) => create(aws, input).await,
        Call::UpdateCode(input) => update_code(aws, input).await,
        Call::UpdateConfiguration(input) => update_configuration(aws, input).await,
        Call::PutConcurrency(input) => {
            let request = lambda.put_function_concurrency().function_name(&input.function_name);
            let request = request.reserved_concurrent_executions(input.reserved_concurrent_executions);
            request.send().await.answer("lambda:PutFunctionConcurrency").map(drop)
        }
        Call::DeleteConcurrency(input) => {
            let request = lambda.delete_function_concurrency().function_name(&input.function_name);
            request.send().await.answer("lambda:DeleteFunctionConcurrency").map(drop)
        }
        Call::Tag(input) => {
            let request = lambda.tag_resource().resource(&input.resource);
            let request = request.set_tags(Some(input.tags.clone().into_iter().collect()));
            request.send().await.answer("lambda:TagResource").map(drop)
        }
        Call::Untag(input) => {
            let request = lambda.untag_resource().resource(&input.resource);
            let request = request.set_tag_keys(Some(input.tag_keys.clone()));
            request.send().await.answer("lambda:UntagResource").map(drop)
        }
        Call::Delete(input) => {
            let request = lambda.delete_function().function_name(&input.function_name);
            request.send().await.answer("lambda:DeleteFunction").map(drop)
        }
    }
}

async fn create(aws: &Aws, input: &call::CreateFunction) -> Result<(), AwsError> {
    let api = "lambda:CreateFunction";
    let zip = aws.blob(api, &input.code.zip_file.digest).await?;
    let target = input.dead_letter_config.as_ref();
    let request = aws.write.lambda.create_function().function_name(&input.function_name);
    let request = request
        .code(types::FunctionCode::builder().zip_file(Bytes::new(zip)).build())
        .runtime(input.runtime.as_str().into())
        .handler(&input.handler)
        .role(&input.role)
        .set_description((!input.description.is_empty()).then(|| input.description.clone()))
        .memory_size(input.memory_size)
        .timeout(input.timeout)
        .set_architectures(Some(architectures(&input.architectures)))
        .environment(environment(api, &input.environment)?)
        .tracing_config(types::TracingConfig::builder().mode(input.tracing_config.mode.as_str().into()).build())
        .set_layers((!input.layers.is_empty()).then(|| input.layers.clone()))
        .set_dead_letter_config(target.map(dead_letter))
        .ephemeral_storage(storage(api, &input.ephemeral_storage)?)
        .set_tags(Some(input.tags.clone().into_iter().collect()));
    request.send().await.answer(api).map(drop)
}

async fn update_code(aws: &Aws, input: &call::UpdateFunctionCode) -> Result<(), AwsError> {
    let api = "lambda:UpdateFunctionCode";
    let zip = aws.blob(api, &input.zip_file.digest).await?;
    let request = aws.write.lambda.update_function_code().function_name(&input.function_name);
    let request = request
        .zip_file(Bytes::new(zip))
        .set_architectures(Some(architectures(&input.architectures)))
        .revision_id(literal(api, &input.revision_id)?);
    request.send().await.answer(api).map(drop)
}

async fn update_configuration(aws: &Aws, input: &call::UpdateFunctionConfiguration) -> Result<(), AwsError> {
    let api = "lambda:UpdateFunctionConfiguration";
    let variables = input.environment.as_ref().map(|all| environment(api, all)).transpose()?;
    let tracing = input.tracing_config.as_ref();
    let tracing = tracing.map(|config| types::TracingConfig::builder().mode(config.mode.as_str().into()).build());
    let request = aws.write.lambda.update_function_configuration().function_name(&input.function_name);
    let request = request
        .set_runtime(input.runtime.as_deref().map(Into::into))
        .set_handler(input.handler.clone())
        .set_role(input.role.clone())
        .set_description(input.description.clone())
        .set_memory_size(input.memory_size)
        .set_timeout(input.timeout)
        .set_environment(variables)
        .set_tracing_config(tracing)
        .set_layers(input.layers.clone())
        .set_dead_letter_config(input.dead_letter_config.as_ref().map(dead_letter))
        .set_ephemeral_storage(input.ephemeral_storage.as_ref().map(|size| storage(api, size)).transpose()?)
        .revision_id(literal(api, &input.revision_id)?);
    request.send().await.answer(api).map(drop)
}

fn architectures(names: &[String]) -> Vec<types::Architecture> {
    names.iter().map(|name| name.as_str().into()).collect()
}

fn environment(api: &'static str, wanted: &Environment) -> Result<types::Environment, AwsError> {
    let variables = wanted.variables.iter().map(|(name, value)| Ok((name.clone(), literal(api, value)?)));
    let variables = variables.collect::<Result<HashMap<_, _>, AwsError>>()?;
    Ok(types::Environment::builder().set_variables(Some(variables)).build())
}

fn dead_letter(wanted: &call::DeadLetterConfig) -> types::DeadLetterConfig {
    types::DeadLetterConfig::builder().target_arn(&wanted.target_arn).build()
}

fn storage(api: &'static str, wanted: &call::EphemeralStorage) -> Result<types::EphemeralStorage, AwsError> {
    let built = types::EphemeralStorage::builder().size(wanted.size).build();
    built.map_err(|error| AwsError::not_sent(api, error.to_string()))
}

fn literal(api: &'static str, text: &Text) -> Result<String, AwsError> {
    crate::aws::literal(api, text).map(str::to_owned)
}
