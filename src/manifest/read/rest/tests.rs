//! What is found in the rest of a manifest with problems.

use std::collections::BTreeMap;

use crate::aws::test_support::test_id;
use crate::manifest::lower::{Sources, lower};
use crate::manifest::problem::Problem;
use crate::manifest::read::{Broken, examine};
use crate::name::{Name, Owner};
use crate::package::Package;

/// Problems of form, and those that are found in the rest.
fn problems(text: &str) -> (Vec<String>, Vec<String>) {
    let owner = Owner { app: "shop".parse().unwrap(), stage: "test".parse().unwrap() };
    let Broken { problems, rest } = examine("m.toml", text, &owner.stage).expect_err("it has problems");
    let line = |p: &Problem| format!("{}:{} {}", p.line, p.column, p.message);
    let Some(rest) = rest else { return (problems.0.iter().map(line).collect(), Vec::new()) };
    let package = Package { zip: Vec::new().into(), sha256: "0".repeat(64), requirements: Vec::new() };
    let names = rest.manifest.function.keys().cloned();
    let packages: BTreeMap<Name, Package> = names.map(|name| (name, package.clone())).collect();
    let site = test_id(crate::aws::Kind::Function, "").site;
    let found = lower(&rest, &owner, &site, &Sources { packages, ..Sources::default() });
    let found = found.err().map(|found| found.0).unwrap_or_default();
    (problems.0.iter().map(line).collect(), found.iter().map(line).collect())
}

const APP: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n";

#[test]
fn references_and_ranges_are_looked_at_beside_wrong_types() {
    let text = format!(
        "{APP}[table.orders]\nhash_kye = {{ name = \"id\", type = \"S\" }}\n[topic.gone]\ndisplay_name = 1\n\
         [function.f]\nsource = \"src\"\nruntime = \"python3.13\"\nmemory = \"128\"\ntimeout = 0\n\
         environment = {{ TABLE = \"${{table.orders.nme}}\", TOPIC = \"${{topic.gone.arn}}\", NEVER = \"${{topic.never.arn}}\" }}\n"
    );
    let (form, rest) = problems(&text);
    assert_eq!(
        form,
        [
            "5:1 there is no key \"hash_kye\"; did you mean \"hash_key\"?",
            "7:16 invalid type: integer `1`, expected a string",
            "11:10 invalid type: string \"128\", expected a whole number",
        ]
    );
    assert_eq!(
        rest,
        ["12:11 0 is out of range", "13:85 ${topic.never.arn}: there is no topic section \"never\"; known: gone",]
    );
}

#[test]
fn an_app_without_a_region_is_no_reason_to_look_at_nothing_else() {
    let (form, rest) = problems("[app]\nname = \"shop\"\n[topic.t]\ndisplay_name = \"${topic.u.arn}\"\n");
    assert_eq!(form, ["1:1 region is missing"]);
    assert_eq!(rest, ["4:16 ${topic.u.arn}: there is no topic section \"u\"; known: t"]);
    let (form, rest) = problems("[topic.t]\ndisplay_name = \"${topic.u.arn}\"\nx = 1\n");
    assert_eq!(form.len(), 2, "{form:?}");
    assert_eq!(rest.len(), 1, "{rest:?}");
}

#[test]
fn what_is_missing_because_of_a_problem_is_no_other_one() {
    let tables = "[tabel.orders]\nhash_key = { name = \"id\", type = \"S\" }\n";
    let topic = "[topic.t]\ndisplay_name = \"${table.orders.name}\"\n";
    let (form, rest) = problems(&format!("{APP}{tables}{topic}"));
    assert_eq!(form, ["4:2 there is no section \"tabel\"; did you mean \"table\"?"]);
    assert_eq!(rest, [""; 0], "the table is meant");
    let list = |first: &str| format!("{APP}[topic.t]\nsubscriptions = [ {first}, {{ email = \"nobody\" }} ]\n");
    let (form, rest) = problems(&list("{ sms = 1 }"));
    assert_eq!(form.len(), 1, "{form:?}");
    assert_eq!(rest, ["5:42 \"nobody\" is not an e-mail address"], "and the first one has no endpoint to be missed");
    let (form, rest) = problems(&list("7"));
    assert_eq!((form.len(), rest.len()), (1, 0), "what moves up in a list has another place: {rest:?}");
}

#[test]
fn a_stage_that_is_not_declared_hides_nothing_else() {
    let (form, rest) = problems(&format!("{APP}[stage.production]\n[topic.t]\nkms_key = \"no key \"\nnme = 1\n"));
    assert_eq!(form.len(), 2, "{form:?}");
    assert!(form[0].starts_with("4:2 there is no stage \"test\""), "{form:?}");
    assert_eq!(rest, ["6:11 \"no key \" is not the id or ARN of a KMS key"]);
}

#[test]
fn no_manifest_is_too_broken_to_be_read_to_its_end() {
    let pieces = [
        "[app]\n",
        "name = ",
        "\"shop\"\n",
        "1\n",
        "[table.a]\n",
        "[[table]]\n",
        "hash_key = ",
        "{ name = 1 }\n",
        "[ 1, { } ]\n",
        "[stage]\n",
        "[stage.test]\n",
        "account = ",
        "[function.f]\n",
        "[api.x]\n",
        "routes = ",
        "[{ method = 1 }, 2]\n",
        "[outputs]\n",
    ];
    let mut seed = 11_usize;
    for _ in 0..3_000 {
        let mut text = String::new();
        for _ in 0..9 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(pieces[(seed >> 33) % pieces.len()]);
        }
        if let Err(broken) = examine("m.toml", &text, &"test".parse().unwrap()) {
            assert!(!broken.problems.0.is_empty(), "{text}");
        }
    }
}
