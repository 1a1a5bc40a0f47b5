//! What must stop before anything is sent, with its exit code and a message that says what to do.

use std::time::Duration;

use serde_json::json;
use serverless_app::aws::Answer;
use tempfile::TempDir;

use crate::support::emulator::{MAKES, Make, endpoint};
use crate::support::github::answers::repository;
use crate::support::github::{Github, NAME, REPOSITORY};
use crate::support::project::{EXAMPLE, Project, changes};
use crate::support::proxy::Proxy;
use crate::support::proxy::fault::Fault;

/// A small app: quick to plan.
const SMALL: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n[table.orders]\nhash_key = { name = \"id\", type = \"S\" }\n\n[topic.alerts]\n";

#[tokio::test(flavor = "multi_thread")]
async fn another_plan_than_the_approved_one_is_not_applied() {
    let project = Project::new(Make::Moto, SMALL).await;
    project.plan(&[]);
    let other = format!("sha256:{}", "0".repeat(64));
    let ran = project.run(&["apply", "serverless-app-plan", "--expect", &other], 4);
    assert!(ran.stderr.contains("not the expected"), "{}", ran.stderr);
    let ran = project.run(&["apply", "serverless-app-plan", "--expect", "nonsense"], 64);
    assert!(ran.stderr.contains("sha256:"), "{}", ran.stderr);
    assert_eq!(changes(&project.plan(&[])).len(), 2, "nothing was made");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_applied_to_its_own_account_only() {
    let project = Project::new(Make::Moto, SMALL).await;
    project.plan(&[]);
    let id = project.plan_id();
    let arguments = ["apply", "serverless-app-plan", "--expect", id.as_str()];
    let ran = project.cli(&arguments).env("AWS_ACCESS_KEY_ID", "999999999999").run();
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    assert!(ran.stderr.contains(project.account()) && ran.stderr.contains("999999999999"), "{}", ran.stderr);
    let (github, files) = (Github::start(), TempDir::new().unwrap());
    let event = json!({"inputs": {}, "ref": "refs/heads/main", "repository": repository(REPOSITORY, NAME)});
    let mut cli = project.cli(&arguments);
    for (name, value) in github.environment("workflow_dispatch", &event, "x", files.path()) {
        cli = cli.env(&name, value);
    }
    let ran = cli.run();
    assert_eq!(ran.code, Some(4), "an emulator in GitHub Actions: {}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn live_state_that_moved_since_the_plan_stops_the_apply_and_is_named() {
    let project = Project::new(Make::Moto, SMALL).await;
    project.deploy(&[]);
    project.write(&SMALL.replace("[topic.alerts]\n", "[topic.alerts]\ndisplay_name = \"A\"\n"));
    project.plan(&[]);
    let arn = format!("arn:aws:sns:us-west-2:{}:shop--production-alerts", project.account());
    let edit = project.aws().await.write.sns;
    let edit = edit.set_topic_attributes().topic_arn(&arn).attribute_name("DisplayName").attribute_value("Theirs");
    edit.send().await.answer("sns:SetTopicAttributes").unwrap();
    let ran = project.apply(3);
    assert!(ran.stderr.contains("sns.topic/alerts") && ran.stderr.contains("DisplayName"), "{}", ran.stderr);
    let plan = project.plan(&[]);
    assert_eq!(plan["changes"][0]["diff"][0]["old"]["value"], "Theirs", "nothing was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_resource_is_never_touched() {
    for make in MAKES {
        let project = Project::new(make, SMALL).await;
        let sns = project.aws().await.write.sns;
        sns.create_topic().name("shop--production-alerts").send().await.answer("sns:CreateTopic").unwrap();
        let ran = project.run(&["plan"], 1);
        assert!(ran.stderr.contains("sns.topic/alerts") && ran.stderr.contains("--adopt"), "{}", ran.stderr);
        let plan = project.deploy(&["--adopt", "sns.topic/alerts"]);
        assert!(changes(&plan).iter().any(|line| line.starts_with("adopt sns.topic/alerts")), "{:?}", changes(&plan));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_problem_of_a_manifest_is_told_at_once_with_its_place() {
    let bad = EXAMPLE
        .replace("hash_key = {", "hash_kye = {")
        .replace("period = 300", "period = \"often\"")
        .replace("192.0.2.0/24", "192.0.2.0/99");
    let project = Project::at("http://127.0.0.1:9", &bad);
    let ran = project.run(&["check", "--offline"], 64);
    for part in [
        "serverless-app.toml:13:1: there is no key \"hash_kye\"",
        "did you mean \"hash_key\"?",
        "expected a whole number",
        "help: ",
    ] {
        assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
    }
    assert!(!ran.stderr.contains("is missing"), "a misspelt key is not missing too: {}", ran.stderr);
    let ran = Project::at("http://127.0.0.1:9", &EXAMPLE.replace("192.0.2.0/24", "192.0.2.0/99"))
        .run(&["check", "--offline"], 64);
    assert!(ran.stderr.contains("\"192.0.2.0/99\" is not an address range"), "{}", ran.stderr);
    let missing = project.cli(&["plan", "--manifest", "no.toml"]).run();
    assert_eq!(missing.code, Some(64));
    assert!(missing.stderr.contains("serverless-app init"), "{}", missing.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_was_tampered_with_is_refused_by_the_binary() {
    let project = Project::new(Make::Moto, SMALL).await;
    project.plan(&[]);
    let id = project.plan_id();
    let path = project.folder().join("serverless-app-plan/plan.json");
    let bytes = std::fs::read(&path).unwrap();
    for at in (0..bytes.len()).step_by(bytes.len() / 200) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        std::fs::write(&path, changed).unwrap();
        project.run(&["apply", "serverless-app-plan", "--expect", &id], 4);
    }
}

#[test]
fn a_literal_that_looks_like_a_secret_is_told_and_never_repeated() {
    let line = "ENVIRONMENT = \"${stage}\"\n";
    let planted = "hunter2-planted";
    let manifest = EXAMPLE.replacen(line, &format!("{line}DB_PASSWORD = \"{planted}\"\n"), 1);
    let project = Project::at("http://127.0.0.1:9", &manifest);
    let place = manifest.lines().position(|line| line.starts_with("DB_PASSWORD")).map(|line| line + 1).unwrap();
    for github in ["", "true"] {
        let cli = project.cli(&["check", "--offline"]).env("GITHUB_ACTIONS", github);
        let ran = cli.run();
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let expected = match github {
            "" => format!("warning: serverless-app.toml:{place}:15: the value of the variable DB_PASSWORD looks like"),
            _ => format!("::warning file=serverless-app.toml,line={place},col=15,title=serverless-app::"),
        };
        assert!(ran.stderr.contains(&expected) && ran.stderr.contains("{ ssm = "), "{expected}\n{}", ran.stderr);
        assert!(!ran.stderr.contains(planted) && !ran.stdout.contains(planted), "{}", ran.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_not_allowed_is_told_with_the_statement_to_add() {
    for make in MAKES {
        let mut project = Project::new(make, SMALL).await;
        let proxy = Proxy::start(&endpoint(make).await, Duration::ZERO);
        project.reach(&proxy.endpoint());
        project.plan(&[]);
        let topic = "arn:aws:sns:us-west-2:123456789012:shop--production-alerts";
        proxy.arm_at("CreateTopic", Fault::Denied("SNS:CreateTopic", topic));
        let ran = project.apply(1);
        let own = format!("arn:aws:sns:us-west-2:{}:shop--production-alerts", project.account());
        for part in [
            "sns:CreateTopic: the role does not allow SNS:CreateTopic on arn:aws:sns:",
            "add to the role's policy: {\"Action\":[\"sns:CreateTopic\"],\"Effect\":\"Allow\",\"Resource\":[\"",
            &own,
        ] {
            assert!(ran.stderr.contains(part), "{make:?}: {part}\n{}", ran.stderr);
        }
        project.apply(0);
        proxy.arm_at("ListTopics", Fault::Denied("SNS:ListTopics", "arn:aws:sns:us-west-2:123456789012:*"));
        let ran = project.run(&["plan"], 1);
        for part in
            ["does not allow SNS:ListTopics on arn:aws:sns:us-west-2:123456789012:*; add", "policy plan` prints"]
        {
            assert!(ran.stderr.contains(part), "{make:?}: {part}\n{}", ran.stderr);
        }
    }
}

/// An app with one workflow.
const WORKFLOW: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n[workflow.flow]\ndefinition = \"flow.json\"\n\
     access = [{ actions = [\"dynamodb:GetItem\"], resources = [\"arn:aws:dynamodb:${region}:${account}:table/*\"] }]\n";

fn flow(operation: &str) -> String {
    let task =
        format!("{{\"Type\": \"Task\", \"Resource\": \"arn:aws:states:::dynamodb:{operation}\", \"End\": true}}");
    format!("{{\n  \"StartAt\": \"Ask\",\n  \"States\": {{\"Ask\": {task}}}\n}}\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_step_functions_would_refuse_of_a_definition_stops_the_plan_at_its_line() {
    let project = Project::new(Make::Moto, WORKFLOW).await;
    std::fs::write(project.folder().join("flow.json"), flow("query")).unwrap();
    let ran = project.run(&["plan"], 64);
    let said = "flow.json:3:50: /States/Ask/Resource: The resource provided arn:aws:states:::dynamodb:query is not recognized.";
    assert!(ran.stderr.contains(said) && ran.stderr.contains("(SCHEMA_VALIDATION_FAILED, says AWS)"), "{}", ran.stderr);
    assert!(!project.folder().join("serverless-app-plan/plan.json").exists(), "there is no plan");
}

#[tokio::test(flavor = "multi_thread")]
async fn step_functions_is_asked_about_definitions_that_change_and_where_it_may_not_be_the_plan_is_the_same() {
    for make in MAKES {
        let mut project = Project::new(make, WORKFLOW).await;
        let proxy = Proxy::start(&endpoint(make).await, Duration::ZERO);
        project.reach(&proxy.endpoint());
        std::fs::write(project.folder().join("flow.json"), flow("getItem")).unwrap();
        proxy.arm_at("ValidateStateMachineDefinition", Fault::Denied("states:ValidateStateMachineDefinition", "*"));
        let ran = project.run(&["plan"], 0);
        assert!(proxy.fired());
        let note =
            "warning: flow.json:1:1: AWS was not asked about this definition: states:ValidateStateMachineDefinition: ";
        assert!(ran.stderr.contains(note) && ran.stderr.contains("does not allow"), "{make:?}: {}", ran.stderr);
        let id = project.plan_id();
        let asked = |proxy: &Proxy| proxy.log().iter().filter(|call| call.operation.starts_with("Validate")).count();
        proxy.clear();
        let ran = project.run(&["plan"], 0);
        assert_eq!((project.plan_id(), asked(&proxy)), (id, 1), "{make:?}");
        assert!(!ran.stderr.contains("flow.json"), "{make:?}: {}", ran.stderr);
        project.apply(0);
        proxy.clear();
        assert_eq!(changes(&project.plan(&[])), Vec::<String>::new(), "{make:?}");
        assert_eq!(asked(&proxy), 0, "{make:?}: nothing has changed");
    }
}
