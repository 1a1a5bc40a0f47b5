//! How commands end, for scripts: exit codes, and the reasons of failures. Both are closed lists.
//!
//! Each error type declares with `failures!`, variant by variant, its reason and exit code, so the compiler checks that
//! none is missing. The tables of `docs/errors.md` are generated from this file, and a test compares them.

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
            Self::Drifted => "live AWS differs from the plan or the manifest",
            Self::NotApproved => "the plan is not the approved one, or is for another place",
            Self::Unready => "`doctor` found something that is missing, wrong or cannot be seen",
            Self::PutBack => "an alarm was triggered: a function's alias was put back to the version before",
            Self::Incomplete => {
                "`import` wrote a manifest that is not complete yet: the report says what to decide, correct or read again"
            }
            Self::Usage => "wrong usage, or a problem in the manifest",
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
    Usage "usage" "the command line or an input of the action is invalid: write what the message says"
    Manifest "manifest" "the manifest has problems: correct the marked lines"
    Package "package" "a function cannot be packaged: correct its folder, or run `serverless-app lock`"
    File "file" "a file cannot be read or written: check its path, its permissions and the disk space"
    Internal "internal" "a bug in this program: report it, with the message"
    Binary "binary" "the input `binary` does not name a program that can be run"
    UnsupportedPlatform "unsupported-platform" "there is no release for the runner's system: build the program, and \
    name it with `binary`"
    NoRelease "no-release" "the action's commit is not a release: pin one that is, or name a program with `binary`"
    UnknownVersion "unknown-version" "the action's commit does not know the release that `version` names: pin a newer commit"
    Download "download" "the program cannot be downloaded: run the job again"
    Checksum "checksum" "what was downloaded is not the program that the action's commit names: do not run it; report it"
    Credentials "credentials" "there are no AWS credentials, or AWS does not say whose they are: check profile, role \
    and network"
    Runner "runner" "GitHub Actions has not set a variable that it documents, or an event's payload is invalid"
    Github "github" "GitHub cannot be reached or refused a request: run the job again, or see what its answer says"
    GithubPermission "github-permission" "the job lacks the permission that the message names: grant it under `permissions`"
    IdTokenPermission "id-token-permission" "the job has no identity token: grant `id-token: write`"
    IdToken "id-token" "GitHub did not issue an identity token: run the job again"
    TrustPolicy "trust-policy" "the role's trust policy does not accept the job: add the subject that the message shows"
    Role "role" "`role-to-assume` is not the ARN of a role: write `arn:aws:iam::<account>:role/<name>`"
    WrongAccount "wrong-account" "the role belongs to another account than the app: give a role of the app's account"
    WrongRegion "wrong-region" "the role belongs to another partition than the app's region: give a role of that \
    partition"
    IdentityProvider "identity-provider" "GitHub is not an identity provider in the account: `serverless-app \
    bootstrap` adds it"
    RoleSession "role-session" "AWS does not accept the session's name or duration: check `role-session-name` and \
    `role-duration`"
    SessionPolicy "session-policy" "what a change needs does not fit into a session policy, or AWS does not accept \
    the session policies: leave `session-policy` out, or plan fewer changes at once"
    Denied "denied" "`[deny]` forbids a change of the plan (with `--base` the base branch's `[deny]` counts, after a \
    merge the one from before it): remove the rule in a merge of its own first"
    DenyUnknown "deny-unknown" "it is not known what `[deny]` forbade before the merge: the branch is new, the \
    manifest is not a file or has a problem there, or its path in the repository is not known"
    Adoption "adoption" "the plan takes over a resource that is not ours: write `adopt = true` in its section, or \
    name it in the workflow's `adopt`"
    NoReviewers "no-reviewers" "nobody would be asked before the stage is destroyed: require reviewers in its environment's settings, or set `destroy-without-reviewers`"
    OtherBranch "other-branch" "the run is for another branch than the default branch, and only what was merged there \
    is applied"
    NoPullRequest "no-pull-request" "the commit was pushed without a pull request: start the manual apply"
    SeveralPullRequests "several-pull-requests" "the pushed commit belongs to several pull requests: start the manual \
    apply"
    Fork "fork" "the pull request came from a fork, which has no plan: start the manual apply"
    NoPlanRun "no-plan-run" "the plan workflow did not run for the pull request's head: check `plan-workflow`, or \
    start the manual apply"
    NoPlanCheck "no-plan-check" "no plan was posted for the pull request's head: start the manual apply"
    PlanCheckFailed "plan-check-failed" "the plan's check was not successful: start the manual apply"
    NoArtifact "no-artifact" "the plan's run has no artifact with the plan: start the manual apply"
    SeveralArtifacts "several-artifacts" "there are two artifacts with the plan: start the manual apply"
    ArtifactExpired "artifact-expired" "GitHub has deleted the plan's artifact: start the manual apply"
    OlderAttempt "older-attempt" "the artifact was made in another attempt than its name says: start the manual apply"
    ArtifactChanged "artifact-changed" "the artifact is not what was uploaded: find out who changed it"
    ArtifactUnsafe "artifact-unsafe" "the artifact contains something that does not belong to a plan: find out who \
    uploaded it"
    ArtifactTooLarge "artifact-too-large" "the artifact is larger than any plan: find out who uploaded it"
    OtherPlan "other-plan" "the artifact contains another plan than the one that was posted: find out who uploaded it"
    OtherStage "other-stage" "the plan is for another app or stage: check the workflow's `stage`"
    OtherMode "other-mode" "the plan has another mode than the one that was asked for; a push only applies"
    OtherBase "other-base" "the plan was made for a merge into another branch: start the manual apply"
    Envelope "envelope" "the plan's envelope names another run, pull request or commit: find out who uploaded it"
    CommentChanged "comment-changed" "the comment on the pull request does not show the plan: start the manual apply"
    PlanMdChanged "plan-md-changed" "the artifact's `plan.md` does not show the plan: start the manual apply"
    NoComment "no-comment" "no comment shows the plan: set `comment: off` in the apply workflow if that is intended, \
    or start the manual apply"
    SeveralComments "several-comments" "more than one comment could show the plan: delete all but the one that does"
    OtherVersion "other-version" "the comment or `plan.md` was written by another version of this tool, which shows \
    the plan differently: plan again"
    Replayed "replayed" "a later commit has been applied, or the stage has been destroyed since: start the manual apply"
    OffBranch "off-branch" "the commit is no longer on the default branch: start the manual apply"
    PlanAfterMerge "plan-after-merge" "the plan was made after the merge, so nobody can have read it before: start the manual apply"
    PlanAfterReview "plan-after-review" "the plan was made after the last approving review: start the manual apply"
    LateWithoutReviewers "late-without-reviewers" "the plan was made after the last approval, and the environment has no required reviewers who would read it now: start the manual apply"
    NotApproved "not-approved" "nobody with write access has approved the commit that was planned, and \
    `require-approval` asks for that"
    Undated "undated" "GitHub does not say when the plan was made: start the manual apply"
    Receipt "receipt" "the receipt cannot be written or read, or (4) belongs to another plan"
    Read "read" "live AWS cannot be read: grant what the message names, or run the job again"
    Refused "refused" "no plan can be made: a resource is not ours, or must not be replaced or deleted"
    NoBoundary "no-boundary" "the permissions boundary of the app's roles does not exist: `serverless-app bootstrap` \
    creates it"
    Policy "policy" "an IAM policy cannot be split into documents of the size that IAM accepts: grant less, or write \
    it shorter"
    Bundle "bundle" "the plan's folder cannot be read or written, or (4) does not contain a plan that this version \
    can read"
    PlanIdMismatch "plan-id-mismatch" "the plan is not the approved one: plan again, and approve that"
    BlobMismatch "blob-mismatch" "a zip beside the plan is not the approved one: plan again, and approve that"
    OtherSite "other-site" "the plan is for another account, region or stage: check the role and the workflow's `stage`"
    EmulatorRefused "emulator-refused" "the plan is for an endpoint that is not AWS: give `--allow-emulator` if that \
    is intended"
    BeyondApproval "beyond-approval" "the merged source and live AWS ask for more than was approved: start the manual apply"
    NotInSource "not-in-source" "the approved plan has a change that the merged source does not ask for: a section \
    was removed since, or the change is forged"
    PlanDiffers "plan-differs" "the approved plan differs from the merged source and live AWS in a change, a zip, a \
    note or the like"
    OtherIds "other-ids" "the approved plan has another id for a resource than AWS has"
    NotReproducible "not-reproducible" "a function's `build` did not make from the same source what was approved: \
    `serverless-app build --twice` shows what differs"
    BuildWithRights "build-with-rights" "a job that builds has credentials or an identity token, which a build could \
    steal: build in a job of its own"
    NotDeployed "not-deployed" "nothing of the app exists at the stage: check `--stage`, or plan and apply it first"
    Mixed "mixed" "other pull requests wait in the merge queue before this one, and change what its plan would do: \
    wait until they are merged"
    Drifted "drifted" "live AWS has changed since the plan was made: find out who changed it, then plan again"
    Failed "failed" "a change failed: correct what the report names, and run the job again; it continues where it stopped"
    PutBack "put-back" "an alarm was triggered while a new version had a part of the traffic: revert or correct the \
    change in a merge of its own"
    Stopped "stopped" "stopped by a signal: run the job again; it continues where it stopped"
    Emulator "emulator" "the local emulator cannot be installed or does not run: see its output"
    Invocation "invocation" "a function failed, or could not be invoked: see its answer and its log"
    Rehearsal "rehearsal" "the app does not answer on the local emulator as it should: see what it answered"
}
