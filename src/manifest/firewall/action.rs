//! The actions of rules, and the responses to blocked requests.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Firewall;
use super::check::faults;
use super::fault::Step;
use crate::aws::wafv2::Json;
use crate::manifest::Cursor;

/// What a rule does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "FirewallAction")]
pub enum Action {
    /// It is allowed, and no other rule is evaluated.
    Allow,
    /// It is blocked.
    #[default]
    Block,
    /// It is counted, and the next rules are evaluated.
    Count,
    /// The sender has to solve a puzzle first.
    Captcha,
    /// The sender's browser has to pass a silent challenge first.
    Challenge,
}

impl Action {
    /// As AWS writes it.
    pub(super) fn json(self) -> Value {
        match self {
            Self::Allow => json!({"Allow": {}}),
            Self::Block => json!({"Block": {}}),
            Self::Count => json!({"Count": {}}),
            Self::Captcha => json!({"Captcha": {}}),
            Self::Challenge => json!({"Challenge": {}}),
        }
    }
}

/// The response to requests that this section's own rules, its rate limit or its default action blocks. Default: 403.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CustomResponse")]
pub struct CustomResponse {
    /// The status, 200 to 599.
    pub code: i64,
    /// The key of one of `custom_response_bodies`.
    pub body: Option<String>,
    /// Headers by name.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
}

/// The body of a response to blocked requests.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CustomResponseBody")]
pub struct ResponseBody {
    /// Its content type.
    pub content_type: ContentType,
    /// The body itself, 10240 characters at most.
    pub content: String,
}

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[schemars(rename = "ResponseContentType")]
pub enum ContentType {
    /// JSON.
    #[serde(rename = "application/json")]
    Json,
    /// HTML.
    #[serde(rename = "text/html")]
    Html,
    /// Plain text.
    #[serde(rename = "text/plain")]
    Plain,
}

impl Firewall {
    /// The action that blocks, with what is answered.
    pub(super) fn block(&self) -> Json {
        let Some(response) = &self.custom_response else { return Json::of(&json!({"Block": {}})) };
        let mut answer = json!({"ResponseCode": response.code});
        if let Some(body) = &response.body {
            answer["CustomResponseBodyKey"] = json!(body);
        }
        let header = |(name, value): (&String, &String)| json!({"Name": name, "Value": value});
        if !response.headers.is_empty() {
            answer["ResponseHeaders"] = response.headers.iter().map(header).collect();
        }
        Json::of(&json!({"Block": {"CustomResponse": answer}}))
    }

    /// The bodies by their keys.
    pub(super) fn bodies(&self, here: &Cursor) -> BTreeMap<String, Json> {
        let here = here.at("custom_response_bodies");
        let body = |(key, body): (&String, &ResponseBody)| {
            let content_type = match body.content_type {
                ContentType::Json => "APPLICATION_JSON",
                ContentType::Html => "TEXT_HTML",
                ContentType::Plain => "TEXT_PLAIN",
            };
            let here = here.at(key);
            if !super::is_rule_name(key) {
                here.problem(
                    format!("WAF does not accept the key {key:?}"),
                    Some("use letters, digits, hyphens and underscores"),
                );
            }
            if !(1..=10_240).contains(&body.content.chars().count()) {
                let help = Some("write 1 to 10240 characters");
                here.at("content").problem("WAF does not accept a body of this length", help);
            }
            let content = here.at("content").text(&body.content);
            let mut all = Json::of(&json!({"ContentType": content_type}));
            if let Json::Object(fields) = &mut all {
                fields.insert("Content".into(), content.into());
            }
            (key.clone(), all)
        };
        self.custom_response_bodies.iter().map(body).collect()
    }

    /// Reports what WAF would refuse of the answer.
    pub(super) fn check_response(&self, here: &Cursor) {
        let here = &here.at("custom_response");
        let Some(response) = &self.custom_response else { return };
        for fault in faults("RuleAction", &self.block().plain()) {
            let is_about = |member: &str| fault.at.contains(&Step::Key(member.to_owned()));
            let here = match (is_about("ResponseCode"), is_about("ResponseHeaders")) {
                (true, _) => here.at("code"),
                (_, true) => here.at("headers"),
                _ => here.at("body"),
            };
            here.problem(fault.message, fault.help.as_deref());
        }
        if let Some(body) = response.body.as_ref().filter(|body| !self.custom_response_bodies.contains_key(*body)) {
            here.at("body").problem(no_body(body), Some("add it to custom_response_bodies"));
        }
    }

    /// The keys of bodies that this JSON names and that are not there.
    pub(super) fn missing_bodies(&self, json: &Value) -> Vec<String> {
        let mut missing = Vec::new();
        match json {
            Value::Object(fields) => {
                for (name, field) in fields {
                    let key = field.as_str().filter(|_| name == "CustomResponseBodyKey");
                    missing
                        .extend(key.filter(|key| !self.custom_response_bodies.contains_key(*key)).map(str::to_owned));
                    missing.extend(self.missing_bodies(field));
                }
            }
            Value::Array(items) => missing.extend(items.iter().flat_map(|item| self.missing_bodies(item))),
            _ => {}
        }
        missing
    }
}

/// What is wrong with a key that stands for no body.
pub(super) fn no_body(key: &str) -> String {
    format!("there is no custom response body {key:?}")
}
