//! Reading REST APIs.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_apigateway::types;

use crate::aws::apigateway::{AccessLog, Integration, Method, RestApi, Stage, Throttle};
use crate::aws::document::Document;
use crate::aws::error::{Answer, AwsError};
use crate::aws::{Aws, Found, Id, Observed, Unmodelled, tags};
use crate::name::{Owner, tag};

const ABSENT: &[&str] = &["NotFoundException"];
/// The most that one page can hold.
const PAGE: i32 = 500;
/// The limits that API Gateway reports where a stage sets none of its own.
const DEFAULT_THROTTLE: Throttle = Throttle { rate_limit: 10000.0, burst_limit: 5000 };

/// What the listing tells about one API.
pub type Listed = types::RestApi;

/// Every API whose name begins with our prefix.
pub async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<Listed>>, AwsError> {
    let all = all(aws).await?;
    let ours = all.into_iter().filter(|api| api.name().is_some_and(|name| name.starts_with(&owner.prefix())));
    Ok(ours.filter_map(|api| Some(Found { name: api.name.clone()?, seed: api })).collect())
}

/// The APIs whose name begins with our prefix.
pub async fn ours(aws: &Aws, owner: &Owner) -> Result<Vec<Listed>, AwsError> {
    Ok(list(aws, owner).await?.into_iter().map(|found| found.seed).collect())
}

async fn all(aws: &Aws) -> Result<Vec<Listed>, AwsError> {
    let pages = aws.read.apigateway.get_rest_apis().limit(PAGE).into_paginator().items().send();
    pages.collect::<Result<Vec<_>, _>>().await.answer("apigateway:GetRestApis")
}

/// The API of this name that is ours; else one of this name that is not. Several of ours are an error: which one is
/// meant cannot be told.
pub async fn find(aws: &Aws, id: &Id) -> Result<Option<Listed>, AwsError> {
    let named: Vec<_> = all(aws).await?.into_iter().filter(|api| api.name() == Some(&id.name)).collect();
    let is_ours = |api: &&Listed| {
        let tags = api.tags();
        let has = |key: &str, value: &str| tags.and_then(|tags| tags.get(key)).is_some_and(|found| found == value);
        has(tag::APP, id.owner.app.as_str()) && has(tag::STAGE, id.owner.stage.as_str())
    };
    let ours: Vec<&Listed> = named.iter().filter(is_ours).collect();
    match ours.as_slice() {
        [] => Ok(named.into_iter().next()),
        [one] => Ok(Some((*one).clone())),
        many => {
            let ids: Vec<&str> = many.iter().filter_map(|api| api.id()).collect();
            let message = format!("several APIs are {} of ours: {}; delete all but one", id.name, ids.join(", "));
            Err(AwsError::malformed("apigateway:GetRestApis", message))
        }
    }
}

/// The ARN of the role with which API Gateway writes logs in this account and region; without one, no stage can.
pub async fn logging_role(aws: &Aws) -> Result<Option<String>, AwsError> {
    let account = aws.read.apigateway.get_account().send().await.answer("apigateway:GetAccount")?;
    Ok(account.cloudwatch_role_arn.filter(|arn| !arn.is_empty()))
}

/// Reads one API: three calls at once, after the listing where there is no seed.
pub async fn observe(aws: &Aws, id: &Id, seed: Option<&Listed>) -> Result<Option<Observed<RestApi>>, AwsError> {
    let listed = match seed {
        Some(seed) => Some(seed.clone()),
        None => find(aws, id).await?,
    };
    let Some((api, api_id)) = listed.and_then(|api| api.id.clone().map(|id| (api, id))) else { return Ok(None) };
    let client = &aws.read.apigateway;
    let resources = client.get_resources().rest_api_id(&api_id).embed("methods").limit(PAGE).into_paginator().items();
    let deployments = client.get_deployments().rest_api_id(&api_id).limit(PAGE).into_paginator().items();
    let (resources, deployments, stages) = tokio::join!(
        resources.send().collect::<Result<Vec<_>, _>>(),
        deployments.send().collect::<Result<Vec<_>, _>>(),
        client.get_stages().rest_api_id(&api_id).send(),
    );
    // An API that goes while it is read is gone.
    let Some(resources) = resources.found("apigateway:GetResources", ABSENT)? else { return Ok(None) };
    let Some(deployments) = deployments.found("apigateway:GetDeployments", ABSENT)? else { return Ok(None) };
    let Some(stages) = stages.found("apigateway:GetStages", ABSENT)? else { return Ok(None) };
    let policy = policy(id, &api, &api_id)?;
    Ok(Some(assemble(&api, &api_id, policy, &resources, deployments, stages.item())))
}

fn assemble(
    api: &types::RestApi,
    api_id: &str,
    policy: Option<Document>,
    resources: &[types::Resource],
    deployments: Vec<types::Deployment>,
    stages: &[types::Stage],
) -> Observed<RestApi> {
    let mut outputs = BTreeMap::from([("id".to_owned(), api_id.to_owned())]);
    for resource in resources {
        if let (Some(path), Some(id)) = (resource.path(), resource.id()) {
            outputs.insert(format!("resource:{path}"), id.to_owned());
        }
    }
    let described = describe(deployments);
    outputs.extend(described.iter().map(|(id, description)| (format!("deployment:{description}"), id.clone())));
    let paths = resources.iter().filter_map(|resource| resource.path()).filter(|path| *path != "/");
    let state = RestApi {
        description: api.description().unwrap_or_default().to_owned(),
        policy,
        resources: paths.map(str::to_owned).collect(),
        methods: resources.iter().flat_map(methods).collect(),
        deployments: described.values().cloned().collect(),
        stages: stages
            .iter()
            .filter_map(|stage| Some((stage.stage_name()?.to_owned(), read_stage(stage, &described))))
            .collect(),
        tags: tags::collect(api.tags().cloned().unwrap_or_default()),
    };
    Observed { identity: Some(api_id.to_owned()), outputs, unmodelled: unmodelled(api, stages), ..Observed::of(state) }
}

/// Deployments by id, with descriptions that are told apart: the oldest of several keeps its own.
fn describe(mut deployments: Vec<types::Deployment>) -> BTreeMap<String, String> {
    deployments.sort_by_key(|d| (d.created_date().map(|date| date.secs()), d.id().map(str::to_owned)));
    let (mut described, mut seen) = (BTreeMap::new(), BTreeMap::<String, usize>::new());
    for deployment in deployments {
        let Some(id) = deployment.id else { continue };
        let description = deployment.description.filter(|d| !d.is_empty()).unwrap_or_else(|| "made by hand".into());
        let count = seen.entry(description.clone()).or_default();
        *count += 1;
        let unique = if *count == 1 { description } else { format!("{description} #{count}") };
        described.insert(id, unique);
    }
    described
}

/// The policy, with our own API's ARNs in the short form in which they are written.
fn policy(id: &Id, api: &types::RestApi, api_id: &str) -> Result<Option<Document>, AwsError> {
    let Some(text) = api.policy().filter(|text| !text.is_empty()) else { return Ok(None) };
    let start = format!("{}/", id.site.arn("execute-api", api_id));
    let malformed = |e: serde_json::Error| AwsError::malformed("apigateway:GetRestApis", format!("policy: {e}"));
    // API Gateway gives the document with its quotes escaped once more.
    let plain = match serde_json::from_str::<serde_json::Value>(text) {
        Ok(_) => text.to_owned(),
        Err(_) => serde_json::from_str::<String>(&format!("\"{text}\"")).map_err(malformed)?,
    };
    Document::parse(&plain.replace(&start, "execute-api:/")).map(Some).map_err(malformed)
}

fn methods(resource: &types::Resource) -> Vec<(String, Method)> {
    let path = resource.path().unwrap_or_default();
    let all = resource.resource_methods().into_iter().flatten();
    all.map(|(http_method, method)| (format!("{http_method} {path}"), read_method(method))).collect()
}

fn read_method(method: &types::Method) -> Method {
    let integration = method.method_integration();
    let headers = |response: &types::MethodResponse| {
        response.response_parameters().into_iter().flatten().map(|(name, _)| name.clone()).collect()
    };
    let values = |response: &types::IntegrationResponse| {
        response.response_parameters().into_iter().flatten().map(|(k, v)| (k.clone(), v.clone())).collect()
    };
    let method_responses = method.method_responses().into_iter().flatten();
    let integration_responses = integration.and_then(|i| i.integration_responses()).into_iter().flatten();
    let is_proxy = integration.and_then(|i| i.r#type()).is_some_and(|of| of.as_str() == "AWS_PROXY");
    Method {
        authorization_type: method.authorization_type().unwrap_or("NONE").to_owned(),
        api_key_required: method.api_key_required().unwrap_or(false),
        integration: integration.map(read_integration),
        // A proxy integration passes the function's answer on: what emulators list beside it says nothing.
        method_responses: if is_proxy {
            BTreeMap::new()
        } else {
            method_responses.map(|(s, r)| (s.clone(), headers(r))).collect()
        },
        integration_responses: if is_proxy {
            BTreeMap::new()
        } else {
            integration_responses.map(|(s, r)| (s.clone(), values(r))).collect()
        },
    }
}

fn read_integration(integration: &types::Integration) -> Integration {
    let of = integration.r#type().map(|of| of.as_str()).unwrap_or_default().to_owned();
    let templates = integration.request_templates().into_iter().flatten();
    let timeout = Some(integration.timeout_in_millis()).filter(|timeout| *timeout != 0);
    Integration {
        uri: integration.uri().filter(|uri| !uri.is_empty()).map(str::to_owned),
        integration_http_method: integration.http_method().filter(|_| of != "MOCK").map(str::to_owned),
        timeout_in_millis: timeout.unwrap_or(29000),
        request_templates: templates.map(|(k, v)| (k.clone(), v.clone())).collect(),
        of,
    }
}

fn read_stage(stage: &types::Stage, deployments: &BTreeMap<String, String>) -> Stage {
    let throttle = stage.method_settings().and_then(|settings| settings.get("*/*")).map(|setting| Throttle {
        rate_limit: setting.throttling_rate_limit(),
        burst_limit: setting.throttling_burst_limit(),
    });
    let unlimited = |t: &Throttle| *t == DEFAULT_THROTTLE || (t.rate_limit <= 0.0 && t.burst_limit <= 0);
    let log = stage.access_log_settings().and_then(|log| {
        Some(AccessLog { destination_arn: log.destination_arn()?.to_owned(), format: log.format()?.to_owned() })
    });
    let deployment = stage.deployment_id().map(|id| deployments.get(id).cloned().unwrap_or_else(|| id.to_owned()));
    Stage {
        deployment,
        tracing_enabled: stage.tracing_enabled(),
        throttling: throttle.filter(|throttle| !unlimited(throttle)),
        access_log_settings: log.filter(|log| !log.destination_arn.is_empty()),
        variables: stage.variables().into_iter().flatten().map(|(k, v)| (k.clone(), v.clone())).collect(),
        tags: tags::collect(stage.tags().cloned().unwrap_or_default()),
    }
}

fn unmodelled(api: &types::RestApi, stages: &[types::Stage]) -> Vec<Unmodelled> {
    let types: BTreeSet<&str> =
        api.endpoint_configuration().map(|e| e.types().iter().map(|t| t.as_str()).collect()).unwrap_or_default();
    let any = |set: fn(&types::Stage) -> bool| stages.iter().any(set);
    let set = [
        ("endpointConfiguration", types.iter().any(|of| *of != "REGIONAL")),
        ("disableExecuteApiEndpoint", api.disable_execute_api_endpoint()),
        ("binaryMediaTypes", !api.binary_media_types().is_empty()),
        ("minimumCompressionSize", api.minimum_compression_size().is_some()),
        ("clientCertificateId", any(|stage| stage.client_certificate_id().is_some())),
        ("canarySettings", any(|stage| stage.canary_settings().is_some())),
        ("cacheClusterEnabled", any(|stage| stage.cache_cluster_enabled())),
        ("methodSettings", any(|stage| stage.method_settings().is_some_and(|all| all.keys().any(|key| key != "*/*")))),
    ];
    let named = set.into_iter().filter(|(_, set)| *set);
    named.map(|(name, _)| Unmodelled { attribute: name.into(), erased_by: None }).collect()
}
