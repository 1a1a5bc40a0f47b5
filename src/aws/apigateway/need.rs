//! What IAM must allow for REST APIs: HTTP verbs on paths.
//!
//! IAM cannot tell one API of an account from another before its id is known, but for three requests that it tells by
//! the API's name: those that make an API and delete one.

use super::{Call, MethodKey, PatchOperation, RestApi};
use crate::aws::Id;
use crate::aws::need::{Need, Needs, anywhere, on, pattern};
use crate::name::{Owner, Site};
use crate::text::Text;

const GET: &[&str] = &["apigateway:GET"];
const POST: &[&str] = &["apigateway:POST"];
const PUT: &[&str] = &["apigateway:PUT"];
const PATCH: &[&str] = &["apigateway:PATCH"];
const DELETE: &[&str] = &["apigateway:DELETE"];
const SET_POLICY: &[&str] = &["apigateway:UpdateRestApiPolicy"];

/// What API Gateway does on behalf of whoever lets a stage write access logs.
const DELIVER_LOGS: &[&str] = &["logs:CreateLogDelivery", "logs:DescribeResourcePolicies", "logs:PutResourcePolicy"];

impl Needs for RestApi {
    fn needs(id: &Id, call: &Call) -> Vec<Need> {
        let site = &id.site;
        match call {
            Call::CreateRestApi(input) => {
                let policy = input.policy.as_ref().map(|_| set_policy_of_new(site));
                [vec![create(id)], tag(site, "*", PUT), policy.unwrap_or_default()].concat()
            }
            Call::UpdateRestApi(input) => {
                let api = path(site, &input.rest_api_id, "");
                let policy = patches(&input.patch_operations, "/policy").then(|| on(&api, SET_POLICY));
                [on(&api, PATCH), policy.unwrap_or_default()].concat()
            }
            Call::DeleteRestApi(input) => vec![delete(id, &path(site, &input.rest_api_id, ""))],
            Call::CreateResource(input) => {
                on(path(site, &input.rest_api_id, &format!("/resources/{}", pattern(&input.parent_id))), POST)
            }
            Call::DeleteResource(input) => {
                on(path(site, &input.rest_api_id, &format!("/resources/{}", pattern(&input.resource_id))), DELETE)
            }
            Call::PutMethod(input) => on(method(site, &input.method, ""), PUT),
            Call::DeleteMethod(input) => on(method(site, input, ""), DELETE),
            Call::PutIntegration(input) => on(method(site, &input.method, "/integration"), PUT),
            Call::PutMethodResponse(input) => {
                on(method(site, &input.method, &format!("/responses/{}", input.status_code)), PUT)
            }
            Call::PutIntegrationResponse(input) => {
                on(method(site, &input.method, &format!("/integration/responses/{}", input.status_code)), PUT)
            }
            other => needs_of_stages(site, other),
        }
    }

    fn needs_ever(id: &Id) -> Vec<Need> {
        let site = &id.site;
        let api = |below: &str| path(site, &Text::from("*"), below);
        [
            vec![create(id), delete(id, &api(""))],
            tag(site, "*", PUT),
            tag(site, "*", DELETE),
            set_policy_of_new(site),
            on(api(""), PATCH),
            on(api("/*"), &["apigateway:DELETE", "apigateway:PATCH", "apigateway:POST", "apigateway:PUT"]),
        ]
        .concat()
    }

    fn needs_to_read(id: &Id) -> Vec<Need> {
        let below = ["/deployments", "/resources"].map(|below| on(path(&id.site, &"*".into(), below), GET));
        [needs_for_stages(&id.site), below.concat()].concat()
    }

    fn needs_to_list(site: &Site, _: &Owner) -> Vec<Need> {
        on(all(site), GET)
    }
}

fn needs_of_stages(site: &Site, call: &Call) -> Vec<Need> {
    match call {
        Call::CreateDeployment(input) => on(path(site, &input.rest_api_id, "/deployments"), POST),
        Call::DeleteDeployment(input) => {
            on(path(site, &input.rest_api_id, &format!("/deployments/{}", pattern(&input.deployment_id))), DELETE)
        }
        Call::CreateStage(input) => {
            let tags = format!("{}/stages/*", pattern(&input.rest_api_id));
            [on(path(site, &input.rest_api_id, "/stages"), POST), tag(site, &tags, PUT)].concat()
        }
        Call::UpdateStage(input) => {
            let logs = input.patch_operations.iter().any(|patch| patch.op != "remove" && is_below(patch, ACCESS_LOGS));
            let stage = on(path(site, &input.rest_api_id, &format!("/stages/{}", input.stage_name)), PATCH);
            [stage, if logs { anywhere(DELIVER_LOGS) } else { Vec::new() }].concat()
        }
        Call::DeleteStage(input) => {
            on(path(site, &input.rest_api_id, &format!("/stages/{}", input.stage_name)), DELETE)
        }
        Call::TagResource(input) => tag_calls(site, &input.resource_arn, PUT),
        Call::UntagResource(input) => tag_calls(site, &input.resource_arn, DELETE),
        _ => Vec::new(),
    }
}

/// What it takes to read the stages of any API.
pub fn needs_for_stages(site: &Site) -> Vec<Need> {
    [on(all(site), GET), on(path(site, &"*".into(), "/stages"), GET)].concat()
}

/// What [`super::logging_role`] takes.
pub fn needs_for_logging_role(site: &Site) -> Vec<Need> {
    on(format!("arn:{}:apigateway:{}::/account", site.partition, site.region), GET)
}

/// All APIs: what is asked to list them, and to make one.
fn all(site: &Site) -> String {
    format!("arn:{}:apigateway:{}::/restapis", site.partition, site.region)
}

/// An API, or what is below it.
fn path(site: &Site, api: &Text, below: &str) -> String {
    format!("{}/{}{below}", all(site), pattern(api))
}

fn method(site: &Site, key: &MethodKey, below: &str) -> String {
    let (resource, verb) = (pattern(&key.resource_id), &key.http_method);
    path(site, &key.rest_api_id, &format!("/resources/{resource}/methods/{verb}{below}"))
}

fn create(id: &Id) -> Need {
    Need::new("apigateway:POST", all(&id.site)).when("StringLike", "apigateway:Request/ApiName", &id.name)
}

fn delete(id: &Id, api: &str) -> Need {
    Need::new("apigateway:DELETE", api).when("StringLike", "apigateway:Resource/ApiName", &id.name)
}

/// A new API has no path of its own yet.
fn set_policy_of_new(site: &Site) -> Vec<Need> {
    [on(all(site), SET_POLICY), on(format!("{}/*", all(site)), SET_POLICY)].concat()
}

/// Tags have a path of their own, below which the ARN of what is tagged follows percent-encoded. A request that makes
/// something with tags is asked about the tags of anything of its sort.
fn tag(site: &Site, below_all: &str, actions: &[&'static str]) -> Vec<Need> {
    tags_of(site, &format!("{}/{below_all}", all(site)), actions)
}

fn tags_of(site: &Site, arn: &str, actions: &[&'static str]) -> Vec<Need> {
    let encoded = arn.replace(':', "%3A").replace('/', "%2F");
    on(format!("arn:{}:apigateway:{}::/tags/{encoded}", site.partition, site.region), actions)
}

/// A tag call is asked about as a change of what is tagged, too.
fn tag_calls(site: &Site, resource: &Text, actions: &[&'static str]) -> Vec<Need> {
    let arn = pattern(resource);
    [tags_of(site, &arn, actions), on(arn, PATCH)].concat()
}

const ACCESS_LOGS: &str = "/accessLogSettings";

fn patches(operations: &[PatchOperation], path: &str) -> bool {
    operations.iter().any(|operation| is_below(operation, path))
}

fn is_below(operation: &PatchOperation, path: &str) -> bool {
    operation.path.starts_with(path)
}
