//! The parameters of a call, as far as a definition contains them.

use crate::manifest::workflow::definition::json::{Node, Value};

/// What a definition says of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given<'n> {
    /// It is not there.
    No,
    /// It is known when the state machine runs.
    Unknown,
    /// It is this text.
    Text(&'n str),
}

/// The parameters of a call: none where all of them are known only when it runs.
#[derive(Debug, Clone, Copy)]
pub struct Parameters<'n> {
    node: Option<&'n Node>,
    /// What stands for a text that AWS has yet to make up.
    stand_in: &'n str,
}

impl<'n> Parameters<'n> {
    /// Those of a state, an item reader or a result writer.
    pub fn of(state: &'n Node, stand_in: &'n str) -> Self {
        let node = state.get("Arguments").or_else(|| state.get("Parameters"));
        Self { node: node.filter(|node| node.members().is_some()), stand_in }
    }

    /// The text at a path such as `Input/S3Uri`.
    pub fn at(&self, path: &str) -> Given<'n> {
        let Some(mut node) = self.node else { return Given::Unknown };
        for name in path.split('/') {
            match node.get(name) {
                Some(inner) => node = inner,
                None if node.members().is_none() => return Given::Unknown,
                None if node.get(&format!("{name}.$")).is_some() => return Given::Unknown,
                None => return Given::No,
            }
        }
        match node.text() {
            Some(text) if !self.is_unknown(text) => Given::Text(text),
            _ => Given::Unknown,
        }
    }

    /// The first of some parameters that is there.
    pub fn first(&self, names: &[&str]) -> Given<'n> {
        names.iter().map(|name| self.at(name)).find(|given| *given != Given::No).unwrap_or(Given::No)
    }

    /// The entries of a list, unless they are known only when it runs.
    pub fn entries(&self, name: &str) -> Option<Vec<Self>> {
        match &self.node?.get(name)?.value {
            Value::List(items) => Some(items.iter().map(|item| self.of_item(item)).collect()),
            _ => None,
        }
    }

    /// What is in a member of it.
    pub fn inside(&self, name: &str) -> Option<Self> {
        self.node?.get(name).map(|node| self.of_item(node))
    }

    /// The names of the members of a member, unless one of them is known only when it runs.
    pub fn names(&self, name: &str) -> Option<Vec<&'n str>> {
        let members = self.node?.get(name)?.members()?;
        let is_known = |name: &str| !self.is_unknown(name) && !name.ends_with(".$");
        members.iter().map(|member| Some(member.name.as_str()).filter(|name| is_known(name))).collect()
    }

    fn of_item(&self, node: &'n Node) -> Self {
        Self { node: Some(node).filter(|node| node.members().is_some()), ..*self }
    }

    fn is_unknown(&self, text: &str) -> bool {
        text.is_empty() || text.starts_with("{%") || text.contains(self.stand_in)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::workflow::definition::json::read;

    #[test]
    fn what_a_path_an_expression_or_aws_decides_is_unknown() {
        let text = r#"{"Parameters": {"A": "a", "B.$": "$.b", "C": "{% $x %}", "D": "STAND-IN/x", "E": {"F": "f", "G.$": "$"},
            "H": [{"I": "i"}, "{% $y %}"], "J": "{% $z %}", "K": ""}}"#;
        let root = read(text, &str::to_owned).unwrap();
        let parameters = Parameters::of(&root, "STAND-IN");
        assert_eq!((parameters.at("A"), parameters.at("E/F")), (Given::Text("a"), Given::Text("f")));
        for unknown in ["B", "C", "D", "E", "E/G", "J/X", "K"] {
            assert_eq!(parameters.at(unknown), Given::Unknown, "{unknown}");
        }
        assert_eq!((parameters.at("Z"), parameters.at("E/Z")), (Given::No, Given::No));
        let entries = parameters.entries("H").unwrap();
        assert_eq!((entries[0].at("I"), entries[1].at("I")), (Given::Text("i"), Given::Unknown));
        assert!(parameters.entries("J").is_none() && parameters.entries("Z").is_none());
        assert_eq!(parameters.first(&["Z", "E/F", "A"]), Given::Text("f"));
    }

    #[test]
    fn a_call_without_parameters_takes_its_whole_input() {
        for text in ["{}", r#"{"Arguments": "{% $states.input %}"}"#] {
            let root = read(text, &str::to_owned).unwrap();
            assert_eq!(Parameters::of(&root, "x").at("A"), Given::Unknown, "{text}");
        }
    }
}
