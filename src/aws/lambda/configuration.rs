//! The answer of `GetFunctionConfiguration` in the type of that of `GetFunction`: the SDK has two types for the same
//! shape.

use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput;
use aws_sdk_lambda::types::FunctionConfiguration;

/// Everything that is read of it.
pub fn of(answer: GetFunctionConfigurationOutput) -> FunctionConfiguration {
    FunctionConfiguration::builder()
        .set_architectures(answer.architectures)
        .set_capacity_provider_config(answer.capacity_provider_config)
        .set_code_sha256(answer.code_sha256)
        .set_dead_letter_config(answer.dead_letter_config)
        .set_description(answer.description)
        .set_durable_config(answer.durable_config)
        .set_environment(answer.environment)
        .set_ephemeral_storage(answer.ephemeral_storage)
        .set_file_system_configs(answer.file_system_configs)
        .set_handler(answer.handler)
        .set_image_config_response(answer.image_config_response)
        .set_kms_key_arn(answer.kms_key_arn)
        .set_last_update_status(answer.last_update_status)
        .set_last_update_status_reason(answer.last_update_status_reason)
        .set_layers(answer.layers)
        .set_logging_config(answer.logging_config)
        .set_memory_size(answer.memory_size)
        .set_package_type(answer.package_type)
        .set_revision_id(answer.revision_id)
        .set_role(answer.role)
        .set_runtime(answer.runtime)
        .set_snap_start(answer.snap_start)
        .set_state(answer.state)
        .set_state_reason(answer.state_reason)
        .set_tenancy_config(answer.tenancy_config)
        .set_timeout(answer.timeout)
        .set_tracing_config(answer.tracing_config)
        .set_vpc_config(answer.vpc_config)
        .build()
}

#[cfg(test)]
mod tests {
    /// A field that is read and not carried over would look like AWS's default.
    #[test]
    fn every_field_that_is_read_is_carried_over() {
        let observe = include_str!("function/observe.rs").split("#[cfg(test)]").next().unwrap_or_default();
        let reader = format!("{observe}{}", include_str!("function/configured.rs"));
        let here = include_str!("configuration.rs");
        let read: Vec<&str> =
            reader.split("config.").skip(1).filter_map(|rest| rest.split_once("()")).map(|(name, _)| name).collect();
        assert!(read.len() > 20, "{read:?}");
        for name in read {
            assert!(here.contains(&format!(".set_{name}(answer.{name})")), "{name}");
        }
    }
}
