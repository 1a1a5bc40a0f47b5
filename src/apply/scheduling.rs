//! How many changes run at once, and which of those that could begin is first: the one with the longest chain behind
//! it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::name::Address;
use crate::plan::Plan;

/// The round trips of a change beside its calls: a look before them, two after.
const LOOKS: usize = 3;

/// Places for changes that run at once.
#[derive(Debug)]
pub struct Slots(Mutex<State>);

#[derive(Debug)]
struct State {
    free: usize,
    waiting: BinaryHeap<Waiter>,
    /// How many have ever waited: among equals the first goes first.
    count: usize,
}

/// A change that waits for its place.
#[derive(Debug)]
struct Waiter {
    order: (usize, Reverse<usize>),
    place: oneshot::Sender<Slot>,
}

impl Ord for Waiter {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.order.cmp(&other.order)
    }
}

impl PartialOrd for Waiter {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiter {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}

impl Eq for Waiter {}

/// A place, until it is dropped.
#[derive(Debug)]
pub struct Slot(Arc<Slots>);

impl Drop for Slot {
    fn drop(&mut self) {
        let next = {
            let mut state = self.0.state();
            let next = state.waiting.pop();
            state.free += usize::from(next.is_none());
            next
        };
        if let Some(waiter) = next {
            // Somebody who waits no longer drops the place, and so hands it on.
            drop(waiter.place.send(Slot(Arc::clone(&self.0))));
        }
    }
}

impl Slots {
    /// So many places.
    pub fn new(free: usize) -> Arc<Self> {
        Arc::new(Self(Mutex::new(State { free, waiting: BinaryHeap::new(), count: 0 })))
    }

    /// Waits for a place. A higher `urgency` goes first.
    pub async fn take(self: &Arc<Self>, urgency: usize) -> Slot {
        loop {
            let Some(place) = self.queue(urgency) else { return Slot(Arc::clone(self)) };
            if let Ok(slot) = place.await {
                return slot;
            }
        }
    }

    /// Takes a free place, or gives what announces the next one.
    fn queue(&self, urgency: usize) -> Option<oneshot::Receiver<Slot>> {
        let mut state = self.state();
        if state.free > 0 {
            state.free -= 1;
            return None;
        }
        let (place, told) = oneshot::channel();
        state.count += 1;
        let order = (urgency, Reverse(state.count));
        state.waiting.push(Waiter { order, place });
        Some(told)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many round trips each change has before and behind it until the end of its longest chain.
pub fn urgency(plan: &Plan) -> BTreeMap<&Address, usize> {
    let mut behind: BTreeMap<&Address, usize> = BTreeMap::new();
    for change in plan.changes.iter().rev() {
        let own = behind.get(&change.address).copied().unwrap_or_default() + change.steps.len() + LOOKS;
        behind.insert(&change.address, own);
        for need in &change.waits_for {
            let longest = behind.entry(need).or_default();
            *longest = own.max(*longest);
        }
    }
    behind
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[tokio::test]
    async fn the_most_urgent_goes_first_and_among_equals_the_first() {
        let (slots, order) = (Slots::new(1), Mutex::new(Vec::new()));
        let place = slots.take(0).await;
        let run = async |name, urgency| {
            let _place = slots.take(urgency).await;
            order.lock().unwrap().push(name);
            tokio::task::yield_now().await;
        };
        let release = async { drop(place) };
        tokio::join!(run("a", 1), run("b", 3), run("c", 2), run("d", 3), release);
        assert_eq!(order.into_inner().unwrap(), ["b", "d", "c", "a"]);
    }

    #[tokio::test]
    async fn a_place_that_nobody_waits_for_any_more_goes_on_to_the_next() {
        let slots = Slots::new(1);
        let place = slots.take(0).await;
        let (mut gone, mut next) = (Box::pin(slots.take(2)), Box::pin(slots.take(1)));
        assert!(gone.as_mut().now_or_never().is_none() && next.as_mut().now_or_never().is_none());
        drop(gone);
        drop(place);
        drop(next.as_mut().now_or_never().expect("its turn"));
        assert!(slots.take(0).now_or_never().is_some());
    }

    #[tokio::test]
    async fn a_place_that_was_given_and_never_looked_at_is_not_lost() {
        let slots = Slots::new(1);
        let place = slots.take(0).await;
        let mut given = Box::pin(slots.take(1));
        assert!(given.as_mut().now_or_never().is_none());
        drop(place);
        drop(given);
        assert!(slots.take(0).now_or_never().is_some());
    }
}
