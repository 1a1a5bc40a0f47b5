//! What API Gateway would refuse of HTTP APIs.

use super::*;

/// The problems of an API, without their places.
fn wrong(api: &str) -> Vec<String> {
    let all = problems(&manifest(api), &[("f.json", FLOW)]);
    all.into_iter().map(|line| line.splitn(3, ':').nth(2).unwrap_or_default().trim().to_owned()).collect()
}

/// The problems of one route.
fn wrong_route(route: &str) -> Vec<String> {
    wrong(&format!("routes = [{{ route = \"POST /items/{{id}}\", {route} }}]"))
}

#[test]
fn what_api_gateway_would_refuse_of_an_api_is_a_problem() {
    let route = "routes = [{ route = \"GET /\", function = \"f\" }]\n";
    for (api, problem) in [
        ("stage = \"a.b\"", "\"a.b\" is not the name of a stage"),
        ("stage = \"$live\"", "\"$live\" is not the name of a stage"),
        ("allow_ips = [\"192.0.2.0/24\"]", "an HTTP API has no resource policy that could restrict addresses"),
        ("throttle = { rate = 0, burst = 1 }", "limits must be above 0"),
        ("access_logs = { format = \"$context.status\" }", "the format does not contain the request's id"),
        ("access_logs = { retention_days = 2 }", "logs cannot be kept for 2 days"),
        ("variables = { a-b = \"1\" }", "\"a-b\" is not the name of a stage variable"),
        ("variables = { a = \"\" }", "\"\" is not a value for a stage variable"),
        ("cors = { origins = [] }", "there is no origin, so no site may call it"),
        ("cors = { origins = [\"example.org\"] }", "\"example.org\" is not an origin"),
        ("cors = { origins = [\"https://*.example.org\"] }", "\"https://*.example.org\" is not an origin"),
        ("cors = { origins = [\"https://example.org/\"] }", "\"https://example.org/\" is not an origin"),
        ("cors = { origins = [\"*\"], methods = [\"ANY\"] }", "\"ANY\" is not a method"),
        ("cors = { origins = [\"*\"], headers = [\"a b\"] }", "\"a b\" is not the name of a header"),
        ("cors = { origins = [\"*\"], credentials = true }", "credentials cannot be combined with the origin *"),
        ("cors = { origins = [\"*\"], max_age = 86401 }", "86401 is out of range"),
        ("[http_api.web.authorizer.a]", "an authorizer has either an issuer or a function"),
        (
            "[http_api.web.authorizer.a]\nissuer = \"https://i.example\"\nfunction = \"f\"",
            "an authorizer has either an issuer or a function",
        ),
        (
            "[http_api.web.authorizer.a]\nissuer = \"http://i.example\"\naudience = [\"a\"]",
            "\"http://i.example\" is not the https URL of an issuer",
        ),
        (
            "[http_api.web.authorizer.a]\nissuer = \"https://i.example\"",
            "without an audience, tokens for any app would be accepted",
        ),
        (
            "[http_api.web.authorizer.a]\nissuer = \"https://i.example\"\naudience = [\"a\"]\nttl = 5",
            "ttl is for a function",
        ),
        (
            "[http_api.web.authorizer.a]\nissuer = \"https://i.example\"\naudience = [\"a\"]\nidentity_source = \"$context.x\"",
            "\"$context.x\" is not an identity source",
        ),
        ("[http_api.web.authorizer.a]\nfunction = \"f\"\naudience = [\"a\"]", "audience is for an issuer"),
        ("[http_api.web.authorizer.a]\nfunction = \"h\"", "there is no function section \"h\"; known: f, g"),
        (
            "[http_api.web.authorizer.a]\nfunction = \"f\"\nidentity_sources = [\"Authorization\"]",
            "\"Authorization\" is not an identity source",
        ),
        (
            "[http_api.web.authorizer.a]\nfunction = \"f\"\nidentity_sources = []\nttl = 1",
            "results are cached by identity sources, and there are none",
        ),
        ("[http_api.web.authorizer.a]\nfunction = \"f\"\nttl = 3601", "3601 is out of range"),
        (
            "[http_api.web.authorizer.a]\nfunction = \"f\"\npayload = \"1.0\"\nsimple = true",
            "a function that gets payload 1.0 has to return a policy",
        ),
        (
            "[http_api.web.authorizer.iam]\nfunction = \"f\"",
            "iam cannot be an authorizer: auth = \"iam\" has a meaning of its own",
        ),
    ] {
        assert_eq!(wrong(&format!("{route}{api}")), [problem], "{api}");
    }
    assert_eq!(wrong(""), ["an API without routes cannot be deployed"]);
    let many = |count: usize, one: &dyn Fn(usize) -> String| (0..count).map(one).collect::<Vec<_>>().join(", ");
    let routes = many(301, &|n| format!("{{ route = \"GET /p{n}\", function = \"f\" }}"));
    assert_eq!(wrong(&format!("routes = [{routes}]")), ["there are 301 routes; an API can have 300 at most"]);
    let audience = many(51, &|n| format!("\"a{n}\""));
    let authorizer =
        format!("{route}[http_api.web.authorizer.a]\nissuer = \"https://i.example\"\naudience = [{audience}]");
    assert_eq!(wrong(&authorizer), ["there are 51 audiences; an authorizer can have 50 at most"]);
    let authorizers: String = (0..11).map(|n| format!("[http_api.web.authorizer.a{n}]\nfunction = \"f\"\n")).collect();
    assert_eq!(wrong(&format!("{route}{authorizers}")), ["there are 11 authorizers; an API can have 10 at most"]);
}

#[test]
fn what_api_gateway_would_refuse_of_a_route_is_a_problem() {
    for (route, problem) in [
        ("timeout_ms = 50", "a route calls exactly one thing"),
        ("function = \"f\", send = \"jobs\"", "a route calls exactly one thing"),
        ("function = \"h\"", "there is no function section \"h\"; known: f, g"),
        ("send = \"job\"", "there is no queue section \"job\"; did you mean \"jobs\"?"),
        (
            "put = \"order\", source = \"s\", detail_type = \"d\"",
            "there is no bus section \"order\"; did you mean \"orders\"?",
        ),
        ("start = \"flo\"", "there is no workflow section \"flo\"; did you mean \"flow\"?"),
        ("stream = \"clicks\"", "\"clicks\" is not a Kinesis stream of this account"),
        (
            "stream = \"arn:aws:kinesis:us-west-2:999999999999:stream/c\"",
            "\"arn:aws:kinesis:us-west-2:999999999999:stream/c\" is not a Kinesis stream of this account",
        ),
        ("url = \"example.org\"", "\"example.org\" is not a URL"),
        ("url = \"https://example.org/{x}\"", "the route has no variable \"x\""),
        ("function = \"f\", auth = \"zzz\"", "there is no authorizer \"zzz\"; known: none, iam, own, users"),
        ("function = \"f\", auth = \"usrs\"", "there is no authorizer \"usrs\"; did you mean \"users\"?"),
        (
            "function = \"f\", auth = \"own\", scopes = [\"read\"]",
            "only tokens have scopes, and this route requires no token",
        ),
        ("function = \"f\", scopes = [\"read\"]", "only tokens have scopes, and this route requires no token"),
        ("function = \"f\", auth = \"users\", scopes = [\"a b\"]", "\"a b\" is not a scope"),
        ("function = \"f\", timeout_ms = 30001", "30001 is out of range"),
        ("function = \"f\", timeout_ms = 49", "49 is out of range"),
        ("send = \"jobs\", payload = \"1.0\"", "payload is only for routes with function"),
        ("function = \"f\", source = \"s\"", "source is only for routes with put"),
        ("function = \"f\", sync = true", "sync is only for routes with start"),
        ("function = \"f\", responses = { 200 = {} }", "responses is only for routes with url"),
        ("url = \"https://example.org\", responses = { 99 = {} }", "\"99\" is not a status"),
        ("start = \"flow\", sync = true", "callers can wait only for an express workflow, and flow is not one"),
        ("send = \"order\"", "order is a FIFO queue: its messages need a message group"),
        ("send = \"twice\", message_group_id = \"g\"", "twice has no content-based deduplication"),
        ("send = \"jobs\", parameters = { QueueUrl = \"u\" }", "QueueUrl is set by the route's target"),
        ("send = \"jobs\", parameters = { Delay = \"5\" }", "SQS-SendMessage has no parameter \"Delay\""),
        ("put = \"orders\", source = \"s\"", "EventBridge-PutEvents needs DetailType"),
        (
            "put = \"orders\", source = \"aws.s\", detail_type = \"d\"",
            "sources that begin with aws. are reserved for AWS",
        ),
        (
            "function = \"f\", parameters = { \"header.x\" = \"1\" }",
            "\"header.x\" is not a parameter that can be mapped",
        ),
        (
            "function = \"f\", parameters = { \"append:header.host\" = \"1\" }",
            "\"append:header.host\" is a header that API Gateway does not allow to be mapped",
        ),
        ("function = \"f\", parameters = { \"append:header.x\" = \"\" }", "the value is missing"),
        (
            "function = \"f\", parameters = { \"append:header.x\" = \"$request.path.name\" }",
            "the route has no variable \"name\"",
        ),
        (
            "function = \"f\", parameters = { \"append:header.x\" = \"$requst.body\" }",
            "API Gateway has no $requst.body",
        ),
        ("function = \"f\", throttle = { rate = 1, burst = 0 }", "limits must be above 0"),
        ("function = \"f\", operation = \"\"", "an operation name has 1 to 64 characters"),
    ] {
        let authorizers = "[http_api.web.authorizer.users]\nissuer = \"https://i.example\"\naudience = [\"a\"]\n[http_api.web.authorizer.own]\nfunction = \"g\"";
        let api = format!("routes = [{{ route = \"POST /items/{{id}}\", {route} }}]\n{authorizers}");
        assert_eq!(wrong(&api), [problem.replace("users, own", "own, users")], "{route}");
    }
    let scopes: Vec<String> = (0..11).map(|n| format!("\"s{n}\"")).collect();
    let authorizer = "[http_api.web.authorizer.users]\nissuer = \"https://i.example\"\naudience = [\"a\"]";
    let api = format!(
        "routes = [{{ route = \"GET /\", function = \"f\", auth = \"users\", scopes = [{}] }}]\n{authorizer}",
        scopes.join(", ")
    );
    assert_eq!(wrong(&api), ["there are 11 scopes; a route can have 10 at most"]);
    assert_eq!(
        wrong_route("function = \"f\", message_group_id = \"g\""),
        ["message_group_id is only for routes with send"]
    );
}

#[test]
fn route_keys_that_cannot_stand_beside_each_other_are_problems() {
    let of = |keys: &[&str]| {
        let routes: Vec<String> = keys.iter().map(|key| format!("{{ route = \"{key}\", function = \"f\" }}")).collect();
        format!("routes = [{}]", routes.join(", "))
    };
    assert_eq!(wrong(&of(&["GET /a", "GET /a"])), ["the route GET /a is listed twice"]);
    assert_eq!(wrong(&of(&["$default", "$default"])), ["the route $default is listed twice"]);
    assert_eq!(wrong(&of(&["get /a"])).len(), 1);
    let two = ["/a/{x} and /a/{y} are two variables at the same place"];
    assert_eq!(wrong(&of(&["GET /a/{x}", "POST /a/{y}/b"])), two);
    let below = ["/a/{}/{x} and /a/{}/{y} are two variables at the same place"];
    assert_eq!(wrong(&of(&["GET /a/{b}/{x}", "POST /a/{b}/{y}"])), below);
    // What takes all the rest stands beside what takes one part.
    lowered(&manifest(&of(&["GET /a/{x}", "ANY /a/{rest+}", "GET /b/{y}", "$default"])), &[("f.json", FLOW)]).unwrap();
}
