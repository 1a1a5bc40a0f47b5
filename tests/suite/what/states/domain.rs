//! A domain name, its certificate and its alias.

use serverless_app::aws::{acm, apigateway_domain, route53};

use super::{named, output, tags, text};

pub fn domain_name() -> apigateway_domain::DomainName {
    let mapping = apigateway_domain::Mapping { api_id: output(), stage: text() };
    let domain = apigateway_domain::DomainName {
        regional_certificate_arn: output(),
        security_policy: text(),
        endpoint_access_mode: Some(text()),
        ip_address_type: text(),
        mutual_tls_authentication: Some(apigateway_domain::MutualTls {
            truststore_uri: text(),
            truststore_version: Some(text()),
        }),
        base_path_mappings: named(mapping.clone()),
        api_mappings: named(mapping),
        tags: tags(),
    };
    domain.with_alias("Z0123456789")
}

pub fn certificate() -> acm::Certificate {
    let validation = acm::Certificate::wanted("", "Z0123456789", tags()).validation;
    let (domain_name, key_algorithm, status) = (text(), text(), text());
    acm::Certificate { domain_name, key_algorithm, status, validation, tags: tags() }
}

pub fn record() -> route53::Record {
    let alias = route53::Alias { dns_name: output(), evaluate_target_health: true, hosted_zone_id: output() };
    route53::Record { a: Some(alias.clone()), aaaa: Some(alias) }
}
