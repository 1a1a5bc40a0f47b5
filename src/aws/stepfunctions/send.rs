//! One request for each call on a state machine.

use aws_sdk_sfn::types;

use super::call::Settings;
use super::*;
use crate::aws::error::Answer;
use crate::aws::kit::calls::Calls;
use crate::aws::literal;

/// Sets what both calls know in either's request.
macro_rules! set {
    ($request:expr, $api:expr, $settings:expr) => {{
        let settings = $settings;
        let definition = settings.definition.map(|text| literal($api, text)).transpose()?;
        let tracing =
            |config: &TracingConfiguration| types::TracingConfiguration::builder().enabled(config.enabled).build();
        $request
            .set_definition(definition.map(str::to_owned))
            .set_role_arn(settings.role_arn.cloned())
            .set_logging_configuration(settings.logging_configuration.map(logging))
            .set_tracing_configuration(settings.tracing_configuration.map(tracing))
    }};
}

/// Sends one call.
pub(super) async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let (sfn, api) = (&aws.write.sfn, call.api());
    match call {
        Call::Create(input) => {
            let logs = input.parts().logging_configuration.filter(|logging| !logging.is_off());
            let settings = Settings { logging_configuration: logs, ..input.parts() };
            let request = set!(sfn.create_state_machine().name(&input.name), api, settings);
            let request =
                request.r#type(input.machine_type.as_str().into()).set_tags(Some(tags::sdk(api, &input.tags)?));
            request.send().await.answer(api).map(drop)
        }
        Call::Update(input) => {
            let request = sfn.update_state_machine().state_machine_arn(&input.state_machine_arn);
            set!(request, api, input.parts()).send().await.answer(api).map(drop)
        }
        Call::Tag(input) => {
            let request =
                sfn.tag_resource().resource_arn(&input.resource_arn).set_tags(Some(tags::sdk(api, &input.tags)?));
            request.send().await.answer(api).map(drop)
        }
        Call::Untag(input) => {
            let request = sfn.untag_resource().resource_arn(&input.resource_arn);
            let request = request.set_tag_keys(Some(input.tag_keys.clone()));
            request.send().await.answer(api).map(drop)
        }
        Call::Delete(input) => {
            let request = sfn.delete_state_machine().state_machine_arn(&input.state_machine_arn);
            request.send().await.answer(api).map(drop)
        }
    }
}

fn logging(configuration: &LoggingConfiguration) -> types::LoggingConfiguration {
    let destinations = configuration.destinations.iter().map(|destination| {
        let arn = &destination.cloud_watch_logs_log_group.log_group_arn;
        let group = types::CloudWatchLogsLogGroup::builder().log_group_arn(arn).build();
        types::LogDestination::builder().cloud_watch_logs_log_group(group).build()
    });
    types::LoggingConfiguration::builder()
        .level(configuration.level.as_str().into())
        .include_execution_data(configuration.include_execution_data)
        .set_destinations(Some(destinations.collect()))
        .build()
}
