//! Whom policies of resources let in.

use std::collections::BTreeMap;

use super::document::{Access, Condition, Principal, having, statements, uncovered};
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

/// Somebody from outside whom a policy lets in that did not before.
pub fn findings(sides: &Sides, path: &str) -> Vec<Finding> {
    let policy = format!("{path}.Statement");
    let (old, new) = (statements(sides.old.items(&policy)), statements(sides.new.items(&policy)));
    let mut found: BTreeMap<Whom, Vec<String>> = BTreeMap::new();
    for access in uncovered(&having(&new, true), &having(&old, true)) {
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
fn limited(condition: &Condition, own: &str) -> Whom {
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
            | "aws:sourcevpc"
            | "aws:sourcevpce"
            | "aws:userid"
            | "s3:dataaccesspointaccount" => named(),
            "aws:sourceip" if !values.iter().any(|value| network::is_all(value)) => named(),
            _ => continue,
        };
        // All conditions must be met: the narrowest counts.
        limit = limit.max(found);
    }
    limit
}

/// What a policy no longer denies.
pub fn denials(sides: &Sides, path: &str) -> Option<Finding> {
    let policy = format!("{path}.Statement");
    let (old, new) = (statements(sides.old.items(&policy)), statements(sides.new.items(&policy)));
    if !sides.stays() {
        return None;
    }
    let gone = uncovered(&having(&old, false), &having(&new, false));
    // Ranges of addresses are compared as such.
    let gone = gone.iter().filter(|access| !access.condition.0.keys().any(|(_, key)| key == "aws:sourceip"));
    let mut lost: Vec<String> = Vec::new();
    for access in gone {
        let on = access.condition.0.keys().map(|(operator, key)| format!("{operator} {key}")).collect::<Vec<_>>();
        let when = if on.is_empty() { String::new() } else { format!(" if {}", on.join(", ")) };
        let text = format!("{}{when}", action(access));
        if !lost.contains(&text) {
            lost.push(text);
        }
    }
    let said = Sentence::default().words(": no longer denied: ").values(&lost, NAMED);
    (!lost.is_empty()).then(|| Finding::about(RiskKind::Denial, sides.change, |_| said.clone()))
}
