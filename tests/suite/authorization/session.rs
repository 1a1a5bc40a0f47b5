//! Credentials that are narrowed to one plan, each service's by a session policy of its own. That they can send the plan's
//! calls is what the [walk](super::walk) does.

use std::collections::BTreeSet;

use serverless_app::aws::{Call, Id, Kind, RequiredAction};
use serverless_app::name::Address;
use serverless_app::plan::Plan;
use serverless_app::policy::refusal::MissedBy;
use serverless_app::policy::session::Width;

use super::foreign::{is_by_id, is_tried_first};
use super::life::Phase;
use super::walk::{Walked, calls, denial, walk};

/// The plan's calls about resources of other names.
fn renamed(plan: &Plan, renames: &[(&str, &str)]) -> Vec<(Id, Call)> {
    let rename = |text: &str| renames.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    let other = calls(plan).into_iter().map(|(id, call)| {
        let call = id.address.kind.parse_call(&rename(&call.json().to_string())).expect("a call");
        (Id { name: rename(&id.name), ..id }, call)
    });
    other.collect()
}

fn service(call: &Call) -> String {
    call.api().split(':').next().unwrap_or_default().to_owned()
}

/// True for a call that the role itself allows only on what bears the app's tags, for endpoints that the manifest names, or
/// about mappings of the app's functions: what bears another name is none of these.
fn is_by_tag(id: &Id, call: &Call) -> bool {
    let is_narrow =
        |key: &str| key.starts_with("aws:ResourceTag/") || ["lambda:FunctionArn", "sns:Endpoint"].contains(&key);
    let by_tag = |required: &RequiredAction| required.conditions.keys().any(|(_, key)| is_narrow(key));
    call.required_actions(id).iter().any(by_tag)
}

/// True for a call about a role: one that is not there has no path for IAM, and the apply role may touch only roles below a path.
fn is_of_a_role(id: &Id, call: &Call) -> bool {
    id.address.kind == Kind::Role && call.api() != "iam:CreateRole"
}

/// How many calls are asked for; all of them must be denied, by that policy.
async fn denied(step: &Walked, renames: &[(&str, &str)], by: MissedBy, is_asked: impl Fn(&Id, &Call) -> bool) -> usize {
    let asked: Vec<_> = renamed(&step.plan, renames)
        .into_iter()
        .filter(|(id, call)| !is_tried_first(call.api()) && is_asked(id, call))
        .collect();
    for (id, call) in &asked {
        let denial = denial(&step.narrowed, id, call).await.map(|denial| denial.missed_by);
        let by_role = by == MissedBy::Session
            && denial == Some(MissedBy::Role)
            && (is_by_tag(id, call) || is_of_a_role(id, call));
        assert!(
            denial == Some(by) || by_role,
            "{denial:?}, {:?}: {} on {} with {:?}",
            step.phase,
            call.api(),
            id.name,
            step.widths
        );
    }
    asked.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_sends_the_calls_of_its_plan_and_none_beside_it() {
    let mut widths: BTreeSet<Width> = BTreeSet::new();
    for step in &walk().await.steps {
        let is_exact = |id: &Id, call: &Call| step.width(&id.address, &service(call)) == Width::Exact;
        let beside = [("serverless-app--production-", "serverless-app--production-x")];
        // An API that is there is told by its id, and the id is the plan's.
        let by_id = ["apigateway:DeleteRestApi", "apigatewayv2:DeleteApi"];
        // A certificate bears the name of its domain alone, which any app may name; whose it is, its tags say.
        let has_name = |api: &str| !is_by_id(api) && api != "acm:RequestCertificate";
        let is_named = |api: &str| has_name(api) && !by_id.contains(&api);
        let exact =
            denied(step, &beside, MissedBy::Session, |id, call| is_exact(id, call) && is_named(call.api())).await;
        let elsewhere = [
            ("serverless-app--production", "serverless-app--staging"),
            ("/serverless-app/production/", "/serverless-app/staging/"),
        ];
        let any = denied(step, &elsewhere, MissedBy::Role, |_, call| has_name(call.api())).await;
        // That phase has a few calls alone.
        let least = if step.phase == Phase::Settle { (1, 1) } else { (11, 21) };
        assert!(exact >= least.0 && any >= least.1, "{:?}: {exact}, {any}", step.phase);
        widths.extend(step.widths.iter().flat_map(|(_, of)| of.values()));
    }
    assert!(widths.contains(&Width::Exact), "{widths:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_that_fit_into_no_session_together_have_sessions_apart() {
    let steps = &walk().await.steps;
    let shared: Vec<usize> = steps.iter().map(|step| step.widths.len()).collect();
    assert!(shared.contains(&1) && shared.iter().any(|shares| *shares > 1), "{shared:?}");
    for step in steps.iter().filter(|step| step.widths.len() > 1) {
        let all = step.widths.iter().flat_map(|(changes, _)| changes);
        let addresses: BTreeSet<&Address> = step.plan.changes.iter().map(|change| &change.address).collect();
        assert_eq!(all.clone().count(), addresses.len(), "each change is in one share");
        assert_eq!(all.collect::<BTreeSet<_>>(), addresses);
    }
}
