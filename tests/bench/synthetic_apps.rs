//! Apps of 10, 100 and, where all is asked for, 1,000 functions: what a plan of each costs, and how that grows.

use std::time::Duration;

use crate::aims::Aims;
use crate::cost::{self, Cost, HEAD, MIB};
use crate::deployment::{CONCURRENT, clients, plan, resources};
use crate::support::emulator::{Make, endpoint};
use crate::support::project::Project;
use crate::support::proxy::Proxy;
use crate::support::proxy::limits::bound;
use crate::support::synthetic;
use crate::{is_full, seed};

const LATENCY: Duration = Duration::from_millis(100);
const UNCHANGED: &str = "plan, no changes";
/// The size that most aims are for.
const LARGE: usize = 1000;

/// What was measured of one size.
struct Figures {
    functions: usize,
    resources: usize,
    /// The plan of all of it, and of nothing.
    empty: Cost,
    unchanged: Cost,
    concurrent: Cost,
    /// Showing the plan of all of it.
    show: Duration,
    /// Bytes of that plan.
    plan: f64,
    seeding: Duration,
}

pub async fn measure(aims: &mut Aims) {
    let sizes: &[usize] = if is_full() { &[10, 100, LARGE] } else { &[10, 100] };
    println!("\n## Synthetic apps\n\n{HEAD}");
    let emulator = endpoint(Make::Ministack).await;
    let mut all = Vec::new();
    for functions in sizes {
        all.push(one(&emulator, *functions).await);
    }
    growth(&all);
    at_size(&all);
    for figures in &all {
        expect(aims, figures);
    }
}

async fn one(emulator: &str, functions: usize) -> Figures {
    let mut project = synthetic::project(emulator, functions);
    let proxy = Proxy::start(emulator, LATENCY);
    let label = |what: &str| format!("{functions} functions: {what}");
    project.reach(&proxy.endpoint());
    let empty = Cost::run(&project, &proxy, &["plan"]);
    println!("{}", empty.row(&label("plan, nothing deployed"), LATENCY, None, None));
    let wanted = resources(&plan(&project));
    let bytes = std::fs::metadata(project.folder().join("serverless-app-plan/plan.json")).expect("a plan").len();
    let (show, ..) = cost::measure(&project, &["show", "serverless-app-plan", "--format", "markdown"]);
    let seeding = seed::deploy(&project, emulator).await;
    let aws = clients(&project, &proxy).await;
    let concurrent = Cost::baseline(&aws, &proxy, &wanted).await;
    let sequential = sequential(&mut project, emulator, functions);
    project.reach(&proxy.endpoint());
    let unchanged = Cost::run(&project, &proxy, &["plan"]);
    assert!(plan(&project).is_empty(), "there is something left to do");
    if let Some(sequential) = &sequential {
        println!("{}", sequential.row_one_by_one(&label(UNCHANGED), LATENCY, Some(&concurrent)));
    }
    let what = label(&format!("{UNCHANGED}, {CONCURRENT}"));
    println!("{}", concurrent.row(&what, LATENCY, sequential.as_ref(), None));
    println!("{}", unchanged.row(&label(UNCHANGED), LATENCY, sequential.as_ref(), Some(&concurrent)));
    Figures { functions, resources: wanted.len(), empty, unchanged, concurrent, show, plan: bytes as f64, seeding }
}

/// One call after another, where that ends before long.
fn sequential(project: &mut Project, emulator: &str, functions: usize) -> Option<Cost> {
    let most = if is_full() { 100 } else { 10 };
    (functions <= most).then(|| {
        let proxy = Proxy::sequential(emulator, LATENCY);
        project.reach(&proxy.endpoint());
        Cost::run(project, &proxy, &["plan"])
    })
}

fn growth(all: &[Figures]) {
    println!("\nA plan without changes, by the size of the app; the concurrent tool knows no rates:\n");
    println!(
        "| functions | resources | calls | calls a resource | of concurrent's calls | wall, ms | wall a resource, ms \
         | limits ask, ms | by | of that | concurrent's calls | limits ask of concurrent, ms |"
    );
    println!("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: |");
    for figures in all {
        let Figures { functions, resources, unchanged, concurrent, .. } = figures;
        let (count, (limits, by)) = (*resources as f64, bound(&unchanged.log));
        println!(
            "| {functions} | {resources} | {} | {:.2} | {:.2} | {} | {:.2} | {} | {by} | {:.2} | {} | {} |",
            unchanged.calls(),
            unchanged.calls() as f64 / count,
            calls_of_concurrent(figures),
            unchanged.wall.as_millis(),
            unchanged.seconds() * 1000.0 / count,
            limits.as_millis(),
            unchanged.seconds() / unchanged.least(LATENCY).as_secs_f64(),
            concurrent.calls(),
            bound(&concurrent.log).0.as_millis(),
        );
    }
}

fn at_size(all: &[Figures]) {
    println!("\nThe plan of the whole app, on an empty account:\n");
    println!(
        "| functions | plan, MB | wall, ms | CPU, ms | CPU a resource, ms | peak memory, MiB | `show`, ms \
         | made on the emulator in, s |"
    );
    println!("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for Figures { functions, resources, empty, show, plan, seeding, .. } in all {
        let cpu = empty.cpu.unwrap_or_default();
        println!(
            "| {functions} | {:.2} | {} | {} | {:.2} | {:.1} | {} | {:.1} |",
            plan / 1e6,
            empty.wall.as_millis(),
            cpu.as_millis(),
            cpu.as_secs_f64() * 1000.0 / *resources as f64,
            empty.peak.unwrap_or_default() / MIB,
            show.as_millis(),
            seeding.as_secs_f64(),
        );
    }
}

fn calls_of_concurrent(figures: &Figures) -> f64 {
    figures.unchanged.calls() as f64 / figures.concurrent.calls() as f64
}

fn expect(aims: &mut Aims, figures: &Figures) {
    let Figures { functions, empty, unchanged, show, .. } = figures;
    let name = |what: &str| format!("{functions} functions, {what}");
    let large = *functions == LARGE;
    let ratio = unchanged.seconds() / unchanged.least(LATENCY).as_secs_f64();
    let calls = calls_of_concurrent(figures);
    let memory = empty.peak.unwrap_or_default().max(unchanged.peak.unwrap_or_default()) / MIB;
    let expect = if large { Aims::at_most } else { Aims::near };
    expect(aims, name("plan, no changes: calls of concurrent"), "part", calls, 0.45);
    expect(aims, name("plan, no changes: wall of what limits ask"), "part", ratio, 1.2);
    expect(aims, name("peak memory"), "MiB", memory, 200e6 / MIB);
    expect(aims, name("`show` as Markdown"), "ms", show.as_millis() as f64, 200.0);
}
