//! How commands end, for scripts: exit codes, and the reasons of failures. Both are closed lists.
//!
//! Each type of error says with `failures!`, variant by variant, which reason and which exit code it has, so the compiler
//! sees that none is left out. The tables of `docs/errors.md` are made of what stands here, and a test compares them.

use std::fmt;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// All is well.
    Done,
    /// Something failed.
    Failed,
    /// A plan has changes, and `--detailed-exitcode` asks about that.
    Changes,
    /// Live AWS is not as the plan, or the manifest, says.
    Drifted,
    /// The plan is not the approved one.
    NotApproved,
    /// `doctor` found something that is missing, wrong, or not to be seen.
    Unready,
    /// An alarm was raised: a function's alias points to the version before again.
    PutBack,
    /// `import` has written a manifest that a person has to complete.
    Incomplete,
    /// The command line or the manifest is wrong.
    Usage,
    /// A signal ended it.
    Stopped,
}

impl Exit {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Done,
        Self::Failed,
        Self::Changes,
        Self::Drifted,
        Self::NotApproved,
        Self::Unready,
        Self::PutBack,
        Self::Incomplete,
        Self::Usage,
        Self::Stopped,
    ];

    /// The exit code; where a signal ended the process, its number has to be added.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Changes => 2,
            Self::Drifted => 3,
            Self::NotApproved => 4,
            Self::Unready => 5,
            Self::PutBack => 6,
            Self::Incomplete => 7,
            Self::Usage => 64,
            Self::Stopped => 128,
        }
    }

    /// The codes as the documentation has them: with those of SIGINT and SIGTERM.
    pub fn codes(self) -> String {
        const SIGNALS: [u8; 2] = [2, 15];
        match self {
            Self::Stopped => SIGNALS.map(|signal| (self.code() + signal).to_string()).join(", "),
            _ => self.code().to_string(),
        }
    }

    /// What it means.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done, or nothing to do",
            Self::Failed => "failed",
            Self::Changes => "there are changes (only with `--detailed-exitcode`)",
            Self::Drifted => "live AWS is not as the plan, or the manifest, says",
            Self::NotApproved => "not the approved plan, or not its place",
            Self::Unready => "`doctor` found something that is missing, wrong or cannot be seen",
            Self::PutBack => "an alarm was raised: a function's alias was put back to the version before",
            Self::Incomplete => {
                "`import` has written a manifest that is not whole yet: the report says what to decide, to put right or to read again"
            }
            Self::Usage => "usage or manifest",
            Self::Stopped => "stopped by a signal",
        }
    }
}

macro_rules! reasons {
    ($($variant:ident $word:literal $meaning:literal)*) => {
        /// Why a command failed: what the action's output `failure-reason` says.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Reason {
            $(#[doc = $meaning] $variant,)*
        }

        impl Reason {
            /// All of them, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word that scripts see.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// What it means, and what to do.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Self::$variant => $meaning,)*
                }
            }
        }
    };
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Gives a type of error its reasons and exit codes. A row is a variant with its reason and exit code, or with `..` and the
/// error inside that knows them.
macro_rules! failures {
    ($($pattern:pat => $(..$inner:ident: $type:ident)? $($reason:ident, $exit:ident)?;)*) => {
        /// Its reason and exit code.
        pub fn failure(&self) -> ($crate::reason::Reason, $crate::reason::Exit) {
            match self {
                $($pattern => {
                    $(<$type>::failure($inner))?
                    $(($crate::reason::Reason::$reason, $crate::reason::Exit::$exit))?
                })*
            }
        }

        /// All reasons that it can have, with their exit codes.
        pub fn failures() -> Vec<($crate::reason::Reason, $crate::reason::Exit)> {
            [$(
                $(<$type>::failures())?
                $(vec![($crate::reason::Reason::$reason, $crate::reason::Exit::$exit)])?
            ),*].concat()
        }

        /// Its reason.
        pub fn reason(&self) -> $crate::reason::Reason {
            self.failure().0
        }
    };
}

pub(crate) use failures;

/// The reasons that the action's scripts have, before the program runs or in its place; with their exit code.
pub const OF_THE_ACTION: [(Reason, Exit); 7] = [
    (Reason::Binary, Exit::Usage),
    (Reason::UnsupportedPlatform, Exit::Usage),
    (Reason::NoRelease, Exit::Usage),
    (Reason::UnknownVersion, Exit::Usage),
    (Reason::Download, Exit::Usage),
    (Reason::Checksum, Exit::Usage),
    (Reason::Usage, Exit::Usage),
];

reasons! {
    Usage "usage" "the command line or an input of the action asks for something that cannot be: write what the message names"
    Manifest "manifest" "the manifest has problems: correct what is marked at its line"
    Package "package" "a function cannot be packaged: correct its folder, or run `serverless-app lock`"
    File "file" "a file cannot be read or written: see its path, rights and space"
    Internal "internal" "a fault of this program: report it, with the message"
    Binary "binary" "the input `binary` names no program that can be run"
    UnsupportedPlatform "unsupported-platform" "there is no program for the runner's system: build it, and name it with `binary`"
    NoRelease "no-release" "the action's commit is no release: pin one that is, or name a program with `binary`"
    UnknownVersion "unknown-version" "the action's commit does not know the release that `version` names: pin a newer commit"
    Download "download" "the program cannot be downloaded: run the job again"
    Checksum "checksum" "what was downloaded is not the program that the action's commit names: do not run it; report it"
    Credentials "credentials" "no AWS credentials, or AWS does not say whose they are: see profile, role and network"
    Runner "runner" "GitHub Actions does not set what it documents, or an event's payload is broken"
    Github "github" "GitHub cannot be asked: run the job again, or see what its answer says"
    GithubPermission "github-permission" "the job lacks the permission that the message names: grant it under `permissions`"
    IdTokenPermission "id-token-permission" "the job has no identity token: grant `id-token: write`"
    IdToken "id-token" "GitHub gives no identity token: run the job again"
    TrustPolicy "trust-policy" "the role's trust policy does not accept the job: accept the subject that the message shows"
    Role "role" "`role-to-assume` is no role's ARN: write `arn:aws:iam::<account>:role/<name>`"
    WrongAccount "wrong-account" "the role is of another account than the app's: give a role of that account"
    WrongRegion "wrong-region" "the role is of another partition than the app's region: give a role of that partition"
    IdentityProvider "identity-provider" "the account does not know GitHub as an identity provider: `serverless-app bootstrap` makes it one"
    RoleSession "role-session" "AWS does not take the session's name or duration: see `role-session-name` and `role-duration`"
    SessionPolicy "session-policy" "what a change needs fits into no session policy, or AWS takes none of them: leave `session-policy` out, or plan fewer changes at once"
    Denied "denied" "`[deny]` (with `--base`, the base branch's; after a merge, the manifest's of before) forbids a change of the plan: take the rule out in a merge of its own first"
    DenyUnknown "deny-unknown" "what `[deny]` forbade before the merge cannot be read: the branch is new, the manifest is no file or has a problem there, or its path in the repository cannot be said"
    Adoption "adoption" "the plan takes over what is not ours: write `adopt = true` in its section, or name it in the workflow's `adopt`"
    NoReviewers "no-reviewers" "nobody would be asked before the stage is destroyed: require reviewers in its environment's settings, or set `destroy-without-reviewers`"
    OtherBranch "other-branch" "the run is not about the default branch, and only what was merged there is applied"
    NoPullRequest "no-pull-request" "the commit was pushed without a pull request: start the manual apply"
    SeveralPullRequests "several-pull-requests" "several pull requests became the one commit: start the manual apply"
    Fork "fork" "the pull request came from a fork, which has no plan: start the manual apply"
    NoPlanRun "no-plan-run" "the plan's workflow did not run for the pull request's head: see `plan-workflow`, or start the manual apply"
    NoPlanCheck "no-plan-check" "no plan was posted for the pull request's head: start the manual apply"
    PlanCheckFailed "plan-check-failed" "the plan's check was not successful: start the manual apply"
    NoArtifact "no-artifact" "the plan's run has no artifact with the plan: start the manual apply"
    SeveralArtifacts "several-artifacts" "the plan's artifact is there twice: start the manual apply"
    ArtifactExpired "artifact-expired" "GitHub has deleted the plan's artifact: start the manual apply"
    OlderAttempt "older-attempt" "the artifact was not made in the attempt that it is named after: start the manual apply"
    ArtifactChanged "artifact-changed" "the artifact is not what was uploaded: find out who changed it"
    ArtifactUnsafe "artifact-unsafe" "the artifact holds what no plan holds: find out who uploaded it"
    ArtifactTooLarge "artifact-too-large" "the artifact is larger than any plan: find out who uploaded it"
    OtherPlan "other-plan" "the artifact holds another plan than the one that was posted: find out who uploaded it"
    OtherStage "other-stage" "the plan is of another app or stage: see the workflow's `stage`"
    OtherMode "other-mode" "the plan is for something that was not asked for; a push applies, and nothing else"
    OtherBase "other-base" "the plan was made for a merge into another branch: start the manual apply"
    Envelope "envelope" "the plan's envelope names another run, pull request or commit: find out who uploaded it"
    CommentChanged "comment-changed" "the comment on the pull request does not show the plan: start the manual apply"
    PlanMdChanged "plan-md-changed" "the artifact's `plan.md` does not show the plan: start the manual apply"
    NoComment "no-comment" "no comment shows the plan: set `comment: off` in the apply workflow where that is meant, or start the manual apply"
    SeveralComments "several-comments" "more than one comment could show the plan: delete all but the one that does"
    OtherVersion "other-version" "the comment or `plan.md` was written by another version of this tool, which shows the plan in other words: plan again"
    Replayed "replayed" "a later commit has been applied since, or the stage destroyed: start the manual apply"
    OffBranch "off-branch" "the commit is no longer on the default branch: start the manual apply"
    PlanAfterMerge "plan-after-merge" "the plan was made after the merge, so nobody can have read it before: start the manual apply"
    PlanAfterReview "plan-after-review" "the plan was made after the last approving review: start the manual apply"
    LateWithoutReviewers "late-without-reviewers" "the plan was made after the last approval, and the environment has no required reviewers who would read it now: start the manual apply"
    NotApproved "not-approved" "nobody with write access has approved the commit that was planned, and `require-approval` asks for it"
    Undated "undated" "GitHub does not say when the plan was made: start the manual apply"
    Receipt "receipt" "the receipt cannot be written or read, or (4) is not of this plan"
    Read "read" "live AWS cannot be read: grant what the message names, or run the job again"
    Refused "refused" "there is no plan that may be made: something is not ours, or must not be replaced or deleted"
    NoBoundary "no-boundary" "what is to bound the app's roles does not exist: `serverless-app bootstrap` makes it"
    Policy "policy" "an IAM policy cannot be split into documents that IAM takes: grant less, or in fewer words"
    Bundle "bundle" "the plan's folder cannot be read or written, or (4) holds no plan that this program knows"
    PlanIdMismatch "plan-id-mismatch" "the plan is not the approved one: plan again, and approve that"
    BlobMismatch "blob-mismatch" "a zip beside the plan is not the approved one: plan again, and approve that"
    OtherSite "other-site" "the plan is for another account, region or stage: see the role and the workflow's `stage`"
    EmulatorRefused "emulator-refused" "the plan is for an endpoint that is not AWS: give `--allow-emulator` where that is meant"
    BeyondApproval "beyond-approval" "the merged source and live AWS ask for more than was approved: start the manual apply"
    NotInSource "not-in-source" "the approved plan holds a change that the merged source does not ask for: a section that is gone by now, or a forged one"
    PlanDiffers "plan-differs" "the approved plan says something else of a change, a zip, a note or the like than the merged source and live AWS do"
    OtherIds "other-ids" "the approved plan takes another id for a resource than AWS does"
    NotReproducible "not-reproducible" "a function's `build` made something else of the same source than was approved: `serverless-app build --twice` says what differs"
    BuildWithRights "build-with-rights" "a job that builds has credentials or an identity token, which a build could take: build in a job of its own"
    NotDeployed "not-deployed" "nothing of the app exists at the stage: see `--stage`, or plan and apply it first"
    Mixed "mixed" "other pull requests wait in the merge queue before this one, and change what it would do: wait for them"
    Drifted "drifted" "live AWS has moved since the plan: find out who changed it, then plan again"
    Failed "failed" "a change failed: correct what the report names, and run the job again; it continues where it stopped"
    PutBack "put-back" "an alarm was raised while a new version had a part of the traffic: revert or correct the change in a merge of its own"
    Stopped "stopped" "stopped by a signal: run the job again; it continues where it stopped"
    Emulator "emulator" "the local emulator cannot be installed or does not run: see what it says"
    Invocation "invocation" "a function failed, or could not be invoked: see its answer and its log"
    Rehearsal "rehearsal" "the app does not answer on the local emulator as it should: see what it answered"
}
