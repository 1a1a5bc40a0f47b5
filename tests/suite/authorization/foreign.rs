//! What an apply role may do to another stage and another app: nothing, wherever IAM can tell them apart.

use std::collections::BTreeSet;

use super::life::rich;
use super::walk::{blobs, calls, denial, walk};
use crate::support::permissions::{assume, clients, endpoint, policies_in, role};
use crate::support::project::Project;

/// Calls about things that bear neither names nor tags of an app where IAM looks, so that a role may send them whosever they
/// are.
const NAMELESS: &[(&str, &str)] = &[
    ("config:DeleteConfigRule", "a rule's ARN holds an id and not its name"),
    ("config:DeleteDeliveryChannel", "IAM scopes channels by nothing"),
    ("config:PutConfigRule", "a rule's ARN holds an id and not its name"),
    ("config:PutDeliveryChannel", "IAM scopes channels by nothing"),
    ("config:TagResource", "a rule's ARN holds an id and not its name"),
    ("config:UntagResource", "a rule's ARN holds an id and not its name"),
    ("events:PutPermission", "IAM scopes the policies of buses by nothing"),
    ("events:RemovePermission", "IAM scopes the policies of buses by nothing"),
    ("route53:ChangeResourceRecordSets", "a record is of the domain that both manifests name"),
    ("sns:SetSubscriptionAttributes", "IAM scopes subscriptions by nothing"),
    ("sns:Unsubscribe", "IAM scopes subscriptions by nothing"),
    ("wafv2:DisassociateWebACL", "the user pool is one that both manifests name"),
];

/// True for a call that says no name, and nothing that is made of one, but ids.
pub fn is_by_id(api: &str) -> bool {
    let named =
        ["apigateway:CreateRestApi", "apigateway:DeleteRestApi", "apigatewayv2:CreateApi", "apigatewayv2:DeleteApi"];
    let of_api = api.starts_with("apigateway:") || api.starts_with("apigatewayv2:");
    of_api && !named.contains(&api) || NAMELESS.iter().any(|(nameless, _)| *nameless == api)
}

/// What the emulator tries before it asks IAM. That no policy allows it of what is another's, `policy::owners` shows.
pub const TRIED_FIRST: [(&str, &str); 5] = [
    ("apigatewayv2:CreateDeployment", "an API without a route cannot be deployed"),
    ("apigatewayv2:CreateRoute", "its integration is none of the API's"),
    ("apigatewayv2:CreateStage", "its settings are of routes that the API lacks"),
    ("apigatewayv2:UpdateStage", "its deployment is none of the API's"),
    ("s3:PutBucketNotificationConfiguration", "another app's destinations do not let the bucket in yet"),
];

/// True for such a call.
pub fn is_tried_first(api: &str) -> bool {
    TRIED_FIRST.iter().any(|(tried, _)| *tried == api)
}

/// Sends all calls of an app's life with the apply role's credentials of another manifest or stage.
async fn attack(role_name: &str, app: &str, more: &[&str]) {
    let (endpoint, walk) = (endpoint().await, walk().await);
    let manifest = rich(&walk.account).replace("name = \"serverless-app\"", &format!("name = \"{app}\""));
    let other = Project::at(&endpoint, &manifest);
    let documents = policies_in(&other, "apply", &[&["--account", walk.account.as_str()], more].concat());
    let root = walk.root().await;
    let keys = assume(&root, &role(&root, role_name, &documents).await, None).await;
    let (mut kinds, mut denied, mut allowed) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for step in &walk.steps {
        let aws = clients(&endpoint, |_| keys.clone()).await.with_blobs(blobs());
        for (id, call) in calls(&step.plan) {
            kinds.insert(id.address.kind.name());
            match denial(&aws, &id, &call).await {
                None => allowed.insert(call.api()),
                Some(_) => denied.insert(id.address.kind.name()),
            };
        }
    }
    let known: BTreeSet<&str> = NAMELESS.iter().chain(&TRIED_FIRST).map(|(api, _)| *api).collect();
    assert_eq!(allowed, known, "{app} {more:?}");
    assert!(kinds.len() >= 17, "{kinds:?}");
    assert_eq!(kinds.difference(&denied).collect::<Vec<_>>(), [&"config.rule", &"route53.record"], "{app}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apply_role_cannot_touch_another_stage() {
    attack("staging", "serverless-app", &["--stage", "staging"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apply_role_cannot_touch_another_app() {
    attack("another", "another-app", &[]).await;
}
