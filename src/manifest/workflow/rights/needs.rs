//! What a call needs.

use super::integration::{EXECUTIONS, Need, integration};
use super::resource::Resources;
use super::right::{On, Right};
use super::sdk;
use super::target::Target;
use super::walk::{Call, Reads};
use crate::aws::iam::reference;
use crate::name::Site;

/// What one call needs.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// What it must be given.
    pub rights: Vec<Right>,
    /// The rule by which Step Functions learns of its end.
    pub rule: Option<&'static str>,
    /// The executions that it waits for, by ARN.
    pub executions: Vec<String>,
}

/// What a call needs of the role that makes it. An integration that is not known needs nothing that could be said.
pub fn needs(call: &Call<'_>, site: &Site) -> Needs {
    let resources = Resources { site, parameters: call.parameters };
    let needs = match call.role {
        Some(role) => Needs::of(vec![Right::new(["sts:AssumeRole"], resources.named(role, "iam:role/{}"))]),
        None => called(call, &resources),
    };
    Needs { rights: needs.rights.into_iter().flat_map(as_iam_knows).collect(), ..needs }
}

impl Needs {
    fn of(rights: Vec<Right>) -> Self {
        Self { rights, ..Self::default() }
    }
}

fn called(call: &Call<'_>, resources: &Resources<'_>) -> Needs {
    let parts: Vec<&str> = call.resource.splitn(6, ':').collect();
    let ["arn", _, service, .., resource] = parts.as_slice() else { return Needs::default() };
    match (*service, resource.strip_prefix("aws-sdk:")) {
        ("lambda", _) => Needs::of(vec![Right::new(["lambda:InvokeFunction"], On::Resource(call.resource.to_owned()))]),
        ("states", Some(named)) => {
            let (service, operation) = split(named).0.split_once(':').unwrap_or_default();
            Needs::of(sdk::rights(service, operation, resources))
        }
        ("states", None) => integrated(resource, call.reads, resources),
        _ => Needs::default(),
    }
}

/// `glue:startJobRun.sync` as its name and how it is called.
fn split(named: &str) -> (&str, &str) {
    named.split_once('.').unwrap_or((named, ""))
}

fn integrated(named: &str, reads: Reads, resources: &Resources<'_>) -> Needs {
    let (name, pattern) = split(named);
    let Some(integration) = integration(name) else { return Needs::default() };
    let mut needs = Needs::of(rights(integration.needs, resources));
    if reads == Reads::Listed {
        needs.rights.extend(rights(&[(&["s3:GetObject"], Target::Objects)], resources));
    }
    if pattern.starts_with("sync") {
        needs.rule = integration.rule;
        for right in rights(integration.sync, resources) {
            match &right.on {
                On::Resource(arn) if right.actions.iter().map(String::as_str).eq(EXECUTIONS.iter().copied()) => {
                    needs.executions.push(arn.clone())
                }
                _ => needs.rights.push(right),
            }
        }
    }
    needs
}

fn rights(needs: &[Need], resources: &Resources<'_>) -> Vec<Right> {
    let rights = |(actions, target): &Need| {
        resources.of(*target).into_iter().map(|on| Right::new(actions.iter().copied(), on)).collect::<Vec<_>>()
    };
    needs.iter().flat_map(rights).collect()
}

/// A right as IAM's own reference has it: with its spelling of the actions, without actions that it does not know (those
/// that are newer than it, and operations that no action stands for), and those apart that it allows on everything or not at
/// all.
fn as_iam_knows(right: Right) -> Vec<Right> {
    let (mut on_all, mut on_one) = (Vec::new(), Vec::new());
    for action in &right.actions {
        let Some((known, is_about_something)) = known(action) else { continue };
        if is_about_something { on_one.push(known) } else { on_all.push(known) }
    }
    let one = Right { actions: on_one.into_iter().collect(), ..right };
    let all = Right { actions: on_all.into_iter().collect(), on: On::Everything, ..one.clone() };
    [one, all].into_iter().filter(|right| !right.actions.is_empty()).collect()
}

/// An action in IAM's spelling, and whether it is about anything.
fn known(action: &str) -> Option<(String, bool)> {
    let (prefix, name) = action.split_once(':')?;
    let service = reference::service(prefix)?;
    let name = service.names().find(|known| known.eq_ignore_ascii_case(name))?;
    Some((format!("{prefix}:{name}"), !service.action(name)?.forms.is_empty()))
}
