//! What a role may do, according to IAM itself.
//!
//! `iam:SimulatePrincipalPolicy` evaluates the role's policies, its boundary and the organisation's policies without
//! sending the request. It does not include resource policies or session policies.

use std::collections::BTreeSet;

use aws_sdk_iam::types::{ContextEntry, ContextKeyTypeEnum, EvaluationResult, PolicyEvaluationDecisionType};

use crate::aws::error::Answer;
use crate::aws::required_actions::{Conditions, as_requested};
use crate::aws::{Aws, AwsError, RequiredAction};

/// The most actions and resources of one question.
const TOGETHER: usize = 100;

/// An action that a role may not do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Denial {
    /// `service:Action`.
    pub action: String,
    /// On what.
    pub resource: String,
    /// Why not.
    pub by: &'static str,
}

/// What it takes to ask about this role.
pub fn required_actions(role: &str) -> Vec<RequiredAction> {
    vec![RequiredAction::new("iam:SimulatePrincipalPolicy", role)]
}

/// Which of these actions a role may not do on these resources, under this condition. One call for up to a hundred
/// actions on one resource.
pub async fn denials(
    aws: &Aws,
    role: &str,
    actions: &[&str],
    resource: &str,
    conditions: &Conditions,
) -> Result<BTreeSet<Denial>, AwsError> {
    let api = "iam:SimulatePrincipalPolicy";
    let resource = as_requested(resource);
    let mut denials = BTreeSet::new();
    for actions in actions.chunks(TOGETHER) {
        let request = aws.read.iam.simulate_principal_policy().policy_source_arn(role);
        let request = request.set_action_names(Some(actions.iter().map(|action| (*action).to_owned()).collect()));
        let request = request.resource_arns(resource.as_str()).set_context_entries(Some(context(conditions)));
        let mut results = request.into_paginator().items().send();
        while let Some(result) = results.next().await {
            denials.extend(denial(&result.answer(api)?, &resource));
        }
    }
    Ok(denials)
}

fn context(conditions: &Conditions) -> Vec<ContextEntry> {
    let entry = |((_, key), values): (&(&'static str, &'static str), &BTreeSet<String>)| {
        let values = values.iter().map(|value| value.replace("${$}{", "${")).collect();
        let entry = ContextEntry::builder().context_key_name(*key).set_context_key_values(Some(values));
        entry.context_key_type(ContextKeyTypeEnum::String).build()
    };
    // What must not be there is not told.
    conditions.iter().filter(|((operator, _), _)| *operator != "Null").map(entry).collect()
}

fn denial(result: &EvaluationResult, resource: &str) -> Option<Denial> {
    if result.eval_decision == PolicyEvaluationDecisionType::Allowed {
        return None;
    }
    let organisation = result.organizations_decision_detail().is_some_and(|detail| !detail.allowed_by_organizations);
    let boundary =
        result.permissions_boundary_decision_detail().is_some_and(|detail| !detail.allowed_by_permissions_boundary);
    let by = match (organisation, boundary, &result.eval_decision) {
        (true, _, _) => "a policy of the organisation does not allow it",
        (_, true, _) => "its permissions boundary does not allow it",
        (_, _, PolicyEvaluationDecisionType::ExplicitDeny) => "one of its policies denies it",
        _ => "none of its policies allows it",
    };
    Some(Denial { action: result.eval_action_name.clone(), resource: resource.to_owned(), by })
}
