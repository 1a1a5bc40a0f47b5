//! One call: send it once, find out what became of it, wait for the state that it leads to.

use std::sync::PoisonError;

use tokio::time::{Instant, sleep};

use crate::apply::{Event, Executor, Outcome, Sent};
use crate::aws::settle::{self, Verdict};
use crate::aws::{AwsError, Call, request_id};
use crate::canonical::Fingerprint;
use crate::plan::Change;
use crate::text::references_json;

/// The time, in RFC 3339.
fn now() -> String {
    let now = aws_smithy_types::DateTime::from(std::time::SystemTime::now());
    now.fmt(aws_smithy_types::date_time::Format::DateTime).unwrap_or_default()
}

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

/// Reads after a lost answer, before a call is sent again: a create that worked may not be visible yet, and
/// sending it again could make a second one.
const LOOKS: u32 = 4;

impl Executor<'_> {
    /// Sends a change's step and waits for its checkpoint.
    pub async fn step(&self, change: &Change, index: usize, calls: &mut usize) -> Result<(), Outcome> {
        let step = &change.steps[index];
        let from = if index == 0 { change.before } else { change.steps[index - 1].leads_to };
        let api = step.call.api();
        let (start, mut attempt) = (Instant::now(), 0);
        loop {
            attempt += 1;
            *calls += 1;
            (self.progress)(&Event::Calling(&change.address, &api));
            let call = self.filled_in(change, &step.call)?;
            let Err(error) = self.send(change, (index, attempt), &call).await else { break };
            if self.worked_after_all(change, &error, from, step.leads_to).await? {
                break;
            }
            let (within, reason) = match settle::verdict(&error) {
                Verdict::Again { within, reason } => (within, reason),
                Verdict::Look { within } => (within, "an answer"),
                Verdict::Final => return Err(Outcome::Failed(error.to_string())),
            };
            if start.elapsed() > within || self.stop.is_asked() {
                return Err(Outcome::Failed(format!("gave up after {} s: {error}", start.elapsed().as_secs())));
            }
            (self.progress)(&Event::Waiting(&change.address, &api, reason));
            sleep(settle::pause(attempt)).await;
        }
        let last = index + 1 == change.steps.len();
        self.settle(change, step.leads_to, if last { 2 } else { 1 }).await
    }

    /// Sends a call once, and notes that it was.
    async fn send(&self, change: &Change, (step, attempt): (usize, u32), call: &Call) -> Result<(), AwsError> {
        let sent = || self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let (start, address) = (Instant::now(), change.address.clone());
        let mut note = Sent {
            address,
            step,
            api: call.api(),
            attempt,
            started: now(),
            milliseconds: 0,
            request_id: None,
            error: Some("no answer yet".into()),
        };
        let at = {
            let mut sent = sent();
            sent.push(note.clone());
            sent.len() - 1
        };
        let (answer, id) = request_id::noting(call.send(self.aws, &self.plan.id(change))).await;
        note.milliseconds = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        note.request_id = id.or_else(|| answer.as_ref().err().and_then(|error| error.request_id.clone()));
        note.error = answer.as_ref().err().map(ToString::to_string);
        if let Some(place) = sent().get_mut(at) {
            *place = note;
        }
        answer
    }

    /// The call with every id filled in; what is still unknown then is an error.
    fn filled_in(&self, change: &Change, call: &Call) -> Result<Call, Outcome> {
        let failed = |why: String| Outcome::Failed(why);
        let call = call.resolve(change.address.kind, &self.known()).map_err(|e| failed(e.to_string()))?;
        let mut unknown = Vec::new();
        references_json(&call.json(), &mut unknown);
        match unknown.first() {
            None => Ok(call),
            Some(reference) => Err(failed(format!("{}: {reference} is not known", call.api()))),
        }
    }

    /// After a failure: has the call worked all the same? `Err` if the state is neither the old nor the new one.
    async fn worked_after_all(
        &self,
        change: &Change,
        error: &AwsError,
        from: Fingerprint,
        to: Fingerprint,
    ) -> Result<bool, Outcome> {
        let looks = match settle::verdict(error) {
            Verdict::Look { .. } => LOOKS,
            _ => 1,
        };
        let mut seen = Seen::Other;
        for look in 0..looks.max(3) {
            sleep(settle::poll(look)).await;
            let reading = match self.read(change).await {
                Ok(reading) => reading,
                Err(read) if settle::verdict(&read) == Verdict::Final => {
                    return Err(Outcome::Failed(error.to_string()));
                }
                Err(_) => continue,
            };
            seen = match reading.fingerprint {
                print if print == to && from != to => Seen::New,
                print if print == from || reading.pending.is_some() => Seen::Old,
                _ => Seen::Other,
            };
            if seen == Seen::New || (seen == Seen::Old && look + 1 >= looks) {
                break;
            }
        }
        match seen {
            Seen::New => Ok(true),
            Seen::Old => Ok(false),
            Seen::Other => Err(Outcome::Failed(format!("{error}; and the state is not what it was before the call"))),
        }
    }

    /// Waits until the live state is at `goal`, `in_a_row` reads in a row.
    async fn settle(&self, change: &Change, goal: Fingerprint, in_a_row: u32) -> Result<(), Outcome> {
        let patience = settle::patience(change.address.kind);
        let (start, mut attempt, mut hits) = (Instant::now(), 0, 0);
        loop {
            let pending = match self.read(change).await {
                Ok(reading) if reading.fingerprint == goal && reading.pending.is_none() => {
                    hits += 1;
                    if hits >= in_a_row {
                        return Ok(());
                    }
                    continue;
                }
                Ok(reading) => reading.pending,
                Err(error) if settle::verdict(&error) == Verdict::Final => {
                    return Err(Outcome::Failed(error.to_string()));
                }
                Err(error) => Some(error.to_string()),
            };
            hits = 0;
            if let Some(failed) = pending.as_ref().filter(|pending| pending.starts_with("Failed")) {
                return Err(Outcome::Failed(failed.clone()));
            }
            if start.elapsed() > patience {
                let state = pending.map_or("another one".into(), |pending| format!("still {pending}"));
                let waited = start.elapsed().as_secs();
                return Err(Outcome::Failed(format!(
                    "the state that the call leads to was not there after {waited} s: it is {state}"
                )));
            }
            (self.progress)(&Event::Settling(&change.address, pending.as_deref()));
            attempt += 1;
            sleep(settle::poll(attempt)).await;
        }
    }
}
