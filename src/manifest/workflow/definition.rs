//! What is wrong with a definition in Amazon States Language, as far as its structure tells.
//!
//! Every fault has its place in the file. The places come from the text itself: each value is kept as the slice of
//! the file that it was read from.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use serde_json::value::RawValue;

use crate::position::line_and_column;

const TYPES: [&str; 8] = ["Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"];
/// The longest name of a state, in characters.
const NAME: usize = 80;

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

/// Everything that is wrong with a definition.
pub fn faults(text: &str) -> Vec<Fault> {
    let parsed = serde_json::from_str::<Value>(text).and_then(|_| serde_json::from_str::<&RawValue>(text));
    match parsed {
        Ok(machine) => {
            let mut check = Check { text, names: BTreeSet::new(), faults: Vec::new() };
            check.machine("", machine);
            check.faults.sort_by_key(|fault| (fault.line, fault.column));
            check.faults
        }
        Err(error) => {
            // An end right after a newline is in column 0 of serde's.
            let (line, column) = (error.line(), error.column().max(1));
            let said = error.to_string();
            let place = format!(" at line {line} column {}", error.column());
            vec![Fault { line, column, message: format!("not JSON: {}", said.trim_end_matches(&place)) }]
        }
    }
}

type Object<'t> = BTreeMap<String, &'t RawValue>;

/// The states that one state leads to: where each is named, and its name.
type Targets<'t> = Vec<(&'t RawValue, String)>;

struct Check<'t> {
    text: &'t str,
    names: BTreeSet<String>,
    faults: Vec<Fault>,
}

impl<'t> Check<'t> {
    fn fault(&mut self, at: &RawValue, message: String) {
        // `at` is a slice of the text, so the distance of their starts is its offset.
        let offset = (at.get().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let (line, column) = line_and_column(self.text, offset);
        self.faults.push(Fault { line, column, message });
    }

    fn object(&mut self, path: &str, at: &'t RawValue) -> Option<Object<'t>> {
        let object = serde_json::from_str(at.get()).ok();
        if object.is_none() {
            let what = if path.is_empty() { "a definition" } else { path };
            self.fault(at, format!("{what}: expected a JSON object"));
        }
        object
    }

    fn machine(&mut self, path: &str, at: &'t RawValue) {
        let Some(machine) = self.object(path, at) else { return };
        let Some(all) = machine.get("States") else {
            return self.fault(at, format!("{path}/States: there are no states"));
        };
        let Some(states) = self.object(&format!("{path}/States"), all) else { return };
        let mut leads = BTreeMap::new();
        for (name, state) in &states {
            let path = format!("{path}/States/{name}");
            self.name(&path, name, state);
            let targets = self.state(&path, state);
            for (at, target) in &targets {
                if !states.contains_key(target) {
                    self.fault(at, format!("{path}: there is no state {target:?}"));
                }
            }
            leads.insert(name.clone(), targets.into_iter().map(|(_, target)| target).collect());
        }
        self.start(path, at, &machine, &states, &leads);
    }

    fn name(&mut self, path: &str, name: &str, at: &RawValue) {
        if name.is_empty() || name.chars().count() > NAME {
            self.fault(at, format!("{path}: a state's name has 1 to {NAME} characters"));
        }
        if !self.names.insert(name.to_owned()) {
            self.fault(at, format!("{path}: another state of this state machine has the same name"));
        }
    }

    /// There is a state to start at, and every other one can be reached from it.
    fn start(
        &mut self,
        path: &str,
        at: &'t RawValue,
        machine: &Object<'t>,
        states: &Object<'t>,
        leads: &BTreeMap<String, Vec<String>>,
    ) {
        let Some(start) = machine.get("StartAt") else {
            return self.fault(at, format!("{path}/StartAt: it names no state to start at"));
        };
        let Some(name) = text_of(start).filter(|name| states.contains_key(name)) else {
            return self.fault(start, format!("{path}/StartAt: there is no state {}", start.get()));
        };
        let (mut reached, mut open) = (BTreeSet::new(), vec![name.as_str()]);
        while let Some(name) = open.pop() {
            if reached.insert(name) {
                open.extend(leads.get(name).into_iter().flatten().map(String::as_str));
            }
        }
        for (name, state) in states {
            if !reached.contains(name.as_str()) {
                self.fault(state, format!("{path}/States/{name}: no state leads to it"));
            }
        }
    }

    /// Checks a state. Gives the states that it leads to.
    fn state(&mut self, path: &str, at: &'t RawValue) -> Targets<'t> {
        let Some(state) = self.object(path, at) else { return Vec::new() };
        let of = state.get("Type").and_then(|of| text_of(of)).unwrap_or_default();
        if !TYPES.contains(&of.as_str()) {
            let at = state.get("Type").copied().unwrap_or(at);
            self.fault(at, format!("{path}/Type: {of:?} is none of {}", TYPES.join(", ")));
        }
        if of == "Task" && !state.contains_key("Resource") {
            self.fault(at, format!("{path}/Resource: a task names what it does"));
        }
        self.transition(path, at, &state, &of);
        self.inner(path, at, &state, &of);
        self.targets(path, &state)
    }

    /// It is said what comes after the state, once.
    fn transition(&mut self, path: &str, at: &RawValue, state: &Object<'t>, of: &str) {
        let ends = state.get("End").is_some_and(|end| end.get() == "true");
        let goes_on = !matches!(of, "Choice" | "Succeed" | "Fail");
        match (state.contains_key("Next"), ends) {
            (false, false) if goes_on => self.fault(at, format!("{path}: it has neither Next nor End")),
            (true, true) if goes_on => self.fault(at, format!("{path}: it has both Next and End")),
            (next, end) if !goes_on && (next || end) => {
                self.fault(at, format!("{path}: a state of type {of} has no Next and no End"));
            }
            _ => {}
        }
    }

    /// The state machines inside a state.
    fn inner(&mut self, path: &str, at: &RawValue, state: &Object<'t>, of: &str) {
        let branches = self.list(path, state, "Branches");
        for (place, branch) in branches.iter().enumerate() {
            self.machine(&format!("{path}/Branches[{place}]"), branch);
        }
        if of == "Parallel" && branches.is_empty() {
            self.fault(at, format!("{path}/Branches: there are none"));
        }
        let iterator = ["ItemProcessor", "Iterator"].into_iter().find_map(|key| Some((key, *state.get(key)?)));
        match iterator {
            Some((key, machine)) => self.machine(&format!("{path}/{key}"), machine),
            None if of == "Map" => self.fault(at, format!("{path}/ItemProcessor: there is none")),
            None => {}
        }
        if of == "Choice" && self.list(path, state, "Choices").is_empty() {
            self.fault(at, format!("{path}/Choices: there are none"));
        }
    }

    fn targets(&mut self, path: &str, state: &Object<'t>) -> Targets<'t> {
        let mut named: Vec<&RawValue> = ["Next", "Default"].iter().filter_map(|key| state.get(*key).copied()).collect();
        for key in ["Choices", "Catch"] {
            for (place, entry) in self.list(path, state, key).into_iter().enumerate() {
                let path = format!("{path}/{key}[{place}]");
                match self.object(&path, entry).map(|entry| entry.get("Next").copied()) {
                    Some(Some(next)) => named.push(next),
                    Some(None) => self.fault(entry, format!("{path}: it has no Next")),
                    None => {}
                }
            }
        }
        named.into_iter().map(|at| (at, text_of(at).unwrap_or_else(|| at.get().to_owned()))).collect()
    }

    fn list(&mut self, path: &str, state: &Object<'t>, key: &str) -> Vec<&'t RawValue> {
        let Some(at) = state.get(key) else { return Vec::new() };
        serde_json::from_str(at.get()).unwrap_or_else(|_| {
            self.fault(at, format!("{path}/{key}: expected a list"));
            Vec::new()
        })
    }
}

fn text_of(value: &RawValue) -> Option<String> {
    serde_json::from_str(value.get()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        faults(text).into_iter().map(|fault| format!("{}:{}: {}", fault.line, fault.column, fault.message)).collect()
    }

    #[test]
    fn each_fault_of_a_definition_is_told_with_its_place() {
        let text = r#"{
  "StartAt": "Nowhere",
  "States": {
    "A": {"Type": "Tosk", "Next": "B"},
    "C": {"Type": "Pass"},
    "D": {"Type": "Choice", "Choices": [{"Variable": "$.x"}], "End": true},
    "E": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}},
    "F": 1
  }
}"#;
        assert_eq!(
            told(text),
            [
                "2:14: /StartAt: there is no state \"Nowhere\"",
                "4:19: /States/A/Type: \"Tosk\" is none of Task, Pass, Choice, Wait, Succeed, Fail, Parallel, Map",
                "4:35: /States/A: there is no state \"B\"",
                "5:10: /States/C: it has neither Next nor End",
                "6:10: /States/D: a state of type Choice has no Next and no End",
                "6:41: /States/D/Choices[0]: it has no Next",
                "7:89: /States/E/ItemProcessor/States/A: another state of this state machine has the same name",
                "8:10: /States/F: expected a JSON object",
            ]
        );
    }

    #[test]
    fn what_is_no_definition_at_all_is_told_too() {
        assert_eq!(told("{\n  \"StartAt\": ,"), ["2:14: not JSON: expected value"]);
        assert_eq!(told("{\n"), ["2:1: not JSON: EOF while parsing an object"]);
        assert_eq!(told("{}"), ["1:1: /States: there are no states"]);
        assert_eq!(told(" []"), ["1:2: a definition: expected a JSON object"]);
        assert_eq!(told(r#"{"States": {}}"#), ["1:1: /StartAt: it names no state to start at"]);
        assert_eq!(told(r#"{"States": {}, "StartAt": 1}"#), ["1:27: /StartAt: there is no state 1"]);
        assert!(told("{\"a\": 1e999}")[0].contains("not JSON: number out of range"));
    }

    #[test]
    fn a_state_that_nothing_leads_to_is_told() {
        let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}, "B": {"Type": "Pass", "Next": "A"}}}"#;
        assert_eq!(told(text), ["1:60: /States/B: no state leads to it"]);
    }

    #[test]
    fn a_sound_definition_has_no_faults() {
        let text = r#"{"StartAt": "A", "States": {
            "A": {"Type": "Choice", "Choices": [{"Next": "B"}], "Default": "C"},
            "B": {"Type": "Map", "ItemProcessor": {"StartAt": "X", "States": {"X": {"Type": "Succeed"}}}, "End": true},
            "C": {"Type": "Task", "Resource": "${function.f.arn}", "Catch": [{"Next": "D"}], "Next": "B"},
            "D": {"Type": "Parallel", "Branches": [{"StartAt": "Y", "States": {"Y": {"Type": "Fail"}}}], "End": true}}}"#;
        assert_eq!(told(text), Vec::<String>::new());
    }
}
