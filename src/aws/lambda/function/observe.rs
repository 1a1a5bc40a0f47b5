//! Reading functions: one call.

use aws_sdk_lambda::operation::get_function::GetFunctionOutput;
use aws_sdk_lambda::types::FunctionConfiguration;

use crate::aws::error::{Answer, AwsError};
use crate::aws::lambda::Function;
use crate::aws::{Aws, Id, Observed, Unmodelled, tags};

/// Reads one function.
pub async fn observe(aws: &Aws, id: &Id) -> Result<Option<Observed<Function>>, AwsError> {
    let answer = aws.read.lambda.get_function().function_name(&id.name).send().await;
    let answer = answer.found("lambda:GetFunction", &["ResourceNotFoundException"])?;
    Ok(answer.as_ref().and_then(|answer| answer.configuration.as_ref().map(|config| assemble(id, answer, config))))
}

fn assemble(id: &Id, answer: &GetFunctionOutput, config: &FunctionConfiguration) -> Observed<Function> {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let variables = config.environment().and_then(|environment| environment.variables()).cloned().unwrap_or_default();
    let tracing = config.tracing_config().and_then(|tracing| tracing.mode()).map(|mode| mode.as_str());
    let target = config.dead_letter_config().and_then(|dead| dead.target_arn()).filter(|arn| !arn.is_empty());
    let state = Function {
        code_sha256: text(config.code_sha256()),
        runtime: config.runtime().map(|runtime| runtime.as_str().to_owned()).unwrap_or_default(),
        handler: text(config.handler()),
        role: text(config.role()),
        description: text(config.description()),
        memory_size: config.memory_size().unwrap_or(128),
        timeout: config.timeout().unwrap_or(3),
        architecture: config.architectures().first().map_or("x86_64", |one| one.as_str()).to_owned(),
        environment: variables.into_iter().map(|(name, value)| (name, value.into())).collect(),
        tracing_mode: tracing.unwrap_or("PassThrough").to_owned(),
        layers: config.layers().iter().filter_map(|layer| layer.arn().map(str::to_owned)).collect(),
        dead_letter_target_arn: target.map(str::to_owned),
        ephemeral_storage_size: config.ephemeral_storage().map_or(512, |storage| storage.size()),
        reserved_concurrent_executions: answer.concurrency().and_then(|c| c.reserved_concurrent_executions()),
        tags: tags::collect(answer.tags().cloned().unwrap_or_default()),
    };
    let revision = config.revision_id().map(|revision| ("@revision".to_owned(), revision.to_owned()));
    Observed {
        outputs: revision.into_iter().collect(),
        pending: pending(config),
        unmodelled: unmodelled(id, config),
        ..Observed::of(state)
    }
}

/// Why the function is still on the move; a failure begins with `Failed`.
fn pending(config: &FunctionConfiguration) -> Option<String> {
    let (state, update) = (config.state().map(|s| s.as_str()), config.last_update_status().map(|s| s.as_str()));
    match (state, update) {
        (Some("Failed"), _) => Some(format!("Failed: {}", config.state_reason().unwrap_or("no reason given"))),
        (_, Some("Failed")) => {
            Some(format!("Failed to update: {}", config.last_update_status_reason().unwrap_or("no reason given")))
        }
        (Some("Pending"), _) => Some("Pending".into()),
        (_, Some("InProgress")) => Some("InProgress".into()),
        _ => None,
    }
}

fn unmodelled(id: &Id, config: &FunctionConfiguration) -> Vec<Unmodelled> {
    let snap = config.snap_start().and_then(|snap| snap.apply_on()).is_some_and(|on| on.as_str() != "None");
    let logging = config.logging_config().is_some_and(|logging| {
        logging.log_format().is_some_and(|format| format.as_str() != "Text")
            || logging.log_group().is_some_and(|group| group != format!("/aws/lambda/{}", id.name))
    });
    let vpc = config.vpc_config().is_some_and(|vpc| !vpc.subnet_ids().is_empty());
    let set = [
        ("VpcConfig", vpc),
        ("FileSystemConfigs", !config.file_system_configs().is_empty()),
        ("KMSKeyArn", config.kms_key_arn().is_some_and(|arn| !arn.is_empty())),
        ("SnapStart", snap),
        ("PackageType", config.package_type().is_some_and(|of| of.as_str() != "Zip")),
        ("LoggingConfig", logging),
    ];
    let named = set.into_iter().filter(|(_, set)| *set);
    named.map(|(name, _)| Unmodelled { attribute: name.into(), erased_by: None }).collect()
}
