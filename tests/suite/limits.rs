//! What AWS takes is taken, and what it takes only now or only from some is warned of, by the program as it is run.

use std::time::Duration;

use serverless_app::aws::Answer;

use crate::support::emulator::{MAKES, Make, endpoint};
use crate::support::project::{Project, changes};
use crate::support::proxy::Proxy;
use crate::support::proxy::fault::Fault;

const APP: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n";
const FUNCTION: &str = "[function.f]\nsource = \"lambda\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\nexclude = [\"*.lock\", \"requirements.txt\"]\n";

fn nowhere(manifest: &str) -> Project {
    Project::at("http://127.0.0.1:9", manifest)
}

#[test]
fn a_check_without_an_account_judges_nothing_that_needs_one() {
    let queue = |account: &str| {
        format!(
            "{APP}{account}[topic.t]\nsubscriptions = [{{ sqs = \"arn:aws:sqs:us-west-2:123456789012:q\", raw = true, \
             filter = {{ kind = [\"a\"] }} }}]\n"
        )
    };
    let ran = nowhere(&queue("")).run(&["check", "--offline"], 0);
    assert!(ran.stdout.contains("The manifest is sound: 1 resource."), "{}", ran.stdout);
    nowhere(&queue("account = \"123456789012\"\n")).run(&["check", "--offline"], 0);
    let ran = nowhere(&queue("account = \"210987654321\"\n")).run(&["check", "--offline"], 64);
    assert!(ran.stderr.contains("raw is only for queues of this account"), "{}", ran.stderr);
}

#[test]
fn what_this_release_does_not_know_is_a_warning_with_the_nearest_name() {
    let manifest = format!("{APP}{FUNCTION}").replace("us-west-2", "us-wst-2").replace("python3.11", "ruby99");
    let ran = nowhere(&manifest).run(&["check", "--offline"], 0);
    for part in [
        "3:10: this release does not know the region us-wst-2",
        "did you mean us-west-2?",
        "6:11: this release does not know the runtime ruby99",
    ] {
        assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
    }
}

/// A function that knows and starts the workflow that invokes it.
fn mutual() -> String {
    format!(
        "{APP}{FUNCTION}environment = {{ FLOW = \"${{workflow.w.arn}}\", AWS_LAMBDA_EXEC_WRAPPER = \"/opt/wrap\" }}\n\
         access = [{{ workflow = \"w\", actions = \"start\" }}]\n[workflow.w]\ndefinition = \"w.json\"\ninvokes = [\"f\"]\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn resources_that_name_each_other_by_what_is_known_are_made_and_deleted() {
    for make in MAKES {
        let project = Project::new(make, &mutual()).await;
        let flow =
            r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "${function.f.arn}", "End": true}}}"#;
        std::fs::write(project.folder().join("w.json"), flow).expect("a file");
        project.deploy(&[]);
        assert_eq!(changes(&project.plan(&[])), [""; 0], "{make:?}");
        project.deploy(&["--destroy", "--delete-data"]);
        assert_eq!(changes(&project.plan(&["--destroy", "--delete-data"])), [""; 0], "{make:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_attribute_for_time_to_live_takes_two_plans_and_no_apply_waits() {
    let table = |attribute: &str| {
        format!("{APP}[table.t]\nhash_key = {{ name = \"id\", type = \"S\" }}\ntime_to_live = \"{attribute}\"\n")
    };
    for make in MAKES {
        let project = Project::new(make, &table("old")).await;
        project.deploy(&[]);
        project.write(&table("new"));
        let first = project.plan(&[]);
        project.apply(0);
        assert_eq!(first["changes"][0]["steps"].as_array().map(Vec::len), Some(1), "{first:#}");
        let note = first["notes"][0]["message"].as_str().unwrap_or_default().to_owned();
        assert!(note.contains("so a plan an hour later will switch it on for new"), "{make:?}: {note}");
        let second = project.deploy(&[]);
        assert_eq!(changes(&second), ["update dynamodb.table/t TimeToLiveAttribute"], "{make:?}");
        assert_eq!(changes(&project.plan(&[])), [""; 0], "{make:?}");
    }
}

fn firewall(group: &str) -> String {
    format!("{APP}[firewall.w]\nmanaged_rules = [\"{group}\"]\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_group_that_cannot_be_looked_up_is_planned_all_the_same() {
    let mut project = Project::new(Make::Ministack, &firewall("Another")).await;
    let proxy = Proxy::start(&endpoint(Make::Ministack).await, Duration::ZERO);
    project.reach(&proxy.endpoint());
    let operation = "ListAvailableManagedRuleGroups";
    proxy.arm_at(operation, Fault::Denied("wafv2:ListAvailableManagedRuleGroups", "*"));
    let ran = project.run(&["plan"], 0);
    assert!(proxy.fired() && ran.stderr.contains("AWS's rule groups are not checked: "), "{}", ran.stderr);
    project.write(&firewall("AWSManagedRulesCommonRuleSet"));
    proxy.clear();
    project.run(&["plan"], 0);
    assert!(!proxy.log().iter().any(|call| call.operation == operation), "of what is known nobody asks");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_group_that_waf_does_not_offer_is_warned_of_when_planning() {
    for make in MAKES {
        let project = Project::new(make, &firewall("AWSManagedRulesComonRuleSet")).await;
        let ran = project.run(&["plan"], 0);
        let expected = "5:18: there is no AWS managed rule group \"AWSManagedRulesComonRuleSet\"; \
                        did you mean \"AWSManagedRulesCommonRuleSet\"?";
        assert!(ran.stderr.contains(expected), "{make:?}: {}", ran.stderr);
        project.write(&firewall("AWSManagedRulesCommonRuleSet"));
        let ran = project.run(&["plan"], 0);
        assert!(!ran.stderr.contains("rule group"), "{make:?}: {}", ran.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_longest_session_survives_a_change_of_the_description() {
    let project = Project::new(Make::Moto, &format!("{APP}[role.r]\n")).await;
    project.deploy(&[]);
    let iam = project.aws().await.write.iam;
    let edit = iam.update_role().role_name("shop--production-r").description("theirs").max_session_duration(3600);
    edit.send().await.answer("iam:UpdateRole").unwrap();
    let plan = project.plan(&[]);
    let input = &plan["changes"][0]["steps"][0]["call"]["input"];
    assert_eq!((&input["MaxSessionDuration"], input["Description"].is_string()), (&3600.into(), true), "{plan:#}");
}
