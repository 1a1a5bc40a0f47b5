//! What IAM must allow for domain names: HTTP verbs on paths that hold their names.
//!
//! A domain name bears no prefix of ours, so tags tell ours from others here as well. They hold for what is mapped below it, which
//! IAM knows by path, and API mappings by their ids.

use super::{Call, DomainName, MutualTls, arn_of};
use crate::aws::required_actions::{RequiredAction, RequiredActions, claiming, claims, on, owned, pattern, unowned};
use crate::aws::tags::Tags;
use crate::aws::{Id, apigateway, apigatewayv2};
use crate::name::{Owner, Site};

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
        let below = |below: &str| arn_of(&id.site, &id.name, below);
        let ours = |arn: String, verb| owned(&id.owner, on(arn, verb));
        let path = |path: &str| below(&format!("/basepathmappings/{}", encoded(path)));
        let mapping = |mapping| below(&format!("/apimappings/{}", pattern(mapping)));
        match call {
            Call::Create(input) => [create(id), truststore(id, input.mutual_tls_authentication.as_ref())].concat(),
            Call::Update(input) => {
                let uri = input.patch_operations.iter().find(|patch| patch.path.ends_with("/truststoreUri"));
                let uri = uri.and_then(|patch| patch.value.as_ref()).map(|uri| uri.to_string());
                let tls = uri.map(|truststore_uri| MutualTls { truststore_uri, truststore_version: None });
                [update(id), truststore(id, tls.as_ref())].concat()
            }
            Call::Delete(_) => delete(id),
            Call::AddBasePath(_) => ours(below("/basepathmappings"), POST),
            Call::UpdateBasePath(input) => ours(path(&input.base_path), PATCH),
            Call::RemoveBasePath(input) => ours(path(&input.base_path), DELETE),
            Call::AddMapping(_) => ours(below("/apimappings"), POST),
            Call::UpdateMapping(input) => ours(mapping(&input.api_mapping_id), PATCH),
            Call::RemoveMapping(input) => ours(mapping(&input.api_mapping_id), DELETE),
            Call::Tag(input) => tag(id, &input.tags),
            Call::Untag(_) => [tags_of(id, DELETE), owned(&id.owner, on(below(""), PATCH))].concat(),
        }
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        let below = |below: &str| arn_of(&id.site, &id.name, below);
        let change: &[&str] = &["apigateway:DELETE", "apigateway:PATCH"];
        let of_mappings = ["/basepathmappings", "/apimappings"]
            .map(|all| owned(&id.owner, [on(below(all), POST), on(below(&format!("{all}/*")), change)].concat()));
        [create(id), update(id), delete(id), of_mappings.concat(), tags_of(id, PUT), tags_of(id, DELETE)].concat()
    }

    fn actions_to_adopt(id: &Id) -> Vec<RequiredAction> {
        unowned(claiming(&id.owner, on(arn_of(&id.site, &id.name, ""), PATCH)))
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        let one = ["", "/apimappings", "/basepathmappings"].map(|below| on(arn_of(&id.site, &id.name, below), GET));
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

fn create(id: &Id) -> Vec<RequiredAction> {
    let made = arn_of(&id.site, &id.name, "");
    [
        claiming(&id.owner, on(all(&id.site), POST)),
        [all(&id.site), made].map(|arn| on(arn, ADD_CERTIFICATE)).concat(),
        tags_of(id, PUT),
    ]
    .concat()
}

fn update(id: &Id) -> Vec<RequiredAction> {
    let changed = arn_of(&id.site, &id.name, "");
    [owned(&id.owner, on(&changed, PATCH)), on(&changed, ADD_CERTIFICATE), on(changed, REMOVE_CERTIFICATE)].concat()
}

fn delete(id: &Id) -> Vec<RequiredAction> {
    let deleted = arn_of(&id.site, &id.name, "");
    [owned(&id.owner, on(&deleted, DELETE)), on(deleted, REMOVE_CERTIFICATE)].concat()
}

/// Tags that are set: what is tagged changes. What nobody owns becomes ours, or what is ours gets another tag.
fn tag(id: &Id, tags: &Tags) -> Vec<RequiredAction> {
    let changed = on(arn_of(&id.site, &id.name, ""), PATCH);
    let change = if claims(tags) { unowned(claiming(&id.owner, changed)) } else { owned(&id.owner, changed) };
    [tags_of(id, PUT), change].concat()
}

/// Tags have a path of their own, below which the ARN of what is tagged follows percent-encoded.
fn tags_of(id: &Id, actions: &[&'static str]) -> Vec<RequiredAction> {
    let arn = arn_of(&id.site, &id.name, "").replace(':', "%3A").replace('/', "%2F");
    let start = format!("arn:{}:apigateway:{}::", id.site.partition, id.site.region);
    on(format!("{start}/tags/{arn}"), actions)
}

fn truststore(id: &Id, tls: Option<&MutualTls>) -> Vec<RequiredAction> {
    let object = tls.and_then(|tls| tls.truststore_uri.strip_prefix("s3://")).filter(|object| !object.is_empty());
    object.map(|object| on(format!("arn:{}:s3:::{object}", id.site.partition), READ_TRUSTSTORE)).unwrap_or_default()
}

/// A base path as a part of another one.
fn encoded(path: &str) -> String {
    path.replace('/', "%2F")
}
