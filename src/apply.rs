//! The executor: sends exactly the calls of a plan.
//!
//! 1. Everything that the plan touches is read, concurrently. Each change is either done, or ready at one of its steps
//!    (an earlier apply of the same plan got that far), or drifted. If any has drifted, nothing is sent. A step before
//!    the point that its change was proved to have reached ([`Start`]) is never sent, and the plan's own `known` is
//!    never used.
//! 2. Each change waits for those that it needs, then for its lane. Then its state is compared once more. If AWS has
//!    not finished what an earlier apply has sent, that is waited for first.
//! 3. Call by call: send once, then wait until the live state is at the checkpoint that the call leads to. Where calls
//!    may follow each other at once ([`crate::aws::Resource::flows_into`]), only their last checkpoint is awaited.
//! 4. If tags were changed, apply waits for the tagging index, which the next plan asks.
//!
//! Every call is in the [`journal`] before it is sent, and in the [`receipt`] at the end. Nothing here reads either:
//! resuming, here or on another machine, starts from live state alone. This module does not know the manifest.

#![expect(clippy::disallowed_methods, reason = "it measures how long an apply takes")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::aws::observe::ReadErrors;
use crate::aws::settle::Factor;
use crate::aws::{Aws, AwsError, Call, Id, Kind};
use crate::canonical::Sha;
use crate::name::Address;
use crate::plan::build::symbols;
use crate::plan::remaining::Start;
use crate::plan::{Action, Change, Plan};
use crate::text::Outputs;

mod canary;
mod guard;
mod index;
pub mod journal;
mod moved;
pub mod receipt;
pub mod report;
mod scheduling;
mod send;
mod step;
mod stop;

pub use guard::Position;
pub use journal::Journal;
pub use receipt::Receipt;
pub use report::{ChangeResult, Outcome, Report};
pub use stop::Stop;

use scheduling::{Slots, urgency};

/// What an apply reports while it runs.
#[derive(Debug, Clone, PartialEq)]
pub enum Event<'a> {
    /// A change begins.
    Begun(&'a Change),
    /// A call goes out.
    Calling {
        /// Which resource.
        address: &'a Address,
        /// Which of the change's steps, from 0.
        step: usize,
        /// `service:Operation`.
        api: &'a str,
    },
    /// A call was refused for now and is sent again after a pause; or the state is not there yet.
    Waiting {
        /// Which resource.
        address: &'a Address,
        /// The call that was refused.
        api: Option<&'a str>,
        /// What it waits for: the value that is wanted and the one that is seen, or in words.
        what: &'a str,
        /// Since when.
        waited: Duration,
        /// After which time it gives up.
        at_most: Duration,
    },
    /// A change has ended.
    Ended(&'a ChangeResult),
    /// The tagging index still says the old tags.
    Behind {
        /// Of which resource.
        address: &'a Address,
        /// How long it was waited for.
        waited: Duration,
    },
}

/// Where events go.
pub type Progress<'a> = &'a (dyn Fn(&Event) + Sync);

/// What an apply is given beside its plan.
#[derive(Clone, Copy)]
pub struct Controls<'a> {
    /// The ids that AWS has reported, and where each change starts.
    pub start: &'a Start,
    /// Checked between calls.
    pub stop: &'a Stop,
    /// Receives the progress.
    pub progress: Progress<'a>,
    /// Records every call.
    pub journal: &'a Journal,
    /// Multiplies the limit of every wait.
    pub factor: Factor,
    /// Explains a call that AWS has refused for good.
    pub explain: Explain<'a>,
}

/// Explains an error of a call, if there is more to say.
pub type Explain<'a> = &'a (dyn Fn(&AwsError, &Id, &Call) -> Option<String> + Sync);

/// Changes that IAM, one control plane for the whole account, gets at once.
const OF_IAM: usize = 5;
/// Changes that any other service gets at once: what waits for the rate of one does not hold up another.
const OF_A_SERVICE: usize = 32;

struct Executor<'a> {
    aws: &'a Aws,
    plan: &'a Plan,
    controls: Controls<'a>,
    known: Mutex<Outputs>,
    /// The changes of which AWS has made up all that it will.
    made: Mutex<BTreeSet<&'a Address>>,
    /// What this apply has changed the tags of.
    tagged: Mutex<BTreeMap<Address, index::Tagged>>,
    lanes: BTreeMap<&'a str, tokio::sync::Mutex<()>>,
    slots: BTreeMap<&'static str, Arc<Slots>>,
    urgency: BTreeMap<&'a Address, usize>,
}

/// How a change ended, for those that wait for it; `None` while it has not.
type Signal = watch::Sender<Option<bool>>;

/// Applies a plan, from wherever an earlier try has left it. Fails only if the state cannot be read at all.
pub async fn apply(aws: &Aws, plan: &Plan, id: Sha, controls: Controls<'_>) -> Result<Report, ReadErrors> {
    let aws = &aws.again();
    let executor = Executor {
        aws,
        plan,
        controls,
        known: Mutex::new(controls.start.known.clone()),
        made: Mutex::default(),
        tagged: Mutex::default(),
        lanes: plan.changes.iter().map(|change| (change.lane.as_str(), tokio::sync::Mutex::new(()))).collect(),
        slots: plan.changes.iter().map(|change| service(change.address.kind)).map(|of| (of, slots(of))).collect(),
        urgency: urgency(plan),
    };
    let positions = executor.positions().await?;
    let results = match positions.iter().any(|position| matches!(position, Position::Drifted(_))) {
        true => plan.changes.iter().zip(positions).map(|(change, at)| stopped(change, at)).collect(),
        false => executor.run_all().await,
    };
    executor.wait_for_index().await;
    let known = executor.known();
    let outputs = plan
        .outputs
        .iter()
        .filter_map(|(name, text)| text.resolve(&known).literal().map(|literal| (name.clone(), literal.to_owned())));
    Ok(Report { plan_id: id, outputs: outputs.collect(), results, calls: controls.journal.calls() })
}

/// `iam` of `iam.role`.
fn service(kind: Kind) -> &'static str {
    kind.name().split('.').next().unwrap_or_default()
}

fn slots(service: &str) -> Arc<Slots> {
    Slots::new(if service == "iam" { OF_IAM } else { OF_A_SERVICE })
}

/// A change that was never begun, because another had drifted.
fn stopped(change: &Change, position: Position) -> ChangeResult {
    let outcome = match position {
        Position::Done => Outcome::AlreadyDone,
        Position::Drifted(moved) => Outcome::Drifted(moved),
        Position::At(_) | Position::Settling(_) => Outcome::NotStarted,
    };
    result(change, outcome, 0, Duration::ZERO)
}

fn result(change: &Change, outcome: Outcome, calls: usize, duration: Duration) -> ChangeResult {
    let (address, name, action) = (change.address.clone(), change.name.clone(), change.action);
    ChangeResult { address, name, action, outcome, calls, duration }
}

impl Executor<'_> {
    /// The ids known so far.
    fn known(&self) -> MutexGuard<'_, Outputs> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What this apply has changed the tags of so far.
    fn tagged(&self) -> MutexGuard<'_, BTreeMap<Address, index::Tagged>> {
        self.tagged.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers what AWS made up for a resource, and forgets what it had made up before.
    fn learn(&self, address: &Address, outputs: &BTreeMap<String, String>) {
        let mut known = self.known();
        known.retain(|reference, _| reference.address != *address);
        known.extend(
            outputs.iter().map(|(name, value)| (crate::text::OutputRef::new(address, name.as_str()), value.clone())),
        );
    }

    /// Notes that AWS will not generate the ids of this change's resource again.
    fn note_made(&self, change: &Change) {
        if let Some(change) = self.plan.changes.iter().find(|one| one.address == change.address)
            && !matches!(change.action, Action::Delete | Action::Release)
        {
            self.made.lock().unwrap_or_else(PoisonError::into_inner).insert(&change.address);
        }
    }

    /// What live state is made comparable with: what lasts, and what this plan has made. It is what the planner takes.
    fn symbols(&self) -> Outputs {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let mut symbols = symbols(&self.known());
        symbols.retain(|reference, _| self.plan.known.contains_key(reference) || made.contains(&reference.address));
        symbols
    }

    async fn run_all(&self) -> Vec<ChangeResult> {
        let signals: BTreeMap<&Address, Signal> =
            self.plan.changes.iter().map(|change| (&change.address, watch::channel(None).0)).collect();
        join_all(self.plan.changes.iter().map(|change| Box::pin(self.run(change, &signals)))).await
    }

    async fn run(&self, change: &Change, signals: &BTreeMap<&Address, Signal>) -> ChangeResult {
        let blocked = wait_for(&change.waits_for, signals).await;
        let start = Instant::now();
        let outcome = match blocked {
            Some(by) => Outcome::Blocked { by },
            None => self.in_lane(change).await,
        };
        let calls = self.controls.journal.count(&change.address);
        let mut result = result(change, outcome, calls, start.elapsed());
        if let Err(error) = self.controls.journal.ended(&result).await {
            // The goal may be reached all the same, but there is no account of it: what waits for it is not begun.
            result.outcome = Outcome::Failed(error.to_string());
        }
        (self.controls.progress)(&Event::Ended(&result));
        if let Some(signal) = signals.get(&change.address) {
            signal.send_replace(Some(result.outcome.is_reached()));
        }
        result
    }

    async fn in_lane(&self, change: &Change) -> Outcome {
        let urgency = self.urgency.get(&change.address).copied().unwrap_or_default();
        let _slot = match self.slots.get(service(change.address.kind)) {
            Some(slots) => Some(slots.take(urgency).await),
            None => None,
        };
        let _lane = match self.lanes.get(change.lane.as_str()) {
            Some(lane) => Some(lane.lock().await),
            None => None,
        };
        if self.controls.stop.is_asked() {
            return Outcome::NotStarted;
        }
        match self.position(change).await {
            Err(error) => Outcome::Failed(error.to_string()),
            Ok(Position::Done) => Outcome::AlreadyDone,
            Ok(Position::Drifted(moved)) => Outcome::Drifted(moved),
            Ok(Position::At(step)) => {
                (self.controls.progress)(&Event::Begun(change));
                self.steps_from(change, step).await
            }
            Ok(Position::Settling(step)) => {
                (self.controls.progress)(&Event::Begun(change));
                self.steps_after(change, step).await
            }
        }
    }

    /// Waits for what an earlier apply has sent, as that one would have, and goes on from there.
    async fn steps_after(&self, change: &Change, sent: usize) -> Outcome {
        match self.settle(change, sent).await {
            Ok(reached) if reached + 1 == change.steps.len() => Outcome::AlreadyDone,
            Ok(reached) => self.steps_from(change, reached + 1).await,
            Err(Outcome::Stopped) => Outcome::NotStarted,
            Err(outcome) => outcome,
        }
    }

    async fn steps_from(&self, change: &Change, first: usize) -> Outcome {
        let mut next = first;
        while next < change.steps.len() {
            if self.controls.stop.is_asked() {
                return if next == first { Outcome::NotStarted } else { Outcome::Stopped };
            }
            match self.step(change, next).await {
                Ok(reached) => next = reached + 1,
                Err(outcome) => return outcome,
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
