//! What a role can do that `access` has given something, asked of IAM by the requests themselves: what the entry says, and
//! nothing else of what is tried.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_sts::error::ProvideErrorMetadata;
use serde_json::json;
use serverless_app::aws::Aws;

use super::trust::bootstrap_for;
use crate::support::emulator::REGION;
use crate::support::permissions::{assume, clients, endpoint};
use crate::support::project::Project;

const SECTIONS: &str = r#"[app]
name = "shop"
region = "us-west-2"
[table.orders]
hash_key = { name = "id", type = "S" }
[bucket.files]
[topic.alerts]
[queue.jobs]
receive_wait_time = 0
[function.other]
source = "other"
runtime = "python3.12"
handler = "main.handler"
[workflow.flow]
definition = "flow.asl.json"
"#;

/// Each entry, and what it lets through of all that is tried.
const ENTRIES: &[(&str, &[&str])] = &[
    (r#"table = "orders", actions = "read""#, &["read item"]),
    (r#"table = "orders", actions = "write""#, &["write item"]),
    (r#"table = "orders", actions = "read-write""#, &["read item", "write item"]),
    (r#"table = "orders", actions = ["dynamodb:PutItem"]"#, &["write item"]),
    (r#"bucket = "files", actions = "read""#, &["list objects", "read object"]),
    (r#"bucket = "files", actions = "write""#, &["write object"]),
    (r#"bucket = "files", actions = "read-write""#, &["list objects", "read object", "write object"]),
    (r#"topic = "alerts", actions = "publish""#, &["publish"]),
    (r#"queue = "jobs", actions = "send""#, &["find queue", "send"]),
    (r#"queue = "jobs", actions = "receive""#, &["find queue", "receive"]),
    (r#"function = "other", actions = "invoke""#, &["invoke"]),
    (r#"workflow = "flow", actions = "start""#, &["start"]),
    (r#"actions = ["sqs:PurgeQueue"], resources = ["${queue.jobs.arn}"]"#, &["purge queue"]),
    (r#"actions = ["sqs:PurgeQueue"], resources = ["arn:aws:sqs:${region}:${account}:others"]"#, &[]),
    (r#"actions = ["sqs:ListQueues"], resources = ["*"]"#, &["list queues"]),
    (
        r#"actions = ["sqs:ListQueues"], resources = ["*"], condition = { StringEquals = { "aws:RequestedRegion" = "eu-west-1" } }"#,
        &[],
    ),
];

fn manifest() -> String {
    let roles = ENTRIES.iter().enumerate();
    let roles: String = roles.map(|(n, (entry, _))| format!("[role.r{n}]\naccess = [{{ {entry} }}]\n")).collect();
    format!("{SECTIONS}{roles}")
}

/// True if it was not refused for want of rights; what else may be wrong is no matter.
fn is_allowed<E: ProvideErrorMetadata>(error: &E) -> bool {
    !error.code().is_some_and(|code| code.contains("AccessDenied") || code.contains("AuthorizationError"))
}

/// All that is tried, and was allowed.
async fn tried(aws: &Aws, account: &str) -> BTreeSet<&'static str> {
    let mut allowed = BTreeSet::new();
    macro_rules! attempt {
        ($what:literal, $request:expr) => {
            let ok = match $request.send().await {
                Ok(_) => true,
                Err(error) => is_allowed(error.as_service_error().expect($what)),
            };
            if ok {
                allowed.insert($what);
            }
        };
    }
    let (table, queue) = ("shop--production-orders", "shop--production-jobs");
    let arn = |service: &str, name: &str| format!("arn:aws:{service}:{REGION}:{account}:{name}");
    let bucket = format!("shop--production-files-{account}-{REGION}");
    let id = || AttributeValue::S("a".into());
    let of = &aws.write;
    attempt!("read item", of.dynamodb.get_item().table_name(table).key("id", id()));
    attempt!("write item", of.dynamodb.put_item().table_name(table).item("id", id()));
    attempt!("update table", of.dynamodb.update_table().table_name(table));
    attempt!("list objects", of.s3.list_objects_v2().bucket(&bucket));
    attempt!("read object", of.s3.get_object().bucket(&bucket).key("k"));
    attempt!("write object", of.s3.put_object().bucket(&bucket).key("k").body(b"x".to_vec().into()));
    attempt!("read policy", of.s3.get_bucket_policy().bucket(&bucket));
    attempt!("publish", of.sns.publish().topic_arn(arn("sns", "shop--production-alerts")).message("m"));
    attempt!("read topic", of.sns.get_topic_attributes().topic_arn(arn("sns", "shop--production-alerts")));
    let url = format!("https://sqs.{REGION}.amazonaws.com/{account}/{queue}");
    attempt!("find queue", of.sqs.get_queue_url().queue_name(queue));
    attempt!("send", of.sqs.send_message().queue_url(&url).message_body("m"));
    attempt!("receive", of.sqs.receive_message().queue_url(&url));
    attempt!("purge queue", of.sqs.purge_queue().queue_url(&url));
    attempt!("list queues", of.sqs.list_queues());
    attempt!("invoke", of.lambda.invoke().function_name("shop--production-other"));
    attempt!("read function", of.lambda.get_function().function_name("shop--production-other"));
    let machine = arn("states", "stateMachine:shop--production-flow");
    attempt!("start", of.sfn.start_execution().state_machine_arn(&machine).input("{}"));
    attempt!("read workflow", of.sfn.describe_state_machine().state_machine_arn(&machine));
    allowed
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_can_do_what_its_access_says_and_nothing_else() {
    let emulator = endpoint().await;
    let project = Project::at(&emulator, "");
    std::fs::create_dir(project.folder().join("other")).expect("a folder");
    std::fs::write(project.folder().join("other/main.py"), "def handler(event, context):\n    return {}\n")
        .expect("code");
    let flow = json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}).to_string();
    std::fs::write(project.folder().join("flow.asl.json"), flow).expect("a definition");
    bootstrap_for(&project, &manifest());
    project.deploy(&[]);
    let root = project.aws().await;
    let trust = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]})
    .to_string();
    for (number, (entry, expected)) in ENTRIES.iter().enumerate() {
        let name = format!("shop--production-r{number}");
        let update = root.write.iam.update_assume_role_policy().role_name(&name).policy_document(&trust);
        update.send().await.expect("another trust policy");
        let arn = format!("arn:aws:iam::{}:role/shop/production/{name}", project.account());
        let keys = assume(&root, &arn, None).await;
        let aws = clients(&emulator, |_| keys.clone()).await;
        let expected: BTreeSet<&str> = expected.iter().copied().collect();
        assert_eq!(tried(&aws, project.account()).await, expected, "{entry}");
    }
}

/// The boundary is as wide as the manifest was when it was made: a plan says what it has to learn.
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_names_what_the_boundary_in_force_lacks_until_bootstrap_has_added_it() {
    let project = Project::at(&endpoint().await, "");
    let bound = |access: &str| {
        format!(
            "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[queue.jobs]\n[role.worker]\naccess = [{{ queue = \"jobs\", actions = \"send\" }}{access}]\n"
        )
    };
    let models = r#", { actions = ["bedrock:InvokeModel"], resources = ["arn:aws:bedrock:*::foundation-model/*"] }"#;
    bootstrap_for(&project, &bound(""));
    let notes = |plan: &serde_json::Value| plan["notes"].as_array().expect("notes").clone();
    assert_eq!(notes(&project.plan(&[])), Vec::<serde_json::Value>::new());
    let with = |access: &str| bound(access).replacen("[app]\n", "[app]\npermissions_boundary = \"bootstrap\"\n", 1);
    project.write(&with(models));
    let said = "its boundary does not allow bedrock:InvokeModel on arn:aws:bedrock:*::foundation-model/*: run \
                `serverless-app bootstrap`, which adds that";
    assert_eq!(notes(&project.plan(&[])), [json!({"address": "iam.role/worker", "message": said})]);
    bootstrap_for(&project, &bound(models));
    assert_eq!(notes(&project.plan(&[])), Vec::<serde_json::Value>::new());
}
