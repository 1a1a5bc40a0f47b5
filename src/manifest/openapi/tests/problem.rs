//! What is wrong in documents, and where.

use super::*;

/// The problems of a document, each in one line with its place.
pub(super) fn wrong(section: &str, more: &str, document: &str) -> Vec<String> {
    problems(&format!("{APP}{section}openapi = \"o.yaml\"\n{more}"), &[("o.yaml", document)])
}

/// The problems of one operation, `get` of `/a`, without their places.
pub(super) fn of_operation(section: &str, more: &str, operation: &str) -> Vec<String> {
    let schemes = "components:\n  securitySchemes:\n    users: { type: http, scheme: bearer }\n    tokens: { type: http, scheme: bearer }\n    \
                   key: { type: apiKey, in: header, name: x-api-key }\n    query: { type: apiKey, in: query, name: k }\n";
    let all = wrong(section, more, &format!("{HEAD}paths:\n  /a:\n    get: {operation}\n{schemes}"));
    all.into_iter().map(|line| line.splitn(3, ':').nth(2).unwrap_or_default().trim().to_owned()).collect()
}

#[test]
fn an_operation_whose_scheme_nobody_judges_is_never_open() {
    for (section, more, security, expected) in [
        (
            REST,
            "",
            "[{ users: [] }]",
            "no authorizer of the manifest has the name \"users\" of this scheme; the API has none",
        ),
        (
            REST,
            TOKENS,
            "[{ users: [] }]",
            "no authorizer of the manifest has the name \"users\" of this scheme; the API has tokens",
        ),
        (
            HTTP,
            "",
            "[{ users: [] }]",
            "no authorizer of the manifest has the name \"users\" of this scheme; the API has none",
        ),
        (REST, TOKENS, "[{ nobody: [] }]", "there is no scheme \"nobody\" in components.securitySchemes"),
        (
            REST,
            TOKENS,
            "[{ tokens: [] }, { key: [] }]",
            "there are alternative schemes here, and a route of API Gateway can have only one",
        ),
        (
            REST,
            TOKENS,
            "[{ tokens: [] }, {}]",
            "there are alternative schemes here, and a route of API Gateway can have only one",
        ),
        (REST, TOKENS, "{ tokens: [] }", "security must be a list, but this is a table"),
        (REST, TOKENS, "", "security must be a list, but this is nothing"),
        (REST, TOKENS, "[tokens]", "a requirement must be a table of schemes, but this is a text"),
        (REST, TOKENS, "[{ tokens: }]", "tokens must be a list, but this is nothing"),
        (REST, TOKENS, "[{ tokens: [1] }]", "a scope must be a text"),
        (
            REST,
            "",
            "[{ query: [] }]",
            "no authorizer of the manifest has the name \"query\" of this scheme; the API has none",
        ),
        (HTTP, "", "[{ key: [] }]", "\"key\" is an API key, and HTTP APIs do not support API keys"),
    ] {
        let said = of_operation(section, more, &format!("{{ x-function: f, security: {security} }}"));
        assert_eq!(said, [expected], "{security}");
    }
    let both = format!("{TOKENS}{USERS}");
    let said = of_operation(REST, &both, "{ x-function: f, security: [{ tokens: [], users: [] }] }");
    assert_eq!(said, ["there is another scheme in addition to tokens, and a route of API Gateway can have only one"]);
}

#[test]
fn what_an_operation_calls_has_to_be_clear() {
    for (operation, expected) in [
        ("{}", "it is not clear which function answers GET /a"),
        ("{ operationId: other }", "it is not clear which function answers GET /a"),
        ("{ x-function: [f] }", "x-function must be the name of a function, but this is a list"),
        (
            "{ x-function: F }",
            "\"F\" is not a valid name: use lower-case letters, digits and single hyphens, a letter first, 64 characters at most",
        ),
        ("{ x-function: f, x-route: 5 }", "x-route must be a table, but this is a number"),
        ("{ x-function: f, x-route: { auth: none } }", "\"auth\" of a route is determined by the document itself"),
        ("{ x-function: f, x-route: { timeout: 5 } }", "there is no key \"timeout\"; did you mean \"timeout_ms\"?"),
        ("{ x-function: f, x-route: { timeout_ms: x } }", "invalid type: string \"x\", expected a whole number"),
        (
            "{ x-function: f, x-route: { function: g } }",
            "\"function\" determines what the route calls, and so does x-function at 5:12",
        ),
        (
            "{ x-amazon-apigateway-integration: { type: mock } }",
            "responses of API Gateway itself are written in the manifest's terms here",
        ),
        (
            "{ x-amazon-apigateway-integration: { type: http_proxy, httpMethod: POST, uri: \"https://example.org\" } }",
            "integrations with a URL are written in the manifest's terms here",
        ),
        (
            "{ x-amazon-apigateway-integration: { type: aws } }",
            "integrations of the type \"aws\" are written in the manifest's terms here",
        ),
        (
            "{ x-amazon-apigateway-integration: { type: aws_proxy, uri: \"${F.Arn}\" } }",
            "the integration does not contain the ARN of a function of the manifest",
        ),
        (
            "{ x-amazon-apigateway-integration: { type: aws_proxy, uri: \"a:function:shop--test-f\", credentials: r } }",
            "\"credentials\" of an integration is not supported",
        ),
        ("5", "an operation must be a table, but this is a number"),
    ] {
        let said = of_operation(HTTP, "", operation);
        assert_eq!(said.first().map(String::as_str), Some(expected), "{operation}: {said:?}");
        assert_eq!(said.len(), 1, "{said:?}");
    }
}

#[test]
fn what_requests_must_bring_is_read_as_it_is_meant_or_not_at_all() {
    for (said, expected) in [
        ("parameters: {}", "parameters must be a list, but this is a table"),
        ("parameters: [x]", "a parameter must be a table, but this is a text"),
        ("parameters: [{ in: query }]", "a parameter needs a name, and the part of a request that it is in"),
        ("parameters: [{ name: 5, in: query }]", "name must be a text, but this is a number"),
        ("parameters: [{ name: x, in: body }]", "there is no place \"body\"; known: query, header, path, cookie"),
        (
            "parameters: [{ name: x, in: query, required: 'true' }]",
            "required must be true or false, but this is a text",
        ),
        (
            "parameters: [{ name: 'ids[]', in: query, required: true }]",
            "\"querystring.ids[]\" is not something that requests can be required to contain",
        ),
        ("requestBody: [x]", "requestBody must be a table, but this is a list"),
        ("requestBody: {}", "the body has no content"),
        ("requestBody: { content: [application/json] }", "content must be a table, but this is a list"),
        ("requestBody: { content: { application/json: [] } }", "application/json must be a table, but this is a list"),
    ] {
        assert_eq!(of_operation(REST, "", &format!("{{ x-function: f, {said} }}")), [expected], "{said}");
    }
}

#[test]
fn a_validator_that_is_not_understood_is_reported_once_for_all_that_name_it() {
    for (validators, expected) in [
        ("{ all: { validateRequestBody: 'true' } }", "validateRequestBody must be true or false, but this is a text"),
        (
            "{ all: { validateRequestParameter: true } }",
            "there is no key \"validateRequestParameter\"; did you mean \"validateRequestParameters\"?",
        ),
        ("{ all: true }", "a validator must be a table, but this is true or false"),
        ("[all]", "x-amazon-apigateway-request-validators must be a table, but this is a list"),
    ] {
        let document = format!(
            "{HEAD}x-amazon-apigateway-request-validator: all\nx-amazon-apigateway-request-validators: {validators}\n\
             paths:\n  /a:\n    get: {{ x-function: f }}\n    post: {{ x-function: f }}\n"
        );
        let said = wrong(REST, "", &document);
        assert!(said.len() == 1 && said[0].starts_with("4:") && said[0].ends_with(expected), "{said:?}");
    }
}

/// API Gateway asks for the name, which no request has then: it would refuse all of them.
#[test]
fn an_object_that_comes_as_several_parameters_is_not_asked_for_and_that_is_said() {
    let parameters = "
        - { name: filter, in: query, required: true, style: deepObject, schema: { type: object } }
        - { name: color, in: query, required: true, schema: { $ref: '#/components/schemas/Color' } }
        - { name: any, in: query, required: true, schema: { oneOf: [{ type: string }, { properties: { a: {} } }] } }
        - { name: flat, in: query, required: true, explode: false, schema: { type: object } }
        - { name: pipes, in: query, required: true, style: pipeDelimited, schema: { type: object } }
        - { name: ids, in: query, required: true, schema: { type: array, items: { type: string } } }
        - { name: json, in: query, required: true, content: { application/json: { schema: { type: object } } } }
        - { name: X-Of, in: header, required: true, schema: { type: object } }
        - { name: maybe, in: query, schema: { type: object } }";
    let document = format!(
        "{HEAD}paths:\n  /a:\n    get:\n      x-function: f\n      parameters:{parameters}\n\
         components:\n  schemas:\n    Color: {{ type: object, properties: {{ R: {{ type: integer }} }} }}\n"
    );
    let all = of(&format!("{REST}openapi = \"o.yaml\"\n"), &[("o.yaml", document.as_str())]);
    let asked = state(&all, "apigateway.rest-api/web")["methods"]["GET /a"]["requestParameters"].clone();
    let names = ["header.X-Of", "querystring.flat", "querystring.ids", "querystring.json", "querystring.pipes"];
    let expected: serde_json::Map<String, Json> =
        names.iter().map(|name| (format!("method.request.{name}"), json!(true))).collect();
    assert_eq!(asked, Json::Object(expected));
    let apart = |message: &&str| message.contains("its properties are sent as separate parameters");
    let warned: Vec<&str> = all.warnings.iter().map(|warning| warning.message.as_str()).filter(apart).collect();
    assert_eq!(warned.len(), 3, "{warned:?}");
}

#[test]
fn a_document_that_is_not_read_says_why() {
    for (document, expected) in [
        ("swagger: \"2.0\"\n", "1:1: Swagger 2.0 is not supported"),
        ("openapi: 3.2.0\n", "1:10: OpenAPI 3.2.0 is not supported"),
        ("openapi: { a: 1 }\n", "1:10: the version must be a text, but this is a table"),
        ("openapi: 3.0.3\n", "1:1: the document has no paths"),
        ("openapi: 3.0.3\npaths: [/a]\n", "2:1: paths must be a table of paths, but this is a list"),
        ("openapi: 3.0.3\npaths:\n", "2:1: paths must be a table of paths, but this is nothing"),
        ("info: {}\n", "1:1: this is not an OpenAPI document: it has no version"),
        ("- a\n", "1:1: an OpenAPI document must be a table, but this is a list"),
        ("", "1:1: the file is empty"),
        ("openapi: 3.0.3\npaths: {}\n---\na: b\n", "3:1: a second document begins here"),
        ("openapi: 3.0.3\npaths:\n  /a: {}\n  /a: {}\n", "4:3: \"/a\" is defined twice, first at 3:3"),
        (
            "openapi: 3.0.3\npaths:\n  /a: { $ref: other.yaml }\n",
            "3:15: \"other.yaml\" is in another file, and only this file is read",
        ),
        ("openapi: 3.0.3\npaths:\n  /a: { $ref: \"#/x/y\" }\n", "3:15: \"#/x/y\" refers to nothing"),
        ("openapi: 3.0.3\npaths:\n  /a: { $ref: \"#/paths/~1a\" }\n", "3:7: the reference leads back to itself"),
        ("openapi: 3.0.3\npaths:\n  /a: !x {}\n", "3:7: OpenAPI does not allow YAML tags"),
        ("openapi: 3.0.3\nx: &x { a: 1 }\npaths:\n  /a: { <<: *x }\n", "4:9: YAML's merge key is not supported"),
        ("openapi: 3.0.3\npaths:\n  /a: { trace: {} }\n", "3:9: API Gateway has no method \"trace\""),
        (
            "openapi: 3.0.3\nx-amazon-apigateway-policy: {}\npaths: {}\n",
            "2:1: x-amazon-apigateway-policy is set in the API's section",
        ),
    ] {
        let said = wrong(HTTP, "", document);
        assert_eq!(said.first().map(String::as_str), Some(expected), "{document}: {said:?}");
    }
    let said = wrong(HTTP, "", "openapi: 3.0.3\npaths:\n  /a: [\n");
    assert!(said[0].contains("this is not valid YAML: "), "{said:?}");
    let said = problems(&format!("{APP}{HTTP}openapi = \"o.json\"\n"), &[("o.json", "{\n \"openapi\": }")]);
    assert_eq!(said, ["2:13: this is not valid JSON: expected value"]);
    let said = problems(&format!("{APP}{HTTP}openapi = \"o.yaml\"\n"), &[]);
    assert_eq!(said, ["14:11: o.yaml has not been read"]);
}

#[test]
fn what_lowering_finds_in_a_route_stands_where_the_document_says_it() {
    let document = format!(
        "{HEAD}paths:\n  /a b:\n    get:\n      x-function: f\n      x-route:\n        timeout_ms: 5\n        throttle: {{ rate: 0, burst: 1 }}\n"
    );
    let said = wrong(HTTP, "", &document);
    let expected =
        ["4:3: \"GET /a b\" has invalid characters", "8:9: 5 is out of range", "9:9: limits must be above 0"];
    assert_eq!(said, expected);
    let document = format!(
        "{HEAD}paths:\n  /a:\n    post:\n      x-function: f\n      parameters:\n        - {{ name: \"a b\", in: query, required: true }}\n"
    );
    let said = wrong(REST, "", &document);
    assert_eq!(said, ["8:11: \"querystring.a b\" is not something that requests can be required to contain"]);
}

/// Where all routes are of a document, what is wrong with all of them together stands there.
#[test]
fn too_much_of_something_is_reported_in_the_document() {
    let get: String = (0..301).map(|n| format!("  /p{n}:\n    get: {{ x-function: f }}\n")).collect();
    let body =
        |n: usize| format!("requestBody: {{ content: {{ application/json: {{ schema: {{ maxItems: {n} }} }} }} }}");
    let put: String = (0..70).map(|n| format!("  /p{n}:\n    put: {{ x-function: f, {} }}\n", body(n))).collect();
    for (section, paths, expected) in [
        (HTTP, &get, "there are 301 routes; an API can have 300 at most"),
        (REST, &get, "the routes have 301 paths; an API can have 300 at most"),
        (REST, &put, "the routes name 70 schemas; an API can have 58 models"),
    ] {
        let document = format!("{HEAD}paths:\n{paths}");
        let said = wrong(section, "", &document);
        assert_eq!(said.first(), Some(&format!("3:1: {expected}")));
        let own = "routes = [{ ROUTE, function = \"g\" }]\n";
        let route = if section == REST { "method = \"GET\", path = \"/own\"" } else { "route = \"GET /own\"" };
        let both = wrong(section, &own.replace("ROUTE", route), &document);
        assert!(both.iter().any(|line| line.starts_with("15:10: the")), "it is of both: {both:?}");
    }
}

#[test]
fn a_route_that_is_in_both_is_reported_with_both_places() {
    let document = format!("{HEAD}paths:\n  /a:\n    get: {{ x-function: f }}\n");
    let own = "routes = [{ method = \"GET\", path = \"/a\", function = \"g\" }]\n";
    let said = wrong(REST, own, &document);
    assert_eq!(said, ["5:5: the route GET /a is also in serverless-app.toml:15:11"]);
}

#[test]
fn models_of_a_document_and_of_files_are_told_apart() {
    let document = format!(
        "{HEAD}paths:\n  /a:\n    post:\n      x-function: f\n      requestBody: {{ content: {{ application/json: {{ schema: {{ $ref: \"#/components/schemas/Order\" }} }} }} }}\n\
         components:\n  schemas:\n    Order: {{ type: object }}\n"
    );
    let own = "openapi = \"o.yaml\"\nroutes = [{ method = \"POST\", path = \"/b\", function = \"g\", body = \"order.json\" }]\n";
    let said = problems(
        &format!("{APP}{REST}{own}"),
        &[("o.yaml", document.as_str()), ("order.json", "{\"type\": \"array\"}")],
    );
    assert_eq!(
        said,
        ["10:5: the schema Order and the manifest's file order.json would become models of the same name"]
    );
}

#[test]
fn places_are_those_of_the_lines_that_editors_show() {
    assert_eq!(
        wrong(HTTP, "", "openapi: 3.0.3\npaths: {\n  /a"),
        ["3:5: this is not valid YAML: while parsing a flow mapping, did not find expected ',' or '}'",]
    );
    assert_eq!(
        wrong(HTTP, "", "openapi: 3.0.3\r\ninfo: {}\rpaths: {}\n"),
        ["2:9: a carriage return without a line feed"]
    );
}
