//! What makes an environment ask somebody before its jobs begin, and only deploy the default branch. Shapes: GitHub's
//! REST API, "Create or update an environment" and "Create a deployment branch policy".

use std::fmt;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::{Api, ApiError};
use super::environment::{self, Policy};

/// One request that changes a setting; its path is below the repository.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// POST, PATCH or PUT.
    pub method: &'static str,
    pub path: String,
    /// What is sent.
    pub body: Value,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}\n    {}", self.method, self.path, self.body)
    }
}

/// How an environment should be set up.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    pub name: &'a str,
    /// Who is asked, as GitHub names reviewers: `type` and `id`; nobody where it is empty.
    pub reviewers: &'a [Value],
    /// True to let whoever started a run approve it.
    pub self_review: bool,
    /// The branch that may deploy.
    pub branch: &'a str,
}

/// Somebody who is asked: an account, or a team of the organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reviewer {
    /// An account, by its name.
    User(String),
    /// A team of the organisation that owns the repository, by its short name.
    Team(String),
}

/// Asks GitHub for a reviewer's id; `None` if nobody of this name has access to the repository.
pub async fn reviewer(api: &Api, reviewer: &Reviewer) -> Result<Option<Value>, ApiError> {
    #[derive(Deserialize)]
    struct Id {
        id: u64,
    }
    match reviewer {
        Reviewer::User(login) => {
            #[derive(Deserialize)]
            struct Permission {
                user: Option<Id>,
            }
            let login = utf8_percent_encode(login, NON_ALPHANUMERIC);
            let found: Option<Permission> = api.find(&format!("/collaborators/{login}/permission")).await?;
            Ok(found.and_then(|found| found.user).map(|user| json!({"type": "User", "id": user.id})))
        }
        Reviewer::Team(slug) => {
            #[derive(Deserialize)]
            struct Team {
                id: u64,
                slug: String,
            }
            let teams: Vec<Team> = api.pages("/teams", None).await?;
            let found = teams.into_iter().find(|team| team.slug == *slug);
            Ok(found.map(|team| json!({"type": "Team", "id": team.id})))
        }
    }
}

/// What is missing of an environment, as requests, and what only people can correct, in sentences. A request that
/// replaces a setting keeps what is already there.
pub async fn missing(api: &Api, wanted: Wanted<'_>) -> Result<(Vec<Change>, Vec<String>), ApiError> {
    let path = environment::path(wanted.name);
    let found: Option<Value> = api.find(&path).await?;
    let is_listed = |found: &Value| found["deployment_branch_policy"]["custom_branch_policies"] == true;
    let policies = match found.as_ref().filter(|found| is_listed(found)) {
        Some(_) => environment::policies(api, wanted.name).await?,
        None => Vec::new(),
    };
    Ok(changes(&path, wanted, found.as_ref(), &policies))
}

fn changes(path: &str, wanted: Wanted<'_>, found: Option<&Value>, policies: &[Policy]) -> (Vec<Change>, Vec<String>) {
    let nothing = Value::Null;
    let found = found.unwrap_or(&nothing);
    let rule = |kind: &str| {
        let mut rules = found["protection_rules"].as_array().into_iter().flatten();
        rules.find(|rule| rule["type"] == kind).unwrap_or(&Value::Null)
    };
    let asked = rule("required_reviewers");
    let there: Vec<Value> = asked["reviewers"].as_array().into_iter().flatten().filter_map(as_given).collect();
    let lacks_reviewers = there.is_empty() && !wanted.reviewers.is_empty();
    let lacks_others = !there.is_empty() && !wanted.self_review && asked["prevent_self_review"] != true;
    let lacks_branches = found["deployment_branch_policy"]["custom_branch_policies"] != true;
    let mut changes = Vec::new();
    if found.is_null() || lacks_reviewers || lacks_others || lacks_branches {
        let reviewers = if there.is_empty() { wanted.reviewers.to_vec() } else { there };
        let only_others = !wanted.self_review || asked["prevent_self_review"] == true;
        let mut body =
            json!({"deployment_branch_policy": {"protected_branches": false, "custom_branch_policies": true}});
        // A plan of GitHub's without reviewers refuses the very fields, whatever they say.
        if !reviewers.is_empty() {
            body["prevent_self_review"] = json!(only_others);
            body["reviewers"] = json!(reviewers);
        }
        if let Some(minutes) = rule("wait_timer")["wait_timer"].as_u64() {
            body["wait_timer"] = json!(minutes);
        }
        changes.push(Change { method: "PUT", path: path.into(), body });
    }
    if !policies.iter().any(|policy| policy.is_of_branch(wanted.branch)) {
        let body = json!({"name": wanted.branch, "type": "branch"});
        changes.push(Change { method: "POST", path: format!("{path}/deployment-branch-policies"), body });
    }
    (changes, by_hand(wanted, found, policies))
}

/// A reviewer of an answer, as a request names it.
fn as_given(reviewer: &Value) -> Option<Value> {
    let (kind, id) = (reviewer["type"].as_str()?, reviewer["reviewer"]["id"].as_u64()?);
    Some(json!({"type": kind, "id": id}))
}

/// GitHub's REST API has no request for the first of these; the second takes something away.
fn by_hand(wanted: Wanted<'_>, found: &Value, policies: &[Policy]) -> Vec<String> {
    let name = wanted.name;
    let mut said = Vec::new();
    if found["can_admins_bypass"] != false && !wanted.reviewers.is_empty() {
        said.push(format!(
            "in the settings of the environment {name}, turn \"Allow administrators to bypass configured protection \
             rules\" off"
        ));
    }
    let (tags, branches): (Vec<&Policy>, Vec<&Policy>) =
        policies.iter().filter(|policy| !policy.is_of_branch(wanted.branch)).partition(|policy| policy.is_of_tags());
    for (others, sort) in [(branches, "branches"), (tags, "tags")] {
        if !others.is_empty() {
            let names: Vec<&str> = others.iter().map(|policy| policy.name.as_str()).collect();
            let names = names.join(", ");
            said.push(format!(
                "in the settings of the environment {name}, remove {names} from the {sort} that may deploy"
            ));
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(found: Value, branches: &[&str], reviewers: &[Value], self_review: bool) -> (Vec<Change>, Vec<String>) {
        of_policies(found, branches.iter().map(|name| json!({"name": name})).collect(), reviewers, self_review)
    }

    fn of_policies(
        found: Value,
        policies: Value,
        reviewers: &[Value],
        self_review: bool,
    ) -> (Vec<Change>, Vec<String>) {
        let wanted = Wanted { name: "production", reviewers, self_review, branch: "main" };
        let policies: Vec<Policy> = serde_json::from_value(policies).unwrap();
        changes("/environments/production", wanted, Some(&found).filter(|found| !found.is_null()), &policies)
    }

    fn user(id: u64) -> Value {
        json!({"type": "User", "id": id})
    }

    fn protected(more: Value) -> Value {
        let mut rule = json!({"type": "required_reviewers", "prevent_self_review": true,
            "reviewers": [{"type": "Team", "reviewer": {"id": 7}}]});
        more.as_object().into_iter().flatten().for_each(|(name, value)| rule[name] = value.clone());
        json!({"protection_rules": [{"type": "wait_timer", "wait_timer": 5}, rule], "can_admins_bypass": false,
            "deployment_branch_policy": {"protected_branches": false, "custom_branch_policies": true}})
    }

    #[test]
    fn an_environment_that_is_not_there_is_made_whole() {
        let (made, by_hand) = of(Value::Null, &[], &[user(1)], false);
        let methods: Vec<_> = made.iter().map(|change| (change.method, change.path.as_str())).collect();
        assert_eq!(
            methods,
            [("PUT", "/environments/production"), ("POST", "/environments/production/deployment-branch-policies")]
        );
        let policy = json!({"protected_branches": false, "custom_branch_policies": true});
        assert_eq!(
            made[0].body,
            json!({"prevent_self_review": true, "reviewers": [user(1)], "deployment_branch_policy": policy})
        );
        assert_eq!(made[1].body, json!({"name": "main", "type": "branch"}));
        assert!(by_hand.len() == 1 && by_hand[0].contains("administrators"), "{by_hand:?}");
        let (made, by_hand) = of(Value::Null, &[], &[], false);
        assert_eq!(made[0].body, json!({"deployment_branch_policy": policy}), "fields that not every plan has");
        assert_eq!((made.len(), by_hand), (2, Vec::new()));
        let (made, _) = of(Value::Null, &[], &[user(1)], true);
        assert_eq!(made[0].body["prevent_self_review"], false);
    }

    #[test]
    fn what_is_protected_is_left_alone_and_what_is_there_is_carried_along() {
        assert_eq!(of(protected(json!({})), &["main"], &[user(1)], false), (Vec::new(), Vec::new()));
        let lax = protected(json!({"prevent_self_review": false}));
        let (made, _) = of(lax.clone(), &["main"], &[user(1)], false);
        let team = json!([{"type": "Team", "id": 7}]);
        assert_eq!((made.len(), &made[0].body["reviewers"], &made[0].body["wait_timer"]), (1, &team, &json!(5)));
        assert_eq!(of(lax, &["main"], &[user(1)], true), (Vec::new(), Vec::new()));
        let (made, by_hand) = of(protected(json!({})), &["release"], &[user(1)], false);
        assert!(made.len() == 1 && made[0].method == "POST", "{made:?}");
        assert!(by_hand.len() == 1 && by_hand[0].contains("remove release from the branches"), "{by_hand:?}");
        let tag = json!([{"name": "main", "type": "tag"}]);
        let (made, by_hand) = of_policies(protected(json!({})), tag, &[user(1)], false);
        assert_eq!(made[0].body, json!({"name": "main", "type": "branch"}), "a tag is no branch, whatever its name");
        assert!(by_hand.len() == 1 && by_hand[0].contains("remove main from the tags"), "{by_hand:?}");
    }
}
