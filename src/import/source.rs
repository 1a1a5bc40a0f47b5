//! Where `import` learns what there is: tags, how names begin, a stack of CloudFormation, or the state file of another tool.
//!
//! Each source makes an [`Inventory`]: what is of a kind that we know, under the name that AWS has for it, and everything else with
//! what to do about it. Nothing that a source says about a resource is taken for so, not even that it exists: all of it is read
//! from AWS afterwards. So no value of a state file gets any further than its names, ids and ARNs.
//!
//! - `table`: what the types of each tool are here.
//! - `identity`: kind and name by ARN, by attributes of a state file, by physical id of a stack.
//! - `state_file`: what Terraform's and Pulumi's files have in common.

use std::path::PathBuf;
use std::str::FromStr;

use crate::aws::listing::{self, Called};
use crate::aws::observe::ReadErrors;
use crate::aws::{Aws, AwsError, Kind};
use crate::error::Error;
use crate::import::{Found, Inventory, Unsaid};
use crate::name::Site;

mod attributes;
mod cloudformation;
mod helpers;
mod identity;
mod pulumi;
mod state_file;
mod table;
mod terraform;

#[cfg(test)]
mod tests;

/// Where to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Whatever has this tag.
    Tags { key: String, value: String },
    /// Whatever is called so at the start of its name.
    Prefix(String),
    /// What is in this stack, by its name or ARN.
    CloudFormation(String),
    /// What `terraform show -json` has written.
    Terraform(PathBuf),
    /// What `pulumi stack export` has written.
    Pulumi(PathBuf),
}

/// A source that cannot be read as one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a source to import from: write {FORMS}")]
pub struct SourceError(String);

const FORMS: &str = "tags:KEY=VALUE, prefix:NAME, cloudformation:STACK, terraform:STATE.json or \
                     pulumi:STATE.json; SAM, CDK and the Serverless Framework deploy CloudFormation stacks";

impl FromStr for Source {
    type Err = SourceError;
    fn from_str(text: &str) -> Result<Self, SourceError> {
        let wrong = || SourceError(text.to_owned());
        let (form, rest) = text.split_once(':').filter(|(_, rest)| !rest.is_empty()).ok_or_else(wrong)?;
        match form {
            "tags" => {
                let (key, value) = rest.split_once('=').filter(|(key, _)| !key.is_empty()).ok_or_else(wrong)?;
                Ok(Self::Tags { key: key.into(), value: value.into() })
            }
            "prefix" => Ok(Self::Prefix(rest.into())),
            "cloudformation" => Ok(Self::CloudFormation(rest.into())),
            "terraform" => Ok(Self::Terraform(rest.into())),
            "pulumi" => Ok(Self::Pulumi(rest.into())),
            _ => Err(wrong()),
        }
    }
}

impl Source {
    /// All that it names.
    pub async fn inventory(&self, aws: &Aws, site: &Site) -> Result<Inventory, Error> {
        let inventory = match self {
            Self::Tags { key, value } => tagged(aws, key, value).await?,
            Self::Prefix(prefix) => named(aws, prefix).await,
            Self::CloudFormation(stack) => cloudformation::inventory(aws, stack).await?,
            Self::Terraform(path) => {
                let text = state_file::read(path, &terraform::FORM)?;
                terraform::inventory(path, &text, site).map_err(Error::Usage)?
            }
            Self::Pulumi(path) => {
                let text = state_file::read(path, &pulumi::FORM)?;
                pulumi::inventory(path, &text, site).map_err(Error::Usage)?
            }
        };
        Ok(without_the_nameless(call_all(aws, inventory).await?))
    }
}

fn unread(error: AwsError) -> Error {
    Error::Read(ReadErrors(vec![error]))
}

async fn tagged(aws: &Aws, key: &str, value: &str) -> Result<Inventory, Error> {
    let arns = listing::tagged(aws, key, value).await.map_err(unread)?;
    let mut inventory = Inventory::default();
    for arn in arns {
        let origin = format!("{arn} (tag {key}={value})");
        match identity::by_arn(&arn) {
            Some((kind, name, id)) => {
                let one = Found { kind, name, id, section: None, origin };
                let is_same = |other: &Found| (other.kind, &other.name, &other.id) == (one.kind, &one.name, &one.id);
                if !inventory.found.iter().any(is_same) {
                    inventory.found.push(one);
                }
            }
            None if identity::is_part(&arn) => {}
            None => inventory.unsaid.push(Unsaid { what: arn, why: table::NO_SECTION.into() }),
        }
    }
    Ok(inventory)
}

/// A listing that is refused says nothing about what there is, which is a line of the report.
async fn named(aws: &Aws, prefix: &str) -> Inventory {
    let (listed, failed) = listing::named(aws, prefix).await;
    let found = listed.into_iter().map(|one| {
        let origin = format!("{} {}", one.kind, one.name);
        Found { kind: one.kind, name: one.name, id: one.id, section: None, origin }
    });
    let unread = failed.into_iter().map(|error| Unsaid {
        what: error.api.to_owned(),
        why: format!("the list is not available, so its resources are not looked for: {error}"),
    });
    Inventory { found: found.collect(), unsaid: Vec::new(), unread: unread.collect() }
}

/// Asks for the names of what only ids are known of. What is not told is a line of the report; where nothing is, no report would
/// help.
async fn call_all(aws: &Aws, inventory: Inventory) -> Result<Inventory, Error> {
    let Inventory { found, unsaid, unread } = inventory;
    let (mut called, mut errors) = (Inventory { found: Vec::new(), unsaid, unread }, Vec::new());
    for one in found {
        match one.id.clone().filter(|_| one.name.is_empty()) {
            None => called.found.push(one),
            Some(id) => match listing::call(aws, one.kind, &id).await {
                Ok(answer) => called.add(one, id, answer),
                Err(error) => errors.push((one, error)),
            },
        }
    }
    if called.found.is_empty() && !errors.is_empty() {
        return Err(Error::Read(ReadErrors(errors.into_iter().map(|(_, error)| error).collect())));
    }
    called.unread.extend(errors.into_iter().map(|(one, error)| nameless(one, &error)));
    Ok(called)
}

fn nameless(one: Found, error: &AwsError) -> Unsaid {
    Unsaid { what: one.origin, why: format!("its name cannot be read ({error}): no section is written for it") }
}

impl Inventory {
    /// Adds what AWS says that something with this id is called.
    fn add(&mut self, one: Found, id: String, answer: Called) {
        match answer {
            Called::Name(name) => self.found.push(Found { id: made_up(one.kind, id), name, ..one }),
            Called::Absent => self.unsaid.push(Unsaid { what: one.origin, why: gone(one.kind, &id) }),
            Called::Other(sort) => {
                let why = format!("it is {sort}: {}", table::NO_SECTION);
                self.unsaid.push(Unsaid { what: one.origin, why });
            }
        }
    }
}

/// What cannot be taken over because no section can say what it is called, but for the schedules of an app of ours, which are called
/// as they are there.
fn without_the_nameless(inventory: Inventory) -> Inventory {
    let Inventory { found, mut unsaid, unread } = inventory;
    let mut kept = Vec::new();
    for one in found {
        let why = match one.kind {
            Kind::LayerVersion => LAYER,
            Kind::Schedule => match own_schedule(&one.name) {
                Some(name) => {
                    kept.push(Found { name: name.to_owned(), ..one });
                    continue;
                }
                None => SCHEDULE,
            },
            _ => {
                kept.push(one);
                continue;
            }
        };
        unsaid.push(Unsaid { what: one.origin, why: why.to_owned() });
    }
    Inventory { found: kept, unsaid, unread }
}

const LAYER: &str = "a layer cannot keep its name: write a section `layer` with the folder that it is made of, which \
a plan publishes under another name, and name that section in `layers` of its functions";
pub(super) const SCHEDULE: &str = "a schedule has no tags, so it cannot be taken over: write a section `schedule`, \
which a plan creates in the app's own group, and delete this one when that has been applied; until then both run";

/// The name of a schedule that an app of ours has made in its group, of both names joined by `/`.
fn own_schedule(name: &str) -> Option<&str> {
    let (group, name) = name.split_once('/')?;
    let (owner, _) = group.rsplit_once('-').filter(|(owner, _)| owner.contains("--"))?;
    name.strip_prefix(owner).filter(|rest| rest.starts_with('-')).map(|_| name)
}

/// The id, unless that is a part of the name.
fn made_up(kind: Kind, id: String) -> Option<String> {
    Some(id).filter(|_| !matches!(kind, Kind::Role | Kind::Schedule | Kind::Rule))
}

fn gone(kind: Kind, id: &str) -> String {
    format!("AWS has no {kind} {id}: it is gone, or in another account or region")
}
