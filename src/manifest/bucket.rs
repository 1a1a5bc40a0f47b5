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
pub struct Bucket {}

impl Section for Bucket {
    const SECTION: &'static str = "bucket";
    const ATTRIBUTES: &'static [&'static str] = &["name", "arn"];
    fn address(name: &Name) -> Address {
        Address::new(Kind::Bucket, name.clone())
    }
    fn attribute(&self, _: &Name, _: &str, _: &Lowering) -> Text {
        Text::default()
    }
    fn lower(&self, _: &Name, _: &mut Lowering) {}
}

/// The physical name of a bucket: account and region make it globally unique.
pub fn physical(owner: &Owner, site: &Site, name: &Name) -> String {
    owner.physical(&format!("{name}-{}-{}", site.account, site.region), 63)
}

/// Its ARN.
pub fn arn(site: &Site, owner: &Owner, name: &Name) -> String {
    format!("arn:{}:s3:::{}", site.partition, physical(owner, site, name))
}
