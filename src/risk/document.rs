//! Policies by what they allow: which principal may do which action on which resource, on which condition.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use crate::text::Text;

/// One statement of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// False: it denies.
    pub allows: bool,
    /// Who. One of [`Principal::Nobody`] in policies that hang on roles.
    pub principals: Vec<Principal>,
    /// What.
    pub actions: Vec<Pattern>,
    /// On what.
    pub resources: Vec<Pattern>,
    /// When.
    pub condition: Condition,
    /// True if it is about everybody but a few.
    spares: bool,
}

/// Somebody.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Principal {
    /// Not said: whoever has the policy.
    Nobody,
    /// `*`, or everybody but a few.
    Everybody,
    /// A kind such as `AWS` or `Service`, and who.
    One(String, String),
}

/// Actions or resources, with `*` and `?` in their names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pattern {
    /// As it is written.
    pub text: String,
    /// As it is compared.
    key: String,
    /// True for everything but what the text lists.
    pub but: bool,
}

/// Values by operator and key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Condition(pub BTreeMap<(String, String), BTreeSet<String>>);

/// Something that a statement is about and none of others is.
#[derive(Debug, Clone, Copy)]
pub struct Access<'s> {
    /// Who.
    pub principal: &'s Principal,
    /// What.
    pub action: &'s Pattern,
    /// On what.
    pub resource: &'s Pattern,
    /// When.
    pub condition: &'s Condition,
}

/// Statements, as a policy has them in a state.
pub fn statements(values: &[Value]) -> Vec<Statement> {
    values.iter().map(Statement::of).collect()
}

/// Those that allow, or those that deny.
pub fn having(statements: &[Statement], allows: bool) -> Vec<&Statement> {
    statements.iter().filter(|statement| statement.allows == allows).collect()
}

/// What `new` is about and `old` is not.
pub fn uncovered<'s>(new: &[&'s Statement], old: &[&Statement]) -> Vec<Access<'s>> {
    let mut found = Vec::new();
    for new in new {
        let covers: Vec<[Vec<bool>; 3]> = old
            .iter()
            .filter(|old| old.condition.covers(&new.condition))
            .map(|old| {
                [
                    each(&new.principals, &old.principals, Principal::covers),
                    each(&new.actions, &old.actions, Pattern::covers),
                    each(&new.resources, &old.resources, Pattern::covers),
                ]
            })
            .collect();
        for (p, principal) in new.principals.iter().enumerate() {
            for (a, action) in new.actions.iter().enumerate() {
                for (r, resource) in new.resources.iter().enumerate() {
                    if !covers.iter().any(|[ps, actions, rs]| ps[p] && actions[a] && rs[r]) {
                        found.push(Access { principal, action, resource, condition: &new.condition });
                    }
                }
            }
        }
    }
    found
}

/// For each of the new ones, whether any of the old ones covers it.
fn each<T>(new: &[T], old: &[T], covers: impl Fn(&T, &T) -> bool) -> Vec<bool> {
    new.iter().map(|new| old.iter().any(|old| covers(old, new))).collect()
}

impl Statement {
    fn of(value: &Value) -> Self {
        Self {
            allows: value["Effect"] == "Allow",
            principals: principals(value),
            actions: patterns(value, "Action", "NotAction", true),
            resources: patterns(value, "Resource", "NotResource", false),
            condition: Condition::of(&value["Condition"]),
            spares: !value["NotPrincipal"].is_null(),
        }
    }

    /// True if it is about everybody, and spares nobody by name.
    pub fn is_of_everybody(&self) -> bool {
        !self.spares && self.principals.contains(&Principal::Everybody)
    }
}

/// A list's texts, or the one that stands there alone, with `${...}` for what AWS makes up. What is no text is shown as it is
/// written.
fn texts(value: &Value) -> Vec<String> {
    let text = |value: &Value| match serde_json::from_value::<Text>(value.clone()) {
        Ok(text) => text.to_string(),
        Err(_) => value.to_string(),
    };
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().map(text).collect(),
        one => vec![text(one)],
    }
}

fn principals(statement: &Value) -> Vec<Principal> {
    if !statement["NotPrincipal"].is_null() {
        return vec![Principal::Everybody];
    }
    let one = |kind: &String, id: String| match (kind.as_str(), id.as_str()) {
        ("AWS", "*") => Principal::Everybody,
        _ => Principal::One(kind.clone(), id),
    };
    match &statement["Principal"] {
        Value::Null => vec![Principal::Nobody],
        Value::Object(kinds) => {
            kinds.iter().flat_map(|(kind, ids)| texts(ids).into_iter().map(move |id| one(kind, id))).collect()
        }
        other => texts(other).into_iter().map(|id| one(&"AWS".to_owned(), id)).collect(),
    }
}

fn patterns(statement: &Value, these: &str, but: &str, any_case: bool) -> Vec<Pattern> {
    let key = |text: &str| if any_case { text.to_ascii_lowercase() } else { text.to_owned() };
    if !statement[but].is_null() {
        let text = texts(&statement[but]).join(", ");
        return vec![Pattern { key: key(&text), text, but: true }];
    }
    let mut all = texts(&statement[these]);
    if all.is_empty() {
        all.push(String::new());
    }
    all.into_iter().map(|text| Pattern { key: key(&text), text, but: false }).collect()
}

impl Principal {
    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Everybody, _) => true,
            // An account is everybody in it.
            (Self::One(kind, id), Self::One(other_kind, other)) if kind == other_kind => {
                id == other || id.strip_suffix(":root").is_some_and(|account| other.starts_with(&format!("{account}:")))
            }
            _ => self == other,
        }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nobody => "whoever has it",
            Self::Everybody => "*",
            Self::One(_, id) => id,
        })
    }
}

impl Pattern {
    /// True if it is about all that there is, or nearly.
    pub fn is_everything(&self) -> bool {
        self.but || !self.key.is_empty() && self.key.bytes().all(|b| b"*:".contains(&b))
    }

    /// True for an ARN that stands for everything of a service, such as `arn:aws:s3:::*`.
    pub fn is_all_of_a_service(&self) -> bool {
        let rest = self.key.strip_prefix("arn:").and_then(|rest| rest.splitn(5, ':').nth(4));
        !self.but && rest.is_some_and(|rest| rest.contains('*') && rest.bytes().all(|b| b"*:/".contains(&b)))
    }

    /// True if this name is among what it is about.
    pub fn has(&self, name: &str) -> bool {
        self.is_everything() || glob(&self.key, name)
    }

    /// True if this name is among what it says, and not only among what it leaves.
    pub fn is_about(&self, name: &str) -> bool {
        !self.but && glob(&self.key, name)
    }

    fn covers(&self, other: &Self) -> bool {
        match (self.but, other.but) {
            (true, true) => self.key == other.key,
            (true, false) => false,
            (false, true) => self.is_everything(),
            (false, false) => self.is_everything() || glob(&self.key, &other.key),
        }
    }
}

/// True if a pattern is about a name, or about all that another pattern is about: a `*` of the other's is matched by a
/// `*` alone.
fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t, mut back) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                back = Some((p, t));
                p += 1;
            }
            Some(c) if *c == text[t] || (*c == '?' && text[t] != '*') => (p, t) = (p + 1, t + 1),
            _ => match back {
                Some((star, from)) => {
                    (p, t) = (star + 1, from + 1);
                    back = Some((star, from + 1));
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

impl Condition {
    fn of(value: &Value) -> Self {
        let mut found = BTreeMap::new();
        for (operator, keys) in value.as_object().into_iter().flatten() {
            for (key, values) in keys.as_object().into_iter().flatten() {
                let place = (operator.to_ascii_lowercase(), key.to_ascii_lowercase());
                found.insert(place, texts(values).into_iter().collect());
            }
        }
        Self(found)
    }

    /// True if whatever meets the other one meets this one too, as far as values as they are written tell.
    fn covers(&self, other: &Self) -> bool {
        self.0.iter().all(|(place, own)| {
            let Some(others) = other.0.get(place) else { return false };
            if place.0.contains("not") { own.is_subset(others) } else { others.is_subset(own) }
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn gained(old: Value, new: Value) -> Vec<String> {
        let (old, new) = (statements(&[old]), statements(&[new]));
        let found = uncovered(&having(&new, true), &having(&old, true));
        found.iter().map(|access| format!("{} {}", access.action.text, access.resource.text)).collect()
    }

    fn allow(actions: &[&str], resources: &[&str]) -> Value {
        json!({"Effect": "Allow", "Action": actions, "Resource": resources})
    }

    #[test]
    fn what_an_old_pattern_covers_is_not_new() {
        let old = || allow(&["s3:Get*", "s3:Put?Object"], &["arn:x/*"]);
        assert_eq!(
            gained(old(), allow(&["S3:GetObject", "s3:GetO*", "s3:putXobject"], &["arn:x/a", "arn:x/*"])),
            [""; 0]
        );
        assert_eq!(gained(old(), allow(&["s3:*"], &["arn:x/a"])), ["s3:* arn:x/a"]);
        assert_eq!(gained(old(), allow(&["s3:Put*Object"], &["arn:x/a"])), ["s3:Put*Object arn:x/a"]);
        assert_eq!(gained(old(), allow(&["s3:GetObject"], &["arn:x", "*"])), ["s3:GetObject arn:x", "s3:GetObject *"]);
        assert_eq!(
            gained(allow(&["*"], &["*"]), json!({"Effect": "Allow", "NotAction": "a:B", "Resource": "*"})),
            [""; 0]
        );
        let but = |action: &str| json!({"Effect": "Allow", "NotAction": [action], "Resource": "*"});
        assert_eq!(gained(but("a:B"), but("a:C")), ["a:C *"]);
        assert_eq!(gained(but("a:B"), but("a:B")), [""; 0]);
    }

    #[test]
    fn a_narrower_condition_is_covered_and_a_wider_one_is_not() {
        let on = |operator: &str, values: &[&str]| json!({"Effect": "Allow", "Action": "a:B", "Resource": "*", "Condition": {operator: {"k": values}}});
        let free = || allow(&["a:B"], &["*"]);
        assert_eq!(gained(free(), on("StringEquals", &["x"])), [""; 0]);
        assert_eq!(gained(on("StringEquals", &["x"]), free()).len(), 1);
        assert_eq!(gained(on("StringEquals", &["x", "y"]), on("StringEquals", &["x"])), [""; 0]);
        assert_eq!(gained(on("StringEquals", &["x"]), on("StringEquals", &["x", "y"])).len(), 1);
        assert_eq!(gained(on("NotIpAddress", &["x"]), on("NotIpAddress", &["x", "y"])), [""; 0]);
        assert_eq!(gained(on("NotIpAddress", &["x", "y"]), on("NotIpAddress", &["x"])).len(), 1);
    }

    #[test]
    fn an_account_covers_who_is_in_it_and_everybody_covers_all() {
        let to =
            |principal: Value| json!({"Effect": "Allow", "Principal": principal, "Action": "a:B", "Resource": "*"});
        let root = || to(json!({"AWS": ["arn:aws:iam::111122223333:root"]}));
        let role = || to(json!({"AWS": "arn:aws:iam::111122223333:role/x"}));
        assert_eq!((gained(root(), role()).len(), gained(role(), root()).len()), (0, 1));
        assert_eq!((gained(to(json!("*")), root()).len(), gained(root(), to(json!({"AWS": "*"}))).len()), (0, 1));
        assert_eq!(
            gained(role(), json!({"Effect": "Allow", "NotPrincipal": "x", "Action": "a:B", "Resource": "*"})).len(),
            1
        );
    }

    #[test]
    fn patterns_with_many_stars_are_compared_in_bounded_time() {
        assert!(!glob(&"*a".repeat(2_000), &"a".repeat(1_999)));
        assert!(glob(&"*a".repeat(2_000), &"a".repeat(2_000)));
    }
}
