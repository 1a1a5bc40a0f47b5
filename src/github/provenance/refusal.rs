//! Why a plan is not accepted as the approved one, and how to continue.

use crate::canonical::Sha;
use crate::plan::Mode;
use crate::reason::failures;
use crate::render::shown::VERSION;

/// The way to continue that always works.
pub const MANUAL_APPLY: &str =
    "to continue, start the workflow \"serverless-app manual apply\", which plans again and asks for approval";

/// A link between commit and plan that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Only what is on the default branch is applied.
    #[error("{found} is not the default branch, {default}: only what was merged there is applied; {MANUAL_APPLY}")]
    OtherBranch {
        /// The ref that the run is about.
        found: String,
        /// What it has to be.
        default: String,
    },
    /// Nobody merged this commit.
    #[error("no pull request was merged as {0}: it was pushed directly; {MANUAL_APPLY}")]
    NoPullRequest(String),
    /// It is not known which plan is meant.
    #[error("this commit belongs to several pull requests: {}; {MANUAL_APPLY}", numbers(.0))]
    SeveralPullRequests(Vec<u64>),
    /// Forks get no credentials, so they have no plan.
    #[error("the pull request #{0} came from a fork, which is not planned; {MANUAL_APPLY}")]
    Fork(u64),
    /// The plan's workflow did not run.
    #[error("the workflow {workflow} did not run for {head} in this repository; {MANUAL_APPLY}")]
    NoRun {
        /// The workflow's file.
        workflow: String,
        /// The pull request's head.
        head: String,
    },
    /// No plan was posted.
    #[error("the pull request's head has no check run {0:?} of GitHub Actions: no plan was posted; {MANUAL_APPLY}")]
    NoCheckRun(String),
    /// The plan's check failed.
    #[error("the check run {name:?} was not successful ({title}); {MANUAL_APPLY}")]
    CheckNotSuccessful {
        name: String,
        /// What it says.
        title: String,
    },
    /// The plan is not there.
    #[error("the run {run} has no plan of {app}/{stage}; {MANUAL_APPLY}")]
    NoArtifact {
        /// Which run.
        run: u64,
        /// The app.
        app: String,
        /// The stage.
        stage: String,
    },
    /// It is not known which of them was reviewed.
    #[error("the run {run} has {count} artifacts named {name}; {MANUAL_APPLY}")]
    SeveralArtifacts {
        /// Which run.
        run: u64,
        /// Their name.
        name: String,
        count: usize,
    },
    /// GitHub has thrown the plan away.
    #[error("the artifact {0} has expired; {MANUAL_APPLY}")]
    Expired(String),
    /// The plan is of another attempt than its name says.
    #[error("the artifact {0} was made in another attempt of the run than its name says; {MANUAL_APPLY}")]
    OlderAttempt(String),
    /// Nothing can be said about before and after.
    #[error("GitHub does not say when {0}; {MANUAL_APPLY}")]
    Undated(&'static str),
    /// The plan is not the one that was posted.
    #[error("the artifact contains the plan {found}, but {approved} was posted and reviewed; {MANUAL_APPLY}")]
    OtherPlan {
        /// The posted id.
        approved: String,
        /// The artifact's.
        found: Sha,
    },
    /// The plan is of another app or stage.
    #[error("the plan is for {planned}, not for {wanted}; {MANUAL_APPLY}")]
    OtherStage {
        /// What was planned.
        planned: String,
        /// What is asked for.
        wanted: String,
    },
    /// The plan is for something that nobody asked for.
    #[error("the plan is to {}, but the run is to {}; {MANUAL_APPLY}", word(.planned), word(.asked))]
    OtherMode {
        /// What the plan is for.
        planned: Mode,
        /// What the event, or the workflow that somebody started, asks for.
        asked: Mode,
    },
    /// The plan was made for a merge into another branch.
    #[error("the plan was made for a merge into {planned:?}, not into {base:?}; {MANUAL_APPLY}")]
    OtherBase {
        /// The branch that it was made for.
        planned: String,
        /// The branch that it was merged into.
        base: String,
    },
    /// The envelope says that the plan came from elsewhere.
    #[error("the plan's envelope says {name} = {found:?}, but it is {expected:?}; {MANUAL_APPLY}")]
    Envelope {
        /// Of what.
        name: String,
        /// What it says.
        found: String,
        /// What is so.
        expected: String,
    },
    /// Nobody could have reviewed it.
    #[error("the plan was made at {0}, after the pull request was merged; {MANUAL_APPLY}")]
    AfterMerge(String),
    /// Nobody has approved it.
    #[error("the plan was made after the last approving review at {0}, and late plans are refused; {MANUAL_APPLY}")]
    AfterReview(String),
    /// Nobody has approved it, and nobody else will read it.
    #[error(
        "the plan was made after the last approving review at {0}, and the environment has no required reviewers who \
         would read it now: require reviewers, or set the action's input `late-plans: warn`; {MANUAL_APPLY}"
    )]
    LateUnguarded(String),
    /// Nobody who may has approved it.
    #[error(
        "nobody with write access has approved {0}, which was planned, and an approval is required; {MANUAL_APPLY}"
    )]
    NotApproved(String),
    /// A later merge has taken this one's place.
    #[error("{what} ({url}): this run would undo that; {MANUAL_APPLY}")]
    Replayed {
        /// What has happened since.
        what: String,
        /// Where people see it.
        url: String,
    },
    /// It is not known what has become of everything that came later.
    #[error("too many commits came after {0} to check whether any of them has been applied; {MANUAL_APPLY}")]
    TooOld(String),
    /// The branch has been rewritten.
    #[error("{commit} is no longer on the branch {branch}: only commits on that branch are applied; {MANUAL_APPLY}")]
    OffBranch {
        /// The commit that the run is about.
        commit: String,
        /// The default branch.
        branch: String,
    },
    /// Reviewers have read something else.
    #[error("the comment {0} does not show this plan: it was edited, or it shows another one; {MANUAL_APPLY}")]
    CommentChanged(String),
    /// Nobody has read it.
    #[error(
        "no comment of GitHub Actions on the pull request #{0} shows the plan; if plans are posted without a comment, \
         set the input `comment: off` in the apply workflow; {MANUAL_APPLY}"
    )]
    NoComment(u64),
    /// It is not known which of them was read.
    #[error(
        "{count} comments of GitHub Actions on the pull request #{number} have the marker of this plan: delete all but the one that shows it; {MANUAL_APPLY}"
    )]
    SeveralComments {
        /// Which pull request.
        number: u64,
        count: usize,
    },
    /// It shows the plan differently, or shows another plan: the two cannot be distinguished.
    #[error(
        "{place} was written by version {version} of this tool and differs from what version {VERSION} shows of the plan: use one version in all workflows, and plan again; {MANUAL_APPLY}"
    )]
    OtherVersion {
        /// What was written.
        place: String,
        /// By which version.
        version: String,
    },
    /// Reviewers may have read something else.
    #[error("the artifact's plan.md does not show the plan beside it; {MANUAL_APPLY}")]
    DocumentChanged,
}

/// A mode, as the action's input has it.
fn word(mode: &Mode) -> &'static str {
    match mode {
        Mode::Deploy => "apply",
        Mode::Destroy => "destroy",
        Mode::DestroyData => "destroy-data",
        Mode::Rollback => "rollback",
    }
}

fn numbers(numbers: &[u64]) -> String {
    numbers.iter().map(|number| format!("#{number}")).collect::<Vec<_>>().join(", ")
}

impl Refusal {
    failures! {
        Self::OtherBranch { .. } => OtherBranch, NotApproved;
        Self::NoPullRequest(_) => NoPullRequest, NotApproved;
        Self::SeveralPullRequests(_) => SeveralPullRequests, NotApproved;
        Self::Fork(_) => Fork, NotApproved;
        Self::NoRun { .. } => NoPlanRun, NotApproved;
        Self::NoCheckRun(_) => NoPlanCheck, NotApproved;
        Self::CheckNotSuccessful { .. } => PlanCheckFailed, NotApproved;
        Self::NoArtifact { .. } => NoArtifact, NotApproved;
        Self::SeveralArtifacts { .. } => SeveralArtifacts, NotApproved;
        Self::Expired(_) => ArtifactExpired, NotApproved;
        Self::OlderAttempt(_) => OlderAttempt, NotApproved;
        Self::Undated(_) => Undated, NotApproved;
        Self::OtherPlan { .. } => OtherPlan, NotApproved;
        Self::OtherStage { .. } => OtherStage, NotApproved;
        Self::OtherMode { .. } => OtherMode, NotApproved;
        Self::OtherBase { .. } => OtherBase, NotApproved;
        Self::Envelope { .. } => Envelope, NotApproved;
        Self::AfterMerge(_) => PlanAfterMerge, NotApproved;
        Self::AfterReview(_) => PlanAfterReview, NotApproved;
        Self::LateUnguarded(_) => LateWithoutReviewers, NotApproved;
        Self::NotApproved(_) => NotApproved, NotApproved;
        Self::Replayed { .. } | Self::TooOld(_) => Replayed, NotApproved;
        Self::OffBranch { .. } => OffBranch, NotApproved;
        Self::CommentChanged(_) => CommentChanged, NotApproved;
        Self::NoComment(_) => NoComment, NotApproved;
        Self::SeveralComments { .. } => SeveralComments, NotApproved;
        Self::OtherVersion { .. } => OtherVersion, NotApproved;
        Self::DocumentChanged => PlanMdChanged, NotApproved;
    }
}
