//! Sending the calls on a function, field by field.

use std::collections::HashMap;

use aws_sdk_lambda::primitives::Blob as Bytes;
use aws_sdk_lambda::types;

use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::calls::Calls;
use crate::aws::lambda::function::call::{self, Call, Environment};
use crate::aws::lambda::function::{
    Code, FileSystemConfig, ImageConfig, LoggingConfig, VpcConfig, invoke_config, recursion, release,
    runtime_management, url,
};
use crate::aws::{Aws, tags};
use crate::text::Text;

/// Sends one call.
pub async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let (lambda, api) = (&aws.write.lambda, call.api());
    match call {
        Call::Create(input) => create(aws, api, input).await,
        Call::UpdateCode(input) => update_code(aws, api, input).await,
        Call::UpdateConfiguration(input) => update_configuration(aws, api, input).await,
        Call::PutConcurrency(input) => {
            let request = lambda.put_function_concurrency().function_name(&input.function_name);
            let request = request.reserved_concurrent_executions(input.reserved_concurrent_executions);
            request.send().await.answer(api).map(drop)
        }
        Call::DeleteConcurrency(input) => {
            let request = lambda.delete_function_concurrency().function_name(&input.function_name);
            request.send().await.answer(api).map(drop)
        }
        Call::CreateUrl(input) => url::create(aws, api, input).await,
        Call::UpdateUrl(input) => url::update(aws, api, input).await,
        Call::DeleteUrl(input) => {
            let request = lambda.delete_function_url_config().function_name(&input.function_name);
            request.set_qualifier(input.qualifier.clone()).send().await.answer(api).map(drop)
        }
        Call::PutInvokeConfig(input) => invoke_config::put(aws, api, input).await,
        Call::DeleteInvokeConfig(input) => {
            let request = lambda.delete_function_event_invoke_config().function_name(&input.function_name);
            request.set_qualifier(input.qualifier.clone()).send().await.answer(api).map(drop)
        }
        Call::PutRuntime(input) => runtime_management::put(aws, api, input).await,
        Call::PutRecursion(input) => recursion::put(aws, api, input).await,
        Call::Publish(_)
        | Call::CreateAlias(_)
        | Call::UpdateAlias(_)
        | Call::DeleteAlias(_)
        | Call::PutProvisioned(_)
        | Call::DeleteProvisioned(_) => release::send(aws, call).await,
        Call::Tag(input) => {
            let request = lambda.tag_resource().resource(&input.resource);
            let request = request.set_tags(Some(tags::map(&input.tags)));
            request.send().await.answer(api).map(drop)
        }
        Call::Untag(input) => {
            let request = lambda.untag_resource().resource(&input.resource);
            let request = request.set_tag_keys(Some(input.tag_keys.clone()));
            request.send().await.answer(api).map(drop)
        }
        Call::Delete(input) => {
            let request = lambda.delete_function().function_name(&input.function_name);
            request.set_qualifier(input.qualifier.clone()).send().await.answer(api).map(drop)
        }
    }
}

/// Sets what both calls know in either's request.
macro_rules! set {
    ($request:expr, $api:expr, $settings:expr) => {{
        let settings = $settings;
        let tracing =
            |config: &call::TracingConfig| types::TracingConfig::builder().mode(config.mode.as_str().into()).build();
        $request
            .set_runtime(settings.runtime.map(|runtime| runtime.as_str().into()))
            .set_handler(settings.handler.cloned())
            .set_image_config(settings.image_config.map(ImageConfig::sdk))
            .set_role(settings.role.cloned())
            .set_description(settings.description.cloned())
            .set_memory_size(settings.memory_size.copied())
            .set_timeout(settings.timeout.copied())
            .set_environment(settings.environment.map(|all| environment($api, all)).transpose()?)
            .set_tracing_config(settings.tracing_config.map(tracing))
            .set_layers(settings.layers.map(|all| layers($api, all)).transpose()?)
            .set_dead_letter_config(settings.dead_letter_config.map(dead_letter))
            .set_ephemeral_storage(settings.ephemeral_storage.map(|size| storage($api, size)).transpose()?)
            .set_logging_config(settings.logging_config.map(LoggingConfig::sdk))
            .set_kms_key_arn(settings.kms_key_arn.cloned())
            .set_vpc_config(settings.vpc_config.map(VpcConfig::sdk))
            .set_snap_start(settings.snap_start.map(snap_start))
            .set_file_system_configs(settings.file_system_configs.map(|all| file_systems($api, all)).transpose()?)
    }};
}

async fn create(aws: &Aws, api: &'static str, input: &call::CreateFunction) -> Result<(), AwsError> {
    let code = match &input.code {
        Code::Zip(zip) => types::FunctionCode::builder().zip_file(Bytes::new(aws.blob(api, &zip.digest).await?)),
        Code::Object(object) => {
            object.put_unless_there(aws, api).await?;
            types::FunctionCode::builder().s3_bucket(&object.s3_bucket).s3_key(&object.s3_key)
        }
        Code::Image(image) => types::FunctionCode::builder().image_uri(image.to_string()),
    };
    let request = aws.write.lambda.create_function().function_name(&input.function_name);
    let request = set!(request, api, input.sent())
        .code(code.build())
        .set_package_type((!input.package_type.is_zip()).then_some(types::PackageType::Image))
        .set_architectures(Some(architectures(&input.architectures)))
        .set_tags(Some(tags::map(&input.tags)));
    request.send().await.answer(api).map(drop)
}

async fn update_code(aws: &Aws, api: &'static str, input: &call::UpdateFunctionCode) -> Result<(), AwsError> {
    let request = aws.write.lambda.update_function_code().function_name(&input.function_name);
    let request = match &input.code {
        Code::Zip(zip) => request.zip_file(Bytes::new(aws.blob(api, &zip.digest).await?)),
        Code::Object(object) => {
            object.put_unless_there(aws, api).await?;
            request.s3_bucket(&object.s3_bucket).s3_key(&object.s3_key)
        }
        Code::Image(image) => request.image_uri(image.to_string()),
    };
    let request = request
        .set_architectures(Some(architectures(&input.architectures)))
        .revision_id(literal(api, &input.revision_id)?);
    request.send().await.answer(api).map(drop)
}

async fn update_configuration(
    aws: &Aws,
    api: &'static str,
    input: &call::UpdateFunctionConfiguration,
) -> Result<(), AwsError> {
    let request = aws.write.lambda.update_function_configuration().function_name(&input.function_name);
    let request = set!(request, api, input.parts()).revision_id(literal(api, &input.revision_id)?);
    request.send().await.answer(api).map(drop)
}

fn architectures(names: &[String]) -> Vec<types::Architecture> {
    names.iter().map(|name| name.as_str().into()).collect()
}

fn layers(api: &'static str, versions: &[Text]) -> Result<Vec<String>, AwsError> {
    versions.iter().map(|version| literal(api, version)).collect()
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

fn snap_start(wanted: &call::SnapStart) -> types::SnapStart {
    types::SnapStart::builder().apply_on(wanted.apply_on.as_str().into()).build()
}

fn file_systems(api: &'static str, wanted: &[FileSystemConfig]) -> Result<Vec<types::FileSystemConfig>, AwsError> {
    wanted.iter().map(|one| one.sdk(api)).collect()
}

fn literal(api: &'static str, text: &Text) -> Result<String, AwsError> {
    crate::aws::literal(api, text).map(str::to_owned)
}
