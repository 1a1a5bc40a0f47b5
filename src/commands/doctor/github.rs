//! What is set on GitHub: environments, variables, the required checks, what jobs' tokens may do.

use std::collections::BTreeSet;

use super::Findings;
use crate::bootstrap::Trust;
use crate::bootstrap::github_names::{Branch, RepositoryName};
use crate::cli;
use crate::commands::{bootstrap, setup};
use crate::github::api::{Api, ApiError};
use crate::github::repository::{self, Repository};
use crate::github::variables::{self, Variables};
use crate::github::{environment, ruleset};
use crate::name::Stage;

/// What makes it.
const MAKE: &str = "serverless-app bootstrap --github --reviewer LOGIN";
const LOG_IN: &str = "log in with `gh auth login`, or set GITHUB_TOKEN to the token of an administrator";

/// What GitHub says of the repository, for what is looked at in AWS.
pub struct Known {
    /// Whose jobs are to be trusted.
    pub trust: Trust,
    /// `None` where no workflow reads any, or nobody may see them.
    pub variables: Option<Seen>,
}

/// The variables that are set, and those that workflows read.
pub struct Seen {
    /// The variables of the repository and of each environment.
    pub by_environment: Vec<(Option<String>, Variables)>,
    /// What workflows read, by name.
    pub read: BTreeSet<String>,
}

/// Looks at the repository, whose workflows read these variables; `None` where it is not to be seen.
pub async fn look(args: &cli::Doctor, order: &[Stage], read: &BTreeSet<String>, found: &mut Findings) -> Option<Known> {
    let (api, trust) = repository(args, found).await?;
    let names: BTreeSet<String> = order.iter().flat_map(|stage| setup::environments(&args.setup, stage)).collect();
    for name in &names {
        of_environment(name, &trust, &api, found).await;
    }
    let by_environment = if read.is_empty() { None } else { of_variables(names, &api, found).await };
    let variables = by_environment.map(|by_environment| Seen { by_environment, read: read.clone() });
    checks(order, &trust, &api, found).await;
    tokens(&api, found).await;
    Some(Known { trust, variables })
}

async fn repository(args: &cli::Doctor, found: &mut Findings) -> Option<(Api, Trust)> {
    let name = match setup::repository(&args.setup).await {
        Ok(name) => name,
        Err(error) => {
            found.not_seen("GitHub", error.to_string(), "without it, nothing on GitHub is checked");
            return None;
        }
    };
    let asked = async {
        let api = repository::connect(&name.to_string()).await?;
        let about: Repository = api.get("").await?;
        Ok::<_, ApiError>((api, about))
    };
    match asked.await {
        Ok((api, about)) => {
            let sort = if about.private { "private" } else { "public" };
            found.ok("repository", format!("{name}, {sort}, default branch {}", about.default_branch));
            Some((api, trust(args, &name, &about, found)?))
        }
        Err(ApiError::NoToken) => {
            found.not_seen("GitHub", format!("there is no token, so nothing of {name} is checked"), LOG_IN);
            None
        }
        Err(error) => {
            found.not_seen("GitHub", format!("{name}: {error}"), LOG_IN);
            None
        }
    }
}

fn trust(args: &cli::Doctor, name: &RepositoryName, about: &Repository, found: &mut Findings) -> Option<Trust> {
    let branch: Branch = match about.default_branch.parse() {
        Ok(branch) => branch,
        Err(error) => {
            let says = format!("its default branch is {:?}: {error}", about.default_branch);
            found.not_seen("GitHub", says, "rename it, because no role could trust it");
            return None;
        }
    };
    Some(setup::trust_in(&args.setup, name, (about.owner.id, about.id), &branch))
}

async fn of_environment(name: &str, trust: &Trust, api: &Api, found: &mut Findings) {
    let (subject, branch) = (format!("environment {name}"), &trust.default_branch);
    match environment::look(api, name, branch).await {
        Err(error) => found.not_seen(subject, error.to_string(), who(&error)),
        Ok(protection) if !protection.exists => found.missing(subject, "there is no such environment", MAKE),
        Ok(protection) if protection.gaps.is_empty() => {
            found.ok(subject, format!("asks reviewers, nobody can approve their own run, only {branch} can deploy"));
        }
        Ok(protection) => {
            let start = format!("the environment `{name}` ");
            let gaps: Vec<&str> = protection.gaps.iter().map(|gap| gap.strip_prefix(&start).unwrap_or(gap)).collect();
            found.wrong(subject, gaps.join("; "), format!("{MAKE}, or see its settings"));
        }
    }
}

async fn of_variables(
    environments: BTreeSet<String>,
    api: &Api,
    found: &mut Findings,
) -> Option<Vec<(Option<String>, Variables)>> {
    let mut all = Vec::new();
    for environment in [None].into_iter().chain(environments.into_iter().map(Some)) {
        let read = match &environment {
            None => variables::of_repository(api).await,
            Some(name) => variables::of_environment(api, name).await,
        };
        match read {
            Ok(variables) => all.push((environment, variables)),
            Err(error) => {
                found.not_seen("variables", error.to_string(), who(&error));
                return None;
            }
        }
    }
    Some(all)
}

async fn checks(order: &[Stage], trust: &Trust, api: &Api, found: &mut Findings) {
    let branch = &trust.default_branch;
    let (subject, wanted) = (format!("required checks of {branch}"), bootstrap::checks(order));
    let listed = |names: Vec<&String>| names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
    match ruleset::required_checks(api, branch).await {
        Err(error) if error.lacking_plan().is_some() => {
            let advice = "until it can, whoever merges has to check that the plan was made and succeeded";
            found.missing(subject, format!("the repository cannot have any: {error}"), advice);
        }
        Err(error) => found.not_seen(subject, error.to_string(), who(&error)),
        Ok(required) if required.is_superset(&wanted) => found.ok(subject, listed(wanted.iter().collect())),
        Ok(required) => {
            let lacking = listed(wanted.difference(&required).collect());
            found.missing(subject, format!("{lacking} need not have passed before a merge"), MAKE);
        }
    }
}

async fn tokens(api: &Api, found: &mut Findings) {
    let subject = "jobs' tokens";
    let settings = "Settings, Actions, General, \"Workflow permissions\"";
    match repository::workflow_permissions(api).await {
        Err(error) => found.not_seen(subject, error.to_string(), who(&error)),
        Ok(one) if one.can_approve_pull_request_reviews => {
            let says = "jobs may approve pull requests, so an approval need not come from a person";
            found.wrong(subject, says, format!("turn that off: {settings}"));
        }
        Ok(one) if one.default_workflow_permissions != "read" => {
            let says = "they may write unless a workflow says otherwise";
            found.wrong(
                subject,
                says,
                format!("select \"Read repository contents and packages permissions\": {settings}"),
            );
        }
        Ok(_) => {
            found.ok(subject, "they can only read unless a workflow says otherwise, and cannot approve pull requests")
        }
    }
}

/// What to do about what GitHub does not show.
fn who(error: &ApiError) -> &'static str {
    match error.status() {
        Some(401 | 403 | 404) => "run this with the token of an administrator of the repository",
        _ => "run this again, or see what GitHub's answer says",
    }
}
