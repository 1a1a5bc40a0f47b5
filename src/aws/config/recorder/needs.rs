//! What IAM must allow for the recorder.

use super::{Call, Recorder};
use crate::aws::Id;
use crate::aws::config::needs::{recorder, to_describe_recorders};
use crate::aws::need::{Need, Needs, on, pass_role};
use crate::name::{Owner, Site};

const DESCRIBE: &str = "config:DescribeConfigurationRecorders";

impl Needs for Recorder {
    /// Tags come with the put that makes it alone, but AWS asks by the action and not by what is new.
    fn needs(id: &Id, call: &Call) -> Vec<Need> {
        let recorder = |actions| on(recorder(&id.site, &id.owner), actions);
        match call {
            Call::Put(input) => {
                let put = recorder(&["config:PutConfigurationRecorder", "config:TagResource"]);
                [put, vec![pass_role(&input.state(None).role_arn, "config.amazonaws.com")]].concat()
            }
            Call::Tag(_) => recorder(&["config:TagResource"]),
            Call::Untag(_) => recorder(&["config:UntagResource"]),
            Call::Delete(_) => recorder(&["config:DeleteConfigurationRecorder"]),
        }
    }

    fn needs_ever(id: &Id) -> Vec<Need> {
        on(
            recorder(&id.site, &id.owner),
            &[
                "config:DeleteConfigurationRecorder",
                "config:PutConfigurationRecorder",
                "config:TagResource",
                "config:UntagResource",
            ],
        )
    }

    fn needs_to_read(id: &Id) -> Vec<Need> {
        let tags = on(recorder(&id.site, &id.owner), &["config:ListTagsForResource"]);
        [to_describe_recorders(DESCRIBE), tags].concat()
    }

    /// What is listed is read, whoever's recorder it is, until its tags have told.
    fn needs_to_list(site: &Site, _: &Owner) -> Vec<Need> {
        let tags = on(site.arn("config", "configuration-recorder/*"), &["config:ListTagsForResource"]);
        [to_describe_recorders(DESCRIBE), tags].concat()
    }
}
