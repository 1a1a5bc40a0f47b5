//! The id that AWS gives a request, for the receipt and for its support.
//!
//! Answers that succeed do not carry it in a form that all services share, so it is taken from the response itself, on
//! the way in, and kept for the task that waits for it.

use std::cell::RefCell;
use std::future::Future;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::config_bag::ConfigBag;

tokio::task_local! {
    static LAST: RefCell<Option<String>>;
}

/// Notes the id of every response.
#[derive(Debug, Clone, Copy)]
pub struct Noted;

impl Intercept for Noted {
    fn name(&self) -> &'static str {
        "request id"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // Nobody waits for it outside of `noting`.
        let _ = LAST.try_with(|last| last.replace(of(context.response())));
        Ok(())
    }
}

/// The id in a response's headers.
pub fn of(response: &Response) -> Option<String> {
    let headers = response.headers();
    ["x-amzn-requestid", "x-amz-request-id"].iter().find_map(|name| headers.get(*name)).map(str::to_owned)
}

/// What a call gives, and the id of the last response that it got.
pub async fn noting<T>(call: impl Future<Output = T>) -> (T, Option<String>) {
    let noted = async {
        let given = call.await;
        (given, LAST.with(RefCell::take))
    };
    LAST.scope(RefCell::default(), noted).await
}
