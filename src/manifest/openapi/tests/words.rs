//! Words that nobody reads, and who may call by AWS's word for it.

use super::problem::{of_operation, wrong};
use super::*;
use crate::manifest::problem::Problems;

#[test]
fn awss_authorization_lets_iam_judge() {
    let document = format!(
        "{HEAD}{}",
        r##"
x-function: f
paths:
  /operation:
    get: { x-amazon-apigateway-auth: { type: AWS_IAM } }
    put: { x-amazon-apigateway-auth: { type: None } }
  /path:
    x-amazon-apigateway-auth: { type: aws_iam }
    get: {}
    put: { security: [] }
    post: { x-amazon-apigateway-auth: { type: NONE } }
  /both:
    get: { security: [{ signed: [] }], x-amazon-apigateway-auth: { type: AWS_IAM } }
    put: { security: [{ key: [] }], x-amazon-apigateway-auth: { type: AWS_IAM } }
    post: { security: [{ key: [] }], x-amazon-apigateway-auth: { type: NONE } }
components:
  securitySchemes:
    key: { type: apiKey, in: header, name: x-api-key }
    signed: { type: apiKey, in: header, name: Authorization, x-amazon-apigateway-authtype: awsSigv4 }
"##
    );
    let routes = r#"
        { method = "GET", path = "/operation", function = "f", auth = "iam" },
        { method = "PUT", path = "/operation", function = "f" },
        { method = "GET", path = "/path", function = "f", auth = "iam" },
        { method = "PUT", path = "/path", function = "f", auth = "iam" },
        { method = "POST", path = "/path", function = "f" },
        { method = "GET", path = "/both", function = "f", auth = "iam" },
        { method = "PUT", path = "/both", function = "f", auth = "iam", api_key = true },
        { method = "POST", path = "/both", function = "f", api_key = true },
    "#;
    assert_same(REST, "", &document, routes, &[]);
    let document = format!(
        "{HEAD}{}",
        r##"
x-function: f
x-amazon-apigateway-auth: { type: AWS_IAM }
security: [{ users: [] }]
paths:
  /a:
    get: { security: [] }
    put: { x-amazon-apigateway-auth: { type: NONE } , security: [] }
components: { securitySchemes: { users: { type: openIdConnect, openIdConnectUrl: "https://issuer.example.org" } } }
"##
    );
    let routes = r#"
        { route = "GET /a", function = "f", auth = "iam" },
        { route = "PUT /a", function = "f" },
    "#;
    assert_same(HTTP, JWT, &document, routes, &[]);
}

#[test]
fn who_may_call_is_not_said_in_two_ways() {
    let judged =
        |auth: &str| format!("{{ x-function: f, security: [{{ tokens: [] }}], x-amazon-apigateway-auth: {auth} }}");
    let said = of_operation(REST, TOKENS, &judged("{ type: AWS_IAM }"));
    assert_eq!(said, ["this requires IAM in addition to tokens at 5:40; a route of API Gateway can require only one"]);
    let said = of_operation(REST, TOKENS, &judged("{ type: NONE }"));
    assert_eq!(said, ["this lets anybody call, but tokens at 5:40 restricts who may call"]);
    for (auth, expected) in [
        ("{ type: CUSTOM }", "x-amazon-apigateway-auth does not say whether IAM is required"),
        ("{}", "x-amazon-apigateway-auth does not say whether IAM is required"),
        ("AWS_IAM", "x-amazon-apigateway-auth does not say whether IAM is required"),
        ("{ type: AWS_IAM, scopes: [] }", "there is no key \"scopes\"; known: type"),
    ] {
        assert_eq!(of_operation(REST, TOKENS, &judged(auth)), [expected], "{auth}");
        let alone = format!("{{ x-function: f, x-amazon-apigateway-auth: {auth} }}");
        assert_eq!(of_operation(HTTP, "", &alone), [expected], "{auth}");
    }
}

#[test]
fn a_word_that_openapi_does_not_have_is_an_error() {
    for (document, expected) in [
        (
            "x-function: f\nsecurty: [{ users: [] }]\npaths:\n  /a:\n    get: {}\n",
            "4:1: there is no key \"securty\"; did you mean \"security\"?",
        ),
        (
            "x-function: f\npaths:\n  /a:\n    get: { securityy: [] }\n",
            "6:12: there is no key \"securityy\"; did you mean \"security\"?",
        ),
        (
            "x-function: f\npaths:\n  /a:\n    get: { $ref: \"#/x-ops/a\" }\nx-ops: { a: { security: [{ users: [] }] } }\n",
            "6:12: there is no key \"$ref\"; ",
        ),
        (
            "paths:\n  /a:\n    get: { x-function: f, x-amazon-apigateway-policy: {} }\n",
            "5:27: x-amazon-apigateway-policy of an operation is not supported; ",
        ),
        (
            "paths:\n  /a:\n    get: { x-function: f, x-amazon-apigateway-gateway-responses: {} }\n",
            "5:27: x-amazon-apigateway-gateway-responses of an operation is not supported; ",
        ),
        (
            "x-function: f\npaths:\n  /a:\n    x-amazon-apigateway-integration: { type: mock }\n    get: {}\n",
            "6:5: x-amazon-apigateway-integration of a path is not supported; ",
        ),
        (
            "x-function: f\npaths:\n  x-amazon-apigateway-auth: { type: AWS_IAM }\n  /a:\n    get: {}\n",
            "5:3: x-amazon-apigateway-auth of paths is not supported; ",
        ),
        (
            "x-amazon-apigateway-security-policy: TLS_1_2\nx-function: f\npaths:\n  /a:\n    get: {}\n",
            "3:1: x-amazon-apigateway-security-policy of the top is not supported; ",
        ),
    ] {
        for section in [REST, HTTP] {
            let said = wrong(section, "", &format!("{HEAD}{document}"));
            assert!(said.len() == 1 && said[0].starts_with(expected), "{document}: {said:?}");
        }
    }
}

#[test]
fn a_misspelt_word_of_what_requests_must_bring_is_an_error() {
    for (operation, expected) in [
        (
            "parameters: [{ name: p, in: query, requird: true }]",
            "there is no key \"requird\"; did you mean \"required\"?",
        ),
        (
            "requestBody: { contnt: { application/json: { schema: { type: object } } } }",
            "there is no key \"contnt\"; did you mean \"content\"?",
        ),
        (
            "requestBody: { content: { application/json: { shema: { type: object } } } }",
            "there is no key \"shema\"; did you mean \"schema\"?",
        ),
    ] {
        let operation = format!("{{ x-function: f, {operation} }}");
        let said = of_operation(REST, "", &operation);
        assert!(said.iter().any(|line| line == expected), "{said:?}");
        let document = format!("{HEAD}paths:\n  /a:\n    get: {operation}\n");
        assert_same(HTTP, "", &document, "{ route = \"GET /a\", function = \"f\" }", &[]);
    }
}

#[test]
fn what_openapi_has_words_for_is_read_over() {
    let document = "openapi: 3.1.0\n".to_owned()
        + r##"
info: { title: T, version: "1", x-note: 1 }
jsonSchemaDialect: https://spec.openapis.org/oas/3.1/dialect/base
servers: []
webhooks: {}
tags: [{ name: a, x-amazon-apigateway-tag-value: b }]
externalDocs: { url: "https://example.org" }
x-amazon-apigateway-documentation: {}
x-amazon-apigateway-importexport-version: "1.0"
x-note: 1
paths:
  x-note: 1
  /a:
    summary: A
    description: A
    servers: []
    x-note: 1
    get:
      x-function: f
      x-note: 1
      tags: [a]
      summary: A
      description: A
      externalDocs: { url: "https://example.org" }
      parameters:
        - name: p
          in: query
          description: P
          deprecated: true
          allowEmptyValue: true
          style: form
          explode: true
          allowReserved: true
          schema: {}
          example: 1
        - { name: q, in: query, content: { text/plain: {} }, examples: {} }
      responses: {}
      callbacks: {}
      deprecated: true
      servers: []
    post:
      x-function: f
      requestBody:
        description: B
        required: true
        content: { text/plain: { encoding: {}, example: a, examples: {}, schema: { type: string } } }
components: { x-note: 1 }
"##;
    let routes = r#"
        { method = "GET", path = "/a", function = "f" },
        { method = "POST", path = "/a", function = "f" },
    "#;
    assert_same(REST, "", &document, routes, &[]);
}

#[test]
fn nothing_that_counts_stands_beside_the_reference_of_a_path() {
    let document = |beside: &str, item: &str| {
        format!(
            "{HEAD}x-function: f\npaths:\n  /a: {{ $ref: \"#/components/pathItems/A\"{beside} }}\n\
             components:\n  pathItems:\n    A: {item}\n    B: {{ put: {{}} }}\n"
        )
    };
    let plain = document(", summary: s, description: d, servers: [], x-note: 1", "{ get: {} }");
    assert_same(HTTP, "", &plain, "{ route = \"GET /a\", function = \"f\" }", &[]);
    for beside in [
        "x-function: g",
        "x-route: { timeout_ms: 500 }",
        "post: {}",
        "parameters: []",
        "security: []",
        "x-amazon-apigateway-auth: { type: AWS_IAM }",
        "x-amazon-apigateway-any-method: {}",
    ] {
        let word = beside.split(':').next().unwrap_or_default();
        let message = format!("{word:?} beside $ref would have no effect");
        let said = wrong(HTTP, "", &document(&format!(", {beside}"), "{ get: {} }"));
        assert_eq!(said, [format!("5:43: {message}")]);
        let said = wrong(HTTP, "", &document("", &format!("{{ {beside}, $ref: \"#/components/pathItems/B\" }}")));
        assert_eq!(said, [format!("8:10: {message}")]);
    }
}

#[test]
fn what_the_section_says_is_named_with_what_to_do() {
    let help = |word: &str| {
        let document = format!("{HEAD}{word}\nx-function: f\npaths:\n  /a:\n    get: {{}}\n");
        let all = lowered(&format!("{APP}{REST}openapi = \"o.yaml\"\n"), &[("o.yaml", document.as_str())]);
        let Problems(all) = all.expect_err("the word is not read");
        all[0].help.clone().unwrap_or_default()
    };
    let key = "x-amazon-apigateway-api-key-source: AUTHORIZER";
    assert_eq!(help(key), "remove it: keys are read from the header x-api-key");
    let endpoint = "servers: [{ x-amazon-apigateway-endpoint-configuration: { disableExecuteApiEndpoint: true } }]";
    assert_eq!(help(endpoint), "write endpoint = \"...\" there, and remove it here");
    let cors = "x-amazon-apigateway-cors: {}";
    assert_eq!(help(cors), "write cors = { ... } there, and remove it here");
}
