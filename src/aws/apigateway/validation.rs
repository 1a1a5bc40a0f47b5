//! Models and request validators: what a request has to contain before anything is called.
//!
//! A model is a JSON schema with a name that is unique within an API; AWS gives every API two of its own, which are
//! never touched. A validator says what is checked. AWS allows two with one name, so one that was created twice, after
//! a lost answer, is noticed and deleted.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Call, PatchOperation, api_id};
use crate::aws::Id;
use crate::text::{OutputRef, Text};

/// The models that AWS makes.
pub const OF_AWS: [&str; 2] = ["Empty", "Error"];

/// A model.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// `application/json`.
    pub content_type: String,
    /// The JSON schema, compared by what it says.
    pub schema: Value,
}

impl Model {
    /// True if no patch makes this one the other.
    pub(super) fn must_go_for(&self, want: &Self) -> bool {
        self.content_type != want.content_type
    }
}

/// A schema as API Gateway reports it: text that is JSON, or else the text.
pub(super) fn schema(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

/// A request validator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestValidator {
    /// True if a body must be as its model says.
    pub validate_request_body: bool,
    /// True if parameters that are required must be there.
    pub validate_request_parameters: bool,
}

impl RequestValidator {
    /// The name of ours for this; none where nothing is checked.
    pub fn name(self) -> Option<&'static str> {
        match (self.validate_request_body, self.validate_request_parameters) {
            (true, true) => Some("body-and-parameters"),
            (true, false) => Some("body"),
            (false, true) => Some("parameters"),
            (false, false) => None,
        }
    }
}

/// The id that AWS made up for a validator.
pub(super) fn validator_id(id: &Id, name: &str) -> Text {
    OutputRef::new(&id.address, format!("validator:{name}")).into()
}

/// Input of `CreateModel`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateModel {
    /// The API.
    pub rest_api_id: Text,
    /// Its name.
    pub name: String,
    /// `application/json`.
    pub content_type: String,
    /// The JSON schema, as text.
    pub schema: String,
}

/// Input of `UpdateModel`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateModel {
    /// The API.
    pub rest_api_id: Text,
    /// Its name.
    pub model_name: String,
    /// What changes.
    pub patch_operations: Vec<PatchOperation>,
}

/// Input of `DeleteModel`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ModelName {
    /// The API.
    pub rest_api_id: Text,
    /// Its name.
    pub model_name: String,
}

/// Input of `CreateRequestValidator`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateRequestValidator {
    /// The API.
    pub rest_api_id: Text,
    /// Its name.
    pub name: String,
    /// True if a body must be as its model says.
    pub validate_request_body: bool,
    /// True if parameters that are required must be there.
    pub validate_request_parameters: bool,
}

/// Input of `UpdateRequestValidator`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateRequestValidator {
    /// The API.
    pub rest_api_id: Text,
    /// The validator.
    pub request_validator_id: Text,
    /// Its name; not sent.
    pub name: String,
    /// What changes.
    pub patch_operations: Vec<PatchOperation>,
}

/// Input of `DeleteRequestValidator`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeleteRequestValidator {
    /// The API.
    pub rest_api_id: Text,
    /// The validator.
    pub request_validator_id: Text,
    /// Its name; not sent.
    pub name: String,
}

/// The call that brings one model closer to what is wanted.
pub(super) fn next_model(id: &Id, name: &str, want: &Model, live: Option<&Model>) -> Option<Call> {
    let (rest_api_id, schema) = (api_id(id), want.schema.to_string());
    let Some(live) = live else {
        let (name, content_type) = (name.to_owned(), want.content_type.clone());
        return Some(Call::CreateModel(CreateModel { rest_api_id, name, content_type, schema }));
    };
    let patch_operations = vec![PatchOperation::replace("/schema", schema)];
    let model_name = name.to_owned();
    (want.schema != live.schema).then_some(Call::UpdateModel(UpdateModel { rest_api_id, model_name, patch_operations }))
}

/// The call that deletes one.
pub(super) fn delete_model(id: &Id, name: &str) -> Call {
    Call::DeleteModel(ModelName { rest_api_id: api_id(id), model_name: name.to_owned() })
}

/// What a patch does to a model.
pub(super) fn patch_model(model: &mut Model, operation: &PatchOperation) {
    let value = operation.value.as_ref().and_then(|value| value.literal()).unwrap_or_default();
    if operation.path == "/schema" {
        model.schema = schema(value);
    }
}

/// The call that brings one validator closer to what is wanted.
pub(super) fn next_validator(
    id: &Id,
    name: &str,
    want: RequestValidator,
    live: Option<&RequestValidator>,
) -> Option<Call> {
    let (rest_api_id, name_) = (api_id(id), name.to_owned());
    let RequestValidator { validate_request_body, validate_request_parameters } = want;
    let Some(live) = live else {
        return Some(Call::CreateRequestValidator(CreateRequestValidator {
            rest_api_id,
            name: name_,
            validate_request_body,
            validate_request_parameters,
        }));
    };
    let replace = |path, want: bool| PatchOperation::replace(path, want.to_string());
    let body = (validate_request_body != live.validate_request_body)
        .then(|| replace("/validateRequestBody", validate_request_body));
    let parameters = (validate_request_parameters != live.validate_request_parameters)
        .then(|| replace("/validateRequestParameters", validate_request_parameters));
    let patch_operations: Vec<_> = body.into_iter().chain(parameters).collect();
    let request_validator_id = validator_id(id, name);
    (!patch_operations.is_empty()).then_some(Call::UpdateRequestValidator(UpdateRequestValidator {
        rest_api_id,
        request_validator_id,
        name: name_,
        patch_operations,
    }))
}

/// The call that deletes one.
pub(super) fn delete_validator(id: &Id, name: &str) -> Call {
    let (rest_api_id, request_validator_id) = (api_id(id), validator_id(id, name));
    Call::DeleteRequestValidator(DeleteRequestValidator { rest_api_id, request_validator_id, name: name.to_owned() })
}

/// What a patch does to a validator.
pub(super) fn patch_validator(validator: &mut RequestValidator, operation: &PatchOperation) {
    let value = operation.value.as_ref().and_then(|value| value.literal()) == Some("true");
    match operation.path.as_str() {
        "/validateRequestBody" => validator.validate_request_body = value,
        "/validateRequestParameters" => validator.validate_request_parameters = value,
        _ => {}
    }
}
