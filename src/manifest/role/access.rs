//! What a role may do: exactly the actions that `access` lists, on exactly these resources.
//!
//! - [`target`]: the app's own resources, each with the verbs that its entries can say.
//! - `action`: whether actions are AWS's, by the list of all of them.
//! - `resource`: whether ARNs are such that these actions can be about.
//! - `condition`: on which condition.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::manifest::{Cursor, problem};
use crate::name::Name;

mod action;
mod condition;
mod resource;
pub mod target;

use condition::Condition;
use target::{Target, allow};

macro_rules! targets {
    ($($(#[$doc:meta])* $section:ident;)*) => {
        /// The right to do something with one resource of the app, or with any AWS resource by ARN.
        #[derive(Debug, Clone, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct Access {
            $($(#[$doc])* pub $section: Option<Name>,)*
            /// ARNs of anything else, with `${...}`. They may contain `*`, and be `*` alone if AWS defines no resource
            /// for the actions.
            pub resources: Option<Vec<String>>,
            /// `read`, `write` or `read-write` (table, bucket, schedule), `publish` (topic), `send` or `receive` (queue), `put` (bus),
            /// `invoke` (function), `start` (workflow), or a list of IAM actions.
            pub actions: Actions,
            /// Conditions: values by operator and key, as in IAM.
            #[serde(default)]
            pub condition: Condition,
        }

        /// The sections that an entry can name.
        const SECTIONS: &[&str] = &[$(stringify!($section)),*];

        impl Access {
            /// The sections that are named.
            fn named(&self) -> Vec<&'static str> {
                let all = [$((stringify!($section), self.$section.is_some())),*];
                all.into_iter().filter_map(|(section, is_given)| is_given.then_some(section)).collect()
            }

            /// The resource that is named, if there is such a section.
            fn target(&self, here: &Cursor) -> Option<Target> {
                $(if let Some(name) = &self.$section {
                    here.at(stringify!($section)).known(stringify!($section), name, &here.manifest.$section)?;
                    return Some(target::$section(name, here));
                })*
                None
            }
        }
    };
}

targets! {
    /// A `[bucket.<name>]`, with its objects.
    bucket;
    /// A `[bus.<name>]`.
    bus;
    /// A `[function.<name>]`, with its versions and aliases.
    function;
    /// A `[queue.<name>]`.
    queue;
    /// A `[schedule.<name>]`, and the schedules that the app itself creates in its group with names that begin with
    /// `<name>.`.
    schedule;
    /// A `[table.<name>]`, with its indexes.
    table;
    /// A `[topic.<name>]`.
    topic;
    /// A `[workflow.<name>]`.
    workflow;
}

/// What may be done.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "expected \"read\", \"write\", \"read-write\", \"publish\", \"send\", \"receive\", \"put\", \
                 \"invoke\", \"start\" or a list of IAM actions"
)]
pub enum Actions {
    /// A set of actions by name.
    Named(String),
    /// IAM actions, one by one.
    Listed(Vec<String>),
}

impl Access {
    /// The IAM statements of an entry; what it names comes first, where that can be.
    pub fn statements(&self, here: &Cursor) -> Vec<Value> {
        let statements = match (self.named().as_slice(), &self.resources) {
            ([_], None) => self.target(here).and_then(|target| self.on_target(&target, here)),
            ([], Some(resources)) => self.on_arns(resources, here),
            _ => {
                let help = format!("write exactly one of {} and resources", SECTIONS.join(", "));
                here.problem("an entry of access names exactly one resource", Some(&help));
                None
            }
        };
        let mut statements = statements.unwrap_or_default();
        if let Some(condition) = condition::lowered(&self.condition, &here.at("condition")) {
            statements.iter_mut().for_each(|statement| condition::and(statement, &condition));
        }
        statements
    }

    /// What may be done with a resource of the app.
    fn on_target(&self, target: &Target, here: &Cursor) -> Option<Vec<Value>> {
        // A policy takes the ARN of what does not exist yet.
        let granted = || here.name(target.address.clone());
        match &self.actions {
            Actions::Named(name) => {
                let Some(verb) = target.rights.verb(name) else {
                    let known = target.rights.verbs.iter().map(|(known, _)| *known);
                    let message = problem::unknown("verb", name, known);
                    here.at("actions").problem(message, Some("or list IAM actions"));
                    return None;
                };
                granted();
                let own = allow(&target.sid, &verb.actions, &target.resources);
                let more = [target.key_statement(&verb.key, here), target.role_statement(&verb.actions)];
                Some(std::iter::once(own).chain(more.into_iter().flatten()).collect())
            }
            Actions::Listed(actions) => {
                let resources = listed(actions, here)?.on_target(target, &here.at("actions"));
                granted();
                Some(vec![allow(&target.sid, &actions.iter().collect::<BTreeSet<_>>(), &resources)])
            }
        }
    }

    /// What may be done with anything else.
    fn on_arns(&self, resources: &[String], here: &Cursor) -> Option<Vec<Value>> {
        let Actions::Listed(actions) = &self.actions else {
            let help = "list IAM actions, such as [\"bedrock:InvokeModel\"]";
            here.at("actions").problem("verbs are only for resources of the app", Some(help));
            return None;
        };
        let known = listed(actions, here);
        let texts = resource::checked(resources, known.as_ref(), here);
        let (first, _) = actions.first()?.split_once(':')?;
        let actions: BTreeSet<&String> = actions.iter().collect();
        Some(vec![allow(&target::camel(first), &actions, &texts)])
    }
}

/// The actions of a list, by what AWS says of them; `None` where one is not known.
fn listed<'a>(actions: &'a [String], here: &Cursor) -> Option<action::Listed<'a>> {
    let place = here.at("actions");
    if actions.is_empty() {
        place.problem("the entry grants nothing", Some("list at least one action, or remove the entry"));
    }
    action::Listed::new(actions, &place).filter(|_| !actions.is_empty())
}

#[cfg(test)]
mod tests;
