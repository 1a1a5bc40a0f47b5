//! What to do instead of what the command line asks for: terms of other tools, options that are settings here.

use clap::error::{ContextKind, ContextValue, ErrorKind};

const DEPLOY: &str = "run `serverless-app plan`, then `serverless-app apply serverless-app-plan --expect <plan id>`";
const DESTROY: &str = "run `serverless-app plan --destroy`, then `serverless-app apply serverless-app-plan --expect <plan id>`; \
                       tables, buckets and log groups stay unless --delete-data is given too";
const COMPARE: &str =
    "`serverless-app plan` shows what would change, `serverless-app check` whether anything has drifted";
const CHECK: &str = "`serverless-app check --offline` checks the manifest and packages the functions, without AWS";
const LOGS: &str = "`serverless-app logs NAME --follow` prints what a function, a workflow or an API logs";
const CALL: &str = "`serverless-app invoke NAME` invokes a function and prints its answer";
const CREDENTIALS: &str = "credentials are those of the AWS CLI: `aws configure`, AWS_PROFILE, or the environment";

/// Commands of other tools, with what does the same here.
const COMMANDS: [(&[&str], &str); 14] = [
    (&["destroy", "remove", "delete", "down", "teardown", "undeploy", "rm"], DESTROY),
    (&["deploy", "up", "push", "create", "sync", "ship", "release", "run"], DEPLOY),
    (&["diff", "preview", "status", "drift", "refresh", "changeset", "state"], COMPARE),
    (&["validate", "lint", "package", "synth", "bundle"], CHECK),
    (&["log", "tail"], LOGS),
    (&["call", "trigger"], CALL),
    (&["metrics"], "this program shows no metrics: use the AWS CLI, such as `aws cloudwatch get-metric-data`"),
    (
        &["local", "dev", "start", "offline", "test"],
        "`serverless-app rehearse` deploys to a local emulator, and tries the app",
    ),
    (
        &["adopt"],
        "write `adopt = true` in the resource's section, or run `serverless-app plan --adopt KIND/NAME`; \
         `serverless-app import` writes the manifest of what exists",
    ),
    (&["rollback", "revert", "undo"], "revert the commit, and plan that: the manifest says what is deployed"),
    (&["install", "update", "upgrade", "vendor"], "`serverless-app lock` resolves requirements.txt again"),
    (&["new", "generate", "scaffold"], "`serverless-app init` writes a manifest, a handler and the workflows"),
    (&["login", "configure", "auth"], CREDENTIALS),
    (&["info", "describe", "list", "ls", "output"], "`serverless-app outputs` prints the app's outputs"),
];

/// Options of other tools, with what is said instead.
const OPTIONS: [(&[&str], &str); 7] = [
    (&["--region"], "the region is `region` in [app], or in [stage.<name>]"),
    (&["--profile", "--aws-profile"], "set AWS_PROFILE"),
    (&["--account", "--account-id"], "the account is `account` in [app], or in [stage.<name>]"),
    (&["--env", "--environment", "-s", "-e"], "write --stage NAME"),
    (
        &["--yes", "-y", "--auto-approve", "--force", "-f"],
        "--expect names the plan to apply: with it, apply does not ask",
    ),
    (&["--dry-run", "--dryrun", "--check", "--noop"], "`serverless-app plan` is the dry run: it changes nothing"),
    (&["--config", "-c", "--file", "--template"], "write --manifest FILE"),
];

/// Adds to an error of the command line what to do instead, where that is known.
pub fn add(error: &mut clap::Error) {
    let given = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        _ => None,
    };
    let advice = match error.kind() {
        ErrorKind::InvalidSubcommand => given(ContextKind::InvalidSubcommand).and_then(|name| of(&COMMANDS, &name)),
        ErrorKind::UnknownArgument => given(ContextKind::InvalidArg).and_then(|name| of_argument(&name)),
        ErrorKind::MissingRequiredArgument if lacks_plan_id(error) => Some(
            "the plan id is what `serverless-app plan` prints last, and what the comment on the pull request shows"
                .to_owned(),
        ),
        _ => None,
    };
    if let Some(advice) = advice {
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![advice.into()]));
    }
}

fn of(table: &[(&[&str], &str)], name: &str) -> Option<String> {
    let row = table.iter().find(|(names, _)| names.iter().any(|known| known.eq_ignore_ascii_case(name)));
    row.map(|(_, advice)| (*advice).to_owned())
}

fn of_argument(given: &str) -> Option<String> {
    let name = given.split('=').next().unwrap_or(given);
    match name.starts_with('-') {
        true => of(&OPTIONS, name),
        false if name.parse::<crate::name::Stage>().is_ok() => Some(format!("to choose a stage, write --stage {name}")),
        false => None,
    }
}

fn lacks_plan_id(error: &clap::Error) -> bool {
    let is_it = |missing: &String| missing.starts_with("--expect");
    matches!(error.get(ContextKind::InvalidArg), Some(ContextValue::Strings(missing)) if missing.iter().any(is_it))
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;
    use crate::cli::Cli;

    fn says(arguments: &[&str]) -> String {
        let arguments = std::iter::once("serverless-app").chain(arguments.iter().copied());
        let mut error = Cli::try_parse_from(arguments).expect_err("no such command line");
        add(&mut error);
        error.to_string()
    }

    #[test]
    fn words_of_other_tools_lead_to_what_does_the_same() {
        for (arguments, advice) in [
            (["destroy"].as_slice(), "tip: run `serverless-app plan --destroy`"),
            (&["Deploy"], "tip: run `serverless-app plan`, then"),
            (&["validate"], "check --offline"),
            (&["plan", "--region", "us-east-1"], "tip: the region is `region` in [app]"),
            (&["plan", "--profile=dev"], "tip: set AWS_PROFILE"),
            (&["plan", "production"], "tip: to choose a stage, write --stage production"),
            (&["apply", "serverless-app-plan"], "tip: the plan id is what"),
        ] {
            let said = says(arguments);
            assert!(said.contains(advice), "{arguments:?}: {said}");
        }
        assert!(!says(&["nonsense-of-nobody"]).contains("tip:"));
    }

    #[test]
    fn no_command_of_ours_is_among_those_of_others() {
        for command in Cli::command().get_subcommands() {
            assert_eq!(of(&COMMANDS, command.get_name()), None, "{}", command.get_name());
        }
    }
}
