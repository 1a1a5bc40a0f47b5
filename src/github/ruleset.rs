//! Which checks a branch asks for before anything is merged into it. Shapes: GitHub's REST API, "Get rules for a branch", "Get a
//! branch" and "Create a repository ruleset".

use std::collections::BTreeSet;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::{Api, ApiError};
use super::protection::Change;

/// The app that makes the check runs of jobs: GitHub Actions.
const ACTIONS: u64 = 15368;

/// The names of the checks that rulesets and the branch's own protection require.
pub async fn required_checks(api: &Api, branch: &str) -> Result<BTreeSet<String>, ApiError> {
    let name = utf8_percent_encode(branch, NON_ALPHANUMERIC);
    let rules: Vec<Value> = api.pages(&format!("/rules/branches/{name}"), None).await?;
    let mut checks: BTreeSet<String> = rules.iter().flat_map(of_rule).collect();
    #[derive(Deserialize)]
    struct Branch {
        #[serde(default)]
        protection: Value,
    }
    if let Some(branch) = api.find::<Branch>(&format!("/branches/{name}")).await? {
        checks.extend(texts(&branch.protection["required_status_checks"]["contexts"]));
    }
    Ok(checks)
}

fn of_rule(rule: &Value) -> Vec<String> {
    if rule["type"] != "required_status_checks" {
        return Vec::new();
    }
    let checks = rule["parameters"]["required_status_checks"].as_array().into_iter().flatten();
    checks.filter_map(|check| check["context"].as_str()).map(str::to_owned).collect()
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// What makes the default branch require these checks of GitHub Actions; nothing where it does already.
pub fn change(found: &BTreeSet<String>, wanted: &BTreeSet<String>) -> Option<Change> {
    let missing: Vec<Value> =
        wanted.difference(found).map(|context| json!({"context": context, "integration_id": ACTIONS})).collect();
    if missing.is_empty() {
        return None;
    }
    let parameters = json!({"strict_required_status_checks_policy": false, "required_status_checks": missing});
    let body = json!({
        "name": "serverless-app",
        "target": "branch",
        "enforcement": "active",
        "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
        "rules": [{"type": "required_status_checks", "parameters": parameters}],
    });
    Some(Change { method: "POST", path: "/rulesets".into(), body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_that_are_required_already_are_not_required_again() {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        let wanted = set(&["plan (production)", "plan (staging)"]);
        assert_eq!(change(&wanted, &wanted), None);
        let made = change(&set(&["plan (staging)", "test"]), &wanted).unwrap();
        let rule = &made.body["rules"][0];
        assert_eq!(of_rule(rule), ["plan (production)"]);
        assert_eq!(rule["parameters"]["required_status_checks"][0]["integration_id"], ACTIONS);
        assert_eq!(of_rule(&json!({"type": "pull_request", "parameters": rule["parameters"]})), Vec::<String>::new());
    }
}
