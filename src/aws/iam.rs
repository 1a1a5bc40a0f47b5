//! Placeholder until the service is written.
use serde::{Deserialize, Serialize};

use crate::aws::{Aws, AwsError, Found, Id, Observed, Resource};
use crate::name::Owner;

/// Placeholder.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Policy {
    /// Tags.
    pub tags: crate::aws::Tags,
}
/// Placeholder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum PolicyCall {}
impl Resource for Policy {
    type Call = PolicyCall;
    type Seed = ();
    fn next(_: &Id, _: Option<&Self>, _: Option<&Self>) -> Option<Self::Call> {
        None
    }
    fn effect(call: &Self::Call, _: Option<Self>) -> Option<Self> {
        match *call {}
    }
    async fn list(_: &Aws, _: &Owner) -> Result<Vec<Found<()>>, AwsError> {
        Ok(vec![])
    }
    async fn observe(_: &Aws, _: &Id, _: Option<&()>) -> Result<Option<Observed<Self>>, AwsError> {
        Ok(None)
    }
    async fn send(_: &Aws, _: &Id, call: &Self::Call) -> Result<(), AwsError> {
        match *call {}
    }
}

/// Placeholder.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Role {
    /// Tags.
    pub tags: crate::aws::Tags,
}
/// Placeholder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum RoleCall {}
impl Resource for Role {
    type Call = RoleCall;
    type Seed = ();
    fn next(_: &Id, _: Option<&Self>, _: Option<&Self>) -> Option<Self::Call> {
        None
    }
    fn effect(call: &Self::Call, _: Option<Self>) -> Option<Self> {
        match *call {}
    }
    async fn list(_: &Aws, _: &Owner) -> Result<Vec<Found<()>>, AwsError> {
        Ok(vec![])
    }
    async fn observe(_: &Aws, _: &Id, _: Option<&()>) -> Result<Option<Observed<Self>>, AwsError> {
        Ok(None)
    }
    async fn send(_: &Aws, _: &Id, call: &Self::Call) -> Result<(), AwsError> {
        match *call {}
    }
}

impl Role {
    /// A role that a service (`lambda.amazonaws.com`) may assume, with managed policies by ARN and inline
    /// policies by name.
    pub fn for_service(
        _service: &str,
        _managed: std::collections::BTreeSet<String>,
        _inline: std::collections::BTreeMap<String, crate::aws::document::Document>,
        tags: crate::aws::Tags,
    ) -> Self {
        Self { tags }
    }
}

impl Policy {
    /// A customer-managed policy with this document.
    pub fn new(_document: crate::aws::document::Document, tags: crate::aws::Tags) -> Self {
        Self { tags }
    }
}

/// The ARN of a customer-managed policy of ours.
pub fn policy_arn(site: &crate::name::Site, owner: &Owner, physical: &str) -> String {
    site.global_arn("iam", &format!("policy{}{physical}", owner.path()))
}
