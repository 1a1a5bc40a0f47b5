//! Why there is no plan: every reason at once.

use crate::aws::steps::{NotConverging, StepsError};
use crate::name::Address;

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// Something of the right name is not ours.
    #[error(
        "{address}: {name} exists and is not ours ({whose}); take it over with `adopt = true` in its section or `plan --adopt {address}`, or choose another name"
    )]
    Foreign {
        /// The address that asks for the name.
        address: Address,
        /// The physical name.
        name: String,
        /// What its tags say of whose it is.
        whose: String,
    },
    /// Something of ours carries another address.
    #[error("{address}: {name} exists and is ours as {other}; give one of the two another name")]
    OtherAddress {
        /// The address that asks for the name.
        address: Address,
        /// The physical name.
        name: String,
        /// The address in its tags.
        other: Address,
    },
    /// What the manifest asks for has another name in AWS than what there is.
    #[error(
        "{address}: it is called {live} in AWS, and the manifest now asks for {wanted}, but a name cannot change; \
         give the section another name, so that a new one is created"
    )]
    OtherName {
        /// The address of both.
        address: Address,
        /// The live physical name.
        live: String,
        /// The wanted one.
        wanted: String,
    },
    /// A call would erase something that we do not model.
    #[error(
        "{address}: {name} has {attribute}, which this tool does not model and {call} would erase; remove it by hand, or leave the resource out of the manifest"
    )]
    WouldErase {
        /// Which resource.
        address: Address,
        /// The physical name.
        name: String,
        /// The attribute.
        attribute: String,
        /// The call.
        call: String,
    },
    /// AWS refuses a call because of something that we do not model.
    #[error(
        "{address}: {name} has {attribute}, which prevents {call}; remove that by hand, or keep the resource in the \
         manifest"
    )]
    Forbidden {
        /// Which resource.
        address: Address,
        /// The physical name.
        name: String,
        /// The attribute.
        attribute: String,
        /// The call.
        call: String,
    },
    /// Something stands in the way that no call may touch.
    #[error("{address}: {name}: {why}")]
    InTheWay {
        /// Which resource.
        address: Address,
        /// The physical name.
        name: String,
        /// What it is, and what to do about it.
        why: String,
    },
    /// Replacing it would lose data.
    #[error(
        "{address}: the change of {attributes} replaces {name} and loses its data; set `on_delete = \"delete\"` in \
         its section to allow that, or give the section another name, so that a new one is created and this one stays"
    )]
    ReplacesData {
        /// Which resource.
        address: Address,
        /// The physical name.
        name: String,
        /// What asks for it.
        attributes: String,
    },
    /// A bug of a kind.
    #[error(transparent)]
    NotConverging(#[from] NotConverging),
    /// A state that cannot be written as JSON.
    #[error("{0}: its state cannot be written: {1}")]
    Unwritable(Address, String),
    /// The changes wait for each other.
    #[error("the changes wait for each other: {0}")]
    Circle(String),
}

impl From<StepsError> for Refusal {
    fn from(error: StepsError) -> Self {
        match error {
            StepsError::NotConverging(error) => Self::NotConverging(error),
            StepsError::Unwritable(address, why) => Self::Unwritable(address, why),
        }
    }
}

/// All reasons why there is no plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusals(pub Vec<Refusal>);

impl std::fmt::Display for Refusals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lines: Vec<_> = self.0.iter().map(Refusal::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for Refusals {}
