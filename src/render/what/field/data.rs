//! Tables, buckets, topics, queues.

use super::*;

const PROJECTION: Form = Form::Value(&[("ALL", "all"), ("KEYS_ONLY", "keys-only"), ("INCLUDE", "include")]);

/// A flag that is absent while it is off.
const OR_FALSE: Form = Form::Value(&[("", "false")]);

pub(super) const TABLE: &[Field] = &[
    main("KeySchema", "hash_key", Form::Keys),
    unless(
        "none",
        "BillingMode",
        "provisioned",
        Form::Value(&[("PAY_PER_REQUEST", "none"), ("PROVISIONED", "reserved")]),
    ),
    main("ProvisionedThroughput.ReadCapacityUnits", "provisioned.read", PLAIN),
    main("ProvisionedThroughput.WriteCapacityUnits", "provisioned.write", PLAIN),
    main("GlobalSecondaryIndexes.*.KeySchema", "global_index.*.hash_key", Form::Keys),
    main("GlobalSecondaryIndexes.*.Projection.ProjectionType", "global_index.*.projection", PROJECTION),
    main("GlobalSecondaryIndexes.*.Projection.NonKeyAttributes", "global_index.*.projection", Form::List),
    main("GlobalSecondaryIndexes.*.ProvisionedThroughput.ReadCapacityUnits", "global_index.*.provisioned.read", PLAIN),
    main(
        "GlobalSecondaryIndexes.*.ProvisionedThroughput.WriteCapacityUnits",
        "global_index.*.provisioned.write",
        PLAIN,
    ),
    main("LocalSecondaryIndexes.*.KeySchema", "local_index.*.range_key", Form::Keys),
    main("LocalSecondaryIndexes.*.Projection.ProjectionType", "local_index.*.projection", PROJECTION),
    main("LocalSecondaryIndexes.*.Projection.NonKeyAttributes", "local_index.*.projection", Form::List),
    unless("aws-managed", "SSESpecification.Enabled", "encryption", Form::Encryption),
    implied("SSESpecification.SSEType"),
    unless("aws-managed", "SSESpecification.KMSMasterKeyId", "encryption", Form::Encryption),
    main(
        "StreamViewType",
        "stream",
        Form::Value(&[
            ("KEYS_ONLY", "keys-only"),
            ("NEW_IMAGE", "new-image"),
            ("OLD_IMAGE", "old-image"),
            ("NEW_AND_OLD_IMAGES", "new-and-old-images"),
        ]),
    ),
    main("TimeToLiveAttribute", "time_to_live", PLAIN),
    unless("false", "PointInTimeRecoveryEnabled", "point_in_time_recovery", PLAIN),
    unless("false", "DeletionProtectionEnabled", "deletion_protection", PLAIN),
    later("Tags.serverless-app:on-delete", "on_delete", ON_DELETE),
    later("Tags.*", "tags", Form::Names),
];

/// Of thousands the first are named and all are counted; where rules of headers change, that is said of all.
pub(super) const FILES: &[Field] =
    &[main("Objects.*", "files", Form::Files), later("Headers", "headers", Form::Changed)];

pub(super) const BUCKET: &[Field] = &[
    main("PublicAccessBlockConfiguration.*", "public_access_block", Form::Blocks),
    main("Policy.Statement", "policy", Form::BucketPolicy),
    unless("true", "VersioningStatus", "versioning", Form::Value(&[("Enabled", "true"), ("Suspended", "false")])),
    unless("aes256", "ServerSideEncryptionConfiguration.SSEAlgorithm", "encryption", Form::Encryption),
    unless("aes256", "ServerSideEncryptionConfiguration.KMSMasterKeyID", "encryption", Form::Encryption),
    later("ServerSideEncryptionConfiguration.BucketKeyEnabled", "bucket_key", PLAIN),
    unless(
        "bucket-owner-enforced",
        "ObjectOwnership",
        "ownership",
        Form::Value(&[
            ("BucketOwnerEnforced", "bucket-owner-enforced"),
            ("BucketOwnerPreferred", "bucket-owner-preferred"),
            ("ObjectWriter", "object-writer"),
        ]),
    ),
    main("LifecycleRules.*.Status", "lifecycle.*.Status", PLAIN),
    main("LifecycleRules.*.Filter.Prefix", "lifecycle.*.prefix", PLAIN),
    main("LifecycleRules.*.Filter.Tags.**", "lifecycle.*.tags", Form::Changed),
    main("LifecycleRules.*.Filter.ObjectSizeGreaterThan", "lifecycle.*.larger_than", PLAIN),
    main("LifecycleRules.*.Filter.ObjectSizeLessThan", "lifecycle.*.smaller_than", PLAIN),
    main("LifecycleRules.*.Expiration.Days", "lifecycle.*.expiration_days", PLAIN),
    main("LifecycleRules.*.Expiration.ExpiredObjectDeleteMarker", "lifecycle.*.expired_delete_markers", OR_FALSE),
    main("LifecycleRules.*.NoncurrentVersionExpiration.NoncurrentDays", "lifecycle.*.noncurrent_days", PLAIN),
    main(
        "LifecycleRules.*.NoncurrentVersionExpiration.NewerNoncurrentVersions",
        "lifecycle.*.newer_noncurrent_versions",
        PLAIN,
    ),
    main("LifecycleRules.*.NoncurrentVersionTransitions", "lifecycle.*.noncurrent_transitions", Form::Changed),
    main(
        "LifecycleRules.*.AbortIncompleteMultipartUpload.DaysAfterInitiation",
        "lifecycle.*.abort_multipart_days",
        PLAIN,
    ),
    main("LifecycleRules.*.Transitions", "lifecycle.*.transitions", Form::Changed),
    implied("LifecycleRules.*.ID"),
    main("CORSRules", "cors", Form::Origins),
    main("NotificationConfiguration.EventBridge", "eventbridge", OR_FALSE),
    main("NotificationConfiguration.Entries.*.LambdaFunctionArn", "notify.*.function", PLAIN),
    main("NotificationConfiguration.Entries.*.QueueArn", "notify.*.queue", PLAIN),
    main("NotificationConfiguration.Entries.*.TopicArn", "notify.*.topic", PLAIN),
    main("NotificationConfiguration.Entries.*.Events", "notify.*.events", Form::List),
    main("NotificationConfiguration.Entries.*.Prefix", "notify.*.prefix", PLAIN),
    main("NotificationConfiguration.Entries.*.Suffix", "notify.*.suffix", PLAIN),
    implied("Policy.Version"),
    later("Tags.serverless-app:on-delete", "on_delete", ON_DELETE),
    later("Tags.*", "tags", Form::Names),
];

/// Where a FIFO queue or topic looks for duplicates, and what its limits are for.
const SCOPE: Form = Form::Value(&[
    ("queue", "queue"),
    ("messageGroup", "message-group"),
    ("perMessageGroupId", "message-group"),
    ("perQueue", "queue"),
    ("MessageGroup", "message-group"),
    ("Topic", "topic"),
]);

pub(super) const TOPIC: &[Field] = &[
    unless("false", "FifoTopic", "fifo", PLAIN),
    unless("false", "ContentBasedDeduplication", "content_based_deduplication", PLAIN),
    unless("topic", "FifoThroughputScope", "throughput_scope", SCOPE),
    main("DisplayName", "display_name", PLAIN),
    main("KmsMasterKeyId", "kms_key", PLAIN),
    later("Policy.Statement", "rights", Form::Rights),
    implied("Policy.Version"),
    main("DeliveryStatus.**", "delivery_status", Form::Changed),
    main("Subscriptions.*.RawMessageDelivery", "subscriptions.*.raw", PLAIN),
    main("Subscriptions.*.FilterPolicy.**", "subscriptions.*.filter", Form::Changed),
    unless(
        "attributes",
        "Subscriptions.*.FilterPolicyScope",
        "subscriptions.*.filter_body",
        Form::Value(&[("MessageAttributes", "attributes"), ("MessageBody", "body")]),
    ),
    main("Subscriptions.*.RedrivePolicy.deadLetterTargetArn", "subscriptions.*.dead_letter.queue", PLAIN),
    later("Tags.*", "tags", Form::Names),
];

pub(super) const QUEUE: &[Field] = &[
    unless("false", "FifoQueue", "fifo", PLAIN),
    unless("false", "ContentBasedDeduplication", "content_based_deduplication", PLAIN),
    unless("queue", "DeduplicationScope", "deduplication_scope", SCOPE),
    unless("queue", "FifoThroughputLimit", "throughput_limit", SCOPE),
    unless("30", "VisibilityTimeout", "visibility_timeout", PLAIN),
    unless("345600", "MessageRetentionPeriod", "retention_seconds", PLAIN),
    unless("0", "DelaySeconds", "delay", PLAIN),
    unless("20", "ReceiveMessageWaitTimeSeconds", "receive_wait_time", PLAIN),
    unless("1048576", "MaximumMessageSize", "max_message_size", PLAIN),
    unless("sqs-owned", "SqsManagedSseEnabled", "encryption", Form::Encryption),
    unless("sqs-owned", "KmsMasterKeyId", "encryption", Form::Encryption),
    unless("300", "KmsDataKeyReusePeriodSeconds", "data_key_reuse", PLAIN),
    later("Policy.Statement", "rights", Form::Rights),
    implied("Policy.Version"),
    main("RedrivePolicy.deadLetterTargetArn", "dead_letter.queue", PLAIN),
    main("RedrivePolicy.maxReceiveCount", "dead_letter.after", PLAIN),
    main(
        "RedriveAllowPolicy.redrivePermission",
        "redrive_allow",
        Form::Value(&[("", "all"), ("denyAll", "none"), ("byQueue", "by name")]),
    ),
    main("RedriveAllowPolicy.sourceQueueArns", "redrive_allow", Form::List),
    later("Tags.serverless-app:on-delete", "on_delete", ON_DELETE),
    later("Tags.*", "tags", Form::Names),
];
