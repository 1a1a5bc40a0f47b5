//! Events of a log group, in their order, a page at a time; and those that have come since.
//!
//! What is asked for again overlaps with what was asked for before, because events arrive late: their ids show which
//! ones have been printed. Only the ids of the overlap are remembered, and never more than a fixed number.

#![expect(clippy::disallowed_methods, reason = "it asks for what was logged since a time")]

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use aws_smithy_types::DateTime;

use crate::aws::Aws;
use crate::aws::error::Answer;
use crate::error::Error;

/// So late an event may arrive and is still shown.
const OVERLAP: i64 = 30_000;
/// Where nothing was logged for longer, nothing older is asked for again: clocks differ by less.
const STALE: i64 = 5 * 60_000;
/// So many ids are remembered at most.
const MOST: usize = 100_000;

/// Handles an event: its time in milliseconds and its message. `false` to get no more.
pub type Show<'s> = dyn FnMut(i64, &str) -> Result<bool, Error> + 's;

/// Now, as CloudWatch counts time.
pub fn now() -> i64 {
    DateTime::from(SystemTime::now()).to_millis().unwrap_or(i64::MAX)
}

/// So long ago.
pub fn ago(time: Duration) -> i64 {
    now().saturating_sub(i64::try_from(time.as_millis()).unwrap_or(i64::MAX)).max(0)
}

/// The events of a log group from a time on.
pub struct Events<'a> {
    aws: &'a Aws,
    group: &'a str,
    shown: Shown,
}

impl<'a> Events<'a> {
    /// From this time on, in milliseconds.
    pub fn since(aws: &'a Aws, group: &'a str, from: i64) -> Self {
        Self { aws, group, shown: Shown { from, ids: BTreeSet::new() } }
    }

    /// Shows those that have not been shown, for as long as somebody asks for more, and says how many; `None` where
    /// there is no such group.
    pub async fn show(&mut self, show: &mut Show<'_>) -> Result<Option<usize>, Error> {
        const API: &str = "logs:FilterLogEvents";
        let (from, mut token, mut count) = (self.shown.from, None, 0);
        loop {
            let request = self.aws.read.logs.filter_log_events().log_group_name(self.group).start_time(from);
            let page = request.set_next_token(token).send().await.found(API, &["ResourceNotFoundException"]);
            let page =
                page.map_err(|error| Error::Unlogged { group: self.group.to_owned(), error: Box::new(error) })?;
            let Some(page) = page else { return Ok(None) };
            for event in page.events() {
                let time = event.timestamp().unwrap_or_default();
                if self.shown.is_new(time, event.event_id().unwrap_or_default()) {
                    count += 1;
                    if !show(time, event.message().unwrap_or_default())? {
                        return Ok(Some(count));
                    }
                }
            }
            self.shown.forget();
            token = page.next_token;
            if token.is_none() {
                self.shown.catch_up(now());
                return Ok(Some(count));
            }
        }
    }
}

/// Which events have been shown.
struct Shown {
    /// What is older is not asked for again.
    from: i64,
    /// Times and ids of those that are not older.
    ids: BTreeSet<(i64, String)>,
}

impl Shown {
    /// True the first time.
    fn is_new(&mut self, time: i64, id: &str) -> bool {
        time >= self.from && self.ids.insert((time, id.to_owned()))
    }

    /// Leaves out what is too old to be asked for again.
    fn forget(&mut self) {
        if let Some((newest, _)) = self.ids.last() {
            self.from = self.from.max(newest.saturating_sub(OVERLAP));
        }
        while self.ids.len() > MOST {
            if let Some((time, _)) = self.ids.pop_first() {
                self.from = self.from.max(time.saturating_add(1));
            }
        }
        self.ids = self.ids.split_off(&(self.from, String::new()));
    }

    /// Goes along with the time where nothing is logged.
    fn catch_up(&mut self, now: i64) {
        self.from = self.from.max(now.saturating_sub(STALE));
        self.forget();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(from: i64) -> Shown {
        Shown { from, ids: BTreeSet::new() }
    }

    #[test]
    fn an_event_is_shown_once_and_one_that_is_late_is_shown_too() {
        let mut shown = shown(1000);
        assert!(shown.is_new(1000, "a") && shown.is_new(1000, "b") && !shown.is_new(1000, "a"));
        assert!(!shown.is_new(999, "c"), "before the time that was asked for");
        assert!(shown.is_new(40_000, "d"));
        shown.forget();
        assert_eq!(shown.from, 10_000);
        assert!(!shown.is_new(40_000, "d") && shown.is_new(10_000, "e") && !shown.is_new(9_999, "f"));
    }

    #[test]
    fn as_much_is_remembered_as_the_overlap_holds() {
        let mut shown = shown(0);
        for time in 0..100 {
            assert!(shown.is_new(time * 1000, "x"));
            shown.forget();
            assert!(shown.ids.len() <= 31, "{}", shown.ids.len());
        }
        shown.catch_up(99_000 + STALE + 1);
        assert_eq!((shown.from, shown.ids.len()), (99_001, 0));
    }

    #[test]
    fn more_events_at_a_time_than_can_be_remembered_are_not_shown_twice() {
        let mut shown = shown(0);
        for number in 0..=MOST {
            assert!(shown.is_new(7, &number.to_string()));
        }
        shown.forget();
        assert!(shown.ids.len() <= MOST && shown.from == 8);
        assert!(!shown.is_new(7, "0") && shown.is_new(8, "0"));
    }

    #[test]
    fn a_time_that_is_before_all_times_is_the_first_one() {
        assert_eq!(ago(Duration::MAX), 0);
        assert!(ago(Duration::from_secs(1)) <= now() - 1000);
    }
}
