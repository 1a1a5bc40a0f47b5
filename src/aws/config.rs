//! AWS Config: the recorder of resources' changes, the channel by which it delivers, and rules.
//!
//! An account has one recorder and one delivery channel in each region. Those of others are never touched: a recorder
//! is recognised by its tags, a channel (which has no tags) by its name. The parts only work in order: role and bucket,
//! recorder, channel, recording, rules; so all of them share a lane.

use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::tags::{sdk_tag, tag_inputs};
use crate::aws::observe::Names;
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Id, Kind, literal};
use crate::name::Owner;
use crate::text::{OutputRef, Text};

pub mod channel;
pub mod recorder;
mod required_actions;
pub mod rule;

pub use channel::{Call as DeliveryChannelCall, DeliveryChannel};
pub use recorder::{Call as RecorderCall, Recorder, RecordingGroup};
pub use rule::{Call as RuleCall, Rule, Scope};

sdk_tag!(aws_sdk_config::types::Tag, optional);

/// What must not be written to in parallel: all of it.
const LANE: &str = "config";

/// The output that holds an ARN: AWS makes up a part of it.
const ARN: &str = "arn";

/// The physical name of our recorder.
pub fn recorder_name(owner: &Owner) -> String {
    owner.physical("recorder", 256)
}

/// The physical name of our delivery channel.
pub fn channel_name(owner: &Owner) -> String {
    owner.physical("channel", 256)
}

/// Whose the one AWS Config recorder of an account and region is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RecorderOwner {
    /// Nobody has looked.
    #[default]
    Unknown,
    /// There is none.
    Nobody,
    /// This app's and stage's.
    Us,
    /// Somebody else's, perhaps another stage of this app.
    Others,
    /// There is none, but somebody else's delivery channel takes the only place for one.
    OnlyChannel,
}

/// Whose the recorder of the account and region is, by what the listing found.
pub fn recorder_owner(owner: &Owner, listing: &Names) -> RecorderOwner {
    let names = |kind: Kind| listing.keys().filter(move |(of, _)| *of == kind).map(|(_, name)| name.as_str());
    let (recorder, channel) = (recorder_name(owner), channel_name(owner));
    if names(Kind::Recorder).any(|name| name == recorder) {
        RecorderOwner::Us
    } else if names(Kind::Recorder).next().is_some() {
        RecorderOwner::Others
    } else if names(Kind::DeliveryChannel).any(|name| name != channel) {
        RecorderOwner::OnlyChannel
    } else {
        RecorderOwner::Nobody
    }
}

tag_inputs!(TagResource, UntagResource { #[serde(rename = "ResourceArn")] resource_arn: Text } listed);

impl TagResource {
    async fn send(&self, aws: &Aws) -> Result<(), AwsError> {
        let api = "config:TagResource";
        let request = aws.write.config.tag_resource().resource_arn(literal(api, &self.resource_arn)?);
        request.set_tags(Some(tags::sdk(api, &self.tags)?)).send().await.answer(api).map(drop)
    }
}

impl UntagResource {
    async fn send(&self, aws: &Aws) -> Result<(), AwsError> {
        let api = "config:UntagResource";
        let request = aws.write.config.untag_resource().resource_arn(literal(api, &self.resource_arn)?);
        request.set_tag_keys(Some(self.tag_keys.clone())).send().await.answer(api).map(drop)
    }
}

/// The tags of a recorder or a rule; none if it has gone meanwhile.
async fn read_tags(aws: &Aws, arn: &str) -> Result<Tags, AwsError> {
    let (mut listed, absent) = (Vec::new(), ["ResourceNotFoundException"]);
    let mut pages = aws.read.config.list_tags_for_resource().resource_arn(arn).into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.found("config:ListTagsForResource", &absent)?;
        listed.extend(page.and_then(|page| page.tags).unwrap_or_default());
    }
    Ok(tags::read(listed))
}

/// The ARN of a recorder or a rule.
fn made_up_arn(id: &Id) -> Text {
    Text::output(OutputRef::new(&id.address, ARN))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::Seed;
    use crate::aws::kit::members::Described;
    use aws_sdk_config::types::ConfigurationRecorder;

    fn described<T>(known: T) -> Described<T> {
        Described { known, unread: Vec::new() }
    }

    #[test]
    fn a_recorder_of_another_name_is_another_s() {
        let owner = Owner { app: "shop".parse().unwrap(), stage: "test".parse().unwrap() };
        let listing = |names: &[&str]| -> Names {
            let seed = || Seed::Recorder(described(ConfigurationRecorder::builder().build()));
            names.iter().map(|name| ((Kind::Recorder, name.to_string()), seed())).collect()
        };
        let channel = |name: &str| -> Names {
            let seed = aws_sdk_config::types::DeliveryChannel::builder().build();
            [((Kind::DeliveryChannel, name.to_owned()), Seed::DeliveryChannel(described(seed)))].into()
        };
        assert_eq!(recorder_owner(&owner, &channel("default")), RecorderOwner::OnlyChannel);
        assert_eq!(recorder_owner(&owner, &channel("shop--test-channel")), RecorderOwner::Nobody);
        assert_eq!(recorder_owner(&owner, &listing(&[])), RecorderOwner::Nobody);
        assert_eq!(recorder_owner(&owner, &listing(&["default"])), RecorderOwner::Others);
        assert_eq!(recorder_owner(&owner, &listing(&["default", "shop--test-recorder"])), RecorderOwner::Us);
    }
}
