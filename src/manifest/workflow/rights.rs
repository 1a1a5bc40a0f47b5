//! The IAM rights that a definition needs, compared with those that its workflow was given.
//!
//! 1. [`walk`] finds what is called, at whatever depth: by tasks, item readers and result writers.
//! 2. [`needs`] says which rights a call needs: from the tables of [`integration`], or as [`sdk`] does for AWS's SDK; its
//!    [`resource`] is what its [`parameters`] name.
//! 3. [`grant`] says which of these the role's statements allow; [`advice`], which line of the manifest gives the rest.
//!
//! What Step Functions needs, with the state machine's role, to wait for jobs and executions and to run the items of a
//! map is granted automatically ([`given`]).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::manifest::Cursor;
use crate::manifest::workflow::definition::json;
use crate::name::{Name, Site};
use advice::{Advice, Lines, Owned};
use given::Given;
use grant::Grants;
use right::{On, Right};

mod advice;
mod given;
mod grant;
mod integration;
mod needs;
mod parameters;
mod resource;
mod right;
mod sdk;
mod service;
mod target;
#[cfg(test)]
mod tests;
mod walk;

/// What a definition needs.
#[derive(Debug, Default)]
pub struct Needed {
    /// What it has by itself.
    given: Given,
    /// What it must be given.
    rights: Vec<Placed>,
}

/// A right, and what needs it.
#[derive(Debug)]
struct Placed {
    /// Byte of the definition.
    at: usize,
    /// Path of what names the call.
    path: String,
    right: Right,
}

/// A right that was not given.
pub struct Lacking {
    /// Byte of the definition where it is needed.
    pub at: usize,
    /// What is lacking.
    pub message: String,
    /// The line that gives it.
    pub help: String,
}

impl Needed {
    /// Of a definition that has no faults. `fill` puts in what stands for `${...}`, with `stand_in` for what AWS has yet to
    /// make up.
    pub fn of(text: &str, fill: &dyn Fn(&str) -> String, stand_in: &str, site: &Site) -> Self {
        let Ok(root) = json::read(text, fill) else { return Self::default() };
        let found = walk::calls(&root, stand_in);
        let mut needed = Self::default();
        needed.given.distributed = found.distributed;
        for call in &found.calls {
            let needs = needs::needs(call, site);
            needed.given.rules.extend(needs.rule);
            needed.given.executions.extend(needs.executions);
            let placed = |right| Placed { at: call.at, path: call.path.clone(), right };
            needed.rights.extend(needs.rights.into_iter().map(placed));
        }
        needed
    }

    /// The statements that it has without a line, of a state machine of this physical name.
    pub fn given(&self, name: &str, site: &Site) -> Vec<Value> {
        self.given.statements(name, site)
    }

    /// What these statements do not allow of what it needs, in the definition's order; the section invokes some functions
    /// already, and has an `access` or none.
    pub fn lacking(&self, statements: &[Value], invokes: &[Name], has_access: bool, here: &Cursor) -> Vec<Lacking> {
        let grants = Grants(statements);
        let lacking = self.rights.iter().map(|placed| (placed, grants.lacking(&placed.right)));
        let lacking: Vec<(&Placed, BTreeSet<String>)> = lacking.filter(|(_, actions)| !actions.is_empty()).collect();
        let (together, owned) = (together(&lacking), Owned::of(here));
        let advise = |(placed, actions): &(&Placed, BTreeSet<String>)| {
            let all = if placed.right.any { actions } else { &together[&placed.right.on] };
            owned.advice(&placed.right.on, all, here)
        };
        let advice: Vec<Advice> = lacking.iter().map(advise).collect();
        let mut lines = Lines::new(&advice, invokes, has_access);
        let say = |((placed, actions), advice): (&(&Placed, BTreeSet<String>), &Advice)| {
            let names: Vec<&str> = actions.iter().map(String::as_str).collect();
            let needs = names.join(if placed.right.any { " or " } else { " and " });
            let field = advice.way.field();
            Lacking {
                at: placed.at,
                message: format!("{}: it needs {needs}{}, which `{field}` does not grant", placed.path, advice.on),
                help: lines.next(advice),
            }
        };
        lacking.iter().zip(&advice).map(say).collect()
    }
}

/// True if one of these statements allows an action on a resource.
pub fn allow(statements: &[Value], action: &str, arn: &str) -> bool {
    Grants(statements).allow(action, &On::Resource(arn.to_owned()))
}

/// All that is lacking of each resource: one line gives it.
fn together<'a>(lacking: &[(&'a Placed, BTreeSet<String>)]) -> BTreeMap<&'a On, BTreeSet<String>> {
    let mut all: BTreeMap<&On, BTreeSet<String>> = BTreeMap::new();
    for (placed, actions) in lacking.iter().filter(|(placed, _)| !placed.right.any) {
        all.entry(&placed.right.on).or_default().extend(actions.iter().cloned());
    }
    all
}
