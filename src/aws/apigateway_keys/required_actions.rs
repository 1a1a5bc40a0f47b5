//! What IAM must allow for usage plans and keys: HTTP verbs on paths that hold ids and no names.
//!
//! So tags distinguish ours from others, as with APIs: changing something requires our tags on it, and creating
//! something requires a request that sets them. Those of a usage plan apply to the keys in it. IAM makes no difference
//! between reading a key and reading its value.

use super::arn_of;
use crate::aws::Id;
use crate::aws::required_actions::{RequiredAction, claiming, claims, on, owned, unowned};
use crate::aws::tags::Tags;

const POST: &[&str] = &["apigateway:POST"];
const PUT: &[&str] = &["apigateway:PUT"];
const PATCH: &[&str] = &["apigateway:PATCH"];
const DELETE: &[&str] = &["apigateway:DELETE"];
const GET: &[&str] = &["apigateway:GET"];

/// Making something with tags.
pub(super) fn create(id: &Id, path: &str) -> Vec<RequiredAction> {
    let all = arn_of(&id.site, path, "");
    [claiming(&id.owner, on(&all, POST)), tags_of(id, &format!("{all}/*"), PUT)].concat()
}

/// A change of what has this ARN.
pub(super) fn patch(id: &Id, arn: impl Into<String>) -> Vec<RequiredAction> {
    owned(&id.owner, on(arn, PATCH))
}

/// Its deletion.
pub(super) fn delete(id: &Id, arn: impl Into<String>) -> Vec<RequiredAction> {
    owned(&id.owner, on(arn, DELETE))
}

/// Something below it that is made.
pub(super) fn post(id: &Id, arn: impl Into<String>) -> Vec<RequiredAction> {
    owned(&id.owner, on(arn, POST))
}

/// Tags that are set: what is tagged changes. What nobody owns becomes ours, or what is ours gets another tag.
pub(super) fn tag(id: &Id, arn: &str, tags: &Tags) -> Vec<RequiredAction> {
    let change = if claims(tags) { adopt(id, arn) } else { patch(id, arn) };
    [tags_of(id, arn, PUT), change].concat()
}

/// Tags that are removed.
pub(super) fn untag(id: &Id, arn: &str) -> Vec<RequiredAction> {
    [tags_of(id, arn, DELETE), patch(id, arn)].concat()
}

/// Taking over what no app owns.
pub(super) fn adopt(id: &Id, arn: &str) -> Vec<RequiredAction> {
    unowned(claiming(&id.owner, on(arn, PATCH)))
}

/// Tags of any: set and removed.
pub(super) fn tags_of_any(id: &Id, path: &str) -> Vec<RequiredAction> {
    let any = arn_of(&id.site, path, "*");
    [tags_of(id, &any, PUT), tags_of(id, &any, DELETE)].concat()
}

/// Reading what has this ARN.
pub(super) fn get(arn: impl Into<String>) -> Vec<RequiredAction> {
    on(arn, GET)
}

/// Tags have a path of their own, below which the ARN of what is tagged follows percent-encoded.
fn tags_of(id: &Id, arn: &str, actions: &[&'static str]) -> Vec<RequiredAction> {
    let encoded = arn.replace(':', "%3A").replace('/', "%2F");
    on(arn_of(&id.site, "/tags", &encoded), actions)
}
