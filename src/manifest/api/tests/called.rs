//! What routes call beside functions: answers of their own, URLs, services; caches and logs.

use super::*;

/// What routes can call, beside the function `f`.
const APP: &str = r#"
[queue.jobs]
encryption = { kms_key = "alias/jobs" }

[queue.ordered]
fifo = true

[topic.news]

[bus.events]

[table.orders]
hash_key = { name = "id", type = "S" }
range_key = { name = "at", type = "N" }
encryption = { kms_key = "arn:aws:kms:us-west-2:123456789012:key/1" }

[workflow.order]
type = "EXPRESS"
definition = "flow.asl.json"
"#;

/// An API of these routes.
fn api(routes: &str) -> String {
    format!("[api.api]\nroutes = [\n{routes}\n]\n{APP}")
}

fn methods(text: &str) -> Value {
    state(&lowered(text).expect("no problems"), "apigateway.rest-api/api")["methods"].clone()
}

/// The method of one route.
fn method(route: &str) -> Value {
    let all = methods(&api(route));
    all.as_object().and_then(|all| all.values().next().cloned()).expect("a method")
}

/// What the role may do: action, resource, and the condition on a key.
fn rights(lowered: &Lowered) -> Vec<(String, String)> {
    let role = state(lowered, "iam.role/api-api");
    let statements = role["InlinePolicies"]["api"]["Statement"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value[0].as_str().unwrap_or_default().to_owned();
    statements.iter().map(|one| (text(&one["Action"]), text(&one["Resource"]))).collect()
}

const ESCAPED: &str = r#").replaceAll("\\'","'")"#;

/// How a source is written in a JSON document.
fn escaped(source: &str) -> String {
    format!("$util.escapeJavaScript({source}{ESCAPED}")
}

#[test]
fn a_route_can_answer_by_itself() {
    let method = method(
        r#"{ method = "GET", path = "/ping", respond = { status = 202, body = '{"id": "$context.requestId"}', headers = { X-Id = "$context.requestId", Retry-After = "5" } } }"#,
    );
    let integration = json!({"type": "MOCK", "timeoutInMillis": 29000, "passthroughBehavior": "NEVER",
        "requestTemplates": {"application/json": "{\"statusCode\": 202}"}});
    assert_eq!(method["integration"], integration);
    let (id, after) = ("method.response.header.X-Id", "method.response.header.Retry-After");
    assert_eq!(method["methodResponses"], json!({"202": [after, id]}));
    let response = json!({id: "context.requestId", after: "'5'",
        "responseTemplates": {"application/json": "{\"id\": \"$context.requestId\"}"}});
    assert_eq!(method["integrationResponses"], json!({"202": response}));
}

#[test]
fn what_answers_by_itself_says_what_its_body_is_and_lets_other_sites_read_it() {
    let text = format!(
        "{}\n[api.api.cors]\norigin = \"https://a.example\"",
        r#"[api.api]
        binary_media_types = ["*/*"]
        routes = [{ method = "GET", path = "/", types = ["text/plain", "application/json"], respond = { file = "templates/page.html", type = "text/html" } }]"#
    );
    let method = &methods(&text)["GET /"];
    let response = json!({"method.response.header.Access-Control-Allow-Origin": "'https://a.example'",
        "method.response.header.Content-Type": "'text/html'", "responseTemplates": {"text/html": "<p>shop--test-f</p>"}});
    assert_eq!(method["integrationResponses"], json!({"200": response}));
    assert_eq!(method["integration"]["contentHandling"], json!("CONVERT_TO_TEXT"));
    let template = "{\"statusCode\": 200}";
    assert_eq!(
        method["integration"]["requestTemplates"],
        json!({"application/json": template, "text/plain": template})
    );
}

#[test]
fn a_url_is_called_as_requests_come_unless_something_of_them_or_of_its_answers_changes() {
    let proxy = method(
        r#"{ method = "ANY", path = "/items/{id}/{rest+}", url = "https://example.org/${stage}/{id}/{rest}", vpc_link = "ab12cd", parameters = { "header.X-Id" = "$request.header.X-Own", "querystring.from" = "api" } }"#,
    );
    let id = "method.request.path.id";
    let rest = "method.request.path.rest";
    let expected = json!({"type": "HTTP_PROXY", "uri": "https://example.org/test/{id}/{rest}", "integrationHttpMethod": "ANY",
        "connectionType": "VPC_LINK", "connectionId": "ab12cd", "timeoutInMillis": 29000,
        "requestParameters": {"integration.request.path.id": id, "integration.request.path.rest": rest,
            "integration.request.header.X-Id": "method.request.header.X-Own", "integration.request.querystring.from": "'api'"}});
    assert_eq!(proxy["integration"], expected);
    let declared = json!({id: true, rest: true, "method.request.header.X-Own": false});
    assert_eq!(proxy["requestParameters"], declared, "AWS maps what a method declares");
    assert_eq!(proxy["integrationResponses"], json!({}));

    let changed = method(
        r#"{ method = "POST", path = "/", url = "https://example.org", request = "templates/order.vtl", responses = { 201 = { headers = { Location = "$response.header.Location" } } } }"#,
    );
    assert_eq!(
        (&changed["integration"]["type"], &changed["integration"]["passthroughBehavior"]),
        (&json!("HTTP"), &json!("NEVER"))
    );
    let statuses: Vec<&String> = changed["integrationResponses"].as_object().expect("responses").keys().collect();
    assert_eq!(statuses, ["201", "400", "500"]);
    let location = "method.response.header.Location";
    assert_eq!(changed["integrationResponses"]["201"], json!({location: "integration.response.header.Location"}));
    assert_eq!(changed["integrationResponses"]["500"], json!({"selectionPattern": "5\\d{2}"}));
}

#[test]
fn a_queue_gets_a_form_in_the_role_s_name_and_no_body_of_another_type() {
    let text = api(
        r#"{ method = "POST", path = "/jobs", send = "jobs", parameters = { DelaySeconds = "10", MessageBody = "$request.body.text" } }"#,
    );
    let lowered = lowered(&text).expect("no problems");
    let wanted = &lowered.wanted[&"apigateway.rest-api/api".parse().unwrap()];
    assert!(wanted.needs.contains(&"iam.role/api-api".parse().unwrap()), "{:?}", wanted.needs);
    let method = &state(&lowered, "apigateway.rest-api/api")["methods"]["POST /jobs"];
    let template = "Action=SendMessage&DelaySeconds=10&MessageBody=$util.urlEncode(\"$!input.path('$.text')\")";
    let expected = json!({"type": "AWS", "uri": "arn:aws:apigateway:us-west-2:sqs:path/123456789012/shop--test-jobs",
        "integrationHttpMethod": "POST", "credentials": "arn:aws:iam::123456789012:role/shop/test/shop--test-api-api",
        "timeoutInMillis": 29000, "passthroughBehavior": "NEVER",
        "requestParameters": {"integration.request.header.Content-Type": "'application/x-www-form-urlencoded'"},
        "requestTemplates": {"application/json": template}});
    assert_eq!(method["integration"], expected);
    let refused = json!({"selectionPattern": "40[0-24-9]|4[1-9]\\d",
        "responseTemplates": {"application/json": "{\"message\":\"Bad Request\"}"}});
    let failed = json!({"selectionPattern": "403|5\\d{2}",
        "responseTemplates": {"application/json": "{\"message\":\"Internal Server Error\"}"}});
    assert_eq!(method["integrationResponses"], json!({"200": {}, "400": refused, "500": failed}));
    assert_eq!(method["methodResponses"], json!({"200": [], "400": [], "500": []}));
    let role = state(&lowered, "iam.role/api-api");
    let trust = &role["AssumeRolePolicyDocument"]["Statement"][0];
    assert_eq!(trust["Principal"], json!({"Service": ["apigateway.amazonaws.com"]}));
    let key = &role["InlinePolicies"]["api"]["Statement"][1];
    assert_eq!(key["Action"], json!(["kms:Decrypt", "kms:GenerateDataKey"]));
    assert_eq!(key["Condition"]["StringEquals"]["kms:ViaService"], json!(["sqs.us-west-2.amazonaws.com"]));
}

#[test]
fn each_service_is_asked_as_it_takes_it() {
    let integration = |route: &str| method(route)["integration"].clone();
    let template = |route: &str| integration(route)["requestTemplates"]["application/json"].clone();
    let uri = |route: &str| {
        integration(route)["uri"].as_str().unwrap_or_default().replace("arn:aws:apigateway:us-west-2:", "")
    };
    let publish = r#"{ method = "POST", path = "/", publish = "news", parameters = { Subject = "a&b" } }"#;
    let arn = "arn%3Aaws%3Asns%3Aus-west-2%3A123456789012%3Ashop--test-news";
    assert_eq!(
        template(publish),
        json!(format!("Action=Publish&Message=$util.urlEncode($input.body)&Subject=a%26b&TopicArn={arn}"))
    );
    assert_eq!(uri(publish), "sns:path//");

    let event = r#"{ method = "POST", path = "/{kind}", put = "events", source = "shop", detail_type = "order ${request.path.kind} #1" }"#;
    let detail = escaped("$input.json('$')");
    let kind = escaped("\"$!input.params().path.get('kind')\"");
    let expected = format!(
        r#"{{"Entries":[{{"Detail":"{detail}","DetailType":"order {kind} \u00231","EventBusName":"shop--test-events","Source":"shop"}}]}}"#
    );
    assert_eq!(template(event), json!(expected));
    let headers = json!({"integration.request.header.Content-Type": "'application/x-amz-json-1.1'",
        "integration.request.header.X-Amz-Target": "'AWSEvents.PutEvents'"});
    assert_eq!((uri(event), &integration(event)["requestParameters"]), ("events:action/PutEvents".into(), &headers));

    let start = r#"{ method = "POST", path = "/", start = "order", sync = true, parameters = { Name = "$context.requestId" } }"#;
    let machine = "arn:aws:states:us-west-2:123456789012:stateMachine:shop--test-order";
    let name = escaped("\"$!context.requestId\"");
    assert_eq!(
        template(start),
        json!(format!(r#"{{"input":"{detail}","name":"{name}","stateMachineArn":"{machine}"}}"#))
    );
    assert_eq!(uri(start), "states:action/StartSyncExecution");

    let stream = r#"{ method = "POST", path = "/", stream = "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks" }"#;
    let expected =
        format!(r#"{{"Data":"$util.base64Encode($input.body)","PartitionKey":"{name}","StreamName":"clicks"}}"#);
    assert_eq!(template(stream), json!(expected));
    assert_eq!(integration(stream)["uri"], json!("arn:aws:apigateway:eu-west-1:kinesis:action/PutRecord"));

    let put = r#"{ method = "POST", path = "/", put = { table = "orders", item = { id = "$context.requestId", at = "$request.body.at", body = "$request.body", price = { N = "1" }, "it's" = { S = "x" } } }, parameters = { ConditionExpression = "attribute_not_exists(id)" } }"#;
    let at = escaped("\"$!input.path('$.at')\"");
    let item = format!(
        r#""at":{{"N":"{at}"}},"body":{{"S":"{}"}},"id":{{"S":"{name}"}},"it's":{{"S":"x"}},"price":{{"N":"1"}}"#,
        escaped("$input.body")
    );
    let expected = format!(
        r#"{{"ConditionExpression":"attribute_not_exists(id)","TableName":"shop--test-orders","Item":{{{item}}}}}"#
    );
    assert_eq!(template(put), json!(expected));
}

#[test]
fn the_role_may_do_what_the_routes_do_and_no_more() {
    let routes = r#"
        { method = "POST", path = "/a", send = "jobs" }, { method = "POST", path = "/b", publish = "news" },
        { method = "POST", path = "/c", put = "default", source = "s", detail_type = "t" },
        { method = "POST", path = "/d", start = "order" }, { method = "POST", path = "/e", start = "order", sync = true },
        { method = "POST", path = "/f", put = { table = "orders", item = { id = "a", at = "1" } } },
        { method = "POST", path = "/g", put = { table = "orders", item = { id = "b", at = "2" } } },"#;
    let lowered = lowered(&api(routes)).expect("no problems");
    let arn = |service: &str, rest: &str| format!("arn:aws:{service}:us-west-2:123456789012:{rest}");
    let expected = [
        ("dynamodb:PutItem", arn("dynamodb", "table/shop--test-orders")),
        ("kms:Decrypt", "arn:aws:kms:us-west-2:123456789012:key/1".into()),
        ("events:PutEvents", arn("events", "event-bus/default")),
        ("sns:Publish", arn("sns", "shop--test-news")),
        ("sqs:SendMessage", arn("sqs", "shop--test-jobs")),
        ("kms:Decrypt", arn("kms", "key/*")),
        ("states:StartExecution", arn("states", "stateMachine:shop--test-order")),
        ("states:StartSyncExecution", arn("states", "stateMachine:shop--test-order")),
    ];
    assert_eq!(rights(&lowered), expected.map(|(action, resource)| (action.to_owned(), resource)));
    let none = super::lowered("[api.api]\nroutes = [{ method = \"GET\", path = \"/\", respond = {} }]").expect("none");
    assert!(!none.wanted.contains_key(&"iam.role/api-api".parse().unwrap()), "nobody is asked");
}

#[test]
fn a_template_of_ones_own_says_all_and_refers_to_the_manifest() {
    let method = method(
        r#"{ method = "POST", path = "/", put = { table = "orders" }, request = "templates/order.vtl", types = ["text/plain"], responses = { 200 = { file = "templates/page.html" }, 409 = { pattern = "400", body = "{}" } } }"#,
    );
    let template = r#"{"TableName":"shop--test-orders","Item":{"id":{"S":"$context.requestId ${stageVariables.x}"}}}"#;
    assert_eq!(method["integration"]["requestTemplates"], json!({"text/plain": template}));
    let responses = json!({
        "200": {"responseTemplates": {"application/json": "<p>shop--test-f</p>"}},
        "409": {"selectionPattern": "400", "responseTemplates": {"application/json": "{}"}},
    });
    assert_eq!(method["integrationResponses"], responses, "who says which errors are told apart says all of them");
}

#[test]
fn what_a_route_cannot_call_is_told_with_its_place() {
    let found = problems(&api(r#"  { method = "GET", path = "/a" },
  { method = "GET", path = "/b", function = "f", url = "https://example.org" },
  { method = "GET", path = "/c", function = "f", sync = true, responses = { 200 = {} } },
  { method = "GET", path = "/d", respond = { status = 99, headers = { "a b" = "x'y" }, type = "html" } },
  { method = "GET", path = "/e/{x}", url = "ftp://example.org/{y}", parameters = { "append:header.x" = "$request.path.z" } },
  { method = "POST", path = "/f", send = "ordered" },
  { method = "POST", path = "/g", send = "nobody" },
  { method = "POST", path = "/h", put = "events" },
  { method = "POST", path = "/i", start = "order", parameters = { Input = "$response.body", Size = "1", StateMachineArn = "x" } },
  { method = "POST", path = "/j", put = { table = "orders", item = { at = { S = "x" } } } },
  { method = "POST", path = "/k", send = "jobs", request = "templates/order.vtl", parameters = { DelaySeconds = "1" } },
  { method = "POST", path = "/l", send = "jobs", responses = { 200 = {}, 201 = {}, 99 = { pattern = "" } } },
  { method = "POST", path = "/m", stream = "clicks", types = ["json"] },"#));
    let expected = [
        "6:3 a route calls exactly one thing",
        "7:3 a route calls exactly one thing",
        "8:57 sync is only for routes with start",
        "8:63 responses is only for routes with a service or a url",
        "9:55 \"99\" is not a status",
        "9:79 \"a b\" is not the name of a header",
        "9:79 \"x'y\" is not a value for a header here",
        "9:95 \"html\" is not a content type",
        "10:44 \"ftp://example.org/{y}\" is not a URL",
        "10:44 the route has no variable \"y\"",
        "10:104 \"append:header.x\" is not a parameter of a request to a URL",
        "10:104 the route has no variable \"z\"",
        "11:42 ordered has no content-based deduplication",
        "11:42 ordered is FIFO: its messages need a message group",
        "12:42 there is no queue section \"nobody\"; known: jobs, ordered",
        "13:41 events:PutEvents needs DetailType and Source",
        "14:75 API Gateway has no $response.body",
        "14:100 states:StartExecution has no parameter \"Size\"",
        "14:123 StateMachineArn is set by the route's target",
        "15:61 items of orders need the key id",
        "15:81 at is a key of orders, with the type N",
        "16:83 a request template replaces all other settings of the request",
        "17:74 two responses have no pattern: only one can apply to all other statuses",
        "17:84 \"99\" is not a status",
        "17:101 this is not a regular expression for statuses",
        "18:44 \"clicks\" is not a Kinesis stream of this account",
        "18:63 \"json\" is not a content type",
    ];
    assert_eq!(found, expected);
    let odd = problems(&api(
        r#"{ method = "POST", path = "/", send = "jobs", parameters = { MessageBody = "$request.header.a'b" } }"#,
    ));
    assert_eq!(odd, ["6:76 $request.header.a'b is not available in a request to a service"]);
}

#[test]
fn a_url_has_variables_of_the_path_and_of_the_stage_and_nothing_else_of_a_request() {
    let of =
        |path: &str, url: &str| problems(&api(&format!(r#"{{ method = "GET", path = "{path}", url = "{url}" }}"#)));
    let fine = method(r#"{ method = "GET", path = "/a/{id}", url = "https://${stageVariables.host}/${stage}/{id}" }"#);
    assert_eq!(fine["integration"]["uri"], "https://${stageVariables.host}/test/{id}");
    for source in ["request.path.id", "request.querystring.a", "context.requestId", "stageVariables."] {
        let found = of("/a/{id}", &format!("https://example.org/a/${{{source}}}"));
        assert_eq!(found, [format!("6:43 API Gateway does not fill in ${{{source}}} in a URL")]);
    }
    assert_eq!(of("/", "https://${context.stage}.example.org/${context.requestId}").len(), 2);
}

#[test]
fn a_route_is_cached_where_it_says_so_and_told_apart_by_its_path() {
    let text = r#"[api.api]
        cache = { size = "1.6", ttl = 60 }
        throttle = { rate = 5, burst = 2 }
        routes = [
            { method = "GET", path = "/items/{id}", function = "f", cache = { keys = ["querystring.page"] } },
            { method = "GET", path = "/open", function = "f", cache = { ttl = 300 } },
            { method = "POST", path = "/items", function = "f" },
        ]"#;
    let api = state(&lowered(text).expect("no problems"), "apigateway.rest-api/api");
    let stage = &api["stages"]["v1"];
    assert_eq!(
        (&stage["cacheClusterSize"], &stage["throttling"]),
        (&json!("1.6"), &json!({"rateLimit": 5.0, "burstLimit": 2}))
    );
    let kept = json!({"cacheDataEncrypted": "true", "cachingEnabled": "true", "throttlingBurstLimit": "2", "throttlingRateLimit": "5"});
    let mut shorter = kept.clone();
    shorter["cacheTtlInSeconds"] = json!("60");
    assert_eq!(stage["otherSettings"], json!({"~1items~1{id}/GET": shorter, "~1open/GET": kept}));
    let (id, page) = ("method.request.path.id", "method.request.querystring.page");
    let method = &api["methods"]["GET /items/{id}"];
    assert_eq!(method["integration"]["cacheKeyParameters"], json!([id, page]));
    assert_eq!(method["requestParameters"], json!({id: true, page: false}));
}

#[test]
fn answers_are_kept_apart_by_what_says_who_calls() {
    let of = |auth: &str, cache: &str| {
        let text = format!(
            r#"[api.api]
cache = {{}}
routes = [{{ method = "GET", path = "/me", function = "f", auth = "{auth}", cache = {{ {cache} }} }}]
[api.api.authorizer.plain]
function = "f"
[api.api.authorizer.pool]
user_pools = ["arn:aws:cognito-idp:us-west-2:123456789012:userpool/us-west-2_a"]
identity_source = "header.X-Token"
[api.api.authorizer.query]
function = "f"
identity_sources = ["querystring.token", "header.X-Tenant", "context.stage"]
[api.api.authorizer.anything]
type = "request"
function = "f"
ttl = 0
[api.api.authorizer.elsewhere]
function = "f"
identity_sources = ["context.identity.sourceIp"]"#
        );
        let found: Vec<String> =
            lowered(&text).err().map(|found| found.0).unwrap_or_default().into_iter().map(|one| one.message).collect();
        assert!(found.iter().all(|one| one.ends_with("would get the cached response of another")), "{found:?}");
        found.is_empty()
    };
    for (auth, keys) in [
        ("none", ""),
        ("iam", r#""header.Authorization", "querystring.X-Amz-Credential""#),
        ("plain", r#""header.authorization", "header.Accept""#),
        ("pool", r#""header.x-token""#),
        ("query", r#""header.X-TENANT", "querystring.token""#),
        ("anything", r#""header.Authorization""#),
    ] {
        assert!(of(auth, &format!("keys = [{keys}]")), "{auth} {keys}");
    }
    for (auth, keys) in [
        ("iam", r#""header.Accept""#),
        ("iam", r#""header.Authorization""#),
        ("plain", r#""header.Accept-Language""#),
        ("plain", r#""querystring.Authorization""#),
        ("pool", r#""header.Authorization""#),
        ("query", r#""querystring.token""#),
        ("query", r#""querystring.Token", "header.X-Tenant""#),
        ("elsewhere", r#""header.Authorization""#),
        ("anything", ""),
    ] {
        assert!(!of(auth, &format!("keys = [{keys}]")), "{auth} {keys}");
        assert!(of(auth, &format!("keys = [{keys}], shared = true")), "{auth} {keys}");
    }
}

#[test]
fn settings_of_all_methods_are_those_of_each_route_that_has_settings_at_all() {
    let text = r#"[api.api]
        execution_logs = { level = "INFO", metrics = true }
        routes = [
            { method = "GET", path = "/", function = "f", throttle = { rate = 1, burst = 1 } },
            { method = "POST", path = "/", function = "f", execution_logs = { level = "OFF" } },
            { method = "PUT", path = "/", function = "f" },
        ]"#;
    let stage = state(&lowered(text).expect("no problems"), "apigateway.rest-api/api")["stages"]["v1"].clone();
    assert_eq!(stage["throttling"], json!({"rateLimit": 10000.0, "burstLimit": 5000}), "AWS brings them along");
    let all = json!({"loggingLevel": "INFO", "metricsEnabled": "true"});
    let limited = json!({"loggingLevel": "INFO", "metricsEnabled": "true", "throttlingBurstLimit": "1", "throttlingRateLimit": "1"});
    let silent = json!({"throttlingBurstLimit": "5000", "throttlingRateLimit": "10000"});
    assert_eq!(stage["otherSettings"], json!({"*/*": all, "~1/GET": limited, "~1/POST": silent}));
}

#[test]
fn what_a_cache_and_logs_cannot_be_is_told_with_its_place() {
    let found = problems(
        r#"[api.api]
cache = { ttl = 3601 }
execution_logs = { level = "OFF", data = true }
routes = [
  { method = "POST", path = "/a", function = "f", cache = {} },
  { method = "GET", path = "/b", function = "f", auth = "iam", cache = { keys = ["path.x"] } },
  { method = "ANY", path = "/c", function = "f", execution_logs = {} },
]
[api.other]
cache = {}
routes = [{ method = "GET", path = "/", function = "f" }]
[api.none]
routes = [{ method = "GET", path = "/", function = "f", cache = {} }]"#,
    );
    let messages: Vec<&str> =
        found.iter().filter_map(|line| line.split_once(' ')).map(|(_, message)| message).collect();
    let expected = [
        "3601 is out of range",
        "headers and bodies are logged only together with the rest, and logging is off",
        "only responses to GET are cached",
        "one caller would get the cached response of another",
        "\"path.x\" is not a header or parameter that responses can depend on",
        "execution logs are set for a single method, and this route is for all methods",
        "no route uses the cache",
        "the API has no cache",
    ];
    assert_eq!(messages, expected, "{found:#?}");
}
