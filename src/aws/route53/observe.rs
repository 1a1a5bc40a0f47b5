//! Asking Route 53 about the records of a domain.

use aws_sdk_route53::types;
use futures_util::future::try_join_all;

use super::*;
use crate::aws::apigateway_domain::Aliased;

const LIST: &str = "route53:ListResourceRecordSets";
const ZONES: &str = "route53:ListHostedZones";
const NO_ZONE: &[&str] = &["NoSuchHostedZone"];
/// The most that one page can hold; a domain has a few records, of as many types.
const PAGE: i32 = 100;

/// What there is of a domain's records: all of its types.
#[derive(Debug, Clone)]
pub struct Sets(pub(super) Vec<types::ResourceRecordSet>);

/// Records that lead to domain names of ours, in the zones in which those say that they have one. Others that lead there are
/// somebody else's, whatever zone they are in, and a zone of another account is never asked.
pub(super) async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<Sets>>, AwsError> {
    let aliases = apigateway_domain::aliases_of_ours(reader, owner).await?;
    if aliases.is_empty() {
        return Ok(Vec::new());
    }
    let zones = zones(reader.into()).await?;
    let there = aliases.iter().filter(|alias| zones.iter().any(|zone| zone_id(zone) == alias.zone));
    let reads = there.map(async |Aliased { name, target, zone }| {
        let sets = sets(reader.into(), zone, name).await?;
        let is_ours = sets.iter().flatten().any(|set| leads_to(set, Some(target)));
        Ok::<_, AwsError>(sets.filter(|_| is_ours).map(|sets| Found { name: physical(zone, name), seed: Sets(sets) }))
    });
    Ok(try_join_all(reads).await?.into_iter().flatten().collect())
}

fn zone_id(zone: &types::HostedZone) -> &str {
    zone.id().trim_start_matches("/hostedzone/")
}

async fn zones(reader: Reader<'_>) -> Result<Vec<types::HostedZone>, AwsError> {
    let ask = async {
        let pages = reader.aws().read.route53.list_hosted_zones().into_paginator().items().send();
        pages.collect::<Result<Vec<_>, _>>().await.answer(ZONES)
    };
    reader.once(|cache| &cache.hosted_zones, "", ask).await
}

/// A hosted zone of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// The id, without `/hostedzone/`.
    pub id: String,
    /// The name, without a dot at its end.
    pub name: String,
    /// True if it answers in VPCs alone.
    pub is_private: bool,
}

/// The account's hosted zones.
pub async fn hosted_zones(reader: &PlanReader) -> Result<Vec<Zone>, AwsError> {
    let of = |zone: &types::HostedZone| Zone {
        id: zone_id(zone).to_owned(),
        name: plain(zone.name()),
        is_private: zone.config().is_some_and(|config| config.private_zone()),
    };
    Ok(zones(reader.into()).await?.iter().map(of).collect())
}

/// Everything of this name in a zone; `None` where there is no such zone.
async fn sets(reader: Reader<'_>, zone: &str, name: &str) -> Result<Option<Vec<types::ResourceRecordSet>>, AwsError> {
    let request = reader.aws().read.route53.list_resource_record_sets().hosted_zone_id(zone);
    let answer = request.start_record_name(name).max_items(PAGE).send().await.found(LIST, NO_ZONE)?;
    let named = |set: &types::ResourceRecordSet| plain(set.name()) == name;
    Ok(answer.map(|answer| answer.resource_record_sets.into_iter().filter(named).collect()))
}

/// What stands in a zone where a CNAME may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cname {
    /// Nothing, or there is no such zone.
    Absent,
    /// That CNAME, which others may keep for so many seconds, with its value as it is written there.
    There(i64, String),
    /// A CNAME of that name with other values.
    Elsewhere(String, String),
}

/// Whether a CNAME stands in a zone that leads there, and nowhere else.
pub async fn cname(reader: Reader<'_>, zone: &str, name: &str, value: &str) -> Result<Cname, AwsError> {
    let sets = sets(reader, zone, name).await?.unwrap_or_default();
    let Some(set) = sets.iter().find(|set| *set.r#type() == types::RrType::Cname) else { return Ok(Cname::Absent) };
    let values: Vec<&str> = set.resource_records().iter().map(|record| record.value()).collect();
    Ok(match (values.as_slice(), set.set_identifier()) {
        ([one], None) if plain(one) == value => Cname::There(set.ttl().unwrap_or_default(), (*one).to_owned()),
        _ => Cname::Elsewhere(name.to_owned(), values.join(", ")),
    })
}

pub(super) async fn observe(
    reader: Reader<'_>,
    id: &Id,
    seed: Option<&Sets>,
) -> Result<Option<Observed<Record>>, AwsError> {
    let (zone, name) = zone_and_name(id);
    let target = apigateway_domain::regional_name(reader, &id.owner, name);
    let read = async {
        match seed {
            Some(seed) => Ok(Some(seed.0.clone())),
            None => sets(reader, zone, name).await,
        }
    };
    let (target, sets) = tokio::try_join!(target, read)?;
    match (sets, reader) {
        (Some(sets), _) => Ok(assemble(&sets, target.as_deref())),
        (None, Reader::Direct(_)) => Ok(None),
        (None, Reader::Plan(_)) => {
            let message = format!("there is no hosted zone {zone} in this account; see `zone` of the domain {name}");
            Err(AwsError::malformed(LIST, message))
        }
    }
}

/// True for a record that leads to this name by itself, in no group of several.
fn leads_to(set: &types::ResourceRecordSet, target: Option<&str>) -> bool {
    let alias = set.alias_target().map(|alias| plain(alias.dns_name()));
    set.set_identifier().is_none() && alias.is_some() && alias.as_deref() == target.map(str::to_lowercase).as_deref()
}

/// What Route 53 answers as a state: `None` where there is nothing that gives the domain an address. What leads elsewhere is in
/// the way of ours, and so is another name for the domain, beside which there can be nothing.
pub(super) fn assemble(sets: &[types::ResourceRecordSet], target: Option<&str>) -> Option<Observed<Record>> {
    let mut record = Record::default();
    let mut unmodelled = Vec::new();
    for set in sets {
        let family = Family::ALL.into_iter().find(|family| family.as_str() == set.r#type().as_str());
        match (family, set.alias_target()) {
            (Some(family), Some(alias)) if leads_to(set, target) => record.set(
                family,
                Some(Alias {
                    dns_name: plain(alias.dns_name()).into(),
                    evaluate_target_health: alias.evaluate_target_health(),
                    hosted_zone_id: alias.hosted_zone_id().into(),
                }),
            ),
            (None, _) if set.r#type().as_str() != "CNAME" => {}
            _ => unmodelled.push(Unmodelled::kept(in_the_way(set))),
        }
    }
    let is_empty = record == Record::default() && unmodelled.is_empty();
    (!is_empty).then(|| Observed { unmodelled, ..Observed::of(record) })
}

/// How [`in_the_way`] begins.
const RECORD: &str = "a record ";

/// What stands in the way of a record for good: nothing is written over.
pub(super) fn obstacle(unmodelled: &[Unmodelled]) -> Option<String> {
    let there = unmodelled.iter().find(|one| one.attribute.starts_with(RECORD))?;
    Some(format!("there is {}; change or delete it there, or remove `zone`", there.attribute))
}

/// A record that is not ours, in a plan's words.
fn in_the_way(set: &types::ResourceRecordSet) -> String {
    let target = set.alias_target().map(|alias| plain(alias.dns_name()));
    let values =
        || set.resource_records().iter().map(|record| record.value().to_owned()).collect::<Vec<_>>().join(", ");
    format!("{RECORD}{} that points to {}", set.r#type().as_str(), target.unwrap_or_else(values))
}
