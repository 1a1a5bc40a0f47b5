//! Deployments and stages.

use std::collections::BTreeMap;

use aws_sdk_apigatewayv2::types;

use crate::aws::apigatewayv2::state::{AccessLog, FAILED, RouteSettings, Stage, Throttle};

/// The state of a deployment that is on its way; or why AWS could not deploy one, as long as it is there and no stage has it.
pub(super) fn pending(deployments: &[types::Deployment], stages: &[types::Stage]) -> Option<String> {
    let is = |one: &types::Deployment, status| one.deployment_status() == Some(&status);
    if deployments.iter().any(|one| is(one, types::DeploymentStatus::Pending)) {
        return Some("PENDING".to_owned());
    }
    let is_served = |one: &types::Deployment| stages.iter().any(|stage| stage.deployment_id() == one.deployment_id());
    let failed = deployments.iter().filter(|one| is(one, types::DeploymentStatus::Failed) && !is_served(one));
    let youngest = failed.max_by_key(|one| one.created_date().map(|date| date.secs()))?;
    let why = youngest.deployment_status_message().filter(|text| !text.is_empty());
    Some(format!("Failed to deploy: {}", why.unwrap_or("no reason given")))
}

/// Deployments by id, with descriptions that are told apart. The oldest with the digest of a definition as its
/// description is called by that, unless AWS could not deploy it; all others, which are not ours or too many, are numbered
/// by age besides. As the number is always the last word, no description can be taken for a numbered one.
pub(super) fn described(mut deployments: Vec<types::Deployment>) -> BTreeMap<String, String> {
    deployments.sort_by_key(|d| (d.created_date().map(|date| date.secs()), d.deployment_id().map(str::to_owned)));
    let (mut described, mut seen) = (BTreeMap::new(), BTreeMap::<String, usize>::new());
    for deployment in deployments {
        let failed = deployment.deployment_status() == Some(&types::DeploymentStatus::Failed);
        let Some(id) = deployment.deployment_id else { continue };
        let description = deployment.description.filter(|text| !text.is_empty());
        let description = description.unwrap_or_else(|| "made by hand".into());
        let description = if failed { format!("{description}{FAILED}") } else { description };
        let count = seen.entry(description.clone()).or_default();
        *count += 1;
        let is_first = *count == 1 && description.parse::<crate::canonical::Sha>().is_ok();
        described.insert(id, if is_first { description } else { format!("{description} #{count}") });
    }
    described
}

/// One stage; `deployments` are descriptions by id.
pub(super) fn stage(read: &types::Stage, deployments: &BTreeMap<String, String>) -> Stage {
    let log = read.access_log_settings().map(|log| AccessLog {
        destination_arn: log.destination_arn().unwrap_or_default().trim_end_matches(":*").to_owned(),
        format: log.format().unwrap_or_default().to_owned(),
    });
    let id = read.deployment_id().filter(|id| !id.is_empty());
    let of_routes = read.route_settings().into_iter().flatten();
    let variables = read.stage_variables().into_iter().flatten();
    Stage {
        deployment: id.map(|id| deployments.get(id).cloned().unwrap_or_else(|| id.to_owned())),
        auto_deploy: read.auto_deploy().unwrap_or_default(),
        default_route_settings: read.default_route_settings().map(settings).unwrap_or_default(),
        route_settings: of_routes.map(|(key, of)| (key.clone(), settings(of))).collect(),
        access_log_settings: log.filter(|log| *log != AccessLog::default()),
        stage_variables: variables.filter(|(_, v)| !v.is_empty()).map(|(k, v)| (k.clone(), v.clone())).collect(),
    }
}

/// One of two limits brings the account's other, which no answer says: that of a new account stands for it.
fn settings(read: &types::RouteSettings) -> RouteSettings {
    let account = Throttle::OF_A_NEW_ACCOUNT;
    let limits = (read.throttling_rate_limit(), read.throttling_burst_limit());
    let of = |rate: Option<f64>, burst: Option<i32>| {
        Throttle::of(rate.unwrap_or(account.throttling_rate_limit), burst.unwrap_or(account.throttling_burst_limit))
    };
    RouteSettings {
        throttling: (limits != (None, None)).then(|| of(limits.0, limits.1)),
        detailed_metrics_enabled: read.detailed_metrics_enabled().unwrap_or_default(),
    }
}
