//! The role with which an HTTP API asks services: exactly what its routes do.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::HttpApi;
use crate::aws::{Kind, iam};
use crate::manifest::names::own_part;
use crate::manifest::role::access::target::camel;
use crate::manifest::{Cursor, OnDelete, kms, names, role};
use crate::name::Name;

/// What ends the names of an API's role and log group.
pub(super) const PART: &str = "http";

/// The role, as it grows route by route.
pub(super) struct ServiceRole {
    own: Option<Name>,
    /// Its ARN; empty where the name is too long for one, which is reported once the role is needed.
    pub arn: String,
    /// What it may do, by action and receiver: routes to one receiver share a statement.
    statements: BTreeMap<String, Vec<Value>>,
}

/// What a route asks of a service.
pub(super) struct Ask<'a> {
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
}

impl ServiceRole {
    /// The role of an API, which may do nothing yet.
    pub(super) fn of(name: &Name, here: &Cursor) -> Self {
        let own = own_part(name, PART);
        let arn = own.as_ref().map(|own| names::role::arn(here.site, here.owner, own)).unwrap_or_default();
        Self { own, arn, statements: BTreeMap::new() }
    }

    /// Lets it ask.
    pub(super) fn allow(&mut self, ask: &Ask, here: &Cursor) {
        let words = ask.name.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        let sid = format!("{}{}", ask.verb, camel(&words));
        let statement = json!({"Sid": sid, "Effect": "Allow", "Action": [ask.action], "Resource": [ask.arn]});
        let service = ask.action.split(':').next().unwrap_or_default();
        let key = ask.key.and_then(|key| kms::use_of(&format!("{sid}Key"), key, service, &kms::SEND, here));
        let statements = std::iter::once(statement).chain(key).collect();
        self.statements.insert(format!("{} {}", ask.action, ask.arn), statements);
    }

    /// Adds the role to what is wanted if any route needs it. What is lowered here comes after it.
    pub(super) fn lower(self, api: &HttpApi, here: &Cursor) {
        if self.statements.is_empty() {
            return;
        }
        let Some(own) = self.own else {
            here.problem("the name is too long for its role's", Some("use 59 characters at most"));
            return;
        };
        let statements = role::with_unique_ids(self.statements.into_values().flatten().collect());
        let inline = role::inline("http-api", statements, &here.apart());
        inline.values().for_each(|document| role::check_size(document, role::INLINE_LENGTH, here));
        let id = here.id(Kind::Role, &own, names::role::physical(here.owner, &own));
        let tags = here.tags(&id.address, &api.tags, OnDelete::Retain);
        let mut role = iam::Role::for_service("apigateway.amazonaws.com", BTreeSet::new(), inline, tags);
        role.permissions_boundary = role::boundary(api.permissions_boundary.as_ref(), here);
        here.need(id.address.clone());
        here.apart().add(id, role, api.adopt);
    }
}
