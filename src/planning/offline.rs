//! A plan without credentials: what the app asks for, as far as it can be determined without AWS.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Error;
use crate::manifest::Problem;
use crate::manifest::lower::{Lowered, Sources};
use crate::package::Cache;
use crate::plan::build::{Request, plan};
use crate::plan::{Mode, Plan};
use crate::planning::live_plan::blobs;
use crate::planning::{Project, finished};

/// A plan as if nothing existed yet, and what the manifest's author should look at. Nothing of it can be applied.
pub async fn offline(project: &Project, cache: &Cache) -> Result<(Plan, Vec<Problem>), Error> {
    let (site, sources) = project.somewhere(cache).await?;
    let lowered = project.lower(&site, &sources)?;
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
    Ok((finished(plan(&request)?, lowered.notes), lowered.warnings))
}

/// All that the manifest asks for, lowered as if nothing existed yet.
pub async fn lowered(project: &Project, cache: &Cache) -> Result<Lowered, Error> {
    let (site, sources) = project.somewhere(cache).await?;
    project.lower(&site, &sources)
}

/// The same without the functions' code, and what was read for it.
pub fn lowered_without_code(project: &Project) -> Result<(Lowered, Sources), Error> {
    let (site, sources) = project.nowhere(project.sources_without_code())?;
    Ok((project.lower(&site, &sources)?, sources))
}
