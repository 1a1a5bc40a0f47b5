//! What IAM must allow for the statements of functions' resource policies.

use super::{Call, Permission};
use crate::aws::Id;
use crate::aws::lambda::needs_for_candidates;
use crate::aws::need::{Need, Needs, on};
use crate::name::{Owner, Site};

impl Needs for Permission {
    fn needs(id: &Id, call: &Call) -> Vec<Need> {
        match call {
            Call::Add(input) => {
                let add = Need::new("lambda:AddPermission", arn(id));
                vec![add.when("StringEquals", "lambda:Principal", &input.principal)]
            }
            Call::Remove(_) => on(arn(id), &["lambda:RemovePermission"]),
        }
    }

    /// Whom a statement may let in is in the input alone.
    fn needs_ever(id: &Id) -> Vec<Need> {
        on(arn(id), &["lambda:RemovePermission"])
    }

    fn needs_to_read(id: &Id) -> Vec<Need> {
        on(arn(id), &["lambda:GetPolicy"])
    }

    fn needs_to_list(_: &Site, _: &Owner) -> Vec<Need> {
        needs_for_candidates()
    }
}

/// The function's.
fn arn(id: &Id) -> String {
    id.site.arn("lambda", &format!("function:{}", id.name))
}
