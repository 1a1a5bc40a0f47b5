//! `[bucket.<name>]`: an S3 bucket.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::aws::{Kind, s3};
use crate::manifest::{Cursor, Delivery, OnDelete, Section, names};
use crate::name::{Address, Name, tag};
use crate::text::Text;

pub mod files;
pub mod lifecycle;
pub mod notify;

use files::Files;
use lifecycle::LifecycleRule;
use notify::Notify;

/// An S3 bucket: private, versioned, encrypted, and reached only over TLS.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bucket {
    /// The bucket's name in AWS. Default: made of the app, the stage and the section's name.
    pub name: Option<String>,
    /// Keeps the versions that writes replace. Once on, it can only be suspended: existing versions are kept.
    #[serde(default = "yes")]
    pub versioning: bool,
    /// Which keys encrypt new objects.
    #[serde(default)]
    pub encryption: Encryption,
    /// With a KMS key of your own: uses an S3 Bucket Key, which saves calls to KMS. On by default.
    pub bucket_key: Option<bool>,
    /// The settings that block public access; all of them are on by default.
    #[serde(default)]
    pub public_access_block: PublicAccessBlock,
    /// Who owns the objects that others write.
    #[serde(default)]
    pub ownership: Ownership,
    /// What happens to objects as they age.
    #[serde(default)]
    pub lifecycle: Vec<LifecycleRule>,
    /// Which pages of other origins may read or write; the first rule that matches applies.
    #[serde(default)]
    pub cors: Vec<CorsRule>,
    /// Who is notified of events about objects. Notifications that others have set on the bucket are kept.
    #[serde(default)]
    pub notify: Vec<Notify>,
    /// Sends every event about objects to EventBridge, on the default bus, where rules can match them.
    #[serde(default)]
    pub eventbridge: bool,
    /// Static files: the folder whose files are the bucket's objects. Everything below its prefix belongs to it:
    /// objects that are not in the folder are deleted.
    pub files: Option<Files>,
    /// A file with a bucket policy as JSON. `${bucket.<name>.arn}` and the like are filled in; policy variables, which
    /// contain a colon, are left as they are.
    pub policy: Option<String>,
    /// Denies every request that is not sent over TLS, with a statement in the bucket policy.
    #[serde(default = "yes")]
    pub enforce_tls: bool,
    /// Tags in addition to the app's.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// What happens to it and its objects when it is no longer in the manifest.
    #[serde(default)]
    pub on_delete: OnDelete,
    /// Takes over an existing bucket of this name that does not belong to this app yet.
    #[serde(default)]
    pub adopt: bool,
}

/// Which keys encrypt new objects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "BucketEncryption")]
pub enum Encryption {
    /// Keys that S3 owns.
    #[default]
    Aes256,
    /// A KMS key of your own, by its ARN.
    #[serde(rename = "kms_key")]
    KmsKey(String),
}

/// The four settings that block public access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublicAccessBlock {
    /// Refuses new ACLs that are public.
    #[serde(default = "yes")]
    pub block_public_acls: bool,
    /// Ignores ACLs that are public.
    #[serde(default = "yes")]
    pub ignore_public_acls: bool,
    /// Refuses bucket policies that are public.
    #[serde(default = "yes")]
    pub block_public_policy: bool,
    /// Denies access from outside the account to a bucket whose policy is public.
    #[serde(default = "yes")]
    pub restrict_public_buckets: bool,
}

impl Default for PublicAccessBlock {
    fn default() -> Self {
        let (block_public_acls, ignore_public_acls) = (true, true);
        Self { block_public_acls, ignore_public_acls, block_public_policy: true, restrict_public_buckets: true }
    }
}

/// Who owns the objects that others write.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ownership {
    /// The bucket's owner; ACLs are off.
    #[default]
    BucketOwnerEnforced,
    /// The bucket's owner, if the writer grants that.
    BucketOwnerPreferred,
    /// Whoever wrote the object.
    ObjectWriter,
}

/// Which pages of other origins may read or write.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CorsRule {
    /// Their origins, such as `https://example.com`; `*` stands for any text, once in each.
    pub origins: BTreeSet<String>,
    /// What they may do.
    pub methods: BTreeSet<Method>,
    /// Headers that they may send; `*` stands for any text, once in each.
    #[serde(default)]
    pub headers: BTreeSet<String>,
    /// Headers of the response that they may read.
    #[serde(default)]
    pub expose_headers: BTreeSet<String>,
    /// For how many seconds a browser may cache the response to a preflight request.
    pub max_age: Option<i32>,
}

/// What a page may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Read.
    Get,
    /// Read the headers.
    Head,
    /// Write.
    Put,
    /// Write by a form.
    Post,
    /// Delete.
    Delete,
}

fn yes() -> bool {
    true
}

impl Section for Bucket {
    const SECTION: &'static str = "bucket";
    const ATTRIBUTES: &'static [&'static str] = &["name", "arn"];

    fn address(name: &Name) -> Address {
        names::bucket::address(name)
    }

    fn own_name(&self) -> Option<String> {
        self.name.clone()
    }

    fn attribute(&self, name: &Name, attribute: &str, here: &Cursor) -> Text {
        match attribute {
            "name" => names::bucket::physical(here.owner, here.site, name).into(),
            _ => names::bucket::arn(here.site, here.owner, name).into(),
        }
    }

    fn files(&self) -> Vec<String> {
        self.policy.iter().cloned().collect()
    }

    fn deliveries(&self, name: &Name, here: &Cursor) -> Vec<Delivery> {
        let receivers: BTreeSet<Address> = self.notify.iter().flat_map(Notify::receivers).collect();
        let delivery = |to| Delivery {
            to,
            sid: format!("bucket-{name}"),
            service: "s3.amazonaws.com",
            source_arn: names::bucket::arn(here.site, here.owner, name).into(),
            // Nothing in the ARN says whose the bucket is.
            source_account: true,
        };
        receivers.into_iter().map(delivery).collect()
    }

    fn lower(&self, name: &Name, here: &Cursor) {
        check::check(self, here);
        let policy = policy::lower(self, name, here);
        let id = here.id(Kind::Bucket, name, names::bucket::physical(here.owner, here.site, name));
        let mut state = s3::Bucket::private(here.tags(&id.address, &self.tags, self.on_delete));
        state.versioning = if self.versioning { s3::Versioning::Enabled } else { s3::Versioning::Suspended };
        state.encryption = self.encryption();
        state.public_access_block = self.public_access_block.lower();
        state.object_ownership = self.ownership.lower().into();
        state.lifecycle_rules = self.lifecycle.iter().map(|rule| (rule.id.clone(), rule.lower())).collect();
        state.cors_rules = self.cors.iter().map(CorsRule::lower).collect();
        state.policy = policy;
        state.notification_configuration = notify::lower(&self.notify, self.eventbridge, &here.at("notify"));
        if !self.notify.is_empty() || self.eventbridge {
            state.tags.insert(tag::PARTS.into(), "notifications".into());
        }
        here.add(id, state, self.adopt);
        if let Some(files) = &self.files {
            files.lower(self, name, &here.at("files").apart());
        }
    }
}

impl Bucket {
    /// The customer-managed key that encrypts its objects.
    pub fn kms_key(&self) -> Option<&str> {
        match &self.encryption {
            Encryption::Aes256 => None,
            Encryption::KmsKey(key) => Some(key),
        }
    }

    fn encryption(&self) -> s3::Encryption {
        match &self.encryption {
            Encryption::Aes256 => s3::Encryption::aes256(),
            Encryption::KmsKey(arn) => s3::Encryption::kms(arn, self.bucket_key.unwrap_or(true)),
        }
    }
}

impl PublicAccessBlock {
    fn lower(self) -> s3::PublicAccessBlock {
        s3::PublicAccessBlock {
            block_public_acls: self.block_public_acls,
            ignore_public_acls: self.ignore_public_acls,
            block_public_policy: self.block_public_policy,
            restrict_public_buckets: self.restrict_public_buckets,
        }
    }
}

impl Ownership {
    fn lower(self) -> &'static str {
        match self {
            Self::BucketOwnerEnforced => "BucketOwnerEnforced",
            Self::BucketOwnerPreferred => "BucketOwnerPreferred",
            Self::ObjectWriter => "ObjectWriter",
        }
    }
}

impl CorsRule {
    fn lower(&self) -> s3::CorsRule {
        s3::CorsRule {
            id: None,
            allowed_origins: self.origins.clone(),
            allowed_methods: self.methods.iter().map(|method| method.lower().to_owned()).collect(),
            allowed_headers: self.headers.clone(),
            expose_headers: self.expose_headers.clone(),
            max_age_seconds: self.max_age,
        }
    }
}

impl Method {
    fn lower(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

mod check;
pub(in crate::manifest) mod policy;
#[cfg(test)]
mod tests;
