//! What sections call their resources in AWS, filled in.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use crate::kind::Kind;
use crate::manifest::rule::Rule;
use crate::manifest::{Manifest, names};
use crate::name::{Address, Name, Owner};

/// Kinds and physical names of what has a name of its own.
pub type Called = BTreeSet<(Kind, String)>;

/// App and stage, and the names that sections give. A pure function of the manifest: nothing of AWS is asked for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    owner: Owner,
    given: BTreeMap<Address, String>,
    /// The bus of each rule on one of the manifest's.
    buses: BTreeMap<Address, Name>,
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
        let rules = manifest.rule.iter();
        let bus = |(rule, section): (&Name, &Rule)| Some((names::rule::address(rule), section.own_bus()?.clone()));
        Self {
            owner: owner.clone(),
            given: manifest.own_names().into_iter().map(fill).collect(),
            buses: rules.filter_map(bus).collect(),
        }
    }

    /// Where no section gives any.
    pub fn plain(owner: Owner) -> Self {
        Self { owner, given: BTreeMap::new(), buses: BTreeMap::new() }
    }

    /// What a section calls its resource.
    pub fn given(&self, address: &Address) -> Option<&str> {
        self.given.get(address).map(String::as_str)
    }

    /// The same, or what is made up for it.
    pub(super) fn call(&self, address: &Address, made: impl FnOnce() -> String) -> String {
        self.given(address).map_or_else(made, str::to_owned)
    }

    /// Every name that is given, and that of what follows from one: the log group that Lambda writes to is called by the function,
    /// and a rule by its bus as well.
    pub fn called(&self) -> Called {
        let whole = |address: &Address, name: &String| match self.buses.get(address) {
            Some(bus) => format!("{}/{name}", names::bus::physical(self, bus)),
            None => name.clone(),
        };
        let given = self.given.iter().map(|(address, name)| (address.kind, whole(address, name)));
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
