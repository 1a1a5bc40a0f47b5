//! The role with which a schedule calls its target: it allows exactly that call, and what the call needs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Schedule;
use super::target::Called;
use crate::aws::document::Document;
use crate::aws::scheduler::group_arn;
use crate::aws::{Kind, iam};
use crate::manifest::names::own_part;
use crate::manifest::{Cursor, OnDelete, kms, names, role};
use crate::name::Name;

const SERVICE: &str = "scheduler.amazonaws.com";

/// What the role allows. `key` is the ARN of the one that encrypts the schedule's input.
pub(super) fn statements(
    called: &Called,
    dead_letter: Option<&Called>,
    key: Option<&str>,
    here: &Cursor,
) -> Vec<Value> {
    let allow = |sid: &str, actions: &[&str], arn: &str| json!({"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": [arn]});
    let both = [("Target", Some(called)), ("DeadLetter", dead_letter)];
    let both = both.into_iter().filter_map(|(sid, called)| Some((sid, called?)));
    let mut all = Vec::new();
    for (sid, called) in both {
        all.push(allow(sid, &[called.action], &called.arn));
        let service = called.action.split(':').next().unwrap_or_default();
        let key = called.key.as_deref();
        all.extend(key.and_then(|key| kms::use_of(&format!("{sid}Key"), key, service, &kms::SEND, here)));
    }
    all.extend(key.map(|arn| allow("Input", &["kms:Decrypt"], arn)));
    all
}

impl Schedule {
    /// Adds the role to what is wanted, and gives its ARN. What is lowered here needs it.
    pub(super) fn lower_role(&self, name: &Name, statements: Vec<Value>, here: &Cursor) -> Option<String> {
        let Some(own) = own_part(name, "schedule") else {
            here.problem("the name of the schedule's role would be too long", Some("use 55 characters at most"));
            return None;
        };
        let boundary = role::boundary(self.permissions_boundary.as_ref(), here);
        let inline = BTreeMap::from([("schedule".into(), Document::new(statements))]);
        let id = here.id(Kind::Role, &own, names::role::physical(here.owner, &own));
        let tags = here.tags(&id.address, &self.tags, OnDelete::Retain);
        let mut role = iam::Role::for_service(SERVICE, BTreeSet::new(), inline, tags);
        role.assume_role_policy_document = trust(here);
        role.permissions_boundary = boundary;
        here.need(id.address.clone());
        here.apart().add(id, role, self.adopt);
        Some(names::role::arn(here.site, here.owner, &own))
    }
}

/// Only for schedules of this app and stage: AWS asks for the group's ARN, not for the schedule's.
fn trust(here: &Cursor) -> Document {
    let of = json!({"aws:SourceAccount": here.site.account, "aws:SourceArn": group_arn(here.site, here.owner)});
    let statement = json!({
        "Effect": "Allow",
        "Principal": {"Service": SERVICE},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": of},
    });
    Document::new(vec![statement])
}
