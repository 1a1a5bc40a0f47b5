//! What an alarm measures.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudwatch::types::StandardUnit;
use schemars::JsonSchema;
use serde::Deserialize;

use super::known;
use crate::manifest::problem::unknown;
use crate::manifest::{Lowering, api, function};
use crate::name::{Address, Name};

/// A metric.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Metric {
    /// Its namespace, such as `AWS/Lambda`.
    pub namespace: String,
    /// Its name, such as `Errors`.
    pub name: String,
    /// A function of this app, for the dimension `FunctionName`.
    pub function: Option<Name>,
    /// An API of this app, for the dimension `ApiName`.
    pub api: Option<Name>,
    /// Other dimensions by name; `${...}` is filled in.
    #[serde(default)]
    pub dimensions: BTreeMap<String, String>,
    /// The unit that datapoints must have; any where it is left out.
    pub unit: Option<String>,
}

impl Metric {
    pub(super) fn check(&self, path: &str, to: &mut Lowering) {
        let is_namespace = is_text(&self.namespace, 255) && !self.namespace.starts_with(':');
        if !is_namespace {
            let help = Some("use 1 to 255 characters of ASCII, no colon first, such as AWS/Lambda");
            to.problem(&format!("{path}.namespace"), format!("{:?} is not a namespace", self.namespace), help);
        }
        if !is_text(&self.name, 255) {
            let help = Some("use 1 to 255 characters of ASCII");
            to.problem(&format!("{path}.name"), format!("{:?} is not a metric's name", self.name), help);
        }
        let is_unit = |unit: &str| StandardUnit::values().contains(&unit);
        if let Some(unit) = self.unit.as_deref().filter(|unit| !is_unit(unit)) {
            let known = StandardUnit::values().iter().copied();
            to.problem(&format!("{path}.unit"), unknown("unit", unit, known), None);
        }
    }

    pub(super) fn lower(
        &self,
        path: &str,
        to: &mut Lowering,
        needs: &mut BTreeSet<Address>,
    ) -> BTreeMap<String, String> {
        let mut dimensions = BTreeMap::new();
        for (name, raw) in &self.dimensions {
            let at = format!("{path}.dimensions.{name}");
            let value = to.literal(&at, raw, needs);
            if !is_text(name, 255) || name.starts_with(':') || !is_text(&value, 1024) {
                let help = Some("use ASCII, no colon first; 255 characters at most for a name, 1024 for a value");
                to.problem(&at, format!("{name:?} with the value {value:?} is not a dimension"), help);
            }
            dimensions.insert(name.clone(), value);
        }
        let manifest = to.manifest;
        if let Some(name) = &self.function {
            known(name, manifest.function.keys(), "function", &format!("{path}.function"), to);
            self.own("FunctionName", function::physical(to.owner, name), &mut dimensions, path, to);
        }
        if let Some(name) = &self.api {
            known(name, manifest.api.keys(), "api", &format!("{path}.api"), to);
            self.own("ApiName", api::physical(to.owner, name), &mut dimensions, path, to);
        }
        if dimensions.len() > 30 {
            let help = Some("use 30 at most");
            to.problem(&format!("{path}.dimensions"), format!("there are {} dimensions", dimensions.len()), help);
        }
        dimensions
    }

    /// Adds the dimension that stands for a section's name, unless it is there already.
    fn own(&self, key: &str, value: String, all: &mut BTreeMap<String, String>, path: &str, to: &mut Lowering) {
        if all.insert(key.into(), value).is_some() {
            to.problem(&format!("{path}.dimensions.{key}"), format!("the dimension {key} is given twice"), None);
        }
    }
}

fn is_text(text: &str, limit: usize) -> bool {
    (1..=limit).contains(&text.len()) && text.bytes().all(|b| matches!(b, b' '..=b'~')) && !text.trim().is_empty()
}
