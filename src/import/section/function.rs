//! `[function.<name>]`
//!
//! - [`code`]: what it is made from.
//! - [`environment`]: its variables.
//! - [`role`]: the role that it runs with, and what that may do.
//! - [`asynchronous`]: what becomes of invocations that nobody waits for.
//! - [`events`]: what Lambda fetches for it.

use toml_edit::{Table, Value};

use crate::aws::lambda::{self, Cors, FunctionUrl, LoggingConfig, Release, RuntimeManagementConfig};
use crate::aws::{Id, Kind, State};
use crate::import::Scene;
use crate::import::lines::{Lines, inline, list};
use crate::name::tag;

mod asynchronous;
mod code;
mod environment;
mod events;
pub mod role;

use role::OwnRole;

/// The section of a function.
pub fn write(id: &Id, function: &lambda::Function, scene: &Scene) -> Table {
    let mut lines = scene.start(id);
    let role = OwnRole::of(id, function, scene);
    code::write(id, function, scene, &mut lines);
    lines.set_unless("description", function.description.as_str(), "");
    lines.set_unless("memory", i64::from(function.memory_size), 128);
    lines.set_unless("timeout", i64::from(function.timeout), 10);
    lines.set_unless("architecture", function.architecture.as_str(), "x86_64");
    environment::write(id, function, role.as_ref(), scene, &mut lines);
    lines.set_some("kms_key", function.kms_key_arn.as_deref());
    lines.set_unless("tracing", tracing(&function.tracing_mode), "pass-through");
    lines.set_list("layers", function.layers.iter().map(|layer| code::layer(layer, scene)));
    lines.set_some("reserved_concurrency", function.reserved_concurrent_executions.map(i64::from));
    lines.set_some("dead_letter", asynchronous::dead_letter(id, function, scene));
    events::write(id, function, scene, &mut lines);
    asynchronous::write(id, function, scene, &mut lines);
    lines.set_some("runtime_updates", function.runtime_management_config.as_ref().map(runtime_updates));
    lines.set_some("recursive_loops", function.recursive_loop.as_ref().map(|_| "allow"));
    lines.set_some("release", function.release.as_deref().and_then(|of| release(id, of, function, scene)));
    lines.set_some("url", function.url.as_ref().map(url));
    lines.set_unless("ephemeral_storage", i64::from(function.ephemeral_storage_size), 512);
    let group = logs(id, scene, &mut lines);
    lines.set_some("logging", logging(id, &function.logging_config, scene));
    network(function, role.as_ref(), &mut lines);
    role::write(id, function, role.as_ref(), scene, &mut lines);
    let mut tags = function.tags.clone();
    tags.extend(group);
    scene.end(id, &tags, lines)
}

fn tracing(mode: &str) -> &'static str {
    if mode == "Active" { "active" } else { "pass-through" }
}

fn runtime_updates(config: &RuntimeManagementConfig) -> Value {
    match &config.runtime_version_arn {
        Some(arn) => inline([("manual", arn.as_str())]),
        None => "function-update".into(),
    }
}

/// What the alias `live` is, without what only the manifest says: how a new version gets its traffic, and how many are kept.
fn release(id: &Id, release: &Release, function: &lambda::Function, scene: &Scene) -> Option<Value> {
    release.live.as_ref()?;
    let mut lines = Lines::new();
    lines.set_some("provisioned", release.provisioned_concurrent_executions.map(i64::from));
    lines.set_unless("snap_start", function.snap_start.is_some(), false);
    scene.unsaid(id, "release", "`canary`, `alarms` and `keep` are not settings in AWS: add them if they are needed");
    Some(lines.inline())
}

fn url(url: &FunctionUrl) -> Value {
    let mut lines = Lines::new();
    lines.set("auth", if url.auth_type == "AWS_IAM" { "iam" } else { "none" });
    lines.set_some("cors", url.cors.as_ref().map(cors));
    lines.set_unless("streaming", url.invoke_mode == "RESPONSE_STREAM", false);
    lines.inline()
}

fn cors(cors: &Cors) -> Value {
    let mut lines = Lines::new();
    lines.set("origins", list(&cors.allow_origins));
    if !cors.allow_methods.iter().eq(["*"]) {
        lines.set("methods", list(&cors.allow_methods));
    }
    lines.set_list("headers", &cors.allow_headers);
    lines.set_list("expose_headers", &cors.expose_headers);
    lines.set_unless("credentials", cors.allow_credentials, false);
    lines.set_unless("max_age", i64::from(cors.max_age), 0);
    lines.inline()
}

/// The days that the log group of its own name keeps its logs; gives the tag that says what becomes of them.
fn logs(id: &Id, scene: &Scene, lines: &mut Lines) -> Option<(String, String)> {
    let group = scene.part(Kind::LogGroup, &format!("/aws/lambda/{}", id.name))?;
    let State::LogGroup(group) = &group.observed.state else { return None };
    lines.set_unless("log_retention_days", i64::from(group.retention_in_days.unwrap_or(0)), 14);
    group.tags.get(tag::ON_DELETE).map(|value| (tag::ON_DELETE.to_owned(), value.clone()))
}

fn logging(id: &Id, config: &LoggingConfig, scene: &Scene) -> Option<Value> {
    let mut lines = Lines::new();
    if config.log_format == "JSON" {
        lines.set("format", "json");
        for (key, level) in
            [("application_level", &config.application_log_level), ("system_level", &config.system_log_level)]
        {
            let level = level.as_ref().map(|level| level.to_lowercase()).filter(|level| level != "info");
            lines.set_some(key, level);
        }
    }
    let group = config.log_group.as_ref().map(|name| match scene.section_of(Kind::LogGroup, name) {
        Some(section) => section.to_string(),
        None => id.site.arn("logs", &format!("log-group:{name}")),
    });
    lines.set_some("group", group);
    (!lines.is_empty()).then(|| lines.inline())
}

fn network(function: &lambda::Function, role: Option<&OwnRole>, lines: &mut Lines) {
    let vpc = &function.vpc_config;
    if !vpc.subnet_ids.is_empty() {
        let mut of_vpc = Lines::new();
        of_vpc.set("subnets", list(&vpc.subnet_ids));
        of_vpc.set("security_groups", list(&vpc.security_group_ids));
        of_vpc.set_unless("ipv6", vpc.ipv6_allowed_for_dual_stack, false);
        lines.set("vpc", of_vpc.inline());
    }
    if let Some(system) = &function.file_system_config {
        let mut of_system = Lines::new();
        of_system.set("access_point", system.arn.as_str());
        of_system.set("path", system.local_mount_path.as_str());
        of_system.set_unless("read_only", role.is_some_and(OwnRole::only_reads_files), false);
        lines.set("file_system", of_system.inline());
    }
}
