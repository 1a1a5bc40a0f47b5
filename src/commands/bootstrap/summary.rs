//! A plan of roles on one screen: whose account, who is trusted, and what is made.

use std::fmt::Write;
use std::path::Path;

use crate::bootstrap::Setup;
use crate::plan::Plan;
use crate::render;

/// How many changes are named.
const NAMED: usize = 12;

/// The summary.
pub fn text(plan: &Plan, setup: Option<&Setup>, out: &Path) -> String {
    let mut text = format!("AWS account {}, app {}\n", plan.site.account, plan.app);
    // Writing to a text never fails.
    if let Some(setup) = setup {
        let trust = &setup.trust;
        let _ = writeln!(text, "Only jobs of {} are trusted:", trust.repository);
        let _ = writeln!(text, "  to plan: pull requests, {} and its merge queue", trust.default_branch);
        for (stage, parts) in &setup.stages {
            let environments: Vec<&str> = parts.environments.iter().map(String::as_str).collect();
            let _ = writeln!(
                text,
                "  to apply {stage}: {}, on {} in {}",
                workflows(setup),
                trust.default_branch,
                environments.join(" and ")
            );
        }
    }
    let _ = writeln!(text, "\n{}", render::title(plan));
    for change in plan.changes.iter().take(NAMED) {
        let _ = writeln!(text, "  {} {}", change.action, change.address);
    }
    if plan.changes.len() > NAMED {
        let _ = writeln!(text, "  and {} more", plan.changes.len() - NAMED);
    }
    for note in &plan.notes {
        let _ = writeln!(text, "  note: {} {}", note.address, note.message);
    }
    let _ = writeln!(text, "\nEvery call and policy: serverless-app show {} --calls", out.display());
    text
}

/// The workflows that may apply, by their files.
fn workflows(setup: &Setup) -> String {
    let file = |name: &String| {
        let path = name.split('@').next().unwrap_or(name);
        path.rsplit('/').next().unwrap_or(path).to_owned()
    };
    let files: Vec<String> = setup.trust.job_workflow_refs.iter().map(file).collect();
    if files.is_empty() { "any workflow".into() } else { files.join(" and ") }
}
