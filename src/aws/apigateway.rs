//! API Gateway: REST APIs with their resources, methods, deployments and stages.
//!
//! What callers reach is a deployment, a frozen copy of the definition. The description of each of ours is the digest
//! of the definition that it froze, so live state shows whether a stage serves what is wanted, and a lost answer never
//! leads to a second copy. A method that differs is deleted and created again: callers see neither before the stage
//! moves to the next deployment. Names are not unique: ownership tags distinguish our API from another with its name.
//!
//! Additions to a definition are sent call after call, and read together before a deployment freezes them: AWS limits
//! how often an account may ask, and a large API has hundreds of parts.
//!
//! Authorizers, models, validators and gateway responses (`parts`) are read only if there are some of ours. What a
//! method names is created before the method, and deleted once no stage serves a method that names it.
//!
//! Everything below the API is ours entirely: a path, a method, a setting of a method, a stage or a deployment that is
//! not wanted is deleted. Stages carry the API's tags; other tags on them are left alone, as on the API.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::aws::document::Document;
use crate::aws::error::AwsError;
use crate::aws::kit::tags::tagged;
use crate::aws::kit::unmodelled::Unmodelled;
use crate::aws::rate::{Limit, Operations, limit};
use crate::aws::settle::{
    Rule,
    reason::{BUSY, RATE},
    rule,
};
use crate::aws::tags::Tags;
use crate::aws::{Aws, Found, Id, Kind, Observed, PlanReader, Reader, Resource};
use crate::canonical::Sha;
use crate::name::{Owner, tag};
use crate::text::{OutputRef, Text};

mod authorizer;
mod call;
mod effect;
mod gateway_response;
mod next_call;
mod observe;
mod parts;
mod read;
mod required_actions;
mod send;
mod setting;
mod stage;
mod state;
mod validation;

pub use authorizer::{Authorizer, COGNITO, CreateAuthorizer, DeleteAuthorizer, TTL, UpdateAuthorizer};
pub use call::*;
pub use gateway_response::{GatewayResponse, GatewayResponseType, PutGatewayResponse, TYPES};
pub use observe::{BesidePaths, Ids, Listed, ids, logging_role, ours, stages};
pub use parts::{AUTHORIZERS_AT_MOST, ByHand, Parts};
pub use required_actions::{actions_for_logging_role, actions_for_stages};
pub use setting::LIMITS as DEFAULT_LIMITS;
pub use stage::{AccessLog, Stage, Throttle, setting_key};
pub use state::*;
pub use validation::{
    CreateModel, CreateRequestValidator, DeleteRequestValidator, Model, ModelName, OF_AWS, RequestValidator,
    UpdateModel, UpdateRequestValidator,
};

/// Where an API answers, unless it is asked to do so elsewhere.
pub const REGIONAL: &str = "REGIONAL";
/// At CloudFront's edge locations.
pub const EDGE: &str = "EDGE";
/// In a VPC.
pub const PRIVATE: &str = "PRIVATE";

/// Where patches name the VPC endpoints of a private API.
const VPC_ENDPOINTS: &str = "/endpointConfiguration/vpcEndpointIds";

const PATH: &str = "a new path or method to be known everywhere";
const AUTHORIZER: &str = "a new authorizer to be known everywhere";

const HEALS: &[Rule] = &[
    rule("apigateway:", "LimitExceededException", "", 300, RATE),
    rule("apigateway:", "ConflictException", "try again later", 300, BUSY),
    rule("apigateway:PutMethod", "BadRequestException", "Invalid authorizer ID", 60, AUTHORIZER),
    rule("apigateway:CreateDeployment", "BadRequestException", "Invalid Authorizer identifier", 60, AUTHORIZER),
    rule("apigateway:CreateResource", "NotFoundException", "", 60, PATH),
    rule("apigateway:PutMethod", "NotFoundException", "", 60, PATH),
    rule("apigateway:PutIntegration", "NotFoundException", "", 60, PATH),
    rule("apigateway:PutMethodResponse", "NotFoundException", "", 60, PATH),
    rule("apigateway:PutIntegrationResponse", "NotFoundException", "", 60, PATH),
];

const LIMITS: &[Limit] = &[
    limit("API Gateway", Operations::These(&["CreateRestApi"]), 1.0 / 3.0, 1.0),
    limit("API Gateway", Operations::These(&["DeleteRestApi"]), 1.0 / 30.0, 1.0),
    limit("API Gateway", Operations::These(&["CreateDeployment"]), 0.2, 1.0),
    limit("API Gateway", Operations::These(&["CreateResource"]), 5.0, 5.0),
    limit("API Gateway", Operations::These(&["DeleteResource"]), 5.0, 5.0),
    limit("API Gateway", Operations::These(&["GetResources"]), 2.5, 5.0),
    limit("API Gateway", Operations::Service, 10.0, 40.0),
];

impl Resource for RestApi {
    type Call = Call;
    type Seed = Listed;
    const SETTLES: &'static [(&'static str, &'static str)] = &[
        ("PENDING", "apiStatus AVAILABLE"),
        ("UPDATING", "apiStatus AVAILABLE"),
        ("CREATE_IN_PROGRESS", "cacheClusterStatus AVAILABLE"),
        ("DELETE_IN_PROGRESS", "cacheClusterStatus NOT_AVAILABLE"),
        ("FLUSH_IN_PROGRESS", "cacheClusterStatus AVAILABLE"),
    ];
    // A cache takes some minutes.
    const PATIENCE: Duration = Duration::from_secs(900);
    const HEALS: &'static [Rule] = HEALS;
    const MAKES_ANOTHER: &'static [&'static str] =
        &["apigateway:CreateRestApi", "apigateway:CreateDeployment", "apigateway:CreateRequestValidator"];
    const LIMITS: &'static [Limit] = LIMITS;
    const LISTS_ALL: bool = true;
    const USED_BY: &'static [Kind] = &[Kind::Association, Kind::DomainName, Kind::Permission, Kind::UsagePlan];
    const HELD_BY: &'static [(&'static str, Kind)] = &[("apigateway:DeleteStage", Kind::DomainName)];

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        effect::effect(call, state)
    }

    fn flows_into(call: &Call, next: &Call) -> bool {
        call.adds_to_definition() && next.adds_to_definition()
    }

    fn keep(&mut self, live: &Self) {
        if self.endpoint_type == PRIVATE && live.endpoint_type == PRIVATE {
            self.parts.vpc_endpoint_ids.clone_from(&live.parts.vpc_endpoint_ids);
        }
    }

    fn obstacle(&self, live: Option<&Self>, _: &[Unmodelled]) -> Option<String> {
        parts::obstacle(&self.parts, &live?.parts)
    }

    tagged!();

    /// What says which parts there are counts whatever is wanted.
    fn scope(&mut self, keys: &BTreeSet<String>) {
        self.tags.retain(|key, _| keys.contains(key) || key == tag::PARTS);
        self.stages.values_mut().for_each(|stage| stage.tags.retain(|key, _| keys.contains(key)));
    }

    async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<Listed>>, AwsError> {
        observe::list(reader.into(), owner).await
    }

    async fn observe(reader: Reader<'_>, id: &Id, seed: Option<&Listed>) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(reader, id, seed).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(aws, call).await
    }
}

/// The id that AWS made up for the API.
fn api_id(id: &Id) -> Text {
    OutputRef::new(&id.address, "id").into()
}

/// The ARN of the API, or of something below it (`/stages/v1`).
fn api_arn(id: &Id, below: &str) -> Text {
    let start = format!("arn:{}:apigateway:{}::/restapis/", id.site.partition, id.site.region);
    Text::from(start).then(api_id(id)).then(below)
}

/// The id that AWS made up for a path.
fn resource_id(id: &Id, path: &str) -> Text {
    OutputRef::new(&id.address, format!("resource:{path}")).into()
}

/// The id that AWS made up for a deployment.
fn deployment_id(id: &Id, description: &str) -> Text {
    OutputRef::new(&id.address, format!("deployment:{description}")).into()
}

#[cfg(test)]
mod tests;
