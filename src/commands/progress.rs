//! What an apply is doing, on stderr: a line an event, but waits only now and then.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::apply::Event;
use crate::github::runner::print::say;

/// A wait for the same thing is told again after so long.
const AGAIN: Duration = Duration::from_secs(10);
/// A wait for a state to show, which most calls end in at once, is told after so long.
const SOON: Duration = Duration::from_secs(3);

/// Shows events.
#[derive(Debug, Default)]
pub struct Progress {
    /// What each resource waits for, and how long it had waited when that was told last.
    told: Mutex<BTreeMap<String, (String, Duration)>>,
}

impl Progress {
    /// Shows an event, if there is something new about it.
    pub fn show(&self, event: &Event) {
        if let Some(line) = self.line(event) {
            say(line);
        }
    }

    fn line(&self, event: &Event) -> Option<String> {
        match event {
            Event::Begun(_) => None,
            Event::Calling(address, api) => Some(format!("{address}: {api}")),
            Event::Waiting { address, api, what, waited, at_most } => {
                let address = address.to_string();
                if api.is_none() && *waited < SOON || !self.is_new(&address, what, *waited) {
                    return None;
                }
                let api = api.map(|api| format!("{api} ")).unwrap_or_default();
                let (waited, at_most) = (waited.as_secs(), at_most.as_secs());
                Some(format!("{address}: {api}waits for {what} ({waited} s of at most {at_most} s)"))
            }
            Event::Behind { address, waited } => Some(format!(
                "{address}: the tagging index still says its old tags after {} s; a plan that is made before it has \
                 followed may not see that they have changed",
                waited.as_secs()
            )),
            Event::Ended(result) if result.calls == 0 => None,
            Event::Ended(result) => Some(format!(
                "{}: {} in {:.1} s",
                result.address,
                if result.outcome.is_reached() { "done" } else { "not done" },
                result.duration.as_secs_f64()
            )),
        }
    }

    /// True if the resource waits for something else than before, or has done so for long enough to say it again.
    fn is_new(&self, address: &str, what: &str, waited: Duration) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = match told.get(address) {
            Some((before, then)) => before != what || waited < *then || waited - *then >= AGAIN,
            None => true,
        };
        if is_new {
            told.insert(address.into(), (what.into(), waited));
        }
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_told_with_its_time_and_not_at_every_look() {
        let address = "dynamodb.table/orders".parse().expect("the literal is valid");
        let progress = Progress::default();
        let line = |api, what, seconds| {
            let (waited, at_most) = (Duration::from_secs(seconds), Duration::from_secs(300));
            progress.line(&Event::Waiting { address: &address, api, what, waited, at_most })
        };
        let told = |text: &str| Some(format!("dynamodb.table/orders: {text}"));
        assert_eq!(line(None, "CREATING", 1), None, "most states are reached at once");
        assert_eq!(line(None, "CREATING", 4), told("waits for CREATING (4 s of at most 300 s)"));
        assert_eq!(line(None, "CREATING", 9), None);
        assert_eq!(line(None, "UPDATING", 9), told("waits for UPDATING (9 s of at most 300 s)"));
        assert_eq!(line(None, "UPDATING", 19), told("waits for UPDATING (19 s of at most 300 s)"));
        let api = Some("dynamodb:UpdateTable");
        assert_eq!(line(api, "UPDATING", 0), told("dynamodb:UpdateTable waits for UPDATING (0 s of at most 300 s)"));
    }
}
