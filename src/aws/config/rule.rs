//! Rules: AWS's managed ones.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_config::types;
use serde::{Deserialize, Serialize};

use crate::aws::config::{LANE, TagResource, UntagResource, list_tags, sdk_tags, tag, untag};
use crate::aws::error::{Answer, AwsError};
use crate::aws::tags::{self, TagChange, Tags};
use crate::aws::{Aws, Found, Id, Observed, Resource, Unmodelled};
use crate::name::Owner;
use crate::text::OutputRef;

/// A managed rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Rule {
    /// Such as `IAM_ROLE_MANAGED_POLICY_CHECK`.
    pub source_identifier: String,
    /// What it is for.
    pub description: Option<String>,
    /// Its parameters.
    pub input_parameters: BTreeMap<String, String>,
    /// What it looks at; everything that it can where it is left out.
    pub scope: Option<Scope>,
    /// How often a periodic rule runs, such as `One_Hour`.
    pub maximum_execution_frequency: Option<String>,
    /// Tags.
    pub tags: Tags,
}

/// `Scope`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Scope {
    /// Types such as `AWS::IAM::Role`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub compliance_resource_types: BTreeSet<String>,
    /// Resources with this tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag_key: Option<String>,
    /// And this value of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag_value: Option<String>,
    /// One resource of the one type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compliance_resource_id: Option<String>,
}

/// The calls on a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "api", content = "input")]
pub enum Call {
    /// Makes or changes it.
    #[serde(rename = "config:PutConfigRule")]
    Put(Box<PutConfigRule>),
    /// Adds or changes tags.
    #[serde(rename = "config:TagResource")]
    Tag(TagResource),
    /// Removes tags.
    #[serde(rename = "config:UntagResource")]
    Untag(UntagResource),
    /// Deletes it and its findings.
    #[serde(rename = "config:DeleteConfigRule")]
    Delete(DeleteConfigRule),
}

/// Input of `PutConfigRule`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutConfigRule {
    /// The rule.
    pub config_rule: ConfigRule,
    /// Tags of a new one; AWS ignores them on an existing one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Tags>,
}

/// `ConfigRule`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ConfigRule {
    /// The physical name.
    pub config_rule_name: String,
    /// Whose rule it is.
    pub source: Source,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A JSON object of texts, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_parameters: Option<String>,
    /// What it looks at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// How often it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum_execution_frequency: Option<String>,
}

/// `Source`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Source {
    /// `AWS`.
    pub owner: String,
    /// Such as `IAM_ROLE_MANAGED_POLICY_CHECK`.
    pub source_identifier: String,
}

/// Input of `DeleteConfigRule`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteConfigRule {
    /// The physical name.
    pub config_rule_name: String,
}

impl ConfigRule {
    fn of(id: &Id, want: &Rule) -> Self {
        let parameters =
            (!want.input_parameters.is_empty()).then(|| serde_json::json!(want.input_parameters).to_string());
        Self {
            config_rule_name: id.name.clone(),
            source: Source { owner: "AWS".into(), source_identifier: want.source_identifier.clone() },
            description: want.description.clone(),
            input_parameters: parameters,
            scope: want.scope.clone(),
            maximum_execution_frequency: want.maximum_execution_frequency.clone(),
        }
    }

    fn state(&self, tags: Tags) -> Rule {
        let parameters = self.input_parameters.as_deref().map(parameters);
        Rule {
            source_identifier: self.source.source_identifier.clone(),
            description: self.description.clone(),
            input_parameters: parameters.unwrap_or_default(),
            scope: self.scope.clone(),
            maximum_execution_frequency: self.maximum_execution_frequency.clone(),
            tags,
        }
    }
}

/// Parameters from their text; a value that is no text keeps its JSON.
fn parameters(text: &str) -> BTreeMap<String, String> {
    let parsed: BTreeMap<String, serde_json::Value> = serde_json::from_str(text).unwrap_or_default();
    let plain = |value: serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    parsed.into_iter().map(|(key, value)| (key, plain(value))).collect()
}

impl Resource for Rule {
    type Call = Call;
    type Seed = types::ConfigRule;

    fn lane(_: &Id) -> String {
        LANE.into()
    }

    fn next(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        let put =
            |want: &Self, tags| Call::Put(Box::new(PutConfigRule { config_rule: ConfigRule::of(id, want), tags }));
        match (want, live) {
            (None, None) => None,
            (None, Some(_)) => Some(Call::Delete(DeleteConfigRule { config_rule_name: id.name.clone() })),
            (Some(want), None) => Some(put(want, Some(want.tags.clone()))),
            (Some(want), Some(live)) if ConfigRule::of(id, want) != ConfigRule::of(id, live) => Some(put(want, None)),
            (Some(want), Some(live)) => tags::next(&want.tags, &live.tags).map(|change| {
                let resource_arn = OutputRef::new(&id.address, "arn").into();
                match change {
                    TagChange::Set(tags) => Call::Tag(TagResource { resource_arn, tags }),
                    TagChange::Remove(tag_keys) => Call::Untag(UntagResource { resource_arn, tag_keys }),
                }
            }),
        }
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Put(input) => {
                let tags = state.map(|state| state.tags).or_else(|| input.tags.clone()).unwrap_or_default();
                Some(input.config_rule.state(tags))
            }
            Call::Delete(_) => None,
            Call::Tag(input) => state.map(|mut rule| {
                tags::set(&mut rule.tags, &input.tags);
                rule
            }),
            Call::Untag(input) => state.map(|mut rule| {
                tags::remove(&mut rule.tags, &input.tag_keys);
                rule
            }),
        }
    }

    fn tags(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<Self::Seed>>, AwsError> {
        let (mut found, mut next) = (Vec::new(), None);
        loop {
            let page = aws.read.config.describe_config_rules().set_next_token(next).send().await;
            let page = page.answer("config:DescribeConfigRules")?;
            let ours = page.config_rules.unwrap_or_default().into_iter();
            let ours =
                ours.filter(|rule| rule.config_rule_name().is_some_and(|name| name.starts_with(&owner.prefix())));
            found.extend(ours.filter_map(|rule| Some(Found { name: rule.config_rule_name.clone()?, seed: rule })));
            next = page.next_token.filter(|token| !token.is_empty());
            if next.is_none() {
                return Ok(found);
            }
        }
    }

    async fn observe(aws: &Aws, id: &Id, seed: Option<&Self::Seed>) -> Result<Option<Observed<Self>>, AwsError> {
        let rule = match seed {
            Some(seed) => Some(seed.clone()),
            None => {
                let named = aws.read.config.describe_config_rules().config_rule_names(&id.name).send().await;
                let named = named.found("config:DescribeConfigRules", &["NoSuchConfigRuleException"])?;
                named.and_then(|answer| answer.config_rules).unwrap_or_default().into_iter().next()
            }
        };
        let Some(rule) = rule else { return Ok(None) };
        let tags = list_tags(aws, rule.config_rule_arn()).await?;
        let arn = rule.config_rule_arn().map(|arn| ("arn".to_owned(), arn.to_owned()));
        let deleting =
            rule.config_rule_state().map(|state| state.as_str()).filter(|state| state.starts_with("DELETING"));
        Ok(Some(Observed {
            identity: rule.config_rule_id().map(str::to_owned),
            outputs: arn.into_iter().collect(),
            pending: deleting.map(str::to_owned),
            unmodelled: unmodelled(&rule),
            ..Observed::of(read(&rule, tags))
        }))
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        match call {
            Call::Put(input) => {
                let api = "config:PutConfigRule";
                let rule = sdk(&input.config_rule).map_err(|error| AwsError::not_sent(api, error))?;
                let request = aws.write.config.put_config_rule().config_rule(rule);
                request.set_tags(input.tags.as_ref().map(sdk_tags)).send().await.answer(api).map(drop)
            }
            Call::Tag(input) => tag(aws, &input.resource_arn, &input.tags).await,
            Call::Untag(input) => untag(aws, &input.resource_arn, &input.tag_keys).await,
            Call::Delete(input) => {
                let request = aws.write.config.delete_config_rule().config_rule_name(&input.config_rule_name);
                request.send().await.answer("config:DeleteConfigRule").map(drop)
            }
        }
    }
}

fn read(rule: &types::ConfigRule, tags: Tags) -> Rule {
    let scope = rule.scope().map(|scope| Scope {
        compliance_resource_types: scope.compliance_resource_types().iter().cloned().collect(),
        tag_key: scope.tag_key().map(str::to_owned),
        tag_value: scope.tag_value().map(str::to_owned),
        compliance_resource_id: scope.compliance_resource_id().map(str::to_owned),
    });
    Rule {
        source_identifier: rule.source().and_then(|source| source.source_identifier()).unwrap_or_default().to_owned(),
        description: rule.description().filter(|text| !text.is_empty()).map(str::to_owned),
        input_parameters: rule.input_parameters().map(parameters).unwrap_or_default(),
        scope: scope.filter(|scope| *scope != Scope::default()),
        maximum_execution_frequency: rule.maximum_execution_frequency().map(|often| often.as_str().to_owned()),
        tags,
    }
}

fn sdk(rule: &ConfigRule) -> Result<types::ConfigRule, String> {
    let source = types::Source::builder().owner(rule.source.owner.as_str().into());
    let source = source.source_identifier(&rule.source.source_identifier).build().map_err(|e| e.to_string())?;
    let scope = rule.scope.as_ref().map(|scope| {
        let of: Vec<String> = scope.compliance_resource_types.iter().cloned().collect();
        types::Scope::builder()
            .set_compliance_resource_types((!of.is_empty()).then_some(of))
            .set_tag_key(scope.tag_key.clone())
            .set_tag_value(scope.tag_value.clone())
            .set_compliance_resource_id(scope.compliance_resource_id.clone())
            .build()
    });
    Ok(types::ConfigRule::builder()
        .config_rule_name(&rule.config_rule_name)
        .source(source)
        .set_description(rule.description.clone())
        .set_input_parameters(rule.input_parameters.clone())
        .set_scope(scope)
        .set_maximum_execution_frequency(rule.maximum_execution_frequency.as_deref().map(Into::into))
        .build())
}

fn unmodelled(rule: &types::ConfigRule) -> Vec<Unmodelled> {
    let owner = rule.source().map(|source| source.owner().as_str());
    let foreign = owner.is_some_and(|owner| owner != "AWS");
    let unmodelled = Unmodelled { attribute: "Source".into(), erased_by: Some("config:PutConfigRule") };
    if foreign { vec![unmodelled] } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::{Kind, State};
    use crate::plan::steps::{assert_properties, test_id};
    use proptest::prelude::*;

    prop_compose! {
        fn rule()(
            source_identifier in "[A-B]", description in proptest::option::of("[a-b]"),
            input_parameters in proptest::collection::btree_map("[a-b]", "[x-y]", 0..3),
            types in proptest::collection::btree_set("[a-c]", 0..2),
            often in proptest::option::of("[A-B]"),
            tags in proptest::collection::btree_map("[a-c]", "[x-z]", 0..3),
        ) -> State {
            let scope = (!types.is_empty()).then(|| Scope { compliance_resource_types: types, ..Scope::default() });
            Rule { source_identifier, description, input_parameters, scope, maximum_execution_frequency: often, tags }.into()
        }
    }

    proptest! {
        #[test]
        fn the_three_properties_hold(want in proptest::option::of(rule()), live in proptest::option::of(rule())) {
            assert_properties(&test_id(Kind::Rule, "shop-test-rule"), want.as_ref(), live.as_ref());
        }
    }
}
