//! From one state to another, call by call: the heart of the planner, and of resuming.
//!
//! The kind is asked for the next call, the call's effect is applied, and so on until nothing remains. Since each
//! call depends on nothing but the wanted state and the state so far, planning from any checkpoint gives exactly
//! the remaining steps.
//!
//! The states on the way are not stored: for a large API there would be as many copies as it has steps.

use std::collections::BTreeSet;

use crate::aws::{Call, Condition, Id, State};
use crate::canonical::Fingerprint;
use crate::name::Address;

/// More calls than any change can need: a kind that asks for more does not converge.
const LIMIT: usize = 10_000;

/// A planned call and the checkpoint that it leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The call.
    pub call: Call,
    /// The fingerprint of the state after it.
    pub leads_to: Fingerprint,
    /// What must hold for a while before it is sent.
    pub watch: Option<PlannedWatch>,
}

/// What must hold for a while before a call is sent, and what is sent in its place where it does not.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedWatch {
    /// How long.
    pub minutes: u32,
    /// The alarms of which none may be raised.
    pub alarms: BTreeSet<String>,
    /// The call that leads back.
    pub otherwise: Call,
    /// The fingerprint of the state after that.
    pub leads_back_to: Fingerprint,
}

/// Why no steps can be determined. A bug of this program, never a mistake of its user, except for a number that JSON
/// cannot contain.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum StepsError {
    /// The calls do not lead to the wanted state.
    #[error(transparent)]
    NotConverging(#[from] NotConverging),
    /// A state on the way cannot be written as JSON.
    #[error("{0}: its state cannot be written: {1}")]
    Unwritable(Address, String),
}

/// A kind whose calls do not lead to the wanted state. A bug of this program, never of its user.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error(
    "{address}: the calls that this version knows do not lead from the live state to the wanted one ({after} calls tried); please report this"
)]
pub struct NotConverging {
    address: Address,
    after: usize,
}

/// The calls on the way from `live` to `want`, each with the checkpoint that it leads to.
pub fn steps(id: &Id, want: Option<&State>, live: Option<&State>) -> Result<Vec<Planned>, StepsError> {
    let mut planned = Vec::new();
    let print = |state: Option<&State>| {
        Fingerprint::of(state).map_err(|e| StepsError::Unwritable(id.address.clone(), e.to_string()))
    };
    let mut told = |call: Call, state: Option<&State>, watched: Option<Watched>| {
        let watch = watched.map(|(Condition { minutes, alarms, otherwise }, back)| {
            let leads_back_to = print(back.as_ref())?;
            Ok::<_, StepsError>(PlannedWatch { minutes, alarms, otherwise, leads_back_to })
        });
        planned.push(Planned { call, leads_to: print(state)?, watch: watch.transpose()? });
        Ok::<(), StepsError>(())
    };
    go(id, want, live, &mut told)?;
    Ok(planned)
}

/// Goes from `live` to `want`; tells each call and the state after it.
pub fn walk<E: From<NotConverging>>(
    id: &Id,
    want: Option<&State>,
    live: Option<&State>,
    mut told: impl FnMut(Call, Option<&State>) -> Result<(), E>,
) -> Result<(), E> {
    go(id, want, live, &mut |call, state, _| told(call, state))
}

/// What a call waits for, and the state that the way back leads to.
type Watched = (Condition<Call>, Option<State>);

fn go<E: From<NotConverging>>(
    id: &Id,
    want: Option<&State>,
    live: Option<&State>,
    told: &mut impl FnMut(Call, Option<&State>, Option<Watched>) -> Result<(), E>,
) -> Result<(), E> {
    let (mut count, mut state) = (0, live.cloned());
    while let Some(call) = id.address.kind.next_call(id, want, state.as_ref()) {
        let watched = id.address.kind.condition(id, want, &call);
        let watched = watched.map(|condition| {
            let back = condition.otherwise.effect(state.clone());
            (condition, back)
        });
        state = call.effect(state);
        told(call, state.as_ref(), watched)?;
        count += 1;
        if count > LIMIT {
            break;
        }
    }
    match count <= LIMIT && same(want, state.as_ref()) {
        true => Ok(()),
        false => Err(NotConverging { address: id.address.clone(), after: count }.into()),
    }
}

/// Equal as far as a fingerprint can tell.
pub(super) fn same(one: Option<&State>, other: Option<&State>) -> bool {
    one == other || one.map(|s| serde_json::to_value(s).ok()) == other.map(|s| serde_json::to_value(s).ok())
}
