//! Problems of a manifest's form, in our words rather than serde's, with what to do about them.

use crate::manifest::Manifest;
use crate::manifest::problem::{nearest, unknown};
use crate::manifest::read::function_keys;

/// A problem in our words.
pub(super) struct Said {
    pub(super) message: String,
    pub(super) help: Option<String>,
    /// The key that was meant by an unknown one.
    pub(super) meant: Option<String>,
}

/// What other tools and AWS call what a section here stands for.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("dynamodb", "table"),
    ("dynamo", "table"),
    ("lambda", "function"),
    ("lambdas", "function"),
    ("s3", "bucket"),
    ("sns", "topic"),
    ("sqs", "queue"),
    ("eventbridge", "rule"),
    ("event_bus", "bus"),
    ("event_rule", "rule"),
    ("apigateway", "api"),
    ("api_gateway", "api"),
    ("rest_api", "api"),
    ("apigatewayv2", "http_api"),
    ("api_gateway_v2", "http_api"),
    ("httpapi", "http_api"),
    ("route", "api"),
    ("api_key", "usage_plan"),
    ("api_keys", "usage_plan"),
    ("usage_plans", "usage_plan"),
    ("usageplan", "usage_plan"),
    ("routes", "api"),
    ("stepfunctions", "workflow"),
    ("step_functions", "workflow"),
    ("state_machine", "workflow"),
    ("states", "workflow"),
    ("sfn", "workflow"),
    ("cloudwatch", "alarm"),
    ("logs", "log_group"),
    ("log_groups", "log_group"),
    ("loggroup", "log_group"),
    ("monitoring", "alarm"),
    ("iam", "role"),
    ("permissions", "role"),
    ("waf", "firewall"),
    ("wafv2", "firewall"),
    ("web_acl", "firewall"),
    ("config", "compliance"),
    ("project", "app"),
    ("service", "app"),
    ("provider", "app"),
    ("environments", "stage"),
];

/// What AWS, other tools and older manifests call a key of a section, and what it is here.
const OTHER_KEYS: [(&str, &str); 9] = [
    ("function_url", "url"),
    ("max_receive_count", "after"),
    ("max_receives", "after"),
    ("message_retention", "retention_days"),
    ("message_retention_period", "retention_days"),
    ("message_retention_seconds", "retention_seconds"),
    ("redrive_policy", "dead_letter"),
    ("runtime_management", "runtime_updates"),
    ("runtime_management_config", "runtime_updates"),
];

/// Serde's words, in ours. `keys` lead to the value.
pub(super) fn reword(message: &str, keys: &[&str]) -> Said {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let said = |message: String, help: Option<String>| Said { message, help, meant: None };
    match quoted.as_slice() {
        [given, known @ ..] if message.starts_with("unknown field") => unknown_key(given, known, keys.len() <= 1),
        [given, known @ ..] if message.starts_with("unknown variant") => {
            let near = nearest(given, known).map(|near| format!("did you mean {near:?}?"));
            let known: Vec<String> = known.iter().map(|word| format!("{word:?}")).collect();
            said(format!("{given:?} is not one of {}", known.join(", ")), near)
        }
        [field] if missing(message).is_some() => said(format!("{field} is missing"), Some(to_add(field))),
        _ => said(plain_types(message), about_type(message, keys)),
    }
}

/// What is said of an API key's table without the value that was given: whoever writes one may think that the key's own goes there.
pub(super) fn of_api_key(message: &str, keys: &[&str]) -> Option<Said> {
    let is_about_names = message.starts_with("unknown field") || missing(message).is_some();
    let is_of_key = matches!(keys, ["usage_plan", _, "key", ..]);
    (is_of_key && !is_about_names).then(|| Said {
        message: "this value is not accepted in an API key".into(),
        help: Some("write a table such as { enabled = true }: AWS generates the key's value".into()),
        meant: None,
    })
}

fn unknown_key(given: &str, known: &[&str], is_section: bool) -> Said {
    if !is_section {
        let other = OTHER_KEYS.iter().find(|(name, key)| given == *name && known.contains(key)).map(|(_, key)| *key);
        if let Some(key) = other {
            let message = format!("there is no key {given:?}; it is {key:?}");
            return Said { message, help: Some(format!("write {key}")), meant: Some(key.to_owned()) };
        }
        let of_function = known.contains(&"handler").then(|| function_keys::said(given)).flatten();
        if let Some((why, help)) = of_function {
            return Said { message: format!("there is no key {given:?}: {why}"), help: Some(help.into()), meant: None };
        }
        let meant = nearest(given, known).map(str::to_owned);
        let help = meant.as_ref().map(|near| format!("write {near}"));
        return Said { message: unknown("key", given, known.iter().copied()), help, meant };
    }
    let other = OTHER_NAMES.iter().find(|(name, _)| given.eq_ignore_ascii_case(name)).map(|(_, section)| *section);
    match other.or_else(|| nearest(given, known)) {
        Some(near) => Said {
            message: format!("there is no section {given:?}; did you mean {near:?}?"),
            help: Some(format!("write {}", section(near))),
            meant: Some(near.to_owned()),
        },
        None => Said {
            message: format!("there is no section {given:?} in this release; known: {}", known.join(", ")),
            help: Some(
                "remove it, and create such a resource by other means: the program touches nothing that it does not \
                 own"
                .into(),
            ),
            meant: None,
        },
    }
}

/// A section as it is written.
fn section(name: &str) -> String {
    let is_named = Manifest::SECTIONS.contains(&name) || name == "stage";
    if is_named { format!("[{name}.<name>]") } else { format!("[{name}]") }
}

/// The field that serde misses.
pub(super) fn missing(message: &str) -> Option<&str> {
    message.strip_prefix("missing field `")?.split('`').next()
}

fn to_add(field: &str) -> String {
    match field {
        "app" => "add [app] with name and region".into(),
        "hash_key" => "add hash_key = { name = \"id\", type = \"S\" }".into(),
        "region" => "add region, such as \"us-west-2\"".into(),
        _ => format!("add {field}"),
    }
}

/// What to do about a value of the wrong type.
fn about_type(message: &str, keys: &[&str]) -> Option<String> {
    let given = message.split(['`', '"']).nth(1).unwrap_or_default();
    match keys {
        [name] if Manifest::SECTIONS.contains(name) && message.contains("sequence") => {
            Some(format!("write [{name}.<name>], in single brackets, for each"))
        }
        [name, _] if Manifest::SECTIONS.contains(name) => {
            let is_name = message.starts_with("invalid type") || message.contains("is not a valid name");
            is_name.then(|| format!("write [{name}.<name>] with a name of that form, and put its keys below it"))
        }
        [.., "hash_key" | "range_key"] => Some("write { name = \"id\", type = \"S\" }".into()),
        _ if message.starts_with("invalid type: integer") && message.contains("expected a string") => {
            Some(format!("put it in quotes: \"{given}\""))
        }
        _ if message.starts_with("invalid type: string") && given.parse::<f64>().is_ok() => {
            Some(format!("write {given} without quotes"))
        }
        _ if message.starts_with("invalid type: string") && matches!(given, "true" | "false") => {
            Some(format!("write {given} without quotes"))
        }
        _ => None,
    }
}

/// What to do about text that is no TOML; `rest` begins at the place.
pub(super) fn about_syntax(message: &str, rest: &str) -> Option<&'static str> {
    match rest.chars().next() {
        Some('“' | '”' | '‘' | '’') => Some("write straight quotes, \"...\""),
        Some('{') if message.contains("expected key") => {
            Some("a manifest is TOML, not JSON: write [app], and name = \"...\" below it")
        }
        _ if message == "duplicate key" => Some("remove one of the two, or rename it"),
        _ if message.starts_with("key with no value") => Some("write key = value: a manifest is TOML"),
        _ if message.contains("must be quoted") => Some("put it in quotes: \"...\""),
        Some('\u{a0}' | '\u{feff}' | '\u{200b}') => Some("there is an invisible character here: type the text again"),
        _ if message.contains("unclosed") || message.contains("basic string") => Some("close it on this line"),
        _ => None,
    }
}

/// Rust's names of types, in words.
pub(in crate::manifest) fn plain_types(message: &str) -> String {
    let words = [
        ("expected i32", "expected a whole number"),
        ("expected i64", "expected a whole number"),
        ("expected u32", "expected a whole number, 0 or more"),
        ("expected f64", "expected a number"),
        ("expected a boolean", "expected true or false"),
        ("expected a sequence", "expected a list, [ ... ]"),
        ("expected a map", "expected a table"),
        ("invalid type: sequence", "invalid type: list"),
        ("invalid type: map", "invalid type: table"),
        ("invalid type: floating point", "invalid type: number"),
    ];
    let text = words.iter().fold(message.to_owned(), |text, (rust, plain)| text.replace(rust, plain));
    // Numbers that no field could hold come with a type.
    let text = text.replace(" as i128,", ",").replace(" as u128,", ",");
    match text.split_once("expected struct ") {
        // A list is read as a struct's fields in their order, as far as it goes.
        Some((before, _)) if before.starts_with("invalid length") => "expected a table, { ... }, not a list".into(),
        Some((before, _)) => format!("{before}expected a table, {{ ... }}"),
        None => text,
    }
}
