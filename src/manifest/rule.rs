//! `[rule.<name>]`: which events of a bus go to which functions, workflows, queues, topics and other buses.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::aws::document::Document;
use crate::aws::{Kind, Tags, events, iam};
use crate::manifest::names::own_part;
use crate::manifest::{Cursor, Delivery, OnDelete, Section, bus, names, role};
use crate::name::{Address, Name};
use crate::text::Text;

pub mod input;
pub mod pattern;
pub mod target;

use pattern::Pattern;
use target::Target;

/// An EventBridge rule.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The rule's name in AWS. Default: made of the app, the stage and the section's name.
    pub name: Option<String>,
    /// The `[bus.<name>]` whose events it matches. Default, or `default`: the account's own bus, which AWS services
    /// send to.
    pub bus: Option<Name>,
    /// Which events it matches: for each field, a list of accepted values.
    pub pattern: Option<Pattern>,
    /// Where the events are sent: five targets at most.
    #[serde(default)]
    pub targets: Vec<Target>,
    /// False: the rule is disabled.
    #[serde(default = "enabled")]
    pub enabled: bool,
    /// What it is for, 512 characters at most.
    #[serde(default)]
    pub description: String,
    /// The ARN of the permissions boundary of the role with which it starts workflows and sends to other buses.
    pub permissions_boundary: Option<String>,
    /// Tags in addition to the app's.
    #[serde(default)]
    pub tags: Tags,
    /// Takes over an existing rule of this name that does not belong to this app yet.
    #[serde(default)]
    pub adopt: bool,
    /// What has a schedule is no rule, but a `[schedule.<name>]`.
    #[serde(default)]
    #[schemars(skip)]
    pub schedule: Option<serde::de::IgnoredAny>,
}

fn enabled() -> bool {
    true
}

impl Section for Rule {
    const SECTION: &'static str = "rule";
    const ATTRIBUTES: &'static [&'static str] = &["name", "arn"];

    fn address(name: &Name) -> Address {
        names::rule::address(name)
    }

    fn own_name(&self) -> Option<String> {
        self.name.clone()
    }

    fn attribute(&self, name: &Name, attribute: &str, here: &Cursor) -> Text {
        match attribute {
            "arn" => names::rule::arn(here.site, here.owner, name, self.own_bus()).into(),
            // Without its bus, since every call names that by itself.
            _ => names::rule::physical(here.owner, name, None).into(),
        }
    }

    fn deliveries(&self, name: &Name, here: &Cursor) -> Vec<Delivery> {
        let to: BTreeSet<Address> = self.targets.iter().flat_map(Target::lets_in).collect();
        let delivery = |to| Delivery {
            to,
            sid: format!("rule-{name}"),
            service: "events.amazonaws.com",
            source_arn: names::rule::arn(here.site, here.owner, name, self.own_bus()).into(),
            source_account: true,
        };
        to.into_iter().map(delivery).collect()
    }

    fn lower(&self, name: &Name, here: &Cursor) {
        if let Some(bus) = self.own_bus()
            && here.at("bus").known("bus", bus, &here.manifest.bus).is_some()
        {
            here.at("bus").need(names::bus::address(bus));
        }
        let pattern = self.lower_pattern(name, here);
        let targets = self.lower_targets(name, here);
        let id = here.id(Kind::EventRule, name, names::rule::physical(here.owner, name, self.own_bus()));
        let state = events::Rule {
            description: bus::description(&self.description, &here.at("description")),
            event_pattern: pattern.unwrap_or_default(),
            state: if self.enabled { "ENABLED" } else { "DISABLED" }.into(),
            targets,
            tags: here.tags(&id.address, &self.tags, OnDelete::Retain),
        };
        here.add(id, state, self.adopt);
    }
}

impl Rule {
    /// The bus of this manifest; `None` for the account's own.
    pub(super) fn own_bus(&self) -> Option<&Name> {
        self.bus.as_ref().filter(|bus| bus.as_str() != events::DEFAULT_BUS)
    }

    fn lower_pattern(&self, name: &Name, here: &Cursor) -> Option<Text> {
        if self.schedule.is_some() {
            let help = format!(
                "write [schedule.{name}] with cron, rate or at: EventBridge Scheduler is the service for schedules"
            );
            here.at("schedule").problem("a rule cannot have a schedule", Some(&help));
            return None;
        }
        let Some(pattern) = &self.pattern else {
            let help = "describe the events that it matches, such as pattern = { source = [\"shop\"] }";
            here.problem("the rule has no pattern", Some(help));
            return None;
        };
        let here = here.at("pattern");
        let text = pattern.lower(&here)?;
        pattern::check_length(&text, &Self::address(name), &here);
        Some(text)
    }

    fn lower_targets(&self, name: &Name, here: &Cursor) -> BTreeMap<String, events::Target> {
        let list = here.at("targets");
        if self.targets.len() > events::MOST_TARGETS {
            let message = format!("a rule can have at most {} targets", events::MOST_TARGETS);
            list.nth(events::MOST_TARGETS).problem(message, Some("write another rule with the same pattern"));
        }
        if self.targets.is_empty() {
            list.problem(
                "the rule has no targets",
                Some("say where its events are sent: targets = [{ function = \"...\" }]"),
            );
        }
        let mut targets = BTreeMap::new();
        let mut allowed = Allowed::default();
        for (here, target) in list.each(&self.targets) {
            let Some((id, state)) = target.lower(self, &mut allowed, &here) else { continue };
            if targets.insert(id, state).is_some() {
                let help = "remove one of them, or write a second rule: AWS would deliver each event twice";
                here.problem("this target is listed twice", Some(help));
            }
        }
        let role = self.lower_role(name, allowed, here);
        for target in targets.values_mut().filter(|target| target.role_arn.is_some()) {
            target.role_arn.clone_from(&role);
        }
        targets
    }

    /// The role by which it reaches what has no policy of its own, for this rule alone.
    fn lower_role(&self, name: &Name, allowed: Allowed, here: &Cursor) -> Option<String> {
        let statements = allowed.statements();
        if statements.is_empty() {
            return None;
        }
        let Some(own) = own_part(name, "rule") else {
            here.problem("the name of the rule's role would be too long", Some("use 59 characters at most"));
            return None;
        };
        let id = here.id(Kind::Role, &own, names::role::physical(here.owner, &own));
        let tags = here.tags(&id.address, &self.tags, OnDelete::Retain);
        let inline = BTreeMap::from([("rule".to_owned(), Document::new(statements))]);
        let mut role = iam::Role::for_service("events.amazonaws.com", BTreeSet::new(), inline, tags);
        let arn = names::rule::arn(here.site, here.owner, name, self.own_bus());
        role.assume_role_policy_document = Document::new(vec![json!({
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {
                "ArnEquals": {"aws:SourceArn": arn},
                "StringEquals": {"aws:SourceAccount": here.site.account},
            },
        })]);
        role.permissions_boundary = role::boundary(self.permissions_boundary.as_ref(), here);
        here.need(id.address.clone());
        here.apart().add(id, role, self.adopt);
        Some(names::role::arn(here.site, here.owner, &own))
    }
}

/// What the role of a rule may do.
#[derive(Debug, Default)]
pub struct Allowed {
    /// ARNs of the workflows that it starts.
    pub workflows: BTreeSet<String>,
    /// ARNs of the buses that it sends to.
    pub buses: BTreeSet<String>,
}

impl Allowed {
    fn statements(self) -> Vec<Value> {
        let rights =
            [("Buses", "events:PutEvents", self.buses), ("Workflows", "states:StartExecution", self.workflows)];
        let rights = rights.into_iter().filter(|(_, _, resources)| !resources.is_empty());
        rights
            .map(|(sid, action, resources)| {
                json!({"Sid": sid, "Effect": "Allow", "Action": action, "Resource": resources})
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
