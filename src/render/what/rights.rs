//! Policies as what they allow: rights that come and go, by the actions and what they are on.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::super::visible::shortened;
use super::super::words::Sentence;
use super::value::{self, Naming};
use crate::text::Text;

/// The sets of actions that the manifest has names for.
pub const NAMED: [(&str, &[&str]); 16] = [
    (
        "read",
        &[
            "dynamodb:BatchGetItem",
            "dynamodb:ConditionCheckItem",
            "dynamodb:DescribeTable",
            "dynamodb:GetItem",
            "dynamodb:Query",
            "dynamodb:Scan",
        ],
    ),
    ("write", &["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]),
    (
        "read-write",
        &[
            "dynamodb:BatchGetItem",
            "dynamodb:BatchWriteItem",
            "dynamodb:ConditionCheckItem",
            "dynamodb:DeleteItem",
            "dynamodb:DescribeTable",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:Scan",
            "dynamodb:UpdateItem",
        ],
    ),
    ("read", &["s3:GetObject", "s3:ListBucket"]),
    ("write", &["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"]),
    ("read-write", &["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"]),
    ("publish", &["sns:Publish"]),
    ("send", &["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"]),
    (
        "receive",
        &[
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:GetQueueUrl",
            "sqs:ReceiveMessage",
        ],
    ),
    ("put", &["events:PutEvents"]),
    ("read", &["scheduler:GetSchedule"]),
    ("write", &["scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:UpdateSchedule"]),
    (
        "read-write",
        &["scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:GetSchedule", "scheduler:UpdateSchedule"],
    ),
    ("invoke", &["lambda:InvokeFunction"]),
    ("start", &["states:StartExecution"]),
    ("start", &["states:StartExecution", "states:StartSyncExecution"]),
];

/// The parts of a statement that are understood here.
const UNDERSTOOD: [&str; 6] = ["Sid", "Effect", "Action", "Resource", "Principal", "Condition"];
/// A statement of more rights than this is shown as it is.
const MOST: usize = 5_000;
/// As many groups of rights are named.
const SHOWN: usize = 6;

/// One action on one thing; what is not understood is in `action`, and has no effect here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Right {
    effect: String,
    principal: String,
    condition: String,
    target: String,
    action: String,
}

/// What a new policy allows; nothing where there is none.
pub(super) fn born(naming: &Naming, new: &[Value]) -> Option<Sentence> {
    said(grouped(naming, &rights(new), ""))
}

/// The rights that come, then those that go.
pub(super) fn changed(naming: &Naming, old: &[Value], new: &[Value]) -> Option<Sentence> {
    let (before, after) = (rights(old), rights(new));
    let (come, go) = (&after - &before, &before - &after);
    let all = grouped(naming, &come, "+ ").into_iter().chain(grouped(naming, &go, "− ")).collect();
    said(all).or_else(|| (old != new).then(|| Sentence::default().words("written differently, with the same rights")))
}

fn said(mut groups: Vec<Sentence>) -> Option<Sentence> {
    let more = groups.len().saturating_sub(SHOWN);
    groups.truncate(SHOWN);
    let sentence = (!groups.is_empty()).then(|| Sentence::joined(groups, ", "))?;
    Some(if more == 0 { sentence } else { sentence.words(format!(" and {more} more")) })
}

/// What a statement allows or denies, one by one.
fn rights(statements: &[Value]) -> BTreeSet<Right> {
    statements
        .iter()
        .flat_map(|statement| of_statement(statement).unwrap_or_else(|| vec![as_it_is(statement)]))
        .collect()
}

fn as_it_is(statement: &Value) -> Right {
    let nothing = String::new;
    Right {
        effect: nothing(),
        principal: nothing(),
        condition: nothing(),
        target: nothing(),
        action: statement.to_string(),
    }
}

fn of_statement(statement: &Value) -> Option<Vec<Right>> {
    let fields = statement.as_object()?;
    let effect = fields.get("Effect")?.as_str().filter(|effect| ["Allow", "Deny"].contains(effect))?;
    let actions = texts(fields.get("Action")?)?;
    let targets = fields.get("Resource").map_or(Some(vec![String::new()]), targets)?;
    let principals = fields.get("Principal").map_or(Some(vec![""]), principals)?;
    let condition = fields.get("Condition").map(Value::to_string).unwrap_or_default();
    let is_understood = fields.keys().all(|key| UNDERSTOOD.contains(&key.as_str()));
    let count = actions.len().saturating_mul(targets.len()).saturating_mul(principals.len());
    (is_understood && (1..=MOST).contains(&count)).then_some(())?;
    let mut rights = Vec::with_capacity(count);
    for (action, target) in actions.iter().flat_map(|action| targets.iter().map(move |target| (*action, target))) {
        rights.extend(principals.iter().map(|principal| Right {
            effect: effect.to_owned(),
            principal: (*principal).to_owned(),
            condition: condition.clone(),
            target: target.to_owned(),
            action: action.to_owned(),
        }));
    }
    Some(rights)
}

fn texts(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::String(text) => Some(vec![text]),
        Value::Array(items) => items.iter().map(Value::as_str).collect(),
        _ => None,
    }
}

/// What a statement is about, with `${...}` for what AWS makes up.
fn targets(value: &Value) -> Option<Vec<String>> {
    let text = |value: &Value| serde_json::from_value::<Text>(value.clone()).ok().map(|text| text.to_string());
    match value {
        Value::Array(items) => items.iter().map(text).collect(),
        one => text(one).map(|text| vec![text]),
    }
}

fn principals(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::Object(kinds) => {
            let all: Option<Vec<Vec<&str>>> = kinds.values().map(texts).collect();
            all.map(|all| all.into_iter().flatten().collect())
        }
        other => texts(other),
    }
}

/// Rights of the same kind on the same thing together, in words.
fn grouped(naming: &Naming, rights: &BTreeSet<Right>, sign: &str) -> Vec<Sentence> {
    let mut groups: BTreeMap<(&str, &str, &str, String), BTreeSet<&str>> = BTreeMap::new();
    for right in rights {
        let key =
            (right.effect.as_str(), right.principal.as_str(), right.condition.as_str(), naming.target(&right.target));
        groups.entry(key).or_default().insert(&right.action);
    }
    groups
        .into_iter()
        .map(|((effect, principal, condition, target), actions)| {
            let sentence = Sentence::default().words(sign);
            if effect.is_empty() {
                let all: Vec<&str> = actions.into_iter().collect();
                return sentence.words("statement ").value(shortened(&all.join(", "), 160));
            }
            let sentence = if effect == "Deny" { sentence.words("denied ") } else { sentence };
            let sentence = sentence.then(called(&actions));
            let sentence =
                if target.is_empty() { sentence } else { sentence.words(" on ").value(shortened(&target, 120)) };
            let sentence =
                if principal.is_empty() { sentence } else { sentence.words(" for ").value(shortened(principal, 120)) };
            if condition.is_empty() { sentence } else { sentence.words(" under a condition") }
        })
        .collect()
}

/// A set of actions by the manifest's name for it, up to three by their own, more by their number; wildcards always by name.
fn called(actions: &BTreeSet<&str>) -> Sentence {
    let is_set =
        |set: &&(&str, &[&str])| set.1.len() == actions.len() && set.1.iter().all(|action| actions.contains(action));
    if let Some((name, _)) = NAMED.iter().find(is_set) {
        return Sentence::default().words(*name);
    }
    let owned = |all: &[&&str]| all.iter().map(|action| (**action).to_owned()).collect::<Vec<_>>();
    let (wild, plain): (Vec<&&str>, Vec<&&str>) = actions.iter().partition(|action| action.contains('*'));
    match (wild.len(), plain.len()) {
        (0, count @ 4..) => Sentence::default().words(format!("{count} actions")),
        (_, 0..=3) => value::list(&owned(&[wild, plain].concat()), 6),
        (_, count) => value::list(&owned(&wild), 4).words(format!(" and {count} actions")),
    }
}

/// Who may assume a new role, unless these are services alone.
pub(super) fn born_trust(new: &[Value]) -> Option<Sentence> {
    let others = new.iter().filter(|statement| {
        let kinds = statement.get("Principal").and_then(Value::as_object);
        !kinds.is_some_and(|kinds| kinds.keys().all(|kind| kind == "Service"))
    });
    let others: Vec<String> = trusted(others);
    (!others.is_empty()).then(|| value::list(&others, 4))
}

/// Who may assume a role now, and could not before.
pub(super) fn changed_trust(naming: &Naming, old: &[Value], new: &[Value]) -> Option<Sentence> {
    let (before, after) = (trusted(old), trusted(new));
    let only = |these: &[String], those: &[String]| {
        these.iter().filter(|one| !those.contains(one)).cloned().collect::<Vec<_>>()
    };
    value::moved(&only(&after, &before), &only(&before, &after), &[]).or_else(|| changed(naming, old, new))
}

fn trusted<'v>(statements: impl IntoIterator<Item = &'v Value>) -> Vec<String> {
    let of = |statement: &'v Value| statement.get("Principal").and_then(principals).unwrap_or_default();
    let all: BTreeSet<&str> = statements.into_iter().flat_map(of).collect();
    all.into_iter().map(str::to_owned).collect()
}

/// The addresses that an API's policy lets in; `None` for a policy that says anything else.
pub(super) fn addresses(statements: &[Value]) -> Option<Vec<String>> {
    if statements.is_empty() {
        return Some(Vec::new());
    }
    let is_all = |statement: &&Value| {
        statement["Effect"] == "Allow" && statement["Principal"] == "*" && statement.get("Condition").is_none()
    };
    let denied = statements.iter().find(|statement| statement["Effect"] == "Deny" && statement["Principal"] == "*")?;
    let condition = denied["Condition"].as_object().filter(|condition| condition.len() == 1)?;
    let addresses = condition.get("NotIpAddress")?.as_object().filter(|keys| keys.len() == 1)?.get("aws:SourceIp")?;
    let known = statements.len() == 2 && statements.iter().any(|statement| is_all(&statement));
    let whole = |statement: &Value| {
        statement["Resource"] == json!(["execute-api:/*"]) && statement["Action"] == json!(["execute-api:Invoke"])
    };
    let addresses = texts(addresses).filter(|_| known && statements.iter().all(whole))?;
    Some(addresses.into_iter().map(str::to_owned).collect())
}

/// True for the statement that turns away whoever asks without TLS.
fn is_tls(statement: &&Value) -> bool {
    statement["Effect"] == "Deny"
        && statement["Principal"] == "*"
        && statement["Action"] == json!(["s3:*"])
        && statement["Condition"] == json!({"Bool": {"aws:SecureTransport": ["false"]}})
}

/// What a new bucket's policy says beside that it enforces TLS, which it does unless that is not wanted.
pub(super) fn born_bucket(naming: &Naming, new: &[Value]) -> Option<Sentence> {
    let others: Vec<Value> = new.iter().filter(|statement| !is_tls(statement)).cloned().collect();
    born(naming, &others).map(|said| Sentence::default().words("policy ").then(said))
}

/// What changes of a bucket's policy: whether it enforces TLS, and the rights in it.
pub(super) fn changed_bucket(naming: &Naming, old: &[Value], new: &[Value]) -> Option<Sentence> {
    let split = |statements: &[Value]| -> (bool, Vec<Value>) {
        let others = statements.iter().filter(|statement| !is_tls(statement)).cloned().collect();
        (statements.iter().any(|statement| is_tls(&statement)), others)
    };
    let ((tls, before), (still, after)) = (split(old), split(new));
    let flag = (tls != still).then(|| Sentence::default().words(format!("enforce_tls {tls} → {still}")));
    let rights = (before != after || flag.is_none())
        .then(|| changed(naming, &before, &after))
        .flatten()
        .map(|said| Sentence::default().words("policy ").then(said));
    let parts: Vec<Sentence> = [flag, rights].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| Sentence::joined(parts, ", "))
}
