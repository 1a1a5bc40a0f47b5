//! What it costs to render the plan of a thousand functions as Markdown, beside what it costs to write that plan as JSON,
//! measured in turn in one process.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use serverless_app::canonical::Sha;
use serverless_app::manifest::lower::{Sources, lower};
use serverless_app::manifest::read::read;
use serverless_app::name::{Owner, Site};
use serverless_app::package::Package;
use serverless_app::plan::build::{Request, plan};
use serverless_app::plan::{Blob, Mode, Plan, Whose, file};
use serverless_app::render::{self, Extra, comment::COMMENT};

use crate::aims::Aims;
use crate::support::synthetic;

/// How often each is measured; the fastest counts.
const ROUNDS: usize = 15;
/// Rendering took this much of the time of writing the plan before its table said what changes.
const FORMER: f64 = 1.0;

pub fn measure(aims: &mut Aims) {
    println!(
        "\n## Rendering\n\n| functions | changes | plan, MB | write, ms | Markdown, ms | comment, ms | Markdown, MB |"
    );
    println!("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for functions in [100, 1000] {
        let plan = planned(functions);
        let bytes = file::write(&plan).expect("JSON");
        let id = file::id(&bytes);
        let [mut write, mut whole, mut short] = [Duration::MAX; 3];
        for _ in 0..ROUNDS {
            write = write.min(time(|| file::write(&plan).expect("JSON").len()));
            whole = whole.min(time(|| render::markdown(&plan, &id).len()));
            short = short.min(time(|| render::comment(&plan, &id, &Extra::default()).len()));
        }
        println!(
            "| {functions} | {} | {:.2} | {:.1} | {:.1} | {:.1} | {:.2} |",
            plan.changes.len(),
            bytes.len() as f64 / 1e6,
            milliseconds(write),
            milliseconds(whole),
            milliseconds(short),
            render::markdown(&plan, &id).len() as f64 / 1e6,
        );
        let part = |of: Duration| of.as_secs_f64() / write.as_secs_f64();
        aims.at_most(format!("{functions} functions, Markdown of writing the plan"), "part", part(whole), FORMER);
        aims.at_most(format!("{functions} functions, comment of writing the plan"), "part", part(short), FORMER);
        let shown = render::comment(&plan, &id, &Extra::default()).len();
        aims.at_most(format!("{functions} functions, comment"), "bytes", shown as f64, COMMENT as f64);
    }
}

fn time(work: impl Fn() -> usize) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// The plan that makes an app of so many functions, where nothing exists.
fn planned(functions: usize) -> Plan {
    let text = synthetic::manifest(functions);
    let owner = Owner { app: "synthetic".parse().expect("a name"), stage: "production".parse().expect("a name") };
    let site = Site {
        account: "123456789012".parse().expect("an account"),
        region: "us-west-2".parse().expect("a region"),
        partition: "aws".into(),
        endpoint: Site::AWS.into(),
    };
    let source = read("serverless-app.toml", &text, &owner.stage).expect("a manifest");
    let packages = source.manifest.function.iter().map(|(name, function)| {
        let zip = format!("{name}:{}", function.source).into_bytes();
        let sha256 = Sha::of(&zip).hex();
        (name.clone(), Package { zip: zip.into(), sha256, requirements: Vec::new() })
    });
    let sources = Sources { packages: packages.collect(), ..Sources::default() };
    let lowered = lower(&source, &owner, &site, &sources).expect("an app");
    let blobs = sources.packages.iter().map(|(function, package)| {
        let blob = Blob {
            whose: Whose::Function(function.clone()),
            size: package.zip.size(),
            packages: Vec::new(),
            built_from: None,
        };
        (package.sha256.clone(), blob)
    });
    let request = Request {
        owner: &owner,
        site: &site,
        wanted: &lowered.wanted,
        live: &BTreeMap::new(),
        mode: Mode::Deploy,
        adopt: &Default::default(),
        blobs: blobs.collect(),
        outputs: &lowered.outputs,
    };
    plan(&request).expect("a plan")
}
