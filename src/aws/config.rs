//! AWS Config: recorder, delivery channel, rules.
//!
//! An account has one recorder and one channel in each region, so ours have names of our own, and somebody else's is
//! never touched. A recorder can start only once a channel exists, and a channel can go only once the recorder has
//! stopped: so starting and stopping belong to the channel.

mod channel;
mod recorder;
mod rule;

pub use channel::{Call as DeliveryChannelCall, DeliveryChannel};
pub use recorder::{Call as RecorderCall, Recorder, RecordingGroup, physical as recorder_name};
pub use rule::{Call as RuleCall, Rule, Scope};

use crate::aws::error::{Answer, AwsError};
use crate::aws::observe::Listing;
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Kind};
use crate::manifest::lower::RecorderOwner;
use crate::name::Owner;
use crate::text::Text;

/// What all changes of this service wait for one another in.
const LANE: &str = "config";

/// Whose the recorder of this account and region is, as the listings tell.
pub fn recorder_owner(owner: &Owner, listing: &Listing) -> RecorderOwner {
    let recorders: Vec<&String> =
        listing.keys().filter(|(kind, _)| *kind == Kind::Recorder).map(|(_, name)| name).collect();
    match recorders.as_slice() {
        [] => RecorderOwner::Nobody,
        names if names.iter().any(|name| **name == recorder_name(owner)) => RecorderOwner::Us,
        _ => RecorderOwner::Others,
    }
}

async fn list_tags(aws: &Aws, arn: Option<&str>) -> Result<Tags, AwsError> {
    let Some(arn) = arn else { return Ok(Tags::new()) };
    let listed = aws.read.config.list_tags_for_resource().resource_arn(arn).send().await;
    let listed = listed.found("config:ListTagsForResource", &["ResourceNotFoundException"])?;
    let pairs = listed.and_then(|answer| answer.tags).unwrap_or_default();
    Ok(tags::collect(pairs.into_iter().filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default())))))
}

fn sdk_tags(tags: &Tags) -> Vec<aws_sdk_config::types::Tag> {
    tags.iter().map(|(key, value)| aws_sdk_config::types::Tag::builder().key(key).value(value).build()).collect()
}

async fn tag(aws: &Aws, arn: &Text, tags: &Tags) -> Result<(), AwsError> {
    let api = "config:TagResource";
    let request = aws.write.config.tag_resource().resource_arn(crate::aws::literal(api, arn)?);
    request.set_tags(Some(sdk_tags(tags))).send().await.answer(api).map(drop)
}

async fn untag(aws: &Aws, arn: &Text, keys: &[String]) -> Result<(), AwsError> {
    let api = "config:UntagResource";
    let request = aws.write.config.untag_resource().resource_arn(crate::aws::literal(api, arn)?);
    request.set_tag_keys(Some(keys.to_vec())).send().await.answer(api).map(drop)
}

/// Input of `TagResource`.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TagResource {
    /// The ARN that AWS made up.
    pub resource_arn: Text,
    /// Tags to set.
    #[serde(with = "tags::listed")]
    pub tags: Tags,
}

/// Input of `UntagResource`.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UntagResource {
    /// The ARN that AWS made up.
    pub resource_arn: Text,
    /// Keys to remove.
    pub tag_keys: Vec<String>,
}
