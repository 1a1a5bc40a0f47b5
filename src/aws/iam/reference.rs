//! All actions of all services, and the resources to which each applies, from AWS's service authorization reference.
//!
//! `fixtures/iam/compact.py` writes the list, and describes its format. It is unpacked when it is first used.

use std::collections::BTreeMap;
use std::sync::LazyLock;

mod form;

pub use form::{is_about, service_of};

const DEFLATED: &[u8] = include_bytes!("reference.deflate");

static TEXT: LazyLock<String> = LazyLock::new(|| {
    let bytes = miniz_oxide::inflate::decompress_to_vec(DEFLATED).expect("compact.py has deflated it");
    String::from_utf8(bytes).expect("compact.py has written text")
});

static SERVICES: LazyLock<BTreeMap<&str, Service>> = LazyLock::new(|| {
    let parts = TEXT.split("\n@").filter_map(|part| part.split_once('\n'));
    parts.map(|(name, body)| (name, Service { body })).collect()
});

/// A service, by what its actions begin with.
#[derive(Debug, Clone, Copy)]
pub struct Service {
    body: &'static str,
}

/// What an action is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// The forms of the ARNs of what it can be allowed on, such as `sqs:{Region}:{Account}:{QueueName}` without
    /// `arn:<partition>:`. None: it is allowed on everything or not at all.
    pub forms: Vec<&'static str>,
    /// True if a request may do without the one thing that it is about.
    pub is_optional: bool,
}

impl Action {
    /// True if only `*` lets through all requests that the action takes.
    pub fn needs_everything(&self) -> bool {
        self.forms.is_empty() || self.is_optional
    }
}

/// The services, sorted.
pub fn services() -> impl Iterator<Item = &'static str> {
    SERVICES.keys().copied()
}

/// A service of this name.
pub fn service(name: &str) -> Option<Service> {
    SERVICES.get(name).copied()
}

/// The action of this name, `service:Action`, in AWS's own spelling.
pub fn action(name: &str) -> Option<Action> {
    let (prefix, name) = name.split_once(':')?;
    service(prefix)?.action(name)
}

impl Service {
    /// Its actions' names, without its own.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        self.groups().flat_map(|(_, names)| names.split(' '))
    }

    /// One of its actions.
    pub fn action(self, name: &str) -> Option<Action> {
        let (about, _) = self.groups().find(|(_, names)| names.split(' ').any(|one| one == name))?;
        let numbers = about.trim_end_matches('?');
        let forms: Vec<&'static str> = self.body.lines().filter_map(|line| line.strip_prefix(' ')).collect();
        let forms = numbers.split(',').filter_map(|number| forms.get(number.parse::<usize>().ok()?).copied());
        Some(Action { forms: forms.collect(), is_optional: about != numbers })
    }

    /// What actions are about, and their names.
    fn groups(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.body.lines().filter(|line| !line.starts_with(' ')).filter_map(|line| line.split_once(':'))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn an_action_is_known_with_what_it_is_about() {
        let found = action("sqs:SendMessage").unwrap();
        assert_eq!(found, Action { forms: vec!["sqs:{Region}:{Account}:{QueueName}"], is_optional: false });
        assert!(action("xray:PutTraceSegments").unwrap().forms.is_empty());
        let speech = action("polly:SynthesizeSpeech").unwrap();
        assert!(speech.is_optional && speech.forms == ["polly:{Region}:{Account}:lexicon/{LexiconName}"]);
        assert_eq!(action("s3:GetObject").unwrap().forms.len(), 2);
        for unknown in ["sqs:sendMessage", "sqs:Send", "sqs:", "SQS:SendMessage", "sqz:SendMessage", "SendMessage", ""]
        {
            assert_eq!(action(unknown), None, "{unknown}");
        }
        assert!(service("a\n@sqs").is_none() && service("").is_none());
    }

    #[test]
    fn every_service_has_actions_and_every_number_a_form() {
        let (mut actions, mut count) = (0, 0);
        for name in services() {
            count += 1;
            let service = service(name).unwrap();
            for (about, names) in service.groups() {
                let known = service.action(names.split(' ').next().unwrap()).unwrap();
                let numbers = about.trim_end_matches('?').split(',').filter(|number| !number.is_empty());
                assert_eq!(known.forms.len(), numbers.count(), "{name}: {about}");
                actions += names.split(' ').count();
            }
        }
        assert!(count > 400 && actions > 20_000, "{count} services, {actions} actions");
    }

    /// Both are made of the same package.
    #[test]
    fn the_actions_that_the_program_itself_needs_are_among_them() {
        let ours: BTreeMap<String, Value> =
            serde_json::from_str(include_str!("../../../fixtures/iam/actions.json")).unwrap();
        for (name, row) in &ours {
            let known = action(name).unwrap_or_else(|| panic!("{name}"));
            let forms: Vec<String> = known.forms.iter().map(|form| format!("arn:${{Partition}}:{form}")).collect();
            let arns: Vec<String> = row["resources"]
                .as_array()
                .unwrap()
                .iter()
                .map(|arn| arn.as_str().unwrap().replace("${", "{"))
                .collect();
            let forms: Vec<String> = forms.iter().map(|form| form.replace("${", "{")).collect();
            // API Gateway's verbs get more in actions.json than the package has.
            assert!(name.starts_with("apigateway:") || forms == arns, "{name}: {forms:?} {arns:?}");
        }
    }
}
