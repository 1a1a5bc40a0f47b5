//! What Lambda would refuse, told before anything is sent.

use std::collections::BTreeMap;

use serde_json::json;

use crate::aws::lambda::Statement;
use crate::aws::logs::RETENTIONS;
use crate::manifest::function::{DeadLetter, Function, Tracing, Variable};
use crate::manifest::{Cursor, Section, problem, secret};
use crate::name::Name;
use crate::text::Text;

/// The runtimes that Lambda offers for zips.
const RUNTIMES: &[&str] = &[
    "dotnet8",
    "dotnet10",
    "java8.al2",
    "java11",
    "java17",
    "java21",
    "java25",
    "nodejs20.x",
    "nodejs22.x",
    "nodejs24.x",
    "provided.al2",
    "provided.al2023",
    "python3.9",
    "python3.10",
    "python3.11",
    "python3.12",
    "python3.13",
    "python3.14",
    "ruby3.2",
    "ruby3.3",
    "ruby3.4",
];

/// The names that Lambda itself sets.
const RESERVED: &[&str] = &["_HANDLER", "_X_AMZN_TRACE_ID", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR"];
/// All variables together, names and values.
const ENVIRONMENT_BYTES: usize = 4096;

/// Reports everything about a function that Lambda would refuse.
pub fn check(function: &Function, here: &Cursor) {
    if !RUNTIMES.contains(&function.runtime.as_str()) {
        let message = problem::unknown("runtime", &function.runtime, RUNTIMES.iter().copied());
        here.at("runtime").problem(message, Some("choose a runtime that Lambda offers"));
    }
    if function.handler.is_empty() || function.handler.len() > 128 || function.handler.contains(char::is_whitespace) {
        let help = Some("write it as main.handler, 128 characters at most");
        here.at("handler").problem(format!("{:?} is not a handler", function.handler), help);
    }
    let ranges = [
        ("memory", function.memory, 128, 10240, "MB"),
        ("timeout", function.timeout, 1, 900, "seconds"),
        ("ephemeral_storage", function.ephemeral_storage, 512, 10240, "MB"),
        ("reserved_concurrency", function.reserved_concurrency.unwrap_or(0), 0, i32::MAX, "executions"),
    ];
    for (key, value, least, most, unit) in ranges {
        if value < least || value > most {
            let help = format!("write {least} to {most} {unit}");
            here.at(key).problem(format!("{value} is out of range"), Some(&help));
        }
    }
    check_texts(function, here);
    check_arns(function, here);
    check_environment(function, here);
}

fn check_texts(function: &Function, here: &Cursor) {
    if function.description.chars().count() > 256 {
        let help = Some("use 256 characters at most");
        here.at("description").problem("the description is too long", help);
    }
    let days = function.log_retention_days;
    if days != 0 && !RETENTIONS.contains(&days) {
        let known: Vec<String> = RETENTIONS.iter().map(i32::to_string).collect();
        let help = format!("choose one of 0 (for ever), {}", known.join(", "));
        here.at("log_retention_days").problem(format!("logs cannot be kept {days} days"), Some(&help));
    }
}

fn check_arns(function: &Function, here: &Cursor) {
    if function.layers.len() > 5 {
        here.at("layers").problem("a function has at most 5 layers", Some("remove some"));
    }
    for (here, layer) in here.at("layers").each(&function.layers) {
        if !is_layer_version(layer) {
            let help = Some("give the ARN of a layer version, arn:aws:lambda:...:layer:name:1");
            here.problem(format!("{layer:?} is not a layer version"), help);
        }
    }
    if let Some(DeadLetter::Queue(queue)) = &function.dead_letter
        && !(queue.starts_with("arn:") && queue.contains(":sqs:"))
    {
        let help = Some("give the queue's ARN, arn:aws:sqs:...");
        here.at("dead_letter").problem(format!("{queue:?} is not a queue's ARN"), help);
    }
}

/// `arn:aws:lambda:<region>:<account>:layer:<name>:<version>`
fn is_layer_version(arn: &str) -> bool {
    let parts: Vec<&str> = arn.split(':').collect();
    matches!(parts.as_slice(), ["arn", _, "lambda", _, _, "layer", _, version] if version.parse::<u64>().is_ok())
}

/// Reports what is not the ARN of a policy.
pub fn is_policy_arn(arn: &str, here: &Cursor) {
    if !(arn.starts_with("arn:") && arn.contains(":iam::") && arn.contains(":policy/")) {
        let help = Some("give its ARN, such as arn:aws:iam::aws:policy/...");
        here.problem(format!("{arn:?} is not a policy's ARN"), help);
    }
}

fn check_environment(function: &Function, here: &Cursor) {
    for (name, variable) in &function.environment {
        let here = here.at("environment").at(name);
        let letters = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !letters || name.len() < 2 || !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let help = Some("use a letter first, then letters, digits and `_`, two characters at least");
            here.problem(format!("{name:?} is not a variable's name"), help);
        }
        if RESERVED.contains(&name.as_str()) || name.starts_with("AWS_") {
            here.problem(format!("{name} is set by Lambda itself"), Some("choose another name"));
        }
        check_key(variable, &here);
        match variable {
            Variable::Parameter(parameter) if !is_parameter_name(&parameter.ssm) => {
                let help = Some("write { ssm = \"/app/key\" }: letters, digits, `_`, `.`, `-` and `/`");
                here.problem(format!("{:?} is not a parameter's name", parameter.ssm), help);
            }
            Variable::Secret(secret)
                if !(secret.secret.starts_with("arn:") && secret.secret.contains(":secretsmanager:")) =>
            {
                here.problem(format!("{:?} is not a secret's ARN", secret.secret), Some("give the secret's ARN"));
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
    if let Some(key) = key.filter(|key| !(key.starts_with("arn:") && key.contains(":kms:") && key.contains(":key/"))) {
        here.problem(format!("{key:?} is not a KMS key's ARN"), Some("give it as arn:aws:kms:...:key/..."));
    }
}

/// Warns of values that look like secrets.
pub fn warn_of_secrets(function: &Function, name: &Name, here: &Cursor) {
    for (variable, value) in &function.environment {
        if let Variable::Text(text) = value
            && let Some(why) = secret::suspicion(variable, text)
        {
            let message =
                format!("the value of the variable {variable} looks like {why}, and everybody can read it here");
            let help = "put it into SSM or Secrets Manager, and write { ssm = \"/name\" } or { secret = \"arn:...\" }";
            here.at("environment").at(variable).warn(&Function::address(name), message, help);
        }
    }
}

fn is_parameter_name(name: &str) -> bool {
    !name.trim_matches('/').is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-/".contains(&b))
}

/// Lambda counts names and values as they are when every reference has been filled in.
pub fn environment_size(environment: &BTreeMap<String, Text>, here: &Cursor) {
    let size = |(name, value): (&String, &Text)| name.len() + value.literal().map_or(0, str::len);
    let bytes: usize = environment.iter().map(size).sum();
    if bytes > ENVIRONMENT_BYTES {
        let message = format!("the environment has {bytes} bytes");
        let help = Some("Lambda takes 4096 bytes of names and values together");
        here.problem(message, help);
    }
}

/// The longest resource policy of a function, in bytes.
const POLICY_BYTES: usize = 20_480;

/// Reports a resource policy that is too long, as AWS would write it.
pub fn policy_size(statements: &BTreeMap<String, Statement>, function: &str, here: &Cursor) {
    let bytes: usize = statements.iter().map(|(sid, statement)| statement_size(sid, statement, function)).sum();
    if bytes > POLICY_BYTES {
        let message = format!("its resource policy would have about {bytes} bytes, {} statements", statements.len());
        let help =
            "Lambda takes 20480: let a route with {proxy+} or the method ANY stand for several, or use more functions";
        here.problem(message, Some(help));
    }
}

fn statement_size(sid: &str, statement: &Statement, function: &str) -> usize {
    // An id that AWS makes up stands as ten letters, which is what a REST API's has.
    let source = statement.source_arn.clone().unwrap_or_default();
    let ids = source.references().map(|reference| (reference.clone(), "0123456789".to_owned())).collect();
    let written = json!({
        "Sid": sid, "Effect": "Allow", "Principal": {"Service": statement.principal},
        "Action": "lambda:InvokeFunction", "Resource": function,
        "Condition": {
            "StringEquals": {"AWS:SourceAccount": statement.source_account},
            "ArnLike": {"AWS:SourceArn": source.resolve(&ids).to_string()},
        },
    });
    written.to_string().len() + 1
}

/// A function with a shared role grants nothing itself.
pub fn shared_role(function: &Function, name: &Name, here: &Cursor, grants: bool) {
    let Some(role) = here.known("role", name, &here.manifest.role) else { return };
    let own = !function.access.is_empty() || grants || function.permissions_boundary.is_some();
    let traces = function.tracing == Tracing::Active && !role.tracing;
    if own || traces {
        let help = format!("move access, secrets, dead letter, tracing and boundary to [role.{name}]");
        here.problem("a function with a shared role grants nothing by itself", Some(&help));
    }
}
