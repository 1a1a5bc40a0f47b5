//! What an operation calls, where several words could say it.

use super::problem::{of_operation, wrong};
use super::*;

const AWS_PROXY: &str =
    "arn:aws:apigateway:us-west-2:lambda:path/2015-03-31/functions/arn:aws:lambda:us-west-2:123456789012:function:";

#[test]
fn an_integration_says_how_the_function_that_is_named_beside_it_is_called() {
    let document = |integration: &str| {
        format!(
            "{HEAD}x-route: {{ timeout_ms: 900 }}\npaths:\n  /a:\n    get:\n      x-function: g\n      \
             x-amazon-apigateway-integration: {integration}\n"
        )
    };
    for (integration, route) in [
        (
            "{ type: aws_proxy, payloadFormatVersion: \"1.0\", timeoutInMillis: 700 }",
            "payload = \"1.0\", timeout_ms = 700",
        ),
        (
            "{ type: AWS_PROXY, uri: \"${Other.Arn}\", payloadFormatVersion: 2.0 }",
            "payload = \"2.0\", timeout_ms = 900",
        ),
        ("{ type: aws_proxy, uri: \"a:function:elsewhere/invocations\" }", "timeout_ms = 900"),
        ("{ type: aws_proxy, uri: \"a:function:shop--test-g\", connectionType: INTERNET }", "timeout_ms = 900"),
    ] {
        let route = format!("{{ route = \"GET /a\", function = \"g\", {route} }}");
        assert_same(HTTP, "", &document(integration), &route, &[]);
    }
    let document = document("{ type: aws_proxy, payloadFormatVersion: \"1.0\", timeoutInMillis: 700 }");
    let route = "{ method = \"GET\", path = \"/a\", function = \"g\", timeout_ms = 700 }";
    assert_same(REST, "", &document, route, &[]);
}

#[test]
fn an_integration_is_nearer_than_what_is_said_around_its_operation() {
    let document = format!(
        "{HEAD}{}",
        r##"
x-function: f
paths:
  /top:
    get: {}
  /function:
    x-route: { send: jobs }
    get: { x-amazon-apigateway-integration: { type: aws_proxy, uri: "ARNshop--test-g/invocations" } }
  /url:
    get: { operationId: g, x-amazon-apigateway-integration: { type: http_proxy, uri: "https://legacy.example.org/o" } }
  /shared:
    get: { operationId: f, x-amazon-apigateway-integration: { $ref: "#/components/x-amazon-apigateway-integrations/one" } }
components:
  x-amazon-apigateway-integrations:
    one: { type: aws_proxy, httpMethod: POST, payloadFormatVersion: "1.0", connectionType: internet, uri: "ARNshop--test-g/invocations" }
"##
        .replace("ARN", AWS_PROXY)
    );
    let routes = r#"
        { route = "GET /top", function = "f" },
        { route = "GET /function", function = "g" },
        { route = "GET /url", url = "https://legacy.example.org/o", operation = "g" },
        { route = "GET /shared", function = "g", payload = "1.0", operation = "f" },
    "#;
    assert_same(HTTP, "", &document, routes, &[]);
    let mock = "{ type: mock, requestTemplates: { application/json: '{\"statusCode\": 403}' } }";
    for around in ["x-function: f\n", "x-route: { url: \"https://example.org\" }\n"] {
        let document = format!("{HEAD}{around}paths:\n  /a:\n    get: {{ x-amazon-apigateway-integration: {mock} }}\n");
        let said = wrong(HTTP, "", &document);
        assert_eq!(
            said,
            ["6:12: responses of API Gateway itself are written in the manifest's terms here"],
            "{around}"
        );
    }
}

#[test]
fn the_nearest_of_names_and_targets_counts() {
    let document = format!(
        "{HEAD}{}",
        r#"
x-route: { url: "https://example.org", timeout_ms: 900 }
paths:
  /top:
    get: { operationId: g }
  /path:
    x-function: f
    get: {}
    post: { x-function: g }
    put: { x-route: { send: jobs } }
"#
    );
    let routes = r#"
        { route = "GET /top", url = "https://example.org", operation = "g", timeout_ms = 900 },
        { route = "GET /path", function = "f", timeout_ms = 900 },
        { route = "POST /path", function = "g", timeout_ms = 900 },
        { route = "PUT /path", send = "jobs", timeout_ms = 900 },
    "#;
    assert_same(HTTP, "", &document, routes, &[]);
}

#[test]
fn two_words_for_what_is_called_are_an_error() {
    const WORD: &str = "x-amazon-apigateway-integration";
    for (operation, expected) in [
        (
            "{ x-function: f, WORD: { type: http, uri: 5, credentials: r } }",
            "x-function names \"f\", but this integration calls something else",
        ),
        (
            "{ x-function: f, WORD: { type: http_proxy, uri: \"https://example.org\" } }",
            "x-function names \"f\", but this integration calls something else",
        ),
        (
            "{ x-function: f, WORD: { type: mock } }",
            "x-function names \"f\", but this integration calls something else",
        ),
        (
            "{ x-function: f, WORD: { type: aws_proxy, uri: \"a:function:shop--test-g\" } }",
            "x-function names \"f\", but this integration calls the function \"g\"",
        ),
        (
            "{ x-function: f, WORD: { type: aws_proxy, integrationSubtype: SQS-SendMessage } }",
            "\"integrationSubtype\" of an integration is not supported",
        ),
        (
            "{ x-function: f, WORD: { type: aws_proxy, connectionType: VPC_LINK } }",
            "\"connectionType\" of an integration is not supported",
        ),
        (
            "{ x-route: { send: jobs }, WORD: { type: aws_proxy } }",
            "\"send\" determines what the route calls, and so does x-amazon-apigateway-integration at 5:37",
        ),
        (
            "{ x-function: f, x-route: { url: \"https://example.org\" } }",
            "\"url\" determines what the route calls, and so does x-function at 5:12",
        ),
        ("{ WORD: 5 }", "an integration must be a table, but this is a number"),
        ("{ WORD: { uri: \"https://example.org\" } }", "the integration has no type"),
        ("{ WORD: { $ref: \"#/components/i\" } }", "\"#/components/i\" refers to nothing"),
        ("{ WORD: { $ref: \"#/components\", type: aws_proxy } }", "\"type\" beside $ref would have no effect"),
        (
            "{ operationId: f, WORD: { type: aws } }",
            "integrations of the type \"aws\" are written in the manifest's terms here",
        ),
        (
            "{ operationId: f, WORD: { type: aws_proxy } }",
            "the integration does not contain the ARN of a function of the manifest",
        ),
        (
            "{ WORD: { type: http_proxy, httpMethod: 5, uri: \"https://example.org\" } }",
            "integrations with a URL are written in the manifest's terms here",
        ),
    ] {
        let said = of_operation(HTTP, "", &operation.replace("WORD", WORD));
        assert_eq!(said, [expected], "{operation}");
    }
}
