//! Placeholder until the service is written.
use serde::{Deserialize, Serialize};

use crate::aws::{Aws, AwsError, Found, Id, Observed, Resource};
use crate::name::Owner;

/// Placeholder.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {}
/// Placeholder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum TableCall {}
impl Resource for Table {
    type Call = TableCall;
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
