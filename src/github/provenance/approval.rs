//! Who has approved a plan, and whether that was before the plan was made.
//!
//! An approval counts if whoever gave it may write to the repository and if it is of the commit that was planned. The
//! association with the repository (`author_association`) says neither: members of an organisation may have no access
//! at all, and anybody can approve a public pull request.

use std::collections::BTreeMap;

use aws_smithy_types::DateTime;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::answer::Review;
use super::decide::{moment, told};
use super::{ProvenanceError, Refusal};
use crate::github::api::{Api, ApiError};
use crate::github::event::PullRequest;

/// What is asked of a plan's approvals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terms {
    /// What becomes of a plan that was made after the last approval.
    pub late: Late,
    /// True to refuse a plan that nobody has approved.
    pub required: bool,
}

/// What becomes of a plan that was made after the last approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Late {
    /// It is pointed out.
    #[default]
    Warn,
    /// It is refused, as the workflow asks.
    Refuse,
    /// It is refused, because the environment asks nobody who would read it.
    Unguarded,
}

/// What an account may do. Shape: "Get repository permissions for a user"; the job's token may always ask.
#[derive(Debug, Clone, Deserialize)]
struct Permission {
    /// `admin`, `write`, `read` or `none`: the base of whatever role, `maintain` being `write` and `triage` `read`.
    permission: String,
}

impl Permission {
    fn may_write(&self) -> bool {
        matches!(self.permission.as_str(), "admin" | "write")
    }
}

/// What should be said about the approvals of a plan that was made at this time, or why it is refused.
pub async fn look(
    api: &Api,
    pull: &PullRequest,
    made: DateTime,
    terms: Terms,
) -> Result<Option<String>, ProvenanceError> {
    let reviews: Vec<Review> = api.pages(&format!("/pulls/{}/reviews", pull.number), None).await?;
    let mut last = Last::default();
    for (login, approval) in approvers(&reviews, &pull.head.sha) {
        if may_write(api, login).await? {
            let at = Some(moment(approval.at, "a review was given")?);
            let of = if approval.is_of_head { &mut last.of_head } else { &mut last.of_other };
            *of = at.max(*of);
        }
    }
    Ok(judge(made, last, &pull.head.sha, terms)?)
}

/// An approval that has not been taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approval<'a> {
    /// True if it is of the commit that was planned.
    is_of_head: bool,
    /// When it was given, in RFC 3339.
    at: Option<&'a str>,
}

/// The last approvals by somebody who may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Last {
    /// Of the commit that was planned.
    of_head: Option<DateTime>,
    /// Of another commit: these do not count, but show that the commit that was planned came later.
    of_other: Option<DateTime>,
}

async fn may_write(api: &Api, login: &str) -> Result<bool, ApiError> {
    let login = utf8_percent_encode(login, NON_ALPHANUMERIC);
    let found: Option<Permission> = api.find(&format!("/collaborators/{login}/permission")).await?;
    Ok(found.is_some_and(|found| found.may_write()))
}

/// Who approves, of what and since when. GitHub lists reviews in the order in which they were given; whoever
/// asks for changes later approves no longer, and a review that was dismissed has another state.
pub fn approvers<'a>(reviews: &'a [Review], head: &str) -> BTreeMap<&'a str, Approval<'a>> {
    let mut approvers = BTreeMap::new();
    for review in reviews {
        let Some(reviewer) = &review.user else { continue };
        match review.state.as_str() {
            "APPROVED" => {
                let is_of_head = review.commit_id.as_deref() == Some(head);
                approvers.insert(&*reviewer.login, Approval { is_of_head, at: review.submitted_at.as_deref() });
            }
            "CHANGES_REQUESTED" => {
                approvers.remove(reviewer.login.as_str());
            }
            _ => {}
        }
    }
    approvers
}

/// A plan that was made after the last approval is refused or, as the result here, pointed out; so is one that nobody
/// approved. One whose earlier commit alone was approved is as late as one that was made again.
pub fn judge(made: DateTime, last: Last, head: &str, terms: Terms) -> Result<Option<String>, Refusal> {
    if last.of_head.is_none() && terms.required {
        return Err(Refusal::NotApproved(head.into()));
    }
    match last.of_head.or(last.of_other).filter(|last| made > *last) {
        Some(last) if terms.late == Late::Refuse => Err(Refusal::AfterReview(told(last))),
        Some(last) if terms.late == Late::Unguarded => Err(Refusal::LateUnguarded(told(last))),
        _ if last.of_head.is_none() => Ok(Some(format!(
            "nobody with write access has approved {head}, which was planned: read the plan before it is applied"
        ))),
        Some(last) => Ok(Some(format!(
            "the plan was made at {}, after the last approving review at {}: read it before it is applied",
            told(made),
            told(last)
        ))),
        None => Ok(None),
    }
}

#[cfg(test)]
#[path = "approval/tests.rs"]
mod tests;
