//! Where a change stands: compared by fingerprint and identity right before its first call.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::future::join_all;

use crate::apply::Executor;
use crate::apply::moved::{Moved, moved};
use crate::aws::observe::ReadErrors;
use crate::aws::{AwsError, Kind, Observed, State, Tags};
use crate::canonical::Fingerprint;
use crate::plan::diff::{attributes, goal, has_moved_as_planned};
use crate::plan::{Action, Change, Shown, Step};
use crate::text::Outputs;

/// Where a change stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Position {
    /// At its goal.
    Done,
    /// At the checkpoint before this step.
    At(usize),
    /// At the checkpoint that this step leads to, where AWS has not finished: an earlier apply has sent it and was stopped.
    Settling(usize),
    /// At none of its checkpoints; what moved.
    Drifted(Vec<String>),
}

/// How often a state is read before it counts as drifted: AWS's reads lag.
const READS: usize = 3;
/// The pause between those reads; with [`READS`], five seconds in all.
const BETWEEN: Duration = Duration::from_millis(2500);

/// A live state in the form of wanted ones.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
    /// Why it is still pending.
    pub pending: Option<String>,
    identity: Option<String>,
    kind: Kind,
    state: Option<State>,
}

impl Reading {
    /// Its tags, those that the change regards.
    pub(super) fn tags(&self) -> Option<&Tags> {
        self.state.as_ref()?.tags()
    }

    /// Its attributes, to say what differs.
    fn attributes(&self) -> BTreeMap<String, Shown> {
        // A state with a fingerprint can be written.
        attributes(self.kind, self.state.as_ref()).unwrap_or_default()
    }
}

/// What a read has found, as AWS reports it.
type Fetched = Result<Option<Observed<State>>, AwsError>;

impl Executor<'_> {
    /// Where every change stands, from concurrent reads.
    pub async fn positions(&self) -> Result<Vec<Position>, ReadErrors> {
        let (mut found, mut errors) = (Vec::new(), Vec::new());
        for (change, read) in self.plan.changes.iter().zip(self.fetch_all().await) {
            match read.and_then(|observed| self.normalise(change, observed)) {
                Ok(reading) => found.push((change, reading)),
                Err(error) => errors.push(error),
            }
        }
        if !errors.is_empty() {
            return Err(ReadErrors(errors));
        }
        let positions = join_all(found.into_iter().map(async |(change, reading)| match self.place(change, &reading) {
            Position::Drifted(_) => self.position(change).await,
            position => Ok(position),
        }))
        .await;
        positions.into_iter().collect::<Result<_, _>>().map_err(|error| ReadErrors(vec![error]))
    }

    /// Where one change stands, read again. Drift counts only when it is still there after [`READS`] reads.
    pub async fn position(&self, change: &Change) -> Result<Position, AwsError> {
        let mut position = self.place(change, &self.read(change).await?);
        for _ in 1..READS {
            if !matches!(position, Position::Drifted(_)) {
                break;
            }
            tokio::time::sleep(BETWEEN).await;
            position = self.place(change, &self.read(change).await?);
        }
        Ok(position)
    }

    fn place(&self, change: &Change, reading: &Reading) -> Position {
        place(change, reading, self.controls.start.from.get(&change.address).copied().unwrap_or_default())
    }

    /// Reads one resource and brings its state into the form of wanted ones.
    pub async fn read(&self, change: &Change) -> Result<Reading, AwsError> {
        let observed = self.fetch(change).await?;
        self.normalise(change, observed)
    }

    /// Reads what every change is of. What is a part of something that the plan makes is asked for once that exists: a
    /// permission, which AWS lets nobody ask for often, of a function.
    async fn fetch_all(&self) -> Vec<Fetched> {
        let changes = &self.plan.changes;
        let is_whole = |change: &Change| change.lane == change.address.to_string();
        let made = changes.iter().filter(|change| is_whole(change) && change.before == Fingerprint::Absent);
        let made: BTreeSet<&str> = made.map(|change| change.lane.as_str()).collect();
        let is_part = |change: &Change| made.contains(change.lane.as_str()) && !is_whole(change);
        let reads = changes.iter().map(async |change| match is_part(change) {
            true => None,
            false => Some(Box::pin(self.fetch(change)).await),
        });
        let reads = join_all(reads).await;
        let absent = changes.iter().zip(&reads).filter(|(_, read)| matches!(read, Some(Ok(None))));
        let absent: BTreeSet<&str> = absent.map(|(change, _)| change.lane.as_str()).collect();
        let reads = changes.iter().zip(reads).map(async |(change, read)| match read {
            Some(read) => read,
            None if absent.contains(change.lane.as_str()) => Ok(None),
            None => Box::pin(self.fetch(change)).await,
        });
        join_all(reads).await
    }

    async fn fetch(&self, change: &Change) -> Fetched {
        let aws = self.aws.for_change(&change.address);
        let observed = change.address.kind.observe(aws, &self.plan.id(change)).await?;
        let none = BTreeMap::new();
        self.learn(&change.address, observed.as_ref().map_or(&none, |o| &o.outputs));
        Ok(observed)
    }

    fn normalise(&self, change: &Change, observed: Option<Observed<State>>) -> Result<Reading, AwsError> {
        let (pending, identity) =
            observed.as_ref().map(|o| (o.pending.clone(), o.identity.clone())).unwrap_or_default();
        if observed.is_some() && is_made(change, identity.as_ref()) {
            self.note_made(change);
        }
        let state = observed.map(|observed| {
            let mut state = observed.state;
            state.scope(&change.tags);
            let symbols = self.symbols();
            state.symbolise(&symbols);
            veil(change, &mut state, &symbols);
            state
        });
        let unwritable = |e: serde_json::Error| AwsError::malformed("observe", format!("{}: {e}", change.address));
        let fingerprint = Fingerprint::of(state.as_ref()).map_err(unwritable)?;
        if fingerprint == change.goal() {
            self.note_made(change);
        }
        Ok(Reading { fingerprint, pending, identity, kind: change.address.kind, state })
    }
}

/// True if what was read is what the change has made, and not what was there before.
fn is_made(change: &Change, identity: Option<&String>) -> bool {
    let is_another = change.identity.as_ref().zip(identity).is_some_and(|(planned, found)| planned != found);
    change.before == Fingerprint::Absent || change.action == Action::Replace && is_another
}

/// Leaves out what the planner has left out: the values that may be secrets, but for those that the change's calls set.
/// Where no call sets any, the live ones are those that were wanted, and stay.
fn veil(change: &Change, state: &mut State, symbols: &Outputs) {
    if change.address.kind.hides() {
        // A step that leaves nothing is followed by those that make it again.
        let mut goal = Some(state.clone());
        for step in &change.steps {
            goal = step.call.effect(goal);
        }
        let goal = goal.map(|mut goal| {
            goal.symbolise(symbols);
            goal
        });
        state.veil(goal.as_ref());
    }
}

/// Compares a reading with a change's checkpoints, from the one before step `from` on.
fn place(change: &Change, reading: &Reading, from: usize) -> Position {
    let is_pending = reading.pending.is_some();
    if reading.fingerprint == change.goal() && !is_pending {
        return Position::Done;
    }
    // What comes after the last step is the goal.
    let checkpoint = |step: usize| if step == 0 { change.before } else { change.steps[step - 1].leads_to };
    let end = change.steps.len() + usize::from(is_pending);
    let at = (from..end).find(|step| checkpoint(*step) == reading.fingerprint);
    let Some(step) = at.or_else(|| begun(change, reading, from)) else {
        return Position::Drifted(what_moved(change, reading));
    };
    let remade = change.steps[..step].iter().any(|step| step.leads_to == Fingerprint::Absent);
    match (&change.identity, &reading.identity) {
        (Some(planned), Some(found)) if !remade && planned != found => {
            Position::Drifted(vec![format!("it was recreated: {found} instead of {planned}")])
        }
        _ if is_pending && at.is_some_and(|at| at > 0) => Position::Settling(step - 1),
        _ => Position::At(step),
    }
}

/// The first step from `first` on whose call is partly done, if AWS does the parts of such a call one by one: sent
/// again, it leads to its checkpoint. Nothing has changed except what the plan changes.
pub fn begun(change: &Change, reading: &Reading, first: usize) -> Option<usize> {
    if !reading.kind.in_parts() || !has_moved_as_planned(change, &reading.attributes()) {
        return None;
    }
    let leads_on = |step: &usize| {
        let Step { call, leads_to, .. } = &change.steps[*step];
        let after = call.effect(reading.state.clone());
        Fingerprint::of(after.as_ref()).is_ok_and(|print| print == *leads_to)
    };
    (first..change.steps.len()).find(leads_on)
}

/// Which attributes are not what the change's last call leads to. Hidden values cannot be distinguished.
pub fn missing(change: &Change, reading: &Reading) -> Vec<Moved> {
    let attributes = reading.attributes();
    let mut differs = moved(&goal(change), &attributes);
    differs.retain(|moved| moved.now != Shown::Hidden);
    differs
}

/// Which attributes are not what the plan was made against, and what they are now. Hidden values cannot be
/// distinguished.
fn what_moved(change: &Change, reading: &Reading) -> Vec<String> {
    if reading.fingerprint == Fingerprint::Absent {
        return vec!["it no longer exists".into()];
    }
    if change.before == Fingerprint::Absent {
        return vec!["it exists now".into()];
    }
    let moved = moved(&change.was, &reading.attributes());
    match moved.is_empty() {
        true => vec!["a value that is not shown".into()],
        false => moved.iter().map(Moved::since_the_plan).collect(),
    }
}
