use proptest::prelude::*;

use crate::manifest::function::tests::{lowered, problems, state};

fn manifest(pattern: &str) -> String {
    format!(
        "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[rule.r]\npattern = {pattern}\ntargets = [{{ queue = \"q\" }}]\n\
         [queue.q]\n"
    )
}

fn told(pattern: &str) -> Vec<String> {
    match lowered(&manifest(pattern), &[]) {
        Ok(_) => Vec::new(),
        Err(_) => problems(&manifest(pattern), &[]),
    }
}

/// What is wrong with a list of values.
fn values(list: &str) -> Vec<String> {
    let told = told(&format!("{{ detail = {{ x = {list} }} }}"));
    told.iter().map(|problem| problem.split_once(": ").expect("a place").1.to_owned()).collect()
}

#[test]
fn what_eventbridge_takes_is_taken() {
    for list in [
        "[\"a\", 1, -1.5, true]",
        "[{ prefix = \"a\" }, { suffix = \"b\" }, { equals-ignore-case = \"C\" }]",
        "[{ prefix = { equals-ignore-case = \"a\" } }, { suffix = { equals-ignore-case = \"a\" } }]",
        "[{ anything-but = \"a\" }, { anything-but = 1 }, { anything-but = [\"a\", \"b\"] }, { anything-but = [1, 2] }]",
        "[{ anything-but = { prefix = \"a\" } }, { anything-but = { suffix = [\"a\", \"b\"] } }]",
        "[{ anything-but = { equals-ignore-case = [\"a\"] } }, { anything-but = { wildcard = \"*/a\" } }]",
        "[{ numeric = [\"=\", 1] }, { numeric = [\">\", 0, \"<=\", 5] }, { numeric = [\"<\", 5e9] }]",
        "[{ exists = false }, { exists = true }]",
        "[{ cidr = \"10.0.0.0/24\" }, { cidr = \"2001:db8::/56\" }]",
        "[{ wildcard = \"a*b*\" }]",
    ] {
        assert_eq!(values(list), [""; 0], "{list}");
    }
    assert_eq!(told("{ source = [\"a\"], \"$or\" = [{ detail = { x = [1] } }, { detail-type = [\"b\"] }] }"), [""; 0]);
    assert_eq!(told("'{\"detail\": {\"x\": [null, {\"exists\": false}]}}'"), [""; 0], "JSON knows null");
}

#[test]
fn what_eventbridge_refuses_is_a_problem_where_it_stands() {
    for (list, problem) in [
        ("[]", "x has an empty list"),
        ("\"a\"", "x must be a list of accepted values"),
        ("1", "x must be a list of accepted values"),
        ("{}", "the pattern names no field"),
        ("[[\"a\"]]", "a list contains another list"),
        ("[{ prefx = \"a\" }]", "there is no pattern operator \"prefx\"; did you mean \"prefix\"?"),
        ("[{ prefix = \"a\", suffix = \"b\" }]", "an entry can have only one operator"),
        ("[{}]", "an entry can have only one operator"),
        ("[{ prefix = 1 }]", "prefix cannot be 1"),
        ("[{ suffix = { prefix = \"a\" } }]", "suffix cannot be {\"prefix\":\"a\"}"),
        ("[{ equals-ignore-case = [\"a\"] }]", "equals-ignore-case cannot be [\"a\"]"),
        ("[{ exists = \"true\" }]", "exists cannot be \"true\""),
        ("[{ cidr = \"10.0.0.0\" }]", "cidr cannot be \"10.0.0.0\""),
        ("[{ cidr = \"10.0.0.0/33\" }]", "cidr cannot be \"10.0.0.0/33\""),
        ("[{ wildcard = \"a**b\" }]", "wildcard cannot be \"a**b\""),
        ("[{ anything-but = [] }]", "anything-but cannot be []"),
        ("[{ anything-but = [\"a\", 1] }]", "anything-but cannot be [\"a\",1]"),
        ("[{ anything-but = true }]", "anything-but cannot be true"),
        (
            "[{ anything-but = { numeric = [\"=\", 1] } }]",
            "there is no operator of anything-but \"numeric\"; known: \
          equals-ignore-case, prefix, suffix, wildcard",
        ),
        ("[{ anything-but = { prefix = 1 } }]", "anything-but cannot be {\"prefix\":1}"),
        ("[{ numeric = [\"=\"] }]", "numeric cannot be [\"=\"]"),
        ("[{ numeric = [\"==\", 1] }]", "numeric cannot be [\"==\",1]"),
        ("[{ numeric = [\">\", \"1\"] }]", "numeric cannot be [\">\",\"1\"]"),
        ("[{ numeric = [\">\", 5, \"<\", 1] }]", "the two comparisons do not make a range"),
        ("[{ numeric = [\"<\", 1, \">\", 5] }]", "the two comparisons do not make a range"),
        ("[{ numeric = [\"=\", 5000000001] }]", "EventBridge cannot compare the number 5000000001, which is too large"),
        ("[6e9]", "EventBridge cannot compare the number 6000000000, which is too large"),
        ("[nan]", "JSON cannot contain this number"),
        ("[2026-01-01]", "JSON has no dates"),
    ] {
        assert_eq!(values(list), [problem], "{list}");
    }
    assert_eq!(told("{}"), ["5:1: the pattern names no field"]);
    assert_eq!(told("{ source = [\"a\"], \"$or\" = [{ x = [1] }] }"), ["5:37: $or has fewer than two patterns"]);
    assert_eq!(told("{ \"$or\" = { x = [1] } }"), ["5:13: $or must be a list of patterns"]);
    assert_eq!(told("{ \"$or\" = [{ x = [1] }, \"a\"] }"), ["5:35: an alternative must be an object"]);
    assert_eq!(told("'[]'"), ["5:11: a pattern must be an object"]);
    let broken = told("'{\"source\": '");
    assert!(broken.len() == 1 && broken[0].starts_with("5:11: the pattern is not JSON: "), "{broken:?}");
    let twice = told("'{\"source\": [\"a\"], \"source\": [\"b\"]}'");
    assert_eq!(twice, ["5:11: in the pattern \"source\" is defined twice, first at 1:2"]);
}

#[test]
fn a_pattern_is_sent_in_one_form_with_its_references_filled_in() {
    let pattern = |text: &str| {
        let all = lowered(&manifest(text), &[]).expect("no problems");
        state(&all, "events.rule/r")["EventPattern"].as_str().unwrap().to_owned()
    };
    let one = pattern("{ source = [\"${app}\"], detail = { b = [1], a = [{ prefix = \"$${\" }] } }");
    assert_eq!(one, "{\"detail\":{\"a\":[{\"prefix\":\"${\"}],\"b\":[1]},\"source\":[\"shop\"]}");
    assert_eq!(
        pattern("'{ \"source\": [ \"${app}\" ],  \"account\": [null] }'"),
        "{\"account\":[null],\"source\":[\"shop\"]}"
    );
}

#[test]
fn a_long_pattern_needs_a_raised_quota_and_a_longer_one_is_refused() {
    let of = |length: usize| format!("{{ source = [\"{}\"] }}", "x".repeat(length - "{\"source\":[\"\"]}".len()));
    let warnings = |length| lowered(&manifest(&of(length)), &[]).expect("no problems").warnings.len();
    assert_eq!((warnings(2048), warnings(2049), warnings(4096)), (0, 1, 1));
    assert_eq!(told(&of(4097)), ["5:1: the pattern has 4097 characters"]);
}

proptest! {
    #[test]
    fn no_pattern_makes_the_check_panic(json in "[\\[\\]{}\"a$:,0-9 -]{0,40}") {
        told(&format!("'{json}'"));
    }
}
