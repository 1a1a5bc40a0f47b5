//! The executor: sends exactly the calls of a plan.
//!
//! 1. Everything that the plan touches is read, concurrently. Each change is done, ready at one of its steps
//!    (an earlier apply of the same plan got that far), or drifted. If any is drifted, nothing is sent.
//! 2. Each change waits for those that it needs, then for its lane. Its state is compared once more.
//! 3. Call by call: send once, then wait until the live state is at the checkpoint that the call leads to.
//!
//! There is no journal that this reads: resuming, here or on another machine, starts from live state alone.
//! The manifest is unknown to this module.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;

use crate::aws::Aws;
use crate::aws::observe::ReadErrors;
use crate::canonical::Sha;
use crate::name::Address;
use crate::plan::{Change, Plan};
use crate::text::Outputs;

mod guard;
pub mod report;
mod step;

pub use guard::Position;
pub use report::{ChangeResult, Outcome, Report, Sent};

/// What an apply tells while it runs.
#[derive(Debug, Clone, PartialEq)]
pub enum Event<'a> {
    /// A change begins.
    Begun(&'a Change),
    /// A call goes out.
    Calling(&'a Address, &'a str),
    /// A call was refused for now and is sent again after a pause.
    Waiting(&'a Address, &'a str, &'a str),
    /// The state is not there yet.
    Settling(&'a Address, Option<&'a str>),
    /// A change has ended.
    Ended(&'a ChangeResult),
}

/// Where events go.
pub type Progress<'a> = &'a (dyn Fn(&Event) + Sync);

/// Asked to stop: no new calls.
#[derive(Debug, Default)]
pub struct Stop(AtomicBool);

impl Stop {
    /// Asks.
    pub fn ask(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// True if somebody has asked.
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// Writes that IAM, one control plane for the whole account, gets at once.
const IAM_WRITES: usize = 5;
/// Changes that run at once.
const CHANGES: usize = 64;

struct Executor<'a> {
    aws: &'a Aws,
    plan: &'a Plan,
    stop: &'a Stop,
    progress: Progress<'a>,
    known: Mutex<Outputs>,
    sent: Mutex<Vec<Sent>>,
    lanes: BTreeMap<&'a str, tokio::sync::Mutex<()>>,
    iam: Semaphore,
    running: Semaphore,
}

/// How a change ended, for those that wait for it; `None` while it has not.
type Signal = watch::Sender<Option<bool>>;

/// Applies a plan, from wherever an earlier try has left it. Fails only if the state cannot be read at all.
pub async fn apply(aws: &Aws, plan: &Plan, id: Sha, stop: &Stop, progress: Progress<'_>) -> Result<Report, ReadErrors> {
    let executor = Executor {
        aws,
        plan,
        stop,
        progress,
        known: Mutex::new(plan.known.clone()),
        sent: Mutex::default(),
        lanes: plan.changes.iter().map(|change| (change.lane.as_str(), tokio::sync::Mutex::new(()))).collect(),
        iam: Semaphore::new(IAM_WRITES),
        running: Semaphore::new(CHANGES),
    };
    let positions = executor.positions().await?;
    let results = match positions.iter().any(|position| matches!(position, Position::Drifted(_))) {
        true => plan.changes.iter().zip(positions).map(|(change, at)| stopped(change, at)).collect(),
        false => executor.run_all().await,
    };
    let known = executor.known();
    let outputs = plan
        .outputs
        .iter()
        .filter_map(|(name, text)| text.resolve(&known).literal().map(|literal| (name.clone(), literal.to_owned())));
    let calls = std::mem::take(&mut *executor.sent.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    Ok(Report { plan_id: id, outputs: outputs.collect(), results, calls })
}

/// A change that was never begun, because another had drifted.
fn stopped(change: &Change, position: Position) -> ChangeResult {
    let outcome = match position {
        Position::Done => Outcome::AlreadyDone,
        Position::Drifted(moved) => Outcome::Drifted(moved),
        Position::At(_) => Outcome::NotStarted,
    };
    result(change, outcome, 0, Duration::ZERO)
}

fn result(change: &Change, outcome: Outcome, calls: usize, duration: Duration) -> ChangeResult {
    let (address, name, action) = (change.address.clone(), change.name.clone(), change.action);
    ChangeResult { address, name, action, outcome, calls, duration }
}

impl Executor<'_> {
    /// The ids known so far.
    fn known(&self) -> Outputs {
        self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Remembers what AWS made up for a resource, and forgets what it had made up before.
    fn learn(&self, address: &Address, outputs: &BTreeMap<String, String>) {
        let mut known = self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        known.retain(|reference, _| reference.address != *address);
        known.extend(
            outputs.iter().map(|(name, value)| (crate::text::OutputRef::new(address, name.as_str()), value.clone())),
        );
    }

    async fn run_all(&self) -> Vec<ChangeResult> {
        let signals: BTreeMap<&Address, Signal> =
            self.plan.changes.iter().map(|change| (&change.address, watch::channel(None).0)).collect();
        join_all(self.plan.changes.iter().map(|change| Box::pin(self.run(change, &signals)))).await
    }

    async fn run(&self, change: &Change, signals: &BTreeMap<&Address, Signal>) -> ChangeResult {
        let blocked = wait_for(&change.waits_for, signals).await;
        let start = Instant::now();
        let mut calls = 0;
        let outcome = match blocked {
            Some(by) => Outcome::Blocked { by },
            None => self.in_lane(change, &mut calls).await,
        };
        let result = result(change, outcome, calls, start.elapsed());
        (self.progress)(&Event::Ended(&result));
        if let Some(signal) = signals.get(&change.address) {
            signal.send_replace(Some(result.outcome.is_reached()));
        }
        result
    }

    async fn in_lane(&self, change: &Change, calls: &mut usize) -> Outcome {
        let Ok(_running) = self.running.acquire().await else { return Outcome::NotStarted };
        let _lane = match self.lanes.get(change.lane.as_str()) {
            Some(lane) => Some(lane.lock().await),
            None => None,
        };
        let _iam = match change.address.kind.name().starts_with("iam.") {
            true => self.iam.acquire().await.ok(),
            false => None,
        };
        if self.stop.is_asked() {
            return Outcome::NotStarted;
        }
        match self.position(change).await {
            Err(error) => Outcome::Failed(error.to_string()),
            Ok(Position::Done) => Outcome::AlreadyDone,
            Ok(Position::Drifted(moved)) => Outcome::Drifted(moved),
            Ok(Position::At(step)) => {
                (self.progress)(&Event::Begun(change));
                self.steps_from(change, step, calls).await
            }
        }
    }

    async fn steps_from(&self, change: &Change, first: usize, calls: &mut usize) -> Outcome {
        for index in first..change.steps.len() {
            if self.stop.is_asked() {
                return Outcome::NotStarted;
            }
            if let Err(outcome) = self.step(change, index, calls).await {
                return outcome;
            }
        }
        Outcome::Done
    }
}

/// Waits until all of `needs` have ended; gives the first that did not reach its goal.
async fn wait_for(needs: &BTreeSet<Address>, signals: &BTreeMap<&Address, Signal>) -> Option<Address> {
    for need in needs {
        let Some(signal) = signals.get(need) else { continue };
        let mut ended = signal.subscribe();
        let reached = ended.wait_for(Option::is_some).await.is_ok_and(|reached| *reached == Some(true));
        if !reached {
            return Some(need.clone());
        }
    }
    None
}
