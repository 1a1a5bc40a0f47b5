//! The plan: every change with its exact calls. A pure function of wanted and live state.
//!
//! Nothing in this module does I/O, reads a clock, the environment or randomness, or iterates in an order that is not
//! fixed. Whatever `apply` has to know is a field here: if it had to decide something, the plan would lack a field.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::aws::{Call, Id};
use crate::canonical::Fingerprint;
use crate::name::{Address, AppName, Owner, Site, Stage};
use crate::text::{Outputs, Text};

mod blob;
pub mod build;
mod dependents;
pub mod diff;
pub mod file;
pub mod goal;
pub mod order;
pub mod refusal;
pub mod remaining;
pub mod remark;
pub mod tools;

pub use blob::{Blob, Whose};

/// The format that this version writes.
pub const FORMAT: u32 = 1;

/// All changes of one stage, with their order.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// Version of the plan file's format.
    pub format: u32,
    /// The app.
    pub app: AppName,
    /// The stage.
    pub stage: Stage,
    /// Account, region, partition, endpoint.
    pub site: Site,
    /// What was asked for.
    #[serde(skip_serializing_if = "Mode::is_deploy")]
    pub mode: Mode,
    /// The changes; each comes after all that it waits for.
    pub changes: Vec<Change>,
    /// How many resources stay as they are.
    pub unchanged: usize,
    /// Ids that AWS made up for resources that exist already.
    pub known: Outputs,
    /// The zips that calls name, by the hex digits of their SHA-256.
    pub blobs: BTreeMap<String, Blob>,
    /// What apply prints at its end, by name.
    pub outputs: BTreeMap<String, Text>,
    /// What a reviewer should know beside the changes.
    pub notes: Vec<Note>,
}

/// What a plan is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// The app shall be as the manifest says.
    #[default]
    Deploy,
    /// The app shall be gone; what holds data stays unless its section allows its deletion.
    Destroy,
    /// The app shall be gone with all its data.
    DestroyData,
    /// Functions shall be as a version of theirs was; nothing else is looked at.
    Rollback,
}

impl Mode {
    /// True for what is asked for unless said otherwise.
    pub fn is_deploy(&self) -> bool {
        *self == Self::Deploy
    }

    /// True if the app is to be removed.
    pub fn is_destroy(self) -> bool {
        matches!(self, Self::Destroy | Self::DestroyData)
    }
}

/// What happens to one resource.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// Which resource.
    pub address: Address,
    /// Its physical name.
    pub name: String,
    /// What happens, in a word.
    pub action: Action,
    /// What must not be written to in parallel.
    pub lane: String,
    /// The changes that must be done before this one begins.
    pub waits_for: BTreeSet<Address>,
    /// The tag keys that its fingerprints regard.
    pub tags: BTreeSet<String>,
    /// The live state that this was planned against.
    pub before: Fingerprint,
    /// What distinguishes a recreated resource from the one planned against.
    pub identity: Option<String>,
    /// The attributes of that live state, so that drift can be named; nothing for what did not exist.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub was: BTreeMap<String, Shown>,
    /// What differs, attribute by attribute.
    pub diff: Vec<AttributeDiff>,
    /// The calls, in order.
    pub steps: Vec<Step>,
}

/// One call and the checkpoint after it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// The call.
    pub call: Call,
    /// The fingerprint of the state that it leads to; the last one is the goal.
    pub leads_to: Fingerprint,
    /// What must hold for a while before it is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watch: Option<Watch>,
}

/// What must hold for a while before a call is sent, and the call that is sent instead if it does not. Nothing else of
/// the change is sent then.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Watch {
    /// How long.
    pub minutes: u32,
    /// The alarms, by their names in AWS, none of which may be triggered.
    pub alarms: BTreeSet<String>,
    /// The call that leads back.
    pub otherwise: Call,
    /// The fingerprint of the state that it leads to.
    pub leads_back_to: Fingerprint,
}

/// What happens to a resource, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is made.
    Create,
    /// It is changed in place.
    Update,
    /// It is recreated under the same name.
    Replace,
    /// It is deleted.
    Delete,
    /// It left the manifest and holds data: it stays, without our ownership tags.
    Release,
    /// It exists and becomes ours.
    Adopt,
}

impl Action {
    /// Every action, in the order in which they are counted for people.
    pub const ALL: [Action; 6] =
        [Action::Create, Action::Update, Action::Replace, Action::Delete, Action::Release, Action::Adopt];
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Replace => "replace",
            Self::Delete => "delete",
            Self::Release => "release",
            Self::Adopt => "adopt",
        })
    }
}

/// One attribute that differs. A side that is absent has no such attribute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeDiff {
    /// Where in the state, such as `Environment.TABLE`.
    pub path: String,
    /// What it is.
    #[serde(default, skip_serializing_if = "Shown::is_absent")]
    pub old: Shown,
    /// What it becomes.
    #[serde(default, skip_serializing_if = "Shown::is_absent")]
    pub new: Shown,
}

/// One side of an attribute's diff.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Shown {
    /// There is no such attribute.
    #[default]
    Absent,
    /// A value that is not written in the manifest and may be a secret.
    Hidden,
    /// The value.
    Value(Value),
}

impl Shown {
    /// True where there is no such attribute.
    pub fn is_absent(&self) -> bool {
        *self == Self::Absent
    }
}

/// Something that a reviewer should know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// About which resource.
    pub address: Address,
    pub message: String,
}

impl Plan {
    /// True if there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// True if nothing of the app exists yet.
    pub fn is_first(&self) -> bool {
        let is_new = |change: &Change| change.action == Action::Create;
        self.unchanged == 0 && !self.changes.is_empty() && self.changes.iter().all(is_new)
    }

    /// How many changes of each action there are; actions without any are left out.
    pub fn counts(&self) -> BTreeMap<Action, usize> {
        self.changes.iter().fold(BTreeMap::new(), |mut counts, change| {
            *counts.entry(change.action).or_default() += 1;
            counts
        })
    }

    /// App and stage.
    pub fn owner(&self) -> Owner {
        Owner { app: self.app.clone(), stage: self.stage.clone() }
    }

    /// Address, physical name, site and owner of a change's resource.
    pub fn id(&self, change: &Change) -> Id {
        let (address, name) = (change.address.clone(), change.name.clone());
        Id { address, name, site: self.site.clone(), owner: self.owner() }
    }
}

impl Change {
    /// The fingerprint that the change ends at.
    pub fn goal(&self) -> Fingerprint {
        self.steps.last().map_or(self.before, |step| step.leads_to)
    }
}
