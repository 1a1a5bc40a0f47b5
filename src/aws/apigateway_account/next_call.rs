//! Which call comes next: the role, its policy, the setting.

use super::*;

/// An account that has a role keeps it, whichever that is.
pub(super) fn next_call(id: &Id, want: &Account, live: Option<&Account>) -> Option<Call> {
    let (role_name, policy_arn) = (ROLE_NAME.to_owned(), policy_arn(&id.site));
    match live {
        None => {
            let description = "Allows API Gateway to write logs of all REST APIs of the account".to_owned();
            Some(Call::CreateRole(CreateRole { role_name, description, trust: state::trust() }))
        }
        Some(live) if live.cloudwatch_role_arn.is_some() => None,
        Some(live) if !live.managed_policy_arns.contains(&policy_arn) => {
            Some(Call::AttachRolePolicy(AttachRolePolicy { role_name, policy_arn }))
        }
        Some(_) => {
            let (op, path) = ("replace".to_owned(), "/cloudwatchRoleArn".to_owned());
            let value = want.cloudwatch_role_arn.clone()?;
            Some(Call::UpdateAccount(UpdateAccount { patch_operations: vec![Patch { op, path, value }] }))
        }
    }
}
