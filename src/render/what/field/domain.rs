//! Domain names of APIs, their certificates and their aliases.

use super::*;

pub(super) const DOMAIN_NAME: &[Field] = &[
    main("regionalCertificateArn", "certificate", PLAIN),
    unless("TLS_1_2", "securityPolicy", "security_policy", PLAIN),
    main("endpointAccessMode", "endpoint_access", Form::Value(&[("BASIC", "basic"), ("STRICT", "strict")])),
    unless("false", "ipAddressType", "ipv6", Form::Value(&[("ipv4", "false"), ("dualstack", "true")])),
    main("mutualTlsAuthentication.truststoreUri", "mutual_tls.truststore", PLAIN),
    main("mutualTlsAuthentication.truststoreVersion", "mutual_tls.version", PLAIN),
    main("basePathMappings.*.apiId", "REST APIs at", Form::Names),
    implied("basePathMappings.*.stage"),
    main("apiMappings.*.apiId", "HTTP APIs at", Form::Names),
    implied("apiMappings.*.stage"),
    later("tags.serverless-app:parts", "zone", PLAIN),
    later("tags.*", "tags", Form::Names),
];

pub(super) const CERTIFICATE: &[Field] = &[
    implied("DomainName"),
    unless("RSA_2048", "KeyAlgorithm", "key", PLAIN),
    later("Status", "status", PLAIN),
    main("HostedZoneId", "validated in zone", PLAIN),
    later("ValidationRecord", "its record there", PLAIN),
    later("tags.*", "tags", Form::Names),
];

pub(super) const RECORD: &[Field] = &[
    main("A.DNSName", "A", PLAIN),
    later("A.EvaluateTargetHealth", "health of A", PLAIN),
    implied("A.HostedZoneId"),
    main("AAAA.DNSName", "AAAA", PLAIN),
    later("AAAA.EvaluateTargetHealth", "health of AAAA", PLAIN),
    implied("AAAA.HostedZoneId"),
];
