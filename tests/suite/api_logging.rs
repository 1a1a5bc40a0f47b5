//! Execution logs of REST APIs: refused where the account has no role for them, written once `bootstrap` has made one, which
//! nothing changes from then on.

use aws_sdk_apigateway::types::{Op, PatchOperation};
use serde_json::Value;

use crate::support::command::Cli;
use crate::support::emulator::{MAKES, Make, REGION};
use crate::support::files;
use crate::support::project::{Project, changes};

const APP: &str = r#"[app]
name = "logged"
region = "us-west-2"
[api.web]
execution_logs = { level = "INFO", metrics = true }
routes = [
    { method = "GET", path = "/", respond = {} },
    { method = "GET", path = "/quiet", respond = {}, execution_logs = { level = "OFF" } },
]
"#;
const BOOTSTRAP: [&str; 9] = [
    "bootstrap",
    "--repository",
    "octo-org/shop",
    "--repository-id",
    "89012345",
    "--owner-id",
    "1234567",
    "--without-permissions-boundary",
    "--api-logging",
];

/// What `bootstrap` plans for the account's setting, call by call.
fn bootstrap(project: &Project) -> Vec<String> {
    project.run(&BOOTSTRAP, 0);
    apply_bootstrap(project)
}

fn apply_bootstrap(project: &Project) -> Vec<String> {
    let bundle = project.folder().join("serverless-app-bootstrap");
    let (plan, id) = (files::plan(&bundle), files::plan_id(&bundle));
    project.run(&["apply", "serverless-app-bootstrap", "--expect", &id], 0);
    let all = plan["changes"].as_array().cloned().unwrap_or_default();
    let ours = all.iter().filter(|change| change["address"] == "apigateway.account/logging");
    let steps = ours.flat_map(|change| change["steps"].as_array().cloned().unwrap_or_default());
    steps.map(|step| step["call"]["api"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn role(project: &Project) -> Option<String> {
    role_in(project, REGION).await
}

async fn role_in(project: &Project, region: &str) -> Option<String> {
    let aws = project.aws_in(region).await;
    aws.read.apigateway.get_account().send().await.expect("the account").cloudwatch_role_arn
}

#[tokio::test(flavor = "multi_thread")]
async fn execution_logs_are_written_with_a_role_that_bootstrap_makes_once_and_nothing_changes() {
    for make in MAKES {
        let project = Project::new(make, APP).await;
        let refused = project.run(&["plan"], 64);
        assert!(refused.stderr.contains("bootstrap --api-logging"), "{make:?}: {}", refused.stderr);
        let made = ["iam:CreateRole", "iam:AttachRolePolicy", "apigateway:UpdateAccount"];
        assert_eq!(bootstrap(&project), made, "{make:?}");
        let ours = format!("arn:aws:iam::{}:role/serverless-app-api-gateway-logs", project.account());
        assert_eq!(role(&project).await, Some(ours), "{make:?}");
        assert_eq!(bootstrap(&project), [""; 0], "{make:?}");

        project.deploy(&[]);
        project.write(&APP.replace("\"INFO\", metrics = true", "\"ERROR\""));
        let changed = changes(&project.deploy(&[]));
        assert!(changed.iter().any(|line| line.contains("loggingLevel")), "{make:?}: {changed:#?}");
        project.write(&APP.replace("execution_logs = { level = \"INFO\", metrics = true }\n", ""));
        project.deploy(&[]);

        let others = format!("arn:aws:iam::{}:role/others", project.account());
        let patch = PatchOperation::builder().op(Op::Replace).path("/cloudwatchRoleArn").value(&others).build();
        let client = project.aws().await.write.apigateway.clone();
        client.update_account().patch_operations(patch).send().await.expect("the account");
        assert_eq!(bootstrap(&project), [""; 0], "{make:?}: whichever role there is");
        project.deploy(&["--destroy", "--delete-data"]);
        project.run(&["bootstrap", "--destroy"], 0);
        assert_eq!(role(&project).await, Some(others), "{make:?}");
    }
}

const EU: &str = "eu-central-1";

#[tokio::test(flavor = "multi_thread")]
async fn each_region_of_the_stages_gets_a_plan_of_its_own_and_all_share_the_role() {
    let project = Project::new(Make::Moto, &format!("{APP}[stage.eu]\nregion = \"{EU}\"\n[stage.production]\n")).await;
    let both = ["--stage", "production", "--stage", "eu"];
    let run = |region: &str, code: i32| {
        let logging = format!("--api-logging={region}");
        project.run(&[&BOOTSTRAP[..8], &both[..], &[logging.as_str()][..]].concat(), code)
    };
    let said = project.run(&[&BOOTSTRAP[..], &both[..]].concat(), 64).stderr;
    assert!(said.contains(&format!("the stages are in {EU} and {REGION}: write --api-logging=REGION")), "{said}");
    let said = run("us-east-1", 64).stderr;
    assert!(said.contains(&format!("no stage is in that region, only in {EU} and {REGION}")), "{said}");

    let ours = format!("arn:aws:iam::{}:role/serverless-app-api-gateway-logs", project.account());
    run(REGION, 0);
    assert_eq!(apply_bootstrap(&project), ["iam:CreateRole", "iam:AttachRolePolicy", "apigateway:UpdateAccount"]);
    assert_eq!((role(&project).await, role_in(&project, EU).await), (Some(ours.clone()), None));
    project.run(&["plan", "--stage", "production"], 0);
    run(EU, 0);
    assert_eq!(apply_bootstrap(&project), ["apigateway:UpdateAccount"]);
    assert_eq!((role(&project).await, role_in(&project, EU).await), (Some(ours.clone()), Some(ours)));
    project.run(&["plan", "--stage", "eu"], 0);
}

/// What is printed without asking AWS, with these arguments.
fn printed(more: &[&str], code: i32) -> (String, String) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("serverless-app.toml"), APP).expect("the manifest");
    let arguments = [&BOOTSTRAP[..], &["--account", "123456789012"][..], more].concat();
    let ran = Cli::new(&arguments).folder(folder.path()).run();
    assert_eq!(ran.code, Some(code), "{}\n{}", ran.stdout, ran.stderr);
    (ran.stdout, ran.stderr)
}

#[test]
fn what_is_printed_without_asking_resets_no_role() {
    let (printed_template, _) = printed(&["--format", "cloudformation"], 0);
    let template: Value = serde_json::from_str(&printed_template).expect("JSON");
    let parameter = &template["Parameters"]["ApiLogging"];
    assert!(parameter["Default"].is_null() && parameter["AllowedValues"].as_array().is_some_and(|all| all.len() == 3));
    let of = |kind: &str| {
        let resources = template["Resources"].as_object().expect("resources").values();
        let named = |one: &&Value| one["Properties"]["RoleName"] == "serverless-app-api-gateway-logs";
        let is_ours = |one: &&Value| one["Type"] == kind && (kind != "AWS::IAM::Role" || named(one));
        resources.filter(is_ours).cloned().collect::<Vec<_>>()
    };
    let (settings, roles) = (of("AWS::ApiGateway::Account"), of("AWS::IAM::Role"));
    assert_eq!((settings.len(), roles.len()), (1, 1));
    for (one, condition) in [(&settings[0], "SetApiLogging"), (&roles[0], "MakeApiLoggingRole")] {
        assert_eq!(one["Condition"], condition);
        assert_eq!(one["DeletionPolicy"], "Retain");
        assert!(template["Conditions"][condition].is_object());
    }
    let arn = &settings[0]["Properties"]["CloudWatchRoleArn"]["Fn::If"];
    assert_eq!(arn[0], "MakeApiLoggingRole");
    assert_eq!(arn[2], "arn:aws:iam::123456789012:role/serverless-app-api-gateway-logs");

    let (_, refused) = printed(&["--format", "json"], 64);
    assert!(refused.contains("--api-logging with --format json"), "{refused}");
}
