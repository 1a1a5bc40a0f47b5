//! Placeholder until the service is written.
use serde::{Deserialize, Serialize};

use crate::aws::{Aws, AwsError, Found, Id, Observed, Resource};
use crate::name::Owner;

/// Placeholder.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Association {}
/// Placeholder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum AssociationCall {}
impl Resource for Association {
    type Call = AssociationCall;
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
pub struct IpSet {}
/// Placeholder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum IpSetCall {}
impl Resource for IpSet {
    type Call = IpSetCall;
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
pub struct WebAcl {}
/// Placeholder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum WebAclCall {}
impl Resource for WebAcl {
    type Call = WebAclCall;
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
