//! Requests and answers in the service's own JSON, for what the SDK's types cannot express in full.

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use serde::Serialize;
use serde_json::Value;

use crate::aws::error::AwsError;
use crate::text::references_json;

/// The body of a request: the call's input as the plan has it, every reference of which has been filled in.
pub(super) fn body(api: &'static str, input: &impl Serialize) -> Result<Vec<u8>, AwsError> {
    let mut value = serde_json::to_value(input).map_err(|error| AwsError::not_sent(api, error.to_string()))?;
    let mut unknown = Vec::new();
    references_json(&value, &mut unknown);
    if let Some(reference) = unknown.first() {
        return Err(AwsError::not_sent(api, format!("{reference} is not known")));
    }
    // WAF takes no list of no tags.
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|name, field| name != "Tags" || field.as_array().is_none_or(|tags| !tags.is_empty()));
    }
    serde_json::to_vec(&value).map_err(|error| AwsError::not_sent(api, error.to_string()))
}

/// Puts a body in the place of the one that the SDK has written, before the request is signed.
pub(super) fn with(body: Vec<u8>) -> impl Fn(&mut HttpRequest) + Send + Sync + 'static {
    move |request| {
        request.headers_mut().insert("content-length", body.len().to_string());
        *request.body_mut() = SdkBody::from(body.clone());
    }
}

/// Keeps the answer to one request as it came.
#[derive(Debug, Clone, Default)]
pub(super) struct Answered(Arc<Mutex<Option<Value>>>);

impl Answered {
    /// What was answered.
    pub(super) fn take(&self) -> Option<Value> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Intercept for Answered {
    fn name(&self) -> &'static str {
        "the answer as it came"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        // Bodies are in memory here: our HTTP client gives none before its end.
        if let Some(body) = response.body().bytes().filter(|_| response.status().is_success()) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(serde_json::from_slice(body)?);
        }
        Ok(())
    }
}
