//! What IAM must allow for buses. It scopes the calls on policies by no resource, and asks for the use of a bus's key.

use super::{Bus, Call, bus_arn};
use crate::aws::Id;
use crate::aws::required_actions::{RequiredAction, RequiredActions, anywhere, on};
use crate::name::{Owner, Site};

impl RequiredActions for Bus {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        let bus = |actions| on(bus_arn(&id.site, &id.name), actions);
        match call {
            Call::Create(input) => {
                let key = input.kms_key_identifier.as_deref().unwrap_or_default();
                [bus(&["events:CreateEventBus", "events:TagResource"]), use_of_key(id, key)].concat()
            }
            Call::Update(input) => {
                [bus(&["events:UpdateEventBus"]), use_of_key(id, &input.kms_key_identifier)].concat()
            }
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

/// What EventBridge does with a key on behalf of whoever encrypts a bus with it. A key is known by its ARN, its id or an alias.
const WITH_KEY: &[&str] = &["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"];

fn use_of_key(id: &Id, key: &str) -> Vec<RequiredAction> {
    let any = || on(id.site.arn("kms", "key/*"), WITH_KEY);
    match key.rsplit_once(':').map_or(key, |(_, resource)| resource) {
        "" => Vec::new(),
        alias if alias.starts_with("alias/") => {
            let is_it =
                |required: RequiredAction| required.when("ForAnyValue:StringEquals", "kms:ResourceAliases", alias);
            any().into_iter().map(is_it).collect()
        }
        _ if key.starts_with("arn:") => on(key, WITH_KEY),
        key_id => on(id.site.arn("kms", &format!("key/{key_id}")), WITH_KEY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::Kind;
    use crate::aws::test_support::test_id;

    #[test]
    fn a_key_is_used_by_its_arn_its_id_or_its_alias() {
        let resources = |key: &str| {
            let all = use_of_key(&test_id(Kind::EventBus, "b"), key).into_iter();
            all.map(|required| (required.resource, required.conditions.len())).collect::<Vec<_>>()
        };
        let arn = "arn:aws:kms:us-west-2:123456789012:key/1";
        assert_eq!(resources(arn), vec![(arn.to_owned(), 0); 3]);
        assert_eq!(resources("1"), vec![(arn.to_owned(), 0); 3]);
        let any = "arn:aws:kms:us-west-2:123456789012:key/*";
        assert_eq!(resources("alias/own"), vec![(any.to_owned(), 1); 3]);
        assert_eq!(resources(""), []);
    }
}
