//! What Lambda would refuse of a function's environment.

use std::collections::BTreeMap;

use serde_json::json;

use crate::manifest::function::{Function, Variable};
use crate::manifest::{Cursor, Section, secret};
use crate::name::Name;
use crate::text::Text;

/// The names that Lambda sets itself and lets nobody else set; others that begin with `AWS_` are how layers and SDKs are
/// told what to do.
const RESERVED: [&str; 19] = [
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
    "TZ",
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
];

/// All variables together, as the JSON text that Lambda makes of them.
const BYTES: usize = 4096;

/// Reports names and values, each at its place.
pub(super) fn check(function: &Function, here: &Cursor) {
    if let Some(key) = &function.kms_key {
        check_own_key(key, &here.at("kms_key"));
    }
    for (name, variable) in &function.environment {
        let here = here.at("environment").at(name);
        let letters = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if RESERVED.contains(&name.as_str()) {
            here.problem(format!("Lambda sets {name} itself"), Some("choose another name"));
        } else if !letters || name.len() < 2 || !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let help = Some("use letters, digits and `_`, a letter first, at least two characters");
            here.problem(format!("{name:?} is not the name of an environment variable"), help);
        }
        check_key(variable, &here);
        match variable {
            Variable::Parameter(parameter) if !is_parameter_name(&parameter.ssm) => {
                let help = Some("write { ssm = \"/app/key\" }: letters, digits, `_`, `.`, `-` and `/`");
                here.problem(format!("{:?} is not the name of a parameter", parameter.ssm), help);
            }
            Variable::Secret(secret)
                if !(secret.secret.starts_with("arn:") && secret.secret.contains(":secretsmanager:")) =>
            {
                here.problem(format!("{:?} is not the ARN of a secret", secret.secret), Some("write the secret's ARN"));
            }
            _ => {}
        }
    }
}

/// Reports what is not the ARN of a KMS key; IAM does not take an alias.
fn check_key(variable: &Variable, here: &Cursor) {
    let key = match variable {
        Variable::Text(_) => None,
        Variable::Parameter(parameter) => parameter.key.as_ref(),
        Variable::Secret(secret) => secret.key.as_ref(),
    };
    if let Some(key) = key.filter(|key| !is_key_arn(key)) {
        here.problem(format!("{key:?} is not the ARN of a KMS key"), Some("write it as arn:aws:kms:...:key/..."));
    }
}

fn is_key_arn(key: &str) -> bool {
    key.starts_with("arn:") && key.contains(":kms:") && key.contains(":key/")
}

/// Reports what an environment is not encrypted with here. AWS shows a key by its ARN; and one of another account or region would
/// take rights that the roles of this one cannot give.
fn check_own_key(key: &str, here: &Cursor) {
    if !is_key_arn(key) {
        let help =
            "write it as arn:aws:kms:...:key/..., and not as an alias: AWS reports a function's key in this form";
        here.problem(format!("{key:?} is not the ARN of a KMS key"), Some(help));
    } else if !key.starts_with(&here.site.arn("kms", "key/")) {
        let help = "name a key in the function's account and region, or leave it out";
        here.problem("keys in another account or region are not supported", Some(help));
    }
}

fn is_parameter_name(name: &str) -> bool {
    !name.trim_matches('/').is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-/".contains(&b))
}

/// Warns of values that look like secrets.
pub(super) fn warn_of_secrets(function: &Function, name: &Name, here: &Cursor) {
    for (variable, value) in &function.environment {
        if let Variable::Text(text) = value
            && let Some(why) = secret::suspicion(variable, text)
        {
            let message = format!(
                "the value of the variable {variable} looks like {why}, and everybody who can read this file can read \
                 it"
            );
            let help = "store it in SSM or Secrets Manager, and write { ssm = \"/name\" } or { secret = \"arn:...\" }";
            here.at("environment").at(variable).warn(&Function::address(name), message, help);
        }
    }
}

/// Reports an environment that is too long: Lambda measures the JSON text of it, with quotes, commas and escapes.
pub(super) fn check_size(environment: &BTreeMap<String, Text>, here: &Cursor) {
    let filled: BTreeMap<&String, String> = environment.iter().map(|(name, text)| (name, text.shortest())).collect();
    let bytes = json!(filled).to_string().len();
    if !filled.is_empty() && bytes > BYTES {
        let message = format!("the environment has {bytes} bytes, written as JSON");
        let help = "Lambda allows 4096 bytes for names, values, quotes and commas together";
        here.problem(message, Some(help));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::manifest::function::tests::{lowered, problems};

    fn manifest(environment: &str) -> String {
        format!(
            "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[table.orders]\nhash_key = {{ name = \"id\", type = \"S\" }}\n\
             [api.a]\nroutes = [{{ method = \"GET\", path = \"/\", function = \"g\" }}]\n\
             [function.g]\nsource = \"src\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\n\
             [function.f]\nsource = \"src\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\n\
             [function.f.environment]\n{environment}\n"
        )
    }

    fn told(environment: &str) -> Vec<String> {
        match lowered(&manifest(environment), &[]) {
            Ok(_) => Vec::new(),
            Err(_) => problems(&manifest(environment), &[]),
        }
    }

    #[test]
    fn what_switches_on_layers_and_sdks_may_be_set() {
        for name in [
            "AWS_LAMBDA_EXEC_WRAPPER",
            "AWS_LWA_INVOKE_MODE",
            "AWS_RETRY_MODE",
            "AWS_NODEJS_CONNECTION_REUSE_ENABLED",
            "AWS_APPCONFIG_EXTENSION_HTTP_PORT",
        ] {
            assert_eq!(told(&format!("{name} = \"x\"")), [""; 0], "{name}");
        }
    }

    #[test]
    fn an_environments_key_is_one_of_the_functions_own_account_and_region_by_its_arn() {
        let with = |key: &str| manifest("").replace("[function.f]\n", &format!("[function.f]\nkms_key = \"{key}\"\n"));
        let key = |place: &str| format!("arn:aws:kms:{place}:key/k");
        let own = lowered(&with(&key("us-west-2:123456789012")), &[]).unwrap();
        let state = crate::manifest::function::tests::state(&own, "lambda.function/f");
        assert_eq!(state["KMSKeyArn"], key("us-west-2:123456789012"));
        let elsewhere = ["13:11: keys in another account or region are not supported"];
        for place in ["us-west-2:210987654321", "eu-west-1:123456789012"] {
            assert_eq!(problems(&with(&key(place)), &[]), elsewhere);
        }
        assert_eq!(problems(&with("alias/k"), &[]), ["13:11: \"alias/k\" is not the ARN of a KMS key"]);
    }

    #[test]
    fn what_lambda_sets_itself_may_not_be_set() {
        for name in RESERVED {
            assert_eq!(told(&format!("{name} = \"x\"")), [format!("17:{}: Lambda sets {name} itself", name.len() + 4)]);
        }
    }

    #[test]
    fn an_environment_is_measured_as_json_with_its_references_filled_in() {
        // {"BIG":"…"}
        let value = "x".repeat(4096 - 10 - "shop--test-orders".len());
        let text = |more: &str| format!("BIG = \"{value}{more}${{table.orders.name}}\"");
        assert_eq!(told(&text("")), [""; 0]);
        assert_eq!(told(&text("y")), ["16:13: the environment has 4097 bytes, written as JSON"]);
        // A quote is two bytes of JSON, a letter beyond ASCII as many as in UTF-8.
        let value = "x".repeat(4096 - 10 - 2 - 2);
        assert_eq!(told(&format!("BIG = \"{value}\\\"ü\"")), [""; 0]);
        assert_eq!(told(&format!("BIG = \"{value}\\\"üy\"")).len(), 1);
        // An id that AWS makes up has ten letters.
        let value = "x".repeat(4096 - 10 - 10);
        assert_eq!(told(&format!("BIG = \"{value}${{api.a.id}}\"")), [""; 0]);
        assert_eq!(told(&format!("BIG = \"{value}y${{api.a.id}}\"")).len(), 1);
    }

    #[test]
    fn many_small_variables_are_measured_with_what_stands_between_them() {
        let variables = |count: usize| {
            let each = (0..count).map(|number| format!("V{number:03} = 'x\"y{}'\n", "z".repeat(20)));
            each.collect::<String>()
        };
        // 34 bytes each, 27 of them names and values.
        assert_eq!(told(&variables(120)), [""; 0]);
        assert_eq!(told(&variables(121)), ["16:13: the environment has 4115 bytes, written as JSON"]);
    }

    proptest! {
        /// Whatever the variables are: refused if and only if their JSON is longer than 4096 bytes.
        #[test]
        fn the_json_decides(
            names in proptest::collection::btree_set("[A-Y][A-Z0-9_]{1,6}", 1..60),
            value in "[ -#%-~é]{0,160}",
        ) {
            let text: BTreeMap<String, Text> = names.iter().map(|name| (name.clone(), value.as_str().into())).collect();
            let literal: BTreeMap<&String, &String> = names.iter().map(|name| (name, &value)).collect();
            let quoted = value.replace('\\', "\\\\").replace('"', "\\\"");
            let lines: String = names.iter().map(|name| format!("{name} = \"{quoted}\"\n")).collect();
            let too_long = told(&lines).iter().any(|told| told.contains("written as JSON"));
            prop_assert_eq!(too_long, json!(literal).to_string().len() > 4096, "{}", text.len());
        }
    }
}
