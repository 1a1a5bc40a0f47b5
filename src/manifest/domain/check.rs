//! Problems with a domain name: what API Gateway would refuse, and what would not have the effect that it seems to
//! have.

use aws_sdk_apigateway::types::SecurityPolicy;

use super::{Domain, Use, policy_of};
use crate::aws::Tags;
use crate::aws::apigateway_domain::{TLS_1_2, is_enhanced};
use crate::manifest::Cursor;

/// Characters of paths beside letters and digits.
const SIGNS: &str = "$-_.+!*'(),";
/// The most that a path can have.
const PATH: usize = 300;
/// What only the domain names of CloudFront's edges have.
const OF_EDGES: &str = "_EDGE";

/// Lower-case names of parts, of which the first may be any.
pub(super) fn name(name: &str, here: &Cursor) {
    let is_part = |part: &str| {
        let is_of = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        (1..=63).contains(&part.len()) && !part.starts_with('-') && !part.ends_with('-') && part.bytes().all(is_of)
    };
    let rest = name.strip_prefix("*.").unwrap_or(name);
    let is_one = name.len() <= 253 && rest.split('.').count() >= 2 && rest.split('.').all(is_part);
    if name.chars().any(|c| c.is_ascii_uppercase()) {
        here.problem(format!("{name:?} has capital letters"), Some("write it in lower case"));
    } else if !is_one {
        let help =
            "write a name such as api.example.org, without https:// and path, or a wildcard such as *.example.org";
        here.problem(format!("{name:?} is not a domain name"), Some(help));
    }
}

/// The ARN of a certificate of AWS Certificate Manager, of this account and region.
pub(super) fn certificate(raw: &str, here: &Cursor) -> String {
    let arn = here.literal(raw);
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, partition, "acm", region, account, resource] = parts.as_slice() else {
        let help = "write arn:aws:acm:<region>:<account>:certificate/<id>, the ARN of an issued certificate; or leave \
                    it out and name the `zone` in which a requested certificate is validated";
        here.problem(format!("{arn:?} is not the ARN of a certificate"), Some(help));
        return arn;
    };
    if resource.strip_prefix("certificate/").is_none_or(str::is_empty) {
        here.problem(format!("{resource:?} is not a certificate"), Some("write certificate/<id> at the end"));
    }
    let site = here.site;
    if *region != site.region.as_str() || *partition != site.partition {
        let help = "request or import one there: a regional domain name needs a certificate in its own region, even \
                    if there is one in us-east-1";
        here.problem(format!("the certificate is in {region}, the app in {}", site.region), Some(help));
    }
    if !here.sources.without_account && *account != site.account.as_str() {
        let message = format!("the certificate belongs to the account {account}, the app to {}", site.account);
        here.problem(
            message,
            Some("request or import one there: API Gateway accepts only certificates of its own account"),
        );
    }
    arn
}

/// The most characters of a name that a certificate can be requested for: it is the subject's common name.
const COMMON_NAME: usize = 64;

/// What AWS would not issue, or not validate.
pub(super) fn requested(name: &str, zone: &str, here: &Cursor) {
    if name.len() > COMMON_NAME {
        let message = format!("{name} is longer than {COMMON_NAME} characters, and AWS issues no certificate for it");
        here.at("name").problem(
            message,
            Some("name a `certificate` of your own, which can have longer names in addition to a short one"),
        );
    }
    let zones = here.sources.zones.iter().flatten();
    if zones.filter(|one| one.id == zone).any(|one| one.is_private) {
        let help = "name a public hosted zone, or a `certificate` of your own";
        here.at("zone")
            .problem(format!("AWS validates certificates in public DNS, and {zone} is a private zone"), Some(help));
    }
}

/// `s3://<bucket>/<key>`
pub(super) fn truststore(raw: &str, here: &Cursor) -> String {
    let uri = here.literal(raw);
    let object = uri.strip_prefix("s3://").and_then(|rest| rest.split_once('/'));
    let is_bucket = |bucket: &str| {
        let is_of = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
        (3..=63).contains(&bucket.len()) && bucket.bytes().all(is_of)
    };
    if !object.is_some_and(|(bucket, key)| is_bucket(bucket) && !key.is_empty()) {
        let help = "write s3://<bucket>/<key>, the address of a PEM file in a bucket in this region; \
                    ${bucket.<name>.name} is a bucket of the app";
        here.problem(format!("{uri:?} is not the address of an S3 object"), Some(help));
    }
    uri
}

/// The security policy, which has to go with everything else.
pub(super) fn policy<'d>(domain: &'d Domain, is_http: bool, here: &Cursor) -> &'d str {
    let policy = policy_of(domain);
    let at = here.at("security_policy");
    let known = SecurityPolicy::values();
    if policy.ends_with(OF_EDGES) {
        at.problem(format!("{policy} is for edge-optimized domain names"), Some("choose one without EDGE"));
    } else if !known.contains(&policy) {
        let known: Vec<&str> = known.iter().copied().filter(|one| !one.ends_with(OF_EDGES)).collect();
        at.problem(
            format!("there is no security policy {policy}"),
            Some(&format!("choose one of {}", known.join(", "))),
        );
    } else if is_http && policy != TLS_1_2 {
        let help = "leave security_policy out, or use a separate domain name for HTTP APIs";
        at.problem(format!("HTTP APIs support only {TLS_1_2}"), Some(help));
    } else if domain.mutual_tls.is_some() && policy != TLS_1_2 {
        let help = "leave security_policy out, or mutual_tls";
        at.problem(format!("mutual TLS supports only {TLS_1_2}"), Some(help));
    }
    if domain.endpoint_access.is_some() && !is_enhanced(policy) {
        let help = "choose a security_policy whose name begins with SecurityPolicy_, or leave endpoint_access out";
        here.at("endpoint_access").problem(format!("{policy} has no endpoint access mode"), Some(help));
    }
    policy
}

/// The path of an API, and those of the others below the same domain name.
pub(super) fn path(own: &Use, same: &[&Use], here: &Cursor) {
    let at = here.at("path");
    one_path(own, &at);
    if own.is_private {
        let help = "leave `domain` out, or make the API regional";
        here.problem("a private API cannot have a regional domain name", Some(help));
    }
    if own.domain.mutual_tls.is_some() {
        let help = "restrict access there with a resource policy or an authorizer; see docs/domains.md";
        let message = "the API also answers at its own URL in AWS's domain, where callers need no certificate";
        here.at("mutual_tls").warn(&own.address(), message, help);
    }
    let is_before = |other: &&&Use| other.address() < own.address();
    if let Some(other) = same.iter().filter(is_before).find(|other| other.domain.path == own.domain.path) {
        let message = format!("{} already answers at this path", other.shown());
        at.problem(message, Some("give each API below a domain name a path of its own"));
        return;
    }
    let has_rest = same.iter().any(|one| one.is_rest);
    if same.len() > 1 && has_rest && own.domain.path.is_empty() {
        let help = "give every API below the domain name a path, or give this one a domain name of its own";
        at.problem("API Gateway cannot map another API beside a REST API without a path", Some(help));
    }
}

fn one_path(own: &Use, at: &Cursor) {
    let path = own.domain.path.as_str();
    let is_part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || SIGNS.contains(c));
    if path.is_empty() {
        return;
    }
    if path.len() > PATH || !path.split('/').all(is_part) {
        let help = format!("use letters, digits and {SIGNS}, and no / at either end");
        at.problem(format!("{path:?} is not a path below a domain name"), Some(&help));
    } else if own.is_rest && path.contains('/') {
        let help = "use a single part, such as v1, or an HTTP API";
        at.problem("the base path of a REST API can have only one part", Some(help));
    }
}

/// Reports tags that leave no room for the one that says that there is an alias.
pub(super) fn alias_tag(tags: &Tags, here: &Cursor) {
    if tags.len() > 50 {
        let help = Some("use one tag less: an alias in a `zone` needs one");
        here.at("tags").problem(format!("with the program's own there are {} tags", tags.len()), help);
    }
}

/// What two sections say of one domain name has to be the same.
pub(super) fn agreement(own: &Use, first: &Use, here: &Cursor) {
    let (one, other) = (own.domain, first.domain);
    let fields = [
        ("certificate", one.certificate != other.certificate),
        ("zone", one.zone != other.zone),
        ("ipv6", one.ipv6 != other.ipv6),
        ("security_policy", policy_of(one) != policy_of(other)),
        ("endpoint_access", one.endpoint_access != other.endpoint_access),
        ("mutual_tls", one.mutual_tls != other.mutual_tls),
        ("adopt", one.adopt != other.adopt),
    ];
    for (field, _) in fields.into_iter().filter(|(_, differs)| *differs) {
        let message = format!("{} has other settings for {}", first.shown(), one.name);
        here.at(field).problem(
            message,
            Some("a domain name has the same settings for all of its APIs: write them alike in each"),
        );
    }
}
