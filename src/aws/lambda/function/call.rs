//! The calls on a function, and what each does to its state.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::aws::Id;
use crate::aws::lambda::Function;
use crate::aws::lambda::function::revision;
use crate::aws::tags::{self, Tags};
use crate::canonical::Sha;
use crate::text::Text;

/// The calls on a function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "api", content = "input")]
pub enum Call {
    /// Makes the function.
    #[serde(rename = "lambda:CreateFunction")]
    Create(Box<CreateFunction>),
    /// Other code, or another architecture.
    #[serde(rename = "lambda:UpdateFunctionCode")]
    UpdateCode(UpdateFunctionCode),
    /// Other settings.
    #[serde(rename = "lambda:UpdateFunctionConfiguration")]
    UpdateConfiguration(Box<UpdateFunctionConfiguration>),
    /// Reserves executions.
    #[serde(rename = "lambda:PutFunctionConcurrency")]
    PutConcurrency(PutFunctionConcurrency),
    /// Reserves none.
    #[serde(rename = "lambda:DeleteFunctionConcurrency")]
    DeleteConcurrency(FunctionName),
    /// Adds or changes tags.
    #[serde(rename = "lambda:TagResource")]
    Tag(TagResource),
    /// Removes tags.
    #[serde(rename = "lambda:UntagResource")]
    Untag(UntagResource),
    /// Deletes the function.
    #[serde(rename = "lambda:DeleteFunction")]
    Delete(FunctionName),
}

/// A zip beside the plan, named by its digest: its bytes are what is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blob {
    /// `sha256:<64 hex digits>`.
    #[serde(rename = "$blob")]
    pub digest: Sha,
}

impl Blob {
    /// The blob with this digest.
    pub fn of(digest: &Sha) -> Self {
        Self { digest: *digest }
    }

    /// The blob with Lambda's `CodeSha256`; that of nothing where it is no such digest.
    pub fn of_code(code_sha256: &str) -> Self {
        let bytes = STANDARD.decode(code_sha256).unwrap_or_default();
        let text = format!("sha256:{}", crate::name::hex(&bytes));
        Self { digest: text.parse().unwrap_or_else(|_| Sha::of(b"")) }
    }

    /// What Lambda reports as `CodeSha256` for it.
    pub fn code_sha256(&self) -> String {
        STANDARD.encode(self.digest.as_bytes())
    }
}

/// `Code`: where the code comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Code {
    /// The zip.
    pub zip_file: Blob,
}

/// `Environment`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Environment {
    /// By name; empty clears all.
    pub variables: BTreeMap<String, Text>,
}

/// `TracingConfig`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TracingConfig {
    /// `Active` or `PassThrough`.
    pub mode: String,
}

/// `DeadLetterConfig`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeadLetterConfig {
    /// A topic or queue; empty clears it.
    pub target_arn: String,
}

/// `EphemeralStorage`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct EphemeralStorage {
    /// MB.
    pub size: i32,
}

/// Input of `CreateFunction`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateFunction {
    /// The physical name.
    pub function_name: String,
    /// Where the code comes from.
    pub code: Code,
    /// Such as `python3.11`.
    pub runtime: String,
    /// Such as `main.handler`.
    pub handler: String,
    /// The role's ARN.
    pub role: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// MB.
    pub memory_size: i32,
    /// Seconds.
    pub timeout: i32,
    /// One.
    pub architectures: Vec<String>,
    /// Environment variables.
    pub environment: Environment,
    /// Tracing.
    pub tracing_config: TracingConfig,
    /// Layer versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<String>,
    /// Where failed asynchronous invocations go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dead_letter_config: Option<DeadLetterConfig>,
    /// Size of `/tmp`.
    pub ephemeral_storage: EphemeralStorage,
    /// Tags.
    pub tags: Tags,
}

/// Input of `UpdateFunctionCode`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateFunctionCode {
    /// The physical name.
    pub function_name: String,
    /// The zip.
    pub zip_file: Blob,
    /// One.
    pub architectures: Vec<String>,
    /// The revision that was read last.
    pub revision_id: Text,
}

/// Input of `UpdateFunctionConfiguration`: what it leaves out is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateFunctionConfiguration {
    /// The physical name.
    pub function_name: String,
    /// Another runtime.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runtime: Option<String>,
    /// Another handler.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    /// Another role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Another description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Another memory size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_size: Option<i32>,
    /// Another timeout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<i32>,
    /// All variables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// Another tracing mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracing_config: Option<TracingConfig>,
    /// All layers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layers: Option<Vec<String>>,
    /// Another target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dead_letter_config: Option<DeadLetterConfig>,
    /// Another size of `/tmp`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ephemeral_storage: Option<EphemeralStorage>,
    /// The revision that was read last.
    pub revision_id: Text,
}

/// Input of `PutFunctionConcurrency`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutFunctionConcurrency {
    /// The physical name.
    pub function_name: String,
    /// How many.
    pub reserved_concurrent_executions: i32,
}

/// Input of the calls that need nothing but the name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct FunctionName {
    /// The physical name.
    pub function_name: String,
}

/// Input of `TagResource`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TagResource {
    /// The function's ARN.
    pub resource: String,
    /// Tags to set.
    pub tags: Tags,
}

/// Input of `UntagResource`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UntagResource {
    /// The function's ARN.
    pub resource: String,
    /// Keys to remove.
    pub tag_keys: Vec<String>,
}

impl CreateFunction {
    /// The call that makes a function; only the reserved concurrency follows.
    pub fn of(id: &Id, want: &Function) -> Self {
        Self {
            function_name: id.name.clone(),
            code: Code { zip_file: Blob::of_code(&want.code_sha256) },
            runtime: want.runtime.clone(),
            handler: want.handler.clone(),
            role: want.role.clone(),
            description: want.description.clone(),
            memory_size: want.memory_size,
            timeout: want.timeout,
            architectures: vec![want.architecture.clone()],
            environment: Environment { variables: want.environment.clone() },
            tracing_config: TracingConfig { mode: want.tracing_mode.clone() },
            layers: want.layers.clone(),
            dead_letter_config: want.dead_letter_target_arn.clone().map(|target_arn| DeadLetterConfig { target_arn }),
            ephemeral_storage: EphemeralStorage { size: want.ephemeral_storage_size },
            tags: want.tags.clone(),
        }
    }

    fn state(&self) -> Function {
        Function {
            code_sha256: self.code.zip_file.code_sha256(),
            runtime: self.runtime.clone(),
            handler: self.handler.clone(),
            role: self.role.clone(),
            description: self.description.clone(),
            memory_size: self.memory_size,
            timeout: self.timeout,
            architecture: self.architectures.first().cloned().unwrap_or_default(),
            environment: self.environment.variables.clone(),
            tracing_mode: self.tracing_config.mode.clone(),
            layers: self.layers.clone(),
            dead_letter_target_arn: self.dead_letter_config.as_ref().map(|config| config.target_arn.clone()),
            ephemeral_storage_size: self.ephemeral_storage.size,
            reserved_concurrent_executions: None,
            tags: self.tags.clone(),
        }
    }
}

impl UpdateFunctionConfiguration {
    /// What differs between two functions, apart from code and architecture.
    pub fn between(id: &Id, want: &Function, live: &Function) -> Self {
        fn changed<T: Clone + PartialEq>(want: &T, live: &T) -> Option<T> {
            (want != live).then(|| want.clone())
        }
        let target = changed(&want.dead_letter_target_arn, &live.dead_letter_target_arn);
        Self {
            function_name: id.name.clone(),
            runtime: changed(&want.runtime, &live.runtime),
            handler: changed(&want.handler, &live.handler),
            role: changed(&want.role, &live.role),
            description: changed(&want.description, &live.description),
            memory_size: changed(&want.memory_size, &live.memory_size),
            timeout: changed(&want.timeout, &live.timeout),
            environment: changed(&want.environment, &live.environment).map(|variables| Environment { variables }),
            tracing_config: changed(&want.tracing_mode, &live.tracing_mode).map(|mode| TracingConfig { mode }),
            layers: changed(&want.layers, &live.layers),
            dead_letter_config: target.map(|arn| DeadLetterConfig { target_arn: arn.unwrap_or_default() }),
            ephemeral_storage: changed(&want.ephemeral_storage_size, &live.ephemeral_storage_size)
                .map(|size| EphemeralStorage { size }),
            revision_id: revision(id),
        }
    }

    /// True if it would change nothing.
    pub fn is_nothing(&self) -> bool {
        let texts = [&self.runtime, &self.handler, &self.role, &self.description];
        texts.iter().all(|text| text.is_none())
            && self.memory_size.is_none()
            && self.timeout.is_none()
            && self.environment.is_none()
            && self.tracing_config.is_none()
            && self.layers.is_none()
            && self.dead_letter_config.is_none()
            && self.ephemeral_storage.is_none()
    }

    fn apply(&self, function: &mut Function) {
        fn set<T: Clone>(field: &mut T, value: Option<&T>) {
            if let Some(value) = value {
                field.clone_from(value);
            }
        }
        set(&mut function.runtime, self.runtime.as_ref());
        set(&mut function.handler, self.handler.as_ref());
        set(&mut function.role, self.role.as_ref());
        set(&mut function.description, self.description.as_ref());
        set(&mut function.memory_size, self.memory_size.as_ref());
        set(&mut function.timeout, self.timeout.as_ref());
        set(&mut function.environment, self.environment.as_ref().map(|e| &e.variables));
        set(&mut function.tracing_mode, self.tracing_config.as_ref().map(|t| &t.mode));
        set(&mut function.layers, self.layers.as_ref());
        set(&mut function.ephemeral_storage_size, self.ephemeral_storage.as_ref().map(|e| &e.size));
        if let Some(config) = &self.dead_letter_config {
            function.dead_letter_target_arn = (!config.target_arn.is_empty()).then(|| config.target_arn.clone());
        }
    }
}

/// What a call does to the state.
pub fn effect(call: &Call, state: Option<Function>) -> Option<Function> {
    match call {
        Call::Create(input) => return Some(input.state()),
        Call::Delete(_) => return None,
        _ => {}
    }
    let mut function = state?;
    match call {
        Call::UpdateCode(input) => {
            function.code_sha256 = input.zip_file.code_sha256();
            function.architecture = input.architectures.first().cloned().unwrap_or_default();
        }
        Call::UpdateConfiguration(input) => input.apply(&mut function),
        Call::PutConcurrency(input) => {
            function.reserved_concurrent_executions = Some(input.reserved_concurrent_executions);
        }
        Call::DeleteConcurrency(_) => function.reserved_concurrent_executions = None,
        Call::Tag(input) => tags::set(&mut function.tags, &input.tags),
        Call::Untag(input) => tags::remove(&mut function.tags, &input.tag_keys),
        Call::Create(_) | Call::Delete(_) => {}
    }
    Some(function)
}
