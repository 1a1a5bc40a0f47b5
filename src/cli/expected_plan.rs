//! What a workflow asks of a plan, on the command line of `verify` and `apply` alike.

use clap::Args;

use crate::name::Address;
use crate::plan;
use crate::planning::rollback::Back;

/// What a plan may be for. A workflow says it; a plan's own word is only compared with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Mode {
    /// Make the app what the manifest asks for
    Apply,
    /// Remove the app; resources that hold data stay
    Destroy,
    /// Remove the app with all its data
    DestroyData,
    /// Move aliases of functions back to an earlier version
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
    /// What the plan must be for; any other plan is refused [default: apply in GitHub Actions, elsewhere whatever the
    /// plan is for]
    #[arg(long, value_enum)]
    pub mode: Option<Mode>,
    /// For the manual apply: an existing resource that the plan may take over; on a push, only `adopt = true` in its
    /// section allows that
    #[arg(long, value_name = "ADDRESS")]
    pub adopt: Vec<Address>,
    /// For the manual apply with --mode rollback: a function whose alias moves back, to this version or the one before
    #[arg(long, value_name = "FUNCTION[=VERSION]")]
    pub rollback: Vec<Back>,
}
