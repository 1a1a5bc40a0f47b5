//! Who reaches a REST API at all: what its endpoint and its policy say, before any route asks for authorization.
//!
//! A denial limits an API where it is about everybody who invokes anything of it, for one reason. One that spares somebody,
//! a stage or a method, or that asks for two things at once, limits nothing here: what is not certain counts as open.

use std::collections::BTreeSet;

use super::document::{Principal, Statement, having, statements};
use super::exposure::{self, ADDRESSES, ENDPOINTS, Whom};
use super::network;
use super::sides::{Attributes, Sides};

/// In small letters, as actions are compared.
const INVOKE: &str = "execute-api:invoke";
const PRIVATE: &str = "PRIVATE";
/// Stands for what no pattern names: a stage, a method, a path, an id.
const ANY: &str = "~";

/// Who reaches an API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Whom its policy names, or who comes from where it says.
    Named,
    /// Whoever has a VPC endpoint, in any account.
    AnyEndpoint,
    /// Everybody.
    Everybody,
}

impl Reach {
    /// True if nothing limits it.
    pub fn is_open(self) -> bool {
        self != Self::Named
    }

    /// Whoever that is.
    pub fn who(self) -> &'static str {
        match self {
            Self::Named => "whoever may reach the API",
            Self::AnyEndpoint => "whoever has a VPC endpoint, in any account,",
            Self::Everybody => "anybody",
        }
    }
}

/// The way into an API.
pub struct Gate {
    /// True if it answers in VPCs alone.
    pub is_private: bool,
    statements: Vec<Statement>,
    /// A call of each stage, in the forms in which a policy may name it.
    calls: Vec<[String; 3]>,
    account: String,
}

impl Gate {
    /// That of one side of a change.
    pub fn of(side: &Attributes, sides: &Sides) -> Self {
        let mut stages: Vec<&str> = side.between("stages.", ".deployment").map(|(name, _)| name).collect();
        if stages.is_empty() {
            stages.push(ANY);
        }
        let own = format!("${{{}.id}}", sides.change.address);
        let calls = stages.into_iter().map(|stage| {
            let of = |api: &str| sides.site.arn("execute-api", &format!("{api}/{stage}/{ANY}/{ANY}"));
            [format!("execute-api:/{stage}/{ANY}/{ANY}"), of(ANY), of(&own)]
        });
        Self {
            is_private: side.text("endpointType") == Some(PRIVATE),
            statements: statements(side.items("policy.Statement")),
            calls: calls.collect(),
            account: sides.site.account.to_string(),
        }
    }

    /// True if it has a policy.
    pub fn has_policy(&self) -> bool {
        !self.statements.is_empty()
    }

    /// Who reaches it. Without a policy an API in VPCs lets nobody in, and any other one everybody.
    pub fn reach(&self) -> Reach {
        let open = if self.is_private { Reach::AnyEndpoint } else { Reach::Everybody };
        let is_open = match self.has_policy() {
            true => self.lets_everybody_in() && !self.denials().iter().any(|denial| self.limits(denial)),
            false => !self.is_private,
        };
        if is_open { open } else { Reach::Named }
    }

    fn lets_everybody_in(&self) -> bool {
        having(&self.statements, true).iter().any(|statement| {
            statement.principals.contains(&Principal::Everybody)
                && statement.actions.iter().any(|action| action.has(INVOKE))
                && exposure::limited(&statement.condition, &self.account) == Whom::Everybody
        })
    }

    /// The address ranges that it lets in; `None`: all.
    pub fn addresses(&self) -> Option<Vec<String>> {
        self.limited_to(&ADDRESSES, &["ipaddress"])
    }

    /// The VPCs and VPC endpoints that it lets in; `None`: all.
    pub fn endpoints(&self) -> Option<Vec<String>> {
        self.limited_to(&ENDPOINTS, &["stringequals", "stringlike", "stringequalsignorecase"])
    }

    /// What it is limited to by one of these keys: by a denial of all others, or by each statement that allows.
    fn limited_to(&self, keys: &[&str], operators: &[&str]) -> Option<Vec<String>> {
        let denials = self.denials();
        let mut denied = denials.iter().filter(|denial| self.limits(denial)).filter_map(|denial| reason(denial));
        if let Some((_, values)) = denied.find(|(key, _)| keys.contains(key)) {
            return Some(values.iter().cloned().collect());
        }
        let of = |statement: &&Statement| -> Option<Vec<String>> {
            let limits = |((operator, key), values): &(&(String, String), &BTreeSet<String>)| {
                keys.contains(&key.as_str())
                    && operators.contains(&operator.as_str())
                    && !values.iter().any(|value| is_anything(value))
            };
            let (_, values) = statement.condition.0.iter().find(limits)?;
            Some(values.iter().cloned().collect())
        };
        // Nobody is let in where nothing is allowed; an API without a policy is another matter.
        let allowed: Vec<Option<Vec<String>>> = having(&self.statements, true).iter().map(of).collect();
        if allowed.is_empty() { None } else { allowed.into_iter().collect::<Option<Vec<_>>>().map(|all| all.concat()) }
    }

    /// What it denies.
    pub fn denials(&self) -> Vec<&Statement> {
        having(&self.statements, false)
    }

    /// Whom alone its denials let through, where that is not of this account and no address or VPC endpoint.
    pub fn spared(&self) -> Option<String> {
        let is_limited = self.addresses().is_some() || self.endpoints().is_some();
        let denials = self.denials();
        let (key, values) = denials.iter().filter(|denial| self.limits(denial)).find_map(|denial| reason(denial))?;
        let is_own =
            |value: &String| *value == self.account || exposure::account_of(value) == Some(self.account.as_str());
        let counts = self.lets_everybody_in() && !is_limited && !values.iter().all(is_own);
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        counts.then(|| format!("whoever has {key} {}", values.join(", ")))
    }

    /// What it denies without limiting who reaches it to addresses or VPC endpoints, which are compared as such.
    pub fn other_denials(&self) -> Vec<&Statement> {
        let is_of_place = |denial: &Statement| {
            reason(denial).is_some_and(|(key, _)| ADDRESSES.contains(&key) || ENDPOINTS.contains(&key))
        };
        let mut denials = self.denials();
        denials.retain(|denial| !(self.limits(denial) && is_of_place(denial)));
        denials
    }

    /// True if a denial turns away everybody, but for those whom its one condition spares.
    fn limits(&self, denial: &Statement) -> bool {
        let is_about = |call: &[String; 3]| {
            denial.resources.iter().any(|resource| call.iter().any(|form| resource.is_about(form)))
        };
        let is_limit = denial.condition.0.is_empty() || reason(denial).is_some();
        is_limit
            && denial.is_of_everybody()
            && denial.actions.iter().any(|action| action.is_about(INVOKE))
            && self.calls.iter().all(is_about)
    }
}

/// The one thing that a denial asks for, and what it may be: who has none of these values is denied.
fn reason(denial: &Statement) -> Option<(&str, &BTreeSet<String>)> {
    const NOT: [&str; 6] =
        ["arnnotequals", "arnnotlike", "notipaddress", "stringnotequals", "stringnotequalsignorecase", "stringnotlike"];
    let mut conditions = denial.condition.0.iter();
    let ((operator, key), values) = conditions.next().filter(|_| conditions.len() == 0)?;
    let operator = operator.strip_suffix("ifexists").unwrap_or(operator);
    let is_of_caller = exposure::OF_CALLERS.contains(&key.as_str());
    (NOT.contains(&operator) && is_of_caller && !values.iter().any(|value| is_anything(value)))
        .then_some((key.as_str(), values))
}

/// True for a value that anybody has.
fn is_anything(value: &str) -> bool {
    network::is_all(value) || exposure::is_any(value)
}
