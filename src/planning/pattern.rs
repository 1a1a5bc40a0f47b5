//! What EventBridge says about the patterns that a plan would send. It is shown beside the plan, but is not part of it.

use futures_util::future::join_all;

use crate::aws::events::{self, Refused, test_pattern};
use crate::aws::{self, Aws, AwsError};
use crate::error::Error;
use crate::kind::Kind;
use crate::manifest::problem::KeyPath;
use crate::manifest::workflow::STAND_IN;
use crate::manifest::{Problem, Problems};
use crate::name::{Address, Site};
use crate::planning::{LivePlan, Project};
use crate::policy::refusal::{self, Refusal};

/// A pattern that a plan would send.
pub struct Sent {
    address: Address,
    pattern: String,
}

/// What is said of all of them.
#[derive(Debug, Default)]
pub struct Said {
    /// What AWS would refuse, each where its pattern stands.
    pub refused: Vec<Problem>,
    /// That AWS may not be asked.
    pub warnings: Vec<Problem>,
}

impl Said {
    /// What AWS would refuse, as an error.
    pub fn result(mut self) -> Result<(), Problems> {
        self.refused.sort();
        if self.refused.is_empty() { Ok(()) } else { Err(Problems(self.refused)) }
    }
}

/// The patterns that a plan would send. Ids that AWS has not generated yet are replaced by placeholders.
pub fn sent(live: &LivePlan) -> Vec<Sent> {
    let patterns = live.plan.changes.iter().filter_map(|change| {
        let pattern = change.steps.iter().find_map(|step| match &step.call {
            aws::Call::EventArchive(call) => call.pattern(),
            aws::Call::EventRule(call) => call.pattern(),
            _ => None,
        })?;
        let unknown = pattern.references().map(|reference| (reference.clone(), STAND_IN.to_owned())).collect();
        let text = pattern.resolve(&live.known).resolve(&unknown);
        Some(Sent { address: change.address.clone(), pattern: text.literal()?.to_owned() })
    });
    patterns.collect()
}

/// Asks about each of them: one call each.
pub async fn ask(project: &Project, aws: &Aws, site: &Site, sent: Vec<Sent>) -> Result<Said, Error> {
    let asked = sent.into_iter().map(|Sent { address, pattern }| async move {
        let answer = test_pattern(aws, site, &pattern).await;
        (address, answer)
    });
    let mut said = Said::default();
    for (address, answer) in join_all(asked).await {
        let place = place(&address);
        let problem = |message, help| project.source.places.problem(&place, message, help);
        match answer {
            Ok(Ok(())) => {}
            Ok(Err(Refused(why))) => {
                said.refused
                    .push(problem(format!("AWS refuses this pattern: {why}"), Some("correct the pattern".into())));
            }
            Err(error) => said.warnings.push(problem(unasked(error)?, None).without_excerpt()),
        }
    }
    Ok(said)
}

/// Where a pattern stands in the manifest.
fn place(address: &Address) -> KeyPath {
    let top = KeyPath::default();
    match address.kind {
        Kind::EventArchive => top.at("bus").at(&address.name).at("archive").at("pattern"),
        _ => top.at("rule").at(&address.name).at("pattern"),
    }
}

/// That AWS may not be asked is worth a warning; that it cannot be is an error, as with everything that a plan reads.
fn unasked(error: AwsError) -> Result<String, Error> {
    if Refusal::of(&error).is_none() {
        return Err(aws::observe::ReadErrors(vec![error]).into());
    }
    let why = refusal::explain(&error, &events::actions_to_test_patterns()).unwrap_or_default();
    Ok(format!("AWS was not asked about this pattern: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn denied(code: &str) -> AwsError {
        AwsError { code: Some(code.into()), ..AwsError::malformed("events:TestEventPattern", "no") }
    }

    #[test]
    fn that_aws_may_not_be_asked_is_a_warning_and_that_it_cannot_be_is_an_error() {
        let warning = unasked(denied("AccessDeniedException")).unwrap();
        assert!(warning.contains("events:TestEventPattern"), "{warning}");
        assert!(unasked(denied("InternalException")).is_err());
    }

    #[test]
    fn a_pattern_stands_in_its_section() {
        let path = |address: &str| place(&address.parse().unwrap()).as_str().to_owned();
        assert_eq!(path("events.rule/paid"), "rule.paid.pattern");
        assert_eq!(path("events.archive/orders"), "bus.orders.archive.pattern");
    }
}
