//! Statements to documents that IAM accepts.

use crate::aws::RequiredAction;
use crate::aws::document::Document;
use crate::policy::statement::{Statement, statements};

/// The characters that a managed policy may have; white space does not count.
pub const MANAGED: usize = 6144;

/// How many managed policies a role may have, where the account's quota has not been raised.
pub const MANAGED_PER_ROLE: usize = 10;

/// The characters that a session policy may have.
pub const SESSION: usize = 2048;

/// One action on one resource is more than fits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{action} on {resource} cannot be allowed in one policy: that takes {length} characters, more than the limit of \
     {limit}"
)]
pub struct TooLong {
    action: String,
    resource: String,
    length: usize,
    limit: usize,
}

/// Documents of at most `limit` characters each that allow these needs and nothing else. A statement goes into the
/// first document that has room for it; one that fits into none by itself is halved until it does.
pub fn documents(actions: impl IntoIterator<Item = RequiredAction>, limit: usize) -> Result<Vec<Document>, TooLong> {
    let mut filled: Vec<Vec<Statement>> = Vec::new();
    for statement in statements(actions) {
        for part in parts(statement, limit)? {
            let has_room = |place: &&mut Vec<Statement>| {
                let more: Vec<_> = place.iter().chain([&part]).cloned().collect();
                length(&document(&more)) <= limit
            };
            match filled.iter_mut().find(has_room) {
                Some(place) => place.push(part),
                None => filled.push(vec![part]),
            }
        }
    }
    Ok(filled.iter().map(|statements| document(statements)).collect())
}

/// The characters of a document that IAM counts.
pub fn length(document: &Document) -> usize {
    document.to_string().chars().filter(|c| !c.is_whitespace()).count()
}

fn document(statements: &[Statement]) -> Document {
    Document::new(statements.iter().map(Statement::json).collect())
}

/// The statement in parts that fit into a document each.
fn parts(statement: Statement, limit: usize) -> Result<Vec<Statement>, TooLong> {
    let length = length(&document(std::slice::from_ref(&statement)));
    if length <= limit {
        return Ok(vec![statement]);
    }
    let Some([one, other]) = statement.halves() else {
        let action = statement.actions.first().copied().unwrap_or_default().to_owned();
        let resource = statement.resources.first().cloned().unwrap_or_default();
        return Err(TooLong { action, resource, length, limit });
    };
    Ok([parts(one, limit)?, parts(other, limit)?].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::required_actions::on;

    fn required_actions(count: usize) -> Vec<RequiredAction> {
        let topic =
            |number| on(format!("arn:aws:sns:us-west-2:123456789012:shop--test-{number:04}"), &["sns:DeleteTopic"]);
        (0..count).flat_map(topic).collect()
    }

    #[test]
    fn what_does_not_fit_into_one_document_is_split_and_nothing_is_lost() {
        let made = documents(required_actions(500), MANAGED).unwrap();
        assert!(made.len() > 4, "{}", made.len());
        assert!(made.iter().all(|document| length(document) <= MANAGED));
        let text: String = made.iter().map(Document::to_string).collect();
        assert!(required_actions(500).iter().all(|required| text.contains(&required.resource)));
        assert_eq!(documents(required_actions(3), MANAGED).unwrap().len(), 1);
    }

    #[test]
    fn the_order_of_needs_is_no_matter() {
        let (mut turned, made) = (required_actions(200), documents(required_actions(200), SESSION).unwrap());
        turned.reverse();
        assert_eq!(documents(turned, SESSION).unwrap(), made);
    }

    #[test]
    fn what_cannot_be_split_is_named() {
        let error = documents(on("a".repeat(7000), &["sns:DeleteTopic"]), MANAGED).unwrap_err().to_string();
        assert!(error.starts_with("sns:DeleteTopic on aaa") && error.ends_with("the limit of 6144"), "{error}");
    }
}
