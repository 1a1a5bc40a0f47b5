//! Every kind of fault that a definition can have, at its place, and what is none.
//!
//! `UPDATE_GOLDEN=1 cargo test definition` writes `fixtures/definition/faults.txt`; its diff is then what to review.

use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::{call, faults, jsonata, path, place};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/definition")
}

/// The definitions of the folder, by their file's name.
fn definitions() -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = entries.filter(|name| name.ends_with(".json")).collect();
    names.sort();
    names.into_iter().map(|name| (name.clone(), std::fs::read_to_string(folder().join(name)).unwrap())).collect()
}

fn reported(text: &str, express: bool) -> Vec<String> {
    let found = faults(text, express, &str::to_owned);
    found.into_iter().map(|fault| format!("{}:{}: {}", fault.line, fault.column, fault.message)).collect()
}

#[test]
fn each_fault_of_a_definition_is_reported_at_its_place() {
    let mut actual = String::new();
    for (name, text) in definitions() {
        for fault in reported(&text, name == "express.json") {
            actual += &format!("{name}:{fault}\n");
        }
    }
    let golden = folder().join("faults.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        std::fs::write(&golden, &actual).unwrap();
    }
    let expected = std::fs::read_to_string(golden).unwrap();
    for (number, (expected, actual)) in expected.lines().zip(actual.lines()).enumerate() {
        assert_eq!(
            actual,
            expected,
            "line {} of fixtures/definition/faults.txt (UPDATE_GOLDEN=1 renews it)",
            number + 1
        );
    }
    assert_eq!(actual.lines().count(), expected.lines().count());
}

#[test]
fn what_step_functions_takes_is_no_fault() {
    let sound: Vec<_> = definitions().into_iter().filter(|(name, _)| name.starts_with("sound")).collect();
    assert_eq!(sound.len(), 2);
    for (name, text) in sound {
        assert_eq!(reported(&text, false), Vec::<String>::new(), "{name}");
    }
    let express = std::fs::read_to_string(folder().join("express.json")).unwrap();
    assert_eq!(reported(&express, false), Vec::<String>::new(), "a standard workflow waits, and has activities");
}

#[test]
fn what_is_no_definition_at_all_is_reported_too() {
    assert_eq!(reported("{\n  \"StartAt\": ,", false), ["2:14: not JSON: expected value"]);
    assert_eq!(reported("{\n", false), ["2:1: not JSON: EOF while parsing an object"]);
    assert_eq!(reported("{}", false), ["1:1: /States: there are no states"]);
    assert_eq!(reported(" []", false), ["1:2: the definition: expected a JSON object"]);
    assert_eq!(reported(r#"{"States": {}}"#, false), ["1:1: /StartAt: it names no state to start at"]);
    assert_eq!(reported(r#"{"States": {}, "StartAt": 1}"#, false), ["1:27: /StartAt: expected a string"]);
    assert!(reported("{\"a\": 1e999}", false)[0].contains("not JSON: number out of range"));
}

#[test]
fn of_two_members_with_one_name_neither_is_taken() {
    let text =
        "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Succeed\", \"Comment\": \"a\",\n \"Comment\": \"b\"}}}";
    assert_eq!(reported(text, false), ["2:2: \"Comment\" is defined twice, first at 1:54"]);
    let alike = "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Pass\", \"End\": true, \"Result\": {\"${a}\": 1, \"${b}\": 2}}}}";
    let filled = faults(alike, false, &|raw| if raw.contains('$') { "same".to_owned() } else { raw.to_owned() });
    assert!(filled.is_empty(), "two names that are alike as long as nobody knows them: {filled:?}");
}

#[test]
fn what_is_filled_in_is_judged_as_it_will_be() {
    let text = r#"{"StartAt": "A ${stage}", "States": {"A ${stage}": {"Type": "Task", "Resource": "${function.f.arn}", "End": true}}}"#;
    let filled = |arn: &str| {
        let fill = |raw: &str| raw.replace("${stage}", "test").replace("${function.f.arn}", arn);
        faults(text, false, &fill).into_iter().map(|fault| fault.message).collect::<Vec<_>>()
    };
    assert_eq!(filled("arn:aws:lambda:us-west-2:123456789012:function:f"), Vec::<String>::new());
    assert_eq!(filled("f"), ["/States/A test/Resource: \"f\" is not an ARN"]);
}

/// A definition of the folder with a piece of it replaced.
fn spoilt() -> impl Strategy<Value = String> {
    let all: Vec<String> = definitions().into_iter().map(|(_, text)| text).collect();
    let with = prop_oneof!["[{}\\[\\]\",:$.%'\\\\()a0 ]{0,4}", ".{0,4}", Just("null".to_owned())];
    (prop::sample::select(all), any::<prop::sample::Index>(), 0usize..6, with).prop_map(|(text, at, length, with)| {
        let mut letters: Vec<char> = text.chars().collect();
        let begin = at.index(letters.len());
        let end = (begin + length).min(letters.len());
        letters.splice(begin..end, with.chars());
        letters.into_iter().collect()
    })
}

/// Something that is nearly a path, a call or an expression.
fn nearly() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "$",
        ".",
        "..",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        "'",
        "\"",
        "`",
        "\\",
        "/",
        "/*",
        "*/",
        "?",
        ":=",
        ":",
        "@",
        "#",
        "^",
        "|",
        "a",
        "ä",
        "0",
        "1.5e",
        "-",
        "*",
        ",",
        ";",
        " ",
        "States.Format",
        "States.",
        "function",
        "λ",
        "$states",
        "errorOutput",
        "and",
        "in",
        "~>",
        "\\u00e",
        "%",
        "&",
        "<",
        ">",
        "!",
        "~",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_definition_however_spoilt_makes_the_checks_panic(text in spoilt(), express: bool) {
        for fault in faults(&text, express, &str::to_owned) {
            prop_assert!(fault.line >= 1 && fault.column >= 1);
        }
    }

    #[test]
    fn nothing_that_is_nearly_a_path_a_call_or_an_expression_makes_the_checks_panic(text in nearly()) {
        let _ = (path::read(&text), path::reference(&text), call::read(&text), jsonata::read(&text));
    }

    #[test]
    fn no_location_of_whatever_form_makes_finding_its_place_panic(text in spoilt(), location in "[/\\[\\]A-Za-z0-9]{0,20}") {
        let (line, column) = place(&text, &location);
        prop_assert!(line >= 1 && column >= 1);
    }
}
