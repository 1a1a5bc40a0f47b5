//! The call on records.

use super::*;

calls! {
    /// The call on records.
    pub enum Call {
        /// Makes, replaces or deletes them, all or nothing.
        "route53:ChangeResourceRecordSets" => Change(ChangeResourceRecordSets),
    }
}

/// Input of `ChangeResourceRecordSets`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ChangeResourceRecordSets {
    /// The zone.
    pub(super) hosted_zone_id: String,
    /// What changes.
    pub(super) change_batch: ChangeBatch,
}

/// Changes of which all are done, or none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ChangeBatch {
    /// In this order.
    pub(super) changes: Vec<Change>,
}

/// A change of one record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Change {
    /// What becomes of it.
    pub(super) action: Action,
    /// The record.
    pub(super) resource_record_set: ResourceRecordSet,
}

/// What becomes of a record. Never `UPSERT`, which writes over whatever there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Action {
    /// It is made; refused where there is one.
    Create,
    /// It is deleted; refused where it has other values.
    Delete,
}

impl From<Action> for aws_sdk_route53::types::ChangeAction {
    fn from(action: Action) -> Self {
        match action {
            Action::Create => Self::Create,
            Action::Delete => Self::Delete,
        }
    }
}

/// A record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ResourceRecordSet {
    /// The domain.
    pub(super) name: String,
    /// Which addresses.
    #[serde(rename = "Type")]
    pub(super) family: Family,
    /// What it stands for.
    pub(super) alias_target: Alias,
}

impl Change {
    /// What it does to the records of its domain.
    pub(super) fn apply(&self, record: &mut Record) {
        let ResourceRecordSet { family, alias_target, .. } = &self.resource_record_set;
        record.set(*family, Some(alias_target.clone()).filter(|_| self.action == Action::Create));
    }
}
