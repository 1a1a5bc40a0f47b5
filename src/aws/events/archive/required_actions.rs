//! What IAM must allow for archives: making one is asked for on the archive and on its bus.

use super::{Archive, Call, arn, prefix};
use crate::aws::Id;
use crate::aws::required_actions::{RequiredAction, RequiredActions, anywhere, on};
use crate::name::{Owner, Site};

impl RequiredActions for Archive {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        let archive = |actions| on(arn(&id.site, &id.name), actions);
        match call {
            Call::Create(input) => {
                let create = &["events:CreateArchive"];
                [archive(create), on(input.event_source_arn.as_str(), create)].concat()
            }
            Call::Update(_) => archive(&["events:UpdateArchive"]),
            Call::Delete(_) => archive(&["events:DeleteArchive"]),
        }
    }

    /// Which bus it is of is in the input alone.
    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        on(arn(&id.site, &id.name), &["events:CreateArchive", "events:DeleteArchive", "events:UpdateArchive"])
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        on(arn(&id.site, &id.name), &["events:DescribeArchive"])
    }

    fn actions_to_list(_: &Site, _: &Owner) -> Vec<RequiredAction> {
        anywhere(&["events:ListArchives", "events:ListEventBuses"])
    }

    fn names(owner: &Owner) -> String {
        format!("{}*", prefix(owner))
    }
}
