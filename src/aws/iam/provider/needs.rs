//! What IAM must allow for identity providers.

use super::{Call, OidcProvider, arn};
use crate::aws::Id;
use crate::aws::need::{Need, Needs, on};
use crate::name::{Owner, Site};

impl Needs for OidcProvider {
    fn needs(id: &Id, call: &Call) -> Vec<Need> {
        let action = match call {
            Call::Create(_) => "iam:CreateOpenIDConnectProvider",
            Call::AddClientId(_) => "iam:AddClientIDToOpenIDConnectProvider",
        };
        on(arn(&id.site, &id.name), &[action])
    }

    fn needs_ever(id: &Id) -> Vec<Need> {
        on(arn(&id.site, &id.name), &["iam:AddClientIDToOpenIDConnectProvider"])
    }

    fn needs_to_read(id: &Id) -> Vec<Need> {
        on(arn(&id.site, &id.name), &["iam:GetOpenIDConnectProvider"])
    }

    fn needs_to_list(_: &Site, _: &Owner) -> Vec<Need> {
        Vec::new()
    }
}
