//! What an apply is doing, on stderr. At a terminal there is a line for each change that runs, drawn again at every event,
//! and one that stays for each that has ended; elsewhere the latter alone, and waits now and then.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::apply::Event;
use crate::github::runner::print::{can_redraw, say, say_above};
use crate::name::Address;
use crate::plan::{Change, Plan};
use crate::render::progress;

/// A wait is reported after so long: most calls settle at once.
const SOON: Duration = Duration::from_secs(3);
/// A wait for the same thing is reported again after so long, and then each time that it has taken twice as long.
const AGAIN: Duration = Duration::from_secs(10);
/// More changes that run are counted.
const MOST: usize = 8;

/// Shows events.
#[derive(Debug)]
pub struct Progress<'a> {
    changes: BTreeMap<&'a Address, &'a Change>,
    redraws: bool,
    state: Mutex<State<'a>>,
}

#[derive(Debug, Default)]
struct State<'a> {
    /// How many changes have ended.
    ended: usize,
    /// Those that run, and what they do, in the order in which they began.
    running: Vec<(&'a Change, String)>,
    /// What each resource waits for, and how long it had waited when that was reported last.
    reported: BTreeMap<Address, (String, Duration)>,
}

impl<'a> Progress<'a> {
    /// Of an apply of this plan.
    pub fn new(plan: &'a Plan) -> Self {
        Self::of(plan, can_redraw())
    }

    fn of(plan: &'a Plan, redraws: bool) -> Self {
        let changes = plan.changes.iter().map(|change| (&change.address, change)).collect();
        Self { changes, redraws, state: Mutex::default() }
    }

    /// Shows an event, if there is something new about it.
    pub fn show(&self, event: &Event) {
        let mut state = self.state();
        let line = self.line(&mut state, event);
        match line {
            _ if self.redraws => say_above(&line.unwrap_or_default(), state.frame()),
            Some(line) => say(line),
            None => {}
        }
    }

    fn state(&self) -> MutexGuard<'_, State<'a>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes an event in; gives the line that stays.
    fn line(&self, state: &mut State<'a>, event: &Event) -> Option<String> {
        match event {
            Event::Begun(change) => {
                state.set(self.changes.get(&change.address)?, String::new());
                None
            }
            Event::Calling { address, step, api } => {
                let change = self.changes.get(address)?;
                state.set(change, progress::calling(change, *step, api));
                None
            }
            Event::Waiting { address, what, waited, .. } => {
                let text = progress::waiting(what, *waited);
                if let Some((_, doing)) = state.running.iter_mut().find(|(change, _)| change.address == **address) {
                    doing.clone_from(&text);
                }
                let is_due = !self.redraws && state.is_due(address, what, *waited);
                is_due.then(|| format!("{address}: {text}"))
            }
            Event::Behind { address, waited } => Some(progress::behind(address, *waited)),
            Event::Ended(result) => {
                state.ended += 1;
                state.running.retain(|(change, _)| change.address != result.address);
                let is_begun = result.calls > 0 || result.outcome.is_reached();
                is_begun.then(|| progress::ended(result, state.ended, self.changes.len(), true))
            }
        }
    }
}

impl<'a> State<'a> {
    fn set(&mut self, change: &'a Change, doing: String) {
        match self.running.iter_mut().find(|(other, _)| other.address == change.address) {
            Some((_, before)) => *before = doing,
            None => self.running.push((change, doing)),
        }
    }

    /// The lines of what runs.
    fn frame(&self) -> Vec<String> {
        let shown = self.running.iter().take(MOST).map(|(change, doing)| progress::running(change, doing));
        let more = self.running.len().saturating_sub(MOST);
        shown.chain((more > 0).then(|| format!("  … and {more} more"))).collect()
    }

    /// True if the resource waits for something else than before, or has done so for long enough to say it again.
    fn is_due(&mut self, address: &Address, what: &str, waited: Duration) -> bool {
        let is_new = match self.reported.get(address) {
            Some((before, then)) => before != what || waited < *then || waited - *then >= AGAIN.max(*then),
            None => true,
        };
        let is_due = is_new && waited >= SOON;
        if is_due {
            self.reported.insert(address.clone(), (what.into(), waited));
        }
        is_due
    }
}

impl Drop for Progress<'_> {
    /// Leaves nothing behind that would be drawn again.
    fn drop(&mut self) {
        if self.redraws {
            say_above("", Vec::new());
        }
    }
}

#[cfg(test)]
mod tests;
