//! Clients with the credentials that the command line asks for.

use crate::aws::Aws;
use crate::cli;
use crate::error::Error;
use crate::github::oidc::{Oidc, Role};
use crate::github::runner::Runner;
use crate::name::Region;

/// The role's credentials where one is to be assumed, else the SDK's default chain.
pub async fn connect(region: &Region, credentials: &cli::Credentials) -> Result<Aws, Error> {
    let Some(arn) = credentials.role_to_assume.clone().filter(|arn| !arn.is_empty()) else {
        return Ok(Aws::connect(region).await?);
    };
    let session = credentials.role_session_name.clone().filter(|name| !name.is_empty());
    let role = Role { arn, session, seconds: credentials.role_duration };
    let oidc = Oidc::assume(Runner::from_env()?.as_ref(), role, region).await?;
    Ok(Aws::connect_with(region, oidc).await?)
}
