//! What AWS answered when a request failed.

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// How far a failed request got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It never left: AWS has not seen it.
    NotSent,
    /// AWS said no.
    Refused,
    /// The answer was lost or cannot be read: AWS may have done it or not.
    Unknown,
}

/// A request that failed, with the words of AWS.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{api}: {}{message}{}", code.as_ref().map(|c| format!("{c}: ")).unwrap_or_default(), request_id.as_ref().map(|r| format!(" (request {r})")).unwrap_or_default())]
pub struct AwsError {
    /// `service:Operation`.
    pub api: &'static str,
    /// The error code, such as `ResourceInUseException`.
    pub code: Option<String>,
    /// What AWS says about it.
    pub message: String,
    /// HTTP status.
    pub status: Option<u16>,
    /// The id to quote to AWS's support.
    pub request_id: Option<String>,
    /// How far the request got.
    pub reach: Reach,
}

impl AwsError {
    /// An answer that arrived but does not hold what it must.
    pub fn malformed(api: &'static str, message: impl Into<String>) -> Self {
        Self { api, code: None, message: message.into(), status: None, request_id: None, reach: Reach::Unknown }
    }

    /// What an answer must hold, if AWS gave one. An answer without it would say that there is no such thing.
    pub fn held<T>(api: &'static str, answer: Option<Option<T>>) -> Result<Option<T>, Self> {
        answer
            .map(|held| held.ok_or_else(|| Self::malformed(api, "the answer does not contain what was requested")))
            .transpose()
    }

    /// A request that cannot be built from the plan's input.
    pub fn not_sent(api: &'static str, message: impl Into<String>) -> Self {
        Self { reach: Reach::NotSent, ..Self::malformed(api, message) }
    }

    /// True if AWS answered with one of these codes.
    pub fn is(&self, codes: &[&str]) -> bool {
        self.code.as_deref().is_some_and(|code| codes.contains(&code))
    }
}

/// Turns the SDK's answer into ours.
pub trait Answer<T> {
    /// The answer, or the error with the call's name.
    fn answer(self, api: &'static str) -> Result<T, AwsError>;
    /// The answer; `None` if AWS says that there is no such thing, by one of the codes in `absent`.
    fn found(self, api: &'static str, absent: &[&str]) -> Result<Option<T>, AwsError>;
}

impl<T, E> Answer<T> for Result<T, SdkError<E, Response>>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    fn answer(self, api: &'static str) -> Result<T, AwsError> {
        self.map_err(|error| from_sdk(api, &error))
    }

    fn found(self, api: &'static str, absent: &[&str]) -> Result<Option<T>, AwsError> {
        match self.answer(api) {
            Ok(answer) => Ok(Some(answer)),
            Err(error) if error.is(absent) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// An error and what caused it, in words. Never in `Debug`'s form, which repeats the answer with all that is in it.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !words.ends_with(&more) {
            words = format!("{words}: {more}");
        }
        cause = error.source();
    }
    words
}

pub(super) fn from_sdk<E>(api: &'static str, error: &SdkError<E, Response>) -> AwsError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let reach = match error {
        SdkError::ConstructionFailure(_) => Reach::NotSent,
        SdkError::DispatchFailure(failure) if failure.is_user() => Reach::NotSent,
        SdkError::ServiceError(_) => Reach::Refused,
        _ => Reach::Unknown,
    };
    let meta = error.as_service_error().map(ProvideErrorMetadata::meta);
    let said = meta.and_then(|m| m.message()).map(str::to_owned);
    let response = error.raw_response();
    AwsError {
        api,
        code: meta.and_then(|m| m.code()).map(str::to_owned),
        message: said.unwrap_or_else(|| chain(error)),
        status: response.map(|r| r.status().as_u16()),
        request_id: response.and_then(crate::aws::request_id::of),
        reach,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_without_what_was_asked_for_is_an_error_and_not_an_absence() {
        assert_eq!(AwsError::held("iam:GetRole", None::<Option<u8>>), Ok(None), "AWS said that there is none");
        assert_eq!(AwsError::held("iam:GetRole", Some(Some(1))), Ok(Some(1)));
        let lacking = AwsError::held("iam:GetRole", Some(None::<u8>)).unwrap_err();
        assert_eq!(lacking.to_string(), "iam:GetRole: the answer does not contain what was requested");
    }
}
