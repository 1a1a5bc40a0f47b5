//! Asking API Gateway about domain names: which there are, then what is mapped below one.

use std::collections::HashMap;

use aws_sdk_apigateway::types;
use futures_util::future::try_join_all;

use super::call::plain_path;
use super::obstacle::Foreign;
use super::*;
use crate::aws::{apigateway, apigatewayv2};
use crate::name::Ownership;

const ABSENT: &[&str] = &["NotFoundException"];
const LIST: &str = "apigateway:GetDomainNames";
const GET: &str = "apigateway:GetDomainName";
const BASE_PATHS: &str = "apigateway:GetBasePathMappings";
const MAPPINGS: &str = "apigatewayv2:GetApiMappings";
/// The most that one page can hold.
const PAGE: i32 = 500;

/// What the listing tells about one domain name.
pub type Listed = types::DomainName;

/// The domain names that are ours: as their tags say, or else the tagging index.
pub(super) async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<Box<Listed>>>, AwsError> {
    let found = all(reader.into()).await?.into_iter().filter(|domain| may_be_ours(reader, owner, domain));
    Ok(found.filter_map(|seed| Some(Found { name: seed.domain_name()?.to_owned(), seed: Box::new(seed) })).collect())
}

/// The domain names that are ours.
pub async fn names_of_ours(reader: &PlanReader, owner: &Owner) -> Result<BTreeSet<String>, AwsError> {
    Ok(list(reader, owner).await?.into_iter().map(|found| found.name).collect())
}

fn may_be_ours(reader: &PlanReader, owner: &Owner, domain: &Listed) -> bool {
    match shown_tags(domain.tags()) {
        Some(tags) => matches!(owner.of(&tags), Ownership::Owned(_)),
        None => {
            let region = reader.aws().region();
            let start = format!("arn:{}:apigateway:{region}::/domainnames/", Site::partition_of(region));
            reader.hints().contains_key(&format!("{start}{}", domain.domain_name().unwrap_or_default()))
        }
    }
}

/// All of the account and region but those in VPCs.
async fn all(reader: Reader<'_>) -> Result<Vec<Listed>, AwsError> {
    let ask = async {
        let pages = reader.aws().read.apigateway.get_domain_names().limit(PAGE).into_paginator().items().send();
        pages.collect::<Result<Vec<_>, _>>().await.answer(LIST)
    };
    let all = reader.once(|cache| &cache.domain_names, "", ask).await?;
    Ok(all.into_iter().filter(|domain| endpoint_type(domain) != apigateway::PRIVATE).collect())
}

fn endpoint_type(domain: &Listed) -> &str {
    let types = domain.endpoint_configuration().map(|configuration| configuration.types()).unwrap_or_default();
    types.first().map_or(apigateway::REGIONAL, |of| of.as_str())
}

/// One by its name: for a plan, as the listing of all shows it.
async fn find(reader: Reader<'_>, name: &str) -> Result<Option<Listed>, AwsError> {
    match reader {
        Reader::Direct(aws) => get(aws, name).await,
        Reader::Plan(_) => Ok(all(reader).await?.into_iter().find(|domain| domain.domain_name() == Some(name))),
    }
}

async fn get(aws: &Aws, name: &str) -> Result<Option<Listed>, AwsError> {
    let answer = aws.read.apigateway.get_domain_name().domain_name(name).send().await.found(GET, ABSENT)?;
    Ok(answer.map(|answer| {
        types::DomainName::builder()
            .set_domain_name(answer.domain_name)
            .set_certificate_name(answer.certificate_name)
            .set_certificate_arn(answer.certificate_arn)
            .set_regional_domain_name(answer.regional_domain_name)
            .set_regional_hosted_zone_id(answer.regional_hosted_zone_id)
            .set_regional_certificate_name(answer.regional_certificate_name)
            .set_regional_certificate_arn(answer.regional_certificate_arn)
            .set_endpoint_configuration(answer.endpoint_configuration)
            .set_domain_name_status(answer.domain_name_status)
            .set_domain_name_status_message(answer.domain_name_status_message)
            .set_security_policy(answer.security_policy)
            .set_endpoint_access_mode(answer.endpoint_access_mode)
            .set_tags(answer.tags)
            .set_mutual_tls_authentication(answer.mutual_tls_authentication)
            .set_ownership_verification_certificate_arn(answer.ownership_verification_certificate_arn)
            .set_policy(answer.policy)
            .set_management_policy(answer.management_policy)
            .set_routing_mode(answer.routing_mode)
            .build()
    }))
}

/// The tags that an answer shows; `None` where it shows none, which says nothing.
fn shown_tags(tags: Option<&HashMap<String, String>>) -> Option<Tags> {
    tags.filter(|tags| !tags.is_empty()).map(|tags| tags::collect(tags.clone()))
}

/// One by its name, and its tags; where nothing shows any, it is asked for by itself.
async fn with_tags(reader: Reader<'_>, name: &str) -> Result<Option<(Listed, Tags)>, AwsError> {
    let Some(found) = find(reader, name).await? else { return Ok(None) };
    let found = match shown_tags(found.tags()) {
        Some(_) => Some(found),
        None => get(reader.aws(), name).await?,
    };
    Ok(found.map(|domain| {
        let tags = shown_tags(domain.tags()).unwrap_or_default();
        (domain, tags)
    }))
}

/// The target of a domain name to which records of ours may point; `None` if no such domain name exists, or if it is
/// another app's. A domain name without an owner is taken over by the plan that has a record for it, or stops that
/// plan.
pub async fn regional_name(reader: Reader<'_>, owner: &Owner, name: &str) -> Result<Option<String>, AwsError> {
    let Some((domain, tags)) = with_tags(reader, name).await? else { return Ok(None) };
    let is_foreign = matches!(owner.of(&tags), Ownership::Foreign) && tags.contains_key(tag::APP);
    Ok(domain.regional_domain_name.filter(|_| !is_foreign))
}

/// An alias that an apply has made of a domain name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aliased {
    /// The domain name.
    pub name: String,
    /// Where it answers.
    pub target: String,
    /// The id of the hosted zone.
    pub zone: String,
}

/// The aliases that domain names of ours say they have.
pub async fn aliases_of_ours(reader: &PlanReader, owner: &Owner) -> Result<Vec<Aliased>, AwsError> {
    let ours = list(reader, owner).await?;
    let reads = ours.into_iter().map(async |found| with_tags(reader.into(), &found.name).await);
    let read = try_join_all(reads).await?;
    let of = |(domain, tags): (Listed, Tags)| {
        let (Some(name), Some(target)) = (domain.domain_name, domain.regional_domain_name) else { return Vec::new() };
        let aliased = |zone: &str| Aliased { name: name.clone(), target: target.clone(), zone: zone.to_owned() };
        alias::zones(&tags).into_iter().map(aliased).collect::<Vec<_>>()
    };
    Ok(read.into_iter().flatten().flat_map(of).collect())
}

/// Reads one domain name, and what is mapped below it.
pub(super) async fn observe(
    reader: Reader<'_>,
    id: &Id,
    seed: Option<&Listed>,
) -> Result<Option<Observed<DomainName>>, AwsError> {
    let found = match seed {
        Some(seed) => Some(seed.clone()),
        None => find(reader, &id.name).await?,
    };
    let Some(listed) = found else { return Ok(None) };
    let known = match reader {
        Reader::Direct(_) => Some(shown_tags(listed.tags()).unwrap_or_default()),
        Reader::Plan(_) => shown_tags(listed.tags()).or_else(|| reader.trusted(&arn(id)).cloned()),
    };
    let described = async {
        match known {
            Some(tags) => Ok::<_, AwsError>(Some((listed, tags))),
            None => Ok(get(reader.aws(), &id.name).await?.map(|domain| {
                let tags = shown_tags(domain.tags()).unwrap_or_default();
                (domain, tags)
            })),
        }
    };
    let (described, below) = tokio::try_join!(described, below(reader, &id.owner, &id.name))?;
    let (Some((domain, tags)), Some(below)) = (described, below) else { return Ok(None) };
    Ok(Some(assemble(&domain, tags, &below)))
}

/// What is mapped below a domain name.
#[derive(Debug, Default)]
pub(super) struct Below {
    /// Path, API and stage, as both of API Gateway's APIs show them.
    pub(super) mappings: BTreeMap<String, (String, String)>,
    /// The ids of HTTP APIs' mappings, by key.
    pub(super) ids: BTreeMap<String, String>,
    /// REST APIs that are ours, by id.
    pub(super) rest: BTreeSet<String>,
    /// HTTP APIs that are ours, by id.
    pub(super) http: BTreeSet<String>,
    /// Every REST API of the account and region, by id.
    pub(super) every_rest: BTreeSet<String>,
}

/// `None` where there is no such domain name any more. Whose an API is is asked only where one is mapped.
async fn below(reader: Reader<'_>, owner: &Owner, name: &str) -> Result<Option<Below>, AwsError> {
    let (paths, mappings) = tokio::try_join!(base_paths(reader.aws(), name), api_mappings(reader.aws(), name))?;
    let (Some(paths), Some(listed)) = (paths, mappings) else { return Ok(None) };
    let mut below = Below::default();
    for path in paths {
        let (Some(api), Some(stage)) = (path.rest_api_id, path.stage) else { continue };
        below.mappings.insert(plain_path(path.base_path.as_deref().unwrap_or_default()), (api, stage));
    }
    for mapping in listed {
        let key = mapping.api_mapping_key.unwrap_or_default();
        if let Some(id) = mapping.api_mapping_id {
            below.ids.insert(key.clone(), id);
        }
        let (Some(api), Some(stage)) = (mapping.api_id, mapping.stage) else { continue };
        below.mappings.insert(key, (api, stage));
    }
    if !below.mappings.is_empty() {
        let (rest, http) = tokio::try_join!(apigateway::ids(reader, owner), apigatewayv2::ids_of_ours(reader, owner))?;
        (below.rest, below.every_rest, below.http) = (rest.ours, rest.all, http);
    }
    Ok(Some(below))
}

async fn base_paths(aws: &Aws, name: &str) -> Result<Option<Vec<types::BasePathMapping>>, AwsError> {
    let request = aws.read.apigateway.get_base_path_mappings().domain_name(name).limit(PAGE);
    request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await.found(BASE_PATHS, ABSENT)
}

async fn api_mappings(aws: &Aws, name: &str) -> Result<Option<Vec<aws_sdk_apigatewayv2::types::ApiMapping>>, AwsError> {
    let (mut items, mut token) = (Vec::new(), None);
    loop {
        let request = aws.read.apigatewayv2.get_api_mappings().domain_name(name).set_next_token(token.clone());
        let Some(page) = request.send().await.found(MAPPINGS, ABSENT)? else { return Ok(None) };
        items.extend(page.items.unwrap_or_default());
        let next = page.next_token.filter(|next| !next.is_empty());
        if next.is_none() {
            return Ok(Some(items));
        }
        if next == token {
            return Err(AwsError::malformed(MAPPINGS, "a page says that it is its own next page"));
        }
        token = next;
    }
}

/// AWS's answers as a state.
pub(super) fn assemble(domain: &Listed, tags: Tags, below: &Below) -> Observed<DomainName> {
    let (regional, zone) = (domain.regional_domain_name(), domain.regional_hosted_zone_id());
    let of = |ours: &BTreeSet<String>| {
        let mapped = below.mappings.iter().filter(|(_, (api, _))| ours.contains(api));
        let mapping = |(path, (api, stage)): (&String, &(String, String))| {
            (path.clone(), Mapping { api_id: api.as_str().into(), stage: stage.clone() })
        };
        mapped.map(mapping).collect::<BTreeMap<_, _>>()
    };
    let policy = domain.security_policy().map_or(TLS_1_2, |policy| policy.as_str());
    let addresses = domain.endpoint_configuration().and_then(|configuration| configuration.ip_address_type());
    let tls = domain.mutual_tls_authentication();
    let tls = tls.and_then(|tls| Some((tls, tls.truststore_uri().filter(|uri| !uri.is_empty())?)));
    let text = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    let state = DomainName {
        regional_certificate_arn: domain.regional_certificate_arn().unwrap_or_default().into(),
        security_policy: policy.to_owned(),
        endpoint_access_mode: text(domain.endpoint_access_mode().map(|mode| mode.as_str()))
            .filter(|mode| mode != "NONE"),
        ip_address_type: addresses.map_or(IPV4, |of| of.as_str()).to_owned(),
        mutual_tls_authentication: tls.map(|(tls, uri)| MutualTls {
            truststore_uri: uri.to_owned(),
            truststore_version: text(tls.truststore_version()),
        }),
        base_path_mappings: of(&below.rest),
        api_mappings: of(&below.http),
        tags,
    };
    let outputs = [(REGIONAL_NAME, regional), (REGIONAL_ZONE, zone)];
    let outputs = outputs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), text(value)?)));
    let ids = below.ids.iter().filter(|(key, _)| state.api_mappings.contains_key(*key));
    let ids = ids.map(|(key, id)| (format!("mapping:{key}"), id.clone()));
    Observed {
        identity: text(regional),
        outputs: outputs.chain(ids).collect(),
        pending: pending(domain),
        unmodelled: others(domain, below),
        ..Observed::of(state)
    }
}

/// What will pass by itself. What waits for somebody (a certificate to be imported again, a proof of who owns the domain) is
/// named instead.
fn pending(domain: &Listed) -> Option<String> {
    let status = domain.domain_name_status()?.as_str();
    match status {
        "AVAILABLE" | "PENDING_CERTIFICATE_REIMPORT" | "PENDING_OWNERSHIP_VERIFICATION" => None,
        status if status.ends_with("FAILED") => {
            let why = domain.domain_name_status_message().filter(|why| !why.is_empty());
            Some(why.map_or(status.to_owned(), |why| format!("{status} ({why})")))
        }
        status => Some(status.to_owned()),
    }
}

/// AWS's own routing modes for a domain name without routing rules, as both of its APIs call them.
const BY_MAPPINGS: [&str; 3] = ["BASE_PATH_MAPPING_ONLY", "API_MAPPING_ONLY", ""];

fn others(domain: &Listed, below: &Below) -> Vec<Unmodelled> {
    let is_set = |text: Option<&str>| text.is_some_and(|text| !text.is_empty());
    let endpoint = endpoint_type(domain);
    let status = domain.domain_name_status().map_or("", |status| status.as_str());
    let waits = format!("domainNameStatus {status}");
    let routing = domain.routing_mode().map_or("", |mode| mode.as_str());
    let mut others = unmodelled::kept([
        ("ownershipVerificationCertificateArn", is_set(domain.ownership_verification_certificate_arn())),
        ("policy", is_set(domain.policy())),
        ("managementPolicy", is_set(domain.management_policy())),
        ("routingMode", !BY_MAPPINGS.contains(&routing)),
        (waits.as_str(), matches!(status, "PENDING_CERTIFICATE_REIMPORT" | "PENDING_OWNERSHIP_VERIFICATION")),
    ]);
    // Mutual TLS is on all the same, with what of the truststore AWS could read.
    let warnings = domain.mutual_tls_authentication().map(|tls| tls.truststore_warnings()).unwrap_or_default();
    others.extend(
        warnings.iter().map(|why| Unmodelled::kept(format!("mutualTlsAuthentication truststoreWarnings {why}"))),
    );
    if endpoint != apigateway::REGIONAL {
        let attribute = format!("endpointConfiguration {endpoint}");
        // Nothing here makes it regional, nor takes it over.
        others.extend(
            ["apigateway:UpdateDomainName", "apigateway:TagResource"].map(|call| Unmodelled::forbids(&attribute, call)),
        );
    }
    let is_ours = |api: &String| below.rest.contains(api) || below.http.contains(api);
    let of_others = below.mappings.iter().filter(|(_, (api, _))| !is_ours(api));
    others.extend(of_others.map(|(path, (api, stage))| {
        let (path, is_rest) = (path.clone(), below.every_rest.contains(api));
        let foreign = Foreign { path, is_rest, api: format!("{api}/{stage}") };
        Unmodelled::forbids(foreign.said(), "apigateway:DeleteDomainName")
    }));
    others
}
