//! Rollbacks: a plan that moves functions' aliases back to an earlier version, and nothing else.
//!
//! The source does not ask for that, and is not needed: a version's content is in AWS. Until the source follows, a
//! plan of it moves the aliases forward again, and `check` reports them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use crate::aws::lambda::{FunctionCall, UpdateAlias};
use crate::aws::observe::ReadErrors;
use crate::aws::{Aws, Call, Id, Kind, Live, PlanReader, State, Wanted};
use crate::error::Error;
use crate::manifest::lower::Sources;
use crate::manifest::names;
use crate::name::{Name, Site};
use crate::plan::build::{Request, decide, known, symbols};
use crate::plan::{Change, Mode, Plan};
use crate::planning::{LivePlan, Project, finished};
use crate::render::Extra;

/// A function that goes back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Back {
    /// Its name in the manifest.
    pub function: Name,
    /// To which version; `None`: to the previous one.
    pub version: Option<u64>,
}

impl Back {
    /// What a plan moves back, each to the version that its call names.
    pub fn of(plan: &Plan) -> BTreeSet<Self> {
        let of = |change: &Change| Self {
            function: change.address.name.clone(),
            version: moved_by(change).and_then(UpdateAlias::version),
        };
        plan.changes.iter().map(of).collect()
    }
}

/// The call of a change that moves an alias.
fn moved_by(change: &Change) -> Option<&UpdateAlias> {
    change.steps.iter().find_map(|step| match &step.call {
        Call::Function(FunctionCall::UpdateAlias(input)) => Some(input),
        _ => None,
    })
}

impl FromStr for Back {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (function, version) = text.split_once('=').map_or((text, None), |(name, version)| (name, Some(version)));
        let function = function.strip_prefix("lambda.function/").unwrap_or(function);
        let function = function.parse::<Name>().map_err(|error| error.to_string())?;
        let number =
            |version: &str| version.parse::<u64>().map_err(|_| format!("{version:?} is not the number of a version"));
        Ok(Self { function, version: version.map(number).transpose()? })
    }
}

impl fmt::Display for Back {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.version {
            Some(version) => write!(f, "{}={version}", self.function),
            None => write!(f, "{}", self.function),
        }
    }
}

/// The plan that moves these functions' aliases back; or what is left of such a plan, where the one to compare with is
/// given.
pub async fn rollback(
    project: &Project,
    aws: &Aws,
    back: &BTreeSet<Back>,
    approved: Option<&Plan>,
) -> Result<LivePlan, Error> {
    let (reader, site) = (PlanReader::new(aws), aws.site().await?);
    let (mut wanted, mut live) = (BTreeMap::new(), BTreeMap::new());
    for one in back {
        let (found, goal) = read(project, &reader, &site, one, approved).await?;
        let (address, id) = (found.id.address.clone(), found.id.clone());
        live.insert(address.clone(), found);
        wanted.insert(address, Wanted { id, state: goal, needs: BTreeSet::new(), adopt: false, named: false });
    }
    let known = known(&live);
    wanted.values_mut().for_each(|one| one.state.symbolise(&symbols(&known)));
    let (adopt, outputs) = (BTreeSet::new(), BTreeMap::new());
    let (owner, mode, blobs) = (&project.owner, Mode::Rollback, BTreeMap::new());
    let request =
        Request { owner, site: &site, wanted: &wanted, live: &live, mode, adopt: &adopt, blobs, outputs: &outputs };
    let (plan, goals) = decide(&request)?;
    Ok(LivePlan {
        plan: finished(plan, Vec::new()),
        zips: BTreeMap::new(),
        files: BTreeMap::new(),
        extra: Extra::default(),
        known,
        wanted: BTreeMap::new(),
        goals,
        blobs: BTreeMap::new(),
        output_needs: BTreeMap::new(),
        warnings: Vec::new(),
        unknown: Vec::new(),
        sources: Sources::default(),
    })
}

/// What there is of a function, and the same with its alias where it was.
async fn read(
    project: &Project,
    reader: &PlanReader,
    site: &Site,
    back: &Back,
    approved: Option<&Plan>,
) -> Result<(Live, State), Error> {
    let (owner, name) = (project.owner.clone(), &back.function);
    let (address, physical) = (names::function::address(name), names::function::physical(&project.names(), name));
    let id = Id { address, name: physical, site: site.clone(), owner };
    let observed = Kind::Function.observe_for_plan(reader, &id, None).await;
    let observed = observed.map_err(|error| ReadErrors(vec![error]))?;
    let cannot = |why: String| Error::Usage(format!("--rollback {back}: {why}"));
    match observed {
        Some(observed) => match &observed.state {
            State::Function(function) => {
                let change = approved.and_then(|plan| plan.changes.iter().find(|change| change.address == id.address));
                let gone = change.and_then(moved_by).and_then(|call| function.gone_back(call, back.version));
                let goal = gone.map_or_else(|| function.back_to(&id, back.version), Ok).map_err(cannot)?;
                Ok((Live { id, observed }, goal.into()))
            }
            _ => Err(cannot(format!("{name} is not a function"))),
        },
        None => Err(cannot(format!("there is no function {name} at the stage {}", id.owner.stage))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_named_by_name_or_address_with_a_version_or_without() {
        let read = |text: &str| text.parse::<Back>().map(|back| back.to_string());
        assert_eq!(read("orders"), Ok("orders".into()));
        assert_eq!(read("lambda.function/orders=7"), Ok("orders=7".into()));
        assert_eq!(read("orders=x"), Err("\"x\" is not the number of a version".into()));
        assert!(read("Orders").is_err() && read("").is_err());
    }
}
