//! How a stage of a REST API serves: what its cache costs, what its logs hold and lack.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::kind::RiskKind;
use super::sentence::Sentence;
use super::sides::{Attributes, Sides};

/// The levels of execution logs, from nothing on.
const LEVELS: [&str; 2] = ["ERROR", "INFO"];

/// What a change does to a stage's cache and its execution logs.
pub fn findings(sides: &Sides, stage: &str) -> Vec<Finding> {
    let settings = format!("stages.{stage}.otherSettings.");
    let mut found = Vec::new();
    let mut find = |kind, said: Sentence| found.push(Finding::about(kind, sides.change, |_| said.clone()));
    let size = |side: &Attributes| side.text(&format!("stages.{stage}.cacheClusterSize")).map(str::to_owned);
    if let Some(new) = size(&sides.new).filter(|new| size(&sides.old).as_ref() != Some(new)) {
        let said = Sentence::default().words(": a cache of ").value(new);
        find(RiskKind::Cost, said.words(" GB is charged by the hour"));
    }
    let is_set =
        |side: &Attributes, key: &str, name: &str| side.text(&format!("{settings}{key}.{name}")) == Some("true");
    for key in keys(&sides.new, &settings, ".dataTraceEnabled") {
        if !is_set(&sides.old, &key, "dataTraceEnabled") {
            let said = Sentence::default().words(": headers and bodies of ").then(requests(&key));
            find(RiskKind::LoggedData, said.words(" are logged, with whatever secrets they hold"));
        }
    }
    for key in keys(&sides.old, &settings, ".cacheDataEncrypted") {
        if is_set(&sides.new, &key, "cachingEnabled") && !is_set(&sides.new, &key, "cacheDataEncrypted") {
            let said = Sentence::default().words(": cached answers to ").then(requests(&key));
            find(RiskKind::Encryption, said.words(" are no longer encrypted"));
        }
    }
    for key in keys(&sides.old, &settings, ".loggingLevel") {
        let level = |side: &Attributes| side.text(&format!("{settings}{key}.loggingLevel")).map(str::to_owned);
        let rank = |level: Option<&str>| LEVELS.iter().position(|known| Some(*known) == level);
        let (old, new) = (level(&sides.old), level(&sides.new));
        if rank(new.as_deref()) < rank(old.as_deref()) && sides.stays() {
            let said = Sentence::default().words(": execution logs of ").then(requests(&key)).words(" ");
            find(
                RiskKind::Logs,
                said.value(old.as_deref().unwrap_or("OFF")).words(" → ").value(new.as_deref().unwrap_or("OFF")),
            );
        }
    }
    found
}

fn keys(side: &Attributes, settings: &str, name: &str) -> BTreeSet<String> {
    side.between(settings, name).map(|(key, _)| key.to_owned()).collect()
}

/// `~1items/POST` as `POST /items`.
fn requests(key: &str) -> Sentence {
    match key.rsplit_once('/') {
        Some(("*", "*")) | None => Sentence::default().words("all requests"),
        Some((path, method)) => {
            Sentence::default().value(format!("{method} {}", path.replace("~1", "/").replace("~0", "~")))
        }
    }
}
