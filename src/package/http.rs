//! Fetches by HTTP, with the client that AWS requests use: bounded, repeated where that helps, through proxies.
//!
//! Redirects are followed a few times, never from https to http, and each address gets only its own credentials.

use super::index::{Settings, shown};
use super::{PackageError, certificates};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext};
use aws_smithy_http_client::{Connector, ConnectorBuilder};
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use http_body_util::BodyExt;
use hyper::body::Bytes;
use std::error::Error;
use std::time::Duration;
use tokio::time::{sleep, timeout};
use url::Url;

/// How often an address is asked.
const TRIES: u32 = 4;
/// The wait before the second try; it doubles.
const WAIT: Duration = Duration::from_millis(250);
/// No longer than this is waited, whatever a server asks for.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// How long an answer may take to begin.
const ANSWER_TIME: Duration = Duration::from_secs(30);
/// How long it may stand still then.
const IDLE_TIME: Duration = Duration::from_secs(30);
const REDIRECTS: usize = 5;
/// The most bytes of an index's page.
const PAGE: usize = 64 * 1024 * 1024;

/// A client for packages.
pub(super) struct Client {
    connector: Connector,
    pub(super) settings: Settings,
}

/// Why something was not fetched.
#[derive(Debug)]
pub(super) enum Failure {
    /// The server's answer, and how long it asks to wait.
    Status { code: u16, url: Url, wait: Option<Duration> },
    /// There is no answer, or only a part of one.
    Network { url: Url, reason: String },
    /// It would lead somewhere where it must not.
    Redirect { url: Url, reason: &'static str },
    /// What came is not what was asked for, or cannot be kept.
    Package(PackageError),
}

impl From<PackageError> for Failure {
    fn from(error: PackageError) -> Self {
        Self::Package(error)
    }
}

impl Failure {
    fn may_pass(&self) -> bool {
        match self {
            Self::Status { code, .. } => matches!(code, 408 | 425 | 429 | 500 | 502 | 503 | 504),
            Self::Network { .. } => true,
            Self::Redirect { .. } | Self::Package(_) => false,
        }
    }

    /// True if the address has nothing for us, though the server is there.
    pub(super) fn is_absence(&self) -> bool {
        matches!(self, Self::Status { code: 401 | 403 | 404 | 410, .. })
    }

    /// In the words of whoever packages `folder`.
    pub(super) fn of(self, folder: &str) -> PackageError {
        let folder = folder.to_owned();
        match self {
            Self::Package(error) => error,
            Self::Status { code: status @ (401 | 403), url, .. } => {
                PackageError::IndexRefuses { folder, status, url: shown(&url) }
            }
            Self::Status { code, url, .. } => {
                PackageError::Fetch { folder, url: shown(&url), reason: format!("the server answers {code}") }
            }
            Self::Network { url, reason } => PackageError::Unreachable { folder, url: shown(&url), reason },
            Self::Redirect { url, reason } => PackageError::Fetch { folder, url: shown(&url), reason: reason.into() },
        }
    }
}

impl Client {
    pub(super) fn new(settings: Settings) -> Result<Self, PackageError> {
        let roots = certificates::trusted(&settings.certificates)?;
        let context = TlsContext::builder().with_trust_store(roots).build();
        let context = context
            .map_err(|error| PackageError::IndexSetting { origin: "PIP_CERT".to_owned(), reason: error.to_string() })?;
        let proxy = match &settings.proxy {
            Some(proxy) => ProxyConfig::all(proxy.as_str()).map_err(|_| PackageError::IndexSetting {
                origin: "PIP_PROXY".to_owned(),
                reason: "it is not the address of a proxy".to_owned(),
            })?,
            None => ProxyConfig::from_env(),
        };
        let builder = ConnectorBuilder::default().tls_provider(Provider::Rustls(CryptoMode::AwsLc));
        let connector = builder.tls_context(context).proxy_config(proxy).build();
        Ok(Self { connector, settings })
    }

    /// A whole page of an index as text.
    pub(super) async fn page(&self, url: &Url, accept: &'static str) -> Result<String, Failure> {
        repeated(async || {
            let mut body = self.answer(url, accept).await?;
            let mut bytes = Vec::new();
            while let Some(chunk) = body.next().await? {
                if bytes.len() + chunk.len() > PAGE {
                    return Err(Failure::Network { url: url.clone(), reason: "the page is too large".to_owned() });
                }
                bytes.extend_from_slice(&chunk);
            }
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        })
        .await
    }

    /// The body of an answer that says yes, once it begins.
    pub(super) async fn answer(&self, url: &Url, accept: &'static str) -> Result<Body, Failure> {
        let mut at = url.clone();
        for _ in 0..=REDIRECTS {
            let answer = self.ask(&at, accept).await?;
            let status = answer.status().as_u16();
            let location = answer.headers().get("location").map(str::to_owned);
            match (status, location) {
                (200, _) => return Ok(Body { url: at, inner: answer.into_body() }),
                (301 | 302 | 303 | 307 | 308, Some(to)) => at = redirected(&at, &to)?,
                (code, _) => {
                    let wait = answer.headers().get("retry-after").and_then(|seconds| seconds.trim().parse().ok());
                    return Err(Failure::Status { code, url: at, wait: wait.map(Duration::from_secs) });
                }
            }
        }
        Err(Failure::Redirect { url: url.clone(), reason: "it is redirected too many times" })
    }

    async fn ask(&self, url: &Url, accept: &'static str) -> Result<HttpResponse, Failure> {
        let failed = |reason: String| Failure::Network { url: url.clone(), reason };
        let mut bare = url.clone();
        let _ = bare.set_username("").and_then(|()| bare.set_password(None));
        bare.set_fragment(None);
        let mut request = HttpRequest::get(bare.as_str()).map_err(|error| failed(error.to_string()))?;
        let headers = request.headers_mut();
        headers.insert("accept", accept);
        headers.insert("user-agent", concat!("serverless-app/", env!("CARGO_PKG_VERSION")));
        if let Some(credentials) = self.settings.credentials(url) {
            headers.insert("authorization", credentials.basic());
        }
        match timeout(ANSWER_TIME, self.connector.call(request)).await {
            Ok(answer) => answer.map_err(|error| failed(chain(&error))),
            Err(_late) => Err(failed(format!("it has not answered for {} s", ANSWER_TIME.as_secs()))),
        }
    }
}

/// An answer's body as it arrives.
pub(super) struct Body {
    url: Url,
    inner: SdkBody,
}

impl Body {
    /// The next bytes; `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        loop {
            let failed = |reason: String| Failure::Network { url: self.url.clone(), reason };
            match timeout(IDLE_TIME, self.inner.frame()).await {
                Err(_late) => return Err(failed(format!("nothing has come for {} s", IDLE_TIME.as_secs()))),
                Ok(None) => return Ok(None),
                Ok(Some(Err(error))) => return Err(failed(chain(error.as_ref()))),
                Ok(Some(Ok(frame))) => {
                    if let Ok(bytes) = frame.into_data() {
                        return Ok(Some(bytes));
                    }
                }
            }
        }
    }
}

/// Does something until it is done, fails for good, or has failed too often.
pub(super) async fn repeated<T>(work: impl AsyncFn() -> Result<T, Failure>) -> Result<T, Failure> {
    let mut wait = WAIT;
    for _ in 1..TRIES {
        match work().await {
            Err(failure) if failure.may_pass() => {
                let asked = if let Failure::Status { wait, .. } = failure { wait } else { None };
                sleep(asked.unwrap_or(wait).min(LONGEST_WAIT)).await;
                wait *= 2;
            }
            done => return done,
        }
    }
    work().await
}

fn redirected(from: &Url, to: &str) -> Result<Url, Failure> {
    let refused = |reason| Failure::Redirect { url: from.clone(), reason };
    let to = from.join(to).map_err(|_| refused("it is redirected to something that is not an address"))?;
    match (from.scheme(), to.scheme()) {
        (_, "https") | ("http", "http") => Ok(to),
        ("https", "http") => Err(refused("it is redirected from https to http")),
        _ => Err(refused("it is redirected to something that is neither http nor https")),
    }
}

/// An error and what it is caused by; no part of it holds an address with credentials.
fn chain(error: &dyn Error) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        if !texts.iter().any(|known| known.contains(&text)) {
            texts.push(text);
        }
        next = error.source();
    }
    texts.join(": ")
}
