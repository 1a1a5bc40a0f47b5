//! Placeholder until the service is written.
use serde::{Deserialize, Serialize};

use crate::aws::{Aws, AwsError, Found, Id, Observed, Resource};
use crate::name::Owner;

/// Placeholder.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bucket {
    /// The bucket policy.
    pub policy: Option<crate::aws::document::Document>,
    /// Tags.
    pub tags: crate::aws::Tags,
}
/// Placeholder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum BucketCall {}
impl Resource for Bucket {
    type Call = BucketCall;
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

impl Bucket {
    /// A private bucket with secure defaults: AES256, all public access blocked, owner enforced, not versioned.
    pub fn private(tags: crate::aws::Tags) -> Self {
        Self { policy: None, tags }
    }
}

/// Placeholder.
pub async fn count_versions(_: &Aws, _: &Id) -> Result<u64, AwsError> {
    Ok(0)
}
