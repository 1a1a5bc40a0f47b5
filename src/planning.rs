//! Plans of a project: the manifest, the code beside it and live AWS become a finished [`Plan`], with all that was found out
//! for it. Prints nothing, changes nothing, and does not know GitHub.
//!
//! - [`project`]: manifest, packages and files.
//! - [`mod@live_plan`]: the plan of a project against live AWS.
//! - [`offline`]: the same where nothing may be asked of AWS.
//! - [`base`] and [`deny`]: where each change comes from, and which ones a `[deny]` forbids.
//! - [`mod@code`]: which files and packages the changes of functions' code are.
//! - [`definition`]: what Step Functions says of the definitions that a plan sends.
//! - [`boundary`]: what bounds the app's roles, held against the rights that they are to have.
//! - [`managed`]: which other tools still look after what a plan is about.
//! - [`pattern`]: what EventBridge says of the patterns that a plan sends.
//! - [`preflight`]: what the apply of a plan will be allowed to do.
//! - [`proof`]: an approved plan held against the source and live AWS.
//! - [`roles`]: the plan of the roles that an app is deployed with.
//! - [`watched`]: the files that a plan is made of, and when they were changed.

use std::collections::BTreeSet;

use crate::plan::{Note, Plan};

pub mod base;
pub mod boundary;
mod broken;
pub mod capacity;
pub mod code;
pub mod definition;
pub mod deny;
pub mod live_plan;
pub mod managed;
pub mod offline;
pub mod pattern;
pub mod preflight;
pub mod project;
pub mod proof;
pub mod roles;
pub mod rollback;
pub mod watched;

pub use deny::Rules;
pub use live_plan::{LivePlan, live_plan};
pub use project::Project;

/// The plan with these notes beside its own, and with the blobs alone that its calls send.
pub fn finished(mut plan: Plan, notes: Vec<Note>) -> Plan {
    plan.notes.extend(notes);
    plan.notes.sort();
    let steps = plan.changes.iter().flat_map(|change| &change.steps);
    let sent: BTreeSet<String> = steps.filter_map(|step| step.call.blob()).map(|blob| blob.digest.hex()).collect();
    plan.blobs.retain(|hex, _| sent.contains(hex));
    plan
}
