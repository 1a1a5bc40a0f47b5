//! A function, or one of its versions, as AWS reports it, as a state: without its tags and its other parts.

use aws_sdk_lambda::types::{self, EnvironmentResponse, FunctionConfiguration};

use crate::aws::lambda::function::{
    FileSystemConfig, Function, ImageConfig, LoggingConfig, PackageType, VpcConfig, Way,
};
use crate::aws::{AwsError, Id, Tags};
use crate::text::Text;

/// Code and settings.
pub(super) fn configured(id: &Id, config: &FunctionConfiguration) -> Function {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let variables = config.environment().and_then(|environment| environment.variables()).cloned().unwrap_or_default();
    let tracing = config.tracing_config().and_then(|tracing| tracing.mode()).map(|mode| mode.as_str());
    let snap = config.snap_start().and_then(|snap| snap.apply_on()).map(|on| on.as_str());
    let target = config.dead_letter_config().and_then(|dead| dead.target_arn()).filter(|arn| !arn.is_empty());
    Function {
        code_sha256: text(config.code_sha256()),
        package_type: match config.package_type() {
            Some(types::PackageType::Image) => PackageType::Image,
            _ => PackageType::Zip,
        },
        image_config: ImageConfig::read(config.image_config_response()),
        runtime: config.runtime().map(|runtime| runtime.as_str().to_owned()).unwrap_or_default(),
        handler: text(config.handler()),
        role: text(config.role()),
        description: text(config.description()),
        memory_size: config.memory_size().unwrap_or(128),
        timeout: config.timeout().unwrap_or(3),
        architecture: config.architectures().first().map_or("x86_64", |one| one.as_str()).to_owned(),
        environment: variables.into_iter().map(|(name, value)| (name, value.into())).collect(),
        tracing_mode: tracing.unwrap_or("PassThrough").to_owned(),
        layers: config.layers().iter().filter_map(|layer| layer.arn().map(Text::from)).collect(),
        dead_letter_target_arn: target.map(str::to_owned),
        ephemeral_storage_size: config.ephemeral_storage().map_or(512, |storage| storage.size()),
        reserved_concurrent_executions: None,
        logging_config: LoggingConfig::of(config.logging_config(), &id.name),
        kms_key_arn: config.kms_key_arn().filter(|arn| !arn.is_empty()).map(str::to_owned),
        vpc_config: VpcConfig::of(config.vpc_config()),
        file_system_config: config.file_system_configs().first().map(FileSystemConfig::of),
        runtime_management_config: None,
        recursive_loop: None,
        snap_start: snap.filter(|on| *on != "None").map(str::to_owned),
        release: None,
        url: None,
        invoke_config: None,
        tags: Tags::new(),
        way: Way::default(),
    }
}

/// Why the function is still on the move; a failure begins with `Failed`.
pub(super) fn pending(config: &FunctionConfiguration) -> Option<String> {
    let (state, update) = (config.state().map(|s| s.as_str()), config.last_update_status().map(|s| s.as_str()));
    match (state, update) {
        (Some("Failed"), _) => Some(format!("Failed: {}", config.state_reason().unwrap_or("no reason given"))),
        (_, Some("Failed")) => {
            Some(format!("Failed to update: {}", config.last_update_status_reason().unwrap_or("no reason given")))
        }
        (Some(moving @ ("Pending" | "Deleting" | "Deactivating")), _) => Some(moving.into()),
        (_, Some("InProgress")) => Some("InProgress".into()),
        _ => None,
    }
}

/// AWS also answers where it must not use the function's key. Without this, such a function would look like one without an
/// environment.
pub(super) fn complete(api: &'static str, environment: Option<&EnvironmentResponse>) -> Result<(), AwsError> {
    let Some(error) = environment.and_then(|environment| environment.error()) else { return Ok(()) };
    let (code, message) = (error.error_code().unwrap_or_default(), error.message().unwrap_or_default());
    Err(AwsError::malformed(api, format!("the environment cannot be read: {code}: {message}")))
}
