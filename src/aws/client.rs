//! The SDK's clients. Reads retry by themselves; writes never do, because a lost answer is not a failed call.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use aws_config::identity::IdentityCache;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;

use crate::aws::Kind;
use crate::aws::error::{Answer, AwsError};
use crate::aws::http::{self, Named};
use crate::aws::rate::Rates;
use crate::aws::request_id::Noted;
use crate::aws::shared::Shared;
use crate::aws::tags::Tags;
use crate::aws::whole::Whole;
use crate::canonical::Sha;
use crate::name::{Account, Region, Site};

/// One client a service, all over one connection pool.
#[derive(Debug, Clone)]
pub struct Clients {
    /// Security Token Service.
    pub sts: aws_sdk_sts::Client,
    /// DynamoDB.
    pub dynamodb: aws_sdk_dynamodb::Client,
    /// Simple Notification Service.
    pub sns: aws_sdk_sns::Client,
    /// Simple Storage Service.
    pub s3: aws_sdk_s3::Client,
    /// Identity and Access Management.
    pub iam: aws_sdk_iam::Client,
    /// Lambda.
    pub lambda: aws_sdk_lambda::Client,
    /// API Gateway (REST APIs).
    pub apigateway: aws_sdk_apigateway::Client,
    /// WAF.
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
    /// The tagging index, only ever asked for tags.
    pub tagging: aws_sdk_resourcegroupstagging::Client,
}

/// AWS, or an emulator of it.
#[derive(Debug, Clone)]
pub struct Aws {
    /// Clients for calls that change nothing; they retry.
    pub read: Clients,
    /// Clients for calls that change something; they send once.
    pub write: Clients,
    pub(super) region: Region,
    pub(super) endpoint: String,
    pub(super) blobs: Option<PathBuf>,
    pub(super) shared: Option<Arc<Shared>>,
    pub(super) trusted: Arc<BTreeMap<String, Tags>>,
    pub(super) counts: Arc<BTreeMap<(Kind, bool), usize>>,
}

/// AWS cannot be reached as configured.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// A variable would send one service's calls elsewhere, which the site in a plan cannot say.
    #[error("{0} is set: set AWS_ENDPOINT_URL for all services, or none")]
    OneServiceEndpoint(String),
    /// The endpoint is not a URL that calls can go to.
    #[error("the endpoint {0:?} is not an http or https URL")]
    Endpoint(String),
    /// The time that an answer may take is no such number.
    #[error("SERVERLESS_APP_REQUEST_TIMEOUT is {0:?}: give whole seconds from 1 to 900")]
    RequestTimeout(String),
    /// STS did not say who we are.
    #[error("cannot tell which AWS account the credentials belong to: {0}")]
    Identity(#[from] AwsError),
    /// STS answered with something that is not an account.
    #[error("cannot tell which AWS account the credentials belong to: {0}")]
    Account(#[from] crate::name::NameError),
}

impl Aws {
    /// Reads the SDK's default chain of settings and credentials. Sends nothing.
    pub async fn connect(region: &Region, rates: Rates) -> Result<Self, ConnectError> {
        refuse_one_service_endpoints()?;
        Self::from_config(region, &settings(region, rates)?.load().await)
    }

    /// As [`Aws::connect`], with credentials of this provider.
    pub async fn connect_with(
        region: &Region,
        rates: Rates,
        credentials: impl aws_credential_types::provider::ProvideCredentials + 'static,
    ) -> Result<Self, ConnectError> {
        refuse_one_service_endpoints()?;
        // Token and exchange are tried several times each: longer than the SDK's own patience.
        let cache = IdentityCache::lazy().load_timeout(Duration::from_secs(180)).build();
        let settings = settings(region, rates)?.credentials_provider(credentials).identity_cache(cache);
        Self::from_config(region, &settings.load().await)
    }

    /// Reaches an emulator at `endpoint` with made-up credentials, whatever the environment says. An access key
    /// of 12 digits selects the account where the emulator knows several.
    pub async fn emulator(region: &Region, endpoint: &str, access_key: &str) -> Result<Self, ConnectError> {
        let keys = aws_credential_types::Credentials::new(access_key, "emulator", None, None, "emulator");
        let config =
            settings(region, Rates::unlimited())?.endpoint_url(endpoint).credentials_provider(keys).load().await;
        Self::from_config(region, &config)
    }

    fn from_config(region: &Region, config: &SdkConfig) -> Result<Self, ConnectError> {
        let endpoint = config.endpoint_url().unwrap_or(Site::AWS).trim_end_matches('/').to_owned();
        if endpoint != Site::AWS && !endpoint.starts_with("http://") && !endpoint.starts_with("https://") {
            return Err(ConnectError::Endpoint(endpoint));
        }
        let read = config.to_builder().retry_config(RetryConfig::standard().with_max_attempts(8)).build();
        let write = config.to_builder().retry_config(RetryConfig::disabled()).build();
        let (read, write) = (Clients::new(&read, Whole), Clients::new(&write, Noted));
        Ok(Self {
            read,
            write,
            region: region.clone(),
            endpoint,
            blobs: None,
            shared: None,
            trusted: Arc::default(),
            counts: Arc::default(),
        })
    }

    /// The same clients, with the folder that holds the blobs which calls name.
    pub fn with_blobs(self, folder: PathBuf) -> Self {
        Self { blobs: Some(folder), ..self }
    }

    /// Asks who we are. One call.
    pub async fn site(&self) -> Result<Site, ConnectError> {
        let api = "sts:GetCallerIdentity";
        let caller = self.read.sts.get_caller_identity().send().await.answer(api)?;
        let account: Account = caller.account().unwrap_or_default().parse()?;
        Ok(self.site_in(account))
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

    /// The bytes of a blob that a call names, checked against its digest.
    pub async fn blob(&self, api: &'static str, sha: &Sha) -> Result<Vec<u8>, AwsError> {
        let error = |why: String| AwsError::not_sent(api, format!("blob {sha}: {why}"));
        let folder = self.blobs.as_ref().ok_or_else(|| error("there is no bundle to read it from".into()))?;
        let path = folder.join(format!("{}.zip", sha.hex()));
        let bytes = tokio::fs::read(&path).await.map_err(|e| error(format!("{}: {e}", path.display())))?;
        match Sha::of(&bytes) == *sha {
            true => Ok(bytes),
            false => Err(error(format!("{} has other bytes", path.display()))),
        }
    }
}

impl Clients {
    /// With what looks at every request and its answer.
    fn new(config: &SdkConfig, interceptor: impl Intercept + Copy + 'static) -> Self {
        macro_rules! client {
            ($service:ident, $builder:expr) => {
                $service::Client::from_conf($builder.interceptor(Named).interceptor(interceptor).build())
            };
            ($service:ident) => {
                client!($service, $service::config::Builder::from(config))
            };
        }
        let s3 = aws_sdk_s3::config::Builder::from(config).force_path_style(config.endpoint_url().is_some());
        Self {
            sts: client!(aws_sdk_sts),
            dynamodb: client!(aws_sdk_dynamodb),
            sns: client!(aws_sdk_sns),
            s3: client!(aws_sdk_s3, s3),
            iam: client!(aws_sdk_iam),
            lambda: client!(aws_sdk_lambda),
            apigateway: client!(aws_sdk_apigateway),
            wafv2: client!(aws_sdk_wafv2),
            sfn: client!(aws_sdk_sfn),
            cloudwatch: client!(aws_sdk_cloudwatch),
            logs: client!(aws_sdk_cloudwatchlogs),
            config: client!(aws_sdk_config),
            kms: client!(aws_sdk_kms),
            tagging: client!(aws_sdk_resourcegroupstagging),
        }
    }
}

/// How many seconds an answer may take before it counts as lost; 60 if it is not set.
const REQUEST_TIMEOUT: &str = "SERVERLESS_APP_REQUEST_TIMEOUT";

fn request_timeout() -> Result<Duration, ConnectError> {
    let Some(text) = std::env::var_os(REQUEST_TIMEOUT) else { return Ok(Duration::from_secs(60)) };
    let seconds = text.to_str().and_then(|text| text.parse().ok()).filter(|seconds| (1..=900).contains(seconds));
    seconds.map(Duration::from_secs).ok_or_else(|| ConnectError::RequestTimeout(text.to_string_lossy().into_owned()))
}

/// How long an answer may take is the HTTP client's to watch: a request that waits for its turn has not left yet.
fn settings(region: &Region, rates: Rates) -> Result<aws_config::ConfigLoader, ConnectError> {
    let timeouts = TimeoutConfig::builder().connect_timeout(Duration::from_secs(5)).build();
    Ok(aws_config::defaults(BehaviorVersion::v2026_01_12())
        .region(aws_config::Region::new(region.to_string()))
        .timeout_config(timeouts)
        .http_client(http::client(rates, request_timeout()?)))
}

/// Refuses an environment that would send one service's calls elsewhere than a plan can say.
pub fn refuse_one_service_endpoints() -> Result<(), ConnectError> {
    let one = std::env::vars_os()
        .filter_map(|(key, _)| key.into_string().ok())
        .find(|key| key.starts_with("AWS_ENDPOINT_URL_"));
    one.map_or(Ok(()), |key| Err(ConnectError::OneServiceEndpoint(key)))
}
