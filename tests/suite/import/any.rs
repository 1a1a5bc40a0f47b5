//! Random apps, before both emulators. Of what `import` writes, a plan under the same name changes nothing. What others have made
//! under names of their own, without a tag of ours, is taken over: nothing is recreated, nothing deleted, and then nothing is left.
//!
//! A run takes one seed, as the commit says. More, or one that failed, as in [`crate::model`]:
//! `SERVERLESS_APP_MODEL_SEEDS=20 cargo test --locked --test suite import::any`, and `SERVERLESS_APP_MODEL_SEED=<seed>`.

use serde_json::Value;

use super::{actions, lines, manifest};
use crate::model::app::{App, PREFIX, World};
use crate::model::random::Random;
use crate::model::{self, seeds};
use crate::support::emulator::{MAKES, Make, REGION, endpoint};
use crate::support::project::{Project, changes};
use crate::support::proxy::rename::Renaming;

/// How many generations lead to an app.
const GENERATIONS: usize = 7;

/// What of ours becomes somebody else's: names, the path of roles, and tags.
const RENAMED: [(&str, &str); 4] = [
    ("model--production", "model-xproduction"),
    ("/model/production/", "/model-xroduction/"),
    ("%2Fmodel%2Fproduction%2F", "%2Fmodel-xroduction%2F"),
    ("serverless-app", "serverlexs-app"),
];

/// The app of a seed.
fn app(seed: u64, project: &Project) -> App {
    let world = World { account: project.account().to_owned(), codes: Vec::new() };
    let mut random = Random::new(seed);
    (0..GENERATIONS).fold(App::default(), |app, _| app.next(&mut random, &world))
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

/// Imports everything that is called so to a folder of its own, as this app, with the code.
fn import(project: &Project, prefix: &str, app: &str) -> Result<(Project, Value), String> {
    let folder = project.beside();
    let source = format!("prefix:{prefix}");
    let report = json(&folder, &["import", &source, "--app", app, "--region", REGION, "--code", "--format", "json"])?;
    none("faults", lines(&report, "faults"))?;
    Ok((folder, report))
}

fn plan(project: &Project) -> Result<Value, String> {
    json(project, &["plan", "--format", "json"])
}

/// The manifest of an app that is there asks for just that.
async fn is_the_same(make: Make, seed: u64) -> Result<(), String> {
    let project = model::project(make).await;
    let text = app(seed, &project).write();
    project.write(&text);
    project.deploy(&[]);
    let (folder, report) = import(&project, PREFIX, "model").map_err(|error| format!("{error}\nfrom\n{text}"))?;
    let lost = |error| format!("{error}\n{report:#}\n{}\nfrom\n{text}", manifest(&folder));
    none("announced under its own name", lines(&report, "changes")).map_err(lost)?;
    none("planned under its own name", changes(&plan(&folder).map_err(lost)?)).map_err(lost)
}

/// What others have made is taken over as it is.
async fn is_taken_over(make: Make, seed: u64) -> Result<(), String> {
    let mut project = model::project(make).await;
    let mut app = app(seed, &project);
    // Those of a REST API that nobody here has made are told, and are in the way.
    app.api.values_mut().for_each(|api| (api.judge, api.pages) = (None, false));
    let text = app.write();
    project.write(&text);
    let proxy = Renaming::start(&endpoint(make).await, &RENAMED);
    project.reach(&proxy.endpoint());
    project.deploy(&[]);
    project.reach(&endpoint(make).await);
    let (folder, report) =
        import(&project, "model-xproduction-", "heir").map_err(|error| format!("{error}\nfrom\n{text}"))?;
    let lost = |error| format!("{error}\n{report:#}\n{}\nfrom\n{text}", manifest(&folder));
    let gone = |action: &String| ["replace ", "delete ", "release "].iter().any(|of| action.starts_with(of));
    let lost_by = actions(&plan(&folder).map_err(lost)?).into_iter().filter(gone).collect();
    none("lost", lost_by).map_err(lost)?;
    run(&folder, &["apply", "serverless-app-plan", "--expect", &folder.plan_id()]).map_err(lost)?;
    none("planned after it was taken over", changes(&plan(&folder).map_err(lost)?)).map_err(lost)
}

async fn all(make: Make) {
    let mut wrong = Vec::new();
    for seed in seeds() {
        for (what, held) in [("its own", is_the_same(make, seed).await), ("others'", is_taken_over(make, seed).await)] {
            println!("{make:?}: seed {seed}, {what}: {}", if held.is_ok() { "held" } else { "did not hold" });
            wrong
                .extend(held.err().map(|error| format!("{make:?}, SERVERLESS_APP_MODEL_SEED={seed}, {what}: {error}")));
        }
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
