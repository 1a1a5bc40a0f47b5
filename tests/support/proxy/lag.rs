//! Reads that lag behind writes, as AWS's do.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::http::{Request, Response};

/// Answers each read as it was answered before, until some time after the first write since.
#[derive(Default)]
pub struct Lag(Mutex<State>);

#[derive(Default)]
struct State {
    by: Duration,
    /// The only operation after which reads lag, if it is not every one.
    after: Option<String>,
    answers: HashMap<Vec<u8>, (Instant, Response)>,
    writes: Vec<Instant>,
    stale: usize,
}

impl Lag {
    /// From now on reads lag by this much, after every write or after those of one operation.
    pub fn set(&self, by: Duration, after: Option<&str>) {
        let mut state = self.0.lock().expect("the lag");
        (state.by, state.after) = (by, after.map(str::to_owned));
    }

    /// How many stale answers were given.
    pub fn count(&self) -> usize {
        self.0.lock().expect("the lag").stale
    }

    /// The answer of before, if it still counts.
    pub fn stale(&self, request: &Request) -> Option<Response> {
        let mut state = self.0.lock().expect("the lag");
        let (asked, answer) = state.answers.get(&key(request))?;
        let since = state.writes.iter().find(|write| *write >= asked)?;
        let answer = (since.elapsed() < state.by).then(|| answer.clone())?;
        state.stale += 1;
        Some(answer)
    }

    /// Remembers how a read was answered that was asked at `asked`.
    pub fn answered(&self, request: &Request, asked: Instant, answer: &Response) {
        let mut state = self.0.lock().expect("the lag");
        if !state.by.is_zero() {
            state.answers.insert(key(request), (asked, answer.clone()));
        }
    }

    /// Remembers that something was written.
    pub fn written(&self, operation: &str) {
        let mut state = self.0.lock().expect("the lag");
        if state.after.as_ref().is_none_or(|after| after == operation) {
            state.writes.push(Instant::now());
        }
    }
}

/// What makes two requests the same question.
fn key(request: &Request) -> Vec<u8> {
    let target = request.header("x-amz-target").unwrap_or_default();
    [request.line.as_bytes(), b"\n", target.as_bytes(), b"\n", &request.body].concat()
}
