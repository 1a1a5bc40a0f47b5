//! WAF: web ACLs, the IP sets that their rules refer to, and the associations of a web ACL with a REST API's stage or
//! another resource.
//!
//! AWS generates an id for each web ACL and IP set, with which their ARNs end: calls and states refer to it. A change
//! contains the lock token of the read right before it, so that AWS refuses it after an edit in between. Everything
//! here is regional: the scope for CloudFront is never read.

use std::collections::BTreeMap;

use aws_sdk_wafv2::Client;
use aws_sdk_wafv2::types::Scope;
use serde::{Deserialize, Serialize};

use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::tags::{sdk_tag, tag_inputs};
use crate::aws::rate::{Limit, Operations, limit};
use crate::aws::settle::{self, rule};
use crate::aws::tags::{self, Tags};
use crate::aws::{Found, Id, literal};
use crate::name::{Address, Owner, Site};
use crate::text::{OutputRef, Text};

mod association;
mod capacity;
mod groups;
mod ip_set;
mod json;
mod normal;
pub mod parts;
mod raw;
pub mod shape;
mod web_acl;

pub use association::{Association, Call as AssociationCall, actions_to_find, behind, stage_arn};
pub use capacity::{Capacity, actions_to_check_capacity, check_capacity};
pub use groups::rule_groups;
pub use ip_set::{Call as IpSetCall, IpSet};
pub use json::{Json, Object};
pub use normal::normalise;
pub use web_acl::{Call as WebAclCall, LoggingConfiguration, Rule, VisibilityConfig, WebAcl};

/// The refusals that time heals, of any call of the service.
const HEALS: &[settle::Rule] = &[
    rule("wafv2:AssociateWebACL", "WAFUnavailableEntityException", "", 600, "the stage to be known to WAF"),
    rule("wafv2:AssociateWebACL", "WAFNonexistentItemException", "", 120, "the stage to be known to WAF"),
    rule("wafv2:PutLoggingConfiguration", "WAFLogDestinationPermissionIssueException", "", 60, "the log's policy"),
    rule("wafv2:PutLoggingConfiguration", "WAFServiceLinkedRoleErrorException", "", 120, "WAF's own role"),
    rule("wafv2:", "WAFUnavailableEntityException", "", 300, "WAF to know its parts"),
    rule("wafv2:DeleteWebACL", "WAFAssociatedItemException", "", 300, "the association to be gone"),
    rule("wafv2:DeleteIPSet", "WAFAssociatedItemException", "", 300, "the web ACL to be gone"),
    rule("wafv2:", "WAFTagOperationInternalErrorException", "", 120, "WAF to recover"),
];

/// The request rates of the service.
const LIMITS: &[Limit] = &[
    limit("WAFV2", Operations::Each(&["AssociateWebACL", "DisassociateWebACL"]), 0.5, 1.0),
    limit("WAFV2", Operations::Each(&["GetWebACLForResource", "ListResourcesForWebACL"]), 1.0, 1.0),
    limit("WAFV2", Operations::Each(&["Get", "List"]), 5.0, 5.0),
    limit("WAFV2", Operations::Each(&["Create", "Put", "Update", "Delete", "Tag", "Untag"]), 1.0, 1.0),
];

sdk_tag!(aws_sdk_wafv2::types::Tag);

/// Codes of an answer that says that there is no such thing.
const ABSENT: &[&str] = &["WAFNonexistentItemException"];

/// The scope of everything that protects something regional.
const REGIONAL: &str = "REGIONAL";

/// The output that the ARN ends in.
const ID: &str = "id";

/// The output that a change must carry.
const LOCK_TOKEN: &str = "@lock-token";

/// What a listing tells of a web ACL or an IP set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed {
    /// The id that AWS made up.
    pub id: String,
    /// The ARN, which ends in the id.
    pub arn: String,
}

/// What is listed: name and seed.
type Summary = (Option<String>, Option<String>, Option<String>);

/// Input of `DeleteWebACL` and `DeleteIPSet`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Locked {
    name: String,
    scope: String,
    id: Text,
    lock_token: Text,
}

tag_inputs!(TagResource, UntagResource { #[serde(rename = "ResourceARN")] resource_arn: Text } listed);

impl Locked {
    fn of(id: &Id) -> Self {
        Self { name: id.name.clone(), scope: REGIONAL.into(), id: made_up_id(id), lock_token: lock_token(id) }
    }
}

fn made_up_id(id: &Id) -> Text {
    OutputRef::new(&id.address, ID).into()
}

fn lock_token(id: &Id) -> Text {
    OutputRef::new(&id.address, LOCK_TOKEN).into()
}

/// The ARN of a web ACL (`webacl`) or an IP set (`ipset`), with the id that AWS makes up as a reference.
pub fn arn(site: &Site, noun: &str, address: &Address, name: &str) -> Text {
    Text::from(site.arn("wafv2", &format!("regional/{noun}/{name}/"))).then(OutputRef::new(address, ID))
}

/// The ARN with this id, or with any.
fn arn_of(site: &Site, noun: &str, name: &str, id: &str) -> String {
    site.arn("wafv2", &format!("regional/{noun}/{name}/{id}"))
}

fn outputs(id: String, lock_token: Option<String>) -> BTreeMap<String, String> {
    let lock_token = lock_token.map(|token| (LOCK_TOKEN.to_owned(), token));
    std::iter::once((ID.to_owned(), id)).chain(lock_token).collect()
}

fn scope(name: &str) -> Scope {
    Scope::from(name)
}

/// All that is listed of one noun; an entry without name, id or ARN cannot be asked for.
fn found(summaries: Vec<Summary>) -> impl Iterator<Item = Found<Seed>> {
    let complete = |(name, id, arn): Summary| Some(Found { name: name?, seed: Seed { id: id?, arn: arn? } });
    summaries.into_iter().filter_map(complete)
}

fn ours(summaries: Vec<Summary>, owner: &Owner) -> Vec<Found<Seed>> {
    let prefix = owner.prefix();
    found(summaries).filter(|found| found.name.starts_with(&prefix)).collect()
}

fn named(summaries: Vec<Summary>, name: &str) -> Option<Seed> {
    found(summaries).find(|found| found.name == name).map(|found| found.seed)
}

async fn live_tags(waf: &Client, arn: &str) -> Result<Tags, AwsError> {
    let (api, mut all, mut marker) = ("wafv2:ListTagsForResource", Tags::new(), None);
    loop {
        let request = waf.list_tags_for_resource().resource_arn(arn).limit(100).set_next_marker(marker);
        let Some(page) = request.send().await.found(api, ABSENT)? else { return Ok(all) };
        let listed = page.tag_info_for_resource.and_then(|info| info.tag_list).unwrap_or_default();
        let is_last = listed.is_empty();
        all.extend(tags::read(listed));
        marker = page.next_marker.filter(|marker| !marker.is_empty() && !is_last);
        if marker.is_none() {
            return Ok(all);
        }
    }
}

async fn send_tags(waf: &Client, input: &TagResource) -> Result<(), AwsError> {
    let api = "wafv2:TagResource";
    let request = waf.tag_resource().resource_arn(literal(api, &input.resource_arn)?);
    request.set_tags(Some(tags::sdk(api, &input.tags)?)).send().await.answer(api).map(drop)
}

async fn send_untag(waf: &Client, input: &UntagResource) -> Result<(), AwsError> {
    let api = "wafv2:UntagResource";
    let request = waf.untag_resource().resource_arn(literal(api, &input.resource_arn)?);
    request.set_tag_keys(Some(input.tag_keys.clone())).send().await.answer(api).map(drop)
}
