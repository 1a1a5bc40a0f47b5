//! What AWS reports of a rule: the rule, where the listing has not told it, then its tags.

use serde_json::Value;

use super::*;
use crate::aws::kit::text::some_text;
use crate::aws::kit::unmodelled::{self, Unmodelled};

const DESCRIBE: &str = "config:DescribeConfigRules";

const ERASED_BY: &str = "config:PutConfigRule";

const SHAPE: Shape = Shape {
    at: &["ConfigRules"],
    named_by: "ConfigRuleName",
    members: members! {
        ConfigRuleName, ConfigRuleArn, ConfigRuleId, Description, InputParameters, MaximumExecutionFrequency,
        // AWS's own.
        ConfigRuleState, CreatedBy, RuleEvaluationVisibility,
        // Judged by `others`, with what is within the next two.
        EvaluationModes { Mode },
        Scope { ComplianceResourceTypes, TagKey, TagValue, ComplianceResourceId, ServicePrincipals },
        Source { Owner, SourceIdentifier, SourceDetails, CustomPolicyDetails },
    },
    erased_by: ERASED_BY,
};

/// Reads a rule by its name.
pub async fn rule(
    reader: Reader<'_>,
    id: &Id,
    seed: Option<&Described<ConfigRule>>,
) -> Result<Option<Observed<Rule>>, AwsError> {
    let found = match seed {
        Some(seed) => Some(seed.clone()),
        None => describe(reader.aws(), &id.name).await?,
    };
    let Some(Described { known: rule, unread }) = found else { return Ok(None) };
    let no_arn = || AwsError::malformed(DESCRIBE, format!("the rule {} has no ARN", id.name));
    let arn = rule.config_rule_arn().ok_or_else(no_arn)?;
    let tags = reader.tags_or(arn, read_tags(reader.aws(), arn)).await?;
    let mut observed = assemble(&rule, arn, tags)?;
    observed.unmodelled.extend(unread);
    Ok(Some(observed))
}

async fn describe(aws: &Aws, name: &str) -> Result<Option<Described<ConfigRule>>, AwsError> {
    let request = aws.read.config.describe_config_rules().config_rule_names(name).send();
    let (answer, unread) = unread(&SHAPE, request).await;
    let answer = answer.found(DESCRIBE, &["NoSuchConfigRuleException"])?;
    let mut rules = answer.and_then(|answer| answer.config_rules).unwrap_or_default().into_iter();
    let rule = rules.find(|rule| rule.config_rule_name() == Some(name));
    Ok(rule.map(|known| Described { known, unread: unread.of(name) }))
}

/// Puts together what was read.
pub(super) fn assemble(rule: &ConfigRule, arn: &str, tags: Tags) -> Result<Observed<Rule>, AwsError> {
    let frequency = rule.maximum_execution_frequency().map(|frequency| frequency.as_str());
    let state = Rule {
        source_identifier: rule.source().and_then(|source| source.source_identifier()).unwrap_or_default().to_owned(),
        input_parameters: parameters(rule.input_parameters().unwrap_or_default())?,
        scope: scope(rule),
        maximum_execution_frequency: frequency.filter(|f| *f != DEFAULT_FREQUENCY).map(str::to_owned),
        description: some_text(rule.description()),
        tags,
    };
    let status = rule.config_rule_state().map(|state| state.as_str());
    Ok(Observed {
        identity: rule.config_rule_id.clone(),
        outputs: BTreeMap::from([(ARN.to_owned(), arn.to_owned())]),
        pending: status.filter(|status| status.starts_with("DELETING")).map(str::to_owned),
        unmodelled: others(rule),
        ..Observed::of(state)
    })
}

/// AWS has the parameters as JSON in a text. Values that are no texts, which others may have written, are compared by
/// their JSON.
fn parameters(text: &str) -> Result<BTreeMap<String, String>, AwsError> {
    if text.is_empty() {
        return Ok(BTreeMap::new());
    }
    let no_object = |error| AwsError::malformed(DESCRIBE, format!("InputParameters is not a JSON object: {error}"));
    let values: BTreeMap<String, Value> = serde_json::from_str(text).map_err(no_object)?;
    let values = values.into_iter().map(|(name, value)| match value {
        Value::String(text) => (name, text),
        other => (name, other.to_string()),
    });
    Ok(values.collect())
}

fn scope(rule: &ConfigRule) -> Scope {
    let Some(scope) = rule.scope() else { return Scope::default() };
    Scope {
        compliance_resource_types: scope.compliance_resource_types().iter().cloned().collect(),
        tag_key: some_text(scope.tag_key()),
        tag_value: some_text(scope.tag_value()),
        compliance_resource_id: some_text(scope.compliance_resource_id()),
    }
}

fn others(rule: &ConfigRule) -> Vec<Unmodelled> {
    let modes = rule.evaluation_modes().iter().filter_map(|configuration| configuration.mode());
    let source = rule.source();
    unmodelled::erased(
        ERASED_BY,
        [
            ("Source.Owner", source.is_some_and(|source| source.owner().as_str() != "AWS")),
            ("Source.SourceDetails", source.is_some_and(|source| !source.source_details().is_empty())),
            ("Scope.ServicePrincipals", rule.scope().is_some_and(|scope| !scope.service_principals().is_empty())),
            ("EvaluationModes", modes.into_iter().any(|mode| mode.as_str() != "DETECTIVE")),
        ],
    )
}

pub(super) async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<Described<ConfigRule>>>, AwsError> {
    let pages = async {
        let (mut rules, mut found) = (aws.read.config.describe_config_rules().into_paginator().send(), Vec::new());
        while let Some(page) = rules.next().await {
            found.extend(page.answer(DESCRIBE)?.config_rules.unwrap_or_default());
        }
        Ok::<_, AwsError>(found)
    };
    let (found, unread) = unread(&SHAPE, pages).await;
    let (prefix, rules) = (owner.prefix(), found?.into_iter());
    let named = rules.filter_map(|known| Some((known.config_rule_name.clone()?, known)));
    let ours = named.filter(|(name, _)| name.starts_with(&prefix));
    Ok(ours.map(|(name, known)| Found { seed: Described { known, unread: unread.of(&name) }, name }).collect())
}
