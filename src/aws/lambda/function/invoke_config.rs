//! Settings of a function's asynchronous invocations: the state and the calls.
//!
//! A put replaces everything, so it contains all settings. AWS shows retries and age only if somebody has set them.

use serde::{Deserialize, Serialize};

use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::members::{Shape, members, unread};
use crate::aws::kit::unmodelled::Unmodelled;
use crate::aws::{Aws, Id};

const GET: &str = "lambda:GetFunctionEventInvokeConfig";

const SHAPE: Shape = Shape {
    at: &[],
    named_by: "",
    members: members! {
        DestinationConfig { OnFailure { Destination }, OnSuccess { Destination } }, MaximumEventAgeInSeconds,
        MaximumRetryAttempts,
        // AWS's own.
        FunctionArn, LastModified,
    },
    erased_by: "lambda:PutFunctionEventInvokeConfig",
};

/// What becomes of asynchronous invocations.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct InvokeConfig {
    /// The alias whose invocations it is about; `None`: the function itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qualifier: Option<String>,
    /// How often one that failed is tried again.
    pub maximum_retry_attempts: i32,
    /// Seconds after which an event is dropped.
    pub maximum_event_age_in_seconds: i32,
    /// The ARN of where it goes that failed.
    pub on_failure: Option<String>,
    /// The ARN of where it goes that succeeded.
    pub on_success: Option<String>,
}

impl Default for InvokeConfig {
    fn default() -> Self {
        Self {
            qualifier: None,
            maximum_retry_attempts: 2,
            maximum_event_age_in_seconds: 21_600,
            on_failure: None,
            on_success: None,
        }
    }
}

/// Input of `PutFunctionEventInvokeConfig`: what it leaves out goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutFunctionEventInvokeConfig {
    /// The physical name.
    pub(super) function_name: String,
    /// The alias whose invocations it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) qualifier: Option<String>,
    pub(super) maximum_retry_attempts: i32,
    pub(super) maximum_event_age_in_seconds: i32,
    #[serde(default, skip_serializing_if = "Destinations::is_none")]
    pub(super) destination_config: Destinations,
}

/// `DestinationConfig`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Destinations {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) on_failure: Option<Destination>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) on_success: Option<Destination>,
}

/// `OnFailure` or `OnSuccess`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Destination {
    /// An ARN.
    pub(super) destination: String,
}

impl Destinations {
    fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

impl PutFunctionEventInvokeConfig {
    /// The call that leaves a function with this.
    pub(super) fn of(function_name: String, want: &InvokeConfig) -> Self {
        let destination = |arn: &Option<String>| arn.clone().map(|destination| Destination { destination });
        Self {
            function_name,
            qualifier: want.qualifier.clone(),
            maximum_retry_attempts: want.maximum_retry_attempts,
            maximum_event_age_in_seconds: want.maximum_event_age_in_seconds,
            destination_config: Destinations {
                on_failure: destination(&want.on_failure),
                on_success: destination(&want.on_success),
            },
        }
    }

    /// What it leaves a function with.
    pub(super) fn config(&self) -> InvokeConfig {
        let arn = |to: &Option<Destination>| to.as_ref().map(|to| to.destination.clone());
        InvokeConfig {
            qualifier: self.qualifier.clone(),
            maximum_retry_attempts: self.maximum_retry_attempts,
            maximum_event_age_in_seconds: self.maximum_event_age_in_seconds,
            on_failure: arn(&self.destination_config.on_failure),
            on_success: arn(&self.destination_config.on_success),
        }
    }
}

/// Reads what a function or its alias has, and what of it nothing here knows.
pub(super) async fn read(
    aws: &Aws,
    id: &Id,
    qualifier: Option<&str>,
) -> Result<Option<(InvokeConfig, Vec<Unmodelled>)>, AwsError> {
    let request = aws.read.lambda.get_function_event_invoke_config().function_name(&id.name);
    let request = request.set_qualifier(qualifier.map(str::to_owned));
    let (answer, unread) = unread(&SHAPE, request.send()).await;
    let Some(answer) = answer.found(GET, &["ResourceNotFoundException"])? else { return Ok(None) };
    let default = InvokeConfig::default();
    let destinations = answer.destination_config();
    let failure = destinations.and_then(|config| config.on_failure()).and_then(|to| to.destination());
    let success = destinations.and_then(|config| config.on_success()).and_then(|to| to.destination());
    let set = |arn: Option<&str>| arn.filter(|arn| !arn.is_empty()).map(str::to_owned);
    let config = InvokeConfig {
        qualifier: qualifier.map(str::to_owned),
        maximum_retry_attempts: answer.maximum_retry_attempts().unwrap_or(default.maximum_retry_attempts),
        maximum_event_age_in_seconds: answer
            .maximum_event_age_in_seconds()
            .unwrap_or(default.maximum_event_age_in_seconds),
        on_failure: set(failure),
        on_success: set(success),
    };
    Ok(Some((config, unread.all())))
}

/// Sends a put.
pub(super) async fn put(aws: &Aws, api: &'static str, input: &PutFunctionEventInvokeConfig) -> Result<(), AwsError> {
    use aws_sdk_lambda::types;
    let (failure, success) = (&input.destination_config.on_failure, &input.destination_config.on_success);
    let failure = failure.as_ref().map(|to| types::OnFailure::builder().destination(&to.destination).build());
    let success = success.as_ref().map(|to| types::OnSuccess::builder().destination(&to.destination).build());
    let config = types::DestinationConfig::builder().set_on_failure(failure).set_on_success(success).build();
    let request = aws.write.lambda.put_function_event_invoke_config().function_name(&input.function_name);
    let request = request
        .set_qualifier(input.qualifier.clone())
        .maximum_retry_attempts(input.maximum_retry_attempts)
        .maximum_event_age_in_seconds(input.maximum_event_age_in_seconds)
        .destination_config(config);
    request.send().await.answer(api).map(drop)
}
