//! What IAM must allow for HTTP APIs: HTTP verbs on paths, as for REST APIs, whose text holds here too: tags tell one API
//! from another, for everything below it as well, and names are known to IAM where an API is made and deleted.
//!
//! Tags are set with POST here. Creating an API with tags also requires the right to set them, as for any API.

use super::{Call, HttpApi, TagResource};
use crate::aws::Id;
use crate::aws::required_actions::{
    RequiredAction, RequiredActions, anywhere, claiming, claims, on, owned, pass_role, pattern, unowned,
};
use crate::name::{Owner, Site};
use crate::text::Text;

const GET: &[&str] = &["apigateway:GET"];
const POST: &[&str] = &["apigateway:POST"];
const PATCH: &[&str] = &["apigateway:PATCH"];
const DELETE: &[&str] = &["apigateway:DELETE"];

/// What API Gateway does on behalf of whoever lets a stage of an HTTP API write access logs.
const DELIVER_LOGS: &[&str] = &[
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
];

/// What is read of each API.
const PARTS: [&str; 5] = ["/authorizers", "/deployments", "/integrations", "/routes", "/stages"];

impl RequiredActions for HttpApi {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        let (site, owner) = (&id.site, &id.owner);
        match call {
            Call::CreateApi(_) => [create(id), tags_of(site, &format!("{}/*", all(site)), POST)].concat(),
            Call::UpdateApi(input) => owned(owner, on(path(site, &input.api_id, ""), PATCH)),
            Call::DeleteCorsConfiguration(input) => owned(owner, on(path(site, &input.api_id, "/cors"), DELETE)),
            Call::DeleteApi(input) => delete(id, &path(site, &input.api_id, "")),
            Call::TagResource(input) => {
                [tags_of(site, &pattern(&input.resource_arn), POST), tagging(owner, input)].concat()
            }
            Call::UntagResource(input) => {
                let arn = pattern(&input.resource_arn);
                [tags_of(site, &arn, DELETE), owned(owner, on(arn, PATCH))].concat()
            }
            other => of_part(site, owner, other).unwrap_or_else(|| of_serving(site, owner, other)),
        }
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        let (site, owner) = (&id.site, &id.owner);
        let api = |below: &str| path(site, &Text::from("*"), below);
        let below = ["apigateway:DELETE", "apigateway:PATCH", "apigateway:POST"];
        [
            create(id),
            delete(id, &api("")),
            tags_of(site, &api(""), POST),
            tags_of(site, &api(""), DELETE),
            owned(owner, [on(api(""), PATCH), on(api("/*"), &below)].concat()),
        ]
        .concat()
    }

    fn actions_to_adopt(id: &Id) -> Vec<RequiredAction> {
        adopting(&id.owner, path(&id.site, &Text::from("*"), ""))
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        let parts = PARTS.map(|below| on(path(&id.site, &"*".into(), below), GET));
        [on(all(&id.site), GET), parts.concat()].concat()
    }

    fn actions_to_list(site: &Site, _: &Owner) -> Vec<RequiredAction> {
        on(all(site), GET)
    }
}

/// On authorizers, integrations and routes; `None` for other calls.
fn of_part(site: &Site, owner: &Owner, call: &Call) -> Option<Vec<RequiredAction>> {
    let one = |api: &Text, of: &str, id: &Text| path(site, api, &format!("/{of}/{}", pattern(id)));
    let role = |arn: Option<&String>| {
        let arn = arn.filter(|arn| !arn.is_empty());
        arn.map(|arn| pass_role(arn, "apigateway.amazonaws.com")).into_iter().collect::<Vec<_>>()
    };
    let (asked, passed) = match call {
        Call::CreateAuthorizer(input) => {
            let role = role(input.settings.authorizer_credentials_arn.as_ref());
            (on(path(site, &input.api_id, "/authorizers"), POST), role)
        }
        Call::UpdateAuthorizer(input) => {
            let role = role(input.settings.authorizer_credentials_arn.as_ref());
            (on(one(&input.api_id, "authorizers", &input.authorizer_id), PATCH), role)
        }
        Call::DeleteAuthorizer(input) => {
            (on(one(&input.api_id, "authorizers", &input.authorizer_id), DELETE), Vec::new())
        }
        Call::CreateIntegration(input) => {
            let role = role(input.integration.credentials_arn.as_ref());
            (on(path(site, &input.api_id, "/integrations"), POST), role)
        }
        Call::UpdateIntegration(input) => {
            let role = role(input.integration.credentials_arn.as_ref());
            (on(one(&input.api_id, "integrations", &input.integration_id), PATCH), role)
        }
        Call::DeleteIntegration(input) => {
            (on(one(&input.api_id, "integrations", &input.integration_id), DELETE), Vec::new())
        }
        Call::CreateRoute(input) => (on(path(site, &input.api_id, "/routes"), POST), Vec::new()),
        Call::UpdateRoute(input) => (on(one(&input.api_id, "routes", &input.route_id), PATCH), Vec::new()),
        Call::DeleteRoute(input) => (on(one(&input.api_id, "routes", &input.route_id), DELETE), Vec::new()),
        _ => return None,
    };
    Some([owned(owner, asked), passed].concat())
}

/// On deployments and stages.
fn of_serving(site: &Site, owner: &Owner, call: &Call) -> Vec<RequiredAction> {
    let stage = |api: &Text, name: &str, below: &str| path(site, api, &format!("/stages/{name}{below}"));
    let logs = |is_set: bool| if is_set { anywhere(DELIVER_LOGS) } else { Vec::new() };
    let (asked, more) = match call {
        Call::CreateDeployment(input) => (on(path(site, &input.api_id, "/deployments"), POST), Vec::new()),
        Call::DeleteDeployment(input) => {
            let below = format!("/deployments/{}", pattern(&input.deployment_id));
            (on(path(site, &input.api_id, &below), DELETE), Vec::new())
        }
        Call::CreateStage(input) => {
            (on(path(site, &input.api_id, "/stages"), POST), logs(input.access_log_settings.is_some()))
        }
        Call::UpdateStage(input) => {
            let logs = logs(input.access_log_settings.is_some());
            (on(stage(&input.api_id, &input.stage_name, ""), PATCH), logs)
        }
        Call::DeleteAccessLogSettings(input) => {
            (on(stage(&input.api_id, &input.stage_name, "/accesslogsettings"), DELETE), Vec::new())
        }
        // How the ARN writes the slashes of a route's key is nowhere said.
        Call::DeleteRouteSettings(input) => {
            (on(stage(&input.api_id, &input.stage_name, "/routesettings/*"), DELETE), Vec::new())
        }
        Call::DeleteStage(input) => (on(stage(&input.api_id, &input.stage_name, ""), DELETE), Vec::new()),
        _ => return Vec::new(),
    };
    [owned(owner, asked), more].concat()
}

/// All APIs: what is asked to list them, and to make one.
fn all(site: &Site) -> String {
    format!("arn:{}:apigateway:{}::/apis", site.partition, site.region)
}

/// An API, or what is below it.
fn path(site: &Site, api: &Text, below: &str) -> String {
    format!("{}/{}{below}", all(site), pattern(api))
}

fn create(id: &Id) -> Vec<RequiredAction> {
    let create = RequiredAction::new("apigateway:POST", all(&id.site));
    claiming(&id.owner, vec![create.when("StringLike", "apigateway:Request/ApiName", &id.name)])
}

fn delete(id: &Id, api: &str) -> Vec<RequiredAction> {
    let delete = RequiredAction::new("apigateway:DELETE", api);
    owned(&id.owner, vec![delete.when("StringLike", "apigateway:Resource/ApiName", &id.name)])
}

/// What is tagged changes: an API that no app owns becomes ours, or what is ours gets another tag.
fn tagging(owner: &Owner, input: &TagResource) -> Vec<RequiredAction> {
    let arn = pattern(&input.resource_arn);
    if claims(&input.tags) { adopting(owner, arn) } else { owned(owner, on(arn, PATCH)) }
}

fn adopting(owner: &Owner, api: String) -> Vec<RequiredAction> {
    unowned(claiming(owner, on(api, PATCH)))
}

/// Tags have a path of their own, below which the ARN of what is tagged follows percent-encoded.
fn tags_of(site: &Site, arn: &str, actions: &[&'static str]) -> Vec<RequiredAction> {
    let encoded = arn.replace(':', "%3A").replace('/', "%2F");
    on(format!("arn:{}:apigateway:{}::/tags/{encoded}", site.partition, site.region), actions)
}
