//! Somebody edits the app by hand, every kind of it: a plan finds each edit, and an apply repairs it.

use std::time::Duration;

use aws_sdk_apigateway::types::{Op, PatchOperation};
use aws_sdk_config::types::{ConfigurationRecorder, RecordingGroup};
use aws_sdk_dynamodb::types::PointInTimeRecoverySpecification;
use aws_sdk_lambda::types::Environment;
use aws_sdk_s3::types::PublicAccessBlockConfiguration;
use aws_sdk_wafv2::types::Scope;
use serverless_app::aws::Aws;

use crate::support::emulator::{MAKES, Make, endpoint};
use crate::support::project::{EXAMPLE, Project, changes};
use crate::support::proxy::{Proxy, is_change};

const PREFIX: &str = "serverless-app--production-";

/// What the plan has to show for the edits: each kind, and for most the very attribute.
const FOUND: &[&str] = &[
    "update apigateway.rest-api/api methods.POST /items.",
    "update cloudwatch.alarm/lambda-error-alarm Threshold",
    "update config.recorder/compliance recordingGroup.allSupported",
    "create config.rule/iam-role-rule",
    "update config.delivery-channel/compliance recording",
    "update dynamodb.table/serverless-table PointInTimeRecoveryEnabled",
    "update iam.role/api-handler-function ManagedPolicyArns",
    "update iam.policy/api-handler-function ",
    "update lambda.function/api-handler Environment.",
    "create lambda.permission/api-handler",
    "update logs.log-group/api-handler-function retentionInDays",
    "update s3.bucket/static-assets PublicAccessBlock",
    "update sns.topic/critical-alerts DisplayName",
    "update stepfunctions.state-machine/workflow definition",
    "create wafv2.association/api-waf-api",
    "update wafv2.web-acl/api-waf Rules.rate-limit",
];

async fn edit_data(aws: &Aws, account: &str) {
    let write = &aws.write;
    let recovery = PointInTimeRecoverySpecification::builder().point_in_time_recovery_enabled(true).build().unwrap();
    let table = write.dynamodb.update_continuous_backups().table_name(format!("{PREFIX}serverless-table"));
    let table = table.point_in_time_recovery_specification(recovery);
    // Backups of a new table are unavailable at first.
    if table.clone().send().await.is_err() {
        table.send().await.unwrap();
    }
    let topic = format!("arn:aws:sns:us-west-2:{account}:{PREFIX}critical-alerts");
    let topic = write.sns.set_topic_attributes().topic_arn(topic).attribute_name("DisplayName");
    topic.attribute_value("By hand").send().await.unwrap();
    let open = PublicAccessBlockConfiguration::builder().block_public_acls(false).build();
    let bucket = format!("{PREFIX}static-assets-{account}-us-west-2");
    write.s3.put_public_access_block().bucket(bucket).public_access_block_configuration(open).send().await.unwrap();
    let group = format!("/aws/lambda/{PREFIX}api-handler");
    write.logs.put_retention_policy().log_group_name(group).retention_in_days(1).send().await.unwrap();
}

async fn edit_identity(aws: &Aws, account: &str) {
    let iam = &aws.write.iam;
    let role = iam.detach_role_policy().role_name(format!("{PREFIX}api-handler-function"));
    role.policy_arn("arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess").send().await.unwrap();
    let arn = format!("arn:aws:iam::{account}:policy/serverless-app/production/{PREFIX}api-handler-function");
    let wide = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    iam.create_policy_version().policy_arn(arn).policy_document(wide).set_as_default(true).send().await.unwrap();
}

async fn edit_compute(aws: &Aws, account: &str) {
    let name = format!("{PREFIX}api-handler");
    let lambda = &aws.write.lambda;
    let sid = "api-POST_items";
    lambda.remove_permission().function_name(&name).statement_id(sid).send().await.unwrap();
    let planted = Environment::builder().variables("PASSWORD", "planted-secret").build();
    lambda.update_function_configuration().function_name(&name).environment(planted).send().await.unwrap();
    let machine = format!("arn:aws:states:us-west-2:{account}:stateMachine:{PREFIX}workflow");
    let definition = r#"{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}"#;
    aws.write.sfn.update_state_machine().state_machine_arn(&machine).definition(definition).send().await.unwrap();
    // Step Functions shows an edit a moment later.
    while aws.read.sfn.describe_state_machine().state_machine_arn(&machine).send().await.unwrap().definition
        != definition
    {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let alarm = format!("{PREFIX}lambda-error-alarm");
    let alarms = aws.read.cloudwatch.describe_alarms().alarm_names(&alarm).send().await.unwrap();
    let live = &alarms.metric_alarms()[0];
    let put = aws.write.cloudwatch.put_metric_alarm().alarm_name(&alarm).threshold(99.0).evaluation_periods(1);
    let put = put.set_comparison_operator(live.comparison_operator().cloned()).set_dimensions(live.dimensions.clone());
    let put =
        put.set_statistic(live.statistic().cloned()).set_period(live.period()).set_namespace(live.namespace.clone());
    let put = put.set_metric_name(live.metric_name.clone()).set_alarm_actions(live.alarm_actions.clone());
    put.set_treat_missing_data(live.treat_missing_data.clone()).send().await.unwrap();
}

async fn edit_api(aws: &Aws) {
    let client = &aws.write.apigateway;
    let apis = client.get_rest_apis().send().await.unwrap();
    let api =
        apis.items().iter().find(|api| api.name() == Some(&format!("{PREFIX}api"))).and_then(|api| api.id()).unwrap();
    let stage = format!("arn:aws:apigateway:us-west-2::/restapis/{api}/stages/v1");
    aws.write.wafv2.disassociate_web_acl().resource_arn(stage).send().await.unwrap();
    let resources = client.get_resources().rest_api_id(api).send().await.unwrap();
    let items = resources.items().iter().find(|r| r.path() == Some("/items")).and_then(|r| r.id()).unwrap();
    client.delete_method().rest_api_id(api).resource_id(items).http_method("POST").send().await.unwrap();
    let variable = PatchOperation::builder().op(Op::Replace).path("/variables/byhand").value("yes").build();
    client.update_stage().rest_api_id(api).stage_name("v1").patch_operations(variable).send().await.unwrap();
}

async fn edit_guards(aws: &Aws) {
    let waf = &aws.write.wafv2;
    let name = format!("{PREFIX}api-waf");
    let acls = waf.list_web_acls().scope(Scope::Regional).send().await.unwrap();
    let id = acls.web_acls().iter().find(|acl| acl.name() == Some(&name)).and_then(|acl| acl.id()).unwrap();
    let got = waf.get_web_acl().name(&name).scope(Scope::Regional).id(id).send().await.unwrap();
    let acl = got.web_acl().unwrap();
    let rules = acl.rules().iter().filter(|rule| rule.name() != "rate-limit").cloned().collect();
    let update = waf.update_web_acl().name(&name).scope(Scope::Regional).id(id).set_lock_token(got.lock_token.clone());
    let update = update.set_default_action(acl.default_action().cloned()).set_rules(Some(rules));
    update.set_visibility_config(acl.visibility_config().cloned()).send().await.unwrap();
    let config = &aws.write.config;
    config.delete_config_rule().config_rule_name(format!("{PREFIX}iam-role-rule")).send().await.unwrap();
    let recorder = format!("{PREFIX}recorder");
    config.stop_configuration_recorder().configuration_recorder_name(&recorder).send().await.unwrap();
    let live = config.describe_configuration_recorders().send().await.unwrap();
    let role = live.configuration_recorders()[0].role_arn().unwrap();
    let narrow = RecordingGroup::builder().all_supported(false).resource_types("AWS::S3::Bucket".into()).build();
    let narrow = ConfigurationRecorder::builder().name(&recorder).role_arn(role).recording_group(narrow).build();
    config.put_configuration_recorder().configuration_recorder(narrow).send().await.unwrap();
}

/// Edits one resource of every kind.
async fn edit_all(project: &Project) {
    let (aws, account) = (project.aws().await, project.account().to_owned());
    edit_data(&aws, &account).await;
    edit_identity(&aws, &account).await;
    edit_compute(&aws, &account).await;
    edit_api(&aws).await;
    edit_guards(&aws).await;
}

async fn found_and_repaired(make: Make) {
    let project = Project::new(make, EXAMPLE).await;
    project.deploy(&[]);
    edit_all(&project).await;
    let shown = project.run(&["plan", "--calls"], 0);
    assert!(shown.stdout.contains("(hidden)"), "{}", shown.stdout);
    let found = changes(&project.plan(&[]));
    for expected in FOUND {
        assert!(found.iter().any(|line| line.starts_with(expected)), "{make:?}: {expected} is not in {found:#?}");
    }
    let applied = project.apply(0);
    assert_eq!(changes(&project.plan(&[])), Vec::<String>::new(), "{make:?}: repaired");
    let written = std::fs::read_to_string(project.folder().join("serverless-app-plan/plan.md")).unwrap();
    for text in [&shown.stdout, &shown.stderr, &applied.stdout, &applied.stderr, &written] {
        assert!(!text.contains("planted-secret"), "{make:?}: a value that the manifest does not know shows");
    }
}

/// The plan changes the permission; then somebody lets another service in under its name.
async fn a_permission_stops_an_apply(make: Make) {
    let project = Project::new(make, EXAMPLE).await;
    project.deploy(&[]);
    project.write(&EXAMPLE.replace("path = \"/items\"", "path = \"/things\""));
    project.plan(&[]);
    let lambda = project.aws().await.write.lambda;
    let (name, sid) = (format!("{PREFIX}api-handler"), "api-POST_items");
    lambda.remove_permission().function_name(&name).statement_id(sid).send().await.unwrap();
    let theirs = lambda.add_permission().function_name(&name).statement_id(sid).action("lambda:InvokeFunction");
    theirs.principal("events.amazonaws.com").send().await.unwrap();
    let ran = project.apply(3);
    assert!(ran.stderr.contains("drifted: update lambda.permission/api-handler"), "{make:?}: {}", ran.stderr);
    assert!(ran.stderr.contains("0 calls sent"), "{make:?}: {}", ran.stderr);
}

/// The plan touches every resource of the app; then somebody edits one of every kind.
async fn stops_an_apply(make: Make) {
    let mut project = Project::new(make, EXAMPLE).await;
    project.deploy(&[]);
    let proxy = Proxy::start(&endpoint(make).await, Duration::ZERO);
    project.reach(&proxy.endpoint());
    project.plan(&["--destroy", "--delete-data"]);
    edit_all(&project).await;
    proxy.clear();
    let ran = project.apply(3);
    let writes: Vec<_> = proxy.log().into_iter().filter(|exchange| is_change(&exchange.operation)).collect();
    assert!(writes.is_empty(), "{make:?}: {writes:?}");
    let receipt = std::fs::read(project.folder().join("serverless-app-plan/receipt.json")).expect("a receipt");
    let receipt: serde_json::Value = serde_json::from_slice(&receipt).expect("JSON");
    for expected in FOUND {
        let (_, kind) = expected.split('/').next().and_then(|start| start.split_once(' ')).expect("a kind");
        let results = receipt["results"].as_array().expect("results").iter();
        let mut of_kind = results.filter(|result| result["address"].as_str().is_some_and(|at| at.starts_with(kind)));
        let is_drifted = |result: &serde_json::Value| {
            let address = result["address"].as_str().expect("an address");
            result["outcome"]["drifted"].as_array().is_some_and(|moved| !moved.is_empty())
                && ran.stderr.contains(address)
        };
        // What somebody has deleted, or stopped on the way there, is where the plan leads: there it goes on.
        let is_on_its_way = |result: &serde_json::Value| match kind {
            "config.delivery-channel" => result["outcome"] == "not-started",
            _ => expected.starts_with("create") && result["outcome"] == "already-done",
        };
        assert!(of_kind.any(|result| is_drifted(result) || is_on_its_way(result)), "{make:?}: {kind}: {receipt:#}");
    }
    assert!(!ran.stderr.contains("planted-secret") && !receipt.to_string().contains("planted-secret"), "{make:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_edit_since_the_plan_stops_the_apply_before_its_first_call() {
    for make in MAKES {
        stops_an_apply(make).await;
        a_permission_stops_an_apply(make).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_edit_by_hand_is_found_and_repaired_on_ministack() {
    found_and_repaired(Make::Ministack).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_edit_by_hand_is_found_and_repaired_on_moto() {
    found_and_repaired(MAKES[1]).await;
}
