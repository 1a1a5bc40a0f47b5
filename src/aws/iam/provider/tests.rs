use super::*;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};
use crate::aws::{Kind, State};
use crate::canonical::Fingerprint;
use proptest::collection::btree_set;
use proptest::option;
use proptest::prelude::*;

fn provider(audiences: &[&str]) -> OidcProvider {
    OidcProvider { client_id_list: audiences.iter().map(|audience| (*audience).to_owned()).collect() }
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in btree_set("[a-c]", 1..3), live in option::of(btree_set("[a-e]", 0..4))) {
        let live = live.map(|client_id_list| OidcProvider { client_id_list });
        let mut want = OidcProvider { client_id_list: want };
        live.iter().for_each(|live| want.keep(live));
        let (want, live) = (State::from(want), live.map(State::from));
        assert_properties(&test_id(Kind::OidcProvider, GITHUB), Some(&want), live.as_ref());
    }
}

#[test]
fn nothing_deletes_it_and_what_others_have_added_stays() {
    let (id, live) = (test_id(Kind::OidcProvider, GITHUB), provider(&["others"]));
    assert_eq!(OidcProvider::next_call(&id, None, Some(&live)), None);
    let mut want = provider(&["sts.amazonaws.com"]);
    want.keep(&live);
    let made = steps(&id, Some(&want.into()), Some(&live.into())).unwrap();
    let [step] = made.as_slice() else { panic!("{made:?}") };
    assert_eq!(step.call.api(), "iam:AddClientIDToOpenIDConnectProvider");
    let both = State::from(provider(&["others", "sts.amazonaws.com"]));
    assert_eq!(step.leads_to, Fingerprint::of(Some(&both)).unwrap());
}
