//! Reading state machines.

use aws_sdk_sfn::operation::describe_state_machine::DescribeStateMachineOutput;

use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::unmodelled;
use crate::aws::stepfunctions::{Logging, StateMachine, canonical};
use crate::aws::{Aws, Found, Observed, Reader, Tags, tags};
use crate::name::Owner;

const ABSENT: &[&str] = &["StateMachineDoesNotExist", "ResourceNotFound"];

/// The account's state machines whose name begins with our prefix.
pub async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
    let mut found = Vec::new();
    let mut pages = aws.read.sfn.list_state_machines().max_results(1000).into_paginator().items().send();
    while let Some(machine) = pages.next().await {
        let name = machine.answer("states:ListStateMachines")?.name;
        if name.starts_with(&owner.prefix()) {
            found.push(Found { name, seed: () });
        }
    }
    Ok(found)
}

/// Reads one state machine: two calls at once.
pub async fn observe(reader: Reader<'_>, arn: &str) -> Result<Option<Observed<StateMachine>>, AwsError> {
    let sfn = &reader.aws().read.sfn;
    let (described, tags) = tokio::join!(
        sfn.describe_state_machine().state_machine_arn(arn).send(),
        reader.tags_or(arn, read_tags(reader.aws(), arn)),
    );
    let Some(described) = described.found("states:DescribeStateMachine", ABSENT)? else { return Ok(None) };
    assemble(&described, tags?).map(Some)
}

async fn read_tags(aws: &Aws, arn: &str) -> Result<Tags, AwsError> {
    let listed = aws.read.sfn.list_tags_for_resource().resource_arn(arn).send().await;
    let listed = listed.found("states:ListTagsForResource", ABSENT)?.and_then(|answer| answer.tags);
    Ok(tags::read(listed.unwrap_or_default()))
}

fn assemble(described: &DescribeStateMachineOutput, tags: Tags) -> Result<Observed<StateMachine>, AwsError> {
    let malformed = |e: serde_json::Error| AwsError::malformed("states:DescribeStateMachine", e.to_string());
    let state = StateMachine {
        definition: canonical(described.definition()).map_err(malformed)?.into(),
        role_arn: described.role_arn().to_owned(),
        machine_type: described.r#type().as_str().to_owned(),
        logging: logging(described),
        tracing: described.tracing_configuration().is_some_and(|tracing| tracing.enabled()),
        tags,
    };
    let status = described.status().map(|status| status.as_str()).filter(|status| *status != "ACTIVE");
    let encrypted = described.encryption_configuration().is_some_and(|e| e.r#type().as_str() != "AWS_OWNED_KEY");
    Ok(Observed {
        pending: status.map(str::to_owned),
        unmodelled: unmodelled::kept([("encryptionConfiguration", encrypted)]),
        ..Observed::of(state)
    })
}

/// Level `OFF`, or no destination: no logging.
fn logging(described: &DescribeStateMachineOutput) -> Option<Logging> {
    let config = described.logging_configuration()?;
    let level = config.level().map(|level| level.as_str()).filter(|level| *level != "OFF")?;
    let group = config.destinations().first()?.cloud_watch_logs_log_group()?.log_group_arn()?;
    Some(Logging {
        level: level.to_owned(),
        include_execution_data: config.include_execution_data(),
        log_group_arn: group.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_sfn::operation::describe_state_machine::builders::DescribeStateMachineOutputBuilder;
    use aws_sdk_sfn::primitives::DateTime;
    use aws_sdk_sfn::types;

    use super::*;

    fn plain() -> DescribeStateMachineOutputBuilder {
        DescribeStateMachineOutput::builder()
            .state_machine_arn("arn")
            .name("shop--test-flow")
            .definition("{ \"StartAt\": \"A\" }")
            .role_arn("role")
            .r#type(types::StateMachineType::Standard)
            .creation_date(DateTime::from_secs(0))
            .status(types::StateMachineStatus::Active)
    }

    fn read(described: DescribeStateMachineOutputBuilder) -> Observed<StateMachine> {
        assemble(&described.build().expect("all that is required"), Tags::new()).expect("a definition")
    }

    fn encrypted(of: types::EncryptionType) -> types::EncryptionConfiguration {
        types::EncryptionConfiguration::builder().r#type(of).build().expect("a type")
    }

    #[test]
    fn defaults_that_aws_fills_in_are_what_an_unset_attribute_is() {
        let off = types::LoggingConfiguration::builder().level(types::LogLevel::Off).include_execution_data(false);
        let filled = plain()
            .logging_configuration(off.build())
            .tracing_configuration(types::TracingConfiguration::builder().enabled(false).build())
            .encryption_configuration(encrypted(types::EncryptionType::AwsOwnedKey));
        assert_eq!(read(filled), read(plain()));
        assert_eq!(read(plain()).state.definition.literal(), Some("{\"StartAt\":\"A\"}"));
    }

    #[test]
    fn a_key_of_ones_own_is_named_and_what_is_being_deleted_is_pending() {
        let key = read(plain().encryption_configuration(encrypted(types::EncryptionType::CustomerManagedKmsKey)));
        assert_eq!(key.unmodelled[0].attribute, "encryptionConfiguration");
        let going = read(plain().status(types::StateMachineStatus::Deleting));
        assert_eq!(going.pending.as_deref(), Some("DELETING"));
    }

    #[test]
    fn a_definition_that_is_no_json_is_an_error() {
        let described = plain().definition("{").build().expect("all that is required");
        assert!(assemble(&described, Tags::new()).is_err());
    }
}
