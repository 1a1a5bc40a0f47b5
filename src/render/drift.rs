//! The issue about drift: where live AWS differs from what the default branch asks for.

use super::{Extra, comment};
use crate::canonical::Sha;
use crate::plan::Plan;

/// What stands above and below the plan that would undo the drift.
const ABOVE: &str = "Live AWS differs from what the default branch's manifest asks for. Applying the manifest would \
change it back like this:\n\n";
const BELOW: &str = "\n**Next:** to change it back, start the workflow of the manual apply. To keep a difference, \
write it into the manifest, in a pull request. This issue closes by itself once both agree.\n";

/// The plan that would undo the drift, as the text of an issue.
pub fn issue(plan: &Plan, id: &Sha, extra: &Extra) -> String {
    format!("{ABOVE}{}{BELOW}", comment(plan, id, extra))
}
