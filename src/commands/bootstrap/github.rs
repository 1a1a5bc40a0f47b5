//! `bootstrap --github`: what is missing on GitHub, as a list of requests that are sent after a yes.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::aws::Aws;
use crate::bootstrap::Setup;
use crate::bootstrap::github_names::{self, Branch, GithubNameError, RepositoryName};
use crate::cli;
use crate::commands::bootstrap::{Stages, workflows};
use crate::commands::connect::{Destination, connect};
use crate::commands::setup::{self, first};
use crate::commands::{ask, next, print};
use crate::error::Error;
use crate::github::api::{Api, ApiError};
use crate::github::protection::{self, Change, Reviewer, Wanted};
use crate::github::repository::{self, Repository};
use crate::github::runner::print::say;
use crate::github::{environment, ruleset, variables};
use crate::name::{Site, Stage};

/// What is to be sent, and what people have to do themselves.
#[derive(Default)]
struct Missing {
    changes: Vec<Change>,
    by_hand: Vec<String>,
}

/// What is wanted of a repository.
struct Asked<'a> {
    args: &'a cli::Bootstrap,
    api: &'a Api,
    setup: Setup,
    /// Who is asked, as GitHub names them; nobody where the environments ask somebody already.
    reviewers: Vec<serde_json::Value>,
}

/// Lists the requests, and sends them if the answer is yes.
pub async fn github(args: &cli::Bootstrap, stages: &Stages) -> Result<u8, Error> {
    let name = setup::repository(&args.setup).await?;
    let of = |error| explained(&name, error);
    let api = repository::connect(&name.to_string()).await.map_err(of)?;
    let asked = asked(args, stages, &name, &api).await?;
    let mut missing = asked.of_environments().await.map_err(of)?;
    let others = asked.of_others(stages).await.map_err(of)?;
    missing.changes.extend(others.changes);
    print(&shown(&name, &missing, &others.by_hand))?;
    let is_sent =
        !missing.changes.is_empty() && (args.yes || ask::yes(&format!("Send {} to GitHub?", count(&missing))));
    if is_sent {
        for change in &missing.changes {
            let sent = api.send(change.method, &change.path, &change.body).await;
            sent.map_err(|error| refused(&name, change, error))?;
            say(format_args!("sent {} {}", change.method, change.path));
        }
        missing.by_hand = asked.left().await;
    }
    missing.by_hand.iter().chain(&others.by_hand).for_each(|line| say(format_args!("By hand: {line}.")));
    if is_sent || missing.changes.is_empty() {
        next::say("serverless-app doctor");
    } else {
        say("Nothing was sent.");
        next::say("serverless-app bootstrap --github --yes, with the same options");
    }
    Ok(0)
}

fn count(missing: &Missing) -> String {
    match missing.changes.len() {
        1 => "this request".into(),
        count => format!("these {count} requests"),
    }
}

/// The requests; `impossible`: what else there is to do, and no request can do.
fn shown(name: &RepositoryName, missing: &Missing, impossible: &[String]) -> String {
    if missing.changes.is_empty() {
        let is_all = missing.by_hand.is_empty() && impossible.is_empty();
        let what = if is_all { "is missing in" } else { "is to be sent to" };
        return format!("GitHub: nothing {what} {name}.\n");
    }
    let mut text = format!("GitHub: {} below /repos/{name}\n", count(missing));
    for change in &missing.changes {
        // Writing to a text never fails.
        let _ = writeln!(text, "  {change}");
    }
    text
}

async fn asked<'a>(
    args: &'a cli::Bootstrap,
    stages: &Stages,
    name: &RepositoryName,
    api: &'a Api,
) -> Result<Asked<'a>, Error> {
    let found: Repository = api.get("").await.map_err(|error| explained(name, error))?;
    let branch: Branch = match &args.setup.default_branch {
        Some(branch) => branch.clone(),
        None => found.default_branch.parse().map_err(|e: GithubNameError| Error::Usage(e.to_string()))?,
    };
    let trust = setup::trust_in(&args.setup, name, (found.owner.id, found.id), &branch);
    let setup = setup::setup(&args.setup, &stages.projects, &site(args, stages).await?, trust)?;
    let reviewers = reviewers(args, &setup, name, api).await?;
    Ok(Asked { args, api, setup, reviewers })
}

impl Asked<'_> {
    fn branch(&self) -> &str {
        &self.setup.trust.default_branch
    }

    async fn of_environments(&self) -> Result<Missing, ApiError> {
        let mut missing = Missing::default();
        for name in environments(&self.setup) {
            let (reviewers, self_review, branch) = (&self.reviewers, self.args.self_review, self.branch());
            let (changes, by_hand) =
                protection::missing(self.api, Wanted { name, reviewers, self_review, branch }).await?;
            missing.changes.extend(changes);
            missing.by_hand.extend(by_hand);
        }
        Ok(missing)
    }

    /// Variables and the required checks.
    async fn of_others(&self, stages: &Stages) -> Result<Missing, ApiError> {
        let changes = of_variables(&self.setup, stages.has_several, self.api).await?;
        let mut missing = Missing { changes, by_hand: Vec::new() };
        let wanted = checks(&stages.order);
        match ruleset::missing(self.api, self.branch(), &wanted).await {
            Ok(change) => missing.changes.extend(change),
            Err(error) => {
                let Some(said) = error.lacking_plan() else { return Err(error) };
                let checks: Vec<&str> = wanted.iter().map(String::as_str).collect();
                missing.by_hand.push(format!(
                    "merge into {} only after {} has passed: the repository cannot require checks, as GitHub says: \
                     \"{}\"",
                    self.branch(),
                    checks.join(" and "),
                    said.trim_end_matches('.')
                ));
            }
        }
        Ok(missing)
    }

    /// What is left to do of the environments after everything was sent, as they are now.
    async fn left(&self) -> Vec<String> {
        match self.of_environments().await {
            Ok(Missing { changes, mut by_hand }) => {
                let kept = |change: Change| {
                    format!(
                        "check the settings: GitHub accepted a request, but the setting is another one: {} {}",
                        change.method, change.path
                    )
                };
                by_hand.extend(changes.into_iter().map(kept));
                by_hand
            }
            Err(error) => {
                vec![format!("check the settings of the environments, which could not be read again: {error}")]
            }
        }
    }
}

/// The checks that the plan workflow makes, a stage each.
pub fn checks(stages: &[Stage]) -> BTreeSet<String> {
    stages.iter().map(|stage| format!("plan ({stage})")).collect()
}

fn environments(setup: &Setup) -> BTreeSet<&str> {
    setup.stages.values().flat_map(|parts| &parts.environments).map(String::as_str).collect()
}

/// The account, where no role's ARN can be said without it: what is given, else whose credentials there are.
async fn site(args: &cli::Bootstrap, stages: &Stages) -> Result<Site, Error> {
    let project = first(&stages.projects)?;
    let app = &project.source.manifest.app;
    if let Some(account) = args.setup.account.as_ref().or(app.account.as_ref()) {
        return Ok(project.site_of(account.clone()));
    }
    let aws: Aws = connect(Destination::from(app), &cli::Credentials::default()).await?;
    Ok(aws.site().await?)
}

async fn of_variables(setup: &Setup, has_several: bool, api: &Api) -> Result<Vec<Change>, ApiError> {
    let of_repository = variables::of_repository(api).await?;
    let mut changes = Vec::new();
    for wanted in workflows::wanted(setup, has_several) {
        let found = match &wanted.environment {
            Some(environment) => variables::of_environment(api, environment).await?,
            None => of_repository.clone(),
        };
        changes.extend(variables::change(&found, wanted.environment.as_deref(), &wanted.name, &wanted.value));
    }
    Ok(changes)
}

/// Who is asked, as GitHub names them: those that are given, where an environment asks nobody yet.
async fn reviewers(
    args: &cli::Bootstrap,
    setup: &Setup,
    name: &RepositoryName,
    api: &Api,
) -> Result<Vec<serde_json::Value>, Error> {
    let mut given = args.reviewers.clone();
    if given.is_empty() && !args.without_reviewers {
        let mut unasked = None;
        for environment in environments(setup) {
            let found = environment::look(api, environment, &setup.trust.default_branch).await;
            if !found.map_err(|error| explained(name, error))?.asks {
                unasked = Some(environment);
            }
        }
        let Some(unasked) = unasked else { return Ok(Vec::new()) };
        let nobody = || {
            Error::Usage(format!(
                "nobody is asked before an apply in the environment {unasked}: give --reviewer NAME or --reviewer \
                 ORGANISATION/TEAM, or --without-reviewers if the repository's GitHub plan has none"
            ))
        };
        let answer = ask::line("Who is asked before an apply, an account or ORGANISATION/TEAM").ok_or_else(nobody)?;
        given.push(
            answer.parse().map_err(|error: GithubNameError| Error::Usage(format!("--reviewer {answer}: {error}")))?,
        );
    }
    let mut ids = Vec::new();
    let is_foreign = |one: &&github_names::Reviewer| {
        one.organisation.as_ref().is_some_and(|organisation| !organisation.eq_ignore_ascii_case(&name.owner))
    };
    if let Some(stranger) = given.iter().find(is_foreign) {
        let owner = &name.owner;
        return Err(Error::Usage(format!("--reviewer {stranger}: {name} can only ask teams of {owner}")));
    }
    for reviewer in &given {
        let found = protection::reviewer(api, &as_asked(reviewer)).await.map_err(|error| explained(name, error))?;
        ids.push(found.ok_or_else(|| {
            Error::Usage(format!(
                "--reviewer {reviewer}: nobody of this name has access to {name}; give them access first"
            ))
        })?);
    }
    Ok(ids)
}

fn as_asked(reviewer: &github_names::Reviewer) -> Reviewer {
    match &reviewer.organisation {
        Some(_) => Reviewer::Team(reviewer.name.clone()),
        None => Reviewer::User(reviewer.name.clone()),
    }
}

/// What to do about a token that is not enough.
fn explained(name: &RepositoryName, error: ApiError) -> Error {
    if matches!(error, ApiError::NoToken) {
        return Error::Usage(format!(
            "there is no token for GitHub: log in as an administrator of {name} with `gh auth login`, or set GITHUB_TOKEN"
        ));
    }
    if matches!(error.status(), Some(401 | 403 | 404)) && error.lacking_plan().is_none() {
        say(format_args!("The token must be that of an administrator of {name}; `gh auth status` says whose it is."));
    }
    Error::Github(error)
}

/// What to do where GitHub does not take a request.
fn refused(name: &RepositoryName, change: &Change, error: ApiError) -> Error {
    let has_reviewers = change.body["reviewers"].as_array().is_some_and(|all| !all.is_empty());
    if error.status() == Some(422) && has_reviewers {
        say("The repository's GitHub plan may have no required reviewers (private repositories need a larger plan): \
             make the repository public, upgrade the plan, or give --without-reviewers; what was sent is not sent \
             again.");
    }
    explained(name, error)
}
