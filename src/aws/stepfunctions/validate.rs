//! Asking Step Functions about a definition before it is sent.

use aws_sdk_sfn::operation::validate_state_machine_definition::ValidateStateMachineDefinitionOutput;
use aws_sdk_sfn::types::ValidateStateMachineDefinitionSeverity;

use crate::aws::Aws;
use crate::aws::error::{Answer, AwsError};
use crate::aws::required_actions::{RequiredAction, anywhere};
use crate::aws::stepfunctions::Call;
use crate::text::Text;

/// The call.
const API: &str = "states:ValidateStateMachineDefinition";

/// One thing that Step Functions says of a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// True if no state machine can be made of the definition.
    pub refuses: bool,
    /// What kind of thing it is, such as `SCHEMA_VALIDATION_FAILED`.
    pub code: String,
    /// Its content type.
    pub message: String,
    /// Where, such as `/States/A/Choices[0]/Next`; empty where AWS does not say.
    pub location: String,
}

/// Step Functions' diagnostics for a definition, at most 100. `of` is `STANDARD` or `EXPRESS`. One call.
pub async fn validate(aws: &Aws, definition: &str, of: &str) -> Result<Vec<Diagnostic>, AwsError> {
    let request = aws.read.sfn.validate_state_machine_definition().definition(definition).r#type(of.into());
    let answer = request.severity(ValidateStateMachineDefinitionSeverity::Warning).max_results(100).send().await;
    Ok(diagnostics(answer.answer(API)?))
}

/// What IAM must allow for it.
pub fn needs_to_validate() -> Vec<RequiredAction> {
    anywhere(&[API])
}

impl Call {
    /// The definition that it sends, if it sends one.
    pub fn definition(&self) -> Option<&Text> {
        match self {
            Self::Create(input) => Some(&input.definition),
            Self::Update(input) => input.definition.as_ref(),
            Self::Tag(_) | Self::Untag(_) | Self::Delete(_) => None,
        }
    }
}

fn diagnostics(answer: ValidateStateMachineDefinitionOutput) -> Vec<Diagnostic> {
    let said = answer.diagnostics.into_iter().map(|said| Diagnostic {
        refuses: said.severity == ValidateStateMachineDefinitionSeverity::Error,
        code: said.code,
        message: said.message,
        location: said.location.unwrap_or_default(),
    });
    said.collect()
}

#[cfg(test)]
mod tests {
    use aws_sdk_sfn::types::{ValidateStateMachineDefinitionDiagnostic, ValidateStateMachineDefinitionResultCode};

    use super::*;

    #[test]
    fn only_an_error_refuses_a_definition() {
        let said = |severity| {
            let said = ValidateStateMachineDefinitionDiagnostic::builder().severity(severity).code("C").message("m");
            said.build().unwrap()
        };
        let answer = ValidateStateMachineDefinitionOutput::builder()
            .result(ValidateStateMachineDefinitionResultCode::Fail)
            .diagnostics(said(ValidateStateMachineDefinitionSeverity::Error))
            .diagnostics(said(ValidateStateMachineDefinitionSeverity::Warning));
        let found = diagnostics(answer.build().unwrap());
        assert_eq!(found.iter().map(|said| said.refuses).collect::<Vec<_>>(), [true, false]);
        assert_eq!((found[0].code.as_str(), found[0].location.as_str()), ("C", ""));
    }
}
