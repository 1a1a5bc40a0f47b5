//! What calls of AWS's SDK need: `arn:aws:states:::aws-sdk:<service>:<operation>`.
//!
//! An operation needs the action of its own name, of the service's prefix in IAM, unless [`OTHERS`] has it. Step Functions
//! calls services as the SDK for Java does; `services.txt` has the prefix of each that is called otherwise in IAM.

use super::parameters::Given;
use super::resource::Resources;
use super::right::{On, Right};
use super::target::Target::{
    self, Bucket, Buses, Copied, Function, Machine, Model, Named, Object, Objects, Queue, Table, Tables, Topic,
};
use crate::aws::iam::reference;

/// A line: a service as Step Functions calls it, and the prefix of its actions.
const SERVICES: &str = include_str!("services.txt");

/// Operations that need actions of other names. Sources: "Required permissions for Amazon S3 API operations" of S3's user
/// guide, the pages of the API references of the others.
const OTHERS: &[(&str, &str, &[&str])] = &[
    ("bedrock", "Converse", &["InvokeModel"]),
    ("bedrock", "ConverseStream", &["InvokeModelWithResponseStream"]),
    ("bedrock", "StartAsyncInvoke", &["InvokeModel"]),
    ("dynamodb", "TransactGetItems", &["GetItem"]),
    ("execute-api", "DeleteConnection", &["ManageConnections"]),
    ("execute-api", "GetConnection", &["ManageConnections"]),
    ("execute-api", "PostToConnection", &["ManageConnections"]),
    ("kms", "ReEncrypt", &["ReEncryptFrom", "ReEncryptTo"]),
    ("lambda", "Invoke", &["InvokeFunction"]),
    ("lambda", "InvokeWithResponseStream", &["InvokeFunction"]),
    ("s3", "CompleteMultipartUpload", &["PutObject"]),
    ("s3", "CopyObject", &["PutObject"]),
    ("s3", "CreateMultipartUpload", &["PutObject"]),
    ("s3", "DeleteBucketAnalyticsConfiguration", &["PutAnalyticsConfiguration"]),
    ("s3", "DeleteBucketCors", &["PutBucketCORS"]),
    ("s3", "DeleteBucketEncryption", &["PutEncryptionConfiguration"]),
    ("s3", "DeleteBucketIntelligentTieringConfiguration", &["PutIntelligentTieringConfiguration"]),
    ("s3", "DeleteBucketInventoryConfiguration", &["PutInventoryConfiguration"]),
    ("s3", "DeleteBucketLifecycle", &["PutLifecycleConfiguration"]),
    ("s3", "DeleteBucketMetricsConfiguration", &["PutMetricsConfiguration"]),
    ("s3", "DeleteBucketOwnershipControls", &["PutBucketOwnershipControls"]),
    ("s3", "DeleteBucketReplication", &["PutReplicationConfiguration"]),
    ("s3", "DeleteBucketTagging", &["PutBucketTagging"]),
    ("s3", "DeleteObjects", &["DeleteObject"]),
    ("s3", "DeletePublicAccessBlock", &["PutBucketPublicAccessBlock"]),
    ("s3", "GetBucketAccelerateConfiguration", &["GetAccelerateConfiguration"]),
    ("s3", "GetBucketAnalyticsConfiguration", &["GetAnalyticsConfiguration"]),
    ("s3", "GetBucketEncryption", &["GetEncryptionConfiguration"]),
    ("s3", "GetBucketIntelligentTieringConfiguration", &["GetIntelligentTieringConfiguration"]),
    ("s3", "GetBucketInventoryConfiguration", &["GetInventoryConfiguration"]),
    ("s3", "GetBucketLifecycleConfiguration", &["GetLifecycleConfiguration"]),
    ("s3", "GetBucketMetricsConfiguration", &["GetMetricsConfiguration"]),
    ("s3", "GetBucketNotificationConfiguration", &["GetBucketNotification"]),
    ("s3", "GetBucketReplication", &["GetReplicationConfiguration"]),
    ("s3", "GetObjectAttributes", &["GetObject", "GetObjectAttributes"]),
    ("s3", "GetObjectLockConfiguration", &["GetBucketObjectLockConfiguration"]),
    ("s3", "GetPublicAccessBlock", &["GetBucketPublicAccessBlock"]),
    ("s3", "HeadBucket", &["ListBucket"]),
    ("s3", "HeadObject", &["GetObject"]),
    ("s3", "ListBucketAnalyticsConfigurations", &["GetAnalyticsConfiguration"]),
    ("s3", "ListBucketIntelligentTieringConfigurations", &["GetIntelligentTieringConfiguration"]),
    ("s3", "ListBucketInventoryConfigurations", &["GetInventoryConfiguration"]),
    ("s3", "ListBucketMetricsConfigurations", &["GetMetricsConfiguration"]),
    ("s3", "ListBuckets", &["ListAllMyBuckets"]),
    ("s3", "ListMultipartUploads", &["ListBucketMultipartUploads"]),
    ("s3", "ListObjectVersions", &["ListBucketVersions"]),
    ("s3", "ListObjects", &["ListBucket"]),
    ("s3", "ListObjectsV2", &["ListBucket"]),
    ("s3", "ListParts", &["ListMultipartUploadParts"]),
    ("s3", "PutBucketAccelerateConfiguration", &["PutAccelerateConfiguration"]),
    ("s3", "PutBucketAnalyticsConfiguration", &["PutAnalyticsConfiguration"]),
    ("s3", "PutBucketEncryption", &["PutEncryptionConfiguration"]),
    ("s3", "PutBucketIntelligentTieringConfiguration", &["PutIntelligentTieringConfiguration"]),
    ("s3", "PutBucketInventoryConfiguration", &["PutInventoryConfiguration"]),
    ("s3", "PutBucketLifecycleConfiguration", &["PutLifecycleConfiguration"]),
    ("s3", "PutBucketMetricsConfiguration", &["PutMetricsConfiguration"]),
    ("s3", "PutBucketNotificationConfiguration", &["PutBucketNotification"]),
    ("s3", "PutBucketReplication", &["PutReplicationConfiguration"]),
    ("s3", "PutObjectLockConfiguration", &["PutBucketObjectLockConfiguration"]),
    ("s3", "PutPublicAccessBlock", &["PutBucketPublicAccessBlock"]),
    ("s3", "SelectObjectContent", &["GetObject"]),
    ("s3", "UploadPart", &["PutObject"]),
    ("s3", "UploadPartCopy", &["PutObject"]),
    ("sns", "PublishBatch", &["Publish"]),
    ("sqs", "ChangeMessageVisibilityBatch", &["ChangeMessageVisibility"]),
    ("sqs", "DeleteMessageBatch", &["DeleteMessage"]),
    ("sqs", "SendMessageBatch", &["SendMessage"]),
];

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

/// Whatever IAM's reference says that an action is about.
fn fallback(action: &str, resources: &Resources<'_>) -> On {
    let (prefix, name) = action.split_once(':').unwrap_or((action, ""));
    let service = reference::service(prefix);
    let known = service.and_then(|service| service.names().find(|known| known.eq_ignore_ascii_case(name)));
    let action = service.zip(known).and_then(|(service, name)| service.action(name));
    match action {
        Some(action) if !action.needs_everything() => {
            let mut arns: Vec<String> = action.forms.iter().map(|form| resources.of_form(form)).collect();
            arns.sort();
            arns.dedup();
            On::Unknown(arns)
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
