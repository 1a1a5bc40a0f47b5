//! What Step Functions says about the definitions that a plan would send. It is shown beside the plan, but is not part
//! of it.

use futures_util::future::join_all;

use crate::aws::stepfunctions::{self, Diagnostic, validate};
use crate::aws::{self, Aws, AwsError, State};
use crate::error::Error;
use crate::manifest::workflow::{STAND_IN, place};
use crate::manifest::{Problem, Problems};
use crate::name::Name;
use crate::planning::{LivePlan, Project};
use crate::policy::refusal::{self, Refusal};

/// Asks about each definition that the plan would send: one call each, none where nothing changes. What AWS warns of is
/// added to the plan's warnings; what it would refuse is an error, each at its line of the definition's file.
pub async fn ask(project: &Project, aws: &Aws, live: &mut LivePlan) -> Result<Result<(), Problems>, Error> {
    let asked = sent(live).into_iter().map(|(name, definition, of)| async move {
        let said = validate(aws, &definition, &of).await;
        (name, said)
    });
    let mut refused = Vec::new();
    for (name, said) in join_all(asked).await {
        let Some(file) = project.source.manifest.workflow.get(&name).map(|workflow| &workflow.definition) else {
            continue;
        };
        let text = live.sources.files.get(file).and_then(|read| read.as_deref().ok()).unwrap_or_default();
        for diagnostic in said.or_else(|error| unasked(error).map(|why| vec![why]))? {
            let problem = problem(file, text, &diagnostic);
            match diagnostic.refuses {
                true => refused.push(problem),
                false => live.warnings.push(problem.without_excerpt()),
            }
        }
    }
    refused.sort();
    Ok(if refused.is_empty() { Ok(()) } else { Err(Problems(refused)) })
}

/// The definitions that the plan would send, with the workflow's name and type. Ids that AWS has not generated yet are
/// replaced by placeholders.
fn sent(live: &LivePlan) -> Vec<(Name, String, String)> {
    let mut sent = Vec::new();
    for change in &live.plan.changes {
        let definition = change.steps.iter().find_map(|step| match &step.call {
            aws::Call::StateMachine(call) => call.definition(),
            _ => None,
        });
        let wanted = live.wanted.get(&change.address).map(|wanted| &wanted.state);
        if let (Some(definition), Some(State::StateMachine(wanted))) = (definition, wanted) {
            let unknown = definition.references().map(|reference| (reference.clone(), STAND_IN.to_owned())).collect();
            let text = definition.resolve(&live.known).resolve(&unknown);
            let text = text.literal().unwrap_or_default().to_owned();
            sent.push((change.address.name.clone(), text, wanted.machine_type.clone()));
        }
    }
    sent
}

/// That AWS may not be asked is worth a warning; that it cannot be is an error, as with everything that a plan reads.
fn unasked(error: AwsError) -> Result<Diagnostic, Error> {
    if Refusal::of(&error).is_none() {
        return Err(aws::observe::ReadErrors(vec![error]).into());
    }
    let why = refusal::explain(&error, &stepfunctions::needs_to_validate()).unwrap_or_default();
    let message = format!("AWS was not asked about this definition: {why}");
    Ok(Diagnostic { refuses: false, code: String::new(), message, location: String::new() })
}

fn problem(file: &str, text: &str, said: &Diagnostic) -> Problem {
    let location = if said.location.is_empty() { String::new() } else { format!("{}: ", said.location) };
    let code = if said.code.is_empty() { String::new() } else { format!(" ({}, says AWS)", said.code) };
    let help = said.refuses.then(|| "correct the definition".to_owned());
    Problem::at(file, text, place(text, &said.location), format!("{location}{}{code}", said.message), help)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn denied(code: &str) -> AwsError {
        AwsError { code: Some(code.into()), ..AwsError::malformed("states:ValidateStateMachineDefinition", "no") }
    }

    #[test]
    fn what_aws_says_is_shown_at_its_line() {
        let text = "{\"StartAt\": \"A\",\n \"States\": {\"A\": {\"Type\": \"Pass\",\n  \"Next\": \"B\"}}}";
        let said = |location: &str, refuses| {
            let (code, message) = ("MISSING_TRANSITION_TARGET".into(), "Missing 'Next' target: B".into());
            let problem = problem("flow.json", text, &Diagnostic { refuses, code, message, location: location.into() });
            problem.without_excerpt().to_string()
        };
        let expected = "flow.json:3:11: /States/A/Next: Missing 'Next' target: B (MISSING_TRANSITION_TARGET, says AWS)";
        assert_eq!(said("/States/A/Next", false), expected);
        assert!(said("/States/A/Next", true).ends_with("\n  help: correct the definition"));
        assert!(said("/States/Gone", false).starts_with("flow.json:2:12: /States/Gone: "));
        assert!(said("", false).starts_with("flow.json:1:1: Missing"));
        assert!(said("[Source: (String)]", false).starts_with("flow.json:1:1: "));
    }

    #[test]
    fn that_aws_may_not_be_asked_is_a_note_and_that_it_cannot_be_is_an_error() {
        let note = unasked(denied("AccessDeniedException")).unwrap();
        assert!(!note.refuses && note.message.contains("states:ValidateStateMachineDefinition"), "{note:?}");
        assert!(unasked(denied("InternalServerError")).is_err());
    }
}
