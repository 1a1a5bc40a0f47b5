//! Attributes that AWS reports as texts, numbers and JSON among them.

use std::collections::HashMap;

use serde::de::DeserializeOwned;

use crate::aws::AwsError;

/// Fails if an attribute that is there is not what it should be: it must not pass for the default.
pub(in crate::aws) fn check<T: DeserializeOwned>(
    api: &'static str,
    attributes: &HashMap<String, String>,
    name: &str,
) -> Result<(), AwsError> {
    let Some(text) = attributes.get(name).filter(|text| !text.is_empty()) else { return Ok(()) };
    let read = serde_json::from_str::<T>(text).map(drop);
    read.map_err(|error| AwsError::malformed(api, format!("{name} cannot be read: {error}")))
}
