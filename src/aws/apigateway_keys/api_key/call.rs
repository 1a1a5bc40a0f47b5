//! The calls on an API key. None has a value: AWS makes it.

use super::*;

calls! {
    /// The calls on an API key.
    pub enum Call {
        /// Makes the key.
        "apigateway:CreateApiKey" => Create(CreateApiKey),
        /// Changes what differs.
        "apigateway:UpdateApiKey" => Update(UpdateApiKey),
        /// Adds or changes tags.
        "apigateway:TagResource" => Tag(TagResource),
        /// Removes tags.
        "apigateway:UntagResource" => Untag(UntagResource),
        /// Deletes the key.
        "apigateway:DeleteApiKey" => Delete(ApiKeyId),
    }
}

tag_inputs!(TagResource, UntagResource { #[serde(rename = "resourceArn")] resource_arn: Text } lower_mapped);
tag_calls!(Call: Tag(TagResource), Untag(UntagResource));

/// Input of `CreateApiKey`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateApiKey {
    /// The physical name.
    pub(super) name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) description: String,
    /// Always said: API Gateway's own default is false.
    pub(super) enabled: bool,
    pub(super) tags: Tags,
}

/// Input of `UpdateApiKey`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateApiKey {
    /// The key's id.
    pub(super) api_key: Text,
    /// What changes.
    pub(super) patch_operations: Vec<PatchOperation>,
}

/// Input of `DeleteApiKey`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApiKeyId {
    /// The key's id.
    pub(super) api_key: Text,
}

impl CreateApiKey {
    /// The key that this makes.
    pub(super) fn key(&self) -> ApiKey {
        ApiKey { description: self.description.clone(), enabled: self.enabled, tags: self.tags.clone() }
    }
}

impl UpdateApiKey {
    /// The effect on a key.
    pub(super) fn apply(&self, key: &mut ApiKey) {
        for patch in &self.patch_operations {
            let value = patch.value.as_ref().and_then(Text::literal).unwrap_or_default();
            match patch.path.as_str() {
                "/description" => key.description = value.to_owned(),
                "/enabled" => key.enabled = value == "true",
                _ => {}
            }
        }
    }
}
