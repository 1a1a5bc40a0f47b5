//! Customer-managed policies.
//!
//! A policy has up to five versions, one of them in force. It is changed in three calls: add a version, put it in
//! force, delete the old one; adding and putting in force at once is known to deny access for some seconds. So a
//! settled policy has one version, and there is always room for the next.
//!
//! AWS numbers the versions. Here a version is called by what it says: `version:<digest>`, and among versions that
//! say the same `version:<digest>:1` and so on, counted from the one in force and then by age. Versions go from the
//! last of their digest on, and twins of the version in force go before another is put in force: so a name never
//! passes from one version to another while a plan is under way.

use serde::Serialize;

use crate::aws::document::Document;
use crate::aws::error::{Answer, AwsError};
use crate::aws::iam::policy_arn;
use crate::aws::kit::changed;
use crate::aws::kit::tags::tagged;
use crate::aws::settle::Rule;
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Found, Id, Kind, Observed, PlanReader, Reader, Resource};
use crate::canonical::Sha;
use crate::name::Owner;
use crate::text::{OutputRef, Text};

mod call;
mod next_call;
mod observe;
mod required_actions;
mod send;
mod state;

pub use call::*;
pub use state::*;

impl Resource for Policy {
    type Call = Call;
    type Seed = ();
    const SETTLES: &'static [(&'static str, &'static str)] = super::SETTLES;
    const HEALS: &'static [Rule] = super::HEALS;
    const MAKES_ANOTHER: &'static [&'static str] = &["iam:CreatePolicyVersion"];
    const USED_BY: &'static [Kind] = &[Kind::Role];

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Create(input) => Some(Self::new(input.policy_document.clone(), input.tags.clone())),
            Call::Delete(_) => None,
            other => changed(state, |policy| policy.apply(other)),
        }
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

fn arn(id: &Id) -> String {
    policy_arn(&id.site, &id.owner, &id.name)
}

/// What a version is called, by its document and how many that say the same come before it.
fn version_name(document: &Document, index: usize) -> String {
    let digest = Sha::of(document.to_string().as_bytes()).hex();
    let plain = format!("version:{}", &digest[..16]);
    if index == 0 { plain } else { format!("{plain}:{index}") }
}

#[cfg(test)]
mod tests;
