//! The parts of a definition: authorizers and integrations, then the routes that name them.
//!
//! An integration is changed in place if that is one call for all of its routes, and if AWS is known to remove what is
//! to be removed; otherwise a new one is created beside it, and its routes move there.

use std::collections::BTreeMap;

use super::call::{
    AuthorizerId, AuthorizerSettings, Call, CreateAuthorizer, CreateIntegration, CreateRoute, IntegrationId,
    UpdateAuthorizer, UpdateIntegration, UpdateRoute,
};
use super::state::{HttpApi, Integration, Route};
use super::{api_id, authorizer_id, integration_id, route_id};
use crate::aws::Id;
use crate::text::Text;

/// The next call on a part. Where what comes does not fit beside what goes, that goes first.
pub(super) fn next_call(id: &Id, want: &HttpApi, live: &HttpApi) -> Option<Call> {
    let crowded = Crowded::of(want, live);
    let integration = crowded.integrations.then(|| unused_integration(id, want, live)).flatten();
    integration
        .or_else(|| crowded.authorizers.then(|| unused_authorizer(id, want, live)).flatten())
        .or_else(|| next_authorizer(id, want, live))
        .or_else(|| next_integration(id, want, live))
        .or_else(|| next_route(id, want, live))
        .or_else(|| unused_integration(id, want, live))
        .or_else(|| unused_authorizer(id, want, live))
}

/// Authorizers that one API can have.
pub const AUTHORIZERS: usize = 10;
/// Routes, and what they call, that one API can have.
pub const ROUTES: usize = 300;

/// Of which parts those that are there and those that are wanted are together more than AWS takes.
pub(super) struct Crowded {
    authorizers: bool,
    integrations: bool,
}

impl Crowded {
    /// On the way between two states.
    pub(super) fn of(want: &HttpApi, live: &HttpApi) -> Self {
        let new_authorizers = want.authorizers.keys().filter(|name| !live.authorizers.contains_key(*name)).count();
        let new_integrations = want.integrations.keys().filter(|key| !live.integrations.contains_key(*key)).count();
        Self {
            authorizers: new_authorizers > 0 && live.authorizers.len() + new_authorizers > AUTHORIZERS,
            integrations: new_integrations > 0 && live.integrations.len() + new_integrations > ROUTES,
        }
    }
}

/// True if the live route of this key is wanted and can be made what is: it need not go first. What callers meet is a
/// deployment, in which it stays.
pub(super) fn stays(want: &HttpApi, live: &HttpApi, crowded: &Crowded, key: &str) -> bool {
    let (Some(wanted), Some(present)) = (want.routes.get(key), live.routes.get(key)) else { return false };
    let loses_target = present.integration.is_some() && wanted.integration.is_none();
    let (authorizer, integration) = (present.authorizer.as_ref(), present.integration.as_ref());
    let holds_authorizer = crowded.authorizers && authorizer.is_some_and(|name| !want.authorizers.contains_key(name));
    let holds_integration = crowded.integrations && integration.is_some_and(|key| !want.integrations.contains_key(key));
    let is_held = holds_authorizer || holds_integration;
    present.other.is_empty() && !loses_target && !is_held && !authorizer.is_some_and(|name| is_remade(want, live, name))
}

/// True for an authorizer that has to be of another type: AWS deletes none that a route names.
fn is_remade(want: &HttpApi, live: &HttpApi, name: &str) -> bool {
    let (wanted, present) = (want.authorizers.get(name), live.authorizers.get(name));
    wanted.zip(present).is_some_and(|(want, live)| want.authorizer_type != live.authorizer_type)
}

fn next_authorizer(id: &Id, want: &HttpApi, live: &HttpApi) -> Option<Call> {
    want.authorizers.iter().find_map(|(name, wanted)| {
        let (api_id, name_) = (api_id(id), name.clone());
        let Some(present) = live.authorizers.get(name) else {
            let settings = AuthorizerSettings::of(wanted, None);
            return Some(Call::CreateAuthorizer(CreateAuthorizer { api_id, name: name_, settings }));
        };
        let authorizer_id = authorizer_id(id, name);
        if is_remade(want, live, name) {
            return Some(Call::DeleteAuthorizer(AuthorizerId { api_id, authorizer_id, name: name_ }));
        }
        let settings = AuthorizerSettings::of(wanted, Some(present));
        (wanted != present).then_some(Call::UpdateAuthorizer(UpdateAuthorizer {
            api_id,
            authorizer_id,
            name: name_,
            settings,
        }))
    })
}

fn next_integration(id: &Id, want: &HttpApi, live: &HttpApi) -> Option<Call> {
    let (key, wanted) = want.integrations.iter().find(|(key, _)| !live.integrations.contains_key(*key))?;
    let api_id = api_id(id);
    let Some((old, present)) = live.integrations.iter().find(|(old, present)| {
        !want.integrations.contains_key(*old) && moves_as_a_whole(want, live, old, key) && can_become(wanted, present)
    }) else {
        return Some(Call::CreateIntegration(CreateIntegration { api_id, integration: wanted.clone() }));
    };
    Some(Call::UpdateIntegration(UpdateIntegration {
        api_id,
        integration_id: integration_id(id, old),
        key: old.clone(),
        integration: changed(wanted, present),
    }))
}

/// True if some routes call `old`, and every one of them shall call `new`. Those that are the same are left alone: they would
/// get other numbers.
fn moves_as_a_whole(want: &HttpApi, live: &HttpApi, old: &str, new: &str) -> bool {
    let mut count = 0;
    let calls = |route: &&Route| route.integration.as_deref() == Some(old);
    let all = live.routes.iter().filter(|(_, route)| calls(route)).all(|(key, _)| {
        count += 1;
        want.routes.get(key).is_some_and(|route| route.integration.as_deref() == Some(new))
    });
    let numbered = format!("{old} #");
    let is_one_of_many = old.contains(" #") || live.integrations.keys().any(|key| key.starts_with(&numbered));
    all && count > 0 && !is_one_of_many
}

/// True if an update makes `live` what is wanted: of what goes, AWS is known to take away parameters alone.
fn can_become(want: &Integration, live: &Integration) -> bool {
    let kept = |set: fn(&Integration) -> bool| set(want) || !set(live);
    let statuses = live.response_parameters.iter().all(|(status, present)| {
        let wanted = want.response_parameters.get(status);
        wanted.is_none_or(|wanted| present.keys().all(|name| wanted.contains_key(name)))
    });
    want.integration_type == live.integration_type
        && want.integration_subtype == live.integration_subtype
        && want.connection_id.is_some() == live.connection_id.is_some()
        && kept(|one| one.integration_uri.is_some())
        && kept(|one| one.integration_method.is_some())
        && kept(|one| one.credentials_arn.is_some())
        && kept(|one| one.server_name_to_verify.is_some())
        && statuses
        && live.other.is_empty()
}

/// All that is wanted, and an empty value for each parameter that goes.
fn changed(want: &Integration, live: &Integration) -> Integration {
    let mut changed = want.clone();
    for name in live.request_parameters.keys() {
        changed.request_parameters.entry(name.clone()).or_default();
    }
    for status in live.response_parameters.keys() {
        changed.response_parameters.entry(status.clone()).or_default();
    }
    changed
}

/// What an update makes of an integration.
pub(super) fn updated(input: &Integration) -> Integration {
    let mut integration = input.clone();
    integration.request_parameters.retain(|_, value| !value.is_empty());
    integration.response_parameters.retain(|_, values| !values.is_empty());
    integration
}

fn next_route(id: &Id, want: &HttpApi, live: &HttpApi) -> Option<Call> {
    want.routes.iter().find_map(|(key, wanted)| match live.routes.get(key) {
        None => Some(create_route(id, key, wanted)),
        Some(present) if present != wanted => Some(update_route(id, key, wanted, present)),
        Some(_) => None,
    })
}

fn target(id: &Id, key: &str) -> Text {
    Text::from("integrations/").then(integration_id(id, key))
}

fn create_route(id: &Id, key: &str, want: &Route) -> Call {
    Call::CreateRoute(CreateRoute {
        api_id: api_id(id),
        route_key: key.to_owned(),
        authorization_type: want.authorization_type.clone(),
        authorizer_id: want.authorizer.as_ref().map(|name| authorizer_id(id, name)),
        authorizer: want.authorizer.clone(),
        authorization_scopes: want.authorization_scopes.clone(),
        operation_name: want.operation_name.clone(),
        target: want.integration.as_ref().map(|key| target(id, key)),
        integration: want.integration.clone(),
    })
}

fn update_route(id: &Id, key: &str, want: &Route, live: &Route) -> Call {
    let moves = want.integration != live.integration;
    let authorizer = (want.authorizer != live.authorizer).then(|| want.authorizer.clone().unwrap_or_default());
    let is_other = want.authorization_type != live.authorization_type || authorizer.is_some();
    let id_of = |name: &String| if name.is_empty() { Text::default() } else { authorizer_id(id, name) };
    Call::UpdateRoute(UpdateRoute {
        api_id: api_id(id),
        route_id: route_id(id, key),
        route_key: key.to_owned(),
        authorization_type: is_other.then(|| want.authorization_type.clone()),
        authorizer_id: authorizer.as_ref().map(id_of),
        authorizer,
        authorization_scopes: (want.authorization_scopes != live.authorization_scopes)
            .then(|| want.authorization_scopes.clone()),
        operation_name: (want.operation_name != live.operation_name).then(|| want.operation_name.clone()),
        target: want.integration.as_ref().filter(|_| moves).map(|key| target(id, key)),
        integration: want.integration.clone().filter(|_| moves),
    })
}

/// What no route names any more. Integrations that are the same are numbered: the last of them goes first, so that no other
/// changes its number.
fn unused_integration(id: &Id, want: &HttpApi, live: &HttpApi) -> Option<Call> {
    let stale = live.integrations.keys().filter(|key| !want.integrations.contains_key(*key));
    let key = stale.max_by_key(|key| (key.len(), *key))?;
    let integration_id = integration_id(id, key);
    Some(Call::DeleteIntegration(IntegrationId { api_id: api_id(id), integration_id, key: key.clone() }))
}

fn unused_authorizer(id: &Id, want: &HttpApi, live: &HttpApi) -> Option<Call> {
    let name = live.authorizers.keys().find(|name| !want.authorizers.contains_key(*name))?;
    let authorizer_id = authorizer_id(id, name);
    Some(Call::DeleteAuthorizer(AuthorizerId { api_id: api_id(id), authorizer_id, name: name.clone() }))
}

/// What an update makes of a route.
pub(super) fn update(route: &mut Route, input: &UpdateRoute) {
    let set = |of: &mut String, to: &Option<String>| {
        if let Some(to) = to {
            of.clone_from(to);
        }
    };
    set(&mut route.authorization_type, &input.authorization_type);
    set(&mut route.operation_name, &input.operation_name);
    if let Some(name) = &input.authorizer {
        route.authorizer = Some(name.clone()).filter(|name| !name.is_empty());
    }
    if let Some(scopes) = &input.authorization_scopes {
        route.authorization_scopes.clone_from(scopes);
    }
    if input.integration.is_some() {
        route.integration.clone_from(&input.integration);
    }
}

/// The routes that called `old` call `new`.
pub(super) fn renamed(routes: &mut BTreeMap<String, Route>, old: &str, new: &str) {
    for route in routes.values_mut().filter(|route| route.integration.as_deref() == Some(old)) {
        route.integration = Some(new.to_owned());
    }
}
