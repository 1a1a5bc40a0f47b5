//! `environment` of a function. What its role may read of SSM and Secrets Manager says which values are names of secrets.

use std::collections::BTreeMap;

use toml_edit::Value;

use super::role::OwnRole;
use crate::aws::{Id, lambda};
use crate::import::lines::{Lines, inline};
use crate::import::{Scene, secret};
use crate::text::Text;

/// Its variables.
pub fn write(id: &Id, function: &lambda::Function, role: Option<&OwnRole>, scene: &Scene, lines: &mut Lines) {
    let mut keys = role.map(|role| role.resources("Keys")).unwrap_or_default().into_iter();
    let all = function.environment.iter().map(|(name, text)| {
        let secret = || secret::variable(id, name, text, scene);
        (name, value(text, role, &mut keys).unwrap_or_else(secret))
    });
    let all: BTreeMap<&String, Value> = all.collect();
    if !all.is_empty() {
        lines.set("environment", inline(all));
    }
}

/// What is read of SSM or Secrets Manager.
fn value(text: &Text, role: Option<&OwnRole>, keys: &mut impl Iterator<Item = String>) -> Option<Value> {
    let reads =
        |what: &str, is: &dyn Fn(&str) -> bool| role.is_some_and(|role| role.resources(what).iter().any(|one| is(one)));
    let literal = text.literal().unwrap_or_default();
    let parameter = format!(":parameter/{}", literal.trim_start_matches('/'));
    let kind = match literal {
        "" => None,
        _ if reads("Secrets", &|arn| arn == literal) => Some("secret"),
        _ if reads("Parameters", &|arn| arn.ends_with(&parameter)) => Some("ssm"),
        _ => None,
    };
    let kind = kind?;
    let mut lines = Lines::new();
    lines.set(kind, literal);
    lines.set_some("key", keys.next());
    Some(lines.inline())
}
