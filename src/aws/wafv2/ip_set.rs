//! IP sets: networks that rules of web ACLs refer to.

use std::collections::BTreeSet;

use serde::Serialize;

use super::*;
use crate::aws::kit::changed;
use crate::aws::kit::tags::tagged;
use crate::aws::rate::Limit;
use crate::aws::settle::Rule;
use crate::aws::{Aws, Kind, Observed, Resource};

mod call;
mod need;
mod observe;
mod send;

pub use call::*;

/// A set of networks, all of one IP version.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct IpSet {
    /// `IPV4` or `IPV6`; it never changes.
    #[serde(rename = "IPAddressVersion")]
    pub ip_address_version: String,
    /// Networks, such as `192.0.2.0/24`.
    pub addresses: BTreeSet<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Tags.
    pub tags: Tags,
}

impl Resource for IpSet {
    type Call = Call;
    type Seed = Seed;
    const HEALS: &'static [Rule] = super::HEALS;
    const LIMITS: &'static [Limit] = super::LIMITS;
    const LISTS_ALL: bool = true;
    const USED_BY: &'static [Kind] = &[Kind::WebAcl];

    fn next(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        match (want, live) {
            (None, None) => None,
            (None, Some(_)) => Some(Call::Delete(Locked::of(id))),
            (Some(want), None) => Some(Call::Create(CreateIpSet::of(id, want))),
            (Some(want), Some(live)) if want.ip_address_version != live.ip_address_version => {
                Some(Call::Delete(Locked::of(id)))
            }
            // Who may change it is told by its tags.
            (Some(want), Some(live)) => {
                tags::next(arn(&id.site, "ipset", &id.address, &id.name), &want.tags, &live.tags)
                    .or_else(|| next_update(id, want, live))
            }
        }
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Create(input) => Some(input.state()),
            Call::Delete(_) => None,
            other => changed(state, |set| set.apply(other)),
        }
    }

    tagged!();

    async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<Seed>>, AwsError> {
        Ok(ours(observe::list(&aws.read.wafv2).await?, owner))
    }

    async fn observe(aws: &Aws, id: &Id, seed: Option<&Seed>) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(aws, &id.name, seed).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(&aws.write.wafv2, call).await
    }
}

impl IpSet {
    /// The effect of a call on a set that exists.
    fn apply(&mut self, call: &Call) {
        match call {
            Call::Create(_) | Call::Delete(_) => {}
            Call::Update(input) => {
                self.addresses = input.addresses.clone();
                self.description = input.description.clone();
            }
            Call::Tag(input) => input.apply(&mut self.tags),
            Call::Untag(input) => input.apply(&mut self.tags),
        }
    }
}

fn next_update(id: &Id, want: &IpSet, live: &IpSet) -> Option<Call> {
    let same = want.addresses == live.addresses && want.description == live.description;
    (!same).then(|| Call::Update(UpdateIpSet::of(id, want)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::State;
    use crate::plan::steps::{assert_properties, steps, test_id};
    use aws_sdk_wafv2::types;
    use proptest::collection::{btree_map, btree_set};
    use proptest::option;
    use proptest::prelude::*;

    fn set() -> impl Strategy<Value = State> {
        let addresses = btree_set("192\\.0\\.2\\.[0-9]/32", 0..4);
        let tags = btree_map("[a-c]", "[x-z]", 0..3);
        ("IPV[46]", addresses, option::of("[a-b]{3}"), tags).prop_map(
            |(ip_address_version, addresses, description, tags)| {
                IpSet { ip_address_version, addresses, description, tags }.into()
            },
        )
    }

    proptest! {
        #[test]
        fn the_three_properties_hold(want in option::of(set()), live in option::of(set())) {
            assert_properties(&test_id(Kind::IpSet, "shop--test-thing"), want.as_ref(), live.as_ref());
        }
    }

    fn of(version: &str) -> State {
        let addresses = BTreeSet::new();
        IpSet { ip_address_version: version.into(), addresses, description: None, tags: Tags::new() }.into()
    }

    #[test]
    fn a_set_of_another_version_is_deleted_and_made_again() {
        let steps = steps(&test_id(Kind::IpSet, "s"), Some(&of("IPV6")), Some(&of("IPV4"))).unwrap();
        let apis: Vec<_> = steps.iter().map(|step| step.call.api()).collect();
        assert_eq!(apis, ["wafv2:DeleteIPSet", "wafv2:CreateIPSet"]);
    }

    #[test]
    fn networks_compare_however_they_are_written() {
        let live = types::IpSet::builder().name("s").id("i").arn("a").description("");
        let live = live.ip_address_version(types::IpAddressVersion::Ipv6);
        let live = live.addresses("2001:0db8:0000:0000:0000:0000:0000:0000/32").addresses("odd").build().unwrap();
        let state = observe::state(&live, Tags::new());
        assert_eq!(state.addresses, BTreeSet::from(["2001:db8::/32".to_owned(), "odd".to_owned()]));
        assert_eq!((state.ip_address_version.as_str(), state.description), ("IPV6", None));
    }
}
