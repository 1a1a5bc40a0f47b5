//! What IAM must allow for a request: every kind declares it beside its calls, and policies are made of nothing else.
//!
//! - An action is always written out; there are no wildcards in actions.
//! - A resource is as narrow as IAM can tell before the request is sent: the ARN, with `*` for an id that AWS has yet
//!   to make up. `*` alone stands where IAM scopes the action by no resource.
//! - A condition is there where it narrows what the resource cannot: ids tell nobody's name, but the tags of what bears them
//!   do ([`owned`]).

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::{Id, Resource};
use crate::name::{Owner, Site, tag};
use crate::text::Text;

/// One action that must be allowed on one resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequiredAction {
    /// `service:Action`.
    pub action: &'static str,
    /// An ARN, perhaps with wildcards.
    pub resource: String,
    /// What holds of the request besides.
    pub conditions: Conditions,
}

/// The values that the request may have, by operator and key.
pub type Conditions = BTreeMap<(&'static str, &'static str), BTreeSet<String>>;

/// A kind's declarations.
pub trait RequiredActions: Resource {
    /// What a call needs, on exactly what it names. Every API that a variant stands for is here: `s3:DeleteObjects`
    /// is several.
    fn required_actions(id: &Id, call: &Self::Call) -> Vec<RequiredAction>;

    /// What the calls of this kind may need whatever their input: all but what [`RequiredActions::required_actions`] reads from an input.
    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction>;

    /// What taking over something without our tags needs beside [`RequiredActions::actions_of_all_calls`].
    fn actions_to_adopt(_id: &Id) -> Vec<RequiredAction> {
        Vec::new()
    }

    /// What [`Resource::observe`] needs for an apply, with a seed or without.
    fn actions_to_read(id: &Id) -> Vec<RequiredAction>;

    /// What it needs for a plan.
    fn actions_to_plan(id: &Id) -> Vec<RequiredAction> {
        Self::actions_to_read(id)
    }

    /// What [`Resource::list`] needs.
    fn actions_to_list(site: &Site, owner: &Owner) -> Vec<RequiredAction>;

    /// How the physical names of this kind begin, as a pattern.
    fn names(owner: &Owner) -> String {
        format!("{}*", owner.prefix())
    }
}

impl RequiredAction {
    /// An action on a resource.
    pub fn new(action: &'static str, resource: impl Into<String>) -> Self {
        Self { action, resource: resource.into(), conditions: Conditions::new() }
    }

    /// The same, only for requests of which this holds too. Values are meant literally but for `*` under a `Like`.
    pub fn when(mut self, operator: &'static str, key: &'static str, value: &str) -> Self {
        self.conditions.entry((operator, key)).or_default().insert(literal(value));
        self
    }
}

/// Several actions on one resource.
pub fn on(resource: impl Into<String>, actions: &[&'static str]) -> Vec<RequiredAction> {
    let resource = resource.into();
    actions.iter().map(|action| RequiredAction::new(action, resource.as_str())).collect()
}

/// Actions that IAM scopes by no resource.
pub fn anywhere(actions: &[&'static str]) -> Vec<RequiredAction> {
    on("*", actions)
}

const RESOURCE_APP: &str = "aws:ResourceTag/serverless-app:app";
const RESOURCE_STAGE: &str = "aws:ResourceTag/serverless-app:stage";
const REQUEST_APP: &str = "aws:RequestTag/serverless-app:app";
const REQUEST_STAGE: &str = "aws:RequestTag/serverless-app:stage";

/// Only on what bears the tags of this app and stage.
pub fn owned(owner: &Owner, actions: Vec<RequiredAction>) -> Vec<RequiredAction> {
    both(actions, (RESOURCE_APP, RESOURCE_STAGE), owner)
}

/// Only by a request that sets the tags of this app and stage.
pub fn claiming(owner: &Owner, actions: Vec<RequiredAction>) -> Vec<RequiredAction> {
    both(actions, (REQUEST_APP, REQUEST_STAGE), owner)
}

/// Only on what bears the tag of no app, or does not exist yet.
pub fn unowned(actions: Vec<RequiredAction>) -> Vec<RequiredAction> {
    actions.into_iter().map(|required| required.when("Null", RESOURCE_APP, "true")).collect()
}

fn both(
    actions: Vec<RequiredAction>,
    (app, stage): (&'static str, &'static str),
    owner: &Owner,
) -> Vec<RequiredAction> {
    let one = |required: RequiredAction| {
        required.when("StringEquals", app, owner.app.as_str()).when("StringEquals", stage, owner.stage.as_str())
    };
    actions.into_iter().map(one).collect()
}

/// True if tags say whose something is.
pub fn claims(tags: &BTreeMap<String, String>) -> bool {
    [tag::APP, tag::STAGE].iter().all(|key| tags.contains_key(*key))
}

/// The right to hand a role to a service.
pub fn pass_role(role: &str, service: &str) -> RequiredAction {
    RequiredAction::new("iam:PassRole", role).when("StringEquals", "iam:PassedToService", service)
}

/// A text as part of an ARN: an id that is not known yet is any.
pub fn pattern(text: &Text) -> String {
    text.literal().map_or_else(|| any(text), str::to_owned)
}

fn any(text: &Text) -> String {
    let references = text.references().map(|reference| (format!("${{{reference}}}"), "*"));
    references.fold(text.to_string(), |text, (shown, star)| text.replace(&shown, star))
}

/// What IAM would take for a wildcard in a resource, and has as variables to write it by itself.
const SIGNS: [char; 3] = ['*', '?', '$'];

/// A text as part of an ARN, each character of which is meant.
pub fn exact(text: &str) -> String {
    let one = |c: char| if SIGNS.contains(&c) { format!("${{{c}}}") } else { c.to_string() };
    text.chars().map(one).collect()
}

/// A resource as a request names it: what is [`exact`] is itself again. A wildcard stays.
pub fn as_requested(resource: &str) -> String {
    let plain = |resource: String, sign: &char| resource.replace(&format!("${{{sign}}}"), &sign.to_string());
    SIGNS.iter().fold(resource.to_owned(), plain)
}

/// What IAM would take for one of its variables is written so that it does not.
fn literal(value: &str) -> String {
    value.replace("${", "${$}{")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::OutputRef;

    #[test]
    fn an_id_that_is_not_known_yet_is_any() {
        let id: OutputRef = "apigateway.rest-api/api.id".parse().unwrap();
        let arn = Text::from("arn:aws:apigateway:us-west-2::/restapis/").then(id.clone()).then("/stages/v1");
        assert_eq!(pattern(&arn), "arn:aws:apigateway:us-west-2::/restapis/*/stages/v1");
        assert_eq!(pattern(&Text::output(id)), "*");
        assert_eq!(pattern(&"plain".into()), "plain");
    }

    #[test]
    fn a_character_that_is_meant_is_no_wildcard_and_no_variable() {
        assert_eq!(exact("*.example.org/a?b-${aws:userid}"), "${*}.example.org/a${?}b-${$}{aws:userid}");
        assert_eq!(exact("api.example.org"), "api.example.org");
        for text in ["*.example.org", "${*}", "$?*", "plain"] {
            assert_eq!(as_requested(&exact(text)), text);
        }
        assert_eq!(as_requested("a/*/${*}.b"), "a/*/*.b");
    }

    #[test]
    fn the_keys_of_conditions_name_the_tags_that_say_whose_something_is() {
        for (key, kind, tag) in [
            (RESOURCE_APP, "Resource", tag::APP),
            (RESOURCE_STAGE, "Resource", tag::STAGE),
            (REQUEST_APP, "Request", tag::APP),
            (REQUEST_STAGE, "Request", tag::STAGE),
        ] {
            assert_eq!(key, format!("aws:{kind}Tag/{tag}"));
        }
    }

    #[test]
    fn a_value_of_a_condition_is_never_a_variable_of_iam() {
        let required =
            RequiredAction::new("sns:Subscribe", "arn").when("StringEquals", "sns:Endpoint", "https://x/${aws:userid}");
        assert_eq!(required.conditions.values().next().unwrap().first().unwrap(), "https://x/${$}{aws:userid}");
    }
}
