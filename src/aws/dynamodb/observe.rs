//! Reading tables.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{
    AttributeDefinition, ContinuousBackupsDescription, GlobalSecondaryIndexDescription, KeySchemaElement,
    LocalSecondaryIndexDescription, Projection, ProvisionedThroughputDescription, TableDescription,
    TimeToLiveDescription, TimeToLiveStatus,
};

use crate::aws::dynamodb::{Encryption, Index, Key, Table, Throughput};
use crate::aws::error::{Answer, AwsError};
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Found, Id, Observed, Unmodelled};
use crate::name::Owner;

const MANAGED_KEY: &str = "alias/aws/dynamodb";
const ABSENT: &[&str] = &["ResourceNotFoundException", "TableNotFoundException", "ResourceNotFound"];

/// Every table whose name begins with our prefix: listed in order, from just before it to the first one past it.
pub async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
    let prefix = owner.prefix();
    // Names are listed in the order of their bytes, from after the one given: `<prefix>` itself comes before all
    // that begin with it.
    let mut start = Some(prefix.clone());
    let mut found = Vec::new();
    while let Some(after) = start.take() {
        let page = aws.read.dynamodb.list_tables().exclusive_start_table_name(after).send().await;
        let page = page.answer("dynamodb:ListTables")?;
        let ours = page.table_names().iter().take_while(|name| name.starts_with(&prefix));
        found.extend(ours.map(|name| Found { name: name.clone(), seed: () }));
        let past = page.table_names().last().is_none_or(|last| !last.starts_with(&prefix));
        start = page.last_evaluated_table_name.filter(|_| !past);
    }
    Ok(found)
}

/// Reads one table: five calls at once.
pub async fn observe(aws: &Aws, id: &Id) -> Result<Option<Observed<Table>>, AwsError> {
    let db = &aws.read.dynamodb;
    let arn = id.site.arn("dynamodb", &format!("table/{}", id.name));
    let (table, ttl, backups, listed, managed) = tokio::join!(
        db.describe_table().table_name(&id.name).send(),
        db.describe_time_to_live().table_name(&id.name).send(),
        db.describe_continuous_backups().table_name(&id.name).send(),
        list_tags(aws, &arn),
        managed_key(aws),
    );
    let table = table.found("dynamodb:DescribeTable", ABSENT)?.and_then(|answer| answer.table);
    let Some(table) = table else { return Ok(None) };
    let ttl = ttl.found("dynamodb:DescribeTimeToLive", ABSENT)?.and_then(|answer| answer.time_to_live_description);
    let backups = backups.found("dynamodb:DescribeContinuousBackups", ABSENT)?;
    let backups = backups.and_then(|answer| answer.continuous_backups_description);
    let managed = managed?;
    Ok(Some(assemble(&table, ttl.as_ref(), backups.as_ref(), managed.as_deref(), listed?)))
}

async fn list_tags(aws: &Aws, arn: &str) -> Result<Tags, AwsError> {
    let (mut listed, mut next) = (Tags::new(), None);
    loop {
        let page = aws.read.dynamodb.list_tags_of_resource().resource_arn(arn).set_next_token(next).send().await;
        // A table that is gone, or not yet known to the tag store, has no tags.
        let absent = [ABSENT, &["AccessDeniedException"]].concat();
        let page = match page.found("dynamodb:ListTagsOfResource", &absent) {
            Ok(Some(page)) => page,
            Ok(None) => return Ok(listed),
            Err(error) => return Err(error),
        };
        let pairs = page.tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value));
        listed.extend(tags::collect(pairs));
        next = page.next_token;
        if next.is_none() {
            return Ok(listed);
        }
    }
}

fn assemble(
    table: &TableDescription,
    ttl: Option<&TimeToLiveDescription>,
    backups: Option<&ContinuousBackupsDescription>,
    managed: Option<&str>,
    tags: Tags,
) -> Observed<Table> {
    let types = table.attribute_definitions();
    let mode = table.billing_mode_summary().and_then(|summary| summary.billing_mode());
    let provisioned = mode.is_none_or(|mode| mode.as_str() == "PROVISIONED");
    let stream = table.stream_specification().filter(|stream| stream.stream_enabled());
    let recovery =
        backups.and_then(|b| b.point_in_time_recovery_description()).and_then(|d| d.point_in_time_recovery_status());
    let state = Table {
        key_schema: keys(table.key_schema(), types),
        billing_mode: if provisioned { "PROVISIONED" } else { "PAY_PER_REQUEST" }.into(),
        provisioned_throughput: table.provisioned_throughput().and_then(throughput).filter(|_| provisioned),
        encryption: encryption(table, managed),
        global_secondary_indexes: globals(table.global_secondary_indexes(), types, provisioned),
        local_secondary_indexes: locals(table.local_secondary_indexes(), types),
        time_to_live: ttl.filter(|ttl| is_on(ttl)).and_then(|ttl| ttl.attribute_name()).map(str::to_owned),
        point_in_time_recovery: recovery.is_some_and(|status| status.as_str() == "ENABLED"),
        stream_view_type: stream.and_then(|s| s.stream_view_type()).map(|view| view.as_str().to_owned()),
        deletion_protection_enabled: table.deletion_protection_enabled().unwrap_or(false),
        tags,
    };
    let outputs = table.latest_stream_arn().filter(|_| state.stream_view_type.is_some());
    Observed {
        identity: table.table_id().map(str::to_owned),
        outputs: outputs.map(|arn| ("stream_arn".to_owned(), arn.to_owned())).into_iter().collect(),
        pending: pending(table, ttl),
        unmodelled: unmodelled(table),
        ..Observed::of(state)
    }
}

fn is_on(ttl: &TimeToLiveDescription) -> bool {
    matches!(ttl.time_to_live_status(), Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling))
}

fn keys(schema: &[KeySchemaElement], types: &[AttributeDefinition]) -> Vec<Key> {
    let of = |name: &str| types.iter().find(|t| t.attribute_name() == name).map(|t| t.attribute_type().as_str());
    let key = |element: &KeySchemaElement| Key {
        attribute_name: element.attribute_name().to_owned(),
        key_type: element.key_type().as_str().to_owned(),
        attribute_type: of(element.attribute_name()).unwrap_or_default().to_owned(),
    };
    schema.iter().map(key).collect()
}

fn throughput(description: &ProvisionedThroughputDescription) -> Option<Throughput> {
    let (read, write) = (description.read_capacity_units()?, description.write_capacity_units()?);
    Some(Throughput { read_capacity_units: read, write_capacity_units: write })
}

fn index(
    schema: &[KeySchemaElement],
    types: &[AttributeDefinition],
    projection: Option<&Projection>,
    provisioned_throughput: Option<Throughput>,
) -> Index {
    let mut non_key_attributes = projection.map(|p| p.non_key_attributes().to_vec()).unwrap_or_default();
    non_key_attributes.sort();
    let projection_type = projection.and_then(|p| p.projection_type()).map_or("ALL", |of| of.as_str()).to_owned();
    Index { key_schema: keys(schema, types), projection_type, non_key_attributes, provisioned_throughput }
}

fn globals(
    indexes: &[GlobalSecondaryIndexDescription],
    types: &[AttributeDefinition],
    provisioned: bool,
) -> BTreeMap<String, Index> {
    let read = |i: &GlobalSecondaryIndexDescription| {
        let capacity = i.provisioned_throughput().and_then(throughput).filter(|_| provisioned);
        Some((i.index_name()?.to_owned(), index(i.key_schema(), types, i.projection(), capacity)))
    };
    indexes.iter().filter_map(read).collect()
}

fn locals(indexes: &[LocalSecondaryIndexDescription], types: &[AttributeDefinition]) -> BTreeMap<String, Index> {
    let read = |i: &LocalSecondaryIndexDescription| {
        Some((i.index_name()?.to_owned(), index(i.key_schema(), types, i.projection(), None)))
    };
    indexes.iter().filter_map(read).collect()
}

/// AWS reports the AWS-managed key by its ARN too: only its alias tells it from a key of one's own.
fn encryption(table: &TableDescription, managed: Option<&str>) -> Encryption {
    let Some(sse) = table.sse_description() else { return Encryption::AwsOwned };
    let on = sse.status().is_some_and(|status| matches!(status.as_str(), "ENABLED" | "ENABLING" | "UPDATING"));
    match sse.kms_master_key_arn() {
        _ if !on => Encryption::AwsOwned,
        Some(arn) if managed != Some(arn) && !arn.ends_with(MANAGED_KEY) => Encryption::Key(arn.to_owned()),
        _ => Encryption::AwsManaged,
    }
}

/// The ARN of the key that AWS manages for DynamoDB in this account, if there is one yet.
async fn managed_key(aws: &Aws) -> Result<Option<String>, AwsError> {
    let key = aws.read.kms.describe_key().key_id(MANAGED_KEY).send().await;
    let key = key.found("kms:DescribeKey", &["NotFoundException"])?;
    Ok(key.and_then(|answer| answer.key_metadata).and_then(|key| key.arn))
}

fn pending(table: &TableDescription, ttl: Option<&TimeToLiveDescription>) -> Option<String> {
    let status = table.table_status().map(|status| status.as_str()).filter(|status| *status != "ACTIVE");
    let indexes = table
        .global_secondary_indexes()
        .iter()
        .find_map(|index| index.index_status().map(|status| status.as_str()).filter(|status| *status != "ACTIVE"));
    let sse = table.sse_description().and_then(|sse| sse.status()).map(|status| status.as_str());
    let sse = sse.filter(|status| matches!(*status, "ENABLING" | "DISABLING" | "UPDATING"));
    let ttl = ttl.and_then(|ttl| ttl.time_to_live_status()).map(|status| status.as_str());
    let ttl = ttl.filter(|status| matches!(*status, "ENABLING" | "DISABLING"));
    status.or(indexes).or(sse).or(ttl).map(str::to_owned)
}

fn unmodelled(table: &TableDescription) -> Vec<Unmodelled> {
    let class = table.table_class_summary().and_then(|summary| summary.table_class());
    let set = [
        ("Replicas", !table.replicas().is_empty()),
        ("TableClass", class.is_some_and(|class| class.as_str() != "STANDARD")),
        ("OnDemandThroughput", table.on_demand_throughput().is_some()),
    ];
    let named = set.into_iter().filter(|(_, set)| *set);
    named.map(|(name, _)| Unmodelled { attribute: name.into(), erased_by: None }).collect()
}
