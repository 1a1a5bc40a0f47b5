//! `arguments`: which of a workflow's further arguments a command has. The action's `apply` is two commands, `verify` and
//! `apply`, and each argument is for whichever has it, or for both.

use clap::{Command, CommandFactory};

use crate::cli::Cli;
use crate::commands::print;
use crate::error::Error;

/// Prints those arguments that a command has, a line each. What neither it nor the other command has is an error.
pub fn arguments(command: &str, other: &str, given: &[String]) -> Result<u8, Error> {
    let cli = Cli::command();
    let find =
        |name: &str| cli.find_subcommand(name).ok_or_else(|| Error::Usage(format!("there is no command {name}")));
    for argument in pick(find(command)?, find(other)?, given)? {
        print(&format!("{argument}\n"))?;
    }
    Ok(0)
}

/// The arguments of `command`, each as one line, `--name` or `--name=value`.
fn pick(command: &Command, other: &Command, given: &[String]) -> Result<Vec<String>, Error> {
    let mut picked = Vec::new();
    let mut rest = given.iter();
    while let Some(argument) = rest.next() {
        let name = argument.strip_prefix("--").filter(|name| !name.is_empty() && printable(argument));
        let name = name.ok_or_else(|| {
            unusable(argument, "write only options, as --name or --name=value, or with the value on a line of its own")
        })?;
        let (name, value) = name.split_once('=').map_or((name, None), |(name, value)| (name, Some(value.to_owned())));
        let (here, there) = (takes_value(command, name), takes_value(other, name));
        let neither = format!("neither {} nor {} has it", command.get_name(), other.get_name());
        let takes_value = here.or(there).ok_or_else(|| unusable(argument, &neither))?;
        let value = match value {
            None if takes_value => {
                let next = rest.next().filter(|value| printable(value));
                Some(next.ok_or_else(|| unusable(argument, "its value is missing"))?.clone())
            }
            value => value,
        };
        if here.is_some() {
            picked.push(value.map_or(format!("--{name}"), |value| format!("--{name}={value}")));
        }
    }
    Ok(picked)
}

/// Whether a command's option takes a value; `None` if it has no such option.
fn takes_value(command: &Command, name: &str) -> Option<bool> {
    let argument = command.get_arguments().find(|argument| argument.get_long() == Some(name))?;
    Some(argument.get_action().takes_values())
}

/// True for what is printed as it is, in one line.
fn printable(argument: &str) -> bool {
    !argument.contains("##[") && !argument.contains(char::is_control)
}

fn unusable(argument: &str, why: &str) -> Error {
    Error::Usage(format!("the argument {argument:?} of the workflow cannot be used: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pick_for(command: &str, other: &str, given: &[&str]) -> Result<Vec<String>, String> {
        let cli = Cli::command();
        let given: Vec<String> = given.iter().map(|one| (*one).to_owned()).collect();
        let [command, other] = [command, other].map(|name| cli.find_subcommand(name).expect("a command"));
        pick(command, other, &given).map_err(|error| error.to_string())
    }

    #[test]
    fn each_argument_is_for_whichever_command_has_it() {
        let given = ["--environment", "blue", "--timeout-factor=2", "--role-session-name", "me", "--allow-emulator"];
        assert_eq!(pick_for("verify", "apply", &given).unwrap(), ["--environment=blue", "--role-session-name=me"]);
        let apply = ["--timeout-factor=2", "--role-session-name=me", "--allow-emulator"];
        assert_eq!(pick_for("apply", "verify", &given).unwrap(), apply);
        // A value may look like anything.
        assert_eq!(pick_for("verify", "apply", &["--environment", "--x"]).unwrap(), ["--environment=--x"]);
        assert_eq!(pick_for("verify", "apply", &[]).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn what_no_command_has_is_an_error() {
        for (given, says) in [
            (["--no-such"].as_slice(), "neither verify nor apply has it"),
            (&["bundle"], "write only options"),
            (&["--"], "write only options"),
            (&["-v"], "write only options"),
            (&["--environment"], "its value is missing"),
            (&["--environment=a##[b"], "write only options"),
            (&["--environment", "a\u{1b}b"], "its value is missing"),
        ] {
            let error = pick_for("verify", "apply", given).unwrap_err();
            assert!(error.contains(says), "{given:?}: {error}");
        }
    }
}
