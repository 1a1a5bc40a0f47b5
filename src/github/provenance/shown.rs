//! Whether what people have read is this plan: the comment on the pull request, and the bundle's `plan.md`.
//!
//! Both are rendered again from the plan file and compared. What stands below that part (counts, origins, what IAM does
//! not allow) is for people alone; so is whatever GitHub shows of the check run.

#![expect(clippy::disallowed_methods, reason = "it reads the bundle that was downloaded")]

use super::{PlanSought, Refusal};
use crate::bundle::Bundle;
use crate::github::comment::Comment;
use crate::github::plan_marker;
use crate::render::comment::SHOWN;
use crate::render::shown::{self, Mismatch};

/// The pull request's comment, of which there is exactly one, shows the plan. `comments` are those that the Actions app
/// wrote with the plan's marker. Where comments are off there may be none; one that is there was read all the same.
pub fn comment(comments: &[Comment], bundle: &Bundle, number: u64, wanted: PlanSought<'_>) -> Result<(), Refusal> {
    let comment = match comments {
        [] if wanted.no_comment => return Ok(()),
        [] => return Err(Refusal::NoComment(number)),
        [one] => one,
        several => return Err(Refusal::SeveralComments { number, count: several.len() }),
    };
    let below = comment.below(&plan_marker(wanted.app, wanted.stage)).unwrap_or_default();
    let shown = shown::compare(below, &bundle.plan, &bundle.id, SHOWN);
    let place = || format!("the comment {}", comment.html_url);
    shown.map_err(|mismatch| refusal(mismatch, place, || Refusal::CommentChanged(comment.html_url.clone())))
}

/// The bundle's `plan.md`, which a comment that had to be shortened refers to, shows the plan.
pub fn document(bundle: &Bundle) -> Result<(), Refusal> {
    let text = std::fs::read_to_string(bundle.beside("plan.md")).unwrap_or_default();
    let shown = shown::compare(&text, &bundle.plan, &bundle.id, usize::MAX);
    shown.map_err(|mismatch| refusal(mismatch, || "the artifact's plan.md".into(), || Refusal::DocumentChanged))
}

fn refusal(mismatch: Mismatch, place: impl Fn() -> String, changed: impl Fn() -> Refusal) -> Refusal {
    match mismatch {
        Mismatch::Text => changed(),
        Mismatch::Version(version) => Refusal::OtherVersion { place: place(), version },
    }
}
