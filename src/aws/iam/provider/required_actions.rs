//! What IAM must allow for identity providers.

use super::{Call, OidcProvider, arn};
use crate::aws::Id;
use crate::aws::required_actions::{RequiredAction, RequiredActions, on};
use crate::name::{Owner, Site};

impl RequiredActions for OidcProvider {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        let action = match call {
            Call::Create(_) => "iam:CreateOpenIDConnectProvider",
            Call::AddClientId(_) => "iam:AddClientIDToOpenIDConnectProvider",
        };
        on(arn(&id.site, &id.name), &[action])
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        on(arn(&id.site, &id.name), &["iam:AddClientIDToOpenIDConnectProvider"])
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        on(arn(&id.site, &id.name), &["iam:GetOpenIDConnectProvider"])
    }

    fn actions_to_list(_: &Site, _: &Owner) -> Vec<RequiredAction> {
        Vec::new()
    }
}
