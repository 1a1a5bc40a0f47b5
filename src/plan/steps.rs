//! From one state to another, call by call: the heart of the planner, and of resuming.
//!
//! The kind is asked for the next call, the call's effect is applied, and so on until nothing remains. Since each
//! call depends on nothing but the wanted state and the state so far, planning from any checkpoint gives exactly
//! the remaining steps.

use crate::aws::{Call, Id, State};

/// More calls than any change can need: a kind that asks for more does not converge.
const LIMIT: usize = 10_000;

/// A planned call and the state that it leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The call.
    pub call: Call,
    /// The state after it; `None`: absent.
    pub state: Option<State>,
}

/// A kind whose calls do not lead to the wanted state. A bug of this program, never of its user.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error(
    "{address}: the calls that this version knows do not lead from the live state to the wanted one ({after} calls tried); please report this"
)]
pub struct NotConverging {
    address: crate::name::Address,
    after: usize,
}

/// The calls on the way from `live` to `want`, each with the state that it leads to.
pub fn steps(id: &Id, want: Option<&State>, live: Option<&State>) -> Result<Vec<Planned>, NotConverging> {
    let kind = id.address.kind;
    let error = |after| NotConverging { address: id.address.clone(), after };
    let (mut steps, mut state) = (Vec::new(), live.cloned());
    while let Some(call) = kind.next(id, want, state.as_ref()) {
        state = call.effect(state);
        steps.push(Planned { call, state: state.clone() });
        if steps.len() > LIMIT {
            return Err(error(steps.len()));
        }
    }
    match same(want, state.as_ref()) {
        true => Ok(steps),
        false => Err(error(steps.len())),
    }
}

/// Equal as far as a fingerprint can tell.
fn same(one: Option<&State>, other: Option<&State>) -> bool {
    one.map(|s| serde_json::to_value(s).ok()) == other.map(|s| serde_json::to_value(s).ok())
}

/// Asserts the three properties that make applying and resuming sound, for one pair of states: folding the
/// effects of the calls over live gives wanted; planning from any checkpoint gives exactly the remaining steps;
/// planning from wanted gives nothing. Also that every call survives JSON.
#[cfg(test)]
pub fn assert_properties(id: &Id, want: Option<&State>, live: Option<&State>) {
    let all = steps(id, want, live).expect("the calls lead to the wanted state");
    let folded = all.iter().fold(live.cloned(), |state, step| step.call.effect(state));
    assert!(same(want, folded.as_ref()), "folding gives {folded:?} instead of {want:?}");
    for (index, step) in all.iter().enumerate() {
        let rest = steps(id, want, step.state.as_ref()).expect("a checkpoint leads to the wanted state");
        assert_eq!(rest, all[index + 1..], "planning from checkpoint {index}");
        let json = serde_json::to_string(&step.call).expect("a call is JSON");
        assert_eq!(id.address.kind.parse_call(&json).expect("a call is read back"), step.call);
    }
    assert_eq!(steps(id, want, want), Ok(vec![]), "planning from the wanted state");
}

/// An id for tests of a kind.
#[cfg(test)]
pub fn test_id(kind: crate::aws::Kind, physical: &str) -> Id {
    let parse = "the literal is valid";
    Id {
        address: crate::name::Address::new(kind, "thing".parse().expect(parse)),
        name: physical.into(),
        site: crate::name::Site {
            account: "123456789012".parse().expect(parse),
            region: "us-west-2".parse().expect(parse),
            partition: "aws".into(),
            endpoint: "aws".into(),
        },
        owner: crate::name::Owner { app: "shop".parse().expect(parse), stage: "test".parse().expect(parse) },
    }
}
