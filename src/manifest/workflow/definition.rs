//! What is wrong with a definition in Amazon States Language, as far as its structure tells.

use serde_json::{Map, Value};

const TYPES: [&str; 8] = ["Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"];

/// Every problem of a definition, with its place.
pub fn problems(text: &str) -> Vec<String> {
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(machine)) => {
            let mut found = Vec::new();
            check_machine("", &machine, &mut found);
            found
        }
        Ok(_) => vec!["a definition is a JSON object".into()],
        Err(error) => vec![format!("not JSON: {error}")],
    }
}

fn check_machine(path: &str, machine: &Map<String, Value>, found: &mut Vec<String>) {
    let Some(states) = machine.get("States").and_then(Value::as_object).filter(|states| !states.is_empty()) else {
        found.push(format!("{path}/States: there are no states"));
        return;
    };
    match machine.get("StartAt").and_then(Value::as_str) {
        Some(start) => check_target(&format!("{path}/StartAt"), start, states, found),
        None => found.push(format!("{path}/StartAt: it names no state to start at")),
    }
    for (name, state) in states {
        let path = format!("{path}/States/{name}");
        match state.as_object() {
            Some(state) => check_state(&path, state, states, found),
            None => found.push(format!("{path}: a state is a JSON object")),
        }
    }
}

fn check_state(path: &str, state: &Map<String, Value>, states: &Map<String, Value>, found: &mut Vec<String>) {
    let of = state.get("Type").and_then(Value::as_str).unwrap_or_default();
    if !TYPES.contains(&of) {
        found.push(format!("{path}/Type: {of:?} is none of {}", TYPES.join(", ")));
    }
    let (next, end) = (state.get("Next").and_then(Value::as_str), state.get("End") == Some(&Value::Bool(true)));
    let goes_on = !matches!(of, "Choice" | "Succeed" | "Fail");
    if goes_on && next.is_none() && !end {
        found.push(format!("{path}: it has neither Next nor End"));
    }
    let entries = |key: &str| state.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let branches = entries("Choices").into_iter().chain(entries("Catch"));
    let targets = branches.filter_map(|entry| entry.get("Next").and_then(Value::as_str).map(str::to_owned));
    let own = [next, state.get("Default").and_then(Value::as_str)].into_iter().flatten().map(str::to_owned);
    for target in own.chain(targets) {
        check_target(path, &target, states, found);
    }
    let inner = entries("Branches");
    let iterators = [state.get("Iterator"), state.get("ItemProcessor")].into_iter().flatten();
    for (place, machine) in inner.iter().chain(iterators).enumerate() {
        match machine.as_object() {
            Some(machine) => check_machine(&format!("{path}/{place}"), machine, found),
            None => found.push(format!("{path}/{place}: a state machine is a JSON object")),
        }
    }
}

fn check_target(path: &str, target: &str, states: &Map<String, Value>, found: &mut Vec<String>) {
    if !states.contains_key(target) {
        found.push(format!("{path}: there is no state {target:?}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_of_a_definition_is_told_with_its_place() {
        let text = r#"{"StartAt": "Nowhere", "States": {"A": {"Type": "Taks", "Next": "B"}, "C": {"Type": "Pass"}}}"#;
        assert_eq!(
            problems(text),
            [
                "/StartAt: there is no state \"Nowhere\"",
                "/States/A/Type: \"Taks\" is none of Task, Pass, Choice, Wait, Succeed, Fail, Parallel, Map",
                "/States/A: there is no state \"B\"",
                "/States/C: it has neither Next nor End",
            ]
        );
        assert!(problems("{\n  \"StartAt\": ,")[0].contains("line 2 column 14"));
        assert_eq!(problems("{}"), ["/States: there are no states"]);
        assert_eq!(problems("[]"), ["a definition is a JSON object"]);
    }

    #[test]
    fn a_sound_definition_has_no_problems() {
        let text = r#"{"StartAt": "A", "States": {
            "A": {"Type": "Choice", "Choices": [{"Next": "B"}], "Default": "B"},
            "B": {"Type": "Map", "ItemProcessor": {"StartAt": "X", "States": {"X": {"Type": "Succeed"}}}, "End": true}}}"#;
        assert_eq!(problems(text), Vec::<String>::new());
    }
}
