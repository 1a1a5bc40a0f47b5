//! `[workflow.<name>]`

use serde_json::Value as Json;
use toml_edit::{Table, Value};

use super::access::{self, Brought};
use super::function::role::{by_arn, statements};
use super::http_api::boundary;
use crate::aws::stepfunctions::{Logging, StateMachine};
use crate::aws::{Id, Kind, State, Tags};
use crate::import::Scene;
use crate::import::lines::Lines;
use crate::import::section::access::unnumbered;
use crate::manifest::names::own_part;
use crate::name::{Name, tag};

/// What ends the names of its role and its log group.
const PART: &str = "workflow";

/// The section of a state machine.
pub fn write(id: &Id, machine: &StateMachine, scene: &Scene) -> Table {
    let mut lines = scene.start(id);
    lines.set("definition", definition(id, machine, scene));
    lines.set_unless("type", machine.machine_type.as_str(), "STANDARD");
    rights(id, machine, scene, &mut lines);
    let logging = machine.logging.as_ref().and_then(|logging| logs(id, logging, scene));
    let (logging, on_delete) = logging.unzip();
    lines.set_some("logging", logging);
    lines.set_unless("tracing", machine.tracing, false);
    lines.set_some("permissions_boundary", boundary(id, PART, scene));
    let mut tags = machine.tags.clone();
    tags.extend(on_delete.unwrap_or_default());
    scene.end(id, &tags, lines)
}

/// The file with its definition, in lines for people.
fn definition(id: &Id, machine: &StateMachine, scene: &Scene) -> String {
    let text = scene.text(&machine.definition);
    let pretty = serde_json::from_str::<Json>(&text).ok().and_then(|value| serde_json::to_string_pretty(&value).ok());
    scene.file(&format!("{}.asl.json", id.address.name), pretty.unwrap_or(text) + "\n")
}

/// `invokes` and `access`: what its role may do beside what it has by itself.
fn rights(id: &Id, machine: &StateMachine, scene: &Scene, lines: &mut Lines) {
    let own = own_part(&id.address.name, PART);
    let role = scene.all(Kind::Role).find(|live| Some(&live.id.address.name) == own.as_ref());
    // One that the source names, or that another workflow has too.
    let role = role.or_else(|| by_arn(&machine.role_arn, scene));
    let Some((role_id, State::Role(role))) = role.map(|live| (&live.id, &live.observed.state)) else {
        let why =
            format!("a workflow has its own role: write what {} allows into `invokes` and `access`", machine.role_arn);
        return scene.unsaid(id, "role", &why);
    };
    let statements = statements(role, scene);
    let is_ours = !scene.is_foreign(&role.tags);
    let (functions, brought) = match is_ours {
        true => (invoked(&statements, scene), Brought::Workflow),
        false => (Vec::new(), Brought::Nothing),
    };
    lines.set_list("invokes", functions.into_iter().map(Name::as_str));
    lines.set_list("access", access::write(role_id, &statements, &brought, scene));
    for arn in role.managed_policy_arns.iter().filter(|_| !is_ours) {
        let why = format!("a workflow's role only has policies of its own: write what it needs of {arn} into `access`");
        scene.unsaid(id, "role", &why);
    }
}

fn invoked<'s>(statements: &[Json], scene: &'s Scene) -> Vec<&'s Name> {
    let of = statements.iter().filter(|one| one["Sid"].as_str().map(unnumbered) == Some("Invoke"));
    let arns = of.filter_map(|one| one["Resource"].as_array()).flatten().filter_map(Json::as_str);
    let mut names: Vec<&Name> = arns.filter_map(|arn| scene.section_of(Kind::Function, arn)).collect();
    names.sort();
    names.dedup();
    names
}

/// What it logs, in a log group of its own, and the tag that says what becomes of that.
fn logs(id: &Id, logging: &Logging, scene: &Scene) -> Option<(Value, Tags)> {
    let name = logging.log_group_arn.split_once(":log-group:").map_or("", |(_, name)| name.trim_end_matches(":*"));
    let group =
        scene.part(Kind::LogGroup, name).filter(|live| scene.section_of(Kind::LogGroup, &live.id.name).is_none());
    let Some(State::LogGroup(group)) = group.map(|live| &live.observed.state) else {
        let why = format!("it logs to {name}, but a section logs to a group of its own: it is left out");
        scene.unsaid(id, "logging", &why);
        return None;
    };
    let mut lines = Lines::new();
    lines.set("level", logging.level.as_str());
    lines.set_unless("include_execution_data", logging.include_execution_data, false);
    lines.set_unless("retention_days", i64::from(group.retention_in_days.unwrap_or(0)), 14);
    let on_delete = group.tags.get(tag::ON_DELETE).map(|value| (tag::ON_DELETE.to_owned(), value.clone()));
    Some((lines.inline(), on_delete.into_iter().collect()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::aws::document::Document;
    use crate::aws::iam::Role;
    use crate::aws::test_support::test_id;
    use crate::aws::{Live, Observed};

    #[test]
    fn a_role_that_the_source_names_says_what_the_workflow_may_do() {
        let id = test_id(Kind::Role, "/flows/flow");
        let statement = json!({ "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:us-west-2:123456789012:jobs" });
        let inline = BTreeMap::from([("jobs".to_owned(), Document::new(vec![statement]))]);
        let role = Role::for_service("states.amazonaws.com", Default::default(), inline, Tags::new());
        let live = Live { id: id.clone(), observed: Observed::of(State::from(role)) };
        let scene = Scene::new(&id.site, &id.owner, BTreeMap::from([(id.address.clone(), live)]), BTreeMap::new());
        let access = |role_arn: &str| {
            let machine = StateMachine { role_arn: role_arn.into(), ..StateMachine::default() };
            write(&test_id(Kind::StateMachine, "Flow"), &machine, &scene).get("access").map(ToString::to_string)
        };
        let own = access("arn:aws:iam::123456789012:role/flows/flow");
        assert!(own.is_some_and(|access| access.contains("sqs:SendMessage")));
        assert_eq!(access("arn:aws:iam::123456789012:role/other"), None);
    }
}
