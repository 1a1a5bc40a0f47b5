//! What AWS reports of an IP set: set and tags at once, after a listing where nothing has listed it yet.

use aws_sdk_wafv2::operation::get_ip_set::GetIpSetOutput;
use aws_sdk_wafv2::types;

use super::*;
use crate::aws::kit::members::{Shape, Unread, members, unread};
use crate::aws::kit::text::some_text;

const SHAPE: Shape = Shape {
    at: &["IPSet"],
    named_by: "",
    members: members! { Name, Id, ARN, Description, IPAddressVersion, Addresses },
    erased_by: "wafv2:UpdateIPSet",
};

/// Name, id and ARN of every IP set.
pub async fn list(waf: &Client) -> Result<Vec<Summary>, AwsError> {
    let (mut all, mut marker) = (Vec::new(), None);
    loop {
        let request = waf.list_ip_sets().scope(Scope::Regional).limit(100).set_next_marker(marker);
        let page = request.send().await.answer("wafv2:ListIPSets")?;
        let sets = page.ip_sets.unwrap_or_default();
        marker = page.next_marker.filter(|marker| !marker.is_empty() && !sets.is_empty());
        all.extend(sets.into_iter().map(|set| (set.name, set.id, set.arn)));
        if marker.is_none() {
            return Ok(all);
        }
    }
}

/// Reads an IP set.
pub async fn observe(reader: Reader<'_>, name: &str, seed: Option<&Seed>) -> Result<Option<Observed<IpSet>>, AwsError> {
    let waf = &reader.aws().read.wafv2;
    let seed = match seed {
        Some(seed) => Some(seed.clone()),
        None => named(list(waf).await?, name),
    };
    let Some(seed) = seed else { return Ok(None) };
    let tags = reader.tags_or(&seed.arn, live_tags(waf, &seed.arn));
    let (answer, tags) = tokio::try_join!(get(waf, name, &seed.id), tags)?;
    let (Some(GetIpSetOutput { ip_set, lock_token, .. }), unread) = answer else { return Ok(None) };
    let set = ip_set.ok_or_else(|| AwsError::malformed("wafv2:GetIPSet", "the answer contains no IP set"))?;
    let (identity, outputs) = (Some(seed.id.clone()), outputs(seed.id, lock_token));
    Ok(Some(Observed { identity, outputs, unmodelled: unread.all(), ..Observed::of(state(&set, tags)) }))
}

/// The set as WAF describes it, normalised.
pub(super) fn state(set: &types::IpSet, tags: Tags) -> IpSet {
    IpSet {
        ip_address_version: set.ip_address_version().as_str().to_owned(),
        addresses: set.addresses().iter().map(|address| network(address)).collect(),
        description: some_text(set.description()),
        tags,
    }
}

/// A network as it is compared: AWS writes every digit of an IPv6 address.
fn network(address: &str) -> String {
    address.parse::<ipnet::IpNet>().map_or_else(|_| address.to_owned(), |network| network.trunc().to_string())
}

async fn get(waf: &Client, name: &str, id: &str) -> Result<(Option<GetIpSetOutput>, Unread), AwsError> {
    let request = waf.get_ip_set().name(name).scope(Scope::Regional).id(id).send();
    let (answer, unread) = unread(&SHAPE, request).await;
    Ok((answer.found("wafv2:GetIPSet", ABSENT)?, unread))
}
