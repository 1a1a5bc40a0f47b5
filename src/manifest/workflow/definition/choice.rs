//! The conditions of a choice.

use super::check::{At, Check, Language};
use super::field::{Field, In};
use super::form::Form;

/// Rules made of others.
const BOOLEAN: [&str; 3] = ["And", "Or", "Not"];
/// Comparisons by order.
const ORDERS: [&str; 5] = ["Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals"];
/// Tests of a type.
const TESTS: [&str; 6] = ["IsBoolean", "IsNull", "IsNumeric", "IsPresent", "IsString", "IsTimestamp"];

const BOTH: In = In::Both;

/// A rule, in JSONata.
const JSONATA: &[Field] = &[
    ("Condition", BOTH, Form::Elsewhere),
    ("Next", BOTH, Form::Text),
    ("Assign", BOTH, Form::Assign),
    ("Output", BOTH, Form::Template),
    ("Comment", BOTH, Form::Text),
];

/// A rule, in JSONPath, beside its comparison.
const JSONPATH: &[Field] = &[
    ("Variable", BOTH, Form::Path),
    ("Next", BOTH, Form::Text),
    ("Assign", BOTH, Form::Assign),
    ("Comment", BOTH, Form::Text),
];

/// What stands in a comparison; none if it is no comparison.
fn operand(name: &str) -> Option<Form> {
    if TESTS.contains(&name) {
        return Some(Form::Bool);
    }
    if name == "StringMatches" {
        return Some(Form::Text);
    }
    let forms = [
        ("String", Form::Text),
        ("Numeric", Form::Number { least: f64::MIN, most: f64::MAX }),
        ("Timestamp", Form::Timestamp),
        ("Boolean", Form::Bool),
    ];
    let (of, form) = forms.into_iter().find(|(of, _)| name.starts_with(of))?;
    let order = &name[of.len()..];
    let (order, form) = order.strip_suffix("Path").map_or((order, form), |order| (order, Form::Path));
    (ORDERS.contains(&order) && (of != "Boolean" || order == "Equals")).then_some(form)
}

impl Check {
    /// The rules of a choice.
    pub fn choices(&self, state: &At<'_>, language: Language) {
        let Some(choices) = state.get("Choices").filter(|choices| self.filled_list(choices)) else { return };
        for rule in choices.items().filter(|rule| self.object(rule)) {
            if !rule.has("Next") {
                self.fault(&rule, "it has no Next");
            }
            match language {
                Language::Jsonata => self.condition(&rule),
                Language::JsonPath => self.rule(&rule, true),
            }
        }
    }

    fn condition(&self, rule: &At<'_>) {
        let foreign =
            rule.members().find(|(name, ..)| *name == "Variable" || operand(name).is_some() || BOOLEAN.contains(name));
        if let Some((_, key, _)) = foreign {
            return self.fault(&key, "this field is only for JSONPath, and this state uses JSONata: write a Condition");
        }
        self.fields(rule, "a choice", &[JSONATA], Language::Jsonata);
        match rule.get("Condition") {
            None => self.fault(rule, "it needs a Condition"),
            Some(condition) if condition.text().is_some() => self.expression(&condition, false),
            Some(condition) => self.form(&condition, &Form::Bool, Language::Jsonata),
        }
    }

    /// A rule in JSONPath: one comparison with a variable, or one that is made of others.
    fn rule(&self, rule: &At<'_>, outermost: bool) {
        if let Some(condition) = rule.get("Condition") {
            return self.fault(&condition, "this field is only for JSONata, and this state uses JSONPath");
        }
        let mut tests = rule.members().filter(|(name, ..)| operand(name).is_some() || BOOLEAN.contains(name));
        let (first, second) = (tests.next(), tests.next());
        if let (Some((name, ..)), Some((_, key, _))) = (&first, &second) {
            self.fault(key, format!("it cannot be combined with {name}: write an And"));
        }
        match first {
            None => self.fault(rule, "it compares nothing"),
            Some((name, _, value)) => self.test(rule, name, &value),
        }
        self.rest(rule, outermost);
    }

    fn test(&self, rule: &At<'_>, name: &str, value: &At<'_>) {
        match operand(name) {
            Some(form) => {
                if !rule.has("Variable") {
                    self.fault(rule, format!("{name} needs a Variable"));
                }
                self.form(value, &form, Language::JsonPath);
            }
            None if name == "Not" => self.nested(value),
            None => {
                if self.filled_list(value) {
                    value.items().for_each(|rule| self.nested(&rule));
                }
            }
        }
    }

    fn nested(&self, rule: &At<'_>) {
        if self.object(rule) {
            self.rule(rule, false);
        }
    }

    /// What stands beside the comparison.
    fn rest(&self, rule: &At<'_>, outermost: bool) {
        for (name, key, value) in rule.members() {
            match JSONPATH.iter().find(|(known, ..)| *known == name) {
                Some(("Next", ..)) if !outermost => self.fault(&key, "only the outermost rule can have Next"),
                Some((.., form)) => self.form(&value, form, Language::JsonPath),
                None if operand(name).is_some() || BOOLEAN.contains(&name) => {}
                None => self.fault(&key, format!("{name:?} is not a comparison")),
            }
        }
    }
}
