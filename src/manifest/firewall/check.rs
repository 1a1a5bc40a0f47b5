//! Checks AWS's JSON against the table of WAF's shapes.

use serde_json::Value;

use super::fault::{Fault, Faults, Step};
use super::rule;
use crate::aws::wafv2::shape::{Form, Member, Shape, shape};
use crate::manifest::problem::{nearest, unknown};

/// What nests.
const STATEMENT: &str = "Statement";

/// Everything that is wrong with a value of this shape. A statement that stands by itself narrows another one, which it is
/// within.
pub(super) fn faults(shape: &str, value: &Value) -> Vec<Fault> {
    let mut faults = Faults::at_depth(usize::from(shape == STATEMENT));
    check(&mut faults, shape, value);
    faults.found
}

/// Everything that is wrong with a list of values of this shape.
pub(super) fn faults_of_list(shape: &str, value: &Value) -> Vec<Fault> {
    let mut faults = Faults::default();
    match value {
        Value::Array(list) => items(&mut faults, list, shape),
        _ => faults.add("expected a list", None),
    }
    faults.found
}

fn items(faults: &mut Faults, items: &[Value], of: &str) {
    for (index, item) in items.iter().enumerate() {
        faults.within(Step::Nth(index), |faults| check(faults, of, item));
    }
}

fn check(faults: &mut Faults, of: &str, value: &Value) {
    match (shape(of), value) {
        (None, _) => {}
        (Some(Shape::Structure { members, is_choice }), Value::Object(fields)) => {
            structure(faults, of, members, *is_choice, value, fields.keys());
        }
        (Some(Shape::Structure { .. }), _) => faults.add(format!("expected an object, {of}"), None),
        (Some(Shape::List { of: item, least, most }), Value::Array(list)) => {
            size(faults, list.len(), "item", *least, *most);
            items(faults, list, item);
            rule::check_list(of, list, faults);
        }
        (Some(Shape::List { .. }), _) => faults.add("expected a list", None),
        (Some(Shape::Text { least, most, form: of }), Value::String(text)) => {
            size(faults, text.chars().count(), "character", *least, *most);
            form(faults, text, *of);
        }
        (Some(Shape::Blob), Value::String(_)) => rule::check_blob(value, faults),
        (Some(Shape::Text { .. } | Shape::Blob), _) => faults.add("expected a text", None),
        (Some(Shape::Choice(words)), Value::String(text)) if !words.contains(&text.as_str()) => {
            choice(faults, text, words);
        }
        (Some(Shape::Choice(_)), Value::String(_)) => {}
        (Some(Shape::Choice(_)), _) => faults.add("expected a text", None),
        (Some(Shape::Number { least, most }), _) => number(faults, value, *least, *most),
        (Some(Shape::Flag), Value::Bool(_)) => {}
        (Some(Shape::Flag), _) => faults.add("expected true or false", None),
    }
}

fn structure<'v>(
    faults: &mut Faults,
    of: &str,
    members: &[Member],
    is_choice: bool,
    value: &Value,
    names: impl ExactSizeIterator<Item = &'v String>,
) {
    let (nests, count) = (of == STATEMENT, names.len());
    faults.depth += usize::from(nests);
    for name in names {
        let Some(member) = members.iter().find(|member| member.name == name) else {
            let known = members.iter().map(|member| member.name);
            faults.add_at(name, unknown(&format!("member of {of}"), name, known), None);
            continue;
        };
        faults.within(Step::Key(name.clone()), |faults| check(faults, member.of, &value[name]));
    }
    for member in members.iter().filter(|member| member.is_required && value.get(member.name).is_none()) {
        // What is left out of a rule's visibility is filled in.
        if (of, member.name) != ("Rule", "VisibilityConfig") {
            faults.add(format!("{of} has no {}", member.name), None);
        }
    }
    if is_choice && count != 1 {
        let known: Vec<_> = members.iter().map(|member| member.name).collect();
        let help = format!("write one of {}", known.join(", "));
        faults.add(format!("{of} must have exactly one member, not {count}"), Some(&help));
    }
    rule::check_structure(of, value, faults);
    faults.depth -= usize::from(nests);
}

fn size(faults: &mut Faults, size: usize, noun: &str, least: usize, most: Option<usize>) {
    if size < least {
        let plural = if least == 1 { "" } else { "s" };
        faults.add(format!("expected at least {least} {noun}{plural}"), None);
    }
    if let Some(most) = most.filter(|most| size > *most) {
        faults.add(format!("there are {size} {noun}s; at most {most} are allowed"), None);
    }
}

fn form(faults: &mut Faults, text: &str, form: Form) {
    match form {
        Form::NotBlank if text.trim().is_empty() => faults.add("expected a text that is not blank", None),
        Form::Of(set) if !text.bytes().all(|b| b.is_ascii_alphanumeric() || set.as_bytes().contains(&b)) => {
            faults.add(format!("WAF does not accept {text:?} here"), Some(&format!("use letters, digits and {set}")));
        }
        Form::Any | Form::NotBlank | Form::Of(_) => {}
    }
}

fn choice(faults: &mut Faults, text: &str, words: &[&str]) {
    let near = nearest(&text.to_ascii_uppercase(), words);
    let help = match near {
        Some(near) => format!("did you mean {near}?"),
        None if words.len() > 40 => "see the words in WAF's API reference".to_owned(),
        None => format!("write one of {}", words.join(", ")),
    };
    faults.add(format!("WAF does not accept {text:?} here"), Some(&help));
}

fn number(faults: &mut Faults, value: &Value, least: Option<i64>, most: Option<i64>) {
    let Some(number) = value.as_i64() else { return faults.add("expected a whole number", None) };
    let (least, most) = (least.unwrap_or(i64::from(i32::MIN)), most.unwrap_or(i64::from(i32::MAX)));
    if !(least..=most).contains(&number) {
        faults.add(format!("{number} is out of range"), Some(&format!("write a number from {least} to {most}")));
    }
}
