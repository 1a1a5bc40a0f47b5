//! CloudFormation, asked what is in a stack.

use crate::aws::{Answer, Aws, AwsError};

/// One resource of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackResource {
    /// What the template calls it.
    pub logical_id: String,
    /// Its name in AWS, in the form that its type has; none if it was never created.
    pub physical_id: Option<String>,
    /// Such as `AWS::SQS::Queue`.
    pub of_type: String,
}

/// Nothing of these is there any more.
const GONE: &str = "DELETE_COMPLETE";

/// What is in a stack, by its name or ARN, nested stacks as resources of it; `None` where there is no such stack.
pub async fn resources(aws: &Aws, stack: &str) -> Result<Option<Vec<StackResource>>, AwsError> {
    let request = aws.read.cloudformation.list_stack_resources().stack_name(stack);
    let (mut found, mut pages) = (Vec::new(), request.into_paginator().items().send());
    while let Some(item) = pages.next().await {
        let item = match item.answer("cloudformation:ListStackResources") {
            Ok(item) => item,
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        if item.resource_status.as_ref().is_some_and(|status| status.as_str() == GONE) {
            continue;
        }
        found.push(StackResource {
            logical_id: item.logical_resource_id.unwrap_or_default(),
            physical_id: item.physical_resource_id.filter(|id| !id.is_empty()),
            of_type: item.resource_type.unwrap_or_default(),
        });
    }
    Ok(Some(found))
}

/// CloudFormation has one code for whatever is wrong with a request.
fn is_absent(error: &AwsError) -> bool {
    error.is(&["ValidationError"]) && error.message.contains("does not exist")
}
