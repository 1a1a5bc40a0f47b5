//! `domain = { ... }` of an API: the domain name that leads to it.

use toml_edit::Value;

use crate::aws::apigateway_domain::{DUALSTACK, DomainName, Mapping, MutualTls, TLS_1_2};
use crate::aws::{Id, Kind, Live, State};
use crate::import::Scene;
use crate::import::lines::Lines;
use crate::name::tag;

/// The first domain name that leads to the API; others are reported.
pub fn write(api: &Id, stage: &str, scene: &Scene) -> Option<Value> {
    let mut all = scene.all(Kind::DomainName).flat_map(|live| uses(api, stage, live));
    let (live, domain, path) = all.next()?;
    for (other, _, _) in all {
        scene.unsaid(
            api,
            "domain",
            &format!("{} leads to it as well, but a section has only one domain: it stays as it is", other.id.name),
        );
    }
    Some(lines(&live.id, domain, path, scene).inline())
}

fn uses<'s>(api: &Id, stage: &str, live: &'s Live) -> Vec<(&'s Live, &'s DomainName, &'s str)> {
    let State::DomainName(domain) = &live.observed.state else { return Vec::new() };
    let leads_here = |mapping: &Mapping| {
        mapping.stage == stage && mapping.api_id.references().any(|output| output.address == api.address)
    };
    let all = domain.base_path_mappings.iter().chain(&domain.api_mappings);
    all.filter(|(_, mapping)| leads_here(mapping)).map(|(path, _)| (live, domain, path.as_str())).collect()
}

fn lines(id: &Id, domain: &DomainName, path: &str, scene: &Scene) -> Lines {
    let mut lines = Lines::new();
    lines.set("name", id.name.as_str());
    let certificate = &domain.regional_certificate_arn;
    let is_requested = certificate.references().any(|output| output.address.kind == Kind::Certificate);
    if !is_requested {
        lines.set("certificate", scene.plain(certificate));
    }
    lines.set_unless("path", path, "");
    lines.set_some("zone", zone(domain));
    lines.set_unless("ipv6", domain.ip_address_type == DUALSTACK, false);
    lines.set_unless("security_policy", domain.security_policy.as_str(), TLS_1_2);
    let access = domain.endpoint_access_mode.as_ref().map(|mode| mode.to_lowercase()).filter(|mode| mode != "basic");
    lines.set_some("endpoint_access", access);
    lines.set_some("mutual_tls", domain.mutual_tls_authentication.as_ref().map(mutual_tls));
    lines.set_unless("adopt", scene.is_foreign(&domain.tags), false);
    lines
}

/// The hosted zone that holds its alias, as its tag has it.
fn zone(domain: &DomainName) -> Option<&str> {
    domain.tags.get(tag::PARTS)?.strip_prefix("alias ")?.split(' ').next()
}

fn mutual_tls(tls: &MutualTls) -> Value {
    let mut lines = Lines::new();
    lines.set("truststore", tls.truststore_uri.as_str());
    lines.set_some("version", tls.truststore_version.as_deref());
    lines.inline()
}
