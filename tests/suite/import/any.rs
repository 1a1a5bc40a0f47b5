//! Random apps, before both emulators: of what `import` writes, a plan under the same name changes nothing, and another app takes
//! over everything.
//!
//! A run takes one seed, as the commit says. More, or one that failed, as in [`crate::model`]:
//! `SERVERLESS_APP_MODEL_SEEDS=20 cargo test --locked --test suite import::any`, and `SERVERLESS_APP_MODEL_SEED=<seed>`.

use serde_json::Value;

use super::{actions, lines, manifest};
use crate::model::app::{App, PREFIX, World};
use crate::model::random::Random;
use crate::model::{self, seeds};
use crate::support::emulator::{MAKES, Make, REGION};
use crate::support::project::{Project, changes};

/// How many generations lead to an app.
const GENERATIONS: usize = 7;

/// The manifest of a seed.
fn written(seed: u64, account: &str) -> String {
    let world = World { account: account.to_owned(), codes: Vec::new() };
    let mut random = Random::new(seed);
    (0..GENERATIONS).fold(App::default(), |app, _| app.next(&mut random, &world)).write()
}

/// What a command prints, which has to end well.
fn run(project: &Project, arguments: &[&str]) -> Result<String, String> {
    let ran = project.cli(arguments).run();
    match ran.code {
        Some(0) => Ok(ran.stdout),
        code => Err(format!("{arguments:?} ended with {code:?}\n{}\n{}", ran.stdout, ran.stderr)),
    }
}

fn json(project: &Project, arguments: &[&str]) -> Result<Value, String> {
    let printed = run(project, arguments)?;
    serde_json::from_str(&printed).map_err(|error| format!("{arguments:?}: {error}: {printed}"))
}

/// An error that says all of these, if there are any.
fn none(what: &str, lines: Vec<String>) -> Result<(), String> {
    if lines.is_empty() { Ok(()) } else { Err(format!("{what}:\n{}", lines.join("\n"))) }
}

/// Imports everything to a folder of its own, as this app, with the code.
fn import(project: &Project, app: &str) -> Result<(Project, Value), String> {
    let folder = project.beside();
    let source = format!("prefix:{PREFIX}");
    let report = json(&folder, &["import", &source, "--app", app, "--region", REGION, "--code", "--format", "json"])?;
    none("faults", lines(&report, "faults"))?;
    Ok((folder, report))
}

fn plan(project: &Project) -> Result<Value, String> {
    json(project, &["plan", "--format", "json"])
}

/// The manifest of what there is, under the name that it has.
fn is_the_same(project: &Project) -> Result<(), String> {
    let (folder, report) = import(project, "model")?;
    let lost = |error| format!("{error}\n{report:#}\n{}", manifest(&folder));
    none("announced under its own name", lines(&report, "changes")).map_err(lost)?;
    none("planned under its own name", changes(&plan(&folder).map_err(lost)?)).map_err(lost)
}

/// Another app takes it over, as it is.
fn is_taken_over(project: &Project) -> Result<(), String> {
    let (folder, report) = import(project, "heir")?;
    let lost = |error| format!("{error}\n{report:#}\n{}", manifest(&folder));
    let taken = |plan: Value| {
        let gone = |action: &String| ["replace ", "delete ", "release "].iter().any(|of| action.starts_with(of));
        none("lost by another app", actions(&plan).into_iter().filter(gone).collect())?;
        run(&folder, &["apply", "serverless-app-plan", "--expect", &folder.plan_id()])
    };
    taken(plan(&folder).map_err(lost)?).map_err(lost)?;
    none("planned after another app took it over", changes(&plan(&folder).map_err(lost)?)).map_err(lost)
}

async fn hold(make: Make, seed: u64) -> Result<(), String> {
    let project = model::project(make).await;
    let text = written(seed, project.account());
    project.write(&text);
    project.deploy(&[]);
    let at = |error| format!("{make:?}, SERVERLESS_APP_MODEL_SEED={seed}: {error}\nfrom\n{text}");
    is_the_same(&project).map_err(at)?;
    is_taken_over(&project).map_err(at)
}

async fn all(make: Make) {
    let mut wrong = Vec::new();
    for seed in seeds() {
        let held = hold(make, seed).await;
        println!("{make:?}: seed {seed}: {}", if held.is_ok() { "held" } else { "did not hold" });
        wrong.extend(held.err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn any_app_is_written_as_it_is_and_taken_over_as_it_is_on_ministack() {
    all(MAKES[0]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn any_app_is_written_as_it_is_and_taken_over_as_it_is_on_moto() {
    all(MAKES[1]).await;
}
