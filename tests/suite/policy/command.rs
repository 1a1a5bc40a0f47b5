//! `policy` as a user runs it: without credentials, and without building a package.

use serde_json::Value;

use crate::planner::{cases, make};
use crate::support::command::{Cli, Ran};
use crate::support::project::EXAMPLE;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("lambda")).unwrap();
    std::fs::write(folder.path().join("serverless-app.toml"), EXAMPLE).unwrap();
    let workflow = concat!(env!("CARGO_MANIFEST_DIR"), "/lambda/workflow.asl.json");
    std::fs::copy(workflow, folder.path().join("lambda/workflow.asl.json")).unwrap();
    folder
}

fn run(folder: &tempfile::TempDir, arguments: &[&str], code: i32) -> Ran {
    let ran = Cli::new(&[&["policy"], arguments].concat()).folder(folder.path()).run();
    assert_eq!(ran.code, Some(code), "{}\n{}", ran.stdout, ran.stderr);
    ran
}

fn documents(text: &str) -> Vec<Value> {
    let documents: Vec<Value> = serde_json::from_str(text).unwrap();
    assert!(documents.iter().all(|document| document["Version"] == "2012-10-17"));
    documents
}

#[test]
fn both_roles_policies_are_printed_for_the_account_that_is_given_or_named() {
    let folder = folder();
    let ran = run(&folder, &["plan"], 64);
    assert!(ran.stderr.contains("names no account: give --account"), "{}", ran.stderr);
    let given = run(&folder, &["plan", "--account", "123456789012"], 0).stdout;
    assert!((1..=2).contains(&documents(&given).len()), "{given}");
    let named = EXAMPLE.replace("[app]\n", "[app]\naccount = \"123456789012\"\n");
    std::fs::write(folder.path().join("serverless-app.toml"), named).unwrap();
    assert_eq!(run(&folder, &["plan"], 0).stdout, given);
    let applied = run(&folder, &["apply", "--stage", "staging"], 0).stdout;
    assert!(documents(&applied).len() > 1 && applied.contains("table/serverless-app--staging-*"), "{applied}");
    let ran = run(&folder, &["apply", "--account", "210987654321"], 64);
    assert!(ran.stderr.contains("--account is 210987654321"), "{}", ran.stderr);
}

#[test]
fn what_a_firewall_names_by_arn_is_filled_in_with_app_stage_account_and_region() {
    let folder = folder();
    let arns = "resource_arns = [\"arn:aws:appsync:${region}:${account}:apis/${app}-${stage}\"]\n";
    let text = format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[firewall.waf]\n{arns}");
    std::fs::write(folder.path().join("serverless-app.toml"), text).unwrap();
    for role in ["plan", "apply"] {
        let printed = run(&folder, &[role, "--account", "123456789012", "--stage", "staging"], 0).stdout;
        let arn = "\"arn:aws:appsync:us-west-2:123456789012:apis/shop-staging\"";
        assert!(printed.contains(arn) && !printed.contains("apis/$"), "{role}: {printed}");
    }
}

#[test]
fn each_policy_is_written_to_a_file_and_none_of_an_earlier_run_is_left() {
    let folder = folder();
    std::fs::create_dir(folder.path().join("out")).unwrap();
    for stale in ["apply-4.json", "apply-5.json", "plan-1.json"] {
        std::fs::write(folder.path().join("out").join(stale), "{}").unwrap();
    }
    let ran = run(&folder, &["apply", "--account", "123456789012", "--out", "out"], 0);
    assert_eq!(ran.stdout.lines().count(), 3, "{}", ran.stdout);
    let entries = std::fs::read_dir(folder.path().join("out")).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["apply-1.json", "apply-2.json", "apply-3.json", "plan-1.json"]);
    let text = std::fs::read_to_string(folder.path().join("out/apply-3.json")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["Version"], "2012-10-17");
}

#[test]
fn the_policy_of_a_plan_is_for_the_plans_account_and_names_its_resources() {
    let case = cases().into_iter().find(|case| case.ends_with("replaced")).unwrap();
    let bytes = serverless_app::plan::file::write(&make(&case).unwrap()).unwrap();
    let folder = folder();
    std::fs::create_dir(folder.path().join("bundle")).unwrap();
    std::fs::write(folder.path().join("bundle/plan.json"), bytes).unwrap();
    let of_folder = run(&folder, &["apply", "--plan", "bundle"], 0).stdout;
    assert_eq!(run(&folder, &["apply", "--plan", "bundle/plan.json"], 0).stdout, of_folder);
    let policies = documents(&of_folder);
    let statements = policies.iter().flat_map(|policy| policy["Statement"].as_array().unwrap());
    let resources = statements.flat_map(|statement| statement["Resource"].as_array().unwrap());
    let named: Vec<&str> = resources.filter_map(Value::as_str).filter(|arn| arn.contains("-test-")).collect();
    assert!(!named.is_empty() && named.iter().all(|arn| !arn.contains("-test-*")), "{named:?}");
    let ran = run(&folder, &["apply", "--plan", "bundle", "--account", "123456789012"], 64);
    assert!(ran.stderr.contains("cannot be used with"), "{}", ran.stderr);
    run(&folder, &["apply", "--plan", "serverless-app.toml"], 4);
}
