//! Whom policies of resources let in.

use std::collections::BTreeMap;

use serde_json::Value;

use super::document::{Access, Condition, Principal, Statement, having, statements, uncovered};
use super::finding::{Finding, NAMED};
use super::kind::RiskKind;
use super::network;
use super::sentence::Sentence;
use super::sides::Sides;

/// Who is let in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whom {
    /// Anybody.
    Everybody,
    /// An account, a user or role of one, or whoever meets a condition.
    Other(String),
    /// Somebody of the own account, or a service.
    Own,
}

/// Keys of where a caller comes from: an address.
pub const ADDRESSES: [&str; 2] = ["aws:sourceip", "aws:vpcsourceip"];
/// Keys of where a caller comes from: a VPC, or an endpoint of one.
pub const ENDPOINTS: [&str; 2] = ["aws:sourcevpc", "aws:sourcevpce"];
/// Keys that say who a caller is, or where from.
pub const OF_CALLERS: [&str; 15] = [
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "aws:username",
    "aws:vpcsourceip",
];

/// Somebody from outside whom a policy lets in that did not before.
pub fn findings(sides: &Sides, path: &str) -> Vec<Finding> {
    gained(sides, path, |_| true)
}

/// The same of an API's policy, without those whose place is compared by itself: everybody, and whoever comes from an address
/// or a VPC endpoint.
pub fn named(sides: &Sides, path: &str) -> Vec<Finding> {
    let is_place = |key: &str| ADDRESSES.contains(&key) || ENDPOINTS.contains(&key);
    gained(sides, path, |access| {
        let by_place = access.condition.0.keys().any(|(_, key)| is_place(key));
        !(*access.principal == Principal::Everybody && by_place) && whom(access, sides) != Whom::Everybody
    })
}

fn gained(sides: &Sides, path: &str, counts: impl Fn(&Access) -> bool) -> Vec<Finding> {
    let policy = format!("{path}.Statement");
    let (old, new) = (statements(sides.old.items(&policy)), statements(sides.new.items(&policy)));
    let mut found: BTreeMap<Whom, Vec<String>> = BTreeMap::new();
    for access in uncovered(&having(&new, true), &having(&old, true)).into_iter().filter(counts) {
        let actions = found.entry(whom(&access, sides)).or_default();
        let action = action(&access);
        if !actions.contains(&action) {
            actions.push(action);
        }
    }
    found.remove(&Whom::Own);
    found.iter().map(|(whom, actions)| finding(sides, whom, actions)).collect()
}

fn action(access: &Access) -> String {
    if access.action.but { format!("* but {}", access.action.text) } else { access.action.text.clone() }
}

fn finding(sides: &Sides, whom: &Whom, actions: &[String]) -> Finding {
    let (kind, said) = match whom {
        Whom::Other(who) => (RiskKind::OtherAccount, Sentence::default().words(": ").short(who)),
        _ => (RiskKind::Everybody, Sentence::default().words(": anybody")),
    };
    let said = said.words(" may ").values(actions, NAMED);
    Finding::about(kind, sides.change, |_| said.clone())
}

/// Whom an access is for.
pub fn whom(access: &Access, sides: &Sides) -> Whom {
    let account = sides.site.account.as_str();
    let direct = match access.principal {
        Principal::Nobody => Whom::Own,
        Principal::Everybody => Whom::Everybody,
        Principal::One(kind, id) => of_kind(kind, id, account),
    };
    match direct {
        Whom::Everybody => limited(access.condition, account),
        whom => whom,
    }
}

fn of_kind(kind: &str, id: &str, own: &str) -> Whom {
    match (kind, account_of(id)) {
        ("Service", _) => Whom::Own,
        (_, Some(account)) if account == own => Whom::Own,
        ("AWS", None) if id == own => Whom::Own,
        _ => Whom::Other(id.to_owned()),
    }
}

/// The account in an ARN, if it says one.
pub fn account_of(arn: &str) -> Option<&str> {
    let account = arn.strip_prefix("arn:")?.split(':').nth(3)?;
    (account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit())).then_some(account)
}

/// Everybody who meets a condition. Conditions that say nothing of who asks limit nothing.
pub fn limited(condition: &Condition, own: &str) -> Whom {
    let mut limit = Whom::Everybody;
    for ((operator, key), values) in &condition.0 {
        let operator = operator.strip_prefix("foranyvalue:").unwrap_or(operator);
        let positive = ["stringequals", "stringlike", "stringequalsignorecase", "arnequals", "arnlike", "ipaddress"];
        if !positive.contains(&operator) {
            continue;
        }
        let is_own = |value: &String| value == own || account_of(value) == Some(own);
        let named =
            || Whom::Other(format!("whoever has {key} {}", values.iter().cloned().collect::<Vec<_>>().join(", ")));
        let found = match key.as_str() {
            "aws:sourceaccount"
            | "aws:principalaccount"
            | "aws:sourceowner"
            | "aws:sourcearn"
            | "aws:principalarn"
            | "kms:calleraccount" => match values.iter().all(is_own) {
                true => Whom::Own,
                false if values.iter().any(|value| value == "*") => continue,
                false => named(),
            },
            "aws:principalorgid"
            | "aws:principalorgpaths"
            | "aws:sourceorgid"
            | "aws:sourceorgpaths"
            | "aws:userid"
            | "s3:dataaccesspointaccount" => named(),
            "aws:sourcevpc" | "aws:sourcevpce" if !values.iter().any(|value| is_any(value)) => named(),
            "aws:sourceip" | "aws:vpcsourceip" if !values.iter().any(|value| network::is_all(value)) => named(),
            _ => continue,
        };
        // All conditions must be met: the narrowest counts.
        limit = limit.max(found);
    }
    limit
}

/// True for a value that any VPC or endpoint of one has, or anybody.
pub fn is_any(value: &str) -> bool {
    ["*", "vpc-*", "vpce-*"].contains(&value)
}

/// How the ids of statements begin that let in what a section of the app's brings: where that ends, the section's own change
/// says so.
const BROUGHT: [&str; 4] = ["bucket-", "bus-", "rule-", "topic-"];

/// Somebody whom a policy let in and lets in no longer. What the account as a whole may do, its own policies say as well.
pub fn turned_away(sides: &Sides, path: &str) -> Vec<Finding> {
    if !sides.stays() {
        return Vec::new();
    }
    let policy = format!("{path}.Statement");
    let others: Vec<Value> = sides.old.items(&policy).iter().filter(|one| !is_brought(one)).cloned().collect();
    let (old, new) = (statements(&others), statements(sides.new.items(&policy)));
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let gone = uncovered(&having(&old, true), &having(&new, true));
    for access in gone.into_iter().filter(|access| !is_the_account(access, sides)) {
        let who = match access.principal {
            Principal::Everybody => "anybody".to_owned(),
            one => one.to_string(),
        };
        let (actions, action) = (found.entry(who).or_default(), action(&access));
        if !actions.contains(&action) {
            actions.push(action);
        }
    }
    let finding = |(who, actions): (&String, &Vec<String>)| {
        let said = Sentence::default().words(": ").short(who).words(" may no longer ").values(actions, NAMED);
        Finding::about(RiskKind::LockedOut, sides.change, |_| said.clone())
    };
    found.iter().map(finding).collect()
}

/// True for the own account, and for whoever of it.
fn is_the_account(access: &Access, sides: &Sides) -> bool {
    let account = sides.site.account.as_str();
    match access.principal {
        Principal::Everybody => whom(access, sides) == Whom::Own,
        Principal::One(kind, id) => kind == "AWS" && (id == account || id.ends_with(&format!("::{account}:root"))),
        Principal::Nobody => false,
    }
}

fn is_brought(statement: &Value) -> bool {
    let sid = statement["Sid"].as_str().unwrap_or_default();
    !statement["Principal"]["Service"].is_null() && BROUGHT.iter().any(|section| sid.starts_with(section))
}

/// What a policy no longer denies.
pub fn denials(sides: &Sides, path: &str) -> Option<Finding> {
    let policy = format!("{path}.Statement");
    let (old, new) = (statements(sides.old.items(&policy)), statements(sides.new.items(&policy)));
    let mut old = having(&old, false);
    // Ranges of addresses are compared as such.
    old.retain(|statement| !statement.condition.0.keys().any(|(_, key)| key == "aws:sourceip"));
    lost(sides, &old, &having(&new, false))
}

/// What these statements deny, and the new ones do not.
pub fn lost(sides: &Sides, old: &[&Statement], new: &[&Statement]) -> Option<Finding> {
    if !sides.stays() {
        return None;
    }
    let mut lost: Vec<String> = Vec::new();
    for access in uncovered(old, new) {
        let on = access.condition.0.keys().map(|(operator, key)| format!("{operator} {key}")).collect::<Vec<_>>();
        let when = if on.is_empty() { String::new() } else { format!(" if {}", on.join(", ")) };
        let text = format!("{}{when}", action(&access));
        if !lost.contains(&text) {
            lost.push(text);
        }
    }
    let said = Sentence::default().words(": no longer denied: ").values(&lost, NAMED);
    (!lost.is_empty()).then(|| Finding::about(RiskKind::Denial, sides.change, |_| said.clone()))
}
