//! Queues and streams of functions, from the manifest to mappings and rights.

use serde_json::{Value, json};

use crate::manifest::function::tests::{lowered, needs, problems, state};
use crate::manifest::lower::Lowered;

const APP: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n";
const OTHERS: &str = "[queue.jobs]\nvisibility_timeout = 60\n[queue.failed]\n[queue.order]\nfifo = true\n[topic.alerts]\n[bucket.lost]\n\
    [table.items]\nhash_key = { name = \"id\", type = \"S\" }\nstream = \"new-image\"\n\
    [table.plain]\nhash_key = { name = \"id\", type = \"S\" }\n";
const PLAIN: &str = "source = \"lambda\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\n";

/// The function's section begins in line 15, and what follows it in line 19.
fn manifest(function: &str) -> String {
    format!("{APP}{OTHERS}[function.worker]\n{PLAIN}{function}\n")
}

fn statements(text: &str, policy: &str) -> Vec<Value> {
    let document = state(&lowered(text, &[]).expect("no problems"), policy);
    document["PolicyDocument"]["Statement"].as_array().cloned().unwrap_or_default()
}

fn allow(sid: &str, actions: &[&str], resources: &[&str]) -> Value {
    json!({"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources})
}

#[test]
fn a_queue_becomes_a_mapping_and_the_role_may_receive_from_it() {
    let text = manifest(
        r#"on_queue = [{ queue = "jobs", batch = 20, window = 5, partial_failures = true, max_concurrency = 2, enabled = false, filter = [{ body = { kind = ["order"] } }, '{"body":{"kind":["order"]}}'], tags = { team = "a" } }]"#,
    );
    let all = lowered(&text, &[]).expect("no problems");
    let mapping = &all.wanted[&"lambda.event-source-mapping/worker-queue-jobs".parse().unwrap()];
    assert_eq!(mapping.id.name, "shop--test-worker:sqs:shop--test-jobs");
    let expected = json!({
        "EventSourceArn": "arn:aws:sqs:us-west-2:123456789012:shop--test-jobs",
        "StartingPosition": null, "StartingPositionTimestamp": null, "Enabled": false, "BatchSize": 20,
        "MaximumBatchingWindowInSeconds": 5, "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "Filters": [r#"{"body":{"kind":["order"]}}"#], "MaximumConcurrency": 2, "ParallelizationFactor": 1,
        "BisectBatchOnFunctionError": false, "MaximumRetryAttempts": -1, "MaximumRecordAgeInSeconds": -1,
        "TumblingWindowInSeconds": 0, "OnFailure": null,
        "Tags": {"serverless-app:app": "shop", "serverless-app:stage": "test", "team": "a",
                 "serverless-app:address": "lambda.event-source-mapping/worker-queue-jobs"},
    });
    assert_eq!(serde_json::to_value(&mapping.state).unwrap(), expected);
    assert_eq!(
        needs(&all, "lambda.event-source-mapping/worker-queue-jobs"),
        ["lambda.function/worker", "sqs.queue/jobs"]
    );
    let receive = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"];
    let expected = allow("OnQueueJobs", &receive, &["arn:aws:sqs:us-west-2:123456789012:shop--test-jobs"]);
    assert_eq!(statements(&text, "iam.policy/worker-function"), [expected]);
}

#[test]
fn a_tables_stream_is_known_by_what_aws_makes_up_and_read_with_its_rights() {
    let text = manifest(
        r#"on_stream = [{ table = "items", starting_position = "latest", retries = 3, max_age = 60, bisect = true, parallelization = 2, tumbling_window = 9, on_failure = { bucket = "lost" } }]"#,
    );
    let all = lowered(&text, &[]).expect("no problems");
    let address = "lambda.event-source-mapping/worker-table-items";
    let mapping = state(&all, address);
    assert_eq!(mapping["EventSourceArn"], json!({"$output": "dynamodb.table/items.stream_arn"}));
    assert_eq!((&mapping["StartingPosition"], &mapping["BatchSize"]), (&json!("LATEST"), &json!(100)));
    let numbers =
        ["MaximumRetryAttempts", "MaximumRecordAgeInSeconds", "ParallelizationFactor", "TumblingWindowInSeconds"];
    assert_eq!(numbers.map(|name| mapping[name].as_i64()), [Some(3), Some(60), Some(2), Some(9)]);
    assert_eq!(mapping["OnFailure"], "arn:aws:s3:::shop--test-lost-123456789012-us-west-2");
    let wanted = &all.wanted[&address.parse().unwrap()];
    assert_eq!(wanted.id.name, "shop--test-worker:dynamodb:table/shop--test-items");
    assert_eq!(needs(&all, address), ["dynamodb.table/items", "lambda.function/worker", "s3.bucket/lost"]);
    let bucket = "arn:aws:s3:::shop--test-lost-123456789012-us-west-2";
    assert_eq!(
        statements(&text, "iam.policy/worker-function"),
        [
            allow(
                "OnTableItems",
                &["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
                &["arn:aws:dynamodb:us-west-2:123456789012:table/shop--test-items/stream/*"]
            ),
            allow("ListTableStreams", &["dynamodb:ListStreams"], &["*"]),
            allow("ToBucketLost", &["s3:ListBucket", "s3:PutObject"], &[bucket, &format!("{bucket}/*")]),
        ]
    );
}

/// The state of a mapping whose source is not in the manifest.
fn mapping_of(all: &Lowered, section: &str, source: &str, arn: &str) -> Value {
    let worker = "worker".parse().unwrap();
    let name = crate::manifest::names::mapping::name(&worker, section, source, Some(arn));
    state(all, &format!("lambda.event-source-mapping/{name}"))
}

#[test]
fn queues_of_one_name_and_two_accounts_have_a_mapping_each() {
    let arns = ["arn:aws:sqs:us-west-2:123456789012:far", "arn:aws:sqs:us-west-2:210987654321:far"];
    let text = manifest(&format!("on_queue = [{{ arn = \"{}\" }}, {{ arn = \"{}\" }}]", arns[0], arns[1]));
    let all = lowered(&text, &[]).expect("no problems");
    for arn in arns {
        assert_eq!(mapping_of(&all, "queue", "far", arn)["EventSourceArn"], arn);
    }
    let sids: Vec<Value> =
        statements(&text, "iam.policy/worker-function").iter().map(|statement| statement["Sid"].clone()).collect();
    assert_eq!(sids, ["OnQueueFar", "OnQueueFarN2"]);
}

#[test]
fn what_lambda_cannot_fetch_from_is_a_problem_where_it_is_named() {
    let told = |entry: &str| problems(&manifest(entry), &[]);
    let far = "Lambda cannot fetch from arn:aws:sqs:eu-west-1:123456789012:far, which is in eu-west-1";
    let found = told("on_queue = [{ arn = \"arn:aws:sqs:eu-west-1:123456789012:far\" }]");
    assert!(found.len() == 1 && found[0].ends_with(far), "{found:?}");
    let consumer = "arn:aws:kinesis:us-west-2:123456789012:stream/clicks/consumer/one:1700000000";
    let found = told(&format!("on_stream = [{{ stream = \"{consumer}\", starting_position = \"latest\" }}]"));
    assert!(found.len() == 1 && found[0].ends_with("is not the ARN of a Kinesis stream"), "{found:?}");
}

#[test]
fn of_two_members_of_a_pattern_with_one_name_neither_is_taken() {
    let entry = r#"on_queue = [{ queue = "jobs", filter = ['{"body": {"a": [1]}, "body": {"b": [1]}}'] }]"#;
    let told = problems(&manifest(entry), &[]);
    let twice = "in the pattern \"body\" is defined twice, first at 1:2";
    assert!(told.iter().any(|said| said.ends_with(twice)), "{told:?}");
}

#[test]
fn a_kinesis_stream_is_read_from_a_time_on() {
    let text = manifest(
        r#"on_stream = [{ stream = "arn:aws:kinesis:us-west-2:123456789012:stream/Clicks_1", starting_position = "2026-01-31T13:00:00+01:00" }]"#,
    );
    let all = lowered(&text, &[]).expect("no problems");
    let mapping = mapping_of(&all, "stream", "Clicks_1", "arn:aws:kinesis:us-west-2:123456789012:stream/Clicks_1");
    assert_eq!(mapping["StartingPosition"], "AT_TIMESTAMP");
    assert_eq!(mapping["StartingPositionTimestamp"], 1_769_860_800);
    let sids: Vec<Value> =
        statements(&text, "iam.policy/worker-function").iter().map(|statement| statement["Sid"].clone()).collect();
    assert_eq!(sids, ["OnStreamClicks1", "ListStreams"]);
}

#[test]
fn arns_of_queues_and_streams_are_filled_in_and_references_to_nothing_are_reported_once() {
    let of = |place: &str| {
        manifest(&format!(
            "on_queue = [{{ arn = \"arn:aws:sqs:{place}:far\" }}]\n\
             on_stream = [{{ stream = \"arn:aws:kinesis:{place}:stream/Clicks\", starting_position = \"latest\" }}]"
        ))
    };
    let text = of("${region}:${account}");
    let all = lowered(&text, &[]).expect("no problems");
    let (queue, stream) =
        ("arn:aws:sqs:us-west-2:123456789012:far", "arn:aws:kinesis:us-west-2:123456789012:stream/Clicks");
    assert_eq!(mapping_of(&all, "queue", "far", queue)["EventSourceArn"], queue);
    assert_eq!(mapping_of(&all, "stream", "Clicks", stream)["EventSourceArn"], stream);
    let resources: Vec<Value> =
        statements(&text, "iam.policy/worker-function").iter().map(|statement| statement["Resource"].clone()).collect();
    assert_eq!(resources, [json!([queue]), json!([stream]), json!(["*"])]);
    let nothing = problems(&of("${regoin}:${account}"), &[]);
    let said: Vec<&str> = nothing.iter().filter_map(|problem| Some(problem.split_once(": ")?.1)).collect();
    assert_eq!(said, ["${regoin} refers to nothing"; 2], "{nothing:?}");
}

#[test]
fn a_shared_role_gets_what_its_functions_need_once() {
    let worker = "role = \"both\"\non_queue = [{ queue = \"jobs\" }]\non_failure = { queue = \"failed\" }\n";
    let text = format!("{}[function.other]\n{PLAIN}{worker}[role.both]\n", manifest(worker));
    let sids: Vec<Value> =
        statements(&text, "iam.policy/both").iter().map(|statement| statement["Sid"].clone()).collect();
    assert_eq!(sids, ["OnQueueJobs", "ToQueueFailed"]);
    let all = lowered(&text, &[]).expect("no problems");
    for function in ["worker", "other"] {
        let needs = needs(&all, &format!("lambda.function/{function}"));
        assert!(needs.contains(&"iam.role/both".to_owned()), "{needs:?}");
        assert_ne!(state(&all, &format!("lambda.event-source-mapping/{function}-queue-jobs")), Value::Null);
    }
}

#[test]
fn results_of_asynchronous_invocations_go_where_the_manifest_says() {
    let text = manifest(
        "on_failure = { queue = \"failed\" }\non_success = { topic = \"alerts\" }\nmax_retries = 0\nmax_event_age = 60",
    );
    let all = lowered(&text, &[]).expect("no problems");
    let function = state(&all, "lambda.function/worker");
    let expected = json!({
        "MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60,
        "OnFailure": "arn:aws:sqs:us-west-2:123456789012:shop--test-failed",
        "OnSuccess": "arn:aws:sns:us-west-2:123456789012:shop--test-alerts",
    });
    assert_eq!(function["InvokeConfig"], expected);
    assert_eq!(function["Tags"]["serverless-app:parts"], "invoke-config");
    let sids: Vec<Value> =
        statements(&text, "iam.policy/worker-function").iter().map(|statement| statement["Sid"].clone()).collect();
    assert_eq!(sids, ["ToQueueFailed", "ToTopicAlerts"]);
    let needs = needs(&all, "lambda.function/worker");
    assert!(["sns.topic/alerts", "sqs.queue/failed"].iter().all(|need| needs.contains(&need.to_string())), "{needs:?}");
}

#[test]
fn what_is_encrypted_with_ones_own_key_is_used_with_the_key_by_way_of_its_service() {
    let key = "arn:aws:kms:us-west-2:123456789012:key/k";
    let of_aws = "encryption = { kms_key = \"alias/aws/sqs\" }";
    let more = format!(
        "[queue.sealed]\nencryption = {{ kms_key = \"{key}\" }}\n[queue.of-aws]\n{of_aws}\n\
         [topic.named]\nkms_key = \"arn:aws:kms:us-west-2:123456789012:alias/own\"\n\
         [bucket.closed]\nencryption = {{ kms_key = \"{key}\" }}\n\
         [table.own]\nhash_key = {{ name = \"id\", type = \"S\" }}\nstream = \"keys-only\"\nencryption = {{ kms_key = \"{key}\" }}\n"
    );
    let worker = "dead_letter = { queue = \"sealed\" }\non_queue = [{ queue = \"sealed\" }, { queue = \"of-aws\" }]\n\
         on_stream = [{ table = \"own\", starting_position = \"latest\", on_failure = { bucket = \"closed\" } }]\n\
         on_success = { topic = \"named\" }";
    let all = statements(&format!("{}{more}", manifest(worker)), "iam.policy/worker-function");
    let sids: Vec<&str> = all.iter().filter_map(|statement| statement["Sid"].as_str()).collect();
    let queues = ["DeadLetter", "DeadLetterKey", "OnQueueSealed", "KeyOfOnQueueSealed", "OnQueueOfAws"];
    let streams = ["OnTableOwn", "ListTableStreams", "KeyOfOnTableOwn"];
    let destinations = ["ToTopicNamed", "KeyOfToTopicNamed", "ToBucketClosed", "KeyOfToBucketClosed"];
    assert_eq!(sids, [&queues[..], &streams, &destinations].concat());
    let via = |service: &str| json!({"kms:ViaService": [format!("{service}.us-west-2.amazonaws.com")]});
    let statement = |sid: &str, actions: &[&str], resource: &str, condition: Value| {
        let mut statement = allow(sid, actions, &[resource]);
        statement["Condition"] = condition;
        statement
    };
    let (read, send) = (["kms:Decrypt"], ["kms:Decrypt", "kms:GenerateDataKey"]);
    let of = |sid: &str| all.iter().find(|statement| statement["Sid"] == sid).cloned().expect("a statement");
    for (sid, actions, service) in [
        ("DeadLetterKey", &send[..], "sqs"),
        ("KeyOfOnQueueSealed", &read, "sqs"),
        ("KeyOfOnTableOwn", &read, "dynamodb"),
        ("KeyOfToBucketClosed", &send, "s3"),
    ] {
        assert_eq!(of(sid), statement(sid, actions, key, json!({"StringEquals": via(service)})));
    }
    let by_alias =
        json!({"StringEquals": via("sns"), "ForAnyValue:StringEquals": {"kms:ResourceAliases": ["alias/own"]}});
    let any = "arn:aws:kms:us-west-2:123456789012:key/*";
    assert_eq!(of("KeyOfToTopicNamed"), statement("KeyOfToTopicNamed", &send, any, by_alias));
}

#[test]
fn a_bus_gets_results_and_no_records_of_a_stream() {
    let text = format!("{}[bus.orders]\n", manifest("on_success = { bus = \"orders\" }"));
    let all = lowered(&text, &[]).expect("no problems");
    let bus = "arn:aws:events:us-west-2:123456789012:event-bus/shop--test-orders";
    assert_eq!(state(&all, "lambda.function/worker")["InvokeConfig"]["OnSuccess"], bus);
    assert_eq!(statements(&text, "iam.policy/worker-function"), [allow("ToBusOrders", &["events:PutEvents"], &[bus])]);
    let stream =
        "on_stream = [{ table = \"items\", starting_position = \"latest\", on_failure = { bus = \"orders\" } }]";
    let told = problems(&format!("{}[bus.orders]\n", manifest(stream)), &[]);
    assert!(
        told.len() == 1 && told[0].ends_with("failed records of a stream cannot be sent to a function or a bus"),
        "{told:?}"
    );
}

#[test]
fn functions_may_send_their_failures_to_each_other() {
    let other = format!("[function.other]\n{PLAIN}on_failure = {{ function = \"worker\" }}\n");
    let text = format!("{}{other}", manifest("on_failure = { function = \"other\" }"));
    let all = lowered(&text, &[]).expect("what is known by name needs no order");
    let arn = |name: &str| format!("arn:aws:lambda:us-west-2:123456789012:function:shop--test-{name}");
    assert_eq!(state(&all, "lambda.function/worker")["InvokeConfig"]["OnFailure"], arn("other"));
    assert_eq!(state(&all, "lambda.function/other")["InvokeConfig"]["OnFailure"], arn("worker"));
}

#[test]
fn a_url_without_authorization_lets_everybody_in_by_two_statements_and_others_know_it() {
    let url = r#"url = { auth = "none", streaming = true, cors = { origins = ["https://example.org"], headers = ["X-Trace"], max_age = 9 } }"#;
    let text = format!("{}[outputs]\nat = \"${{function.worker.url}}items\"\n", manifest(url));
    let all = lowered(&text, &[]).expect("no problems");
    let function = state(&all, "lambda.function/worker");
    let expected = json!({"AuthType": "NONE", "InvokeMode": "RESPONSE_STREAM", "Cors": {
        "AllowHeaders": ["x-trace"], "AllowMethods": ["*"], "AllowOrigins": ["https://example.org"], "MaxAge": 9}});
    assert_eq!(function["Url"], expected);
    assert_eq!(function["Tags"]["serverless-app:parts"], "url");
    let statements = state(&all, "lambda.permission/worker")["Statements"].clone();
    assert_eq!(statements["function-url"]["Action"], "lambda:InvokeFunctionUrl");
    assert_eq!(statements["function-url-invoke"]["InvokedViaFunctionUrl"], true);
    assert_eq!(
        serde_json::to_value(&all.outputs["at"]).unwrap()["$join"][0],
        json!({"$output": "lambda.function/worker.url"})
    );
    let signed = lowered(&manifest("url = { auth = \"iam\" }"), &[]).expect("no problems");
    assert_eq!(state(&signed, "lambda.permission/worker"), Value::Null, "IAM alone decides");
    let none = problems(&format!("{}[outputs]\nat = \"${{function.worker.url}}\"\n", manifest("")), &[]);
    assert_eq!(none.len(), 1, "{none:?}");
    assert!(none[0].contains("the function has no URL; write url = { auth = \"iam\" }"), "{none:?}");
}

/// In every way that AWS would refuse.
const REFUSED: &str = r#"timeout = 90
on_failure = { function = "worker" }
on_success = { bucket = "lost" }
max_retries = 3
max_event_age = 59
url = { auth = "iam", cors = { origins = [], methods = ["OPTIONS"], max_age = 86401 } }
[[function.worker.on_queue]]
queue = "jobs"
batch = 11
max_concurrency = 1
[[function.worker.on_queue]]
queue = "order"
batch = 11
window = 1
[[function.worker.on_queue]]
queue = "jbos"
[[function.worker.on_queue]]
arn = "arn:aws:sns:us-west-2:123456789012:t"
[[function.worker.on_queue]]
[[function.worker.on_queue]]
arn = "arn:aws:sqs:us-west-2:123456789012:far"
filter = ["x", { a = [] }, { a = [["b"]], b = [{ prefx = "c" }], c = [{ prefix = "a", suffix = "b" }] }]
[[function.worker.on_queue]]
arn = "arn:aws:sqs:us-west-2:123456789012:far"
[[function.worker.on_stream]]
table = "plain"
starting_position = "first"
[[function.worker.on_stream]]
table = "items"
starting_position = "2026-01-31T12:00:00Z"
parallelization = 11
retries = -1
max_age = 59
tumbling_window = 901
window = 301
batch = 0
on_failure = { function = "worker" }
[[function.worker.on_stream]]
stream = "arn:aws:sqs:us-west-2:123456789012:q"
starting_position = "latest"
on_failure = { queue = "order" }"#;

/// What is said of it.
const SAID: [&str; 35] = [
    "messages of jobs become visible again after 60 seconds, but worker may take 90",
    "a batch of more than 10 messages needs a window",
    "1 is out of range",
    "messages of order become visible again after 30 seconds, but worker may take 90",
    "11 is out of range",
    "1 is out of range",
    "there is no queue section \"jbos\"; did you mean \"jobs\"?",
    "\"arn:aws:sns:us-west-2:123456789012:t\" is not the ARN of a queue",
    "an entry names exactly one queue",
    "a pattern must be a table",
    "a is not a list of accepted values",
    "a list contains another list",
    "there is no filter operator \"prefx\"; did you mean \"prefix\"?",
    "an entry can have only one operator",
    "the function has two mappings from far",
    "plain has no stream",
    "\"first\" is not a starting position",
    "the stream of a table cannot be read from a point in time",
    "11 is out of range",
    "-1 is out of range",
    "59 is out of range",
    "901 is out of range",
    "301 is out of range",
    "0 is out of range",
    "failed records of a stream cannot be sent to a function or a bus",
    "the function would be its own destination",
    "is not the ARN of a Kinesis stream",
    "order is a FIFO queue, which cannot receive results",
    "the function would be its own destination",
    "a bucket can receive only failures",
    "3 is out of range",
    "59 is out of range",
    "there is no origin, so no site may call it",
    "\"OPTIONS\" is not a method",
    "86401 is out of range",
];

#[test]
fn everything_that_aws_would_refuse_of_events_is_reported_with_its_place() {
    let text = manifest(REFUSED);
    let mut found = problems(&text, &[]);
    for message in SAID {
        let is_it = |problem: &String| {
            let said = problem.split_once(": ").map_or("", |(_, said)| said);
            said == message || message.starts_with("is ") && said.ends_with(message)
        };
        let at = found.iter().position(is_it);
        found.remove(at.unwrap_or_else(|| panic!("{message} is not among {found:#?}")));
    }
    assert_eq!(found, [""; 0]);
}

#[test]
fn names_that_are_too_long_end_with_a_digest() {
    use crate::manifest::names::mapping;
    let function = "f".repeat(50).parse().unwrap();
    let name = |source: &str| mapping::name(&function, "queue", source, None);
    let (one, other) = (name("aaaaaaaaaaaaa"), name("aaaaaaaaaaaab"));
    assert!(one != other && one.as_str().len() <= 64, "{one} {other}");
    let short = "worker".parse().unwrap();
    assert_eq!(mapping::name(&short, "stream", "Clicks_1", None).as_str(), "worker-stream-clicks-1");
}
