//! Which rights of the app's roles the current permissions boundary does not allow.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::aws::document::Document;
use crate::aws::iam::{self, Role};
use crate::aws::{State, Wanted};
use crate::bootstrap::made_up::literal;
use crate::name::{Address, Owner, Site};
use crate::plan::Note;
use crate::risk::document::{Access, Statement, having, statements, uncovered};

/// As many rights are named of a role.
const NAMED: usize = 6;

/// A permissions boundary as it is in AWS.
pub struct InForce<'a> {
    /// Its ARN.
    pub arn: &'a str,
    /// What it says.
    pub document: &'a Document,
}

/// A remark on each role that has the boundary and is given more than it allows.
///
/// A boundary that `bootstrap` makes has the app's own conditions. In another one, what is allowed under a condition
/// counts as allowed, and what is denied under one as not denied: it is not known here when the condition holds.
pub fn notes(owner: &Owner, site: &Site, wanted: &BTreeMap<Address, Wanted>, boundary: &InForce) -> Vec<Note> {
    let ours = boundary.arn == iam::boundary_arn(site, owner);
    let mut said = statements(boundary.document.statements());
    if !ours {
        said.iter_mut().filter(|statement| statement.allows).for_each(|statement| statement.condition.0.clear());
    }
    let bounded = wanted.values().filter_map(|one| match &one.state {
        State::Role(role) if role.permissions_boundary.as_deref() == Some(boundary.arn) => {
            Some((&one.id.address, role))
        }
        _ => None,
    });
    let note = |(address, role): (&Address, &Role)| {
        let given = given(role, site, owner, wanted);
        let lacking = lacking(&statements(&given), &said);
        (!lacking.is_empty()).then(|| Note { address: address.clone(), message: message(&lacking, boundary.arn, ours) })
    };
    bounded.filter_map(note).collect()
}

/// The statements of a role's own policies, and of the app's policies that are attached to it.
fn given(role: &Role, site: &Site, owner: &Owner, wanted: &BTreeMap<Address, Wanted>) -> Vec<Value> {
    let attached = wanted.values().filter_map(|one| match &one.state {
        State::Policy(policy) => {
            let arn = iam::policy_arn(site, owner, &one.id.name);
            role.managed_policy_arns.contains(&arn).then_some(&policy.policy_document)
        }
        _ => None,
    });
    let documents = attached.chain(role.inline_policies.values());
    documents.flat_map(Document::statements).map(|statement| literal(statement, site, wanted)).collect()
}

/// The rights that a boundary does not let through: actions by resource.
fn lacking(given: &[Statement], said: &[Statement]) -> BTreeMap<String, BTreeSet<String>> {
    let given = having(given, true);
    let mut denied = having(said, false);
    denied.retain(|statement| statement.condition.0.is_empty());
    let right = |access: &Access| (access.action.text.clone(), access.resource.text.clone());
    let not_denied: BTreeSet<_> = uncovered(&given, &denied).iter().map(right).collect();
    let not_allowed: BTreeSet<_> = uncovered(&given, &having(said, true)).iter().map(right).collect();
    let mut lacking: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (action, resource) in uncovered(&given, &[]).iter().map(right) {
        let right = (action, resource);
        if not_allowed.contains(&right) || !not_denied.contains(&right) {
            lacking.entry(right.1).or_default().insert(right.0);
        }
    }
    lacking
}

fn message(lacking: &BTreeMap<String, BTreeSet<String>>, arn: &str, ours: bool) -> String {
    let each = lacking.iter().flat_map(|(resource, actions)| actions.iter().map(move |action| (action, resource)));
    let all: Vec<String> = each.map(|(action, resource)| format!("{action} on {resource}")).collect();
    let more = if all.len() > NAMED { format!(" and {} more", all.len() - NAMED) } else { String::new() };
    let named = all.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let way = match ours {
        true => "run `serverless-app bootstrap`, which adds that".to_owned(),
        false => format!("add that to {arn}"),
    };
    format!("its boundary does not allow {named}{more}: {way}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::aws::test_support::test_id;
    use crate::bootstrap::Boundary;
    use crate::kind::Kind;
    use crate::manifest::function::tests::lowered;

    const OWN: &str = "arn:aws:iam::123456789012:policy/own";
    const ENTRIES: &str = r#"{ table = "orders", actions = "write" },
        { actions = ["dynamodb:GetRecords"], resources = ["${table.orders.stream_arn}"] },
        { actions = ["execute-api:Invoke"], resources = ["${api.web.execution_arn}/*"] },
        { actions = ["bedrock:InvokeModel"], resources = ["arn:aws:bedrock:*::foundation-model/*"] },
        { actions = ["sqs:ListQueues"], resources = ["*"], condition = { StringEquals = { "aws:RequestedRegion" = "eu-west-1" } } }"#;

    fn manifest(boundary: &str, access: &str) -> String {
        format!(
            "[app]\nname = \"shop\"\nregion = \"us-west-2\"\npermissions_boundary = \"{boundary}\"\n[table.orders]\n\
             hash_key = {{ name = \"id\", type = \"S\" }}\nstream = \"keys-only\"\n[function.f]\nsource = \"f\"\n\
             runtime = \"python3.13\"\nhandler = \"main.handler\"\n[api.web]\nroutes = [{{ method = \"GET\", path = \"/\", \
             function = \"f\" }}]\n[role.worker]\naccess = [{access}]\n"
        )
    }

    /// What is said of a manifest's roles under a boundary of these statements.
    fn said(boundary: &str, access: &str, document: &Document) -> Vec<String> {
        let id = test_id(Kind::Policy, "");
        let arn = match boundary {
            "bootstrap" => iam::boundary_arn(&id.site, &id.owner),
            arn => arn.to_owned(),
        };
        let wanted = lowered(&manifest(boundary, access), &[]).unwrap().wanted;
        let notes = notes(&id.owner, &id.site, &wanted, &InForce { arn: &arn, document });
        notes.into_iter().map(|note| format!("{}: {}", note.address, note.message)).collect()
    }

    fn allow(actions: &[&str], resource: &str) -> Value {
        json!({"Effect": "Allow", "Action": actions, "Resource": resource})
    }

    #[test]
    fn the_boundary_that_a_manifest_asks_for_lets_all_of_it_through_and_an_older_one_what_that_asked_for() {
        let id = test_id(Kind::Policy, "");
        let of = |access: &str| {
            let wanted = lowered(&manifest("bootstrap", access), &[]).unwrap().wanted;
            Boundary::new(&id.owner, &id.site, &wanted, None).document().unwrap()
        };
        assert_eq!(said("bootstrap", ENTRIES, &of(ENTRIES)), [""; 0]);
        let lacking = said("bootstrap", ENTRIES, &of(""));
        let stream = "arn:aws:dynamodb:us-west-2:123456789012:table/shop--test-orders/stream/*";
        assert_eq!(
            lacking,
            [format!(
                "iam.role/worker: its boundary does not allow sqs:ListQueues on *, bedrock:InvokeModel on \
                 arn:aws:bedrock:*::foundation-model/*, dynamodb:GetRecords on {stream}, execute-api:Invoke on \
                 arn:aws:execute-api:us-west-2:123456789012:*/*: run `serverless-app bootstrap`, which adds that"
            )]
        );
        // Nothing of an id that AWS has yet to make up is left in it, and no name of one table alone.
        let text = of(ENTRIES).to_string();
        assert!(!text.contains("$output") && text.contains("table/shop--test-*/*/*"), "{text}");
    }

    #[test]
    fn a_boundary_of_the_users_own_is_read_with_its_denials_and_without_its_conditions() {
        let entry = r#"{ table = "orders", actions = ["dynamodb:PutItem", "dynamodb:GetItem"] }"#;
        let document = |statements: Vec<Value>| Document::new(statements);
        let all = || allow(&["*"], "*");
        assert_eq!(said(OWN, entry, &document(vec![all()])), [""; 0]);
        assert_eq!(
            said(OWN, entry, &document(vec![allow(&["dynamodb:*"], "arn:aws:dynamodb:*:*:table/shop--*")])),
            [""; 0]
        );
        let conditional = |mut statement: Value| {
            statement["Condition"] = json!({"StringEquals": {"aws:RequestedRegion": "us-west-2"}});
            statement
        };
        assert_eq!(said(OWN, entry, &document(vec![conditional(all())])), [""; 0]);
        let deny = || json!({"Effect": "Deny", "Action": "dynamodb:Put*", "Resource": "*"});
        assert_eq!(said(OWN, entry, &document(vec![all(), conditional(deny())])), [""; 0]);
        let index = "arn:aws:dynamodb:us-west-2:123456789012:table/shop--test-orders";
        let lacks = |action: &str| {
            format!(
                "iam.role/worker: its boundary does not allow {action} on {index}, {action} on {index}/index/*: add that to {OWN}"
            )
        };
        assert_eq!(said(OWN, entry, &document(vec![all(), deny()])), [lacks("dynamodb:PutItem")]);
        assert_eq!(said(OWN, entry, &document(vec![allow(&["dynamodb:Put*"], "*")])), [lacks("dynamodb:GetItem")]);
    }
}
