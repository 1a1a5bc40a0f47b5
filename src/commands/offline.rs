//! What a pull request from a fork asks for, also in the job's summary.

use crate::commands::project::cache;
use crate::commands::{job_output, print, view};
use crate::error::Error;
use crate::github::runner::Runner;
use crate::plan::file;
use crate::planning::Project;
use crate::planning::offline::offline;
use crate::render::{self, Extra};

/// Checks the manifest and shows what it asks for. Nothing of it can be applied.
pub async fn show(project: &Project, runner: &Runner) -> Result<u8, Error> {
    let (plan, warnings) = offline(project, &cache()?).await?;
    job_output::manifest(&warnings);
    let id = file::id(&file::write(&plan).map_err(crate::bundle::BundleError::from)?);
    let why = "A pull request from a fork gets no credentials, so nothing was compared with AWS. The manifest is sound. \
               This is a plan as if nothing existed yet, in the account 000000000000 unless the manifest names one. \
               It cannot be applied: after a merge, start the workflow \"serverless-app manual apply\".";
    runner.add_summary(&format!("{why}\n\n{}", render::document(&plan, &id, &Extra::default())))?;
    runner.set_output("has-changes", "")?;
    print(&format!("{why}\n\n{}", render::terminal(&plan, &id, &Extra::default(), &view::view())))?;
    Ok(0)
}
