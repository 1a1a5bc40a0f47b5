//! The plan of the roles that deploy an app, whose resources [`bootstrap`] defines.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::{Aws, Kind, PlanReader, Wanted, observe};
use crate::bootstrap::{self, Boundary, Setup, StageSetup, Trust};
use crate::error::Error;
use crate::manifest::compliance;
use crate::name::{Address, Owner, Region, Site};
use crate::plan::build::{Request, plan};
use crate::plan::{Mode, Plan};
use crate::planning::{Project, finished};
use crate::policy;

/// What a bootstrap is made of, and all that is looked for when it plans.
const KINDS: [Kind; 3] = [Kind::Bucket, Kind::Policy, Kind::Role];

/// Plans the roles, or without a setup their removal, for which it does not matter whose jobs they were for.
pub async fn roles(
    owner: &Owner,
    site: &Site,
    setup: Option<&Setup>,
    aws: &Aws,
    adopt: &BTreeSet<Address>,
) -> Result<Plan, Error> {
    let reader = &PlanReader::new(aws);
    let wanted = setup.map(bootstrap::wanted).transpose()?.unwrap_or_default();
    let outputs = setup.map(bootstrap::outputs).unwrap_or_default();
    let listing = observe::list_of(reader, owner, &KINDS).await?;
    let live = observe::survey(reader, owner, site, &wanted, &listing).await?.live;
    let mode = if setup.is_some() { Mode::Deploy } else { Mode::Destroy };
    let blobs = BTreeMap::new();
    let request = Request { owner, site, wanted: &wanted, live: &live, mode, adopt, blobs, outputs: &outputs };
    Ok(finished(plan(&request)?, setup.map(bootstrap::notes).unwrap_or_default()))
}

/// What is made for these stages of one app, each with the environments whose jobs may apply.
pub fn setup(
    stages: &[(&Project, BTreeSet<String>)],
    site: &Site,
    trust: Trust,
    session_seconds: i32,
) -> Result<Setup, Error> {
    let (first, _) = stages.first().ok_or_else(|| Error::Usage("give a --stage".into()))?;
    let mut setup = Setup {
        owner: first.owner.clone(),
        site: site.clone(),
        tags: first.source.manifest.app.tags.clone(),
        trust,
        to_plan: Vec::new(),
        stages: BTreeMap::new(),
        session_seconds,
        packages: has_packages(stages, site)?,
        api_logging: false,
    };
    for (project, environments) in stages {
        let site = Site { region: project.source.manifest.app.region.clone(), ..site.clone() };
        setup.to_plan.extend(project.actions_of_plan_role(&site));
        setup.stages.insert(project.owner.stage.clone(), stage_setup(project, &site, environments)?);
    }
    Ok(setup)
}

/// True if a stage's large zips go by way of the bucket that is made here, which is of one region.
fn has_packages(stages: &[(&Project, BTreeSet<String>)], site: &Site) -> Result<bool, Error> {
    let apps = stages.iter().map(|(project, _)| &project.source.manifest.app);
    let regions: BTreeSet<&Region> =
        apps.filter(|app| app.has_packages_by_bootstrap()).map(|app| &app.region).collect();
    match regions.iter().find(|region| ***region != site.region) {
        Some(other) => Err(Error::Usage(format!(
            "packages = \"bootstrap\" in [app] makes a bucket in {}, but a stage is in {other}: name a bucket of its \
             region in [stage.<name>.app] packages",
            site.region
        ))),
        None => Ok(!regions.is_empty()),
    }
}

/// What one stage needs.
fn stage_setup(project: &Project, site: &Site, environments: &BTreeSet<String>) -> Result<StageSetup, Error> {
    let wanted = project.lower(site, &project.sources_without_code())?.wanted;
    let to_apply = policy::to_apply(&project.owner, site, &wanted, &project.features(site))?;
    let boundary = project.is_bounded_by_bootstrap().then(|| boundary(project, site, &wanted));
    Ok(StageSetup { environments: environments.clone(), to_apply, boundary })
}

fn boundary(project: &Project, site: &Site, wanted: &BTreeMap<Address, Wanted>) -> Boundary {
    let recorder = compliance::delivery_of(&project.source.manifest, site, &project.owner);
    Boundary::new(&project.owner, site, wanted, recorder)
}
