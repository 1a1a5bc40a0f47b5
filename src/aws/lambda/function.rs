//! Functions.
//!
//! Code and configuration are updated by separate calls, with a wait after each. An update contains only what differs:
//! AWS keeps what it leaves out, so settings are removed explicitly. Updates contain the revision that the guard has
//! just read, so that AWS refuses them after an edit in between.
//!
//! A URL, and the settings of asynchronous invocations, are parts of a function with calls of their own ([`parts`]).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::Serialize;

use crate::aws::error::AwsError;
use crate::aws::kit::tags::tagged;
use crate::aws::rate::Limit;
use crate::aws::settle::Rule;
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Condition, Found, Id, Kind, Observed, PlanReader, Reader, Resource, Unmodelled};
use crate::name::{Address, Owner, tag};
use crate::text::{OutputRef, Text};

mod call;
mod code;
mod configured;
mod image;
mod invoke_config;
mod logging;
mod marks;
mod network;
mod next_call;
mod observe;
mod parts;
mod recursion;
mod release;
mod required_actions;
mod runtime_management;
mod send;
mod state;
mod url;

pub use call::*;
pub use code::{Blob, Code, IN_A_REQUEST, Through, Way, actions_by_way_of};
pub use image::{ImageConfig, ImageUri, PackageType};
pub use invoke_config::{InvokeConfig, PutFunctionEventInvokeConfig};
pub use logging::LoggingConfig;
pub use marks::{has_mappings, has_versions};
pub use network::{FileSystemConfig, VpcConfig};
pub use observe::code_location;
pub use recursion::PutFunctionRecursionConfig;
pub use release::{
    Canary, Course, CreateAlias, DeleteAlias, LIVE, PublishVersion, PutProvisionedConcurrencyConfig, Release,
    UpdateAlias, Version,
};
pub use required_actions::actions_to_read_with_key;
pub use runtime_management::{PutRuntimeManagementConfig, RuntimeManagementConfig};
pub use state::*;
pub use url::{Cors, CreateFunctionUrlConfig, FunctionUrl, UpdateFunctionUrlConfig};

impl Resource for Function {
    type Call = Call;
    type Seed = ();
    /// A version with a snapshot takes AWS up to half an hour.
    const PATIENCE: Duration = Duration::from_secs(1800);
    const SETTLES: &'static [(&'static str, &'static str)] = &[
        ("Pending", "State Active"),
        ("Deactivating", "State Inactive"),
        ("Deleting", "its deletion"),
        ("InProgress", "LastUpdateStatus Successful"),
    ];
    const HEALS: &'static [Rule] = super::HEALS;
    const LIMITS: &'static [Limit] = super::LIMITS;
    const HIDES: bool = true;
    const FIXED: &'static [&'static str] = &["PackageType"];
    const SYMBOLS: &'static [&'static str] = &["url"];
    const USED_BY: &'static [Kind] = &[
        Kind::EventRule,
        Kind::EventSourceMapping,
        Kind::HttpApi,
        Kind::Permission,
        Kind::RestApi,
        Kind::Schedule,
        Kind::StateMachine,
    ];

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        call::effect(call, state)
    }

    /// The tag that says what is there to be read is set by then.
    fn flows_into(call: &Call, next: &Call) -> bool {
        matches!(
            (call, next),
            (Call::Tag(_), Call::CreateUrl(_) | Call::PutInvokeConfig(_) | Call::PutRecursion(_) | Call::PutRuntime(_))
        )
    }

    /// A URL that is made has a host of its own, and so has that of the alias.
    fn remakes(&self, want: &Self, _: &str) -> bool {
        let of = |function: &Self| function.url.as_ref().map(|url| url.qualifier.clone());
        of(self) != of(want)
    }

    fn condition(id: &Id, want: Option<&Self>, call: &Call) -> Option<Condition<Call>> {
        release::condition(id, want?, call)
    }

    fn blob(call: &Call) -> Option<&Blob> {
        match call {
            Call::Create(input) => input.code.blob(),
            Call::UpdateCode(input) => input.code.blob(),
            _ => None,
        }
    }

    fn obstacle(&self, live: Option<&Self>, _: &[Unmodelled]) -> Option<String> {
        image::obstacle(self, live?).or_else(|| release::obstacle(self, live?))
    }

    fn keep(&mut self, live: &Self) {
        release::keep(self, live);
    }

    fn later(&self, live: &Self) -> Option<String> {
        release::later(self, live)
    }

    fn halfway(&self) -> Option<Self> {
        release::leaving(self)
    }

    fn texts(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        self.environment.values_mut().chain(&mut self.layers).for_each(&mut *visit);
        self.release.iter_mut().for_each(|release| release.texts(visit));
    }

    tagged!();

    /// What says which parts there are counts whatever is wanted.
    fn scope(&mut self, keys: &BTreeSet<String>) {
        self.tags.retain(|key, _| keys.contains(key) || key == tag::PARTS);
    }

    fn hidden(path: &str) -> bool {
        path.starts_with("Environment.")
    }

    fn veil(&mut self, goal: Option<&Self>) {
        let shown = |name: &str, value: &Text| goal.and_then(|goal| goal.environment.get(name)) == Some(value);
        for (name, value) in &mut self.environment {
            if !shown(name, value) {
                *value = hidden_value();
            }
        }
        self.release.iter_mut().for_each(|release| release.veil(&shown));
    }

    async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
        super::candidates(reader, owner).await
    }

    async fn observe(reader: Reader<'_>, id: &Id, seed: Option<&()>) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(reader, id, seed.is_some()).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(aws, call).await
    }
}

/// What stands for a value that must not show. A reference that no manifest can write, so that it equals no value.
fn hidden_value() -> Text {
    let address = Address { kind: Kind::Function, name: "hidden".parse().expect("the literal is valid") };
    OutputRef::new(&address, "@value").into()
}

/// The revision that was read last: a call with it fails if somebody has changed the function since.
fn revision(id: &Id) -> Text {
    OutputRef::new(&id.address, "@revision").into()
}

/// The function's ARN.
fn arn(id: &Id) -> String {
    id.site.arn("lambda", &format!("function:{}", id.name))
}

#[cfg(test)]
mod tests;
