//! Identity and Access Management: roles and customer-managed policies.
//!
//! Both live under the path `/<app>/<stage>/`, by which they are found again, and their names are unique in the
//! account whatever the path. What hangs on a role without tags of its own (attachments, inline policies) belongs
//! to it entirely: what the manifest does not ask for is removed.
//!
//! IAM answers from replicas: what has just been written may be missing from a read for a while. Such a read is
//! reported as pending and never as a state that something could be planned against.

use crate::aws::error::{Answer, AwsError};
use crate::aws::{Aws, Tags};
use crate::name::{Owner, Site};

pub mod account;
pub mod policy;
pub mod provider;
pub mod role;
pub mod simulate;

pub use policy::{Call as PolicyCall, Policy};
pub use provider::OidcProvider;
pub use role::{Call as RoleCall, Role};

/// The code of an answer that says that there is no such role, policy or version.
const ABSENT: &[&str] = &["NoSuchEntity"];

/// Why a state that IAM has not copied everywhere yet is not settled.
pub const PROPAGATING: &str = "PROPAGATING";

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

/// Whether there is a policy with this ARN. One call.
pub async fn has_policy(aws: &Aws, arn: &str) -> Result<bool, AwsError> {
    let answer = aws.read.iam.get_policy().policy_arn(arn).send().await;
    Ok(answer.found("iam:GetPolicy", ABSENT)?.is_some())
}

/// Tags as the SDK wants them.
fn sdk_tags(api: &'static str, tags: &Tags) -> Result<Vec<aws_sdk_iam::types::Tag>, AwsError> {
    let tags = tags.iter().map(|(key, value)| aws_sdk_iam::types::Tag::builder().key(key).value(value).build());
    tags.collect::<Result<_, _>>().map_err(|error| AwsError::not_sent(api, error.to_string()))
}

/// Tags as the SDK gives them.
fn our_tags(tags: &[aws_sdk_iam::types::Tag]) -> Tags {
    crate::aws::tags::collect(tags.iter().map(|tag| (tag.key(), tag.value())))
}
