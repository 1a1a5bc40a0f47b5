//! Roles.
//!
//! A role with the right name under another path was not created by this program, and a path cannot be changed: it
//! shows as a difference, and the role has to be recreated.
//!
//! A role's path is `/<app>/<stage>/`, or the beginning of its physical name: `/service-role/handler` is the role
//! `handler` under `/service-role/`. IAM's calls name a role without its path.
//!
//! New permissions are added before old ones are removed, so that a function never runs without any in between; except
//! if a quota leaves no room for both.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::json;

use crate::aws::document::Document;
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::changed;
use crate::aws::kit::tags::tagged;
use crate::aws::settle::Rule;
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Found, Id, Kind, Observed, PlanReader, Reader, Resource};
use crate::name::{Owner, Site};
use crate::text::Text;

mod call;
mod next_call;
mod observe;
mod required_actions;
mod send;
mod state;

pub use call::*;
pub use required_actions::is_bare;
pub use state::*;

impl Resource for Role {
    type Call = Call;
    type Seed = ();
    const SETTLES: &'static [(&'static str, &'static str)] = super::SETTLES;
    const HEALS: &'static [Rule] = super::HEALS;
    const FIXED: &'static [&'static str] = &["Path"];
    const USED_BY: &'static [Kind] =
        &[Kind::EventRule, Kind::Function, Kind::HttpApi, Kind::StateMachine, Kind::Recorder, Kind::Schedule];

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Create(input) => Some(created(input)),
            Call::Delete(_) => None,
            other => changed(state, |role| role.apply(other)),
        }
    }

    fn texts(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        self.inline_policies.values_mut().for_each(|document| document.texts(visit));
    }

    tagged!();

    async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
        observe::list(reader.aws(), owner).await
    }

    async fn observe(reader: Reader<'_>, id: &Id, seed: Option<&()>) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(reader, id, seed).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(&aws.write.iam, call).await
    }
}

/// What IAM calls a role of this physical name.
pub fn name_of(physical: &str) -> &str {
    physical.rsplit('/').next().unwrap_or(physical)
}

/// The ARN of a role of ours of this physical name.
pub fn arn(site: &Site, owner: &Owner, physical: &str) -> String {
    let path = if physical.starts_with('/') { String::new() } else { owner.path() };
    site.global_arn("iam", &format!("role{path}{physical}"))
}

fn role_name(id: &Id) -> String {
    name_of(&id.name).to_owned()
}

/// The path that a role is to have.
fn path(id: &Id) -> String {
    match id.name.rsplit_once('/') {
        Some((path, _)) => format!("{path}/"),
        None => id.owner.path(),
    }
}

fn created(input: &CreateRole) -> Role {
    let mut role = Role {
        path: None,
        description: None,
        max_session_duration: DEFAULT_SESSION,
        assume_role_policy_document: input.assume_role_policy_document.clone(),
        managed_policy_arns: BTreeSet::new(),
        inline_policies: BTreeMap::new(),
        permissions_boundary: input.permissions_boundary.clone(),
        tags: input.tags.clone(),
    };
    input.parts().apply(&mut role);
    role
}

#[cfg(test)]
mod tests;
