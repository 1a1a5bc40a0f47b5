//! API Gateway's answers as a state: what means the same reads the same.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_apigateway::types;
use serde_json::Value;

use crate::aws::Observed;
use crate::aws::apigateway::{BesidePaths, PRIVATE, Parts, RestApi};
use crate::aws::document::Document;
use crate::aws::kit::text::some_text;
use crate::aws::kit::unmodelled::{self, Unmodelled};
use crate::aws::tags::{self, Tags};
use crate::name::Site;

mod method;
mod parts;
mod stage;

pub use parts::{Names, names, responses};

/// All that is known of one API.
pub struct Answers<'a> {
    /// From the listing.
    pub api: &'a types::RestApi,
    pub api_id: &'a str,
    /// Its paths with their methods.
    pub resources: &'a [types::Resource],
    /// Its deployments.
    pub deployments: Vec<types::Deployment>,
    /// Its stages.
    pub stages: &'a [types::Stage],
    /// Its parts, of those sorts that its tags name.
    pub beside: &'a BesidePaths,
}

impl Answers<'_> {
    /// The state with all that lies beside it, or what is wrong with the answers.
    pub fn observed(self, site: &Site) -> Result<Observed<RestApi>, String> {
        let (api, described) = (self.api, describe(self.deployments));
        let resources = self.resources.iter().filter_map(|resource| Some((resource.path()?, resource)));
        let stages = self.stages.iter().filter_map(|stage| Some((stage.stage_name()?.to_owned(), stage)));
        let names = Names::of(self.beside);
        let state = RestApi {
            description: api.description().unwrap_or_default().to_owned(),
            endpoint_type: endpoint_type(api),
            policy: policy(site, api.policy().unwrap_or_default(), self.api_id)?,
            binary_media_types: api.binary_media_types().iter().cloned().collect(),
            minimum_compression_size: api.minimum_compression_size(),
            resources: resources.clone().map(|(path, _)| path.to_owned()).filter(|path| path != "/").collect(),
            methods: resources.clone().flat_map(|(path, resource)| method::methods(path, resource, &names)).collect(),
            parts: Parts { vpc_endpoint_ids: vpc_endpoints(api), ..parts::parts(self.beside, &names) },
            deployments: described.values().cloned().collect(),
            stages: stages.map(|(name, stage)| (name, stage::stage(stage, &described))).collect(),
            tags: tags(api.tags()),
        };
        let ids =
            resources.filter_map(|(path, resource)| Some((format!("resource:{path}"), resource.id()?.to_owned())));
        let mut outputs: BTreeMap<String, String> = ids.collect();
        outputs.insert("id".to_owned(), self.api_id.to_owned());
        outputs.extend(names.outputs());
        outputs.extend(described.into_iter().map(|(id, description)| (format!("deployment:{description}"), id)));
        Ok(Observed {
            identity: Some(self.api_id.to_owned()),
            outputs,
            pending: pending(api).or_else(|| self.stages.iter().find_map(stage::pending)),
            unmodelled: [others(api, self.stages), parts::others(self.beside), failed(api)].concat(),
            ..Observed::of(state)
        })
    }
}

/// Tags without AWS's own.
pub fn tags(listed: Option<&HashMap<String, String>>) -> Tags {
    tags::collect(listed.cloned().unwrap_or_default())
}

fn endpoint_type(api: &types::RestApi) -> String {
    let of = api.endpoint_configuration().and_then(|endpoint| endpoint.types().first());
    of.map_or("EDGE", |of| of.as_str()).to_owned()
}

fn vpc_endpoints(api: &types::RestApi) -> BTreeSet<String> {
    api.endpoint_configuration().into_iter().flat_map(|endpoint| endpoint.vpc_endpoint_ids()).cloned().collect()
}

/// Why AWS could not do what was asked last, in its own words.
fn failed(api: &types::RestApi) -> Vec<Unmodelled> {
    let failed = api.api_status() == Some(&types::ApiStatus::Failed);
    let why = some_text(api.api_status_message()).unwrap_or_else(|| "no reason given".into());
    if failed { vec![Unmodelled::kept(format!("apiStatus FAILED ({why})"))] } else { Vec::new() }
}

fn pending(api: &types::RestApi) -> Option<String> {
    let status = api.api_status().map(|status| status.as_str());
    status.filter(|status| ["PENDING", "UPDATING"].contains(status)).map(str::to_owned)
}

/// Deployments by id, with descriptions that are told apart. The oldest with the digest of a definition as its
/// description is called by that; all others, which are not ours or too many, are numbered by age besides. As the
/// number is always the last word, no description can be taken for a numbered one.
fn describe(mut deployments: Vec<types::Deployment>) -> BTreeMap<String, String> {
    deployments.sort_by_key(|d| (d.created_date().map(|date| date.secs()), d.id().map(str::to_owned)));
    let (mut described, mut seen) = (BTreeMap::new(), BTreeMap::<String, usize>::new());
    for deployment in deployments {
        let Some(id) = deployment.id else { continue };
        let description = deployment.description.filter(|d| !d.is_empty()).unwrap_or_else(|| "made by hand".into());
        let count = seen.entry(description.clone()).or_default();
        *count += 1;
        let is_first = *count == 1 && description.parse::<crate::canonical::Sha>().is_ok();
        described.insert(id, if is_first { description } else { format!("{description} #{count}") });
    }
    described
}

/// The policy, with our own API's ARNs in the short form in which they are written. API Gateway gives the document
/// with its quotes, and at times its slashes, escaped once more.
fn policy(site: &Site, text: &str, api_id: &str) -> Result<Option<Document>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let unescaped = || serde_json::from_str::<String>(&format!("\"{text}\""));
    let read = serde_json::from_str(text).or_else(|_| unescaped().and_then(|text| serde_json::from_str(&text)));
    let mut document: Value = read.map_err(|error| format!("the policy of API {api_id} cannot be read: {error}"))?;
    shorten(&mut document, &format!("{}/", site.arn("execute-api", api_id)));
    Ok(Some(document.into()))
}

fn shorten(value: &mut Value, start: &str) {
    match value {
        Value::String(text) => {
            if let Some(rest) = text.strip_prefix(start) {
                *text = format!("execute-api:/{rest}");
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| shorten(item, start)),
        Value::Object(fields) => fields.values_mut().for_each(|field| shorten(field, start)),
        _ => {}
    }
}

fn others(api: &types::RestApi, stages: &[types::Stage]) -> Vec<Unmodelled> {
    let endpoint = api.endpoint_configuration();
    let ip_addresses = if endpoint_type(api) == PRIVATE { "dualstack" } else { "ipv4" };
    let is_not = |value: Option<&str>, default: &str| value.is_some_and(|value| value != default);
    let any = |set: fn(&types::Stage) -> bool| stages.iter().any(set);
    unmodelled::kept([
        ("apiKeySource", is_not(api.api_key_source().map(|source| source.as_str()), "HEADER")),
        ("disableExecuteApiEndpoint", api.disable_execute_api_endpoint()),
        ("endpointAccessMode", is_not(api.endpoint_access_mode().map(|mode| mode.as_str()), "BASIC")),
        ("ipAddressType", is_not(endpoint.and_then(|e| e.ip_address_type()).map(|of| of.as_str()), ip_addresses)),
        ("securityPolicy", is_not(api.security_policy().map(|policy| policy.as_str()), "TLS_1_0")),
        ("stage canarySettings", any(|stage| stage.canary_settings().is_some())),
        ("stage clientCertificateId", any(|stage| stage.client_certificate_id().is_some())),
        ("stage description", any(|stage| stage.description().is_some_and(|text| !text.is_empty()))),
        ("stage documentationVersion", any(|stage| stage.documentation_version().is_some())),
    ])
}

#[cfg(test)]
mod tests;
