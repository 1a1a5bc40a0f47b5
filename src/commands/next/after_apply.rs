//! The way on after an apply that has not got to its end: one line, to be typed or pressed.

use std::path::Path;

use clap::ValueEnum;

use super::quoted;
use crate::aws::settle::Factor;
use crate::bundle::Bundle;
use crate::canonical::Sha;
use crate::cli;
use crate::environment;
use crate::error::Error;
use crate::github::runner::Runner;
use crate::plan::Mode;
use crate::planning::rollback::Back;

/// The workflow that plans and applies what no pull request can.
const MANUAL_APPLY: &str = "serverless-app-manual-apply.yml";

/// What to do after this error of an apply; `None` where its message says that.
pub fn after(error: &Error, args: &cli::Apply, bundle: &Bundle, runner: Option<&Runner>) -> Option<String> {
    let typed = environment::command_line();
    let program = typed.first().map_or("serverless-app", String::as_str);
    match (error, runner) {
        (Error::Failed | Error::Stopped(_), None) => Some(line(&apply_the_same(program, args, bundle.id))),
        (Error::Failed | Error::Stopped(_), Some(runner)) => {
            Some(format!("press \"Re-run failed jobs\" at {}", runner.run_url()))
        }
        (Error::Drifted, None) if bundle.plan.owner() == bundle.plan.owner().bootstrap() => {
            Some(line(&plan_roles_again(&typed, program, args, bundle)))
        }
        (Error::Drifted, None) => Some(line(&plan_again(program, args, bundle))),
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

/// A command: what is taken anyway is left out.
struct Words(Vec<String>);

impl Words {
    fn of(program: &str, command: &str) -> Self {
        Self(vec![program.to_owned(), command.to_owned()])
    }

    fn option(&mut self, name: &str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.0.extend([name.to_owned(), value.to_string()]);
        }
    }

    fn path(&mut self, name: &str, path: &Path, default: &str) {
        self.option(name, (path != Path::new(default)).then(|| path.display()));
    }

    fn flag(&mut self, name: &str, is_given: bool) {
        self.0.extend(is_given.then(|| name.to_owned()));
    }
}

/// The command that applies what is left of this plan, as it was asked for. Whatever plans afresh puts another bundle in the
/// place of this one, whose journal and receipt are lost then.
fn apply_the_same(program: &str, args: &cli::Apply, id: Sha) -> Vec<String> {
    // All of them are named here, so that none that is new is forgotten.
    let cli::Apply {
        bundle,
        credentials: cli::Credentials { role_to_assume, role_session_name, role_duration },
        expect: _,
        expected_plan: cli::ExpectedPlan { mode, adopt, rollback },
        receipt,
        journal,
        timeout_factor,
        session_policy,
        source,
        manifest,
        builds: cli::Builds { builds },
        stage,
        allow_emulator,
        format,
    } = args;
    let mut words = Words::of(program, "apply");
    words.0.push(folder(bundle.as_deref()).display().to_string());
    words.option("--expect", Some(id));
    words.option("--receipt", receipt.as_deref().map(Path::display));
    words.option("--journal", journal.as_deref().map(Path::display));
    words.option("--timeout-factor", (*timeout_factor != Factor::default()).then_some(timeout_factor));
    words.flag("--session-policy", *session_policy);
    // Without a source there is no use for the others: the plan is made.
    if let Some(source) = source {
        words.option("--source", Some(source.display()));
        words.path("--manifest", manifest, cli::MANIFEST);
        words.option("--builds", builds.as_deref().map(Path::display));
    }
    words.option("--stage", stage.as_ref());
    words.flag("--allow-emulator", *allow_emulator);
    words.option("--format", (*format != cli::OutputFormat::Text).then_some("json"));
    words.option("--role-to-assume", role_to_assume.as_ref());
    words.option("--role-session-name", role_session_name.as_ref());
    words.option("--role-duration", role_duration.as_ref());
    words.option("--mode", mode.and_then(|mode| Some(mode.to_possible_value()?.get_name().to_owned())));
    adopt.iter().for_each(|address| words.option("--adopt", Some(address)));
    rollback.iter().for_each(|back| words.option("--rollback", Some(back)));
    words.0
}

fn folder(given: Option<&Path>) -> &Path {
    given.unwrap_or(Path::new("serverless-app-plan"))
}

/// The command that plans the same again.
fn plan_again(program: &str, args: &cli::Apply, bundle: &Bundle) -> Vec<String> {
    let plan = &bundle.plan;
    let mut words = Words::of(program, "plan");
    let manifest = args.source.as_deref().unwrap_or(Path::new("")).join(&args.manifest);
    words.path("--manifest", &manifest, cli::MANIFEST);
    words.option("--stage", (plan.stage.as_str() != cli::STAGE).then_some(&plan.stage));
    words.path("--out", folder(args.bundle.as_deref()), "serverless-app-plan");
    words.flag("--destroy", plan.mode.is_destroy());
    if plan.mode == Mode::Rollback {
        Back::of(plan).iter().for_each(|back| words.option("--rollback", Some(back)));
    }
    words.flag("--delete-data", plan.mode == Mode::DestroyData);
    words.0
}

/// The command that plans the roles again: the one that was typed, if it planned them.
fn plan_roles_again(typed: &[String], program: &str, args: &cli::Apply, bundle: &Bundle) -> Vec<String> {
    if typed.get(1).is_some_and(|command| command == "bootstrap") {
        return typed.to_vec();
    }
    let mut words = Words::of(program, "bootstrap");
    words.path("--out", folder(args.bundle.as_deref()), "serverless-app-bootstrap");
    words.flag("--destroy", bundle.plan.mode.is_destroy());
    words.0
}

/// Words as a shell reads them.
fn line(words: &[String]) -> String {
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    fn parsed(typed: &str) -> cli::Apply {
        match cli::Cli::try_parse_from(typed.split(' ')).unwrap_or_else(|error| panic!("{typed} {error}")) {
            cli::Cli { command: cli::Command::Apply(args) } => args,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_same_plan_is_applied_again_as_it_was_asked_for() {
        let id = Sha::of(b"plan");
        let bundle = format!("serverless-app apply a-plan --expect {id}");
        for options in [
            "",
            " --receipt r.json --journal j.jsonl --timeout-factor 2.5 --session-policy",
            " --source .. --manifest shop/app.toml --builds zips --stage test --allow-emulator --format json",
            " --role-to-assume arn:aws:iam::1:role/x --role-session-name me --role-duration 900",
            " --mode rollback --adopt sqs.queue/jobs --adopt sns.topic/a --rollback one=7 --rollback two",
        ] {
            let typed = format!("{bundle}{options}");
            assert_eq!(apply_the_same("serverless-app", &parsed(&typed), id).join(" "), typed);
        }
    }

    /// What was asked for without a bundle is applied again with the one that was made.
    #[test]
    fn what_made_the_plan_is_not_asked_for_again() {
        let mut args = parsed("serverless-app apply --manifest a.toml --builds zips --stage test --mode destroy");
        args.bundle = Some("serverless-app-plan".into());
        let id = Sha::of(b"plan");
        let line = apply_the_same("serverless-app", &args, id).join(" ");
        let expected = format!("serverless-app apply serverless-app-plan --expect {id} --stage test --mode destroy");
        assert_eq!(line, expected);
        assert_eq!(parsed(&line).bundle, args.bundle);
    }

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
