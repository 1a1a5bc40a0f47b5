//! Calls to the SDK's requests.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types;

use super::call::{
    AttributeDefinition, Call, CreateIndex, CreateTable, GlobalIndexUpdate, KeySchemaElement, StreamSpecification,
    UpdateContinuousBackups, UpdateTable, UpdateTimeToLive,
};
use super::{Projection, SseSpecification, Throughput};
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::calls::Calls;
use crate::aws::tags;

/// Sends one call, once.
pub(super) async fn send(db: &Client, call: &Call) -> Result<(), AwsError> {
    let api = call.api();
    match call {
        Call::Create(input) => create_table(db, input).await,
        Call::Update(input) => update_table(db, input).await,
        Call::UpdateTimeToLive(input) => update_time_to_live(db, input).await,
        Call::UpdateContinuousBackups(input) => update_continuous_backups(db, input).await,
        Call::Tag(input) => {
            let request = db.tag_resource().resource_arn(&input.resource_arn);
            request.set_tags(Some(tags::sdk(api, &input.tags)?)).send().await.answer(api).map(drop)
        }
        Call::Untag(input) => {
            let request = db.untag_resource().resource_arn(&input.resource_arn);
            let request = request.set_tag_keys(Some(input.tag_keys.clone()));
            request.send().await.answer(api).map(drop)
        }
        Call::Delete(input) => {
            let request = db.delete_table().table_name(&input.table_name);
            request.send().await.answer(api).map(drop)
        }
    }
}

async fn create_table(db: &Client, input: &CreateTable) -> Result<(), AwsError> {
    let api = "dynamodb:CreateTable";
    let unfit = |e: BuildError| AwsError::not_sent(api, e.to_string());
    let request = db
        .create_table()
        .table_name(&input.table_name)
        .set_attribute_definitions(Some(attributes(&input.attribute_definitions).map_err(unfit)?))
        .set_key_schema(Some(key_schema(&input.key_schema).map_err(unfit)?))
        .billing_mode(input.billing_mode.as_str().into())
        .set_provisioned_throughput(throughput(input.provisioned_throughput).map_err(unfit)?)
        .set_global_secondary_indexes(all(&input.global_secondary_indexes, global_index).map_err(unfit)?)
        .set_local_secondary_indexes(all(&input.local_secondary_indexes, local_index).map_err(unfit)?)
        .sse_specification(sse(&input.sse_specification))
        .set_stream_specification(input.stream_specification.as_ref().map(stream).transpose().map_err(unfit)?)
        .deletion_protection_enabled(input.deletion_protection_enabled)
        .set_tags(Some(tags::sdk(api, &input.tags)?));
    request.send().await.answer(api).map(drop)
}

async fn update_table(db: &Client, input: &UpdateTable) -> Result<(), AwsError> {
    let api = "dynamodb:UpdateTable";
    let unfit = |e: BuildError| AwsError::not_sent(api, e.to_string());
    let definitions = input.attribute_definitions.as_deref().map(attributes).transpose().map_err(unfit)?;
    let request = db
        .update_table()
        .table_name(&input.table_name)
        .set_attribute_definitions(definitions)
        .set_billing_mode(input.billing_mode.as_deref().map(Into::into))
        .set_provisioned_throughput(throughput(input.provisioned_throughput).map_err(unfit)?)
        .set_global_secondary_index_updates(all(&input.global_secondary_index_updates, index_update).map_err(unfit)?)
        .set_sse_specification(input.sse_specification.as_ref().map(sse))
        .set_stream_specification(input.stream_specification.as_ref().map(stream).transpose().map_err(unfit)?)
        .set_deletion_protection_enabled(input.deletion_protection_enabled);
    request.send().await.answer(api).map(drop)
}

async fn update_time_to_live(db: &Client, input: &UpdateTimeToLive) -> Result<(), AwsError> {
    let api = "dynamodb:UpdateTimeToLive";
    let from = &input.time_to_live_specification;
    let specification = types::TimeToLiveSpecification::builder()
        .attribute_name(&from.attribute_name)
        .enabled(from.enabled)
        .build()
        .map_err(|e| AwsError::not_sent(api, e.to_string()))?;
    let request = db.update_time_to_live().table_name(&input.table_name).time_to_live_specification(specification);
    request.send().await.answer(api).map(drop)
}

async fn update_continuous_backups(db: &Client, input: &UpdateContinuousBackups) -> Result<(), AwsError> {
    let api = "dynamodb:UpdateContinuousBackups";
    let specification = types::PointInTimeRecoverySpecification::builder()
        .point_in_time_recovery_enabled(input.enabled())
        .build()
        .map_err(|e| AwsError::not_sent(api, e.to_string()))?;
    let request = db.update_continuous_backups().table_name(&input.table_name);
    request.point_in_time_recovery_specification(specification).send().await.answer(api).map(drop)
}

/// Every item of a list that may be absent.
fn all<T, U>(items: &Option<Vec<T>>, each: fn(&T) -> Result<U, BuildError>) -> Result<Option<Vec<U>>, BuildError> {
    items.as_ref().map(|items| items.iter().map(each).collect()).transpose()
}

fn attributes(definitions: &[AttributeDefinition]) -> Result<Vec<types::AttributeDefinition>, BuildError> {
    let attribute = |definition: &AttributeDefinition| {
        types::AttributeDefinition::builder()
            .attribute_name(&definition.attribute_name)
            .attribute_type(definition.attribute_type.as_str().into())
            .build()
    };
    definitions.iter().map(attribute).collect()
}

fn key_schema(elements: &[KeySchemaElement]) -> Result<Vec<types::KeySchemaElement>, BuildError> {
    let element = |element: &KeySchemaElement| {
        types::KeySchemaElement::builder()
            .attribute_name(&element.attribute_name)
            .key_type(element.key_type.as_str().into())
            .build()
    };
    elements.iter().map(element).collect()
}

fn throughput(units: Option<Throughput>) -> Result<Option<types::ProvisionedThroughput>, BuildError> {
    let build = |units: Throughput| {
        types::ProvisionedThroughput::builder()
            .read_capacity_units(units.read_capacity_units)
            .write_capacity_units(units.write_capacity_units)
            .build()
    };
    units.map(build).transpose()
}

fn projection(projection: &Projection) -> types::Projection {
    let attributes = &projection.non_key_attributes;
    types::Projection::builder()
        .projection_type(projection.projection_type.as_str().into())
        .set_non_key_attributes((!attributes.is_empty()).then(|| attributes.iter().cloned().collect()))
        .build()
}

fn global_index(index: &CreateIndex) -> Result<types::GlobalSecondaryIndex, BuildError> {
    types::GlobalSecondaryIndex::builder()
        .index_name(&index.index_name)
        .set_key_schema(Some(key_schema(&index.key_schema)?))
        .projection(projection(&index.projection))
        .set_provisioned_throughput(throughput(index.provisioned_throughput)?)
        .build()
}

fn local_index(index: &CreateIndex) -> Result<types::LocalSecondaryIndex, BuildError> {
    types::LocalSecondaryIndex::builder()
        .index_name(&index.index_name)
        .set_key_schema(Some(key_schema(&index.key_schema)?))
        .projection(projection(&index.projection))
        .build()
}

fn index_update(change: &GlobalIndexUpdate) -> Result<types::GlobalSecondaryIndexUpdate, BuildError> {
    let builder = types::GlobalSecondaryIndexUpdate::builder();
    let builder = match change {
        GlobalIndexUpdate::Create(index) => builder.create(
            types::CreateGlobalSecondaryIndexAction::builder()
                .index_name(&index.index_name)
                .set_key_schema(Some(key_schema(&index.key_schema)?))
                .projection(projection(&index.projection))
                .set_provisioned_throughput(throughput(index.provisioned_throughput)?)
                .build()?,
        ),
        GlobalIndexUpdate::Update(index) => builder.update(
            types::UpdateGlobalSecondaryIndexAction::builder()
                .index_name(&index.index_name)
                .set_provisioned_throughput(throughput(Some(index.provisioned_throughput))?)
                .build()?,
        ),
        GlobalIndexUpdate::Delete(index) => {
            builder.delete(types::DeleteGlobalSecondaryIndexAction::builder().index_name(&index.index_name).build()?)
        }
    };
    Ok(builder.build())
}

fn sse(from: &SseSpecification) -> types::SseSpecification {
    types::SseSpecification::builder()
        .enabled(from.enabled)
        .set_sse_type(from.sse_type.as_deref().map(Into::into))
        .set_kms_master_key_id(from.kms_master_key_id.clone())
        .build()
}

fn stream(from: &StreamSpecification) -> Result<types::StreamSpecification, BuildError> {
    types::StreamSpecification::builder()
        .stream_enabled(from.stream_enabled)
        .set_stream_view_type(from.stream_view_type.as_deref().map(Into::into))
        .build()
}
