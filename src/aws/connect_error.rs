//! Why there are no clients.

use crate::aws::AwsError;

/// AWS cannot be reached as configured.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// A variable would send one service's calls elsewhere, which the site in a plan cannot say.
    #[error("{0} is set: set AWS_ENDPOINT_URL for all services, or none")]
    OneServiceEndpoint(String),
    /// A profile would do the same.
    #[error(
        "the AWS profile sends {service} to {one}, and everything else to {all}: take that endpoint_url out of the section \
         that `services` of the profile names, or set AWS_ENDPOINT_URL for all services"
    )]
    ServiceEndpoint {
        /// Which service.
        service: &'static str,
        /// Its endpoint.
        one: String,
        /// The endpoint of all.
        all: String,
    },
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
