//! Whose credentials these are: the first request, and the one that fails if nothing has been set up.

use std::error::Error as StdError;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityError;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::RetryConfig;

use super::connect_error::{ConnectError, Missing};
use super::error::{chain, from_sdk};
use crate::environment;
use crate::name::{Account, Region, Site};

/// Attempts before people are told that nothing answers, which takes some seconds. All attempts take more than a minute.
const FIRST_ATTEMPTS: u32 = 4;

/// Codes by which AWS says that credentials were good once.
const EXPIRED: [&str; 4] = ["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired"];

/// Codes by which AWS says that it does not know credentials.
const UNKNOWN: [&str; 5] = [
    "AuthFailure",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];

type Failed = SdkError<GetCallerIdentityError, Response>;

/// Asks which account the credentials belong to.
pub(super) async fn account(
    sts: &aws_sdk_sts::Client,
    endpoint: &str,
    region: &Region,
) -> Result<Account, ConnectError> {
    let few = RetryConfig::standard().with_max_attempts(FIRST_ATTEMPTS);
    let few = aws_sdk_sts::config::Builder::new().retry_config(few);
    let caller = match sts.get_caller_identity().customize().config_override(few).send().await {
        Err(error) if is_passing(&error) => sts.get_caller_identity().send().await,
        answer => answer,
    };
    let caller = caller.map_err(|error| explain(&error, endpoint, region))?;
    Ok(caller.account().unwrap_or_default().parse()?)
}

/// True where AWS can be reached, and may answer yet.
fn is_passing(error: &Failed) -> bool {
    let is_refused = matches!(error, SdkError::ServiceError(answer) if answer.raw().status().is_client_error());
    let is_throttled = error.code().is_some_and(|code| code.contains("Throttl") || code == "RequestLimitExceeded");
    (!is_refused || is_throttled) && find::<CredentialsError>(error).is_none() && !is_unreachable(error)
}

fn is_unreachable(error: &Failed) -> bool {
    find::<hyper_util::client::legacy::Error>(error).is_some_and(hyper_util::client::legacy::Error::is_connect)
}

/// The first cause of a type.
fn find<'e, T: StdError + 'static>(error: &'e (dyn StdError + 'static)) -> Option<&'e T> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        cause = error.source();
    }
    None
}

fn explain(error: &Failed, endpoint: &str, region: &Region) -> ConnectError {
    if let Some(cause) = find::<CredentialsError>(error) {
        return ConnectError::NoCredentials(missing(cause));
    }
    if is_unreachable(error) {
        return unreachable(chain(error), endpoint, region);
    }
    let error = from_sdk("sts:GetCallerIdentity", error);
    let code = error.code.clone().unwrap_or_default();
    let missing = || Missing { profile: profile(), in_actions: in_actions(), why: Some(code.clone()) };
    match code.as_str() {
        code if EXPIRED.contains(&code) => ConnectError::Expired(missing()),
        code if UNKNOWN.contains(&code) => ConnectError::UnknownCredentials(missing()),
        _ => ConnectError::Identity(error),
    }
}

fn missing(cause: &CredentialsError) -> Missing {
    // That none of the places has any is what the message says itself.
    let why = (!matches!(cause, CredentialsError::CredentialsNotLoaded(_))).then(|| chain(cause));
    Missing { profile: profile(), in_actions: in_actions(), why }
}

fn profile() -> Option<String> {
    environment::variable("AWS_PROFILE")
}

fn in_actions() -> bool {
    environment::variable("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

fn unreachable(why: String, endpoint: &str, region: &Region) -> ConnectError {
    let (place, advice) = match endpoint {
        Site::AWS => (
            format!("AWS in {region}"),
            "check the network and its proxy (HTTPS_PROXY), and that the manifest's region exists".to_owned(),
        ),
        other => (
            format!("the endpoint {other}"),
            "start the emulator that should answer there, or unset AWS_ENDPOINT_URL to use AWS itself".to_owned(),
        ),
    };
    ConnectError::Unreachable { place, why, advice }
}
