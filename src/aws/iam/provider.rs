//! The identity provider by which IAM knows tokens of GitHub Actions.
//!
//! An account has one for each URL, and whatever assumes roles from GitHub shares it. So it has no tags of ours, an
//! audience is only ever added, and nothing deletes it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::aws::error::{Answer, AwsError};
use crate::aws::iam::ABSENT;
use crate::aws::kit::calls::calls;
use crate::aws::settle::Rule;
use crate::aws::{Aws, Found, Id, Observed, PlanReader, Reader, Resource};
use crate::name::{Owner, Site};

mod call;
mod next_call;
mod observe;
mod required_actions;
mod send;
mod state;

pub use call::*;
pub use state::*;

/// GitHub's issuer of identity tokens, as an ARN names it: without `https://`.
pub const GITHUB: &str = "token.actions.githubusercontent.com";

impl Resource for OidcProvider {
    type Call = Call;
    type Seed = ();
    const HEALS: &'static [Rule] = super::HEALS;
    const OF_THE_ACCOUNT: bool = true;

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Create(input) => Some(Self { client_id_list: input.client_id_list.clone() }),
            Call::AddClientId(input) => state.map(|mut state| {
                state.client_id_list.insert(input.client_id.clone());
                state
            }),
        }
    }

    /// Audiences that others have added.
    fn keep(&mut self, live: &Self) {
        self.client_id_list.extend(live.client_id_list.iter().cloned());
    }

    /// Never: one that is not wanted any more may be others' still.
    async fn list(_: &PlanReader, _: &Owner) -> Result<Vec<Found<()>>, AwsError> {
        Ok(Vec::new())
    }

    async fn observe(reader: Reader<'_>, id: &Id, _: Option<&()>) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(reader.aws(), id).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(aws, call).await
    }
}

/// The ARN of an account's provider.
pub fn arn(site: &Site, name: &str) -> String {
    site.global_arn("iam", &format!("oidc-provider/{name}"))
}

#[cfg(test)]
mod tests;
