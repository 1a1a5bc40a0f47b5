//! What a denied request lacked, and the statement that would allow it.
//!
//! AWS mostly says which action it denied, on which resource, and which policy does not allow it. Its words are only
//! partly quoted: the statement to add comes from the declarations, and from AWS's words only if they name an action
//! that no declaration has.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::aws::{AwsError, RequiredAction};
use crate::policy::statement::{Statement, statements};

/// Codes that say that a request was not allowed.
const CODES: [&str; 6] = [
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "AuthorizationErrorException",
    "NotAuthorized",
    "UnauthorizedOperation",
];

/// Which policy does not allow it, or denies it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissedBy {
    /// The policies of the role.
    Role,
    /// The session's policy, that the role was assumed with.
    Session,
    /// The role's permissions boundary.
    Boundary,
    /// A policy of the organisation.
    Organisation,
    /// The policy of the resource itself, a key's for one.
    Resource,
    /// AWS does not say.
    Unknown,
}

/// The words by which AWS says so, the most specific first: a denial by the organisation names other policies, too.
const WORDS: [(&str, MissedBy); 7] = [
    ("service control policy", MissedBy::Organisation),
    ("resource control policy", MissedBy::Organisation),
    ("permissions boundary", MissedBy::Boundary),
    ("session policy", MissedBy::Session),
    ("VPC endpoint policy", MissedBy::Organisation),
    ("resource-based policy", MissedBy::Resource),
    ("identity-based policy", MissedBy::Role),
];

/// What AWS says of a request that it denied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The action that is not allowed.
    pub action: Option<String>,
    /// On what: an ARN, or `*` for an action that is scoped by none. S3 quotes it.
    pub resource: Option<String>,
    /// By which policy.
    pub missed_by: MissedBy,
    /// True if a statement denies it, so that none that allows it helps.
    pub is_denied: bool,
}

impl Refusal {
    /// What an error says, if it is about permissions.
    pub fn of(error: &AwsError) -> Option<Self> {
        if !error.is(&CODES) {
            return None;
        }
        let after = |words: &str| {
            let word = error.message.split_once(words)?.1.split_whitespace().next()?;
            Some(word.trim_end_matches(['.', ',', ';']).trim_matches('"').to_owned()).filter(|word| !word.is_empty())
        };
        let is_resource = |resource: &String| resource.starts_with("arn:") || resource == "*";
        let missed = WORDS.iter().find(|(words, _)| error.message.contains(words));
        Some(Self {
            action: after("not authorized to perform: ").filter(|action| is_action(action)),
            resource: after(" on resource: ").filter(is_resource),
            missed_by: missed.map_or(MissedBy::Unknown, |(_, missed_by)| *missed_by),
            is_denied: error.message.contains("explicit deny"),
        })
    }
}

/// `service:Action`, without wildcards.
fn is_action(text: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    text.split_once(':').is_some_and(|(service, name)| is_word(service) && is_word(name))
}

/// Why a request was denied and what to add where, in words and JSON; `None` for an error of another sort. `needs` is
/// what is declared for the request.
pub fn explain(error: &AwsError, actions: &[RequiredAction]) -> Option<String> {
    let refusal = Refusal::of(error)?;
    let what = refusal.action.as_deref().unwrap_or(error.api);
    let on = refusal.resource.as_ref().map(|resource| format!(" on {resource}")).unwrap_or_default();
    let who = who(&refusal);
    if refusal.is_denied {
        return Some(format!("{}: a statement of {who} denies {what}{on}; change or remove that statement", error.api));
    }
    let add = missing(&refusal, actions).unwrap_or_default();
    let text = format!("{}: {who} does not allow {what}{on}", error.api);
    if add.is_empty() {
        return Some(text);
    }
    let add: Vec<String> = add.iter().map(Value::to_string).collect();
    Some(format!("{text}; add {} {}", place(refusal.missed_by), add.join(", ")))
}

/// What to allow, where AWS has refused reads; all that planning needs is more than what was refused first.
pub fn of_reads(errors: &[AwsError]) -> String {
    let told: BTreeSet<String> = errors.iter().filter_map(|error| explain(error, &[])).collect();
    if told.is_empty() {
        return String::new();
    }
    let told: String = told.iter().map(|line| format!("\n{line}")).collect();
    format!("{told}\n`serverless-app policy plan` prints all that the plan's role needs.")
}

fn who(refusal: &Refusal) -> &'static str {
    match refusal.missed_by {
        MissedBy::Role => "the role",
        MissedBy::Session => "the session policy",
        MissedBy::Boundary => "the role's permissions boundary",
        MissedBy::Organisation => "the organisation",
        MissedBy::Resource => "the resource's own policy",
        MissedBy::Unknown => "the role, its permissions boundary or the session policy",
    }
}

fn place(missed_by: MissedBy) -> &'static str {
    match missed_by {
        MissedBy::Role => "to the role's policy:",
        MissedBy::Session => "to the role's session (this plan was made by another version; plan again):",
        MissedBy::Boundary => "to the boundary:",
        MissedBy::Organisation => "to the organisation's policy:",
        MissedBy::Resource => "with a principal to the resource's policy:",
        MissedBy::Unknown => "where it is missing:",
    }
}

/// The statements that would allow it: those of the action that AWS names, where it is declared; all that the request
/// needs where AWS names none.
fn missing(refusal: &Refusal, actions: &[RequiredAction]) -> Option<Vec<Value>> {
    let named = refusal.action.as_deref();
    let wanted: Vec<RequiredAction> = actions
        .iter()
        .filter(|required| named.is_none_or(|named| required.action.eq_ignore_ascii_case(named)))
        .cloned()
        .collect();
    if !wanted.is_empty() {
        return Some(statements(wanted).iter().map(Statement::json).collect());
    }
    let (action, resource) = (refusal.action.as_ref()?, refusal.resource.as_ref()?);
    Some(vec![json!({"Effect": "Allow", "Action": [action], "Resource": [resource]})])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::error::Reach;
    use crate::aws::required_actions::{on, pass_role};

    const TABLE: &str = "arn:aws:dynamodb:us-west-2:123456789012:table/shop--test-orders";

    fn denied(code: &str, message: &str) -> AwsError {
        let base = AwsError::malformed("dynamodb:CreateTable", message);
        AwsError { code: Some(code.into()), status: Some(403), reach: Reach::Refused, ..base }
    }

    fn said(ending: &str) -> AwsError {
        let user = "User: arn:aws:sts::123456789012:assumed-role/apply/run-1";
        let message =
            format!("{user} is not authorized to perform: dynamodb:TagResource on resource: {TABLE} {ending}");
        denied("AccessDeniedException", &message)
    }

    fn required_actions() -> Vec<RequiredAction> {
        on(TABLE, &["dynamodb:CreateTable", "dynamodb:TagResource"])
    }

    #[test]
    fn the_policy_that_misses_it_and_the_statement_to_add_are_named() {
        for (ending, who) in [
            ("because no identity-based policy allows the dynamodb:TagResource action", "the role does not allow"),
            ("because no session policy allows the dynamodb:TagResource action", "the session policy does not allow"),
            ("because no permissions boundary allows the dynamodb:TagResource action", "permissions boundary does not"),
            ("because no service control policy allows the dynamodb:TagResource action", "the organisation does not"),
            ("because no resource-based policy allows the dynamodb:TagResource action", "own policy does not allow"),
            ("", "the role, its permissions boundary or the session policy does not allow"),
        ] {
            let text = explain(&said(ending), &required_actions()).unwrap();
            assert!(text.contains(who), "{text}");
            assert!(text.starts_with("dynamodb:CreateTable: "), "{text}");
            assert!(text.contains(&format!("dynamodb:TagResource on {TABLE}; add ")), "{text}");
            let statement: Value = serde_json::from_str(&text[text.find('{').unwrap()..]).unwrap();
            assert_eq!(statement["Action"], json!(["dynamodb:TagResource"]), "{text}");
            assert_eq!(statement["Resource"], json!([TABLE]));
        }
    }

    #[test]
    fn a_statement_that_denies_is_not_answered_with_one_that_allows() {
        let text = explain(&said("with an explicit deny in a service control policy"), &required_actions()).unwrap();
        assert!(text.contains("a statement of the organisation denies dynamodb:TagResource"), "{text}");
        assert!(!text.contains("Allow"), "{text}");
    }

    #[test]
    fn without_a_word_of_the_action_all_that_the_request_needs_is_named() {
        let all =
            [required_actions(), vec![pass_role("arn:aws:iam::123456789012:role/r", "lambda.amazonaws.com")]].concat();
        let text = explain(&denied("AccessDenied", "Access Denied"), &all).unwrap();
        assert!(text.contains("dynamodb:CreateTable\"") && text.contains("iam:PassedToService"), "{text}");
    }

    #[test]
    fn an_action_that_nothing_declares_is_taken_from_what_aws_says() {
        let text = explain(&said("because no identity-based policy allows it"), &[]).unwrap();
        assert!(text.contains("\"dynamodb:TagResource\"") && text.contains(TABLE), "{text}");
        let odd = denied("AccessDenied", "not authorized to perform: <script>:* on resource: x");
        assert_eq!(Refusal::of(&odd).unwrap().action, None);
        assert!(!explain(&odd, &[]).unwrap().contains("script"));
    }

    #[test]
    fn a_resource_in_quotes_and_one_that_is_any_are_understood() {
        let lists =
            "not authorized to perform: s3:ListBucketVersions on resource: \"arn:aws:s3:::shop--test-a\" because";
        let text = explain(&denied("AccessDenied", lists), &[]).unwrap();
        assert!(text.ends_with(r#""Resource":["arn:aws:s3:::shop--test-a"]}"#), "{text}");
        let any = "not authorized to perform: states:ListStateMachines on resource: * because no policy";
        let text = explain(&denied("AccessDeniedException", any), &[]).unwrap();
        assert!(
            text.ends_with(r#""Action":["states:ListStateMachines"],"Effect":"Allow","Resource":["*"]}"#),
            "{text}"
        );
    }

    #[test]
    fn other_errors_are_left_alone() {
        assert_eq!(
            explain(&denied("ResourceInUseException", "not authorized to perform: a:B"), &required_actions()),
            None
        );
        assert_eq!(explain(&AwsError::malformed("sns:CreateTopic", "reset"), &required_actions()), None);
    }
}
