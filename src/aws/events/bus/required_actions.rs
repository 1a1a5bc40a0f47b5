//! What IAM must allow for buses. It scopes the calls on policies by no resource.

use super::{Bus, Call, bus_arn};
use crate::aws::Id;
use crate::aws::required_actions::{RequiredAction, RequiredActions, anywhere, on};
use crate::name::{Owner, Site};

impl RequiredActions for Bus {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        let bus = |actions| on(bus_arn(&id.site, &id.name), actions);
        match call {
            Call::Create(_) => bus(&["events:CreateEventBus", "events:TagResource"]),
            Call::Update(_) => bus(&["events:UpdateEventBus"]),
            Call::PutPermission(_) => anywhere(&["events:PutPermission"]),
            Call::RemovePermission(_) => anywhere(&["events:RemovePermission"]),
            Call::Tag(_) => bus(&["events:TagResource"]),
            Call::Untag(_) => bus(&["events:UntagResource"]),
            Call::Delete(_) => bus(&["events:DeleteEventBus"]),
        }
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        let bus = on(
            bus_arn(&id.site, &id.name),
            &[
                "events:CreateEventBus",
                "events:DeleteEventBus",
                "events:TagResource",
                "events:UntagResource",
                "events:UpdateEventBus",
            ],
        );
        [bus, anywhere(&["events:PutPermission", "events:RemovePermission"])].concat()
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        on(bus_arn(&id.site, &id.name), &["events:DescribeEventBus", "events:ListTagsForResource"])
    }

    fn actions_to_list(_: &Site, _: &Owner) -> Vec<RequiredAction> {
        anywhere(&["events:ListEventBuses"])
    }
}
