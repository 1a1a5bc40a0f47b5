//! The environment that a plan is applied in, as far as a command depends on it.

use crate::cli;
use crate::error::Error;
use crate::github::api::{Api, ApiError};
use crate::github::environment::{self, Protection};
use crate::github::event::{Event, WorkflowDispatch};
use crate::github::runner::{self, Runner};
use crate::plan::Mode;

/// An environment, and what was read of it.
#[derive(Debug)]
pub struct Gate {
    name: String,
    found: Result<Protection, ApiError>,
}

impl Gate {
    /// Looks at the environment that a plan of this mode is applied in.
    pub async fn look(api: &Api, args: &cli::Gate, stage: &str, mode: Mode, branch: &str) -> Self {
        let name = args
            .environment
            .clone()
            .unwrap_or_else(|| if mode.is_destroy() { destroying(stage) } else { stage.into() });
        let found = environment::look(api, &name, branch).await;
        Self { name, found }
    }

    /// The environment's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// True if somebody is asked before an apply, as far as is known.
    pub fn asks(&self) -> bool {
        self.is_asking() == Some(true)
    }

    /// Whether somebody is asked before an apply; `None` if that could not be read.
    pub fn is_asking(&self) -> Option<bool> {
        self.found.as_ref().ok().map(|protection| protection.asks)
    }

    /// What a reviewer should know. What cannot be read is reported, and nothing else happens.
    pub fn warnings(&self) -> Vec<String> {
        let name = &self.name;
        match &self.found {
            Ok(protection) => protection.gaps.clone(),
            Err(error) if error.status() == Some(403) => vec![format!(
                "the protection rules of the environment `{name}` could not be read; the job needs `actions: read`"
            )],
            Err(_) => vec![format!("the protection rules of the environment `{name}` could not be read from GitHub")],
        }
    }

    /// Stops before something is destroyed without asking anybody, unless the workflow allows that.
    pub fn before_destroying(self, args: &cli::Gate) -> Result<(), Error> {
        match self.found {
            Ok(protection) if protection.asks => Ok(()),
            _ if args.destroy_without_reviewers => Ok(()),
            Ok(_) => Err(Error::NoReviewers(self.name)),
            Err(error) => Err(error.into()),
        }
    }
}

/// The environment that destroys a stage, unless it is called otherwise.
pub fn destroying(stage: &str) -> String {
    format!("{stage}-destroy")
}

/// Before a plan to destroy that somebody has started by hand: stops if nobody would be asked before its apply. Warns
/// of whatever else the environment lacks.
pub async fn before_planning(args: &cli::Plan, runner: &Runner, mode: Mode) -> Result<(), Error> {
    let Event::WorkflowDispatch(WorkflowDispatch { repository, .. }) = runner.event()? else { return Ok(()) };
    if !mode.is_destroy() {
        return Ok(());
    }
    let branch = repository.default_branch.unwrap_or_default();
    let gate = Gate::look(&Api::connect(runner)?, &args.gate, args.project.stage.as_str(), mode, &branch).await;
    for warning in gate.warnings() {
        runner::warn("serverless-app", &warning);
    }
    gate.before_destroying(&args.gate)
}
