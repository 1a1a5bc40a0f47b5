//! What IAM must allow for REST APIs: HTTP verbs on paths.
//!
//! The path of an API contains its id and no name. APIs of an account are distinguished by their tags, which also apply
//! to everything below an API (a stage's own come before them): so every write to an existing one requires our tags,
//! and creating one requires a request that sets them. IAM knows names only in requests that create or delete an API.
//!
//! According to the service authorization reference, the paths of tags have no resource tags. But API Gateway also
//! checks a tag call as a change of what is tagged, and that is restricted to our tags. An API without tags is taken
//! over only if the manifest says so ([`RequiredActions::actions_to_adopt`]): by a request that makes it ours, and
//! never one with the tags of another app.

use super::{Call, MethodKey, PatchOperation, RestApi, TagResource};
use crate::aws::Id;
use crate::aws::required_actions::{
    RequiredAction, RequiredActions, anywhere, claiming, claims, on, owned, pass_role, pattern, unowned,
};
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

impl RequiredActions for RestApi {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        let (site, owner) = (&id.site, &id.owner);
        match call {
            Call::CreateRestApi(input) => {
                let policy = input.policy.as_ref().map(|_| set_policy_of_new(site));
                [create(id), tag(site, "*", PUT), policy.unwrap_or_default()].concat()
            }
            Call::UpdateRestApi(input) => {
                let api = path(site, &input.rest_api_id, "");
                let policy = patches(&input.patch_operations, "/policy").then(|| on(&api, SET_POLICY));
                owned(owner, [on(&api, PATCH), policy.unwrap_or_default()].concat())
            }
            Call::DeleteRestApi(input) => delete(id, &path(site, &input.rest_api_id, "")),
            Call::TagResource(input) => {
                [tags_of(site, &pattern(&input.resource_arn), PUT), tagging(owner, input)].concat()
            }
            Call::UntagResource(input) => {
                let arn = pattern(&input.resource_arn);
                [tags_of(site, &arn, DELETE), owned(owner, on(arn, PATCH))].concat()
            }
            Call::CreateDeployment(_) | Call::DeleteDeployment(_) => owned(owner, actions_of_deployments(site, call)),
            Call::CreateStage(_) | Call::UpdateStage(_) | Call::DeleteStage(_) => actions_of_stages(id, call),
            other => {
                let asked = owned(owner, [actions_of_resources(site, other), actions_of_parts(site, other)].concat());
                [asked, passed(other)].concat()
            }
        }
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        let (site, owner) = (&id.site, &id.owner);
        let api = |below: &str| path(site, &Text::from("*"), below);
        let below = ["apigateway:DELETE", "apigateway:PATCH", "apigateway:POST", "apigateway:PUT"];
        [
            create(id),
            delete(id, &api("")),
            tag(site, "*", PUT),
            tag(site, "*", DELETE),
            set_policy_of_new(site),
            owned(owner, [on(api(""), PATCH), on(api(""), SET_POLICY), on(api("/*"), &below)].concat()),
        ]
        .concat()
    }

    fn actions_to_adopt(id: &Id) -> Vec<RequiredAction> {
        adopting(&id.owner, path(&id.site, &Text::from("*"), ""))
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        let below =
            ["/authorizers", "/deployments", "/gatewayresponses", "/models", "/requestvalidators", "/resources"];
        let below = below.map(|below| on(path(&id.site, &"*".into(), below), GET));
        [actions_for_stages(&id.site), below.concat()].concat()
    }

    fn actions_to_list(site: &Site, _: &Owner) -> Vec<RequiredAction> {
        on(all(site), GET)
    }
}

fn actions_of_resources(site: &Site, call: &Call) -> Vec<RequiredAction> {
    let resource = |api: &Text, id: &Text| path(site, api, &format!("/resources/{}", pattern(id)));
    match call {
        Call::CreateResource(input) => on(resource(&input.rest_api_id, &input.parent_id), POST),
        Call::DeleteResource(input) => on(resource(&input.rest_api_id, &input.resource_id), DELETE),
        Call::PutMethod(input) => on(method(site, &input.method, ""), PUT),
        Call::DeleteMethod(input) => on(method(site, input, ""), DELETE),
        Call::PutIntegration(input) => on(method(site, &input.method, "/integration"), PUT),
        Call::PutMethodResponse(input) => {
            on(method(site, &input.method, &format!("/responses/{}", input.status_code)), PUT)
        }
        Call::PutIntegrationResponse(input) => {
            on(method(site, &input.method, &format!("/integration/responses/{}", input.status_code)), PUT)
        }
        _ => Vec::new(),
    }
}

/// The role that an integration hands to API Gateway.
fn passed(call: &Call) -> Vec<RequiredAction> {
    let Call::PutIntegration(input) = call else { return Vec::new() };
    let role = input.integration.credentials.as_ref();
    role.map(|arn| pass_role(arn, "apigateway.amazonaws.com")).into_iter().collect()
}

fn actions_of_parts(site: &Site, call: &Call) -> Vec<RequiredAction> {
    let authorizer = |api: &Text, id: &Text| path(site, api, &format!("/authorizers/{}", pattern(id)));
    let validator = |api: &Text, id: &Text| path(site, api, &format!("/requestvalidators/{}", pattern(id)));
    let model = |api: &Text, name: &str| path(site, api, &format!("/models/{name}"));
    let response = |api: &Text, of: &str| path(site, api, &format!("/gatewayresponses/{of}"));
    match call {
        Call::CreateAuthorizer(input) => on(path(site, &input.rest_api_id, "/authorizers"), POST),
        Call::UpdateAuthorizer(input) => on(authorizer(&input.rest_api_id, &input.authorizer_id), PATCH),
        Call::DeleteAuthorizer(input) => on(authorizer(&input.rest_api_id, &input.authorizer_id), DELETE),
        Call::CreateModel(input) => on(path(site, &input.rest_api_id, "/models"), POST),
        Call::UpdateModel(input) => on(model(&input.rest_api_id, &input.model_name), PATCH),
        Call::DeleteModel(input) => on(model(&input.rest_api_id, &input.model_name), DELETE),
        Call::CreateRequestValidator(input) => on(path(site, &input.rest_api_id, "/requestvalidators"), POST),
        Call::UpdateRequestValidator(input) => on(validator(&input.rest_api_id, &input.request_validator_id), PATCH),
        Call::DeleteRequestValidator(input) => on(validator(&input.rest_api_id, &input.request_validator_id), DELETE),
        Call::PutGatewayResponse(input) => on(response(&input.rest_api_id, &input.response_type), PUT),
        Call::DeleteGatewayResponse(input) => on(response(&input.rest_api_id, &input.response_type), DELETE),
        _ => Vec::new(),
    }
}

fn actions_of_deployments(site: &Site, call: &Call) -> Vec<RequiredAction> {
    match call {
        Call::CreateDeployment(input) => on(path(site, &input.rest_api_id, "/deployments"), POST),
        Call::DeleteDeployment(input) => {
            on(path(site, &input.rest_api_id, &format!("/deployments/{}", pattern(&input.deployment_id))), DELETE)
        }
        _ => Vec::new(),
    }
}

fn actions_of_stages(id: &Id, call: &Call) -> Vec<RequiredAction> {
    let (site, owner) = (&id.site, &id.owner);
    match call {
        Call::CreateStage(input) => {
            let tags = format!("{}/stages/*", pattern(&input.rest_api_id));
            [owned(owner, on(path(site, &input.rest_api_id, "/stages"), POST)), tag(site, &tags, PUT)].concat()
        }
        Call::UpdateStage(input) => {
            let logs = input.patch_operations.iter().any(|patch| patch.op != "remove" && is_below(patch, ACCESS_LOGS));
            let stage = on(path(site, &input.rest_api_id, &format!("/stages/{}", input.stage_name)), PATCH);
            [owned(owner, stage), if logs { anywhere(DELIVER_LOGS) } else { Vec::new() }].concat()
        }
        Call::DeleteStage(input) => {
            owned(owner, on(path(site, &input.rest_api_id, &format!("/stages/{}", input.stage_name)), DELETE))
        }
        _ => Vec::new(),
    }
}

/// What it takes to read the stages of any API.
pub fn actions_for_stages(site: &Site) -> Vec<RequiredAction> {
    [on(all(site), GET), on(path(site, &"*".into(), "/stages"), GET)].concat()
}

/// What [`super::logging_role`] takes.
pub fn actions_for_logging_role(site: &Site) -> Vec<RequiredAction> {
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

fn create(id: &Id) -> Vec<RequiredAction> {
    let create = RequiredAction::new("apigateway:POST", all(&id.site)).when(
        "StringLike",
        "apigateway:Request/ApiName",
        &id.name,
    );
    claiming(&id.owner, vec![create])
}

fn delete(id: &Id, api: &str) -> Vec<RequiredAction> {
    let delete =
        RequiredAction::new("apigateway:DELETE", api).when("StringLike", "apigateway:Resource/ApiName", &id.name);
    owned(&id.owner, vec![delete])
}

/// A new API has neither a path nor tags of its own yet.
fn set_policy_of_new(site: &Site) -> Vec<RequiredAction> {
    [on(all(site), SET_POLICY), unowned(on(format!("{}/*", all(site)), SET_POLICY))].concat()
}

/// What is tagged changes: an API that no app owns becomes ours, or what is ours gets another tag.
fn tagging(owner: &Owner, input: &TagResource) -> Vec<RequiredAction> {
    let arn = pattern(&input.resource_arn);
    if input.stage.is_none() && claims(&input.tags) { adopting(owner, arn) } else { owned(owner, on(arn, PATCH)) }
}

fn adopting(owner: &Owner, api: String) -> Vec<RequiredAction> {
    unowned(claiming(owner, on(api, PATCH)))
}

/// Tags have a path of their own, below which the ARN of what is tagged follows percent-encoded. A request that makes
/// something with tags is asked about the tags of anything of its sort.
fn tag(site: &Site, below_all: &str, actions: &[&'static str]) -> Vec<RequiredAction> {
    tags_of(site, &format!("{}/{below_all}", all(site)), actions)
}

fn tags_of(site: &Site, arn: &str, actions: &[&'static str]) -> Vec<RequiredAction> {
    let encoded = arn.replace(':', "%3A").replace('/', "%2F");
    on(format!("arn:{}:apigateway:{}::/tags/{encoded}", site.partition, site.region), actions)
}

const ACCESS_LOGS: &str = "/accessLogSettings";

fn patches(operations: &[PatchOperation], path: &str) -> bool {
    operations.iter().any(|operation| is_below(operation, path))
}

fn is_below(operation: &PatchOperation, path: &str) -> bool {
    operation.path.starts_with(path)
}
