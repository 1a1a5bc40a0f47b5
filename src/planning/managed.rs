//! Which other tools still look after what a plan is about, by what the tagging index says of it: states hold no tags that AWS
//! writes.

use std::collections::BTreeMap;

use crate::aws::tag_index::tags_in_index;
use crate::aws::{Aws, AwsError, Live, Tags, Wanted, indexed};
use crate::name::{Address, tag};
use crate::plan::{Action, Note, Plan, tools};

/// The notes of a plan about such tools. Of what is ours already `index` says it; of what becomes ours the index is asked.
pub async fn notes(
    aws: &Aws,
    plan: &Plan,
    wanted: &BTreeMap<Address, Wanted>,
    live: &BTreeMap<Address, Live>,
    index: &BTreeMap<String, Tags>,
) -> Result<Vec<Note>, AwsError> {
    let adopted = plan.changes.iter().filter(|change| change.action == Action::Adopt).map(|change| &change.address);
    let arns: BTreeMap<String, &Address> =
        adopted.filter_map(|address| Some((indexed::arn(&live.get(address)?.id)?, address))).collect();
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
