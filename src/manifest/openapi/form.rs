//! Checks the type of values. A value of another type would be ignored, and less would be required of requests than the
//! document says.

use super::node::{Member, Node, Value};
use super::report::Wrong;

/// The members of a table.
pub(super) fn table<'n>(node: &'n Node, what: &str) -> Result<&'n [Member], Wrong> {
    match &node.value {
        Value::Table(members) => Ok(members),
        _ => Err(wrong(node, what, "a table", "write name: value below it")),
    }
}

/// The items of a list.
pub(super) fn list<'n>(node: &'n Node, what: &str) -> Result<&'n [Node], Wrong> {
    match &node.value {
        Value::List(items) => Ok(items),
        _ => Err(wrong(node, what, "a list", "write [...], or lines that begin with -")),
    }
}

/// A text.
pub(super) fn text<'n>(node: &'n Node, what: &str) -> Result<&'n str, Wrong> {
    node.text().ok_or_else(|| wrong(node, what, "a text", "write it in quotes"))
}

/// Whether a member says true; one that is not there says false.
pub(super) fn is_set(node: &Node, name: &str) -> Result<bool, Wrong> {
    match node.get(name) {
        None => Ok(false),
        Some(member) => match member.value {
            Value::Bool(is) => Ok(is),
            _ => Err(wrong(member, name, "true or false", "write true or false, without quotes")),
        },
    }
}

fn wrong(node: &Node, what: &str, form: &str, help: &str) -> Wrong {
    Wrong::at(node.place, format!("{what} must be {form}, but this is {}", node.noun())).help(help)
}
