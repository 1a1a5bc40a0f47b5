use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::manifest::function::tests::{lowered, problems};

fn manifest(filter: &str) -> String {
    let queue = "arn:aws:sqs:us-west-2:123456789012:q";
    format!(
        "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[topic.t]\n\
         subscriptions = [{{ sqs = \"{queue}\", filter = {{ {filter} }} }}]\n"
    )
}

fn told(filter: &str) -> Vec<String> {
    match lowered(&manifest(filter), &[]) {
        Ok(_) => Vec::new(),
        Err(_) => problems(&manifest(filter), &[]),
    }
}

fn values(count: usize) -> String {
    (0..count).map(|number| format!("\"v{number}\"")).collect::<Vec<_>>().join(", ")
}

#[test]
fn a_hundred_and_fifty_combinations_are_taken_and_one_more_is_not() {
    assert_eq!(told(&format!("a = [{}], b = [{}], c = [\"x\"]", values(15), values(10))), [""; 0]);
    assert_eq!(told(&format!("a = [{}]", values(150))), [""; 0]);
    let one_more = told(&format!("a = [{}]", values(151)));
    assert_eq!(one_more, ["5:66: its values have 151 combinations"]);
    let or = |one: usize, other: usize| {
        told(&format!("a = [\"x\", \"y\"], \"$or\" = [{{ b = [{}] }}, {{ c = [{}] }}]", values(one), values(other)))
    };
    assert_eq!(or(70, 5), [""; 0], "2 times 70 and 2 times 5");
    assert_eq!(or(70, 6), ["5:66: its values have 152 combinations"]);
}

#[test]
fn a_number_is_taken_up_to_a_thousand_million_either_way() {
    for fine in ["1000000000", "-1000000000", "1e9", "0.00001", "{ numeric = [\">\", -1e9, \"<=\", 1e9] }"] {
        assert_eq!(told(&format!("n = [{fine}]")), [""; 0], "{fine}");
    }
    for beyond in ["1000000001", "-1e10", "1e20", "{ numeric = [\"=\", 1e20] }", "{ anything-but = [2e9] }"] {
        let told = told(&format!("n = [{beyond}]"));
        assert_eq!(told.len(), 1, "{beyond}");
        assert!(told[0].contains("SNS cannot compare the number"), "{told:?}");
    }
    assert_eq!(told("\"$or\" = [{ n = [1e20] }, { m = [1] }]").len(), 1);
    assert_eq!(told("n = [\"1e20\"]"), [""; 0], "a text");
}

#[test]
fn a_filter_of_bodies_is_nested_and_each_list_counts_by_its_depth() {
    let body = |filter: &str| {
        let text = manifest(filter).replace("filter = {", "filter_body = {");
        match lowered(&text, &[]) {
            Ok(_) => Vec::new(),
            Err(_) => problems(&text, &[]),
        }
    };
    // AWS's own example: 3 * 4 * 2 * 3.
    let example =
        "key_a = { key_b = { key_c = [\"1\", \"2\", \"3\", \"4\"] } }, key_d = { key_e = [\"1\", \"2\", \"3\"] }";
    assert_eq!(body(example), [""; 0]);
    assert_eq!(body(&format!("{example}, f = [\"1\", \"2\", \"3\"]")), ["5:66: its values have 216 combinations"]);
    assert_eq!(told("a = { b = [\"x\"] }"), ["5:77: a must be a list of accepted values"], "attributes are flat");
    assert_eq!(body("a = { b = \"x\" }"), ["5:92: b must be a list of accepted values"]);
    assert_eq!(body("a = {}"), ["5:82: a must be a list of accepted values"]);
    assert_eq!(body(&format!("a = {{ b = [{}] }}", values(75))), [""; 0]);
}

proptest! {
    #[test]
    fn combinations_are_the_product_of_the_lengths(lengths in proptest::collection::vec(1_usize..9, 1..5)) {
        let filter: BTreeMap<String, Value> =
            lengths.iter().enumerate().map(|(at, length)| (format!("a{at}"), json!(vec!["x"; *length]))).collect();
        prop_assert_eq!(combinations(filter.iter(), 1, 1), lengths.iter().product::<usize>());
    }
}
