//! An emulator that asks IAM about every request, and roles on it. An account's own key is its root's there.

use aws_sdk_sts::types::Credentials;
use serde_json::{Value, json};
use serverless_app::aws::Aws;
use serverless_app::aws::document::Document;
use serverless_app::emulator::Emulator;
use tokio::sync::OnceCell;

use super::command::{Cli, Ran};
use super::emulator::servers::ASKING_IAM;
use super::emulator::{REGION, started};
use super::project::Project;

static ASKING: OnceCell<Emulator> = OnceCell::const_new();

/// Where it answers. Like the others it ends with this process.
pub async fn endpoint() -> String {
    ASKING.get_or_init(|| started(&ASKING_IAM)).await.endpoint().to_owned()
}

/// The policies that the binary prints for a project's role, `plan` or `apply`, as they are.
pub fn policies(project: &Project, role: &str) -> Vec<Document> {
    policies_in(project, role, &["--account", project.account()])
}

/// The same with these arguments.
pub fn policies_in(project: &Project, role: &str, more: &[&str]) -> Vec<Document> {
    let ran = project.run(&[&["policy", role], more].concat(), 0);
    let printed: Vec<Value> = serde_json::from_str(&ran.stdout).expect("documents");
    printed.into_iter().map(Document::from).collect()
}

/// Makes a role that the account may assume, with each document as a managed policy; gives its ARN.
pub async fn role(root: &Aws, name: &str, documents: &[Document]) -> String {
    let trust = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]});
    let iam = &root.write.iam;
    let made = iam.create_role().role_name(name).assume_role_policy_document(trust.to_string());
    let made = made.send().await.expect("a role");
    for (number, document) in documents.iter().enumerate() {
        let text = document.value().to_string();
        assert!(text.len() <= 6144, "a managed policy of {} characters", text.len());
        let policy = iam.create_policy().policy_name(format!("{name}-{number}")).policy_document(text);
        let policy = policy.send().await.expect("a policy");
        let arn = policy.policy().and_then(|policy| policy.arn()).expect("its ARN");
        iam.attach_role_policy().role_name(name).policy_arn(arn).send().await.expect("an attachment");
    }
    made.role().expect("the role").arn().to_owned()
}

/// Allows a role these statements besides, and none that were allowed so before.
pub async fn allow(root: &Aws, role: &str, statements: &[Value]) {
    let document = Document::new(statements.to_vec()).value().to_string();
    let name = role.rsplit('/').next().expect("a name");
    let put = root.write.iam.put_role_policy().role_name(name).policy_name("added").policy_document(document);
    // After a long apply the emulator may have closed the connection, and what writes retries nothing by itself.
    if put.clone().send().await.is_err() {
        put.send().await.expect("an inline policy");
    }
}

/// Credentials of a role, narrowed by a session policy.
pub async fn assume(root: &Aws, role: &str, session: Option<&Document>) -> Credentials {
    let policy = session.map(|document| document.value().to_string());
    let ask = root.write.sts.assume_role().role_arn(role).role_session_name("test").set_policy(policy);
    ask.send().await.expect("a session").credentials.expect("credentials")
}

/// Credentials of two roles, which have the policies that the project prints: to plan, and to apply.
pub async fn planner_and_applier(project: &Project, root: &Aws) -> (Credentials, Credentials) {
    let planner = role(root, "plan", &policies(project, "plan")).await;
    let applier = role(root, "apply", &policies(project, "apply")).await;
    (assume(root, &planner, None).await, assume(root, &applier, None).await)
}

/// A run with these credentials rather than the account's.
pub fn with(cli: Cli, keys: &Credentials) -> Cli {
    cli.env("AWS_ACCESS_KEY_ID", keys.access_key_id())
        .env("AWS_SECRET_ACCESS_KEY", keys.secret_access_key())
        .env("AWS_SESSION_TOKEN", keys.session_token())
}

/// Plans with these credentials.
pub fn plan(project: &Project, keys: &Credentials, more: &[&str]) -> Ran {
    with(project.cli(&[&["plan", "--format", "json"], more].concat()), keys).run()
}

/// Applies the plan that was written last, with these credentials.
pub fn apply(project: &Project, keys: &Credentials) -> Ran {
    with(project.cli(&["apply", "serverless-app-plan", "--expect", &project.plan_id()]), keys).run()
}

/// Clients with the credentials of each service, by the name that actions begin with.
pub async fn clients(endpoint: &str, keys: impl Fn(&str) -> Credentials) -> Aws {
    let mut aws = Aws::emulator(&REGION.parse().expect("a region"), endpoint, "none").await.expect("clients");
    for of in [&mut aws.read, &mut aws.write] {
        let keys = |service| {
            let keys: Credentials = keys(service);
            let (id, secret) = (keys.access_key_id(), keys.secret_access_key());
            aws_credential_types::Credentials::new(id, secret, Some(keys.session_token().into()), None, "test")
        };
        macro_rules! with_keys {
            ($($client:ident: $service:ident of $name:literal;)*) => {$(
                let config = of.$client.config().to_builder().credentials_provider(keys($name)).build();
                of.$client = $service::Client::from_conf(config);
            )*};
        }
        with_keys! {
            acm: aws_sdk_acm of "acm";
            apigateway: aws_sdk_apigateway of "apigateway";
            apigatewayv2: aws_sdk_apigatewayv2 of "apigatewayv2";
            cloudwatch: aws_sdk_cloudwatch of "cloudwatch";
            config: aws_sdk_config of "config";
            dynamodb: aws_sdk_dynamodb of "dynamodb";
            events: aws_sdk_eventbridge of "events";
            iam: aws_sdk_iam of "iam";
            kms: aws_sdk_kms of "kms";
            lambda: aws_sdk_lambda of "lambda";
            logs: aws_sdk_cloudwatchlogs of "logs";
            route53: aws_sdk_route53 of "route53";
            s3: aws_sdk_s3 of "s3";
            scheduler: aws_sdk_scheduler of "scheduler";
            sfn: aws_sdk_sfn of "states";
            sns: aws_sdk_sns of "sns";
            sqs: aws_sdk_sqs of "sqs";
            sts: aws_sdk_sts of "sts";
            tagging: aws_sdk_resourcegroupstagging of "tag";
            wafv2: aws_sdk_wafv2 of "wafv2";
        }
    }
    aws
}
