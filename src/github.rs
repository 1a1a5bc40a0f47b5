//! GitHub: where a plan is published, and where an approved one is found again.
//!
//! Reached through octocrab at `GITHUB_API_URL`. What GitHub answers is an index that can only cause a refusal: the
//! proof of a plan is that its bytes have the approved id, and that a fresh plan asks for exactly what is left of it.

pub mod api;
pub mod artifact;
pub mod check_run;
pub mod checkout;
pub mod comment;
pub mod contents;
pub mod environment;
pub mod event;
pub mod issue;
pub mod oidc;
pub mod protection;
pub mod provenance;
pub mod repository;
pub mod ruleset;
pub mod runner;
pub mod token;
pub mod variables;
pub mod workspace;

/// The check run that holds a plan: on the pull request's head commit, its `external_id` is the plan id.
pub fn plan_check_name(app: &str, stage: &str) -> String {
    format!("serverless-app plan ({app}/{stage})")
}

/// The check run that holds an apply's result: on the commit that was applied.
pub fn apply_check_name(app: &str, stage: &str) -> String {
    format!("serverless-app apply ({app}/{stage})")
}

/// The check run that says whether live AWS is what the default branch asks for.
pub fn drift_check_name(app: &str, stage: &str) -> String {
    format!("serverless-app check ({app}/{stage})")
}

/// The artifact that holds a plan's bundle; a new attempt of a run makes a new one.
pub fn artifact_name(app: &str, stage: &str, attempt: u32) -> String {
    format!("serverless-app-plan-{app}-{stage}-{attempt}")
}

/// The first line of the comment that holds a plan.
pub fn plan_marker(app: &str, stage: &str) -> String {
    format!("<!-- serverless-app plan {app}/{stage} -->")
}

/// The first line of the comment that holds the result of applying a commit.
pub fn apply_marker(app: &str, stage: &str, commit: &str) -> String {
    format!("<!-- serverless-app apply {app}/{stage} {commit} -->")
}
