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
        ("{ type: string, nullable: true, enum: [a] }", json!({"type": ["string", "null"], "enum": ["a"]})),
        ("{ type: string, nullable: true, enum: [a, null] }", json!({"type": ["string", "null"], "enum": ["a", null]})),
        ("{ enum: [a, a, b], required: [b, b] }", json!({"enum": ["a", "b"], "required": ["b"]})),
        ("{ exclusiveMinimum: false }", json!({})),
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
        ("{ const: a, enum: [a, b] }", json!({"enum": ["a"]})),
        ("{ enum: [a, b], const: b }", json!({"enum": ["b"]})),
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
        ("3.1.0", "{ if: {} }", "4:13: API Gateway's models do not support \"if\": they use JSON Schema draft 4"),
        (
            "3.1.0",
            "{ items: {}, prefixItems: [] }",
            "4:24: API Gateway's models do not support \"prefixItems\": they use JSON Schema draft 4",
        ),
        ("3.0.3", "{ const: 1 }", "4:13: API Gateway's models do not support \"const\": they use JSON Schema draft 4"),
        (
            "3.0.3",
            "{ exclusiveMinimum: 1 }",
            "4:31: exclusiveMinimum must be true or false in OpenAPI 3.0, but this is a number",
        ),
        (
            "3.1.0",
            "{ exclusiveMinimum: true }",
            "4:31: exclusiveMinimum must be a number in OpenAPI 3.1, but this is true or false",
        ),
        ("3.0.3", "{ items: true }", "4:20: a schema must be a table, but this is true or false"),
        ("3.0.3", "{ items: { $ref: '#/components' } }", "4:28: a model cannot refer to \"#/components\""),
        ("3.0.3", "{ items: { $ref: '#/paths/~1a' } }", "4:28: \"#/paths/~1a\" refers to nothing"),
        (
            "3.0.3",
            "{ items: { $ref: 'other.yaml#/A' } }",
            "4:28: \"other.yaml#/A\" is in another file, and only this file is read",
        ),
        (
            "3.1.0",
            "{ $ref: 'https://example.org/a.json' }",
            "4:19: \"https://example.org/a.json\" is in another file, and only this file is read",
        ),
        ("3.0.3", "{ items: { $ref: 5 } }", "4:28: a reference must be a text"),
        ("3.1.0", "{ exclusiveMinimum: 3, minimum: '5' }", "4:43: minimum must be a number, but this is a text"),
        ("3.1.0", "{ const: c, enum: [a] }", "4:20: the value of const is not one of those in enum"),
        (
            "3.0.3",
            "{ items: { $ref: '#/components/schemas/Gone' } }",
            "4:28: \"#/components/schemas/Gone\" refers to nothing",
        ),
    ] {
        assert_eq!(model(version, &format!("    Root: {schema}\n")), Err(expected.to_owned()), "{schema}");
    }
}

/// Left out, a model would check less than the document says, or be refused in the middle of an apply.
#[test]
fn a_word_of_a_schema_that_holds_something_of_another_form_is_reported_where_it_stands() {
    let types = "array, boolean, integer, null, number, object or string, or a list of these";
    for (schema, expected) in [
        ("{ required: sku }", "23: required must be a list, but this is a text".to_owned()),
        ("{ required: [1] }", "24: a property's name must be a text, but this is a number".into()),
        ("{ properties: [sku] }", "25: properties must be a table, but this is a list".into()),
        ("{ allOf: {} }", "20: allOf must be a list, but this is a table".into()),
        ("{ allOf: [] }", "20: allOf must be a list with at least one schema, but this is an empty list".into()),
        ("{ type: text }", format!("19: type must be {types}, but this is \"text\"")),
        ("{ minimum: '5' }", "22: minimum must be a number, but this is \"5\"".into()),
        ("{ enum: x }", "19: enum must be a list, but this is a text".into()),
        ("{ description: 5 }", "26: description must be a text, but this is 5".into()),
        ("{ type: string, nullable: 'true' }", "37: nullable must be true or false, but this is a text".into()),
        (
            "{ required: [a], properties: { a: { readOnly: 'yes' } } }",
            "57: readOnly must be true or false, but this is a text".into(),
        ),
        ("{ exclusiveMinimum: true }", "31: exclusiveMinimum has no effect without minimum".into()),
        (
            "{ x-model: { type: object, required: [] } }",
            "48: required must be a list with at least one name, each of them once, but this is an empty list".into(),
        ),
    ] {
        assert_eq!(model("3.0.3", &format!("    Root: {schema}\n")), Err(format!("4:{expected}")), "{schema}");
    }
}

#[test]
fn schemas_that_are_made_of_themselves_are_refused() {
    let schemas = "    Root: { allOf: [{ $ref: '#/components/schemas/A' }] }\n    A: { $ref: '#/components/schemas/B' }\n    \
                   B: { $ref: '#/components/schemas/A' }\n";
    assert_eq!(model("3.0.3", schemas), Err("4:21: the reference leads back to itself".to_owned()));
    let schemas = "    Root: { properties: { a: { $ref: '#/components/schemas/A' } } }\n    \
                   A: { allOf: [{ $ref: '#/components/schemas/B' }] }\n    B: { oneOf: [{}, { $ref: '#/components/schemas/A' }] }\n";
    let expected = "5:5: the schema \"A\" refers only to itself, so it checks nothing";
    assert_eq!(model("3.0.3", schemas), Err(expected.to_owned()));
}

/// The model of a schema beside others.
fn beside_others(schema: &str, version: &str) -> Json {
    let more = "    Base: { properties: { id: { type: string, readOnly: true } } }\n    Asking: { required: [id, sku] }\n    \
                Id: { type: string }\n    Read: { type: string, readOnly: true }\n";
    model(version, &format!("    Root: {schema}\n{more}")).unwrap_or_else(|wrong| panic!("{schema}: {wrong}"))
}

#[test]
fn what_is_only_read_is_not_asked_for_by_any_part_of_a_schema() {
    let base = json!({"properties": {"id": {"type": "string"}}});
    let of_parts = |second: Json| json!({"allOf": [{"$ref": "#/definitions/Base"}, second], "definitions": {"Base": base.clone()}});
    let own = "{ allOf: [{ $ref: '#/components/schemas/Base' }, { type: object, required: [id, sku] }] }";
    assert_eq!(beside_others(own, "3.0.3"), of_parts(json!({"type": "object", "required": ["sku"]})));
    // Others may refer to what asks for it as well: it is written out.
    let elsewhere = "{ allOf: [{ $ref: '#/components/schemas/Base' }, { $ref: '#/components/schemas/Asking' }] }";
    assert_eq!(beside_others(elsewhere, "3.0.3"), of_parts(json!({"required": ["sku"]})));
    let around = "{ $ref: '#/components/schemas/Base', required: [id, sku] }";
    assert_eq!(beside_others(around, "3.1.0"), of_parts(json!({"required": ["sku"]})));
    // Without its own, one of several would always match.
    let either = "{ properties: { id: { readOnly: true } }, oneOf: [{ required: [id] }, { required: [sku] }] }";
    let parts = json!([{"required": ["id"]}, {"required": ["sku"]}]);
    assert_eq!(beside_others(either, "3.0.3"), json!({"properties": {"id": {}}, "oneOf": parts}));
}

#[test]
fn a_property_says_itself_or_by_what_it_is_that_it_is_only_read() {
    let required = |id: &str, version: &str| {
        let schema = format!("{{ required: [id, sku], properties: {{ id: {id} }} }}");
        beside_others(&schema, version)["required"].clone()
    };
    let own = "{ $ref: '#/components/schemas/Id', readOnly: true }";
    assert_eq!(required(own, "3.1.0"), json!(["sku"]));
    assert_eq!(required(own, "3.0.3"), json!(["id", "sku"]), "nothing counts beside a reference");
    for id in ["{ $ref: '#/components/schemas/Read' }", "{ allOf: [{ $ref: '#/components/schemas/Read' }] }"] {
        assert_eq!(required(id, "3.0.3"), json!(["sku"]), "{id}");
    }
}

/// The schema that bodies of an operation have to match.
fn body_of(lowered: &Lowered, operation: &str) -> Json {
    let api = state(lowered, "apigateway.rest-api/web");
    let model = api["methods"][operation]["requestModels"]["application/json"].as_str().expect("a model").to_owned();
    api["models"][model]["schema"].clone()
}

#[test]
fn each_body_is_checked_by_its_own_schema_whatever_the_others_are_called() {
    let body = |schema: &str| {
        format!("{{ x-function: f, requestBody: {{ content: {{ application/json: {{ schema: {schema} }} }} }} }}\n")
    };
    let by_name = format!("  /first:\n    put: {}", body("{ $ref: '#/components/schemas/PostOrdersBody' }"));
    let own = format!("  /orders:\n    post: {}", body("{ required: [b] }"));
    let digits =
        format!("  /1/2:\n    post: {}  /12:\n    post: {}", body("{ required: [c] }"), body("{ required: [d] }"));
    for paths in [format!("{by_name}{own}{digits}"), format!("{digits}{own}{by_name}")] {
        let document =
            format!("{HEAD}paths:\n{paths}components:\n  schemas:\n    PostOrdersBody: {{ required: [a] }}\n");
        let all = of(&format!("{REST}openapi = \"o.yaml\"\n"), &[("o.yaml", document.as_str())]);
        let required = ["PUT /first", "POST /orders", "POST /1/2", "POST /12"].map(|route| body_of(&all, route));
        assert_eq!(required, ["a", "b", "c", "d"].map(|name| json!({"required": [name]})), "{paths}");
    }
}

#[test]
fn two_schemas_never_make_a_model_of_one_name() {
    let text = "openapi: 3.0.3\ncomponents:\n  schemas:\n    A: { type: string }\n    B: { type: object }\n";
    let document = Document::of(read("o.yaml", text).unwrap()).unwrap();
    let report = Report::default();
    let mut models = Models::of(&document, &report);
    let schema = |name: &str| &document.component("schemas", name).expect("a schema").node;
    assert_eq!(models.model(schema("A"), "Same"), Some("Same".to_owned()));
    assert_eq!(models.model(schema("A"), "Same"), Some("Same".to_owned()), "it is the same one");
    assert_eq!(models.model(schema("B"), "Same"), None);
    let wrong = report.into_parts().0.remove(0);
    let message = "this schema and the one at 4:8 would become models of the same name, Same";
    assert_eq!((wrong.place, wrong.message.as_str()), ((5, 8), message));
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
