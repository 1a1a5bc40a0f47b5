//! Why live AWS differs from the manifest, and where: what `check` reports when it ends with 3.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Component, Path};

use crate::cli;
use crate::commands::project::cache;
use crate::environment;
use crate::error::Error;
use crate::github::checkout;
use crate::name::Address;
use crate::plan::{Action, Change, Plan};
use crate::planning::{LivePlan, Project, base};
use crate::render::Origin;

/// What the comparison is with.
#[derive(Debug, Clone)]
pub enum Base {
    /// What was applied last, as far as this knows, and where each change comes from.
    Known {
        /// How people call it.
        name: String,
        /// For each change.
        origins: BTreeMap<Address, Origin>,
    },
    /// There is none, for this reason.
    Unknown(String),
}

/// Compares with `--base`; without it, with what git has of the manifest's folder.
pub async fn base(args: &cli::Check, project: &Project, live: &mut LivePlan) -> Result<Base, Error> {
    if live.plan.is_first() || live.plan.is_empty() {
        return Ok(Base::Unknown(String::new()));
    }
    if let Some(folder) = &args.base {
        let found = base::compare(project, &cache()?, Some(folder), live).await?;
        return Ok(known(folder.display().to_string(), found, live));
    }
    let folder = tempfile::tempdir().map_err(|error| Error::Io { path: environment::temporary_folder(), error })?;
    let is_below = project.path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if !is_below {
        return Ok(Base::Unknown(format!("{} is not below this folder", project.path.display())));
    }
    let name = match checkout::committed(Path::new("."), &project.root, folder.path()).await {
        Ok(name) => name,
        Err(why) => return Ok(Base::Unknown(why.to_string())),
    };
    // Another commit may have another release's manifest, or a broken one.
    match base::compare(project, &cache()?, Some(folder.path()), live).await {
        Ok(found) => Ok(known(name, found, live)),
        Err(why) => Ok(Base::Unknown(format!("{name}: {why}"))),
    }
}

fn known(name: String, found: Option<String>, live: &LivePlan) -> Base {
    match (live.extra.origins.clone(), found) {
        (origins, Some(why)) if origins.is_empty() => Base::Unknown(why),
        (origins, _) => Base::Known { name, origins },
    }
}

/// Says which of three it is: nothing is deployed yet, the manifest is ahead, live AWS has drifted; and of what.
pub fn explain(plan: &Plan, base: &Base) -> String {
    if plan.is_first() {
        return format!("\nNot deployed yet: nothing of {} exists at the stage {}.\n", plan.app, plan.stage);
    }
    match base {
        Base::Unknown(why) => list(
            plan.changes.iter().collect(),
            "The manifest and live AWS differ",
            &format!(
                "Which of the two has changed is not known ({}): give --base a checkout of what was applied last.",
                why.lines().next().unwrap_or_default()
            ),
        ),
        Base::Known { name, origins } => {
            let of = |origin: Origin| -> Vec<&Change> {
                plan.changes.iter().filter(move |change| origins.get(&change.address) == Some(&origin)).collect()
            };
            let drift = format!(
                "The manifest asks for the same as {name} here. A plan changes it back; to keep it, write it into the \
                 manifest."
            );
            let ahead = format!("The manifest asks for something else here than {name}. A plan brings it to AWS.");
            list(of(Origin::Drift), "Live AWS has drifted", &drift)
                + &list(of(Origin::PullRequest), "The manifest is ahead", &ahead)
        }
    }
}

fn list(changes: Vec<&Change>, title: &str, advice: &str) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{title}:\n");
    for change in changes {
        let paths: Vec<&str> = change.diff.iter().map(|attribute| attribute.path.as_str()).collect();
        let what = match change.action {
            Action::Create => "does not exist".to_owned(),
            Action::Delete | Action::Release => "is no longer in the manifest".to_owned(),
            _ => paths.join(", "),
        };
        // Writing to a text never fails.
        let _ = writeln!(text, "  {} ({}): {what}", change.address, change.name);
    }
    text + advice + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::file;

    fn plan(name: &str) -> Plan {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/render").join(name);
        let json: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let mut bytes = crate::canonical::bytes(&json).unwrap();
        bytes.push(b'\n');
        file::read(&bytes).unwrap()
    }

    #[test]
    fn the_first_plan_says_that_nothing_is_deployed() {
        let text = explain(&plan("first.json"), &Base::Unknown(String::new()));
        assert!(text.starts_with("\nNot deployed yet: nothing of "), "{text}");
    }

    #[test]
    fn drift_and_a_manifest_that_is_ahead_are_listed_apart_with_their_attributes() {
        let plan = plan("mixed.json");
        let first = plan.changes[0].address.clone();
        let origin = |change: &Change| if change.address == first { Origin::Drift } else { Origin::PullRequest };
        let origins = plan.changes.iter().map(|change| (change.address.clone(), origin(change))).collect();
        let text = explain(&plan, &Base::Known { name: "main".into(), origins });
        let (drift, ahead) = text.split_once("\nThe manifest is ahead:\n").expect("both");
        assert!(drift.starts_with("\nLive AWS has drifted:\n") && drift.contains(&first.to_string()), "{drift}");
        for change in &plan.changes[1..] {
            assert!(ahead.contains(&format!("  {} (", change.address)), "{ahead}");
        }
        let updated = plan.changes.iter().find(|change| change.action == Action::Update).expect("an update");
        assert!(text.contains(&updated.diff[0].path), "{text}");
    }

    #[test]
    fn without_a_base_it_says_that_it_cannot_tell() {
        let text = explain(&plan("mixed.json"), &Base::Unknown("there is no git".into()));
        assert!(text.contains("The manifest and live AWS differ:") && text.contains("(there is no git)"), "{text}");
        assert!(text.contains("--base"), "{text}");
    }
}
