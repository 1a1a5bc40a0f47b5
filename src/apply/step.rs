//! One call: send it once, find out what became of it, wait for the state that it leads to.

#![expect(clippy::disallowed_methods, reason = "it measures how long a step waits")]

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::apply::guard::{self, Reading};
use crate::apply::moved::Moved;
use crate::apply::{Event, Executor, Outcome};
use crate::aws::settle::{self, Verdict};
use crate::aws::{AwsError, Kind};
use crate::canonical::Fingerprint;
use crate::plan::Change;

/// What a look at the live state shows after a call has failed.
#[derive(Debug, PartialEq, Eq)]
enum Seen {
    /// As before the call.
    Old,
    /// The call has worked after all.
    New,
    /// Neither: somebody else has been there.
    Other,
}

/// How often the state is looked at after a failure.
struct Looks {
    /// Before the state of before counts as such: a call that worked may not be visible yet.
    old: u32,
    /// Before a state that is neither the old nor the new one counts as such.
    other: u32,
}

impl Looks {
    /// What a failure asks for. After a lost answer, what would be made twice is looked for over ten seconds.
    fn after(error: &AwsError) -> Self {
        match settle::verdict(error) {
            Verdict::Look { .. } if settle::makes_another(error.api) => Self { old: 10, other: 10 },
            Verdict::Look { .. } => Self { old: 4, other: 7 },
            Verdict::Again { .. } => Self { old: 1, other: 7 },
            Verdict::Final => Self { old: 1, other: 3 },
        }
    }
}

impl Executor<'_> {
    /// Sends a change's step and waits for its checkpoint, unless the next call may follow at once; gives the step
    /// whose checkpoint is reached, which is a later one if another apply of the same plan has continued.
    pub async fn step(&self, change: &Change, index: usize) -> Result<usize, Outcome> {
        self.watch(change, index).await?;
        let from = if index == 0 { change.before } else { change.steps[index - 1].leads_to };
        let (start, mut attempt) = (Instant::now(), 0);
        loop {
            attempt += 1;
            let Err(error) = self.send(change, index, attempt).await? else {
                if self.flows_on(change, index) {
                    return Ok(index);
                }
                break;
            };
            if self.worked_after_all(change, &error, from, index).await? {
                break;
            }
            let (within, reason) = match settle::verdict(&error) {
                Verdict::Again { within, reason } => (within, reason),
                Verdict::Look { within } => (within, "an answer"),
                Verdict::Final => return Err(self.refused(change, index, &error)),
            };
            let (waited, at_most) = (start.elapsed(), self.controls.factor.of(within));
            if waited > at_most {
                return Err(Outcome::Failed(format!("gave up after {} s: {error}", waited.as_secs())));
            }
            let (address, api) = (&change.address, Some(error.api));
            (self.controls.progress)(&Event::Waiting { address, api, what: reason, waited, at_most });
            self.controls.stop.sleep(settle::pause(attempt)).await;
            if self.controls.stop.is_asked() {
                return Err(Outcome::Stopped);
            }
        }
        self.settle(change, index).await
    }

    /// True if the next call may follow at once, and it needs nothing that only a read can find out.
    fn flows_on(&self, change: &Change, index: usize) -> bool {
        let Some(next) = change.steps.get(index + 1) else { return false };
        let is_known = || {
            let known = self.known();
            next.call.references().iter().all(|reference| known.contains_key(reference))
        };
        change.steps[index].call.flows_into(&next.call) && is_known()
    }

    /// What is reported about a call that AWS refuses for good.
    fn refused(&self, change: &Change, index: usize, error: &AwsError) -> Outcome {
        let more = (self.controls.explain)(error, &self.plan.id(change), &change.steps[index].call);
        Outcome::Failed(more.map_or_else(|| error.to_string(), |more| format!("{error}; {more}")))
    }

    /// After a failure: has the call worked all the same? `Err` if the state is neither the old nor the new one.
    async fn worked_after_all(
        &self,
        change: &Change,
        error: &AwsError,
        from: Fingerprint,
        index: usize,
    ) -> Result<bool, Outcome> {
        let (looks, mut seen) = (Looks::after(error), Seen::Other);
        for look in 0..looks.other {
            sleep(settle::poll(look)).await;
            let reading = match self.read(change).await {
                Ok(reading) => reading,
                Err(read) if settle::verdict(&read) == Verdict::Final => {
                    return Err(Outcome::Failed(error.to_string()));
                }
                Err(_) => continue,
            };
            seen = match reading.fingerprint {
                print if from != print && checkpoint(change, index, print).is_some() => Seen::New,
                print if print == from || reading.pending.is_some() => Seen::Old,
                _ if guard::begun(change, &reading, index) == Some(index) => Seen::Old,
                _ => Seen::Other,
            };
            if seen == Seen::New || (seen == Seen::Old && look + 1 >= looks.old) {
                break;
            }
        }
        match seen {
            Seen::New => Ok(true),
            Seen::Old => Ok(false),
            Seen::Other => {
                Err(Outcome::Failed(format!("{error}; and the state is no longer what it was before the call")))
            }
        }
    }

    /// Waits until the live state is at a step's checkpoint or a later one, at the last one two reads in a row; not
    /// once somebody has asked to stop, nor once all reads for some seconds find that AWS has failed: the first ones
    /// may show what was before the call.
    pub async fn settle(&self, change: &Change, index: usize) -> Result<usize, Outcome> {
        let last = change.steps.len() - 1;
        let at_most = self.controls.factor.of(change.address.kind.patience());
        let (start, mut attempt, mut hits, mut failed_since) = (Instant::now(), 0, 0, None);
        loop {
            let read = self.read(change).await;
            let what = match &read {
                Ok(reading) => match checkpoint(change, index, reading.fingerprint) {
                    Some(step) if reading.pending.is_none() => {
                        hits += 1;
                        if step < last || hits >= 2 {
                            self.note_settled(change, reading);
                            return Ok(step);
                        }
                        continue;
                    }
                    _ => awaited(change, reading, index == last),
                },
                Err(error) if settle::verdict(error) == Verdict::Final => {
                    return Err(Outcome::Failed(error.to_string()));
                }
                Err(error) => format!("an answer: {error}"),
            };
            hits = 0;
            let pending = read.as_ref().map_or_else(|error| Some(error.to_string()), |reading| reading.pending.clone());
            match pending.as_ref().filter(|pending| settle::has_failed(pending)) {
                Some(failed) => {
                    let since: &mut Instant = failed_since.get_or_insert_with(Instant::now);
                    if since.elapsed() >= self.controls.factor.of(settle::FAILED_FOR) {
                        return Err(Outcome::Failed(failed.clone()));
                    }
                }
                None => failed_since = None,
            }
            let waited = start.elapsed();
            if waited > at_most {
                let reading = read.ok().filter(|_| index == last);
                let differs = reading.map(|reading| guard::missing(change, &reading)).unwrap_or_default();
                return Err(too_late(change.address.kind, pending, &differs, waited));
            }
            if self.controls.stop.is_asked() {
                return Err(Outcome::Stopped);
            }
            let (address, what) = (&change.address, what.as_str());
            (self.controls.progress)(&Event::Waiting { address, api: None, what, waited, at_most });
            attempt += 1;
            self.controls.stop.sleep(settle::poll(attempt)).await;
        }
    }
}

/// What is waited for, and what is seen in its place.
fn awaited(change: &Change, reading: &Reading, is_last: bool) -> String {
    if let Some(seen) = &reading.pending {
        return format!("{}, is {seen}", change.address.kind.settles(seen).unwrap_or("another state"));
    }
    match (reading.fingerprint, change.goal()) {
        (Fingerprint::Of(_), Fingerprint::Absent) if is_last => return "its deletion, but it still exists".into(),
        (Fingerprint::Absent, Fingerprint::Of(_)) => return "its creation, but it does not exist yet".into(),
        _ => {}
    }
    let differs = if is_last { guard::missing(change, reading) } else { Vec::new() };
    match &differs[..] {
        [] => "the state that the call leads to".into(),
        [one] => one.awaited(),
        [one, rest @ ..] => format!("{}, and {} more", one.awaited(), rest.len()),
    }
}

/// The step, `first` or a later one, that leads to this state.
fn checkpoint(change: &Change, first: usize, state: Fingerprint) -> Option<usize> {
    (first..change.steps.len()).find(|step| change.steps[*step].leads_to == state)
}

fn too_late(kind: Kind, pending: Option<String>, differs: &[Moved], waited: Duration) -> Outcome {
    let other = match differs {
        [] => "another one".into(),
        differs => {
            let paths: Vec<&str> = differs.iter().map(|moved| moved.path.as_str()).collect();
            let help = kind.too_late().unwrap_or("if somebody else has changed that, make a new plan");
            format!("another one, in {}; {help}", paths.join(", "))
        }
    };
    let state = pending.map_or(other, |pending| format!("still {pending}"));
    let waited = waited.as_secs();
    Outcome::Failed(format!(
        "the resource has not reached the state that the call leads to after {waited} s: its state is {state}"
    ))
}
