//! The role with which API Gateway writes the logs of REST APIs: a setting of the account in each region.
//!
//! All APIs of the region share it, whoever they belong to. So no plan of an app creates it (`bootstrap` does, if it is
//! asked to), an existing one is never changed, whatever role it names, and nothing deletes it. Its role belongs to the
//! account as well: there is one for all regions, without tags of ours, and nothing deletes it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::aws::apigateway::logging_role;
use crate::aws::document::Document;
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::calls::calls;
use crate::aws::kit::unmodelled::Unmodelled;
use crate::aws::rate::{Limit, Operations, limit};
use crate::aws::settle::{
    Rule,
    reason::{RATE, ROLE},
    rule,
};
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

/// The role that is made where there is none.
pub const ROLE_NAME: &str = "serverless-app-api-gateway-logs";

const HEALS: &[Rule] = &[
    rule(
        "apigateway:UpdateAccount",
        "BadRequestException",
        "The role ARN does not have required permissions",
        180,
        ROLE,
    ),
    rule(
        "apigateway:UpdateAccount",
        "BadRequestException",
        "could not successfully write to CloudWatch Logs",
        180,
        ROLE,
    ),
    rule("apigateway:", "TooManyRequestsException", "", 300, RATE),
    rule("apigateway:", "LimitExceededException", "", 300, RATE),
    rule("iam:AttachRolePolicy", "NoSuchEntity", "", 120, ROLE),
];

const LIMITS: &[Limit] = &[limit("API Gateway", Operations::These(&["UpdateAccount"]), 1.0 / 20.0, 1.0)];

impl Resource for Account {
    type Call = Call;
    type Seed = ();
    const HEALS: &'static [Rule] = HEALS;
    const LIMITS: &'static [Limit] = LIMITS;
    const OF_THE_ACCOUNT: bool = true;

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want?, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::CreateRole(input) => Some(Self::with_role(input.trust.clone())),
            Call::AttachRolePolicy(input) => state.map(|mut account| {
                account.managed_policy_arns.insert(input.policy_arn.clone());
                account
            }),
            Call::UpdateAccount(input) => input.patch_operations.first().map(|patch| Self::of(&patch.value)),
        }
    }

    /// Whatever role the account has.
    fn keep(&mut self, live: &Self) {
        if live.cloudwatch_role_arn.is_some() {
            self.clone_from(live);
        }
    }

    fn obstacle(&self, live: Option<&Self>, _: &[Unmodelled]) -> Option<String> {
        let trust = live?.assume_role_policy_document.as_ref()?;
        (*trust != state::trust()).then(|| {
            format!(
                "there is a role {ROLE_NAME} that API Gateway may not assume, or others may: delete it, or set it as \
                 the account's by hand (aws apigateway update-account)"
            )
        })
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

/// The ARN of the role that is made.
pub fn role_arn(site: &Site) -> String {
    site.global_arn("iam", &format!("role/{ROLE_NAME}"))
}

/// AWS's own policy that lets API Gateway write logs.
pub fn policy_arn(site: &Site) -> String {
    site.managed_policy_arn("service-role/AmazonAPIGatewayPushToCloudWatchLogs")
}

#[cfg(test)]
mod tests;
