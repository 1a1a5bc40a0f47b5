//! GitHub's REST API, over octocrab: one repository, with the job's token.
//!
//! Reads and edits in place are repeated when GitHub is busy or an answer is lost. What creates something is sent once:
//! if the answer is lost, the caller has to look whether it worked, so that nothing is posted twice.

#![expect(clippy::disallowed_methods, reason = "it waits until a moment that GitHub names")]

use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use octocrab::Octocrab;
use octocrab::service::middleware::retry::RetryConfig;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::runner::Runner;
use crate::environment;
use crate::reason::failures;

/// The most that one JSON answer may hold, in bytes.
const ANSWER: usize = 16 * 1024 * 1024;
/// Pages of a hundred that a listing may have.
const PAGES: usize = 50;
/// How often a read is tried.
const TRIES: u32 = 5;
/// Characters that are shown of an answer that refuses.
const SAID: usize = 500;
/// The longest pause that GitHub may ask for.
const PAUSE: Duration = Duration::from_secs(60);

/// A repository on GitHub.
#[derive(Debug, Clone)]
pub struct Api {
    crab: Octocrab,
    /// Without the token, for what GitHub redirects to.
    bare: Octocrab,
    repository: String,
}

/// GitHub cannot be reached, or refuses.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// There is no token.
    #[error("GITHUB_TOKEN is not set: pass `github-token: ${{{{ github.token }}}}` to the action")]
    NoToken,
    /// Another GitHub than github.com.
    #[error("{0} is not github.com: GitHub Enterprise Server lacks the artifact service that carries plans")]
    Enterprise(String),
    /// The client cannot be made.
    #[error("cannot reach GitHub: {0}")]
    Client(String),
    /// GitHub says no.
    #[error("GitHub refuses {method} {path}: {status} {message}{}", hint(.permission))]
    Refused {
        /// GET, POST, PATCH or PUT.
        method: &'static str,
        /// The path under the API's address.
        path: String,
        /// The status of the answer.
        status: u16,
        /// GitHub's own words.
        message: String,
        /// The permission that the job lacks, if that is why.
        permission: Option<&'static str>,
    },
    /// There is no answer; whether the request was processed is not known.
    #[error("no answer from GitHub to {method} {path}: {why}")]
    Lost {
        /// GET, POST, PATCH or PUT.
        method: &'static str,
        /// The path under the API's address.
        path: String,
        /// What happened.
        why: String,
    },
    /// The answer is not what GitHub documents.
    #[error("GitHub's answer to {method} {path} is not what it documents: {why}")]
    Malformed {
        /// GET, POST, PATCH or PUT.
        method: &'static str,
        /// The path under the API's address.
        path: String,
        /// What is wrong.
        why: String,
    },
}

fn hint(permission: &Option<&'static str>) -> String {
    permission.map(|permission| format!("; give the job `permissions: {permission}`")).unwrap_or_default()
}

impl ApiError {
    failures! {
        Self::Refused { permission: Some(_), .. } => GithubPermission, Failed;
        Self::Refused { permission: None, .. } => Github, Failed;
        Self::NoToken | Self::Enterprise(_) | Self::Client(_) | Self::Lost { .. } | Self::Malformed { .. } => Github, Failed;
    }

    /// The status, where GitHub has refused.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// GitHub's words, if the repository's GitHub plan does not have what is asked for.
    pub fn lacking_plan(&self) -> Option<&str> {
        match self {
            Self::Refused { message, .. } if message.contains("Upgrade to") => Some(message),
            _ => None,
        }
    }

    /// True if the request may have been processed although it failed.
    pub fn is_lost(&self) -> bool {
        matches!(self, Self::Lost { .. } | Self::Malformed { .. }) || self.status().is_some_and(|status| status >= 500)
    }
}

/// A request's method, path below the repository, and body.
#[derive(Clone, Copy)]
struct Request<'a> {
    method: &'static str,
    path: &'a str,
    body: Option<&'a Value>,
}

struct Answer {
    status: u16,
    next: Option<String>,
    location: Option<String>,
    pause: Option<Duration>,
    body: Vec<u8>,
}

impl Api {
    /// The runner's repository, with the token in `GITHUB_TOKEN`. Sends nothing.
    pub fn connect(runner: &Runner) -> Result<Self, ApiError> {
        Self::with(runner, environment::variable("GITHUB_TOKEN").ok_or(ApiError::NoToken)?)
    }

    /// The runner's repository, with this token. Sends nothing.
    pub fn with(runner: &Runner, token: String) -> Result<Self, ApiError> {
        let url = runner.api_url.trim_end_matches('/');
        let is_loopback = ["http://127.0.0.1:", "http://localhost:"].iter().any(|start| url.starts_with(start));
        if url != "https://api.github.com" && !is_loopback {
            return Err(ApiError::Enterprise(url.to_owned()));
        }
        let builder = || {
            let builder = Octocrab::builder().base_uri(url).map_err(|e| ApiError::Client(told(&e)))?;
            let seconds = |seconds| Some(Duration::from_secs(seconds));
            Ok(builder
                .add_retry_config(RetryConfig::None)
                .set_connect_timeout(seconds(10))
                .set_read_timeout(seconds(60))
                .add_header(http::HeaderName::from_static("x-github-api-version"), "2022-11-28".to_owned()))
        };
        let crab = builder()?.personal_token(token).build().map_err(|e| ApiError::Client(told(&e)))?;
        let bare = builder()?.build().map_err(|e| ApiError::Client(told(&e)))?;
        Ok(Self { crab, bare, repository: runner.repository.clone() })
    }

    /// Reads one thing. The path is relative to the repository.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ApiError> {
        let request = Request { method: "GET", path, body: None };
        parse(request, &self.again(request).await?.body)
    }

    /// Reads one thing; `None` if there is none.
    pub async fn find<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, ApiError> {
        match self.get(path).await {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.status() == Some(404) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads a listing to its end: an array, or the array in `field`.
    pub async fn pages<T: DeserializeOwned>(&self, path: &str, field: Option<&str>) -> Result<Vec<T>, ApiError> {
        match self.newest(path, field, PAGES).await? {
            (all, true) => Ok(all),
            (_, false) => {
                let request = Request { method: "GET", path, body: None };
                Err(malformed(request, &format!("it has more than {PAGES} pages")))
            }
        }
    }

    /// Reads the first `limit` pages of a listing, of a hundred items each. The second value is true if that is all.
    pub async fn newest<T: DeserializeOwned>(
        &self,
        path: &str,
        field: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<T>, bool), ApiError> {
        let joint = if path.contains('?') { '&' } else { '?' };
        let (mut all, mut next) = (Vec::new(), Some(format!("{path}{joint}per_page=100")));
        for _ in 0..limit {
            let Some(path) = next else { return Ok((all, true)) };
            let request = Request { method: "GET", path: &path, body: None };
            let answer = self.again(request).await?;
            let page: Value = parse(request, &answer.body)?;
            let items = field.map_or(Some(&page), |field| page.get(field)).cloned().unwrap_or_default();
            let items: Vec<T> = serde_json::from_value(items).map_err(|e| malformed(request, &e.to_string()))?;
            all.extend(items);
            next = match answer.next {
                None => None,
                Some(url) => {
                    let below = self.below_repository(&url);
                    Some(below.ok_or_else(|| malformed(request, "its next page is not in this repository"))?)
                }
            };
        }
        Ok((all, next.is_none()))
    }

    /// Creates something; sent once, unless GitHub has refused it for being busy.
    pub async fn post<B: Serialize, T: DeserializeOwned>(&self, path: &str, body: &B) -> Result<T, ApiError> {
        self.write("POST", path, body).await
    }

    /// Changes something in place.
    pub async fn patch<B: Serialize, T: DeserializeOwned>(&self, path: &str, body: &B) -> Result<T, ApiError> {
        self.write("PATCH", path, body).await
    }

    /// Sends a request whose answer says nothing further: one that makes something once, others until they are
    /// answered.
    pub async fn send(&self, method: &'static str, path: &str, body: &Value) -> Result<(), ApiError> {
        self.again(Request { method, path, body: Some(body) }).await.map(drop)
    }

    async fn write<B: Serialize, T: DeserializeOwned>(
        &self,
        method: &'static str,
        path: &str,
        body: &B,
    ) -> Result<T, ApiError> {
        let bare = Request { method, path, body: None };
        let body = serde_json::to_value(body).map_err(|e| malformed(bare, &e.to_string()))?;
        let request = Request { body: Some(&body), ..bare };
        parse(request, &self.again(request).await?.body)
    }

    /// Reads bytes, at most `limit`, from wherever GitHub says that they are. The token stays with GitHub.
    pub async fn download(&self, path: &str, limit: u64) -> Result<Vec<u8>, ApiError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut attempt = 0;
        loop {
            attempt += 1;
            match self.download_once(path, limit).await {
                // The store is another service, and its address is good for a minute: ask for a new one.
                Err(error) if error.is_lost() && attempt < TRIES => tokio::time::sleep(backoff(attempt)).await,
                answered => return answered,
            }
        }
    }

    async fn download_once(&self, path: &str, limit: usize) -> Result<Vec<u8>, ApiError> {
        let request = Request { method: "GET", path, body: None };
        let answer = self.again(request).await?;
        let Some(location) = answer.location else { return Ok(answer.body) };
        let response = self.bare._get(location).await.map_err(|e| lost(request, told(&e)))?;
        let answer = read(request, response, limit).await?;
        match answer.status {
            200 => Ok(answer.body),
            status => Err(refused(request, status, "of the artifact's store".into())),
        }
    }

    /// The path below the repository of an address on the same API, such as a listing's next page.
    fn below_repository(&self, url: &str) -> Option<String> {
        let path = url.parse::<http::Uri>().ok()?.path_and_query()?.to_string();
        match path.strip_prefix(&format!("/repos/{}", self.repository)) {
            Some(path) => Some(path.to_owned()),
            // GitHub's own links name the repository by its id.
            None => path.strip_prefix("/repositories/")?.split_once('/').map(|(_, rest)| format!("/{rest}")),
        }
    }

    /// Sends a request until it is answered for good.
    async fn again(&self, request: Request<'_>) -> Result<Answer, ApiError> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let (error, pause) = match self.once(request).await {
                Ok(answer) if answer.status < 400 => return Ok(answer),
                Ok(answer) => {
                    let message = said(&answer.body);
                    let is_secondary = message.contains("secondary rate limit");
                    let is_limit =
                        answer.status == 429 || answer.status == 403 && (answer.pause.is_some() || is_secondary);
                    let is_worth = is_limit || answer.status >= 500 && request.method != "POST";
                    let error = refused(request, answer.status, message);
                    let pause = answer.pause.unwrap_or(if is_secondary { PAUSE } else { backoff(attempt) });
                    (error, is_worth.then_some(pause))
                }
                Err(error) => {
                    let is_worth = request.method != "POST" && matches!(error, ApiError::Lost { .. });
                    (error, is_worth.then(|| backoff(attempt)))
                }
            };
            match pause.filter(|pause| attempt < TRIES && *pause <= PAUSE) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Err(error),
            }
        }
    }

    async fn once(&self, request: Request<'_>) -> Result<Answer, ApiError> {
        let uri = format!("/repos/{}{}", self.repository, request.path);
        let sent = match request.method {
            "POST" => self.crab._post(uri, request.body).await,
            "PATCH" => self.crab._patch(uri, request.body).await,
            "PUT" => self.crab._put(uri, request.body).await,
            _ => self.crab._get(uri).await,
        };
        let response = sent.map_err(|e| lost(request, told(&e)))?;
        read(request, response, ANSWER).await
    }
}

/// Reads an answer of at most `limit` bytes.
async fn read<B>(request: Request<'_>, response: http::Response<B>, limit: usize) -> Result<Answer, ApiError>
where
    B: http_body::Body,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let (head, body) = response.into_parts();
    let text = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
    let next = text("link").and_then(next_page);
    let location = text("location").map(str::to_owned).filter(|_| head.status.is_redirection());
    let pause = pause(text("retry-after"), text("x-ratelimit-remaining"), text("x-ratelimit-reset"));
    let body = Limited::new(body, limit).collect().await.map_err(|e| lost(request, e.to_string()))?;
    Ok(Answer { status: head.status.as_u16(), next, location, pause, body: body.to_bytes().into() })
}

/// The pause before the next try: 0.5 seconds, then twice as long each time, up to 8.
fn backoff(attempt: u32) -> Duration {
    Duration::from_millis(250 << attempt.min(5))
}

/// How long GitHub asks to wait, if it does.
fn pause(after: Option<&str>, remaining: Option<&str>, reset: Option<&str>) -> Option<Duration> {
    if let Some(seconds) = after.and_then(|seconds| seconds.parse().ok()) {
        return Some(Duration::from_secs(seconds));
    }
    let reset: u64 = reset.filter(|_| remaining == Some("0"))?.parse().ok()?;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(Duration::from_secs(reset).saturating_sub(now) + Duration::from_secs(1))
}

/// The address of `rel="next"` in a `Link` header.
fn next_page(link: &str) -> Option<String> {
    let next = link.split(',').find(|part| part.contains("rel=\"next\""))?;
    Some(next.split_once('<')?.1.split_once('>')?.0.to_owned())
}

fn parse<T: DeserializeOwned>(request: Request<'_>, body: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body).map_err(|e| malformed(request, &e.to_string()))
}

/// GitHub's own words in an answer that refuses: its message, and what it lists as errors, whose form differs by
/// request.
fn said(body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let message = body["message"].as_str().unwrap_or("without a word");
    let text = |name: &str, error: &Value| error[name].as_str().map(str::to_owned);
    let error = |error: &Value| match error.as_str().map(str::to_owned).or_else(|| text("message", error)) {
        Some(text) => text,
        None => ["resource", "field", "code"].iter().filter_map(|name| text(name, error)).collect::<Vec<_>>().join(" "),
    };
    let errors: Vec<String> = match &body["errors"] {
        Value::Array(errors) => errors.iter().map(error).filter(|text| !text.is_empty()).collect(),
        one => one.as_str().map(str::to_owned).into_iter().collect(),
    };
    let all = if errors.is_empty() { message.to_owned() } else { format!("{message}: {}", errors.join(", ")) };
    all.chars().take(SAID).collect()
}

fn malformed(request: Request<'_>, why: &str) -> ApiError {
    ApiError::Malformed { method: request.method, path: request.path.into(), why: why.into() }
}

fn lost(request: Request<'_>, why: String) -> ApiError {
    ApiError::Lost { method: request.method, path: request.path.into(), why }
}

fn refused(request: Request<'_>, status: u16, message: String) -> ApiError {
    let permission = if message.contains("not accessible by integration") { permission(request) } else { None };
    ApiError::Refused { method: request.method, path: request.path.into(), status, message, permission }
}

/// What a job needs for a request.
fn permission(request: Request<'_>) -> Option<&'static str> {
    let is_read = request.method == "GET";
    let parts: Vec<&str> = request.path.split(['/', '?']).filter(|part| !part.is_empty()).collect();
    Some(match (parts.first().copied()?, is_read) {
        // No permission of a job's token reaches these.
        ("actions" | "environments", _) if parts.iter().any(|part| matches!(*part, "variables" | "permissions")) => {
            return None;
        }
        (_, true) if parts.contains(&"check-runs") => "checks: read",
        (_, false) if parts.contains(&"check-runs") => "checks: write",
        ("actions" | "environments", _) => "actions: read",
        ("deployments", _) => "deployments: read",
        ("issues", true) | ("pulls", true) => "pull-requests: read",
        ("issues", false) if !parts.contains(&"comments") => "issues: write",
        ("issues" | "pulls", false) => "pull-requests: write",
        ("commits", _) if parts.contains(&"pulls") => "pull-requests: read",
        _ => "contents: read",
    })
}

/// An error and what is behind it, in one line.
fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        source = inner.source();
    }
    text.lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_next_page_and_the_pause_are_read_from_the_headers() {
        let link = r#"<https://x/repos/o/r/a?page=1>; rel="prev", <https://x/repos/o/r/a?page=3>; rel="next""#;
        assert_eq!(next_page(link).as_deref(), Some("https://x/repos/o/r/a?page=3"));
        assert_eq!(next_page(r#"<https://x>; rel="last""#), None);
        assert_eq!(pause(Some("7"), None, None), Some(Duration::from_secs(7)));
        assert_eq!(pause(None, Some("12"), Some("99")), None);
        assert_eq!(pause(None, Some("0"), Some("0")), Some(Duration::from_secs(1)));
    }

    #[test]
    fn what_github_lists_as_errors_is_said_in_each_of_its_forms_and_not_without_end() {
        let of = |errors: Value| said(json!({"message": "Validation Failed", "errors": errors}).to_string().as_bytes());
        assert_eq!(of(json!(["Name must be unique", "b"])), "Validation Failed: Name must be unique, b");
        assert_eq!(of(json!([{"code": "custom", "message": "No"}])), "Validation Failed: No");
        let fields = json!([{"resource": "Label", "field": "name", "code": "missing"}]);
        assert_eq!(of(fields), "Validation Failed: Label name missing");
        assert_eq!(of(json!("all of it")), "Validation Failed: all of it");
        for none in [json!([]), json!([7, {}]), Value::Null] {
            assert_eq!(of(none), "Validation Failed");
        }
        assert_eq!(said(b"<html>"), "without a word");
        assert_eq!(of(json!(["x".repeat(100_000)])).len(), SAID);
    }

    #[test]
    fn a_missing_permission_is_named() {
        let of = |method, path| {
            let request = Request { method, path, body: None };
            refused(request, 403, "Resource not accessible by integration".into()).to_string()
        };
        assert!(of("POST", "/check-runs").ends_with("permissions: checks: write`"));
        assert!(of("POST", "/issues/7/comments").ends_with("permissions: pull-requests: write`"));
        assert!(of("POST", "/issues").ends_with("permissions: issues: write`"));
        assert!(of("GET", "/actions/runs/1/artifacts?name=x").ends_with("permissions: actions: read`"));
        assert!(of("GET", "/environments/production").ends_with("permissions: actions: read`"));
        assert!(of("GET", "/deployments?environment=x").ends_with("permissions: deployments: read`"));
        assert!(of("GET", "/commits/abc/pulls").ends_with("permissions: pull-requests: read`"));
        let request = Request { method: "GET", path: "/pulls/1", body: None };
        assert!(!refused(request, 500, "oops".into()).to_string().contains("permissions"));
    }
}
