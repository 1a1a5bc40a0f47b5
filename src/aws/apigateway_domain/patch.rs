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
    if want.regional_certificate_arn != live.regional_certificate_arn {
        patches.push(PatchOperation::replace(CERTIFICATE, want.regional_certificate_arn.clone()));
    }
    let mut set = |path: &str, want: &str, live: &str| {
        if want != live {
            patches.push(PatchOperation::replace(path, want));
        }
    };
    set(POLICY, &want.security_policy, &live.security_policy);
    // The policies that have no access mode are asked for together with an empty one.
    let mode = |domain: &DomainName| domain.endpoint_access_mode.clone().unwrap_or_default();
    set(ACCESS, &mode(want), &mode(live));
    set(ADDRESSES, &want.ip_address_type, &live.ip_address_type);
    let (wanted, lived) = (want.mutual_tls_authentication.clone(), live.mutual_tls_authentication.clone());
    let (wanted, lived) = (wanted.unwrap_or_default(), lived.unwrap_or_default());
    let version = |tls: &MutualTls| tls.truststore_version.clone().unwrap_or_default();
    let (wanted_version, lived_version) = (version(&wanted), version(&lived));
    // Whoever sets a version has to be able to read the object, which IAM is asked about where a call names it.
    let is_another = wanted_version != lived_version && !wanted.truststore_uri.is_empty();
    set(TRUSTSTORE, &wanted.truststore_uri, if is_another { "" } else { &lived.truststore_uri });
    // Without a truststore there is no version of it.
    if !wanted.truststore_uri.is_empty() {
        set(VERSION, &wanted_version, &lived_version);
    }
    patches
}

/// What operations do to a domain name. Those that make no sense change nothing.
pub(super) fn apply(domain: &mut DomainName, patches: &[PatchOperation]) {
    for PatchOperation { path, value, .. } in patches {
        let text = value.as_ref().and_then(Text::literal).unwrap_or_default().to_owned();
        let some = Some(text.clone()).filter(|text| !text.is_empty());
        match path.as_str() {
            CERTIFICATE => domain.regional_certificate_arn = value.clone().unwrap_or_default(),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn trusting(version: Option<&str>) -> DomainName {
        let version = version.map(str::to_owned);
        let tls = MutualTls { truststore_uri: "s3://trust/clients.pem".into(), truststore_version: version };
        DomainName { mutual_tls_authentication: Some(tls), ..DomainName::default() }
    }

    #[test]
    fn another_version_of_a_truststore_names_the_object_that_whoever_sets_it_must_be_able_to_read() {
        let uri = PatchOperation::replace(TRUSTSTORE, "s3://trust/clients.pem");
        for (want, live) in [(Some("2"), Some("1")), (Some("1"), None), (None, Some("1"))] {
            let version = PatchOperation::replace(VERSION, want.unwrap_or_default());
            let patches = between(&trusting(want), &trusting(live));
            assert_eq!(patches, [uri.clone(), version], "{want:?} {live:?}");
            let mut changed = trusting(live);
            apply(&mut changed, &patches);
            assert_eq!(changed, trusting(want));
        }
        assert!(between(&trusting(Some("1")), &trusting(Some("1"))).is_empty());
    }
}
