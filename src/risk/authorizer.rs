//! Authorizers of REST APIs: who judges callers, and how strictly. That a route needs none any more is the API's risk.

use std::collections::BTreeSet;

use super::finding::{Finding, NAMED, Number};
use super::kind::RiskKind;
use super::sentence::Sentence;
use super::sides::{Attributes, Sides};

const METHODS: &str = "methods.";
const AUTHORIZERS: &str = "authorizers.";
const NO_AUTH: &str = "NONE";
const ROUTE: (&str, &str) = ("", "");

/// What is dangerous about a change of an API's authorizers, and of what its routes ask them.
pub fn findings(sides: &Sides) -> Vec<Finding> {
    let mut found = Vec::new();
    let methods: BTreeSet<&str> = sides.new.between(METHODS, ".authorizationType").map(|(method, _)| method).collect();
    methods.into_iter().for_each(|method| found.extend(of_route(sides, method)));
    let names: BTreeSet<&str> = sides.new.between(AUTHORIZERS, ".type").map(|(name, _)| name).collect();
    names.into_iter().for_each(|name| found.extend(of_authorizer(sides, name)));
    found
}

/// Who judges, and which scopes a token may have; nothing for a route that asks for nothing, or that is new.
fn of_route(sides: &Sides, method: &str) -> Option<Finding> {
    let path = |attribute: &str| format!("{METHODS}{method}.{attribute}");
    let judge = |side: &Attributes| {
        let of = side.text(&path("authorizationType")).filter(|of| *of != NO_AUTH)?.to_owned();
        Some((of, side.text(&path("authorizer")).map(str::to_owned)))
    };
    let (old, new) = (judge(&sides.old)?, judge(&sides.new)?);
    let named = |(of, name): &(String, Option<String>)| name.clone().unwrap_or_else(|| of.clone());
    if old != new {
        let (old, new) = (named(&old), named(&new));
        return Some(route(sides, method, |number| {
            let judged = number.of(" is judged by ", " are judged by ");
            Sentence::default().words(judged).value(&new).words(" and no longer by ").value(&old)
        }));
    }
    let scopes = |side: &Attributes| -> BTreeSet<String> {
        side.items(&path("authorizationScopes")).iter().filter_map(|one| one.as_str()).map(str::to_owned).collect()
    };
    let (old, new) = (scopes(&sides.old), scopes(&sides.new));
    let more: Vec<&String> = new.difference(&old).collect();
    match (old.is_empty(), new.is_empty()) {
        (true, _) => None,
        (false, true) => Some(route(sides, method, |number| {
            let needs =
                number.of(" needs a token with any scope, or none: ", " need a token with any scope, or none: ");
            Sentence::default().words(needs).values(&old, NAMED).words(" no longer")
        })),
        (false, false) if more.is_empty() => None,
        (false, false) => Some(route(sides, method, |number| {
            let takes = number.of(" also takes a token with scope ", " also take a token with scope ");
            Sentence::default().words(takes).values(&more, NAMED)
        })),
    }
}

fn route(sides: &Sides, method: &str, says: impl Fn(Number) -> Sentence) -> Finding {
    Finding::of(RiskKind::WeakerAuthorization, sides.change, ROUTE, method, |number| {
        let sentence = Sentence::default().words(" of API ").value(&sides.change.address.name);
        sentence.then(says(number))
    })
}

/// Another judge under the same name, or one that is satisfied with less.
fn of_authorizer(sides: &Sides, name: &str) -> Vec<Finding> {
    let path = |attribute: &str| format!("{AUTHORIZERS}{name}.{attribute}");
    let mut found = Vec::new();
    if sides.old.text(&path("type")).is_none() {
        return found;
    }
    let mut say = |said: Sentence| {
        let label = Sentence::default().words(": authorizer ").value(name).words(" ").then(said);
        found.push(Finding::about(RiskKind::WeakerAuthorization, sides.change, |_| label.clone()));
    };
    let text = |side: &Attributes, attribute: &str| side.text(&path(attribute)).map(str::to_owned);
    for (attribute, words) in [
        ("type", "is of another type: "),
        ("authorizerUri", "asks another function: "),
        ("identitySource", "looks at something else: "),
        ("identityValidationExpression", "lets other tokens through to be judged: "),
    ] {
        let (old, new) = (text(&sides.old, attribute), text(&sides.new, attribute));
        if let Some(old) = old.filter(|old| Some(old) != new.as_ref()) {
            let sentence = Sentence::default().words(words).value(old).words(" → ");
            say(match new {
                Some(new) => sentence.value(new),
                None => sentence.words("none"),
            });
        }
    }
    let pools = |side: &Attributes| -> BTreeSet<String> {
        side.items(&path("providerARNs")).iter().filter_map(|one| one.as_str()).map(str::to_owned).collect()
    };
    let (old, new) = (pools(&sides.old), pools(&sides.new));
    let more: Vec<&String> = new.difference(&old).collect();
    if !old.is_empty() && !more.is_empty() {
        say(Sentence::default().words("also trusts ").values(more, NAMED));
    }
    let ttl = path("authorizerResultTtlInSeconds");
    if let (Some(old), Some(new)) = (sides.old.number(&ttl), sides.new.number(&ttl))
        && new > old
    {
        let sentence = Sentence::default().words("keeps answers longer: ").value(old).words(" → ").value(new);
        say(sentence.words(" seconds"));
    }
    found
}
