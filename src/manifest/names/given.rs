//! The names that sections give their resources, filled in.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use crate::kind::Kind;
use crate::manifest::Manifest;
use crate::name::{Address, Name, Owner};

/// Kinds and physical names of what has a name of its own.
pub type Called = BTreeSet<(Kind, String)>;

/// App and stage, and the names that sections give. A pure function of the manifest: AWS is not read for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    owner: Owner,
    given: BTreeMap<Address, String>,
}

/// A `name` as it stands in the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnName {
    /// The section, key by key: `table`, or `compliance` and `rule`.
    pub section: &'static [&'static str],
    /// The section's name.
    pub name: Name,
    /// Its resource.
    pub address: Address,
    /// What it says, with `${stage}` and the like in it; for a role with its path before it.
    pub raw: String,
}

impl Names {
    /// Of a manifest at a stage.
    pub fn of(manifest: &Manifest, owner: &Owner) -> Self {
        let fill = |own: OwnName| (own.address, fill(&own.raw, manifest, owner));
        Self { owner: owner.clone(), given: manifest.own_names().into_iter().map(fill).collect() }
    }

    /// Where no section gives any.
    pub fn plain(owner: Owner) -> Self {
        Self { owner, given: BTreeMap::new() }
    }

    /// What a section calls its resource.
    pub fn given(&self, address: &Address) -> Option<&str> {
        self.given.get(address).map(String::as_str)
    }

    /// True for a name that is given, or has a given one in it, such as `/aws/lambda/<a function's>`.
    pub fn says(&self, physical: &str) -> bool {
        let parts = |name: &str| format!("/{}/", name.replace(':', "/"));
        let physical = parts(physical);
        self.given.values().any(|given| physical.contains(&parts(given)))
    }

    /// What a section calls its resource, or what is made up for it.
    pub(super) fn call(&self, address: &Address, made: impl FnOnce() -> String) -> String {
        self.given(address).map_or_else(made, str::to_owned)
    }

    /// Every name that is given but those of rules, and that of what follows from one: the log group that Lambda writes to is called by
    /// the function.
    pub(super) fn called(&self) -> Called {
        let given = self.given.iter().filter(|(address, _)| address.kind != Kind::EventRule);
        let given = given.map(|(address, name)| (address.kind, name.clone()));
        let functions = self.given.iter().filter(|(address, _)| address.kind == Kind::Function);
        given.chain(functions.map(|(_, name)| (Kind::LogGroup, format!("/aws/lambda/{name}")))).collect()
    }
}

/// With [`Names`] at hand, whose they are is.
impl Deref for Names {
    type Target = Owner;

    fn deref(&self) -> &Owner {
        &self.owner
    }
}

/// The variables that a name may have, each with what it stands for: nothing of what only AWS knows.
fn variables(manifest: &Manifest, owner: &Owner) -> Vec<(&'static str, String)> {
    let account = manifest.app.account.iter().map(|account| ("${account}", account.to_string()));
    let always = [
        ("${app}", owner.app.to_string()),
        ("${region}", manifest.app.region.to_string()),
        ("${stage}", owner.stage.to_string()),
    ];
    always.into_iter().chain(account).collect()
}

/// The text with its variables filled in; one that has no value stays, and is reported where the name is looked at.
fn fill(raw: &str, manifest: &Manifest, owner: &Owner) -> String {
    variables(manifest, owner).iter().fold(raw.to_owned(), |text, (variable, value)| text.replace(variable, value))
}
