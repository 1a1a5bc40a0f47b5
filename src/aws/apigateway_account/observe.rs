//! What AWS reports of an account's setting, and of our role where there is none.

use super::*;

const ABSENT: &[&str] = &["NoSuchEntity"];

pub(super) async fn observe(aws: &Aws, _: &Id) -> Result<Option<Observed<Account>>, AwsError> {
    if let Some(arn) = logging_role(aws).await? {
        return Ok(Some(Observed::of(Account::of(&arn))));
    }
    let answer = aws.read.iam.get_role().role_name(ROLE_NAME).send().await.found("iam:GetRole", ABSENT)?;
    let Some(role) = answer.and_then(|answer| answer.role) else { return Ok(None) };
    let trust = Document::parse(role.assume_role_policy_document().unwrap_or_default());
    let trust =
        trust.map_err(|error| AwsError::malformed("iam:GetRole", format!("the policy is not JSON: {error}")))?;
    let attached = aws.read.iam.list_attached_role_policies().role_name(ROLE_NAME).into_paginator().items().send();
    let attached = attached.collect::<Result<Vec<_>, _>>().await.found("iam:ListAttachedRolePolicies", ABSENT)?;
    let managed_policy_arns = attached.into_iter().flatten().filter_map(|policy| policy.policy_arn).collect();
    Ok(Some(Observed::of(Account { managed_policy_arns, ..Account::with_role(trust) })))
}
