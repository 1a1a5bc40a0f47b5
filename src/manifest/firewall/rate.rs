//! The limit of requests within a window, and the keys by which they are counted.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::action::Action;
use super::check::faults;
use super::rule::WINDOWS;
use super::{Firewall, RATE_RULE};
use crate::aws::wafv2::{Json, Rule};
use crate::manifest::Cursor;

/// What is counted apart.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected ip, forwarded_ip, uri_path ..., or { header = ... }")]
pub enum RateKey {
    /// A part of every request.
    Of(Part),
    /// A part that has a name.
    Named(NamedPart),
}

/// A part of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "RateKeyPart")]
pub enum Part {
    /// The address that it comes from.
    Ip,
    /// The address that a header says it comes from; see `forwarded_ip`.
    ForwardedIp,
    /// Nothing: all requests that `rate_scope_down` names are counted together.
    Constant,
    /// Its method.
    HttpMethod,
    /// Its query string.
    QueryString,
    /// Its path.
    UriPath,
    /// The number of the network that it comes from.
    Asn,
    /// The fingerprint of its TLS handshake, JA3.
    Ja3Fingerprint,
    /// The fingerprint of its TLS handshake, JA4.
    Ja4Fingerprint,
}

/// A part of a request that has a name: exactly one of these four.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NamedRateKey")]
pub struct NamedPart {
    /// A header.
    pub header: Option<String>,
    /// A cookie.
    pub cookie: Option<String>,
    /// An argument of the query string.
    pub query_argument: Option<String>,
    /// The labels of this namespace that other rules have added.
    pub label_namespace: Option<String>,
    /// Text transformations of the value before it is counted, such as `LOWERCASE`, in this order.
    #[serde(default)]
    pub transform: Vec<String>,
}

/// The header that contains the address that a request comes from, behind a proxy.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ForwardedIp {
    /// Its name.
    #[serde(default = "forwarded_for")]
    pub header: String,
    /// True: a request whose header does not contain a valid address matches.
    #[serde(default)]
    pub matches_invalid: bool,
}

fn forwarded_for() -> String {
    "X-Forwarded-For".into()
}

impl Default for ForwardedIp {
    fn default() -> Self {
        Self { header: forwarded_for(), matches_invalid: false }
    }
}

fn transformations(names: &[String]) -> Value {
    if names.is_empty() {
        return json!([{"Priority": 0, "Type": "NONE"}]);
    }
    names.iter().enumerate().map(|(priority, name)| json!({"Priority": priority, "Type": name})).collect()
}

impl RateKey {
    fn json(&self) -> Value {
        let plain = || transformations(&[]);
        match self {
            Self::Of(Part::Ip) => json!({"IP": {}}),
            Self::Of(Part::ForwardedIp) => json!({"ForwardedIP": {}}),
            Self::Of(Part::Constant) => json!({}),
            Self::Of(Part::HttpMethod) => json!({"HTTPMethod": {}}),
            Self::Of(Part::QueryString) => json!({"QueryString": {"TextTransformations": plain()}}),
            Self::Of(Part::UriPath) => json!({"UriPath": {"TextTransformations": plain()}}),
            Self::Of(Part::Asn) => json!({"ASN": {}}),
            Self::Of(Part::Ja3Fingerprint) => json!({"JA3Fingerprint": {"FallbackBehavior": "NO_MATCH"}}),
            Self::Of(Part::Ja4Fingerprint) => json!({"JA4Fingerprint": {"FallbackBehavior": "NO_MATCH"}}),
            Self::Named(part) => part.json(),
        }
    }

    fn is(&self, part: Part) -> bool {
        matches!(self, Self::Of(of) if *of == part)
    }
}

impl NamedPart {
    fn json(&self) -> Value {
        let transformed =
            |name: &String| json!({"Name": name, "TextTransformations": transformations(&self.transform)});
        let parts = [
            ("Header", self.header.as_ref().map(transformed)),
            ("Cookie", self.cookie.as_ref().map(transformed)),
            ("QueryArgument", self.query_argument.as_ref().map(transformed)),
            ("LabelNamespace", self.label_namespace.as_ref().map(|name| json!({"Namespace": name}))),
        ];
        parts.into_iter().filter_map(|(name, part)| Some((name.to_owned(), part?))).collect()
    }
}

impl Firewall {
    /// True if more than addresses within a window is limited.
    pub(super) fn has_particular_rate(&self) -> bool {
        let by_address = self.rate_keys.iter().all(|key| key.is(Part::Ip));
        self.rate_limit.is_some() && (!by_address || self.rate_scope_down.is_some())
    }

    /// The rule that limits.
    pub(super) fn rate_rule(&self, limit: i64, priority: i64, here: &Cursor) -> Rule {
        let mut statement = json!({"Limit": limit, "EvaluationWindowSec": self.rate_window});
        match self.rate_keys.as_slice() {
            [] => statement["AggregateKeyType"] = json!("IP"),
            [key] if key.is(Part::Ip) => statement["AggregateKeyType"] = json!("IP"),
            [key] if key.is(Part::ForwardedIp) => statement["AggregateKeyType"] = json!("FORWARDED_IP"),
            [key] if key.is(Part::Constant) => statement["AggregateKeyType"] = json!("CONSTANT"),
            keys => {
                statement["AggregateKeyType"] = json!("CUSTOM_KEYS");
                statement["CustomKeys"] = keys.iter().map(RateKey::json).collect();
            }
        }
        if self.rate_keys.iter().any(|key| key.is(Part::ForwardedIp)) {
            let forwarded = self.forwarded_ip.clone().unwrap_or_default();
            let fallback = if forwarded.matches_invalid { "MATCH" } else { "NO_MATCH" };
            statement["ForwardedIPConfig"] = json!({"HeaderName": forwarded.header, "FallbackBehavior": fallback});
        }
        let mut statement = Json::of(&statement);
        let scope = self.rate_scope_down.as_ref().and_then(|one| one.lower("Statement", &here.at("rate_scope_down")));
        if let (Json::Object(fields), Some(scope)) = (&mut statement, scope) {
            fields.insert("ScopeDownStatement".into(), scope);
        }
        let action = match self.rate_action {
            Action::Block => self.block(),
            action => Json::of(&action.json()),
        };
        Rule::named(
            RATE_RULE,
            [
                ("Priority", Json::of(&json!(priority))),
                ("Statement", Json::one("RateBasedStatement", statement)),
                ("Action", action),
            ],
        )
    }

    /// Reports what WAF would refuse of the limit.
    pub(super) fn check_rate(&self, here: &Cursor) {
        if let Some(limit) = self.rate_limit.filter(|limit| !(10..=2_000_000_000).contains(limit)) {
            let help = Some("write 10 to 2000000000 requests");
            here.at("rate_limit").problem(format!("a rate limit of {limit} is out of range"), help);
        }
        if !WINDOWS.contains(&self.rate_window) {
            let message = format!("WAF does not support a window of {} seconds", self.rate_window);
            here.at("rate_window").problem(message, Some("choose 60, 120, 300 or 600"));
        }
        if self.rate_action == Action::Allow {
            let help = Some("choose block, count, captcha or challenge");
            here.at("rate_action").problem("a rate limit cannot allow requests", help);
        }
        let is_alone = |place: &str| {
            let message = format!("{place} is about a rate limit, and there is none");
            here.at(place).problem(message, Some("add rate_limit"));
        };
        if self.rate_limit.is_none() {
            let set = [("rate_keys", !self.rate_keys.is_empty()), ("rate_scope_down", self.rate_scope_down.is_some())];
            set.into_iter().filter(|(_, is_set)| *is_set).for_each(|(place, _)| is_alone(place));
        }
        self.check_keys(&here.at("rate_keys"));
    }

    fn check_keys(&self, here: &Cursor) {
        if self.rate_keys.len() > 5 {
            here.problem(format!("there are {} keys", self.rate_keys.len()), Some("WAF allows 5 at most"));
        }
        for (here, key) in here.each(&self.rate_keys) {
            if key.is(Part::Constant) {
                if self.rate_keys.len() > 1 {
                    here.problem("constant cannot be combined with other keys", Some("write it alone, or remove it"));
                }
                continue;
            }
            for fault in faults("RateBasedStatementCustomKey", &key.json()) {
                here.problem(fault.message, fault.help.as_deref());
            }
        }
        if self.rate_keys.iter().any(|key| key.is(Part::Constant)) && self.rate_scope_down.is_none() {
            let help = Some("add rate_scope_down, which says which requests");
            here.problem("constant counts all requests together that rate_scope_down names", help);
        }
    }
}
