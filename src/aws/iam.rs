//! Identity and Access Management: roles and customer-managed policies.
//!
//! Both are under the path `/<app>/<stage>/`, by which they are found again (unless a role's section sets another
//! path), and their names are unique in the account whatever the path. What is attached to a role and has no tags of
//! its own (attachments, inline policies) belongs to it entirely: what the manifest does not ask for is removed.
//!
//! IAM answers from replicas: what has just been written may be missing from a read for a while. Such a read is
//! reported as pending, and never as a state that something could be planned against.

use crate::aws::Aws;
use crate::aws::document::Document;
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::tags::sdk_tag;
use crate::aws::settle::{
    Rule,
    reason::{BUSY, ROLE},
    rule,
};
use crate::name::{Owner, Site};

pub mod account;
pub mod policy;
pub mod provider;
pub mod reference;
pub mod role;
pub mod simulate;

pub use policy::{Call as PolicyCall, Policy};
pub use provider::OidcProvider;
pub use role::{Call as RoleCall, Role};

/// The refusals that time heals, of any call of the service.
const HEALS: &[Rule] = &[
    rule("iam:", "MalformedPolicyDocument", "Invalid principal in policy", 120, ROLE),
    rule("iam:", "NoSuchEntity", "", 120, "a new role or policy to be known everywhere"),
    rule("iam:DeleteRole", "DeleteConflict", "", 120, "what was detached to be gone everywhere"),
    rule("iam:DeletePolicy", "DeleteConflict", "", 120, "what was detached to be gone everywhere"),
    rule("iam:", "ConcurrentModification", "", 300, BUSY),
    rule("iam:", "EntityTemporarilyUnmodifiable", "", 300, "what was deleted to be gone everywhere"),
    rule("iam:", "ServiceFailure", "", 120, "IAM to recover"),
];

sdk_tag!(aws_sdk_iam::types::Tag);

/// The code of an answer that says that there is no such role, policy or version.
const ABSENT: &[&str] = &["NoSuchEntity"];

/// Why a state that IAM has not copied everywhere yet is not settled.
pub const PROPAGATING: &str = "PROPAGATING";
/// What is waited for then.
const SETTLES: &[(&str, &str)] = &[(PROPAGATING, "every part of IAM to know it")];

/// The ARN of a customer-managed policy of ours.
pub fn policy_arn(site: &Site, owner: &Owner, physical: &str) -> String {
    site.global_arn("iam", &format!("policy{}{physical}", owner.path()))
}

/// The ARN of the policy that bounds what the roles of an app's stage can be allowed, as `bootstrap` makes it.
pub fn boundary_arn(site: &Site, owner: &Owner) -> String {
    bootstrap_policy_arn(site, owner, "boundary")
}

/// The ARN of the policy by which AWS Config's recorder delivers, as `bootstrap` makes it.
pub fn recorder_policy_arn(site: &Site, owner: &Owner) -> String {
    bootstrap_policy_arn(site, owner, "recorder")
}

fn bootstrap_policy_arn(site: &Site, owner: &Owner, what: &str) -> String {
    let bootstrap = owner.bootstrap();
    policy_arn(site, &bootstrap, &bootstrap.physical(&format!("{what}-{}", owner.stage), 128))
}

/// The version in force of the policy with this ARN, if there is such a policy. One call.
pub async fn version_in_force(aws: &Aws, arn: &str) -> Result<Option<String>, AwsError> {
    let answer = aws.read.iam.get_policy().policy_arn(arn).send().await.found("iam:GetPolicy", ABSENT)?;
    let version = answer.map(|answer| answer.policy.and_then(|policy| policy.default_version_id));
    AwsError::held("iam:GetPolicy", version)
}

/// What this version of a policy says. One call.
pub async fn document(aws: &Aws, arn: &str, version: &str) -> Result<Document, AwsError> {
    let api = "iam:GetPolicyVersion";
    let answer = aws.read.iam.get_policy_version().policy_arn(arn).version_id(version).send().await.answer(api)?;
    let text = answer.policy_version.and_then(|version| version.document).unwrap_or_default();
    Document::parse(&text).map_err(|error| AwsError::malformed(api, format!("the policy is not JSON: {error}")))
}
