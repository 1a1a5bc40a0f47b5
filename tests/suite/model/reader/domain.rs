//! Domain names of APIs, their certificates and their aliases.

use std::collections::BTreeMap;

use aws_sdk_route53::types::{ResourceRecordSet, RrType};
use serverless_app::aws::client::Clients;

use super::{last, sorted};

/// By the names of APIs of both sorts.
pub async fn names(read: &Clients, apis: &BTreeMap<String, String>) -> Vec<String> {
    let (requested, mut all) = certificates(read).await;
    let mut targets = Vec::new();
    for domain in read.apigateway.get_domain_names().send().await.unwrap().items() {
        let name = domain.domain_name().unwrap();
        let mappings = read.apigatewayv2.get_api_mappings().domain_name(name).send().await.unwrap().items.unwrap();
        let mappings = mappings.into_iter().map(|one| {
            let api = apis.get(&one.api_id.unwrap()).map_or("gone", String::as_str);
            format!("{} {api}/{}", one.api_mapping_key.unwrap(), one.stage.unwrap())
        });
        let tls = domain.mutual_tls_authentication().and_then(|tls| tls.truststore_uri());
        let addresses = domain.endpoint_configuration().and_then(|of| of.ip_address_type()).unwrap().as_str();
        let project = domain.tags().and_then(|tags| tags.get("Project")).map_or("-", String::as_str);
        all.push(format!(
            "domain name {name} certificate {} {addresses} tls={} project={project} leads to {}",
            certificate(&requested, domain.regional_certificate_arn().unwrap()),
            tls.is_some(),
            sorted(mappings)
        ));
        targets.push((name.to_owned(), domain.regional_domain_name().unwrap().to_owned()));
    }
    all.extend(aliases(read, &targets).await);
    all
}

fn certificate<'a>(requested: &[String], arn: &'a str) -> &'a str {
    if requested.iter().any(|one| one == arn) { "requested" } else { last(arn) }
}

/// The ARNs of all certificates, and a line about each.
async fn certificates(read: &Clients) -> (Vec<String>, Vec<String>) {
    let (mut arns, mut lines) = (Vec::new(), Vec::new());
    for one in read.acm.list_certificates().send().await.unwrap().certificate_summary_list() {
        let (arn, name, status) = (one.certificate_arn().unwrap(), one.domain_name().unwrap(), one.status().unwrap());
        let tags = read.acm.list_tags_for_certificate().certificate_arn(arn).send().await.unwrap();
        let project = tags.tags().iter().find(|tag| tag.key() == "Project").and_then(|tag| tag.value());
        lines.push(format!("certificate of {name} is {} project={}", status.as_str(), project.unwrap_or("-")));
        arns.push(arn.to_owned());
    }
    (arns, lines)
}

async fn aliases(read: &Clients, targets: &[(String, String)]) -> Vec<String> {
    let mut all = Vec::new();
    for zone in read.route53.list_hosted_zones().send().await.unwrap().hosted_zones() {
        let records = read.route53.list_resource_record_sets().hosted_zone_id(last(zone.id())).send().await.unwrap();
        for set in records.resource_record_sets() {
            if let Some((_, domain)) = set.name().trim_end_matches('.').split_once('.').filter(|_| is_cname(set)) {
                all.push(format!("alias CNAME of {domain} validates"));
            }
            let Some(alias) = set.alias_target() else { continue };
            let (name, target) = (set.name().trim_end_matches('.'), alias.dns_name().trim_end_matches('.'));
            let is_its = targets.iter().any(|(domain, regional)| domain == name && regional == target);
            let what = if is_its { "it" } else { target };
            all.push(format!("alias {} {name} leads to {what}", set.r#type().as_str()));
        }
    }
    all
}

fn is_cname(set: &ResourceRecordSet) -> bool {
    *set.r#type() == RrType::Cname && set.name().starts_with('_')
}
