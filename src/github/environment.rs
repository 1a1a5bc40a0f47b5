//! How an environment is protected. Shapes: GitHub's REST API, "Get an environment" and "List deployment branch
//! policies"; both need `actions: read`.
//!
//! Who approves and which branches may deploy is a setting that no file of the repository shows. So `verify` checks,
//! and says what is missing; what protects AWS is the role's trust policy.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::api::{Api, ApiError};

/// What is encoded of an environment's name in a path.
const NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// An environment, as far as it protects anything.
#[derive(Debug, Clone, Default, Deserialize)]
struct Environment {
    #[serde(default)]
    protection_rules: Vec<Rule>,
    /// `None`: every branch may deploy.
    #[serde(default)]
    deployment_branch_policy: Option<Branches>,
    /// GitHub sends it, and its description lacks it.
    #[serde(default)]
    can_admins_bypass: Option<bool>,
}

#[derive(Debug, Clone, Deserialize)]
struct Rule {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    prevent_self_review: Option<bool>,
    #[serde(default)]
    reviewers: Option<Vec<serde_json::Value>>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct Branches {
    /// Those of a list; otherwise all protected ones.
    custom_branch_policies: bool,
}

/// What may deploy where that is a list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Policy {
    /// A name, or a pattern of names.
    pub name: String,
    /// `branch` or `tag`.
    #[serde(default, rename = "type")]
    kind: Option<String>,
}

impl Policy {
    /// True if tags deploy by it.
    pub fn is_of_tags(&self) -> bool {
        self.kind.as_deref() == Some("tag")
    }

    /// True if this very branch deploys by it.
    pub fn is_of_branch(&self, branch: &str) -> bool {
        !self.is_of_tags() && self.name == branch
    }
}

/// How an environment is protected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protection {
    /// False where GitHub has no such environment yet.
    pub exists: bool,
    /// True if somebody has to approve a job before it begins.
    pub asks: bool,
    /// What is missing, a sentence each; nothing where it is well protected.
    pub gaps: Vec<String>,
}

/// Which branches and tags may deploy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deploys {
    /// The default branch alone.
    Default,
    /// Each branch that a rule protects.
    Protected,
    /// Others, by their names.
    Others,
    /// Tags, by their names.
    Tags,
    /// Everything.
    All,
    /// Nothing: the list is empty.
    Nothing,
}

/// Where an environment is, below the repository.
pub fn path(name: &str) -> String {
    format!("/environments/{}", utf8_percent_encode(name, NAME))
}

/// Looks at an environment.
pub async fn look(api: &Api, name: &str, default_branch: &str) -> Result<Protection, ApiError> {
    let path = path(name);
    let Some(environment) = api.find::<Environment>(&path).await? else {
        let gap = format!(
            "there is no environment `{name}`: GitHub creates it when a job first names it, and then nobody is asked \
             before an apply"
        );
        return Ok(Protection { exists: false, asks: false, gaps: vec![gap] });
    };
    let deploys = match environment.deployment_branch_policy {
        Some(branches) if branches.custom_branch_policies => listed(&policies(api, name).await?, default_branch),
        Some(_) => Deploys::Protected,
        None => Deploys::All,
    };
    Ok(protection(name, &environment, deploys))
}

/// What may deploy, where an environment has a list of that.
pub async fn policies(api: &Api, name: &str) -> Result<Vec<Policy>, ApiError> {
    api.pages(&format!("{}/deployment-branch-policies", path(name)), Some("branch_policies")).await
}

fn listed(policies: &[Policy], default_branch: &str) -> Deploys {
    match policies {
        [] => Deploys::Nothing,
        _ if policies.iter().any(Policy::is_of_tags) => Deploys::Tags,
        _ if policies.iter().any(|policy| !policy.is_of_branch(default_branch)) => Deploys::Others,
        _ => Deploys::Default,
    }
}

fn protection(name: &str, environment: &Environment, deploys: Deploys) -> Protection {
    let is_asked =
        |rule: &&Rule| rule.kind == "required_reviewers" && rule.reviewers.as_ref().is_none_or(|all| !all.is_empty());
    let asked = environment.protection_rules.iter().find(is_asked);
    let gaps = [
        match asked {
            None => Some("has no required reviewers: nobody is asked before an apply"),
            Some(rule) if rule.prevent_self_review != Some(true) => {
                Some("lets whoever started a run approve it: prevent self-review in its settings")
            }
            Some(_) => None,
        },
        asked.filter(|_| environment.can_admins_bypass == Some(true)).map(
            |_| "lets administrators bypass its reviewers: turn \"Allow administrators to bypass\" off in its settings",
        ),
        match deploys {
            Deploys::Default => None,
            Deploys::Protected => Some("lets every protected branch deploy: select only the default branch"),
            Deploys::Tags => Some("lets tags deploy: select only the default branch"),
            Deploys::Others | Deploys::All => Some("lets branches other than the default branch deploy"),
            Deploys::Nothing => Some("lets no branch deploy: add the default branch to those that do"),
        },
    ];
    let gaps = gaps.into_iter().flatten().map(|gap| format!("the environment `{name}` {gap}"));
    Protection { exists: true, asks: asked.is_some(), gaps: gaps.collect() }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn of(environment: Value, deploys: Deploys) -> Protection {
        protection("production", &serde_json::from_value(environment).unwrap(), deploys)
    }

    fn rules(more: Value) -> Value {
        let mut rule =
            json!({"type": "required_reviewers", "prevent_self_review": true, "reviewers": [{"type": "User"}]});
        more.as_object().into_iter().flatten().for_each(|(name, value)| rule[name] = value.clone());
        json!({"protection_rules": [{"type": "wait_timer"}, rule], "can_admins_bypass": false})
    }

    #[test]
    fn what_an_environment_lacks_is_said_in_a_sentence_each() {
        assert_eq!(of(rules(json!({})), Deploys::Default), Protection { exists: true, asks: true, gaps: Vec::new() });
        let gap = |environment: Value, deploys: Deploys| {
            let found = of(environment, deploys);
            assert_eq!(found.gaps.len(), 1, "{found:?}");
            (found.asks, found.gaps[0].clone())
        };
        let (asks, text) = gap(json!({"protection_rules": []}), Deploys::Default);
        assert!(!asks && text.contains("no required reviewers"), "{text}");
        assert!(!gap(rules(json!({"reviewers": []})), Deploys::Default).0, "a rule that names nobody asks nobody");
        for more in [json!({"prevent_self_review": false}), json!({"prevent_self_review": null})] {
            let (asks, text) = gap(rules(more), Deploys::Default);
            assert!(asks && text.contains("self-review"), "{text}");
        }
        let mut bypassed = rules(json!({}));
        bypassed["can_admins_bypass"] = json!(true);
        assert!(gap(bypassed, Deploys::Default).1.contains("administrators"));
        for (deploys, word) in [
            (Deploys::Protected, "every protected branch"),
            (Deploys::Others, "branches other than"),
            (Deploys::Tags, "tags"),
            (Deploys::All, "branches other than"),
            (Deploys::Nothing, "no branch"),
        ] {
            assert!(gap(rules(json!({})), deploys).1.contains(word), "{deploys:?}");
        }
    }

    #[test]
    fn a_list_of_the_default_branch_alone_is_no_gap() {
        let list = |policies: Value| listed(&serde_json::from_value::<Vec<Policy>>(policies).unwrap(), "main");
        assert_eq!(list(json!([{"name": "main", "type": "branch"}])), Deploys::Default);
        assert_eq!(list(json!([{"name": "main"}])), Deploys::Default);
        assert_eq!(list(json!([{"name": "main", "type": "branch"}, {"name": "main", "type": "tag"}])), Deploys::Tags);
        assert_eq!(list(json!([{"name": "main", "type": "tag"}])), Deploys::Tags);
        assert_eq!(list(json!([{"name": "ma*", "type": "branch"}])), Deploys::Others);
        assert_eq!(list(json!([])), Deploys::Nothing);
    }
}
