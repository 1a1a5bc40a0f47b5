//! What definitions need, and that the line which is advised gives it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::integration::integrations;
use super::needs::{Needs, needs};
use super::{json, walk};
use crate::aws::test_support::test_id;
use crate::manifest::function::tests::{lowered, state};
use crate::manifest::problem::{Problem, Problems};

mod advised;
mod documented;
mod sdk;

const ACCOUNT: &str = "us-west-2:123456789012";

/// A manifest with a workflow `flow` and something of everything that a workflow may do something with.
fn manifest(flow: &str) -> String {
    format!(
        "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[table.items]\nhash_key = {{ name = \"id\", type = \"S\" }}\n\
         [topic.alerts]\n[bus.orders]\n[queue.jobs]\n[bucket.files]\n[function.api]\nsource = \"lambda\"\nruntime = \"python3.11\"\n\
         handler = \"main.handler\"\n[workflow.child]\ndefinition = \"child.json\"\n[workflow.flow]\n\
         definition = \"flow.json\"\n{flow}\n"
    )
}

const CHILD: &str = r#"{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}"#;

/// A definition with one task.
fn task(resource: &str, parameters: &Value) -> String {
    let task = json!({"Type": "Task", "Resource": resource, "Parameters": parameters, "End": true});
    json!({"StartAt": "Only", "States": {"Only": task}}).to_string()
}

/// What is wrong with a workflow of such a section and definition.
fn wrong(flow: &str, definition: &str) -> Vec<Problem> {
    match lowered(&manifest(flow), &[("flow.json", definition), ("child.json", CHILD)]) {
        Ok(_) => Vec::new(),
        Err(Problems(problems)) => problems.into_iter().map(Problem::without_excerpt).collect(),
    }
}

/// What the role of such a workflow may do.
fn statements(flow: &str, definition: &str) -> Vec<Value> {
    let files = [("flow.json", definition), ("child.json", CHILD)];
    let all = lowered(&manifest(flow), &files).unwrap_or_else(|problems| panic!("{problems}"));
    let role = state(&all, "iam.role/flow-workflow");
    role["InlinePolicies"]["workflow"]["Statement"].as_array().cloned().unwrap_or_default()
}

fn lines(problems: &[Problem]) -> Vec<String> {
    let line = |p: &Problem| {
        format!("{}:{}:{}: {}; {}", p.file, p.line, p.column, p.message, p.help.as_deref().unwrap_or_default())
    };
    problems.iter().map(line).collect()
}

/// What one call needs.
fn of_call(resource: &str, parameters: &Value) -> Needs {
    let text = task(resource, parameters);
    let root = json::read(&text, &str::to_owned).unwrap();
    let found = walk::calls(&root, "(unknown)");
    needs(&found.calls[0], &test_id(crate::aws::Kind::Role, "").site)
}

/// The rights of one call, each as `actions on resources`.
fn said(resource: &str, parameters: &Value) -> Vec<String> {
    let rights = of_call(resource, parameters).rights;
    let said = rights.iter().map(|right| {
        let actions: Vec<&str> = right.actions.iter().map(String::as_str).collect();
        format!("{} on {}", actions.join("+"), right.on.patterns().join("+"))
    });
    said.collect()
}

#[test]
fn what_was_not_given_is_reported_where_it_is_needed_with_the_line_to_write() {
    let definition = r#"{
  "StartAt": "Save",
  "States": {
    "Save": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem",
      "Parameters": {"TableName": "${table.items.name}", "Item.$": "$"}, "Next": "Read"},
    "Read": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem",
      "Parameters": {"TableName": "${table.items.arn}", "Key.$": "$"}, "Next": "Call"},
    "Call": {"Type": "Task", "Resource": "${function.api.arn}", "Next": "Send"},
    "Send": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage",
      "Parameters": {"QueueUrl": "${queue.jobs.url}", "MessageBody": "x"}, "Next": "Run"},
    "Run": {"Type": "Task", "Resource": "arn:aws:states:::ecs:runTask",
      "Parameters": {"TaskDefinition": "web", "Cluster.$": "$.c"}, "End": true}
  }
}"#;
    let table = r#"{ table = "items", actions = ["dynamodb:GetItem", "dynamodb:PutItem"] }"#;
    let queue = r#"{ queue = "jobs", actions = "send" }"#;
    let ecs =
        r#"{ actions = ["ecs:RunTask"], resources = ["arn:aws:ecs:${region}:${account}:task-definition/web:*"] }"#;
    let expected = [
        format!(
            "flow.json:4:42: /States/Save/Resource: it needs dynamodb:PutItem on [table.items], which `access` does \
             not grant; write in its section: access = [{table}, {queue}, {ecs}]"
        ),
        format!(
            "flow.json:6:42: /States/Read/Resource: it needs dynamodb:GetItem on [table.items], which `access` does \
             not grant; add to its access: {table}"
        ),
        "flow.json:8:42: /States/Call/Resource: it needs lambda:InvokeFunction on [function.api], which `invokes` \
         does not grant; write in its section: invokes = [\"api\"]"
            .into(),
        format!(
            "flow.json:9:42: /States/Send/Resource: it needs sqs:SendMessage on [queue.jobs], which `access` does not \
             grant; add to its access: {queue}"
        ),
        format!(
            "flow.json:11:41: /States/Run/Resource: it needs ecs:RunTask on \
             arn:aws:ecs:{ACCOUNT}:task-definition/web:*, which `access` does not grant; add to its access: {ecs}"
        ),
    ];
    assert_eq!(lines(&wrong("", definition)), expected);
    let section = format!("access = [{table}, {queue}, {ecs}]\ninvokes = [\"api\"]");
    let sids: Vec<String> =
        statements(&section, definition).iter().map(|s| s["Sid"].as_str().unwrap().into()).collect();
    assert_eq!(sids, ["Invoke", "TableItems", "QueueJobs", "Ecs"]);
}

#[test]
fn verbs_lists_and_patterns_give_what_they_stand_for() {
    let put = task("arn:aws:states:::dynamodb:putItem", &json!({"TableName": "${table.items.name}"}));
    let any = task("arn:aws:states:::dynamodb:putItem", &json!({"TableName.$": "$.t"}));
    let given = [
        r#"{ table = "items", actions = "write" }"#,
        r#"{ table = "items", actions = ["dynamodb:PutItem"] }"#,
        r#"{ actions = ["dynamodb:PutItem"], resources = ["arn:aws:dynamodb:${region}:${account}:table/*"] }"#,
        r#"{ actions = ["dynamodb:PutItem"], resources = ["${table.items.arn}"] }"#,
    ];
    for entry in given {
        for definition in [&put, &any] {
            assert_eq!(lines(&wrong(&format!("access = [{entry}]"), definition)), [""; 0], "{entry}");
        }
    }
    let other = r#"access = [{ actions = ["dynamodb:PutItem"], resources = ["arn:aws:dynamodb:${region}:${account}:table/other"] }]"#;
    assert_eq!(wrong(other, &put).len(), 1, "another table");
    assert_eq!(wrong(other, &any).len(), 0, "which table, only the execution shows");
    let read = r#"access = [{ table = "items", actions = "read" }]"#;
    assert_eq!((wrong(read, &put).len(), wrong(read, &any).len()), (1, 1), "another action");
    let by_access = r#"access = [{ function = "api", actions = "invoke" }]"#;
    assert_eq!(lines(&wrong(by_access, &task("${function.api.arn}", &json!({})))), [""; 0]);
}

#[test]
fn waiting_for_another_workflow_needs_no_line_of_its_own() {
    let definition =
        task("arn:aws:states:::states:startExecution.sync:2", &json!({"StateMachineArn": "${workflow.child.arn}"}));
    let start = r#"{ workflow = "child", actions = "start" }"#;
    let found = lines(&wrong("", &definition));
    assert_eq!(found.len(), 1);
    assert!(found[0].ends_with(&format!("write in its section: access = [{start}]")), "{found:?}");
    let all = statements(&format!("access = [{start}]"), &definition);
    let executions = format!("arn:aws:states:{ACCOUNT}:execution:shop--test-child:*");
    let rule = format!("arn:aws:events:{ACCOUNT}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule");
    let allow = |sid: &str, actions: &[&str], on: &str| json!({"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": [on]});
    assert_eq!(all[1], allow("Executions", &["states:DescribeExecution", "states:StopExecution"], &executions));
    assert_eq!(all[2], allow("JobEvents", &["events:DescribeRule", "events:PutRule", "events:PutTargets"], &rule));
    let plain = task("arn:aws:states:::states:startExecution", &json!({"StateMachineArn": "${workflow.child.arn}"}));
    assert_eq!(
        statements(&format!("access = [{start}]"), &plain).len(),
        1,
        "what is not waited for needs nothing more"
    );
}

#[test]
fn a_distributed_map_may_run_its_items_and_needs_what_it_reads_and_writes() {
    let definition = r#"{"StartAt": "Each", "States": {"Each": {"Type": "Map", "End": true, "Label": "each",
        "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "${bucket.files.name}", "Key": "in.csv"}},
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "One",
            "States": {"One": {"Type": "Task", "Resource": "${function.api.arn}", "End": true}}},
        "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "${bucket.files.name}", "Prefix": "out"}}}}}"#;
    let found = lines(&wrong("invokes = [\"api\"]", definition));
    assert_eq!(found.len(), 2, "{found:?}");
    let bucket = "arn:aws:s3:::shop--test-files-123456789012-us-west-2";
    let write = r#"["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"]"#;
    assert!(found[0].contains("/ItemReader/Resource: it needs s3:GetObject on [bucket.files]"), "{found:?}");
    assert!(found[1].ends_with(&format!("{{ bucket = \"files\", actions = {write} }}")), "{found:?}");
    let access = format!("invokes = [\"api\"]\naccess = [{{ bucket = \"files\", actions = {write} }}]");
    let all = statements(&access, definition);
    let sids: Vec<&str> = all.iter().map(|statement| statement["Sid"].as_str().unwrap()).collect();
    assert_eq!(sids, ["Invoke", "BucketFiles", "MapRuns", "MapRunExecutions"]);
    assert_eq!(all[1]["Resource"], json!([bucket, format!("{bucket}/*")]));
    assert_eq!(all[2]["Resource"], json!([format!("arn:aws:states:{ACCOUNT}:stateMachine:shop--test-flow")]));
    let of = |rest: &str| format!("arn:aws:states:{ACCOUNT}:execution:shop--test-flow{rest}");
    assert_eq!(all[3]["Resource"], json!([of("/*"), of(":*")]));
}

#[test]
fn resources_are_named_as_each_service_does() {
    let arn = |service: &str, resource: &str| format!("arn:aws:{service}:{ACCOUNT}:{resource}");
    let invoke = "arn:aws:states:::lambda:invoke.waitForTaskToken";
    let function = |parameters: Value| said(invoke, &parameters);
    let on = |resource: &str| vec![format!("lambda:InvokeFunction on {}", arn("lambda", resource))];
    assert_eq!(function(json!({"FunctionName": "f"})), on("function:f"));
    assert_eq!(function(json!({"FunctionName": "f:live"})), on("function:f:live"));
    assert_eq!(function(json!({"FunctionName": "f", "Qualifier": "2"})), on("function:f:2"));
    assert_eq!(function(json!({"FunctionName": "f", "Qualifier.$": "$.q"})), on("function:f*"));
    assert_eq!(function(json!({"FunctionName": "123456789012:function:f"})), on("function:f"));
    assert_eq!(function(json!({"FunctionName.$": "$.f"})), on("function:*"));
    let other = "arn:aws:lambda:eu-west-1:210987654321:function:g";
    assert_eq!(function(json!({"FunctionName": other})), [format!("lambda:InvokeFunction on {other}")]);
    let url = |url: &str| said("arn:aws:states:::sqs:sendMessage", &json!({"QueueUrl": url}));
    let queue = |region: &str, account: &str| vec![format!("sqs:SendMessage on arn:aws:sqs:{region}:{account}:q.fifo")];
    assert_eq!(url("https://sqs.eu-west-1.amazonaws.com/210987654321/q.fifo"), queue("eu-west-1", "210987654321"));
    assert_eq!(url("https://eu-west-1.queue.amazonaws.com/210987654321/q.fifo"), queue("eu-west-1", "210987654321"));
    assert_eq!(url("http://127.0.0.1:4566/123456789012/q.fifo"), queue("us-west-2", "123456789012"));
    let bus = |entries: Value| said("arn:aws:states:::events:putEvents", &json!({"Entries": entries}));
    let buses = bus(json!([{"Source": "a"}, {"EventBusName": "orders"}, {"EventBusName.$": "$.b"}]));
    let expected = ["default", "orders", "*"]
        .map(|bus| format!("events:PutEvents on {}", arn("events", &format!("event-bus/{bus}"))));
    assert_eq!(buses, expected);
    let start = |machine: &str| said("arn:aws:states:::states:startExecution", &json!({"StateMachineArn": machine}));
    let machine = arn("states", "stateMachine:m");
    let started = [format!("states:StartExecution on {machine}")];
    assert_eq!((start(&machine), start(&format!("{machine}:live"))), (started.to_vec(), started.to_vec()));
    let model = |id: &str| said("arn:aws:states:::bedrock:invokeModel", &json!({"ModelId": id, "Body": {}}));
    let models = |arns: &[&str]| {
        arns.iter().map(|arn| format!("bedrock:InvokeModel on arn:aws:bedrock:{arn}")).collect::<Vec<_>>()
    };
    assert_eq!(model("amazon.titan-v1:0"), models(&["us-west-2::foundation-model/amazon.titan-v1:0"]));
    assert_eq!(
        model("us.amazon.nova-v1:0"),
        models(&[
            "us-west-2:123456789012:inference-profile/us.amazon.nova-v1:0",
            "*::foundation-model/amazon.nova-v1:0"
        ])
    );
    assert_eq!(said("arn:aws:states:::sns:publish", &json!({"PhoneNumber": "+1"})), [""; 0]);
    let topic = arn("sns", "t");
    assert_eq!(said("arn:aws:states:::sns:publish", &json!({"TargetArn": topic})), [format!("sns:Publish on {topic}")]);
}

#[test]
fn an_api_is_called_with_the_role_only_where_the_task_says_so() {
    let call = |auth: Value| {
        let mut parameters = json!({"ApiEndpoint": "abc.execute-api.us-west-2.amazonaws.com", "Method": "GET", "Stage": "v1", "Path": "/a/b"});
        parameters["AuthType"] = auth;
        said("arn:aws:states:::apigateway:invoke", &parameters)
    };
    assert_eq!(
        call(json!("IAM_ROLE")),
        [format!("execute-api:Invoke on arn:aws:execute-api:{ACCOUNT}:abc/v1/GET/a/b")]
    );
    assert_eq!((call(json!("NO_AUTH")), call(json!("RESOURCE_POLICY"))), (Vec::new(), Vec::new()));
    let connection = format!("arn:aws:events:{ACCOUNT}:connection/hook/1-2");
    let parameters =
        json!({"ApiEndpoint": "https://example.com", "Method": "GET", "Authentication": {"ConnectionArn": connection}});
    let expected = [
        "states:InvokeHTTPEndpoint on *".to_owned(),
        format!("events:RetrieveConnectionCredentials on {connection}"),
        format!(
            "secretsmanager:DescribeSecret+secretsmanager:GetSecretValue on arn:aws:secretsmanager:{ACCOUNT}:secret:events!connection/hook/*"
        ),
    ];
    assert_eq!(said("arn:aws:states:::http:invoke", &parameters), expected);
}

#[test]
fn another_role_is_assumed_and_an_activity_needs_nothing() {
    let with_role = |role: Value| {
        let task =
            json!({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Credentials": role, "End": true});
        let text = json!({"StartAt": "Only", "States": {"Only": task}}).to_string();
        lines(&wrong("", &text))
    };
    let role = "arn:aws:iam::210987654321:role/other";
    let found = with_role(json!({"RoleArn": role}));
    assert!(found[0].contains(&format!("it needs sts:AssumeRole on {role}, which")), "{found:?}");
    assert!(with_role(json!({"RoleArn.$": "$.r"}))[0].contains("it needs sts:AssumeRole, which"));
    let activity = task("arn:aws:states:us-west-2:123456789012:activity:a", &json!({}));
    assert_eq!(lines(&wrong("", &activity)), [""; 0]);
}

#[test]
fn what_could_not_be_read_is_not_said_to_be_lacking() {
    let definition = task("arn:aws:states:::dynamodb:putItem", &json!({"TableName": "${table.items.name}"}));
    for section in ["access = [{ table = \"itmes\", actions = \"write\" }]", "access = [1]", "invokes = [\"apo\"]"] {
        let found = lines(&wrong(section, &definition));
        assert_eq!(found.len(), 1, "{section}: {found:?}");
        assert!(!found[0].contains("it needs"), "{section}: {found:?}");
    }
}

#[test]
fn the_tables_are_sorted_and_hold_what_iam_knows() {
    for table in integrations().collect::<Vec<_>>().windows(2) {
        let same = table[0].name.split(':').next() == table[1].name.split(':').next();
        assert!(!same || table[0].name < table[1].name, "{} {}", table[0].name, table[1].name);
    }
    let names: BTreeSet<&str> = integrations().map(|integration| integration.name).collect();
    assert_eq!(names.len(), integrations().count());
    for integration in integrations() {
        let all = integration.needs.iter().chain(integration.sync).flat_map(|(actions, _)| actions.iter());
        let all: BTreeSet<&str> = all.copied().collect();
        for action in &all {
            assert!(crate::aws::iam::reference::action(action).is_some(), "{}: {action}", integration.name);
        }
    }
}
