//! HTTP APIs from the manifest to their states.

use serde_json::{Value, json};

use super::*;
use crate::aws::test_support::test_id;
use crate::manifest::function::tests::{lowered, needs, problems, state};
use crate::manifest::lower::Lowered;

mod problems;

const APP: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n";
const FLOW: &str = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}"#;
const OTHERS: &str = "[function.f]\nsource = \"f\"\nruntime = \"python3.12\"\nhandler = \"m.h\"\n\
    [function.g]\nsource = \"g\"\nruntime = \"python3.12\"\nhandler = \"m.h\"\n\
    [queue.jobs]\n[queue.order]\nfifo = true\ncontent_based_deduplication = true\n[queue.twice]\nfifo = true\n\
    [queue.kept]\nencryption = { kms_key = \"abc\" }\n[bus.orders]\n\
    [workflow.flow]\ndefinition = \"f.json\"\n[workflow.fast]\ndefinition = \"f.json\"\ntype = \"EXPRESS\"\n";
const API: &str = "apigatewayv2.api/web";
const ROLE: &str = "arn:aws:iam::123456789012:role/shop/test/shop--test-web-http";

fn manifest(api: &str) -> String {
    format!("{APP}{OTHERS}[http_api.web]\n{api}\n")
}

fn of(api: &str) -> Lowered {
    lowered(&manifest(api), &[("f.json", FLOW)]).unwrap_or_else(|problems| panic!("{problems}"))
}

/// An API with this one route, of which the function `f` is not said.
fn of_route(route: &str) -> Lowered {
    of(&format!("routes = [{{ route = \"POST /items/{{id}}\", {route} }}]"))
}

/// What the one route calls.
fn integration(route: &str) -> Value {
    let api = state(&of_route(route), API);
    let all: Vec<Value> = api["integrations"].as_object().expect("integrations").values().cloned().collect();
    assert_eq!(all.len(), 1, "{all:?}");
    all[0].clone()
}

fn statements(lowered: &Lowered) -> Value {
    state(lowered, "iam.role/web-http")["InlinePolicies"]["http-api"]["Statement"].clone()
}

#[test]
fn a_route_alone_makes_the_default_stage_without_frills() {
    let all = of_route("function = \"f\"");
    let wanted = &all.wanted[&API.parse().unwrap()];
    assert_eq!(wanted.id.name, "shop--test-web");
    assert_eq!(needs(&all, API), ["lambda.function/f"]);
    let api = state(&all, API);
    let key = api["integrations"].as_object().unwrap().keys().next().unwrap().clone();
    assert!(key.starts_with("shop--test-f "), "{key}");
    let function = "arn:aws:lambda:us-west-2:123456789012:function:shop--test-f";
    let integration = json!({"integrationType": "AWS_PROXY", "integrationUri": function, "payloadFormatVersion": "2.0",
        "timeoutInMillis": 30000});
    let digest = &api["deployments"][0];
    let stage = json!({"deployment": digest, "autoDeploy": false, "defaultRouteSettings": {"detailedMetricsEnabled": false},
        "routeSettings": {}, "accessLogSettings": null, "stageVariables": {}});
    let expected = json!({
        "description": "", "corsConfiguration": null, "disableExecuteApiEndpoint": false,
        "routes": {"POST /items/{id}": {"authorizationType": "NONE", "integration": key}},
        "integrations": {key.as_str(): integration}, "authorizers": {}, "deployments": [digest],
        "stages": {"$default": stage},
        "tags": {"serverless-app:app": "shop", "serverless-app:stage": "test", "serverless-app:address": API},
    });
    assert_eq!(api, expected);
    assert_eq!(state(&all, "iam.role/web-http"), Value::Null, "no service is asked");
}

#[test]
fn every_field_reaches_the_state() {
    let all = of(r#"description = "Shop of ${stage}"
        stage = "live"
        routes = [
            { route = "GET /items/{id}", function = "f", auth = "users", scopes = ["read"], operation = "GetItem" },
            { route = "ANY /files/{path+}", function = "f", auth = "own", payload = "1.0", timeout_ms = 50 },
            { route = "DELETE /", function = "g", auth = "iam", parameters = { "append:header.x" = "$context.requestId" } },
            { route = "$default", function = "g", throttle = { rate = 1.5, burst = 2 } },
        ]
        cors = { origins = ["https://a.example", "https://b.example:8443"], methods = ["GET"], headers = ["X-One"], expose_headers = ["X-Two"], credentials = true, max_age = 60 }
        throttle = { rate = 20, burst = 5 }
        metrics = true
        access_logs = { format = "$context.requestId", retention_days = 0 }
        variables = { one = "${stage}" }
        tags = { team = "shop" }
        on_delete = "delete"
        [http_api.web.authorizer.users]
        issuer = "https://issuer.example/${stage}"
        audience = ["web", "mobile"]
        identity_source = "$request.querystring.token"
        [http_api.web.authorizer.own]
        function = "g"
        identity_sources = ["$request.header.X-Key", "$context.identity.sourceIp"]
        ttl = 300
        simple = true"#);
    let api = state(&all, API);
    assert_eq!(api["description"], "Shop of test");
    let cors = json!({"allowCredentials": true, "allowHeaders": ["x-one"], "allowMethods": ["GET"],
        "allowOrigins": ["https://a.example", "https://b.example:8443"], "exposeHeaders": ["x-two"], "maxAge": 60});
    assert_eq!(api["corsConfiguration"], cors);
    let jwt = json!({"authorizerType": "JWT", "identitySource": ["$request.querystring.token"],
        "jwtConfiguration": {"issuer": "https://issuer.example/test", "audience": ["mobile", "web"]},
        "authorizerResultTtlInSeconds": 0});
    assert_eq!(api["authorizers"]["users"], jwt);
    let uri = "arn:aws:apigateway:us-west-2:lambda:path/2015-03-31/functions/arn:aws:lambda:us-west-2:123456789012:function:shop--test-g/invocations";
    let request = json!({"authorizerType": "REQUEST", "authorizerUri": uri, "authorizerPayloadFormatVersion": "2.0",
        "identitySource": ["$request.header.X-Key", "$context.identity.sourceIp"], "authorizerResultTtlInSeconds": 300,
        "enableSimpleResponses": true});
    assert_eq!(api["authorizers"]["own"], request);
    let route = |key: &str| {
        let mut route = api["routes"][key].clone();
        let integration = route.as_object_mut().unwrap().remove("integration").unwrap();
        (route, api["integrations"][integration.as_str().unwrap()].clone())
    };
    let (get, _) = route("GET /items/{id}");
    let expected = json!({"authorizationType": "JWT", "authorizer": "users", "authorizationScopes": ["read"],
        "operationName": "GetItem"});
    assert_eq!(get, expected);
    let (any, integration) = route("ANY /files/{path+}");
    assert_eq!(any, json!({"authorizationType": "CUSTOM", "authorizer": "own"}));
    assert_eq!((&integration["payloadFormatVersion"], &integration["timeoutInMillis"]), (&json!("1.0"), &json!(50)));
    let (delete, integration) = route("DELETE /");
    assert_eq!(delete, json!({"authorizationType": "AWS_IAM"}));
    assert_eq!(integration["requestParameters"], json!({"append:header.x": "$context.requestId"}));
    assert_eq!(route("$default").0, json!({"authorizationType": "NONE"}));
    let stage = &api["stages"]["live"];
    let limits = |rate: f64, burst: i32| json!({"throttlingRateLimit": rate, "throttlingBurstLimit": burst});
    let settings = |limits| json!({"throttling": limits, "detailedMetricsEnabled": true});
    assert_eq!(stage["defaultRouteSettings"], settings(limits(20.0, 5)));
    assert_eq!(stage["routeSettings"], json!({"$default": settings(limits(1.5, 2))}));
    assert_eq!(stage["stageVariables"], json!({"one": "test"}));
    let group = "/aws/vendedlogs/apigateway/shop--test-web";
    let logs = json!({"destinationArn": format!("arn:aws:logs:us-west-2:123456789012:log-group:{group}"),
        "format": "$context.requestId"});
    assert_eq!(stage["accessLogSettings"], logs);
    assert_eq!(all.wanted[&"logs.log-group/web-http".parse().unwrap()].id.name, group);
    let logs = state(&all, "logs.log-group/web-http");
    assert_eq!((&logs["retentionInDays"], &logs["tags"]["serverless-app:on-delete"]), (&json!(null), &json!("delete")));
    assert_eq!(needs(&all, API), ["lambda.function/f", "lambda.function/g", "logs.log-group/web-http"]);
    assert_eq!(api["tags"]["team"], "shop");
}

#[test]
fn routes_that_call_the_same_in_the_same_way_share_an_integration() {
    let routes: Vec<String> = (0..300).map(|n| format!("{{ route = \"GET /p{n}\", function = \"f\" }}")).collect();
    let api = state(&of(&format!("routes = [{}]", routes.join(", "))), API);
    assert_eq!(api["routes"].as_object().unwrap().len(), 300);
    assert_eq!(api["integrations"].as_object().unwrap().len(), 1);
}

#[test]
fn a_function_lets_an_api_in_by_one_statement_however_many_routes_it_has() {
    let routes: Vec<String> =
        (0..300).map(|n| format!("{{ route = \"GET /p{n}\", function = \"f\", auth = \"own\" }}")).collect();
    let all = of(&format!("routes = [{}]\n[http_api.web.authorizer.own]\nfunction = \"g\"", routes.join(", ")));
    let id = json!({"$output": "apigatewayv2.api/web.id"});
    let source = |rest: &str| json!({"$join": ["arn:aws:execute-api:us-west-2:123456789012:", id, rest]});
    let statements = |function: &str| state(&all, &format!("lambda.permission/{function}"))["Statements"].clone();
    let (answers, judges) = (statements("f"), statements("g"));
    assert_eq!(answers.as_object().map(serde_json::Map::len), Some(1));
    assert_eq!(answers["http-api-web"]["SourceArn"], source("/*/*"));
    assert_eq!(answers["http-api-web"]["Principal"], "apigateway.amazonaws.com");
    assert_eq!(judges.as_object().map(serde_json::Map::len), Some(1));
    assert_eq!(judges["http-api-web_authorizers"]["SourceArn"], source("/authorizers/*"));
    assert!(needs(&all, "lambda.permission/f").contains(&API.to_owned()));
}

#[test]
fn each_service_is_asked_with_its_parameters_by_a_role_that_may_do_just_that() {
    let account = "us-west-2:123456789012";
    for (route, subtype, parameters, action, arn) in [
        (
            "send = \"jobs\"",
            "SQS-SendMessage",
            json!({"MessageBody": "$request.body",
                "QueueUrl": "https://sqs.us-west-2.amazonaws.com/123456789012/shop--test-jobs"}),
            "sqs:SendMessage",
            format!("sqs:{account}:shop--test-jobs"),
        ),
        (
            "send = \"order\", message_group_id = \"$request.path.id\", parameters = { MessageBody = \"$request.body.item\" }",
            "SQS-SendMessage",
            json!({"MessageBody": "$request.body.item", "MessageGroupId": "$request.path.id",
                "QueueUrl": "https://sqs.us-west-2.amazonaws.com/123456789012/shop--test-order.fifo"}),
            "sqs:SendMessage",
            format!("sqs:{account}:shop--test-order.fifo"),
        ),
        (
            "put = \"orders\", source = \"shop.${stage}\", detail_type = \"$request.body.type\"",
            "EventBridge-PutEvents",
            json!({"Detail": "$request.body", "DetailType": "$request.body.type", "Source": "shop.test",
                "EventBusName": "shop--test-orders"}),
            "events:PutEvents",
            format!("events:{account}:event-bus/shop--test-orders"),
        ),
        (
            "put = \"default\", source = \"shop\", detail_type = \"Placed\"",
            "EventBridge-PutEvents",
            json!({"Detail": "$request.body", "DetailType": "Placed", "Source": "shop"}),
            "events:PutEvents",
            format!("events:{account}:event-bus/default"),
        ),
        (
            "start = \"flow\"",
            "StepFunctions-StartExecution",
            json!({"Input": "$request.body",
                "StateMachineArn": "arn:aws:states:us-west-2:123456789012:stateMachine:shop--test-flow"}),
            "states:StartExecution",
            format!("states:{account}:stateMachine:shop--test-flow"),
        ),
        (
            "start = \"fast\", sync = true, parameters = { Name = \"${request.path.id}\" }",
            "StepFunctions-StartSyncExecution",
            json!({"Input": "$request.body", "Name": "${request.path.id}",
                "StateMachineArn": "arn:aws:states:us-west-2:123456789012:stateMachine:shop--test-fast"}),
            "states:StartSyncExecution",
            format!("states:{account}:stateMachine:shop--test-fast"),
        ),
        (
            "stream = \"arn:aws:kinesis:eu-west-1:123456789012:stream/clicks\", parameters = { PartitionKey = \"$request.path.id\" }",
            "Kinesis-PutRecord",
            json!({"Data": "$request.body", "PartitionKey": "$request.path.id", "StreamName": "clicks",
                "Region": "eu-west-1"}),
            "kinesis:PutRecord",
            "kinesis:eu-west-1:123456789012:stream/clicks".to_owned(),
        ),
    ] {
        let expected = json!({"integrationType": "AWS_PROXY", "integrationSubtype": subtype, "credentialsArn": ROLE,
            "payloadFormatVersion": "1.0", "timeoutInMillis": 30000, "requestParameters": parameters});
        assert_eq!(integration(route), expected, "{route}");
        let statement = &statements(&of_route(route))[0];
        let found = (&statement["Action"], &statement["Resource"]);
        assert_eq!(found, (&json!([action]), &json!([format!("arn:aws:{arn}")])), "{route}");
    }
    let role = state(&of_route("send = \"jobs\""), "iam.role/web-http");
    let trust = &role["AssumeRolePolicyDocument"]["Statement"][0];
    assert_eq!(trust["Principal"], json!({"Service": ["apigateway.amazonaws.com"]}));
    assert_eq!(needs(&of_route("send = \"jobs\""), API), ["iam.role/web-http", "sqs.queue/jobs"]);
}

#[test]
fn routes_to_one_receiver_share_a_statement_and_an_encrypted_one_brings_the_use_of_its_key() {
    let all = of(r#"routes = [
        { route = "POST /a", send = "kept" },
        { route = "POST /b", send = "kept", parameters = { DelaySeconds = "5" } },
        { route = "POST /c", send = "jobs" },
    ]"#);
    let (kept, jobs) =
        ("arn:aws:sqs:us-west-2:123456789012:shop--test-kept", "arn:aws:sqs:us-west-2:123456789012:shop--test-jobs");
    let expected = json!([
        {"Sid": "SendJobs", "Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": [jobs]},
        {"Sid": "SendKept", "Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": [kept]},
        {"Sid": "SendKeptKey", "Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": ["arn:aws:kms:us-west-2:123456789012:key/abc"],
            "Condition": {"StringEquals": {"kms:ViaService": ["sqs.us-west-2.amazonaws.com"]}}},
    ]);
    assert_eq!(statements(&all), expected);
}

#[test]
fn what_answers_elsewhere_is_called_by_the_routes_own_method() {
    let found = integration(
        "url = \"https://legacy.example/items/{id}\", parameters = { \"overwrite:path\" = \"/v2/${request.path.id}\", \"remove:header.cookie\" = \"\" }, responses = { 404 = { \"overwrite:statuscode\" = \"403\" } }",
    );
    let expected = json!({"integrationType": "HTTP_PROXY", "integrationMethod": "POST",
        "integrationUri": "https://legacy.example/items/{id}", "payloadFormatVersion": "1.0", "timeoutInMillis": 30000,
        "requestParameters": {"overwrite:path": "/v2/${request.path.id}", "remove:header.cookie": "''"},
        "responseParameters": {"404": {"overwrite:statuscode": "403"}}});
    assert_eq!(found, expected);
}

#[test]
fn references_stand_for_what_api_gateway_makes_up_and_the_default_stage_is_in_no_url() {
    let outputs = |api: &str, endpoint: &str| {
        let names = HttpApi::ATTRIBUTES.iter().map(|name| format!("{name} = \"${{http_api.web.{name}}}\"\n"));
        let text = format!("{}[outputs]\n{}", manifest(api), names.collect::<String>());
        let id = test_id(Kind::HttpApi, "any");
        let source = crate::manifest::read::read("m.toml", &text, &id.owner.stage).expect("a manifest");
        let site = Site { endpoint: endpoint.into(), ..id.site.clone() };
        let package = crate::package::Package { zip: vec![].into(), sha256: "0".repeat(64), requirements: vec![] };
        let packages = ["f", "g"].map(|name| (name.parse().unwrap(), package.clone())).into();
        let files = [("f.json".to_owned(), Ok(FLOW.to_owned()))].into();
        let sources = crate::manifest::lower::Sources { packages, files, ..Default::default() };
        let lowered = crate::manifest::lower::lower(&source, &id.owner, &site, &sources).expect("no problems");
        lowered.outputs.into_iter().map(|(name, text)| (name, text.to_string())).collect::<BTreeMap<_, _>>()
    };
    let route = "routes = [{ route = \"GET /\", function = \"f\" }]";
    let (aws, emulated) = (outputs(route, "aws"), outputs(route, "http://127.0.0.1:1"));
    let api = "${apigatewayv2.api/web.id}";
    assert_eq!((aws["name"].as_str(), aws["id"].as_str()), ("shop--test-web", api));
    assert_eq!(aws["arn"], format!("arn:aws:apigateway:us-west-2::/apis/{api}"));
    assert_eq!(aws["execution_arn"], format!("arn:aws:execute-api:us-west-2:123456789012:{api}"));
    assert_eq!(aws["url"], format!("https://{api}.execute-api.us-west-2.amazonaws.com"));
    assert_eq!(emulated["url"], format!("http://127.0.0.1:1/_aws/execute-api/{api}"));
    let live = outputs(&format!("stage = \"live\"\n{route}"), "aws");
    assert_eq!(live["url"], format!("https://{api}.execute-api.us-west-2.amazonaws.com/live"));
}

#[test]
fn a_name_that_is_too_long_for_a_role_is_a_problem_only_where_there_is_one() {
    let name = "a".repeat(62);
    let text = |route: &str| format!("{APP}{OTHERS}[http_api.{name}]\nroutes = [{{ route = \"GET /\", {route} }}]\n");
    lowered(&text("function = \"f\""), &[("f.json", FLOW)]).unwrap();
    let found = problems(&text("send = \"jobs\""), &[("f.json", FLOW)]);
    assert!(found.len() == 1 && found[0].ends_with("the name of its role would be too long"), "{found:?}");
}

#[test]
fn a_firewall_in_front_of_an_http_api_is_a_problem_that_says_what_to_do() {
    let text = format!(
        "{}[firewall.wall]\nprotects = [\"web\"]\n",
        manifest("routes = [{ route = \"GET /\", function = \"f\" }]")
    );
    let Err(found) = lowered(&text, &[("f.json", FLOW)]) else { panic!("AWS WAF does not reach it") };
    let found = &found.0[0];
    assert_eq!(found.message, "web is an HTTP API, which AWS WAF cannot protect");
    assert!(found.help.as_ref().is_some_and(|help| help.contains("[api.<name>]")), "{found:?}");
}

#[test]
fn a_rehearsal_calls_what_needs_neither_credentials_nor_variables() {
    let text = manifest(
        r#"routes = [
            { route = "GET /items", function = "f" },
            { route = "ANY /all", function = "f" },
            { route = "POST /jobs", send = "jobs" },
            { route = "GET /items/{id}", function = "f" },
            { route = "GET /signed", function = "f", auth = "iam" },
            { route = "GET /elsewhere", url = "https://example.org" },
            { route = "$default", function = "f", auth = "none" },
        ]"#,
    );
    let id = test_id(Kind::HttpApi, "any");
    let source = crate::manifest::read::read("m.toml", &text, &id.owner.stage).expect("a manifest");
    let calls = source.manifest.http_api.values().next().unwrap().open_calls();
    let calls: Vec<String> = calls.into_iter().map(|(method, path)| format!("{method} {path}")).collect();
    assert_eq!(calls, ["GET /items", "POST /all", "POST /jobs", "POST /"]);
}
