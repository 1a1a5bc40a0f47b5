//! What tables there are, and what AWS reports about one: five reads at once.

use aws_sdk_dynamodb::types::{
    AttributeDefinition, ContinuousBackupsDescription, GlobalSecondaryIndexDescription, KeySchemaElement,
    PointInTimeRecoveryDescription, Projection as SdkProjection, ProvisionedThroughputDescription, SseDescription,
    SseStatus, TableDescription, TableStatus, TimeToLiveDescription, TimeToLiveStatus,
};

use super::{Billing, Index, Key, Projection, SseSpecification, Table, Throughput, next_call};
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::pages::pages;
use crate::aws::kit::unmodelled::{self, Unmodelled};
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Found, Id, Observed, Reader};

/// What DynamoDB says of a table that is not there.
const ABSENT: [&str; 2] = ["ResourceNotFoundException", "TableNotFoundException"];

/// The account's AWS-managed key for DynamoDB.
pub(super) const MANAGED_KEY: &str = "alias/aws/dynamodb";

/// The days that point-in-time recovery reaches back unless somebody shortens them.
const RECOVERY_DAYS: i32 = 35;

/// The tables whose names begin with `prefix`. Names are listed in order, so the search starts right before the
/// prefix: `-`, its last character, is the first of all that a name can hold.
pub(super) async fn list(aws: &Aws, prefix: &str) -> Result<Vec<Found<()>>, AwsError> {
    let before = prefix.trim_end_matches('-');
    let mut found = Vec::new();
    let mut pages = aws.read.dynamodb.list_tables().exclusive_start_table_name(before).into_paginator().send();
    while let Some(page) = pages.next().await {
        let names = page.answer("dynamodb:ListTables")?.table_names.unwrap_or_default();
        let beyond = names.last().is_some_and(|last| last.as_str() > prefix && !last.starts_with(prefix));
        found.extend(names.into_iter().filter(|name| name.starts_with(prefix)).map(|name| Found { name, seed: () }));
        if beyond {
            break;
        }
    }
    Ok(found)
}

/// Reads one table.
pub(super) async fn observe(reader: Reader<'_>, id: &Id) -> Result<Option<Observed<Table>>, AwsError> {
    let (db, arn) = (&reader.aws().read.dynamodb, next_call::arn(id));
    let (table, ttl, backups, tags, key) = tokio::join!(
        db.describe_table().table_name(&id.name).send(),
        db.describe_time_to_live().table_name(&id.name).send(),
        db.describe_continuous_backups().table_name(&id.name).send(),
        reader.tags_or(&arn, read_tags(reader.aws(), id)),
        managed_key(reader),
    );
    // The other reads mean nothing without a table; the one for tags is even refused then.
    let api = "dynamodb:DescribeTable";
    let table = table.found(api, &ABSENT)?.map(|answer| answer.table);
    let Some(table) = AwsError::held(api, table)? else { return Ok(None) };
    let ttl = ttl.found("dynamodb:DescribeTimeToLive", &ABSENT)?.and_then(|t| t.time_to_live_description);
    let backups = backups.found("dynamodb:DescribeContinuousBackups", &ABSENT)?;
    let backups = backups.and_then(|b| b.continuous_backups_description);
    Ok(Some(normalise(&table, ttl.as_ref(), recovery(backups.as_ref()), tags?, key?.as_deref())))
}

/// True if there is a table of this name.
pub(super) async fn exists(aws: &Aws, id: &Id) -> Result<bool, AwsError> {
    let table = aws.read.dynamodb.describe_table().table_name(&id.name).send().await;
    Ok(table.found("dynamodb:DescribeTable", &ABSENT)?.is_some())
}

/// The ARN of the AWS-managed key; none before something in the account is encrypted with it.
async fn managed_key(reader: Reader<'_>) -> Result<Option<String>, AwsError> {
    let ask = async {
        let key = reader.aws().read.kms.describe_key().key_id(MANAGED_KEY).send().await;
        let key = key.found("kms:DescribeKey", &["NotFoundException"])?;
        Ok(key.and_then(|key| key.key_metadata).and_then(|key| key.arn))
    };
    reader.once(|cache| &cache.managed_key, "", ask).await
}

async fn read_tags(aws: &Aws, id: &Id) -> Result<Tags, AwsError> {
    let api = "dynamodb:ListTagsOfResource";
    let request = aws.read.dynamodb.list_tags_of_resource().resource_arn(next_call::arn(id));
    let all = pages!(api, token => {
        let page = request.clone().set_next_token(token).send().await.found(api, &ABSENT)?;
        Some(page.map(|page| (page.tags.unwrap_or_default(), page.next_token)).unwrap_or_default())
    });
    Ok(tags::read(all.await?.unwrap_or_default()))
}

fn recovery(backups: Option<&ContinuousBackupsDescription>) -> Option<&PointInTimeRecoveryDescription> {
    let recovery = backups?.point_in_time_recovery_description()?;
    recovery.point_in_time_recovery_status().filter(|s| s.as_str() == "ENABLED").map(|_| recovery)
}

/// AWS's answers as a state. `recovery` is there if it is enabled, `managed_key` if the account has one.
pub(super) fn normalise(
    table: &TableDescription,
    ttl: Option<&TimeToLiveDescription>,
    recovery: Option<&PointInTimeRecoveryDescription>,
    tags: Tags,
    managed_key: Option<&str>,
) -> Observed<Table> {
    let types = table.attribute_definitions();
    let billing = billing(table);
    let global = table.global_secondary_indexes();
    let stream = table.stream_specification().filter(|s| s.stream_enabled());
    let state = Table {
        key_schema: keys(table.key_schema(), types),
        global_secondary_indexes: global.iter().map(|g| global_index(g, types, &billing)).collect(),
        local_secondary_indexes: local_indexes(table),
        billing,
        sse: sse(table.sse_description(), managed_key),
        stream_view_type: stream.and_then(|s| s.stream_view_type()).map(|view| view.as_str().to_owned()),
        time_to_live_attribute: ttl.and_then(time_to_live),
        point_in_time_recovery_enabled: recovery.is_some(),
        deletion_protection_enabled: table.deletion_protection_enabled().unwrap_or(false),
        tags,
    };
    let arn = stream.and_then(|_| table.latest_stream_arn());
    Observed {
        identity: table.table_id().map(str::to_owned),
        outputs: arn.map(|arn| ("stream_arn".to_owned(), arn.to_owned())).into_iter().collect(),
        pending: pending(table),
        unmodelled: others(table, recovery),
        ..Observed::of(state)
    }
}

fn keys(elements: &[KeySchemaElement], types: &[AttributeDefinition]) -> Vec<Key> {
    let type_of = |name: &str| {
        let definition = types.iter().find(|d| d.attribute_name() == name);
        definition.map(|d| d.attribute_type().as_str().to_owned()).unwrap_or_default()
    };
    let key = |element: &KeySchemaElement| Key {
        attribute_name: element.attribute_name().to_owned(),
        attribute_type: type_of(element.attribute_name()),
        key_type: element.key_type().as_str().to_owned(),
    };
    elements.iter().map(key).collect()
}

/// A table that was always provisioned has no billing summary.
fn billing(table: &TableDescription) -> Billing {
    let mode = table.billing_mode_summary().and_then(|summary| summary.billing_mode());
    match mode.map(|mode| mode.as_str()) {
        Some("PAY_PER_REQUEST") => Billing::OnDemand,
        _ => Billing::Provisioned { throughput: throughput(table.provisioned_throughput()) },
    }
}

fn throughput(live: Option<&ProvisionedThroughputDescription>) -> Throughput {
    Throughput {
        read_capacity_units: live.and_then(|t| t.read_capacity_units()).unwrap_or(0),
        write_capacity_units: live.and_then(|t| t.write_capacity_units()).unwrap_or(0),
    }
}

/// An index of an on-demand table reports a capacity of zero.
fn global_index(
    live: &GlobalSecondaryIndexDescription,
    types: &[AttributeDefinition],
    billing: &Billing,
) -> (String, Index) {
    let provisioned = (*billing != Billing::OnDemand).then(|| throughput(live.provisioned_throughput()));
    let index = Index {
        key_schema: keys(live.key_schema(), types),
        projection: projection(live.projection()),
        provisioned_throughput: provisioned,
    };
    (live.index_name().unwrap_or_default().to_owned(), index)
}

fn local_indexes(table: &TableDescription) -> std::collections::BTreeMap<String, Index> {
    let index = |live: &aws_sdk_dynamodb::types::LocalSecondaryIndexDescription| {
        let index = Index {
            key_schema: keys(live.key_schema(), table.attribute_definitions()),
            projection: projection(live.projection()),
            provisioned_throughput: None,
        };
        (live.index_name().unwrap_or_default().to_owned(), index)
    };
    table.local_secondary_indexes().iter().map(index).collect()
}

fn projection(live: Option<&SdkProjection>) -> Projection {
    Projection {
        projection_type: live.and_then(|p| p.projection_type()).map_or("ALL", |t| t.as_str()).to_owned(),
        non_key_attributes: live.map(|p| p.non_key_attributes().iter().cloned().collect()).unwrap_or_default(),
    }
}

/// No description, or one that is switched off: a key that AWS owns.
fn sse(live: Option<&SseDescription>, managed_key: Option<&str>) -> SseSpecification {
    let kms = |live: &&SseDescription| {
        let off = matches!(live.status(), Some(SseStatus::Disabled | SseStatus::Disabling));
        !off && live.sse_type().is_none_or(|t| t.as_str() == "KMS")
    };
    let Some(live) = live.filter(kms) else { return SseSpecification::aws_owned() };
    let own = live.kms_master_key_arn().filter(|key| Some(*key) != managed_key && !key.ends_with(MANAGED_KEY));
    own.map_or_else(SseSpecification::aws_managed, SseSpecification::key)
}

fn time_to_live(live: &TimeToLiveDescription) -> Option<String> {
    let on = matches!(live.time_to_live_status(), Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling));
    live.attribute_name().filter(|_| on).map(str::to_owned)
}

/// What is still on the move: the table, an index, its encryption. Not its time to live: that takes up to an hour, in which
/// it is reported as it will be, and nothing else of the table waits for it.
fn pending(table: &TableDescription) -> Option<String> {
    let moving = ["CREATING", "UPDATING", "DELETING", "ARCHIVING", "ENABLING", "DISABLING"];
    let indexes = table.global_secondary_indexes().iter().map(|g| g.index_status().map(|s| s.as_str()));
    let statuses = [
        table.table_status().map(|s| s.as_str()),
        table.sse_description().and_then(|s| s.status()).map(|s| s.as_str()),
    ];
    statuses.into_iter().chain(indexes).flatten().find(|status| moving.contains(status)).map(str::to_owned)
}

fn others(table: &TableDescription, recovery: Option<&PointInTimeRecoveryDescription>) -> Vec<Unmodelled> {
    let class = table.table_class_summary().and_then(|c| c.table_class());
    let days = recovery.and_then(|r| r.recovery_period_in_days());
    let limited = |limit: Option<i64>| limit.is_some_and(|units| units >= 0);
    let limit = |t: &aws_sdk_dynamodb::types::OnDemandThroughput| {
        limited(t.max_read_request_units()) || limited(t.max_write_request_units())
    };
    let no_key = table.table_status() == Some(&TableStatus::InaccessibleEncryptionCredentials);
    let indexes = table.global_secondary_indexes();
    unmodelled::kept([
        ("TableClass", class.is_some_and(|class| class.as_str() != "STANDARD")),
        ("Replicas", !table.replicas().is_empty()),
        ("OnDemandThroughput", table.on_demand_throughput().is_some_and(limit)),
        (
            "GlobalSecondaryIndexes.OnDemandThroughput",
            indexes.iter().any(|g| g.on_demand_throughput().is_some_and(limit)),
        ),
        ("VectorIndexes", !table.vector_indexes().is_empty()),
        ("RecoveryPeriodInDays", days.is_some_and(|days| days != RECOVERY_DAYS)),
        ("TableStatus INACCESSIBLE_ENCRYPTION_CREDENTIALS", no_key),
    ])
}
