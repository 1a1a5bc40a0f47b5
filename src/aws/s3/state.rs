//! What a bucket is.

use super::*;

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
    /// The four settings that block public access.
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
    /// What it reports to others.
    #[serde(skip_serializing_if = "Notifications::is_none")]
    pub notification_configuration: Notifications,
    pub tags: Tags,
    /// True if everything in it has been deleted by this very change.
    #[serde(skip)]
    pub(super) swept: bool,
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

/// The four settings that block public access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PublicAccessBlock {
    /// Refuses new ACLs that are public.
    pub block_public_acls: bool,
    /// Ignores ACLs that are public.
    pub ignore_public_acls: bool,
    /// Refuses bucket policies that are public.
    pub block_public_policy: bool,
    /// Denies access from outside the account to a bucket whose policy is public.
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
    /// Headers of the response that they may read.
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
            notification_configuration: Notifications::default(),
            tags,
            swept: false,
        }
    }
}
