//! The zips that a plan's calls send: whose they are, and what is in them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::name::Name;
use crate::package::Requirement;

/// A zip.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Members", into = "Members")]
pub struct Blob {
    /// Whose it is.
    pub whose: Whose,
    /// In bytes.
    pub size: u64,
    /// What was vendored into it.
    pub packages: Vec<Requirement>,
    /// Where a build has made it, the digest of what it was built from, in hex.
    pub built_from: Option<String>,
}

/// Whose a zip is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// A function's.
    Function(Name),
    /// A layer's.
    Layer(Name),
}

impl Whose {
    /// What is made from it, in a word.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::Function(_) => "function",
            Self::Layer(_) => "layer",
        }
    }

    /// Its name.
    pub fn name(&self) -> &Name {
        match self {
            Self::Function(name) | Self::Layer(name) => name,
        }
    }
}

impl fmt::Display for Whose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.noun(), self.name())
    }
}

/// [`Blob`] as it is written.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Members {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    function: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    layer: Option<Name>,
    size: u64,
    packages: Vec<Requirement>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    built_from: Option<String>,
}

impl From<Blob> for Members {
    fn from(Blob { whose, size, packages, built_from }: Blob) -> Self {
        let (function, layer) = match whose {
            Whose::Function(name) => (Some(name), None),
            Whose::Layer(name) => (None, Some(name)),
        };
        Self { function, layer, size, packages, built_from }
    }
}

impl TryFrom<Members> for Blob {
    type Error = &'static str;

    fn try_from(Members { function, layer, size, packages, built_from }: Members) -> Result<Self, Self::Error> {
        let whose = match (function, layer) {
            (Some(name), None) => Whose::Function(name),
            (None, Some(name)) => Whose::Layer(name),
            _ => return Err("a zip is of one `function` or of one `layer`"),
        };
        Ok(Self { whose, size, packages, built_from })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_zip_is_of_one_function_or_of_one_layer() {
        let of = |function: Option<&str>, layer: Option<&str>| {
            let mut json = json!({"size": 1, "packages": []});
            let named = [("function", function), ("layer", layer)].into_iter();
            let named = named.filter_map(|(key, name)| Some((key.to_owned(), json!(name?))));
            json.as_object_mut().expect("an object").extend(named);
            (serde_json::from_value::<Blob>(json.clone()), json)
        };
        for (function, layer, whose) in [(Some("api"), None, "function api"), (None, Some("shared"), "layer shared")] {
            let (blob, json) = of(function, layer);
            let blob = blob.expect("a zip");
            assert_eq!(blob.whose.to_string(), whose);
            assert_eq!(serde_json::to_value(blob).expect("JSON"), json);
        }
        for (function, layer) in [(None, None), (Some("api"), Some("shared"))] {
            assert!(of(function, layer).0.is_err(), "{function:?} {layer:?}");
        }
    }
}
