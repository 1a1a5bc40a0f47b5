//! Sends one call, once, and never without a line in the journal.

#![expect(clippy::disallowed_methods, reason = "it measures how long a call takes")]

use tokio::time::Instant;

use crate::apply::report::Sent;
use crate::apply::{Event, Executor, Outcome};
use crate::aws::{AwsError, Call, request_id};
use crate::plan::Change;

impl Executor<'_> {
    /// Sends a change's step. `Err` if nothing can be sent or noted, else what AWS made of it.
    pub async fn send(&self, change: &Change, index: usize, attempt: u32) -> Result<Result<(), AwsError>, Outcome> {
        let planned = &change.steps[index].call;
        let call = self.filled_in(change, planned)?;
        let failed = |error: &dyn std::error::Error| Outcome::Failed(error.to_string());
        let mut sent = Sent::new(&change.address, index, attempt, planned).map_err(|e| failed(&e))?;
        (self.controls.progress)(&Event::Calling { address: &change.address, step: index, api: &sent.api });
        let number = self.controls.journal.sending(&sent).await.map_err(|e| failed(&e))?;
        let start = Instant::now();
        let id = self.plan.id(change);
        let (answer, requests) = request_id::noting(call.send(self.aws.for_change(&change.address), &id)).await;
        // A call whose answer was lost may have worked.
        self.note_tags(&change.address, &id, &call);
        sent.answered(&answer, requests, start.elapsed());
        self.controls.journal.answered(number, sent).await.map_err(|e| failed(&e))?;
        Ok(answer)
    }

    /// The call with every id filled in; what is still unknown then is an error.
    fn filled_in(&self, change: &Change, call: &Call) -> Result<Call, Outcome> {
        let failed = |why: String| Outcome::Failed(why);
        let call = call.resolve(change.address.kind, &self.known()).map_err(|e| failed(e.to_string()))?;
        match call.references().first() {
            None => Ok(call),
            Some(reference) => Err(failed(format!("{}: {reference} is not known", call.api()))),
        }
    }
}
