//! What a plan may do, regardless of what it says: the event and the workflow determine its mode and what it may take
//! over, and the default branch as it was before the merge determines what is denied.

use std::collections::BTreeSet;

use crate::cli;
use crate::error::Error;
use crate::github::api::Api;
use crate::github::contents::{self, ContentsError};
use crate::github::event::Event;
use crate::github::runner::Runner;
use crate::github::runner::print::say;
use crate::github::workspace::path_in_repository;
use crate::manifest::names::Called;
use crate::manifest::{Deny, read};
use crate::name::Address;
use crate::plan::Mode;
use crate::planning::rollback::Back;
use crate::planning::{Project, Rules};

/// What is asked for: by the event, and by the workflow.
pub struct Asked {
    /// What the plan is for.
    pub mode: Mode,
    /// What it may take over.
    pub adopt: BTreeSet<Address>,
    /// Which functions go back.
    pub back: BTreeSet<Back>,
}

/// What is asked for. A push deploys, and only its source says what is adopted; otherwise the workflow says both.
/// Outside GitHub Actions, where whoever applies has also planned, the mode is `planned` unless given.
pub fn expected(args: &cli::ExpectedPlan, event: Option<&Event>, planned: Option<Mode>) -> Result<Asked, Error> {
    let by_hand = "is for the manual apply";
    match event {
        Some(Event::Push(_)) if args.mode.is_some_and(|mode| mode != cli::Mode::Apply) => {
            Err(Error::Usage(format!("a push only applies what was merged; another --mode {by_hand}")))
        }
        Some(Event::Push(_)) if !args.adopt.is_empty() => {
            Err(Error::Usage(format!("--adopt {by_hand}; on a push write `adopt = true` in the section")))
        }
        _ => {
            let unsaid = planned.filter(|_| event.is_none()).unwrap_or_default();
            let (adopt, back) = (args.adopt.iter().cloned().collect(), args.rollback.iter().cloned().collect());
            Ok(Asked { mode: args.mode.map_or(unsaid, Into::into), adopt, back })
        }
    }
}

/// A pull request's plan is applied by a push, so what no push may do is not planned for one.
pub fn planned(args: &cli::Plan, event: &Event) -> Result<(), Error> {
    let Event::PullRequest(pull) = event else { return Ok(()) };
    let number = pull.number;
    if let Some(address) = args.adopt.first() {
        let help = format!("write `adopt = true` in the section of {address}");
        return Err(Error::Usage(format!("--adopt is for the manual apply, not for pull request #{number}: {help}")));
    }
    if let Some(back) = args.rollback.first() {
        return Err(Error::Usage(format!("--rollback {back} is for the manual apply, not for pull request #{number}")));
    }
    match args.destroy {
        true => Err(Error::Usage(format!("--destroy is for the manual apply, not for pull request #{number}"))),
        false => Ok(()),
    }
}

/// The rules of the manifest as the branch had it before: a merge cannot remove the rule that forbids it. The
/// manifest's own where nothing is merged: on a start by hand, which is on the default branch, and outside of GitHub
/// Actions.
pub async fn rules(event: Option<&Event>, runner: Option<&Runner>, project: &Project) -> Result<Rules, Error> {
    let (Some(event), Some(runner)) = (event, runner) else { return Ok(Rules::own(project)) };
    match event {
        Event::Push(push) => {
            let new = || Error::DenyUnknown(format!("{} is a new branch", push.git_ref));
            rules_at(push.was_at().ok_or_else(new)?, runner, project).await
        }
        Event::MergeGroup(group) => rules_at(&group.base_sha, runner, project).await,
        _ => Ok(Rules::own(project)),
    }
}

/// The rules at a commit. A manifest that was not there yet denies nothing; but the merged one has to be where it is
/// looked for, so that a path that is taken wrongly is no manifest that was not there.
async fn rules_at(commit: &str, runner: &Runner, project: &Project) -> Result<Rules, Error> {
    let unknown = |why: &dyn std::fmt::Display| Error::DenyUnknown(why.to_string());
    let path = path_in_repository(runner.workspace.as_deref(), &project.path).map_err(|e| unknown(&e))?;
    let of = format!("{path} at {commit}");
    let api = Api::connect(runner)?;
    let text = async |at: &str| match contents::text_at(&api, &path, at).await {
        Err(ContentsError::Api(error)) => Err(Error::from(error)),
        found => found.map_err(|error| Error::DenyUnknown(format!("{path} at {at}: {error}"))),
    };
    if let Some(text) = text(commit).await? {
        let deny = read::deny(&of, &text, &project.owner.stage).map_err(|problems| unknown(&problems))?;
        let called = read::called(&of, &text, &project.owner);
        return Ok(Rules { deny, of, called });
    }
    if text(&runner.sha).await?.is_none() {
        let why = format!("{path} is not in the repository, neither at {commit} nor at {}", runner.sha);
        return Err(Error::DenyUnknown(why));
    }
    say(format_args!("There is no {of}: nothing is denied."));
    Ok(Rules { deny: Deny::default(), of, called: Called::new() })
}
