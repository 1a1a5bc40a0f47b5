//! Problems of a definition in Amazon States Language, as far as they can be found before anything runs.
//!
//! A definition is refused if Step Functions would refuse it, which is less strict than linters are: according to the
//! specification (<https://states-language.net>), AWS's developer guide, and recorded answers of AWS. What services add
//! from time to time, such as options of an item reader and names of integrations, is left to Step Functions, which is
//! asked when planning. If two members have the same name, readers use one or the other, so that is refused too.

use crate::position::line_and_column;
use check::{At, Check};

mod call;
mod check;
mod choice;
mod failure;
mod field;
mod form;
pub mod json;
mod jsonata;
mod machine;
mod map;
mod path;
mod task;
mod template;
mod timestamp;

#[cfg(test)]
mod tests;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Path of the value, and what is wrong with it.
    pub message: String,
}

/// All problems of a definition. `fill` replaces `${...}` in strings.
pub fn faults(text: &str, express: bool, fill: &dyn Fn(&str) -> String) -> Vec<Fault> {
    let root = match json::read(text, fill) {
        Ok(root) => root,
        Err(error) => return vec![not_json(&error)],
    };
    let check = Check::new(express);
    check.definition(&At::root(&root));
    let placed = check.into_faults().into_iter().map(|(byte, message)| {
        let (line, column) = line_and_column(text, byte);
        Fault { line, column, message }
    });
    let mut faults: Vec<_> = placed.chain(twice(text)).collect();
    faults.sort_by(|a, b| (a.line, a.column, &a.message).cmp(&(b.line, b.column, &b.message)));
    faults.dedup();
    faults
}

/// Two members of one name, as they are written: what stands for `${...}` may be alike.
fn twice(text: &str) -> Option<Fault> {
    let root = json::read(text, &str::to_owned).ok()?;
    let (first, again) = root.twice()?;
    let (first, (line, column)) = (line_and_column(text, first.at), line_and_column(text, again.at));
    Some(Fault {
        line,
        column,
        message: format!("{:?} is defined twice, first at {}:{}", again.name, first.0, first.1),
    })
}

/// Line and column of what a location of AWS's stands for, such as `/States/A/Choices[0]/Next`; of what is around it where
/// there is no such thing.
pub fn place(text: &str, location: &str) -> (usize, usize) {
    let root = json::read(text, &str::to_owned);
    line_and_column(text, root.map_or(0, |root| root.find(location).at))
}

fn not_json(error: &serde_json::Error) -> Fault {
    // An end right after a newline is in column 0 of serde's.
    let (line, column) = (error.line(), error.column().max(1));
    let said = error.to_string();
    let place = format!(" at line {line} column {}", error.column());
    Fault { line, column, message: format!("not JSON: {}", said.trim_end_matches(&place)) }
}
