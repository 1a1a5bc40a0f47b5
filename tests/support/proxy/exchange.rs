//! What went through, and what it says together.

use std::time::{Duration, Instant};

/// A request that went through.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The service, by the credential scope of the signature: `dynamodb`, `states`, ...
    pub service: String,
    /// The operation, or method and path where no table says which one it is.
    pub operation: String,
    /// When its last byte had come in.
    pub started: Instant,
    /// When it went on to the emulator.
    pub asked: Instant,
    /// When the emulator had answered.
    pub answered: Instant,
    /// When its answer went out.
    pub ended: Instant,
    /// How many were under way, this one included, when it came in.
    pub in_flight: usize,
    /// The status of the answer.
    pub status: u16,
}

/// True for an operation that changes something.
pub fn is_change(operation: &str) -> bool {
    !["Get", "List", "Describe", "Head", "Validate", "AssumeRole"].iter().any(|verb| operation.starts_with(verb))
        && !["GET ", "HEAD "].iter().any(|method| operation.starts_with(method))
}

/// How long the emulator was at work on any of the requests.
pub fn busy(log: &[Exchange]) -> Duration {
    let mut spans: Vec<(Instant, Instant)> = log.iter().map(|exchange| (exchange.asked, exchange.answered)).collect();
    spans.sort();
    let (mut busy, mut until) = (Duration::ZERO, None::<Instant>);
    for (asked, answered) in spans {
        let from = until.map_or(asked, |until| until.max(asked));
        busy += answered.saturating_duration_since(from);
        until = Some(until.map_or(answered, |until| until.max(answered)));
    }
    busy
}

/// The number of dependent round trips: the longest chain of requests of which each began after the one before had
/// ended.
pub fn waves(log: &[Exchange]) -> usize {
    let mut by_start: Vec<&Exchange> = log.iter().collect();
    by_start.sort_by_key(|exchange| exchange.started);
    let mut done: Vec<(Instant, usize)> = Vec::new();
    for exchange in by_start {
        let before = done.iter().filter(|(ended, _)| *ended <= exchange.started).map(|(_, depth)| *depth).max();
        done.push((exchange.ended, before.unwrap_or(0) + 1));
    }
    done.iter().map(|(_, depth)| *depth).max().unwrap_or(0)
}
