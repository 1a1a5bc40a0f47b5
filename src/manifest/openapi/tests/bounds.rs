//! What a document may cost, and that none brings the program down.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::super::document::Document;
use super::super::node::Node;
use super::super::read::read;
use super::super::report::Report;
use super::super::schema::Models;
use super::*;

fn quickly<T>(work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    assert!(start.elapsed() < Duration::from_secs(60), "it took {:?}", start.elapsed());
    done
}

fn why(file: &str, text: &str) -> String {
    quickly(|| read(file, text)).expect_err("too much").message
}

#[test]
fn what_a_document_may_ask_for_is_bounded() {
    let laughs: String = (1..40).fold("a0: &a0 [x, x]\n".to_owned(), |text, n| {
        let below = format!("*a{}", n - 1);
        format!("{text}a{n}: &a{n} [{below}, {below}, {below}, {below}]\n")
    });
    assert!(why("o.yaml", &laughs).contains("aliases repeat"));
    assert_eq!(why("o.yaml", "a: &a [*a]\n"), "the alias is inside the value that it refers to");
    let deep = |open: &str, close: &str, times: usize| format!("{}{}", open.repeat(times), close.repeat(times));
    assert!(why("o.yaml", &deep("[", "]", 120)).contains("more than 100 levels deep"));
    assert!(!why("o.yaml", &deep("[", "]", 5000)).is_empty());
    assert!(!why("o.json", &deep("[", "]", 5000)).is_empty());
    assert!(why("o.json", &deep("[", "]", 120)).contains("more than 100 levels deep"));
    let steps: String = (0..300).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert!(why("o.yaml", &steps).contains("more than 100 levels deep"));
    assert!(why("o.yaml", &"# x\n".repeat(2_000_000)).contains("bytes"));
    assert!(why("o.yaml", &"- x\n".repeat(250_000)).contains("more than 200000 values"));
    let line = format!("[{}1]", "\"ä\", ".repeat(150_000));
    let read_line = quickly(|| read("o.json", &line)).expect("a list");
    assert_eq!(read_line.items().last().map(|item| item.place), Some((1, 750_002)));
    assert!(why("o.json", &line.replace("\"ä\"", "1, 1")).contains("more than 200000 values"));
}

#[test]
fn a_text_counts_by_its_length_wherever_an_alias_repeats_it() {
    let long = "x".repeat(64 * 1024);
    let of = |text: &str, aliases: usize| format!("a: &a {text}\nb: [{}]\n", "*a, ".repeat(aliases));
    assert!(why("o.yaml", &of(&long, 250)).contains("aliases repeat"));
    assert!(why("o.yaml", &of(&format!("[{long}]"), 250)).contains("aliases repeat"));
    let repeated = read("o.yaml", &of(&long, 20)).expect("a table").get("b").expect("b").items().len();
    assert_eq!(repeated, 20);
}

#[test]
fn what_is_said_for_all_routes_is_bounded_for_all_of_them_together() {
    let paths: String = (0..300).map(|n| format!("  /p{n}:\n    get: {{ x-function: f }}\n")).collect();
    let document = format!("{HEAD}x-route: {{ throttle: [{}] }}\npaths:\n{paths}", "1, ".repeat(1000));
    let said = quickly(|| problems(&format!("{APP}{HTTP}openapi = \"o.yaml\"\n"), &[("o.yaml", document.as_str())]));
    assert!(said.iter().any(|line| line.contains("the routes up to here have more than 200000 values")), "{said:?}");
    assert!(said.len() < 5, "what is wrong at the top is wrong once: {said:?}");
}

#[test]
fn what_references_lead_to_is_looked_through_within_bounds() {
    let members: String = (0..3000).map(|n| format!("k{n}: 1, ")).collect();
    let text = format!("openapi: 3.0.3\nx-many: {{ {members} }}\ncomponents: {{ parameters: {{ {members} }} }}\n");
    let document = Document::of(read("o.yaml", &text).expect("YAML")).expect("a document");
    let to = |reference: &str| read("o.yaml", &format!("\"{reference}\"")).expect("a text");
    let many = |to: &Node| (0..2000).find_map(|_| document.referred(to).err());
    let near = to("#/components/parameters/k2999");
    assert_eq!(quickly(|| many(&near)), None, "components are found by their names");
    let far = to("#/x-many/k2999");
    let wrong = quickly(|| many(&far)).expect("too much");
    assert_eq!(wrong.message, "the document's references lead to too many values");
}

#[test]
fn many_parameters_are_refused() {
    let wrong = |n: usize| {
        let parameters: String = (0..n).map(|n| format!("{{ name: p{n}, in: query }}, ")).collect();
        let document = format!("{HEAD}paths:\n  /a:\n    get: {{ x-function: f, parameters: [{parameters}] }}\n");
        lowered(&format!("{APP}{REST}openapi = \"o.yaml\"\n"), &[("o.yaml", document.as_str())]).err()
    };
    assert!(wrong(200).is_none());
    let message = wrong(201).expect("too many").0.remove(0).message;
    assert_eq!(message, "there are 201 parameters; at most 200 are supported");
}

#[test]
fn many_properties_are_read_in_time() {
    let required: Vec<String> = (0..90_000).map(|n| format!("\"p{n}\"")).collect();
    let properties: Vec<String> = (0..90_000).map(|n| format!("\"p{n}\":{{}}")).collect();
    let root = format!("{{\"required\":[{}],\"properties\":{{{}}}}}", required.join(","), properties.join(","));
    let text = format!("{{\"openapi\":\"3.0.3\",\"components\":{{\"schemas\":{{\"Root\":{root}}}}}}}");
    let document = Document::of(read("o.json", &text).expect("JSON")).expect("a document");
    let report = Report::default();
    let models = Models::of(&document, &report);
    let root = &document.component("schemas", "Root").expect("a schema").node;
    let model = quickly(|| models.standing_alone(root)).expect("a model");
    assert_eq!(model["required"].as_array().map(Vec::len), Some(90_000));
}

#[test]
fn many_operations_and_large_schemas_are_refused_in_time() {
    let many: String = (0..2000).map(|n| format!("  /p{n}:\n    get: {{ x-function: f }}\n")).collect();
    let document = format!("{HEAD}paths:\n{many}");
    let said = quickly(|| problems(&format!("{APP}{HTTP}openapi = \"o.yaml\"\n"), &[("o.yaml", document.as_str())]));
    assert!(said[0].ends_with("there are more than 1000 operations"), "{said:?}");
    let schemas: String = (0..3000).map(|n| format!("    S{n}: {{ $ref: \"#/components/schemas/S{}\" }}\n    T{n}: {{ properties: {{ a: {{ $ref: \"#/components/schemas/T{}\" }} }} }}\n", (n + 1) % 3000, (n + 1) % 3000)).collect();
    let paths: String = (0..900).map(|n| format!("  /p{n}:\n    post: {{ x-function: f, requestBody: {{ content: {{ application/json: {{ schema: {{ $ref: \"#/components/schemas/T{n}\" }} }} }} }} }}\n")).collect();
    let document = format!("{HEAD}paths:\n{paths}components:\n  schemas:\n{schemas}");
    let document = Document::of(read("o.yaml", &document).expect("YAML")).expect("a document");
    let report = Report::default();
    let mut models = Models::of(&document, &report);
    let schemas = |n: usize| &document.component("schemas", &format!("T{n}")).expect("a schema").node;
    quickly(|| (0..900).for_each(|n| drop(models.model(schemas(n), &format!("Own{n}")))));
    let (wrongs, _) = report.into_parts();
    assert!(wrongs.iter().any(|wrong| wrong.message.contains("schemas of bodies have more than")), "{}", wrongs.len());
}

#[test]
fn scalars_are_those_of_yamls_core_schema() {
    let text = "[~, null, true, False, 1, -2, +3, 0x1F, 0o17, 1.5, 1e3, .5, 12345678901234567890123, .inf, .nan, yes, 1_0, 1.2.3, '1', \"2\", !!str 3, 2020-01-01]";
    let expected = json!([
        null,
        null,
        true,
        false,
        1,
        -2,
        3,
        31,
        15,
        1.5,
        1000.0,
        0.5,
        1.2345678901234568e22,
        ".inf",
        ".nan",
        "yes",
        "1_0",
        "1.2.3",
        "1",
        "2",
        "3",
        "2020-01-01"
    ]);
    assert_eq!(read("o.yaml", text).map(|node| node.json()), Ok(expected));
    let folded = read("o.yaml", "a: |\n  x: 1\n  y\nb: >-\n  c\n  d\n200: 1\n").unwrap().json();
    assert_eq!(folded, json!({"a": "x: 1\ny\n", "b": "c d", "200": 1}));
}

/// A document with something of everything, spoilt.
fn spoilt(text: &'static str) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just(String::new()),
        "[\\[\\]{}:,&*!|>#'\"%@\\-? \t\n\\\\~<]{1,4}",
        Just("$ref: \"#/paths\"".to_owned()),
        Just("&a".to_owned()),
        Just("*a".to_owned()),
        Just("- ".to_owned()),
        Just("\n".to_owned()),
        Just("\u{feff}\u{85}ä\u{10ffff}".to_owned()),
        "[0-9.eE+-]{1,6}",
    ];
    let edit = (any::<prop::sample::Index>(), 0..20_usize, piece);
    prop::collection::vec(edit, 1..6).prop_map(move |edits| {
        let mut chars: Vec<char> = text.chars().collect();
        for (at, length, piece) in edits {
            let at = at.index(chars.len() + 1);
            let end = (at + length).min(chars.len());
            chars.splice(at..end, piece.chars());
        }
        chars.into_iter().collect()
    })
}

const YAML: &str = include_str!("../../../../fixtures/plan/openapi/orders.yaml");
const JSON: &str = include_str!("../../../../fixtures/plan/openapi/web.json");

/// Neither a panic nor a problem without a place.
fn survives(file: &str, text: &str) {
    let more = format!("{TOKENS}{USERS}{}", JWT.replace("web.authorizer", "other.authorizer"));
    let text = text.replace("x-function: orders", "x-function: f");
    let manifest = format!("{APP}{REST}openapi = \"{file}\"\n[http_api.other]\nopenapi = \"{file}\"\n{more}");
    let lines = text.lines().count() + manifest.lines().count();
    if let Err(found) = quickly(|| lowered(&manifest, &[(file, text.as_str())])) {
        assert!(found.0.iter().all(|problem| problem.line <= lines && problem.column > 0), "{found}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_spoilt_yaml_brings_it_down(text in spoilt(YAML)) {
        survives("o.yaml", &text);
    }

    #[test]
    fn no_spoilt_json_brings_it_down(text in spoilt(JSON)) {
        survives("o.json", &text);
        survives("o.yaml", &text);
    }
}
