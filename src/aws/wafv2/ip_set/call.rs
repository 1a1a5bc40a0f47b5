//! The calls on an IP set.

use super::*;
use crate::aws::kit::calls::calls;
use crate::aws::kit::tags::tag_calls;

calls! {
    /// The calls on an IP set.
    pub enum Call {
        /// Makes the set.
        "wafv2:CreateIPSet" => Create(CreateIpSet),
        /// Replaces networks and description.
        "wafv2:UpdateIPSet" => Update(UpdateIpSet),
        /// Adds or changes tags.
        "wafv2:TagResource" => Tag(TagResource),
        /// Removes tags.
        "wafv2:UntagResource" => Untag(UntagResource),
        /// Deletes the set.
        "wafv2:DeleteIPSet" => Delete(Locked),
    }
}

tag_calls!(Call: Tag(TagResource), Untag(UntagResource));

/// Input of `CreateIPSet`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateIpSet {
    pub(super) name: String,
    pub(super) scope: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    #[serde(rename = "IPAddressVersion")]
    pub(super) ip_address_version: String,
    pub(super) addresses: BTreeSet<String>,
    #[serde(with = "tags::listed")]
    pub(super) tags: Tags,
}

/// Input of `UpdateIPSet`: what is left out is erased.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateIpSet {
    pub(super) name: String,
    pub(super) scope: String,
    pub(super) id: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    pub(super) addresses: BTreeSet<String>,
    pub(super) lock_token: Text,
}

impl CreateIpSet {
    pub(super) fn of(id: &Id, want: &IpSet) -> Self {
        Self {
            name: id.name.clone(),
            scope: REGIONAL.into(),
            description: want.description.clone(),
            ip_address_version: want.ip_address_version.clone(),
            addresses: want.addresses.clone(),
            tags: want.tags.clone(),
        }
    }

    /// The set that it makes.
    pub(super) fn state(&self) -> IpSet {
        IpSet {
            ip_address_version: self.ip_address_version.clone(),
            addresses: self.addresses.clone(),
            description: self.description.clone(),
            tags: self.tags.clone(),
        }
    }
}

impl UpdateIpSet {
    pub(super) fn of(id: &Id, want: &IpSet) -> Self {
        Self {
            name: id.name.clone(),
            scope: REGIONAL.into(),
            id: made_up_id(id),
            description: want.description.clone(),
            addresses: want.addresses.clone(),
            lock_token: lock_token(id),
        }
    }
}
