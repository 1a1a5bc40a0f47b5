//! What functions have logged since a call that failed.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::aws::Aws;
use crate::commands::log_events::Events;
use crate::error::Error;
use crate::github::runner::print::say;
use crate::render::logged;

/// How often it is looked for, while nothing is there,
const TRIES: u32 = 10;
/// and the pause after each.
const PAUSE: Duration = Duration::from_millis(200);
/// The most lines of one function that are shown: the last ones say why it failed.
const MOST: usize = 60;

/// Shows the end of what each of these functions, by its name, has logged in its group since then. A function that has logged
/// nothing has not been called.
pub async fn show(groups: &BTreeMap<String, String>, aws: &Aws, since: i64) -> Result<(), Error> {
    for _ in 0..TRIES {
        let mut is_found = false;
        for (function, group) in groups {
            let lines = lines(aws, group, since).await?;
            if !lines.is_empty() {
                is_found = true;
                say(format_args!("The log of function {function}:\n{}", lines.concat()));
            }
        }
        if is_found {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}

/// The last lines; none where there is no such group.
async fn lines(aws: &Aws, group: &str, since: i64) -> Result<Vec<String>, Error> {
    let mut lines = Vec::new();
    let mut keep = |_: i64, message: &str| {
        lines.extend(logged::indented(message).split_inclusive('\n').map(str::to_owned));
        let superfluous = lines.len().saturating_sub(MOST);
        lines.drain(..superfluous);
        Ok(true)
    };
    Events::since(aws, group, since).show(&mut keep).await?;
    Ok(lines)
}
