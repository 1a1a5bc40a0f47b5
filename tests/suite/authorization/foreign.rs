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
    ("sns:SetSubscriptionAttributes", "IAM scopes subscriptions by nothing"),
    ("sns:Unsubscribe", "IAM scopes subscriptions by nothing"),
];

/// True for a call that says no name, and nothing that is made of one, but ids.
pub fn is_by_id(api: &str) -> bool {
    let of_api =
        api.starts_with("apigateway:") && !["apigateway:CreateRestApi", "apigateway:DeleteRestApi"].contains(&api);
    of_api || api == "wafv2:DisassociateWebACL" || NAMELESS.iter().any(|(nameless, _)| *nameless == api)
}

/// The emulator tries the destinations of notifications before it asks IAM, and those of another app do not let the bucket in
/// yet. That no policy allows it of another's bucket, `policy::owners` shows.
pub const TRIED_FIRST: &str = "s3:PutBucketNotificationConfiguration";

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
    let known: BTreeSet<&str> = NAMELESS.iter().map(|(api, _)| *api).chain([TRIED_FIRST]).collect();
    assert_eq!(allowed, known, "{app} {more:?}");
    assert!(kinds.len() >= 17, "{kinds:?}");
    assert_eq!(kinds.difference(&denied).collect::<Vec<_>>(), [&"config.rule"], "{app}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apply_role_cannot_touch_another_stage() {
    attack("staging", "serverless-app", &["--stage", "staging"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apply_role_cannot_touch_another_app() {
    attack("another", "another-app", &[]).await;
}
