//! Questions of many callers that are sent together.
//!
//! A question is sent at once while fewer than two requests are under way; later ones wait, and are sent together as
//! soon as one of the two is answered. So nobody waits for company, and the more there is to ask, the more is put into
//! one request: a request that waits for its turn in [`crate::aws::rate`] counts as under way too. A single question
//! waits for the faster of two requests at most, since one of them may be a listing of many pages; more than two would
//! only split what could be sent together.
//!
//! An answer is never older than its question: a caller joins questions that still wait, and never a request that has
//! been sent. So an apply can compare a state after its call. A request that fails has failed for everybody in it. It
//! belongs to none of its callers: a caller that gives up takes nothing from the others.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::aws::AwsError;

/// So many requests of one kind are away at once.
const AWAY: usize = 2;

/// One request's answers to the questions; what it leaves out does not exist.
pub type Answers<K, A> = Result<BTreeMap<K, A>, AwsError>;

/// Who waits for an answer.
type Caller<A> = oneshot::Sender<Result<Option<A>, AwsError>>;

/// The questions of one kind.
pub struct Batch<K, A> {
    api: &'static str,
    /// How much one request may ask.
    most: usize,
    line: Mutex<Line<K, A>>,
}

struct Line<K, A> {
    /// In the order in which they came.
    waiting: Vec<(K, Caller<A>)>,
    away: usize,
}

impl<K, A> fmt::Debug for Batch<K, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").field("api", &self.api).finish_non_exhaustive()
    }
}

impl<K, A> Batch<K, A>
where
    K: Ord + Clone + Send + 'static,
    A: Clone + Send + 'static,
{
    /// Of this call, `service:Operation`, with at most so many questions in one request.
    pub fn new(api: &'static str, most: usize) -> Arc<Self> {
        Arc::new(Self { api, most, line: Mutex::new(Line { waiting: Vec::new(), away: 0 }) })
    }

    /// The answer to a question, from a request that is made after this was called. Every caller gives an `ask` that does
    /// the same.
    pub async fn get<F>(
        self: &Arc<Self>,
        key: K,
        ask: impl Fn(BTreeSet<K>) -> F + Send + 'static,
    ) -> Result<Option<A>, AwsError>
    where
        F: Future<Output = Answers<K, A>> + Send + 'static,
    {
        let (caller, answer) = oneshot::channel();
        if self.join(key, caller) {
            tokio::spawn(Arc::clone(self).ask_all(ask));
        }
        answer.await.unwrap_or_else(|_| Err(AwsError::malformed(self.api, "the request ended without an answer")))
    }

    /// Joins those that wait; true if a request may leave for them now.
    fn join(&self, key: K, caller: Caller<A>) -> bool {
        let mut line = self.line();
        line.waiting.push((key, caller));
        let may_leave = line.away < AWAY;
        line.away += usize::from(may_leave);
        may_leave
    }

    /// Asks for those that wait, until nobody does.
    async fn ask_all<F>(self: Arc<Self>, ask: impl Fn(BTreeSet<K>) -> F + Send)
    where
        F: Future<Output = Answers<K, A>> + Send + 'static,
    {
        // Those that ask in the same moment come along.
        tokio::task::yield_now().await;
        while let Some(batch) = self.take() {
            let answers = ask(batch.keys().cloned().collect()).await;
            for (key, callers) in batch {
                let answer = answers.as_ref().map(|answers| answers.get(&key).cloned()).map_err(Clone::clone);
                for caller in callers {
                    // Whoever has given up misses nothing.
                    let _ = caller.send(answer.clone());
                }
            }
        }
    }

    /// Those whose question leaves next; `None` if nobody waits, and then one request less is away.
    fn take(&self) -> Option<BTreeMap<K, Vec<Caller<A>>>> {
        let mut line = self.line();
        line.waiting.retain(|(_, caller)| !caller.is_closed());
        if line.waiting.is_empty() {
            line.away -= 1;
            return None;
        }
        let count = self.most.min(line.waiting.len());
        let mut batch = BTreeMap::<K, Vec<Caller<A>>>::new();
        for (key, caller) in line.waiting.drain(..count) {
            batch.entry(key).or_default().push(caller);
        }
        Some(batch)
    }

    fn line(&self) -> MutexGuard<'_, Line<K, A>> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
