//! The example app: planned, created, planned again, destroyed.

use std::time::Duration;

use serverless_app::apply::Receipt;
use serverless_app::aws::Id;
use serverless_app::plan::Plan;

use crate::aims::Aims;
use crate::cost::{self, Cost, HEAD, MIB};
use crate::critical::{self, Chain, Trips};
use crate::deployment::{apply, clients, compare, plan, resources};
use crate::support::emulator::{Make, endpoint};
use crate::support::project::{EXAMPLE, Project};
use crate::support::proxy::limits::bound;
use crate::support::proxy::{Proxy, busy, waves};

/// The latency that the aims are for.
const LATENCY: Duration = Duration::from_millis(100);
/// Plans of which the median counts.
const RUNS: usize = 5;
/// Dependent round trips of a plan.
const TRIPS: usize = 3;

/// A plan that was applied.
struct Applied {
    what: &'static str,
    plan: Plan,
    cost: Cost,
    receipt: Receipt,
}

pub async fn measure(aims: &mut Aims) {
    println!("\n## The example app\n\n{HEAD}");
    let emulator = endpoint(Make::Ministack).await;
    let mut project = Project::at(&emulator, EXAMPLE);
    // The first plan fills the package cache, and names what is wanted.
    project.plan(&[]);
    let wanted = resources(&plan(&project));
    let proxy = Proxy::start(&emulator, LATENCY);
    let aws = clients(&project, &proxy).await;
    let (empty, ..) = compare("plan, nothing deployed", &mut project, &emulator, &wanted, LATENCY, RUNS).await;
    planned(aims, "plan, nothing deployed", &empty);
    let absent = critical::trips(&aws, &proxy, &wanted).await;
    project.reach(&proxy.endpoint());
    let created = applied("create", &[], &project, &proxy);
    let present = critical::trips(&aws, &proxy, &wanted).await;
    for latency in [0, 50, 100, 200].map(Duration::from_millis) {
        unchanged(aims, &mut project, &emulator, &wanted, latency).await;
    }
    project.reach(&proxy.endpoint());
    let destroyed = applied("destroy", &["--destroy", "--delete-data"], &project, &proxy);
    println!(
        "\n| apply | wall, ms | slowest chain, ms | wall / chain | what limits ask for its calls, ms | the chain |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | --- |");
    chain(aims, &created, &absent, &present);
    chain(aims, &destroyed, &present, &absent);
    let peaks = [&empty, &created.cost, &destroyed.cost].map(|cost| cost.peak.unwrap_or_default() / MIB);
    let memory = peaks.into_iter().fold(0.0, f64::max);
    let first = cost::first_request(&project, &proxy, RUNS).as_secs_f64() * 1000.0;
    let (binary, download) = (cost::binary(), cost::download());
    println!(
        "\nPeak memory {memory:.1} MiB, binary {binary:.1} MiB, download {download:.1} MB, first request after {first:.1} ms."
    );
    aims.at_most("first request after the start", "ms", first, 20.0);
    aims.at_most("example, peak memory", "MiB", memory, 40.0);
    aims.at_most("download", "MB", download, 10.25);
}

/// A plan costs three round trips and what the program needs itself; the emulator's own time is not its own.
fn planned(aims: &mut Aims, what: &str, cost: &Cost) {
    let bound = u32::try_from(TRIPS).map(|trips| trips * LATENCY).unwrap_or_default() + Duration::from_millis(100);
    let own = cost.wall.saturating_sub(busy(&cost.log));
    aims.near(format!("example, {what}: wall at 100 ms"), "ms", cost.wall.as_millis() as f64, bound.as_millis() as f64);
    let without = format!("example, {what}: wall at 100 ms without the emulator's own time");
    aims.at_most(without, "ms", own.as_millis() as f64, bound.as_millis() as f64);
    // All deployed, it takes three more: of few roles, what each holds is asked for alone, since the one call that would tell
    // it of all of them tells it of the whole account. The suite's test of the budget lets it take no more.
    aims.near(format!("example, {what}: calls"), "calls", cost.calls() as f64, 55.0);
    let trips = waves(&cost.log) as f64;
    aims.at_most(format!("example, {what}: dependent round trips"), "trips", trips, TRIPS as f64);
}

async fn unchanged(aims: &mut Aims, project: &mut Project, emulator: &str, wanted: &[Id], latency: Duration) {
    let what = "plan, no changes";
    let (cost, sequential, concurrent) = compare(what, project, emulator, wanted, latency, RUNS).await;
    if latency == LATENCY {
        planned(aims, what, &cost);
        let to = |base: &Cost| cost.seconds() / base.seconds();
        aims.at_most(format!("example, {what}: wall of sequential"), "part", to(&sequential), 0.1);
        aims.at_most(format!("example, {what}: wall of concurrent"), "part", to(&concurrent), 1.1);
    }
}

fn applied(what: &'static str, options: &[&str], project: &Project, proxy: &Proxy) -> Applied {
    project.plan(options);
    let plan = plan(project);
    let (cost, receipt) = apply(project, proxy);
    println!("{}", cost.row(what, LATENCY, None, None));
    Applied { what, plan, cost, receipt }
}

fn chain(aims: &mut Aims, applied: &Applied, before: &Trips, after: &Trips) {
    let Applied { what, plan, cost, receipt } = applied;
    let chain = Chain::of(plan, receipt, &cost.log, before, after);
    let (limits, _) = bound(&cost.log);
    let ratio = cost.seconds() / chain.time.as_secs_f64();
    let changes: Vec<String> = chain.changes.iter().map(ToString::to_string).collect();
    println!(
        "| {what} | {} | {} | {ratio:.2} | {} | {} |",
        cost.wall.as_millis(),
        chain.time.as_millis(),
        limits.as_millis(),
        changes.join(" → ")
    );
    aims.at_most(format!("example, {what}: wall of the slowest chain"), "part", ratio, 1.15);
}
