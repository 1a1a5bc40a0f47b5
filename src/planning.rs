//! Plans of a project: the manifest, the code beside it and live AWS become a finished [`Plan`], with everything that
//! was found out for it. Prints nothing, changes nothing, and does not know GitHub.
//!
//! - [`project`]: manifest, packages and files.
//! - [`mod@live_plan`]: the plan of a project against live AWS.
//! - [`offline`]: the same without asking AWS.
//! - [`base`] and [`deny`]: where each change comes from, and which changes a `[deny]` forbids.
//! - [`mod@code`]: which files and packages differ in the changes of functions' code.
//! - [`definition`]: what Step Functions says about the definitions that a plan sends.
//! - [`boundary`]: compares the permissions boundary of the app's roles with the rights that they are to have.
//! - [`managed`]: which other tools still manage the plan's resources.
//! - [`pattern`]: what EventBridge says about the patterns that a plan sends.
//! - [`preflight`]: what the apply of a plan will be allowed to do.
//! - [`proof`]: compares an approved plan with the source and live AWS.
//! - [`roles`]: the plan of the roles that deploy an app.
//! - [`watched`]: the files that a plan is made from, and when they were changed.

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
