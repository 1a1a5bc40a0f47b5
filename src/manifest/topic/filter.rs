//! What SNS would refuse of a subscription's filter.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::manifest::{Cursor, problem};

/// Attributes that one filter can name.
const ATTRIBUTES: usize = 5;
/// Combinations of its values.
const COMBINATIONS: usize = 150;
/// The largest number that SNS compares, and below zero the smallest.
const LARGEST: f64 = 1e9;
/// What stands for alternatives: a list of filters, one of which must fit.
const OR: &str = "$or";

/// What an element of a filter can ask for beside a value itself.
const OPERATORS: [&str; 8] =
    ["anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix", "wildcard"];

/// The longest filter, in bytes.
const SIZE: usize = 256 * 1024;

/// Reports everything about a filter, each at its place. One of bodies may be nested.
pub(super) fn check(filter: &BTreeMap<String, Value>, of_body: bool, here: &Cursor) {
    if filter.len() > ATTRIBUTES {
        let what = if of_body { "members" } else { "attributes" };
        here.problem(format!("a filter names five {what} at most"), Some("remove some of them"));
    }
    let size = serde_json::to_string(filter).map_or(0, |text| text.len());
    if size > SIZE {
        here.problem(format!("the filter has {size} bytes of {SIZE}"), Some("shorten it"));
    }
    let count = combinations(filter.iter(), 1, 1);
    if count > COMBINATIONS {
        let message = format!("its values make {count} combinations");
        let nested = if of_body { ", each by its depth" } else { "" };
        let help = format!(
            "SNS takes {COMBINATIONS}: the lists' lengths multiplied{nested}; ask for less, or subscribe twice"
        );
        here.problem(message, Some(&help));
    }
    check_members(filter.iter(), of_body, here);
}

fn check_members<'f>(filter: impl Iterator<Item = (&'f String, &'f Value)>, of_body: bool, here: &Cursor) {
    for (member, values) in filter {
        let here = here.at(member);
        if let Some(below) = values.as_object().filter(|below| of_body && !below.is_empty()) {
            check_members(below.iter(), of_body, &here);
            continue;
        }
        let Some(values) = values.as_array().filter(|values| !values.is_empty()) else {
            let what = if of_body { "member" } else { "attribute" };
            let help = format!("write a list of what the {what} may be, such as [\"error\", {{ prefix = \"warn\" }}]");
            here.problem(format!("{member} has no list of values"), Some(&help));
            continue;
        };
        for (here, value) in here.each(values) {
            match value.as_object().filter(|_| member == OR) {
                Some(alternative) => check_members(alternative.iter(), of_body, &here),
                None => check_value(value, &here),
            }
        }
    }
}

fn check_value(value: &Value, here: &Cursor) {
    match value {
        Value::Array(_) => here.problem("a list stands inside a list", Some("write one list of values")),
        Value::Object(operators) => {
            for (operator, operand) in operators {
                if !OPERATORS.contains(&operator.as_str()) {
                    here.problem(problem::unknown("filter operator", operator, OPERATORS.into_iter()), None);
                }
                check_numbers(operand, &here.at(operator));
            }
        }
        other => check_numbers(other, here),
    }
}

/// The numbers of a value, or of an operator's operand: one, or a list such as `[">", 1, "<=", 5]`.
fn check_numbers(value: &Value, here: &Cursor) {
    let numbers = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    for number in numbers.iter().filter_map(Value::as_f64).filter(|number| number.abs() > LARGEST) {
        let message = format!("SNS compares no number as large as {number}");
        here.problem(message, Some("write one from -1000000000 to 1000000000, or compare a text"));
    }
}

/// The lengths of all lists multiplied, each by its depth, with those of alternatives added up; `before` is what has been
/// counted so far.
fn combinations<'f>(filter: impl Iterator<Item = (&'f String, &'f Value)>, depth: usize, before: usize) -> usize {
    filter.fold(before, |count, (member, values)| {
        if let Some(below) = values.as_object() {
            return combinations(below.iter(), depth + 1, count);
        }
        let values = values.as_array().map(Vec::as_slice).unwrap_or_default();
        let alternatives = || values.iter().filter_map(Value::as_object);
        match member == OR {
            true => alternatives().map(|one| combinations(one.iter(), depth, count)).fold(0, usize::saturating_add),
            false => count.saturating_mul(values.len().saturating_mul(depth)),
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::manifest::function::tests::{lowered, problems};

    fn manifest(filter: &str) -> String {
        let queue = "arn:aws:sqs:us-west-2:123456789012:q";
        format!(
            "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[topic.t]\n\
             subscriptions = [{{ sqs = \"{queue}\", filter = {{ {filter} }} }}]\n"
        )
    }

    fn told(filter: &str) -> Vec<String> {
        match lowered(&manifest(filter), &[]) {
            Ok(_) => Vec::new(),
            Err(_) => problems(&manifest(filter), &[]),
        }
    }

    fn values(count: usize) -> String {
        (0..count).map(|number| format!("\"v{number}\"")).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn a_hundred_and_fifty_combinations_are_taken_and_one_more_is_not() {
        assert_eq!(told(&format!("a = [{}], b = [{}], c = [\"x\"]", values(15), values(10))), [""; 0]);
        assert_eq!(told(&format!("a = [{}]", values(150))), [""; 0]);
        let one_more = told(&format!("a = [{}]", values(151)));
        assert_eq!(one_more, ["5:66: its values make 151 combinations"]);
        let or = |one: usize, other: usize| {
            told(&format!("a = [\"x\", \"y\"], \"$or\" = [{{ b = [{}] }}, {{ c = [{}] }}]", values(one), values(other)))
        };
        assert_eq!(or(70, 5), [""; 0], "2 times 70 and 2 times 5");
        assert_eq!(or(70, 6), ["5:66: its values make 152 combinations"]);
    }

    #[test]
    fn a_number_is_taken_up_to_a_thousand_million_either_way() {
        for fine in ["1000000000", "-1000000000", "1e9", "0.00001", "{ numeric = [\">\", -1e9, \"<=\", 1e9] }"] {
            assert_eq!(told(&format!("n = [{fine}]")), [""; 0], "{fine}");
        }
        for beyond in ["1000000001", "-1e10", "1e20", "{ numeric = [\"=\", 1e20] }", "{ anything-but = [2e9] }"] {
            let told = told(&format!("n = [{beyond}]"));
            assert_eq!(told.len(), 1, "{beyond}");
            assert!(told[0].contains("SNS compares no number"), "{told:?}");
        }
        assert_eq!(told("\"$or\" = [{ n = [1e20] }, { m = [1] }]").len(), 1);
        assert_eq!(told("n = [\"1e20\"]"), [""; 0], "a text");
    }

    #[test]
    fn a_filter_of_bodies_is_nested_and_each_list_counts_by_its_depth() {
        let body = |filter: &str| {
            let text = manifest(filter).replace("filter = {", "filter_body = {");
            match lowered(&text, &[]) {
                Ok(_) => Vec::new(),
                Err(_) => problems(&text, &[]),
            }
        };
        // AWS's own example: 3 * 4 * 2 * 3.
        let example =
            "key_a = { key_b = { key_c = [\"1\", \"2\", \"3\", \"4\"] } }, key_d = { key_e = [\"1\", \"2\", \"3\"] }";
        assert_eq!(body(example), [""; 0]);
        assert_eq!(body(&format!("{example}, f = [\"1\", \"2\", \"3\"]")), ["5:66: its values make 216 combinations"]);
        assert_eq!(told("a = { b = [\"x\"] }"), ["5:77: a has no list of values"], "attributes are flat");
        assert_eq!(body("a = { b = \"x\" }"), ["5:92: b has no list of values"]);
        assert_eq!(body("a = {}"), ["5:82: a has no list of values"]);
        assert_eq!(body(&format!("a = {{ b = [{}] }}", values(75))), [""; 0]);
    }

    proptest! {
        #[test]
        fn combinations_are_the_product_of_the_lengths(lengths in proptest::collection::vec(1_usize..9, 1..5)) {
            let filter: BTreeMap<String, Value> =
                lengths.iter().enumerate().map(|(at, length)| (format!("a{at}"), json!(vec!["x"; *length]))).collect();
            prop_assert_eq!(combinations(filter.iter(), 1, 1), lengths.iter().product::<usize>());
        }
    }
}
