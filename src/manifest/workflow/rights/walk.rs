//! What a state machine calls, at whatever depth.

use super::parameters::{Given, Parameters};
use crate::manifest::workflow::definition::json::{Node, Value};

/// One call.
pub struct Call<'n> {
    /// The path of what names it, such as `/States/Save/Resource`.
    pub path: String,
    /// Byte of the text where that stands.
    pub at: usize,
    /// What is called.
    pub resource: &'n str,
    /// With what.
    pub parameters: Parameters<'n>,
    /// The role that it is called with, where that is not the state machine's.
    pub role: Option<Given<'n>>,
    /// What is read of what is called, where that is an item reader's.
    pub reads: Reads,
}

/// What an item reader reads beside what it calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// Nothing.
    NoMore,
    /// The objects that it lists, or that a manifest lists.
    Listed,
}

/// All calls, and whether a map runs its items in executions of their own.
#[derive(Default)]
pub struct Found<'n> {
    /// In the order of the text.
    pub calls: Vec<Call<'n>>,
    /// True if there is a distributed map.
    pub distributed: bool,
}

/// Looks through a definition that has no faults. `stand_in` stands for texts that AWS has yet to make up.
pub fn calls<'n>(root: &'n Node, stand_in: &'n str) -> Found<'n> {
    let mut walk = Walk { stand_in, found: Found::default() };
    walk.machine(root, "");
    walk.found
}

struct Walk<'n> {
    stand_in: &'n str,
    found: Found<'n>,
}

impl<'n> Walk<'n> {
    fn machine(&mut self, machine: &'n Node, path: &str) {
        for member in machine.get("States").and_then(Node::members).into_iter().flatten() {
            self.state(&member.value, &format!("{path}/States/{}", member.name));
        }
    }

    fn state(&mut self, state: &'n Node, path: &str) {
        match state.get("Type").and_then(Node::text) {
            Some("Task") => self.call(state, path, Reads::NoMore),
            Some("Parallel") => {
                let branches = state.get("Branches").map(|branches| &branches.value);
                if let Some(Value::List(branches)) = branches {
                    for (index, branch) in branches.iter().enumerate() {
                        self.machine(branch, &format!("{path}/Branches[{index}]"));
                    }
                }
            }
            Some("Map") => self.map(state, path),
            _ => {}
        }
    }

    fn map(&mut self, state: &'n Node, path: &str) {
        if let Some(reader) = state.get("ItemReader") {
            self.call(reader, &format!("{path}/ItemReader"), reads(reader));
        }
        if let Some(writer) = state.get("ResultWriter") {
            self.call(writer, &format!("{path}/ResultWriter"), Reads::NoMore);
        }
        let named = |name: &'static str| state.get(name).map(|processor| (name, processor));
        let Some((name, processor)) = named("ItemProcessor").or_else(|| named("Iterator")) else { return };
        let mode = processor.get("ProcessorConfig").and_then(|config| config.get("Mode")).and_then(Node::text);
        self.found.distributed |= mode == Some("DISTRIBUTED");
        self.machine(processor, &format!("{path}/{name}"));
    }

    fn call(&mut self, node: &'n Node, path: &str, reads: Reads) {
        let Some(named) = node.get("Resource") else { return };
        let Some(resource) = named.text() else { return };
        let role = node.get("Credentials").map(|credentials| match credentials.get("RoleArn").and_then(Node::text) {
            Some(arn) if !arn.starts_with("{%") && !arn.contains(self.stand_in) => Given::Text(arn),
            _ => Given::Unknown,
        });
        let parameters = Parameters::of(node, self.stand_in);
        let path = format!("{path}/Resource");
        self.found.calls.push(Call { path, at: named.at, resource, parameters, role, reads });
    }
}

/// A manifest of objects, and a list of them whose content is read too.
fn reads(reader: &Node) -> Reads {
    let config = |name: &str| reader.get("ReaderConfig")?.get(name)?.text();
    let listed = config("InputType") == Some("MANIFEST") || config("Transformation") == Some("LOAD_AND_FLATTEN");
    if listed { Reads::Listed } else { Reads::NoMore }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::workflow::definition::json::read;

    #[test]
    fn calls_are_found_at_whatever_depth() {
        let text = r#"{"States": {
            "A": {"Type": "Task", "Resource": "a", "Credentials": {"RoleArn": "r"}},
            "B": {"Type": "Parallel", "Branches": [{"States": {}}, {"States": {"C": {"Type": "Task", "Resource": "c"}}}]},
            "D": {"Type": "Map", "ItemReader": {"Resource": "d", "ReaderConfig": {"InputType": "MANIFEST"}},
                "ResultWriter": {"Resource": "e"}, "ItemProcessor": {"States": {"F": {"Type": "Map", "Iterator": {
                    "ProcessorConfig": {"Mode": "DISTRIBUTED"}, "States": {"G": {"Type": "Task", "Resource": "g",
                    "Credentials": {"RoleArn.$": "$.r"}}}}}}}},
            "H": {"Type": "Pass", "Result": {"Type": "Task", "Resource": "none"}},
            "I": {"Type": "Map", "ResultWriter": {"WriterConfig": {}}}}}"#;
        let root = read(text, &str::to_owned).unwrap();
        let found = calls(&root, "-");
        let seen: Vec<_> = found.calls.iter().map(|call| (call.path.as_str(), call.resource)).collect();
        let expected = [
            ("/States/A/Resource", "a"),
            ("/States/B/Branches[1]/States/C/Resource", "c"),
            ("/States/D/ItemReader/Resource", "d"),
            ("/States/D/ResultWriter/Resource", "e"),
            ("/States/D/ItemProcessor/States/F/Iterator/States/G/Resource", "g"),
        ];
        assert_eq!(seen, expected);
        assert!(found.distributed);
        assert_eq!((found.calls[0].role, found.calls[4].role), (Some(Given::Text("r")), Some(Given::Unknown)));
        assert_eq!((found.calls[1].role, found.calls[2].reads), (None, Reads::Listed));
        assert!(text[found.calls[1].at..].starts_with("\"c\""));
    }
}
