use super::*;
use crate::aws::State;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};
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
