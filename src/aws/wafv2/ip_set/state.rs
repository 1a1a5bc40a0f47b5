//! What an IP set is.

use super::*;

/// A set of networks, all of one IP version.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct IpSet {
    /// `IPV4` or `IPV6`; it never changes.
    #[serde(rename = "IPAddressVersion")]
    pub ip_address_version: String,
    /// Networks, such as `192.0.2.0/24`.
    pub addresses: BTreeSet<String>,
    /// What it is for.
    pub description: Option<String>,
    pub tags: Tags,
}

impl IpSet {
    /// The effect of a call on a set that exists.
    pub(super) fn apply(&mut self, call: &Call) {
        match call {
            Call::Create(_) | Call::Delete(_) => {}
            Call::Update(input) => {
                self.addresses = input.addresses.clone();
                self.description = input.description.clone();
            }
            Call::Tag(input) => input.apply(&mut self.tags),
            Call::Untag(input) => input.apply(&mut self.tags),
        }
    }
}
