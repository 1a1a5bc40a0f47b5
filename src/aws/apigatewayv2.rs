//! API Gateway, the second API: HTTP APIs with their routes, integrations, authorizers, deployments and stages.
//!
//! As with REST APIs, what callers reach is a deployment, a frozen copy of the definition, whose description is the
//! digest of what it froze; AWS never deploys by itself, so only a plan's calls change what is live. Names are not
//! unique: ownership tags distinguish our API from another with its name.
//!
//! Every update keeps what it leaves out, and each member that is to be removed has a form of its own for that; see
//! [`UpdateRoute`]. Route keys and the names of authorizers and stages are unique: a second create is refused, and the
//! read that follows shows the first. An integration has nothing but an id, so its contents identify it
//! ([`Integration::key`]): one whose answer was lost is found, and one that no route names any more is deleted.
//!
//! Its requests count against the same limits as those of REST APIs ([`apigateway`](crate::aws::apigateway)).
//!
//! Everything below the API is ours entirely. Stages have no tags; see [`Stage`].

use crate::aws::error::AwsError;
use crate::aws::kit::tags::tagged;
use crate::aws::settle::{Rule, reason::BUSY, rule};
use crate::aws::{Aws, Found, Id, Kind, Observed, PlanReader, Reader, Resource};
use crate::name::Owner;
use crate::text::{OutputRef, Text};

mod call;
mod effect;
mod next_call;
mod observe;
mod part;
mod read;
mod required_actions;
mod send;
mod stage;
mod state;

pub use call::*;
pub use observe::{Listed, ids_of_ours};
pub use part::{AUTHORIZERS, ROUTES};
pub use state::*;

const NEW: &str = "a new part of the API to be known everywhere";

const LET_GO: &str = "its routes to release it";

/// What AWS says of one change at a time is told by its text from what stands in the way for good: two variables in one
/// place, a part that is in use.
const HEALS: &[Rule] = &[
    rule("apigatewayv2:", "ConflictException", "try again later", 300, BUSY),
    rule("apigatewayv2:CreateRoute", "NotFoundException", "", 60, NEW),
    rule("apigatewayv2:UpdateRoute", "NotFoundException", "", 60, NEW),
    rule("apigatewayv2:CreateStage", "NotFoundException", "", 60, NEW),
    rule("apigatewayv2:UpdateStage", "NotFoundException", "", 60, NEW),
    rule("apigatewayv2:DeleteAuthorizer", "ConflictException", "is referenced in route", 120, LET_GO),
];

impl Resource for HttpApi {
    type Call = Call;
    type Seed = Listed;
    const SETTLES: &'static [(&'static str, &'static str)] = &[("PENDING", "deploymentStatus DEPLOYED")];
    const HEALS: &'static [Rule] = HEALS;
    const MAKES_ANOTHER: &'static [&'static str] =
        &["apigatewayv2:CreateApi", "apigatewayv2:CreateIntegration", "apigatewayv2:CreateDeployment"];
    const LISTS_ALL: bool = true;
    const INDEXED: Option<(&'static str, &'static str)> = Some(("apigateway", "/apis/"));
    const USED_BY: &'static [Kind] = &[Kind::DomainName, Kind::Permission];
    const HELD_BY: &'static [(&'static str, Kind)] = &[("apigatewayv2:DeleteStage", Kind::DomainName)];

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        effect::effect(call, state)
    }

    fn keep(&mut self, live: &Self) {
        stage::keep(self, live);
    }

    fn flows_into(call: &Call, next: &Call) -> bool {
        let both_go = match (call, next) {
            (Call::DeleteRoute(_), Call::DeleteRoute(_)) => true,
            // As long as one is left that AWS could not deploy, no read says that all is well.
            (Call::DeleteDeployment(one), Call::DeleteDeployment(other)) => one.has_failed() && other.has_failed(),
            _ => false,
        };
        both_go || (call.adds_to_definition() && next.adds_to_definition())
    }

    tagged!();

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

/// The ARN of the API.
fn api_arn(id: &Id) -> Text {
    let start = format!("arn:{}:apigateway:{}::/apis/", id.site.partition, id.site.region);
    Text::from(start).then(api_id(id))
}

/// The id that AWS made up for an authorizer.
fn authorizer_id(id: &Id, name: &str) -> Text {
    OutputRef::new(&id.address, format!("authorizer:{name}")).into()
}

/// The id that AWS made up for an integration.
fn integration_id(id: &Id, key: &str) -> Text {
    OutputRef::new(&id.address, format!("integration:{key}")).into()
}

/// The id that AWS made up for a route.
fn route_id(id: &Id, key: &str) -> Text {
    OutputRef::new(&id.address, format!("route:{key}")).into()
}

/// The id that AWS made up for a deployment.
fn deployment_id(id: &Id, description: &str) -> Text {
    OutputRef::new(&id.address, format!("deployment:{description}")).into()
}

#[cfg(test)]
mod tests;
