//! S3: buckets.
//!
//! A bucket has no update call of its own: each of its parts is put, and each put replaces that part as a whole. A
//! part that was never set is an error on reading; here it is AWS's default, so that a bucket which was told
//! nothing equals one that was told the defaults.
//!
//! - Versioning that was on can only be suspended, never unset; unset and suspended are one state.
//! - Tags can only be written as a whole: foreign ones are part of the state and are carried along.
//! - Log delivery appends `AWSLogDelivery*` statements to bucket policies; they are carried along as well.
//! - A bucket must be empty before it can be deleted. [`DeleteObjects`] with `"Every": "version"` is the one call
//!   that does not name what it deletes; it leaves the state as it is, so that its fingerprint is that of before.
//! - Website, logging, replication, notifications and ACLs are not read, which would double the reads of a bucket.

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
use crate::aws::{Aws, Found, Id, Kind, Observed, Resource};
use crate::name::{Owner, tag};

mod call;
mod need;
mod next;
mod observe;
mod send;
mod sweep;

pub use call::{Call, DeleteObjects};

sdk_tag!(aws_sdk_s3::types::Tag);

/// A bucket.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Bucket {
    /// `Enabled` or `Suspended`.
    #[serde(rename = "VersioningStatus")]
    pub versioning: Versioning,
    /// How objects are encrypted.
    #[serde(rename = "ServerSideEncryptionConfiguration")]
    pub encryption: Encryption,
    /// The four blocks against public access.
    #[serde(rename = "PublicAccessBlockConfiguration")]
    pub public_access_block: PublicAccessBlock,
    /// Who owns objects: `BucketOwnerEnforced`, `BucketOwnerPreferred` or `ObjectWriter`.
    pub object_ownership: String,
    /// Lifecycle rules by id.
    pub lifecycle_rules: BTreeMap<String, LifecycleRule>,
    /// Cross-origin rules; the first that fits counts.
    #[serde(rename = "CORSRules")]
    pub cors_rules: Vec<CorsRule>,
    /// The bucket policy.
    pub policy: Option<Document>,
    /// Tags.
    pub tags: Tags,
    /// True if everything in it has been deleted by this very change.
    #[serde(skip)]
    swept: bool,
}

/// Whether a write keeps what it replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Versioning {
    /// It does.
    Enabled,
    /// It does not, any more or ever.
    Suspended,
}

/// How new objects are encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Encryption {
    /// `AES256` or `aws:kms`.
    #[serde(rename = "SSEAlgorithm")]
    pub sse_algorithm: String,
    /// The key of `aws:kms`.
    #[serde(rename = "KMSMasterKeyID")]
    pub kms_master_key_id: Option<String>,
    /// True if the bucket has a key of its own between, which saves calls to KMS.
    #[serde(rename = "BucketKeyEnabled")]
    pub bucket_key_enabled: bool,
}

impl Encryption {
    /// Keys that S3 owns: the default.
    pub fn aes256() -> Self {
        Self { sse_algorithm: "AES256".into(), kms_master_key_id: None, bucket_key_enabled: false }
    }

    /// A key of the user's, by its ARN.
    pub fn kms(key: impl Into<String>, bucket_key_enabled: bool) -> Self {
        Self { sse_algorithm: "aws:kms".into(), kms_master_key_id: Some(key.into()), bucket_key_enabled }
    }
}

/// The four blocks against public access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PublicAccessBlock {
    /// Refuses new ACLs that are public.
    pub block_public_acls: bool,
    /// Takes no notice of ACLs that are public.
    pub ignore_public_acls: bool,
    /// Refuses bucket policies that are public.
    pub block_public_policy: bool,
    /// Lets nobody from outside the account in by a policy that is public.
    pub restrict_public_buckets: bool,
}

impl PublicAccessBlock {
    /// All of them, or none.
    pub fn all(blocked: bool) -> Self {
        Self {
            block_public_acls: blocked,
            ignore_public_acls: blocked,
            block_public_policy: blocked,
            restrict_public_buckets: blocked,
        }
    }
}

/// What becomes of objects as they age.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct LifecycleRule {
    /// Its name.
    #[serde(rename = "ID")]
    pub id: String,
    /// `Enabled` or `Disabled`.
    pub status: String,
    /// The objects that it is for.
    pub filter: Filter,
    /// When an object goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration: Option<Expiration>,
    /// When a version goes that is no longer the current one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noncurrent_version_expiration: Option<NoncurrentVersionExpiration>,
    /// When an upload goes that was never completed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abort_incomplete_multipart_upload: Option<AbortIncompleteMultipartUpload>,
    /// Moves to cheaper storage.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub transitions: BTreeSet<Transition>,
}

/// The objects that a rule is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Filter {
    /// How their keys begin; empty: all of them.
    pub prefix: String,
}

/// When an object goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Expiration {
    /// Days after it was made.
    pub days: i32,
}

/// When a version goes that is no longer the current one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct NoncurrentVersionExpiration {
    /// Days after another one took its place.
    pub noncurrent_days: i32,
}

/// When an upload goes that was never completed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AbortIncompleteMultipartUpload {
    /// Days after it began.
    pub days_after_initiation: i32,
}

/// A move to cheaper storage.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Transition {
    /// After how many days.
    pub days: i32,
    /// Where to, such as `STANDARD_IA`.
    pub storage_class: String,
}

/// Which pages of other origins may read or write.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CorsRule {
    /// A name; ours have none.
    #[serde(rename = "ID", default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The origins.
    pub allowed_origins: BTreeSet<String>,
    /// `GET`, `PUT`, `POST`, `DELETE`, `HEAD`.
    pub allowed_methods: BTreeSet<String>,
    /// Headers that they may send.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub allowed_headers: BTreeSet<String>,
    /// Headers of the answer that they may read.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub expose_headers: BTreeSet<String>,
    /// For how long a browser need not ask again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age_seconds: Option<i32>,
}

impl Bucket {
    /// A private bucket with secure defaults, as AWS makes one that is asked for nothing but tags: AES256, all
    /// public access blocked, owner enforced, not versioned.
    pub fn private(tags: Tags) -> Self {
        Self {
            versioning: Versioning::Suspended,
            encryption: Encryption::aes256(),
            public_access_block: PublicAccessBlock::all(true),
            object_ownership: "BucketOwnerEnforced".into(),
            lifecycle_rules: BTreeMap::new(),
            cors_rules: Vec::new(),
            policy: None,
            tags,
            swept: false,
        }
    }
}

const HEALS: &[Rule] = &[
    rule("s3:", "NoSuchBucket", "", 120, "a new bucket to be known everywhere"),
    rule("s3:", "OperationAborted", "", 900, BUSY),
    rule("s3:PutBucketPolicy", "MalformedPolicy", "Invalid principal in policy", 120, ROLE),
];

impl Resource for Bucket {
    type Call = Call;
    type Seed = ();
    const HEALS: &'static [Rule] = HEALS;
    const HOLDS_DATA: bool = true;
    const USED_BY: &'static [Kind] =
        &[Kind::Function, Kind::Policy, Kind::StateMachine, Kind::Recorder, Kind::DeliveryChannel];
    const WHOLE_TAGS: bool = true;

    fn next(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        match (want, live) {
            (None, None) => None,
            (Some(want), None) => Some(next::create(id, want)),
            (Some(want), Some(live)) => next::update(id, want, live),
            (None, Some(live)) => Some(next::delete(id, live)),
        }
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Create(input) => Some(input.bucket()),
            Call::Delete(_) => None,
            Call::DeleteObjects(_) => state.map(|s| Self { swept: true, ..s }),
            Call::PutTagging(input) => state.map(|s| Self { tags: input.tagging.tag_set.clone(), ..s }),
            Call::DeleteTagging(_) => state.map(|s| Self { tags: Tags::new(), ..s }),
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

    /// Foreign tags, and the statements by which AWS lets itself deliver logs.
    fn keep(&mut self, live: &Self) {
        for (key, value) in live.tags.iter().filter(|(key, _)| !tag::OURS.contains(&key.as_str())) {
            self.tags.entry(key.clone()).or_insert_with(|| value.clone());
        }
        let delivery: Vec<_> =
            live.policy.iter().flat_map(Document::statements).filter(|s| is_log_delivery(s)).cloned().collect();
        if !delivery.is_empty() {
            let own = self.policy.take().unwrap_or_else(|| Document::new(Vec::new())).retain(|s| !is_log_delivery(s));
            let mut policy = own.value().clone();
            policy["Statement"] = own.statements().iter().cloned().chain(delivery).collect();
            self.policy = Some(policy.into());
        }
    }

    tagged!();

    async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
        observe::list(aws, &owner.prefix()).await
    }

    async fn observe(aws: &Aws, id: &Id, _: Option<&()>) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(aws, id).await
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
