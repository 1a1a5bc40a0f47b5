//! Stages.

use std::collections::BTreeMap;

use aws_sdk_apigateway::types;

use super::tags;
use crate::aws::apigateway::setting::ALL;
use crate::aws::apigateway::{AccessLog, Stage, Throttle};
use crate::aws::kit::text::unless;

/// One stage; `deployments` are descriptions by id.
pub fn stage(stage: &types::Stage, deployments: &BTreeMap<String, String>) -> Stage {
    let settings = stage.method_settings().into_iter().flatten();
    let all = stage.method_settings().and_then(|settings| settings.get(ALL));
    let log = stage.access_log_settings().map(|log| AccessLog {
        destination_arn: log.destination_arn().unwrap_or_default().trim_end_matches(":*").to_owned(),
        format: log.format().unwrap_or_default().to_owned(),
    });
    Stage {
        deployment: stage.deployment_id().map(|id| deployments.get(id).cloned().unwrap_or_else(|| id.to_owned())),
        tracing_enabled: stage.tracing_enabled(),
        throttling: all.map(|setting| Throttle {
            rate_limit: setting.throttling_rate_limit(),
            burst_limit: setting.throttling_burst_limit(),
        }),
        other_settings: settings.filter_map(|(key, setting)| other_settings(key, setting)).collect(),
        cache_cluster_size: stage.cache_cluster_enabled().then(|| cache_size(stage)),
        access_log_settings: log.filter(|log| *log != AccessLog::default()),
        variables: stage.variables().into_iter().flatten().map(|(k, v)| (k.clone(), v.clone())).collect(),
        tags: tags(stage.tags()),
    }
}

/// What its cache is on the way to.
pub fn pending(stage: &types::Stage) -> Option<String> {
    let status = stage.cache_cluster_status().map(|status| status.as_str());
    status.filter(|status| status.ends_with("_IN_PROGRESS")).map(str::to_owned)
}

/// One that AWS has not said yet is the smallest.
fn cache_size(stage: &types::Stage) -> String {
    stage.cache_cluster_size().map_or("0.5", |size| size.as_str()).to_owned()
}

/// Settings of one method, or of all beside their limits. That a method has settings at all counts.
fn other_settings(key: &str, setting: &types::MethodSetting) -> Option<(String, BTreeMap<String, String>)> {
    let key = pointer(key);
    let ttl = Some(setting.cache_ttl_in_seconds()).filter(|_| setting.caching_enabled());
    let encrypted = Some(setting.cache_data_encrypted()).filter(|_| setting.caching_enabled());
    let set = [
        unless("cacheDataEncrypted", encrypted, "false"),
        unless("cacheTtlInSeconds", ttl, "300"),
        unless("cachingEnabled", Some(setting.caching_enabled()), "false"),
        unless("dataTraceEnabled", Some(setting.data_trace_enabled()), "false"),
        unless("loggingLevel", setting.logging_level(), "OFF"),
        unless("metricsEnabled", Some(setting.metrics_enabled()), "false"),
    ];
    let mut values: BTreeMap<String, String> = set.into_iter().flatten().collect();
    if key != ALL {
        values.insert("throttlingBurstLimit".into(), setting.throttling_burst_limit().to_string());
        values.insert("throttlingRateLimit".into(), setting.throttling_rate_limit().to_string());
    }
    (!values.is_empty()).then_some((key, values))
}

/// `~1items/POST`, in whichever of several forms a key is reported.
fn pointer(key: &str) -> String {
    match key.rsplit_once('/') {
        Some((path, method)) if path != "*" => {
            let path = path.replace("~1", "/");
            format!("~1{}/{method}", path.trim_start_matches('/').replace('/', "~1"))
        }
        _ => key.to_owned(),
    }
}
