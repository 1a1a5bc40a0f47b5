//! What an administrator sets: environments, variables, rulesets, what jobs' tokens may do.

use serde_json::{Value, json};

use super::{Ask, page};
use crate::support::github::{Answer, State};

/// The answer to a request about a setting; `None` for any other.
pub(super) fn answer(state: &mut State, ask: &Ask) -> Option<Answer> {
    let Ask { method, path, parts, query, body } = *ask;
    Some(match (method, parts) {
        ("PUT", ["environments", _])
            if state.lacks_reviewers
                && ["reviewers", "prevent_self_review"].iter().any(|name| body.get(name).is_some()) =>
        {
            Answer::error(422, "Failed to create the environment protection rule.")
        }
        ("PUT", ["environments", name]) => {
            put(state, name, body);
            ask.filled(200, state.environments[*name].clone().expect("it was just made")["environment"].clone())
        }
        ("POST", ["environments", name, "deployment-branch-policies"]) => {
            let made = state.environments.get_mut(*name).and_then(Option::as_mut);
            let Some(made) = made else { return Some(Answer::error(404, "Not Found")) };
            made["branches"].as_array_mut().expect("a list").push(body.clone());
            ask.filled(200, json!({"id": 1, "name": body["name"], "type": body["type"]}))
        }
        (_, ["actions", "variables", ..]) => variables(state, "", &parts[2..], ask),
        (_, ["environments", name, "variables", ..]) => match state.environments.get(*name) {
            Some(None) => Answer::error(404, "Not Found"),
            _ => variables(state, name, &parts[3..], ask),
        },
        ("GET", ["actions", "permissions", "workflow"]) => {
            let usual = json!({"default_workflow_permissions": "read", "can_approve_pull_request_reviews": false});
            ask.filled(200, if state.job_permissions.is_null() { usual } else { state.job_permissions.clone() })
        }
        ("GET", ["rules", "branches", _]) => {
            let active = state.rulesets.iter().filter(|one| one["enforcement"] == "active");
            let rules = active.flat_map(|one| one["rules"].as_array().cloned().unwrap_or_default()).collect();
            page(path, query, None, rules, method)
        }
        (_, ["rulesets", rest @ ..]) => rulesets(state, rest, ask),
        ("GET", ["teams"]) => {
            page(path, query, None, vec![json!({"id": 77, "slug": "owners", "name": "Owners"})], method)
        }
        _ => return None,
    })
}

/// What is left out of the request is gone, and administrators may bypass what is new.
fn put(state: &mut State, name: &str, body: &Value) {
    let before = state.environments.get(name).cloned().flatten();
    let given = body["reviewers"].as_array().cloned().unwrap_or_default();
    let reviewers: Vec<Value> =
        given.iter().map(|one| json!({"type": one["type"], "reviewer": {"id": one["id"]}})).collect();
    let mut rules = vec![json!({"type": "branch_policy"})];
    if !reviewers.is_empty() {
        let only_others = body["prevent_self_review"].clone();
        rules.push(json!({"type": "required_reviewers", "prevent_self_review": only_others, "reviewers": reviewers}));
    }
    if let Some(minutes) = body["wait_timer"].as_u64() {
        rules.push(json!({"type": "wait_timer", "wait_timer": minutes}));
    }
    let bypass = before.as_ref().map_or(json!(true), |made| made["environment"]["can_admins_bypass"].clone());
    let environment = json!({"protection_rules": rules, "can_admins_bypass": bypass,
        "deployment_branch_policy": body["deployment_branch_policy"]});
    let branches = before.map_or(json!([]), |made| made["branches"].clone());
    state.environments.insert(name.to_owned(), Some(json!({"environment": environment, "branches": branches})));
}

/// A repository has one of a name.
fn rulesets(state: &mut State, rest: &[&str], ask: &Ask) -> Answer {
    let Ask { method, path, query, body, .. } = *ask;
    let at = rest.first().map(|id| state.rulesets.iter().position(|one| one["id"].as_u64() == id.parse().ok()));
    match (method, at) {
        ("GET", None) => {
            let short = |one: &Value| json!({"id": one["id"], "name": one["name"], "enforcement": one["enforcement"]});
            page(path, query, None, state.rulesets.iter().map(short).collect(), method)
        }
        ("POST", None) if state.rulesets.iter().any(|one| one["name"] == body["name"]) => {
            Answer::json(422, &json!({"message": "Validation Failed", "errors": ["Name must be unique"]}))
        }
        ("POST", None) => {
            let mut made = body.clone();
            made["id"] = json!(state.next());
            state.rulesets.push(made.clone());
            ask.filled(201, made)
        }
        ("GET", Some(Some(at))) => ask.filled(200, state.rulesets[at].clone()),
        ("PUT", Some(Some(at))) => {
            body.as_object().into_iter().flatten().for_each(|(name, value)| {
                state.rulesets[at][name] = value.clone();
            });
            ask.filled(200, state.rulesets[at].clone())
        }
        _ => Answer::error(404, "Not Found"),
    }
}

/// Those of an environment; of the repository where that has no name.
fn variables(state: &mut State, environment: &str, rest: &[&str], ask: &Ask) -> Answer {
    let Ask { method, path, query, body, .. } = *ask;
    let all = state.variables.entry(environment.to_owned()).or_default();
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    match (method, rest) {
        ("GET", []) => {
            let all = all.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
            page(path, query, Some("variables"), all, method)
        }
        ("POST", []) if all.contains_key(&text("name")) => Answer::error(409, "Already exists"),
        ("POST", []) => {
            all.insert(text("name"), text("value"));
            Answer::json(201, &json!({}))
        }
        ("PATCH", [name]) if all.contains_key(*name) => {
            all.insert((*name).to_owned(), text("value"));
            Answer { status: 204, headers: Vec::new(), body: Vec::new() }
        }
        _ => Answer::error(404, "Not Found"),
    }
}
