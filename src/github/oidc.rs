//! Credentials from GitHub's identity token: no key is stored anywhere.
//!
//! The job asks GitHub for a token that says which repository, ref and environment it is, and AWS exchanges it for a
//! role's credentials if the role's trust policy agrees. Token and keys are masked as soon as they are known, and
//! fetched again when the credentials expire.

#![expect(clippy::disallowed_methods, reason = "credentials expire")]

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, error::CredentialsError, future};
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_types::timeout::TimeoutConfig;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderValue;
use http::header::{AUTHORIZATION, HeaderMap};
use http_body_util::{BodyExt, Limited};
use octocrab::Octocrab;
use octocrab::service::middleware::retry::RetryConfig;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;

use super::runner::{Runner, mask};
use crate::environment;
use crate::name::{Account, Region, Site};
use crate::reason::failures;

/// Whom the token is for.
fn audience(role: &str) -> &'static str {
    if role.starts_with("arn:aws-cn:") { "sts.amazonaws.com.cn" } else { "sts.amazonaws.com" }
}

/// The most bytes of a token's answer.
const ANSWER: usize = 64 * 1024;
/// How often each of the two is asked.
const TRIES: u32 = 4;
/// How long each may take to answer.
const ANSWER_TIME: Duration = Duration::from_secs(20);
/// Credentials that are valid for less than this are fetched again.
const MARGIN: Duration = Duration::from_secs(300);

/// Which role to assume, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// The role's ARN.
    pub arn: String,
    /// The session's name; made of repository, run and attempt where there is none.
    pub session: Option<String>,
    /// How many seconds the credentials are valid; by default as the role says.
    pub seconds: Option<i32>,
    /// Session policies that limit the credentials: the first that AWS accepts is used; none: all rights of the role.
    pub policies: Vec<String>,
}

/// There are no credentials.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// The job may not have a token.
    #[error(
        "the job has no identity token: give it `permissions: id-token: write` (a pull request from a fork gets none)"
    )]
    NoPermission,
    /// A role where there is no GitHub to vouch for it.
    #[error("--role-to-assume is for GitHub Actions; elsewhere use a profile or other AWS credentials")]
    NotOnGithub,
    /// What is to be assumed is no role.
    #[error("{0:?} is not a role: give --role-to-assume an ARN such as arn:aws:iam::123456789012:role/deploy")]
    NoRole(String),
    /// The role belongs to somebody else than the app.
    #[error("{role} belongs to another account than the app, which is in {account}: give a role of that account")]
    WrongAccount {
        /// Which role.
        role: String,
        /// The account that the manifest or the plan names.
        account: Account,
    },
    /// The role's partition has no such region.
    #[error("{role} is not a role for {region}, which is in the partition {partition}")]
    WrongRegion {
        /// Which role.
        role: String,
        /// The region that the manifest or the plan names.
        region: Region,
        /// Its partition.
        partition: &'static str,
    },
    /// GitHub gives no token.
    #[error("GitHub did not issue an identity token: {0}")]
    NoToken(String),
    /// The role's trust policy says no.
    #[error(
        "AWS does not let this job assume {role}: {message}\nThe token says: {claims}\nThe role's trust policy has to \
         accept this `sub` with the audience sts.amazonaws.com. It is `repo:OWNER/NAME:...` in repositories with the \
         older form, and `repo:OWNER@ID/NAME@ID:...` in those whose subject carries ids: accept the one that is shown."
    )]
    Refused {
        /// Which role.
        role: String,
        /// AWS's words.
        message: String,
        /// What the token says that is no secret.
        claims: String,
    },
    /// The account does not know GitHub.
    #[error(
        "the account of {role} does not accept identity tokens of GitHub: {message}\nIt needs an IAM OIDC identity \
         provider for https://token.actions.githubusercontent.com with the audience sts.amazonaws.com."
    )]
    NoProvider {
        /// Which role.
        role: String,
        /// AWS's words.
        message: String,
    },
    /// The session's name or length is not one that AWS takes.
    #[error("AWS does not accept the session: {0}")]
    Session(String),
    /// No session policy is small enough.
    #[error(
        "AWS does not accept the plan's session policies: {0}; apply without --session-policy, or plan fewer changes \
         at once"
    )]
    SessionPolicy(String),
    /// AWS cannot be reached.
    #[error("AWS did not issue credentials: {0}")]
    Unavailable(String),
}

impl OidcError {
    failures! {
        Self::NoPermission => IdTokenPermission, Failed;
        Self::NotOnGithub => Usage, Usage;
        Self::NoToken(_) => IdToken, Failed;
        Self::Refused { .. } => TrustPolicy, Failed;
        Self::NoRole(_) => Role, Failed;
        Self::WrongAccount { .. } => WrongAccount, Failed;
        Self::WrongRegion { .. } => WrongRegion, Failed;
        Self::NoProvider { .. } => IdentityProvider, Failed;
        Self::Session(_) => RoleSession, Failed;
        Self::SessionPolicy(_) => SessionPolicy, Failed;
        Self::Unavailable(_) => Credentials, Failed;
    }
}

impl Role {
    /// Compares the role's ARN with the app's account and region, before anything is sent. If the app's account is not
    /// known, any is accepted.
    pub fn check(&self, account: Option<&Account>, region: &Region) -> Result<(), OidcError> {
        let role = self.arn.clone();
        let ["arn", partition, "iam", "", of, resource] = self.arn.splitn(6, ':').collect::<Vec<_>>()[..] else {
            return Err(OidcError::NoRole(role));
        };
        let is_role = resource.strip_prefix("role/").is_some_and(|name| !name.is_empty());
        if !is_role || of.parse::<Account>().is_err() {
            return Err(OidcError::NoRole(role));
        }
        if partition != Site::partition_of(region) {
            let (region, partition) = (region.clone(), Site::partition_of(region));
            return Err(OidcError::WrongRegion { role, region, partition });
        }
        match account {
            Some(account) if account.as_str() != of => Err(OidcError::WrongAccount { role, account: account.clone() }),
            _ => Ok(()),
        }
    }
}

/// A role's credentials, by the job's identity token.
#[derive(Clone)]
pub struct Oidc(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    url: String,
    bearer: HeaderValue,
    http: Octocrab,
    sts: aws_sdk_sts::Client,
    role: Role,
    session: String,
    current: Arc<Mutex<Option<Credentials>>>,
}

/// Shows nothing of what it holds but the role.
impl std::fmt::Debug for Oidc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Oidc").field("role", &self.0.role).finish_non_exhaustive()
    }
}

impl Oidc {
    /// Assumes the role once, so that a problem is reported now.
    pub async fn assume(runner: Option<&Runner>, role: Role, region: &Region) -> Result<Self, OidcError> {
        let runner = runner.ok_or(OidcError::NotOnGithub)?;
        let url = environment::variable("ACTIONS_ID_TOKEN_REQUEST_URL").ok_or(OidcError::NoPermission)?;
        let token = environment::variable("ACTIONS_ID_TOKEN_REQUEST_TOKEN").ok_or(OidcError::NoPermission)?;
        let no_client = |error: octocrab::Error| OidcError::NoToken(error.to_string());
        let mut bearer = HeaderValue::from_str(&format!("Bearer {token}"))
            .map_err(|_| OidcError::NoToken("ACTIONS_ID_TOKEN_REQUEST_TOKEN is not a token".into()))?;
        bearer.set_sensitive(true);
        let http = Octocrab::builder().add_retry_config(RetryConfig::None).build().map_err(no_client)?;
        let region = aws_config::Region::new(environment::variable("AWS_REGION").unwrap_or_else(|| region.to_string()));
        let config = aws_config::defaults(aws_config::BehaviorVersion::v2026_01_12()).region(region).no_credentials();
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(ANSWER_TIME).build();
        let session = role.session.clone().unwrap_or_else(|| session(runner));
        let sts = aws_sdk_sts::Client::new(&config.timeout_config(timeouts).load().await);
        let inner = Inner { url, bearer, http, sts, role, session, current: Arc::default() };
        let oidc = Self(Arc::new(inner));
        oidc.credentials().await?;
        Ok(oidc)
    }

    /// The same role under other session policies; assumed when it is first needed.
    pub fn limited(&self, policies: Vec<String>) -> Self {
        let role = Role { policies, ..self.0.role.clone() };
        Self(Arc::new(Inner { role, current: Arc::default(), ..(*self.0).clone() }))
    }

    /// The credentials at hand, or new ones.
    async fn credentials(&self) -> Result<Credentials, OidcError> {
        // Held while new ones are fetched, so that all who wait get the same.
        let mut current = self.0.current.lock().await;
        let is_good = |keys: &&Credentials| keys.expiry().is_none_or(|end| end > SystemTime::now() + MARGIN);
        if let Some(keys) = current.as_ref().filter(is_good) {
            return Ok(keys.clone());
        }
        let token = self.token().await?;
        let keys = self.exchange(&token).await?;
        *current = Some(keys.clone());
        Ok(keys)
    }

    async fn token(&self) -> Result<String, OidcError> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let asked = tokio::time::timeout(ANSWER_TIME, self.ask()).await;
            match asked.unwrap_or_else(|_| Err(("it does not answer in time".to_owned(), true))) {
                Ok(token) => {
                    mask(&token);
                    return Ok(token);
                }
                Err((error, true)) if attempt < TRIES => {
                    drop(error);
                    tokio::time::sleep(Duration::from_millis(250 << attempt)).await;
                }
                Err((error, _)) => return Err(OidcError::NoToken(error)),
            }
        }
    }

    /// Asks GitHub once. A failure says whether it is worth asking again.
    async fn ask(&self) -> Result<String, (String, bool)> {
        #[derive(Deserialize)]
        struct Answer {
            value: String,
        }
        let joint = if self.0.url.contains('?') { '&' } else { '?' };
        let url = format!("{}{joint}audience={}", self.0.url, audience(&self.0.role.arn));
        let headers = HeaderMap::from_iter([(AUTHORIZATION, self.0.bearer.clone())]);
        // An error of the client could repeat the request, whose headers hold a secret.
        let no_answer = |_| ("it does not answer".to_owned(), true);
        let response = self.0.http._get_with_headers(url, Some(headers)).await.map_err(no_answer)?;
        let status = response.status();
        let body = Limited::new(response.into_body(), ANSWER).collect().await;
        let body = body.map_err(|_| ("its answer ended too early".to_owned(), true))?.to_bytes();
        if !status.is_success() {
            return Err((format!("it answers {status}"), status.is_server_error() || status.as_u16() == 429));
        }
        let answer: Answer =
            serde_json::from_slice(&body).map_err(|_| ("its answer is not what it documents".to_owned(), false))?;
        Ok(answer.value)
    }

    async fn exchange(&self, token: &str) -> Result<Credentials, OidcError> {
        let request = self.0.sts.assume_role_with_web_identity().role_arn(&self.0.role.arn);
        let request = request.role_session_name(&self.0.session).set_duration_seconds(self.0.role.seconds);
        let request = request.web_identity_token(token);
        let (mut attempt, mut policies) = (0, self.0.role.policies.iter());
        let mut policy = policies.next().cloned();
        let answer = loop {
            attempt += 1;
            match request.clone().set_policy(policy.clone()).send().await {
                Ok(answer) => break answer,
                Err(error) if error.code() == Some("PackedPolicyTooLarge") && policies.len() > 0 => {
                    policy = policies.next().cloned();
                }
                // AWS could not reach GitHub to check the token.
                Err(error) if error.code() == Some("IDPCommunicationError") && attempt < TRIES => {
                    tokio::time::sleep(Duration::from_millis(250 << attempt)).await;
                }
                Err(error) => return Err(self.refusal(token, &error)),
            }
        };
        let keys = answer.credentials.ok_or_else(|| OidcError::Unavailable("its answer contains none".into()))?;
        [&keys.access_key_id, &keys.secret_access_key, &keys.session_token].iter().for_each(|secret| mask(secret));
        let no_end = |_| OidcError::Unavailable("its answer does not say when they expire".into());
        let expiry = SystemTime::try_from(keys.expiration).map_err(no_end)?;
        let (id, secret, token) = (keys.access_key_id, keys.secret_access_key, keys.session_token);
        Ok(Credentials::new(id, secret, Some(token), Some(expiry), "GitHub"))
    }

    fn refusal<E: ProvideErrorMetadata, R>(&self, token: &str, error: &SdkError<E, R>) -> OidcError {
        let message = error.message().unwrap_or("without a word").to_owned();
        let role = self.0.role.arn.clone();
        match error.code() {
            Some("AccessDenied" | "AccessDeniedException" | "NoSuchEntity") => {
                OidcError::Refused { role, message, claims: claims(token) }
            }
            Some("InvalidIdentityToken") => OidcError::NoProvider { role, message },
            Some("PackedPolicyTooLarge" | "MalformedPolicyDocument") => OidcError::SessionPolicy(message),
            Some("ValidationError") => OidcError::Session(message),
            Some(code) => OidcError::Unavailable(format!("{code}: {message}")),
            None => OidcError::Unavailable("it does not answer".into()),
        }
    }
}

impl ProvideCredentials for Oidc {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async { self.credentials().await.map_err(CredentialsError::provider_error) })
    }
}

/// `<repository>-<run>-<attempt>` as AWS takes it: 2 to 64 of letters, digits and `_+=,.@-`.
fn session(runner: &Runner) -> String {
    let end = format!("-{}-{}", runner.run_id, runner.run_attempt);
    let name = runner.repository.rsplit('/').next().unwrap_or_default();
    let plain = name.chars().map(|c| if c.is_ascii_alphanumeric() || "_+=,.@-".contains(c) { c } else { '-' });
    plain.take(64usize.saturating_sub(end.len())).collect::<String>() + &end
}

/// What a trust policy can look at, and nothing that is a secret.
fn claims(token: &str) -> String {
    let body = token.split('.').nth(1).and_then(|body| URL_SAFE_NO_PAD.decode(body).ok());
    let claims: Value = body.and_then(|body| serde_json::from_slice(&body).ok()).unwrap_or_default();
    let told = ["sub", "aud", "ref", "environment", "repository_id", "job_workflow_ref"];
    let told = told.iter().filter_map(|name| Some(format!("{name} = {}", claims.get(*name)?.as_str()?)));
    let told: Vec<String> = told.collect();
    if told.is_empty() { "nothing that can be read".into() } else { told.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_named_after_repository_run_and_attempt() {
        let named = |repository: &str| {
            session(&Runner { repository: repository.into(), run_id: 123, run_attempt: 4, ..Runner::default() })
        };
        assert_eq!(named("octo/shop"), "shop-123-4");
        let long = named(&format!("octo/{}ü", "x".repeat(100)));
        assert_eq!(long.len(), 64);
        assert!(long.ends_with("x-123-4"));
        assert_eq!(named("octo/ä b"), "--b-123-4");
    }

    #[test]
    fn a_role_is_one_of_the_app_s_account_and_partition() {
        let check = |arn: &str, account: Option<&str>, region: &str| {
            let role = Role { arn: arn.into(), session: None, seconds: None, policies: Vec::new() };
            let account = account.map(|account| account.parse().unwrap());
            role.check(account.as_ref(), &region.parse().unwrap()).map_err(|error| error.reason().word())
        };
        let role = "arn:aws:iam::123456789012:role/a/deploy";
        assert_eq!(check(role, None, "us-west-2"), Ok(()));
        assert_eq!(check(role, Some("123456789012"), "us-west-2"), Ok(()));
        assert_eq!(check(role, Some("210987654321"), "us-west-2"), Err("wrong-account"));
        assert_eq!(check(role, None, "cn-north-1"), Err("wrong-region"));
        for bad in
            ["deploy", "arn:aws:iam::123456789012:user/x", "arn:aws:iam::12:role/x", "arn:aws:iam::123456789012:role/"]
        {
            assert_eq!(check(bad, None, "us-west-2"), Err("role"), "{bad}");
        }
    }

    #[test]
    fn only_claims_that_are_no_secret_are_told() {
        let body =
            URL_SAFE_NO_PAD.encode(r#"{"sub": "repo:octo/shop:environment:production", "jti": "secret", "aud": "a"}"#);
        assert_eq!(claims(&format!("head.{body}.sign")), "sub = repo:octo/shop:environment:production, aud = a");
        assert_eq!(claims("no token"), "nothing that can be read");
    }
}
