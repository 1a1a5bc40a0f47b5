//! The state that the merged source and live AWS lead to for each resource: what an approved plan is compared with.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::aws::{Id, State, Tags};
use crate::canonical::Fingerprint;
use crate::name::{Address, tag};
use crate::plan::diff::leaves;

/// Where one resource is to be. Its state may hold hidden values: it is compared, and never shown or written.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    /// Address, physical name, site and owner.
    pub id: Id,
    /// The tag keys that its fingerprints regard.
    pub tags: BTreeSet<String>,
    /// What distinguishes a recreated resource from this one; none for what does not exist.
    pub identity: Option<String>,
    /// The state; none if it is to be absent.
    pub state: Option<State>,
}

/// The goals of everything that is wanted or exists.
pub type Goals = BTreeMap<Address, Goal>;

impl Goal {
    /// The fingerprint of the state.
    pub fn fingerprint(&self) -> serde_json::Result<Fingerprint> {
        Fingerprint::of(self.state.as_ref())
    }

    /// The attributes of the state by path, hidden ones too.
    pub fn attributes(&self) -> serde_json::Result<BTreeMap<String, Value>> {
        leaves(self.state.as_ref())
    }
}

/// The tag keys that the fingerprints of a resource regard that is to be in this state.
pub fn scope(want: Option<&State>) -> BTreeSet<String> {
    let wanted = want.and_then(State::tags).into_iter().flat_map(Tags::keys).cloned();
    wanted.chain(tag::OURS.map(str::to_owned)).collect()
}
