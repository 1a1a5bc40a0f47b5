use crate::manifest::function::tests::{lowered, problems};

const APP: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[queue.q]\n";
const FUNCTION: &str = "[function.f]\nsource = \"f\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\n";

/// Where such lists of values stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Rule,
    Mapping,
    Subscription,
    SubscriptionToBodies,
}

use Place::{Mapping, Rule, Subscription, SubscriptionToBodies};

const PLACES: [Place; 4] = [Rule, Mapping, Subscription, SubscriptionToBodies];

fn manifest(place: Place, filter: &str) -> String {
    let section = match place {
        Rule => format!("[rule.r]\npattern = {filter}\ntargets = [{{ queue = \"q\" }}]"),
        Mapping => format!("{FUNCTION}on_queue = [{{ queue = \"q\", filter = [{filter}] }}]"),
        Subscription => format!("[topic.t]\nsubscriptions = [{{ queue = \"q\", filter = {filter} }}]"),
        SubscriptionToBodies => format!("[topic.t]\nsubscriptions = [{{ queue = \"q\", filter_body = {filter} }}]"),
    };
    format!("{APP}{section}\n")
}

/// What is wrong with a pattern or filter.
fn wrong(place: Place, filter: &str) -> Vec<String> {
    let text = manifest(place, filter);
    let found = if lowered(&text, &[]).is_ok() { Vec::new() } else { problems(&text, &[]) };
    found.iter().map(|problem| problem.split_once(": ").expect("a place").1.to_owned()).collect()
}

/// What is wrong with a list of values.
fn values(place: Place, list: &str) -> Vec<String> {
    wrong(place, &format!("{{ x = {list} }}"))
}

#[test]
fn what_every_service_takes_is_taken_everywhere() {
    for list in [
        "[\"a\", 1, -1.5, true]",
        "[{ prefix = \"a\" }, { suffix = \"b\" }, { equals-ignore-case = \"C\" }, { wildcard = \"a*b*\" }]",
        "[{ prefix = { equals-ignore-case = \"a\" } }, { suffix = { equals-ignore-case = \"a\" } }]",
        "[{ anything-but = \"a\" }, { anything-but = 1 }, { anything-but = [\"a\", \"b\"] }, { anything-but = [1, 2] }]",
        "[{ anything-but = { prefix = \"a\" } }, { anything-but = { suffix = [\"a\", \"b\"] } }]",
        "[{ numeric = [\"=\", 1] }, { numeric = [\">\", 0, \"<=\", 5] }, { numeric = [\"<\", 1e9] }]",
        "[{ exists = false }, { exists = true }]",
    ] {
        for place in PLACES {
            assert_eq!(values(place, list), [""; 0], "{place:?} {list}");
        }
    }
}

#[test]
fn what_no_service_takes_is_a_problem_everywhere() {
    for (list, problem) in [
        ("[{}]", "an entry can have only one operator"),
        ("[{ prefix = \"a\", suffix = \"b\" }]", "an entry can have only one operator"),
        ("[[\"a\"]]", "a list contains another list"),
        ("[{ numeric = [\">\", \"x\"] }]", "numeric cannot be [\">\",\"x\"]"),
        ("[{ numeric = [\"~\", 1] }]", "numeric cannot be [\"~\",1]"),
        ("[{ numeric = 1 }]", "numeric cannot be 1"),
        ("[{ numeric = [\">\", 5, \"<\", 1] }]", "the two comparisons do not make a range"),
        ("[{ exists = \"yes\" }]", "exists cannot be \"yes\""),
        ("[{ prefix = 1 }]", "prefix cannot be 1"),
        ("[{ suffix = [\"a\"] }]", "suffix cannot be [\"a\"]"),
        ("[{ equals-ignore-case = true }]", "equals-ignore-case cannot be true"),
        ("[{ wildcard = 1 }]", "wildcard cannot be 1"),
        ("[{ anything-but = [] }]", "anything-but cannot be []"),
        ("[{ anything-but = [[1]] }]", "anything-but cannot be [[1]]"),
        ("[{ anything-but = { prefix = 1 } }]", "anything-but cannot be {\"prefix\":1}"),
        ("[{ anything-but = {} }]", "anything-but cannot be {}"),
        ("[2026-01-01]", "JSON has no dates"),
        ("2026-01-01", "JSON has no dates"),
        ("[{ prefix = 2026-01-01 }]", "JSON has no dates"),
        ("[{ anything-but = [2026-01-01] }]", "JSON has no dates"),
        ("[nan]", "JSON cannot contain this number"),
    ] {
        for place in PLACES {
            assert_eq!(values(place, list), [problem], "{place:?} {list}");
        }
    }
    for place in PLACES {
        let told = wrong(place, "{ x = [1], \"$or\" = [2026-01-01, { x = [\"a\"] }] }");
        assert_eq!(told, ["JSON has no dates"], "{place:?}");
    }
}

#[test]
fn every_operator_is_picky() {
    let all = ["anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix", "wildcard"];
    for operator in all {
        for place in PLACES {
            let told = values(place, &format!("[{{ {operator} = {{ a = 1 }} }}]"));
            let unknown = operator == "cidr" && place == Mapping;
            assert_eq!((told.len(), told[0].starts_with("there is no filter operator")), (1, unknown), "{told:?}");
        }
    }
}

#[test]
fn where_aws_is_silent_lambda_and_sns_decide_for_themselves() {
    for list in ["[{ anything-but = [\"a\", 1] }]", "[{ anything-but = true }]", "[{ wildcard = \"a**b\" }]"] {
        for place in PLACES {
            assert_eq!(values(place, list).len(), usize::from(place == Rule), "{place:?} {list}");
        }
    }
}

#[test]
fn each_service_compares_numbers_up_to_its_own_limit() {
    for (list, taken) in [
        ("[1000000000]", [true, true, true]),
        ("[1000000001]", [true, true, false]),
        ("[{ numeric = [\">\", -5000000001] }]", [false, true, false]),
        ("[{ anything-but = [1, 6e9] }]", [false, true, false]),
    ] {
        for (place, taken) in [Rule, Mapping, Subscription].into_iter().zip(taken) {
            let told = values(place, list);
            assert_eq!(told.is_empty(), taken, "{place:?} {list} {told:?}");
            assert!(told.iter().all(|said| said.contains(" cannot compare the number ")), "{told:?}");
        }
    }
}

#[test]
fn a_filter_as_json_may_look_for_null_and_is_checked_like_a_table() {
    assert_eq!(wrong(Mapping, "'{\"body\": {\"x\": [null, {\"exists\": false}]}}'"), [""; 0]);
    assert_eq!(wrong(Mapping, "'{\"body\": {\"x\": [{\"exists\": null}]}}'"), ["exists cannot be null"]);
}
