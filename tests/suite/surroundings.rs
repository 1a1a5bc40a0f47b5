//! An app goes when it is to go, though what it uses of the account has gone before it: a hosted zone, the role with which API
//! Gateway writes logs, AWS Config's recorder.

use aws_sdk_apigateway::types::{Op, PatchOperation};
use aws_sdk_route53::types::{Change, ChangeAction, ChangeBatch};
use serverless_app::aws::Aws;

use crate::support::emulator::MAKES;
use crate::support::project::{Project, changes};

const APP: &str = r#"[app]
name = "left"
region = "us-west-2"
[api.web]
execution_logs = {}
domain = { name = "api.example.org", certificate = "arn:aws:acm:us-west-2:${account}:certificate/one", zone = "example.org" }
routes = [{ method = "GET", path = "/", respond = {} }]
"#;
const NO_ZONE: &str = "there is no public hosted zone example.org in this account";
const NO_ROLE: &str = "API Gateway has no role for writing logs";

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_the_account_is_needed_to_plan_that_an_app_goes() {
    for make in MAKES {
        let project = Project::new(make, &format!("{APP}[compliance]\nrecorder = \"existing\"\n")).await;
        let said = project.run(&["plan"], 64).stderr;
        for missing in [NO_ZONE, NO_ROLE, "this account and region have no AWS Config recorder"] {
            assert!(said.contains(missing), "{make:?} {missing}: {said}");
        }
        assert_eq!(changes(&project.plan(&["--destroy"])), [""; 0], "{make:?}");
    }
}

/// Gives API Gateway this role to write logs with.
async fn write_logs_as(aws: &Aws, role: &str) {
    let patch = PatchOperation::builder().op(Op::Replace).path("/cloudwatchRoleArn").value(role).build();
    aws.write.apigateway.update_account().patch_operations(patch).send().await.expect("the account");
}

/// Deletes a zone with the aliases in it.
async fn delete(aws: &Aws, zone: &str) {
    let client = &aws.write.route53;
    let listed = client.list_resource_record_sets().hosted_zone_id(zone).send().await.expect("records");
    for set in listed.resource_record_sets.into_iter().filter(|set| set.alias_target.is_some()) {
        let change = Change::builder().action(ChangeAction::Delete).resource_record_set(set).build().expect("a change");
        let batch = ChangeBatch::builder().changes(change).build().expect("a batch");
        let request = client.change_resource_record_sets().hosted_zone_id(zone).change_batch(batch);
        request.send().await.expect("a removal");
    }
    client.delete_hosted_zone().id(zone).send().await.expect("a removal");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_goes_after_its_zone_and_the_role_for_its_logs() {
    for make in MAKES {
        let project = Project::new(make, APP).await;
        let aws = project.aws().await;
        write_logs_as(&aws, &format!("arn:aws:iam::{}:role/others", project.account())).await;
        let made = aws.write.route53.create_hosted_zone().name("example.org").caller_reference("once").send().await;
        let zone = made.expect("a zone").hosted_zone.expect("a zone").id;
        project.deploy(&[]);
        delete(&aws, zone.trim_start_matches("/hostedzone/")).await;
        write_logs_as(&aws, "").await;
        let said = project.run(&["plan"], 64).stderr;
        assert!(said.contains(NO_ZONE) && said.contains(NO_ROLE), "{make:?} {said}");
        let gone = changes(&project.deploy(&["--destroy", "--delete-data"]));
        for address in ["apigateway.domain-name/api-example-org", "apigateway.rest-api/web"] {
            assert!(gone.contains(&format!("delete {address}")), "{make:?} {gone:?}");
        }
    }
}
