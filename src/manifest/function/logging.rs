//! `logging = { ... }` of a function: how its logs are written, and where to.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::aws::lambda;
use crate::manifest::function::Function;
use crate::manifest::{Cursor, names};
use crate::name::Name;

/// How logs are written, and to which log group.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "FunctionLogging")]
pub struct Logging {
    /// Lines of text, or a JSON object for each.
    #[serde(default)]
    pub format: Format,
    /// With JSON: the lowest level at which the code's messages are logged. Default: `info`.
    pub application_level: Option<ApplicationLevel>,
    /// With JSON: the lowest level at which Lambda's own messages are logged. Default: `info`.
    pub system_level: Option<SystemLevel>,
    /// The `[log_group.<name>]` that it writes to, or another log group of this account and region by its ARN. Default:
    /// one with the function's own name.
    pub group: Option<String>,
}

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "LogFormat")]
pub enum Format {
    /// Lines of text.
    #[default]
    Text,
    /// A JSON object for each.
    Json,
}

/// The lowest level at which the code's messages are logged, from the most detailed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ApplicationLevel {
    /// Everything.
    Trace,
    /// What helps to find errors.
    Debug,
    /// What happens.
    Info,
    /// What may be wrong.
    Warn,
    /// What is wrong.
    Error,
    /// What ends an invocation.
    Fatal,
}

/// The lowest level at which Lambda's own messages are logged, from the most detailed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SystemLevel {
    /// Everything.
    Debug,
    /// What happens.
    Info,
    /// What may be wrong.
    Warn,
}

impl ApplicationLevel {
    fn of_aws(self) -> &'static str {
        match self {
            Self::Trace => "TRACE",
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
            Self::Fatal => "FATAL",
        }
    }
}

impl SystemLevel {
    fn of_aws(self) -> &'static str {
        match self {
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warn => "WARN",
        }
    }
}

impl Function {
    pub(super) fn lower_logging(&self, here: &Cursor) -> lambda::LoggingConfig {
        let Some(logging) = &self.logging else { return lambda::LoggingConfig::default() };
        let here = here.at("logging");
        let log_group = logging.group.as_ref().and_then(|group| named(group, &here.at("group")));
        if logging.format == Format::Json {
            let application = logging.application_level.unwrap_or(ApplicationLevel::Info).of_aws();
            let system = logging.system_level.unwrap_or(SystemLevel::Info).of_aws();
            return lambda::LoggingConfig {
                log_format: "JSON".into(),
                application_log_level: Some(application.into()),
                system_log_level: Some(system.into()),
                log_group,
            };
        }
        let of_json = [
            ("application_level", logging.application_level.is_some()),
            ("system_level", logging.system_level.is_some()),
        ];
        for (field, _) in of_json.into_iter().filter(|(_, is_set)| *is_set) {
            let help = "add format = \"json\", or remove it";
            here.at(field).problem("Lambda supports log levels only for JSON", Some(help));
        }
        lambda::LoggingConfig { log_group, ..lambda::LoggingConfig::default() }
    }
}

/// The name of a log group, which the function needs where the app makes it.
fn named(group: &str, here: &Cursor) -> Option<String> {
    let help = "name a [log_group.<name>] of this manifest, or write the ARN of a log group in this account and \
                region, arn:aws:logs:...:log-group:/their/group";
    if let Some(arn) = group.strip_prefix("arn:") {
        let here_begins = here.site.arn("logs", "log-group:");
        let other = group.strip_prefix(&here_begins).map(|name| name.trim_end_matches(":*"));
        let other = other.filter(|name| is_name(name));
        if other.is_none() {
            let what = if arn.contains(":logs:") { "log group of this account and region" } else { "log group's ARN" };
            here.problem(format!("{group:?} is not a {what}"), Some(help));
        }
        return other.map(str::to_owned);
    }
    let Ok(name) = group.parse::<Name>() else {
        here.problem(format!("{group:?} is neither the name nor the ARN of a log group"), Some(help));
        return None;
    };
    here.known("log_group", &name, &here.manifest.log_group)?;
    here.need(names::log_group::address(&name));
    Some(names::log_group::physical(here.owner, &name))
}

/// True for what CloudWatch takes as a name.
fn is_name(name: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || "._-/#".contains(c);
    !name.is_empty() && name.len() <= 512 && name.chars().all(is_letter)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::manifest::function::tests::{lowered, needs, problems, state};

    fn manifest(logging: &str) -> String {
        format!(
            "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[log_group.all]\n[function.f]\nsource = \"src\"\n\
             runtime = \"python3.12\"\nhandler = \"main.handler\"\nlogging = {logging}\n"
        )
    }

    fn config(logging: &str) -> Value {
        state(&lowered(&manifest(logging), &[]).unwrap(), "lambda.function/f")["LoggingConfig"].clone()
    }

    #[test]
    fn json_has_levels_and_text_is_what_nobody_asks_for() {
        assert_eq!(config("{}"), Value::Null);
        let both =
            |one: &str, other: &str| json!({"LogFormat": "JSON", "ApplicationLogLevel": one, "SystemLogLevel": other});
        assert_eq!(config("{ format = \"json\" }"), both("INFO", "INFO"));
        let said = "{ format = \"json\", application_level = \"fatal\", system_level = \"warn\" }";
        assert_eq!(config(said), both("FATAL", "WARN"));
        let here = ["9:33", "9:56"].map(|place| format!("{place}: Lambda supports log levels only for JSON"));
        assert_eq!(problems(&manifest("{ application_level = \"warn\", system_level = \"warn\" }"), &[]), here);
    }

    #[test]
    fn a_group_is_one_of_the_manifest_or_another_of_the_account_by_its_arn() {
        let group = |group: &str| manifest(&format!("{{ group = \"{group}\" }}"));
        let shared = lowered(&group("all"), &[]).unwrap();
        let named = |name: &str| json!({"LogFormat": "Text", "LogGroup": name});
        assert_eq!(state(&shared, "lambda.function/f")["LoggingConfig"], named("/serverless-app/shop--test-all"));
        assert!(needs(&shared, "lambda.function/f").contains(&"logs.log-group/all".to_owned()));
        // By its own group a function is found again.
        assert!(needs(&shared, "lambda.function/f").contains(&"logs.log-group/f-function".to_owned()));
        let arn = |account: &str| format!("arn:aws:logs:us-west-2:{account}:log-group:/theirs:*");
        let theirs = lowered(&group(&arn("123456789012")), &[]).unwrap();
        assert_eq!(state(&theirs, "lambda.function/f")["LoggingConfig"], named("/theirs"));
        let own = arn("123456789012").replace("/theirs", "/aws/lambda/shop--test-f");
        assert_eq!(config(&format!("{{ group = \"{own}\" }}")), Value::Null, "where it writes anyway");
        for (wrong, said) in [
            ("none", "there is no log_group section \"none\"; known: all".to_owned()),
            ("/theirs", "\"/theirs\" is neither the name nor the ARN of a log group".to_owned()),
            ("arn:aws:sns:x", "\"arn:aws:sns:x\" is not a log group's ARN".to_owned()),
            (&arn("1"), format!("{:?} is not a log group of this account and region", arn("1"))),
        ] {
            assert_eq!(problems(&group(wrong), &[]), [format!("9:21: {said}")]);
        }
    }
}
