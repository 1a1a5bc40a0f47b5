//! Authorizers, which decide whether a request is accepted.
//!
//! They have a name that people give and an id that AWS generates; a name is unique within an API. An update is a
//! patch, which keeps what it does not mention. An authorizer with user pools cannot become one with a function, or the
//! other way round: it is recreated.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Call, PatchOperation, api_id};
use crate::aws::Id;
use crate::text::{OutputRef, Text};

/// Of authorizers that ask Cognito.
pub const COGNITO: &str = "COGNITO_USER_POOLS";
/// How long an answer is kept, in seconds, where nobody says.
pub const TTL: i32 = 300;

/// An authorizer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Authorizer {
    /// `TOKEN`, `REQUEST` or `COGNITO_USER_POOLS`.
    #[serde(rename = "type")]
    pub authorizer_type: String,
    /// User pools whose tokens count.
    #[serde(rename = "providerARNs", default, skip_serializing_if = "BTreeSet::is_empty")]
    pub provider_arns: BTreeSet<String>,
    /// The function, in the form that API Gateway wants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorizer_uri: Option<String>,
    /// The role with which the function is invoked; none of ours has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorizer_credentials: Option<String>,
    /// The parts of a request that it checks, such as `method.request.header.Authorization`, separated by commas.
    /// Results are cached by them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_source: Option<String>,
    /// A pattern that a token has to match before anybody is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_validation_expression: Option<String>,
    /// Seconds that an answer is kept; 0: never.
    pub authorizer_result_ttl_in_seconds: i32,
}

impl Authorizer {
    fn asks_cognito(&self) -> bool {
        self.authorizer_type == COGNITO
    }

    /// True if no patch makes this one the other.
    pub(super) fn must_go_for(&self, want: &Self) -> bool {
        self.asks_cognito() != want.asks_cognito()
    }

    /// What makes `live` this one. What comes is added before anything goes: there is no moment without a user pool.
    fn patches(&self, live: &Self) -> Vec<PatchOperation> {
        let mut patches = Vec::new();
        let mut replace = |path: &str, want: &str, live: &str| {
            if want != live {
                patches.push(PatchOperation::replace(path, want));
            }
        };
        replace("/type", &self.authorizer_type, &live.authorizer_type);
        for (path, want, live) in [
            ("/authorizerUri", &self.authorizer_uri, &live.authorizer_uri),
            ("/authorizerCredentials", &self.authorizer_credentials, &live.authorizer_credentials),
            (
                "/identityValidationExpression",
                &self.identity_validation_expression,
                &live.identity_validation_expression,
            ),
        ] {
            replace(path, want.as_deref().unwrap_or_default(), live.as_deref().unwrap_or_default());
        }
        let (want, is) = (self.authorizer_result_ttl_in_seconds, live.authorizer_result_ttl_in_seconds);
        replace("/authorizerResultTtlInSeconds", &want.to_string(), &is.to_string());
        match &self.identity_source {
            same if *same == live.identity_source => {}
            Some(source) => patches.push(PatchOperation::replace("/identitySource", source.as_str())),
            None => patches.push(PatchOperation::remove("/identitySource")),
        }
        let pool = |op: &str, arn: &String| PatchOperation {
            op: op.into(),
            path: "/providerARNs".into(),
            value: Some(arn.as_str().into()),
        };
        patches.extend(self.provider_arns.difference(&live.provider_arns).map(|arn| pool("add", arn)));
        patches.extend(live.provider_arns.difference(&self.provider_arns).map(|arn| pool("remove", arn)));
        patches
    }

    /// What a patch does.
    pub(super) fn patch(&mut self, operation: &PatchOperation) {
        let value = operation.value.as_ref().and_then(|value| value.literal()).unwrap_or_default().to_owned();
        let set = Some(value.clone()).filter(|value| !value.is_empty());
        match (operation.op.as_str(), operation.path.as_str()) {
            ("add", "/providerARNs") => drop(self.provider_arns.insert(value)),
            ("remove", "/providerARNs") => drop(self.provider_arns.remove(&value)),
            (_, "/type") => self.authorizer_type = value,
            (_, "/authorizerUri") => self.authorizer_uri = set,
            (_, "/authorizerCredentials") => self.authorizer_credentials = set,
            (_, "/identitySource") => self.identity_source = set,
            (_, "/identityValidationExpression") => self.identity_validation_expression = set,
            (_, "/authorizerResultTtlInSeconds") => {
                self.authorizer_result_ttl_in_seconds = value.parse().unwrap_or_default();
            }
            _ => {}
        }
    }
}

/// The id that AWS made up for an authorizer.
pub(super) fn authorizer_id(id: &Id, name: &str) -> Text {
    OutputRef::new(&id.address, format!("authorizer:{name}")).into()
}

/// Input of `CreateAuthorizer`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateAuthorizer {
    /// The API.
    pub rest_api_id: Text,
    /// Its name.
    pub name: String,
    #[serde(flatten)]
    pub authorizer: Authorizer,
}

/// Input of `UpdateAuthorizer`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateAuthorizer {
    /// The API.
    pub rest_api_id: Text,
    /// The authorizer.
    pub authorizer_id: Text,
    /// Its name; not sent.
    pub name: String,
    /// What changes.
    pub patch_operations: Vec<PatchOperation>,
}

/// Input of `DeleteAuthorizer`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeleteAuthorizer {
    /// The API.
    pub rest_api_id: Text,
    /// The authorizer.
    pub authorizer_id: Text,
    /// Its name; not sent.
    pub name: String,
}

/// The call that brings one authorizer closer to what is wanted.
pub(super) fn next(id: &Id, name: &str, want: &Authorizer, live: Option<&Authorizer>) -> Option<Call> {
    let (rest_api_id, name_) = (api_id(id), name.to_owned());
    let Some(live) = live else {
        let authorizer = want.clone();
        return Some(Call::CreateAuthorizer(Box::new(CreateAuthorizer { rest_api_id, name: name_, authorizer })));
    };
    let patch_operations = want.patches(live);
    let authorizer_id = authorizer_id(id, name);
    (!patch_operations.is_empty()).then_some(Call::UpdateAuthorizer(UpdateAuthorizer {
        rest_api_id,
        authorizer_id,
        name: name_,
        patch_operations,
    }))
}

/// The call that deletes one.
pub(super) fn delete(id: &Id, name: &str) -> Call {
    let (rest_api_id, authorizer_id) = (api_id(id), authorizer_id(id, name));
    Call::DeleteAuthorizer(DeleteAuthorizer { rest_api_id, authorizer_id, name: name.to_owned() })
}
