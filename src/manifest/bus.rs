//! `[bus.<name>]`: an EventBridge bus, and the archive of its events.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::aws::document::Document;
use crate::aws::events::{self, DeadLetterConfig};
use crate::aws::{Kind, Tags, sqs};
use crate::manifest::resource_policy;
use crate::manifest::rule::pattern::Pattern;
use crate::manifest::{Cursor, Delivery, OnDelete, Section, kms, names};
use crate::name::{Account, Address, Name};
use crate::text::Text;

/// An EventBridge bus. Rules say where its events go.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bus {
    /// The bus's name in AWS. Default: made of the app, the stage and the section's name.
    pub name: Option<String>,
    /// What it is for, 512 characters at most.
    #[serde(default)]
    pub description: String,
    /// The KMS key that encrypts its events: its id, its ARN, or `alias/<name>`. Default: a key that AWS owns.
    pub kms_key: Option<String>,
    /// The name of a queue in this manifest, for events that cannot be delivered because of the key. AWS can replace a
    /// bus's dead-letter queue, but not remove it.
    pub dead_letter: Option<Name>,
    /// Other accounts that may send events to it.
    #[serde(default)]
    pub accounts: BTreeSet<Account>,
    /// A file with its policy as JSON, instead of `accounts`. `${bus.<name>.arn}` and the like are filled in; policy
    /// variables such as `${aws:PrincipalTag/team}` are left as they are.
    pub policy: Option<String>,
    /// Keeps the events that it receives, so that they can be replayed.
    pub archive: Option<Archive>,
    /// Tags in addition to the app's.
    #[serde(default)]
    pub tags: Tags,
    /// Takes over an existing bus of this name that does not belong to this app yet.
    #[serde(default)]
    pub adopt: bool,
}

/// Which of its events a bus keeps, and for how long. The archive and its events are deleted with the bus.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    /// Days for which an event is kept; 0: for ever.
    pub days: i32,
    /// Which events are kept. Default: all.
    pub pattern: Option<Pattern>,
}

/// What AWS allows for the policy of a bus, in characters.
const POLICY: usize = 10_240;
/// The longest description, in characters.
pub(super) const DESCRIPTION: usize = 512;

impl Section for Bus {
    const SECTION: &'static str = "bus";
    const ATTRIBUTES: &'static [&'static str] = &["name", "arn"];

    fn address(name: &Name) -> Address {
        names::bus::address(name)
    }

    fn own_name(&self) -> Option<String> {
        self.name.clone()
    }

    fn attribute(&self, name: &Name, attribute: &str, here: &Cursor) -> Text {
        match attribute {
            "arn" => names::bus::arn(here.site, here.owner, name).into(),
            _ => names::bus::physical(here.owner, name).into(),
        }
    }

    fn files(&self) -> Vec<String> {
        self.policy.iter().cloned().collect()
    }

    fn deliveries(&self, name: &Name, here: &Cursor) -> Vec<Delivery> {
        let delivery = |queue| Delivery {
            to: names::queue::address(queue),
            sid: format!("bus-{name}"),
            service: "events.amazonaws.com",
            source_arn: names::bus::arn(here.site, here.owner, name).into(),
            source_account: true,
        };
        self.dead_letter.iter().map(delivery).collect()
    }

    fn lower(&self, name: &Name, here: &Cursor) {
        if name.as_str() == events::DEFAULT_BUS {
            here.problem("the name default is that of the account's own bus", Some("choose another name"));
        }
        let id = here.id(Kind::EventBus, name, names::bus::physical(here.owner, name));
        let state = events::Bus {
            description: description(&self.description, &here.at("description")),
            kms_key_identifier: self.lower_kms_key(&here.at("kms_key")),
            dead_letter_config: self.dead_letter.as_ref().and_then(|queue| dead_letter(queue, &here.at("dead_letter"))),
            policy: self.lower_policy(name, here),
            tags: here.tags(&id.address, &self.tags, OnDelete::Retain),
        };
        here.add(id, state, self.adopt);
        if let Some(archive) = &self.archive {
            archive.lower(name, &here.at("archive").apart());
        }
    }
}

impl Bus {
    fn lower_kms_key(&self, here: &Cursor) -> Option<String> {
        let key = here.literal(self.kms_key.as_ref()?);
        kms::check(&key, here);
        Some(key)
    }

    fn lower_policy(&self, name: &Name, here: &Cursor) -> Option<Document> {
        let arn = names::bus::arn(here.site, here.owner, name);
        let file = self.policy.as_ref().map(|file| (file, here.at("policy").apart()));
        let document = match (&file, self.accounts.is_empty()) {
            (None, true) => return None,
            (None, false) => Document::new(vec![self.let_accounts_in(&arn, here)]),
            (Some((_, at)), false) => {
                at.problem(
                    "accounts and policy both determine who may send",
                    Some("name the accounts in the policy, and remove accounts"),
                );
                return None;
            }
            (Some((file, at)), true) => resource_policy::read(file, at)?,
        };
        if let Some((_, at)) = &file {
            resource_policy::check_form(&document, &[], "bus policy", at);
            // A bus comes before its policy, which may well name it.
            at.needs().into_iter().filter(|need| *need != Self::address(name)).for_each(|need| here.need(need));
        }
        let length = document.to_string().chars().count();
        if length > POLICY {
            let at = if file.is_some() { "policy" } else { "accounts" };
            here.at(at).problem(format!("the policy has {length} characters; AWS allows {POLICY}"), Some("shorten it"));
        }
        Some(document)
    }

    /// Accounts as AWS shows them.
    fn let_accounts_in(&self, arn: &str, here: &Cursor) -> serde_json::Value {
        if let Some(own) = self.accounts.iter().find(|own| !here.sources.without_account && **own == here.site.account)
        {
            let help = "remove it: in the account itself, IAM policies decide who may send";
            here.at("accounts").problem(format!("{own} is this account"), Some(help));
        }
        let partition = &here.site.partition;
        let roots = self.accounts.iter().map(|account| format!("arn:{partition}:iam::{account}:root"));
        let roots: Vec<String> = roots.collect();
        json!({"Sid": "Accounts", "Effect": "Allow", "Principal": {"AWS": roots}, "Action": "events:PutEvents",
            "Resource": arn})
    }
}

impl Archive {
    fn lower(&self, bus: &Name, here: &Cursor) {
        if self.days < 0 {
            here.at("days")
                .problem(format!("{} is not a number of days", self.days), Some("write 0 (for ever) or more"));
        }
        here.need(names::bus::address(bus));
        let pattern = self.pattern.as_ref().and_then(|pattern| pattern.lower(&here.at("pattern")));
        let id = here.id(Kind::EventArchive, bus, events::archive::physical(here.owner, bus));
        let event_source_arn = names::bus::arn(here.site, here.owner, bus);
        let state = events::Archive { event_source_arn, event_pattern: pattern, retention_days: self.days };
        here.add(id, state, false);
    }
}

/// A description as AWS has it: none where it is empty.
pub(super) fn description(raw: &str, here: &Cursor) -> Option<String> {
    let text = here.literal(raw);
    if text.chars().count() > DESCRIPTION {
        here.problem(format!("a description can have at most {DESCRIPTION} characters"), Some("shorten it"));
    }
    (!text.is_empty()).then_some(text)
}

/// The queue that takes what cannot be delivered. It comes first, with the policy that lets EventBridge in.
pub(super) fn dead_letter(queue: &Name, here: &Cursor) -> Option<DeadLetterConfig> {
    let section = here.known("queue", queue, &here.manifest.queue)?;
    if section.fifo {
        let help = "name a queue without fifo: EventBridge cannot use a FIFO queue as a dead-letter queue";
        here.problem(format!("{queue} is a FIFO queue"), Some(help));
    }
    here.need(names::queue::address(queue));
    Some(DeadLetterConfig { arn: sqs::arn(here.site, &names::queue::physical(here.owner, queue, section.fifo)) })
}

#[cfg(test)]
mod tests;
