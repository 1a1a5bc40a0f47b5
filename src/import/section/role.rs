//! `[role.<name>]`

use std::collections::BTreeSet;

use toml_edit::Table;

use super::access::{self, Brought};
use super::function::role::statements;
use crate::aws::{Id, Kind, State, iam};
use crate::import::Scene;

/// The section of a role that functions have.
pub fn write(id: &Id, role: &iam::Role, scene: &Scene) -> Table {
    let mut lines = scene.start(id);
    lines.set_list("access", access::write(id, &statements(role, scene), &Brought::Shared, scene));
    let tracing = id.site.managed_policy_arn("AWSXRayDaemonWriteAccess");
    lines.set_unless("tracing", role.managed_policy_arns.contains(&tracing) || is_of_traced(id, scene), false);
    let made = [tracing, id.site.managed_policy_arn("service-role/AWSLambdaBasicExecutionRole")];
    let ours: BTreeSet<String> =
        scene.all(Kind::Policy).map(|live| iam::policy_arn(&id.site, &id.owner, &live.id.name)).collect();
    let others = role.managed_policy_arns.iter().filter(|arn| !made.contains(arn) && !ours.contains(*arn));
    lines.set_list("managed", others);
    lines.set_some("permissions_boundary", role.permissions_boundary.as_deref());
    report(id, role, scene);
    scene.end(id, &role.tags, lines)
}

/// True for a role that Lambda may assume, whoever else may.
pub fn is_for_functions(role: &iam::Role) -> bool {
    let lets_in = |statement: &serde_json::Value| {
        let services = statement["Principal"]["Service"].as_array();
        statement["Effect"] == "Allow"
            && services.is_some_and(|all| all.iter().any(|one| one == "lambda.amazonaws.com"))
    };
    role.assume_role_policy_document.statements().iter().any(lets_in)
}

/// True for the role of a function that is traced: its section has to let it send traces, whatever does so now.
fn is_of_traced(id: &Id, scene: &Scene) -> bool {
    scene.all(Kind::Function).any(|live| match &live.observed.state {
        State::Function(function) => {
            function.tracing_mode == "Active" && scene.section_of(Kind::Role, &function.role) == Some(&id.address.name)
        }
        _ => false,
    })
}

fn report(id: &Id, role: &iam::Role, scene: &Scene) {
    let made =
        iam::Role::for_service("lambda.amazonaws.com", Default::default(), Default::default(), Default::default());
    if role.assume_role_policy_document != made.assume_role_policy_document {
        let why = "only Lambda can assume a section's role: others could no longer assume it";
        scene.unsaid(id, "AssumeRolePolicyDocument", why);
    }
    for name in role.inline_policies.keys().filter(|_| scene.is_foreign(&role.tags)) {
        let why = "what it allows is now in `access`: an attached policy takes its place, and it is removed";
        scene.unsaid(id, &format!("the inline policy {name}"), why);
    }
}
