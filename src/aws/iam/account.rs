//! The policies of roles, and the versions of policies, for a whole account at once.
//!
//! `GetAccountAuthorizationDetails` returns in a page or a few what otherwise takes two calls and one for each
//! document, for each role and policy. It lists every role and policy of the account, so it is used only if there are
//! many to read, and given up if the account is too large. It may be denied: then each role and policy is read by
//! itself. It never proves that something does not exist. What it leaves out (descriptions, session durations, tags of
//! policies) is still read one by one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aws_sdk_iam::types::{EntityType, ManagedPolicyDetail, RoleDetail};

use crate::aws::document::Document;
use crate::aws::error::{Answer, AwsError};
use crate::aws::required_actions::{RequiredAction, anywhere};
use crate::aws::{Aws, Kind, PlanReader};

const API: &str = "iam:GetAccountAuthorizationDetails";

/// From so many roles and policies on the account is asked.
pub const MANY: usize = 40;
/// A page of the account takes the time in which so many roles or policies are read.
const IN_A_PAGE_S_TIME: usize = 10;

/// The roles and customer-managed policies of an account.
#[derive(Debug, Default)]
pub struct RolesAndPolicies {
    pub roles: BTreeMap<String, RoleParts>,
    /// The documents by version, by the policy's ARN.
    pub policies: BTreeMap<String, BTreeMap<String, Option<Document>>>,
}

/// What hangs on a role.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RoleParts {
    /// ARNs of managed policies.
    pub attached: BTreeSet<String>,
    /// Documents by name.
    pub inline: BTreeMap<String, Option<Document>>,
}

/// What it takes to ask for an account.
pub fn required_actions() -> Vec<RequiredAction> {
    anywhere(&[API])
}

/// The account, where this plan reads so much of IAM that it is worth it.
pub async fn account(reader: &PlanReader) -> Result<Option<Arc<RolesAndPolicies>>, AwsError> {
    let count = reader.listed(Kind::Role) + reader.listed(Kind::Policy);
    if count < MANY {
        return Ok(None);
    }
    let ask = async { Ok(read(reader.aws(), count / IN_A_PAGE_S_TIME).await?.map(Arc::new)) };
    reader.once(|cache| &cache.iam, "", ask).await
}

async fn read(aws: &Aws, most: usize) -> Result<Option<RolesAndPolicies>, AwsError> {
    let request = aws.read.iam.get_account_authorization_details().max_items(1000);
    let request = request.filter(EntityType::Role).filter(EntityType::LocalManagedPolicy);
    let (mut account, mut count, mut pages) = (RolesAndPolicies::default(), 0, request.into_paginator().send());
    while let Some(page) = pages.next().await {
        count += 1;
        let Some(page) = page.found(API, &["AccessDenied"])?.filter(|_| count <= most) else { return Ok(None) };
        for role in page.role_detail_list.unwrap_or_default() {
            account.add_role(role)?;
        }
        for policy in page.policies.unwrap_or_default() {
            account.add_policy(policy)?;
        }
    }
    Ok(Some(account))
}

impl RolesAndPolicies {
    fn add_role(&mut self, role: RoleDetail) -> Result<(), AwsError> {
        let Some(name) = role.role_name else { return Ok(()) };
        let attached = role.attached_managed_policies.unwrap_or_default();
        let inline = role.role_policy_list.unwrap_or_default().into_iter();
        let inline = inline.filter_map(|policy| Some((policy.policy_name?, policy.policy_document)));
        let parts = RoleParts {
            attached: attached.into_iter().filter_map(|policy| policy.policy_arn).collect(),
            inline: inline.map(|(name, text)| Ok((name, document(text)?))).collect::<Result<_, AwsError>>()?,
        };
        self.roles.insert(name, parts);
        Ok(())
    }

    fn add_policy(&mut self, policy: ManagedPolicyDetail) -> Result<(), AwsError> {
        let Some(arn) = policy.arn else { return Ok(()) };
        let versions = policy.policy_version_list.unwrap_or_default().into_iter();
        let versions = versions.filter_map(|version| Some((version.version_id?, version.document)));
        let versions = versions.map(|(version, text)| Ok((version, document(text)?)));
        self.policies.insert(arn, versions.collect::<Result<_, AwsError>>()?);
        Ok(())
    }
}

fn document(text: Option<String>) -> Result<Option<Document>, AwsError> {
    let read = text.map(|text| Document::parse(&text)).transpose();
    read.map_err(|error| AwsError::malformed(API, format!("a policy is not JSON: {error}")))
}
