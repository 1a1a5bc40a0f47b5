//! `[function.<name>]`: Lambda functions, each with role, policy, log group and permission.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::aws::{Kind, lambda, logs};
use crate::manifest::role::{self, FunctionRole};
use crate::manifest::{Lowering, OnDelete, Section, problem, topic};
use crate::name::{Address, Name, Owner, Site};
use crate::package::{self, Architecture};
use crate::text::Text;

pub mod access;
pub mod check;
#[cfg(test)]
pub mod tests;

use access::Access;

/// A Lambda function.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Function {
    /// The folder with its code, relative to the manifest.
    pub source: String,
    /// Such as `python3.11`.
    pub runtime: String,
    /// Such as `main.handler`.
    pub handler: String,
    /// Patterns of files that stay out of the zip.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// Memory in MB.
    #[serde(default = "default_memory")]
    pub memory: i32,
    /// Seconds that one invocation may take; 10 where it is left out, since AWS's own 3 are short for a cold start.
    #[serde(default = "default_timeout")]
    pub timeout: i32,
    /// The processor that it runs on.
    #[serde(default)]
    pub architecture: Architecture,
    /// Environment variables.
    #[serde(default)]
    pub environment: BTreeMap<String, Variable>,
    /// X-Ray tracing.
    #[serde(default)]
    pub tracing: Tracing,
    /// ARNs of layer versions, in order.
    #[serde(default)]
    pub layers: Vec<String>,
    /// Executions that are kept for it, and its ceiling.
    pub reserved_concurrency: Option<i32>,
    /// Where failed asynchronous invocations go.
    pub dead_letter: Option<DeadLetter>,
    /// Size of `/tmp` in MB.
    #[serde(default = "default_storage")]
    pub ephemeral_storage: i32,
    /// Days that its logs are kept; 0: for ever.
    #[serde(default = "default_retention")]
    pub log_retention_days: i32,
    /// What it may do.
    #[serde(default)]
    pub access: Vec<Access>,
    /// A `[role.<name>]` to share instead of a role of its own.
    pub role: Option<Name>,
    /// The ARN of the policy that bounds its role.
    pub permissions_boundary: Option<String>,
    /// Tags beside the app's.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// What becomes of its logs when it leaves the manifest.
    #[serde(default)]
    pub on_delete: OnDelete,
    /// Take over an existing function of this name.
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
    /// The ARN of the customer-managed KMS key that it is encrypted with, which the function may decrypt it with.
    pub key: Option<String>,
}

/// `{ secret = "arn:aws:secretsmanager:..." }`
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretArn {
    /// The secret's ARN.
    pub secret: String,
    /// The ARN of the customer-managed KMS key that it is encrypted with, which the function may decrypt it with.
    pub key: Option<String>,
}

/// X-Ray tracing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Tracing {
    /// Invocations are traced, and the role may send traces.
    Active,
    /// Only what a caller traces already.
    #[default]
    PassThrough,
}

/// Where failed asynchronous invocations go.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeadLetter {
    /// A `[topic.<name>]`.
    Topic(Name),
    /// A queue, by ARN.
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
    const ATTRIBUTES: &'static [&'static str] = &["name", "arn"];

    fn address(name: &Name) -> Address {
        Address::new(Kind::Function, name.clone())
    }

    fn attribute(&self, name: &Name, attribute: &str, to: &Lowering) -> Text {
        match attribute {
            "name" => physical(to.owner, name).into(),
            _ => arn(to.site, to.owner, name).into(),
        }
    }

    fn lower(&self, name: &Name, to: &mut Lowering) {
        let path = format!("function.{name}");
        check::check(self, &path, to);
        check::warn_of_secrets(self, name, &path, to);
        let mut needs = BTreeSet::new();
        let mut grants = Vec::new();
        let environment = self.lower_environment(&path, to, &mut needs, &mut grants);
        let target = self.lower_dead_letter(&path, to, &mut needs, &mut grants);
        let role = self.lower_role(name, &path, to, &mut needs, grants);
        needs.insert(self.lower_log_group(name, &path, to));
        let id = to.id(Kind::Function, name, physical(to.owner, name));
        let Some(package) = to.sources.packages.get(name) else {
            to.problem(&format!("{path}.source"), "the function has not been packaged", None);
            return;
        };
        let state = lambda::Function {
            code_sha256: package.code_sha256(),
            runtime: self.runtime.clone(),
            handler: self.handler.clone(),
            role,
            description: self.description.clone(),
            memory_size: self.memory,
            timeout: self.timeout,
            architecture: self.architecture.to_string(),
            environment,
            tracing_mode: if self.tracing == Tracing::Active { "Active" } else { "PassThrough" }.into(),
            layers: self.layers.clone(),
            dead_letter_target_arn: target,
            ephemeral_storage_size: self.ephemeral_storage,
            reserved_concurrent_executions: self.reserved_concurrency,
            tags: to.tags(&id.address, &self.tags, OnDelete::Retain),
        };
        to.add(&path, id, state, needs, self.adopt);
        lower_permission(name, &path, to);
    }
}

impl Function {
    /// What its zip is made from.
    pub fn package_source(&self, root: &Path) -> package::Source {
        package::Source {
            root: root.into(),
            folder: self.source.clone(),
            runtime: self.runtime.clone(),
            architecture: self.architecture,
            handler: self.handler.clone(),
            exclude: self.exclude.clone(),
        }
    }

    fn lower_environment(
        &self,
        path: &str,
        to: &mut Lowering,
        needs: &mut BTreeSet<Address>,
        grants: &mut Vec<Value>,
    ) -> BTreeMap<String, Text> {
        let (mut parameters, mut secrets, mut keys) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut environment = BTreeMap::new();
        for (name, variable) in &self.environment {
            let path = format!("{path}.environment.{name}");
            let text = match variable {
                Variable::Text(raw) => to.text(&path, raw, needs),
                Variable::Parameter(ParameterName { ssm, key }) => {
                    keys.extend(key.clone());
                    parameters.insert(to.site.arn("ssm", &format!("parameter/{}", ssm.trim_start_matches('/'))));
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
        check::environment_size(&environment, path, to);
        environment
    }

    fn lower_dead_letter(
        &self,
        path: &str,
        to: &mut Lowering,
        needs: &mut BTreeSet<Address>,
        grants: &mut Vec<Value>,
    ) -> Option<String> {
        let (arn, action) = match self.dead_letter.as_ref()? {
            DeadLetter::Queue(arn) => (arn.clone(), "sqs:SendMessage"),
            DeadLetter::Topic(name) if to.manifest.topic.contains_key(name) => {
                needs.insert(topic::Topic::address(name));
                (topic::arn(to.site, to.owner, name), "sns:Publish")
            }
            DeadLetter::Topic(name) => {
                let known = to.manifest.topic.keys().map(Name::as_str);
                let message = problem::unknown("topic section", name.as_str(), known);
                to.problem(&format!("{path}.dead_letter"), message, None);
                return None;
            }
        };
        grants.push(json!({"Sid": "DeadLetter", "Effect": "Allow", "Action": action, "Resource": arn}));
        Some(arn)
    }

    /// The ARN of the role that it runs with: a shared one, or its own.
    fn lower_role(
        &self,
        name: &Name,
        path: &str,
        to: &mut Lowering,
        needs: &mut BTreeSet<Address>,
        mut grants: Vec<Value>,
    ) -> String {
        if let Some(shared) = &self.role {
            check::shared_role(self, shared, path, to, !grants.is_empty());
            needs.insert(role::Role::address(shared));
            return role::arn(to.site, to.owner, shared);
        }
        let mut reads = BTreeSet::new();
        grants.extend(role::statements(&self.access, &format!("{path}.access"), to, &mut reads));
        let Some(own) = own_part(name, "function") else {
            to.problem(path, "the name is too long for its role's", Some("use 55 characters at most"));
            return String::new();
        };
        let arn = role::arn(to.site, to.owner, &own);
        let role = FunctionRole {
            name: own,
            statements: grants,
            needs: reads,
            tracing: self.tracing == Tracing::Active,
            managed: BTreeSet::new(),
            permissions_boundary: role::boundary(self.permissions_boundary.as_ref(), path, to),
            tags: self.tags.clone(),
            adopt: self.adopt,
        };
        needs.extend(role.lower(path, to));
        arn
    }

    fn lower_log_group(&self, name: &Name, path: &str, to: &mut Lowering) -> Address {
        let own = own_part(name, "function").unwrap_or_else(|| name.clone());
        let id = to.id(Kind::LogGroup, &own, format!("/aws/lambda/{}", physical(to.owner, name)));
        let address = id.address.clone();
        let tags = to.tags(&address, &self.tags, self.on_delete);
        let retention_in_days = Some(self.log_retention_days).filter(|days| *days != 0);
        to.add(path, id, logs::LogGroup { retention_in_days, tags }, BTreeSet::new(), self.adopt);
        address
    }
}

/// The name of a resource that a section needs beside its main one: `api-handler-function`.
pub fn own_part(name: &Name, part: &str) -> Option<Name> {
    format!("{name}-{part}").parse().ok()
}

/// Who may invoke it: the routes of APIs, and the topics that it subscribes to.
fn lower_permission(name: &Name, path: &str, to: &mut Lowering) {
    let account = Some(to.site.account.to_string());
    let mut needs = BTreeSet::from([Function::address(name)]);
    let mut statements = BTreeMap::new();
    let manifest = to.manifest;
    for (api, section) in &manifest.api {
        for (sid, source) in section.permission_sources(api, name, to) {
            needs.extend(source.references().map(|reference| reference.address.clone()));
            let principal = "apigateway.amazonaws.com".into();
            let source_account = account.clone();
            statements
                .insert(sid, lambda::Statement { principal, source_arn: Some(source), source_account, foreign: None });
        }
    }
    for (topic, section) in &manifest.topic {
        if section.lambda_subscribers().contains(&name) {
            let source_arn = Some(topic::arn(to.site, to.owner, topic).into());
            let statement = lambda::Statement {
                principal: "sns.amazonaws.com".into(),
                source_arn,
                source_account: None,
                foreign: None,
            };
            statements.insert(format!("topic-{topic}"), statement);
        }
    }
    check::policy_size(&statements, &arn(to.site, to.owner, name), path, to);
    if !statements.is_empty() {
        let id = to.id(Kind::Permission, name, physical(to.owner, name));
        to.add(path, id, lambda::Permission { statements }, needs, false);
    }
}

/// The physical name of a section's main resource.
pub fn physical(owner: &Owner, name: &Name) -> String {
    owner.physical(name.as_str(), 64)
}

/// Its ARN.
pub fn arn(site: &Site, owner: &Owner, name: &Name) -> String {
    site.arn("lambda", &format!("function:{}", physical(owner, name)))
}
