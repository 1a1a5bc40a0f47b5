//! One fault at one call of an apply, for every call and every fault: after it the same command, in an empty folder
//! with only the bundle, finishes the job, and the account holds what it holds after an undisturbed apply.
//!
//! A run takes every call once, each with another fault and on one of the emulators, as the commit says. All pairs on
//! both emulators: `SERVERLESS_APP_CAMPAIGN=full cargo test --locked --test suite faults -- --nocapture`. A full
//! campaign goes on where it was stopped; what it has done is in the folder that Cargo builds in. There are two apps: the
//! example, and one of queues, mappings, schedules, buses, rules and notifications.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::app::edited;
use crate::event_app;
use crate::support::emulator::{MAKES, Make, endpoint};
use crate::support::project::{EXAMPLE, Project, changes};
use crate::support::proxy::fault::Fault;
use crate::support::proxy::{Exchange, Proxy, is_change};

pub mod census;
mod table;

use table::{Became, table};

/// Whose applies are disturbed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum App {
    /// The project's own example.
    Example,
    /// [`event_app::APP`].
    Events,
}

impl App {
    fn manifest(self) -> &'static str {
        match self {
            App::Example => EXAMPLE,
            App::Events => event_app::APP,
        }
    }

    /// With every edit.
    fn edited(self) -> String {
        match self {
            App::Example => edited().0,
            App::Events => event_app::edited(),
        }
    }
}

/// What is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    /// The app, on an empty account.
    Create,
    /// Every edit of it.
    Update,
    /// Its end, with all that it holds.
    Destroy,
}

const PHASES: [Phase; 3] = [Phase::Create, Phase::Update, Phase::Destroy];

/// How often a disturbed apply is run again before it counts as stuck.
const TRIES: usize = 4;
/// For how many seconds an answer is waited for that will stall: less than [`Fault::STALL`].
const PATIENCE: &str = "4";

/// An apply that is disturbed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Case {
    app: App,
    make: Make,
    phase: Phase,
    call: usize,
    fault: Fault,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// The first apply finished the job.
    Survived,
    /// It stopped; the next one finished the job.
    Stopped,
    /// It sent the planned calls, and none again as the undisturbed apply had: there was nothing to disturb.
    Spared,
    /// Something was lost, made twice or not planned.
    Violated,
}

/// An undisturbed apply: the calls that changed something, and what the account held then.
#[derive(Debug, Clone)]
struct Calm {
    calls: Vec<String>,
    census: Vec<String>,
}

/// A project that has been brought to where the phase begins.
async fn before(app: App, make: Make, phase: Phase) -> Project {
    let project = Project::new(make, app.manifest()).await;
    if phase != Phase::Create {
        project.plan(&[]);
        project.apply(0);
    }
    if phase == Phase::Update {
        project.write(&app.edited());
    }
    project
}

fn plan(project: &Project, phase: Phase) -> serde_json::Value {
    let more: &[&str] = if phase == Phase::Destroy { &["--destroy", "--delete-data"] } else { &[] };
    project.plan(more)
}

/// How many calls a plan has. An apply may send one of them again, where the first was refused for a while.
fn calls(plan: &serde_json::Value) -> usize {
    let changes = plan["changes"].as_array().expect("changes");
    changes.iter().map(|change| change["steps"].as_array().expect("steps").len()).sum()
}

fn named(exchange: &Exchange) -> String {
    format!("{} {}", exchange.service, exchange.operation)
}

fn sent(proxy: &Proxy) -> Vec<String> {
    proxy.log().iter().filter(|exchange| is_change(&exchange.operation)).map(named).collect()
}

async fn calm(app: App, make: Make, phase: Phase) -> Calm {
    let mut project = before(app, make, phase).await;
    let proxy = Proxy::start(&endpoint(make).await, Duration::ZERO);
    project.reach(&proxy.endpoint());
    plan(&project, phase);
    proxy.clear();
    project.apply(0);
    let census = census::census(&project.aws().await, project.account()).await;
    Calm { calls: sent(&proxy), census }
}

/// Applies the bundle alone, in an empty folder; the exit code is `None` if it was killed.
fn apply(project: &Project, bundle: &Path, id: &str, proxy: &Proxy, fault: Option<Fault>) -> (Option<i32>, String) {
    let place = tempfile::tempdir().expect("a folder");
    let bundle = bundle.to_str().expect("a path");
    let cli = project.cli(&["apply", bundle, "--expect", id]).folder(place.path());
    // A stalled answer alone is given up before it comes: on a busy machine others take seconds too.
    let cli = if fault == Some(Fault::Stalled) { cli.env("SERVERLESS_APP_REQUEST_TIMEOUT", PATIENCE) } else { cli };
    let ran = cli.run_until(|| fault == Some(Fault::Killed) && proxy.fired());
    (ran.code, ran.stderr)
}

/// Disturbs one apply. `Err` says what was violated.
async fn disturb(case: Case, calm: &Calm) -> Result<Outcome, String> {
    let mut project = before(case.app, case.make, case.phase).await;
    let proxy = Proxy::start(&endpoint(case.make).await, Duration::ZERO);
    project.reach(&proxy.endpoint());
    let planned = calls(&plan(&project, case.phase));
    let (id, bundle) = (project.plan_id(), project.folder().join("serverless-app-plan"));
    proxy.clear();
    proxy.arm(case.call, case.fault);
    let mut ran = apply(&project, &bundle, &id, &proxy, Some(case.fault));
    for _ in 0..TRIES {
        if proxy.fired() || ran.0 == Some(0) {
            break;
        }
        // Given up, on a busy machine, before the call came.
        ran = apply(&project, &bundle, &id, &proxy, Some(case.fault));
    }
    if !proxy.fired() && ran.0 == Some(0) && case.call >= planned {
        return Ok(Outcome::Spared);
    }
    if !proxy.fired() {
        return Err(format!("there was no call number {}: {}", case.call, ran.1));
    }
    let outcome = if ran.0 == Some(0) { Outcome::Survived } else { Outcome::Stopped };
    for _ in 0..TRIES {
        if ran.0 == Some(0) {
            break;
        }
        ran = apply(&project, &bundle, &id, &proxy, None);
    }
    if ran.0 != Some(0) {
        return Err(format!("stuck: {}", ran.1));
    }
    let receipt = bundle.join("receipt.json");
    let show = ["show", bundle.to_str().expect("a path"), "--receipt", receipt.to_str().expect("a path")];
    let shown = project.cli(&show).run();
    if shown.code != Some(0) {
        return Err(format!("the receipt does not fit the plan: {}", shown.stderr));
    }
    let known: BTreeSet<&String> = calm.calls.iter().collect();
    if let Some(unplanned) = sent(&proxy).iter().find(|call| !known.contains(call)) {
        return Err(format!("{unplanned} was sent, which no undisturbed apply sends"));
    }
    let left = changes(&plan(&project, case.phase));
    if !left.is_empty() {
        return Err(format!("a plan afterwards is not empty: {left:?}"));
    }
    let found = census::census(&project.aws().await, project.account()).await;
    let (found, expected): (BTreeSet<_>, BTreeSet<_>) = (found.iter().collect(), calm.census.iter().collect());
    if found != expected {
        let extra: Vec<_> = found.difference(&expected).collect();
        let missing: Vec<_> = expected.difference(&found).collect();
        return Err(format!("the account holds {extra:?} and lacks {missing:?}"));
    }
    Ok(outcome)
}

/// A number that differs from commit to commit, so that in time every pair has its turn.
pub fn turn() -> usize {
    of_git("HEAD")
}

/// A number that stands for an object of this repository.
fn of_git(object: &str) -> usize {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = std::process::Command::new("git").args(["rev-parse", object]).current_dir(root).output();
    let bytes = found.map(|found| found.stdout).unwrap_or_default();
    bytes.iter().fold(0, |sum: usize, byte| sum.wrapping_mul(31).wrapping_add(usize::from(*byte)))
}

fn cases(app: App, calm: &BTreeMap<(Make, Phase), Calm>, is_full: bool, turn: usize) -> Vec<Case> {
    let mut cases = Vec::new();
    for ((make, phase), calm) in calm {
        for call in 0..calm.calls.len() {
            for (number, fault) in Fault::ALL.into_iter().enumerate() {
                let its_turn = (call + turn) % Fault::ALL.len() == number && MAKES[(call + turn / 7) % 2] == *make;
                if is_full || its_turn {
                    cases.push(Case { app, make: *make, phase: *phase, call, fault });
                }
            }
        }
    }
    cases
}

/// Where a full campaign notes what it has done.
struct Notes {
    path: Option<PathBuf>,
    done: Mutex<BTreeMap<String, String>>,
}

impl Notes {
    /// Those of this very program, and of tests and emulators as they are: a commit that changes none of these does not begin anew.
    fn open(app: App, is_full: bool) -> Self {
        let parts = ["HEAD:src", "HEAD:tests", "HEAD:Cargo.lock"].map(of_git);
        let name = format!("campaign-{:x}-{:x}-{:x}-{app:?}.txt", parts[0], parts[1], parts[2]);
        let path = is_full.then(|| Path::new(env!("CARGO_TARGET_TMPDIR")).join(name));
        let text = path.as_ref().and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
        let lines = text.lines().filter_map(|line| line.split_once(" => "));
        Self { path, done: Mutex::new(lines.map(|(case, became)| (case.to_owned(), became.to_owned())).collect()) }
    }

    fn has(&self, case: &Case) -> bool {
        self.done.lock().expect("the notes").contains_key(&format!("{case:?}"))
    }

    fn add(&self, case: &Case, call: &str, became: &Result<Outcome, String>) {
        let mut done = self.done.lock().expect("the notes");
        let became = match became {
            Ok(outcome) => format!("{outcome:?}: {call}"),
            Err(why) => format!("{:?}: {call}: {}", Outcome::Violated, why.replace('\n', " ")),
        };
        done.insert(format!("{case:?}"), became);
        if let Some(path) = &self.path {
            let text: String = done.iter().map(|(case, became)| format!("{case} => {became}\n")).collect();
            std::fs::write(path, text).expect("the notes");
        }
    }

    /// The table, and every violation in full.
    fn table(&self) -> (String, Vec<String>) {
        let done = self.done.lock().expect("the notes");
        let read = |(case, became): (&String, &String)| {
            let fault = Fault::ALL.into_iter().find(|fault| case.ends_with(&format!("fault: {fault:?} }}")))?;
            let mut parts = became.splitn(3, ": ");
            let outcome = match parts.next()? {
                "Survived" => Outcome::Survived,
                "Stopped" => Outcome::Stopped,
                "Spared" => Outcome::Spared,
                _ => Outcome::Violated,
            };
            Some(Became { call: parts.next()?.to_owned(), fault, outcome })
        };
        let cases: Vec<Became> = done.iter().filter_map(read).collect();
        assert_eq!(cases.len(), done.len(), "a note that cannot be read");
        let violated = done.iter().filter(|(_, became)| became.starts_with("Violated"));
        (table(&cases), violated.map(|(case, became)| format!("{case}: {became}")).collect())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn any_fault_at_any_call_leaves_nothing_lost_nothing_twice_and_nothing_unplanned() {
    campaign(App::Example).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn any_fault_at_any_call_of_an_app_of_events_leaves_nothing_lost_nothing_twice_and_nothing_unplanned() {
    campaign(App::Events).await;
}

async fn campaign(app: App) {
    let is_full = std::env::var("SERVERLESS_APP_CAMPAIGN").is_ok_and(|value| value == "full");
    let turn = turn();
    let mut calms = BTreeMap::new();
    for make in MAKES {
        for phase in PHASES {
            calms.insert((make, phase), calm(app, make, phase).await);
        }
    }
    let (cases, calms) = (cases(app, &calms, is_full, turn), Arc::new(calms));
    let (notes, places) = (Arc::new(Notes::open(app, is_full)), Arc::new(Semaphore::new(4)));
    let mut running = JoinSet::new();
    for case in cases.into_iter().filter(|case| !notes.has(case)) {
        let (calms, notes, places) = (calms.clone(), notes.clone(), places.clone());
        running.spawn(async move {
            let _place = places.acquire_owned().await.expect("a place");
            let call = calms[&(case.make, case.phase)].calls[case.call].clone();
            let handle = tokio::runtime::Handle::current();
            let became =
                tokio::task::spawn_blocking(move || handle.block_on(disturb(case, &calms[&(case.make, case.phase)])));
            let became = became.await.unwrap_or_else(|panic| Err(panic.to_string()));
            notes.add(&case, &call, &became);
        });
    }
    while let Some(ended) = running.join_next().await {
        ended.expect("a case");
    }
    let (table, violations) = notes.table();
    println!("{table}");
    assert!(violations.is_empty(), "{}\n{table}", violations.join("\n"));
}

/// The second starts while the first is on its way: it finds each change done, on its way, or moved.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_apply_of_the_same_plan_does_no_harm() {
    for make in MAKES {
        let calm = calm(App::Example, make, Phase::Update).await;
        let mut project = before(App::Example, make, Phase::Update).await;
        let proxy = Proxy::start(&endpoint(make).await, Duration::ZERO);
        project.reach(&proxy.endpoint());
        plan(&project, Phase::Update);
        let (id, project) = (project.plan_id(), Arc::new(project));
        let start = || {
            let (project, id) = (Arc::clone(&project), id.clone());
            tokio::task::spawn_blocking(move || project.cli(&["apply", "serverless-app-plan", "--expect", &id]).run())
        };
        proxy.clear();
        let first = start();
        while sent(&proxy).len() < 3 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        for ran in [first, start()] {
            let ran = ran.await.expect("a run");
            assert!([Some(0), Some(1), Some(3)].contains(&ran.code), "{make:?}: {}", ran.stderr);
        }
        project.apply(0);
        assert_eq!(changes(&plan(&project, Phase::Update)), Vec::<String>::new(), "{make:?}");
        let found = census::census(&project.aws().await, project.account()).await;
        assert_eq!(found, calm.census, "{make:?}");
    }
}
