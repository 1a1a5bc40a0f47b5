use serde_json::{Value, json};

use super::permission::{sid, source};
use super::*;
use crate::aws::test_support::test_id;
use crate::manifest::lower::{Lowered, Sources, lower};
use crate::manifest::problem::Problems;
use crate::manifest::read::read;

mod called;

const FLOW: &str = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;

fn route(method: HttpMethod, path: &str) -> Route {
    let text = format!("method = \"{}\"\npath = \"{path}\"\nfunction = \"f\"", method.as_str());
    toml::from_str(&text).expect("a route")
}

#[test]
fn a_permission_is_scoped_to_method_and_path() {
    assert_eq!(source(&route(HttpMethod::Post, "/items/{id}/parts")), "/*/POST/items/*/parts");
    assert_eq!(source(&route(HttpMethod::Any, "/{proxy+}")), "/*/*/*");
    assert_eq!(source(&route(HttpMethod::Get, "/")), "/*/GET/");
}

#[test]
fn statement_ids_are_valid_and_told_apart() {
    let api: Name = "api".parse().unwrap();
    let paths = ["/items", "/items/{id}", "/items/{id+}", "/items/_id_", "/it-ems", &format!("/{}", "x".repeat(200))];
    let sids: BTreeSet<String> = paths.iter().map(|path| sid(&api, &route(HttpMethod::Post, path))).collect();
    assert_eq!(sids.len(), paths.len(), "{sids:?}");
    assert!(sids.contains("api-POST_items"));
    let valid = |sid: &String| sid.len() <= 100 && sid.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    assert!(sids.iter().all(valid), "{sids:?}");
}

#[test]
fn every_path_brings_those_that_it_continues() {
    assert_eq!(prefixes("/a/{b}/c"), ["/a", "/a/{b}", "/a/{b}/c"]);
    assert_eq!(prefixes("/"), Vec::<String>::new());
}

const FUNCTION: &str = r#"[function.f]
source = "f"
runtime = "python3.11"
handler = "main.handler"
"#;

/// The manifest, with a function `f` behind what is given.
fn lowered(text: &str) -> Result<Lowered, Problems> {
    let text = format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n{text}\n{FUNCTION}");
    let id = test_id(Kind::RestApi, "any");
    let source = read("m.toml", &text, &id.owner.stage)?;
    lower(&source, &id.owner, &id.site, &sources())
}

/// Empty packages of the functions `f` and `g`.
fn sources() -> Sources {
    let package = || crate::package::Package { zip: vec![].into(), sha256: "0".repeat(64), requirements: vec![] };
    let packages = ["f", "g"].map(|name| (name.parse().unwrap(), package()));
    let schema = r#"{"type": "object", "required": ["id"]}"#.to_owned();
    let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke",
        "Resource": "execute-api:/*", "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}}]}"#;
    let policy = ("policy.json".to_owned(), Ok(policy.to_owned()));
    let template =
        r#"{"TableName":"${table.orders.name}","Item":{"id":{"S":"$context.requestId ${stageVariables.x}"}}}"#;
    let more = [
        ("templates/order.vtl", template),
        ("templates/page.html", "<p>${function.f.name}</p>"),
        ("flow.asl.json", FLOW),
    ];
    let more = more.map(|(file, text)| (file.to_owned(), Ok(text.to_owned())));
    let files = [("schemas/order.json".to_owned(), Ok(schema)), policy].into_iter().chain(more).collect();
    Sources { packages: packages.into(), files, ..Sources::default() }
}

fn state(lowered: &Lowered, address: &str) -> Value {
    serde_json::to_value(&lowered.wanted[&address.parse().unwrap()].state).unwrap()
}

/// The problems as `line:column message`.
fn problems(text: &str) -> Vec<String> {
    let problems = lowered(text).expect_err("problems").0;
    problems.iter().map(|p| format!("{}:{} {}", p.line, p.column, p.message)).collect()
}

#[test]
fn a_route_alone_makes_a_stage_without_frills() {
    let text = "[api.api]\nroutes = [{ method = \"POST\", path = \"/items/{id}\", function = \"f\" }]";
    let lowered = lowered(text).expect("no problems");
    let wanted = &lowered.wanted[&"apigateway.rest-api/api".parse().unwrap()];
    assert_eq!(wanted.id.name, "shop--test-api");
    assert_eq!(wanted.needs, ["lambda.function/f".parse().unwrap()].into());
    let state = state(&lowered, "apigateway.rest-api/api");
    let uri = "arn:aws:apigateway:us-west-2:lambda:path/2015-03-31/functions/arn:aws:lambda:us-west-2:123456789012:function:shop--test-f/invocations";
    let method = json!({"authorizationType": "NONE", "apiKeyRequired": false, "methodResponses": {},
        "integrationResponses": {}, "integration":
            {"type": "AWS_PROXY", "uri": uri, "integrationHttpMethod": "POST", "timeoutInMillis": 29000}});
    let tags = json!({"serverless-app:app": "shop", "serverless-app:stage": "test",
        "serverless-app:address": "apigateway.rest-api/api"});
    let digest = &state["deployments"][0];
    let stage = json!({"deployment": digest, "tracingEnabled": false, "throttling": null, "accessLogSettings": null,
        "variables": {}, "tags": tags});
    let expected = json!({"description": "", "endpointType": "REGIONAL", "policy": null, "binaryMediaTypes": [],
        "minimumCompressionSize": null, "resources": ["/items", "/items/{id}"],
        "methods": {"POST /items/{id}": method}, "deployments": [digest], "stages": {"v1": stage}, "tags": tags});
    assert_eq!(state, expected);
}

#[test]
fn every_field_reaches_the_state() {
    let lowered = lowered(
        r#"[api.api]
        description = "Shop"
        stage = "live"
        routes = [
            { method = "GET", path = "/", function = "f", auth = "iam", api_key = true, timeout_ms = 50 },
            { method = "ANY", path = "/{proxy+}", function = "f" },
        ]
        allow_ips = ["198.51.100.0/24", "192.0.2.1", "2001:db8::/32"]
        binary_media_types = ["image/png"]
        minimum_compression_size = 0
        cors = { origin = "https://example.org", headers = ["X-One"], max_age = 60 }
        throttle = { rate = 2.5, burst = 5 }
        tracing = true
        access_logs = { format = "$context.requestId", retention_days = 0 }
        variables = { one = "1" }
        tags = { team = "shop" }
        on_delete = "delete""#,
    )
    .expect("no problems");
    let api = state(&lowered, "apigateway.rest-api/api");
    assert_eq!((&api["description"], &api["binaryMediaTypes"]), (&json!("Shop"), &json!(["image/png"])));
    assert_eq!(api["minimumCompressionSize"], json!(0));
    let deny = &api["policy"]["Statement"][1];
    assert_eq!(deny["Effect"], json!("Deny"));
    let ranges = json!({"NotIpAddress": {"aws:SourceIp": ["192.0.2.1", "198.51.100.0/24", "2001:db8::/32"]}});
    assert_eq!((&deny["Condition"], &deny["Resource"]), (&ranges, &json!(["execute-api:/*"])));
    let methods = api["methods"].as_object().expect("methods");
    assert_eq!(methods.keys().collect::<Vec<_>>(), ["ANY /{proxy+}", "GET /", "OPTIONS /"]);
    assert_eq!(methods["GET /"]["authorizationType"], json!("AWS_IAM"));
    assert_eq!(methods["GET /"]["apiKeyRequired"], json!(true));
    assert_eq!(methods["GET /"]["integration"]["timeoutInMillis"], json!(50));
    let header = |name: &str| &methods["OPTIONS /"]["integrationResponses"]["200"][header_name(name)];
    let values = ["Origin", "Methods", "Headers"].map(|name| header(&format!("Allow-{name}")));
    assert_eq!(values, [&json!("'https://example.org'"), &json!("'GET,OPTIONS'"), &json!("'X-One'")]);
    assert_eq!(header("Max-Age"), &json!("'60'"));
    let stage = &api["stages"]["live"];
    assert_eq!(stage["throttling"], json!({"rateLimit": 2.5, "burstLimit": 5}));
    assert_eq!((&stage["tracingEnabled"], &stage["variables"]), (&json!(true), &json!({"one": "1"})));
    let mut tags = api["tags"].clone();
    assert_eq!(tags.as_object_mut().and_then(|tags| tags.remove("serverless-app:parts")), Some(json!("responses")));
    assert_eq!((&stage["tags"]["team"], &stage["tags"]), (&json!("shop"), &tags));
    let group = "arn:aws:logs:us-west-2:123456789012:log-group:/aws/apigateway/shop--test-api";
    assert_eq!(stage["accessLogSettings"], json!({"destinationArn": group, "format": "$context.requestId"}));
    let logs = state(&lowered, "logs.log-group/api-api");
    assert_eq!((&logs["retentionInDays"], &logs["tags"]["serverless-app:on-delete"]), (&json!(null), &json!("delete")));
    let wanted = &lowered.wanted[&"apigateway.rest-api/api".parse().unwrap()];
    assert!(wanted.needs.contains(&"logs.log-group/api-api".parse().unwrap()));
}

fn header_name(name: &str) -> String {
    format!("method.response.header.Access-Control-{name}")
}

#[test]
fn everything_that_api_gateway_would_refuse_is_told_with_its_place() {
    let found = problems(
        r#"[api.api]
stage = "v-1"
routes = [
  { method = "GET", path = "/a", function = "f" },
  { method = "GET", path = "/a", function = "f" },
  { method = "GET", path = "b", function = "g" },
  { method = "GET", path = "/c/{x}", function = "f" },
  { method = "GET", path = "/c/{y}/d", function = "f", timeout_ms = 49 },
]
allow_ips = ["192.0.2.1/24"]
binary_media_types = ["png"]
minimum_compression_size = -1
cors = { origin = "example.org", headers = ["a'b"], max_age = 86401 }
throttle = { rate = 0, burst = 1 }
access_logs = { format = "$context.status", retention_days = 2 }
variables = { a-b = "1", c = "" }
"#,
    );
    let expected = [
        "5:9 \"v-1\" is not the name of a stage",
        "8:3 the route GET /a is listed twice",
        "9:28 \"b\" does not begin with /",
        "9:44 there is no function section \"g\"; known: f",
        "11:28 /c/{x} and /c/{y} are two variables at the same place",
        "11:69 49 is out of range",
        "13:14 \"192.0.2.1/24\" is not an address range",
        "14:22 \"png\" is not a content type",
        "15:28 -1 is out of range",
        "16:19 \"example.org\" is not an origin",
        "16:45 \"a'b\" is not the name of a header",
        "16:63 browsers cache a preflight response for a day at most",
        "17:1 limits must be above 0",
        "18:26 the format does not contain the request's id",
        "18:62 logs cannot be kept for 2 days",
        "19:21 \"a-b\" is not the name of a stage variable",
        "19:30 \"\" is not a value for a stage variable",
    ];
    assert_eq!(found, expected);
}

#[test]
fn what_does_not_fit_into_one_api_is_told() {
    let routes: Vec<String> =
        (0..301).map(|n| format!("{{ method = \"GET\", path = \"/p{n}\", function = \"f\" }}")).collect();
    let ranges: Vec<String> = (0..800).map(|n| format!("\"10.0.{}.{}\"", n / 256, n % 256)).collect();
    let text = format!("[api.api]\nroutes = [{}]\nallow_ips = [{}]", routes.join(", "), ranges.join(", "));
    let found = problems(&text);
    assert!(found[0].starts_with("5:10 the routes have 301 paths"), "{found:?}");
    assert!(found[1].starts_with("6:13 the resource policy has"), "{found:?}");
    assert_eq!(problems("[api.api]"), ["4:6 an API without routes cannot be deployed"]);
}

#[test]
fn references_stand_for_what_api_gateway_makes_up() {
    let id = test_id(Kind::RestApi, "any");
    let text = format!(
        "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n{FUNCTION}[api.api]\nroutes = []\n[outputs]\n{}",
        Api::ATTRIBUTES.iter().map(|name| format!("{name} = \"${{api.api.{name}}}\"\n")).collect::<String>()
    )
    .replace("routes = []", "routes = [{ method = \"GET\", path = \"/\", function = \"f\" }]");
    let source = read("m.toml", &text, &id.owner.stage).expect("a manifest");
    let outputs = |endpoint: &str| {
        let site = Site { endpoint: endpoint.into(), ..id.site.clone() };
        let outputs = lower(&source, &id.owner, &site, &sources()).expect("no problems").outputs;
        outputs.into_iter().map(|(name, text)| (name, text.to_string())).collect::<BTreeMap<_, _>>()
    };
    let (aws, emulated, api) = (outputs("aws"), outputs("http://127.0.0.1:1"), "${apigateway.rest-api/api.id}");
    assert_eq!((aws["name"].as_str(), aws["id"].as_str()), ("shop--test-api", api));
    assert_eq!(aws["arn"], format!("arn:aws:apigateway:us-west-2::/restapis/{api}"));
    assert_eq!(aws["execution_arn"], format!("arn:aws:execute-api:us-west-2:123456789012:{api}"));
    assert_eq!(aws["url"], format!("https://{api}.execute-api.us-west-2.amazonaws.com/v1"));
    assert_eq!(emulated["url"], format!("http://127.0.0.1:1/_aws/execute-api/{api}/v1"));
}

#[test]
fn each_function_may_be_called_by_its_own_routes_and_by_no_other() {
    let text = r#"[api.api]
        routes = [
            { method = "POST", path = "/items/{id}", function = "f" },
            { method = "GET", path = "/others", function = "g" },
        ]"#;
    let lowered = lowered(&format!("{text}\n{}", FUNCTION.replace("function.f", "function.g"))).expect("no problems");
    let statements = state(&lowered, "lambda.permission/f")["Statements"].clone();
    let statements = statements.as_object().expect("statements");
    assert_eq!(statements.len(), 1, "{statements:?}");
    let source = statements.values().next().map(|statement| statement["SourceArn"].clone());
    let id = json!({"$output": "apigateway.rest-api/api.id"});
    let start = "arn:aws:execute-api:us-west-2:123456789012:";
    assert_eq!(source, Some(json!({"$join": [start, id, "/*/POST/items/*"]})));
}

#[test]
fn a_timeout_is_warned_of_from_where_it_needs_a_raised_quota() {
    let told = |timeout: i32| {
        let text = format!(
            "[api.api]\nroutes = [{{ method = \"GET\", path = \"/\", function = \"f\", timeout_ms = {timeout} }}]"
        );
        match lowered(&text) {
            Ok(lowered) => {
                lowered.warnings.iter().map(|w| format!("warning: {}:{} {}", w.line, w.column, w.message)).collect()
            }
            Err(_) => problems(&text),
        }
    };
    let warning = |timeout: i32| {
        vec![format!(
            "warning: 5:70 {timeout} milliseconds are more than API Gateway allows unless AWS has raised the \
             account's quota"
        )]
    };
    let refusal = |timeout: i32| vec![format!("5:70 {timeout} is out of range")];
    assert_eq!((told(49), told(50), told(29_000)), (refusal(49), vec![], vec![]));
    assert_eq!((told(29_001), told(900_000), told(900_001)), (warning(29_001), warning(900_000), refusal(900_001)));
}

#[test]
fn a_preflight_of_an_api_whose_bodies_are_all_bytes_is_text_all_the_same() {
    let handling = |types: &str| {
        let text = format!(
            "[api.api]\nbinary_media_types = [{types}]\ncors = {{ origin = \"*\" }}\n\
             routes = [{{ method = \"GET\", path = \"/\", function = \"f\" }}]"
        );
        let methods = state(&lowered(&text).expect("no problems"), "apigateway.rest-api/api")["methods"].clone();
        assert_eq!(methods["GET /"]["integration"]["contentHandling"], Value::Null, "{types}");
        methods["OPTIONS /"]["integration"]["contentHandling"].clone()
    };
    assert_eq!(handling("\"*/*\""), "CONVERT_TO_TEXT");
    assert_eq!(handling("\"image/png\", \"*/*\""), "CONVERT_TO_TEXT");
    assert_eq!(handling("\"image/png\""), Value::Null);
    assert_eq!(handling(""), Value::Null);
}

/// A function that judges, and who asks it.
const GUARDED: &str = r#"[api.api]
routes = [
    { method = "POST", path = "/orders", function = "f", auth = "tokens", body = "schemas/order.json", require = ["header.X-Id"] },
    { method = "GET", path = "/orders", function = "f", auth = "users", scopes = ["shop/read"], require = ["querystring.page"] },
    { method = "GET", path = "/all", function = "f", auth = "requests" },
]
[api.api.authorizer.tokens]
function = "g"
validation = "^Bearer"
[api.api.authorizer.requests]
function = "g"
identity_sources = ["header.X-Key", "variable.one"]
ttl = 0
[api.api.authorizer.users]
user_pools = ["arn:aws:cognito-idp:us-west-2:${account}:userpool/us-west-2_a"]
"#;

fn guarded() -> Lowered {
    lowered(&format!("{GUARDED}{}", FUNCTION.replace("function.f", "function.g"))).expect("no problems")
}

#[test]
fn authorizers_and_what_requests_must_bring_reach_the_state() {
    let lowered = guarded();
    let api = state(&lowered, "apigateway.rest-api/api");
    let uri = "arn:aws:apigateway:us-west-2:lambda:path/2015-03-31/functions/arn:aws:lambda:us-west-2:123456789012:function:shop--test-g/invocations";
    let expected = json!({
        "requests": {"type": "REQUEST", "authorizerUri": uri, "authorizerResultTtlInSeconds": 0,
            "identitySource": "method.request.header.X-Key,stageVariables.one"},
        "tokens": {"type": "TOKEN", "authorizerUri": uri, "authorizerResultTtlInSeconds": 300,
            "identitySource": "method.request.header.Authorization", "identityValidationExpression": "^Bearer"},
        "users": {"type": "COGNITO_USER_POOLS", "authorizerResultTtlInSeconds": 300,
            "providerARNs": ["arn:aws:cognito-idp:us-west-2:123456789012:userpool/us-west-2_a"],
            "identitySource": "method.request.header.Authorization"},
    });
    assert_eq!(api["authorizers"], expected);
    let model = json!({"contentType": "application/json", "schema": {"type": "object", "required": ["id"]}});
    assert_eq!(api["models"], json!({"SchemasOrder": model}));
    let both = json!({"validateRequestBody": true, "validateRequestParameters": true});
    let one = json!({"validateRequestBody": false, "validateRequestParameters": true});
    assert_eq!(api["requestValidators"], json!({"body-and-parameters": both, "parameters": one}));
    let of = |route: &str, name: &str| api["methods"][route][name].clone();
    assert_eq!(
        (of("POST /orders", "authorizationType"), of("POST /orders", "authorizer")),
        (json!("CUSTOM"), json!("tokens"))
    );
    assert_eq!(of("POST /orders", "requestValidator"), json!("body-and-parameters"));
    assert_eq!(of("POST /orders", "requestParameters"), json!({"method.request.header.X-Id": true}));
    let models = json!({"application/json": "SchemasOrder", "$default": "SchemasOrder"});
    assert_eq!(of("POST /orders", "requestModels"), models, "no request passes by claiming another type");
    assert_eq!(
        (of("GET /orders", "authorizationType"), of("GET /orders", "authorizationScopes")),
        (json!("COGNITO_USER_POOLS"), json!(["shop/read"]))
    );
    assert_eq!(api["tags"]["serverless-app:parts"], "authorizers models validators");
    assert_eq!(api["stages"]["v1"]["tags"].get("serverless-app:parts"), None, "a stage has none of them");
    let wanted = &lowered.wanted[&"apigateway.rest-api/api".parse().unwrap()];
    assert!(wanted.needs.contains(&"lambda.function/g".parse().unwrap()), "{:?}", wanted.needs);
}

#[test]
fn the_function_that_judges_lets_the_authorizers_of_its_api_in_and_nothing_else() {
    let statements = state(&guarded(), "lambda.permission/g")["Statements"].clone();
    let statements = statements.as_object().expect("statements");
    assert_eq!(statements.keys().collect::<Vec<_>>(), ["api-authorizers"]);
    let id = json!({"$output": "apigateway.rest-api/api.id"});
    let source = json!({"$join": ["arn:aws:execute-api:us-west-2:123456789012:", id, "/authorizers/*"]});
    assert_eq!(statements["api-authorizers"]["SourceArn"], source);
}

#[test]
fn whoever_may_call_from_another_site_may_read_why_it_was_refused() {
    let responses = |text: &str| {
        let text = format!("[api.api]\nroutes = [{{ method = \"GET\", path = \"/\", function = \"f\" }}]\n{text}");
        let api = state(&lowered(&text).expect("no problems"), "apigateway.rest-api/api");
        (api["gatewayResponses"].clone(), api["tags"]["serverless-app:parts"].clone())
    };
    assert_eq!(responses(""), (Value::Null, Value::Null), "nobody from elsewhere may call");
    let origin = |origin: &str| json!({"gatewayresponse.header.Access-Control-Allow-Origin": origin});
    let default = json!({"responseParameters": origin("'https://example.org'")});
    let both = json!({"DEFAULT_4XX": default, "DEFAULT_5XX": default});
    assert_eq!(responses("cors = { origin = \"https://example.org\" }").0, both);
    assert_eq!(responses("cors = { origin = \"*\", errors = false }"), (Value::Null, Value::Null));
    let own = "cors = { origin = \"https://example.org\" }
        [api.api.response.THROTTLED]
        status = 503
        headers = { Retry-After = \"1\", X-Id = \"context.requestId\" }
        [api.api.response.DEFAULT_5XX]
        headers = { access-control-allow-origin = \"*\" }";
    let (responses, tag) = responses(own);
    let throttled = json!({"gatewayresponse.header.Access-Control-Allow-Origin": "'https://example.org'",
        "gatewayresponse.header.Retry-After": "'1'", "gatewayresponse.header.X-Id": "context.requestId"});
    assert_eq!(responses["THROTTLED"], json!({"statusCode": "503", "responseParameters": throttled}));
    let kept = json!({"gatewayresponse.header.access-control-allow-origin": "'*'"});
    assert_eq!((&responses["DEFAULT_5XX"]["responseParameters"], tag), (&kept, json!("responses")));
}

#[test]
fn auth_is_none_iam_or_the_name_of_an_authorizer() {
    let text = |auth: &str| {
        format!("[api.api]\nroutes = [{{ method = \"GET\", path = \"/\", function = \"f\", auth = \"{auth}\" }}]")
    };
    let neither = problems(&text("Not a name"));
    assert!(neither[0].contains("\"Not a name\" is neither none, iam nor the name of an authorizer"), "{neither:?}");
    assert_eq!(problems(&text("users")), ["5:64 there is no authorizer \"users\"; known: none, iam"]);
}

#[test]
fn a_route_has_limits_of_its_own_and_an_api_a_policy_and_a_place_of_its_own() {
    let text = |more: &str| {
        format!(
            "[api.api]\n{more}\nroutes = [{{ method = \"POST\", path = \"/items/{{id}}\", function = \"f\", throttle = {{ rate = 2.5, burst = 4 }} }}]"
        )
    };
    let api = state(
        &lowered(&text("endpoint = \"private\"\npolicy = \"policy.json\"")).expect("no problems"),
        "apigateway.rest-api/api",
    );
    let limits = json!({"~1items~1{id}/POST": {"throttlingBurstLimit": "4", "throttlingRateLimit": "2.5"}});
    assert_eq!((&api["stages"]["v1"]["otherSettings"], &api["endpointType"]), (&limits, &json!("PRIVATE")));
    assert_eq!(api["policy"]["Statement"][0]["Condition"], json!({"StringEquals": {"aws:SourceVpce": ["vpce-1"]}}));
    assert_eq!(problems(&text("endpoint = \"private\""))[0], "5:12 a private API without a policy cannot be deployed");
    let both = problems(&text("allow_ips = [\"192.0.2.1\"]\npolicy = \"policy.json\""));
    assert_eq!(both[0], "5:13 an API has a single policy, and the manifest also names a file with one");
    let any = problems(&text("").replace("POST", "ANY"));
    assert!(any[0].ends_with("limits apply to a single method, and this route is for all methods"), "{any:?}");
}
