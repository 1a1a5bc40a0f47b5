//! The log of a firewall.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Firewall;
use super::check::faults;
use super::protected::is_of_the_account;
use super::source::Source;
use crate::aws::wafv2::{Json, LoggingConfiguration, normalise};
use crate::aws::{Kind, logs};
use crate::manifest::log_group::check_retention;
use crate::manifest::names::own_part;
use crate::manifest::{Cursor, OnDelete};
use crate::name::Name;
use crate::text::Text;

/// What WAF wants every destination's name to begin with.
const BEGINNING: &str = "aws-waf-logs-";

/// Where the log is written, and what it contains.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "FirewallLogging")]
pub struct Logging {
    /// The ARN of an Amazon Data Firehose delivery stream whose name begins with `aws-waf-logs-`. Default: a log group
    /// of the firewall's own.
    pub destination: Option<String>,
    /// Days for which its log group's events are kept; 0: for ever.
    #[serde(default = "default_retention")]
    pub retention_days: i32,
    /// What happens to its log group when it is no longer in the manifest.
    #[serde(default)]
    pub on_delete: OnDelete,
    /// What is replaced by `REDACTED`.
    #[serde(default)]
    pub redact: Vec<Redacted>,
    /// Which requests are logged: a logging filter as in WAF's API.
    pub filter: Option<Source>,
}

/// A part of a request that is not logged.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected method, query_string, uri_path or { header = ... }")]
#[schemars(rename = "RedactedField")]
pub enum Redacted {
    /// A part of every request.
    Of(RedactedPart),
    /// A header.
    Header(RedactedHeader),
}

/// A part of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "RedactedPart")]
pub enum RedactedPart {
    /// Its method.
    Method,
    /// Its query string.
    QueryString,
    /// Its path.
    UriPath,
}

/// A header.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RedactedHeader {
    /// Its name.
    pub header: String,
}

fn default_retention() -> i32 {
    14
}

impl Redacted {
    fn json(&self) -> Value {
        match self {
            Self::Of(RedactedPart::Method) => json!({"Method": {}}),
            Self::Of(RedactedPart::QueryString) => json!({"QueryString": {}}),
            Self::Of(RedactedPart::UriPath) => json!({"UriPath": {}}),
            Self::Header(of) => json!({"SingleHeader": {"Name": of.header}}),
        }
    }
}

impl Firewall {
    /// The log as AWS has it; its group is wanted too.
    pub(super) fn lower_logging(&self, name: &Name, here: &Cursor) -> Option<LoggingConfiguration> {
        let logging = self.logging.as_ref()?;
        let at = &here.at("logging");
        let destination = match &logging.destination {
            Some(arn) => stream(arn, &at.at("destination")),
            None => self.lower_group(logging, name, here),
        };
        let mut redacted_fields = Vec::new();
        for (here, part) in at.at("redact").each(&logging.redact) {
            for fault in faults("FieldToMatch", &part.json()) {
                here.problem(fault.message, fault.help.as_deref());
            }
            let mut json = Json::of(&part.json());
            normalise("FieldToMatch", &mut json);
            redacted_fields.push(json);
        }
        let filter = logging.filter.as_ref().and_then(|filter| filter.lower("LoggingFilter", &at.at("filter")));
        Some(LoggingConfiguration {
            log_destination_configs: vec![destination],
            redacted_fields,
            logging_filter: filter,
        })
    }

    fn lower_group(&self, logging: &Logging, name: &Name, here: &Cursor) -> Text {
        let days = logging.retention_days;
        check_retention(days, &here.at("logging").at("retention_days"));
        let own = own_part(name, "firewall").unwrap_or_else(|| name.clone());
        let group = format!("{}{}", logs::OF_FIREWALLS, here.owner.physical(name.as_str(), 128));
        let arn = here.site.arn("logs", &format!("log-group:{group}"));
        let id = here.id(Kind::LogGroup, &own, group);
        let tags = here.tags(&id.address, &self.tags, logging.on_delete);
        here.need(id.address.clone());
        let state =
            logs::LogGroup { retention_in_days: Some(days).filter(|days| *days != 0), tags, ..Default::default() };
        here.apart().add(id, state, self.adopt);
        arn.into()
    }
}

/// The ARN of a delivery stream.
fn stream(arn: &str, here: &Cursor) -> Text {
    let text = here.text(arn);
    let shown = text.shortest();
    let parts: Vec<&str> = shown.splitn(6, ':').collect();
    let help =
        "write arn:aws:firehose:<region>:<account>:deliverystream/aws-waf-logs-<name>, or leave it out for a log group";
    match parts.as_slice() {
        ["arn", partition, "firehose", region, account, resource] if resource.starts_with("deliverystream/") => {
            if !resource.starts_with(&format!("deliverystream/{BEGINNING}")) {
                let message = format!("WAF logs only to streams whose names begin with {BEGINNING}");
                here.problem(message, Some("name another stream"));
            }
            if *region != here.site.region.as_str() {
                here.problem(format!("the stream is in {region}"), Some("WAF logs only to streams in its own region"));
            } else {
                is_of_the_account(partition, account, here);
            }
        }
        _ => here.problem("this is not the ARN of a delivery stream", Some(help)),
    }
    text
}
