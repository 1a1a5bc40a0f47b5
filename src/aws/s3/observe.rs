//! What buckets there are, and what AWS reports about one: up to nine reads at once.

use aws_sdk_s3::operation::get_bucket_lifecycle_configuration::GetBucketLifecycleConfigurationOutput as LifecycleOutput;
use aws_sdk_s3::operation::get_bucket_notification_configuration::GetBucketNotificationConfigurationOutput as NotificationOutput;
use aws_sdk_s3::operation::get_bucket_versioning::GetBucketVersioningOutput;
use aws_sdk_s3::types;

use super::{Bucket, CorsRule, Encryption, PublicAccessBlock, Versioning, lifecycle, members, notification};
use crate::aws::document::Document;
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::members::{Shape, Unread, unread};
use crate::aws::tags::Tags;
use crate::aws::{Aws, Found, Id, Observed, Reader, Unmodelled};
use crate::name::tag;

/// What S3 says of a bucket that is not there.
const NO_BUCKET: &str = "NoSuchBucket";

/// The buckets in this region whose names begin with `prefix`.
pub(super) async fn list(aws: &Aws, prefix: &str) -> Result<Vec<Found<()>>, AwsError> {
    let region = aws.region().as_str();
    let request = aws.read.s3.list_buckets().prefix(prefix).bucket_region(region).max_buckets(1000);
    let (mut found, mut pages) = (Vec::new(), request.into_paginator().send());
    while let Some(page) = pages.next().await {
        let buckets = page.answer("s3:ListBuckets")?.buckets.unwrap_or_default();
        let here = buckets.into_iter().filter(|b| b.bucket_region().is_none_or(|r| r == region));
        let names = here.filter_map(|bucket| bucket.name).filter(|name| name.starts_with(prefix));
        found.extend(names.map(|name| Found { name, seed: () }));
    }
    Ok(found)
}

/// What AWS reports about one bucket. A part that was never set is `None`.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) versioning: Option<GetBucketVersioningOutput>,
    pub(super) encryption: Option<types::ServerSideEncryptionConfiguration>,
    pub(super) public_access_block: Option<types::PublicAccessBlockConfiguration>,
    pub(super) ownership: Option<types::OwnershipControls>,
    pub(super) lifecycle: Option<LifecycleOutput>,
    pub(super) cors: Vec<types::CorsRule>,
    pub(super) policy: Option<String>,
    /// `None` too where they were not asked for.
    pub(super) notifications: Option<NotificationOutput>,
    /// AWS's own included.
    pub(super) tags: Tags,
    /// What these answers hold that nothing here reads.
    pub(super) unread: Vec<Unmodelled>,
}

/// Reads one bucket, unless there is none.
pub(super) async fn observe(
    reader: Reader<'_>,
    id: &Id,
    seed: Option<&()>,
) -> Result<Option<Observed<Bucket>>, AwsError> {
    if reader.is_unlikely(seed) && !exists(reader, id).await? {
        return Ok(None);
    }
    // So many requests at once are large, and whoever waits for several reads holds each.
    Box::pin(read(reader, id)).await
}

async fn exists(reader: Reader<'_>, id: &Id) -> Result<bool, AwsError> {
    let request = reader.aws().read.s3.get_bucket_versioning().bucket(&id.name);
    let answer = request.expected_bucket_owner(id.site.account.as_str()).send().await;
    Ok(answer.found("s3:GetBucketVersioning", &[NO_BUCKET])?.is_some())
}

async fn read(reader: Reader<'_>, id: &Id) -> Result<Option<Observed<Bucket>>, AwsError> {
    let (s3, name, owner) = (&reader.aws().read.s3, &id.name, id.site.account.as_str());
    macro_rules! get {
        ($operation:ident) => {
            s3.$operation().bucket(name).expected_bucket_owner(owner).send()
        };
        ($operation:ident, $shape:ident) => {
            unread(&members::$shape, get!($operation))
        };
    }
    let (
        (versioning, of_versioning),
        (encryption, of_encryption),
        (block, of_block),
        (ownership, of_ownership),
        (lifecycle, of_lifecycle),
        (cors, of_cors),
        policy,
        notifications,
        tags,
    ) = tokio::join!(
        get!(get_bucket_versioning, VERSIONING),
        get!(get_bucket_encryption, ENCRYPTION),
        get!(get_public_access_block, PUBLIC_ACCESS_BLOCK),
        get!(get_bucket_ownership_controls, OWNERSHIP),
        get!(get_bucket_lifecycle_configuration, LIFECYCLE),
        get!(get_bucket_cors, CORS),
        get!(get_bucket_policy),
        async {
            match asks_for_notifications(reader, id) {
                true => Some(get!(get_bucket_notification_configuration, NOTIFICATION).await),
                false => None,
            }
        },
        tag_set(reader, id),
    );
    let (notifications, of_notifications) = notifications.unzip();
    let notifications =
        notifications.map(|answer| answer.found("s3:GetBucketNotificationConfiguration", &[NO_BUCKET])).transpose()?;
    let unread = [of_versioning, of_encryption, of_block, of_ownership, of_lifecycle, of_cors];
    let Some(versioning) = versioning.found("s3:GetBucketVersioning", &[NO_BUCKET])? else { return Ok(None) };
    let no_encryption = [NO_BUCKET, "ServerSideEncryptionConfigurationNotFoundError"];
    let encryption = encryption.found("s3:GetBucketEncryption", &no_encryption)?;
    let block = block.found("s3:GetPublicAccessBlock", &[NO_BUCKET, "NoSuchPublicAccessBlockConfiguration"])?;
    let no_controls = [NO_BUCKET, "OwnershipControlsNotFoundError"];
    let ownership = ownership.found("s3:GetBucketOwnershipControls", &no_controls)?;
    let no_lifecycle = [NO_BUCKET, "NoSuchLifecycleConfiguration"];
    let cors = cors.found("s3:GetBucketCors", &[NO_BUCKET, "NoSuchCORSConfiguration"])?;
    let policy = policy.found("s3:GetBucketPolicy", &[NO_BUCKET, "NoSuchBucketPolicy"])?;
    let parts = Parts {
        versioning: Some(versioning),
        encryption: encryption.and_then(|e| e.server_side_encryption_configuration),
        public_access_block: block.and_then(|b| b.public_access_block_configuration),
        ownership: ownership.and_then(|o| o.ownership_controls),
        lifecycle: lifecycle.found("s3:GetBucketLifecycleConfiguration", &no_lifecycle)?,
        cors: cors.and_then(|c| c.cors_rules).unwrap_or_default(),
        policy: policy.and_then(|p| p.policy),
        notifications: notifications.flatten(),
        tags: tags?,
        unread: unread.iter().chain(&of_notifications).flat_map(Unread::all).collect(),
    };
    normalise(&parts).map(Some)
}

/// Tags that need not be read are all that are wanted: where they do not say that the bucket has notifications of ours, it is to
/// have none, and has none.
fn asks_for_notifications(reader: Reader<'_>, id: &Id) -> bool {
    reader.trusted(&arn(id)).is_none_or(|tags| tags.contains_key(tag::PARTS))
}

fn arn(id: &Id) -> String {
    format!("arn:{}:s3:::{}", id.site.partition, id.name)
}

async fn tag_set(reader: Reader<'_>, id: &Id) -> Result<Tags, AwsError> {
    if let Some(tags) = reader.trusted(&arn(id)).filter(|tags| is_lasting(tags)) {
        return Ok(tags.clone());
    }
    let request = reader.aws().read.s3.get_bucket_tagging().bucket(&id.name);
    let request = request.expected_bucket_owner(id.site.account.as_str());
    let tags = request.send().await.found("s3:GetBucketTagging", &[NO_BUCKET, "NoSuchTagSet"])?;
    let tags = tags.map(|tags| tags.tag_set).unwrap_or_default();
    Ok(tags.into_iter().map(|tag| (tag.key, tag.value)).collect())
}

/// True for tags of the index that need not be read: AWS takes its own away when CloudFormation lets go, which the index may not say
/// yet.
pub(super) fn is_lasting(tags: &Tags) -> bool {
    !tags.keys().any(|key| key.starts_with("aws:"))
}

/// AWS's answers as a state.
pub(super) fn normalise(parts: &Parts) -> Result<Observed<Bucket>, AwsError> {
    let state = Bucket {
        versioning: versioning(parts.versioning.as_ref()),
        encryption: encryption(parts.encryption.as_ref()),
        public_access_block: public_access_block(parts.public_access_block.as_ref()),
        object_ownership: ownership(parts.ownership.as_ref()),
        lifecycle_rules: lifecycle::observe::rules(parts.lifecycle.as_ref()),
        cors_rules: parts.cors.iter().map(cors_rule).collect(),
        policy: parts.policy.as_deref().map(policy).transpose()?,
        notification_configuration: notification::observe::notifications(parts.notifications.as_ref()),
        tags: parts.tags.clone(),
        swept: false,
    };
    Ok(Observed { unmodelled: unmodelled(parts), ..Observed::of(state) })
}

fn versioning(live: Option<&GetBucketVersioningOutput>) -> Versioning {
    match live.and_then(|live| live.status()) {
        Some(types::BucketVersioningStatus::Enabled) => Versioning::Enabled,
        _ => Versioning::Suspended,
    }
}

/// Objects are always encrypted, if by nothing else then by keys of S3. A bucket key means nothing without KMS.
fn encryption(live: Option<&types::ServerSideEncryptionConfiguration>) -> Encryption {
    let rule = live.and_then(|live| live.rules().first());
    let default = rule.and_then(|rule| rule.apply_server_side_encryption_by_default());
    let Some((rule, default)) = rule.zip(default) else { return Encryption::aes256() };
    let algorithm = default.sse_algorithm().as_str();
    Encryption {
        sse_algorithm: algorithm.to_owned(),
        kms_master_key_id: default.kms_master_key_id().map(str::to_owned),
        bucket_key_enabled: algorithm != "AES256" && rule.bucket_key_enabled().unwrap_or(false),
    }
}

/// No block at all is all four off: only a deletion can bring that about.
fn public_access_block(live: Option<&types::PublicAccessBlockConfiguration>) -> PublicAccessBlock {
    live.map_or(PublicAccessBlock::all(false), |live| PublicAccessBlock {
        block_public_acls: live.block_public_acls().unwrap_or(false),
        ignore_public_acls: live.ignore_public_acls().unwrap_or(false),
        block_public_policy: live.block_public_policy().unwrap_or(false),
        restrict_public_buckets: live.restrict_public_buckets().unwrap_or(false),
    })
}

/// Without controls an object belongs to who wrote it.
fn ownership(live: Option<&types::OwnershipControls>) -> String {
    let rule = live.and_then(|live| live.rules().first());
    rule.map_or("ObjectWriter", |rule| rule.object_ownership().as_str()).to_owned()
}

fn policy(text: &str) -> Result<Document, AwsError> {
    Document::parse(text).map_err(|e| AwsError::malformed("s3:GetBucketPolicy", format!("not a policy: {e}")))
}

fn cors_rule(live: &types::CorsRule) -> CorsRule {
    CorsRule {
        id: live.id().map(str::to_owned),
        allowed_origins: live.allowed_origins().iter().cloned().collect(),
        allowed_methods: live.allowed_methods().iter().cloned().collect(),
        allowed_headers: live.allowed_headers().iter().cloned().collect(),
        expose_headers: live.expose_headers().iter().cloned().collect(),
        max_age_seconds: live.max_age_seconds(),
    }
}

fn unmodelled(parts: &Parts) -> Vec<Unmodelled> {
    let mut all = Vec::new();
    if parts.versioning.as_ref().and_then(|v| v.mfa_delete()).is_some_and(|mfa| mfa.as_str() == "Enabled") {
        all.push(Unmodelled::kept("MFADelete"));
    }
    if blocks_more(parts.encryption.as_ref()) {
        all.push(Unmodelled::erased("BlockedEncryptionTypes", "s3:PutBucketEncryption"));
    }
    let minimum = parts.lifecycle.as_ref().and_then(|l| l.transition_default_minimum_object_size());
    if minimum.is_some_and(|minimum| minimum.as_str() != "all_storage_classes_128K") {
        all.push(Unmodelled::erased("TransitionDefaultMinimumObjectSize", "s3:PutBucketLifecycleConfiguration"));
    }
    let rules = parts.lifecycle.iter().flat_map(|l| l.rules());
    let rules: Vec<_> =
        rules.map(|rule| (rule, lifecycle::observe::unmodelled(rule))).filter(|(_, n)| !n.is_empty()).collect();
    // Which of two calls would erase them depends on whether any rule is wanted.
    let unread_by = |shape: &Shape| parts.unread.iter().any(|one| one.erased_by == Some(shape.erased_by));
    if !rules.is_empty() || unread_by(&members::LIFECYCLE) {
        all.push(Unmodelled::erased("LifecycleConfiguration", "s3:DeleteBucketLifecycle"));
    }
    if unread_by(&members::CORS) {
        all.push(Unmodelled::erased("CORSConfiguration", "s3:DeleteBucketCors"));
    }
    for (rule, names) in rules {
        let id = rule.id().unwrap_or_default();
        let names = names.into_iter().map(|name| format!("lifecycle rule {id:?}: {name}"));
        all.extend(names.map(|name| Unmodelled::erased(name, "s3:PutBucketLifecycleConfiguration")));
    }
    let notifies = parts.tags.contains_key(tag::PARTS);
    all.extend(notification::observe::unmodelled(parts.notifications.as_ref(), notifies));
    all.extend(parts.unread.iter().cloned());
    all
}

/// AWS itself blocks nothing or keys that clients bring, depending on the bucket's age.
fn blocks_more(live: Option<&types::ServerSideEncryptionConfiguration>) -> bool {
    let rule = live.and_then(|live| live.rules().first());
    let blocked = rule.and_then(|rule| rule.blocked_encryption_types());
    blocked.is_some_and(|b| b.encryption_type().iter().any(|t| !matches!(t.as_str(), "NONE" | "SSE-C")))
}
