//! S3: buckets, and files in them ([`files`]).
//!
//! A bucket has no update call of its own: each of its parts is put, and each put replaces that part as a whole.
//! Reading a part that was never set is an error; here it is AWS's default, so that a bucket without settings equals
//! one with the defaults.
//!
//! - Versioning that was on can only be suspended, never unset; unset and suspended are one state.
//! - Tags can only be written as a whole: foreign ones are part of the state and are carried along, AWS's own too, without which S3
//!   refuses them.
//! - Log delivery appends `AWSLogDelivery*` statements to bucket policies; they are carried along as well.
//! - A bucket must be empty before it can be deleted. [`DeleteObjects`] with `"Every": "version"` is the one call
//!   that does not name what it deletes; it leaves the state as it is, so that its fingerprint is that of before.
//! - Website, logging, replication and ACLs are not read, which would double the reads of a bucket. Notifications are read where
//!   they concern us ([`notification`]).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::aws::document::Document;
use crate::aws::error::AwsError;
use crate::aws::kit::calls::Sweep;
use crate::aws::kit::tags::{sdk_tag, tagged};
use crate::aws::settle::{
    Rule,
    reason::{BUSY, ROLE},
    rule,
};
use crate::aws::tags::Tags;
use crate::aws::{Aws, Found, Id, Kind, Observed, PlanReader, Reader, Resource};
use crate::name::{Owner, tag};

mod call;
pub mod files;
mod lifecycle;
mod members;
mod next_call;
pub mod notification;
mod notified;
mod observe;
mod required_actions;
mod send;
mod state;
mod sweep;

pub use call::{Call, DeleteObjects};
pub use files::{Body, Files};
pub use lifecycle::*;
pub use notification::{Notification, Notifications};
pub use state::*;

sdk_tag!(aws_sdk_s3::types::Tag);

const HEALS: &[Rule] = &[
    rule("s3:", "NoSuchBucket", "", 120, "a new bucket to be known everywhere"),
    rule("s3:", "OperationAborted", "", 900, BUSY),
    rule("s3:PutBucketPolicy", "MalformedPolicy", "Invalid principal in policy", 120, ROLE),
    // The destination's policy was written just before.
    rule(notification::API, "InvalidArgument", "Unable to validate the following destination", 120, LET_IN),
    rule(notification::API, "InvalidArgument", "Not authorized to invoke function", 120, LET_IN),
    rule(notification::API, "InvalidArgument", "Permissions on the destination", 120, LET_IN),
    rule(notification::API, "InvalidArgument", "does not exist", 60, "a new queue or topic to be known everywhere"),
];
const LET_IN: &str = "a new policy or permission to be known everywhere";

impl Resource for Bucket {
    type Call = Call;
    type Seed = ();
    const HEALS: &'static [Rule] = HEALS;
    const HOLDS_DATA: bool = true;
    const USED_BY: &'static [Kind] =
        &[Kind::Function, Kind::Policy, Kind::StateMachine, Kind::Recorder, Kind::DeliveryChannel, Kind::Files];
    const WHOLE_TAGS: bool = true;

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        match (want, live) {
            (None, None) => None,
            (Some(want), None) => Some(next_call::create(id, want)),
            (Some(want), Some(live)) => next_call::update(id, want, live),
            (None, Some(live)) => Some(next_call::delete(id, live)),
        }
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Create(input) => Some(input.bucket()),
            Call::Delete(_) => None,
            Call::DeleteObjects(_) => state.map(|s| Self { swept: true, ..s }),
            Call::PutTagging(input) => {
                state.map(|s| Self { tags: input.tagging.tag_set.clone(), ..s }.without_unseen_notifications())
            }
            Call::DeleteTagging(_) => state.map(|s| Self { tags: Tags::new(), ..s }.without_unseen_notifications()),
            Call::PutNotifications(input) => {
                state.map(|s| Self { notification_configuration: input.notifications(), ..s })
            }
            Call::PutPublicAccessBlock(input) => {
                state.map(|s| Self { public_access_block: input.public_access_block_configuration, ..s })
            }
            Call::PutOwnershipControls(input) => {
                state.map(|s| Self { object_ownership: input.ownership().unwrap_or(s.object_ownership), ..s })
            }
            Call::PutEncryption(input) => {
                state.map(|s| Self { encryption: input.encryption().unwrap_or(s.encryption), ..s })
            }
            Call::PutVersioning(input) => {
                state.map(|s| Self { versioning: input.versioning_configuration.status, ..s })
            }
            Call::PutLifecycle(input) => state.map(|s| Self { lifecycle_rules: input.rules(), ..s }),
            Call::DeleteLifecycle(_) => state.map(|s| Self { lifecycle_rules: BTreeMap::new(), ..s }),
            Call::PutCors(input) => {
                state.map(|s| Self { cors_rules: input.cors_configuration.cors_rules.clone(), ..s })
            }
            Call::DeleteCors(_) => state.map(|s| Self { cors_rules: Vec::new(), ..s }),
            Call::PutPolicy(input) => state.map(|s| Self { policy: Some(input.policy.clone()), ..s }),
            Call::DeletePolicy(_) => state.map(|s| Self { policy: None, ..s }),
        }
    }

    fn sweep(call: &Call) -> Option<Sweep> {
        let Call::DeleteObjects(DeleteObjects { bucket, every: call::Every::Version, .. }) = call else { return None };
        Some(Sweep { what: "every version of every object", place: "the bucket", name: bucket.clone() })
    }

    /// Versions and delete markers.
    async fn count_swept(aws: &Aws, id: &Id) -> Result<u64, AwsError> {
        sweep::count(aws, id).await
    }

    /// Foreign tags and notifications, and the statements by which AWS lets itself deliver logs.
    fn keep(&mut self, live: &Self) {
        let is_ours = |key: &str| tag::OURS.contains(&key) || key == tag::PARTS;
        for (key, value) in live.tags.iter().filter(|(key, _)| !is_ours(key)) {
            self.tags.entry(key.clone()).or_insert_with(|| value.clone());
        }
        self.keep_notifications(live);
        let delivery: Vec<_> =
            live.policy.iter().flat_map(Document::statements).filter(|s| is_log_delivery(s)).cloned().collect();
        if !delivery.is_empty() {
            let own = self.policy.take().unwrap_or_else(|| Document::new(Vec::new())).retain(|s| !is_log_delivery(s));
            let mut policy = own.value().clone();
            policy["Statement"] = own.statements().iter().cloned().chain(delivery).collect();
            self.policy = Some(policy.into());
        }
    }

    /// What it reports is for the app that it leaves.
    fn release(&mut self) {
        self.tags.remove(tag::PARTS);
        self.notification_configuration = Notifications::default();
    }

    /// Its tags are compared as a whole; notifications only where some of them are ours, or are to be.
    fn scope(&mut self, keys: &BTreeSet<String>) {
        if !keys.contains(tag::PARTS) && !self.notifies() {
            self.notification_configuration = Notifications::default();
        }
    }

    tagged!();

    async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
        observe::list(reader.aws(), &owner.prefix()).await
    }

    async fn observe(reader: Reader<'_>, id: &Id, seed: Option<&()>) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(reader, id, seed).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(aws, call).await
    }
}

/// True for a statement that log delivery has appended.
fn is_log_delivery(statement: &serde_json::Value) -> bool {
    statement["Sid"].as_str().is_some_and(|sid| sid.starts_with("AWSLogDelivery"))
}

#[cfg(test)]
mod tests;
