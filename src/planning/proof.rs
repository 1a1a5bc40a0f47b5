//! Compares an approved plan with the source and live AWS, with the reads that this takes.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;

use crate::aws::indexed::named_by;
use crate::aws::observe::{self, ReadErrors};
use crate::aws::tag_index::tag_index;
use crate::aws::{Aws, AwsError, Kind, PlanReader, Tags};
use crate::canonical::Fingerprint;
use crate::error::Error;
use crate::name::{Address, Site};
use crate::package::Cache;
use crate::plan::build::{Refusal, known, symbols};
use crate::plan::remaining::{self, Apart, Beyond, Start, Today};
use crate::plan::{Action, Blob, Change, Mode, Plan};
use crate::planning::rollback::{Back, rollback};
use crate::planning::{LivePlan, Project, Rules, live_plan};
use crate::render::Extra;
use crate::text::Outputs;

/// What was proved of an approved plan.
#[derive(Debug)]
pub struct Proof {
    /// Where an apply of it starts.
    pub start: Start,
    /// True if nothing is left to do.
    pub is_done: bool,
    /// Facts for people that were found out with it.
    pub extra: Extra,
}

/// What a plan may do, regardless of what it says.
#[derive(Debug)]
pub struct Allowed {
    /// What it is for.
    pub mode: Mode,
    /// What it may take over beside what the source says.
    pub adopt: BTreeSet<Address>,
    /// Which functions it moves back, if that is what it is for.
    pub back: BTreeSet<Back>,
    /// What it must not do.
    pub rules: Rules,
}

/// The result of comparing an approved plan with the source.
#[derive(Debug)]
pub enum Held {
    /// It holds.
    Proved(Proof),
    /// It does not, and it may be that live state has moved under it: that explains whatever the source asks for
    /// besides.
    Doubted {
        /// The ids that comparing live state with the plan starts from.
        known: Outputs,
        /// Why it does not hold, if nothing has moved.
        error: Error,
    },
}

/// The source, planned again at the approved plan's site, must ask for what is left of that plan and for nothing else.
pub async fn hold(
    approved: &Plan,
    project: &Project,
    cache: &Cache,
    aws: &Aws,
    allowed: &Allowed,
) -> Result<Held, Error> {
    allowed.rules.check(approved)?;
    check_site(approved, &aws.site().await?)?;
    let live = match allowed.mode {
        Mode::Rollback => rollback(project, aws, &allowed.back, Some(approved)).await,
        mode => live_plan(project, cache, aws, mode, &allowed.adopt, &allowed.rules.called).await,
    };
    let live = match live {
        Ok(live) => live,
        Err(error) => return doubt(approved.known.clone(), explain(approved, error)),
    };
    match prove(approved, &live, aws).await {
        // A change is what its calls do, whatever the approved plan calls it.
        Ok(proof) => allowed.rules.check(&live.plan).map(|()| Held::Proved(proof)),
        Err(error) => match built_otherwise(approved, &live.blobs) {
            Some(other) => Err(other),
            None => doubt(live.known, error),
        },
    }
}

/// The error itself, unless it may come of live state that has moved.
fn doubt(known: Outputs, error: Error) -> Result<Held, Error> {
    match &error {
        Error::Refused(_) => Ok(Held::Doubted { known, error }),
        Error::Beyond(beyond) if beyond.may_be_drift() => Ok(Held::Doubted { known, error }),
        _ => Err(error),
    }
}

/// The plan is for the site that the credentials and settings lead to.
pub fn check_site(plan: &Plan, here: &Site) -> Result<(), Error> {
    let name =
        |site: &Site| format!("account {} in {} ({}, {})", site.account, site.region, site.partition, site.endpoint);
    match plan.site == *here {
        true => Ok(()),
        false => Err(Error::OtherPlace { planned: name(&plan.site), here: name(here) }),
    }
}

/// The approved plan is what is left of the live one and what is done of it, and nothing else.
pub async fn prove(approved: &Plan, live: &LivePlan, aws: &Aws) -> Result<Proof, Error> {
    let apart = read_apart(approved, live, aws).await?;
    let today = Today { plan: &live.plan, known: &live.known, goals: &live.goals, blobs: &live.blobs, apart: &apart };
    let start = remaining::check(approved, &today)?;
    Ok(Proof { start, is_done: live.plan.is_empty(), extra: live.extra.clone() })
}

/// A function or a layer that was built to another zip than the approved one, though from the same inputs.
fn built_otherwise(approved: &Plan, here: &BTreeMap<String, Blob>) -> Option<Error> {
    let built = approved.blobs.iter().filter(|(hex, blob)| blob.built_from.is_some() && !here.contains_key(*hex));
    built.into_iter().find_map(|(approved, blob)| {
        let is_same = |other: &Blob| other.whose == blob.whose && other.built_from == blob.built_from;
        let (found, _) = here.iter().find(|(_, other)| is_same(other))?;
        let whose = blob.whose.to_string();
        Some(Error::NotReproducible { whose, approved: approved.clone(), found: found.clone() })
    })
}

/// Why a live plan is refused where the approved one takes something over that nobody asks for.
fn explain(approved: &Plan, error: Error) -> Error {
    let Error::Refused(refusals) = &error else { return error };
    let adopts = |of: &Address| approved.changes.iter().any(|c| c.action == Action::Adopt && c.address == *of);
    let foreign = refusals.0.iter().filter_map(|refusal| match refusal {
        Refusal::Foreign { address, .. } if adopts(address) => Some(address.to_string()),
        _ => None,
    });
    let foreign: Vec<String> = foreign.collect();
    if foreign.is_empty() { error } else { Error::Adoption(foreign.join(", ")) }
}

/// What there is under the names of approved changes of what is neither wanted nor ours. Reads of one time share
/// answers.
async fn read_apart(approved: &Plan, live: &LivePlan, aws: &Aws) -> Result<BTreeMap<Address, Apart>, Error> {
    let reader = &PlanReader::new(aws);
    let reads = remaining::apart(approved, &live.goals).into_iter().map(async |change| {
        let found = Box::pin(look(approved, change, &live.plan.known, reader)).await?;
        Ok((change.address.clone(), found))
    });
    let (mut found, mut errors) = (BTreeMap::new(), Vec::new());
    for read in join_all(reads).await {
        match read {
            Ok((address, apart)) => drop(found.insert(address, apart)),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(found) } else { Err(ReadErrors(errors).into()) }
}

async fn look(plan: &Plan, change: &Change, known: &Outputs, reader: &PlanReader) -> Result<Apart, AwsError> {
    let observed = change.address.kind.observe_for_plan(reader, &plan.id(change), None).await?;
    let owner = observed.as_ref().and_then(|observed| observed.state.tags()).map(|tags| plan.owner().of(tags));
    let state = observed.map(|observed| {
        let mut state = observed.state;
        state.scope(&change.tags);
        state.symbolise(known);
        state
    });
    let unwritable = |e: serde_json::Error| AwsError::malformed("observe", format!("{}: {e}", change.address));
    Ok(Apart { fingerprint: Fingerprint::of(state.as_ref()).map_err(unwritable)?, owner })
}

/// The ids that an apply without a source takes from the plan: those of what the plan changes are read with it anyway.
pub fn named(plan: &Plan) -> Outputs {
    if plan.is_empty() {
        return Outputs::new();
    }
    let changed: BTreeSet<&Address> = plan.changes.iter().map(|change| &change.address).collect();
    let others = plan.known.iter().filter(|(reference, _)| !changed.contains(&reference.address));
    others.map(|(reference, id)| (reference.clone(), id.clone())).collect()
}

/// What an apply without a source starts from, where live AWS has these ids just as the plan says.
pub async fn confirm(plan: &Plan, named: Outputs, aws: &Aws) -> Result<Start, Error> {
    let kinds: BTreeSet<Kind> = named.keys().map(|reference| reference.address.kind).collect();
    let (kinds, reader) = (kinds.into_iter().collect::<Vec<_>>(), &PlanReader::new(aws));
    let mut found = read_ids(plan, &kinds, reader, BTreeMap::new()).await?;
    if named.keys().any(|reference| !found.contains_key(reference)) {
        // What has a name of its own the index alone finds here.
        let index = tag_index(reader, &plan.owner()).await.map_err(|error| ReadErrors(vec![error]))?;
        found.extend(read_ids(plan, &kinds, reader, index).await?);
    }
    for (reference, id) in &named {
        if found.get(reference) != Some(id) {
            let found = found.get(reference).map_or_else(|| "nothing".into(), |found| format!("{found:?}"));
            return Err(Beyond::Known { reference: reference.to_string(), approved: id.clone(), found }.into());
        }
    }
    Ok(Start { known: named, from: BTreeMap::new() })
}

/// The ids of everything of ours of these kinds.
async fn read_ids(
    plan: &Plan,
    kinds: &[Kind],
    reader: &PlanReader,
    index: BTreeMap<String, Tags>,
) -> Result<Outputs, Error> {
    let owner = plan.owner();
    let reader = &reader.hinted(index.clone());
    let mut listing = observe::list_of(reader, &owner, kinds).await?;
    listing.tags =
        index.into_iter().filter(|(arn, _)| named_by(arn).is_some_and(|(kind, _)| kinds.contains(&kind))).collect();
    let survey = observe::survey(reader, &owner, &plan.site, &BTreeMap::new(), &listing).await?;
    Ok(symbols(&known(&survey.live)))
}
