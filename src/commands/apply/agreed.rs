//! `apply` without a bundle: plans, shows, and asks whoever sits at the terminal. A yes is for the plan that was shown, by its id.

use std::path::{Path, PathBuf};

use crate::bundle::Bundle;
use crate::cli;
use crate::commands::ask;
use crate::commands::plan::planned;
use crate::commands::project::{open, stage};
use crate::error::Error;
use crate::github::runner::print::{is_interactive, say};
use crate::plan::Mode;
use crate::reason::Exit;
use crate::render::Format;

/// The folder that is planned to, as by `plan`.
const OUT: &str = "serverless-app-plan";

/// What becomes of it.
pub enum Agreement {
    /// The plan is applied as if it had been named, with its id.
    Applies(Box<cli::Apply>, Box<Bundle>),
    /// Nothing is.
    Ends(Exit),
}

/// Plans, shows and asks. Where nobody can be asked, it is an error.
pub async fn agree(args: &cli::Apply) -> Result<Agreement, Error> {
    if !is_interactive() {
        return Err(Error::Usage(
            "apply needs the folder that plan wrote and the plan id: run `serverless-app plan`, then `serverless-app apply \
             serverless-app-plan --expect <plan id>`; without them it plans by itself and asks, but only at a \
             terminal, with no output in a pipe"
                .into(),
        ));
    }
    let wanted = to_plan(args)?;
    let shown = planned(&wanted, open(&wanted.project)?, None).await?;
    if shown.is_empty {
        return Ok(Agreement::Ends(Exit::Done));
    }
    if !ask::yes("Apply?") {
        say(format_args!("Nothing was applied. The plan stays in {OUT}."));
        return Ok(Agreement::Ends(Exit::Failed));
    }
    let bundle = Bundle::open(Path::new(OUT), Some(shown.id))?;
    let args = cli::Apply { bundle: Some(OUT.into()), expect: Some(shown.id), ..args.clone() };
    Ok(Agreement::Applies(Box::new(args), Box::new(bundle)))
}

/// What `plan` would be asked for.
fn to_plan(args: &cli::Apply) -> Result<cli::Plan, Error> {
    let stage = stage(args.stage.as_ref())?;
    let mode = args.expected_plan.mode.map_or(Mode::Deploy, Mode::from);
    Ok(cli::Plan {
        project: cli::Project { manifest: args.manifest.clone(), stage },
        credentials: args.credentials.clone(),
        builds: args.builds.clone(),
        gate: cli::Gate::default(),
        base: None,
        out: PathBuf::from(OUT),
        destroy: mode.is_destroy(),
        delete_data: mode == Mode::DestroyData,
        adopt: args.expected_plan.adopt.clone(),
        rollback: args.expected_plan.rollback.clone(),
        preflight: cli::Preflight { session_policy: args.session_policy, apply_role: None },
        calls: false,
        detailed_exitcode: false,
        format: Format::Text,
    })
}
