//! A plan made now, from the manifest and live AWS.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::{Aws, Live, Wanted, observe};
use crate::commands::project::Project;
use crate::error::Error;
use crate::github::runner::print::say;
use crate::manifest::Problem;
use crate::manifest::firewall::Firewall;
use crate::manifest::lower::Sources;
use crate::name::{Address, Site};
use crate::plan::build::{Request, decide, known};
use crate::plan::goal::Goals;
use crate::plan::{Blob, Mode, Plan};
use crate::render::Extra;
use crate::text::Outputs;

/// A fresh plan and what lies beside it.
pub struct Fresh {
    /// The plan.
    pub plan: Plan,
    /// The functions' zips, by the hex digits of their SHA-256.
    pub zips: BTreeMap<String, Vec<u8>>,
    /// Facts for people that are no part of the plan.
    pub extra: Extra,
    /// What AWS has made up for everything that exists.
    pub known: Outputs,
    /// What the manifest asks for.
    pub wanted: BTreeMap<Address, Wanted>,
    /// Where everything that is wanted or exists is to be.
    pub goals: Goals,
    /// The zips of all functions, those too that the plan's calls do not name.
    pub blobs: BTreeMap<String, Blob>,
    /// What the manifest's author should look at.
    pub warnings: Vec<Problem>,
    /// What lies beside the manifest, and what was found out for it; without the packages.
    pub sources: Sources,
}

/// Reads and plans. Packages are built beside the reads.
pub async fn fresh(project: &Project, aws: &Aws, mode: Mode, adopt: &BTreeSet<Address>) -> Result<Fresh, Error> {
    let aws = &aws.sharing();
    let (site, listing, sources, api_logging, rule_groups) = tokio::join!(
        aws.site(),
        observe::list(aws, &project.owner),
        project.sources(),
        api_logging(project, aws),
        rule_groups(project, aws)
    );
    let (site, listing, mut sources) = (site?, listing?, sources?);
    sources.api_logging = api_logging?;
    sources.rule_groups = rule_groups;
    sources.recorder = crate::aws::config::recorder_owner(&project.owner, &listing.names);
    let lowered = project.lower(&site, &sources)?;
    let wanted = if mode.is_deploy() { lowered.wanted } else { BTreeMap::new() };
    let survey = observe::survey(aws, &project.owner, &site, &wanted, &listing);
    let (live, bounded) = tokio::join!(survey, check_boundary(project, aws, &site, mode));
    let live = live?;
    bounded?;
    let outputs = if mode.is_deploy() { lowered.outputs } else { BTreeMap::new() };
    let request = Request {
        owner: &project.owner,
        site: &site,
        wanted: &wanted,
        live: &live,
        mode,
        adopt,
        blobs: blobs(&sources),
        outputs: &outputs,
    };
    let (mut plan, goals) = decide(&request)?;
    let blobs = request.blobs;
    plan.notes.extend(lowered.notes);
    plan.notes.sort();
    keep_used_blobs(&mut plan);
    let extra = extra(aws, &plan, &live).await?;
    let packages = std::mem::take(&mut sources.packages);
    let zips = packages.into_values().map(|package| (package.sha256, package.zip)).collect();
    Ok(Fresh { plan, zips, extra, known: known(&live), wanted, goals, blobs, warnings: lowered.warnings, sources })
}

/// Whether API Gateway could write logs; asked only where an API wants some.
async fn api_logging(project: &Project, aws: &Aws) -> Result<Option<bool>, Error> {
    if !project.wants_access_logs() {
        return Ok(None);
    }
    let role = crate::aws::apigateway::logging_role(aws).await;
    Ok(Some(role.map_err(|e| observe::ReadErrors(vec![e]))?.is_some()))
}

/// AWS's rule groups; asked only where a firewall names some. They are looked at for a warning: without an answer there is
/// none, and that is said.
async fn rule_groups(project: &Project, aws: &Aws) -> Option<BTreeSet<String>> {
    if !project.source.manifest.firewall.values().any(Firewall::has_rule_groups) {
        return None;
    }
    let groups = crate::aws::wafv2::rule_groups(aws).await;
    groups.map_err(|why| say(format_args!("AWS's rule groups are not looked at: {why}"))).ok()
}

/// A boundary that does not exist would fail every role's first call.
async fn check_boundary(project: &Project, aws: &Aws, site: &Site, mode: Mode) -> Result<(), Error> {
    let Some(arn) = project.features(site).boundary.filter(|_| mode.is_deploy()) else { return Ok(()) };
    match crate::aws::iam::has_policy(aws, &arn).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(Error::NoBoundary(arn)),
        Err(error) => Err(observe::ReadErrors(vec![error]).into()),
    }
}

/// Each function's zip, by the hex digits of its SHA-256.
pub fn blobs(sources: &Sources) -> BTreeMap<String, Blob> {
    let blob = |(function, package): (&crate::name::Name, &crate::package::Package)| {
        let size = package.zip.len() as u64;
        (package.sha256.clone(), Blob { function: function.clone(), size, packages: package.requirements.clone() })
    };
    sources.packages.iter().map(blob).collect()
}

/// A plan names only the blobs that its calls send.
fn keep_used_blobs(plan: &mut Plan) {
    let steps = plan.changes.iter().flat_map(|change| &change.steps);
    let used: BTreeSet<String> = steps.filter_map(|step| step.call.blob()).map(|blob| blob.digest.hex()).collect();
    plan.blobs.retain(|hex, _| used.contains(hex));
}

/// How much each sweeping call would delete.
async fn extra(aws: &Aws, plan: &Plan, live: &BTreeMap<Address, Live>) -> Result<Extra, Error> {
    let mut extra = Extra::default();
    for change in &plan.changes {
        let sweeps = change.steps.iter().any(|step| step.call.sweep().is_some());
        if let (true, Some(live)) = (sweeps, live.get(&change.address)) {
            let count = change.address.kind.count_swept(aws, &live.id).await;
            extra.sweeps.insert(change.address.clone(), count.map_err(|e| observe::ReadErrors(vec![e]))?);
        }
    }
    Ok(extra)
}
