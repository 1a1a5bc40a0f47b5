//! Reads certificates: which ones exist, who owns them, and what one is waiting for.

use aws_sdk_acm::types::{
    CertificateDetail, CertificateStatus, CertificateSummary, CertificateType, Filters, KeyAlgorithm,
};

use super::*;
use crate::aws::apigateway_domain;
use crate::aws::route53::{self, Cname as InZone};
use crate::name::Ownership;

const ABSENT: &[&str] = &["ResourceNotFoundException"];
const LIST: &str = "acm:ListCertificates";
const DESCRIBE: &str = "acm:DescribeCertificate";
const TAGS: &str = "acm:ListTagsForCertificate";
/// The most that one page can hold.
const PAGE: i32 = 1000;
/// While AWS has yet to make up the record.
pub(super) const WITHOUT_RECORD: &str = "PENDING_VALIDATION_WITHOUT_RECORD";

/// A certificate of ours, as listings show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The ARN.
    pub(super) arn: String,
    /// The tags.
    pub(super) tags: Tags,
}

/// Certificates of ours. Whatever is listed and may be ours is asked for its tags: what nothing uses, since an apply may have left it half
/// made, and what is for a domain name of ours. The tagging index lags: of some it says that they are worth it, and of none that
/// they are not.
pub(super) async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<Listed>>, AwsError> {
    let (all, names) = tokio::try_join!(summaries(reader.into()), apigateway_domain::names_of_ours(reader, owner))?;
    let hints = reader.hints();
    let may_be_ours = |one: &CertificateSummary| {
        one.in_use() != Some(true)
            || one.domain_name().is_some_and(|name| names.contains(name))
            || one.certificate_arn().is_some_and(|arn| hints.contains_key(arn))
    };
    let ours = ours(reader.into(), owner, all.iter().filter(|one| may_be_ours(one))).await?;
    let mut found: Vec<Found<Listed>> = Vec::new();
    for (name, listed) in ours {
        match found.iter().find(|other| other.name == name) {
            Some(other) => return Err(twice(&name, &other.seed, &listed)),
            None => found.push(Found { name, seed: listed }),
        }
    }
    Ok(found)
}

/// Those among these that are ours, each with its domain name.
async fn ours<'c>(
    reader: Reader<'_>,
    owner: &Owner,
    all: impl Iterator<Item = &'c CertificateSummary>,
) -> Result<Vec<(String, Listed)>, AwsError> {
    let reads = all.map(async |one| {
        let (Some(arn), Some(name)) = (one.certificate_arn(), one.domain_name()) else { return Ok(None) };
        let tags = tags_of(reader, arn).await?.unwrap_or_default();
        let is_ours = matches!(owner.of(&tags), Ownership::Owned(address) if address.kind == Kind::Certificate);
        Ok::<_, AwsError>(is_ours.then(|| (name.to_owned(), Listed { arn: arn.to_owned(), tags })))
    });
    Ok(futures_util::future::try_join_all(reads).await?.into_iter().flatten().collect())
}

fn twice(name: &str, one: &Listed, other: &Listed) -> AwsError {
    let message = format!(
        "several certificates of this app are for {name}: {}, {}; delete all but one, or remove the app's tags from \
         the others",
        one.arn, other.arn
    );
    AwsError::not_sent(LIST, message)
}

/// All of the account and region that AWS has issued or is to issue. Without key types it would list those with RSA alone.
async fn summaries(reader: Reader<'_>) -> Result<Vec<CertificateSummary>, AwsError> {
    let ask = async {
        let types = KeyAlgorithm::values().iter().map(|name| KeyAlgorithm::from(*name)).collect();
        let types = Filters::builder().set_key_types(Some(types)).build();
        let pages = reader.aws().read.acm.list_certificates().includes(types).max_items(PAGE).into_paginator();
        pages.items().send().collect::<Result<Vec<_>, _>>().await.answer(LIST)
    };
    let all = reader.once(|cache| &cache.certificates, "", ask).await?;
    let is_issued = |one: &CertificateSummary| one.r#type().is_none_or(|of| *of == CertificateType::AmazonIssued);
    Ok(all.into_iter().filter(is_issued).collect())
}

/// The tags of a certificate; `None` where there is none any more.
async fn tags_of(reader: Reader<'_>, arn: &str) -> Result<Option<Tags>, AwsError> {
    let ask = async {
        let answer = reader.aws().read.acm.list_tags_for_certificate().certificate_arn(arn).send().await;
        Ok(answer.found(TAGS, ABSENT)?.map(|answer| tags::read(answer.tags.unwrap_or_default())))
    };
    reader.once(|cache| &cache.certificate_tags, arn, ask).await
}

/// The one of ours that is for this domain name.
async fn find(reader: Reader<'_>, id: &Id) -> Result<Option<Listed>, AwsError> {
    let all = summaries(reader).await?;
    let named = all.iter().filter(|one| one.domain_name() == Some(&id.name));
    let mut ours = ours(reader, &id.owner, named).await?.into_iter().map(|(_, listed)| listed);
    match (ours.next(), ours.next()) {
        (Some(one), Some(other)) => Err(twice(&id.name, &one, &other)),
        (one, _) => Ok(one),
    }
}

/// Reads one certificate, and its record where there is a zone.
pub(super) async fn observe(
    reader: Reader<'_>,
    id: &Id,
    seed: Option<&Listed>,
) -> Result<Option<Observed<Certificate>>, AwsError> {
    let listed = match seed {
        Some(seed) => Some(seed.clone()),
        None => find(reader, id).await?,
    };
    let Some(Listed { arn, tags }) = listed else { return Ok(None) };
    let answer = reader.aws().read.acm.describe_certificate().certificate_arn(&arn).send().await;
    let Some(answer) = answer.found(DESCRIBE, ABSENT)? else { return Ok(None) };
    let Some(detail) = AwsError::held(DESCRIBE, Some(answer.certificate))? else { return Ok(None) };
    let (said, record) = (Validation::from_tag(tags.get(tag::PARTS).map(String::as_str)), record(&detail, &id.name));
    let standing = match &record {
        Some((name, value)) if !said.hosted_zone_id.is_empty() => {
            route53::cname(reader, &said.hosted_zone_id, name, value).await?
        }
        _ => InZone::Absent,
    };
    let needed_by = match (reader, &standing) {
        (Reader::Plan(reader), InZone::There(..)) if said.is_made => needed_by(reader, id, &arn).await?,
        _ => Vec::new(),
    };
    Ok(Some(assemble(&detail, arn, tags, record, &standing, needed_by)))
}

/// Name and value of the CNAME that AWS has made up, once it has.
pub(super) fn record(detail: &CertificateDetail, domain: &str) -> Option<(String, String)> {
    let named = |name: &str| validated(name) == validated(domain);
    let option = detail.domain_validation_options().iter().find(|option| named(option.domain_name()))?;
    let record = option.resource_record()?;
    Some((route53::plain(record.name()), route53::plain(record.value())))
}

/// The other certificates of the region that have the same CNAME and may be renewed by it, whoever they are of: of two that go by one
/// plan neither takes it away from the other.
async fn needed_by(reader: &PlanReader, id: &Id, own: &str) -> Result<Vec<String>, AwsError> {
    let all = summaries(reader.into()).await?;
    let others = all.iter().filter(|one| one.certificate_arn() != Some(own) && may_need(one, &id.name));
    Ok(others.filter_map(|one| one.certificate_arn().map(str::to_owned)).collect())
}

/// True for a certificate that is validated by the CNAME of this domain, and is or may yet be issued.
fn may_need(one: &CertificateSummary, domain: &str) -> bool {
    let dead = one.status().is_some_and(|status| is_dead(status.as_str()) || *status == CertificateStatus::Revoked);
    let names = one.subject_alternative_name_summaries().iter().map(String::as_str).chain(one.domain_name());
    !dead && names.into_iter().any(|name| validated(name) == validated(domain))
}

/// AWS's answers as a state.
pub(super) fn assemble(
    detail: &CertificateDetail,
    arn: String,
    mut tags: Tags,
    mut record: Option<(String, String)>,
    standing: &InZone,
    needed_by: Vec<String>,
) -> Observed<Certificate> {
    let said = Validation::from_tag(tags.remove(tag::PARTS).as_deref());
    let mut validation = Validation::of(&said.hosted_zone_id, said.is_made, matches!(standing, InZone::There(..)));
    if let (InZone::There(ttl, there), Some((_, value))) = (standing, &mut record) {
        // A record is deleted with the very values that it has.
        (validation.ttl, *value) = (*ttl, there.clone());
    }
    validation.needed_by = needed_by;
    let status = detail.status().map_or(PENDING, |status| status.as_str());
    let pending = pending(detail, status, record.is_some());
    let state = Certificate {
        domain_name: detail.domain_name().unwrap_or_default().to_lowercase(),
        // A request spells it with an underscore, and an answer with a hyphen.
        key_algorithm: detail.key_algorithm().map_or(RSA_2048, |of| of.as_str()).replacen('-', "_", 1),
        status: if was_issued(status) { ISSUED.into() } else { status.to_owned() },
        validation,
        tags,
    };
    let made_up = record.into_iter().flat_map(|(name, value)| [(NAME.to_owned(), name), (VALUE.to_owned(), value)]);
    Observed {
        identity: Some(arn.clone()),
        outputs: [(ARN.to_owned(), arn)].into_iter().chain(made_up).collect(),
        pending,
        unmodelled: unmodelled(detail, status, standing),
        ..Observed::of(state)
    }
}

/// True for what a certificate becomes after it was issued. What uses it has to move before it can be replaced, which
/// nobody does by himself.
fn was_issued(status: &str) -> bool {
    ["EXPIRED", "INACTIVE", "REVOKED"].contains(&status)
}

/// What will pass by itself: that AWS has yet to make up the record. That it validates is no more than another state.
fn pending(detail: &CertificateDetail, status: &str, has_record: bool) -> Option<String> {
    if is_dead(status) {
        let why = detail.failure_reason().map(|reason| reason.as_str()).unwrap_or_default();
        return Some(format!("{status} ({})", what_to_do(status, why)));
    }
    (status == PENDING && !has_record).then(|| WITHOUT_RECORD.to_owned())
}

/// Why AWS has not issued a certificate, and what to do about it before the next plan requests another.
fn what_to_do(status: &str, reason: &str) -> String {
    let help = match reason {
        "ADDITIONAL_VERIFICATION_REQUIRED" => {
            "AWS asks for more information about the requester of this domain: open a support case"
        }
        "CAA_ERROR" => "allow amazon.com in the CAA record of the domain, or of a domain above it",
        "DOMAIN_NOT_ALLOWED" => {
            "the domain is on a list of unsafe domains: have it removed from the list, then open a support case"
        }
        "DOMAIN_VALIDATION_DENIED" => "AWS has refused the domain: open a support case",
        "INVALID_PUBLIC_DOMAIN" => "it has no public suffix: name a domain in public DNS",
        _ if status == "VALIDATION_TIMED_OUT" => {
            "AWS did not see its record within three days: make sure that the domain uses the hosted zone's name \
             servers"
        }
        _ => "see AWS's guide on failed certificate requests",
    };
    let reason = if reason.is_empty() { String::new() } else { format!("{reason}: ") };
    format!("{reason}{help}; then plan again to request another certificate")
}

/// How the attribute begins of a record that leads elsewhere.
const RECORD: &str = "a record ";

fn unmodelled(detail: &CertificateDetail, status: &str, standing: &InZone) -> Vec<Unmodelled> {
    let used = if detail.in_use_by().is_empty() { "not in use" } else { "in use" };
    let no_longer = was_issued(status).then(|| Unmodelled::kept(format!("Status {status} ({used})")));
    let by_hand =
        used_by_hand(detail).map(|arn| Unmodelled::forbids(format!("a use by {arn}"), "acm:DeleteCertificate"));
    let elsewhere = match standing {
        InZone::Elsewhere(name, values) => Some(Unmodelled::kept(format!("{RECORD}{name} that points to {values}"))),
        InZone::Absent | InZone::There(..) => None,
    };
    no_longer.into_iter().chain(elsewhere).chain(by_hand).collect()
}

/// What uses a certificate beside domain names of API Gateway: those are shown as load balancers of accounts of AWS's own. Nothing
/// that a plan says takes such a use away, so that AWS would refuse to delete the certificate for good.
fn used_by_hand(detail: &CertificateDetail) -> impl Iterator<Item = &str> {
    let part = |arn: &str, index: usize| arn.split(':').nth(index).unwrap_or_default().to_owned();
    let account = part(detail.certificate_arn().unwrap_or_default(), 4);
    let is_by_hand = move |arn: &&str| part(arn, 4) == account && part(arn, 2) != "apigateway";
    detail.in_use_by().iter().map(String::as_str).filter(is_by_hand)
}

/// What stands in the way of the record for good: nothing is written over.
pub(super) fn obstacle(unmodelled: &[Unmodelled]) -> Option<String> {
    let there = unmodelled.iter().find(|one| one.attribute.starts_with(RECORD))?;
    Some(format!("there is {}, but AWS expects another value; delete it, then plan again", there.attribute))
}
