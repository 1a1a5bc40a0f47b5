//! Customer-managed policies.
//!
//! A policy has up to five versions, one of them the default. It is changed in three calls: add a version, make it the
//! default, delete the old one; doing the first two in one call is known to deny access for some seconds. So a settled
//! policy has one version, and there is always room for the next.
//!
//! AWS numbers the versions. Here, a version is named after its contents: `version:<digest>`, and among versions with
//! the same contents `version:<digest>:1` and so on, counted from the default one and then by age. Versions are deleted
//! from the last one of their digest, and copies of the default version are deleted before another becomes the default:
//! so a name never passes from one version to another while a plan is under way.

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
