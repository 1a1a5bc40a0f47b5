//! Clients with the credentials that the command line asks for.

use aws_credential_types::provider::SharedCredentialsProvider;

use crate::aws::client::Sessions;
use crate::aws::document::Document;
use crate::aws::endpoint::refuse_one_service_endpoints;
use crate::aws::rate::Rates;
use crate::aws::{Aws, RequiredAction};
use crate::cli;
use crate::error::Error;
use crate::github::oidc::{Oidc, Role};
use crate::github::runner::Runner;
use crate::github::runner::print::say;
use crate::manifest::App;
use crate::name::{Account, Region, Site};
use crate::policy::document::SESSION;
use crate::policy::documents;
use crate::policy::session::{Session, Share};

/// The site that the credentials are for.
#[derive(Debug, Clone, Copy)]
pub struct Destination<'a> {
    /// The only account that is accepted, if it is known.
    pub account: Option<&'a Account>,
    /// The region.
    pub region: &'a Region,
}

impl<'a> From<&'a App> for Destination<'a> {
    fn from(app: &'a App) -> Self {
        Self { account: app.account.as_ref(), region: &app.region }
    }
}

impl<'a> From<&'a Site> for Destination<'a> {
    fn from(site: &'a Site) -> Self {
        Self { account: Some(&site.account), region: &site.region }
    }
}

/// The credentials of the role that is to be assumed, or else those of the SDK's default chain. No token is sent for a
/// role of another account than the named one.
pub async fn connect<'a>(
    destination: impl Into<Destination<'a>>,
    credentials: &cli::Credentials,
) -> Result<Aws, Error> {
    let destination = destination.into();
    let Some(arn) = credentials.role_to_assume.clone().filter(|arn| !arn.is_empty()) else {
        return Ok(Aws::connect(destination.region, rates()).await?);
    };
    let session = credentials.role_session_name.clone().filter(|name| !name.is_empty());
    let role = Role { arn, session, seconds: credentials.role_duration, policies: Vec::new() };
    let oidc = assume(destination, role).await?;
    Ok(Aws::connect_with(destination.region, rates(), oidc).await?)
}

/// The role's credentials for each service, limited to what its session allows; each share of changes has sessions of
/// its own. Requests that belong to no change use the first share's.
pub async fn connect_limited<'a>(
    destination: impl Into<Destination<'a>>,
    credentials: &cli::Credentials,
    shares: &[Share],
) -> Result<Aws, Error> {
    let destination = destination.into();
    let Some(arn) = credentials.role_to_assume.clone().filter(|arn| !arn.is_empty()) else {
        return Err(Error::Usage("--session-policy limits a role's credentials: give --role-to-assume".into()));
    };
    let session = credentials.role_session_name.clone().filter(|name| !name.is_empty());
    // Who we are may be asked without any right; with this policy nothing else can be.
    let who = documents([RequiredAction::new("sts:GetCallerIdentity", "*")], SESSION)?;
    let policies = who.iter().map(Document::to_string).collect();
    let oidc = assume(destination, Role { arn, session, seconds: credentials.role_duration, policies }).await?;
    let provider = |one: &Session| SharedCredentialsProvider::new(oidc.limited(one.policies()));
    let providers =
        |share: &Share| -> Sessions { share.sessions.iter().map(|one| (one.service.clone(), provider(one))).collect() };
    let mut shares = shares.iter();
    let mut first = shares.next().map(providers).unwrap_or_default();
    let others = shares.map(|share| (share.changes.clone(), providers(share))).collect();
    first.insert("sts".into(), SharedCredentialsProvider::new(oidc.clone()));
    Ok(Aws::connect_sessions(destination.region, rates(), first, others).await?)
}

async fn assume(destination: Destination<'_>, role: Role) -> Result<Oidc, Error> {
    role.check(destination.account, destination.region)?;
    refuse_one_service_endpoints().await?;
    Ok(Oidc::assume(Runner::from_env()?.as_ref(), role, destination.region).await?)
}

/// AWS's published request rates; long waits for them are reported.
fn rates() -> Rates {
    Rates::published(|what, wait| say(format_args!("Waiting {} s: AWS limits the rate of {what}.", wait.as_secs())))
}
