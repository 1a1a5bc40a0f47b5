//! The identity provider by which IAM knows tokens of GitHub Actions.
//!
//! An account has one for each URL, and whatever assumes roles from GitHub shares it. So it carries no tags of ours, an
//! audience is only ever added, and nothing deletes it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::aws::error::{Answer, AwsError};
use crate::aws::iam::ABSENT;
use crate::aws::kit::calls::calls;
use crate::aws::settle::Rule;
use crate::aws::{Aws, Found, Id, Observed, Resource};
use crate::name::{Owner, Site};

mod need;

/// GitHub's issuer of identity tokens, as an ARN names it: without `https://`.
pub const GITHUB: &str = "token.actions.githubusercontent.com";

/// An OpenID Connect provider.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct OidcProvider {
    /// The audiences that tokens may be for. Wanted ones are all that we need; others stay.
    #[serde(rename = "ClientIDList")]
    pub client_id_list: BTreeSet<String>,
}

calls! {
    /// The calls on a provider.
    pub enum Call {
        /// Makes it. AWS checks GitHub's certificate by its own list, so no thumbprint is given.
        "iam:CreateOpenIDConnectProvider" => Create(CreateProvider),
        /// Lets tokens for one more audience in.
        "iam:AddClientIDToOpenIDConnectProvider" => AddClientId(AddClientId),
    }
}

/// Input of `CreateOpenIDConnectProvider`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateProvider {
    #[serde(rename = "Url")]
    url: String,
    #[serde(rename = "ClientIDList")]
    client_id_list: BTreeSet<String>,
}

/// Input of `AddClientIDToOpenIDConnectProvider`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddClientId {
    #[serde(rename = "OpenIDConnectProviderArn")]
    arn: String,
    #[serde(rename = "ClientID")]
    client_id: String,
}

impl Resource for OidcProvider {
    type Call = Call;
    type Seed = ();
    const HEALS: &'static [Rule] = super::HEALS;
    const OF_THE_ACCOUNT: bool = true;

    /// Whatever is wanted, nothing goes.
    fn next(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        match (want?, live) {
            (want, None) => {
                let (url, client_id_list) = (format!("https://{}", id.name), want.client_id_list.clone());
                Some(Call::Create(CreateProvider { url, client_id_list }))
            }
            (want, Some(live)) => {
                let client_id = want.client_id_list.difference(&live.client_id_list).next()?.clone();
                Some(Call::AddClientId(AddClientId { arn: arn(&id.site, &id.name), client_id }))
            }
        }
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
    async fn list(_: &Aws, _: &Owner) -> Result<Vec<Found<()>>, AwsError> {
        Ok(Vec::new())
    }

    async fn observe(aws: &Aws, id: &Id, _: Option<&()>) -> Result<Option<Observed<Self>>, AwsError> {
        let api = "iam:GetOpenIDConnectProvider";
        let request = aws.read.iam.get_open_id_connect_provider().open_id_connect_provider_arn(arn(&id.site, &id.name));
        let answer = request.send().await.found(api, ABSENT)?;
        let ids = answer.map(|answer| answer.client_id_list.unwrap_or_default().into_iter().collect());
        Ok(ids.map(|client_id_list| Observed::of(Self { client_id_list })))
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        let iam = &aws.write.iam;
        match call {
            Call::Create(input) => {
                let request = iam.create_open_id_connect_provider().url(&input.url);
                let request = request.set_client_id_list(Some(input.client_id_list.iter().cloned().collect()));
                request.send().await.answer("iam:CreateOpenIDConnectProvider").map(drop)
            }
            Call::AddClientId(input) => {
                let request = iam.add_client_id_to_open_id_connect_provider().client_id(&input.client_id);
                let request = request.open_id_connect_provider_arn(&input.arn);
                request.send().await.answer("iam:AddClientIDToOpenIDConnectProvider").map(drop)
            }
        }
    }
}

/// The ARN of an account's provider.
pub fn arn(site: &Site, name: &str) -> String {
    site.global_arn("iam", &format!("oidc-provider/{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::{Kind, State};
    use crate::canonical::Fingerprint;
    use crate::plan::steps::{assert_properties, steps, test_id};
    use proptest::collection::btree_set;
    use proptest::option;
    use proptest::prelude::*;

    fn provider(audiences: &[&str]) -> OidcProvider {
        OidcProvider { client_id_list: audiences.iter().map(|audience| (*audience).to_owned()).collect() }
    }

    proptest! {
        #[test]
        fn the_three_properties_hold(want in btree_set("[a-c]", 1..3), live in option::of(btree_set("[a-e]", 0..4))) {
            let live = live.map(|client_id_list| OidcProvider { client_id_list });
            let mut want = OidcProvider { client_id_list: want };
            live.iter().for_each(|live| want.keep(live));
            let (want, live) = (State::from(want), live.map(State::from));
            assert_properties(&test_id(Kind::OidcProvider, GITHUB), Some(&want), live.as_ref());
        }
    }

    #[test]
    fn nothing_deletes_it_and_what_others_have_added_stays() {
        let (id, live) = (test_id(Kind::OidcProvider, GITHUB), provider(&["others"]));
        assert_eq!(OidcProvider::next(&id, None, Some(&live)), None);
        let mut want = provider(&["sts.amazonaws.com"]);
        want.keep(&live);
        let made = steps(&id, Some(&want.into()), Some(&live.into())).unwrap();
        let [step] = made.as_slice() else { panic!("{made:?}") };
        assert_eq!(step.call.api(), "iam:AddClientIDToOpenIDConnectProvider");
        let both = State::from(provider(&["others", "sts.amazonaws.com"]));
        assert_eq!(step.leads_to, Fingerprint::of(Some(&both)).unwrap());
    }
}
