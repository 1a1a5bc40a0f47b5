//! A terminal, as far as the binary drives one: what people see of it in the end.

use std::process::Command;

use super::command::{Cli, Ran};
use super::project::Project;

/// Runs the binary at a terminal; both outputs are in `stdout`, as the terminal got them.
pub fn run(project: &Project, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
    variables.iter().fold(project.place(cli(arguments)), |cli, (name, value)| cli.env(name, value)).run()
}

/// The binary.
const BINARY: &str = env!("CARGO_BIN_EXE_serverless-app");

/// The binary at a terminal, to be run; what is in the variable `TYPED` is typed there.
pub fn cli(arguments: &[&str]) -> Cli {
    at_terminal(&[&[BINARY], arguments].concat())
}

/// The same with its stdout in a pipe, whose end the terminal shows too; the last line is its exit code.
pub fn piped(arguments: &[&str]) -> Cli {
    let pipe = "{ \"$0\" \"$@\"; echo \"ended with $?\" >&2; } | cat";
    at_terminal(&[&["sh", "-c", pipe, BINARY], arguments].concat())
}

fn at_terminal(command: &[&str]) -> Cli {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/terminal.py");
    Cli::of(Command::new("python3"), &[&[script], command].concat()).env("TERM", "xterm-256color")
}

/// The rows that stand there after all that was written. A line that is longer than the terminal is one row as long as
/// wrapping is off; otherwise it would take several, and is none of those that are drawn again.
pub fn screen(written: &str) -> Vec<String> {
    let (mut rows, mut row) = (vec![String::new()], 0);
    let mut rest = written;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '\r' => {}
            '\n' => {
                row += 1;
                rows.resize(rows.len().max(row + 1), String::new());
            }
            '\u{1b}' => rest = control(rest, &mut rows, &mut row),
            c => rows[row].push(c),
        }
    }
    rows.retain(|row| !row.is_empty());
    rows
}

/// Does what a control sequence asks for; gives what stands behind it.
fn control<'t>(text: &'t str, rows: &mut Vec<String>, row: &mut usize) -> &'t str {
    let text = text.strip_prefix('[').expect("a control sequence");
    let end = text.find(|c: char| c.is_ascii_alphabetic()).expect("its end");
    match (&text[..end], &text[end..=end]) {
        (count, "A") => {
            *row = row.checked_sub(count.parse().expect("a count")).expect("a row that is there");
        }
        ("", "J") => {
            rows.truncate(*row);
            rows.push(String::new());
        }
        ("?7", "l" | "h") | (_, "m") => {}
        other => panic!("no terminal is asked for {other:?} here"),
    }
    &text[end + 1..]
}
