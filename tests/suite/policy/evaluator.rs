//! Whether documents allow a request, as IAM decides it for what we generate: Allow statements with ARN patterns and
//! conditions. Anything else in a document is a failure, so that nothing is taken for allowed that is not understood.

use std::collections::BTreeSet;

use serde_json::Value;
use serverless_app::aws::RequiredAction;
use serverless_app::aws::document::Document;
use serverless_app::policy::scope::matches;

/// A request: an action on one resource, with the values of condition keys.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Request {
    pub action: String,
    pub resource: String,
    pub values: Vec<(String, String)>,
}

impl Request {
    /// The request behind a need, with something in the place of each wildcard.
    pub fn of(required: &RequiredAction) -> Self {
        let said = required.conditions.iter().filter(|((operator, _), _)| *operator != "Null");
        let values = said.map(|((operator, key), values)| {
            let value = values.first().expect("a value").replace("${$}{", "${");
            // An asterisk is itself where IAM compares for equality.
            ((*key).to_owned(), if operator.ends_with("Equals") { value } else { some(&value) })
        });
        Self { action: required.action.to_owned(), resource: some(&required.resource), values: values.collect() }
    }
}

/// An ARN that a pattern stands for; `*` alone is what it says, and so is the asterisk that IAM writes as a variable.
fn some(pattern: &str) -> String {
    const ITSELF: &str = "${*}";
    let parts = pattern.split(ITSELF).map(|part| part.replace('*', "made-up"));
    if pattern == "*" { pattern.to_owned() } else { parts.collect::<Vec<_>>().join(ITSELF) }
}

/// True if one of the documents allows the request.
pub fn allows(documents: &[Document], request: &Request) -> bool {
    documents.iter().flat_map(Document::statements).any(|statement| statement_allows(statement, request))
}

/// The actions that documents hold.
pub fn actions(documents: &[Document]) -> BTreeSet<String> {
    let statements = documents.iter().flat_map(Document::statements);
    statements.flat_map(|statement| texts(&statement["Action"]).map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// The documents without an action.
pub fn without(documents: &[Document], action: &str) -> Vec<Document> {
    let strip = |document: &Document| {
        let statements = document.statements().iter().map(|statement| {
            let mut statement = statement.clone();
            let kept: Vec<&str> = texts(&statement["Action"]).filter(|kept| *kept != action).collect();
            statement["Action"] = kept.into();
            statement
        });
        Document::new(statements.filter(|s| s["Action"] != Value::Array(Vec::new())).collect())
    };
    documents.iter().map(strip).collect()
}

fn statement_allows(statement: &Value, request: &Request) -> bool {
    let fields = statement.as_object().expect("a statement");
    let known = ["Effect", "Action", "Resource", "Condition"];
    assert!(fields.keys().all(|field| known.contains(&field.as_str())), "{statement}");
    assert_eq!(statement["Effect"], "Allow");
    texts(&statement["Action"]).any(|action| action == request.action)
        && texts(&statement["Resource"]).any(|resource| matches(resource, &request.resource))
        && conditions_hold(&statement["Condition"], request)
}

fn conditions_hold(conditions: &Value, request: &Request) -> bool {
    let Some(operators) = conditions.as_object() else { return true };
    operators.iter().all(|(operator, keys)| {
        keys.as_object().expect("keys").iter().all(|(key, allowed)| {
            if operator == "Null" {
                assert_eq!(texts(allowed).collect::<Vec<_>>(), ["true"]);
                return request.values.iter().all(|(name, _)| name != key);
            }
            let Some((_, value)) = request.values.iter().find(|(name, _)| name == key) else { return false };
            texts(allowed).any(|allowed| holds(operator, allowed, value))
        })
    })
}

fn holds(operator: &str, allowed: &str, value: &str) -> bool {
    let allowed = allowed.replace("${$}", "$");
    match operator {
        "ForAllValues:StringEquals" | "StringEquals" => allowed == value,
        "ForAllValues:StringLike" | "StringLike" | "ArnLike" => matches(&allowed, value),
        other => panic!("{other} is not evaluated"),
    }
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().expect("a list").iter().map(|text| text.as_str().expect("a text"))
}

#[test]
fn a_request_is_allowed_by_action_resource_and_condition_together() {
    let document = Document::new(vec![serde_json::json!({"Effect": "Allow", "Action": ["iam:PassRole"],
        "Resource": ["arn:aws:iam::1:role/a/*"], "Condition": {"StringEquals": {"iam:PassedToService": ["x"]}}})]);
    let ask = |action: &str, resource: &str, service: &str| {
        let values = vec![("iam:PassedToService".to_owned(), service.to_owned())];
        let request = Request { action: action.into(), resource: resource.into(), values };
        allows(std::slice::from_ref(&document), &request)
    };
    assert!(ask("iam:PassRole", "arn:aws:iam::1:role/a/b", "x"));
    assert!(!ask("iam:GetRole", "arn:aws:iam::1:role/a/b", "x"));
    assert!(!ask("iam:PassRole", "arn:aws:iam::1:role/b/a", "x"));
    assert!(!ask("iam:PassRole", "arn:aws:iam::1:role/a/b", "y"));
}

#[test]
fn a_tag_that_must_not_be_there_is_not_there() {
    let document = Document::new(vec![serde_json::json!({"Effect": "Allow", "Action": ["apigateway:PATCH"],
        "Resource": ["*"], "Condition": {"Null": {"aws:ResourceTag/app": ["true"]}}})]);
    let ask = |values: &[(&str, &str)]| {
        let values = values.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let request = Request { action: "apigateway:PATCH".into(), resource: "arn".into(), values };
        allows(std::slice::from_ref(&document), &request)
    };
    assert!(ask(&[]) && ask(&[("aws:ResourceTag/stage", "x")]) && !ask(&[("aws:ResourceTag/app", "x")]));
}
