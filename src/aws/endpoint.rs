//! Where calls go: one endpoint for all services, which is what a plan's site can say.
//!
//! The SDK also accepts an endpoint for a single service, from a variable (`AWS_ENDPOINT_URL_DYNAMODB`) or from the
//! section that `services = …` of an AWS profile names. Then a table would be created elsewhere than the plan says, so
//! such a setting is refused unless it is the same endpoint as for all services.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

use super::connect_error::ConnectError;
use crate::environment;

/// The services that are called, as the SDK names them.
const SERVICES: [&str; 20] = [
    "ACM",
    "API Gateway",
    "ApiGatewayV2",
    "CloudWatch",
    "CloudWatch Logs",
    "Config Service",
    "DynamoDB",
    "EventBridge",
    "IAM",
    "KMS",
    "Lambda",
    "Resource Groups Tagging API",
    "Route 53",
    "S3",
    "SFN",
    "Scheduler",
    "SNS",
    "SQS",
    "STS",
    "WAFV2",
];

/// Refuses variables and profiles that would send one service's calls elsewhere than a plan can say. Sends nothing.
pub async fn refuse_one_service_endpoints() -> Result<(), ConnectError> {
    if let Some(variable) = environment::names().find(|name| name.starts_with("AWS_ENDPOINT_URL_")) {
        return Err(ConnectError::OneServiceEndpoint(variable));
    }
    // No endpoint depends on the region here, and without one the SDK would look for it on the network.
    let settings = aws_config::defaults(BehaviorVersion::v2026_01_12()).region(Region::from_static("us-east-1"));
    refuse_others(&settings.no_credentials().load().await)
}

fn refuse_others(config: &SdkConfig) -> Result<(), ConnectError> {
    let Some(settings) = config.service_config() else { return Ok(()) };
    let all = config.endpoint_url().unwrap_or("AWS itself");
    for service in SERVICES {
        let key = ServiceConfigKey::builder().service_id(service).env("AWS_ENDPOINT_URL").profile("endpoint_url");
        let one = key.build().ok().and_then(|key| settings.load_config(key));
        if let Some(one) = one.filter(|one| one != all) {
            return Err(ConnectError::ServiceEndpoint { service, one, all: all.to_owned() });
        }
    }
    Ok(())
}

/// Settings of single services, of which there are none: an endpoint that was chosen here holds for all. (Of the SDK's
/// own settings, `AWS_ENDPOINT_URL` would else go before the endpoint that its loader was given.)
#[derive(Debug)]
pub(super) struct NoServices;

impl LoadServiceConfig for NoServices {
    fn load_config(&self, _: ServiceConfigKey<'_>) -> Option<String> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Says one service's endpoint.
    #[derive(Debug)]
    struct One(&'static str, &'static str);

    impl LoadServiceConfig for One {
        fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
            (key.service_id() == self.0 && key.profile() == "endpoint_url").then(|| self.1.to_owned())
        }
    }

    #[test]
    fn an_endpoint_for_one_service_is_refused_unless_it_is_that_of_all() {
        for service in SERVICES {
            let with = |one| SdkConfig::builder().endpoint_url("http://a:1").service_config(One(service, one)).build();
            let error = refuse_others(&with("http://b:1")).unwrap_err().to_string();
            assert!(error.contains(service) && error.contains("http://b:1") && error.contains("http://a:1"), "{error}");
            refuse_others(&with("http://a:1")).unwrap();
            let of_aws = SdkConfig::builder().service_config(One(service, "http://b:1")).build();
            assert!(refuse_others(&of_aws).is_err());
        }
    }
}
