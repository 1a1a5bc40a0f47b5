//! Parameters: how requests and responses are mapped, and the parameters of requests to services.
//!
//! Keys and values are AWS's own: `append:header.x = "$context.requestId"`.

use std::collections::BTreeMap;

use super::key::{RouteKey, is_word};
use crate::manifest::Cursor;

/// What stands for removing.
const REMOVED: &str = "''";
/// Headers that API Gateway lets nobody map, and how those begin that it keeps for itself.
const RESERVED: [&str; 19] = [
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-location",
    "forwarded",
    "keep-alive",
    "origin",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailers",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "host",
];
const RESERVED_STARTS: [&str; 3] = ["access-control-", "apigw-", "x-amz"];

/// The request's parameters that are mapped, by AWS's keys; reports what AWS would refuse.
pub(super) fn of_request(
    parameters: &BTreeMap<String, String>,
    key: RouteKey,
    here: &Cursor,
) -> BTreeMap<String, String> {
    let lower = |(parameter, value): (&String, &String)| {
        let here = here.at(parameter);
        if let Some(wrong) = wrong_parameter(parameter, true) {
            let help =
                "write append:, overwrite: or remove: before header.<name> or querystring.<name>; or overwrite:path";
            here.problem(format!("{parameter:?} {wrong}"), Some(help));
        }
        (parameter.clone(), mapped(parameter, value, key, &here))
    };
    parameters.iter().map(lower).collect()
}

/// The answer's parameters that are mapped, by status and AWS's keys; reports what AWS would refuse.
pub(super) fn of_responses(
    responses: &BTreeMap<String, BTreeMap<String, String>>,
    key: RouteKey,
    here: &Cursor,
) -> BTreeMap<String, BTreeMap<String, String>> {
    let of_status = |(status, parameters): (&String, &BTreeMap<String, String>)| {
        let here = here.at(status);
        if !status.parse::<u16>().is_ok_and(|status| (200..=599).contains(&status)) {
            here.problem(format!("{status:?} is not a status"), Some("write a number from 200 to 599"));
        }
        let lower = |(parameter, value): (&String, &String)| {
            let here = here.at(parameter);
            if let Some(wrong) = wrong_parameter(parameter, false) {
                let help = "write append:, overwrite: or remove: before header.<name>; or overwrite:statuscode";
                here.problem(format!("{parameter:?} {wrong}"), Some(help));
            }
            (parameter.clone(), mapped(parameter, value, key, &here))
        };
        (status.clone(), parameters.iter().map(lower).collect())
    };
    responses.iter().map(of_status).collect()
}

fn wrong_parameter(text: &str, of_request: bool) -> Option<&'static str> {
    let whole = if of_request { "overwrite:path" } else { "overwrite:statuscode" };
    if text == whole {
        return None;
    }
    let parts = text.split_once(':').and_then(|(action, rest)| Some((action, rest.split_once('.')?)));
    let Some((action, (place, name))) = parts else { return Some("is not a parameter that can be mapped") };
    let is_place = place == "header" || (of_request && place == "querystring");
    if !["append", "overwrite", "remove"].contains(&action) || !is_place || !is_word(name, b"-_.~") {
        return Some("is not a parameter that can be mapped");
    }
    let lower = name.to_ascii_lowercase();
    let is_reserved =
        RESERVED.contains(&lower.as_str()) || RESERVED_STARTS.iter().any(|start| lower.starts_with(start));
    (place == "header" && is_reserved).then_some("is a header that API Gateway does not allow to be mapped")
}

/// The value that a parameter is mapped to.
fn mapped(parameter: &str, raw: &str, key: RouteKey, here: &Cursor) -> String {
    if !parameter.starts_with("remove:") {
        return value(raw, key, here);
    }
    if !raw.is_empty() && raw != REMOVED {
        here.problem("a parameter that is removed has no value", Some("write \"\""));
    }
    REMOVED.into()
}

/// A value with its references filled in: a text, or where API Gateway takes it from. API Gateway's own
/// `${request.path.id}` is left alone. Reports sources that API Gateway does not have.
pub fn value(raw: &str, key: RouteKey, here: &Cursor) -> String {
    let text = here.literal(&escaped(raw));
    if text.is_empty() {
        here.problem("the value is missing", Some("write a text, or a source such as $request.header.x"));
    }
    for source in sources(&text) {
        check_source(source, key, here);
    }
    text
}

/// A URL, with its references filled in. Its `{id}` stands for a variable of the route's path; beside that API Gateway fills in
/// variables of the stage alone.
pub fn url(raw: &str, key: RouteKey, here: &Cursor) -> String {
    let url = here.literal(&escaped(raw));
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    if !rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/')) || url.contains(char::is_whitespace) {
        let help = "write the complete URL, such as https://example.org/items/{id}";
        here.problem(format!("{url:?} is not a URL"), Some(help));
    }
    for part in url.split('/') {
        // `${...}` is no such variable.
        let variable = part.split_once('{').filter(|(before, _)| !before.ends_with('$'));
        if let Some(name) = variable.and_then(|(_, rest)| rest.split('}').next()) {
            check_source(&format!("request.path.{name}"), key, here);
        }
    }
    for source in within(&url).filter(|source| !source.starts_with("stageVariables.") || !is_known(source)) {
        let help = "write {id} for a path variable, or ${stageVariables.<name>}; use parameters for anything else";
        here.problem(format!("API Gateway does not fill in ${{{source}}} in a URL"), Some(help));
    }
    url
}

/// How what API Gateway fills in begins.
const FILLED: [&str; 3] = ["request.", "context.", "stageVariables."];

/// What API Gateway fills in itself refers to nothing of the manifest.
fn escaped(raw: &str) -> String {
    let (mut text, mut rest) = (String::new(), raw);
    while let Some(at) = rest.find("${") {
        let (before, after) = (&rest[..at], &rest[at + 2..]);
        text.push_str(before);
        let is_its_own = FILLED.iter().any(|start| after.starts_with(start)) && !before.ends_with('$');
        text.push_str(if is_its_own { "$${" } else { "${" });
        rest = after;
    }
    text + rest
}

/// What API Gateway takes from elsewhere: all of the text behind a `$`, or what stands in `${...}`.
fn sources(text: &str) -> Vec<&str> {
    if let Some(source) = text.strip_prefix('$').filter(|rest| !rest.starts_with('{')) {
        return vec![source];
    }
    within(text).collect()
}

/// What stands in `${...}`.
fn within(text: &str) -> impl Iterator<Item = &str> {
    text.split("${").skip(1).map(|part| part.split('}').next().unwrap_or_default())
}

fn check_source(source: &str, key: RouteKey, here: &Cursor) {
    if let Some(name) = source.strip_prefix("request.path.") {
        if !key.variables().any(|variable| variable == name) {
            let known: Vec<&str> = key.variables().collect();
            let help = match known.is_empty() {
                true => "its path has none".to_owned(),
                false => format!("its path has {}", known.join(", ")),
            };
            here.problem(format!("the route has no variable {name:?}"), Some(&help));
        }
        return;
    }
    if !is_known(source) {
        let help = "write $request.header.<name>, $request.querystring.<name>, $request.path.<variable>, \
                    $request.body, $request.body.<path>, $context.<name> or $stageVariables.<name>";
        here.problem(format!("API Gateway has no ${source}"), Some(help));
    }
}

/// True for a source that API Gateway has; any other is reported wherever a value names it.
pub fn is_known(source: &str) -> bool {
    let named = ["request.header.", "request.querystring.", "request.body.", "response.header.", "response.body."];
    let mut named = named.iter().chain(&["request.path.", "context.", "stageVariables."]);
    ["request.path", "request.body"].contains(&source)
        || named.any(|start| source.len() > start.len() && source.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_api_gateway_maps_can_be_mapped() {
        for good in ["append:header.x-a", "overwrite:querystring.page", "remove:header.cookie", "overwrite:path"] {
            assert_eq!(wrong_parameter(good, true), None, "{good}");
        }
        for good in ["overwrite:statuscode", "append:header.x", "remove:header.server"] {
            assert_eq!(wrong_parameter(good, false), None, "{good}");
        }
        let nothing = Some("is not a parameter that can be mapped");
        for bad in
            ["header.x", "set:header.x", "append:path", "append:header.", "append:header.a b", "append:body.x", ""]
        {
            assert_eq!(wrong_parameter(bad, true), nothing, "{bad}");
        }
        assert_eq!(wrong_parameter("append:querystring.x", false), nothing);
        for reserved in
            ["append:header.Authorization", "remove:header.x-amzn-trace-id", "overwrite:header.X-Forwarded-For"]
        {
            assert_eq!(
                wrong_parameter(reserved, true),
                Some("is a header that API Gateway does not allow to be mapped"),
                "{reserved}"
            );
        }
    }

    #[test]
    fn what_api_gateway_fills_in_is_no_reference_of_the_manifest() {
        assert_eq!(escaped("${request.path.id} ${stage}"), "$${request.path.id} ${stage}");
        assert_eq!(escaped("$${request.path.id}-${context.requestId}"), "$${request.path.id}-$${context.requestId}");
        assert_eq!(sources("$request.body.a"), ["request.body.a"]);
        assert_eq!(sources("a ${request.path.id} b ${context.stage}"), ["request.path.id", "context.stage"]);
        assert_eq!(sources("plain"), [""; 0]);
    }
}
