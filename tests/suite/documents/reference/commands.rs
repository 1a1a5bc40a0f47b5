//! The command line as clap knows it.

use clap::{Arg, Command, CommandFactory};
use serverless_app::cli::Cli;

use super::cell;

/// Every command that is shown, with every option.
pub fn page() -> String {
    let mut page = String::new();
    add(&Cli::command(), "", &mut page);
    page
}

fn add(command: &Command, above: &str, page: &mut String) {
    for command in command.get_subcommands().filter(|command| !command.is_hide_set()) {
        let name = format!("{above} {}", command.get_name()).trim().to_owned();
        if command.has_subcommands() {
            add(command, &name, page);
            continue;
        }
        let mut command = command.clone().bin_name(format!("serverless-app {name}"));
        let usage = command.render_usage().to_string();
        let about = command.get_long_about().or(command.get_about()).map(ToString::to_string).unwrap_or_default();
        let about = about.split("\n\n").map(sentence).collect::<Vec<_>>().join("\n\n");
        *page += &format!("### `{name}`\n\n{about}\n\n```\n{}\n```\n\n", usage.trim_start_matches("Usage: "));
        let shown = |arg: &&Arg| !arg.is_hide_set() && !["help", "version"].contains(&arg.get_id().as_str());
        let rows: String = command.get_arguments().filter(shown).map(row).collect();
        if !rows.is_empty() {
            *page += &format!("| argument | what it says |\n| --- | --- |\n{rows}\n");
        }
    }
    page.truncate(page.trim_end().len());
    page.push_str("\n\n");
}

/// Help ends without a full stop; a page does not.
fn sentence(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.ends_with('.') { text } else { format!("{text}.") }
}

fn row(arg: &Arg) -> String {
    let takes_value = arg.get_action().takes_values();
    let value = arg.get_value_names().filter(|_| takes_value).and_then(|names| names.first());
    let value = value.map(|name| format!("<{name}>"));
    let mut name: Vec<String> = arg.get_short().map(|short| format!("`-{short}`")).into_iter().collect();
    name.push(match (arg.get_long(), value) {
        (Some(long), Some(value)) => format!("`--{long} {value}`"),
        (Some(long), None) => format!("`--{long}`"),
        (None, value) => format!("`{}`", value.unwrap_or_default()),
    });
    let mut says = sentence(&arg.get_long_help().or(arg.get_help()).map(ToString::to_string).unwrap_or_default());
    if takes_value {
        let codes = |all: Vec<String>| all.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", ");
        let choices = arg.get_possible_values().into_iter().filter(|value| !value.is_hide_set());
        let choices: Vec<String> = choices.map(|value| value.get_name().to_owned()).collect();
        let defaults: Vec<String> =
            arg.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
        for (what, all) in [("One of", choices), ("Left out:", defaults)] {
            if !all.is_empty() {
                says += &format!(" {what} {}.", codes(all));
            }
        }
    }
    if let Some(variable) = arg.get_env() {
        says += &format!(" Also by the variable `{}`.", variable.to_string_lossy());
    }
    format!("| {} | {} |\n", name.join(", "), cell(&says))
}
