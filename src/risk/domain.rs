//! Domain names: callers of whom less is asked, weaker TLS, and paths that lead elsewhere or nowhere.

use std::collections::BTreeSet;

use super::finding::{Finding, Number};
use super::kind::RiskKind;
use super::sentence::Sentence;
use super::sides::{Attributes, Sides};

const MAPPINGS: [&str; 2] = ["basePathMappings.", "apiMappings."];
const TRUSTSTORE: &str = "mutualTlsAuthentication.truststoreUri";

/// What is dangerous about a change of a domain name, beyond its deletion.
pub fn findings(sides: &Sides) -> Vec<Finding> {
    if !sides.stays() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut find = |kind, said: Sentence| found.push(Finding::about(kind, sides.change, |_| said.clone()));
    match (sides.old.text(TRUSTSTORE), sides.new.text(TRUSTSTORE)) {
        (Some(_), None) => {
            find(RiskKind::WeakerAuthorization, words(": callers need no certificate any more"));
        }
        (Some(old), Some(new)) if old != new => {
            find(RiskKind::WeakerAuthorization, words(": whom it trusts: ").short(old).words(" → ").short(new));
        }
        _ => {}
    }
    let of = |side: &Attributes| {
        (side.text("securityPolicy").map(oldest), side.text("endpointAccessMode") == Some("STRICT"))
    };
    let ((old, was_strict), (new, is_strict)) = (of(&sides.old), of(&sides.new));
    if new < old || was_strict && !is_strict {
        let shown = |side: &Attributes| {
            let mode = side.text("endpointAccessMode").map(|mode| format!(" ({mode})")).unwrap_or_default();
            format!("{}{mode}", side.text("securityPolicy").unwrap_or_default())
        };
        find(RiskKind::Tls, words(": ").value(shown(&sides.old)).words(" → ").value(shown(&sides.new)));
    }
    found.extend(paths(sides));
    found
}

fn words(words: &str) -> Sentence {
    Sentence::default().words(words)
}

/// The oldest version of TLS that a policy takes, and 1.2 without what it has that is weak: the higher the better.
fn oldest(policy: &str) -> u8 {
    match policy {
        "TLS_1_0" => 0,
        "TLS_1_2" => 1,
        policy if policy.starts_with("SecurityPolicy_TLS13_1_3") => 3,
        _ => 2,
    }
}

/// Paths that no API answers any more, and those that another one does.
fn paths(sides: &Sides) -> Vec<Finding> {
    let of = |side: &Attributes| {
        let all = MAPPINGS.iter().flat_map(|map| side.between(map, ".stage"));
        all.map(|(path, _)| path.to_owned()).collect::<BTreeSet<String>>()
    };
    let target = |side: &Attributes, path: &str| {
        let all = MAPPINGS.iter().flat_map(|map| ["apiId", "stage"].map(|part| format!("{map}{path}.{part}")));
        all.map(|part| side.get(&part).map(ToString::to_string)).collect::<Vec<_>>()
    };
    let (old, new) = (of(&sides.old), of(&sides.new));
    let about = |kind, path: &str, one: &'static str, many: &'static str| {
        Finding::of(kind, sides.change, ("path ", "paths "), path, |number: Number| {
            let domain = words(" of domain name ").value(&sides.change.name);
            domain.words(number.of(one, many))
        })
    };
    let gone = old
        .difference(&new)
        .map(|path| about(RiskKind::Gone, path, ": no API answers there any more", ": no API answers there any more"));
    let moved = old.intersection(&new).filter(|path| target(&sides.old, path) != target(&sides.new, path));
    let moved = moved.map(|path| about(RiskKind::Downtime, path, " leads to another API", " lead to other APIs"));
    gone.chain(moved).collect()
}
