//! `[function.<name>]`: Lambda functions, each with role, policy, log group and permission.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::aws::{Kind, lambda, logs};
use crate::manifest::event::{Destination, Events, OnQueue, OnStream};
use crate::manifest::names::own_part;
use crate::manifest::role::access::Access;
use crate::manifest::role::{self, FunctionRole};
use crate::manifest::{Cursor, Delivery, OnDelete, Section, api, names};
use crate::name::{Address, Name};
use crate::package::{self, Architecture};
use crate::text::{OutputRef, Text};

pub mod build;
pub mod check;
mod dead_letter;
mod environment;
pub mod image;
mod layers;
pub mod logging;
pub mod network;
pub mod release;
pub mod runtime;
#[cfg(test)]
pub mod tests;
pub mod upkeep;
pub mod url;

use build::Build;
use image::ImageConfig;
use logging::Logging;
use network::{FileSystem, Vpc};
use release::Release;
use upkeep::{RecursiveLoops, RuntimeUpdates};
use url::Url;

/// A Lambda function.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Function {
    /// The function's name in AWS. Default: made of the app, the stage and the section's name. Its log group is named
    /// after it.
    pub name: Option<String>,
    /// The folder with its code, relative to the manifest.
    #[serde(default)]
    pub source: String,
    /// The runtime, such as `python3.11`.
    #[serde(default)]
    pub runtime: String,
    /// The handler, such as `main.handler`.
    #[serde(default)]
    pub handler: String,
    /// A command that builds what is packaged, such as `npm ci --ignore-scripts --omit=dev`; or a table with `output`
    /// and `inputs`.
    pub build: Option<Build>,
    /// Instead of `source`, `runtime` and `handler`: a container image in ECR by its digest, such as
    /// `123456789012.dkr.ecr.us-west-2.amazonaws.com/shop@sha256:...`.
    pub image: Option<String>,
    /// Which of the image's own settings are replaced.
    pub image_config: Option<ImageConfig>,
    /// Patterns of files that are left out of the zip, besides caches, `.git` and what this program itself writes.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// Memory in MB, from 128 to 10240, or more if AWS allows it for this function.
    #[serde(default = "default_memory")]
    pub memory: i32,
    /// Seconds that an invocation may take: 1 to 900, or more if AWS allows it for this function. AWS's own default, 3,
    /// is short for a cold start.
    #[serde(default = "default_timeout")]
    pub timeout: i32,
    /// The processor that it runs on.
    #[serde(default)]
    pub architecture: Architecture,
    /// Environment variables.
    #[serde(default)]
    pub environment: BTreeMap<String, Variable>,
    /// The ARN of the customer-managed KMS key that encrypts its environment. Default: a key that AWS owns.
    pub kms_key: Option<String>,
    /// X-Ray tracing.
    #[serde(default)]
    pub tracing: Tracing,
    /// Layers, in order, 5 at most: a `[layer.<name>]` by its name, or a version of another layer by its ARN.
    #[serde(default)]
    pub layers: Vec<String>,
    /// The number of concurrent executions that are reserved for it, which is also its limit.
    pub reserved_concurrency: Option<i32>,
    /// Where failed asynchronous invocations are sent.
    pub dead_letter: Option<DeadLetter>,
    /// Queues from which Lambda fetches messages for it.
    #[serde(default)]
    pub on_queue: Vec<OnQueue>,
    /// Streams from which Lambda fetches records for it: of tables, or of Kinesis.
    #[serde(default)]
    pub on_stream: Vec<OnStream>,
    /// Where failed asynchronous invocations are sent, with the error: `{ queue = "..." }`, or a topic, a function, a
    /// bus or a bucket.
    pub on_failure: Option<Destination>,
    /// Where successful asynchronous invocations are sent, with their results.
    pub on_success: Option<Destination>,
    /// How often a failed asynchronous invocation is retried, from 0 to 2. Default: 2.
    pub max_retries: Option<i32>,
    /// Seconds after which an asynchronous invocation that is still waiting is dropped, from 60 to 21600 (6 hours).
    /// Default: 21600.
    pub max_event_age: Option<i32>,
    /// When it is moved to a new version of its runtime: `auto`, `function-update` or `{ manual = "arn:..." }`.
    #[serde(default)]
    pub runtime_updates: RuntimeUpdates,
    /// What happens to a loop in which it invokes itself by way of a queue, a topic or a bucket.
    #[serde(default)]
    pub recursive_loops: RecursiveLoops,
    /// Publishes a version for each change, and moves an alias to it; with `canary`, only after the canary has
    /// succeeded.
    pub release: Option<Release>,
    /// A function URL: an HTTPS address of its own.
    pub url: Option<Url>,
    /// Size of `/tmp` in MB.
    #[serde(default = "default_storage")]
    pub ephemeral_storage: i32,
    /// Days for which its logs are kept; 0: for ever. This applies to the log group with the function's own name; for
    /// another one, set it in `[log_group.<name>]`.
    #[serde(default = "default_retention")]
    pub log_retention_days: i32,
    /// How its logs are written, and to which log group.
    pub logging: Option<Logging>,
    /// The VPC subnets that it is connected to.
    pub vpc: Option<Vpc>,
    /// The file system that it mounts.
    pub file_system: Option<FileSystem>,
    /// What it may do.
    #[serde(default)]
    pub access: Vec<Access>,
    /// A shared `[role.<name>]`, instead of a role of its own.
    pub role: Option<Name>,
    /// The ARN of its role's permissions boundary.
    pub permissions_boundary: Option<String>,
    /// Tags in addition to the app's.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// What happens to its logs when it is no longer in the manifest.
    #[serde(default)]
    pub on_delete: OnDelete,
    /// Takes over an existing function of this name.
    #[serde(default)]
    pub adopt: bool,
}

/// The value of an environment variable.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a string, { ssm = \"/name\" } or { secret = \"arn:...\" }")]
pub enum Variable {
    /// Text with `${...}`.
    Text(String),
    /// The name of an SSM parameter, which the function may read; never its value.
    Parameter(ParameterName),
    /// The ARN of a Secrets Manager secret, which the function may read; never its value.
    Secret(SecretArn),
}

/// `{ ssm = "/app/key" }`
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ParameterName {
    /// The parameter's name.
    pub ssm: String,
    /// The ARN of the customer-managed KMS key that encrypts it; the function is allowed to decrypt with it.
    pub key: Option<String>,
}

/// `{ secret = "arn:aws:secretsmanager:..." }`
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretArn {
    /// The secret's ARN.
    pub secret: String,
    /// The ARN of the customer-managed KMS key that encrypts it; the function is allowed to decrypt with it.
    pub key: Option<String>,
}

/// X-Ray tracing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Tracing {
    /// Invocations are traced, and the role may send traces.
    Active,
    /// Only invocations that the caller already traces.
    #[default]
    PassThrough,
}

/// Where failed asynchronous invocations are sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "FunctionDeadLetter")]
pub enum DeadLetter {
    /// A `[topic.<name>]`.
    Topic(Name),
    /// A `[queue.<name>]`, or another queue by its ARN.
    Queue(String),
}

fn default_memory() -> i32 {
    128
}

fn default_timeout() -> i32 {
    10
}

fn default_storage() -> i32 {
    512
}

fn default_retention() -> i32 {
    14
}

impl Section for Function {
    const SECTION: &'static str = "function";
    const ATTRIBUTES: &'static [&'static str] = &["name", "arn", "url"];

    fn address(name: &Name) -> Address {
        names::function::address(name)
    }

    fn own_name(&self) -> Option<String> {
        self.name.clone()
    }

    fn lacks(&self, attribute: &str) -> Option<String> {
        let no_url = attribute == "url" && self.url.is_none();
        no_url.then(|| "the function has no URL; write url = { auth = \"iam\" } in its section".to_owned())
    }

    fn attribute(&self, name: &Name, attribute: &str, here: &Cursor) -> Text {
        match attribute {
            "name" => names::function::physical(here.owner, name).into(),
            "url" => OutputRef::new(&Self::address(name), "url").into(),
            _ => here.invoked(name).into(),
        }
    }

    fn lower(&self, name: &Name, here: &Cursor) {
        check::check(self, name, here);
        environment::warn_of_secrets(self, name, here);
        let mut grants = Vec::new();
        let environment = self.lower_environment(&here.at("environment"), &mut grants);
        let target = self.lower_dead_letter(&here.at("dead_letter"));
        let invoke_config = self.lower_invoke_config(name, here);
        let physical = names::function::physical(here.owner, name);
        let logging_config = self.lower_logging(here).without_own_group(&physical);
        let vpc_config = self.lower_vpc(here);
        let file_system_config = self.lower_file_system(here);
        let url = self.url.as_ref().map(|url| url.lower(&here.at("url")));
        let layers = self.lower_layers(name, here);
        let role = self.lower_role(name, here, grants);
        self.lower_log_group(name, here);
        self.events(name).lower(here);
        let id = here.id(Kind::Function, name, physical);
        let Some(code) = self.lower_code(name, here) else { return };
        let mut tags = here.tags(&id.address, &self.tags, OnDelete::Retain);
        tags.extend(code.tag());
        let state = lambda::Function {
            code_sha256: code.code_sha256,
            package_type: code.package_type,
            image_config: code.image_config,
            runtime: self.runtime.clone(),
            handler: self.handler.clone(),
            role,
            description: self.description.clone(),
            memory_size: self.memory,
            timeout: self.timeout,
            architecture: self.architecture.to_string(),
            environment,
            tracing_mode: if self.tracing == Tracing::Active { "Active" } else { "PassThrough" }.into(),
            layers,
            dead_letter_target_arn: target,
            ephemeral_storage_size: self.ephemeral_storage,
            reserved_concurrent_executions: self.reserved_concurrency,
            logging_config,
            kms_key_arn: self.kms_key.clone(),
            vpc_config,
            file_system_config,
            runtime_management_config: self.lower_runtime_updates(here),
            recursive_loop: self.lower_recursive_loops(),
            snap_start: None,
            release: None,
            url,
            invoke_config,
            tags,
            way: code.way,
        };
        let state = self.lower_release(name, state, here);
        let state = state.marked(!self.on_queue.is_empty() || !self.on_stream.is_empty());
        check::tags_of_ours(&state.tags, here);
        here.add(id, state, self.adopt);
        self.lower_permission(name, &here.apart());
    }
}

impl Function {
    /// True if it is made from a zip, which is made here of what its section says.
    pub fn is_packaged(&self) -> bool {
        self.image.is_none() && [&self.source, &self.runtime, &self.handler].iter().all(|text| !text.is_empty())
    }

    /// What its zip is made from.
    pub fn package_source(&self, root: &Path) -> package::FunctionSource {
        package::FunctionSource {
            root: root.into(),
            folder: self.source.clone(),
            runtime: self.runtime.clone(),
            architecture: self.architecture,
            handler: self.handler.clone(),
            exclude: self.exclude.clone(),
            has_layers: !self.layers.is_empty(),
            build: self.build.as_ref().map(Build::recipe),
            layer: None,
        }
    }

    fn lower_environment(&self, here: &Cursor, grants: &mut Vec<Value>) -> BTreeMap<String, Text> {
        let (mut parameters, mut secrets, mut keys) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut environment = BTreeMap::new();
        for (name, variable) in &self.environment {
            let text = match variable {
                Variable::Text(raw) => here.at(name).text(raw),
                Variable::Parameter(ParameterName { ssm, key }) => {
                    keys.extend(key.clone());
                    parameters.insert(here.site.arn("ssm", &format!("parameter/{}", ssm.trim_start_matches('/'))));
                    ssm.as_str().into()
                }
                Variable::Secret(SecretArn { secret, key }) => {
                    keys.extend(key.clone());
                    secrets.insert(secret.clone());
                    secret.as_str().into()
                }
            };
            environment.insert(name.clone(), text);
        }
        for (sid, action, resources) in [
            ("Keys", "kms:Decrypt", keys),
            ("Parameters", "ssm:GetParameter", parameters),
            ("Secrets", "secretsmanager:GetSecretValue", secrets),
        ] {
            if !resources.is_empty() {
                grants.push(json!({"Sid": sid, "Effect": "Allow", "Action": action, "Resource": resources}));
            }
        }
        environment::check_size(&environment, here);
        environment
    }

    /// The ARN of the role that it runs with: a shared one, or its own.
    fn lower_role(&self, name: &Name, here: &Cursor, mut grants: Vec<Value>) -> String {
        if let Some(shared) = &self.role {
            check::shared_role(self, shared, &here.at("role"), !grants.is_empty());
            here.need(names::role::address(shared));
            return names::role::arn(here.site, here.owner, shared);
        }
        grants.extend(self.dead_letter_grants(here));
        grants.extend(self.events(name).grants(here));
        grants.extend(self.network_grants(here));
        grants.extend(role::statements(&self.access, &here.at("access")));
        let Some(own) = own_part(name, "function") else {
            here.problem("the name of the function's role would be too long", Some("use 55 characters at most"));
            return String::new();
        };
        let arn = names::role::arn(here.site, here.owner, &own);
        let role = FunctionRole {
            name: own,
            statements: grants,
            tracing: self.tracing == Tracing::Active,
            managed: BTreeSet::new(),
            permissions_boundary: role::boundary(self.permissions_boundary.as_ref(), here),
            tags: self.tags.clone(),
            adopt: self.adopt,
        };
        role.lower(here);
        arn
    }

    fn lower_log_group(&self, name: &Name, here: &Cursor) {
        let own = own_part(name, "function").unwrap_or_else(|| name.clone());
        let id = here.id(Kind::LogGroup, &own, format!("/aws/lambda/{}", names::function::physical(here.owner, name)));
        here.need(id.address.clone());
        let tags = here.tags(&id.address, &self.tags, self.on_delete);
        let retention_in_days = Some(self.log_retention_days).filter(|days| *days != 0);
        here.apart().add(id, logs::LogGroup { retention_in_days, tags, ..Default::default() }, self.adopt);
    }

    /// What it says of events.
    pub fn events<'a>(&'a self, name: &'a Name) -> Events<'a> {
        Events {
            function: name,
            timeout: self.timeout,
            on_queue: &self.on_queue,
            on_stream: &self.on_stream,
            destinations: [self.on_failure.as_ref(), self.on_success.as_ref()],
            adopt: self.adopt,
        }
    }

    fn lower_invoke_config(&self, name: &Name, here: &Cursor) -> Option<lambda::InvokeConfig> {
        let is_asked = [self.max_retries.is_some(), self.max_event_age.is_some()].contains(&true);
        if !is_asked && self.on_failure.is_none() && self.on_success.is_none() {
            return None;
        }
        check::asynchronous(self, here);
        let default = lambda::InvokeConfig::default();
        let to = |key: &str, to: &Option<Destination>| to.as_ref().and_then(|to| to.lower(name, &here.at(key)));
        Some(lambda::InvokeConfig {
            qualifier: None,
            maximum_retry_attempts: self.max_retries.unwrap_or(default.maximum_retry_attempts),
            maximum_event_age_in_seconds: self.max_event_age.unwrap_or(default.maximum_event_age_in_seconds),
            on_failure: to("on_failure", &self.on_failure),
            on_success: to("on_success", &self.on_success),
        })
    }

    /// Who may invoke it: whatever brings something to it, such as the routes of APIs and the topics that it subscribes to,
    /// and everybody where its URL asks for no authorization.
    fn lower_permission(&self, name: &Name, here: &Cursor) {
        let function = Self::address(name);
        here.need(function.clone());
        let all = here.deliveries(&function);
        all.iter().flat_map(|one| one.source_arn.references()).for_each(|of| here.need(of.address.clone()));
        let arn = here.invoked(name);
        let mut policy = self.policy(all.clone(), here);
        if policy.bytes(&arn) > lambda::POLICY_BYTES {
            policy = self.policy(api::together(all, here), here);
        }
        check::policy_size(&policy, &arn, here);
        if !policy.statements.is_empty() {
            let alias = here.alias_of(name).map(|alias| format!(":{alias}")).unwrap_or_default();
            let physical = format!("{}{alias}", names::function::physical(here.owner, name));
            here.add(here.id(Kind::Permission, &here.policy_of(name).name, physical), policy, false);
        }
    }

    fn policy(&self, brought: Vec<Delivery>, here: &Cursor) -> lambda::Permission {
        let statement = |delivery: Delivery| {
            let statement = lambda::Statement {
                principal: delivery.service.into(),
                source_arn: Some(delivery.source_arn),
                source_account: delivery.source_account.then(|| here.site.account.to_string()),
                ..lambda::Statement::default()
            };
            (delivery.sid, statement)
        };
        let mut statements: BTreeMap<_, _> = brought.into_iter().map(statement).collect();
        if self.url.as_ref().is_some_and(|url| url.auth == url::Auth::None) {
            statements.extend(lambda::Statement::of_open_url().map(|(sid, statement)| (sid.to_owned(), statement)));
        }
        lambda::Permission { statements }
    }
}
