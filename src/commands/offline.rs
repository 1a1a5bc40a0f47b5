//! A plan without credentials: what the app wants, as far as it can be told without AWS.

use std::collections::{BTreeMap, BTreeSet};

use crate::commands::fresh::blobs;
use crate::commands::project::Project;
use crate::commands::{print, told};
use crate::error::Error;
use crate::github::runner::Runner;
use crate::plan::build::{Request, plan};
use crate::plan::{Mode, file};
use crate::render::{self, Extra};

/// Checks the manifest and shows what it wants, in the job's summary too. Nothing of it can be applied.
pub async fn show(project: &Project, runner: &Runner) -> Result<u8, Error> {
    let (site, sources) = project.somewhere().await?;
    let lowered = project.lower(&site, &sources)?;
    told::manifest(&lowered.warnings);
    let request = Request {
        owner: &project.owner,
        site: &site,
        wanted: &lowered.wanted,
        live: &BTreeMap::new(),
        mode: Mode::Deploy,
        adopt: &BTreeSet::new(),
        blobs: blobs(&sources),
        outputs: &lowered.outputs,
    };
    let plan = plan(&request)?;
    let id = file::id(&file::write(&plan).map_err(crate::bundle::BundleError::from)?);
    let why = "A pull request from a fork gets no credentials, so nothing was compared with AWS. The manifest is sound. \
               This is what the app wants, as if nothing existed yet, in an account made up of zeros unless the manifest \
               names one. It cannot be applied: after a merge, start the workflow \"serverless-app second door\".";
    runner.add_summary(&format!("{why}\n\n{}", render::document(&plan, &id, &Extra::default())))?;
    runner.set_output("has-changes", "")?;
    print(&format!("{why}\n\n{}", render::terminal(&plan, &id, true, &Extra::default())))?;
    Ok(0)
}
