//! How an environment is protected. Shapes: GitHub's REST API, "Get an environment" and "List deployment branch policies";
//! both need `actions: read`.
//!
//! Who approves and which branches may deploy is a setting that no file of the repository shows. So `verify` looks, and
//! tells; it is the role's trust policy that holds.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::api::{Api, ApiError};

/// An environment, as far as it protects anything.
#[derive(Debug, Clone, Default, Deserialize)]
struct Environment {
    #[serde(default)]
    protection_rules: Vec<Rule>,
    /// `None`: every branch may deploy.
    deployment_branch_policy: Option<Branches>,
}

#[derive(Debug, Clone, Deserialize)]
struct Rule {
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct Branches {
    /// Those of a list; otherwise all protected ones.
    custom_branch_policies: bool,
}

#[derive(Debug, Clone, Deserialize)]
struct Policy {
    name: String,
}

/// What is missing of an environment's protection, a sentence each; nothing where it is well protected.
pub async fn gaps(api: &Api, name: &str, default_branch: &str) -> Result<Vec<String>, ApiError> {
    let path = format!("/environments/{}", utf8_percent_encode(name, NON_ALPHANUMERIC));
    let Some(environment) = api.find::<Environment>(&path).await? else {
        return Ok(vec![format!(
            "there is no environment `{name}`: GitHub makes it when a job first names it, and nobody is asked before an apply"
        )]);
    };
    let others = match environment.deployment_branch_policy {
        Some(branches) if branches.custom_branch_policies => {
            let path = format!("{path}/deployment-branch-policies");
            let policies: Vec<Policy> = api.pages(&path, Some("branch_policies")).await?;
            policies.iter().any(|policy| policy.name != default_branch)
        }
        Some(_) => false,
        None => true,
    };
    Ok(sentences(name, &environment, others))
}

fn sentences(name: &str, environment: &Environment, others: bool) -> Vec<String> {
    let asked = environment.protection_rules.iter().any(|rule| rule.kind == "required_reviewers");
    let reviewers = format!("the environment `{name}` has no required reviewers: nobody is asked before an apply");
    let branches = format!("the environment `{name}` lets other branches than the default branch deploy");
    [(!asked, reviewers), (others, branches)].into_iter().filter_map(|(holds, text)| holds.then_some(text)).collect()
}
