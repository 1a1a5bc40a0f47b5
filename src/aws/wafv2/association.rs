//! Which web ACL protects a stage of a REST API.
//!
//! The stage itself tells: that costs no call to WAF, which allows one such question a second. Its id is
//! `<API>/<stage>`, both by their physical names.

use serde::{Deserialize, Serialize};

use crate::aws::apigateway;
use crate::aws::error::{Answer, AwsError};
use crate::aws::{Aws, Found, Id, Observed, Resource, Unmodelled, literal};
use crate::name::{Address, Owner, Ownership, Site};
use crate::text::{OutputRef, Text};

/// The web ACL of one stage. Without one it does not exist.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Association {
    /// The stage.
    #[serde(rename = "ResourceArn")]
    pub resource_arn: Text,
    /// The web ACL.
    #[serde(rename = "WebACLArn")]
    pub web_acl_arn: Text,
}

/// The calls on an association.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "api", content = "input")]
pub enum Call {
    /// Puts a web ACL before the stage, in place of another.
    #[serde(rename = "wafv2:AssociateWebACL")]
    Associate(AssociateWebAcl),
    /// Takes the web ACL away.
    #[serde(rename = "wafv2:DisassociateWebACL")]
    Disassociate(DisassociateWebAcl),
}

/// Input of `AssociateWebACL`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssociateWebAcl {
    /// The web ACL.
    #[serde(rename = "WebACLArn")]
    pub web_acl_arn: Text,
    /// The stage.
    #[serde(rename = "ResourceArn")]
    pub resource_arn: Text,
}

/// Input of `DisassociateWebACL`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisassociateWebAcl {
    /// The stage.
    #[serde(rename = "ResourceArn")]
    pub resource_arn: Text,
}

/// The ARN of a stage of an API of ours.
pub fn stage_arn(site: &Site, api: &Address, stage: &str) -> Text {
    let start = format!("arn:{}:apigateway:{}::/restapis/", site.partition, site.region);
    Text::from(start).then(OutputRef::new(api, "id")).then(format!("/stages/{stage}"))
}

impl Resource for Association {
    type Call = Call;
    type Seed = Association;

    fn next(_: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        match (want, live) {
            (Some(want), live) if live != Some(want) => Some(Call::Associate(AssociateWebAcl {
                web_acl_arn: want.web_acl_arn.clone(),
                resource_arn: want.resource_arn.clone(),
            })),
            (None, Some(live)) => {
                Some(Call::Disassociate(DisassociateWebAcl { resource_arn: live.resource_arn.clone() }))
            }
            _ => None,
        }
    }

    fn effect(call: &Call, _: Option<Self>) -> Option<Self> {
        match call {
            Call::Associate(input) => {
                let (resource_arn, web_acl_arn) = (input.resource_arn.clone(), input.web_acl_arn.clone());
                Some(Self { resource_arn, web_acl_arn })
            }
            Call::Disassociate(_) => None,
        }
    }

    fn texts(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        visit(&mut self.resource_arn);
        visit(&mut self.web_acl_arn);
    }

    async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<Association>>, AwsError> {
        let apis = apigateway::ours(aws, owner).await?;
        let stages = apis.iter().map(|api| of_api(aws, owner, api));
        Ok(futures_util::future::try_join_all(stages).await?.into_iter().flatten().collect())
    }

    async fn observe(aws: &Aws, id: &Id, seed: Option<&Association>) -> Result<Option<Observed<Self>>, AwsError> {
        let seed = match seed {
            Some(seed) => Some(seed.clone()),
            None => {
                let api = id.name.split('/').next().unwrap_or_default();
                let apis = apigateway::ours(aws, &id.owner).await?;
                let Some(api) = apis.iter().find(|listed| listed.name() == Some(api)) else { return Ok(None) };
                let found = of_api(aws, &id.owner, api).await?;
                found.into_iter().find(|found| found.name == id.name).map(|found| found.seed)
            }
        };
        Ok(seed.map(|state| Observed { unmodelled: unmodelled(id, &state), ..Observed::of(state) }))
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        match call {
            Call::Associate(input) => {
                let api = "wafv2:AssociateWebACL";
                let request = aws.write.wafv2.associate_web_acl().web_acl_arn(literal(api, &input.web_acl_arn)?);
                request.resource_arn(literal(api, &input.resource_arn)?).send().await.answer(api).map(drop)
            }
            Call::Disassociate(input) => {
                let api = "wafv2:DisassociateWebACL";
                let request = aws.write.wafv2.disassociate_web_acl();
                request.resource_arn(literal(api, &input.resource_arn)?).send().await.answer(api).map(drop)
            }
        }
    }
}

/// The stages of one API that a web ACL protects.
async fn of_api(aws: &Aws, owner: &Owner, api: &apigateway::Listed) -> Result<Vec<Found<Association>>, AwsError> {
    let (Some(api_id), Some(name)) = (api.id(), api.name()) else { return Ok(Vec::new()) };
    let tags = api.tags().map(|tags| tags.iter().map(|(k, v)| (k.clone(), v.clone())).collect()).unwrap_or_default();
    if !matches!(owner.of(&tags), Ownership::Owned(_)) {
        return Ok(Vec::new());
    }
    let stages = aws.read.apigateway.get_stages().rest_api_id(api_id).send().await;
    let Some(stages) = stages.found("apigateway:GetStages", &["NotFoundException"])? else { return Ok(Vec::new()) };
    let partition = Site::partition_of(aws.region());
    let protected = stages.item().iter().filter_map(|stage| {
        let web_acl_arn = stage.web_acl_arn().filter(|arn| !arn.is_empty())?.into();
        let name_ = stage.stage_name()?;
        let resource_arn =
            format!("arn:{partition}:apigateway:{}::/restapis/{api_id}/stages/{name_}", aws.region()).into();
        Some(Found { name: format!("{name}/{name_}"), seed: Association { resource_arn, web_acl_arn } })
    });
    Ok(protected.collect())
}

/// A web ACL of somebody else would be displaced without a word.
fn unmodelled(id: &Id, state: &Association) -> Vec<Unmodelled> {
    let arn = state.web_acl_arn.to_string();
    let ours = arn.split('/').nth(2).is_some_and(|name| name.starts_with(&id.owner.prefix()));
    let attribute = format!("a web ACL of somebody else ({arn})");
    if ours { Vec::new() } else { vec![Unmodelled { attribute, erased_by: Some("wafv2:AssociateWebACL") }] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::{Kind, State};
    use crate::plan::steps::{assert_properties, test_id};
    use proptest::prelude::*;

    fn association() -> impl Strategy<Value = State> {
        "[a-b]".prop_map(|arn| Association { resource_arn: "stage".into(), web_acl_arn: arn.into() }.into())
    }

    proptest! {
        #[test]
        fn the_three_properties_hold(want in proptest::option::of(association()), live in proptest::option::of(association())) {
            assert_properties(&test_id(Kind::Association, "shop-test-api/v1"), want.as_ref(), live.as_ref());
        }
    }

    #[test]
    fn a_web_acl_of_somebody_else_is_never_displaced() {
        let id = test_id(Kind::Association, "shop-test-api/v1");
        let with = |name: &str| {
            let arn = format!("arn:aws:wafv2:us-west-2:123456789012:regional/webacl/{name}/1");
            unmodelled(&id, &Association { resource_arn: "x".into(), web_acl_arn: arn.into() })
        };
        assert_eq!(with("shop-test-waf"), vec![]);
        assert_eq!(with("corporate")[0].erased_by, Some("wafv2:AssociateWebACL"));
    }
}
