//! One request for each call on a mapping.

use aws_sdk_lambda::Client;
use aws_sdk_lambda::primitives::DateTime;
use aws_sdk_lambda::types;

use super::*;
use crate::aws::error::Answer;
use crate::aws::kit::calls::Calls;
use crate::aws::{literal, tags};

/// Sends a call, once.
pub(super) async fn send(lambda: &Client, call: &Call) -> Result<(), AwsError> {
    let api = call.api();
    match call {
        Call::Create(input) => create(lambda, api, input).await,
        Call::Update(input) => update(lambda, api, input).await,
        Call::Tag(input) => {
            let request = lambda.tag_resource().resource(literal(api, &input.resource)?);
            request.set_tags(Some(tags::map(&input.tags))).send().await.answer(api).map(drop)
        }
        Call::Untag(input) => {
            let request = lambda.untag_resource().resource(literal(api, &input.resource)?);
            request.set_tag_keys(Some(input.tag_keys.clone())).send().await.answer(api).map(drop)
        }
        Call::Delete(input) => {
            let request = lambda.delete_event_source_mapping().uuid(literal(api, &input.uuid)?);
            request.send().await.answer(api).map(drop)
        }
    }
}

/// Sets what both calls know in either's request.
macro_rules! set {
    ($request:expr, $settings:expr) => {{
        let settings = $settings;
        $request
            .set_enabled(settings.enabled.copied())
            .set_batch_size(settings.batch_size.copied())
            .set_maximum_batching_window_in_seconds(settings.maximum_batching_window_in_seconds.copied())
            .set_function_response_types(settings.function_response_types.map(responses))
            .set_filter_criteria(settings.filter_criteria.map(filters))
            .set_scaling_config(settings.scaling_config.map(scaling))
            .set_parallelization_factor(settings.parallelization_factor.copied())
            .set_bisect_batch_on_function_error(settings.bisect_batch_on_function_error.copied())
            .set_maximum_retry_attempts(settings.maximum_retry_attempts.copied())
            .set_maximum_record_age_in_seconds(settings.maximum_record_age_in_seconds.copied())
            .set_tumbling_window_in_seconds(settings.tumbling_window_in_seconds.copied())
            .set_destination_config(settings.destination_config.map(destination))
    }};
}

async fn create(lambda: &Client, api: &'static str, input: &CreateEventSourceMapping) -> Result<(), AwsError> {
    let request = lambda.create_event_source_mapping().function_name(&input.function_name);
    let request = set!(request, input.sent())
        .event_source_arn(literal(api, &input.event_source_arn)?)
        .set_starting_position(input.starting_position.as_deref().map(Into::into))
        .set_starting_position_timestamp(input.starting_position_timestamp.map(DateTime::from_secs))
        .set_tags(Some(tags::map(&input.tags)));
    request.send().await.answer(api).map(drop)
}

async fn update(lambda: &Client, api: &'static str, input: &UpdateEventSourceMapping) -> Result<(), AwsError> {
    let request = lambda.update_event_source_mapping().uuid(literal(api, &input.uuid)?);
    let request = request.set_function_name(input.function_name.clone());
    set!(request, input.parts()).send().await.answer(api).map(drop)
}

fn responses(types: &BTreeSet<String>) -> Vec<types::FunctionResponseType> {
    types.iter().map(|of| of.as_str().into()).collect()
}

fn filters(criteria: &FilterCriteria) -> types::FilterCriteria {
    let filter = |filter: &Filter| types::Filter::builder().pattern(&filter.pattern).build();
    let filters = Some(criteria.filters.iter().map(filter).collect()).filter(|all: &Vec<_>| !all.is_empty());
    types::FilterCriteria::builder().set_filters(filters).build()
}

fn scaling(config: &ScalingConfig) -> types::ScalingConfig {
    types::ScalingConfig::builder().set_maximum_concurrency(config.maximum_concurrency).build()
}

fn destination(config: &DestinationConfig) -> types::DestinationConfig {
    let on_failure = |to: &OnFailure| types::OnFailure::builder().destination(&to.destination).build();
    types::DestinationConfig::builder().set_on_failure(config.on_failure.as_ref().map(on_failure)).build()
}
