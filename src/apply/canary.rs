//! What a part of the traffic is watched for before a function's alias is moved, and the way back.
//!
//! The plan says it all: how long, by which alarms, and the call that puts the alias back. Here the alarms' state alone decides
//! between that call and the planned one. A wait that was interrupted starts again, since nothing keeps its beginning.

#![expect(clippy::disallowed_methods, reason = "it measures how long a part of the traffic has been watched")]

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;

use crate::apply::{Event, Executor, Outcome};
use crate::aws::cloudwatch;
use crate::aws::settle::{self, Verdict};
use crate::plan::{Change, Step, Watch};

/// How often the alarms are asked.
const POLL: Duration = Duration::from_secs(10);

impl Executor<'_> {
    /// Waits as long as a step asks for before its call. `Err` if the alias was put back, or somebody has asked to stop.
    pub async fn watch(&self, change: &Change, index: usize) -> Result<(), Outcome> {
        let Some(watch) = &change.steps[index].watch else { return Ok(()) };
        let (start, at_most) = (Instant::now(), Duration::from_secs(u64::from(watch.minutes) * 60));
        let what = format!("{} to stay as they are", listed(&watch.alarms));
        loop {
            let seen = cloudwatch::raised(self.aws.for_change(&change.address), &watch.alarms).await;
            let why = match seen {
                Ok(raised) if raised.is_empty() => None,
                Ok(raised) => {
                    Some(format!("{} {}", listed(&raised), if raised.len() == 1 { "is raised" } else { "are raised" }))
                }
                Err(error) if settle::verdict(&error) == Verdict::Final => {
                    Some(format!("no alarm can be asked: {error}"))
                }
                Err(_) => None,
            };
            if let Some(why) = why {
                return Err(self.put_back(change, index, watch, why).await);
            }
            let waited = start.elapsed();
            if waited >= at_most {
                return Ok(());
            }
            (self.controls.progress)(&Event::Waiting {
                address: &change.address,
                api: None,
                what: &what,
                waited,
                at_most,
            });
            self.controls.stop.sleep(POLL.min(at_most - waited)).await;
            if self.controls.stop.is_asked() {
                return Err(Outcome::Stopped);
            }
        }
    }

    /// Sends the call that leads back in the place of the planned one.
    async fn put_back(&self, change: &Change, index: usize, watch: &Watch, why: String) -> Outcome {
        let mut back = change.clone();
        back.steps.truncate(index);
        back.steps.push(Step { call: watch.otherwise.clone(), leads_to: watch.leads_back_to, watch: None });
        match Box::pin(self.step(&back, index)).await {
            Ok(_) => Outcome::PutBack(why),
            Err(Outcome::Failed(error)) => Outcome::Failed(format!("{why}, and its alias was not put back: {error}")),
            Err(other) => other,
        }
    }
}

fn listed(alarms: &BTreeSet<String>) -> String {
    let names: Vec<&str> = alarms.iter().map(String::as_str).collect();
    format!("{} {}", if names.len() == 1 { "alarm" } else { "alarms" }, names.join(", "))
}
