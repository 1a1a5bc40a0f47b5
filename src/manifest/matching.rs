//! What an element of an event pattern or a message filter can ask for: the operators that EventBridge, Lambda and SNS
//! have in common, and the operands that each accepts.

use serde_json::{Map, Value};

use crate::manifest::{Cursor, json, problem};

/// What stands for alternatives: a list of patterns, one of which must fit.
pub(super) const OR: &str = "$or";

/// What one service takes.
pub(super) struct Language {
    /// The service, as it is called in messages.
    pub service: &'static str,
    /// What is written in it: a pattern, or a filter.
    pub noun: &'static str,
    /// What an element can ask for beside a value itself.
    pub operators: &'static [&'static str],
    /// The largest number that can be compared, and negated the smallest, if AWS documents one.
    pub largest: Option<f64>,
    /// True where AWS documents each operator by itself. Otherwise what it does not mention is left to it: values of several
    /// types behind `anything-but`, and two `*` in a row.
    pub is_strict: bool,
}

/// What `anything-but` can stand before.
const BUT: [&str; 4] = ["equals-ignore-case", "prefix", "suffix", "wildcard"];
/// The comparisons of `numeric`.
const COMPARISONS: [&str; 5] = ["<", "<=", "=", ">", ">="];

impl Language {
    /// Reports what the service would refuse of an element of a list of values. Of dates it reports nothing:
    /// [`json::report_what_is_no_json`] does.
    pub(super) fn check(&self, element: &Value, here: &Cursor) {
        match element {
            Value::Array(_) => here.problem("a list contains another list", Some("write one list of values")),
            Value::Object(operators) if !json::is_date(element) => match only(operators) {
                Some((operator, operand)) => self.check_operator(operator, operand, here),
                None => {
                    let help = "write one operator, such as { exists = true }; fields cannot be nested inside a list";
                    here.problem("an entry can have only one operator", Some(help));
                }
            },
            other => self.check_number(other, here),
        }
    }

    fn check_operator(&self, operator: &str, operand: &Value, here: &Cursor) {
        if !self.operators.contains(&operator) {
            let what = format!("{} operator", self.noun);
            return here.problem(problem::unknown(&what, operator, self.operators.iter().copied()), None);
        }
        if json::has_date(operand) {
            return;
        }
        let here = here.at(operator);
        let (fits, help) = match operator {
            "numeric" => return self.check_numeric(operand, &here),
            "anything-but" => return self.check_but(operand, &here),
            "prefix" | "suffix" => (is_text_or_any_case(operand), "write a text, or { equals-ignore-case = \"...\" }"),
            "wildcard" => (
                operand.as_str().is_some_and(|text| !self.is_strict || !text.contains("**")),
                "write a text in which * is a wildcard, without two of them in a row",
            ),
            "exists" => (operand.is_boolean(), "write true or false"),
            "cidr" => (operand.as_str().is_some_and(is_cidr), "write a range such as \"10.0.0.0/24\""),
            _ => (operand.is_string(), "write a text"),
        };
        if !fits {
            here.problem(format!("{operator} cannot be {operand}"), Some(help));
        }
    }

    /// One comparison, or two that make a range.
    fn check_numeric(&self, operand: &Value, here: &Cursor) {
        let help = "write [\">\", 0] or [\">\", 0, \"<=\", 5], with <, <=, =, > or >=";
        let list = operand.as_array().filter(|list| matches!(list.len(), 2 | 4));
        let Some(list) = list else {
            return here.problem(format!("numeric cannot be {operand}"), Some(help));
        };
        for pair in list.chunks(2) {
            if !pair[0].as_str().is_some_and(|text| COMPARISONS.contains(&text)) || !pair[1].is_number() {
                return here.problem(format!("numeric cannot be {operand}"), Some(help));
            }
            self.check_number(&pair[1], here);
        }
        let operators: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
        let is_range = matches!(operators.as_slice(), [from, to] if from.starts_with('>') && to.starts_with('<'));
        let ends: Vec<f64> = list.iter().filter_map(Value::as_f64).collect();
        if list.len() == 4 && !(is_range && ends[0] < ends[1]) {
            here.problem(
                "the two comparisons do not make a range",
                Some("write the lower end first: [\">\", 0, \"<=\", 5]"),
            );
        }
    }

    /// A value, values of one type, or an operator of its own.
    fn check_but(&self, operand: &Value, here: &Cursor) {
        let wrong = |help: &str| here.problem(format!("anything-but cannot be {operand}"), Some(help));
        if let Value::Object(nested) = operand {
            return match only(nested) {
                Some((name, _)) if !BUT.contains(&name.as_str()) => {
                    here.problem(problem::unknown("operator of anything-but", name, BUT.into_iter()), None);
                }
                Some((_, value)) if are_all(value, Value::is_string) => {}
                _ => wrong("write { prefix = \"...\" } or { prefix = [\"...\"] }"),
            };
        }
        let is_of_one_type = are_all(operand, Value::is_string) || are_all(operand, Value::is_number);
        let is_plain = are_all(operand, |value| !value.is_array() && !value.is_object());
        if !is_of_one_type && (self.is_strict || !is_plain) {
            wrong("write a text, a number, or a list of texts or of numbers");
        }
        list(operand).iter().for_each(|number| self.check_number(number, here));
    }

    fn check_number(&self, value: &Value, here: &Cursor) {
        let Some(largest) = self.largest else { return };
        if let Some(number) = value.as_f64().filter(|number| number.abs() > largest) {
            let message = format!("{} cannot compare the number {number}, which is too large", self.service);
            here.problem(message, Some(&format!("write a number from -{largest} to {largest}, or compare a string")));
        }
    }
}

/// The one member of an object that has no other.
fn only(object: &Map<String, Value>) -> Option<(&String, &Value)> {
    object.iter().next().filter(|_| object.len() == 1)
}

/// The values of a list, or a single one.
fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

fn are_all(value: &Value, fits: impl Fn(&Value) -> bool) -> bool {
    !list(value).is_empty() && list(value).iter().all(fits)
}

fn is_text_or_any_case(value: &Value) -> bool {
    let nested = value.as_object().and_then(only);
    value.is_string() || nested.is_some_and(|(name, text)| name == "equals-ignore-case" && text.is_string())
}

/// An IPv4 or IPv6 range.
fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return false };
    let (Ok(address), Ok(bits)) = (address.parse::<std::net::IpAddr>(), bits.parse::<u8>()) else { return false };
    bits <= if address.is_ipv4() { 32 } else { 128 }
}

#[cfg(test)]
mod tests;
