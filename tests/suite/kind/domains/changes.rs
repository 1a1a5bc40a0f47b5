//! What is changed of a domain name, one after another.

use super::*;

/// A change of a domain name, and the calls that it takes.
pub type Step<'a> = (Box<dyn Fn(&mut DomainName) + 'a>, &'a [&'a str]);

/// Of the domain name itself.
pub fn changes_of_its_own() -> Vec<Step<'static>> {
    let update: &[&str] = &["UpdateDomainName"];
    let changes: [Step; 9] = [
        (Box::new(|domain| domain.regional_certificate_arn = CERTIFICATE.replace("one", "two").into()), update),
        (Box::new(|domain| domain.ip_address_type = "dualstack".into()), update),
        (
            Box::new(|domain| {
                let tls = domain.mutual_tls_authentication.as_mut().expect("a truststore");
                tls.truststore_version = Some("2".into());
            }),
            update,
        ),
        (
            Box::new(|domain| {
                let (truststore_uri, truststore_version) = ("s3://trust/b.pem".into(), None);
                domain.mutual_tls_authentication = Some(MutualTls { truststore_uri, truststore_version });
            }),
            update,
        ),
        (Box::new(|domain| domain.mutual_tls_authentication = None), update),
        (
            Box::new(|domain| {
                domain.security_policy = "SecurityPolicy_TLS13_1_3_2025_09".into();
                domain.endpoint_access_mode = Some("BASIC".into());
            }),
            update,
        ),
        (Box::new(|domain| domain.endpoint_access_mode = Some("STRICT".into())), update),
        (
            Box::new(|domain| {
                domain.security_policy = "TLS_1_2".into();
                domain.endpoint_access_mode = None;
            }),
            update,
        ),
        (Box::new(|domain| domain.tags = tags(&[("b", "2")])), &["TagResource", "UntagResource"]),
    ];
    changes.into()
}

/// Of what is mapped to APIs: two REST APIs and two HTTP APIs.
pub fn changes_of_mappings<'a>([one, two, web, site]: [&'a str; 4]) -> Vec<Step<'a>> {
    let changes: [Step; 7] = [
        (
            Box::new(move |domain| drop(domain.base_path_mappings.insert("v2".into(), mapping(two, "v1")))),
            &["CreateBasePathMapping"],
        ),
        (
            Box::new(move |domain| drop(domain.base_path_mappings.insert("v2".into(), mapping(one, "v1")))),
            &["UpdateBasePathMapping"],
        ),
        (
            Box::new(move |domain| drop(domain.api_mappings.insert("shop/v1".into(), mapping(web, "$default")))),
            &["CreateApiMapping"],
        ),
        (
            Box::new(move |domain| drop(domain.api_mappings.insert("shop/v1".into(), mapping(site, "$default")))),
            &["UpdateApiMapping"],
        ),
        (
            Box::new(move |domain| {
                domain.base_path_mappings.remove("v2");
                domain.api_mappings.insert("v2".into(), mapping(web, "$default"));
            }),
            &["DeleteBasePathMapping", "CreateApiMapping"],
        ),
        (
            Box::new(move |domain| {
                domain.base_path_mappings = [(String::new(), mapping(one, "v1"))].into();
                domain.api_mappings.clear();
            }),
            &["DeleteBasePathMapping", "DeleteApiMapping", "DeleteApiMapping", "CreateBasePathMapping"],
        ),
        (
            Box::new(move |domain| {
                domain.base_path_mappings.clear();
                domain.api_mappings = [(String::new(), mapping(web, "$default"))].into();
            }),
            &["DeleteBasePathMapping", "CreateApiMapping"],
        ),
    ];
    changes.into()
}
