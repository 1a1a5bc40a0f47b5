//! What WAF says about the rules that a plan would send, and how much of its capacity they take. It is shown beside the
//! plan, but is not part of it.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use crate::aws::wafv2::{Capacity, Rule, actions_to_check_capacity, check_capacity};
use crate::aws::{self, Aws, AwsError};
use crate::error::Error;
use crate::manifest::problem::KeyPath;
use crate::manifest::workflow::place;
use crate::manifest::{Problem, Problems};
use crate::name::Name;
use crate::planning::{LivePlan, Project};
use crate::policy::refusal::{self, Refusal};

/// The WCU that a request's price covers.
const INCLUDED: i64 = 1_500;

/// The WCU that a web ACL has.
const MOST: i64 = 5_000;

/// The rules of one firewall that a plan would send.
pub struct Sent {
    firewall: Name,
    rules: BTreeMap<String, Rule>,
    /// The WCU of those that cannot be asked about, since what they refer to is yet to be made: an IP set takes one.
    beside: i64,
    /// The file of the section's own rules, and its text.
    file: Option<(String, String)>,
}

/// What is said of all of them.
#[derive(Debug, Default)]
pub struct Said {
    /// What WAF would refuse, each where it stands.
    pub refused: Vec<Problem>,
    /// What costs more, and that WAF could not be asked.
    pub warnings: Vec<Problem>,
}

impl Said {
    /// What WAF would refuse, as an error.
    pub fn result(mut self) -> Result<(), Problems> {
        self.refused.sort();
        self.refused.dedup();
        if self.refused.is_empty() { Ok(()) } else { Err(Problems(self.refused)) }
    }
}

/// The rules that a plan would send, of firewalls of which only WAF can say whether it takes them.
pub fn sent(project: &Project, live: &LivePlan) -> Vec<Sent> {
    let all = live.plan.changes.iter().filter_map(|change| {
        let rules = change.steps.iter().find_map(|step| match &step.call {
            aws::Call::WebAcl(call) => call.rules(),
            _ => None,
        })?;
        let firewall = project.source.manifest.firewall.get(&change.address.name)?;
        firewall.is_particular().then(|| {
            let file = firewall.rules_file();
            let text = file.and_then(|file| live.sources.files.get(file)?.as_deref().ok());
            let file = file.zip(text).map(|(file, text)| (file.clone(), text.to_owned()));
            let (rules, beside) = known_of(rules, live);
            Sent { firewall: change.address.name.clone(), rules, beside, file }
        })
    });
    all.collect()
}

/// The rules that refer to nothing which is yet to be made, and how many do.
fn known_of(rules: &BTreeMap<String, Rule>, live: &LivePlan) -> (BTreeMap<String, Rule>, i64) {
    let (mut known, mut beside) = (BTreeMap::new(), 0);
    for (name, rule) in rules {
        let mut rule = rule.clone();
        rule.texts(&mut |text| *text = text.resolve(&live.known));
        let mut is_known = true;
        rule.texts(&mut |text| is_known &= text.literal().is_some());
        match is_known {
            true => drop(known.insert(name.clone(), rule)),
            false => beside += 1,
        }
    }
    (known, beside)
}

/// Asks about each of them: one call each, and one more for each rule where WAF refuses them.
pub async fn ask(project: &Project, aws: &Aws, sent: Vec<Sent>) -> Result<Said, Error> {
    let asked = sent.into_iter().map(|sent| async move {
        let answer = judge(aws, &sent).await;
        (sent, answer)
    });
    let mut said = Said::default();
    for (sent, answer) in join_all(asked).await {
        let at = At { project, name: &sent.firewall, file: sent.file.as_ref() };
        match answer {
            Ok(Judged::Takes(capacity)) => at.capacity(capacity + sent.beside, &mut said),
            Ok(Judged::Refused(refusals)) => {
                said.refused.extend(refusals.iter().map(|(rule, why)| at.refused(rule.as_deref(), why)));
            }
            Err(error) => said.warnings.push(at.section(unasked(error)?, None).without_excerpt()),
        }
    }
    Ok(said)
}

/// What WAF says of one firewall's rules.
enum Judged {
    Takes(i64),
    /// Why, by rule; without one, of all together.
    Refused(Vec<(Option<String>, String)>),
}

async fn judge(aws: &Aws, sent: &Sent) -> Result<Judged, AwsError> {
    if sent.rules.is_empty() {
        return Ok(Judged::Takes(0));
    }
    let why = match check_capacity(aws, &sent.rules).await? {
        Capacity::Takes(capacity) => return Ok(Judged::Takes(capacity)),
        Capacity::Refused(why) => why,
    };
    let each = sent.rules.iter().map(async |(name, rule)| {
        let answer = check_capacity(aws, &BTreeMap::from([(name.clone(), rule.clone())])).await;
        (name, answer)
    });
    let mut refused = Vec::new();
    for (name, answer) in join_all(each).await {
        if let Capacity::Refused(why) = answer? {
            refused.push((Some(name.clone()), why));
        }
    }
    Ok(Judged::Refused(if refused.is_empty() { vec![(None, why)] } else { refused }))
}

/// That WAF may not be asked is worth a warning; that it cannot be is an error, as with everything that a plan reads.
fn unasked(error: AwsError) -> Result<String, Error> {
    if Refusal::of(&error).is_none() {
        return Err(aws::observe::ReadErrors(vec![error]).into());
    }
    let why = refusal::explain(&error, &actions_to_check_capacity()).unwrap_or_default();
    Ok(format!("WAF was not asked about the rules of this firewall: {why}"))
}

/// Where a firewall and its rules stand.
struct At<'a> {
    project: &'a Project,
    name: &'a Name,
    file: Option<&'a (String, String)>,
}

impl At<'_> {
    fn path(&self) -> KeyPath {
        KeyPath::default().at("firewall").at(self.name)
    }

    fn section(&self, message: String, help: Option<String>) -> Problem {
        self.project.source.places.problem(&self.path(), message, help)
    }

    fn capacity(&self, capacity: i64, said: &mut Said) {
        if capacity > MOST {
            let message = format!("the rules of this firewall take {capacity} WCU, but a web ACL has only {MOST}");
            said.refused.push(self.section(message, Some("leave some of them out".into())));
        } else if capacity > INCLUDED {
            let message = format!(
                "the rules of this firewall take {capacity} WCU, of which a request's price covers {INCLUDED}: each request costs more"
            );
            said.warnings.push(self.section(message, None).without_excerpt());
        }
    }

    /// What WAF refuses of a rule: in the file that it stands in, or at the section.
    fn refused(&self, rule: Option<&str>, why: &str) -> Problem {
        let message = match rule {
            Some(rule) => format!("WAF refuses the rule {rule:?}: {why}"),
            None => format!("WAF refuses these rules: {why}"),
        };
        let help = Some("correct the rule".to_owned());
        let at = self.file.zip(rule).and_then(|((file, text), rule)| Some((file, text, location(text, rule)?)));
        match at {
            Some((file, text, location)) => Problem::at(file, text, place(text, &location), message, help),
            None => self.section(message, help),
        }
    }
}

/// Where a rule stands in a file of them: its place in the list.
fn location(text: &str, rule: &str) -> Option<String> {
    let rules: Vec<serde_json::Value> = serde_json::from_str(text).ok()?;
    let index = rules.iter().position(|one| one["Name"].as_str() == Some(rule))?;
    Some(format!("[{index}]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(code: &str) -> AwsError {
        AwsError { code: Some(code.into()), ..AwsError::malformed("wafv2:CheckCapacity", "no") }
    }

    #[test]
    fn that_waf_may_not_be_asked_is_a_warning_and_that_it_cannot_be_is_an_error() {
        let warning = unasked(failed("AccessDeniedException")).unwrap();
        assert!(warning.contains("wafv2:CheckCapacity"), "{warning}");
        assert!(unasked(failed("WAFInternalErrorException")).is_err());
    }

    #[test]
    fn a_rule_stands_where_its_file_says() {
        let text = "[{\"Name\": \"a\"},\n {\"Name\": \"b\"}]";
        assert_eq!(location(text, "b").map(|location| place(text, &location)), Some((2, 2)));
        assert_eq!(location(text, "c"), None);
    }
}
