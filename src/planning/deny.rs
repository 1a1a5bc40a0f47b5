//! What a plan must not do: a manifest's `[deny]`.

use crate::error::Error;
use crate::manifest::Deny;
use crate::name::Address;
use crate::plan::{Change, Plan};
use crate::planning::Project;

/// A manifest's `[deny]`.
#[derive(Debug, Clone)]
pub struct Rules {
    /// What is denied.
    pub deny: Deny,
    /// Which manifest says so, for people.
    pub of: String,
}

impl Rules {
    /// The project's own.
    pub fn own(project: &Project) -> Self {
        Self { deny: project.source.manifest.deny.clone(), of: project.path.display().to_string() }
    }

    /// Refuses a plan with a change that is denied.
    pub fn check(&self, plan: &Plan) -> Result<(), Error> {
        let denied = denied(&self.deny, &plan.changes);
        if denied.is_empty() {
            return Ok(());
        }
        let denied: Vec<String> = denied.iter().map(ToString::to_string).collect();
        Err(Error::Denied(format!("{}, says {}", denied.join(", "), self.of)))
    }
}

/// The changes that rules forbid.
pub fn denied(deny: &Deny, changes: &[Change]) -> Vec<Address> {
    let denied = changes.iter().filter(|change| deny.forbids(change.action, change.address.kind));
    denied.map(|change| change.address.clone()).collect()
}
