//! Sending the calls on a table, field by field.

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types;

use crate::aws::Aws;
use crate::aws::dynamodb::call::{self, Call, IndexUpdate, NamedIndex, Sse, Stream};
use crate::aws::dynamodb::{Index, Key, Throughput};
use crate::aws::error::{Answer, AwsError};

/// Sends one call.
pub async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let db = &aws.write.dynamodb;
    match call {
        Call::Create(input) => create(aws, input).await,
        Call::Update(input) => update(aws, input).await,
        Call::TimeToLive(input) => {
            let api = "dynamodb:UpdateTimeToLive";
            let wanted = &input.time_to_live_specification;
            let specification = types::TimeToLiveSpecification::builder().enabled(wanted.enabled);
            let specification = specification.attribute_name(&wanted.attribute_name).build();
            let request = db.update_time_to_live().table_name(&input.table_name);
            request.time_to_live_specification(specification.map_err(unsent(api))?).send().await.answer(api).map(drop)
        }
        Call::Backups(input) => {
            let api = "dynamodb:UpdateContinuousBackups";
            let enabled = input.point_in_time_recovery_specification.point_in_time_recovery_enabled;
            let specification = types::PointInTimeRecoverySpecification::builder();
            let specification = specification.point_in_time_recovery_enabled(enabled).build().map_err(unsent(api))?;
            let request = db.update_continuous_backups().table_name(&input.table_name);
            request.point_in_time_recovery_specification(specification).send().await.answer(api).map(drop)
        }
        Call::Tag(input) => {
            let api = "dynamodb:TagResource";
            let tags = tags(api, &input.tags)?;
            db.tag_resource().resource_arn(&input.resource_arn).set_tags(Some(tags)).send().await.answer(api).map(drop)
        }
        Call::Untag(input) => {
            let request = db.untag_resource().resource_arn(&input.resource_arn);
            let request = request.set_tag_keys(Some(input.tag_keys.clone()));
            request.send().await.answer("dynamodb:UntagResource").map(drop)
        }
        Call::Delete(input) => {
            let request = db.delete_table().table_name(&input.table_name);
            request.send().await.answer("dynamodb:DeleteTable").map(drop)
        }
    }
}

async fn create(aws: &Aws, input: &call::CreateTable) -> Result<(), AwsError> {
    let api = "dynamodb:CreateTable";
    let unsent = |error: BuildError| AwsError::not_sent(api, error.to_string());
    let globals = input.global_secondary_indexes.iter().map(global).collect::<Result<Vec<_>, _>>().map_err(unsent)?;
    let locals = input.local_secondary_indexes.iter().map(local).collect::<Result<Vec<_>, _>>().map_err(unsent)?;
    let throughput = input.provisioned_throughput.map(capacity).transpose().map_err(unsent)?;
    let stream = input.stream_specification.as_ref().map(stream).transpose().map_err(unsent)?;
    let request = aws.write.dynamodb.create_table().table_name(&input.table_name);
    let request = request
        .set_attribute_definitions(Some(definitions(&input.attribute_definitions).map_err(unsent)?))
        .set_key_schema(Some(keys(&input.key_schema).map_err(unsent)?))
        .billing_mode(input.billing_mode.as_str().into())
        .set_provisioned_throughput(throughput)
        .sse_specification(sse(&input.sse_specification))
        .set_global_secondary_indexes((!globals.is_empty()).then_some(globals))
        .set_local_secondary_indexes((!locals.is_empty()).then_some(locals))
        .set_stream_specification(stream)
        .deletion_protection_enabled(input.deletion_protection_enabled)
        .set_tags(Some(tags(api, &input.tags)?));
    request.send().await.answer(api).map(drop)
}

async fn update(aws: &Aws, input: &call::UpdateTable) -> Result<(), AwsError> {
    let api = "dynamodb:UpdateTable";
    let unsent = |error: BuildError| AwsError::not_sent(api, error.to_string());
    let indexes = input.global_secondary_index_updates.as_ref();
    let indexes = indexes.map(|all| all.iter().map(index_update).collect::<Result<Vec<_>, _>>()).transpose();
    let attributes = input.attribute_definitions.as_ref().map(|all| definitions(all)).transpose();
    let request = aws.write.dynamodb.update_table().table_name(&input.table_name);
    let request = request
        .set_attribute_definitions(attributes.map_err(unsent)?)
        .set_billing_mode(input.billing_mode.as_deref().map(Into::into))
        .set_provisioned_throughput(input.provisioned_throughput.map(capacity).transpose().map_err(unsent)?)
        .set_global_secondary_index_updates(indexes.map_err(unsent)?)
        .set_sse_specification(input.sse_specification.as_ref().map(sse))
        .set_stream_specification(input.stream_specification.as_ref().map(stream).transpose().map_err(unsent)?)
        .set_deletion_protection_enabled(input.deletion_protection_enabled);
    request.send().await.answer(api).map(drop)
}

fn unsent(api: &'static str) -> impl Fn(BuildError) -> AwsError {
    move |error| AwsError::not_sent(api, error.to_string())
}

fn definitions(wanted: &[call::AttributeDefinition]) -> Result<Vec<types::AttributeDefinition>, BuildError> {
    let one = |d: &call::AttributeDefinition| {
        let builder = types::AttributeDefinition::builder().attribute_name(&d.attribute_name);
        builder.attribute_type(d.attribute_type.as_str().into()).build()
    };
    wanted.iter().map(one).collect()
}

fn keys(wanted: &[Key]) -> Result<Vec<types::KeySchemaElement>, BuildError> {
    let one = |key: &Key| {
        let builder = types::KeySchemaElement::builder().attribute_name(&key.attribute_name);
        builder.key_type(key.key_type.as_str().into()).build()
    };
    wanted.iter().map(one).collect()
}

fn capacity(wanted: Throughput) -> Result<types::ProvisionedThroughput, BuildError> {
    let builder = types::ProvisionedThroughput::builder().read_capacity_units(wanted.read_capacity_units);
    builder.write_capacity_units(wanted.write_capacity_units).build()
}

fn projection(index: &Index) -> types::Projection {
    let attributes = (!index.non_key_attributes.is_empty()).then(|| index.non_key_attributes.clone());
    let builder = types::Projection::builder().projection_type(index.projection_type.as_str().into());
    builder.set_non_key_attributes(attributes).build()
}

fn global(wanted: &NamedIndex) -> Result<types::GlobalSecondaryIndex, BuildError> {
    let index = &wanted.index;
    types::GlobalSecondaryIndex::builder()
        .index_name(&wanted.index_name)
        .set_key_schema(Some(keys(&index.key_schema)?))
        .projection(projection(index))
        .set_provisioned_throughput(index.provisioned_throughput.map(capacity).transpose()?)
        .build()
}

fn local(wanted: &NamedIndex) -> Result<types::LocalSecondaryIndex, BuildError> {
    types::LocalSecondaryIndex::builder()
        .index_name(&wanted.index_name)
        .set_key_schema(Some(keys(&wanted.index.key_schema)?))
        .projection(projection(&wanted.index))
        .build()
}

fn index_update(change: &IndexUpdate) -> Result<types::GlobalSecondaryIndexUpdate, BuildError> {
    let update = types::GlobalSecondaryIndexUpdate::builder();
    Ok(match change {
        IndexUpdate::Create(new) => {
            let action = types::CreateGlobalSecondaryIndexAction::builder()
                .index_name(&new.index_name)
                .set_key_schema(Some(keys(&new.index.key_schema)?))
                .projection(projection(&new.index))
                .set_provisioned_throughput(new.index.provisioned_throughput.map(capacity).transpose()?);
            update.create(action.build()?)
        }
        IndexUpdate::Update { index_name, provisioned_throughput } => {
            let action = types::UpdateGlobalSecondaryIndexAction::builder().index_name(index_name);
            update.update(action.provisioned_throughput(capacity(*provisioned_throughput)?).build()?)
        }
        IndexUpdate::Delete { index_name } => {
            update.delete(types::DeleteGlobalSecondaryIndexAction::builder().index_name(index_name).build()?)
        }
    }
    .build())
}

fn sse(wanted: &Sse) -> types::SseSpecification {
    let builder = types::SseSpecification::builder().enabled(wanted.enabled);
    let builder = builder.set_sse_type(wanted.enabled.then_some(types::SseType::Kms));
    builder.set_kms_master_key_id(wanted.kms_master_key_id.clone()).build()
}

fn stream(wanted: &Stream) -> Result<types::StreamSpecification, BuildError> {
    let builder = types::StreamSpecification::builder().stream_enabled(wanted.stream_enabled);
    builder.set_stream_view_type(wanted.stream_view_type.as_deref().map(Into::into)).build()
}

fn tags(api: &'static str, wanted: &[call::Tag]) -> Result<Vec<types::Tag>, AwsError> {
    let one = |tag: &call::Tag| types::Tag::builder().key(&tag.key).value(&tag.value).build();
    wanted.iter().map(one).collect::<Result<_, _>>().map_err(unsent(api))
}
