//! The canary: a part of the traffic is watched before a function's alias is moved, or put back.
//!
//! The plan says everything: how long, by which alarms, and the call that puts the alias back. Here, only the alarms'
//! state decides between that call and the planned one. A wait that was interrupted starts again, because its start is
//! not stored.

#![expect(clippy::disallowed_methods, reason = "it measures how long a part of the traffic has been watched")]

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;

use crate::apply::{Event, Executor, Outcome};
use crate::aws::settle::{self, Verdict};
use crate::aws::{AwsError, cloudwatch};
use crate::plan::{Change, Step, Watch};

/// How often the alarms are asked.
const POLL: Duration = Duration::from_secs(10);

impl Executor<'_> {
    /// Waits before a step's call, as long as the step asks for. `Err` if the alias was put back, or somebody has asked
    /// to stop.
    pub async fn watch(&self, change: &Change, index: usize) -> Result<(), Outcome> {
        let Some(watch) = &change.steps[index].watch else { return Ok(()) };
        let (start, at_most) = (Instant::now(), Duration::from_secs(u64::from(watch.minutes) * 60));
        let what = format!("{} to stay as they are", listed(&watch.alarms));
        let mut sight = Sight::default();
        loop {
            let seen = cloudwatch::raised(self.aws.for_change(&change.address), &watch.alarms).await;
            let left = match sight.after(seen, start.elapsed(), at_most) {
                Next::Wait(left) => left,
                Next::Move => return Ok(()),
                Next::PutBack(why) => return Err(self.put_back(change, index, watch, why).await),
            };
            (self.controls.progress)(&Event::Waiting {
                address: &change.address,
                api: None,
                what: &what,
                waited: at_most.saturating_sub(left),
                at_most,
            });
            self.controls.stop.sleep(POLL.min(left)).await;
            if self.controls.stop.is_asked() {
                return Err(self.stopped(change));
            }
        }
    }

    /// A wait that an earlier apply has begun is stopped before this one has sent anything.
    fn stopped(&self, change: &Change) -> Outcome {
        if self.controls.journal.count(&change.address) == 0 { Outcome::NotStarted } else { Outcome::Stopped }
    }

    /// Sends the call that leads back in the place of the planned one.
    async fn put_back(&self, change: &Change, index: usize, watch: &Watch, why: String) -> Outcome {
        let mut back = change.clone();
        back.steps.truncate(index);
        back.steps.push(Step { call: watch.otherwise.clone(), leads_to: watch.leads_back_to, watch: None });
        match Box::pin(self.step(&back, index)).await {
            Ok(_) => Outcome::PutBack(why),
            Err(Outcome::Failed(error)) => {
                Outcome::Failed(format!("{why}, and its alias could not be put back: {error}"))
            }
            Err(other) => other,
        }
    }
}

/// What comes after an answer about the alarms.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    /// They are asked again, for so long yet.
    Wait(Duration),
    /// The alias is moved.
    Move,
    /// It is put back, and why.
    PutBack(String),
}

/// How long the alarms could not be read. That time does not count: the wait gets longer by it, the alias is moved only
/// after an answer, and it is put back if an error lasts longer than such errors are worth waiting for.
#[derive(Debug, Default)]
struct Sight {
    /// In all, up to the last answer.
    lost: Duration,
    /// Since when, where the last answer was an error.
    lost_since: Option<Duration>,
}

impl Sight {
    /// What comes after this answer, `now` after the beginning of a wait of `at_most`.
    fn after(&mut self, answer: Result<BTreeSet<String>, AwsError>, now: Duration, at_most: Duration) -> Next {
        let since = self.lost_since.unwrap_or(now);
        let lost = now.saturating_sub(since);
        let seen = now.saturating_sub(self.lost + lost);
        match answer {
            Ok(raised) if raised.is_empty() => {
                (self.lost, self.lost_since) = (self.lost + lost, None);
                if seen >= at_most { Next::Move } else { Next::Wait(at_most - seen) }
            }
            Ok(raised) => {
                let are = if raised.len() == 1 { "is raised" } else { "are raised" };
                Next::PutBack(format!("{} {are}", listed(&raised)))
            }
            Err(error) => {
                self.lost_since = Some(since);
                match settle::verdict(&error) {
                    Verdict::Again { within, .. } | Verdict::Look { within } if lost < within => {
                        // Where the time is over, an answer is all that is missing.
                        Next::Wait(at_most.saturating_sub(seen).max(POLL))
                    }
                    _ => Next::PutBack(format!("the alarms cannot be read: {error}")),
                }
            }
        }
    }
}

fn listed(alarms: &BTreeSet<String>) -> String {
    let names: Vec<&str> = alarms.iter().map(String::as_str).collect();
    format!("{} {}", if names.len() == 1 { "alarm" } else { "alarms" }, names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::error::Reach;

    const MINUTE: Duration = Duration::from_secs(60);

    /// What comes of these answers, ten seconds after each other, in a wait of a minute; and when.
    fn ends(answers: impl IntoIterator<Item = Result<BTreeSet<String>, AwsError>>) -> Option<(u64, Next)> {
        let mut sight = Sight::default();
        let polls = answers.into_iter().zip((0..).step_by(10));
        let mut next = polls.map(|(answer, now)| (now, sight.after(answer, Duration::from_secs(now), MINUTE)));
        next.find(|(_, next)| !matches!(next, Next::Wait(_)))
    }

    fn well() -> Result<BTreeSet<String>, AwsError> {
        Ok(BTreeSet::new())
    }

    fn lost() -> Result<BTreeSet<String>, AwsError> {
        Err(AwsError::malformed("cloudwatch:DescribeAlarms", "reset"))
    }

    fn is_put_back(ended: Option<(u64, Next)>, at: u64, why: &str) {
        let (now, next) = ended.expect("an end");
        assert!(now == at && matches!(&next, Next::PutBack(said) if said.contains(why)), "{now} {next:?}");
    }

    #[test]
    fn the_alias_is_moved_once_no_alarm_was_raised_for_as_long_as_was_asked_for() {
        assert_eq!(ends((0..9).map(|_| well())), Some((60, Next::Move)));
        let raised = || -> Result<BTreeSet<String>, AwsError> { Ok(["errors".to_owned()].into()) };
        is_put_back(ends([well(), well(), raised(), well()]), 20, "alarm errors is raised");
        is_put_back(ends([lost(), raised()]), 10, "alarm errors is raised");
    }

    #[test]
    fn time_in_which_no_alarm_could_be_asked_does_not_count() {
        let blind = |from: usize, until: usize| {
            ends((0..40).map(|poll| if (from..until).contains(&poll) { lost() } else { well() }))
        };
        assert_eq!(blind(2, 3), Some((70, Next::Move)));
        assert_eq!(blind(0, 12), Some((180, Next::Move)));
        assert_eq!(blind(6, 8), Some((80, Next::Move)), "an answer is all that is missing");
        assert_eq!(ends((0..9).map(|poll| if poll % 2 == 0 { lost() } else { well() })), None);
    }

    #[test]
    fn what_nobody_can_see_does_not_continue() {
        is_put_back(ends((0..40).map(|_| lost())), 180, "the alarms cannot be read: cloudwatch:DescribeAlarms");
        is_put_back(ends((0..40).map(|poll| if poll < 6 { well() } else { lost() })), 240, "the alarms cannot be read");
        let error = AwsError::malformed("cloudwatch:DescribeAlarms", "no");
        let denied = AwsError { code: Some("AccessDenied".into()), status: Some(403), reach: Reach::Refused, ..error };
        is_put_back(ends([well(), Err(denied)]), 10, "the alarms cannot be read");
    }
}
