//! What ties a web ACL to a REST API's stage.
//!
//! It has no tags and no life of its own: it is the stage's web ACL, and absent where the stage has none. A stage has
//! one web ACL at most, and associating another one replaces it silently: one that is not ours is named beside the
//! state, so that this never happens unseen.

use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};

use super::*;
use crate::aws::kit::calls::calls;
use crate::aws::kit::unmodelled;
use crate::aws::rate::Limit;
use crate::aws::settle::Rule;
use crate::aws::{Aws, Observed, Resource, apigateway};
use crate::name::Ownership;

mod need;

/// An association. Its physical name is `<API>/<stage>`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Association {
    /// The stage.
    pub resource_arn: Text,
    /// The web ACL.
    #[serde(rename = "WebACLArn")]
    pub web_acl_arn: Text,
}

calls! {
    /// The calls on an association.
    pub enum Call {
        /// Puts the web ACL before the stage, in the place of any other.
        "wafv2:AssociateWebACL" => Associate(AssociateWebAcl),
        /// Takes whichever web ACL there is away.
        "wafv2:DisassociateWebACL" => Disassociate(DisassociateWebAcl),
    }
}

/// Input of `AssociateWebACL`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AssociateWebAcl {
    #[serde(rename = "WebACLArn")]
    web_acl_arn: Text,
    resource_arn: Text,
}

/// Input of `DisassociateWebACL`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DisassociateWebAcl {
    resource_arn: Text,
}

/// What a listing tells: all there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arns {
    resource: String,
    web_acl: String,
}

impl Resource for Association {
    type Call = Call;
    type Seed = Arns;
    const HEALS: &'static [Rule] = super::HEALS;
    const LIMITS: &'static [Limit] = super::LIMITS;
    const LISTS_WITH_READS: bool = true;

    fn next(_: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        let disassociate = |live: &Self| DisassociateWebAcl { resource_arn: live.resource_arn.clone() };
        match (want, live) {
            (want, Some(live)) if want.is_none_or(|want| want.resource_arn != live.resource_arn) => {
                Some(Call::Disassociate(disassociate(live)))
            }
            (Some(want), live) if Some(want) != live => {
                let (web_acl_arn, resource_arn) = (want.web_acl_arn.clone(), want.resource_arn.clone());
                Some(Call::Associate(AssociateWebAcl { web_acl_arn, resource_arn }))
            }
            _ => None,
        }
    }

    fn effect(call: &Call, _: Option<Self>) -> Option<Self> {
        match call {
            Call::Associate(AssociateWebAcl { web_acl_arn, resource_arn }) => {
                Some(Self { resource_arn: resource_arn.clone(), web_acl_arn: web_acl_arn.clone() })
            }
            Call::Disassociate(_) => None,
        }
    }

    fn texts(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        visit(&mut self.resource_arn);
        visit(&mut self.web_acl_arn);
    }

    /// A web ACL that somebody else has put before our stage is not ours to take away.
    async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<Arns>>, AwsError> {
        let apis = apigateway::ours(aws, owner).await?;
        let stages = apis.iter().map(|api| protected_stages(aws, owner, api));
        let found = try_join_all(stages).await?.into_iter().flatten();
        Ok(found.filter(|found| is_ours(owner, &found.seed.web_acl)).collect())
    }

    async fn observe(aws: &Aws, id: &Id, seed: Option<&Arns>) -> Result<Option<Observed<Self>>, AwsError> {
        let arns = match seed {
            Some(seed) => Some(seed.clone()),
            None => read(aws, id).await?,
        };
        Ok(arns.map(|arns| observed(&id.owner, &arns)))
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        let waf = &aws.write.wafv2;
        match call {
            Call::Associate(input) => {
                let api = "wafv2:AssociateWebACL";
                let request = waf.associate_web_acl().web_acl_arn(literal(api, &input.web_acl_arn)?);
                request.resource_arn(literal(api, &input.resource_arn)?).send().await.answer(api).map(drop)
            }
            Call::Disassociate(input) => {
                let api = "wafv2:DisassociateWebACL";
                let request = waf.disassociate_web_acl().resource_arn(literal(api, &input.resource_arn)?);
                request.send().await.answer(api).map(drop)
            }
        }
    }
}

/// The ARN of a stage of an API, which AWS makes up the id of.
pub fn stage_arn(site: &Site, api: &Address, stage: &str) -> Text {
    let start = stage_arn_start(&site.partition, site.region.as_str());
    Text::from(start).then(OutputRef::new(api, ID)).then(format!("/stages/{stage}"))
}

fn stage_arn_start(partition: &str, region: &str) -> String {
    format!("arn:{partition}:apigateway:{region}::/restapis/")
}

fn observed(owner: &Owner, arns: &Arns) -> Observed<Association> {
    let (resource_arn, web_acl_arn) = (Text::from(arns.resource.as_str()), Text::from(arns.web_acl.as_str()));
    let attribute = format!("a web ACL of somebody else ({})", arns.web_acl);
    let unmodelled = unmodelled::erased("wafv2:AssociateWebACL", [(&attribute, !is_ours(owner, &arns.web_acl))]);
    Observed { unmodelled, ..Observed::of(Association { resource_arn, web_acl_arn }) }
}

/// `arn:aws:wafv2:<region>:<account>:regional/webacl/<name>/<id>` with a name of ours.
fn is_ours(owner: &Owner, web_acl_arn: &str) -> bool {
    let name = web_acl_arn.split_once("/webacl/").map(|(_, name)| name);
    name.is_some_and(|name| name.starts_with(&owner.prefix()))
}

async fn read(aws: &Aws, id: &Id) -> Result<Option<Arns>, AwsError> {
    let Some((name, _)) = id.name.rsplit_once('/') else { return Ok(None) };
    let apis = apigateway::ours(aws, &id.owner).await?;
    let named = apis.iter().filter(|api| api.name() == Some(name));
    let stages = try_join_all(named.map(|api| protected_stages(aws, &id.owner, api))).await?;
    Ok(stages.into_iter().flatten().find(|found| found.name == id.name).map(|found| found.seed))
}

/// The stages of an API of ours that have a web ACL.
async fn protected_stages(aws: &Aws, owner: &Owner, api: &apigateway::Listed) -> Result<Vec<Found<Arns>>, AwsError> {
    let (Some(api_id), Some(name)) = (api.id(), api.name()) else { return Ok(Vec::new()) };
    let tags = tags::collect(api.tags().into_iter().flatten());
    if !matches!(owner.of(&tags), Ownership::Owned(_)) {
        return Ok(Vec::new());
    }
    let Some(stages) = apigateway::stages(aws, api_id).await? else { return Ok(Vec::new()) };
    let start = stage_arn_start(Site::partition_of(aws.region()), aws.region().as_str());
    let stages = stages.into_iter().filter_map(|stage| {
        let web_acl = stage.web_acl_arn.filter(|arn| !arn.is_empty())?;
        let stage = stage.stage_name?;
        let resource = format!("{start}{api_id}/stages/{stage}");
        Some(Found { name: format!("{name}/{stage}"), seed: Arns { resource, web_acl } })
    });
    Ok(stages.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::{Kind, State};
    use crate::plan::steps::{assert_properties, steps, test_id};
    use proptest::option;
    use proptest::prelude::*;

    fn association(stage: &str, acl: &str) -> State {
        let id = test_id(Kind::Association, "shop--test-api/v1");
        let api = "apigateway.rest-api/api".parse().unwrap();
        Association { resource_arn: stage_arn(&id.site, &api, stage), web_acl_arn: acl.into() }.into()
    }

    fn any_association() -> impl Strategy<Value = State> {
        ("[a-b]", "[a-b]").prop_map(|(stage, acl)| association(&stage, &acl))
    }

    proptest! {
        #[test]
        fn the_three_properties_hold(want in option::of(any_association()), live in option::of(any_association())) {
            assert_properties(&test_id(Kind::Association, "shop--test-api/v1"), want.as_ref(), live.as_ref());
        }
    }

    fn apis(want: &State, live: &State) -> Vec<&'static str> {
        let id = test_id(Kind::Association, "shop--test-api/v1");
        steps(&id, Some(want), Some(live)).unwrap().iter().map(|step| step.call.api()).collect()
    }

    #[test]
    fn another_web_acl_takes_the_place_of_the_first_without_a_gap() {
        assert_eq!(apis(&association("v1", "b"), &association("v1", "a")), ["wafv2:AssociateWebACL"]);
        let moved = ["wafv2:DisassociateWebACL", "wafv2:AssociateWebACL"];
        assert_eq!(apis(&association("v1", "a"), &association("v2", "a")), moved);
    }

    #[test]
    fn a_web_acl_of_somebody_else_is_named() {
        let owner = test_id(Kind::Association, "x").owner;
        let of = |name: &str| {
            let web_acl = format!("arn:aws:wafv2:us-west-2:123456789012:regional/webacl/{name}/1-2");
            observed(&owner, &Arns { resource: "r".into(), web_acl }).unmodelled
        };
        assert_eq!(of("shop--test-waf"), []);
        let other = of("shop--prod-waf");
        assert!(other[0].attribute.contains("/shop--prod-waf/"), "{other:?}");
        assert_eq!(other[0].erased_by, Some("wafv2:AssociateWebACL"));
    }
}
