//! The whole example app, by the binary, on both emulators.

use serverless_app::aws::PlanReader;
use serverless_app::aws::observe::list;
use serverless_app::name::Owner;

use crate::support::emulator::{MAKES, Make};
use crate::support::project::{EXAMPLE, Project, changes};

/// One attribute of every kind that has one: what is written instead, and what the plan has to show for it.
const EDITS: &[(&str, &str, &[&str])] = &[
    (
        "[table.serverless-table]\n",
        "[table.serverless-table]\npoint_in_time_recovery = true\n",
        &["update dynamodb.table/serverless-table PointInTimeRecoveryEnabled"],
    ),
    (
        "[topic.critical-alerts]\n",
        "[topic.critical-alerts]\ndisplay_name = \"Alerts\"\n",
        &["update sns.topic/critical-alerts DisplayName"],
    ),
    (
        "[bucket.static-assets]\n",
        "[bucket.static-assets]\nownership = \"bucket-owner-preferred\"\n",
        &["update s3.bucket/static-assets ObjectOwnership"],
    ),
    (
        "[function.api-handler]\n",
        "[function.api-handler]\nmemory = 256\nlog_retention_days = 30\n",
        &[
            "update lambda.function/api-handler MemorySize",
            "update logs.log-group/api-handler-function retentionInDays",
        ],
    ),
    (
        "actions = \"read-write\"",
        "actions = \"read\"",
        &["update iam.policy/api-handler-function PolicyDocument.Statement"],
    ),
    (
        "[alarm.lambda-error-alarm]\n",
        "[alarm.lambda-error-alarm]\ndescription = \"Too many errors\"\n",
        &["update cloudwatch.alarm/lambda-error-alarm AlarmDescription"],
    ),
    (
        "description = \"Serverless API Gateway\"",
        "description = \"Another text\"",
        &["update apigateway.rest-api/api description"],
    ),
    (
        "[workflow.workflow]\n",
        "[workflow.workflow]\ntracing = true\n",
        &[
            "update iam.role/workflow-workflow InlinePolicies.workflow.Statement",
            "update stepfunctions.state-machine/workflow tracing",
        ],
    ),
    (
        "rate_limit = 1000",
        "rate_limit = 2000",
        &["update wafv2.web-acl/api-waf Rules.rate-limit.Statement.RateBasedStatement.Limit"],
    ),
    (
        "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole,",
        "",
        &["update config.rule/iam-role-rule InputParameters.managedPolicyArns"],
    ),
];

/// The example with every edit, and what a plan shows for them.
pub fn edited() -> (String, Vec<String>) {
    let mut manifest = EXAMPLE.to_owned();
    let mut expected = Vec::new();
    for (from, to, lines) in EDITS {
        assert!(manifest.contains(from), "{from:?} is in the example");
        manifest = manifest.replace(from, to);
        expected.extend(lines.iter().map(|line| (*line).to_owned()));
    }
    expected.sort();
    (manifest, expected)
}

async fn whole_life(make: Make) {
    let project = Project::new(make, EXAMPLE).await;
    let plan = project.deploy(&[]);
    assert!(changes(&plan).iter().all(|line| line.starts_with("create ")), "{:?}", changes(&plan));
    let (manifest, expected) = edited();
    project.write(&manifest);
    assert_eq!(changes(&project.deploy(&[])), expected, "{make:?}");
    project.write(&manifest.replace("Project = \"ServerlessApp\"", "Project = \"Renamed\""));
    let tagged = changes(&project.deploy(&[]));
    assert!(tagged.iter().all(|line| line.ends_with(".Project")), "{make:?}: {tagged:#?}");
    assert_eq!(tagged.len(), 17, "{make:?}: all that carry tags, and the stage: {tagged:#?}");
    project.deploy(&["--destroy", "--delete-data"]);
    assert_eq!(what_is_left(&project).await, Vec::<String>::new(), "{make:?}");
}

/// Everything of ours that listings find, except for what was released.
async fn what_is_left(project: &Project) -> Vec<String> {
    let owner = Owner { app: "serverless-app".parse().unwrap(), stage: "production".parse().unwrap() };
    let listing = list(&PlanReader::new(&project.aws().await), &owner).await.expect("listings");
    let ours = listing.names.into_keys().filter(|(_, name)| name.contains(&owner.prefix()));
    ours.map(|(kind, name)| format!("{kind} {name}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_is_made_changed_and_removed_on_ministack() {
    whole_life(Make::Ministack).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_is_made_changed_and_removed_on_moto() {
    whole_life(Make::Moto).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_holds_data_stays_when_the_app_goes_and_is_taken_back() {
    for make in MAKES {
        let project = Project::new(make, EXAMPLE).await;
        project.deploy(&[]);
        let plan = project.plan(&["--destroy"]);
        let released: Vec<String> = changes(&plan).into_iter().filter(|line| line.starts_with("release ")).collect();
        assert!(released.contains(&"release dynamodb.table/serverless-table".to_owned()), "{released:?}");
        assert!(released.contains(&"release s3.bucket/static-assets".to_owned()), "{released:?}");
        assert!(released.contains(&"release logs.log-group/api-handler-function".to_owned()), "{released:?}");
        project.apply(0);
        let kinds = ["dynamodb.table", "s3.bucket", "logs.log-group"];
        let left = what_is_left(&project).await;
        let kept = |line: &String| kinds.iter().any(|kind| line.starts_with(kind)) || line.starts_with("lambda.");
        assert!(!left.is_empty() && left.iter().all(kept), "{left:?}");
        let back = project.deploy(&[]);
        assert!(changes(&back).iter().any(|line| line.starts_with("adopt dynamodb.table/")), "{:?}", changes(&back));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_section_that_leaves_the_manifest_is_deleted_with_its_resources() {
    let project = Project::new(Make::Moto, EXAMPLE).await;
    project.deploy(&[]);
    let (start, end) = (EXAMPLE.find("[alarm.").unwrap(), EXAMPLE.find("# Amazon States").unwrap());
    project.write(&format!("{}{}", &EXAMPLE[..start], &EXAMPLE[end..]));
    let plan = project.deploy(&[]);
    let deleted: Vec<_> = changes(&plan).into_iter().filter(|line| line.starts_with("delete ")).collect();
    assert_eq!(deleted, ["delete cloudwatch.alarm/lambda-error-alarm"]);
}
