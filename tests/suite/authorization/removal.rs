//! One action less: exactly the calls that need it fail, told with what is missing; and with that they go through.
//!
//! A run takes some of the actions, as the commit says. All of them, with a table of what failed:
//! `SERVERLESS_APP_CAMPAIGN=full cargo test --locked --test suite authorization::removal -- --nocapture`.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};
use serverless_app::apply::report::{Answered, Outcome};
use serverless_app::aws::document::Document;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::life::{Phase, begin, documents, is_denied, needed, receipt, rich, start};
use super::walk::walk;
use crate::faults::turn;
use crate::policy::evaluator::{actions, without};
use crate::policy::recorded::action_of;
use crate::support::permissions::{allow, apply, assume, endpoint, plan, policies, role};
use crate::support::project::{EXAMPLE, Project};

/// How many runs there are at once.
const PLACES: usize = 2;
/// How many actions a run takes when it is not told to take all.
const PLANS: usize = 6;
const APPLIES: usize = 3;
/// What is asked for a warning alone, and of rule groups that the release does not know: without it a plan has none, and says
/// so (`limits::a_rule_group_that_cannot_be_looked_up_is_planned_all_the_same`).
const FOR_A_WARNING: &str = "wafv2:ListAvailableManagedRuleGroups";
/// How often a run is tried again with what was told; IAM tells one action of a request at a time.
const TRIES: usize = 12;

fn is_full() -> bool {
    std::env::var("SERVERLESS_APP_CAMPAIGN").is_ok_and(|value| value == "full")
}

/// Those whose turn it is.
fn slice<T: Clone>(all: &[T], size: usize) -> Vec<T> {
    if is_full() {
        return all.to_vec();
    }
    all.iter().cycle().skip(turn() % all.len()).take(size.min(all.len())).cloned().collect()
}

/// Runs all cases, few at a time, and prints a line for each; fails with all that failed.
async fn run_all<T, F>(cases: Vec<T>, run: impl Fn(T) -> F)
where
    F: Future<Output = String> + Send + 'static,
{
    let (places, mut running) = (Arc::new(Semaphore::new(PLACES)), JoinSet::new());
    for case in cases {
        let (case, places) = (run(case), Arc::clone(&places));
        running.spawn(async move {
            let _place = places.acquire_owned().await.expect("a place");
            case.await
        });
    }
    let (mut lines, mut failed) = (Vec::new(), Vec::new());
    while let Some(ended) = running.join_next().await {
        match ended {
            Ok(line) => lines.push(line),
            Err(panic) => failed.push(panic.to_string()),
        }
    }
    lines.sort();
    println!("{}", lines.join("\n"));
    assert!(failed.is_empty(), "{} of {}: {failed:#?}", failed.len(), lines.len() + failed.len());
}

/// What is told of a refusal: the request, the action, and the statements to add.
struct Told {
    api: String,
    action: String,
    add: Vec<Value>,
}

fn told(stderr: &str) -> Vec<Told> {
    let told = |line: &str| {
        let (api, rest) = line.split_once(": the role does not allow ")?;
        let (what, add) = rest.split_once("; add to the role's policy: ").unwrap_or((rest, ""));
        let action = what.split(' ').next()?.replace("SNS:", "sns:");
        let add = serde_json::from_str(&format!("[{add}]")).unwrap_or_else(|error| panic!("{error}: {line}"));
        Some(Told { api: api.rsplit(' ').next()?.to_owned(), action, add })
    };
    stderr.lines().filter_map(told).collect()
}

/// What is told must be of the removed action, and something to add; gives the requests, and what to add.
fn judge(action: &str, stderr: &str) -> (BTreeSet<String>, Vec<Value>) {
    let told = told(stderr);
    assert!(!told.is_empty() && told.iter().all(|told| told.action == action), "without {action}: {stderr}");
    let apis = told.iter().map(|told| told.api.clone()).collect();
    // S3 does not say what a request was about that is about nothing in particular.
    let any = [json!({"Effect": "Allow", "Action": action, "Resource": "*"})];
    let add = |told: Told| if action == "s3:ListAllMyBuckets" { any.to_vec() } else { told.add };
    (apis, told.into_iter().flat_map(add).collect())
}

/// True if a request takes the action. Whether tags may be listed and the environment decrypted is asked about whoever reads a
/// function, and WAF asks a service about what it protects of it.
fn is_behind(api: &str, action: &str) -> bool {
    let (service, operation) = api.split_once(':').expect("an API");
    action_of(service, operation).as_deref() == Some(action)
        || (api, action) == ("lambda:GetFunction", "lambda:ListTags")
        || (api, action) == ("wafv2:ListResourcesForWebACL", "cognito-idp:ListResourcesForWebACL")
        || (api, action) == ("lambda:GetFunctionConfiguration", "kms:Decrypt")
}

/// Plans without an action of the plan policy, and again with what is told to add until nothing is told.
async fn plan_without(project: Arc<Project>, documents: Arc<Vec<Document>>, action: String) -> String {
    let (root, name) = (project.aws().await, action.replace(':', "-"));
    let arn = role(&root, &name, &without(&documents, &action)).await;
    let keys = assume(&root, &arn, None).await;
    if action == FOR_A_WARNING {
        let ran = plan(&project, &keys, &["--out", &name]);
        assert_eq!(ran.code, Some(0), "without {action}: {}", ran.stderr);
        return format!("| plan | {action} | none |");
    }
    let (mut added, mut apis) = (Vec::new(), BTreeSet::new());
    for more in [&[][..], &["--destroy", "--delete-data"]] {
        if !apis.is_empty() {
            break;
        }
        for rest in (0..TRIES).rev() {
            let ran = plan(&project, &keys, &[&["--out", &name], more].concat());
            if ran.code == Some(0) {
                break;
            }
            assert!(ran.code == Some(1) && rest > 0, "without {action}, with {added:?}: {}", ran.stderr);
            let (refused, add) = judge(&action, &ran.stderr);
            apis.extend(refused);
            added.extend(add);
            allow(&root, &arn, &added).await;
        }
    }
    assert!(!apis.is_empty(), "without {action} nothing fails");
    assert!(apis.iter().all(|api| is_behind(api, &action)), "without {action}: {apis:?}");
    format!("| plan | {action} | {} |", apis.into_iter().collect::<Vec<_>>().join(", "))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_plan_without_an_action_tells_which_and_goes_on_with_it() {
    let project = start(&endpoint().await).await;
    project.write(&rich(project.account()));
    project.plan(&[]);
    project.apply(0);
    let documents = policies(&project, "plan");
    // What is only advice is asked about changes alone, and its refusal is a warning: `refusals` has that. Functions are
    // listed where more than fifty are new: `budget` has that. A rule is described where no listing has shown it.
    let advice = ["events:TestEventPattern", "states:ValidateStateMachineDefinition", "wafv2:CheckCapacity"];
    let reads = ["events:DescribeRule", "lambda:ListFunctions"];
    // Of what a firewall stands in front of there are a type's resources listed once the web ACL's tags name the type: the one
    // here names another. What stands in front of a resource is asked where no such list has it.
    let types = [
        "appsync:ListResourcesForWebACL",
        "cognito-idp:GetWebACLForResource",
        "elasticloadbalancing:DescribeWebACLAssociation",
    ];
    let others = [&advice[..], &reads, &types].concat();
    let all: Vec<String> =
        actions(&documents).into_iter().filter(|action| !others.contains(&action.as_str())).collect();
    let (project, documents) = (Arc::new(project), Arc::new(documents));
    let run = |action| plan_without(Arc::clone(&project), Arc::clone(&documents), action);
    run_all(slice(&all, PLANS), run).await;
}

/// Applies a phase without an action, and again with what is told to add until all is done.
async fn apply_without(endpoint: String, phase: Phase, action: String) -> String {
    let (project, made) = begin(&endpoint, phase).await;
    let expected: BTreeSet<String> =
        needed(&made).into_iter().filter(|(required, _)| required.action == action).map(|(_, api)| api).collect();
    let root = project.aws().await;
    let arn = role(&root, "apply", &without(&documents(&project), &action)).await;
    let keys = assume(&root, &arn, None).await;
    let (mut added, mut refused) = (Vec::new(), BTreeSet::new());
    for rest in (0..TRIES).rev() {
        let ran = apply(&project, &keys);
        if ran.code == Some(0) {
            break;
        }
        assert!(ran.code == Some(1) && rest > 0, "without {action}, with {added:?}: {}", ran.stderr);
        let (_, add) = judge(&action, &ran.stderr);
        let report = receipt(&project).report();
        for call in report.calls.iter().filter(|call| call.answer == Answered::Refused) {
            if is_denied(call) {
                assert!(expected.contains(&call.api), "without {action}: {call:?}");
                refused.insert(call.api.clone());
                continue;
            }
            // What is new is refused at first, and sent again.
            let again = report.calls.iter().filter(|one| one.address == call.address && one.step == call.step);
            let is_over = again.into_iter().any(|one| one.answer == Answered::Accepted || is_denied(one));
            assert!(is_over, "without {action}: {call:?}");
        }
        let because = format!(": the role does not allow {}", action.replace("sns:", "SNS:"));
        let mut reasons = report.results.iter().filter_map(|result| match &result.outcome {
            Outcome::Failed(why) => Some(why),
            _ => None,
        });
        assert!(reasons.all(|why| why.contains(&because)), "without {action}: {}", ran.stderr);
        added.extend(add);
        allow(&root, &arn, &added).await;
    }
    assert!(!refused.is_empty(), "without {action}: {phase:?} does not need it");
    format!("| {phase:?} | {action} | {} |", refused.into_iter().collect::<Vec<_>>().join(", "))
}

/// The first phase whose calls need each action, of those that the apply policy has beside the plan policy's: every
/// one of them is needed.
async fn phases(endpoint: &str) -> Vec<(Phase, String)> {
    let project = Project::at(endpoint, EXAMPLE);
    project.write(&rich(project.account()));
    let mut reads = actions(&policies(&project, "plan"));
    // How an apply reads functions and schedule groups, which no plan does.
    reads.insert("lambda:GetFunction".into());
    reads.insert("scheduler:GetScheduleGroup".into());
    let mut left: BTreeSet<String> = actions(&documents(&project)).difference(&reads).cloned().collect();
    let mut phases = Vec::new();
    for step in &walk().await.steps {
        for (required, _) in needed(&step.plan) {
            phases.extend(left.take(required.action).map(|action| (step.phase, action)));
        }
    }
    assert_eq!(left, BTreeSet::new(), "no call needs these");
    phases
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_apply_without_an_action_tells_which_and_goes_on_with_it() {
    let endpoint = endpoint().await;
    let cases = slice(&phases(&endpoint).await, APPLIES);
    let run = |(phase, action)| apply_without(endpoint.clone(), phase, action);
    run_all(cases, run).await;
}
