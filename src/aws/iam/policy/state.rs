//! What a customer-managed policy is.

use super::*;

/// A customer-managed policy.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Policy {
    /// What the version in force says.
    pub policy_document: Document,
    /// What the other versions say, sorted. None is ever wanted.
    pub other_versions: Vec<Document>,
    pub tags: Tags,
}

impl Policy {
    /// A customer-managed policy with this document.
    pub fn new(document: Document, tags: Tags) -> Self {
        Self { policy_document: document, other_versions: Vec::new(), tags }
    }
}

impl Policy {
    /// The effect of a call on a policy that exists.
    pub(super) fn apply(&mut self, call: &Call) {
        match call {
            Call::Create(_) | Call::Delete(_) => {}
            Call::CreateVersion(input) => self.other_versions.push(input.policy_document.clone()),
            Call::SetDefault(input) => {
                if let Some(at) = self.position(&input.version_id) {
                    std::mem::swap(&mut self.policy_document, &mut self.other_versions[at]);
                }
            }
            Call::DeleteVersion(input) => {
                if let Some(at) = self.position(&input.version_id) {
                    self.other_versions.remove(at);
                }
            }
            Call::Tag(input) => input.apply(&mut self.tags),
            Call::Untag(input) => input.apply(&mut self.tags),
        }
        self.other_versions.sort_by_key(Document::to_string);
    }

    /// Where among the other versions one of this name is. All that say the same are equal here.
    pub(super) fn position(&self, version: &Text) -> Option<usize> {
        let name = &version.references().next()?.attribute;
        self.other_versions.iter().position(|document| {
            let plain = version_name(document, 0);
            name.strip_prefix(&plain).is_some_and(|index| index.is_empty() || index.starts_with(':'))
        })
    }
}
