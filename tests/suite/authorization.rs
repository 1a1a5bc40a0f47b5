//! The generated policies before an emulator that asks IAM about every request, as AWS does: they allow what plan and
//! apply send, and nothing beside it.
//!
//! - The example's whole life with the printed policies, as they are.
//! - [`removal`]: without one action, exactly the calls that need it fail, and what is told is enough to go on.
//! - [`foreign`]: an apply role is of no use for another stage or app.
//! - [`owned`]: what is told by no name is told by its tags.
//! - [`session`]: credentials narrowed to one plan send its calls, and none beside it.
//! - [`firewalls`]: what a firewall names by ARN, and no longer names.
//! - [`escalation`]: an apply role cannot make itself or a role of the app more than it is.
//! - [`granted`]: a role can do what its `access` says, and nothing else.
//! - [`trust`]: which jobs on GitHub may have the roles.
//! - [`wildcard`]: the asterisk of a domain name is no pattern.

use serde_json::{Value, json};
use serverless_app::aws::document::Document;

use crate::app::edited;
use crate::support::emulator;
use crate::support::emulator::Make;
use crate::support::permissions::{allow, apply, assume, endpoint, plan, planner_and_applier, policies, role};
use crate::support::project::{EXAMPLE, Project, changes};

mod escalation;
mod firewalls;
mod foreign;
mod granted;
mod life;
mod owned;
mod removal;
mod session;
mod trust;
mod walk;
mod wildcard;

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_whole_life_is_allowed_by_the_printed_policies() {
    let project = Project::at(&endpoint().await, EXAMPLE);
    let root = project.aws().await;
    let (planner, applier) = planner_and_applier(&project, &root).await;
    let go = |more: &[&str]| {
        let ran = plan(&project, &planner, more);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        changes(&serde_json::from_str(&ran.stdout).expect("a plan"))
    };
    let (edits, expected) = edited();
    for (manifest, more, count) in [
        (EXAMPLE, &[][..], 19),
        (edits.as_str(), &[][..], expected.len()),
        (EXAMPLE, &["--destroy", "--delete-data"], 19),
    ] {
        project.write(manifest);
        assert_eq!(go(more).len(), count);
        let ran = apply(&project, &applier);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert_eq!(go(more), Vec::<String>::new());
    }
}

/// What an apply reads beside what a plan does.
fn reads_of_an_apply() -> Value {
    json!({"Effect": "Allow", "Action": ["lambda:GetFunction"], "Resource": ["*"]})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_role_cannot_write() {
    let project = Project::at(&endpoint().await, EXAMPLE);
    let root = project.aws().await;
    let planner = role(&root, "plan", &policies(&project, "plan")).await;
    allow(&root, &planner, &[reads_of_an_apply()]).await;
    let planner = assume(&root, &planner, None).await;
    let made = plan(&project, &planner, &[]);
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    let ran = apply(&project, &planner);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let report = life::receipt(&project).report();
    assert!(!report.calls.is_empty() && report.calls.iter().all(life::is_denied), "{:?}", report.calls);
    for call in &report.calls {
        let told = format!("{}: the role does not allow ", call.api);
        assert!(ran.stderr.contains(&told), "{told}\n{}", ran.stderr);
    }
    assert_eq!(plan(&project, &planner, &[]).stdout, made.stdout, "nothing was made");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_boundary_that_is_too_narrow_is_told_as_such() {
    let project = Project::at(&endpoint().await, EXAMPLE);
    let root = project.aws().await;
    // A boundary is one policy: it has the actions of the plan role's, and no room for what each is about.
    let statements = policies(&project, "plan").iter().flat_map(Document::statements).cloned().collect::<Vec<Value>>();
    let actions = statements.iter().flat_map(|one| one["Action"].as_array().expect("actions").clone());
    let reads = json!({"Effect": "Allow", "Action": Value::from_iter(actions), "Resource": ["*"]});
    role(&root, "plan", &[Document::new(vec![reads, reads_of_an_apply()])]).await;
    let applier = role(&root, "apply", &policies(&project, "apply")).await;
    let boundary = format!("arn:aws:iam::{}:policy/plan-0", project.account());
    let set = root.write.iam.put_role_permissions_boundary().role_name("apply").permissions_boundary(boundary);
    set.send().await.expect("a boundary");
    let keys = assume(&root, &applier, None).await;
    assert_eq!(plan(&project, &keys, &[]).code, Some(0));
    let ran = apply(&project, &keys);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let told = "sns:CreateTopic: the role's permissions boundary does not allow SNS:CreateTopic on arn:aws:sns:";
    assert!(ran.stderr.contains(told) && ran.stderr.contains("; add to the boundary: {"), "{}", ran.stderr);
}

/// What is not enforced proves nothing: the emulators of the other tests allow whatever they are asked.
#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_policy_may_do_nothing() {
    let project = Project::at(&endpoint().await, EXAMPLE);
    let root = project.aws().await;
    let nobody = assume(&root, &role(&root, "nobody", &[]).await, None).await;
    let ran = plan(&project, &nobody, &[]);
    assert_eq!(ran.code, Some(1), "{}", ran.stdout);
    assert!(ran.stderr.contains("the role does not allow dynamodb:ListTables on *"), "{}", ran.stderr);
    let elsewhere = Project::at(&emulator::endpoint(Make::Ministack).await, EXAMPLE);
    assert_eq!(plan(&elsewhere, &nobody, &[]).code, Some(0));
}
