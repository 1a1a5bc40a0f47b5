//! What IAM must allow for tables.

use super::{Call, SseSpecification, Table, next_call, observe};
use crate::aws::Id;
use crate::aws::required_actions::{RequiredAction, RequiredActions, anywhere, on};
use crate::name::{Owner, Site};

/// What DynamoDB does with a key of the user's on behalf of whoever encrypts a table with it.
const WITH_KEY: &[&str] = &[
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
];

impl RequiredActions for Table {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        let table = |actions| on(next_call::arn(id), actions);
        match call {
            Call::Create(input) => {
                let create = table(&["dynamodb:CreateTable", "dynamodb:TagResource"]);
                [create, use_of_key(id, &input.sse_specification)].concat()
            }
            Call::Update(input) => {
                let key = input.sse_specification.as_ref().map(|sse| use_of_key(id, sse));
                [table(&["dynamodb:UpdateTable"]), key.unwrap_or_default()].concat()
            }
            Call::UpdateTimeToLive(_) => table(&["dynamodb:UpdateTimeToLive"]),
            Call::UpdateContinuousBackups(_) => table(&["dynamodb:UpdateContinuousBackups"]),
            Call::Tag(_) => table(&["dynamodb:TagResource"]),
            Call::Untag(_) => table(&["dynamodb:UntagResource"]),
            Call::Delete(_) => table(&["dynamodb:DeleteTable"]),
        }
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        on(
            next_call::arn(id),
            &[
                "dynamodb:CreateTable",
                "dynamodb:DeleteTable",
                "dynamodb:TagResource",
                "dynamodb:UntagResource",
                "dynamodb:UpdateContinuousBackups",
                "dynamodb:UpdateTable",
                "dynamodb:UpdateTimeToLive",
            ],
        )
    }

    /// The AWS-managed key is asked for by its alias: nobody knows its id.
    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        let mut actions = on(
            next_call::arn(id),
            &[
                "dynamodb:DescribeContinuousBackups",
                "dynamodb:DescribeTable",
                "dynamodb:DescribeTimeToLive",
                "dynamodb:ListTagsOfResource",
            ],
        );
        let key = RequiredAction::new("kms:DescribeKey", id.site.arn("kms", "key/*"));
        actions.push(key.when("StringEquals", "kms:RequestAlias", observe::MANAGED_KEY));
        actions
    }

    fn actions_to_list(_: &Site, _: &Owner) -> Vec<RequiredAction> {
        anywhere(&["dynamodb:ListTables"])
    }
}

/// Keys of AWS let DynamoDB in for everybody of the account.
fn use_of_key(id: &Id, sse: &SseSpecification) -> Vec<RequiredAction> {
    let Some(key) = &sse.kms_master_key_id else { return Vec::new() };
    let service = format!("dynamodb.{}.{}", id.site.region, id.site.dns_suffix());
    on(key, WITH_KEY).into_iter().map(|required| required.when("StringEquals", "kms:ViaService", &service)).collect()
}
