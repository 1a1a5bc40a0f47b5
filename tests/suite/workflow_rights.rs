//! A workflow that does something with the app's own resources: what it was not given stops the plan, what it was given lets
//! it run.

use serde_json::json;
use serverless_app::aws::document::Document;
use serverless_app::bootstrap::Boundary;
use serverless_app::name::Owner;

use crate::planner;
use crate::support::emulator::{MAKES, Make};
use crate::support::project::{Project, changes};

fn manifest(section: &str) -> String {
    format!(
        "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n[table.items]\nhash_key = {{ name = \"id\", type = \"S\" }}\n\
         on_delete = \"delete\"\n\n[queue.jobs]\non_delete = \"delete\"\n\n[workflow.flow]\ndefinition = \"flow.json\"\n{section}\n"
    )
}

const TABLE: &str = r#"{ table = "items", actions = ["dynamodb:PutItem"] }"#;
const QUEUE: &str = r#"{ queue = "jobs", actions = "send" }"#;

/// Puts its input's id into the table, then into the queue.
fn definition() -> String {
    let save = json!({"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "ResultPath": null, "Next": "Send",
        "Parameters": {"TableName": "${table.items.name}", "Item": {"id": {"S.$": "$.id"}}}});
    let send = json!({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true,
        "Parameters": {"QueueUrl": "${queue.jobs.url}", "MessageBody.$": "$.id"}});
    format!("{{\n  \"StartAt\": \"Save\",\n  \"States\": {{\n    \"Save\": {save},\n    \"Send\": {send}\n  }}\n}}\n")
}

fn project_at(project: &Project, section: &str, definition: &str) {
    project.write(&manifest(section));
    std::fs::write(project.folder().join("flow.json"), definition).expect("a definition");
}

/// The actions of the workflow's role, as AWS has them.
async fn allowed(project: &Project) -> Vec<String> {
    let aws = project.aws().await;
    let role = "shop--production-flow-workflow";
    let policy = aws.read.iam.get_role_policy().role_name(role).policy_name("workflow").send().await.expect("a policy");
    let document = Document::parse(policy.policy_document()).expect("a document");
    let actions = document.statements().iter().flat_map(|statement| statement["Action"].as_array().cloned());
    actions.flatten().filter_map(|action| action.as_str().map(str::to_owned)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_that_writes_to_a_table_and_a_queue_lives_with_exactly_these_rights() {
    for make in MAKES {
        let project = Project::new(make, "").await;
        project_at(&project, "", &definition());
        let ran = project.run(&["plan"], 64);
        for part in [
            "/States/Save/Resource: it needs dynamodb:PutItem on [table.items], which `access` does not grant",
            "/States/Send/Resource: it needs sqs:SendMessage on [queue.jobs], which `access` does not grant",
            &format!("write in its section: access = [{TABLE}, {QUEUE}]"),
        ] {
            assert!(ran.stderr.contains(part), "{make:?}: {part}\n{}", ran.stderr);
        }
        project_at(&project, &format!("access = [{TABLE}, {QUEUE}]"), &definition());
        let made = changes(&project.deploy(&[]));
        assert!(made.iter().all(|line| line.starts_with("create ")), "{make:?}: {made:?}");
        let actions = allowed(&project).await;
        assert!(actions.contains(&"dynamodb:PutItem".to_owned()), "{make:?}: {actions:?}");
        assert!(actions.contains(&"sqs:SendMessage".to_owned()), "{make:?}: {actions:?}");
        if make == Make::Ministack {
            runs(&project).await;
        }
        let less: String = definition().replace(r#""Next":"Send""#, r#""End":true"#);
        let less = less.lines().filter(|line| !line.contains("\"Send\"")).collect::<Vec<_>>().join("\n");
        let less = less.replace("},\n  }", "}\n  }");
        project_at(&project, &format!("access = [{TABLE}]"), &less);
        let expected = [
            "update iam.role/flow-workflow InlinePolicies.workflow.Statement",
            "update stepfunctions.state-machine/flow definition",
        ];
        assert_eq!(changes(&project.deploy(&[])), expected, "{make:?}");
        assert_eq!(allowed(&project).await, ["dynamodb:PutItem"], "{make:?}");
        project.deploy(&["--destroy", "--delete-data"]);
    }
}

/// An execution leaves its item and its message.
async fn runs(project: &Project) {
    let aws = project.aws().await;
    let arn = format!("arn:aws:states:us-west-2:{}:stateMachine:shop--production-flow", project.account());
    let start = aws.write.sfn.start_execution().state_machine_arn(arn).input(r#"{"id": "one"}"#).send().await;
    start.expect("an execution");
    let queue = aws.read.sqs.get_queue_url().queue_name("shop--production-jobs").send().await.expect("the queue");
    let url = queue.queue_url().expect("a URL");
    let receive = aws.write.sqs.receive_message().queue_url(url).wait_time_seconds(20).send().await.expect("a message");
    let bodies: Vec<&str> = receive.messages().iter().filter_map(|message| message.body()).collect();
    assert_eq!(bodies, ["one"]);
    let items = aws.read.dynamodb.scan().table_name("shop--production-items").send().await.expect("items");
    assert_eq!(items.items().len(), 1);
}

#[test]
fn a_bounded_workflow_finds_its_rights_in_the_boundary() {
    let folder = tempfile::tempdir().expect("a folder");
    let flow = json!({"StartAt": "Run", "States": {"Run": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::batch:submitJob.sync", "Parameters": {"JobName": "x", "JobQueue": "slow", "JobDefinition": "report"}}}});
    std::fs::write(folder.path().join("flow.json"), flow.to_string()).expect("a definition");
    let text = manifest(
        r#"access = [
    { actions = ["batch:SubmitJob"], resources = ["arn:aws:batch:${region}:${account}:job-queue/slow", "arn:aws:batch:${region}:${account}:job-definition/report:*"] },
    { actions = ["batch:DescribeJobs"], resources = ["*"] },
    { actions = ["batch:TerminateJob"], resources = ["arn:aws:batch:${region}:${account}:job/*"] },
]"#,
    );
    let lowered =
        planner::lowered(folder.path(), &text.replace("region =", "permissions_boundary = \"bootstrap\"\nregion ="));
    let owner = Owner { app: "shop".parse().expect("a name"), stage: "production".parse().expect("a stage") };
    let boundary = Boundary::new(&owner, &planner::site(), &lowered.wanted, None).document().expect("a boundary");
    let resources = |action: &str| {
        let of = boundary
            .statements()
            .iter()
            .filter(|statement| statement["Action"].as_array().is_some_and(|all| all.iter().any(|one| one == action)));
        of.map(|statement| statement["Resource"].to_string()).collect::<String>()
    };
    assert!(resources("batch:SubmitJob").contains("job-queue/slow"));
    assert_eq!(resources("batch:DescribeJobs"), r#"["*"]"#);
    assert!(resources("batch:TerminateJob").contains("job/*"));
    assert!(resources("events:PutRule").contains("rule/StepFunctionsGetEventsForBatchJobsRule"));
}
