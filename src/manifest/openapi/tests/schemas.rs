//! Schemas to models.

use super::super::document::Document;
use super::super::read::read;
use super::super::report::Report;
use super::super::schema::{Models, model_name};
use super::*;

/// The model of the schema `Root` beside these other schemas; or what is wrong, with its place.
fn model(version: &str, schemas: &str) -> Result<Json, String> {
    let text = format!("openapi: {version}\ncomponents:\n  schemas:\n{schemas}");
    let document = Document::of(read("o.yaml", &text).unwrap()).unwrap();
    let report = Report::default();
    let models = Models::of(&document, &report);
    let root = &document.component("schemas", "Root").unwrap().node;
    models.standing_alone(root).map_err(|wrong| format!("{}:{}: {}", wrong.place.0, wrong.place.1, wrong.message))
}

#[test]
fn openapi_3_0_becomes_draft_4() {
    for (schema, expected) in [
        ("{ type: string, nullable: true }", json!({"type": ["string", "null"]})),
        ("{ type: string, nullable: true, enum: [a] }", json!({"type": ["string", "null"], "enum": ["a", null]})),
        ("{ nullable: true }", json!({})),
        (
            "{ type: integer, format: int64, minimum: 1, exclusiveMinimum: true }",
            json!({"type": "integer", "minimum": 1, "exclusiveMinimum": true}),
        ),
        (
            "{ type: string, format: date-time, example: x, deprecated: true, x-a: 1, xml: {} }",
            json!({"type": "string", "format": "date-time"}),
        ),
        (
            "{ required: [a, b], properties: { a: { readOnly: true }, b: {} } }",
            json!({"required": ["b"], "properties": {"a": {}, "b": {}}}),
        ),
        ("{ required: [a], properties: { a: { readOnly: true } } }", json!({"properties": {"a": {}}})),
        (
            "{ allOf: [{ type: object }, { not: { type: array } }], additionalProperties: false }",
            json!({"allOf": [{"type": "object"}, {"not": {"type": "array"}}], "additionalProperties": false}),
        ),
        (
            "{ type: array, items: { enum: [1, 2.5, null, x] } }",
            json!({"type": "array", "items": {"enum": [1, 2.5, null, "x"]}}),
        ),
        (
            "{ type: string, x-model: { type: string, dependencies: {} } }",
            json!({"type": "string", "dependencies": {}}),
        ),
    ] {
        assert_eq!(model("3.0.3", &format!("    Root: {schema}\n")), Ok(expected), "{schema}");
    }
}

#[test]
fn openapi_3_1_becomes_draft_4() {
    for (schema, expected) in [
        ("{ type: [string, 'null'], const: a }", json!({"type": ["string", "null"], "enum": ["a"]})),
        ("{ exclusiveMinimum: 3, minimum: 1 }", json!({"minimum": 3, "exclusiveMinimum": true})),
        ("{ minimum: 5, exclusiveMinimum: 3 }", json!({"minimum": 5})),
        ("{ exclusiveMaximum: 3 }", json!({"maximum": 3, "exclusiveMaximum": true})),
        ("{ properties: { a: true, b: false } }", json!({"properties": {"a": {}, "b": {"not": {}}}})),
        (
            "{ patternProperties: { '^a': { type: string } }, examples: [1] }",
            json!({"patternProperties": {"^a": {"type": "string"}}}),
        ),
    ] {
        assert_eq!(model("3.1.0", &format!("    Root: {schema}\n")), Ok(expected), "{schema}");
    }
}

#[test]
fn what_is_referred_to_comes_along_and_may_lead_back() {
    let schemas = "    Root: { type: object, properties: { all: { $ref: '#/components/schemas/A' } } }\n    \
                   A: { type: array, items: { $ref: '#/components/schemas/B~1b' } }\n    \
                   B/b: { type: object, properties: { up: { $ref: '#/components/schemas/A', title: kept } } }\n    \
                   C: { type: string }\n";
    let definitions = json!({
        "A": {"type": "array", "items": {"$ref": "#/definitions/B~1b"}},
        "B/b": {"type": "object", "properties": {"up": {"$ref": "#/definitions/A"}}},
    });
    let expected =
        json!({"type": "object", "properties": {"all": {"$ref": "#/definitions/A"}}, "definitions": definitions});
    assert_eq!(model("3.0.3", schemas), Ok(expected.clone()));
    assert_eq!(model("3.1.0", schemas), Ok(expected));
    let beside = "    Root: { $ref: '#/components/schemas/A', minLength: 2 }\n    A: { type: string }\n";
    let definitions = json!({"A": {"type": "string"}});
    let in_3_0 = json!({"allOf": [{"$ref": "#/definitions/A"}], "definitions": definitions});
    assert_eq!(model("3.0.0", beside), Ok(in_3_0), "nothing counts beside a reference");
    let in_3_1 = json!({"allOf": [{"$ref": "#/definitions/A"}, {"minLength": 2}], "definitions": definitions});
    assert_eq!(model("3.1.0", beside), Ok(in_3_1));
}

#[test]
fn what_draft_4_cannot_say_is_refused() {
    for (version, schema, expected) in [
        ("3.1.0", "{ if: {} }", "4:13: API Gateway's models have no \"if\": they are of JSON Schema's draft 4"),
        (
            "3.1.0",
            "{ items: {}, prefixItems: [] }",
            "4:24: API Gateway's models have no \"prefixItems\": they are of JSON Schema's draft 4",
        ),
        ("3.0.3", "{ const: 1 }", "4:13: API Gateway's models have no \"const\": they are of JSON Schema's draft 4"),
        (
            "3.0.3",
            "{ exclusiveMinimum: 1 }",
            "4:31: exclusiveMinimum is true or false in OpenAPI 3.0, and this is a number",
        ),
        (
            "3.1.0",
            "{ exclusiveMinimum: true }",
            "4:31: exclusiveMinimum is a number in OpenAPI 3.1, and this is true or false",
        ),
        ("3.0.3", "{ items: true }", "4:20: a schema is a table, and this is true or false"),
        ("3.0.3", "{ items: { $ref: '#/components' } }", "4:28: a model cannot refer to \"#/components\""),
        ("3.0.3", "{ items: { $ref: '#/paths/~1a' } }", "4:28: \"#/paths/~1a\" refers to nothing"),
        (
            "3.0.3",
            "{ items: { $ref: 'other.yaml#/A' } }",
            "4:28: \"other.yaml#/A\" is in another file, and nothing but this one is read",
        ),
        (
            "3.1.0",
            "{ $ref: 'https://example.org/a.json' }",
            "4:19: \"https://example.org/a.json\" is in another file, and nothing but this one is read",
        ),
        ("3.0.3", "{ items: { $ref: 5 } }", "4:28: a reference is a text"),
        (
            "3.0.3",
            "{ items: { $ref: '#/components/schemas/Gone' } }",
            "4:28: \"#/components/schemas/Gone\" refers to nothing",
        ),
    ] {
        assert_eq!(model(version, &format!("    Root: {schema}\n")), Err(expected.to_owned()), "{schema}");
    }
}

#[test]
fn models_are_called_as_schemas_are_where_api_gateway_lets_them() {
    assert_eq!(model_name("Order"), "Order");
    let others = ["Order.v1", "Order-v1", "Orderv1", "Empty", "Error", "", "ä"];
    let names: std::collections::BTreeSet<String> = others.iter().map(|name| model_name(name)).collect();
    assert_eq!(names.len(), others.len(), "{names:?}");
    assert!(names.iter().all(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric())), "{names:?}");
    assert!(model_name(&"x".repeat(300)).len() <= 128);
}

#[test]
fn a_body_of_several_kinds_is_not_checked_and_that_is_said() {
    let media = |content: &str| {
        let document = format!(
            "{HEAD}paths:\n  /a:\n    post:\n      x-function: f\n      requestBody: {{ content: {{ {content} }} }}\n"
        );
        let all = of(&format!("{REST}openapi = \"o.yaml\"\n"), &[("o.yaml", document.as_str())]);
        let warned = all.warnings.iter().any(|warning| warning.message.contains("are not checked"));
        (!state(&all, "apigateway.rest-api/web")["models"].is_null(), warned)
    };
    assert_eq!(media("application/json: { schema: { type: object } }"), (true, false));
    assert_eq!(media("application/merge-patch+json: { schema: { type: object } }"), (true, false));
    let alike = "application/json: { schema: { type: object } }, application/x+json: { schema: { type: object } }";
    assert_eq!(media(alike), (true, false));
    assert_eq!(media(&alike.replacen("object", "array", 1)), (false, true));
    assert_eq!(media("application/json: { schema: { type: object } }, text/plain: {}"), (false, true));
    assert_eq!(media("application/json: { schema: {} }"), (false, false), "it lets everything through");
    assert_eq!(media("text/plain: { schema: { type: string } }"), (false, false));
}
