//! The calls on a rule.

use std::collections::BTreeMap;

use aws_sdk_config::types;
use serde::{Deserialize, Serialize};

use super::*;
use crate::aws::kit::calls::calls;
use crate::aws::kit::tags::tag_calls;
use crate::aws::tags::listed;

calls! {
    /// The calls on a rule.
    pub enum Call {
        /// Makes the rule, or replaces all its settings.
        "config:PutConfigRule" => Put(PutConfigRule),
        /// Adds or changes tags.
        "config:TagResource" => Tag(TagResource),
        /// Removes tags.
        "config:UntagResource" => Untag(UntagResource),
        /// Deletes the rule and its judgements.
        "config:DeleteConfigRule" => Delete(RuleName),
    }
}

tag_calls!(Call: Tag(TagResource), Untag(UntagResource));

/// Input of `PutConfigRule`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutConfigRule {
    config_rule: Settings,
    #[serde(with = "listed", default, skip_serializing_if = "Tags::is_empty")]
    tags: Tags,
}

/// What a rule is to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Settings {
    config_rule_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<Scope>,
    source: Source,
    /// JSON in a text.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", with = "json_text")]
    input_parameters: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    maximum_execution_frequency: Option<String>,
}

/// Who has written the rule's logic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Source {
    owner: SourceOwner,
    source_identifier: String,
}

/// AWS has written it: nothing else is modelled.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
enum SourceOwner {
    #[serde(rename = "AWS")]
    Aws,
}

/// Input of `DeleteConfigRule`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RuleName {
    pub(super) config_rule_name: String,
}

/// Parameters as AWS wants them: a JSON object of texts, itself in a text.
mod json_text {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serializer, de, ser};

    pub fn serialize<S: Serializer>(parameters: &BTreeMap<String, String>, output: S) -> Result<S::Ok, S::Error> {
        output.serialize_str(&serde_json::to_string(parameters).map_err(ser::Error::custom)?)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<BTreeMap<String, String>, D::Error> {
        serde_json::from_str(&String::deserialize(input)?).map_err(de::Error::custom)
    }
}

pub(super) fn put(id: &Id, want: &Rule, tags: Tags) -> PutConfigRule {
    let config_rule = Settings {
        config_rule_name: id.name.clone(),
        description: want.description.clone(),
        scope: Some(want.scope.clone()).filter(|scope| *scope != Scope::default()),
        source: Source { owner: SourceOwner::Aws, source_identifier: want.source_identifier.clone() },
        input_parameters: want.input_parameters.clone(),
        maximum_execution_frequency: want.maximum_execution_frequency.clone(),
    };
    PutConfigRule { config_rule, tags }
}

impl PutConfigRule {
    /// The state that it leads to; `tags` are those of a rule that exists.
    pub(super) fn state(&self, tags: Option<Tags>) -> Rule {
        let settings = self.config_rule.clone();
        Rule {
            source_identifier: settings.source.source_identifier,
            input_parameters: settings.input_parameters,
            scope: settings.scope.unwrap_or_default(),
            maximum_execution_frequency: settings.maximum_execution_frequency,
            description: settings.description,
            tags: tags.unwrap_or_else(|| self.tags.clone()),
        }
    }

    pub(super) async fn send(&self, aws: &Aws) -> Result<(), AwsError> {
        let api = "config:PutConfigRule";
        let rule = self.config_rule.sdk(api)?;
        let tags = (!self.tags.is_empty()).then(|| tags::sdk(api, &self.tags)).transpose()?;
        let request = aws.write.config.put_config_rule().config_rule(rule).set_tags(tags);
        request.send().await.answer(api).map(drop)
    }
}

impl Settings {
    fn sdk(&self, api: &'static str) -> Result<types::ConfigRule, AwsError> {
        let identifier = &self.source.source_identifier;
        let source = types::Source::builder().owner(types::Owner::Aws).source_identifier(identifier).build();
        let parameters = (!self.input_parameters.is_empty()).then(|| serde_json::to_string(&self.input_parameters));
        let parameters = parameters.transpose().map_err(|error| AwsError::not_sent(api, error.to_string()))?;
        let frequency = self.maximum_execution_frequency.as_deref().map(Into::into);
        Ok(ConfigRule::builder()
            .config_rule_name(&self.config_rule_name)
            .set_description(self.description.clone())
            .set_scope(self.scope.as_ref().map(Scope::sdk))
            .source(source.map_err(|error| AwsError::not_sent(api, error.to_string()))?)
            .set_input_parameters(parameters)
            .set_maximum_execution_frequency(frequency)
            .build())
    }
}

impl Scope {
    fn sdk(&self) -> types::Scope {
        let types: Vec<_> = self.compliance_resource_types.iter().cloned().collect();
        types::Scope::builder()
            .set_compliance_resource_types((!types.is_empty()).then_some(types))
            .set_tag_key(self.tag_key.clone())
            .set_tag_value(self.tag_value.clone())
            .set_compliance_resource_id(self.compliance_resource_id.clone())
            .build()
    }
}
