//! Which call comes next on the way to a wanted HTTP API.
//!
//! 0. What AWS could not deploy goes: as long as it is there, nobody can tell whether the next deployment fails as well.
//! 1. Tags: who may change an API is told by them.
//! 2. Nothing goes live by itself: AWS stops deploying every change.
//! 3. Settings of the API itself.
//! 4. What must go before anything comes: routes that are not wanted, or cannot become what is, since two paths that differ
//!    in the name of a variable alone are refused beside each other.
//! 5. Authorizers and integrations; the routes that name them; those that no route names any more.
//! 6. A deployment of that definition, unless there is one; the stages, and then what they say of routes that go; then the
//!    deployments that none needs.

use super::call::{ApiId, Call, CreateApi, CreateDeployment, DeleteDeployment, RouteId, UpdateApi};
use super::state::{Cors, HttpApi, has_failed};
use super::{api_arn, api_id, deployment_id, part, route_id, stage};
use crate::aws::{Id, tags};

/// The next call, or `None` when nothing remains.
pub(super) fn next_call(id: &Id, want: Option<&HttpApi>, live: Option<&HttpApi>) -> Option<Call> {
    match (want, live) {
        (None, None) => None,
        (None, Some(_)) => Some(Call::DeleteApi(ApiId { api_id: api_id(id) })),
        (Some(want), None) => Some(Call::CreateApi(CreateApi::of(id, want))),
        (Some(want), Some(live)) => next_failed(id, live)
            .or_else(|| tags::next_call(api_arn(id), &want.tags, &live.tags))
            .or_else(|| stage::next_manual(id, live))
            .or_else(|| next_settings(id, want, live))
            .or_else(|| next_removal(id, want, live))
            .or_else(|| part::next_call(id, want, live))
            .or_else(|| next_deployment(id, want, live))
            .or_else(|| stage::next_call(id, want, live))
            .or_else(|| next_old_deployment(id, want, live)),
    }
}

/// Whether an update keeps what it leaves out of CORS is not known: what loses something is set again as a whole.
fn next_settings(id: &Id, want: &HttpApi, live: &HttpApi) -> Option<Call> {
    let (wanted, present) = (want.cors_configuration.as_ref(), live.cors_configuration.as_ref());
    if present.is_some_and(|live| wanted.is_none_or(|want| loses(want, live))) {
        return Some(Call::DeleteCorsConfiguration(ApiId { api_id: api_id(id) }));
    }
    let update = UpdateApi {
        api_id: api_id(id),
        description: (want.description != live.description).then(|| want.description.clone()),
        cors_configuration: want.cors_configuration.clone().filter(|cors| Some(cors) != present),
        disable_execute_api_endpoint: (want.disable_execute_api_endpoint != live.disable_execute_api_endpoint)
            .then_some(want.disable_execute_api_endpoint),
    };
    let is_any = update.description.is_some()
        || update.cors_configuration.is_some()
        || update.disable_execute_api_endpoint.is_some();
    is_any.then_some(Call::UpdateApi(update))
}

/// True if a member that is set is not wanted at all.
fn loses(want: &Cors, live: &Cors) -> bool {
    let sets = |cors: &Cors| {
        [&cors.allow_headers, &cors.allow_methods, &cors.allow_origins, &cors.expose_headers].map(|set| !set.is_empty())
    };
    let (wanted, present) = (sets(want), sets(live));
    let lists = present.iter().zip(wanted).any(|(present, wanted)| *present && !wanted);
    lists || (live.allow_credentials && !want.allow_credentials) || (live.max_age.is_some() && want.max_age.is_none())
}

fn next_removal(id: &Id, want: &HttpApi, live: &HttpApi) -> Option<Call> {
    let crowded = part::Crowded::of(want, live);
    let stale = live.routes.keys().find(|key| !part::stays(want, live, &crowded, key))?;
    let (route_id, route_key) = (route_id(id, stale), stale.clone());
    Some(Call::DeleteRoute(RouteId { api_id: api_id(id), route_id, route_key }))
}

fn next_deployment(id: &Id, want: &HttpApi, live: &HttpApi) -> Option<Call> {
    let description = want.deployments.iter().find(|description| !live.deployments.contains(*description))?;
    Some(Call::CreateDeployment(CreateDeployment { api_id: api_id(id), description: description.clone() }))
}

fn next_failed(id: &Id, live: &HttpApi) -> Option<Call> {
    let is_served = |description: &String| live.stages.values().any(|one| one.deployment.as_ref() == Some(description));
    youngest(id, live.deployments.iter().filter(|one| has_failed(one) && !is_served(one)))
}

fn next_old_deployment(id: &Id, want: &HttpApi, live: &HttpApi) -> Option<Call> {
    youngest(id, live.deployments.iter().filter(|description| !want.deployments.contains(*description)))
}

/// Deployments of one description are numbered by age: the youngest goes first, so that no other changes its number.
fn youngest<'a>(id: &Id, those: impl Iterator<Item = &'a String>) -> Option<Call> {
    let description = those.max_by_key(|description| (description.len(), *description))?;
    Some(Call::DeleteDeployment(DeleteDeployment {
        api_id: api_id(id),
        deployment_id: deployment_id(id, description),
        description: description.clone(),
    }))
}
