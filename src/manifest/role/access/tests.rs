//! What entries come to in policies, and what is reported of them.

use serde_json::{Value, json};

use crate::manifest::function::tests::{lowered, needs, problems, state};

const SECTIONS: &str = r#"[app]
name = "shop"
region = "us-west-2"
[table.orders]
hash_key = { name = "id", type = "S" }
stream = "new-and-old-images"
[table.sealed]
hash_key = { name = "id", type = "S" }
encryption = { kms_key = "arn:aws:kms:us-west-2:123456789012:key/k" }
[topic.alerts]
[topic.sealed]
kms_key = "alias/own"
[topic.managed]
kms_key = "alias/aws/sns"
[topic.keyed]
kms_key = "0a-1b"
[bucket.files]
[bucket.sealed]
encryption = { kms_key = "arn:aws:kms:us-west-2:123456789012:key/k" }
[queue.jobs]
[queue.ordered]
fifo = true
[workflow.flow]
definition = "flow.asl.json"
[workflow.fast]
definition = "flow.asl.json"
type = "EXPRESS"
[schedule.remind]
rate = "1 day"
queue = "jobs"
[schedule.sealed]
rate = "1 day"
queue = "jobs"
kms_key = "arn:aws:kms:us-west-2:123456789012:key/k"
[function.other]
source = "lambda"
runtime = "python3.13"
handler = "main.handler"
[role.worker]
access = [ACCESS]
[bus.orders]
"#;
const FLOW: (&str, &str) = ("flow.asl.json", r#"{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}"#);

fn manifest(access: &str) -> String {
    SECTIONS.replace("ACCESS", access)
}

/// The statements that an access list comes to: the policy's, and those that the role holds itself.
fn statements(access: &str) -> Vec<Value> {
    let all = lowered(&manifest(access), &[FLOW]).unwrap_or_else(|problems| panic!("{problems}"));
    let of = |value: &Value| value["Statement"].as_array().cloned().unwrap_or_default();
    let policy = state(&all, "iam.policy/worker");
    let role = state(&all, "iam.role/worker");
    [of(&policy["PolicyDocument"]), of(&role["InlinePolicies"]["access"])].concat()
}

/// What is reported, from the column after the list's bracket.
fn told(access: &str) -> Vec<String> {
    problems(&manifest(access), &[FLOW])
}

/// The same as warnings.
fn advice(access: &str) -> Vec<String> {
    let all = lowered(&manifest(access), &[FLOW]).unwrap();
    all.warnings.iter().map(|warning| format!("{}: {}", warning.column, warning.message)).collect()
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

#[test]
fn each_verb_allows_exactly_its_actions() {
    let read = [
        "dynamodb:BatchGetItem",
        "dynamodb:ConditionCheckItem",
        "dynamodb:DescribeTable",
        "dynamodb:GetItem",
        "dynamodb:Query",
        "dynamodb:Scan",
    ];
    let write = ["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"];
    let mut both = [&read[..], &write[..]].concat();
    both.sort_unstable();
    let table = ["dynamodb:*:table/shop--test-orders", "dynamodb:*:table/shop--test-orders/index/*"];
    let bucket = ["s3:::shop--test-files-123456789012-us-west-2", "s3:::shop--test-files-123456789012-us-west-2/*"];
    let receive = [
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
        "sqs:ReceiveMessage",
    ];
    let send = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"];
    let function = ["lambda:*:function:shop--test-other", "lambda:*:function:shop--test-other:*"];
    let here = ":us-west-2:123456789012:";
    for (entry, sid, actions, resources) in [
        (r#"table = "orders", actions = "read""#, "TableOrders", &read[..], &table[..]),
        (r#"table = "orders", actions = "write""#, "TableOrders", &write, &table),
        (r#"table = "orders", actions = "read-write""#, "TableOrders", &both, &table),
        (r#"bucket = "files", actions = "read""#, "BucketFiles", &["s3:GetObject", "s3:ListBucket"], &bucket),
        (
            r#"bucket = "files", actions = "write""#,
            "BucketFiles",
            &["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"],
            &bucket,
        ),
        (
            r#"bucket = "files", actions = "read-write""#,
            "BucketFiles",
            &["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"],
            &bucket,
        ),
        (r#"topic = "alerts", actions = "publish""#, "TopicAlerts", &["sns:Publish"], &["sns:*:shop--test-alerts"]),
        (r#"queue = "jobs", actions = "send""#, "QueueJobs", &send, &["sqs:*:shop--test-jobs"]),
        (r#"queue = "ordered", actions = "receive""#, "QueueOrdered", &receive, &["sqs:*:shop--test-ordered.fifo"]),
        (
            r#"bus = "orders", actions = "put""#,
            "BusOrders",
            &["events:PutEvents"],
            &["events:*:event-bus/shop--test-orders"],
        ),
        (r#"function = "other", actions = "invoke""#, "FunctionOther", &["lambda:InvokeFunction"], &function),
        (
            r#"workflow = "flow", actions = "start""#,
            "WorkflowFlow",
            &["states:StartExecution"],
            &["states:*:stateMachine:shop--test-flow"],
        ),
        (
            r#"workflow = "fast", actions = "start""#,
            "WorkflowFast",
            &["states:StartExecution", "states:StartSyncExecution"],
            &["states:*:stateMachine:shop--test-fast"],
        ),
    ] {
        let resources: Vec<String> =
            resources.iter().map(|arn| format!("arn:aws:{}", arn.replace(":*:", here))).collect();
        let expected = json!({"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources});
        assert_eq!(statements(&format!("{{ {entry} }}")), [expected], "{entry}");
    }
}

/// A function that makes schedules of its own hands over the role of the section, and reaches no other section's schedules.
#[test]
fn whoever_writes_a_schedule_may_hand_over_its_role_to_the_scheduler_alone() {
    let read = ["scheduler:GetSchedule"];
    let write = ["scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:UpdateSchedule"];
    let mut both = [&read[..], &write].concat();
    both.sort_unstable();
    let group = "arn:aws:scheduler:us-west-2:123456789012:schedule/shop--test-schedules";
    let own = |actions: &[&str]| {
        json!({"Sid": "ScheduleRemind", "Effect": "Allow", "Action": actions,
            "Resource": [format!("{group}/remind.*"), format!("{group}/shop--test-remind")]})
    };
    let role = json!({"Sid": "ScheduleRemindRole", "Effect": "Allow", "Action": ["iam:PassRole"],
        "Resource": ["arn:aws:iam::123456789012:role/shop/test/shop--test-remind-schedule"],
        "Condition": {"StringEquals": {"iam:PassedToService": ["scheduler.amazonaws.com"]}}});
    assert_eq!(statements(r#"{ schedule = "remind", actions = "read" }"#), [own(&read)]);
    assert_eq!(statements(r#"{ schedule = "remind", actions = "write" }"#), [own(&write), role.clone()]);
    assert_eq!(statements(r#"{ schedule = "remind", actions = "read-write" }"#), [own(&both), role]);
    let listed = r#"{ schedule = "remind", actions = ["scheduler:GetScheduleGroup"] }"#;
    let group = "arn:aws:scheduler:us-west-2:123456789012:schedule-group/shop--test-schedules";
    assert!(texts(&statements(listed)[0]["Resource"]).contains(&group));
    let sealed = statements(r#"{ schedule = "sealed", actions = "write" }"#);
    assert_eq!(
        sealed.iter().map(|one| one["Sid"].as_str().unwrap()).collect::<Vec<_>>(),
        ["ScheduleSealed", "ScheduleSealedKey", "ScheduleSealedRole"]
    );
}

#[test]
fn a_verb_brings_the_use_of_the_key_that_the_manifest_names_through_the_service_alone() {
    let key = "arn:aws:kms:us-west-2:123456789012:key/k";
    let any = "arn:aws:kms:us-west-2:123456789012:key/*";
    let all = [
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
    ];
    for (entry, service, actions, resource) in [
        (r#"table = "sealed", actions = "read""#, "dynamodb", &all[..2], key),
        (r#"table = "sealed", actions = "write""#, "dynamodb", &all, key),
        (r#"bucket = "sealed", actions = "read""#, "s3", &["kms:Decrypt"], key),
        (r#"bucket = "sealed", actions = "read-write""#, "s3", &["kms:Decrypt", "kms:GenerateDataKey"], key),
        (r#"schedule = "sealed", actions = "read""#, "scheduler", &["kms:Decrypt"], key),
        (r#"topic = "sealed", actions = "publish""#, "sns", &["kms:Decrypt", "kms:GenerateDataKey"], any),
        (
            r#"topic = "keyed", actions = "publish""#,
            "sns",
            &["kms:Decrypt", "kms:GenerateDataKey"],
            "arn:aws:kms:us-west-2:123456789012:key/0a-1b",
        ),
    ] {
        let statements = statements(&format!("{{ {entry} }}"));
        assert_eq!(statements.len(), 2, "{entry}");
        let of_key = &statements[1];
        assert!(of_key["Sid"].as_str().unwrap().ends_with("Key"), "{of_key}");
        assert_eq!(
            (texts(&of_key["Action"]), texts(&of_key["Resource"])),
            (actions.to_vec(), vec![resource]),
            "{entry}"
        );
        let via = json!([format!("{service}.us-west-2.amazonaws.com")]);
        assert_eq!(of_key["Condition"]["StringEquals"], json!({"kms:ViaService": via}), "{entry}");
        let alias = &of_key["Condition"]["ForAnyValue:StringEquals"];
        let expected = if resource == any { json!({"kms:ResourceAliases": ["alias/own"]}) } else { Value::Null };
        assert_eq!(*alias, expected, "{entry}");
    }
    // The key of AWS's own lets in whoever may use the topic.
    assert_eq!(statements(r#"{ topic = "managed", actions = "publish" }"#).len(), 1);
}

#[test]
fn listed_actions_are_allowed_on_the_parts_that_they_are_about() {
    let of = |entry: &str| {
        let statements = statements(entry);
        texts(&statements[0]["Resource"])
            .iter()
            .map(|arn| arn.rsplit("shop--test-").next().unwrap().to_owned())
            .collect()
    };
    let cases: [(&str, Vec<String>); 3] = [
        (r#"{ table = "orders", actions = ["dynamodb:PutItem"] }"#, of(r#"{ table = "orders", actions = "write" }"#)),
        (
            r#"{ table = "orders", actions = ["dynamodb:GetRecords"] }"#,
            ["orders", "orders/index/*", "orders/stream/*"].map(Into::into).into(),
        ),
        (
            r#"{ workflow = "flow", actions = ["states:DescribeExecution"] }"#,
            ["flow:*", "flow:*:*", "flow"].map(Into::into).into(),
        ),
    ];
    for (entry, expected) in cases {
        assert_eq!(of(entry), expected, "{entry}");
    }
}

#[test]
fn a_statement_allows_its_actions_on_its_resources_with_references_filled_in() {
    let models = r#"{ actions = ["bedrock:InvokeModel"], resources = ["arn:aws:bedrock:*::foundation-model/*"] }"#;
    let secrets = r#"{ actions = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"], resources = ["arn:aws:secretsmanager:${region}:${account}:secret:${stage}/*"], condition = { StringEquals = { "aws:ResourceTag/Team" = "shop" }, StringLike = { "aws:PrincipalTag/Role" = ["$${aws:username}", "b"] } } }"#;
    let traces = r#"{ actions = ["xray:PutTraceSegments", "polly:SynthesizeSpeech"], resources = ["*"] }"#;
    assert_eq!(
        statements(&[models, models, secrets, traces].join(", ")),
        [
            json!({"Sid": "Bedrock", "Effect": "Allow", "Action": ["bedrock:InvokeModel"],
                "Resource": ["arn:aws:bedrock:*::foundation-model/*"]}),
            json!({"Sid": "BedrockN2", "Effect": "Allow", "Action": ["bedrock:InvokeModel"],
                "Resource": ["arn:aws:bedrock:*::foundation-model/*"]}),
            json!({"Sid": "Secretsmanager", "Effect": "Allow",
                "Action": ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
                "Resource": ["arn:aws:secretsmanager:us-west-2:123456789012:secret:test/*"],
                "Condition": {"StringEquals": {"aws:ResourceTag/Team": ["shop"]},
                    "StringLike": {"aws:PrincipalTag/Role": ["${aws:username}", "b"]}}}),
            json!({"Sid": "Xray", "Effect": "Allow", "Action": ["polly:SynthesizeSpeech", "xray:PutTraceSegments"],
                "Resource": ["*"]}),
        ]
    );
    let index = r#"{ actions = ["dynamodb:Query"], resources = ["${table.orders.arn}/index/*"] }"#;
    let all = lowered(&manifest(index), &[FLOW]).unwrap();
    let index = "arn:aws:dynamodb:us-west-2:123456789012:table/shop--test-orders/index/*";
    assert_eq!(state(&all, "iam.policy/worker")["PolicyDocument"]["Statement"][0]["Resource"], json!([index]));
}

#[test]
fn what_aws_has_yet_to_make_up_is_named_by_the_role_itself_which_comes_after_it() {
    let stream = r#"{ table = "orders", actions = "read" }, { actions = ["dynamodb:GetRecords"], resources = ["${table.orders.stream_arn}"] }"#;
    let all = lowered(&manifest(stream), &[FLOW]).unwrap();
    let role = state(&all, "iam.role/worker");
    let stream = json!([{"$output": "dynamodb.table/orders.stream_arn"}]);
    assert_eq!(role["InlinePolicies"]["access"]["Statement"][0]["Resource"], stream);
    assert_eq!(needs(&all, "iam.role/worker"), ["dynamodb.table/orders", "iam.policy/worker"]);
    let policy = state(&all, "iam.policy/worker");
    assert_eq!(policy["PolicyDocument"]["Statement"].as_array().unwrap().len(), 1);
    assert_eq!(policy["PolicyDocument"]["Statement"][0]["Sid"], "TableOrders");
}

#[test]
fn actions_are_held_against_all_that_aws_has() {
    for (action, message) in [
        ("GetItem", "\"GetItem\" is not an IAM action"),
        ("bedrok:InvokeModel", "there is no service \"bedrok\"; did you mean \"bedrock\"?"),
        ("zzzzzz:Any", "there is no service \"zzzzzz\""),
        ("bedrock:InvokeModal", "there is no action \"bedrock:InvokeModal\"; did you mean \"bedrock:InvokeModel\"?"),
        ("Bedrock:invokemodel", "there is no action \"Bedrock:invokemodel\"; did you mean \"bedrock:InvokeModel\"?"),
        ("bedrock:", "there is no action \"bedrock:\""),
        ("bedrock:*", "\"bedrock:*\" is a wildcard for several actions"),
        ("*:*", "\"*:*\" is a wildcard for several actions"),
        ("*", "\"*\" is not an IAM action"),
        ("s3:Get?bject", "\"s3:Get?bject\" is a wildcard for several actions"),
    ] {
        let entry = format!("{{ actions = [\"{action}\"], resources = [\"*\"] }}");
        assert_eq!(told(&entry), [format!("40:24: {message}")], "{action}");
    }
}

#[test]
fn everything_is_granted_only_where_aws_knows_nothing_narrower() {
    let on = |action: &str, arn: &str| format!("{{ actions = [\"{action}\"], resources = [\"{arn}\"] }}");
    for (entry, messages) in [
        (on("bedrock:InvokeModel", "*"), &["bedrock:InvokeModel would be allowed on all resources"][..]),
        (on("s3:GetObject", "*"), &["s3:GetObject would be allowed on all resources"]),
        (
            on("xray:PutTraceSegments", "arn:aws:xray:us-west-2:123456789012:group/g"),
            &["xray:PutTraceSegments can be allowed only on all resources"],
        ),
        (on("sqs:SendMessage", "jobs"), &["\"jobs\" is not an ARN"]),
        (on("sqs:SendMessage", "**"), &["\"**\" is not an ARN"]),
        (on("sqs:SendMessage", "arn:aws:*"), &["\"arn:aws:*\" is not an ARN"]),
        (
            on("sqs:SendMessage", "arn:*:sqs:us-west-2:123456789012:jobs"),
            &["\"arn:*:sqs:us-west-2:123456789012:jobs\" is not an ARN"],
        ),
        (
            on("sqs:SendMessage", "arn:aws:*:us-west-2:123456789012:jobs"),
            &["\"arn:aws:*:us-west-2:123456789012:jobs\" is not an ARN"],
        ),
        (
            on("sqs:SendMessage", "arn:aws-cn:sqs:cn-north-1:123456789012:jobs"),
            &["\"arn:aws-cn:sqs:cn-north-1:123456789012:jobs\" is in the partition aws-cn, and the app is in aws"],
        ),
        (
            on("sqs:SendMessage", "arn:aws:sns:us-west-2:123456789012:jobs"),
            &[
                "sqs:SendMessage applies to none of these resources",
                "none of the actions applies to \"arn:aws:sns:us-west-2:123456789012:jobs\"",
            ],
        ),
        (
            on("sqs:SendMessage", "${queue.job.arn}"),
            &["${queue.job.arn}: there is no queue section \"job\"; did you mean \"jobs\"?"],
        ),
        ("{ actions = [\"sqs:SendMessage\"], resources = [] }".into(), &["the entry grants nothing"]),
        ("{ actions = [], resources = [\"*\"] }".into(), &["the entry grants nothing"]),
        ("{ actions = \"send\", resources = [\"*\"] }".into(), &["verbs are only for resources of the app"]),
        (
            "{ queue = \"jobs\", actions = \"send\", resources = [\"*\"] }".into(),
            &["an entry of access names exactly one resource"],
        ),
        (
            "{ queue = \"jobs\", actions = [\"sqs:ListQueues\"] }".into(),
            &["sqs:ListQueues can be allowed only on all resources"],
        ),
        ("{ queue = \"jobs\", actions = [\"sns:Publish\"] }".into(), &["sns:Publish does not apply to this resource"]),
        ("{ queue = \"jobs\", actions = \"publish\" }".into(), &["there is no verb \"publish\"; known: send, receive"]),
        (
            "{ queue = \"jobs\", actions = \"send\", condition = { StringEqual = { team = \"a\" } } }".into(),
            &[
                "there is no condition operator \"StringEqual\"; did you mean \"StringEquals\"?",
                "\"team\" is not a condition key",
            ],
        ),
    ] {
        let found = told(&entry);
        let texts: Vec<&str> =
            found.iter().map(|problem| problem.splitn(3, ':').nth(2).unwrap().trim_start()).collect();
        assert_eq!(texts, messages, "{entry}");
    }
}

/// AWS's reference may lack a form, so this is advice.
#[test]
fn an_arn_of_a_form_that_aws_does_not_know_of_an_action_is_warned_of() {
    let on = |actions: &str, arns: &str| format!("{{ actions = [{actions}], resources = [{arns}] }}");
    let (get, list) = ("\"s3:GetObject\"", "\"s3:ListBucket\"");
    let (bucket, objects) = ("\"arn:aws:s3:::b\"", "\"arn:aws:s3:::b/*\"");
    assert_eq!(advice(&on(&format!("{get}, {list}"), &format!("{bucket}, {objects}"))), [""; 0]);
    let both = advice(&on(get, bucket));
    assert_eq!(both.len(), 2, "{both:?}");
    assert!(
        both.iter().any(|said| said.ends_with("AWS's reference does not list such a resource for this action")),
        "{both:?}"
    );
    let one = advice(&on(get, &format!("{bucket}, {objects}")));
    assert_eq!(one.len(), 1, "{one:?}");
    assert!(one[0].ends_with("none of the actions applies to ARNs of this form"), "{one:?}");
    let phones = advice(&on("\"sns:Publish\"", "\"*\""));
    assert_eq!(phones.len(), 1, "{phones:?}");
    assert!(
        phones[0].ends_with("phone numbers have no ARN, and this allows publishing to every topic too"),
        "{phones:?}"
    );
}
