//! One app's life, each phase applied by credentials that are narrowed to its plan. Done once for all tests.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serverless_app::apply::journal::{ApplyRun, Journal};
use serverless_app::apply::{Controls, Event, Stop};
use serverless_app::aws::settle::{Factor, Verdict, verdict};
use serverless_app::aws::{Aws, AwsError, Call, Id};
use serverless_app::name::Address;
use serverless_app::plan::Plan;
use serverless_app::plan::remaining::Start;
use serverless_app::policy::document::SESSION;
use serverless_app::policy::refusal::Refusal;
use serverless_app::policy::session::{Width, sessions_within};
use serverless_app::text::{OutputRef, Outputs};
use tokio::sync::OnceCell;

use super::life::{PHASES, Phase, documents, next, start};
use crate::support::emulator::REGION;
use crate::support::permissions::{assume, clients, endpoint, role};
use crate::support::project::Project;

static WALK: OnceCell<Walk> = OnceCell::const_new();

pub struct Walk {
    pub account: String,
    pub steps: Vec<Walked>,
}

/// By service, how narrow the sessions are that some changes share.
type Widths = (BTreeSet<Address>, BTreeMap<String, Width>);

/// A phase that is over.
pub struct Walked {
    pub phase: Phase,
    pub plan: Plan,
    /// Clients of the apply role, each service's narrowed to what the plan needs of it.
    pub narrowed: Aws,
    /// How narrow each is, by the share of changes and by service.
    pub widths: Vec<Widths>,
}

impl Walked {
    /// How narrow the session is with which a change's calls to a service are sent.
    pub fn width(&self, change: &Address, service: &str) -> Width {
        let of = self.widths.iter().find(|(changes, _)| changes.contains(change));
        of.expect("a share").1[service]
    }
}

impl Walk {
    /// Clients of the account's root.
    pub async fn root(&self) -> Aws {
        let region = REGION.parse().expect("a region");
        Aws::emulator(&region, &endpoint().await, &self.account).await.expect("clients")
    }
}

/// The walk; what was deployed is gone by then.
pub async fn walk() -> &'static Walk {
    WALK.get_or_init(run).await
}

async fn run() -> Walk {
    let project = start(&endpoint().await).await;
    let root = project.aws().await;
    let applier = role(&root, "apply", &documents(&project)).await;
    let nobody = role(&root, "nobody", &[]).await;
    let mut steps = Vec::new();
    for phase in PHASES {
        let plan = next(&project, phase).await;
        let (narrowed, widths) = narrowed(&root, (&plan, phase), &applier, &nobody).await;
        keep(&project);
        let narrowed = narrowed.with_blobs(blobs());
        apply(&narrowed, &plan, &project).await;
        steps.push(Walked { phase, plan, narrowed, widths });
    }
    Walk { account: project.account().to_owned(), steps }
}

/// One phase has policies so short that its changes do not share one.
async fn narrowed(root: &Aws, (plan, phase): (&Plan, Phase), applier: &str, nobody: &str) -> (Aws, Vec<Widths>) {
    let nobody = assume(root, nobody, None).await;
    let (mut shares, mut widths) = (Vec::new(), Vec::new());
    let most = if phase == Phase::Enrich { SESSION * 4 / 5 } else { SESSION };
    for share in sessions_within(plan, most).expect("sessions") {
        let (mut keys, mut narrow) = (BTreeMap::new(), BTreeMap::new());
        for session in share.sessions {
            keys.insert(session.service.clone(), assume(root, applier, Some(&session.document)).await);
            narrow.insert(session.service, session.width);
        }
        let of = |service: &str| keys.get(service).unwrap_or(&nobody).clone();
        shares.push((share.changes.clone(), clients(&endpoint().await, of).await));
        widths.push((share.changes, narrow));
    }
    let (_, first) = shares.remove(0);
    (first.with_shares(shares), widths)
}

/// Where the blobs of all plans are: in a place that outlives the project.
pub fn blobs() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("authorization-blobs")
}

fn keep(project: &Project) {
    let kept = blobs();
    std::fs::create_dir_all(&kept).expect("a folder");
    // A plan without a function has no blobs.
    for blob in std::fs::read_dir(project.folder().join("serverless-app-plan/blobs")).into_iter().flatten() {
        let blob = blob.expect("an entry");
        std::fs::copy(blob.path(), kept.join(blob.file_name())).expect("a copy");
    }
}

async fn apply(aws: &Aws, plan: &Plan, project: &Project) {
    let journal = Journal::in_memory(ApplyRun::now("test", BTreeMap::new()));
    let (stop, show) = (Stop::default(), |_: &Event<'_>| {});
    let explain = |_: &AwsError, _: &Id, _: &Call| None;
    let start = Start { known: plan.known.clone(), ..Start::default() };
    let controls = Controls {
        start: &start,
        stop: &stop,
        progress: &show,
        journal: &journal,
        factor: Factor::default(),
        explain: &explain,
    };
    let id = project.plan_id().parse().expect("an id");
    let report = serverless_app::apply::apply(aws, plan, id, controls).await.expect("reads");
    let left: Vec<_> = report.results.iter().filter(|result| !result.outcome.is_reached()).collect();
    assert!(left.is_empty(), "{left:#?}");
}

/// Every call of a plan, with what it is about; an id that AWS makes up is made up.
pub fn calls(plan: &Plan) -> Vec<(Id, Call)> {
    let steps =
        plan.changes.iter().flat_map(|change| change.steps.iter().map(move |step| (plan.id(change), &step.call)));
    let known = |(id, call): (Id, &Call)| {
        let mut known = Outputs::new();
        references(&call.json(), &mut known);
        let call = call.resolve(id.address.kind, &known).expect("a call");
        (id, call)
    };
    steps.map(known).collect()
}

fn references(json: &serde_json::Value, known: &mut Outputs) {
    match json {
        serde_json::Value::Object(fields) => {
            let named = fields.get("$output").and_then(serde_json::Value::as_str);
            let named = named.map(|named| named.parse::<OutputRef>().expect("a reference"));
            known.extend(named.map(|named| (named, "made-up".to_owned())));
            fields.values().for_each(|value| references(value, known));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| references(item, known)),
        _ => {}
    }
}

/// Sends a call; why it is denied, if it is. What the recorded answers refuse at first, because something is just made or
/// just gone, is asked again: AWS looks at permissions before that, and they do not.
pub async fn denial(aws: &Aws, id: &Id, call: &Call) -> Option<Refusal> {
    let aws = aws.for_change(&id.address);
    let mut error = call.send(aws, id).await.err()?;
    for _ in 0..3 {
        if Refusal::of(&error).is_some() || !matches!(verdict(&error), Verdict::Again { .. }) {
            break;
        }
        error = call.send(aws, id).await.err()?;
    }
    Refusal::of(&error)
}
