//! What is in the account: whose it is, and what `bootstrap` makes there, held against what it would plan now.

use std::collections::{BTreeMap, BTreeSet};

use super::github::{Known, Seen};
use super::roles::report;
use super::{App, Findings};
use crate::aws::observe::ReadErrors;
use crate::aws::{Aws, apigateway};
use crate::bootstrap::{Setup, Trust};
use crate::cli;
use crate::commands::bootstrap::workflows::{self, Variable};
use crate::commands::connect::{Destination, connect};
use crate::commands::setup;
use crate::error::Error;
use crate::name::{Region, Site};
use crate::planning::roles::roles;

/// Looks at the account; `known` is what GitHub has said.
pub async fn look(args: &cli::Doctor, app: &App, known: Option<&Known>, found: &mut Findings) {
    let setup = match account(args, app, found).await {
        Some((aws, site)) => made(args, app, known, &aws, &site, found).await,
        None => None,
    };
    if let Some(seen) = known.and_then(|known| known.variables.as_ref()) {
        let has_several = setup::has_several(&args.setup, &app.order);
        let wanted = setup.as_ref().map(|setup| workflows::wanted(setup, has_several));
        variables(seen, wanted.as_deref(), found);
        unset(seen, wanted.as_deref().unwrap_or_default(), found);
    }
    if setup.is_some() {
        logging(args, app, found).await;
    }
}

/// Whose credentials there are.
async fn account(args: &cli::Doctor, app: &App, found: &mut Findings) -> Option<(Aws, Site)> {
    let asked = &app.projects.values().next()?.source.manifest.app;
    let reached = async {
        let aws = connect(Destination::from(asked), &args.credentials).await?;
        let site = aws.site().await?;
        Ok::<_, Error>((aws, site))
    };
    match reached.await {
        Err(error) => {
            found.not_seen("AWS", error.to_string(), "without credentials, nothing in AWS is checked");
            None
        }
        Ok((_, site)) if asked.account.as_ref().is_some_and(|account| *account != site.account) => {
            let says = format!("the credentials belong to {}, but the manifest names another account", site.account);
            found.wrong("AWS account", says, "use credentials of the manifest's account");
            None
        }
        Ok((aws, site)) => {
            found.ok("AWS account", format!("{}, region {}", site.account, site.region));
            Some((aws, site))
        }
    }
}

/// What `bootstrap` makes.
async fn made(
    args: &cli::Doctor,
    app: &App,
    known: Option<&Known>,
    aws: &Aws,
    site: &Site,
    found: &mut Findings,
) -> Option<Setup> {
    let trust = match known {
        Some(known) => Some(known.trust.clone()),
        None => given(args).await,
    };
    let is_known = trust.is_some();
    let planned = async {
        let setup = setup::setup(&args.setup, &app.projects, site, trust.unwrap_or_else(setup::nobody))?;
        let plan = roles(&setup.owner.bootstrap(), site, Some(&setup), aws, &BTreeSet::new()).await?;
        Ok::<_, Error>((setup, plan))
    };
    match planned.await {
        Ok((setup, plan)) => {
            report(&setup, &plan, is_known, found);
            Some(setup)
        }
        Err(error @ (Error::Read(_) | Error::Connect(_))) => {
            found.not_seen("roles", error.to_string(), "run this with credentials that may read IAM");
            None
        }
        Err(error) => {
            found.wrong(
                "roles",
                error.to_string(),
                "resolve that; `serverless-app bootstrap` would fail in the same way",
            );
            None
        }
    }
}

/// Whose jobs are trusted, as the command line alone says it.
async fn given(args: &cli::Doctor) -> Option<Trust> {
    let is_given = args.setup.owner_id.is_some() && args.setup.repository_id.is_some();
    if is_given { setup::trust(&args.setup).await.ok() } else { None }
}

/// The variables that workflows read: those that `bootstrap` names, with the roles' ARNs.
fn variables(seen: &Seen, wanted: Option<&[Variable]>, found: &mut Findings) {
    let Some(wanted) = wanted else {
        return found.not_seen(
            "variables",
            "the roles that they should name are not known",
            "see the finding about AWS",
        );
    };
    let make = "serverless-app bootstrap --github";
    for wanted in wanted {
        let of = wanted.environment.as_ref().map_or_else(String::new, |name| format!(" of {name}"));
        let subject = format!("variable {}{of}", wanted.name);
        let there = seen.by_environment.iter().find(|(environment, _)| *environment == wanted.environment);
        match there.and_then(|(_, all)| all.get(&wanted.name)) {
            Some(value) if *value == wanted.value => found.ok(subject, value.as_str()),
            Some(value) => found.wrong(subject, format!("it names {value}, but the role is {}", wanted.value), make),
            None => found.missing(subject, "it is not set", make),
        }
    }
}

/// The roles' variables that workflows read, that are set nowhere and of which nothing else is said.
fn unset(seen: &Seen, wanted: &[Variable], found: &mut Findings) {
    let is_role = |name: &&String| name.starts_with("SERVERLESS_APP_") && name.contains("_ROLE");
    let is_known = |name: &str| {
        wanted.iter().any(|one| one.name == name) || seen.by_environment.iter().any(|(_, all)| all.contains_key(name))
    };
    for name in seen.read.iter().filter(is_role).filter(|name| !is_known(name)) {
        let advice = "serverless-app bootstrap --github, with the --stage whose role it names; or correct the workflow";
        found.missing(
            format!("variable {name}"),
            "workflows read it, but it is not set in any of the places that were checked",
            advice,
        );
    }
}

/// The account's role for logs of REST APIs, where an API writes some; a setting of each region.
async fn logging(args: &cli::Doctor, app: &App, found: &mut Findings) {
    let writing = app.projects.values().filter(|project| project.wants_access_logs());
    let regions: BTreeMap<&Region, _> =
        writing.map(|project| &project.source.manifest.app).map(|app| (&app.region, app)).collect();
    for (region, asked) in regions {
        let subject = format!("API Gateway's role for logs in {region}");
        let role = async {
            let aws = connect(Destination::from(asked), &args.credentials).await?;
            Ok::<_, Error>(apigateway::logging_role(&aws).await.map_err(|error| ReadErrors(vec![error]))?)
        };
        match role.await {
            Ok(Some(arn)) => found.ok(subject, arn),
            Ok(None) => {
                let advice = format!("serverless-app bootstrap --api-logging={region}");
                found.missing(subject, "the account has none, and an API writes logs", advice);
            }
            Err(error) => found.not_seen(subject, error.to_string(), "run this with credentials that may read it"),
        }
    }
}
