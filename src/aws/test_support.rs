//! What the tests of every kind share.

use crate::aws::steps::{same, steps};
use crate::aws::{Id, Kind, State};
use crate::canonical::Fingerprint;
use crate::name::{Address, Owner, Site};

/// Asserts the three properties that make applying and resuming sound, for one pair of states: folding the
/// effects of the calls over live gives wanted; planning from any checkpoint gives exactly the remaining steps;
/// planning from wanted gives nothing. Also that every call survives JSON.
pub fn assert_properties(id: &Id, want: Option<&State>, live: Option<&State>) {
    let all = steps(id, want, live).expect("the calls lead to the wanted state");
    let mut state = live.cloned();
    for (index, step) in all.iter().enumerate() {
        state = step.call.effect(state);
        assert_eq!(Fingerprint::of(state.as_ref()).expect("a state is JSON"), step.leads_to, "checkpoint {index}");
        let rest = steps(id, want, state.as_ref()).expect("a checkpoint leads to the wanted state");
        assert_eq!(rest, all[index + 1..], "planning from checkpoint {index}");
        let json = serde_json::to_string(&step.call).expect("a call is JSON");
        assert_eq!(id.address.kind.parse_call(&json).expect("a call is read back"), step.call);
    }
    assert!(same(want, state.as_ref()), "folding gives {state:?} instead of {want:?}");
    assert_eq!(steps(id, want, want), Ok(vec![]), "planning from the wanted state");
}

/// An id for tests of a kind.
pub fn test_id(kind: Kind, physical: &str) -> Id {
    let parse = "the literal is valid";
    Id {
        address: Address::new(kind, "thing".parse().expect(parse)),
        name: physical.into(),
        site: Site {
            account: "123456789012".parse().expect(parse),
            region: "us-west-2".parse().expect(parse),
            partition: "aws".into(),
            endpoint: "aws".into(),
        },
        owner: Owner { app: "shop".parse().expect(parse), stage: "test".parse().expect(parse) },
    }
}
