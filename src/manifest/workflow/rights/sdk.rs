//! What calls of AWS's SDK need: `arn:aws:states:::aws-sdk:<service>:<operation>`.
//!
//! An operation needs the action of its own name, of the service's prefix in IAM, unless [`others`] has it. Step Functions
//! calls services as the SDK for Java does; `services.txt` has the prefix of each that is called otherwise in IAM.

use std::collections::BTreeSet;

use super::parameters::Given;
use super::resource::Resources;
use super::right::{On, Right};
use super::target::Target::{
    self, Bucket, Buses, Copied, Function, Machine, Model, Named, Object, Objects, Queue, Table, Tables, Topic,
};
use crate::aws::iam::reference;
use others::OTHERS;

mod others;

/// A line: a service as Step Functions calls it, and the prefix of its actions.
const SERVICES: &str = include_str!("services.txt");

/// What each entry of a transaction does.
const TRANSACTION: [(&str, &str); 4] = [
    ("ConditionCheck", "dynamodb:ConditionCheckItem"),
    ("Delete", "dynamodb:DeleteItem"),
    ("Put", "dynamodb:PutItem"),
    ("Update", "dynamodb:UpdateItem"),
];

/// What PartiQL's statements do, by their first word.
const STATEMENTS: [(&str, &str); 4] = [
    ("DELETE", "dynamodb:PartiQLDelete"),
    ("INSERT", "dynamodb:PartiQLInsert"),
    ("SELECT", "dynamodb:PartiQLSelect"),
    ("UPDATE", "dynamodb:PartiQLUpdate"),
];

/// What a call needs.
pub fn rights(service: &str, operation: &str, resources: &Resources<'_>) -> Vec<Right> {
    let named = SERVICES.lines().filter_map(|line| line.split_once(' ')).find(|(name, _)| *name == service);
    let prefix = named.map_or(service, |(_, prefix)| prefix);
    let mut letters = operation.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase()).into_iter();
    let operation: String = first.chain(letters).collect();
    match (prefix, operation.as_str()) {
        ("dynamodb", "TransactWriteItems") => transaction(resources),
        ("dynamodb", "ExecuteStatement") => vec![statement(resources)],
        ("dynamodb", "BatchExecuteStatement" | "ExecuteTransaction") => vec![any_statement(resources)],
        // Its actions are HTTP's methods.
        ("apigateway", operation) => verbs(operation, resources),
        (prefix, operation) => plain(prefix, operation, resources),
    }
}

fn plain(prefix: &str, operation: &str, resources: &Resources<'_>) -> Vec<Right> {
    let own = [operation];
    let other = OTHERS.iter().find(|(of, name, _)| *of == prefix && *name == operation);
    let names = other.map_or(own.as_slice(), |(.., names)| *names);
    let right = |name: &str| {
        let action = format!("{prefix}:{name}");
        let on = match target(prefix, name, resources) {
            Some(target) => resources.of(target),
            None => vec![fallback(&action, resources)],
        };
        on.into_iter().map(move |on| Right::new([action.clone()], on)).collect::<Vec<_>>()
    };
    let mut rights: Vec<Right> = names.iter().flat_map(|name| right(name)).collect();
    if matches!((prefix, operation), ("s3", "CopyObject" | "UploadPartCopy")) {
        rights.extend(resources.of(Copied).into_iter().map(|on| Right::new(["s3:GetObject"], on)));
    }
    rights
}

/// What an action is done with, where a parameter says it.
fn target(prefix: &str, action: &str, resources: &Resources<'_>) -> Option<Target> {
    let has = |name: &str| resources.parameters.at(name) != Given::No;
    let on = |name: &'static str, pattern| has(name).then_some(Named(name, pattern));
    match prefix {
        "athena" => on("WorkGroup", "athena:workgroup/{}"),
        "bedrock" => has("ModelId").then_some(Model).filter(|_| action.starts_with("InvokeModel")),
        "codebuild" => on("ProjectName", "codebuild:project/{}"),
        "dynamodb" if has("RequestItems") => Some(Tables),
        "dynamodb" => has("TableName").then_some(Table),
        "ecs" if action == "RunTask" => on("TaskDefinition", "ecs:task-definition/{}:*"),
        "events" if action == "PutEvents" => Some(Buses),
        "glue" => on("JobName", "glue:job/{}"),
        "kinesis" if has("StreamARN") => on("StreamARN", "kinesis:stream/{}"),
        "kinesis" => on("StreamName", "kinesis:stream/{}"),
        "lambda" => has("FunctionName").then_some(Function),
        "s3" if is_about_objects(action) => Some(if has("Key") { Object } else { Objects }),
        "s3" => has("Bucket").then_some(Bucket),
        "secretsmanager" => on("SecretId", "secretsmanager:secret:{}-??????"),
        "sns" => (has("TopicArn") || has("TargetArn") || has("PhoneNumber")).then_some(Topic),
        "sqs" => has("QueueUrl").then_some(Queue),
        "ssm" if matches!(action, "DeleteParameter" | "GetParameter" | "PutParameter") => {
            on("Name", "ssm:parameter/{}")
        }
        "states" if has("ExecutionArn") => on("ExecutionArn", "states:execution:{}"),
        "states" => has("StateMachineArn").then_some(Machine),
        _ => None,
    }
}

fn is_about_objects(action: &str) -> bool {
    let of_object = ["Get", "Put", "Delete", "Restore"]
        .iter()
        .any(|verb| action.strip_prefix(verb).is_some_and(|rest| rest.starts_with("Object")));
    of_object || matches!(action, "AbortMultipartUpload" | "ListMultipartUploadParts")
}

/// As many forms of ARNs are named one by one.
const FORMS: usize = 3;

/// Whatever IAM's reference says that an action is about.
fn fallback(action: &str, resources: &Resources<'_>) -> On {
    let (prefix, name) = action.split_once(':').unwrap_or((action, ""));
    let service = reference::service(prefix);
    let known = service.and_then(|service| service.names().find(|known| known.eq_ignore_ascii_case(name)));
    match service.zip(known).and_then(|(service, name)| service.action(name)) {
        Some(action) if !action.needs_everything() => {
            let form = |form: &&str| match reference::service_of(form).filter(|_| action.forms.len() > FORMS) {
                Some(service) => format!("arn:{}:{service}:*:*:*", resources.site.partition),
                None => resources.of_form(form),
            };
            let arns: BTreeSet<String> = action.forms.iter().map(form).collect();
            On::Unknown(arns.into_iter().collect())
        }
        _ => On::Unknown(vec!["*".into()]),
    }
}

fn transaction(resources: &Resources<'_>) -> Vec<Right> {
    let any = || vec![Right::any(TRANSACTION.map(|(_, action)| action), resources.unknown("dynamodb:table/*"))];
    let Some(entries) = resources.parameters.entries("TransactItems") else { return any() };
    let mut rights = Vec::new();
    for entry in entries {
        for (name, action) in TRANSACTION {
            if let Some(parameters) = entry.inside(name) {
                let of_entry = Resources { parameters, ..*resources };
                rights.extend(of_entry.of(Table).into_iter().map(|on| Right::new([action], on)));
            }
        }
    }
    rights
}

fn statement(resources: &Resources<'_>) -> Right {
    let first = match resources.parameters.at("Statement") {
        Given::Text(text) => text.split_whitespace().next().unwrap_or_default().to_ascii_uppercase(),
        _ => return any_statement(resources),
    };
    let action = STATEMENTS.iter().find(|(word, _)| *word == first);
    action.map_or_else(
        || any_statement(resources),
        |(_, action)| Right::new([*action], resources.unknown("dynamodb:table/*")),
    )
}

fn any_statement(resources: &Resources<'_>) -> Right {
    Right::any(STATEMENTS.map(|(_, action)| action), resources.unknown("dynamodb:table/*"))
}

/// API Gateway's methods, by the first word of an operation; some are asked by one method in its first version and by another
/// in its second.
const VERBS: &[(&str, &[&str])] = &[
    ("Create", &["POST"]),
    ("Delete", &["DELETE"]),
    ("Export", &["GET"]),
    ("Flush", &["DELETE"]),
    ("Generate", &["POST"]),
    ("Get", &["GET"]),
    ("Import", &["POST", "PUT"]),
    ("Put", &["PUT"]),
    ("Reimport", &["PUT"]),
    ("Reset", &["DELETE"]),
    ("Tag", &["POST", "PUT"]),
    ("Test", &["POST"]),
    ("Untag", &["DELETE"]),
    ("Update", &["PATCH"]),
];

fn verbs(operation: &str, resources: &Resources<'_>) -> Vec<Right> {
    let found = VERBS.iter().find(|(word, _)| operation.starts_with(word));
    let actions = |verbs: &&[&str]| verbs.iter().map(|verb| format!("apigateway:{verb}")).collect::<Vec<_>>();
    let right = |(_, verbs): &(&str, &[&str])| {
        Right::any(
            actions(verbs),
            On::Unknown(vec![format!("arn:{}:apigateway:{}::/*", resources.site.partition, resources.site.region)]),
        )
    };
    found.map(right).into_iter().collect()
}
