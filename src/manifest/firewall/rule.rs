//! What WAF refuses in a rule although it has the right shape, according to its API reference and developer guide.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::fault::Faults;

/// The windows of a rate rule, in seconds.
pub(super) const WINDOWS: [i64; 4] = [60, 120, 300, 600];

/// The longest text that is searched for, in bytes.
const SEARCH: usize = 200;

/// The most countries of a statement.
const COUNTRIES: usize = 50;

/// What the parts of a label's name must not be.
const RESERVED: [&str; 8] = ["aws", "awswaf", "ipset", "managed", "regexpatternset", "rulegroup", "waf", "webacl"];

/// Statements that no other one may hold.
const OUTERMOST: [&str; 3] = ["ManagedRuleGroupStatement", "RateBasedStatement", "RuleGroupReferenceStatement"];

/// Statements whose rules act themselves.
const GROUPS: [&str; 2] = ["ManagedRuleGroupStatement", "RuleGroupReferenceStatement"];

/// What a whole structure must be.
pub(super) fn check_structure(of: &str, value: &Value, faults: &mut Faults) {
    match of {
        "Rule" => check_actions(value, faults),
        "Statement" if faults.depth > 1 => {
            for name in OUTERMOST.into_iter().filter(|name| value.get(name).is_some()) {
                faults.add(
                    format!("{name} cannot be nested in another statement"),
                    Some("make it the statement of a rule itself"),
                );
            }
        }
        "AndStatement" | "OrStatement" if items(value, "Statements").is_some_and(|items| items.len() < 2) => {
            faults.add(format!("{of} joins two statements or more, and has one"), Some("write that statement alone"));
        }
        "RateBasedStatement" => check_rate(value, faults),
        "GeoMatchStatement" => check_countries(value, faults),
        "VisibilityConfig" => {
            if let Some(name) = value["MetricName"].as_str().filter(|name| is_metric_of_wafs(name)) {
                faults.add_at(
                    "MetricName",
                    format!("{name} is reserved for a metric of WAF"),
                    Some("choose another name"),
                );
            }
        }
        "Label" => {
            let name = value["Name"].as_str().unwrap_or_default();
            if let Some(part) = name.split(':').find(|part| RESERVED.contains(&part.to_ascii_lowercase().as_str())) {
                faults.add_at(
                    "Name",
                    format!("{part} is reserved for WAF in the names of labels"),
                    Some("choose another name"),
                );
            }
        }
        "RateLimitLabelNamespace" if value["Namespace"].as_str().is_some_and(|name| !name.ends_with(':')) => {
            faults.add_at("Namespace", "a namespace must end with a colon", Some("add the colon"));
        }
        _ => {}
    }
}

/// A rule of a group's has what becomes of the group's actions, any other has an action.
fn check_actions(rule: &Value, faults: &mut Faults) {
    let has = |member: &str| rule.get(member).is_some();
    let group = GROUPS.into_iter().find(|name| rule["Statement"].get(name).is_some());
    match (group, has("Action"), has("OverrideAction")) {
        (Some(_), false, true) | (None, true, false) => {}
        (Some(group), ..) => {
            let help = "write \"OverrideAction\": {\"None\": {}} and no Action";
            faults.add(format!("a rule with a {group} has an OverrideAction, and no Action"), Some(help));
        }
        (None, ..) => {
            let help = "write an Action such as {\"Block\": {}}, and no OverrideAction";
            faults.add("the rule has no Action, or an OverrideAction in addition", Some(help));
        }
    }
    let Some(name) = rule["Name"].as_str() else { return };
    if name.starts_with("ShieldMitigationRuleGroup_") {
        faults.add_at("Name", format!("{name} is reserved for AWS Shield's own rules"), Some("choose another name"));
    }
    // A rule's metric has its name unless it says another one.
    if is_metric_of_wafs(name) && !has("VisibilityConfig") {
        let help = "choose another name, or write a VisibilityConfig with another MetricName";
        faults.add_at("Name", format!("{name} is reserved for a metric of WAF"), Some(help));
    }
}

/// True for a name that WAF gives metrics of its own, and takes for no other.
pub(super) fn is_metric_of_wafs(name: &str) -> bool {
    ["All", "Default_Action"].contains(&name)
}

fn check_rate(rate: &Value, faults: &mut Faults) {
    if let Some(window) = rate["EvaluationWindowSec"].as_i64().filter(|window| !WINDOWS.contains(window)) {
        let help = Some("choose 60, 120, 300 or 600");
        faults.add_at("EvaluationWindowSec", format!("WAF does not support a window of {window} seconds"), help);
    }
    let keys = items(rate, "CustomKeys").unwrap_or_default();
    let named = |key: &str| keys.iter().any(|one| one.get(key).is_some());
    let aggregate = rate["AggregateKeyType"].as_str().unwrap_or_default();
    let forwards = aggregate == "FORWARDED_IP" || named("ForwardedIP");
    if forwards && rate.get("ForwardedIPConfig").is_none() {
        faults.add("a forwarded address needs ForwardedIPConfig, which names the header that contains it", None);
    }
    match aggregate {
        "CUSTOM_KEYS" if keys.is_empty() => faults.add("CUSTOM_KEYS needs CustomKeys, and there are none", None),
        "CUSTOM_KEYS" if keys.len() == 1 && (named("IP") || named("ForwardedIP")) => {
            let help = "write \"AggregateKeyType\": \"IP\" or \"FORWARDED_IP\", or add another key";
            faults.add_at("CustomKeys", "an address cannot be the only custom key", Some(help));
        }
        "CONSTANT" if rate.get("ScopeDownStatement").is_none() => {
            faults
                .add("CONSTANT counts all requests together that a ScopeDownStatement names, and there is none", None);
        }
        "IP" | "FORWARDED_IP" | "CONSTANT" if !keys.is_empty() => {
            let help = Some("write \"AggregateKeyType\": \"CUSTOM_KEYS\", or remove them");
            faults.add_at("CustomKeys", format!("{aggregate} uses no custom keys"), help);
        }
        _ => {}
    }
}

fn check_countries(geo: &Value, faults: &mut Faults) {
    match items(geo, "CountryCodes") {
        None => faults.add("GeoMatchStatement has no CountryCodes", None),
        Some(countries) if countries.len() > COUNTRIES => {
            let message = format!("there are {} countries; at most {COUNTRIES} are allowed", countries.len());
            faults.add_at("CountryCodes", message, Some("join two statements with an OrStatement"));
        }
        Some(_) => {}
    }
}

/// What a whole list must be.
pub(super) fn check_list(of: &str, list: &[Value], faults: &mut Faults) {
    if ["PreParseTextTransformations", "TextTransformations"].contains(&of) {
        let mut seen = BTreeSet::new();
        let again = list.iter().filter_map(|one| one["Priority"].as_i64()).find(|priority| !seen.insert(*priority));
        if let Some(priority) = again {
            let help = Some("give each a priority of its own");
            faults.add(format!("two text transformations have the priority {priority}"), help);
        }
    }
}

/// Bytes that are searched for.
pub(super) fn check_blob(value: &Value, faults: &mut Faults) {
    let text = value.as_str().unwrap_or_default();
    let help = format!("write {:?} for the text {text:?}", STANDARD.encode(text));
    match STANDARD.decode(text) {
        Err(_) => faults.add("WAF's API expects the search string in base64", Some(&help)),
        Ok(bytes) if bytes.is_empty() => faults.add("the search string is empty", None),
        Ok(bytes) if bytes.len() > SEARCH => {
            faults.add(format!("the search string has {} bytes; at most {SEARCH} are allowed", bytes.len()), None);
        }
        Ok(_) => {}
    }
}

/// Texts that are searched for and look as if they were not in base64 though they can be read so.
pub(super) fn doubtful(value: &Value) -> Vec<&str> {
    let mut found = Vec::new();
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                found.extend(field.as_str().filter(|text| name == "SearchString" && !is_readable(text)));
                found.extend(doubtful(field));
            }
        }
        Value::Array(list) => list.iter().for_each(|item| found.extend(doubtful(item))),
        _ => {}
    }
    found
}

fn is_readable(encoded: &str) -> bool {
    let bytes = STANDARD.decode(encoded).unwrap_or_default();
    String::from_utf8(bytes).is_ok_and(|text| !text.chars().any(char::is_control))
}

fn items<'v>(value: &'v Value, member: &str) -> Option<&'v [Value]> {
    value.get(member)?.as_array().map(Vec::as_slice)
}
