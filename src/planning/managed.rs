//! Which other tools still manage the plan's resources, according to the tagging index: states have no tags that AWS
//! writes.

use std::collections::BTreeMap;

use crate::aws::tag_index::tags_in_index;
use crate::aws::{Aws, AwsError, Kind, Live, Tags, Wanted, indexed};
use crate::name::{Address, tag};
use crate::plan::{Action, Note, Plan, tools};

/// The notes of a plan about such tools. Of what is ours already `index` says it; of what becomes ours the index is
/// asked.
pub async fn notes(
    aws: &Aws,
    plan: &Plan,
    wanted: &BTreeMap<Address, Wanted>,
    live: &BTreeMap<Address, Live>,
    index: &BTreeMap<String, Tags>,
) -> Result<Vec<Note>, AwsError> {
    let adopted = plan.changes.iter().filter(|change| change.action == Action::Adopt).map(|change| &change.address);
    let arns: BTreeMap<String, &Address> =
        adopted.filter_map(|address| Some((arn(live.get(address)?)?, address))).collect();
    let asked = match arns.is_empty() {
        true => BTreeMap::new(),
        false => tags_in_index(aws, &arns.keys().cloned().collect::<Vec<_>>()).await?,
    };
    let asked = asked.into_iter().filter_map(|(arn, tags)| Some(((*arns.get(&arn)?).clone(), tags)));
    let ours = index.values().filter_map(|tags| Some((tags.get(tag::ADDRESS)?.parse().ok()?, tags.clone())));
    let indexed: BTreeMap<Address, Tags> = ours.chain(asked).collect();
    let is_wanted = |(address, _): &(&Address, &Live)| wanted.contains_key(*address);
    let tagged = live.iter().filter(is_wanted).map(|(address, live)| {
        let mut tags = live.observed.state.tags().cloned().unwrap_or_default();
        tags.extend(indexed.get(address).cloned().unwrap_or_default());
        (address.clone(), (live.id.name.clone(), tags))
    });
    Ok(tools::notes(&tagged.collect()))
}

/// The ARN by which the index names something: that of an API, a usage plan or a firewall ends in what AWS has made up.
fn arn(live: &Live) -> Option<String> {
    let (site, name) = (&live.id.site, &live.id.name);
    let id = || live.observed.outputs.get("id");
    let of_gateway = |path: &str, id: &str| format!("arn:{}:apigateway:{}::/{path}/{id}", site.partition, site.region);
    match live.id.address.kind {
        Kind::RestApi => Some(of_gateway("restapis", id()?)),
        Kind::HttpApi => Some(of_gateway("apis", id()?)),
        Kind::UsagePlan => Some(of_gateway("usageplans", id()?)),
        Kind::WebAcl => Some(site.arn("wafv2", &format!("regional/webacl/{name}/{}", id()?))),
        _ => indexed::arn(&live.id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::Observed;
    use crate::aws::lambda::LayerVersion;
    use crate::aws::test_support::test_id;

    #[test]
    fn what_the_index_names_by_an_id_is_asked_for_by_it() {
        let arn = |kind: Kind, outputs: &[(&str, &str)]| {
            let outputs = outputs.iter().map(|(name, id)| ((*name).to_owned(), (*id).to_owned())).collect();
            let observed = Observed { outputs, ..Observed::of(LayerVersion::default().into()) };
            arn(&Live { id: test_id(kind, "Orders"), observed })
        };
        for (kind, named) in [
            (Kind::RestApi, "arn:aws:apigateway:us-west-2::/restapis/0a1b"),
            (Kind::HttpApi, "arn:aws:apigateway:us-west-2::/apis/0a1b"),
            (Kind::UsagePlan, "arn:aws:apigateway:us-west-2::/usageplans/0a1b"),
            (Kind::WebAcl, "arn:aws:wafv2:us-west-2:123456789012:regional/webacl/Orders/0a1b"),
            (Kind::Table, "arn:aws:dynamodb:us-west-2:123456789012:table/Orders"),
        ] {
            assert_eq!(arn(kind, &[("id", "0a1b")]).as_deref(), Some(named));
        }
        assert_eq!(arn(Kind::RestApi, &[]), None);
    }
}
