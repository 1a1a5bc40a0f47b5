//! The tool to compare with: it knows the names of everything that it wants, and asks AWS for each attribute of each
//! resource by a call of its own, all of them at the same time.
//!
//! It reads what a plan compares, from the same service calls where AWS has no narrower ones. It batches nothing,
//! lists nothing but where AWS makes up an id that no name tells, and shares no answer. What left the manifest it does
//! not find: a plan does, so the comparison is in this one's favour.

use std::future::Future;

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use futures_util::future::try_join_all;
use serverless_app::aws::client::Clients;
use serverless_app::aws::{Answer, Aws, AwsError, Id, Kind};
use tokio::sync::Semaphore;

mod compute;
mod data;
mod edge;
mod guard;

/// Requests at the same time: more than any plan of ours has, and less than the sockets that a process may hold.
const AT_ONCE: usize = 512;

/// What services answer where there is no such resource, or no such setting of it.
const ABSENT: &[&str] = &[
    "NoSuchBucket",
    "NoSuchBucketPolicy",
    "NoSuchConfigRuleException",
    "NoSuchConfigurationRecorderException",
    "NoSuchCORSConfiguration",
    "NoSuchDeliveryChannelException",
    "NoSuchEntity",
    "NoSuchLifecycleConfiguration",
    "NoSuchPublicAccessBlockConfiguration",
    "NoSuchTagSet",
    "NotFound",
    "NotFoundException",
    "OwnershipControlsNotFoundError",
    "ResourceNotFound",
    "ResourceNotFoundException",
    "ServerSideEncryptionConfigurationNotFoundError",
    "StateMachineDoesNotExist",
    "TableNotFoundException",
    "WAFNonexistentItemException",
];

/// Whether there is an answer is all that counts here; its attributes are the caller's.
type Read = Result<(), AwsError>;

/// Reads everything of these names.
pub async fn read(aws: &Aws, wanted: &[Id]) -> Read {
    let reader = Reader { clients: &aws.read, turns: Semaphore::new(AT_ONCE) };
    // The account is part of most ARNs.
    reader.ask("sts:GetCallerIdentity", aws.read.sts.get_caller_identity().send()).await?;
    try_join_all(wanted.iter().map(|id| Box::pin(reader.resource(id)))).await.map(drop)
}

struct Reader<'a> {
    clients: &'a Clients,
    turns: Semaphore,
}

impl Reader<'_> {
    /// One call; `None` where AWS says that there is no such thing.
    async fn ask<T, E>(
        &self,
        api: &'static str,
        call: impl Future<Output = Result<T, SdkError<E, Response>>>,
    ) -> Result<Option<T>, AwsError>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let closed = |_| AwsError::not_sent(api, "nobody hands out turns any more");
        let _turn = self.turns.acquire().await.map_err(closed)?;
        call.await.found(api, ABSENT)
    }

    async fn resource(&self, id: &Id) -> Read {
        match id.address.kind {
            Kind::RestApi => self.rest_api(id).await,
            Kind::Alarm => self.alarm(id).await,
            Kind::DeliveryChannel => self.delivery_channel(id).await,
            Kind::Recorder => self.recorder(id).await,
            Kind::Rule => self.rule(id).await,
            Kind::Table => self.table(id).await,
            Kind::Policy => self.policy(id).await,
            Kind::Role => self.role(id).await,
            Kind::Function => self.function(id).await,
            Kind::Permission => self.permission(id).await,
            Kind::LogGroup => self.log_group(id).await,
            Kind::Bucket => self.bucket(id).await,
            Kind::Topic => self.topic(id).await,
            Kind::StateMachine => self.state_machine(id).await,
            Kind::Association => self.association(id).await,
            Kind::IpSet => self.ip_set(id).await,
            Kind::WebAcl => self.web_acl(id).await,
            // The app that is measured has none.
            Kind::LayerVersion => Ok(()),
            Kind::EventArchive | Kind::EventBus | Kind::EventRule | Kind::EventSourceMapping | Kind::Files => Ok(()),
            Kind::ApiAccount
            | Kind::ApiKey
            | Kind::Certificate
            | Kind::DomainName
            | Kind::HttpApi
            | Kind::Record
            | Kind::UsagePlan => Ok(()),
            Kind::OidcProvider | Kind::Queue | Kind::Schedule | Kind::ScheduleGroup => Ok(()),
        }
    }
}

/// Asks several calls at once, each `service client operation(arguments) -> "service:Operation"`.
macro_rules! together {
    ($reader:expr, $($api:literal => $request:expr),+ $(,)?) => {
        tokio::try_join!($($reader.ask($api, $request.send())),+)
    };
}
use together;
