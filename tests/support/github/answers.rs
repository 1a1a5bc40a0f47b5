//! What each operation answers. A test says what matters of a pull request or a run; the rest of GitHub's answer is filled
//! in from its description, so that nothing here is shorter than what GitHub sends.

use std::collections::BTreeMap;

use serde_json::{Value, json};

mod settings;

use super::{Answer, NAME, REPOSITORY, State, contract, later, repository as files};

/// When everything happens unless a test says otherwise.
pub const NOW: &str = "2026-03-01T12:00:00Z";
/// The most characters of a comment.
const COMMENT: usize = 65_536;

type Query = BTreeMap<String, String>;

/// A request.
struct Ask<'a> {
    method: &'a str,
    path: &'a str,
    parts: &'a [&'a str],
    query: &'a Query,
    body: &'a Value,
}

impl Ask<'_> {
    /// An answer whose other fields are those of GitHub's description.
    fn filled(&self, status: u16, value: Value) -> Answer {
        Answer::json(status, &contract::filled(self.method, self.path, value))
    }
}

/// Does what the request asks for.
pub fn answer(state: &mut State, method: &str, path: &str, query: &Query, body: &Value) -> Answer {
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let ask = Ask { method, path, parts: &parts, query, body };
    if let Some(answer) = settings::answer(state, &ask) {
        return answer;
    }
    match parts.first() {
        None | Some(&("branches" | "contents" | "git" | "compare" | "collaborators")) => of_repository(state, &ask),
        Some(&("deployments" | "environments")) => of_environments(state, &ask),
        Some(&"actions") => of_actions(state, &ask),
        Some(&"issues") => of_issues(state, &ask),
        _ => of_pull_requests(state, &ask),
    }
}

fn of_repository(state: &State, ask: &Ask) -> Answer {
    let Ask { method, path, parts, query, .. } = *ask;
    let filled = |status, value: Value| ask.filled(status, value);
    match (method, parts) {
        ("GET", ["branches", name]) => match state.branches.get(*name) {
            Some(sha) => filled(200, json!({"name": name, "commit": {"sha": sha}})),
            None => Answer::error(404, "Branch not found"),
        },
        ("GET", ["contents", file @ ..]) => {
            let at = query.get("ref").map_or("main", String::as_str);
            files::contents(&state.clone, method, path, &file.join("/"), at)
        }
        ("GET", ["git", "blobs", sha]) => one(files::blob(&state.clone, sha).as_ref(), filled),
        ("GET", ["git", "commits", sha]) => one(files::commit(&state.clone, sha).as_ref(), filled),
        ("GET", ["git", "matching-refs", start]) => {
            let start = percent_encoding::percent_decode_str(start).decode_utf8_lossy();
            let all = state.branches.iter().map(|(name, sha)| (format!("heads/{name}"), sha));
            let found = all.filter(|(name, _)| name.starts_with(&*start));
            filled(
                200,
                found.map(|(name, sha)| json!({"ref": format!("refs/{name}"), "object": {"sha": sha}})).collect(),
            )
        }
        ("GET", ["compare", range]) => {
            let range = percent_encoding::percent_decode_str(range).decode_utf8_lossy();
            let found = range.split_once("...").and_then(|(base, head)| later::compare(state, base, head));
            match found {
                // Without a page it is one answer with the first 250 commits.
                Some(found) if query.contains_key("per_page") => {
                    page(path, query, Some("commits"), list(found["commits"].as_array()), method)
                }
                Some(mut found) => {
                    let commits: Vec<Value> = list(found["commits"].as_array()).into_iter().take(250).collect();
                    found["commits"] = json!(commits);
                    filled(200, found)
                }
                None => Answer::error(404, "Not Found"),
            }
        }
        ("GET", ["collaborators", login, "permission"]) => match state.permissions.get(*login) {
            Some(permission) => {
                let user = json!({"login": login, "id": 501});
                filled(200, json!({"permission": permission, "role_name": permission, "user": user}))
            }
            None => Answer::error(404, "Not Found"),
        },
        ("GET", []) => filled(200, json!({"id": REPOSITORY, "full_name": NAME, "default_branch": "main"})),
        _ => Answer::error(404, "Not Found"),
    }
}

fn of_environments(state: &State, ask: &Ask) -> Answer {
    let Ask { method, path, parts, query, .. } = *ask;
    let filled = |status, value: Value| ask.filled(status, value);
    match (method, parts) {
        ("GET", ["deployments"]) => {
            let of = |one: &&Value| query.get("environment").is_none_or(|name| one["environment"] == **name);
            page(path, query, None, state.deployments.iter().filter(of).rev().cloned().collect(), method)
        }
        ("GET", ["deployments", number, "statuses"]) => match state.statuses.get(&id(number)) {
            Some(all) => page(path, query, None, all.clone(), method),
            None => Answer::error(404, "Not Found"),
        },
        ("GET", ["environments", name]) => match state.environments.get(*name) {
            Some(None) => Answer::error(404, "Not Found"),
            Some(Some(made)) => filled(200, made["environment"].clone()),
            None => filled(200, protected()),
        },
        ("GET", ["environments", name, "deployment-branch-policies"]) => {
            let made = state.environments.get(*name).cloned().flatten();
            let branches = made.map_or(json!([{"name": "main"}]), |made| made["branches"].clone());
            page(path, query, Some("branch_policies"), list(branches.as_array()), method)
        }
        _ => Answer::error(404, "Not Found"),
    }
}

fn of_actions(state: &State, ask: &Ask) -> Answer {
    let Ask { method, path, parts, query, .. } = *ask;
    let filled = |status, value: Value| ask.filled(status, value);
    match (method, parts) {
        ("GET", ["actions", "workflows", file, "runs"]) => {
            let of = format!(".github/workflows/{file}");
            let fits = |run: &&Value| {
                run["path"].as_str().is_some_and(|path| path.split('@').next() == Some(&of))
                    && query.get("event").is_none_or(|event| run["event"] == **event)
                    && query.get("head_sha").is_none_or(|sha| run["head_sha"] == **sha)
                    && query.get("branch").is_none_or(|branch| run["head_branch"] == **branch)
            };
            let found = state.runs.iter().filter(fits).rev().cloned().collect();
            page(path, query, Some("workflow_runs"), found, method)
        }
        ("GET", ["actions", "runs"]) => {
            let fits = |run: &&Value| {
                query.get("event").is_none_or(|event| run["event"] == **event)
                    && query.get("head_sha").is_none_or(|sha| run["head_sha"] == **sha)
            };
            let found = state.runs.iter().filter(fits).rev().cloned().collect();
            page(path, query, Some("workflow_runs"), found, method)
        }
        ("GET", ["actions", "runs", number, "jobs"] | ["actions", "runs", number, "attempts", _, "jobs"]) => {
            page(path, query, Some("jobs"), list(state.jobs.get(&id(number))), method)
        }
        ("GET", ["actions", "runs", number]) => one(state.runs.iter().find(|run| run["id"] == id(number)), filled),
        ("GET", ["actions", "runs", number, "artifacts"]) => {
            page(path, query, Some("artifacts"), list(state.artifacts.get(&id(number))), method)
        }
        ("GET", ["actions", "artifacts", number, "zip"]) if state.zips.contains_key(&id(number)) => {
            let location = format!("/store/{number}");
            Answer { status: 302, headers: vec![("location", location)], body: Vec::new() }
        }
        _ => Answer::error(404, "Not Found"),
    }
}

fn of_issues(state: &mut State, ask: &Ask) -> Answer {
    let Ask { method, path, parts, query, body } = *ask;
    let filled = |status, value: Value| ask.filled(status, value);
    match (method, parts) {
        ("GET", ["issues", number, "comments"]) => {
            page(path, query, None, list(state.comments.get(&id(number))), method)
        }
        ("POST", ["issues", number, "comments"]) => match too_long(body) {
            true => Answer::error(422, "body is too long (maximum is 65536 characters)"),
            false => {
                let made = comment(state.next(), id(number), body["body"].as_str().unwrap_or_default());
                state.comments.entry(id(number)).or_default().push(made.clone());
                filled(201, made)
            }
        },
        ("GET", ["issues", "comments", number]) => one(find_comment(state, id(number)).as_deref(), filled),
        ("PATCH", ["issues", "comments", number]) => match (too_long(body), find_comment(state, id(number))) {
            (true, _) => Answer::error(422, "body is too long (maximum is 65536 characters)"),
            (_, None) => Answer::error(404, "Not Found"),
            (_, Some(comment)) => {
                comment["body"] = body["body"].clone();
                filled(200, comment.clone())
            }
        },
        ("GET", ["issues"]) => {
            let open = |issue: &&Value| query.get("state").is_none_or(|of| of == "all" || issue["state"] == **of);
            page(path, query, None, state.issues.iter().filter(open).cloned().collect(), method)
        }
        ("POST", ["issues"]) => {
            let number = state.next();
            let made = issue(number, body);
            state.issues.push(made.clone());
            filled(201, made)
        }
        ("PATCH", ["issues", number]) => match state.issues.iter_mut().find(|issue| issue["number"] == id(number)) {
            None => Answer::error(404, "Not Found"),
            Some(issue) => {
                body.as_object().into_iter().flatten().for_each(|(name, value)| issue[name] = value.clone());
                filled(200, issue.clone())
            }
        },
        _ => Answer::error(404, "Not Found"),
    }
}

fn of_pull_requests(state: &mut State, ask: &Ask) -> Answer {
    let Ask { method, path, parts, query, body } = *ask;
    let filled = |status, value: Value| ask.filled(status, value);
    match (method, parts) {
        ("GET", ["pulls", number]) => one(state.pulls.get(&id(number)), filled),
        ("GET", ["pulls", number, "reviews"]) => page(path, query, None, list(state.reviews.get(&id(number))), method),
        ("GET", ["commits", sha, "pulls"]) => {
            let numbers = state.pulls_of.get(*sha).cloned().unwrap_or_default();
            page(path, query, None, numbers.iter().map(|number| state.pulls[number].clone()).collect(), method)
        }
        ("GET", ["commits", sha, "check-runs"]) => {
            let named =
                |run: &&Value| run["head_sha"] == *sha && query.get("check_name").is_none_or(|n| run["name"] == **n);
            let found = state.check_runs.iter().filter(named).rev().cloned().collect();
            page(path, query, Some("check_runs"), found, method)
        }
        ("POST", ["check-runs"]) => {
            let run = check_run(state.next(), body);
            state.check_runs.push(run.clone());
            filled(201, run)
        }
        _ => Answer::error(404, "Not Found"),
    }
}

/// An environment that asks somebody, and deploys the listed branches alone.
pub fn protected() -> Value {
    let reviewers = json!([{"type": "Team", "reviewer": {"id": 1}}]);
    json!({"protection_rules": [
            {"type": "required_reviewers", "prevent_self_review": true, "reviewers": reviewers},
            {"type": "branch_policy"}],
        "can_admins_bypass": false,
        "deployment_branch_policy": {"protected_branches": false, "custom_branch_policies": true}})
}

fn id(digits: &str) -> u64 {
    digits.parse().unwrap_or(0)
}

fn list(found: Option<&Vec<Value>>) -> Vec<Value> {
    found.cloned().unwrap_or_default()
}

fn too_long(body: &Value) -> bool {
    body["body"].as_str().is_some_and(|text| text.chars().count() > COMMENT)
}

fn one(found: Option<&Value>, filled: impl FnOnce(u16, Value) -> Answer) -> Answer {
    match found {
        Some(found) => filled(200, found.clone()),
        None => Answer::error(404, "Not Found"),
    }
}

/// One page of a listing, with a link to the next.
fn page(path: &str, query: &Query, field: Option<&str>, all: Vec<Value>, method: &str) -> Answer {
    let number = |name: &str, default: usize| query.get(name).and_then(|value| value.parse().ok()).unwrap_or(default);
    let (size, page) = (number("per_page", 30), number("page", 1));
    let items: Vec<Value> = all.iter().skip(size * (page - 1)).take(size).cloned().collect();
    let body = match field {
        Some(field) => json!({"total_count": all.len(), field: items}),
        None => json!(items),
    };
    let mut answer = Answer::json(200, &contract::filled(method, path, body));
    if all.len() > size * page {
        let rest: String = query.iter().filter(|(name, _)| *name != "page").map(|(n, v)| format!("&{n}={v}")).collect();
        let next =
            format!("<https://api.github.com/repositories/{REPOSITORY}{path}?page={}{rest}>; rel=\"next\"", page + 1);
        answer.headers.push(("link", next.replace(' ', "%20").replacen("%20rel", " rel", 1)));
    }
    answer
}

fn find_comment(state: &mut State, id: u64) -> Option<&mut Value> {
    state.comments.values_mut().flatten().find(|comment| comment["id"] == id)
}

/// The account that a job's token writes as.
pub fn bot() -> Value {
    json!({"login": "github-actions[bot]", "id": 41_898_282, "type": "Bot"})
}

/// A comment of the Actions app.
pub fn comment(id: u64, issue: u64, body: &str) -> Value {
    let url = format!("https://github.com/{NAME}/pull/{issue}#issuecomment-{id}");
    json!({"id": id, "body": body, "html_url": url, "user": bot(), "created_at": NOW, "updated_at": NOW})
}

fn check_run(id: u64, body: &Value) -> Value {
    let mut run = body.clone();
    run["id"] = json!(id);
    run["completed_at"] = json!(NOW);
    run["app"] = json!({"id": 15368, "slug": "github-actions", "name": "GitHub Actions"});
    run["html_url"] = json!(format!("https://github.com/{NAME}/runs/{id}"));
    let mut output = json!({"title": null, "summary": null, "text": null});
    body["output"].as_object().into_iter().flatten().for_each(|(name, value)| output[name] = value.clone());
    run["output"] = output;
    run
}

fn issue(number: u64, body: &Value) -> Value {
    let url = format!("https://github.com/{NAME}/issues/{number}");
    let mut issue = json!({"id": number, "number": number, "state": "open", "html_url": url, "user": bot()});
    body.as_object().into_iter().flatten().for_each(|(name, value)| issue[name] = value.clone());
    issue
}

/// This repository, or a fork.
pub fn repository(id: u64, name: &str) -> Value {
    json!({"id": id, "full_name": name, "name": name.rsplit('/').next(), "default_branch": "main"})
}

/// A pull request of this repository to `main`.
pub fn pull(number: u64, head: &str, base: &str) -> Value {
    let here = || repository(REPOSITORY, NAME);
    json!({"id": number, "number": number, "state": "open", "title": "A change", "merged_at": null,
        "head": {"ref": "topic", "sha": head, "repo": here()}, "base": {"ref": "main", "sha": base, "repo": here()}})
}

/// A run of the workflow that plans, for this commit.
pub fn run(id: u64, head: &str) -> Value {
    json!({"id": id, "run_attempt": 1, "event": "pull_request", "head_sha": head, "status": "completed",
        "path": ".github/workflows/serverless-app-plan.yml", "run_started_at": "2026-03-01T11:50:00Z",
        "head_repository": {"id": REPOSITORY, "full_name": NAME}})
}

/// An artifact of a run.
pub fn artifact(id: u64, name: &str, run: u64, size: usize, digest: &str) -> Value {
    json!({"id": id, "name": name, "size_in_bytes": size, "expired": false, "created_at": NOW, "digest": digest,
        "workflow_run": {"id": run}})
}
