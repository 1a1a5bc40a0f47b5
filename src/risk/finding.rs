//! What one look at one change finds; findings that say the same of several resources become one risk.

use std::collections::{BTreeMap, BTreeSet};

use super::Risk;
use super::kind::RiskKind;
use super::sentence::Sentence;
use crate::kind::Kind;
use crate::name::Address;
use crate::plan::Change;

/// How many of a kind are named before the rest is counted.
pub const NAMED: usize = 6;

/// One thing or several, for the words about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    /// One.
    One,
    /// Several.
    Many,
}

impl Number {
    /// The word for this number.
    pub fn of(self, one: &'static str, many: &'static str) -> &'static str {
        if self == Self::One { one } else { many }
    }
}

/// What is found.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Which risk.
    pub kind: RiskKind,
    /// Whose change brings it.
    pub address: Address,
    noun: (&'static str, &'static str),
    subject: String,
    one: Sentence,
    many: Sentence,
}

impl Finding {
    /// What a change does to its own resource: `table`, its name, and what is said of it.
    pub fn about(kind: RiskKind, change: &Change, says: impl Fn(Number) -> Sentence) -> Self {
        Self::of(kind, change, noun(change.address.kind), change.address.name.as_str(), says)
    }

    /// The same of a part of it, such as a route.
    pub fn of(
        kind: RiskKind,
        change: &Change,
        noun: (&'static str, &'static str),
        subject: &str,
        says: impl Fn(Number) -> Sentence,
    ) -> Self {
        let (one, many) = (says(Number::One), says(Number::Many));
        Self { kind, address: change.address.clone(), noun, subject: subject.to_owned(), one, many }
    }
}

/// What a resource of a kind is called, one and several of them.
pub fn noun(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::ApiAccount => ("API Gateway account ", "API Gateway accounts "),
        Kind::ApiKey => ("API key ", "API keys "),
        Kind::Certificate => ("certificate of ", "certificates of "),
        Kind::DomainName => ("domain name ", "domain names "),
        Kind::Record => ("alias ", "aliases "),
        Kind::RestApi => ("API ", "APIs "),
        Kind::HttpApi => ("HTTP API ", "HTTP APIs "),
        Kind::UsagePlan => ("usage plan ", "usage plans "),
        Kind::Alarm => ("alarm ", "alarms "),
        Kind::DeliveryChannel => ("delivery channel ", "delivery channels "),
        Kind::Recorder => ("recorder ", "recorders "),
        Kind::Rule => ("AWS Config rule ", "AWS Config rules "),
        Kind::Table => ("table ", "tables "),
        Kind::EventArchive => ("archive ", "archives "),
        Kind::EventBus => ("bus ", "buses "),
        Kind::EventRule => ("rule ", "rules "),
        Kind::OidcProvider => ("identity provider ", "identity providers "),
        Kind::Policy => ("policy ", "policies "),
        Kind::Role => ("role ", "roles "),
        Kind::EventSourceMapping => ("event source mapping ", "event source mappings "),
        Kind::Function => ("function ", "functions "),
        Kind::LayerVersion => ("layer version ", "layer versions "),
        Kind::Permission => ("permission of function ", "permissions of functions "),
        Kind::LogGroup => ("log group ", "log groups "),
        Kind::Bucket => ("bucket ", "buckets "),
        Kind::Files => ("files of bucket ", "files of buckets "),
        Kind::Topic => ("topic ", "topics "),
        Kind::Queue => ("queue ", "queues "),
        Kind::Schedule => ("schedule ", "schedules "),
        Kind::ScheduleGroup => ("schedule group ", "schedule groups "),
        Kind::StateMachine => ("workflow ", "workflows "),
        Kind::Association => ("firewall association ", "firewall associations "),
        Kind::IpSet => ("IP set ", "IP sets "),
        Kind::WebAcl => ("firewall ", "firewalls "),
    }
}

/// Findings as risks: ranked, those that say the same together, each in the order in which it was found first.
pub fn grouped(findings: Vec<Finding>) -> Vec<Risk> {
    let mut places: BTreeMap<(RiskKind, Sentence), usize> = BTreeMap::new();
    let mut groups: Vec<Vec<Finding>> = Vec::new();
    for finding in findings {
        let place = *places.entry((finding.kind, finding.one.clone())).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    let mut risks: Vec<Risk> = groups.iter().filter_map(|group| risk(group)).collect();
    risks.sort_by_key(|risk| risk.kind);
    risks
}

fn risk(group: &[Finding]) -> Option<Risk> {
    let first = group.first()?;
    let mut nouns: Vec<((&'static str, &'static str), Vec<&str>)> = Vec::new();
    let mut seen = BTreeSet::new();
    for finding in group.iter().filter(|finding| seen.insert((finding.noun, finding.subject.as_str()))) {
        match nouns.iter_mut().find(|(noun, _)| *noun == finding.noun) {
            Some((_, subjects)) => subjects.push(&finding.subject),
            None => nouns.push((finding.noun, vec![&finding.subject])),
        }
    }
    let mut sentence = Sentence::default();
    for (at, ((one, many), subjects)) in nouns.iter().enumerate() {
        let gap = if at == 0 { "" } else { ", " };
        sentence = sentence.words(format!("{gap}{}", if subjects.len() == 1 { one } else { many }));
        sentence = sentence.values(subjects, NAMED);
    }
    let says = if seen.len() == 1 { &first.one } else { &first.many };
    let mut addresses: Vec<Address> = Vec::new();
    let mut known = BTreeSet::new();
    addresses.extend(group.iter().map(|finding| &finding.address).filter(|a| known.insert(*a)).cloned());
    Some(Risk { kind: first.kind, addresses, sentence: sentence.then(says.clone()) })
}
