//! What an alarm measures.

use std::collections::BTreeMap;

use aws_sdk_cloudwatch::types::StandardUnit;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::manifest::problem::unknown;
use crate::manifest::{Cursor, names};
use crate::name::Name;

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
    /// The unit that datapoints must have. Default: any.
    pub unit: Option<String>,
}

impl Metric {
    pub(super) fn check(&self, here: &Cursor) {
        let is_namespace = is_text(&self.namespace, 255) && !self.namespace.starts_with(':');
        if !is_namespace {
            let help = Some("use 1 to 255 ASCII characters, the first not a colon, such as AWS/Lambda");
            here.at("namespace").problem(format!("{:?} is not a namespace", self.namespace), help);
        }
        if !is_text(&self.name, 255) {
            let help = Some("use 1 to 255 ASCII characters");
            here.at("name").problem(format!("{:?} is not the name of a metric", self.name), help);
        }
        let is_unit = |unit: &str| StandardUnit::values().contains(&unit);
        if let Some(unit) = self.unit.as_deref().filter(|unit| !is_unit(unit)) {
            let known = StandardUnit::values().iter().copied();
            here.at("unit").problem(unknown("unit", unit, known), None);
        }
    }

    pub(super) fn lower(&self, here: &Cursor) -> BTreeMap<String, String> {
        let mut dimensions = BTreeMap::new();
        for (name, raw) in &self.dimensions {
            let here = here.at("dimensions").at(name);
            let value = here.literal(raw);
            if !is_text(name, 255) || name.starts_with(':') || !is_text(&value, 1024) {
                let help =
                    Some("use ASCII characters, the first not a colon; 255 at most for a name, 1024 for a value");
                here.problem(format!("{name:?} with the value {value:?} is not a valid dimension"), help);
            }
            dimensions.insert(name.clone(), value);
        }
        if let Some(name) = &self.function {
            here.at("function").known("function", name, &here.manifest.function);
            self.own(
                "FunctionName",
                names::function::physical(here.owner, name),
                &mut dimensions,
                &here.at("dimensions"),
            );
        }
        if let Some(name) = &self.api {
            here.at("api").known("api", name, &here.manifest.api);
            self.own("ApiName", names::api::physical(here.owner, name), &mut dimensions, &here.at("dimensions"));
        }
        if dimensions.len() > 30 {
            let help = Some("use 30 at most");
            here.at("dimensions").problem(format!("there are {} dimensions", dimensions.len()), help);
        }
        dimensions
    }

    /// Adds the dimension that stands for a section's name, unless it is there already.
    fn own(&self, key: &str, value: String, all: &mut BTreeMap<String, String>, here: &Cursor) {
        if all.insert(key.into(), value).is_some() {
            here.at(key).problem(format!("the dimension {key} is set twice"), None);
        }
    }
}

fn is_text(text: &str, limit: usize) -> bool {
    (1..=limit).contains(&text.len()) && text.bytes().all(|b| matches!(b, b' '..=b'~')) && !text.trim().is_empty()
}
