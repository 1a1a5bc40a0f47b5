//! Placeholder until the section is written.
use schemars::JsonSchema;
use serde::Deserialize;

use crate::aws::Kind;
use crate::manifest::{Lowering, Section};
use crate::name::{Address, Name, Owner};
use crate::text::Text;

/// Placeholder.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Api {
    /// The stage that the API is deployed to.
    pub stage: String,
    /// Placeholder.
    #[serde(default)]
    pub routes: Vec<Route>,
}

impl Section for Api {
    const SECTION: &'static str = "api";
    const ATTRIBUTES: &'static [&'static str] = &["name", "arn"];
    fn address(name: &Name) -> Address {
        Address::new(Kind::RestApi, name.clone())
    }
    fn attribute(&self, _: &Name, _: &str, _: &Lowering) -> Text {
        Text::default()
    }
    fn lower(&self, _: &Name, _: &mut Lowering) {}
}

/// The physical name of a section's main resource.
pub fn physical(owner: &Owner, name: &Name) -> String {
    owner.physical(name.as_str(), 128)
}

impl Api {
    /// What may invoke a function because of this API's routes: a statement id and a source ARN for each.
    pub fn permission_sources(&self, _api: &Name, _function: &Name, _to: &Lowering) -> Vec<(String, Text)> {
        Vec::new()
    }
}

/// Placeholder.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Route {
    /// Placeholder.
    pub method: RouteMethod,
    /// Placeholder.
    pub path: String,
}
/// Placeholder.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct RouteMethod(String);
impl RouteMethod {
    /// Placeholder.
    pub fn example(&self) -> &str {
        &self.0
    }
}
impl Route {
    /// Placeholder.
    pub fn is_open(&self) -> bool {
        true
    }
}
/// Placeholder.
pub fn url(_: &crate::name::Site, _: &str, _: &str) -> String {
    String::new()
}
