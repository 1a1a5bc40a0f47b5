//! The plan of a project against live AWS.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::config::recorder_owner;
use crate::aws::observe::{self, Listing, ReadErrors, Survey};
use crate::aws::route53::{self, Zone};
use crate::aws::{Aws, Live, PlanReader, Wanted, apigateway, wafv2};
use crate::bundle::{BundleError, Contents};
use crate::canonical::Sha;
use crate::error::Error;
use crate::manifest::firewall::Firewall;
use crate::manifest::lower::Sources;
use crate::manifest::names::{self, Called};
use crate::manifest::problem::KeyPath;
use crate::manifest::{Problem, domain};
use crate::name::{Address, Site};
use crate::package::{Cache, Origin, Package, Zip};
use crate::plan::build::{Request, decide, known};
use crate::plan::goal::Goals;
use crate::plan::{Blob, Mode, Plan, Whose, file};
use crate::planning::{Project, boundary, finished, managed};
use crate::render::Extra;
use crate::text::Outputs;

/// A finished plan, and what lies beside it.
pub struct LivePlan {
    /// The plan.
    pub plan: Plan,
    /// The zips of functions and layers, by the hex digits of their SHA-256.
    pub zips: BTreeMap<String, Zip>,
    /// Where the files of buckets come from, by the hex digits of their SHA-256.
    pub files: BTreeMap<String, Origin>,
    /// Facts for people that are no part of the plan.
    pub extra: Extra,
    /// What AWS has made up for everything that exists.
    pub known: Outputs,
    /// What the manifest asks for.
    pub wanted: BTreeMap<Address, Wanted>,
    /// Where everything that is wanted or exists is to be.
    pub goals: Goals,
    /// The zips of all functions and layers, those too that the plan's calls do not name.
    pub blobs: BTreeMap<String, Blob>,
    /// The resources that each output names.
    pub output_needs: BTreeMap<String, BTreeSet<Address>>,
    /// What the manifest's author should look at.
    pub warnings: Vec<Problem>,
    /// What could not be looked at, and why; the plan is the same.
    pub unknown: Vec<String>,
    /// What lies beside the manifest, and what was found out for it; without the packages.
    pub sources: Sources,
}

impl LivePlan {
    /// The plan's id.
    pub fn id(&self) -> Result<Sha, Error> {
        Ok(file::id(&file::write(&self.plan).map_err(BundleError::from)?))
    }

    /// What its bundle holds beside it.
    pub fn contents(&self) -> Contents<'_> {
        Contents { zips: &self.zips, files: &self.files }
    }
}

/// Reads and plans. Packages are built beside the reads. `earlier` is what a manifest before this one called by a `name`.
pub async fn live_plan(
    project: &Project,
    cache: &Cache,
    aws: &Aws,
    mode: Mode,
    adopt: &BTreeSet<Address>,
    earlier: &Called,
) -> Result<LivePlan, Error> {
    let reader = &PlanReader::new(aws);
    let Found { site, mut listing, mut sources, mut unknown } = find(project, cache, reader, mode).await?;
    let lowered = project.lower(&site, &sources)?;
    let (wanted, outputs) = if mode.is_deploy() { (lowered.wanted, lowered.outputs) } else { Default::default() };
    if mode.is_deploy() {
        listing.narrow(&wanted);
    }
    listing.called = names::called(&project.source.manifest, &project.owner);
    listing.called.extend(earlier.iter().cloned());
    listing.leave_out(|kind| project.source.manifest.has_by_need(kind), !mode.is_deploy());
    let survey = observe::survey(reader, &project.owner, &site, &wanted, &listing);
    let (live, bounded) = tokio::join!(survey, boundary::look(project, aws, &site, mode));
    let (Survey { live, unread }, bounded) = (live?, bounded?);
    unknown.extend(unread);
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
    let (plan, goals) = decide(&request)?;
    let blobs = request.blobs;
    let mut notes = lowered.notes;
    match bounded {
        Some(Ok(boundary)) => notes.extend(boundary.notes(&project.owner, &site, &wanted)),
        Some(Err(why)) => unknown.push(why),
        None => {}
    }
    match managed::notes(aws, &plan, &wanted, &live, &listing.tags).await {
        Ok(managed) => notes.extend(managed),
        Err(why) => unknown.push(format!("it is not known whether other tools still manage what is taken over: {why}")),
    }
    let plan = finished(plan, notes);
    let extra = Extra { sweeps: sweeps(aws, &plan, &live).await?, ..Extra::default() };
    let mut warnings = lowered.warnings;
    warnings.extend(undeclared(project, &plan));
    let packages = std::mem::take(&mut sources.packages);
    let layers = std::mem::take(&mut sources.layers).into_values().flatten().map(|layer| layer.package);
    let zips = packages.into_values().chain(layers).map(|package| (package.sha256, package.zip)).collect();
    let folders = std::mem::take(&mut sources.folders).into_values().flatten().flatten();
    let files = folders.map(|file| (file.sha256.hex(), file.at)).collect();
    Ok(LivePlan {
        plan,
        zips,
        files,
        extra,
        known: known(&live),
        wanted,
        goals,
        blobs,
        output_needs: lowered.output_needs,
        warnings,
        unknown,
        sources,
    })
}

/// A stage that no manifest declares may be misspelt, and then its plan makes another app beside the one that is meant.
fn undeclared(project: &Project, plan: &Plan) -> Option<Problem> {
    if project.source.declares_stages || !plan.is_first() {
        return None;
    }
    let (app, stage) = (&plan.app, &plan.stage);
    let message = format!(
        "nothing of {app} is deployed at the stage {stage}, and the manifest declares no stages: this creates a new app"
    );
    let help = format!(
        "check that --stage is right; once [stage.{stage}] is in the manifest, no other stage is planned by mistake"
    );
    let place = KeyPath::default().at("app").at("name");
    Some(project.source.places.problem(&place, message, Some(help)).without_excerpt())
}

/// What is known before the manifest is lowered.
struct Found {
    site: Site,
    listing: Listing,
    sources: Sources,
    unknown: Vec<String>,
}

async fn find(project: &Project, cache: &Cache, reader: &PlanReader, mode: Mode) -> Result<Found, Error> {
    let site = async { reader.aws().site().await.map_err(Error::from) };
    // An app that is to be gone needs nothing of the account's, which may be gone before it.
    let surroundings = async {
        if mode.is_deploy() { Surroundings::find(project, reader).await } else { Ok(Surroundings::default()) }
    };
    let others = async {
        let listing = observe::list(reader, &project.owner);
        Ok(tokio::join!(listing, project.sources(cache), surroundings))
    };
    // Where nobody knows us, or nothing answers, nothing else is waited for.
    let (site, (listing, sources, surroundings)) = tokio::try_join!(site, others)?;
    let (listing, sources, surroundings) = (listing?, sources?, surroundings?);
    let Surroundings { api_logging, zones, rule_groups, unknown } = surroundings;
    let recorder = if mode.is_deploy() { recorder_owner(&project.owner, &listing.names) } else { Default::default() };
    let sources = Sources { recorder, api_logging, zones, rule_groups, ..sources };
    Ok(Found { site, listing, sources, unknown })
}

/// What the manifest is held against that is the account's, not the app's; nothing of it has been looked at by default.
#[derive(Default)]
struct Surroundings {
    api_logging: Option<bool>,
    zones: Option<Vec<Zone>>,
    rule_groups: Option<BTreeSet<String>>,
    unknown: Vec<String>,
}

impl Surroundings {
    async fn find(project: &Project, reader: &PlanReader) -> Result<Self, Error> {
        let (logging, groups) = (api_logging(project, reader.aws()), rule_groups(project, reader.aws()));
        let (logging, groups, zones) = tokio::join!(logging, groups, hosted_zones(project, reader));
        let (rule_groups, unknown) = match groups {
            Some(Ok(groups)) => (Some(groups), Vec::new()),
            Some(Err(why)) => (None, vec![why]),
            None => (None, Vec::new()),
        };
        Ok(Self { api_logging: logging?, zones: zones?, rule_groups, unknown })
    }
}

/// Whether API Gateway could write logs; asked only if an API has some.
async fn api_logging(project: &Project, aws: &Aws) -> Result<Option<bool>, Error> {
    if !project.wants_access_logs() {
        return Ok(None);
    }
    let role = apigateway::logging_role(aws).await;
    Ok(Some(role.map_err(|error| ReadErrors(vec![error]))?.is_some()))
}

/// The account's hosted zones; asked only where a domain names one.
async fn hosted_zones(project: &Project, reader: &PlanReader) -> Result<Option<Vec<Zone>>, Error> {
    if !domain::names_zones(&project.source.manifest) {
        return Ok(None);
    }
    Ok(Some(route53::hosted_zones(reader).await.map_err(|error| ReadErrors(vec![error]))?))
}

/// AWS's rule groups; asked only where a firewall names one that this release does not know. They are looked at for a
/// warning: without an answer there is none, and that is said instead.
async fn rule_groups(project: &Project, aws: &Aws) -> Option<Result<BTreeSet<String>, String>> {
    if !project.source.manifest.firewall.values().any(Firewall::has_unknown_rule_groups) {
        return None;
    }
    Some(wafv2::rule_groups(aws).await.map_err(|why| format!("AWS's rule groups are not checked: {why}")))
}

/// The zip of each function and layer, by the hex digits of its SHA-256.
pub(super) fn blobs(sources: &Sources) -> BTreeMap<String, Blob> {
    let blob = |whose: Whose, package: &Package, built_from: Option<&String>| {
        let (size, packages) = (package.zip.size(), package.requirements.clone());
        (package.sha256.clone(), Blob { whose, size, packages, built_from: built_from.cloned() })
    };
    let layers = sources.layers.iter().filter_map(|(name, layer)| Some((name, layer.as_ref().ok()?)));
    let layers =
        layers.map(|(name, layer)| blob(Whose::Layer(name.clone()), &layer.package, layer.built_from.as_ref()));
    let functions = sources.packages.iter();
    // A zip that is both is a function's.
    let functions =
        functions.map(|(name, package)| blob(Whose::Function(name.clone()), package, sources.built.get(name)));
    layers.chain(functions).collect()
}

/// How much each sweeping call would delete.
async fn sweeps(aws: &Aws, plan: &Plan, live: &BTreeMap<Address, Live>) -> Result<BTreeMap<Address, u64>, Error> {
    let mut sweeps = BTreeMap::new();
    for change in &plan.changes {
        let is_swept = change.steps.iter().any(|step| step.call.sweep().is_some());
        if let (true, Some(live)) = (is_swept, live.get(&change.address)) {
            let count = change.address.kind.count_swept(aws, &live.id).await;
            sweeps.insert(change.address.clone(), count.map_err(|error| ReadErrors(vec![error]))?);
        }
    }
    Ok(sweeps)
}
