//! What a command reports to GitHub Actions: outputs of the step, annotations, the reason of a failure.

use std::collections::BTreeMap;
use std::path::Path;

use crate::apply::Report;
use crate::canonical::Sha;
use crate::error::Error;
use crate::github::artifact_name;
use crate::github::runner::print::say;
use crate::github::runner::{self, Location, Runner, RunnerError};
use crate::manifest::Problem;
use crate::plan::{Action, Plan};
use crate::reason::Reason;
use crate::render;

/// A plan and where it is.
pub fn plan(runner: &Runner, plan: &Plan, id: &Sha, folder: &Path) -> Result<(), RunnerError> {
    let counts = plan.counts();
    let count = |actions: &[Action]| actions.iter().filter_map(|action| counts.get(action)).sum::<usize>().to_string();
    runner.set_output("plan-id", &id.to_string())?;
    runner.set_output("has-changes", if plan.is_empty() { "false" } else { "true" })?;
    runner.set_output("create", &count(&[Action::Create]))?;
    runner.set_output("update", &count(&[Action::Update, Action::Adopt, Action::Release]))?;
    runner.set_output("replace", &count(&[Action::Replace]))?;
    runner.set_output("delete", &count(&[Action::Delete]))?;
    runner.set_output("summary", &render::summary(plan))?;
    runner.set_output("plan-path", &absolute(folder))?;
    let name = artifact_name(plan.app.as_str(), plan.stage.as_str(), runner.run_attempt);
    runner.set_output("artifact-name", &name)
}

fn absolute(folder: &Path) -> String {
    std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned()).display().to_string()
}

/// The outputs of the action itself.
const OWN: [&str; 13] = [
    "plan-id",
    "has-changes",
    "create",
    "update",
    "replace",
    "delete",
    "summary",
    "plan-path",
    "artifact-name",
    "receipt-path",
    "comment-url",
    "failure-reason",
    "outputs",
];

/// The app's outputs: each by its name, and all as one JSON object.
pub fn outputs(runner: &Runner, outputs: &BTreeMap<String, String>) -> Result<(), RunnerError> {
    for (name, value) in outputs {
        // Names of the action's own stay the action's; all of the app's are in the object below.
        if runner::is_output_name(name) && !OWN.contains(&name.as_str()) {
            runner.set_output(name, value)?;
        } else {
            runner::warn(
                "serverless-app",
                &format!(
                    "the output {name:?} cannot be an output of the step under this name; it is only in `outputs`"
                ),
            );
        }
    }
    let all = serde_json::to_string(outputs).unwrap_or_default();
    runner.set_output("outputs", &all)
}

/// What a reviewer should know of a plan, to stand above it in the job's summary. All of it is our own text.
pub fn warnings(warnings: &[String]) -> String {
    warnings.iter().map(|warning| format!("> [!WARNING]\n> {warning}\n\n")).collect()
}

/// Shows what has moved since the plan.
pub fn drift(report: &Report) -> Result<(), Error> {
    say(render::report::terminal(report, true));
    match Runner::from_env()? {
        Some(runner) => Ok(runner.add_summary(&render::applied::markdown(report))?),
        None => Ok(()),
    }
}

/// What the manifest's author should look at: annotated in a job, else on stderr.
pub fn manifest(warnings: &[Problem]) {
    for warning in warnings {
        match runner::is_here() {
            true => runner::warn_at(Some(place(warning)), "serverless-app", &text(warning)),
            false => say(format_args!("warning: {warning}")),
        }
    }
}

fn place(problem: &Problem) -> Location<'_> {
    Location { file: &problem.file, line: problem.line, column: problem.column }
}

fn text(problem: &Problem) -> String {
    let help = problem.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
    format!("{}{help}", problem.message)
}

/// A failure: annotated in the manifest where it has a place there, and its reason as an output. Outside of GitHub
/// Actions this does nothing.
pub fn failure(error: &Error) {
    let Some(runner) = runner_or_say() else { return };
    match error {
        Error::Manifest(problems) | Error::Package(problems) => problems.0.iter().for_each(|problem| {
            runner::annotate(Some(place(problem)), "serverless-app", &text(problem));
        }),
        other => runner::annotate(None, "serverless-app", &other.to_string()),
    }
    reason(&runner, error.reason().word());
}

/// A command line that cannot be understood; its message is already on stderr.
pub fn bad_usage() {
    if let Some(runner) = runner_or_say() {
        reason(&runner, Reason::Usage.word());
    }
}

fn reason(runner: &Runner, reason: &str) {
    if let Err(why) = runner.set_output("failure-reason", reason) {
        say(format_args!("error: the failure reason cannot be reported: {why}"));
    }
}

fn runner_or_say() -> Option<Runner> {
    Runner::from_env().unwrap_or_else(|why| {
        say(format_args!("error: the failure reason cannot be reported: {why}"));
        None
    })
}
