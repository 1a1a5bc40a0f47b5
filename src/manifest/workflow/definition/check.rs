//! What all checks share: the values with their paths, and the faults that are found.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::json::{Node, Value};

/// The language that a state's expressions are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// `"QueryLanguage": "JSONPath"`, or none.
    JsonPath,
    /// `"QueryLanguage": "JSONata"`.
    Jsonata,
}

impl Language {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::JsonPath => "JSONPath",
            Self::Jsonata => "JSONata",
        }
    }
}

/// A value of a definition, where it stands, and its path, such as `/States/A/Choices[0]`.
#[derive(Clone)]
pub struct At<'n> {
    /// The value.
    pub node: &'n Node,
    /// Byte of the text that a fault of it is shown at.
    pub byte: usize,
    /// Its path; the whole definition's is empty.
    pub path: String,
}

impl<'n> At<'n> {
    /// A whole definition.
    pub fn root(node: &'n Node) -> Self {
        Self { node, byte: node.at, path: String::new() }
    }

    /// A member's value.
    pub fn get(&self, name: &str) -> Option<Self> {
        let node = self.node.get(name)?;
        Some(Self { node, byte: node.at, path: format!("{}/{name}", self.path) })
    }

    /// True if there is such a member.
    pub fn has(&self, name: &str) -> bool {
        self.node.get(name).is_some()
    }

    /// Every member: its name's place, and its value.
    pub fn members(&self) -> impl Iterator<Item = (&'n str, Self, Self)> + use<'n, '_> {
        self.node.members().into_iter().flatten().map(move |member| {
            let path = format!("{}/{}", self.path, member.name);
            let value = Self { node: &member.value, byte: member.value.at, path: path.clone() };
            (member.name.as_str(), Self { node: &member.value, byte: member.at, path }, value)
        })
    }

    /// Every item of a list; none of anything else.
    pub fn items(&self) -> impl Iterator<Item = Self> + use<'n, '_> {
        let items = match &self.node.value {
            Value::List(items) => items.as_slice(),
            _ => &[],
        };
        let item = move |(index, node): (usize, &'n Node)| Self {
            node,
            byte: node.at,
            path: format!("{}[{index}]", self.path),
        };
        items.iter().enumerate().map(item)
    }

    /// The string, if it is one.
    pub fn text(&self) -> Option<&'n str> {
        self.node.text()
    }
}

/// The faults of one definition, and what must be the only one of its name in it.
pub struct Check {
    /// True for an express workflow.
    pub express: bool,
    /// The names of all states, at whatever depth.
    pub names: RefCell<BTreeSet<String>>,
    /// The labels of all maps.
    pub labels: RefCell<BTreeSet<String>>,
    found: RefCell<Vec<(usize, String)>>,
}

impl Check {
    /// Nothing has been found yet.
    pub fn new(express: bool) -> Self {
        Self { express, names: RefCell::default(), labels: RefCell::default(), found: RefCell::default() }
    }

    /// Something is wrong with a value.
    pub fn fault(&self, at: &At<'_>, message: impl AsRef<str>) {
        let what = if at.path.is_empty() { "the definition" } else { &at.path };
        self.found.borrow_mut().push((at.byte, format!("{what}: {}", message.as_ref())));
    }

    /// How many faults there are.
    pub fn count(&self) -> usize {
        self.found.borrow().len()
    }

    /// Every fault: the byte where it is, and what it is.
    pub fn into_faults(self) -> Vec<(usize, String)> {
        self.found.into_inner()
    }

    /// True if the value is an object.
    pub fn object(&self, at: &At<'_>) -> bool {
        let is = at.node.members().is_some();
        if !is {
            self.fault(at, "expected a JSON object");
        }
        is
    }

    /// True if the value is a list.
    pub fn list(&self, at: &At<'_>) -> bool {
        let is = matches!(at.node.value, Value::List(_));
        if !is {
            self.fault(at, "expected a list");
        }
        is
    }

    /// A list with something in it.
    pub fn filled_list(&self, at: &At<'_>) -> bool {
        let is = self.list(at);
        if is && at.items().next().is_none() {
            self.fault(at, "it is empty");
            return false;
        }
        is
    }

    /// At most one of these members may be present; with `one`, exactly one.
    pub fn only_one(&self, at: &At<'_>, names: &[&str], one: bool) {
        let given: Vec<&str> = names.iter().copied().filter(|name| at.has(name)).collect();
        match given.as_slice() {
            [] if one => self.fault(at, format!("it needs {}", names.join(" or "))),
            [first, second, ..] => {
                let second = at.get(second).unwrap_or_else(|| at.clone());
                self.fault(&second, format!("it cannot be combined with {first}"));
            }
            _ => {}
        }
    }
}
