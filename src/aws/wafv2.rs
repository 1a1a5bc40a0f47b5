//! WAF: web ACLs, IP sets, and which stages a web ACL protects.
//!
//! Every update replaces the whole and carries the lock token of the read that has just been compared with the
//! plan, so an edit in between is refused by AWS. ARNs hold an id that AWS makes up.

mod acl;
mod association;
mod ip_set;
mod rule;

pub use acl::{Call as WebAclCall, WebAcl};
pub use association::{Association, Call as AssociationCall, stage_arn};
pub use ip_set::{Call as IpSetCall, IpSet};
pub use rule::{
    Action, ActionOverride, Empty, IpSetReference, ManagedRuleGroup, OverrideAction, RateBased, Rule, Statement,
    Visibility,
};

use aws_sdk_wafv2::types;

use crate::aws::error::{Answer, AwsError};
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Id};
use crate::name::{Address, Site};
use crate::text::{OutputRef, Text};

const ABSENT: &[&str] = &["WAFNonexistentItemException"];

/// What a listing tells: the id and ARN that AWS made up.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Id.
    pub id: String,
    /// ARN.
    pub arn: String,
}

fn made_up(id: &Id) -> Text {
    OutputRef::new(&id.address, "id").into()
}

fn lock_token(id: &Id) -> Text {
    OutputRef::new(&id.address, "@lock-token").into()
}

/// The ARN of a web ACL (`webacl`) or IP set (`ipset`), with the id that AWS makes up as a reference.
pub fn arn(site: &Site, of: &str, address: &Address, name: &str) -> Text {
    Text::from(site.arn("wafv2", &format!("regional/{of}/{name}/"))).then(OutputRef::new(address, "id"))
}

async fn list_tags(aws: &Aws, arn: &str) -> Result<Tags, AwsError> {
    let listed = aws.read.wafv2.list_tags_for_resource().resource_arn(arn).send().await;
    let listed = listed.found("wafv2:ListTagsForResource", ABSENT)?.and_then(|answer| answer.tag_info_for_resource);
    let pairs = listed.and_then(|info| info.tag_list).unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value));
    Ok(tags::collect(pairs))
}

fn sdk_tags(api: &'static str, tags: &Tags) -> Result<Vec<types::Tag>, AwsError> {
    let one = |(key, value)| types::Tag::builder().key(key).value(value).build();
    let built: Result<Vec<_>, _> = tags.iter().map(one).collect();
    built.map_err(|error| AwsError::not_sent(api, error.to_string()))
}

async fn tag(aws: &Aws, arn: &Text, tags: &Tags) -> Result<(), AwsError> {
    let api = "wafv2:TagResource";
    let request = aws.write.wafv2.tag_resource().resource_arn(crate::aws::literal(api, arn)?);
    request.set_tags(Some(sdk_tags(api, tags)?)).send().await.answer(api).map(drop)
}

async fn untag(aws: &Aws, arn: &Text, keys: &[String]) -> Result<(), AwsError> {
    let api = "wafv2:UntagResource";
    let request = aws.write.wafv2.untag_resource().resource_arn(crate::aws::literal(api, arn)?);
    request.set_tag_keys(Some(keys.to_vec())).send().await.answer(api).map(drop)
}
