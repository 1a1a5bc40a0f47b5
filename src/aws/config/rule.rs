//! Rules that AWS has written: the manifest names one and gives its parameters.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_config::types::ConfigRule;
use serde::{Deserialize, Serialize};

use super::{ARN, LANE, TagResource, UntagResource, made_up_arn, read_tags};
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::changed;
use crate::aws::kit::tags::tagged;
use crate::aws::settle::{
    self,
    reason::{BUSY, ROLE},
    rule,
};
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Found, Id, Observed, Resource};
use crate::name::Owner;

mod call;
mod need;
mod observe;

pub use call::*;

/// A rule.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Rule {
    /// Which of AWS's rules it is, such as `IAM_ROLE_MANAGED_POLICY_CHECK`.
    pub source_identifier: String,
    /// The rule's parameters.
    pub input_parameters: BTreeMap<String, String>,
    /// Which resources it judges; all that the rule is about where this is empty.
    pub scope: Scope,
    /// How often it runs, if periodically; `None`: every [`DEFAULT_FREQUENCY`].
    pub maximum_execution_frequency: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Tags.
    pub tags: Tags,
}

/// How often a periodic rule runs where nobody asked for another frequency.
pub const DEFAULT_FREQUENCY: &str = "TwentyFour_Hours";

/// Which resources a rule judges. A part of AWS's input too.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Scope {
    /// Those of these types.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub compliance_resource_types: BTreeSet<String>,
    /// Those with this tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag_key: Option<String>,
    /// Those with this value of that tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag_value: Option<String>,
    /// The one with this id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compliance_resource_id: Option<String>,
}

const HEALS: &[settle::Rule] = &[
    rule("config:PutConfigRule", "InsufficientPermissionsException", "", 120, ROLE),
    rule("config:DeleteConfigRule", "ResourceInUseException", "", 120, BUSY),
];

impl Resource for Rule {
    type Call = Call;
    type Seed = ConfigRule;
    const HEALS: &'static [settle::Rule] = HEALS;
    const LISTS_ALL: bool = true;

    fn lane(_: &Id) -> String {
        LANE.into()
    }

    fn next(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        match (want, live) {
            (None, None) => None,
            (None, Some(_)) => Some(Call::Delete(RuleName { config_rule_name: id.name.clone() })),
            (Some(want), None) => Some(Call::Put(put(id, want, want.tags.clone()))),
            (Some(want), Some(live)) => {
                next_settings(id, want, live).or_else(|| tags::next(made_up_arn(id), &want.tags, &live.tags))
            }
        }
    }

    /// AWS ignores the tags of a put on a rule that exists.
    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Put(input) => Some(input.state(state.map(|s| s.tags))),
            Call::Delete(_) => None,
            Call::Tag(input) => changed(state, |s| input.apply(&mut s.tags)),
            Call::Untag(input) => changed(state, |s| input.apply(&mut s.tags)),
        }
    }

    tagged!();

    async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<ConfigRule>>, AwsError> {
        let (prefix, mut found) = (owner.prefix(), Vec::new());
        let mut rules = aws.read.config.describe_config_rules().into_paginator().send();
        while let Some(page) = rules.next().await {
            let page = page.answer("config:DescribeConfigRules")?.config_rules.unwrap_or_default().into_iter();
            let ours = page.filter_map(|seed| Some(Found { name: seed.config_rule_name.clone()?, seed }));
            found.extend(ours.filter(|found| found.name.starts_with(&prefix)));
        }
        Ok(found)
    }

    async fn observe(aws: &Aws, id: &Id, seed: Option<&ConfigRule>) -> Result<Option<Observed<Self>>, AwsError> {
        observe::rule(aws, id, seed).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        match call {
            Call::Put(input) => input.send(aws).await,
            Call::Tag(input) => input.send(aws).await,
            Call::Untag(input) => input.send(aws).await,
            Call::Delete(input) => {
                let request = aws.write.config.delete_config_rule().config_rule_name(&input.config_rule_name);
                request.send().await.answer("config:DeleteConfigRule").map(drop)
            }
        }
    }
}

fn next_settings(id: &Id, want: &Rule, live: &Rule) -> Option<Call> {
    let same = Rule { tags: Tags::new(), ..want.clone() } == Rule { tags: Tags::new(), ..live.clone() };
    (!same).then(|| Call::Put(put(id, want, Tags::new())))
}

#[cfg(test)]
mod tests;
