//! What IAM must allow that the kinds of AWS Config share.

use crate::aws::required_actions::{RequiredAction, anywhere};
use crate::name::{Owner, Site};

use super::recorder_name;

/// A request without names is about no particular recorder: IAM can restrict only requests that name some.
pub fn to_describe_recorders(action: &'static str) -> Vec<RequiredAction> {
    anywhere(&[action])
}

/// What it takes to describe all channels; IAM scopes none of it.
pub fn to_describe_channels() -> Vec<RequiredAction> {
    anywhere(&["config:DescribeDeliveryChannels"])
}

/// Our recorder, whose ARN ends in an id that AWS makes up.
pub fn recorder(site: &Site, owner: &Owner) -> String {
    site.arn("config", &format!("configuration-recorder/{}/*", recorder_name(owner)))
}
