//! What IAM must allow for domain names: HTTP verbs on paths that hold their names.
//!
//! A domain name has no prefix of ours, so here too tags distinguish ours from others. They also apply to the mappings
//! below it, which IAM knows by path, and API mappings by their ids. The asterisk of `*.example.org` is one of its
//! characters, and not a wildcard.

use super::{Call, DomainName, MutualTls, arn_of};
use crate::aws::required_actions::{
    RequiredAction, RequiredActions, claiming, claims, exact, on, owned, pattern, unowned,
};
use crate::aws::tags::Tags;
use crate::aws::{Id, apigateway, apigatewayv2};
use crate::name::{Owner, Site};
use crate::text::Text;

const GET: &[&str] = &["apigateway:GET"];
const POST: &[&str] = &["apigateway:POST"];
const PATCH: &[&str] = &["apigateway:PATCH"];
const PUT: &[&str] = &["apigateway:PUT"];
const DELETE: &[&str] = &["apigateway:DELETE"];
/// Asked beside the verb of whoever gives a domain name a certificate, or takes it away.
const ADD_CERTIFICATE: &[&str] = &["apigateway:AddCertificateToDomain"];
const REMOVE_CERTIFICATE: &[&str] = &["apigateway:RemoveCertificateFromDomain"];
/// API Gateway reads the truststore with the rights of whoever sets it.
const READ_TRUSTSTORE: &[&str] = &["s3:GetObject", "s3:GetObjectVersion"];

impl RequiredActions for DomainName {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        let ours = |below: &str, verb| owned(&id.owner, at(id, below, verb));
        let path = |path: &str| format!("/basepathmappings/{}", exact(&encoded(path)));
        let mapping = |mapping: &Text| format!("/apimappings/{}", pattern(mapping));
        match call {
            Call::Create(input) => [create(id), truststore(id, input.mutual_tls_authentication.as_ref())].concat(),
            Call::Update(input) => {
                let uri = input.patch_operations.iter().find(|patch| patch.path.ends_with("/truststoreUri"));
                let uri = uri.and_then(|patch| patch.value.as_ref()).map(|uri| uri.to_string());
                let tls = uri.map(|truststore_uri| MutualTls { truststore_uri, truststore_version: None });
                [update(id), truststore(id, tls.as_ref())].concat()
            }
            Call::Delete(_) => delete(id),
            Call::AddBasePath(_) => ours("/basepathmappings", POST),
            Call::UpdateBasePath(input) => ours(&path(&input.base_path), PATCH),
            Call::RemoveBasePath(input) => ours(&path(&input.base_path), DELETE),
            Call::AddMapping(_) => ours("/apimappings", POST),
            Call::UpdateMapping(input) => ours(&mapping(&input.api_mapping_id), PATCH),
            Call::RemoveMapping(input) => ours(&mapping(&input.api_mapping_id), DELETE),
            Call::Tag(input) => tag(id, &input.tags),
            Call::Untag(_) => [tags_of(id, DELETE), ours("", PATCH)].concat(),
        }
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        let change: &[&str] = &["apigateway:DELETE", "apigateway:PATCH"];
        let of_mappings = ["/basepathmappings", "/apimappings"]
            .map(|all| owned(&id.owner, [at(id, all, POST), at(id, &format!("{all}/*"), change)].concat()));
        [create(id), update(id), delete(id), of_mappings.concat(), tags_of(id, PUT), tags_of(id, DELETE)].concat()
    }

    fn actions_to_adopt(id: &Id) -> Vec<RequiredAction> {
        unowned(claiming(&id.owner, at(id, "", PATCH)))
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        let one = ["", "/apimappings", "/basepathmappings"].map(|below| at(id, below, GET));
        // Whose an API is that is mapped.
        let apis = [apigateway::RestApi::actions_to_list, apigatewayv2::HttpApi::actions_to_list];
        [one.concat(), apis.map(|list| list(&id.site, &id.owner)).concat()].concat()
    }

    fn actions_to_list(site: &Site, _: &Owner) -> Vec<RequiredAction> {
        on(all(site), GET)
    }

    /// Any: a domain name is not made of the app's.
    fn names(_: &Owner) -> String {
        "*".into()
    }
}

/// The path below which all domain names are.
fn all(site: &Site) -> String {
    arn_of(site, "", "").trim_end_matches('/').to_owned()
}

/// Actions on a domain name, or on what this path names below it.
fn at(id: &Id, below: &str, actions: &[&'static str]) -> Vec<RequiredAction> {
    arns(id, below).into_iter().flat_map(|arn| on(arn, actions)).collect()
}

/// The ARN, as IAM may compare it: AWS does not say whether with the asterisk of a wildcard domain name or as a request's path has
/// it. The name that is `*` stands for any.
fn arns(id: &Id, below: &str) -> Vec<String> {
    let names = match id.name.starts_with("*.") {
        true => vec![exact(&id.name), id.name.replace('*', "%2A")],
        false => vec![id.name.clone()],
    };
    names.iter().map(|name| arn_of(&id.site, name, below)).collect()
}

fn create(id: &Id) -> Vec<RequiredAction> {
    let all = all(&id.site);
    [claiming(&id.owner, on(&all, POST)), on(all, ADD_CERTIFICATE), at(id, "", ADD_CERTIFICATE), tags_of(id, PUT)]
        .concat()
}

fn update(id: &Id) -> Vec<RequiredAction> {
    [owned(&id.owner, at(id, "", PATCH)), at(id, "", ADD_CERTIFICATE), at(id, "", REMOVE_CERTIFICATE)].concat()
}

fn delete(id: &Id) -> Vec<RequiredAction> {
    [owned(&id.owner, at(id, "", DELETE)), at(id, "", REMOVE_CERTIFICATE)].concat()
}

/// Tags that are set: what is tagged changes. What nobody owns becomes ours, or what is ours gets another tag.
fn tag(id: &Id, tags: &Tags) -> Vec<RequiredAction> {
    let changed = at(id, "", PATCH);
    let change = if claims(tags) { unowned(claiming(&id.owner, changed)) } else { owned(&id.owner, changed) };
    [tags_of(id, PUT), change].concat()
}

/// Tags have a path of their own, below which the ARN of what is tagged follows percent-encoded.
fn tags_of(id: &Id, actions: &[&'static str]) -> Vec<RequiredAction> {
    let start = format!("arn:{}:apigateway:{}::", id.site.partition, id.site.region);
    let tags = |arn: String| on(format!("{start}/tags/{}", arn.replace(':', "%3A").replace('/', "%2F")), actions);
    arns(id, "").into_iter().flat_map(tags).collect()
}

fn truststore(id: &Id, tls: Option<&MutualTls>) -> Vec<RequiredAction> {
    let object = tls.and_then(|tls| tls.truststore_uri.strip_prefix("s3://")).filter(|object| !object.is_empty());
    let arn = |object| format!("arn:{}:s3:::{}", id.site.partition, exact(object));
    object.map(|object| on(arn(object), READ_TRUSTSTORE)).unwrap_or_default()
}

/// A base path as a part of another one.
fn encoded(path: &str) -> String {
    path.replace('/', "%2F")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::aws::apigateway_domain::{Mapping, UpdateDomainName};
    use crate::aws::steps::steps;
    use crate::aws::test_support::test_id;
    use crate::aws::{Call as AnyCall, Kind};

    const WILD: &str = "*.example.org";

    /// What everything that is done with a wildcard domain name needs.
    fn of_wildcard() -> Vec<RequiredAction> {
        let id = test_id(Kind::DomainName, WILD);
        let mapping = Mapping { api_id: "abc".into(), stage: "v1".into() };
        let mut tags = id.owner.tags(&id.address);
        let full = DomainName {
            base_path_mappings: [("a*b".to_owned(), mapping.clone())].into(),
            api_mappings: [("web".to_owned(), mapping)].into(),
            tags: tags.clone(),
            ..DomainName::default()
        };
        tags.insert("team".into(), "one".into());
        let other = DomainName { regional_certificate_arn: "arn:c".into(), tags, ..DomainName::default() };
        let ways = [(Some(&full), None), (Some(&other), Some(&full)), (Some(&full), Some(&other)), (None, Some(&full))];
        let state = |domain: Option<&DomainName>| domain.cloned().map(crate::aws::State::from);
        let calls = ways.into_iter().flat_map(|(want, live)| {
            steps(&id, state(want).as_ref(), state(live).as_ref()).expect("a plan").into_iter().map(|step| step.call)
        });
        let of_calls = calls.flat_map(|call: AnyCall| call.required_actions(&id));
        let fixed = [
            DomainName::actions_of_all_calls(&id),
            DomainName::actions_to_adopt(&id),
            DomainName::actions_to_read(&id),
        ];
        of_calls.chain(fixed.concat()).collect()
    }

    #[test]
    fn a_wildcard_domain_name_is_one_name_and_no_pattern() {
        let (mut literal, mut encoded) = (0, 0);
        for required in of_wildcard().into_iter().filter(|required| required.resource.contains("example.org")) {
            let resource = &required.resource;
            literal += usize::from(resource.contains("${*}.example.org"));
            encoded += usize::from(resource.contains("%2A.example.org"));
            let (before, _) = resource.split_once("example.org").expect("the name");
            assert!(!before.replace("${*}", "").contains(['*', '?']), "{resource}");
        }
        assert!(literal > 10 && literal == encoded, "{literal} {encoded}: in each of the two forms");
    }

    #[test]
    fn what_a_path_and_an_object_are_called_is_no_pattern_either() {
        let resources: Vec<String> = of_wildcard().into_iter().map(|required| required.resource).collect();
        assert!(
            resources.iter().any(|one| one.ends_with("${*}.example.org/basepathmappings/a${*}b")),
            "{resources:#?}"
        );
        let object = MutualTls { truststore_uri: "s3://trust/a*.pem".into(), truststore_version: None };
        let read = truststore(&test_id(Kind::DomainName, "api.example.org"), Some(&object));
        assert!(read.iter().all(|required| required.resource == "arn:aws:s3:::trust/a${*}.pem"), "{read:?}");
    }

    #[test]
    fn whoever_sets_another_version_of_a_truststore_may_read_it() {
        let id = test_id(Kind::DomainName, "api.example.org");
        let of = |version: &str| {
            let tls = MutualTls { truststore_uri: "s3://trust/a.pem".into(), truststore_version: Some(version.into()) };
            DomainName { mutual_tls_authentication: Some(tls), ..DomainName::default() }
        };
        let patch_operations = super::super::patch::between(&of("2"), &of("1"));
        let call = Call::Update(UpdateDomainName { domain_name: id.name.clone(), patch_operations });
        let needed: BTreeMap<_, _> =
            DomainName::required_actions(&id, &call).into_iter().map(|one| (one.action, one.resource)).collect();
        for action in READ_TRUSTSTORE {
            assert_eq!(needed.get(action).map(String::as_str), Some("arn:aws:s3:::trust/a.pem"), "{action}");
        }
    }

    #[test]
    fn all_domain_names_are_any() {
        let any = DomainName::actions_of_all_calls(&test_id(Kind::DomainName, "*"));
        assert!(any.iter().any(|required| required.resource.ends_with("::/domainnames/*")), "{any:?}");
    }
}
