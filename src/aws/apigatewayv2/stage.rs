//! Stages: which deployment callers reach, and how. Settings of a route are stored by its key, whether the route exists
//! or not.

use std::collections::BTreeMap;

use super::call::{Call, CreateStage, DeleteRouteSettings, Settings, StageName, UpdateStage};
use super::state::{HttpApi, RouteSettings, Stage, Throttle};
use super::{api_id, deployment_id};
use crate::aws::Id;

/// The next call by which AWS stops deploying every change by itself. In it nothing else: AWS takes no deployment for a
/// stage that it deploys to itself.
pub(super) fn next_manual(id: &Id, live: &HttpApi) -> Option<Call> {
    let (name, _) = live.stages.iter().find(|(_, stage)| stage.auto_deploy)?;
    Some(Call::UpdateStage(UpdateStage { auto_deploy: Some(false), ..of(id, name) }))
}

/// Stages that one API can have.
const MOST: usize = 10;

/// The next call on the way to the wanted stages. What is not wanted goes last, but where nothing more fits.
pub(super) fn next_call(id: &Id, want: &HttpApi, live: &HttpApi) -> Option<Call> {
    let stale = live.stages.keys().find(|name| !want.stages.contains_key(*name));
    let delete = |stale: &String| Call::DeleteStage(StageName { api_id: api_id(id), stage_name: stale.clone() });
    let is_crowded = live.stages.len() >= MOST && want.stages.keys().any(|name| !live.stages.contains_key(name));
    stale
        .filter(|_| is_crowded)
        .map(delete)
        .or_else(|| want.stages.iter().find_map(|(name, want)| next_of(id, name, want, live.stages.get(name))))
        .or_else(|| stale.map(delete))
}

fn of(id: &Id, name: &str) -> UpdateStage {
    UpdateStage { api_id: api_id(id), stage_name: name.to_owned(), ..UpdateStage::default() }
}

fn next_of(id: &Id, name: &str, want: &Stage, live: Option<&Stage>) -> Option<Call> {
    let Some(live) = live else { return create(id, name, want) };
    if live.access_log_settings.is_some() && want.access_log_settings.is_none() {
        return Some(Call::DeleteAccessLogSettings(StageName { api_id: api_id(id), stage_name: name.to_owned() }));
    }
    let goes = |(key, live): &(&String, &RouteSettings)| {
        let wanted = want.route_settings.get(*key);
        wanted.is_none_or(|wanted| live.throttling.is_some() && wanted.throttling.is_none())
    };
    // What is said of a route goes once the stage no longer serves what it was said for: its limit holds until then. As long
    // as something is left of a route that is not there any more, AWS takes no settings of others.
    let gone = live.route_settings.iter().find(goes).map(|(key, _)| key.clone());
    next_update(id, name, want, live, gone.is_none()).or_else(|| {
        let (stage_name, route_key) = (name.to_owned(), gone?);
        Some(Call::DeleteRouteSettings(DeleteRouteSettings { api_id: api_id(id), stage_name, route_key }))
    })
}

fn create(id: &Id, name: &str, want: &Stage) -> Option<Call> {
    let deployment = want.deployment.as_deref()?;
    let settings = want.default_route_settings;
    Some(Call::CreateStage(CreateStage {
        api_id: api_id(id),
        stage_name: name.to_owned(),
        deployment_id: deployment_id(id, deployment),
        deployment: deployment.to_owned(),
        default_route_settings: (settings != RouteSettings::default()).then(|| settings.into()),
        route_settings: settings_of(want),
        access_log_settings: want.access_log_settings.clone(),
        stage_variables: want.stage_variables.clone(),
    }))
}

fn settings_of(want: &Stage) -> BTreeMap<String, Settings> {
    want.route_settings.iter().map(|(key, settings)| (key.clone(), Settings::from(*settings))).collect()
}

/// Whether an update keeps the settings of routes that it leaves out is not known: it names all of them, or none.
fn next_update(id: &Id, name: &str, want: &Stage, live: &Stage, with_routes: bool) -> Option<Call> {
    let deployment = want.deployment.clone().filter(|_| want.deployment != live.deployment);
    let default = want.default_route_settings;
    let logs = want.access_log_settings.clone();
    let update = UpdateStage {
        deployment_id: deployment.as_ref().map(|description| deployment_id(id, description)),
        deployment,
        default_route_settings: (default != live.default_route_settings).then(|| whole(default, live)),
        route_settings: (with_routes && want.route_settings != live.route_settings).then(|| settings_of(want)),
        access_log_settings: logs.filter(|logs| Some(logs) != live.access_log_settings.as_ref()),
        stage_variables: variables(want, live),
        ..of(id, name)
    };
    (update != of(id, name)).then_some(Call::UpdateStage(update))
}

/// Limits are never taken away from a stage: those of a new account come in their place.
fn whole(settings: RouteSettings, live: &Stage) -> Settings {
    let instead = live.default_route_settings.throttling.map(|_| Throttle::OF_A_NEW_ACCOUNT);
    RouteSettings { throttling: settings.throttling.or(instead), ..settings }.into()
}

/// The limits of a stage that nobody asks for any more: AWS takes none away.
pub(super) fn keep(want: &mut HttpApi, live: &HttpApi) {
    for (name, stage) in &mut want.stages {
        let had = live.stages.get(name).and_then(|live| live.default_route_settings.throttling);
        let limits = &mut stage.default_route_settings.throttling;
        *limits = limits.or(had.map(|_| Throttle::OF_A_NEW_ACCOUNT));
    }
}

fn variables(want: &Stage, live: &Stage) -> Option<BTreeMap<String, String>> {
    let gone = live.stage_variables.keys().filter(|name| !want.stage_variables.contains_key(*name));
    let gone = gone.map(|name| (name.clone(), String::new()));
    let all = || want.stage_variables.clone().into_iter().chain(gone).collect();
    (want.stage_variables != live.stage_variables).then(all)
}

/// The stage that a call makes.
pub(super) fn created(input: &CreateStage) -> Stage {
    let settings = input.route_settings.iter();
    Stage {
        deployment: Some(input.deployment.clone()),
        auto_deploy: false,
        default_route_settings: input.default_route_settings.map(RouteSettings::from).unwrap_or_default(),
        route_settings: settings.map(|(key, settings)| (key.clone(), (*settings).into())).collect(),
        access_log_settings: input.access_log_settings.clone(),
        stage_variables: input.stage_variables.clone(),
    }
}

/// What an update makes of a stage.
pub(super) fn update(stage: &mut Stage, input: &UpdateStage) {
    if input.deployment.is_some() {
        stage.deployment.clone_from(&input.deployment);
    }
    stage.auto_deploy = input.auto_deploy.unwrap_or(stage.auto_deploy);
    if let Some(settings) = input.default_route_settings {
        stage.default_route_settings = settings.into();
    }
    let settings = input.route_settings.iter().flatten();
    stage.route_settings.extend(settings.map(|(key, settings)| (key.clone(), (*settings).into())));
    if input.access_log_settings.is_some() {
        stage.access_log_settings.clone_from(&input.access_log_settings);
    }
    stage.stage_variables.extend(input.stage_variables.clone().unwrap_or_default());
    stage.stage_variables.retain(|_, value| !value.is_empty());
}
