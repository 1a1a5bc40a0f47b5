//! Execution logs of REST APIs: refused where the account has no role for them, written once `bootstrap` has made one, which
//! nothing changes from then on.

use aws_sdk_apigateway::types::{Op, PatchOperation};
use serde_json::Value;

use crate::support::emulator::MAKES;
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
    let bytes = std::fs::read(project.folder().join("serverless-app-bootstrap/plan.json")).expect("a plan");
    let plan: Value = serde_json::from_slice(&bytes).expect("JSON");
    let id = serverless_app::canonical::Sha::of(&bytes).to_string();
    project.run(&["apply", "serverless-app-bootstrap", "--expect", &id], 0);
    let all = plan["changes"].as_array().cloned().unwrap_or_default();
    let ours = all.iter().filter(|change| change["address"] == "apigateway.account/logging");
    let steps = ours.flat_map(|change| change["steps"].as_array().cloned().unwrap_or_default());
    steps.map(|step| step["call"]["api"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn role(project: &Project) -> Option<String> {
    project.aws().await.read.apigateway.get_account().send().await.expect("the account").cloudwatch_role_arn
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
