//! What a live resource has that is in no state.

use std::collections::HashMap;

use serde::Serialize;

/// A live attribute that no kind's state holds and that is not AWS's default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unmodelled {
    /// Its name, in AWS's spelling.
    pub attribute: String,
    /// The call that would erase it, if one would.
    pub erased_by: Option<&'static str>,
    /// The call that AWS refuses because of it, if it does.
    pub forbids: Option<&'static str>,
}

impl Unmodelled {
    /// One that no call would erase.
    pub fn kept(attribute: impl Into<String>) -> Self {
        Self { attribute: attribute.into(), erased_by: None, forbids: None }
    }

    /// One that a call would erase.
    pub fn erased(attribute: impl Into<String>, by: &'static str) -> Self {
        Self { attribute: attribute.into(), erased_by: Some(by), forbids: None }
    }

    /// One that makes AWS refuse a call.
    pub fn forbids(attribute: impl Into<String>, call: &'static str) -> Self {
        Self { attribute: attribute.into(), erased_by: None, forbids: Some(call) }
    }
}

/// Those of these attributes that are set, none of which a call would erase.
pub fn kept<const N: usize>(attributes: [(&str, bool); N]) -> Vec<Unmodelled> {
    set(attributes).map(Unmodelled::kept).collect()
}

/// Those of these attributes that are set, all of which a call would erase.
pub fn erased<const N: usize>(by: &'static str, attributes: [(&str, bool); N]) -> Vec<Unmodelled> {
    set(attributes).map(|attribute| Unmodelled::erased(attribute, by)).collect()
}

fn set<const N: usize>(attributes: [(&str, bool); N]) -> impl Iterator<Item = &str> {
    attributes.into_iter().filter(|(_, is_set)| *is_set).map(|(attribute, _)| attribute)
}

/// Of a resource whose API has all attributes as texts: those that are set, neither `known` nor what AWS gives them by
/// default. `prefix` comes before their names.
pub fn texts(
    prefix: &str,
    all: &HashMap<String, String>,
    known: &[&str],
    defaults: &[(&str, &str)],
) -> Vec<Unmodelled> {
    let is_set =
        |name: &str, value: &str| !value.is_empty() && !known.contains(&name) && !defaults.contains(&(name, value));
    let mut set: Vec<_> = all.iter().filter(|(name, value)| is_set(name, value)).map(|(name, _)| name).collect();
    set.sort();
    set.into_iter().map(|name| Unmodelled::kept(format!("{prefix}{name}"))).collect()
}
