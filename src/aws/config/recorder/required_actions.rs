//! What IAM must allow for the recorder.

use super::{Call, Recorder};
use crate::aws::Id;
use crate::aws::config::required_actions::{recorder, to_describe_recorders};
use crate::aws::required_actions::{RequiredAction, RequiredActions, on, pass_role};
use crate::name::{Owner, Site};

const DESCRIBE: &str = "config:DescribeConfigurationRecorders";

impl RequiredActions for Recorder {
    /// Tags come with the put that makes it alone, but AWS asks by the action and not by what is new.
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
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

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
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

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        let tags = on(recorder(&id.site, &id.owner), &["config:ListTagsForResource"]);
        [to_describe_recorders(DESCRIBE), tags].concat()
    }

    /// What is listed is read, whoever's recorder it is, until its tags have told.
    fn actions_to_list(site: &Site, _: &Owner) -> Vec<RequiredAction> {
        let tags = on(site.arn("config", "configuration-recorder/*"), &["config:ListTagsForResource"]);
        [to_describe_recorders(DESCRIBE), tags].concat()
    }
}
