//! Gateway responses: what callers get if nothing of the app's has answered.
//!
//! There is always one of each type; a put replaces all of it, and a delete restores AWS's default. Settings of
//! `DEFAULT_4XX` and `DEFAULT_5XX` change the responses of all types of their class without settings of their own,
//! although AWS reports those as unchanged.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Call, api_id};
use crate::aws::Id;
use crate::aws::kit::members::{Shape, members};
use crate::text::Text;

/// Every type, and the status that it has by default.
pub const TYPES: &[(&str, &str)] = &[
    ("ACCESS_DENIED", "403"),
    ("API_CONFIGURATION_ERROR", "500"),
    ("AUTHORIZER_CONFIGURATION_ERROR", "500"),
    ("AUTHORIZER_FAILURE", "500"),
    ("BAD_REQUEST_BODY", "400"),
    ("BAD_REQUEST_PARAMETERS", "400"),
    ("DEFAULT_4XX", ""),
    ("DEFAULT_5XX", ""),
    ("EXPIRED_TOKEN", "403"),
    ("INTEGRATION_FAILURE", "504"),
    ("INTEGRATION_TIMEOUT", "504"),
    ("INVALID_API_KEY", "403"),
    ("INVALID_SIGNATURE", "403"),
    ("MISSING_AUTHENTICATION_TOKEN", "403"),
    ("QUOTA_EXCEEDED", "429"),
    ("REQUEST_TOO_LARGE", "413"),
    ("RESOURCE_NOT_FOUND", "404"),
    ("THROTTLED", "429"),
    ("UNAUTHORIZED", "401"),
    ("UNSUPPORTED_MEDIA_TYPE", "415"),
    ("WAF_FILTERED", "403"),
];

/// What a body is where nobody says.
const TEMPLATE: (&str, &str) = ("application/json", "{\"message\":$context.error.messageString}");

/// What AWS reports of one. A put erases whatever it is not given.
pub(super) const SHAPE: Shape = Shape {
    at: &["item"],
    named_by: "responseType",
    members: members! { responseType, statusCode, responseParameters, responseTemplates, defaultResponse, _links },
    erased_by: "apigateway:PutGatewayResponse",
};

/// What callers get, of one type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GatewayResponse {
    /// The status; `None`: that of its type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_code: Option<String>,
    /// Headers and what they are, as `gatewayresponse.header.<name>`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub response_parameters: BTreeMap<String, String>,
    /// Bodies by content type; none: the one that AWS makes.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub response_templates: BTreeMap<String, String>,
}

impl GatewayResponse {
    /// One of this type, in which what is so by default is not said.
    pub fn of(
        response_type: &str,
        status_code: Option<String>,
        response_parameters: BTreeMap<String, String>,
        response_templates: BTreeMap<String, String>,
    ) -> Self {
        let default = TYPES.iter().find(|(of, _)| *of == response_type).map_or("", |(_, status)| status);
        let (of, body) = TEMPLATE;
        let is_default = response_templates.len() == 1 && response_templates.get(of).is_some_and(|text| text == body);
        Self {
            status_code: status_code.filter(|status| status != default && !status.is_empty()),
            response_parameters,
            response_templates: if is_default { BTreeMap::new() } else { response_templates },
        }
    }
}

/// Input of `PutGatewayResponse`: what it leaves out is what it is by default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PutGatewayResponse {
    /// The API.
    pub rest_api_id: Text,
    /// One of [`TYPES`].
    pub response_type: String,
    /// The status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_code: Option<String>,
    /// Headers and what they are.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub response_parameters: BTreeMap<String, String>,
    /// Bodies by content type.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub response_templates: BTreeMap<String, String>,
}

/// Input of `DeleteGatewayResponse`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GatewayResponseType {
    /// The API.
    pub rest_api_id: Text,
    /// One of [`TYPES`].
    pub response_type: String,
}

impl PutGatewayResponse {
    /// What it leaves.
    pub(super) fn response(&self) -> GatewayResponse {
        GatewayResponse {
            status_code: self.status_code.clone(),
            response_parameters: self.response_parameters.clone(),
            response_templates: self.response_templates.clone(),
        }
    }
}

/// The next call on the way to the wanted responses: what is wanted first, then what is not.
pub(super) fn next(
    id: &Id,
    want: &BTreeMap<String, GatewayResponse>,
    live: &BTreeMap<String, GatewayResponse>,
) -> Option<Call> {
    if let Some((of, response)) = want.iter().find(|(of, response)| live.get(*of) != Some(*response)) {
        let response = response.clone();
        return Some(Call::PutGatewayResponse(PutGatewayResponse {
            rest_api_id: api_id(id),
            response_type: of.clone(),
            status_code: response.status_code,
            response_parameters: response.response_parameters,
            response_templates: response.response_templates,
        }));
    }
    let stale = live.keys().find(|of| !want.contains_key(*of))?;
    let (rest_api_id, response_type) = (api_id(id), stale.clone());
    Some(Call::DeleteGatewayResponse(GatewayResponseType { rest_api_id, response_type }))
}
