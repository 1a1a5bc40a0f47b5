//! The one HTTP client of all services: connections and roots of trust are shared, each request waits for its turn,
//! and each answer has to come in time, whole.

use std::time::Duration;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Builder, ConnectorBuilder, tls};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, Metadata};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use http_body_util::BodyExt;

use crate::aws::key_value;
use crate::aws::rate::Rates;

/// Names the operation of a request between [`Named`] and [`Paced`]; it never leaves the process.
const OPERATION: &str = "serverless-app-operation";

/// So many bytes a second at least a line takes.
const A_SECOND_S_BYTES: u64 = 1024 * 1024;

/// How long a function may run.
const LONGEST_INVOCATION: Duration = Duration::from_secs(900);

/// What an answer says that came too fast for AWS, in whatever protocol.
const THROTTLES: [&str; 5] = ["Throttl", "TooManyRequests", "RequestLimitExceeded", "SlowDown", "Rate exceeded"];

/// A client whose answers have to come within `time`, and whose requests keep to `rates`.
pub fn client(rates: Rates, time: Duration) -> SharedHttpClient {
    let inner = Builder::new().build_with_connector_fn(|settings, components| {
        let mut connector = ConnectorBuilder::default().tls_provider(tls::Provider::Rustls(CryptoMode::AwsLc));
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        connector.set_proxy_config(Some(ProxyConfig::from_env()));
        connector.build()
    });
    SharedHttpClient::new(Paced { inner, rates, time })
}

#[derive(Debug)]
struct Paced {
    inner: SharedHttpClient,
    rates: Rates,
    time: Duration,
}

impl HttpClient for Paced {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(PacedConnector { inner, rates: self.rates.clone(), time: self.time })
    }
}

#[derive(Debug)]
struct PacedConnector {
    inner: SharedHttpConnector,
    rates: Rates,
    time: Duration,
}

impl HttpConnector for PacedConnector {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        let (inner, rates, time) = (self.inner.clone(), self.rates.clone(), self.time);
        HttpConnectorFuture::new(async move {
            let name = request.headers_mut().remove(OPERATION).unwrap_or_default();
            let (service, operation) = name.split_once('/').unwrap_or_default();
            rates.turn(service, operation).await;
            let time = time + time_to_send(&request) + time_to_run(service, operation);
            let answer = tokio::time::timeout(time, whole(&inner, request)).await;
            let answer = answer.map_err(|late| ConnectorError::timeout(late.into()))??;
            rates.answered(service, operation, is_throttle(&answer));
            Ok(key_value::withheld(service, operation, answer))
        })
    }
}

/// What a large request takes on a slow line before there can be an answer.
fn time_to_send(request: &HttpRequest) -> Duration {
    Duration::from_secs(request.body().content_length().unwrap_or_default() / A_SECOND_S_BYTES)
}

/// What a function may take that is invoked, before there can be an answer: its own limit is Lambda's.
fn time_to_run(service: &str, operation: &str) -> Duration {
    let is_invocation = (service, operation) == ("Lambda", "Invoke");
    if is_invocation { LONGEST_INVOCATION } else { Duration::ZERO }
}

/// Sends a request; the answer's body is at hand then.
async fn whole(inner: &SharedHttpConnector, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let mut answer = inner.call(request).await?;
    let body = std::mem::replace(answer.body_mut(), SdkBody::taken());
    let body = body.collect().await.map_err(ConnectorError::io)?;
    *answer.body_mut() = SdkBody::from(body.to_bytes());
    Ok(answer)
}

fn is_throttle(answer: &HttpResponse) -> bool {
    let says_so = || {
        let text = String::from_utf8_lossy(answer.body().bytes().unwrap_or_default());
        THROTTLES.iter().any(|code| text.contains(code))
    };
    match answer.status().as_u16() {
        429 => true,
        400 | 503 => says_so(),
        _ => false,
    }
}

/// Tells the client which operation a request is of.
#[derive(Debug, Clone, Copy)]
pub struct Named;

impl Intercept for Named {
    fn name(&self) -> &'static str {
        "operation"
    }

    // The request is signed by now: what is added here is not part of it.
    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(metadata) = config.load::<Metadata>() {
            let name = format!("{}/{}", metadata.service(), metadata.name());
            context.request_mut().headers_mut().try_insert(OPERATION, name)?;
        }
        Ok(())
    }
}
