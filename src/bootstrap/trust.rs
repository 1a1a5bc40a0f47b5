//! Which jobs a role trusts: trust policies for GitHub's identity tokens.
//!
//! A token's subject has two forms. Repositories made, renamed or moved since July 2026, or that have opted in, carry
//! the ids of owner and repository in it; older ones do not. Both are accepted, each for this repository alone; the
//! repository's id is required as well, so that nothing is opened by a name that changes hands.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Value, json};

use crate::aws::document::Document;
use crate::aws::iam::provider;
use crate::bootstrap::{BootstrapError, fits};
use crate::name::Site;

/// The characters that a trust policy has, where the account's quota has not been raised.
const TRUST: usize = 2048;

const LIMIT: &str = "trust fewer environments and workflows, or raise the account's quota and set the trust policy of \
    a template by hand";

/// A repository on GitHub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// The account or organisation.
    pub owner: String,
    pub name: String,
    /// The account's or organisation's id.
    pub owner_id: u64,
    /// The repository's id.
    pub id: u64,
}

/// The workflows of `init` that apply.
pub const WORKFLOWS: [&str; 2] = ["serverless-app-apply.yml", "serverless-app-manual-apply.yml"];

impl Repository {
    /// The workflows that apply, as they are on this branch, in the form of `job_workflow_ref`.
    pub fn applying(&self, branch: &str) -> BTreeSet<String> {
        WORKFLOWS.iter().map(|file| format!("{self}/.github/workflows/{file}@refs/heads/{branch}")).collect()
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

/// Whose jobs are trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    /// The repository.
    pub repository: Repository,
    /// Its default branch.
    pub default_branch: String,
    /// The only workflows that may apply, `OWNER/NAME/.github/workflows/FILE@REF` ([`Repository::applying`] unless said
    /// otherwise); none: any that runs in the environment.
    pub job_workflow_refs: BTreeSet<String>,
    /// True to check only the token's subject, if AWS does not know GitHub's other claims.
    pub subject_only: bool,
}

impl Trust {
    fn subjects(&self, rest: &[String]) -> Vec<String> {
        let Repository { owner, name, owner_id, id } = &self.repository;
        let forms = [format!("repo:{owner}/{name}"), format!("repo:{owner}@{owner_id}/{name}@{id}")];
        forms.iter().flat_map(|form| rest.iter().map(move |rest| format!("{form}:{rest}"))).collect()
    }

    fn statement(&self, site: &Site, exact: Vec<(&str, Value)>, like: Option<(&str, Value)>) -> Value {
        let claim = |name: &str| format!("{}:{name}", provider::GITHUB);
        let mut equals = json!({ claim("aud"): audience(site) });
        if !self.subject_only {
            equals[claim("repository_id")] = json!(self.repository.id.to_string());
        }
        for (name, value) in exact {
            equals[claim(name)] = value;
        }
        let mut condition = json!({ "StringEquals": equals });
        if let Some((name, value)) = like {
            condition["StringLike"] = json!({ claim(name): value });
        }
        let principal = provider::arn(site, provider::GITHUB);
        json!({"Effect": "Allow", "Principal": {"Federated": principal}, "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": condition})
    }
}

/// Pull requests, the default branch and its merge queue.
pub fn to_plan(trust: &Trust, site: &Site) -> Result<Document, BootstrapError> {
    let branch = &trust.default_branch;
    let jobs = [
        "pull_request".to_owned(),
        format!("ref:refs/heads/{branch}"),
        format!("ref:refs/heads/gh-readonly-queue/{branch}/*"),
    ];
    let subjects: Vec<String> = trust.subjects(&jobs).iter().map(|subject| literal(subject)).collect();
    let document = Document::new(vec![trust.statement(site, Vec::new(), Some(("sub", json!(subjects))))]);
    fits("the plan role's trust policy", document, TRUST, LIMIT)
}

/// These environments, on the default branch.
pub fn to_apply(trust: &Trust, site: &Site, environments: &BTreeSet<String>) -> Result<Document, BootstrapError> {
    // GitHub writes a colon in the name of an environment so.
    let jobs: Vec<String> =
        environments.iter().map(|name| format!("environment:{}", name.replace(':', "%3A"))).collect();
    let mut exact = vec![("sub", json!(literals(trust.subjects(&jobs))))];
    if !trust.subject_only {
        exact.push(("ref", json!(literal(&format!("refs/heads/{}", trust.default_branch)))));
    }
    if !trust.job_workflow_refs.is_empty() {
        exact.push(("job_workflow_ref", json!(literals(trust.job_workflow_refs.iter().cloned()))));
    }
    let document = Document::new(vec![trust.statement(site, exact, None)]);
    fits("an apply role's trust policy", document, TRUST, LIMIT)
}

/// The audience of GitHub's tokens: the token service of the partition.
pub fn audience(site: &Site) -> &'static str {
    if site.partition == "aws-cn" { "sts.amazonaws.com.cn" } else { "sts.amazonaws.com" }
}

fn literals(texts: impl IntoIterator<Item = String>) -> Vec<String> {
    texts.into_iter().map(|text| literal(&text)).collect()
}

/// What IAM would take for one of its variables is written so that it does not.
fn literal(text: &str) -> String {
    text.replace("${", "${$}{")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(region: &str) -> Site {
        let region = region.parse().unwrap();
        let partition = Site::partition_of(&region).into();
        Site { account: "123456789012".parse().unwrap(), region, partition, endpoint: "aws".into() }
    }

    fn trust() -> Trust {
        let repository = Repository { owner: "octo-org".into(), name: "shop".into(), owner_id: 1234567, id: 89012345 };
        let job_workflow_refs = repository.applying("main");
        Trust { repository, default_branch: "main".into(), job_workflow_refs, subject_only: false }
    }

    fn conditions(document: &Document) -> Value {
        let [statement] = document.statements() else { panic!("{document}") };
        assert_eq!(statement["Action"], json!(["sts:AssumeRoleWithWebIdentity"]));
        statement["Condition"].clone()
    }

    #[test]
    fn the_plan_role_believes_pull_requests_the_default_branch_and_its_queue_in_both_forms() {
        let made = conditions(&to_plan(&trust(), &site("us-west-2")).unwrap());
        let claim = |name: &str| format!("token.actions.githubusercontent.com:{name}");
        let equals = json!({ claim("aud"): ["sts.amazonaws.com"], claim("repository_id"): ["89012345"] });
        let jobs = ["pull_request", "ref:refs/heads/gh-readonly-queue/main/*", "ref:refs/heads/main"];
        let of = |form: &str| jobs.map(|job| format!("repo:{form}:{job}"));
        let subjects = [of("octo-org/shop"), of("octo-org@1234567/shop@89012345")].concat();
        assert_eq!(made, json!({"StringEquals": equals, "StringLike": { claim("sub"): subjects }}));
    }

    #[test]
    fn an_apply_role_believes_its_environments_on_the_default_branch_alone() {
        let environments = ["production".to_owned(), "a:b".to_owned()].into();
        let workflows = WORKFLOWS.map(|file| format!("octo-org/shop/.github/workflows/{file}@refs/heads/main"));
        let made = conditions(&to_apply(&trust(), &site("us-west-2"), &environments).unwrap());
        let equals = &made["StringEquals"];
        let get = |name: &str| equals[format!("token.actions.githubusercontent.com:{name}")].clone();
        let of = |form: &str| ["a%3Ab", "production"].map(|name| format!("repo:{form}:environment:{name}"));
        assert_eq!(get("sub"), json!([of("octo-org/shop"), of("octo-org@1234567/shop@89012345")].concat()));
        assert_eq!(get("ref"), json!(["refs/heads/main"]));
        assert_eq!(get("repository_id"), json!(["89012345"]));
        assert_eq!(get("job_workflow_ref"), json!(workflows));
        assert_eq!(made.get("StringLike"), None);
        let any = Trust { job_workflow_refs: BTreeSet::new(), ..trust() };
        let made = conditions(&to_apply(&any, &site("us-west-2"), &environments).unwrap());
        assert_eq!(made["StringEquals"].get("token.actions.githubusercontent.com:job_workflow_ref"), None);
        let plain = Trust { subject_only: true, ..any };
        let made = conditions(&to_apply(&plain, &site("cn-north-1"), &environments).unwrap());
        let keys: Vec<&String> = made["StringEquals"].as_object().unwrap().keys().collect();
        assert_eq!(keys, ["token.actions.githubusercontent.com:aud", "token.actions.githubusercontent.com:sub"]);
        assert_eq!(made["StringEquals"][keys[0]], json!(["sts.amazonaws.com.cn"]));
    }

    #[test]
    fn the_book_shows_what_an_apply_role_trusts() {
        let page = include_str!("../../docs/roles.md");
        let shown = page.split("```json\n").filter_map(|part| part.split("```").next());
        let shown: Vec<Document> = shown.filter_map(|json| Document::parse(json).ok()).collect();
        let environments = ["production".to_owned(), "production-destroy".to_owned()].into();
        let made = to_apply(&trust(), &site("us-west-2"), &environments).unwrap();
        assert!(shown.contains(&made), "docs/roles.md shows no such policy: {made}");
    }

    #[test]
    fn what_does_not_fit_into_a_trust_policy_is_told() {
        let environments = (0..40).map(|number| format!("environment-number-{number}")).collect();
        let error = to_apply(&trust(), &site("us-west-2"), &environments).unwrap_err().to_string();
        assert!(
            error.starts_with("an apply role's trust policy has ") && error.contains("the limit of 2048"),
            "{error}"
        );
    }

    #[test]
    fn a_branch_is_never_a_variable_of_iam() {
        let odd = Trust { default_branch: "${aws:userid}".into(), ..trust() };
        let made = to_plan(&odd, &site("us-west-2")).unwrap().to_string();
        assert!(made.contains("refs/heads/${$}{aws:userid}") && !made.contains("${aws"), "{made}");
    }
}
