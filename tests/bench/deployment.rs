//! A project whose plans are applied, measured, and read by the baseline.

use std::time::Duration;

use serverless_app::apply::Receipt;
use serverless_app::aws::{Aws, Id};
use serverless_app::plan::{Plan, file};

use crate::cost::Cost;
use crate::support::emulator::REGION;
use crate::support::project::Project;
use crate::support::proxy::Proxy;

/// What the second baseline is called in tables.
pub const CONCURRENT: &str = "concurrent, a call an attribute";

/// The plan that was written last.
pub fn plan(project: &Project) -> Plan {
    let bytes = std::fs::read(project.folder().join("serverless-app-plan/plan.json")).expect("a plan");
    file::read(&bytes).expect("a plan of ours")
}

/// The resources of a plan.
pub fn resources(plan: &Plan) -> Vec<Id> {
    plan.changes.iter().map(|change| plan.id(change)).collect()
}

/// Applies the plan that was written last through the proxy that it was made for.
pub fn apply(project: &Project, proxy: &Proxy) -> (Cost, Receipt) {
    let id = project.plan_id();
    let cost = Cost::run(project, proxy, &["apply", "serverless-app-plan", "--expect", &id]);
    let receipt = Receipt::read(&project.folder().join("serverless-app-plan/receipt.json")).expect("a receipt");
    (cost, receipt)
}

/// Clients for a project's account, behind a proxy.
pub async fn clients(project: &Project, proxy: &Proxy) -> Aws {
    let region = REGION.parse().expect("a region");
    Aws::emulator(&region, &proxy.endpoint(), project.account()).await.expect("clients")
}

/// What planning costs beside both baselines, printed as lines of a table; the plan and the concurrent baseline.
pub async fn compare(
    what: &str,
    project: &mut Project,
    emulator: &str,
    wanted: &[Id],
    latency: Duration,
    runs: usize,
) -> (Cost, Cost, Cost) {
    let one_by_one = Proxy::sequential(emulator, latency);
    project.reach(&one_by_one.endpoint());
    let sequential = Cost::run(project, &one_by_one, &["plan"]);
    let proxy = Proxy::start(emulator, latency);
    let concurrent = Cost::baseline(&clients(project, &proxy).await, &proxy, wanted).await;
    project.reach(&proxy.endpoint());
    let cost = Cost::median(project, &proxy, &["plan"], runs);
    println!("{}", sequential.row_one_by_one(what, latency, Some(&concurrent)));
    println!("{}", concurrent.row(&format!("{what}, {CONCURRENT}"), latency, Some(&sequential), None));
    println!("{}", cost.row(what, latency, Some(&sequential), Some(&concurrent)));
    (cost, sequential, concurrent)
}
