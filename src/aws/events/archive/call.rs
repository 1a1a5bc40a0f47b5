//! The calls on an archive.

use super::*;

calls! {
    /// The calls on an archive.
    pub enum Call {
        /// Makes the archive, which keeps what its bus receives from then on.
        "events:CreateArchive" => Create(CreateArchive),
        /// Changes it.
        "events:UpdateArchive" => Update(UpdateArchive),
        /// Deletes the archive and the events in it.
        "events:DeleteArchive" => Delete(ArchiveName),
    }
}

/// Input of `CreateArchive`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateArchive {
    pub(super) archive_name: String,
    pub(super) event_source_arn: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) event_pattern: Option<Text>,
    pub(super) retention_days: i32,
}

/// Input of `UpdateArchive`: what it leaves out is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateArchive {
    pub(super) archive_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) event_pattern: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) retention_days: Option<i32>,
}

/// Input of `DeleteArchive`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ArchiveName {
    pub(super) archive_name: String,
}

impl Call {
    /// The pattern that it sends, if it sends one.
    pub fn pattern(&self) -> Option<&Text> {
        match self {
            Self::Create(input) => input.event_pattern.as_ref(),
            Self::Update(input) => input.event_pattern.as_ref(),
            Self::Delete(_) => None,
        }
    }
}

impl CreateArchive {
    /// The archive that this makes.
    pub(super) fn archive(&self) -> Archive {
        Archive {
            event_source_arn: self.event_source_arn.clone(),
            event_pattern: self.event_pattern.clone(),
            retention_days: self.retention_days,
        }
    }
}

impl UpdateArchive {
    pub(super) fn apply(&self, archive: &mut Archive) {
        if let Some(pattern) = &self.event_pattern {
            archive.event_pattern = Some(pattern.clone()).filter(|pattern| pattern.literal() != Some(EVERY));
        }
        archive.retention_days = self.retention_days.unwrap_or(archive.retention_days);
    }
}
