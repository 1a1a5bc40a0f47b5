//! Placeholder until the service is written.
use serde::{Deserialize, Serialize};

use crate::aws::{Aws, AwsError, Found, Id, Observed, Resource};
use crate::name::Owner;

/// Placeholder.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DeliveryChannel {}
/// Placeholder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum DeliveryChannelCall {}
impl Resource for DeliveryChannel {
    type Call = DeliveryChannelCall;
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
pub struct Recorder {}
/// Placeholder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum RecorderCall {}
impl Resource for Recorder {
    type Call = RecorderCall;
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
pub struct Rule {}
/// Placeholder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum RuleCall {}
impl Resource for Rule {
    type Call = RuleCall;
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
pub fn recorder_owner(_: &Owner, _: &crate::aws::observe::Listing) -> crate::manifest::lower::RecorderOwner {
    Default::default()
}
