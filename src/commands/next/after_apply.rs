//! The way on after an apply that has not got to its end: one line, to be typed or pressed.

use std::path::Path;

use super::quoted;
use crate::bundle::Bundle;
use crate::cli;
use crate::environment;
use crate::error::Error;
use crate::github::runner::Runner;
use crate::plan::Mode;

/// The workflow that plans and applies what no pull request can.
const MANUAL_APPLY: &str = "serverless-app-manual-apply.yml";

/// What to do after this error of an apply; `None` where its message says that.
pub fn after(error: &Error, args: &cli::Apply, bundle: &Bundle, runner: Option<&Runner>) -> Option<String> {
    match (error, runner) {
        (Error::Failed | Error::Stopped(_), None) => Some(line(&environment::command_line())),
        (Error::Failed | Error::Stopped(_), Some(runner)) => {
            Some(format!("press \"Re-run failed jobs\" at {}", runner.run_url()))
        }
        (Error::Drifted, None) => Some(line(&plan_again(&program(), args, bundle))),
        (Error::Drifted, Some(runner)) => Some(format!("press \"Run workflow\" at {}", workflow_url(runner))),
        _ => None,
    }
}

/// The page of the workflow that makes a new plan: this one where it was started by hand.
fn workflow_url(runner: &Runner) -> String {
    let file = match runner.event_name == "workflow_dispatch" {
        true => runner.workflow_file().unwrap_or(MANUAL_APPLY),
        false => MANUAL_APPLY,
    };
    format!("{}/{}/actions/workflows/{file}", runner.server_url, runner.repository)
}

fn program() -> String {
    environment::command_line().into_iter().next().unwrap_or_else(|| "serverless-app".into())
}

/// The command that plans the same again.
fn plan_again(program: &str, args: &cli::Apply, bundle: &Bundle) -> Vec<String> {
    let mut words = vec![program.to_owned(), "plan".into()];
    let mut option = |name: &str, value: String, default: &str| {
        if value != default {
            words.extend([name.to_owned(), value]);
        }
    };
    let manifest = args.source.as_deref().unwrap_or(Path::new("")).join(&args.manifest);
    option("--manifest", manifest.display().to_string(), "serverless-app.toml");
    option("--stage", bundle.plan.stage.to_string(), "production");
    let out = args.bundle.as_deref().unwrap_or(Path::new("serverless-app-plan"));
    option("--out", out.display().to_string(), "serverless-app-plan");
    if bundle.plan.mode.is_destroy() {
        words.push("--destroy".into());
    }
    if bundle.plan.mode == Mode::Rollback {
        words.extend(
            bundle.plan.changes.iter().flat_map(|change| ["--rollback".into(), change.address.name.to_string()]),
        );
    }
    if bundle.plan.mode == Mode::DestroyData {
        words.push("--delete-data".into());
    }
    words
}

/// Words as a shell reads them.
fn line(words: &[String]) -> String {
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_can_be_typed_as_it_stands() {
        let words = ["serverless-app", "apply", "my plan", "--receipt", "it's", ""].map(str::to_owned);
        assert_eq!(line(&words), "serverless-app apply 'my plan' --receipt 'it'\\''s' ''");
    }

    #[test]
    fn a_run_that_was_started_by_hand_is_started_again() {
        let runner = |event: &str| {
            let mut runner = Runner::elsewhere("octo/shop");
            runner.server_url = "https://github.com".into();
            runner.event_name = event.into();
            runner.workflow_ref = "octo/shop/.github/workflows/mine.yml@refs/heads/main".into();
            runner
        };
        let at = "https://github.com/octo/shop/actions/workflows";
        assert_eq!(workflow_url(&runner("workflow_dispatch")), format!("{at}/mine.yml"));
        assert_eq!(workflow_url(&runner("push")), format!("{at}/serverless-app-manual-apply.yml"));
    }
}
