//! The role that a schedule calls its target with: exactly that call, and what comes with it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Schedule;
use super::target::Called;
use crate::aws::document::Document;
use crate::aws::scheduler::group_arn;
use crate::aws::{Kind, iam};
use crate::manifest::names::own_part;
use crate::manifest::{Cursor, OnDelete, names, role};
use crate::name::Name;

const SERVICE: &str = "scheduler.amazonaws.com";

/// The keys that it has to use.
pub(super) struct Keys {
    /// The target's, as the manifest has it.
    pub target: Option<String>,
    /// The ARN of the schedule's own.
    pub input: Option<String>,
}

/// What the role allows.
pub(super) fn statements(called: &Called, dead_letter: Option<&str>, keys: &Keys, here: &Cursor) -> Vec<Value> {
    let allow = |sid: &str, actions: &[&str], arn: &str| json!({"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": [arn]});
    let mut all = vec![allow("Target", &[called.action], &called.arn)];
    all.extend(dead_letter.map(|arn| allow("DeadLetter", &["sqs:SendMessage"], arn)));
    all.extend(keys.target.as_ref().and_then(|key| of_target(key, called, here)));
    all.extend(keys.input.as_ref().map(|arn| allow("Input", &["kms:Decrypt"], arn)));
    all
}

/// The use of the key that encrypts what the target gets, by the target's service alone. What AWS manages it lets everybody
/// use who may use the service.
fn of_target(key: &str, called: &Called, here: &Cursor) -> Option<Value> {
    let name = key.rsplit_once(':').map_or(key, |(_, name)| name);
    if name.starts_with("alias/aws/") {
        return None;
    }
    let service = called.action.split(':').next().unwrap_or_default();
    let via = format!("{service}.{}.{}", here.site.region, here.site.dns_suffix());
    let mut condition = json!({"StringEquals": {"kms:ViaService": via}});
    let resource = match name.starts_with("alias/") {
        true => {
            condition["ForAnyValue:StringEquals"] = json!({"kms:ResourceAliases": name});
            here.site.arn("kms", "key/*")
        }
        false if key.starts_with("arn:") => key.to_owned(),
        false => here.site.arn("kms", &format!("key/{key}")),
    };
    let actions = ["kms:Decrypt", "kms:GenerateDataKey"];
    Some(
        json!({"Sid": "TargetKey", "Effect": "Allow", "Action": actions, "Resource": [resource], "Condition": condition}),
    )
}

impl Schedule {
    /// Adds the role to what is wanted, and gives its ARN. What is lowered here needs it.
    pub(super) fn lower_role(&self, name: &Name, statements: Vec<Value>, here: &Cursor) -> Option<String> {
        let Some(own) = own_part(name, "schedule") else {
            here.problem("the name is too long for its role's", Some("use 55 characters at most"));
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
