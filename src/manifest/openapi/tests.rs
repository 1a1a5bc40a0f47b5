//! Documents to resources, and resources to documents.

use serde_json::{Value as Json, json};

use crate::manifest::function::tests::{lowered, problems, state};
use crate::manifest::lower::Lowered;

mod bounds;
mod called;
mod described;
mod problem;
mod schemas;
mod words;

const APP: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\
    [function.f]\nsource = \"f\"\nruntime = \"python3.12\"\nhandler = \"m.h\"\n\
    [function.g]\nsource = \"g\"\nruntime = \"python3.12\"\nhandler = \"m.h\"\n\
    [queue.jobs]\n";
const REST: &str = "[api.web]\n";
const HTTP: &str = "[http_api.web]\n";
const TOKENS: &str = "[api.web.authorizer.tokens]\nfunction = \"g\"\n";
const USERS: &str =
    "[api.web.authorizer.users]\nuser_pools = [\"arn:aws:cognito-idp:us-west-2:123456789012:userpool/us-west-2_a\"]\n";
const JWT: &str = "[http_api.web.authorizer.users]\nissuer = \"https://issuer.example.org\"\naudience = [\"shop\"]\n";
const HEAD: &str = "openapi: 3.0.3\ninfo: { title: T, version: \"1\" }\n";

/// Every resource, as JSON.
fn resources(lowered: &Lowered) -> Json {
    let all = lowered.wanted.iter().map(|(address, wanted)| {
        let needs: Vec<String> = wanted.needs.iter().map(ToString::to_string).collect();
        (address.to_string(), json!({"state": state(lowered, &address.to_string()), "needs": needs}))
    });
    Json::Object(all.collect())
}

fn of(manifest: &str, files: &[(&str, &str)]) -> Lowered {
    lowered(&format!("{APP}{manifest}"), files).unwrap_or_else(|problems| panic!("{problems}"))
}

/// What a section with a document is lowered to, and what the same section with these routes is.
fn assert_same(section: &str, more: &str, document: &str, routes: &str, files: &[(&str, &str)]) {
    let documents = [&[("o.yaml", document)], files].concat();
    let by_document = of(&format!("{section}openapi = \"o.yaml\"\n{more}"), &documents);
    let by_hand = of(&format!("{section}routes = [\n{routes}\n]\n{more}"), files);
    assert_eq!(resources(&by_document), resources(&by_hand));
}

const DOCUMENT: &str = r##"
x-function: f
x-route: { timeout_ms: 5000 }
security: [{ users: [] }]
paths:
  /orders:
    x-function: g
    parameters:
      - { name: page, in: query, required: true, schema: { type: integer } }
      - { name: X-Id, in: header, required: true, schema: { type: string } }
    get:
      parameters: [{ name: page, in: query, schema: { type: integer } }]
      security: [{ users: [shop/read, shop/write] }]
    post:
      x-function: f
      x-route: { timeout_ms: 900 }
      security: [{ tokens: [], key: [] }]
      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/Order" } } } }
  /orders/{id}/parts:
    put:
      security: []
      parameters: [{ name: Authorization, in: header, required: true, schema: { type: string } }]
      requestBody: { content: { application/json: { schema: { type: object, required: [a] } } } }
    x-amazon-apigateway-any-method: {}
  /jobs:
    post: { security: [{}], x-route: { send: jobs } }
  /signed:
    get: { security: [{ signed: [] }], operationId: g }
components:
  schemas:
    Order: { type: object, required: [id], properties: { id: { type: string } } }
  securitySchemes:
    users: { type: oauth2, flows: {} }
    tokens: { type: http, scheme: bearer }
    key: { type: apiKey, in: header, name: X-API-Key }
    signed: { type: apiKey, in: header, name: Authorization, x-amazon-apigateway-authtype: awsSigv4 }
"##;

#[test]
fn operations_of_a_rest_api_are_the_routes_that_they_stand_for() {
    let routes = r#"
        { method = "GET", path = "/orders", function = "g", timeout_ms = 5000, auth = "users", scopes = ["shop/read", "shop/write"], require = ["header.X-Id"] },
        { method = "POST", path = "/orders", function = "f", timeout_ms = 900, auth = "tokens", api_key = true, require = ["querystring.page", "header.X-Id"], body = "o.yaml#/models/Order" },
        { method = "PUT", path = "/orders/{id}/parts", function = "f", timeout_ms = 5000, body = "o.yaml#/models/MODEL" },
        { method = "ANY", path = "/orders/{id}/parts", function = "f", timeout_ms = 5000, auth = "users" },
        { method = "POST", path = "/jobs", send = "jobs", timeout_ms = 5000 },
        { method = "GET", path = "/signed", function = "f", timeout_ms = 5000, auth = "iam" },
    "#;
    let document = format!("{HEAD}{DOCUMENT}");
    let more = format!("{TOKENS}{USERS}");
    let by_document = of(&format!("{REST}openapi = \"o.yaml\"\n{more}"), &[("o.yaml", document.as_str())]);
    let models = state(&by_document, "apigateway.rest-api/web")["models"].clone();
    let inline = models.as_object().expect("models").keys().find(|name| name.starts_with("PutOrdersidPartsBody"));
    let inline = inline.unwrap_or_else(|| panic!("{models}")).clone();
    let order = r#"{"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}"#;
    let file = format!("o.yaml#/models/{inline}");
    let files = [("o.yaml#/models/Order", order), (file.as_str(), r#"{"type": "object", "required": ["a"]}"#)];
    assert_same(REST, &more, &document, &routes.replace("MODEL", &inline), &files);
}

#[test]
fn operations_of_an_http_api_are_the_routes_that_they_stand_for() {
    let document = format!(
        "{HEAD}{}",
        r##"
x-function: f
paths:
  /items:
    get: { operationId: listItems, security: [{ users: [read] }], x-route: { payload: "1.0" } }
    x-amazon-apigateway-any-method: { security: [{ signed: [] }] }
  /old:
    get:
      x-function: g
      x-amazon-apigateway-integration: { type: aws_proxy, uri: "${Old.Arn}" }
  /away:
    get: { x-route: { url: "https://example.org/${app}" } }
  /$default:
    x-amazon-apigateway-any-method: {}
components:
  securitySchemes:
    users: { $ref: "#/components/securitySchemes/other" }
    other: { type: openIdConnect, openIdConnectUrl: "https://issuer.example.org" }
    signed: { type: apiKey, in: header, name: Authorization, x-amazon-apigateway-authtype: awsSigv4 }
"##
    );
    let routes = r#"
        { route = "GET /items", function = "f", auth = "users", scopes = ["read"], payload = "1.0", operation = "listItems" },
        { route = "ANY /items", function = "f", auth = "iam" },
        { route = "GET /old", function = "g" },
        { route = "GET /away", url = "https://example.org/${app}" },
        { route = "$default", function = "f" },
    "#;
    assert_same(HTTP, JWT, &document, routes, &[]);
}

/// The first blocks of TOML and of YAML of the documentation.
#[test]
fn the_documentations_example_is_one() {
    let text = include_str!("../../../docs/openapi.md");
    let block =
        |of: &str| text.split(&format!("```{of}\n")).nth(1).and_then(|rest| rest.split("```").next()).expect("a block");
    let manifest = format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n{}", block("toml"));
    let all = lowered(&manifest, &[("openapi.yaml", block("yaml"))]).unwrap_or_else(|problems| panic!("{problems}"));
    let api = state(&all, "apigateway.rest-api/shop");
    let of = |route: &str| api["methods"][route]["authorizationType"].clone();
    assert_eq!((of("GET /orders"), of("POST /orders")), (json!("COGNITO_USER_POOLS"), json!("COGNITO_USER_POOLS")));
    assert_eq!(api["models"].as_object().expect("models").keys().collect::<Vec<_>>(), ["Order"]);
}

#[test]
fn an_integration_in_awss_words_is_understood_where_it_is_clear() {
    let document = |name: &str| {
        format!(
            "{HEAD}paths:\n  /a:\n    get:\n      x-amazon-apigateway-integration:\n        type: AWS_PROXY\n        httpMethod: POST\n        \
             payloadFormatVersion: 1.0\n        timeoutInMillis: 700\n        uri: arn:aws:apigateway:us-west-2:lambda:path/2015-03-31/functions/arn:aws:lambda:us-west-2:123456789012:function:{name}/invocations\n"
        )
    };
    let route = "{ route = \"GET /a\", function = \"g\", payload = \"1.0\", timeout_ms = 700 }";
    assert_same(HTTP, "", &document("shop--test-g"), route, &[]);
    let another = problems(&format!("{APP}{HTTP}openapi = \"o.yaml\"\n"), &[("o.yaml", document("g").as_str())]);
    assert_eq!(another, ["6:7: the integration does not contain the ARN of a function of the manifest"]);
    let document = format!(
        "{HEAD}paths:\n  /a/{{id}}:\n    x-amazon-apigateway-any-method:\n      x-amazon-apigateway-integration:\n        \
         {{ type: HTTP_PROXY, httpMethod: ANY, connectionType: INTERNET, payloadFormatVersion: '1.0', uri: 'https://example.org/{{id}}' }}\n"
    );
    assert_same(HTTP, "", &document, "{ route = \"ANY /a/{id}\", url = \"https://example.org/{id}\" }", &[]);
}

#[test]
fn json_is_read_as_yaml_is() {
    let document = r#"{"openapi": "3.1.1", "paths": {"/\u00e4x": {"trace": 1}, "/a": {"get": {"x-function": "f"}}}}"#;
    let said = problems(&format!("{APP}{HTTP}openapi = \"o.json\"\n"), &[("o.json", document)]);
    assert_eq!(said, ["1:45: API Gateway has no method \"trace\""]);
    let document = document.replace("\"/\\u00e4x\": {\"trace\": 1}, ", "");
    let json = of(&format!("{HTTP}openapi = \"o.json\"\n"), &[("o.json", document.as_str())]);
    let by_hand = of(&format!("{HTTP}routes = [{{ route = \"GET /a\", function = \"f\" }}]\n"), &[]);
    assert_eq!(resources(&json), resources(&by_hand));
    let marked = format!("\u{feff}{document}");
    for file in ["o.json", "o.yaml"] {
        let marked = of(&format!("{HTTP}openapi = \"{file}\"\n"), &[(file, marked.as_str())]);
        assert_eq!(resources(&marked), resources(&by_hand), "a byte order mark says nothing");
    }
}

#[test]
fn routes_of_the_manifest_stand_beside_those_of_a_document() {
    let document = format!("{HEAD}paths:\n  /a:\n    get: {{ x-function: f }}\n");
    let own = "openapi = \"o.yaml\"\nroutes = [{ method = \"GET\", path = \"/b\", function = \"g\" }]\n";
    let api = state(&of(&format!("{REST}{own}"), &[("o.yaml", document.as_str())]), "apigateway.rest-api/web");
    assert_eq!(api["methods"].as_object().expect("methods").keys().collect::<Vec<_>>(), ["GET /a", "GET /b"]);
}

#[test]
fn a_validator_in_awss_words_says_what_is_checked() {
    let document = |validator: &str| {
        format!(
            "{HEAD}x-amazon-apigateway-request-validators:\n  none: {{ validateRequestBody: false, validateRequestParameters: false }}\n  \
             some: {{ validateRequestBody: false, validateRequestParameters: true }}\npaths:\n  /a:\n    post:\n      x-function: f\n      \
             {validator}\n      parameters: [{{ name: p, in: query, required: true }}]\n      \
             requestBody: {{ content: {{ application/json: {{ schema: {{ type: object }} }} }} }}\n"
        )
    };
    let checked = |validator: &str| {
        let api = state(
            &of(&format!("{REST}openapi = \"o.yaml\"\n"), &[("o.yaml", document(validator).as_str())]),
            "apigateway.rest-api/web",
        );
        (
            api["models"].is_null(),
            api["requestValidators"].as_object().map(|all| all.keys().cloned().collect::<Vec<_>>()),
        )
    };
    assert_eq!(checked(""), (false, Some(vec!["body-and-parameters".to_owned()])));
    assert_eq!(checked("x-amazon-apigateway-request-validator: some"), (true, Some(vec!["parameters".to_owned()])));
    assert_eq!(checked("x-amazon-apigateway-request-validator: none"), (true, None));
}
