//! The role of a function: a section's, or one that it has for itself.

use serde_json::Value as Json;

use crate::aws::{Id, Kind, Live, State, iam, lambda};
use crate::import::Scene;
use crate::import::lines::Lines;
use crate::import::section::access::{self, Brought, unnumbered};
use crate::manifest::names::own_part;

/// A role that a function has for itself.
pub struct OwnRole<'s> {
    id: &'s Id,
    role: &'s iam::Role,
    statements: Vec<Json>,
}

impl<'s> OwnRole<'s> {
    /// That of a function, if it is none that has a section.
    pub fn of(id: &Id, function: &lambda::Function, scene: &'s Scene) -> Option<Self> {
        if scene.section_of(Kind::Role, &function.role).is_some() {
            return None;
        }
        let own = own_part(&id.address.name, "function")?;
        let live = scene.all(Kind::Role).find(|live| live.id.address.name == own)?;
        let State::Role(role) = &live.observed.state else { return None };
        let is_it = iam::role::arn(&id.site, &id.owner, &live.id.name) == function.role;
        let statements = statements(role, scene);
        is_it.then_some(Self { id: &live.id, role, statements })
    }

    /// What it is allowed by the statement of this id: the resources that are known.
    pub fn resources(&self, sid: &str) -> Vec<String> {
        let of = self.statements.iter().filter(|one| one["Sid"].as_str().map(unnumbered) == Some(sid));
        let all = of.filter_map(|one| one["Resource"].as_array()).flatten();
        all.filter_map(|one| one.as_str().map(str::to_owned)).collect()
    }

    /// True if it may not write to the file system that the function mounts.
    pub fn only_reads_files(&self) -> bool {
        let mut of = self.statements.iter().filter(|one| one["Sid"] == "FileSystem");
        of.next().is_some_and(|one| one["Action"].as_array().is_some_and(|actions| actions.len() == 1))
    }
}

/// What a role's own policies and the customer-managed ones that are attached to it allow.
pub fn statements(role: &iam::Role, scene: &Scene) -> Vec<Json> {
    let attached = |id: &Id| role.managed_policy_arns.contains(&iam::policy_arn(&id.site, &id.owner, &id.name));
    let policies =
        scene.all(Kind::Policy).filter(|live| attached(&live.id)).filter_map(|live| match &live.observed.state {
            State::Policy(policy) => Some(&policy.policy_document),
            _ => None,
        });
    policies.chain(role.inline_policies.values()).flat_map(|document| document.statements().iter().cloned()).collect()
}

/// The role with this ARN, whether it is a section's own or not.
pub fn by_arn<'s>(arn: &str, scene: &'s Scene) -> Option<&'s Live> {
    scene.all(Kind::Role).find(|live| iam::role::arn(&live.id.site, &live.id.owner, &live.id.name) == arn)
}

/// What the role of a function allows, whether it is the function's own or a section's.
pub fn allowed(function: &lambda::Function, scene: &Scene) -> Vec<Json> {
    match by_arn(&function.role, scene).map(|live| &live.observed.state) {
        Some(State::Role(role)) => statements(role, scene),
        _ => Vec::new(),
    }
}

/// `access`, `role` and `permissions_boundary`.
pub fn write(id: &Id, function: &lambda::Function, own: Option<&OwnRole>, scene: &Scene, lines: &mut Lines) {
    if let Some(section) = scene.section_of(Kind::Role, &function.role) {
        return lines.set("role", section.as_str());
    }
    let Some(own) = own else {
        let why = format!("{} has no section: the function gets a role of its own, without permissions", function.role);
        return scene.unsaid(id, "role", &why);
    };
    lines.set_list("access", access::write(own.id, &own.statements, &Brought::Own, scene));
    lines.set_some("permissions_boundary", own.role.permissions_boundary.as_deref());
}
