//! What AWS reports of the log of a web ACL.

use serde_json::Value;

use super::*;
use crate::aws::kit::unmodelled::Unmodelled;
use crate::aws::wafv2::normal::normalise;
use crate::aws::wafv2::raw::Answered;
use crate::aws::wafv2::shape::unknown;

/// The call that erases what it does not name.
const ERASED_BY: &str = "wafv2:PutLoggingConfiguration";

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) logging: Option<LoggingConfiguration>,
    pub(super) unmodelled: Vec<Unmodelled>,
}

/// Reads the log where the tags say that there is one, and looks for it where one is wanted: what somebody has made by hand is
/// never replaced unseen.
pub(super) async fn read(reader: Reader<'_>, name: &str, arn: &str, tags: &Tags) -> Result<Found, AwsError> {
    let is_ours = parts::says(tags, parts::LOGGING);
    let is_wanted = reader.wants_part(Kind::WebAcl, name, parts::LOGGING);
    if !is_ours && !is_wanted {
        return Ok(Found::default());
    }
    let api = "wafv2:GetLoggingConfiguration";
    let answered = Answered::default();
    let request = reader.aws().read.wafv2.get_logging_configuration().resource_arn(arn);
    let answer = request.customize().interceptor(answered.clone()).send().await;
    if answer.found(api, ABSENT)?.is_none() {
        return Ok(Found::default());
    }
    if !is_ours {
        return Ok(Found { logging: None, unmodelled: vec![Unmodelled::erased("LoggingConfiguration", ERASED_BY)] });
    }
    let mut answer = answered.take().ok_or_else(|| AwsError::malformed(api, "the answer is not JSON"))?;
    Ok(found(answer.get_mut("LoggingConfiguration").map(Value::take).unwrap_or_default()))
}

/// A log as WAF describes it, normalised.
pub(super) fn found(mut described: Value) -> Found {
    let mut strangers = Vec::new();
    unknown("LoggingConfiguration", &mut described, "LoggingConfiguration", &mut strangers);
    let mut unmodelled: Vec<_> = strangers.into_iter().map(|path| Unmodelled::erased(path, ERASED_BY)).collect();
    if described["ManagedByFirewallManager"] == Value::Bool(true) {
        unmodelled.push(Unmodelled::erased("LoggingConfiguration.ManagedByFirewallManager", ERASED_BY));
    }
    let mut described = Json::of(&described);
    normalise("LoggingConfiguration", &mut described);
    let list = |name: &str| match described.get(name) {
        Some(Json::List(items)) => items.clone(),
        _ => Vec::new(),
    };
    let logging = LoggingConfiguration {
        log_destination_configs: list("LogDestinationConfigs").iter().filter_map(destination).collect(),
        redacted_fields: list("RedactedFields"),
        logging_filter: described.get("LoggingFilter").filter(|filter| filter.get("Filters").is_some()).cloned(),
    };
    Found { logging: Some(logging), unmodelled }
}

/// The ARN of a group is told with and without what stands for all its streams.
fn destination(value: &Json) -> Option<Text> {
    let arn = value.text()?.literal()?;
    Some(arn.strip_suffix(":*").unwrap_or(arn).into())
}
