//! What IAM must allow for the statements of functions' resource policies.

use super::{Call, Permission};
use crate::aws::Id;
use crate::aws::lambda::actions_for_candidates;
use crate::aws::required_actions::{RequiredAction, RequiredActions, on};
use crate::name::{Owner, Site};

impl RequiredActions for Permission {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        match call {
            Call::Add(input) => {
                let add = RequiredAction::new("lambda:AddPermission", arn(id));
                let add = add.when("StringEquals", "lambda:Principal", &input.principal);
                vec![match &input.function_url_auth_type {
                    Some(auth_type) => add.when("StringEquals", "lambda:FunctionUrlAuthType", auth_type),
                    None => add,
                }]
            }
            Call::Remove(_) => on(arn(id), &["lambda:RemovePermission"]),
        }
    }

    /// Whom a statement may let in is in the input alone.
    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        on(arn(id), &["lambda:RemovePermission"])
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        on(arn(id), &["lambda:GetPolicy"])
    }

    fn actions_to_list(_: &Site, _: &Owner) -> Vec<RequiredAction> {
        actions_for_candidates()
    }
}

/// The function's.
fn arn(id: &Id) -> String {
    id.site.arn("lambda", &format!("function:{}", id.name))
}
