//! An approved plan is held against the source and live AWS, with the reads that this takes.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;

use crate::aws::observe::{self, ReadErrors};
use crate::aws::{Aws, AwsError, Kind};
use crate::canonical::Fingerprint;
use crate::cli;
use crate::commands::connect::connect;
use crate::commands::fresh::Fresh;
use crate::error::Error;
use crate::name::Address;
use crate::plan::build::{known, symbols};
use crate::plan::remaining::{self, Apart, Beyond, Start, Today};
use crate::plan::{Change, Plan};
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

/// The approved plan is what is left of the fresh one and what is done of it, and nothing else.
pub async fn prove(approved: &Plan, fresh: &Fresh, aws: &Aws) -> Result<Proof, Error> {
    let apart = read_apart(approved, fresh, aws).await?;
    let today =
        Today { plan: &fresh.plan, known: &fresh.known, goals: &fresh.goals, blobs: &fresh.blobs, apart: &apart };
    let start = remaining::check(approved, &today)?;
    Ok(Proof { start, is_done: fresh.plan.is_empty(), extra: fresh.extra.clone() })
}

/// What there is under the names of approved changes of what is neither wanted nor ours. Reads of one time share answers.
async fn read_apart(approved: &Plan, fresh: &Fresh, aws: &Aws) -> Result<BTreeMap<Address, Apart>, Error> {
    let aws = &aws.sharing();
    let reads = remaining::apart(approved, &fresh.goals).into_iter().map(async |change| {
        let found = Box::pin(look(approved, change, &fresh.plan.known, aws)).await?;
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

async fn look(plan: &Plan, change: &Change, known: &Outputs, aws: &Aws) -> Result<Apart, AwsError> {
    let observed = change.address.kind.observe(aws, &plan.id(change), None).await?;
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

/// What an apply without a source starts from. Ids of what the plan changes are read with it anyway; those of everything
/// else are read here, and must be what the plan says.
pub async fn without_source(plan: &Plan, args: &cli::Apply, aws: &Aws) -> Result<Start, Error> {
    let changed: BTreeSet<&Address> = plan.changes.iter().map(|change| &change.address).collect();
    let named: Outputs = plan
        .known
        .iter()
        .filter(|(reference, _)| !changed.contains(&reference.address))
        .map(|(reference, id)| (reference.clone(), id.clone()))
        .collect();
    if named.is_empty() || plan.is_empty() {
        return Ok(Start::default());
    }
    // A session that may do nothing but what the plan says cannot look for anything else.
    let aws = if args.session_policy { &connect(&plan.site, &args.credentials).await? } else { aws };
    let kinds: BTreeSet<Kind> = named.keys().map(|reference| reference.address.kind).collect();
    let found = read_ids(plan, &kinds.into_iter().collect::<Vec<_>>(), &aws.sharing()).await?;
    for (reference, id) in &named {
        if found.get(reference) != Some(id) {
            let found = found.get(reference).map_or_else(|| "nothing".into(), |found| format!("{found:?}"));
            return Err(Beyond::Known { reference: reference.to_string(), approved: id.clone(), found }.into());
        }
    }
    Ok(Start { known: named, from: BTreeMap::new() })
}

/// The ids of everything of ours of these kinds.
async fn read_ids(plan: &Plan, kinds: &[Kind], aws: &Aws) -> Result<Outputs, Error> {
    let owner = plan.owner();
    let listing = observe::list_of(aws, &owner, kinds).await?;
    Ok(symbols(&known(&observe::survey(aws, &owner, &plan.site, &BTreeMap::new(), &listing).await?)))
}
