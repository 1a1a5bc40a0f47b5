//! Random apps through many generations: each adds, changes and removes sections. After each apply a new plan is empty,
//! and an independent reader finds exactly what the manifest says, and what was let go with its data.
//!
//! A run takes one seed, as the commit says. More, or one that failed:
//! `SERVERLESS_APP_MODEL_SEEDS=20 SERVERLESS_APP_MODEL_GENERATIONS=12 cargo test --locked --test suite model`, and
//! `SERVERLESS_APP_MODEL_SEED=<seed>`.

use std::path::Path;
use std::str::FromStr;

use serverless_app::emulator::cache_folder;
use serverless_app::package::{self, Architecture, Cache};

use crate::faults::turn;
use crate::support::emulator::{MAKES, Make};
use crate::support::files;
use crate::support::project::{Project, changes};
use app::{App, CODES, World};
use data::SITES;
use random::Random;

pub mod app;
mod compute;
mod data;
mod domain;
mod event;
mod events;
mod guard;
mod http_api;
mod keys;
mod layer;
mod queue;
pub mod random;
mod reader;

/// A variable's value, if it is set.
fn variable<T: FromStr>(name: &str) -> Option<T> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")))
}

/// The folders and files that manifests name.
pub fn write_files(folder: &Path) {
    for number in 0..CODES {
        let code = folder.join(format!("code-{number}"));
        std::fs::create_dir(&code).expect("a folder");
        let handler = format!("def handler(event, context):\n    return {{\"statusCode\": 20{number}}}\n");
        std::fs::write(code.join("main.py"), handler).expect("code");
        let state = format!("\"Flow{number}\"");
        let flow =
            format!("{{\"StartAt\": {state}, \"States\": {{{state}: {{\"Type\": \"Pass\", \"End\": true}}}}}}\n");
        std::fs::write(folder.join(format!("flow-{number}.asl.json")), flow).expect("a definition");
    }
    for (number, site) in SITES {
        site.iter().for_each(|(path, text)| files::write(&folder.join(format!("site-{number}")), path, text));
    }
}

/// The digest of a folder's package.
fn digest(root: &Path, number: usize) -> String {
    let source = package::FunctionSource {
        root: root.into(),
        folder: format!("code-{number}"),
        runtime: "python3.12".into(),
        architecture: Architecture::default(),
        handler: "main.handler".into(),
        exclude: Vec::new(),
        has_layers: false,
        build: None,
        layer: None,
    };
    package::build(&source, &Cache::own(cache_folder().expect("a cache folder"))).expect("a package").code_sha256()
}

/// Both lists without what they share.
fn differing(found: &[String], expected: &[String]) -> Vec<String> {
    let lacking = |all: &[String], line: &String| {
        let count = |lines: &[String]| lines.iter().filter(|one| *one == line).count();
        let (found, expected) = (count(found), count(expected));
        found != expected && all.contains(line)
    };
    let extra = found.iter().filter(|line| lacking(found, line)).map(|line| format!("+ {line}"));
    extra.chain(expected.iter().filter(|line| lacking(expected, line)).map(|line| format!("- {line}"))).collect()
}

/// A project with all that manifests name.
pub async fn project(make: Make) -> Project {
    let project = Project::new(make, "").await;
    write_files(project.folder());
    let zone = project.aws().await.write.route53.create_hosted_zone();
    zone.name(domain::ZONE).caller_reference("model").send().await.expect("a zone");
    project
}

/// The seeds that are asked for.
pub fn seeds() -> impl Iterator<Item = u64> {
    let first = variable("SERVERLESS_APP_MODEL_SEED").unwrap_or(turn() as u64 % 1_000_000);
    (first..).take(variable("SERVERLESS_APP_MODEL_SEEDS").unwrap_or(1))
}

/// One app through its generations; gives the number of its changes.
async fn live(make: Make, seed: u64, generations: usize) -> usize {
    let project = project(make).await;
    let codes = (0..CODES).map(|number| digest(project.folder(), number)).collect();
    let world = World { account: project.account().to_owned(), codes };
    let (mut random, mut app, mut count) = (Random::new(seed), App::default(), 0);
    for generation in 0..generations {
        app = app.next(&mut random, &world);
        let manifest = app.write();
        project.write(&manifest);
        let at = format!("{make:?}, SERVERLESS_APP_MODEL_SEED={seed}, generation {generation}\n{manifest}\n");
        let run = |arguments: &[&str]| {
            let ran = project.cli(arguments).run();
            assert_eq!(ran.code, Some(0), "{at}{arguments:?}\n{}\n{}", ran.stdout, ran.stderr);
            ran.stdout
        };
        let plan = || serde_json::from_str(&run(&["plan", "--format", "json"])).expect("a plan");
        count += changes(&plan()).len();
        run(&["apply", "serverless-app-plan", "--expect", &project.plan_id()]);
        // After the second one the tagging index names what is new, by which a kind is found that left the manifest.
        for _ in 0..2 {
            assert_eq!(changes(&plan()), Vec::<String>::new(), "{at}a new plan is not empty");
        }
        let found = reader::read(&project.aws().await).await;
        let differing = differing(&found, &app.lines(&world));
        assert!(differing.is_empty(), "{at}found (+) and expected (-):\n{}", differing.join("\n"));
    }
    count
}

async fn all(make: Make) {
    let generations = variable("SERVERLESS_APP_MODEL_GENERATIONS").unwrap_or(8);
    for seed in seeds() {
        let changes = live(make, seed, generations).await;
        println!("{make:?}: seed {seed}: {generations} generations, {changes} changes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_manifest_after_any_other_is_what_the_account_holds_on_ministack() {
    all(MAKES[0]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn any_manifest_after_any_other_is_what_the_account_holds_on_moto() {
    all(MAKES[1]).await;
}
