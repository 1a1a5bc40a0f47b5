//! Patches of a domain name: what differs as operations, and what operations do.

use super::*;

const CERTIFICATE: &str = "/regionalCertificateArn";
const POLICY: &str = "/securityPolicy";
const ACCESS: &str = "/endpointAccessMode";
const ADDRESSES: &str = "/endpointConfiguration/ipAddressType";
const TRUSTSTORE: &str = "/mutualTlsAuthentication/truststoreUri";
const VERSION: &str = "/mutualTlsAuthentication/truststoreVersion";

/// The operations from one domain name to another, but for tags and mappings.
pub(super) fn between(want: &DomainName, live: &DomainName) -> Vec<PatchOperation> {
    let mut patches = Vec::new();
    let mut set = |path: &str, want: &str, live: &str| {
        if want != live {
            patches.push(PatchOperation::replace(path, want));
        }
    };
    set(CERTIFICATE, &want.regional_certificate_arn, &live.regional_certificate_arn);
    set(POLICY, &want.security_policy, &live.security_policy);
    // The policies that have no access mode are asked for together with an empty one.
    let mode = |domain: &DomainName| domain.endpoint_access_mode.clone().unwrap_or_default();
    set(ACCESS, &mode(want), &mode(live));
    set(ADDRESSES, &want.ip_address_type, &live.ip_address_type);
    let (wanted, lived) = (want.mutual_tls_authentication.clone(), live.mutual_tls_authentication.clone());
    let (wanted, lived) = (wanted.unwrap_or_default(), lived.unwrap_or_default());
    set(TRUSTSTORE, &wanted.truststore_uri, &lived.truststore_uri);
    // Without a truststore there is no version of it.
    if !wanted.truststore_uri.is_empty() {
        let version = |tls: &MutualTls| tls.truststore_version.clone().unwrap_or_default();
        set(VERSION, &version(&wanted), &version(&lived));
    }
    patches
}

/// What operations do to a domain name. Those that make no sense change nothing.
pub(super) fn apply(domain: &mut DomainName, patches: &[PatchOperation]) {
    for PatchOperation { path, value, .. } in patches {
        let text = value.as_ref().and_then(Text::literal).unwrap_or_default().to_owned();
        let some = Some(text.clone()).filter(|text| !text.is_empty());
        match path.as_str() {
            CERTIFICATE => domain.regional_certificate_arn = text,
            POLICY => domain.security_policy = text,
            ACCESS => domain.endpoint_access_mode = some,
            ADDRESSES => domain.ip_address_type = text,
            TRUSTSTORE if text.is_empty() => domain.mutual_tls_authentication = None,
            TRUSTSTORE => domain.mutual_tls_authentication.get_or_insert_default().truststore_uri = text,
            VERSION => {
                if let Some(tls) = &mut domain.mutual_tls_authentication {
                    tls.truststore_version = some;
                }
            }
            _ => {}
        }
    }
}
