//! Normalises values, wanted and live, to the form that AWS reports.
//!
//! What AWS fills in is filled in, what it sorts is sorted, and bytes are in the base64 that it writes. An empty list
//! means the same as none.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::json::{Json, Object};
use super::shape::{Shape, shape};

/// Brings a value of this shape into its form.
pub fn normalise(of: &str, value: &mut Json) {
    match (shape(of), value) {
        (Some(Shape::Structure { members, .. }), Json::Object(fields)) => {
            for member in members {
                if let Some(field) = fields.get_mut(member.name) {
                    normalise(member.of, field);
                }
            }
            fields.retain(|_, field| !matches!(field, Json::List(items) if items.is_empty()));
            structure(of, fields);
        }
        (Some(Shape::List { of: item, .. }), Json::List(items)) => {
            items.iter_mut().for_each(|one| normalise(item, one));
            order(of, items);
        }
        (Some(Shape::Blob), Json::Text(text)) => {
            if let Some(bytes) = text.literal().and_then(|text| STANDARD.decode(text).ok()) {
                *text = STANDARD.encode(bytes).into();
            }
        }
        _ => {}
    }
}

/// What AWS takes a member for that is left out, from its API reference.
fn default(of: &str) -> Option<(&'static str, Value)> {
    let (member, value) = match of {
        "RateBasedStatement" => ("EvaluationWindowSec", json!(300)),
        "Body" | "JsonBody" => ("OversizeHandling", json!("CONTINUE")),
        "SqliMatchStatement" => ("SensitivityLevel", json!("LOW")),
        "AWSManagedRulesBotControlRuleSet" => ("EnableMachineLearning", json!(true)),
        "AWSManagedRulesATPRuleSet" | "AWSManagedRulesACFPRuleSet" => ("EnableRegexInPath", json!(false)),
        "AWSManagedRulesAntiDDoSRuleSet" => ("SensitivityToBlock", json!("LOW")),
        "ClientSideAction" => ("Sensitivity", json!("HIGH")),
        _ => return None,
    };
    Some((member, value))
}

fn structure(of: &str, fields: &mut Object) {
    if let Some((member, value)) = default(of) {
        fields.entry(member.to_owned()).or_insert_with(|| Json::of(&value));
    }
    // Names of headers, and of query arguments to look at, are compared whatever their case.
    if let ("SingleHeader" | "SingleQueryArgument" | "RateLimitHeader", Some(Json::Text(name))) =
        (of, fields.get_mut("Name"))
        && let Some(lower) = name.literal().map(str::to_ascii_lowercase)
    {
        *name = lower.into();
    }
    if let Some(Json::List(excluded)) = fields.remove("ExcludedRules") {
        let name = |rule: Json| rule.get("Name").cloned();
        let counted = excluded.into_iter().filter_map(name).map(|name| {
            let action = Json::of(&json!({"Count": {}}));
            Json::Object(Object::from([("Name".to_owned(), name), ("ActionToUse".to_owned(), action)]))
        });
        let overrides = fields.entry("RuleActionOverrides".to_owned()).or_insert_with(|| Json::List(Vec::new()));
        if let Json::List(overrides) = overrides {
            overrides.extend(counted);
            order("RuleActionOverrides", overrides);
        }
    }
}

/// Puts a list in order whose order means nothing, or that says itself what it is.
fn order(of: &str, items: &mut [Json]) {
    let number = |item: &Json| item.number().or_else(|| item.get("Priority")?.number()).unwrap_or_default();
    let text = |item: &Json| item.text().or_else(|| item.get("Name")?.text()).map(ToString::to_string);
    match of {
        "AsnList" | "PreParseTextTransformations" | "TextTransformations" => items.sort_by_key(number),
        "CountryCodes" | "RuleActionOverrides" => items.sort_by_key(text),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(of: &str, value: Value) -> Value {
        let mut value = Json::of(&value);
        normalise(of, &mut value);
        let once = value.clone();
        normalise(of, &mut value);
        assert_eq!(value, once, "once is enough");
        value.plain()
    }

    #[test]
    fn what_aws_fills_in_orders_and_writes_its_own_way_is_one_form() {
        let rate = json!({"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "IP", "CustomKeys": []}});
        let expected =
            json!({"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "IP", "EvaluationWindowSec": 300}});
        assert_eq!(normal("Statement", rate), expected);
        let geo = json!({"GeoMatchStatement": {"CountryCodes": ["DE", "AQ"]}});
        assert_eq!(normal("Statement", geo), json!({"GeoMatchStatement": {"CountryCodes": ["AQ", "DE"]}}));
        let transformed = |order: [u8; 2]| {
            let transformations = order.map(|priority| json!({"Priority": priority, "Type": "NONE"}));
            json!({"XssMatchStatement": {"FieldToMatch": {"SingleHeader": {"Name": "x-id"}},
                "TextTransformations": transformations}})
        };
        let mut upper = transformed([1, 0]);
        upper["XssMatchStatement"]["FieldToMatch"]["SingleHeader"]["Name"] = json!("X-Id");
        assert_eq!(normal("Statement", upper), transformed([0, 1]));
        assert_eq!(normal("FieldToMatch", json!({"Body": {}})), json!({"Body": {"OversizeHandling": "CONTINUE"}}));
        let cookie = json!({"Cookie": {"Name": "Id", "TextTransformations": [{"Priority": 0, "Type": "NONE"}]}});
        assert_eq!(normal("RateBasedStatementCustomKey", cookie.clone()), cookie, "a cookie's name is what it is");
    }

    #[test]
    fn both_ways_to_exclude_a_rule_of_a_group_are_one_form() {
        let count = |name: &str| json!({"Name": name, "ActionToUse": {"Count": {}}});
        let old = json!({"VendorName": "AWS", "Name": "C", "ExcludedRules": [{"Name": "B"}], "RuleActionOverrides": [count("A")]});
        let new = json!({"VendorName": "AWS", "Name": "C", "RuleActionOverrides": [count("A"), count("B")]});
        assert_eq!(normal("ManagedRuleGroupStatement", old), new);
        assert_eq!(normal("ManagedRuleGroupStatement", new.clone()), new);
    }
}
