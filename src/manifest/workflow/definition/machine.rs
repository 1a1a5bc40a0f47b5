//! State machines: the definition itself, the branches of a parallel state and what a map does with each item.

use std::collections::{BTreeMap, BTreeSet};

use super::check::{At, Check, Language};
use super::field::{BRANCH, Field, MACHINE, PAIRS, PROCESSOR, TYPES};

/// The longest name of a state, in characters.
const NAME: usize = 80;
const LANGUAGES: [&str; 2] = ["JSONPath", "JSONata"];

/// The states of one machine, by name, and those that each leads to.
type Leads<'n> = BTreeMap<&'n str, (At<'n>, Vec<&'n str>)>;

impl Check {
    /// A whole definition.
    pub fn definition(&self, at: &At<'_>) {
        if self.object(at) {
            let language = self.language(at, Language::JsonPath);
            self.machine(at, "a state machine", MACHINE, language);
        }
    }

    /// The language that is asked for, else the surrounding one.
    fn language(&self, at: &At<'_>, around: Language) -> Language {
        let Some(language) = at.get("QueryLanguage") else { return around };
        self.word(&language, &LANGUAGES);
        if language.text() == Some("JSONPath") { Language::JsonPath } else { Language::Jsonata }
    }

    /// A machine whose states are in a language unless they say another.
    fn machine(&self, at: &At<'_>, what: &str, table: &[Field], language: Language) {
        if !self.object(at) {
            return;
        }
        self.fields(at, what, &[table], language);
        let Some(states) = at.get("States") else {
            return self.fault(&below(at, "States"), "there are no states");
        };
        if self.object(&states) {
            self.states(at, &states, language);
        }
    }

    fn states(&self, machine: &At<'_>, states: &At<'_>, language: Language) {
        let before = self.count();
        let mut leads = Leads::new();
        for (name, _, state) in states.members() {
            self.name(name, &state);
            self.state(&state, language);
            let targets = targets(&state);
            for target in &targets {
                if let Some(name) = target.text().filter(|name| !states.has(name)) {
                    self.fault(target, format!("there is no state {name:?}"));
                }
            }
            leads.insert(name, (state, targets.iter().filter_map(At::text).collect()));
        }
        if before == self.count() && !leads.is_empty() && !leads.values().any(|(state, _)| ends(state)) {
            self.fault(states, "no state ends the state machine: give one of them \"End\": true");
        }
        self.start(machine, &leads);
    }

    fn name(&self, name: &str, at: &At<'_>) {
        if name.is_empty() || name.chars().count() > NAME {
            self.fault(at, format!("a state's name has 1 to {NAME} characters"));
        }
        if !self.names.borrow_mut().insert(name.to_owned()) {
            self.fault(at, "another state of this state machine has the same name");
        }
    }

    /// There is a state to start at, and every other one can be reached from it.
    fn start(&self, machine: &At<'_>, leads: &Leads<'_>) {
        let Some(start) = machine.get("StartAt") else {
            return self.fault(&below(machine, "StartAt"), "it names no state to start at");
        };
        let Some(name) = start.text() else { return };
        if !leads.contains_key(name) {
            return self.fault(&start, format!("there is no state {name:?}"));
        }
        let (mut reached, mut open) = (BTreeSet::new(), vec![name]);
        while let Some(name) = open.pop() {
            if reached.insert(name) {
                open.extend(leads.get(name).into_iter().flat_map(|(_, targets)| targets));
            }
        }
        for (state, _) in leads.iter().filter(|(name, _)| !reached.contains(*name)).map(|(_, lead)| lead) {
            self.fault(state, "no state leads to it");
        }
    }

    fn state(&self, state: &At<'_>, around: Language) {
        if !self.object(state) {
            return;
        }
        let language = self.state_language(state, around);
        let of = state.get("Type").unwrap_or_else(|| below(state, "Type"));
        let named = state.get("Type").and_then(|of| of.text()).unwrap_or_default();
        let Some((of, tables)) = TYPES.iter().find(|(known, _)| *known == named) else {
            let types: Vec<_> = TYPES.iter().map(|(of, _)| *of).collect();
            return self.fault(&of, format!("{named:?} is not one of {}", types.join(", ")));
        };
        self.transition(state, of);
        self.fields(state, &format!("a state of type {of}"), tables, language);
        for (_, names, one) in PAIRS.iter().filter(|(on, ..)| on == of) {
            self.only_one(state, names, *one);
        }
        self.failures(state, language);
        match *of {
            "Task" => self.task(state, language),
            "Choice" => self.choices(state, language),
            "Map" => self.map(state, language),
            _ => {}
        }
        self.inner(state, of, around);
    }

    fn state_language(&self, state: &At<'_>, around: Language) -> Language {
        let language = self.language(state, around);
        if let (Language::Jsonata, Language::JsonPath, Some(at)) = (around, language, state.get("QueryLanguage")) {
            self.fault(&at, "a state cannot use JSONPath if the state machine uses JSONata");
        }
        language
    }

    /// It is said what comes after the state, once.
    fn transition(&self, state: &At<'_>, of: &str) {
        let goes_on = !matches!(of, "Choice" | "Succeed" | "Fail");
        match (state.has("Next"), ends(state)) {
            (false, false) if goes_on => self.fault(state, "it has neither Next nor End"),
            (true, true) if goes_on => self.fault(state, "it has both Next and End"),
            _ => {}
        }
    }

    /// The state machines inside a state. Their states are in the language of the whole, not of the state around them.
    fn inner(&self, state: &At<'_>, of: &str, language: Language) {
        if of == "Parallel"
            && let Some(branches) = state.get("Branches").filter(|branches| self.filled_list(branches))
        {
            branches.items().for_each(|branch| self.machine(&branch, "a branch", BRANCH, language));
        }
        let processors = ["ItemProcessor", "Iterator"].into_iter().filter(|_| of == "Map");
        if let Some(processor) = processors.filter_map(|name| state.get(name)).next() {
            self.machine(&processor, "an ItemProcessor", PROCESSOR, language);
            self.processor_config(&processor);
        }
    }
}

/// A member that is missing: its path, at the place of what it should be in.
fn below<'n>(at: &At<'n>, name: &str) -> At<'n> {
    At { path: format!("{}/{name}", at.path), ..at.clone() }
}

fn ends(state: &At<'_>) -> bool {
    let of = state.get("Type").and_then(|of| of.text());
    let end = state.node.get("End").is_some_and(|end| matches!(end.value, super::json::Value::Bool(true)));
    end || matches!(of, Some("Succeed" | "Fail"))
}

/// Where the states are named that a state leads to.
fn targets<'n>(state: &At<'n>) -> Vec<At<'n>> {
    let own = ["Next", "Default"].into_iter().filter_map(|name| state.get(name));
    let lists = ["Choices", "Catch"].into_iter().filter_map(|name| state.get(name));
    let entries: Vec<At<'n>> = lists.flat_map(|list| list.items().collect::<Vec<_>>()).collect();
    own.chain(entries.iter().filter_map(|entry| entry.get("Next"))).collect()
}
