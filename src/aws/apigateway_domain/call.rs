//! The calls on a domain name and on what is mapped below it.

use super::*;

calls! {
    /// The calls on a domain name and on what is mapped below it.
    pub enum Call {
        /// Makes the domain name, with nothing below it.
        "apigateway:CreateDomainName" => Create(CreateDomainName),
        /// Changes what differs, all at once.
        "apigateway:UpdateDomainName" => Update(UpdateDomainName),
        /// Puts a REST API below it.
        "apigateway:CreateBasePathMapping" => AddBasePath(CreateBasePathMapping),
        /// Puts another REST API, or another stage, in its place.
        "apigateway:UpdateBasePathMapping" => UpdateBasePath(UpdateBasePathMapping),
        /// Takes a REST API away.
        "apigateway:DeleteBasePathMapping" => RemoveBasePath(DeleteBasePathMapping),
        /// Puts an HTTP API below it.
        "apigatewayv2:CreateApiMapping" => AddMapping(CreateApiMapping),
        /// Puts another HTTP API, or another stage, in its place.
        "apigatewayv2:UpdateApiMapping" => UpdateMapping(UpdateApiMapping),
        /// Takes an HTTP API away.
        "apigatewayv2:DeleteApiMapping" => RemoveMapping(DeleteApiMapping),
        /// Adds or changes tags.
        "apigateway:TagResource" => Tag(TagResource),
        /// Removes tags.
        "apigateway:UntagResource" => Untag(UntagResource),
        /// Deletes the domain name, which has nothing below it any more.
        "apigateway:DeleteDomainName" => Delete(DeleteDomainName),
    }
}

tag_inputs!(TagResource, UntagResource { #[serde(rename = "resourceArn")] resource_arn: String } lower_mapped);
tag_calls!(Call: Tag(TagResource), Untag(UntagResource));

/// How API Gateway writes an empty base path.
const EMPTY: &str = "(none)";

/// Input of `CreateDomainName`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateDomainName {
    /// The domain name.
    pub(super) domain_name: String,
    pub(super) regional_certificate_arn: Text,
    pub(super) security_policy: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) endpoint_access_mode: Option<String>,
    pub(super) endpoint_configuration: EndpointConfiguration,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) mutual_tls_authentication: Option<MutualTls>,
    pub(super) tags: Tags,
}

/// Where it answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EndpointConfiguration {
    /// `REGIONAL`: there is nothing else here.
    pub(super) types: Vec<String>,
    pub(super) ip_address_type: String,
}

/// Input of `UpdateDomainName`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateDomainName {
    /// The domain name.
    pub(super) domain_name: String,
    /// What changes.
    pub(super) patch_operations: Vec<PatchOperation>,
}

/// Input of `DeleteDomainName`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeleteDomainName {
    /// The domain name.
    pub(super) domain_name: String,
}

/// Input of `CreateBasePathMapping`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateBasePathMapping {
    /// The domain name.
    pub(super) domain_name: String,
    /// The path; `(none)` for all.
    pub(super) base_path: String,
    /// The API's id.
    pub(super) rest_api_id: Text,
    /// The stage's name.
    pub(super) stage: String,
}

/// Input of `UpdateBasePathMapping`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateBasePathMapping {
    /// The domain name.
    pub(super) domain_name: String,
    /// The path; `(none)` for all.
    pub(super) base_path: String,
    /// What changes.
    pub(super) patch_operations: Vec<PatchOperation>,
}

/// Input of `DeleteBasePathMapping`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeleteBasePathMapping {
    /// The domain name.
    pub(super) domain_name: String,
    /// The path; `(none)` for all.
    pub(super) base_path: String,
}

/// Input of `CreateApiMapping`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateApiMapping {
    /// The domain name.
    pub(super) domain_name: String,
    /// The path; left out for all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) api_mapping_key: String,
    /// The API's id.
    pub(super) api_id: Text,
    /// The stage's name.
    pub(super) stage: String,
}

/// Input of `UpdateApiMapping`. AWS wants the API's id always.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateApiMapping {
    /// The domain name.
    pub(super) domain_name: String,
    /// The id that AWS made up for the mapping.
    pub(super) api_mapping_id: Text,
    /// The path, which stays.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) api_mapping_key: String,
    /// The API's id.
    pub(super) api_id: Text,
    /// The stage's name.
    pub(super) stage: String,
}

/// Input of `DeleteApiMapping`, and which mapping that is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeleteApiMapping {
    /// The domain name.
    pub(super) domain_name: String,
    /// The id that AWS made up for the mapping.
    pub(super) api_mapping_id: Text,
    /// The path, for people: the id names it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) api_mapping_key: String,
}

/// A base path as API Gateway writes it.
pub(super) fn base_path(path: &str) -> String {
    if path.is_empty() { EMPTY.into() } else { path.into() }
}

/// A base path as states have it.
pub(super) fn plain_path(base_path: &str) -> String {
    if base_path == EMPTY { String::new() } else { base_path.into() }
}

impl CreateDomainName {
    /// The call that makes this domain name, with nothing below it.
    pub(super) fn of(id: &Id, want: &DomainName) -> Self {
        Self {
            domain_name: id.name.clone(),
            regional_certificate_arn: want.regional_certificate_arn.clone(),
            security_policy: want.security_policy.clone(),
            endpoint_access_mode: want.endpoint_access_mode.clone(),
            endpoint_configuration: EndpointConfiguration {
                types: vec![crate::aws::apigateway::REGIONAL.into()],
                ip_address_type: want.ip_address_type.clone(),
            },
            mutual_tls_authentication: want.mutual_tls_authentication.clone(),
            tags: want.tags.clone(),
        }
    }

    /// The domain name that this makes.
    pub(super) fn domain_name(&self) -> DomainName {
        DomainName {
            regional_certificate_arn: self.regional_certificate_arn.clone(),
            security_policy: self.security_policy.clone(),
            endpoint_access_mode: self.endpoint_access_mode.clone(),
            ip_address_type: self.endpoint_configuration.ip_address_type.clone(),
            mutual_tls_authentication: self.mutual_tls_authentication.clone(),
            tags: self.tags.clone(),
            ..DomainName::default()
        }
    }
}

impl CreateBasePathMapping {
    pub(super) fn apply(&self, domain: &mut DomainName) {
        let mapping = Mapping { api_id: self.rest_api_id.clone(), stage: self.stage.clone() };
        domain.base_path_mappings.insert(plain_path(&self.base_path), mapping);
    }
}

impl UpdateBasePathMapping {
    pub(super) fn apply(&self, domain: &mut DomainName) {
        let Some(mapping) = domain.base_path_mappings.get_mut(&plain_path(&self.base_path)) else { return };
        for PatchOperation { path, value, .. } in &self.patch_operations {
            match (path.as_str(), value) {
                ("/restapiId", Some(api)) => mapping.api_id = api.clone(),
                ("/stage", Some(stage)) => mapping.stage = stage.to_string(),
                _ => {}
            }
        }
    }
}

impl DeleteBasePathMapping {
    pub(super) fn apply(&self, domain: &mut DomainName) {
        domain.base_path_mappings.remove(&plain_path(&self.base_path));
    }
}

impl CreateApiMapping {
    pub(super) fn apply(&self, domain: &mut DomainName) {
        let mapping = Mapping { api_id: self.api_id.clone(), stage: self.stage.clone() };
        domain.api_mappings.insert(self.api_mapping_key.clone(), mapping);
    }
}

impl UpdateApiMapping {
    pub(super) fn apply(&self, domain: &mut DomainName) {
        if let Some(mapping) = domain.api_mappings.get_mut(&self.api_mapping_key) {
            *mapping = Mapping { api_id: self.api_id.clone(), stage: self.stage.clone() };
        }
    }
}

impl DeleteApiMapping {
    pub(super) fn apply(&self, domain: &mut DomainName) {
        domain.api_mappings.remove(&self.api_mapping_key);
    }
}
