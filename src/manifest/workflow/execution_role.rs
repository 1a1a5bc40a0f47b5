//! The role with which a state machine runs: the rights that it was given, those that it gets automatically, and
//! whether its definition needs more.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{STAND_IN, Workflow, rights};
use crate::aws::{Kind, iam};
use crate::manifest::names::own_part;
use crate::manifest::{Cursor, OnDelete, Section, names, role};
use crate::name::{Address, Name};
use crate::position::line_and_column;

/// What logging needs. It is granted on `*`: AWS knows no narrower resource for these actions.
const LOG_DELIVERY: [&str; 8] = [
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
];

/// What tracing needs. It is granted on `*`: AWS knows no narrower resource for these actions.
const TRACING: [&str; 4] =
    ["xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments"];

impl Workflow {
    /// What the role may do. Reports what a definition without faults needs and was not given; remarks on functions that it
    /// names and that are not invoked.
    pub(super) fn role_statements(
        &self,
        name: &Name,
        has_definition: bool,
        named: &BTreeSet<Address>,
        here: &Cursor,
    ) -> Vec<Value> {
        let needed = if has_definition { self.needed(&here.at("definition")) } else { rights::Needed::default() };
        let mut statements = self.own_statements(here);
        let place = here.at("access");
        let access: Vec<_> = place.each(&self.access).map(|(here, entry)| entry.statements(&here)).collect();
        let is_clear = access.iter().all(|statements| !statements.is_empty());
        statements.extend(access.into_iter().flatten());
        if is_clear {
            self.check_rights(&needed, &statements, here);
        }
        self.remark(name, named, &statements, here);
        statements.extend(needed.given(&names::workflow::physical(here.owner, name), here.site));
        statements
    }

    fn needed(&self, here: &Cursor) -> rights::Needed {
        let text = here.file(&self.definition).unwrap_or_default();
        rights::Needed::of(text, &|raw| here.likely(raw, STAND_IN), STAND_IN, here.site)
    }

    /// Reports what the definition needs and was not given, unless that may be what could not be read.
    fn check_rights(&self, needed: &rights::Needed, statements: &[Value], here: &Cursor) {
        let functions = &here.manifest.function;
        let is_read = self.invokes.iter().all(|function| functions.contains_key(function))
            && !["access", "invokes"].iter().any(|field| here.at(field).is_in_doubt());
        if is_read {
            let text = here.at("definition").file(&self.definition).unwrap_or_default();
            for lacking in needed.lacking(statements, &self.invokes, !self.access.is_empty(), here) {
                let place = line_and_column(text, lacking.at);
                here.problem_in(&self.definition, place, lacking.message, Some(&lacking.help));
            }
        }
    }

    /// A function that the definition names need not be invoked; most are.
    fn remark(&self, name: &Name, named: &BTreeSet<Address>, statements: &[Value], here: &Cursor) {
        let invoked = |function: &Name| {
            let arn = names::function::arn(here.site, here.owner, function);
            rights::allow(statements, "lambda:InvokeFunction", &arn)
        };
        for function in named.iter().filter(|named| named.kind == Kind::Function && !invoked(&named.name)) {
            let message = format!(
                "its definition invokes {function}, which is not in `invokes`: the state machine may not invoke it"
            );
            here.note(&Self::address(name), message);
        }
    }

    /// What `invokes`, `logging` and `tracing` give.
    fn own_statements(&self, here: &Cursor) -> Vec<Value> {
        let mut functions = BTreeSet::new();
        for (here, function) in here.at("invokes").each(&self.invokes) {
            if here.known("function", function, &here.manifest.function).is_none() {
                continue;
            }
            here.need(names::function::address(function));
            let arn = names::function::arn(here.site, here.owner, function);
            functions.insert(format!("{arn}:*"));
            functions.insert(arn);
        }
        let allow = |sid: &str, action: Value, resource: Value| json!({"Sid": sid, "Effect": "Allow", "Action": action, "Resource": resource});
        let mut statements = Vec::new();
        if !functions.is_empty() {
            statements.push(allow("Invoke", json!("lambda:InvokeFunction"), json!(functions)));
        }
        if self.logging.is_some() {
            statements.push(allow("LogDelivery", json!(LOG_DELIVERY), json!("*")));
        }
        if self.tracing {
            statements.push(allow("Tracing", json!(TRACING), json!("*")));
        }
        statements
    }

    /// Adds the role; gives its ARN.
    pub(super) fn lower_role(&self, name: &Name, statements: Vec<Value>, here: &Cursor) -> Option<String> {
        let Some(own) = own_part(name, "workflow") else {
            here.problem("the name of the workflow's role would be too long", Some("use 55 characters at most"));
            return None;
        };
        let boundary = role::boundary(self.permissions_boundary.as_ref(), here);
        let of_role = here.apart();
        let inline = role::inline("workflow", role::with_unique_ids(statements), &of_role);
        inline.values().for_each(|document| role::check_size(document, role::INLINE_LENGTH, here));
        let id = here.id(Kind::Role, &own, names::role::physical(here.owner, &own));
        let tags = here.tags(&id.address, &self.tags, OnDelete::Retain);
        let mut role = iam::Role::for_service("states.amazonaws.com", BTreeSet::new(), inline, tags);
        role.permissions_boundary = boundary;
        here.need(id.address.clone());
        of_role.add(id, role, self.adopt);
        Some(names::role::arn(here.site, here.owner, &own))
    }
}
