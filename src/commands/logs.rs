//! `logs`: what a section's log group holds, from a time on.

use std::cell::Cell;
use std::time::Duration;

use crate::cli;
use crate::commands::log_events::{Events, ago};
use crate::commands::log_groups::choose;
use crate::commands::place::Deployed;
use crate::commands::print_part;
use crate::error::Error;
use crate::github::runner::print::say;
use crate::render::logged;

/// The pause between two questions for more. CloudWatch answers few questions a second, and events take as long to arrive.
const PAUSE: Duration = Duration::from_secs(2);

/// Prints what was logged, and with `--follow` what is.
pub async fn logs(args: &cli::Logs) -> Result<u8, Error> {
    let Deployed { project, aws, wanted } = Deployed::find(&args.place).await?;
    let group = choose(&wanted, &project.source.manifest, &args.name)?;
    let mut events = Events::since(&aws, &group, ago(args.since));
    let is_read = Cell::new(true);
    let mut show = |time: i64, message: &str| {
        is_read.set(print_part(&logged::event(time, message, true))?);
        Ok(is_read.get())
    };
    let absent = || Error::Absent {
        what: format!("the log group of {}", args.name),
        physical: group.clone(),
        stage: project.owner.stage.to_string(),
    };
    let count = events.show(&mut show).await?.ok_or_else(absent)?;
    if count == 0 && !args.follow {
        say("Nothing was logged in this time; --since looks further back.");
    }
    while args.follow && is_read.get() {
        tokio::time::sleep(PAUSE).await;
        events.show(&mut show).await?.ok_or_else(absent)?;
    }
    Ok(0)
}
