//! What SNS would refuse in a subscription's filter.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::manifest::matching::{Language, OR};
use crate::manifest::{Cursor, json};

/// Attributes that one filter can name.
const ATTRIBUTES: usize = 5;
/// Combinations of its values.
const COMBINATIONS: usize = 150;
/// The longest filter, in bytes.
const SIZE: usize = 256 * 1024;

/// What SNS takes in a list of values.
const LANGUAGE: Language = Language {
    service: "SNS",
    noun: "filter",
    operators: &["anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix", "wildcard"],
    largest: Some(1e9),
    is_strict: false,
};

/// Reports everything about a filter, each at its place. One of bodies may be nested.
pub(super) fn check(filter: &BTreeMap<String, Value>, of_body: bool, here: &Cursor) {
    if filter.len() > ATTRIBUTES {
        let what = if of_body { "members" } else { "attributes" };
        here.problem(format!("a filter can have at most five {what}"), Some("remove some of them"));
    }
    let size = serde_json::to_string(filter).map_or(0, |text| text.len());
    if size > SIZE {
        here.problem(format!("the filter has {size} bytes; AWS allows {SIZE}"), Some("shorten it"));
    }
    let count = combinations(filter.iter(), 1, 1);
    if count > COMBINATIONS {
        let message = format!("its values have {count} combinations");
        let nested = if of_body { ", and by their depth" } else { "" };
        let help = format!(
            "SNS allows {COMBINATIONS}, the lengths of all lists multiplied{nested}; reduce the values, or use two \
             subscriptions"
        );
        here.problem(message, Some(&help));
    }
    for (member, values) in filter {
        json::report_what_is_no_json(values, &here.at(member));
    }
    check_members(filter.iter(), of_body, here);
}

fn check_members<'f>(filter: impl Iterator<Item = (&'f String, &'f Value)>, of_body: bool, here: &Cursor) {
    for (member, values) in filter.filter(|(_, values)| !json::is_date(values)) {
        let here = here.at(member);
        if let Some(below) = values.as_object().filter(|below| of_body && !below.is_empty()) {
            check_members(below.iter(), of_body, &here);
            continue;
        }
        let Some(values) = values.as_array().filter(|values| !values.is_empty()) else {
            let what = if of_body { "member" } else { "attribute" };
            let help =
                format!("write a list of accepted values for the {what}, such as [\"error\", {{ prefix = \"warn\" }}]");
            here.problem(format!("{member} must be a list of accepted values"), Some(&help));
            continue;
        };
        for (here, value) in here.each(values) {
            match value.as_object().filter(|_| member == OR && !json::is_date(value)) {
                Some(alternative) => check_members(alternative.iter(), of_body, &here),
                None => LANGUAGE.check(value, &here),
            }
        }
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
mod tests;
