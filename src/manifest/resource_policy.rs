//! Policies of buckets, buses, queues and topics: the user's file, and the statements that admit what AWS services
//! deliver.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::aws::document::Document;
use crate::aws::required_actions::pattern;
use crate::manifest::json::{self, Unread};
use crate::manifest::{Cursor, Delivery};
use crate::name::Address;

/// What AWS takes as the policy of a queue or a topic.
pub(super) struct Limits {
    /// What it is called in messages.
    pub noun: &'static str,
    /// How its actions begin.
    pub service: &'static str,
    /// The longest document.
    pub bytes: usize,
    /// Of a document.
    pub statements: usize,
    /// Of a statement.
    pub actions: usize,
    /// Of a statement.
    pub principals: usize,
}

/// The file's document, with our references filled in.
pub(super) fn read(file: &str, here: &Cursor) -> Option<Document> {
    let raw = here.file(file)?;
    let text = here.literal(&escape_variables(raw));
    let value: Value = match json::read(&text) {
        Ok(value) => value,
        Err(Unread::NoJson(error)) => {
            here.problem(format!("{file} is not JSON: {error}"), None);
            return None;
        }
        Err(twice) => {
            // Where it stands in the file, unless a reference has made two names alike.
            let twice = json::read(raw).err().filter(|raw| matches!(raw, Unread::Twice { .. })).unwrap_or(twice);
            here.problem_in(file, twice.place(), twice.message(), twice.help());
            return None;
        }
    };
    if !value.is_object() || !is_list_of_statements(&value["Statement"]) {
        let help = "write {\"Version\": \"2012-10-17\", \"Statement\": [...]}";
        here.problem(format!("{file} is not a policy: it has no statements"), Some(help));
        return None;
    }
    Some(value.into())
}

/// One statement may stand for a list of one.
fn is_list_of_statements(value: &Value) -> bool {
    value.is_object() || value.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(Value::is_object))
}

/// A policy variable, such as `${aws:username}`, is not ours to fill in: it has a colon, which a reference never
/// has, or it is one of the three that stand for a character.
fn escape_variables(text: &str) -> String {
    let mut parts = text.split("${");
    let mut escaped = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let inner = part.split('}').next().unwrap_or_default();
        let variable = inner.contains(':') || matches!(inner, "*" | "?" | "$");
        escaped.push_str(if variable && !escaped.ends_with('$') { "$${" } else { "${" });
        escaped.push_str(part);
    }
    escaped
}

/// What every statement must have and this one has not.
fn missing(statement: &Value) -> Vec<&'static str> {
    let pairs =
        [("Effect", "Effect"), ("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource")];
    let missing = pairs.into_iter().filter(|(one, other)| statement[*one].is_null() && statement[*other].is_null());
    missing.map(|(one, _)| one).collect()
}

/// The policy of a queue or topic that its section's file holds. What it names comes first where that can be: a queue's
/// policy may name the topic that sends to the queue.
pub(super) fn own(file: Option<&String>, of: &Address, here: &Cursor) -> Option<Document> {
    let policy = here.at("policy").apart();
    let own = read(file?, &policy);
    policy.needs().into_iter().filter(|need| need != of).for_each(|need| here.at("policy").name(need));
    own
}

/// A statement for each thing that a service of AWS brings: it may do this, for the resource for which it acts.
pub(super) fn statements(deliveries: &[Delivery], action: &str, resource: &str, here: &Cursor) -> Vec<Value> {
    let statement = |delivery: &Delivery| {
        // None of them waits for the sender, which in its turn waits for the receiver: what AWS makes up is any.
        let source = pattern(&delivery.source_arn);
        let operator = if source.contains(['*', '?']) { "ArnLike" } else { "ArnEquals" };
        let mut condition = json!({ operator: {"aws:SourceArn": source} });
        if delivery.source_account {
            condition["StringEquals"] = json!({"aws:SourceAccount": here.site.account});
        }
        json!({"Sid": delivery.sid, "Effect": "Allow", "Principal": {"Service": delivery.service}, "Action": action,
            "Resource": resource, "Condition": condition})
    };
    deliveries.iter().map(statement).collect()
}

/// The document of one's own with further statements behind it; `None` without either.
pub(super) fn joined(own: Option<Document>, more: Vec<Value>) -> Option<Document> {
    match own {
        None if more.is_empty() => None,
        None => Some(Document::new(more)),
        Some(own) => {
            let mut value = own.value().clone();
            value["Statement"] = own.statements().iter().cloned().chain(more).collect();
            Some(value.into())
        }
    }
}

/// Reports what AWS would refuse of the policy of a queue or a topic.
pub(super) fn check(policy: &Document, limits: &Limits, here: &Cursor) {
    let noun = limits.noun;
    let (count, bytes) = (policy.statements().len(), policy.to_string().len());
    if count > limits.statements {
        let help =
            "a statement of your own can name several principals; each source in the app needs a statement of its own";
        here.problem(format!("the {noun} has {count} statements; AWS allows {}", limits.statements), Some(help));
    }
    if bytes > limits.bytes {
        here.problem(format!("the {noun} has {bytes} bytes; AWS allows {}", limits.bytes), Some("shorten it"));
    }
    for (named, statement) in check_form(policy, &[], noun, here) {
        check_statement(statement, &named, limits, here);
    }
}

/// Reports statements that lack something, and ids that are there twice or `taken` by what is added to the file's. Gives each
/// statement, and what messages call it.
pub(super) fn check_form<'p>(
    policy: &'p Document,
    taken: &[&'p str],
    noun: &str,
    here: &Cursor,
) -> Vec<(String, &'p Value)> {
    let mut sids: BTreeSet<&str> = taken.iter().copied().collect();
    let mut statements = Vec::new();
    for (index, statement) in policy.statements().iter().enumerate() {
        let sid = statement["Sid"].as_str();
        let named = sid.map_or_else(|| format!("statement {}", index + 1), |sid| format!("statement {sid:?}"));
        if sid.is_some_and(|sid| !sids.insert(sid)) {
            let help = "give each of your statements a different Sid, and none that the program adds";
            here.problem(format!("the Sid of {named} is used twice"), Some(help));
        }
        for missing in missing(statement) {
            here.problem(format!("{named} has no {missing}"), Some(&format!("add it: a {noun} needs it")));
        }
        statements.push((named, statement));
    }
    statements
}

fn check_statement(statement: &Value, named: &str, limits: &Limits, here: &Cursor) {
    let listed = |value: &Value| value.as_array().map_or(&[][..], Vec::as_slice).to_vec();
    let actions = [listed(&statement["Action"]), listed(&statement["NotAction"])].concat();
    let is_known = |action: &Value| {
        let action = action.as_str().unwrap_or_default().to_ascii_lowercase();
        action == "*" || action.strip_prefix(limits.service).is_some_and(|name| !name.is_empty())
    };
    for action in actions.iter().filter(|action| !is_known(action)) {
        let help = format!("actions of a {} must begin with {}", limits.noun, limits.service);
        here.problem(format!("{named} contains the action {action}"), Some(&help));
    }
    let principals = statement["Principal"].as_object().into_iter().flat_map(|kinds| kinds.values());
    let principals: usize = principals.map(|ids| ids.as_array().map_or(1, Vec::len)).sum();
    for (what, count, most) in
        [("actions", actions.len(), limits.actions), ("principals", principals, limits.principals)]
    {
        if count > most {
            let help = "spread them over several statements";
            here.problem(format!("{named} has {count} {what}; AWS allows {most}"), Some(help));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::function::tests::{lowered, problems};

    /// A queue to which so many topics send, beside a file.
    fn manifest(topics: usize) -> String {
        let topic = |number: usize| format!("[topic.t{number}]\nsubscriptions = [{{ queue = \"jobs\" }}]\n");
        let topics: String = (0..topics).map(topic).collect();
        format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[queue.jobs]\npolicy = \"p.json\"\n{topics}")
    }

    fn statement(sid: &str) -> Value {
        json!({"Sid": sid, "Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sqs:SendMessage",
            "Resource": "${queue.jobs.arn}"})
    }

    fn file(statements: &[Value]) -> String {
        json!({"Version": "2012-10-17", "Statement": statements}).to_string()
    }

    #[test]
    fn twenty_statements_are_taken_with_those_of_deliveries_and_one_more_is_not() {
        let own = file(&[statement("Own")]);
        assert!(lowered(&manifest(19), &[("p.json", &own)]).is_ok());
        let told = problems(&manifest(20), &[("p.json", &own)]);
        assert_eq!(told, ["5:10: the queue policy has 21 statements; AWS allows 20"]);
    }

    #[test]
    fn what_sqs_would_refuse_of_a_file_is_said_by_statement() {
        let eight: Vec<String> = (0..8).map(|number| format!("sqs:A{number}")).collect();
        let many: Vec<String> = (0..51).map(|number| format!("{number:012}")).collect();
        let mut wrong =
            [statement("Same"), statement("Same"), statement("Other"), statement("Actions"), statement("Whom")];
        wrong[2] = json!({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"});
        wrong[3]["Action"] = json!(eight);
        wrong[4]["Principal"]["AWS"] = json!(many);
        let told = problems(&manifest(0), &[("p.json", &file(&wrong))]);
        let expected = [
            "5:10: statement \"Actions\" has 8 actions; AWS allows 7",
            "5:10: statement \"Whom\" has 51 principals; AWS allows 50",
            "5:10: statement 3 contains the action \"s3:GetObject\"",
            "5:10: statement 3 has no Resource",
            "5:10: the Sid of statement \"Same\" is used twice",
        ];
        assert_eq!(told, expected);
        let long = format!("Long{}", "g".repeat(8192));
        let told = problems(&manifest(0), &[("p.json", &file(&[statement(&long)]))]);
        assert!(told.len() == 1 && told[0].contains("bytes; AWS allows 8192"), "{told:?}");
        let twice = file(&[statement("One")]).replace("\"Action\"", "\"Effect\": \"Deny\",\n\"Effect\"");
        let told = problems(&manifest(0), &[("p.json", &twice)]);
        assert_eq!(told, ["2:1: \"Effect\" is defined twice, first at 1:16"]);
        let told = problems(&manifest(0), &[("p.json", "{}")]);
        assert_eq!(told, ["5:10: p.json is not a policy: it has no statements"]);
    }
}
