//! Asking WAF about rules before they are sent: what it refuses, and how much of its capacity they take.

use std::collections::BTreeMap;

use serde_json::json;

use super::REGIONAL;
use super::json::{Json, Object};
use super::raw::{body, with};
use super::web_acl::Rule;
use crate::aws::Aws;
use crate::aws::error::{Answer, AwsError};
use crate::aws::required_actions::{RequiredAction, anywhere};

/// The call.
const API: &str = "wafv2:CheckCapacity";

/// What WAF says of some rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Capacity {
    /// How many WCU they take.
    Takes(i64),
    /// Why it refuses them: the code and the message.
    Refused(String),
}

/// Asks WAF about rules, every reference of which is known. One call.
pub async fn check_capacity(aws: &Aws, rules: &BTreeMap<String, Rule>) -> Result<Capacity, AwsError> {
    let rules: Vec<Json> = rules.iter().map(|(name, rule)| without_bodies(rule.listed(name))).collect();
    let body = body(API, &json!({"Scope": REGIONAL, "Rules": rules}))?;
    let request = aws.read.wafv2.check_capacity().customize().mutate_request(with(body));
    match request.send().await.answer(API) {
        Ok(answer) => Ok(Capacity::Takes(answer.capacity)),
        Err(error) => refusal(error),
    }
}

/// A rule that names none of the web ACL's bodies: they are no part of the question, and WAF refuses the key of one that it does
/// not know.
fn without_bodies(json: Json) -> Json {
    match json {
        Json::List(items) => Json::List(items.into_iter().map(without_bodies).collect()),
        Json::Object(fields) => {
            let others = fields.into_iter().filter(|(name, _)| name != "CustomResponseBodyKey");
            Json::Object(others.map(|(name, field)| (name, without_bodies(field))).collect::<Object>())
        }
        other => other,
    }
}

/// What WAF refuses says so by its code. That it may not be asked, or has a fault, is no refusal of the rules.
fn refusal(error: AwsError) -> Result<Capacity, AwsError> {
    const REFUSES: [&str; 9] = [
        "WAFExpiredManagedRuleGroupVersionException",
        "WAFInvalidParameterException",
        "WAFInvalidResourceException",
        "WAFLimitsExceededException",
        "WAFNonexistentItemException",
        "WAFSubscriptionNotFoundException",
        "WAFInvalidOperationException",
        "ValidationException",
        "SerializationException",
    ];
    match error.code.as_deref().filter(|code| REFUSES.contains(code)) {
        Some(code) => Ok(Capacity::Refused(format!("{code}: {}", error.message))),
        None => Err(error),
    }
}

/// What IAM must allow for it.
pub fn actions_to_check_capacity() -> Vec<RequiredAction> {
    anywhere(&[API])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_names_no_body_that_waf_does_not_know() {
        let answer = json!({"ResponseCode": 429, "CustomResponseBodyKey": "busy"});
        let rule = json!({"Name": "a", "Action": {"Block": {"CustomResponse": answer}}, "Statement": {"OrStatement":
            {"Statements": [{"GeoMatchStatement": {"CountryCodes": ["AQ"]}}]}}});
        let mut expected = rule.clone();
        expected["Action"]["Block"]["CustomResponse"] = json!({"ResponseCode": 429});
        assert_eq!(without_bodies(Json::of(&rule)).plain(), expected);
    }

    #[test]
    fn only_what_waf_says_of_the_rules_refuses_them() {
        let error = |code: &str| AwsError { code: Some(code.into()), ..AwsError::malformed(API, "no such field") };
        let refused = Capacity::Refused("WAFInvalidParameterException: no such field".into());
        assert_eq!(refusal(error("WAFInvalidParameterException")), Ok(refused));
        assert!(
            refusal(error("AccessDeniedException")).is_err() && refusal(error("WAFInternalErrorException")).is_err()
        );
    }
}
