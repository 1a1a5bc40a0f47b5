//! The calls on a usage plan.

use super::*;

calls! {
    /// The calls on a usage plan.
    pub enum Call {
        /// Makes the plan, without keys.
        "apigateway:CreateUsagePlan" => Create(CreateUsagePlan),
        /// Changes what differs, all at once.
        "apigateway:UpdateUsagePlan" => Update(UpdateUsagePlan),
        /// Lets a key in.
        "apigateway:CreateUsagePlanKey" => AddKey(CreateUsagePlanKey),
        /// Takes a key out.
        "apigateway:DeleteUsagePlanKey" => RemoveKey(UsagePlanKey),
        /// Adds or changes tags.
        "apigateway:TagResource" => Tag(TagResource),
        /// Removes tags.
        "apigateway:UntagResource" => Untag(UntagResource),
        /// Deletes the plan, which has no stages any more.
        "apigateway:DeleteUsagePlan" => Delete(UsagePlanId),
    }
}

tag_inputs!(TagResource, UntagResource { #[serde(rename = "resourceArn")] resource_arn: Text } lower_mapped);
tag_calls!(Call: Tag(TagResource), Untag(UntagResource));

/// Input of `CreateUsagePlan`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateUsagePlan {
    /// The physical name.
    pub(super) name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) description: String,
    /// The stages that its keys open.
    pub(super) api_stages: Vec<StageInput>,
    /// How often one key may call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) throttle: Option<Limits>,
    /// How often in a day, a week or a month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) quota: Option<Quota>,
    pub(super) tags: Tags,
}

/// A stage in the input of `CreateUsagePlan`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StageInput {
    /// The id that AWS made up for the API.
    pub(super) api_id: Text,
    /// The stage's name.
    pub(super) stage: String,
    /// Limits on methods, by path and HTTP method.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) throttle: BTreeMap<String, Limits>,
}

/// Input of `UpdateUsagePlan`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateUsagePlan {
    /// The plan's id.
    pub(super) usage_plan_id: Text,
    /// What changes.
    pub(super) patch_operations: Vec<Patch>,
}

/// Input of `CreateUsagePlanKey`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateUsagePlanKey {
    /// The plan's id.
    pub(super) usage_plan_id: Text,
    /// The key's id.
    pub(super) key_id: Text,
    /// `API_KEY`: there is nothing else.
    pub(super) key_type: String,
}

/// Input of `DeleteUsagePlanKey`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UsagePlanKey {
    /// The plan's id.
    pub(super) usage_plan_id: Text,
    /// The key's id.
    pub(super) key_id: Text,
}

/// Input of `DeleteUsagePlan`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UsagePlanId {
    /// The plan's id.
    pub(super) usage_plan_id: Text,
}

impl CreateUsagePlan {
    /// The call that makes this plan, but for its keys.
    pub(super) fn of(id: &Id, want: &UsagePlan) -> Self {
        let stage = |stage: &ApiStage| StageInput {
            api_id: stage.api_id.clone(),
            stage: stage.stage.clone(),
            throttle: want.limits_of(stage),
        };
        Self {
            name: id.name.clone(),
            description: want.description.clone(),
            api_stages: want.api_stages.iter().map(stage).collect(),
            throttle: want.throttle,
            quota: want.quota.clone(),
            tags: want.tags.clone(),
        }
    }

    /// The plan that this makes.
    pub(super) fn plan(&self) -> UsagePlan {
        let stage = |input: &StageInput| ApiStage { api_id: input.api_id.clone(), stage: input.stage.clone() };
        let limits = self.api_stages.iter().flat_map(|input| {
            input.throttle.iter().map(move |(path, limits)| (Method { of: stage(input), path: path.clone() }, *limits))
        });
        UsagePlan {
            description: self.description.clone(),
            api_stages: self.api_stages.iter().map(stage).collect(),
            method_throttle: limits.collect(),
            throttle: self.throttle,
            quota: self.quota.clone(),
            keys: BTreeSet::new(),
            tags: self.tags.clone(),
        }
    }
}
