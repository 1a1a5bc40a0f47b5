//! What a workflow asks of a plan, on the command line of `verify` and `apply` alike.

use clap::Args;

use crate::name::Address;
use crate::plan;
use crate::planning::rollback::Back;

/// What a plan may be for. A workflow says it; a plan's own word is only compared with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Mode {
    /// The app shall be as the manifest says
    Apply,
    /// The app shall be gone; what holds data stays
    Destroy,
    /// The app shall be gone with all its data
    DestroyData,
    /// Functions go back to a version that they had
    Rollback,
}

impl From<Mode> for plan::Mode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Apply => Self::Deploy,
            Mode::Destroy => Self::Destroy,
            Mode::DestroyData => Self::DestroyData,
            Mode::Rollback => Self::Rollback,
        }
    }
}

/// What the workflow asks for. None of it is taken from the plan, which whoever can push to a branch can write.
#[derive(Debug, Clone, Default, Args)]
pub struct ExpectedPlan {
    /// Refuse a plan that is for something else [default: apply in GitHub Actions, elsewhere whatever the plan is for]
    #[arg(long, value_enum)]
    pub mode: Option<Mode>,
    /// For the manual apply: an existing resource that the plan may take over; on a push `adopt = true` in its section alone does
    #[arg(long, value_name = "ADDRESS")]
    pub adopt: Vec<Address>,
    /// For the manual apply with --mode rollback: a function that goes back, to a version of its or the one before
    #[arg(long, value_name = "FUNCTION[=VERSION]")]
    pub rollback: Vec<Back>,
}
