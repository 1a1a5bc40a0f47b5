//! Which checks a branch asks for before anything is merged into it. Shapes: GitHub's REST API, "Get rules for a
//! branch", "Get a branch", "Get all repository rulesets", "Create a repository ruleset" and "Update a repository
//! ruleset".

use std::collections::BTreeSet;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::{Api, ApiError};
use super::protection::Change;

/// The app that makes the check runs of jobs: GitHub Actions.
const ACTIONS: u64 = 15368;
/// What our ruleset is called. A repository has one of a name.
const NAME: &str = "serverless-app";
const KIND: &str = "required_status_checks";

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
    if rule["type"] != KIND {
        return Vec::new();
    }
    let checks = rule["parameters"][KIND].as_array().into_iter().flatten();
    checks.filter_map(|check| check["context"].as_str()).map(str::to_owned).collect()
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The requests that make the default branch require these checks of GitHub Actions; none if it already does. If our
/// ruleset exists, they are added to it, and it keeps what it has.
pub async fn missing(api: &Api, branch: &str, wanted: &BTreeSet<String>) -> Result<Option<Change>, ApiError> {
    let found = required_checks(api, branch).await?;
    let lacking: Vec<&String> = wanted.difference(&found).collect();
    if lacking.is_empty() {
        return Ok(None);
    }
    Ok(Some(match ours(api).await? {
        Some((id, ours)) => extended(id, &ours, &lacking),
        None => new(&lacking),
    }))
}

/// Our ruleset and its id, if the repository has it.
async fn ours(api: &Api) -> Result<Option<(u64, Value)>, ApiError> {
    #[derive(Deserialize)]
    struct Ruleset {
        id: u64,
        name: String,
    }
    // Those of the organisation may be called the same.
    let all: Vec<Ruleset> = api.pages("/rulesets?includes_parents=false", None).await?;
    match all.iter().find(|one| one.name == NAME) {
        Some(Ruleset { id, .. }) => Ok(api.find(&format!("/rulesets/{id}")).await?.map(|found| (*id, found))),
        None => Ok(None),
    }
}

fn new(lacking: &[&String]) -> Change {
    let body = json!({
        "name": NAME,
        "target": "branch",
        "enforcement": "active",
        "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
        "rules": [rule(lacking)],
    });
    Change { method: "POST", path: "/rulesets".into(), body }
}

fn rule(checks: &[&String]) -> Value {
    let checks: Vec<Value> = checks.iter().map(|context| check(context)).collect();
    json!({"type": KIND, "parameters": {"strict_required_status_checks_policy": false, KIND: checks}})
}

fn check(context: &str) -> Value {
    json!({"context": context, "integration_id": ACTIONS})
}

/// The ruleset with these checks beside its own, in force for the default branch; the rest of it is sent as it is.
fn extended(id: u64, ours: &Value, lacking: &[&String]) -> Change {
    let mut rules: Vec<Value> = ours["rules"].as_array().cloned().unwrap_or_default();
    match rules.iter_mut().find(|rule| rule["type"] == KIND) {
        Some(found) => {
            let has = of_rule(found);
            let added = lacking.iter().filter(|context| !has.contains(context)).map(|context| check(context));
            if let Some(list) = found["parameters"][KIND].as_array_mut() {
                list.extend(added);
            }
        }
        None => rules.push(rule(lacking)),
    }
    let names = &ours["conditions"]["ref_name"];
    let (mut include, exclude) = (texts(&names["include"]), texts(&names["exclude"]));
    if !include.iter().any(|name| name == "~DEFAULT_BRANCH" || name == "~ALL") {
        include.push("~DEFAULT_BRANCH".into());
    }
    let mut body = json!({
        "name": NAME,
        "target": "branch",
        "enforcement": "active",
        "conditions": {"ref_name": {"include": include, "exclude": exclude}},
        "rules": rules,
    });
    if ours["bypass_actors"].is_array() {
        body["bypass_actors"] = ours["bypass_actors"].clone();
    }
    Change { method: "PUT", path: format!("/rulesets/{id}"), body }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_ruleset_requires_checks_of_github_actions_alone() {
        let made = new(&[&"plan (production)".to_owned()]);
        let rule = &made.body["rules"][0];
        assert_eq!(
            (made.method, made.path.as_str(), of_rule(rule)),
            ("POST", "/rulesets", vec!["plan (production)".into()])
        );
        assert_eq!(rule["parameters"][KIND][0]["integration_id"], ACTIONS);
        assert_eq!(of_rule(&json!({"type": "pull_request", "parameters": rule["parameters"]})), Vec::<String>::new());
    }

    #[test]
    fn a_ruleset_that_is_there_keeps_what_it_has_and_is_in_force() {
        let (one, two) = ("plan (staging)".to_owned(), "plan (production)".to_owned());
        let mut ours = new(&[&one]).body;
        ours["id"] = json!(7);
        ours["enforcement"] = json!("disabled");
        ours["bypass_actors"] = json!([{"actor_type": "OrganizationAdmin", "bypass_mode": "always"}]);
        ours["conditions"]["ref_name"]["include"] = json!(["refs/heads/release"]);
        ours["rules"].as_array_mut().unwrap().insert(0, json!({"type": "deletion"}));
        let made = extended(7, &ours, &[&one, &two]);
        assert_eq!((made.method, made.path.as_str()), ("PUT", "/rulesets/7"));
        assert_eq!((&made.body["enforcement"], &made.body["rules"][0]["type"]), (&json!("active"), &json!("deletion")));
        assert_eq!(of_rule(&made.body["rules"][1]), [one.clone(), two], "each once");
        assert_eq!(made.body["bypass_actors"], ours["bypass_actors"]);
        let include = &made.body["conditions"]["ref_name"]["include"];
        assert_eq!(include, &json!(["refs/heads/release", "~DEFAULT_BRANCH"]));
        assert!(made.body.get("id").is_none(), "GitHub takes no id in a body");
        ours["rules"] = json!([]);
        assert_eq!(of_rule(&extended(7, &ours, &[&one]).body["rules"][0]), [one]);
    }
}
