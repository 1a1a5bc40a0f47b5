//! The closed list of kinds, and their names.
//!
//! A new kind is one line here, and a type in [`crate::aws`] that the line names. Whatever needs every kind gets this
//! list: the names below, and what [`crate::aws::kind`] makes of the types.

use std::fmt;

/// Hands the list to a macro: name, variant and type (as `crate::aws` calls it) of each kind.
macro_rules! kinds {
    ($use:ident) => {
        $use! {
            "acm.certificate" => Certificate(acm::Certificate);
            "apigateway.account" => ApiAccount(apigateway_account::Account);
            "apigateway.api-key" => ApiKey(apigateway_keys::ApiKey);
            "apigateway.domain-name" => DomainName(apigateway_domain::DomainName);
            "apigateway.rest-api" => RestApi(apigateway::RestApi);
            "apigateway.usage-plan" => UsagePlan(apigateway_keys::UsagePlan);
            "apigatewayv2.api" => HttpApi(apigatewayv2::HttpApi);
            "cloudwatch.alarm" => Alarm(cloudwatch::Alarm);
            "config.delivery-channel" => DeliveryChannel(config::DeliveryChannel);
            "config.recorder" => Recorder(config::Recorder);
            "config.rule" => Rule(config::Rule);
            "dynamodb.table" => Table(dynamodb::Table);
            "events.archive" => EventArchive(events::Archive);
            "events.bus" => EventBus(events::Bus);
            "events.rule" => EventRule(events::Rule);
            "iam.oidc-provider" => OidcProvider(iam::OidcProvider);
            "iam.policy" => Policy(iam::Policy);
            "iam.role" => Role(iam::Role);
            "lambda.event-source-mapping" => EventSourceMapping(lambda::EventSourceMapping);
            "lambda.function" => Function(lambda::Function);
            "lambda.layer-version" => LayerVersion(lambda::LayerVersion);
            "lambda.permission" => Permission(lambda::Permission);
            "logs.log-group" => LogGroup(logs::LogGroup);
            "route53.record" => Record(route53::Record);
            "s3.bucket" => Bucket(s3::Bucket);
            "s3.files" => Files(s3::Files);
            "scheduler.schedule" => Schedule(scheduler::Schedule);
            "scheduler.schedule-group" => ScheduleGroup(scheduler::ScheduleGroup);
            "sns.topic" => Topic(sns::Topic);
            "sqs.queue" => Queue(sqs::Queue);
            "stepfunctions.state-machine" => StateMachine(stepfunctions::StateMachine);
            "wafv2.association" => Association(wafv2::Association);
            "wafv2.ip-set" => IpSet(wafv2::IpSet);
            "wafv2.web-acl" => WebAcl(wafv2::WebAcl);
        }
    };
}
pub(crate) use kinds;

macro_rules! names {
    ($($name:literal => $kind:ident($type:ty);)*) => {
        /// The type of a resource.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $(#[doc = $name] $kind),* }

        impl Kind {
            /// Every kind there is.
            pub const ALL: &'static [Kind] = &[$(Kind::$kind),*];

            /// Its name, `service.noun`.
            pub fn name(self) -> &'static str {
                match self { $(Kind::$kind => $name),* }
            }
        }
    };
}

kinds!(names);

impl Kind {
    /// The kind of this name.
    pub fn parse(name: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// True for API keys and usage plans: whoever may list them may read the keys' values.
    pub fn is_about_keys(self) -> bool {
        matches!(self, Kind::ApiKey | Kind::UsagePlan)
    }

    /// True for kinds that only an app that has some may list: keys and usage plans, requested certificates, and the
    /// content of buckets.
    pub fn is_listed_by_need(self) -> bool {
        self.is_about_keys() || matches!(self, Kind::Certificate | Kind::Files)
    }

    /// True for a kind that is listed only if needed, and is needed where there is something of the other kind.
    pub fn is_needed_with(self, other: Kind) -> bool {
        self.is_listed_by_need() && (self == other || self.is_about_keys() && other.is_about_keys())
    }

    /// All names, for messages.
    pub fn list() -> String {
        Kind::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
