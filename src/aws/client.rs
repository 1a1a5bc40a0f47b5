//! The SDK's clients. Reads retry by themselves; writes never do, because a lost answer is not a failed call.

#![expect(clippy::disallowed_methods, reason = "it reads the zips that calls send")]

use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, Hasher};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use aws_config::identity::IdentityCache;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use tokio::sync::{Mutex, MutexGuard};

use crate::aws::coalesced::CoalescedReads;
use crate::aws::complete_body::CompleteBody;
use crate::aws::connect_error::ConnectError;
use crate::aws::endpoint::{NoServices, refuse_one_service_endpoints};
use crate::aws::error::AwsError;
use crate::aws::http::{self, Named};
use crate::aws::identity;
use crate::aws::nulls::NoNulls;
use crate::aws::rate::Rates;
use crate::aws::request_id::Noted;
use crate::canonical::Sha;
use crate::environment;
use crate::name::{Account, Address, Region, Site};

/// One client a service, all over one connection pool.
#[derive(Debug, Clone)]
pub struct Clients {
    /// Security Token Service.
    pub sts: aws_sdk_sts::Client,
    pub dynamodb: aws_sdk_dynamodb::Client,
    /// Simple Notification Service.
    pub sns: aws_sdk_sns::Client,
    /// EventBridge: event buses and rules.
    pub events: aws_sdk_eventbridge::Client,
    /// EventBridge Scheduler.
    pub scheduler: aws_sdk_scheduler::Client,
    /// Simple Queue Service.
    pub sqs: aws_sdk_sqs::Client,
    /// Simple Storage Service.
    pub s3: aws_sdk_s3::Client,
    /// Identity and Access Management.
    pub iam: aws_sdk_iam::Client,
    pub lambda: aws_sdk_lambda::Client,
    /// Certificate Manager.
    pub acm: aws_sdk_acm::Client,
    /// API Gateway (REST APIs).
    pub apigateway: aws_sdk_apigateway::Client,
    /// API Gateway (HTTP APIs).
    pub apigatewayv2: aws_sdk_apigatewayv2::Client,
    /// Route 53, which is one for all regions.
    pub route53: aws_sdk_route53::Client,
    pub wafv2: aws_sdk_wafv2::Client,
    /// Step Functions.
    pub sfn: aws_sdk_sfn::Client,
    /// CloudWatch metrics and alarms.
    pub cloudwatch: aws_sdk_cloudwatch::Client,
    /// CloudWatch Logs.
    pub logs: aws_sdk_cloudwatchlogs::Client,
    /// AWS Config.
    pub config: aws_sdk_config::Client,
    /// Key Management Service, only ever asked what a key is.
    pub kms: aws_sdk_kms::Client,
    /// CloudFormation, only ever asked what is in a stack.
    pub cloudformation: aws_sdk_cloudformation::Client,
    /// The tagging index, only ever asked for tags.
    pub tagging: aws_sdk_resourcegroupstagging::Client,
}

/// AWS, or an emulator of it. It caches no answer: every read is sent again.
#[derive(Debug, Clone)]
pub struct Aws {
    /// Clients for calls that change nothing; they retry.
    pub read: Clients,
    /// Clients for calls that change something; they send once.
    pub write: Clients,
    pub(super) region: Region,
    pub(super) endpoint: String,
    pub(super) blobs: Option<PathBuf>,
    pub(super) coalesced: CoalescedReads,
    /// Held by whoever puts a zip into a bucket.
    uploads: Arc<Mutex<()>>,
    /// Clients with credentials of their own, for some changes of a plan.
    shares: Arc<[(BTreeSet<Address>, Aws)]>,
    /// What tells requests of these clients from those of others.
    attempt: u64,
}

impl Aws {
    /// Reads the SDK's default chain of settings and credentials. Sends nothing.
    pub async fn connect(region: &Region, rates: Rates) -> Result<Self, ConnectError> {
        refuse_one_service_endpoints().await?;
        Self::from_config(region, &settings(region, rates)?.load().await)
    }

    /// As [`Aws::connect`], with credentials of this provider.
    pub async fn connect_with(
        region: &Region,
        rates: Rates,
        credentials: impl aws_credential_types::provider::ProvideCredentials + 'static,
    ) -> Result<Self, ConnectError> {
        refuse_one_service_endpoints().await?;
        let cache = IdentityCache::lazy().load_timeout(PATIENCE).build();
        let settings = settings(region, rates)?.credentials_provider(credentials).identity_cache(cache);
        Self::from_config(region, &settings.load().await)
    }

    /// As [`Aws::connect`], each service's client with the credentials of its own provider, by the name that calls have.
    /// A service that is not among them can be asked nothing.
    pub async fn connect_sessions(
        region: &Region,
        rates: Rates,
        sessions: Sessions,
        shares: Vec<(BTreeSet<Address>, Sessions)>,
    ) -> Result<Self, ConnectError> {
        refuse_one_service_endpoints().await?;
        let config = settings(region, rates)?.no_credentials().load().await;
        let share = |(changes, sessions)| Ok((changes, Self::from_parts(region, &config, &sessions)?));
        let shares = shares.into_iter().map(share).collect::<Result<_, ConnectError>>()?;
        Ok(Self::from_parts(region, &config, &sessions)?.with_shares(shares))
    }

    /// The same clients, with others for the changes that are named beside those.
    pub fn with_shares(self, shares: Vec<(BTreeSet<Address>, Self)>) -> Self {
        Self { shares: shares.into(), ..self }
    }

    /// The clients for a change of this: those of its share, else these.
    pub fn for_change(&self, address: &Address) -> &Self {
        self.shares.iter().find(|(changes, _)| changes.contains(address)).map_or(self, |(_, aws)| aws)
    }

    /// Reaches an emulator at `endpoint` with made-up credentials, whatever the environment says. An access key
    /// of 12 digits selects the account where the emulator knows several.
    pub async fn emulator(region: &Region, endpoint: &str, access_key: &str) -> Result<Self, ConnectError> {
        let keys = aws_credential_types::Credentials::new(access_key, "emulator", None, None, "emulator");
        let config = settings(region, Rates::unlimited())?.credentials_provider(keys).load().await;
        Self::from_config(region, &config.to_builder().endpoint_url(endpoint).service_config(NoServices).build())
    }

    fn from_config(region: &Region, config: &SdkConfig) -> Result<Self, ConnectError> {
        Self::from_parts(region, config, &BTreeMap::new())
    }

    fn from_parts(region: &Region, config: &SdkConfig, sessions: &Sessions) -> Result<Self, ConnectError> {
        let endpoint = config.endpoint_url().unwrap_or(Site::AWS).trim_end_matches('/').to_owned();
        if endpoint != Site::AWS && !endpoint.starts_with("http://") && !endpoint.starts_with("https://") {
            return Err(ConnectError::Endpoint(endpoint));
        }
        let read = config.to_builder().retry_config(RetryConfig::standard().with_max_attempts(8)).build();
        let write = config.to_builder().retry_config(RetryConfig::disabled()).build();
        let (read, write) = (Clients::new(&read, sessions, CompleteBody), Clients::new(&write, sessions, Noted));
        let (region, coalesced) = (region.clone(), CoalescedReads::default());
        Ok(Self {
            read,
            write,
            region,
            endpoint,
            blobs: None,
            coalesced,
            uploads: Arc::default(),
            shares: Arc::default(),
            attempt: unique_number(),
        })
    }

    /// The same clients, for another attempt: requests whose answers AWS repeats for a while are distinguished by it.
    pub fn again(&self) -> Self {
        let shares = self.shares.iter().map(|(changes, aws)| (changes.clone(), aws.again()));
        Self { shares: shares.collect(), attempt: unique_number(), ..self.clone() }
    }

    /// What tells this attempt from all others, for requests that AWS answers alike for a while: a number that nobody else has drawn.
    pub(super) fn attempt(&self) -> u64 {
        self.attempt
    }

    /// The same clients, with the folder that holds the blobs which calls name.
    pub fn with_blobs(self, folder: PathBuf) -> Self {
        let shares = self.shares.iter().cloned().map(|(changes, aws)| (changes, aws.with_blobs(folder.clone())));
        Self { shares: shares.collect(), blobs: Some(folder), ..self }
    }

    /// Asks who we are. One call.
    pub async fn site(&self) -> Result<Site, ConnectError> {
        Ok(self.site_in(identity::account(&self.read.sts, &self.endpoint, &self.region).await?))
    }

    /// The site that these clients reach, were they of this account.
    pub fn site_in(&self, account: Account) -> Site {
        let partition = Site::partition_of(&self.region).to_owned();
        Site { account, region: self.region.clone(), partition, endpoint: self.endpoint.clone() }
    }

    /// The region that calls go to.
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// The turn to put a zip into a bucket, for as long as it is held.
    pub(super) async fn upload_turn(&self) -> MutexGuard<'_, ()> {
        self.uploads.lock().await
    }

    /// The bytes of a blob that a call names, checked against its digest.
    pub async fn blob(&self, api: &'static str, sha: &Sha) -> Result<Vec<u8>, AwsError> {
        self.of_bundle(api, sha, &format!("{}.zip", sha.hex())).await
    }

    /// The bytes of a file that a call names, likewise. Those of an empty one need no bundle.
    pub async fn body(&self, api: &'static str, sha: &Sha) -> Result<Vec<u8>, AwsError> {
        if *sha == Sha::of(b"") {
            return Ok(Vec::new());
        }
        self.of_bundle(api, sha, &sha.hex()).await
    }

    async fn of_bundle(&self, api: &'static str, sha: &Sha, name: &str) -> Result<Vec<u8>, AwsError> {
        let error = |why: String| AwsError::not_sent(api, format!("blob {sha}: {why}"));
        let folder = self.blobs.as_ref().ok_or_else(|| error("there is no bundle to read it from".into()))?;
        let path = folder.join(name);
        let bytes = tokio::fs::read(&path).await.map_err(|e| error(format!("{}: {e}", path.display())))?;
        match Sha::of(&bytes) == *sha {
            true => Ok(bytes),
            false => Err(error(format!("{} has different bytes", path.display()))),
        }
    }
}

impl Clients {
    /// With what looks at every request and its answer.
    fn new(config: &SdkConfig, sessions: &Sessions, interceptor: impl Intercept + Copy + 'static) -> Self {
        macro_rules! client {
            ($service:ident, $builder:expr) => {
                $service::Client::from_conf($builder.interceptor(Named).interceptor(interceptor).build())
            };
            ($service:ident as $name:literal) => {
                client!($service, $service::config::Builder::from(&of_service(config, sessions, $name)))
            };
        }
        let s3 = aws_sdk_s3::config::Builder::from(&of_service(config, sessions, "s3"));
        let s3 = s3.force_path_style(config.endpoint_url().is_some());
        let [apigateway, apigatewayv2] = ["apigateway", "apigatewayv2"].map(|name| of_service(config, sessions, name));
        let apigatewayv2 = aws_sdk_apigatewayv2::config::Builder::from(&apigatewayv2).interceptor(NoNulls);
        let apigateway = aws_sdk_apigateway::config::Builder::from(&apigateway).interceptor(NoNulls);
        Self {
            sts: client!(aws_sdk_sts as "sts"),
            dynamodb: client!(aws_sdk_dynamodb as "dynamodb"),
            sns: client!(aws_sdk_sns as "sns"),
            events: client!(aws_sdk_eventbridge as "events"),
            scheduler: client!(aws_sdk_scheduler as "scheduler"),
            sqs: client!(aws_sdk_sqs as "sqs"),
            s3: client!(aws_sdk_s3, s3),
            iam: client!(aws_sdk_iam as "iam"),
            lambda: client!(aws_sdk_lambda as "lambda"),
            acm: client!(aws_sdk_acm as "acm"),
            apigateway: client!(aws_sdk_apigateway, apigateway),
            apigatewayv2: client!(aws_sdk_apigatewayv2, apigatewayv2),
            route53: client!(aws_sdk_route53 as "route53"),
            wafv2: client!(aws_sdk_wafv2 as "wafv2"),
            sfn: client!(aws_sdk_sfn as "states"),
            cloudwatch: client!(aws_sdk_cloudwatch as "cloudwatch"),
            logs: client!(aws_sdk_cloudwatchlogs as "logs"),
            config: client!(aws_sdk_config as "config"),
            kms: client!(aws_sdk_kms as "kms"),
            cloudformation: client!(aws_sdk_cloudformation as "cloudformation"),
            tagging: client!(aws_sdk_resourcegroupstagging as "tag"),
        }
    }
}

/// A number that comes up once.
fn unique_number() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// Providers by the service that they are for; none: one for all.
pub type Sessions = BTreeMap<String, SharedCredentialsProvider>;

fn of_service(config: &SdkConfig, sessions: &Sessions, service: &str) -> SdkConfig {
    match sessions.get(service) {
        Some(provider) => {
            let cache = IdentityCache::lazy().load_timeout(PATIENCE).build();
            config.to_builder().credentials_provider(provider.clone()).identity_cache(cache).build()
        }
        None => config.clone(),
    }
}

/// Token and exchange are tried several times each: longer than the SDK's own patience.
const PATIENCE: Duration = Duration::from_secs(180);

/// How many seconds an answer may take before it counts as lost; 60 if it is not set.
const REQUEST_TIMEOUT: &str = "SERVERLESS_APP_REQUEST_TIMEOUT";

fn request_timeout() -> Result<Duration, ConnectError> {
    let Some(text) = environment::path(REQUEST_TIMEOUT) else { return Ok(Duration::from_secs(60)) };
    let seconds = text.to_str().and_then(|text| text.parse().ok()).filter(|seconds| (1..=900).contains(seconds));
    seconds.map(Duration::from_secs).ok_or_else(|| ConnectError::RequestTimeout(text.display().to_string()))
}

/// How long an answer may take is the HTTP client's to watch: a request that waits for its turn has not left yet. The
/// SDK's own watch over bodies would take such a request for a stalled upload.
fn settings(region: &Region, rates: Rates) -> Result<aws_config::ConfigLoader, ConnectError> {
    let timeouts = TimeoutConfig::builder().connect_timeout(Duration::from_secs(5)).build();
    Ok(aws_config::defaults(BehaviorVersion::v2026_01_12())
        .region(aws_config::Region::new(region.to_string()))
        .timeout_config(timeouts)
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .http_client(http::client(rates, request_timeout()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_request_may_wait_for_its_turn_as_long_as_it_takes() {
        let region: Region = "us-west-2".parse().unwrap();
        let config = settings(&region, Rates::unlimited()).unwrap().load().await;
        assert_eq!(config.stalled_stream_protection().map(|watch| watch.is_enabled()), Some(false));
        let timeouts = config.timeout_config().unwrap();
        assert_eq!((timeouts.operation_timeout(), timeouts.operation_attempt_timeout()), (None, None));
    }
}
