//! `domain = { … }` of `[api.<name>]` and `[http_api.<name>]`: a custom domain name, and the alias that points to it.
//!
//! Several APIs may answer below one domain name, each at a path of its own, so it belongs to none of them: it is
//! lowered with the first API that names it, with the mappings of all. Their settings of the domain name itself have to
//! be the same.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::aws::acm::{self, Certificate};
use crate::aws::apigateway_domain::{
    self, DUALSTACK, DomainName, IPV4, Mapping, REGIONAL_NAME, REGIONAL_ZONE, TLS_1_2,
};
use crate::aws::route53::{self, Alias, Record};
use crate::aws::{Kind, Tags};
use crate::manifest::{Cursor, Manifest, OnDelete, names};
use crate::name::{Address, Name};
use crate::text::{OutputRef, Text};

mod check;
#[cfg(test)]
mod tests;
mod zone;

/// A custom domain name of an API. It is regional: created in the app's region, with a certificate there.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Domain {
    /// The domain name, such as `api.example.org`, or the wildcard `*.example.org`.
    pub name: String,
    /// The ARN of its certificate in AWS Certificate Manager, issued and in the app's region. Default: a certificate is
    /// requested, and validated by a record in `zone`.
    pub certificate: Option<String>,
    /// The path below which the API answers, such as `v1`; for an HTTP API also `shop/v1`. Default: every path.
    #[serde(default)]
    pub path: String,
    /// The Route 53 hosted zone in which the alias is created: its id, or the name of a public zone. Default: no alias
    /// is created, and no certificate can be requested.
    pub zone: Option<String>,
    /// True: it can be reached by IPv6 as well.
    #[serde(default)]
    pub ipv6: bool,
    /// Which TLS versions and ciphers it accepts. Default: `TLS_1_2`, the only one for HTTP APIs.
    pub security_policy: Option<String>,
    /// How strictly a `security_policy` whose name begins with `SecurityPolicy_` is enforced.
    pub endpoint_access: Option<EndpointAccess>,
    /// Mutual TLS: callers need certificates of their own. Default: they need none.
    pub mutual_tls: Option<MutualTls>,
    /// Takes over an existing domain name that belongs to no app yet. Its existing mappings are kept.
    #[serde(default)]
    pub adopt: bool,
}

/// How strictly a security policy is kept to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EndpointAccess {
    /// TLS alone.
    Basic,
    /// Also, the host that TLS has named is the one that the request names.
    Strict,
}

/// The certificates that callers need.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MutualTls {
    /// The object with the CA certificates that sign callers' certificates: `s3://<bucket>/<key>`.
    pub truststore: String,
    /// The version of the object. Default: the latest at the time when it is set.
    pub version: Option<String>,
}

impl Domain {
    /// The URL at which callers reach the API with it; none for a wildcard.
    pub fn url(&self) -> Option<String> {
        let path = if self.path.is_empty() { String::new() } else { format!("/{}", self.path) };
        (!self.name.starts_with('*')).then(|| format!("https://{}{path}", self.name))
    }
}

impl EndpointAccess {
    fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "BASIC",
            Self::Strict => "STRICT",
        }
    }
}

/// A section that names a domain.
pub(in crate::manifest) struct Use<'m> {
    /// Whether it is of a REST API.
    is_rest: bool,
    name: &'m Name,
    stage: &'m str,
    domain: &'m Domain,
    is_private: bool,
    tags: &'m Tags,
}

/// Every section that names a domain, in the order in which they are lowered.
fn uses(manifest: &Manifest) -> Vec<Use<'_>> {
    let rest = manifest.api.iter().filter_map(|(name, api)| {
        let (domain, is_private) = (api.domain.as_ref()?, api.is_private());
        Some(Use { is_rest: true, name, stage: &api.stage, domain, is_private, tags: &api.tags })
    });
    let http = manifest.http_api.iter().filter_map(|(name, api)| {
        let domain = api.domain.as_ref()?;
        Some(Use { is_rest: false, name, stage: &api.stage, domain, is_private: false, tags: &api.tags })
    });
    rest.chain(http).collect()
}

/// True if a section has a certificate requested.
pub fn requests_certificates(manifest: &Manifest) -> bool {
    uses(manifest).iter().any(|one| one.domain.certificate.is_none() && one.domain.zone.is_some())
}

/// True if a section names a hosted zone.
pub fn names_zones(manifest: &Manifest) -> bool {
    uses(manifest).iter().any(|one| one.domain.zone.is_some())
}

/// The hosted zones that sections name, each with a domain name in it.
pub fn named_zones(manifest: &Manifest) -> BTreeMap<String, String> {
    let of = |one: &Use| {
        let (zone, name) = (one.domain.zone.as_deref()?.trim_end_matches('.'), one.domain.name.as_str());
        let above = name.split_once('.').map(|(_, above)| above).filter(|above| above.contains('.'));
        let named = if zone::is_id(zone) { above.unwrap_or(name) } else { zone };
        Some((zone.to_owned(), named.to_lowercase()))
    };
    uses(manifest).iter().filter_map(of).collect()
}

/// Lowers the domain of a REST API (`api`) or an HTTP API, if it has one; `here` is the place of its section.
pub(in crate::manifest) fn lower(is_rest: bool, name: &Name, here: &Cursor) {
    let all = uses(here.manifest);
    let Some(own) = all.iter().find(|one| one.is_rest == is_rest && one.name == name) else { return };
    let same: Vec<&Use> = all.iter().filter(|one| one.domain.name == own.domain.name).collect();
    let at = here.at("domain");
    check::path(own, &same, &at);
    match same.first() {
        Some(first) if first.address() != own.address() => check::agreement(own, first, &at),
        _ => own.lower(&same, here),
    }
}

impl Use<'_> {
    fn address(&self) -> Address {
        if self.is_rest { names::api::address(self.name) } else { names::http_api::address(self.name) }
    }

    /// As messages name it: `api.orders`.
    fn shown(&self) -> String {
        format!("{}.{}", if self.is_rest { "api" } else { "http_api" }, self.name)
    }

    fn mapping(&self) -> (String, Mapping) {
        let api_id = OutputRef::new(&self.address(), "id").into();
        (self.domain.path.clone(), Mapping { api_id, stage: self.stage.to_owned() })
    }

    /// The domain name, with the mappings of all that name it, and its alias.
    fn lower(&self, same: &[&Use], here: &Cursor) {
        let (at, domain) = (here.apart().at("domain"), self.domain);
        let own = names::domain::name(&domain.name);
        let id = at.id(Kind::DomainName, &own, domain.name.clone());
        same.iter().for_each(|one| at.need(one.address()));
        let is_http = same.iter().any(|one| !one.is_rest);
        check::name(&domain.name, &at.at("name"));
        let policy = check::policy(domain, is_http, &at);
        let of = |is_rest| same.iter().filter(move |one| one.is_rest == is_rest).map(|one| one.mapping()).collect();
        let mode = domain.endpoint_access.unwrap_or(EndpointAccess::Basic).as_str();
        let zone = domain.zone.as_ref().and_then(|zone| zone::find(zone, &domain.name, &at.at("zone")));
        let mut state = DomainName {
            regional_certificate_arn: self.certificate(zone.as_deref(), &own, here, &at),
            endpoint_access_mode: apigateway_domain::is_enhanced(policy).then(|| mode.to_owned()),
            security_policy: policy.to_owned(),
            ip_address_type: if domain.ipv6 { DUALSTACK } else { IPV4 }.into(),
            mutual_tls_authentication: domain.mutual_tls.as_ref().map(|tls| tls.lower(&at.at("mutual_tls"))),
            base_path_mappings: of(true),
            api_mappings: of(false),
            tags: here.tags(&id.address, self.tags, OnDelete::Retain),
        };
        if let Some(zone) = zone {
            lower_record(&zone, domain, &id.address, &own, &at);
            state = state.with_alias(&zone);
            check::alias_tag(&state.tags, here);
        }
        at.add(id, state, domain.adopt);
    }

    /// The ARN of the certificate, or that of the one which is requested.
    fn certificate(&self, zone: Option<&str>, own: &Name, here: &Cursor, at: &Cursor) -> Text {
        match (&self.domain.certificate, &self.domain.zone) {
            (Some(certificate), _) => check::certificate(certificate, &at.at("certificate")).into(),
            (None, None) => {
                let help = "write `certificate`, the ARN of an issued certificate, or `zone`, the hosted zone in \
                            which a requested one is validated";
                at.problem("the domain has neither a certificate nor a zone", Some(help));
                Text::default()
            }
            (None, Some(_)) => {
                let id = here.apart().id(Kind::Certificate, own, self.domain.name.clone());
                at.need(id.address.clone());
                let arn = acm::arn(&id.address);
                if let Some(zone) = zone {
                    check::requested(&self.domain.name, zone, at);
                    let tags = here.tags(&id.address, self.tags, OnDelete::Retain);
                    let certificate = Certificate::wanted(&self.domain.name, zone, tags);
                    here.apart().add(id, certificate, false);
                }
                arn
            }
        }
    }
}

fn lower_record(zone: &str, domain: &Domain, address: &Address, own: &Name, at: &Cursor) {
    let here = at.apart();
    here.need(address.clone());
    let alias = Alias {
        dns_name: OutputRef::new(address, REGIONAL_NAME).into(),
        evaluate_target_health: false,
        hosted_zone_id: OutputRef::new(address, REGIONAL_ZONE).into(),
    };
    let record = Record { aaaa: domain.ipv6.then(|| alias.clone()), a: Some(alias) };
    here.add(here.id(Kind::Record, own, route53::physical(zone, &domain.name)), record, false);
}

impl MutualTls {
    fn lower(&self, here: &Cursor) -> apigateway_domain::MutualTls {
        let truststore_uri = check::truststore(&self.truststore, &here.at("truststore"));
        apigateway_domain::MutualTls { truststore_uri, truststore_version: self.version.clone() }
    }
}

/// The security policy that is asked for.
fn policy_of(domain: &Domain) -> &str {
    domain.security_policy.as_deref().unwrap_or(TLS_1_2)
}
