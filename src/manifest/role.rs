//! Placeholder until the section is written.
use schemars::JsonSchema;
use serde::Deserialize;

use crate::aws::Kind;
use crate::manifest::{Lowering, Section};
use crate::name::{Address, Name, Owner, Site};
use crate::text::Text;

/// Placeholder.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Role {}

impl Section for Role {
    const SECTION: &'static str = "role";
    const ATTRIBUTES: &'static [&'static str] = &["name", "arn"];
    fn address(name: &Name) -> Address {
        Address::new(Kind::Role, name.clone())
    }
    fn attribute(&self, _: &Name, _: &str, _: &Lowering) -> Text {
        Text::default()
    }
    fn lower(&self, _: &Name, _: &mut Lowering) {}
}

/// The physical name of a role, from the manifest or derived from another section.
pub fn physical(owner: &Owner, name: &Name) -> String {
    owner.physical(name.as_str(), 64)
}

/// Its ARN.
pub fn arn(site: &Site, owner: &Owner, name: &Name) -> String {
    site.global_arn("iam", &format!("role{}{}", owner.path(), physical(owner, name)))
}
