//! What somebody who has taken over an apply could try, to get more than the apply role has.

use aws_sdk_iam::error::ProvideErrorMetadata;
use aws_sdk_sts::types::Credentials;
use serde_json::json;
use serverless_app::aws::Aws;

use super::trust::{bootstrap, token};
use crate::support::permissions::{clients, endpoint};
use crate::support::project::{EXAMPLE, Project};

/// What a refusal is called.
fn code<E: ProvideErrorMetadata, R>(error: aws_sdk_iam::error::SdkError<E, R>) -> Option<String> {
    error.as_service_error().and_then(|error| error.code()).map(str::to_owned)
}

fn tag() -> aws_sdk_iam::types::Tag {
    aws_sdk_iam::types::Tag::builder().key("a").value("b").build().expect("a tag")
}

/// An apply's credentials, as a job of the environment gets them.
async fn credentials(root: &Aws, role: &str) -> Credentials {
    let token = token("repo:octo-org/shop:environment:production", &json!({}));
    let ask = root.write.sts.assume_role_with_web_identity().role_arn(role).role_session_name("job");
    ask.web_identity_token(token).send().await.expect("a session").credentials.expect("credentials")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apply_role_can_give_no_role_more_than_the_boundary_lets_through() {
    let emulator = endpoint().await;
    let project = Project::at(&emulator, EXAMPLE);
    let root = project.aws().await;
    let [_, applier] = bootstrap(&project);
    project.deploy(&[]);
    let keys = credentials(&root, &applier).await;
    let iam = clients(&emulator, |_| keys.clone()).await.write.iam;
    let everything =
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
            .to_string();
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}).to_string();
    let account = project.account();
    let policy =
        |name: &str| format!("arn:aws:iam::{account}:policy/serverless-app/bootstrap/serverless-app--bootstrap-{name}");
    let function = "serverless-app--production-api-handler-function";
    let own = "serverless-app--bootstrap-apply-production";
    // The recorder's role is the one that may be made without a boundary: nothing can be put into it.
    let bare = "serverless-app--production-bare";
    let made =
        iam.create_role().role_name(bare).path("/serverless-app/production/").assume_role_policy_document(&trust);
    made.send().await.expect("a role without rights");
    macro_rules! refused {
        ($what:literal, $request:expr) => {
            let error = $request.send().await.expect_err($what);
            assert_eq!(error.as_service_error().and_then(|error| error.code()), Some("AccessDenied"), $what);
        };
    }
    let put = |role: &str| iam.put_role_policy().role_name(role).policy_name("all").policy_document(&everything);
    let attach = |role: &str, arn: &str| iam.attach_role_policy().role_name(role).policy_arn(arn);
    let administrator = "arn:aws:iam::aws:policy/AdministratorAccess";
    refused!("a policy for a role without boundary", put(bare));
    refused!("AdministratorAccess for a role without boundary", attach(bare, administrator));
    refused!("AdministratorAccess for a function's role", attach(function, administrator));
    refused!("no boundary any more", iam.delete_role_permissions_boundary().role_name(function));
    let other = iam.put_role_permissions_boundary().role_name(function).permissions_boundary(administrator);
    refused!("another boundary", other);
    let boundary = policy("boundary-production");
    refused!(
        "a wider boundary",
        iam.create_policy_version().policy_arn(&boundary).policy_document(&everything).set_as_default(true)
    );
    let recorder = policy("recorder-production");
    refused!("more for the recorder", iam.create_policy_version().policy_arn(&recorder).policy_document(&everything));
    for (what, arn) in [("boundary", &boundary), ("recorder", &recorder), ("own policy", &policy("apply-production-1"))]
    {
        let first = |error: Result<(), Option<String>>| assert_eq!(error, Err(Some("AccessDenied".into())), "{what}");
        let version = iam.create_policy_version().policy_arn(arn).policy_document(&everything).set_as_default(true);
        first(version.send().await.map(drop).map_err(code));
        let default = iam.set_default_policy_version().policy_arn(arn).version_id("v1");
        first(default.send().await.map(drop).map_err(code));
        let version = iam.delete_policy_version().policy_arn(arn).version_id("v1");
        first(version.send().await.map(drop).map_err(code));
        first(iam.delete_policy().policy_arn(arn).send().await.map(drop).map_err(code));
        first(iam.tag_policy().policy_arn(arn).tags(tag()).send().await.map(drop).map_err(code));
        first(iam.detach_role_policy().role_name(own).policy_arn(arn).send().await.map(drop).map_err(code));
        first(attach(own, arn).send().await.map(drop).map_err(code));
    }
    refused!("more for itself", put(own));
    refused!("an administrator in its place", attach(own, administrator));
    refused!("no boundary of its own", iam.delete_role_permissions_boundary().role_name(own));
    refused!("itself gone", iam.delete_role().role_name(own));
    let version = iam.get_policy().policy_arn(&boundary).send().await.expect("the boundary").policy.expect("a policy");
    assert_eq!(version.default_version_id.as_deref(), Some("v1"));
    refused!("somebody else in its place", iam.update_assume_role_policy().role_name(own).policy_document(&trust));
    // A function's role may be given a policy of its own: the boundary stays before it.
    put(function).send().await.expect("a policy under the boundary");
    let simulated = root.read.iam.get_role().role_name(function).send().await.expect("a role").role.expect("a role");
    let bound = simulated.permissions_boundary.and_then(|bound| bound.permissions_boundary_arn);
    assert_eq!(bound, Some(boundary));
}
