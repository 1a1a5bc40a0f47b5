//! APIs to documents, and back.

use proptest::prelude::*;

use super::super::describe::{About, http_api, json as to_json, rest_api, yaml};
use super::super::expand;
use super::super::read::read as read_document;
use super::*;
use crate::aws::State;
use crate::manifest::lower::Sources;
use crate::manifest::names::Names;
use crate::manifest::read::read;
use crate::name::Owner;

/// The document of the API `web`.
fn described(manifest: &str, files: &[(&str, &str)]) -> Json {
    let text = format!("{APP}{manifest}");
    let all = lowered(&text, files).unwrap_or_else(|problems| panic!("{problems}"));
    let owner = Owner { app: "shop".parse().unwrap(), stage: "test".parse().unwrap() };
    let source = read("serverless-app.toml", &text, &owner.stage).unwrap();
    let files = files.iter().map(|(name, text)| ((*name).to_owned(), Ok((*text).to_owned()))).collect();
    let expanded = expand(&source, &Names::of(&source.manifest, &owner), &Sources { files, ..Sources::default() });
    let source = expanded.map_or(source, |all| all.source);
    let name = "web".parse().unwrap();
    let about = About { app: "shop", name: &name, servers: vec!["https://api.example.org/v1".into()] };
    let state = all.wanted.values().map(|wanted| &wanted.state);
    let mut document = state.filter_map(|state| match state {
        State::RestApi(state) => Some(rest_api(&about, &source.manifest.api[&name], state)),
        State::HttpApi(state) => Some(http_api(&about, &source.manifest.http_api[&name], state)),
        _ => None,
    });
    document.next_back().expect("an API").expect("a document")
}

/// The document is what OpenAPI allows, and as the API's source it gives the same resources and the same document.
fn comes_back(section: &str, routes: &str, more: &str, files: &[(&str, &str)]) -> Json {
    let by_hand = format!("{section}routes = [\n{routes}\n]\n{more}");
    let document = described(&by_hand, files);
    assert_is_openapi(&document);
    for (file, text) in [("o.yaml", yaml(&document)), ("o.json", to_json(&document).unwrap())] {
        assert_eq!(read_document(file, &text).map(|node| node.json()), Ok(document.clone()), "{text}");
        let by_document = format!("{section}openapi = \"{file}\"\n{more}");
        let files = [&[(file, text.as_str())], files].concat();
        assert_eq!(resources(&of(&by_document, &files)), resources(&of(&by_hand, &files)), "{text}");
        assert_eq!(described(&by_document, &files), document);
    }
    document
}

fn assert_is_openapi(document: &Json) {
    let schema: Json = serde_json::from_str(include_str!("../../../../fixtures/openapi/document.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(errors, [""; 0], "{document:#}");
    let mut wrong = document.clone();
    wrong["paths"] = json!([]);
    assert!(!validator.is_valid(&wrong), "the schema says something");
}

const ORDER: &str = r##"{"$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "required": ["id"],
    "properties": {"id": {"type": ["string", "null"]}, "of": {"$ref": "#/definitions/Of"}},
    "definitions": {"Of": {"type": "array", "items": {"$ref": "#/definitions/Of"}}}, "dependencies": {"id": ["of"]}}"##;
const PLAIN: &str = r##"{"type": "object", "properties": {"a": {"$ref": "#/definitions/Of"}, "b": {"type": ["integer", "null"]}},
    "definitions": {"Of": {"type": "string", "minLength": 1}}}"##;

#[test]
fn a_rest_api_is_described_and_comes_back_from_its_description() {
    let routes = r#"
        { method = "GET", path = "/orders/{id}", function = "f", auth = "users", scopes = ["shop/read"], require = ["querystring.page", "header.X-Id"] },
        { method = "POST", path = "/orders", function = "g", auth = "tokens", api_key = true, body = "order.json", timeout_ms = 900, throttle = { rate = 2.5, burst = 4 } },
        { method = "PUT", path = "/orders", function = "g", body = "plain.json", require = ["header.Authorization"] },
        { method = "ANY", path = "/{proxy+}", function = "f", auth = "iam" },
        { method = "POST", path = "/jobs", send = "jobs" },
        { method = "GET", path = "/fixed", respond = { status = 203, body = "{\"a: b\": 1}", headers = { X-A = "no" } } },
    "#;
    let more = format!("{TOKENS}identity_source = \"header.X-Token\"\n{USERS}");
    let document = comes_back(REST, routes, &more, &[("order.json", ORDER), ("plain.json", PLAIN)]);
    let get = &document["paths"]["/orders/{id}"]["get"];
    let parameters = json!([
        {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
        {"name": "page", "in": "query", "required": true, "schema": {"type": "string"}},
        {"name": "X-Id", "in": "header", "required": true, "schema": {"type": "string"}},
    ]);
    assert_eq!(
        (&get["parameters"], &get["tags"], &get["security"]),
        (&parameters, &json!(["f"]), &json!([{"users": ["shop/read"]}]))
    );
    let schemes = &document["components"]["securitySchemes"];
    let url = "https://cognito-idp.us-west-2.amazonaws.com/us-west-2_a/.well-known/openid-configuration";
    assert_eq!(schemes["users"], json!({"type": "openIdConnect", "openIdConnectUrl": url}));
    assert_eq!(schemes["tokens"]["name"], "X-Token");
    assert_eq!(schemes["api_key"], json!({"type": "apiKey", "in": "header", "name": "x-api-key"}));
    assert_eq!(
        document["paths"]["/orders"]["post"]["x-route"],
        json!({"timeout_ms": 900, "throttle": {"rate": 2.5, "burst": 4}})
    );
    assert_eq!(document["servers"], json!([{"url": "https://api.example.org/v1"}]));
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["Plain"]["properties"]["b"], json!({"type": "integer", "nullable": true}));
    assert!(schemas["Order"].get("x-model").is_some(), "OpenAPI has no dependencies");
}

#[test]
fn an_http_api_is_described_and_comes_back_from_its_description() {
    let routes = r#"
        { route = "GET /items/{id}", function = "f", auth = "users", scopes = ["read"], operation = "getItem" },
        { route = "PUT /items/{id}", function = "f", auth = "judge", operation = "one" },
        { route = "PATCH /items/{id}", function = "f", operation = "one" },
        { route = "POST /jobs", send = "jobs", parameters = { MessageBody = "$request.body.id", DelaySeconds = "1" } },
        { route = "ANY /files/{path+}", url = "https://${stage}.example.org/{path}", responses = { 404 = { "overwrite:statuscode" = "403" } } },
        { route = "$default", function = "g", payload = "1.0", auth = "iam", timeout_ms = 700 },
    "#;
    let more = format!(
        "{JWT}[http_api.web.authorizer.judge]\nfunction = \"g\"\nidentity_sources = [\"$context.stage\", \"$request.querystring.key\"]\n"
    );
    let document = comes_back(HTTP, routes, &more, &[]);
    assert_eq!(document["paths"]["/items/{id}"]["get"]["operationId"], "getItem");
    assert_eq!(document["paths"]["/items/{id}"]["put"].get("operationId"), None, "two operations have two ids");
    assert_eq!(document["components"]["securitySchemes"]["judge"]["in"], "query");
    assert_eq!(document["paths"]["/$default"]["x-amazon-apigateway-any-method"]["x-function"], "g");
}

#[test]
fn definitions_of_one_name_and_two_meanings_stay_apart() {
    let other = PLAIN.replace("minLength", "maxLength");
    let routes = r#"
        { method = "POST", path = "/a", function = "f", body = "plain.json" },
        { method = "POST", path = "/b", function = "f", body = "other.json" },
    "#;
    let document = comes_back(REST, routes, "", &[("plain.json", PLAIN), ("other.json", other.as_str())]);
    let names: Vec<&String> = document["components"]["schemas"].as_object().expect("schemas").keys().collect();
    assert_eq!(names, ["Of", "Other", "Plain", "Plain_Of"]);
}

#[test]
fn a_document_is_written_in_the_order_in_which_people_read() {
    let document = described(
        &format!("{HTTP}description = \"a: b\"\nroutes = [{{ route = \"GET /\", function = \"f\" }}]\n"),
        &[],
    );
    let expected = "openapi: \"3.0.3\"\ninfo:\n  title: shop web\n  version: \"1\"\n  description: \"a: b\"\nservers:\n  - url: \"https://api.example.org/v1\"\n\
                    paths:\n  /:\n    get:\n      tags:\n        - f\n      x-function: f\n      responses:\n        default:\n          description: The answer\n";
    assert_eq!(yaml(&document), expected);
}

fn value() -> impl Strategy<Value = Json> {
    let scalar = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        (-1e9..1e9_f64).prop_map(Json::from),
        any::<String>().prop_map(Json::from),
        "[a-z0-9 :#&*!|>'\"%@`{}\\[\\],?.-]{0,8}".prop_map(Json::from),
        prop::sample::select(vec![
            "yes", "No", "null", "~", "1e3", "0x1", ".inf", "<<", "=", "- a", "a: b", "a #b", "/a", "$x"
        ])
        .prop_map(Json::from),
    ];
    scalar.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map("[a-z:# ~-]{1,4}|[0-9]{3}|true|null", inner, 0..4)
                .prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

/// Routes of a REST API that it can have.
fn rest_routes() -> impl Strategy<Value = String> {
    let paths = prop::sample::subsequence(vec!["/", "/a", "/a/b-c", "/a/{id}", "/a/{id}/x.y", "/all/{rest+}"], 1..6);
    let words = prop::collection::vec((0..4_usize, 0..5_usize, 0..4_usize, 0..4_usize, any::<bool>()), 6);
    (paths, words).prop_map(|(paths, words)| {
        let route = |(path, (method, auth, require, target, more)): (&str, (usize, usize, usize, usize, bool))| {
            let method = ["POST", "ANY", "PUT", "PATCH"][method];
            let auth = [
                "",
                ", auth = \"iam\"",
                ", auth = \"users\", scopes = [\"a/b\", \"c\"]",
                ", auth = \"tokens\"",
                ", auth = \"tokens\", api_key = true",
            ][auth];
            let require = [
                "",
                ", require = [\"querystring.p\", \"header.X-Id\"]",
                ", require = [\"header.Content-Type\", \"querystring.q\"]",
                ", body = \"order.json\"",
            ][require];
            let target =
                ["function = \"f\"", "function = \"g\"", "send = \"jobs\"", "respond = { status = 204 }"][target];
            let more = if more { ", timeout_ms = 777" } else { "" };
            format!("{{ method = \"{method}\", path = \"{path}\", {target}{auth}{require}{more} }},")
        };
        paths.into_iter().zip(words).map(route).collect::<Vec<_>>().join("\n")
    })
}

/// Routes of an HTTP API that it can have.
fn http_routes() -> impl Strategy<Value = String> {
    let keys =
        vec!["$default", "GET /", "POST /a", "ANY /a/{id}", "PUT /a/{id}/x.y", "DELETE /all/{rest+}", "PATCH /z/"];
    let words = prop::collection::vec((0..4_usize, 0..4_usize, 0..4_usize), 7);
    (prop::sample::subsequence(keys, 1..7), words).prop_map(|(keys, words)| {
        let route = |(key, (auth, target, more)): (&str, (usize, usize, usize))| {
            let auth = ["", ", auth = \"iam\"", ", auth = \"users\", scopes = [\"r\"]", ", auth = \"users\""][auth];
            let target = [
                "function = \"f\"",
                "function = \"g\", payload = \"1.0\"",
                "send = \"jobs\"",
                "url = \"https://example.org/a\", responses = { 404 = { \"overwrite:statuscode\" = \"403\" } }",
            ][target];
            let more =
                ["", ", timeout_ms = 777", ", operation = \"one\"", ", throttle = { rate = 0.5, burst = 3 }"][more];
            format!("{{ route = \"{key}\", {target}{auth}{more} }},")
        };
        keys.into_iter().zip(words).map(route).collect::<Vec<_>>().join("\n")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_rest_api_comes_back_from_its_description(routes in rest_routes()) {
        comes_back(REST, &routes, &format!("{TOKENS}{USERS}"), &[("order.json", ORDER)]);
    }

    #[test]
    fn any_http_api_comes_back_from_its_description(routes in http_routes()) {
        comes_back(HTTP, &routes, JWT, &[]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_as_yaml_is_read_again(value in value()) {
        let text = yaml(&value);
        prop_assert_eq!(read_document("o.yaml", &text).map(|node| node.json()), Ok(value.clone()), "{}", text);
        prop_assert_eq!(read_document("o.json", &to_json(&value).unwrap()).map(|node| node.json()), Ok(value));
    }
}
