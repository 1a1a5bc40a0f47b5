//! Functions and workflows, and who may invoke a function.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::api::raised;
use super::exposure::account_of;
use super::finding::{Finding, NAMED};
use super::kind::RiskKind;
use super::rights::shortened;
use super::sentence::Sentence;
use super::sides::{Attributes, Sides};
use crate::plan::Action;

const STATEMENTS: &str = "Statements.";
/// The authorization of a URL that anybody may call.
const OPEN: &str = "NONE";

fn anybody_calls() -> Sentence {
    Sentence::default().words(": anybody may call its URL")
}

/// What is dangerous about a change of a function.
pub fn function(sides: &Sides) -> Vec<Finding> {
    let mut found: Vec<Finding> = other_role(sides, "Role").into_iter().collect();
    let mut find = |kind, said: Sentence| found.push(Finding::about(kind, sides.change, |_| said.clone()));
    if sides.stays()
        && sides.old.text("TracingMode") == Some("Active")
        && sides.new.text("TracingMode") != Some("Active")
    {
        find(RiskKind::Tracing, Sentence::default().words(": invocations are no longer traced"));
    }
    for said in LEVELS.into_iter().filter_map(|of| less_logged(sides, of)) {
        find(RiskKind::Logs, said);
    }
    let key = "KMSKeyArn";
    if sides.stays() && sides.old.text(key).is_some() && sides.new.text(key).is_none() {
        find(
            RiskKind::Encryption,
            Sentence::default().words(": its environment is encrypted with a key that AWS owns"),
        );
    }
    if let Some(said) = raised(sides, "ReservedConcurrentExecutions", " executions at once") {
        find(RiskKind::Throttle, said);
    }
    let loops = "RecursiveLoop";
    if sides.new.text(loops).is_some() && sides.old.text(loops).is_none() {
        find(RiskKind::Throttle, Sentence::default().words(": Lambda no longer ends loops in which it calls itself"));
    }
    let (live, ready) = ("Release.Live", "Release.ProvisionedConcurrentExecutions");
    let moves = sides.old.text(live).is_some()
        && sides.new.text(live).is_some()
        && sides.old.text(live) != sides.new.text(live);
    if moves && sides.change.steps.iter().all(|step| step.watch.is_none()) {
        find(RiskKind::AllAtOnce, Sentence::default().words(": another version gets all traffic at once"));
    }
    if sides.new.number(ready) > sides.old.number(ready) {
        find(RiskKind::Cost, Sentence::default().words(": provisioned concurrency costs money while it exists"));
    }
    let auth = "Url.AuthType";
    if sides.new.text(auth) == Some(OPEN) && sides.old.text(auth) != Some(OPEN) {
        find(RiskKind::Everybody, anybody_calls());
    }
    let origins = "Url.Cors.AllowOrigins";
    if sides.new.texts(origins).contains("*") && !sides.old.texts(origins).contains("*") {
        find(RiskKind::AnyOrigin, Sentence::default().words(": pages of any origin may call its URL"));
    }
    if sides.stays() && sides.old.text(auth).is_some() && sides.new.text(auth).is_none() {
        find(RiskKind::Gone, Sentence::default().words(": its URL; a later one will be different"));
    }
    found
}

/// Where a level is, of whose logs, and from which one on everything is logged where none is said, as in text: of what the code
/// writes there, Lambda leaves nothing out.
const LEVELS: [(&str, &str, &str); 2] = [
    ("LoggingConfig.ApplicationLogLevel", ": log level ", "TRACE"),
    ("LoggingConfig.SystemLogLevel", ": log level of Lambda ", "INFO"),
];

fn less_logged(sides: &Sides, (path, whose, unsaid): (&str, &str, &str)) -> Option<Sentence> {
    let rank = |level: &str| ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"].iter().position(|one| *one == level);
    let (old, new) = (sides.old.text(path).unwrap_or(unsaid), sides.new.text(path).unwrap_or(unsaid));
    let is_less = sides.stays() && rank(new) > rank(old);
    is_less.then(|| Sentence::default().words(whose).value(old).words(" → ").value(new))
}

/// What is dangerous about a change of a workflow.
pub fn state_machine(sides: &Sides) -> Vec<Finding> {
    let mut found: Vec<Finding> = other_role(sides, "roleArn").into_iter().collect();
    let mut find = |kind, said: Sentence| found.push(Finding::about(kind, sides.change, |_| said.clone()));
    if sides.turned_off("tracing") {
        find(RiskKind::Tracing, Sentence::default().words(": executions are no longer traced"));
    }
    let level = |side: &Attributes| side.text("logging.level").unwrap_or("OFF").to_owned();
    let rank = |level: &str| ["OFF", "FATAL", "ERROR", "ALL"].iter().position(|known| *known == level);
    let (old, new) = (level(&sides.old), level(&sides.new));
    if sides.stays() && rank(&new) < rank(&old) {
        find(RiskKind::Logs, Sentence::default().words(": log level ").value(old).words(" → ").value(new));
    }
    found
}

/// Other code runs with other rights: what it may do is the other role's.
fn other_role(sides: &Sides, path: &str) -> Option<Finding> {
    let (old, new) = (sides.old.text(path)?, sides.new.text(path)?);
    let said = Sentence::default().words(": runs with ").value(shortened(old, sides.site));
    let said = said.words(" → ").value(shortened(new, sides.site));
    (old != new).then(|| Finding::about(RiskKind::MoreRights, sides.change, |_| said.clone()))
}

/// What is dangerous about a change of who may invoke a function.
pub fn permission(sides: &Sides) -> Vec<Finding> {
    if sides.change.action == Action::Delete {
        return Vec::new();
    }
    let (old, new) = (statements(&sides.old), statements(&sides.new));
    let differing = || new.iter().filter(|(sid, statement)| old.get(**sid) != Some(*statement));
    let mut found: Vec<Finding> = differing().filter_map(|(_, statement)| invoked_by(sides, statement)).collect();
    let again: BTreeSet<&str> = differing().map(|(sid, _)| *sid).filter(|sid| old.contains_key(sid)).collect();
    if !again.is_empty() {
        let said = Sentence::default().words(": removed and added again, refused in between: ").values(&again, NAMED);
        found.push(Finding::about(RiskKind::Downtime, sides.change, |_| said.clone()));
    }
    found
}

/// A statement's attributes by name.
type Statement<'a> = BTreeMap<&'a str, &'a Value>;

fn statements<'a>(side: &Attributes<'a>) -> BTreeMap<&'a str, Statement<'a>> {
    let mut found: BTreeMap<&str, Statement> = BTreeMap::new();
    for (path, value) in side.below(STATEMENTS) {
        // Lambda allows no point in an id.
        if let Some((sid, attribute)) = path.split_once('.') {
            found.entry(sid).or_default().insert(attribute, value);
        }
    }
    found
}

fn invoked_by(sides: &Sides, statement: &Statement) -> Option<Finding> {
    let text = |name: &str| statement.get(name).and_then(|value| value.as_str());
    let principal = text("Principal")?;
    let own = sides.site.account.as_str();
    let source = statement.get("SourceArn").map(|value| literal_start(value));
    let foreign = |account: Option<&str>| account.is_some_and(|account| account != own);
    let is_service = principal.contains('.') && !principal.starts_with("arn:");
    let sentence = Sentence::default();
    let is_of_url = text("FunctionUrlAuthType").is_some() || statement.contains_key("InvokedViaFunctionUrl");
    let (kind, said) = match principal {
        "*" if is_of_url => (RiskKind::Everybody, anybody_calls()),
        "*" => (RiskKind::Everybody, sentence.words(": anybody may ").value("lambda:InvokeFunction")),
        _ if !is_service && account_of(principal).unwrap_or(principal) != own => (
            RiskKind::OtherAccount,
            sentence.words(": ").short(principal).words(" may ").value("lambda:InvokeFunction"),
        ),
        _ if foreign(text("SourceAccount")) || foreign(source.and_then(account_of)) => {
            let from = text("SourceAccount").filter(|account| *account != own).or(source).unwrap_or_default();
            (RiskKind::OtherAccount, sentence.words(": ").short(principal).words(" may invoke it for ").short(from))
        }
        _ if is_service && source.is_none() && text("SourceAccount").is_none() => (
            RiskKind::AnySource,
            sentence.words(": ").short(principal).words(" may invoke it, on behalf of any account"),
        ),
        _ => return None,
    };
    Some(Finding::about(kind, sides.change, |_| said.clone()))
}

/// The text that a value begins with, references apart: an ARN's account is never one.
fn literal_start(value: &Value) -> &str {
    let first = value.get("$join").and_then(|pieces| pieces.get(0));
    first.unwrap_or(value).as_str().unwrap_or_default()
}
