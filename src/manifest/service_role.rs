//! The role with which an API calls services: it allows exactly what its routes do.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::aws::{Kind, Tags, iam};
use crate::manifest::names::own_part;
use crate::manifest::role::access::target::camel;
use crate::manifest::{Cursor, OnDelete, kms, names, role};
use crate::name::Name;

/// The role, as it grows route by route.
pub struct ServiceRole {
    own: Option<Name>,
    /// Of its inline policy.
    policy: &'static str,
    /// Its ARN; empty where the name is too long for one, which is reported once the role is needed.
    pub arn: String,
    /// What it may do, by action and receiver: routes to one receiver share a statement.
    statements: BTreeMap<String, Vec<Value>>,
}

/// What a route asks of a service.
pub struct Ask<'a> {
    /// Such as `SendTo`.
    pub verb: &'a str,
    /// The receiver's name.
    pub name: &'a str,
    /// Such as `sqs:SendMessage`.
    pub action: &'a str,
    /// The receiver's ARN.
    pub arn: &'a str,
    /// The key that encrypts what it gets.
    pub key: Option<&'a str>,
    /// What that takes of the key.
    pub key_actions: &'a [&'a str],
}

/// What an API's section says of the role.
pub struct Said<'a> {
    /// Tags in addition to the app's.
    pub tags: &'a Tags,
    /// The ARN of the policy that bounds it.
    pub permissions_boundary: Option<&'a String>,
    /// Takes over an existing role of this name.
    pub adopt: bool,
}

impl ServiceRole {
    /// The role of an API, which may do nothing yet; its name ends with `part`, and its inline policy is called `policy`.
    pub fn of(name: &Name, part: &str, policy: &'static str, here: &Cursor) -> Self {
        let own = own_part(name, part);
        let arn = own.as_ref().map(|own| names::role::arn(here.site, here.owner, own)).unwrap_or_default();
        Self { own, policy, arn, statements: BTreeMap::new() }
    }

    /// Lets it ask.
    pub fn allow(&mut self, ask: &Ask, here: &Cursor) {
        let words = ask.name.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        let sid = format!("{}{}", ask.verb, camel(&words));
        let statement = json!({"Sid": sid, "Effect": "Allow", "Action": [ask.action], "Resource": [ask.arn]});
        let service = ask.action.split(':').next().unwrap_or_default();
        let key = ask.key.and_then(|key| kms::use_of(&format!("{sid}Key"), key, service, ask.key_actions, here));
        let statements = std::iter::once(statement).chain(key).collect();
        self.statements.insert(format!("{} {}", ask.action, ask.arn), statements);
    }

    /// Adds the role to what is wanted if any route needs it. What is lowered here comes after it.
    pub fn lower(self, said: &Said, here: &Cursor) {
        if self.statements.is_empty() {
            return;
        }
        let Some(own) = self.own else {
            here.problem("the name of its role would be too long", Some("use 59 characters at most"));
            return;
        };
        let statements = role::with_unique_ids(self.statements.into_values().flatten().collect());
        let inline = role::inline(self.policy, statements, &here.apart());
        inline.values().for_each(|document| role::check_size(document, role::INLINE_LENGTH, here));
        let id = here.id(Kind::Role, &own, names::role::physical(here.owner, &own));
        let tags = here.tags(&id.address, said.tags, OnDelete::Retain);
        let mut role = iam::Role::for_service("apigateway.amazonaws.com", BTreeSet::new(), inline, tags);
        role.permissions_boundary = role::boundary(said.permissions_boundary, here);
        here.need(id.address.clone());
        here.apart().add(id, role, said.adopt);
    }
}
