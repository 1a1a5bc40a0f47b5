//! IP sets: the addresses that rules refer to. The version of its addresses never changes in place.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_wafv2::types;
use serde::{Deserialize, Serialize};

use crate::aws::error::{Answer, AwsError};
use crate::aws::tags::{self, TagChange, Tags};
use crate::aws::wafv2::acl::{Delete, TagResource, UntagResource};
use crate::aws::wafv2::{ABSENT, Listed, arn, list_tags, lock_token, made_up, sdk_tags, tag, untag};
use crate::aws::{Aws, Found, Id, Kind, Observed, Resource, literal};
use crate::name::Owner;
use crate::text::Text;

/// A set of address ranges.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct IpSet {
    /// `IPV4` or `IPV6`.
    #[serde(rename = "IPAddressVersion")]
    pub version: String,
    /// Ranges such as `192.0.2.0/24`.
    pub addresses: BTreeSet<String>,
    /// Tags.
    pub tags: Tags,
}

/// The calls on an IP set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "api", content = "input")]
pub enum Call {
    /// Makes it.
    #[serde(rename = "wafv2:CreateIPSet")]
    Create(CreateIpSet),
    /// Replaces its addresses.
    #[serde(rename = "wafv2:UpdateIPSet")]
    Update(UpdateIpSet),
    /// Adds or changes tags.
    #[serde(rename = "wafv2:TagResource")]
    Tag(TagResource),
    /// Removes tags.
    #[serde(rename = "wafv2:UntagResource")]
    Untag(UntagResource),
    /// Deletes it.
    #[serde(rename = "wafv2:DeleteIPSet")]
    Delete(Delete),
}

/// Input of `CreateIPSet`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateIpSet {
    /// The physical name.
    pub name: String,
    /// `REGIONAL`.
    pub scope: String,
    /// `IPV4` or `IPV6`.
    #[serde(rename = "IPAddressVersion")]
    pub version: String,
    /// The ranges.
    pub addresses: BTreeSet<String>,
    /// Tags.
    #[serde(with = "tags::listed")]
    pub tags: Tags,
}

/// Input of `UpdateIPSet`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateIpSet {
    /// The physical name.
    pub name: String,
    /// `REGIONAL`.
    pub scope: String,
    /// The id that AWS made up.
    pub id: Text,
    /// The ranges.
    pub addresses: BTreeSet<String>,
    /// Of the read that was compared with the plan.
    pub lock_token: Text,
}

impl Resource for IpSet {
    type Call = Call;
    type Seed = Listed;
    const USED_BY: &'static [Kind] = &[Kind::WebAcl];

    fn next(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        let (name, scope) = (id.name.clone(), "REGIONAL".to_owned());
        match (want, live) {
            (None, None) => None,
            (None, Some(_)) => Some(Call::Delete(Delete::of(id))),
            (Some(want), Some(live)) if want.version != live.version => Some(Call::Delete(Delete::of(id))),
            (Some(want), None) => {
                let (version, addresses, tags) = (want.version.clone(), want.addresses.clone(), want.tags.clone());
                Some(Call::Create(CreateIpSet { name, scope, version, addresses, tags }))
            }
            (Some(want), Some(live)) if want.addresses != live.addresses => {
                let addresses = want.addresses.clone();
                Some(Call::Update(UpdateIpSet { name, scope, id: made_up(id), addresses, lock_token: lock_token(id) }))
            }
            (Some(want), Some(live)) => tags::next(&want.tags, &live.tags).map(|change| {
                let resource_arn = arn(&id.site, "ipset", &id.address, &id.name);
                match change {
                    TagChange::Set(tags) => Call::Tag(TagResource { resource_arn, tags }),
                    TagChange::Remove(tag_keys) => Call::Untag(UntagResource { resource_arn, tag_keys }),
                }
            }),
        }
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Create(input) => Some(Self {
                version: input.version.clone(),
                addresses: input.addresses.clone(),
                tags: input.tags.clone(),
            }),
            Call::Update(input) => state.map(|set| Self { addresses: input.addresses.clone(), ..set }),
            Call::Delete(_) => None,
            Call::Tag(input) => state.map(|mut set| {
                tags::set(&mut set.tags, &input.tags);
                set
            }),
            Call::Untag(input) => state.map(|mut set| {
                tags::remove(&mut set.tags, &input.tag_keys);
                set
            }),
        }
    }

    fn tags(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<Listed>>, AwsError> {
        let (mut found, mut marker) = (Vec::new(), None);
        loop {
            let request = aws.read.wafv2.list_ip_sets().scope(types::Scope::Regional).limit(100);
            let page = request.set_next_marker(marker).send().await.answer("wafv2:ListIPSets")?;
            let all = page.ip_sets.unwrap_or_default();
            let ours = all.iter().filter(|set| set.name().is_some_and(|name| name.starts_with(&owner.prefix())));
            found.extend(ours.filter_map(|set| {
                let seed = Listed { id: set.id()?.to_owned(), arn: set.arn()?.to_owned() };
                Some(Found { name: set.name()?.to_owned(), seed })
            }));
            marker = page.next_marker.filter(|_| !all.is_empty());
            if marker.is_none() {
                return Ok(found);
            }
        }
    }

    async fn observe(aws: &Aws, id: &Id, seed: Option<&Listed>) -> Result<Option<Observed<Self>>, AwsError> {
        let seed = match seed {
            Some(seed) => Some(seed.clone()),
            None => Self::list(aws, &id.owner).await?.into_iter().find(|found| found.name == id.name).map(|f| f.seed),
        };
        let Some(listed) = seed else { return Ok(None) };
        let get = aws.read.wafv2.get_ip_set().name(&id.name).scope(types::Scope::Regional).id(&listed.id);
        let (answer, tags) = tokio::join!(get.send(), list_tags(aws, &listed.arn));
        let Some(answer) = answer.found("wafv2:GetIPSet", ABSENT)? else { return Ok(None) };
        let token = answer.lock_token.map(|token| ("@lock-token".to_owned(), token));
        let Some(set) = answer.ip_set else { return Ok(None) };
        let mut outputs = BTreeMap::from([("id".to_owned(), listed.id.clone())]);
        outputs.extend(token);
        let state = Self {
            version: set.ip_address_version().as_str().to_owned(),
            addresses: set.addresses().iter().cloned().collect(),
            tags: tags?,
        };
        Ok(Some(Observed { identity: Some(listed.id), outputs, ..Observed::of(state) }))
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        let waf = &aws.write.wafv2;
        match call {
            Call::Create(input) => {
                let api = "wafv2:CreateIPSet";
                let request = waf.create_ip_set().name(&input.name).scope(input.scope.as_str().into());
                let request = request
                    .ip_address_version(input.version.as_str().into())
                    .set_addresses(Some(input.addresses.iter().cloned().collect()))
                    .set_tags(Some(sdk_tags(api, &input.tags)?));
                request.send().await.answer(api).map(drop)
            }
            Call::Update(input) => {
                let api = "wafv2:UpdateIPSet";
                let request = waf.update_ip_set().name(&input.name).scope(input.scope.as_str().into());
                let request = request
                    .id(literal(api, &input.id)?)
                    .lock_token(literal(api, &input.lock_token)?)
                    .set_addresses(Some(input.addresses.iter().cloned().collect()));
                request.send().await.answer(api).map(drop)
            }
            Call::Tag(input) => tag(aws, &input.resource_arn, &input.tags).await,
            Call::Untag(input) => untag(aws, &input.resource_arn, &input.tag_keys).await,
            Call::Delete(input) => {
                let api = "wafv2:DeleteIPSet";
                let request = waf.delete_ip_set().name(&input.name).scope(input.scope.as_str().into());
                let request = request.id(literal(api, &input.id)?).lock_token(literal(api, &input.lock_token)?);
                request.send().await.answer(api).map(drop)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::State;
    use crate::plan::steps::{assert_properties, test_id};
    use proptest::prelude::*;

    prop_compose! {
        fn set()(
            version in prop_oneof![Just("IPV4"), Just("IPV6")],
            addresses in proptest::collection::btree_set("[a-c]", 0..3),
            tags in proptest::collection::btree_map("[a-c]", "[x-z]", 0..3),
        ) -> State {
            IpSet { version: version.into(), addresses, tags }.into()
        }
    }

    proptest! {
        #[test]
        fn the_three_properties_hold(want in proptest::option::of(set()), live in proptest::option::of(set())) {
            assert_properties(&test_id(Kind::IpSet, "shop-test-thing"), want.as_ref(), live.as_ref());
        }
    }
}
