//! Functions from the manifest to the states of their resources.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::aws::test_support::test_id;
use crate::manifest::lower::{LayerCode, Lowered, Sources, lower};
use crate::manifest::problem::Problems;
use crate::manifest::read::read;
use crate::name::{Address, Name, Owner, hex};
use crate::package::Package;

/// Lowers a manifest whose functions all have the same code, beside these files.
pub fn lowered(text: &str, files: &[(&str, &str)]) -> Result<Lowered, Problems> {
    lowered_with(text, files, b"zip".to_vec())
}

/// The same with this zip, whatever its digest is.
pub fn lowered_with(text: &str, files: &[(&str, &str)], zip: Vec<u8>) -> Result<Lowered, Problems> {
    lowered_of(text, files, Package { zip: zip.into(), ..package() })
}

/// The code that all functions and layers have here.
pub fn package() -> Package {
    Package {
        sha256: hex(crate::canonical::Sha::of(b"zip").as_bytes()),
        zip: b"zip".to_vec().into(),
        requirements: Vec::new(),
    }
}

/// The same with this code.
pub fn lowered_of(text: &str, files: &[(&str, &str)], package: Package) -> Result<Lowered, Problems> {
    let owner = Owner { app: "shop".parse().unwrap(), stage: "test".parse().unwrap() };
    let source = read("serverless-app.toml", text, &owner.stage)?;
    let layer = || LayerCode { package: package.clone(), built_from: None };
    let layers = source.manifest.layer.keys().map(|name| (name.clone(), Ok(layer()))).collect();
    let names = source.manifest.function.keys().cloned();
    let packages: BTreeMap<Name, Package> = names.map(|name| (name, package.clone())).collect();
    let files = files.iter().map(|(name, text)| (name.to_string(), Ok(text.to_string()))).collect();
    let site = test_id(crate::aws::Kind::Function, "").site;
    lower(&source, &owner, &site, &Sources { packages, layers, files, ..Sources::default() })
}

/// The state at an address, as JSON.
pub fn state(lowered: &Lowered, address: &str) -> Value {
    let wanted = lowered.wanted.get(&address.parse::<Address>().unwrap());
    wanted.map_or(Value::Null, |wanted| serde_json::to_value(&wanted.state).unwrap())
}

/// What must exist before the resource at an address.
pub fn needs(lowered: &Lowered, address: &str) -> Vec<String> {
    let needs = &lowered.wanted[&address.parse::<Address>().unwrap()].needs;
    needs.iter().map(Address::to_string).collect()
}

/// Each problem in one line.
pub fn problems(text: &str, files: &[(&str, &str)]) -> Vec<String> {
    let Problems(problems) = lowered(text, files).expect_err("the manifest has problems");
    problems.iter().map(|p| format!("{}:{}: {}", p.line, p.column, p.message)).collect()
}

const APP: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n";
const TABLE: &str = "[table.orders]\nhash_key = { name = \"id\", type = \"S\" }\n[topic.alerts]\n";
const PLAIN: &str = "source = \"lambda\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\n";

fn manifest(function: &str) -> String {
    format!("{APP}{TABLE}[function.api]\n{PLAIN}{function}\n")
}

fn attribute<'v>(state: &'v Value, path: &[&str]) -> &'v Value {
    path.iter().fold(state, |value, key| &value[*key])
}

#[test]
fn a_short_section_gets_the_secure_and_cheap_choice() {
    let all = lowered(&manifest(""), &[]).unwrap();
    let mut function = state(&all, "lambda.function/api");
    assert_eq!(function["Tags"]["serverless-app:address"], "lambda.function/api");
    function.as_object_mut().unwrap().remove("Tags");
    function.as_object_mut().unwrap().remove("CodeSha256");
    assert_eq!(
        function,
        json!({
            "Runtime": "python3.11", "Handler": "main.handler", "Description": "", "MemorySize": 128, "Timeout": 10,
            "Role": "arn:aws:iam::123456789012:role/shop/test/shop--test-api-function",
            "Architecture": "x86_64", "Environment": {}, "TracingMode": "PassThrough", "Layers": [],
            "DeadLetterTargetArn": null, "EphemeralStorageSize": 512, "ReservedConcurrentExecutions": null,
        })
    );
    assert_eq!(needs(&all, "lambda.function/api"), ["iam.role/api-function", "logs.log-group/api-function"]);
    assert_eq!(state(&all, "logs.log-group/api-function")["retentionInDays"], 14);
    let group = &all.wanted[&"logs.log-group/api-function".parse::<Address>().unwrap()];
    assert_eq!(group.id.name, "/aws/lambda/shop--test-api");
    let basic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
    assert_eq!(state(&all, "iam.role/api-function")["ManagedPolicyArns"], json!([basic]));
    assert_eq!(state(&all, "iam.policy/api-function"), Value::Null);
    assert_eq!(state(&all, "lambda.permission/api"), Value::Null);
}

#[test]
fn access_grants_exactly_what_it_asks_for() {
    let all = lowered(
        &manifest(
            r#"tracing = "active"
environment = { KEY = { ssm = "/app/key", key = "arn:aws:kms:us-west-2:123456789012:key/k" }, TABLE = "${table.orders.name}" }
dead_letter = { topic = "alerts" }
access = [{ table = "orders", actions = "read" }, { table = "orders", actions = ["dynamodb:PutItem"] }]"#,
        ),
        &[],
    )
    .unwrap();
    let table = "arn:aws:dynamodb:us-west-2:123456789012:table/shop--test-orders";
    let document = state(&all, "iam.policy/api-function");
    let statements = attribute(&document, &["PolicyDocument", "Statement"]);
    let reads = ["BatchGetItem", "ConditionCheckItem", "DescribeTable", "GetItem", "Query", "Scan"];
    let reads: Vec<String> = reads.iter().map(|action| format!("dynamodb:{action}")).collect();
    let allow = |sid: &str, actions: &[&str], resources: &[&str]| json!({"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources});
    let both = [table.to_owned(), format!("{table}/index/*")];
    let both: Vec<&str> = both.iter().map(String::as_str).collect();
    let parameter = "arn:aws:ssm:us-west-2:123456789012:parameter/app/key";
    assert_eq!(
        statements,
        &json!([
            allow("Keys", &["kms:Decrypt"], &["arn:aws:kms:us-west-2:123456789012:key/k"]),
            allow("Parameters", &["ssm:GetParameter"], &[parameter]),
            allow("DeadLetter", &["sns:Publish"], &["arn:aws:sns:us-west-2:123456789012:shop--test-alerts"]),
            allow("TableOrders", &reads.iter().map(String::as_str).collect::<Vec<_>>(), &both),
            allow("TableOrdersN2", &["dynamodb:PutItem"], &both),
        ])
    );
    let function = state(&all, "lambda.function/api");
    assert_eq!(function["Environment"], json!({"KEY": "/app/key", "TABLE": "shop--test-orders"}));
    assert_eq!(function["TracingMode"], "Active");
    let role = state(&all, "iam.role/api-function");
    assert_eq!(
        role["ManagedPolicyArns"],
        json!([
            "arn:aws:iam::123456789012:policy/shop/test/shop--test-api-function",
            "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess",
            "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
        ])
    );
    let first = needs(&all, "lambda.function/api");
    let role = ["iam.policy/api-function", "iam.role/api-function", "logs.log-group/api-function"];
    assert!(role.iter().chain(&["dynamodb.table/orders"]).all(|need| first.contains(&need.to_string())), "{first:?}");
}

#[test]
fn functions_share_a_role_that_is_theirs_to_name() {
    let shared = "[role.worker]\naccess = [{ topic = \"alerts\", actions = \"publish\" }]\ntracing = true\n";
    let all = lowered(&format!("{}{shared}", manifest("role = \"worker\"\ntracing = \"active\"")), &[]).unwrap();
    let arn = "arn:aws:iam::123456789012:role/shop/test/shop--test-worker";
    assert_eq!(state(&all, "lambda.function/api")["Role"], arn);
    assert_eq!(state(&all, "iam.role/api-function"), Value::Null);
    assert_eq!(needs(&all, "iam.role/worker"), ["iam.policy/worker"]);
    let text =
        format!("{}{shared}", manifest("role = \"worker\"\naccess = [{ table = \"orders\", actions = \"read\" }]"));
    assert_eq!(problems(&text, &[]), ["11:8: a function with a shared role cannot have rights of its own"]);
}

#[test]
fn everything_that_aws_would_refuse_is_told_with_its_place() {
    let text = manifest(
        r#"memory = 64
timeout = 5401
description = "d"
layers = ["arn:aws:lambda:us-west-2:1:layer:x"]
reserved_concurrency = -1
dead_letter = { queue = "queue" }
ephemeral_storage = 1
log_retention_days = 2
permissions_boundary = "b"
access = [{ table = "order", actions = "read" }, { topic = "alerts", actions = "read" }, { topic = "alerts", actions = ["sns:*"] }, { table = "orders", actions = [] }, { actions = "read" }]
[function.api.environment]
X = "1"
AWS_REGION = "x"
PARAMETER = { ssm = "" }
SECRET = { secret = "s" }
KEYED = { ssm = "/a", key = "alias/k" }"#,
    )
    .replace("python3.11", "python2.7");
    let expected = [
        "9:11: Lambda has accepted no functions with the runtime python2.7 since 2022-05-30",
        "11:10: 64 is out of range",
        "12:11: 5401 is out of range",
        "14:11: \"arn:aws:lambda:us-west-2:1:layer:x\" is neither the name of a layer nor the ARN of a layer version",
        "15:24: -1 is out of range",
        "16:25: there is no queue section \"queue\"",
        "17:21: 1 is out of range",
        "18:22: logs cannot be kept for 2 days",
        "19:24: \"b\" is not the ARN of a policy",
        "20:21: there is no table section \"order\"; did you mean \"orders\"?",
        "20:80: there is no verb \"read\"; known: publish",
        "20:121: \"sns:*\" is a wildcard for several actions",
        "20:163: the entry grants nothing",
        "20:169: an entry of access names exactly one resource",
        "22:5: \"X\" is not the name of an environment variable",
        "23:14: Lambda sets AWS_REGION itself",
        "24:1: \"\" is not the name of a parameter",
        "25:1: \"s\" is not the ARN of a secret",
        "26:1: \"alias/k\" is not the ARN of a KMS key",
    ];
    assert_eq!(problems(&text, &[]), expected);
}

#[test]
fn sizes_beyond_what_every_function_can_have_are_warned_of_up_to_what_aws_has_at_all() {
    let told = |line: &str| match lowered(&manifest(line), &[]) {
        Ok(lowered) => lowered.warnings.iter().map(|warning| format!("warning: {}", warning.message)).collect(),
        Err(Problems(problems)) => problems.iter().map(|problem| problem.message.clone()).collect::<Vec<_>>(),
    };
    for (key, least, most, beyond, unit) in [
        ("memory", 128, 10_240, 32_768, "MB"),
        ("timeout", 1, 900, 5400, "seconds"),
        ("ephemeral_storage", 512, 10_240, 32_768, "MB"),
    ] {
        let warning = |value: i32| format!("warning: {value} {unit} are more than Lambda allows by default");
        for (value, expected) in [
            (least - 1, Some(format!("{} is out of range", least - 1))),
            (least, None),
            (most, None),
            (most + 1, Some(warning(most + 1))),
            (beyond, Some(warning(beyond))),
            (beyond + 1, Some(format!("{} is out of range", beyond + 1))),
        ] {
            assert_eq!(told(&format!("{key} = {value}")), Vec::from_iter(expected), "{key}");
        }
    }
}

#[test]
fn a_policy_over_its_limit_is_told() {
    let tables: String =
        (0..40).map(|n| format!("[table.t{n}]\nhash_key = {{ name = \"id\", type = \"S\" }}\n")).collect();
    let access: Vec<String> = (0..40).map(|n| format!("{{ table = \"t{n}\", actions = \"read-write\" }}")).collect();
    let text = format!("{APP}{tables}[function.api]\n{PLAIN}access = [{}]\n", access.join(", "));
    assert!(problems(&text, &[])[0].contains("characters; AWS allows 6144"));
}

const TOPICS: &str = "[topic.news]\nsubscriptions = [{ lambda = \"api\" }]\n";

fn api(routes: usize) -> String {
    let route = |n| format!("{{ method = \"POST\", path = \"/items{n}\", function = \"api\" }}");
    let routes: Vec<String> = (0..routes).map(route).collect();
    format!("[api.shop]\nstage = \"v1\"\nroutes = [{}]\n", routes.join(", "))
}

#[test]
fn each_route_and_each_subscription_may_invoke_the_function_and_nothing_else() {
    let all = lowered(&format!("{}{TOPICS}{}", manifest(""), api(1)), &[]).unwrap();
    let permission = state(&all, "lambda.permission/api");
    let statements = permission["Statements"].as_object().unwrap();
    assert_eq!(statements.len(), 2, "{statements:?}");
    let news = "arn:aws:sns:us-west-2:123456789012:shop--test-news";
    assert_eq!(
        statements["topic-news"],
        json!({"Principal": "sns.amazonaws.com", "SourceArn": news, "SourceAccount": null})
    );
    let route = statements.values().find(|s| s["Principal"] == "apigateway.amazonaws.com").unwrap();
    assert_eq!(route["SourceAccount"], "123456789012");
    assert_eq!(
        route["SourceArn"]["$join"],
        json!([
            "arn:aws:execute-api:us-west-2:123456789012:",
            {"$output": "apigateway.rest-api/shop.id"},
            "/*/POST/items0",
        ])
    );
    assert_eq!(needs(&all, "lambda.permission/api"), ["apigateway.rest-api/shop", "lambda.function/api"]);
}

#[test]
fn a_resource_policy_over_its_limit_is_told() {
    let topics = |count: usize| -> String {
        (0..count).map(|n| TOPICS.replace("topic.news", &format!("topic.news{n}"))).collect()
    };
    let told = problems(&format!("{}{}", manifest(""), topics(90)), &[]);
    assert!(told[0].starts_with("7:11: its resource policy would have "), "{told:?}");
    assert!(lowered(&format!("{}{}", manifest(""), topics(40)), &[]).is_ok());
}

#[test]
fn routes_that_would_fill_a_functions_policy_share_one_statement() {
    let policy = |routes: usize, topics: usize| {
        let topics: String = (0..topics).map(|n| TOPICS.replace("topic.news", &format!("topic.news{n}"))).collect();
        let all = lowered(&format!("{}{topics}{}", manifest(""), api(routes)), &[]).expect("no problems");
        let statements = state(&all, "lambda.permission/api")["Statements"].clone();
        let arn = "arn:aws:lambda:us-west-2:123456789012:function:shop--test-api";
        let crate::aws::State::Permission(policy) = &all.wanted[&"lambda.permission/api".parse().unwrap()].state else {
            panic!("a permission")
        };
        (statements.as_object().expect("statements").keys().cloned().collect::<Vec<_>>(), policy.bytes(arn))
    };
    // One topic beside as many routes as Lambda takes, and one route more.
    let most = (40..60).rfind(|routes| policy(*routes, 1).0.len() == routes + 1).expect("some routes");
    assert!((50..=55).contains(&most), "{most}");
    let (one, of_one) = (policy(most, 1).1, policy(most, 1).1 - policy(most - 1, 1).1);
    assert!(one <= 20_480 && one + of_one > 20_480, "{most}: {one}, {of_one}");
    assert_eq!(policy(most + 1, 1).0, ["shop-routes", "topic-news0"]);
    assert_eq!(policy(116, 1).0, ["shop-routes", "topic-news0"]);
    // Whatever else is let in counts as well.
    assert_eq!(policy(most, 3).0, ["shop-routes", "topic-news0", "topic-news1", "topic-news2"]);
}

#[test]
fn dead_letters_go_to_a_queue_of_the_manifest_by_name_and_to_any_by_arn() {
    let target = |queue: &str| {
        let dead_letter =
            format!("dead_letter = {{ queue = \"{queue}\" }}\n[queue.failed]\n[queue.order]\nfifo = true");
        manifest(&dead_letter)
    };
    let of_queue = "arn:aws:sqs:us-west-2:123456789012:shop--test-failed";
    let by_name = lowered(&target("failed"), &[]).unwrap();
    assert_eq!(state(&by_name, "lambda.function/api")["DeadLetterTargetArn"], of_queue);
    assert!(needs(&by_name, "lambda.function/api").contains(&"sqs.queue/failed".to_owned()));
    let granted = state(&by_name, "iam.policy/api-function")["PolicyDocument"]["Statement"][0].clone();
    let wanted = (&json!(["sqs:SendMessage"]), &json!([of_queue]));
    assert_eq!((&granted["Action"], &granted["Resource"]), wanted, "{granted}");
    let other = "arn:aws:sqs:us-west-2:210987654321:other";
    assert_eq!(state(&lowered(&target(other), &[]).unwrap(), "lambda.function/api")["DeadLetterTargetArn"], other);
    let fifo = "11:25: Lambda cannot send failed invocations to a FIFO queue, and order is one";
    assert_eq!(problems(&target("order"), &[]), [fifo]);
    let neither = "11:25: \"Not a name\" is neither the name nor the ARN of a queue";
    assert_eq!(problems(&target("Not a name"), &[]), [neither]);
}
