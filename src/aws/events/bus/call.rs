//! The calls on a bus.

use super::*;
use crate::aws::kit::text::some_text;

calls! {
    /// The calls on a bus.
    pub enum Call {
        /// Makes the bus.
        "events:CreateEventBus" => Create(CreateEventBus),
        /// Changes everything about it but policy and tags.
        "events:UpdateEventBus" => Update(UpdateEventBus),
        /// Replaces its policy.
        "events:PutPermission" => PutPermission(PutPermission),
        /// Takes its policy away.
        "events:RemovePermission" => RemovePermission(RemovePermission),
        /// Adds or changes tags.
        "events:TagResource" => Tag(TagResource),
        /// Removes tags.
        "events:UntagResource" => Untag(UntagResource),
        /// Deletes it.
        "events:DeleteEventBus" => Delete(BusName),
    }
}

tag_calls!(Call: Tag(TagResource), Untag(UntagResource));

/// Input of `CreateEventBus`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateEventBus {
    pub(super) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) kms_key_identifier: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) dead_letter_config: Option<DeadLetterConfig>,
    #[serde(with = "tags::listed")]
    pub(super) tags: Tags,
}

/// Input of `UpdateEventBus`. An empty text removes description or key; a dead-letter queue that is left out is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateEventBus {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) kms_key_identifier: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) dead_letter_config: Option<DeadLetterConfig>,
}

/// Input of `PutPermission`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutPermission {
    pub(super) event_bus_name: String,
    /// The whole policy.
    pub(super) policy: String,
}

/// Input of `RemovePermission`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RemovePermission {
    pub(super) event_bus_name: String,
    pub(super) remove_all_permissions: bool,
}

/// Input of `DeleteEventBus`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct BusName {
    pub(super) name: String,
}

impl CreateEventBus {
    /// The bus that this makes.
    pub(super) fn bus(&self) -> Bus {
        Bus {
            description: self.description.clone(),
            kms_key_identifier: self.kms_key_identifier.clone(),
            dead_letter_config: self.dead_letter_config.clone(),
            policy: None,
            tags: self.tags.clone(),
        }
    }
}

impl UpdateEventBus {
    pub(super) fn apply(&self, bus: &mut Bus) {
        bus.description = some_text(Some(&self.description));
        bus.kms_key_identifier = some_text(Some(&self.kms_key_identifier));
        if self.dead_letter_config.is_some() {
            bus.dead_letter_config.clone_from(&self.dead_letter_config);
        }
    }
}
