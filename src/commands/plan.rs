//! `plan` and `show`.

use std::collections::BTreeSet;
use std::path::Path;

use crate::aws::Aws;
use crate::bundle::Bundle;
use crate::canonical::Sha;
use crate::cli;
use crate::commands::fresh::{Fresh, fresh};
use crate::commands::print;
use crate::commands::project::Project;
use crate::error::Error;
use crate::plan::{Mode, Plan, file};
use crate::render::{self, Extra, Format};

/// Plans, writes the bundle, shows it.
pub async fn plan(args: &cli::Plan) -> Result<u8, Error> {
    let project = Project::open(&args.project)?;
    let aws = Aws::connect(&project.source.manifest.app.region).await?;
    let adopt: BTreeSet<_> = args.adopt.iter().cloned().collect();
    let fresh = fresh(&project, &aws, mode(args), &adopt).await?;
    let id = write(&fresh, &args.out)?;
    show_as(&fresh.plan, &id, &fresh.extra, args.format)?;
    eprintln!("Wrote {} ({id}).", args.out.display());
    Ok(if args.detailed_exitcode && !fresh.plan.is_empty() { 2 } else { 0 })
}

/// Writes a fresh plan's bundle; gives the plan id.
pub fn write(fresh: &Fresh, out: &Path) -> Result<Sha, Error> {
    let id = file::id(&file::write(&fresh.plan).map_err(crate::bundle::BundleError::from)?);
    let markdown = render::markdown(&fresh.plan, &id, &fresh.extra);
    Ok(Bundle::write(out, &fresh.plan, &fresh.zips, &markdown, &fresh.extra)?)
}

/// Shows a bundle's plan.
pub fn show(folder: &Path, format: Format) -> Result<u8, Error> {
    let bundle = Bundle::open(folder, None)?;
    show_as(&bundle.plan, &bundle.id, &bundle.extra(), format)?;
    Ok(0)
}

/// Shows a plan on stdout.
pub fn show_as(plan: &Plan, id: &Sha, extra: &Extra, format: Format) -> Result<(), Error> {
    let text = match format {
        // anstream takes the colours out again where stdout does not show them.
        Format::Text => render::terminal(plan, id, true, extra),
        Format::Markdown => render::markdown(plan, id, extra),
        Format::Mermaid => render::mermaid(plan),
        Format::Json => {
            let bytes = file::write(plan).map_err(crate::bundle::BundleError::from)?;
            String::from_utf8_lossy(&bytes).into_owned()
        }
    };
    print(&text)
}

fn mode(args: &cli::Plan) -> Mode {
    match (args.destroy, args.delete_data) {
        (false, _) => Mode::Deploy,
        (true, false) => Mode::Destroy,
        (true, true) => Mode::DestroyData,
    }
}
