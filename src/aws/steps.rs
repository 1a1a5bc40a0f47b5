//! From one state to another, call by call: the heart of the planner, and of resuming.
//!
//! The kind is asked for the next call, the call's effect is applied, and so on until nothing remains. Since each
//! call depends on nothing but the wanted state and the state so far, planning from any checkpoint gives exactly
//! the remaining steps.
//!
//! The states on the way are not kept: of a large API there would be as many copies as it has steps.

use crate::aws::{Call, Id, State};
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
}

/// Why no steps can be told. A bug of this program, never of its user, but for a number that JSON does not have.
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
    walk(id, want, live, |call, state| {
        let leads_to = Fingerprint::of(state);
        let leads_to = leads_to.map_err(|e| StepsError::Unwritable(id.address.clone(), e.to_string()))?;
        planned.push(Planned { call, leads_to });
        Ok::<(), StepsError>(())
    })?;
    Ok(planned)
}

/// Goes from `live` to `want`; tells each call and the state after it.
pub fn walk<E: From<NotConverging>>(
    id: &Id,
    want: Option<&State>,
    live: Option<&State>,
    mut told: impl FnMut(Call, Option<&State>) -> Result<(), E>,
) -> Result<(), E> {
    let (mut count, mut state) = (0, live.cloned());
    while let Some(call) = id.address.kind.next_call(id, want, state.as_ref()) {
        state = call.effect(state);
        told(call, state.as_ref())?;
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
