//! The calls on a function, and what each does to its state.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::aws::kit::calls::calls;
use crate::aws::kit::changed;
use crate::aws::kit::settings::{Part, settings, wrapper};
use crate::aws::kit::tags::{tag_calls, tag_inputs};
use crate::aws::lambda::function::release::Effect;
use crate::aws::lambda::function::{
    Code, CreateAlias, CreateFunctionUrlConfig, DeleteAlias, FileSystemConfig, Function, ImageConfig, LoggingConfig,
    PackageType, PublishVersion, PutFunctionEventInvokeConfig, PutFunctionRecursionConfig,
    PutProvisionedConcurrencyConfig, PutRuntimeManagementConfig, UpdateAlias, UpdateFunctionUrlConfig, VpcConfig,
    release,
};
use crate::aws::tags::Tags;
use crate::text::Text;

calls! {
    /// The calls on a function.
    pub enum Call {
        /// Makes the function.
        "lambda:CreateFunction" => Create(Box<CreateFunction>),
        /// Other code, or another architecture.
        "lambda:UpdateFunctionCode" => UpdateCode(UpdateFunctionCode),
        /// Other settings.
        "lambda:UpdateFunctionConfiguration" => UpdateConfiguration(Box<UpdateFunctionConfiguration>),
        /// Reserves executions.
        "lambda:PutFunctionConcurrency" => PutConcurrency(PutFunctionConcurrency),
        /// Reserves none.
        "lambda:DeleteFunctionConcurrency" => DeleteConcurrency(FunctionName),
        /// Makes the URL.
        "lambda:CreateFunctionUrlConfig" => CreateUrl(CreateFunctionUrlConfig),
        /// Other settings of the URL.
        "lambda:UpdateFunctionUrlConfig" => UpdateUrl(UpdateFunctionUrlConfig),
        /// Takes the URL away.
        "lambda:DeleteFunctionUrlConfig" => DeleteUrl(FunctionName),
        /// Says what becomes of asynchronous invocations.
        "lambda:PutFunctionEventInvokeConfig" => PutInvokeConfig(PutFunctionEventInvokeConfig),
        /// Leaves that to AWS's defaults.
        "lambda:DeleteFunctionEventInvokeConfig" => DeleteInvokeConfig(FunctionName),
        /// Says how its runtime is updated.
        "lambda:PutRuntimeManagementConfig" => PutRuntime(PutRuntimeManagementConfig),
        /// Says what becomes of loops in which it calls itself.
        "lambda:PutFunctionRecursionConfig" => PutRecursion(PutFunctionRecursionConfig),
        /// Publishes what the function is as a version.
        "lambda:PublishVersion" => Publish(PublishVersion),
        /// Makes the alias.
        "lambda:CreateAlias" => CreateAlias(CreateAlias),
        /// Points the alias to another version, or gives one a part of the traffic.
        "lambda:UpdateAlias" => UpdateAlias(UpdateAlias),
        /// Takes the alias away.
        "lambda:DeleteAlias" => DeleteAlias(DeleteAlias),
        /// Keeps environments ready for the alias.
        "lambda:PutProvisionedConcurrencyConfig" => PutProvisioned(PutProvisionedConcurrencyConfig),
        /// Keeps none ready.
        "lambda:DeleteProvisionedConcurrencyConfig" => DeleteProvisioned(FunctionName),
        /// Adds or changes tags.
        "lambda:TagResource" => Tag(TagResource),
        /// Removes tags.
        "lambda:UntagResource" => Untag(UntagResource),
        /// Deletes the function, or one version of it.
        "lambda:DeleteFunction" => Delete(FunctionName),
    }
}

settings! {
    /// Input of `CreateFunction`.
    #[serde(rename_all = "PascalCase")]
    create CreateFunction {
        /// The physical name.
        function_name: String,
        /// Where the code comes from.
        code: Code,
        architectures: Vec<String>,
        /// It never changes.
        #[serde(default, skip_serializing_if = "PackageType::is_zip")]
        package_type: PackageType,
        tags: Tags,
    }
    /// Input of `UpdateFunctionConfiguration`: what it leaves out is kept.
    #[serde(rename_all = "PascalCase")]
    update UpdateFunctionConfiguration {
        /// The physical name.
        function_name: String,
        /// The revision that was read last.
        revision_id: Text,
    }
    Settings of Function {
        /// The runtime, such as `python3.11`.
        runtime: String = runtime [serde(default, skip_serializing_if = "String::is_empty")],
        /// The handler, such as `main.handler`.
        handler: String = handler [serde(default, skip_serializing_if = "String::is_empty")],
        /// What of its image's settings is replaced; an update says all of it.
        image_config: ImageConfig = image_config [serde(default, skip_serializing_if = "ImageConfig::is_none")],
        /// The role's ARN.
        role: String = role,
        /// What it is for.
        description: String = description [serde(default, skip_serializing_if = "String::is_empty")],
        /// In megabytes.
        memory_size: i32 = memory_size,
        /// In seconds.
        timeout: i32 = timeout,
        /// All environment variables.
        environment: Environment = environment,
        tracing_config: TracingConfig = tracing_mode,
        /// All layer versions.
        layers: Vec<Text> = layers [serde(default, skip_serializing_if = "Vec::is_empty")],
        /// Where failed asynchronous invocations are sent.
        dead_letter_config: DeadLetterConfig = dead_letter_target_arn
            [serde(default, skip_serializing_if = "DeadLetterConfig::is_none")],
        /// Size of `/tmp`.
        ephemeral_storage: EphemeralStorage = ephemeral_storage_size,
        /// How its logs are written, and where to; an update says all of it.
        logging_config: LoggingConfig = logging_config [serde(default, skip_serializing_if = "LoggingConfig::is_default")],
        /// The key that encrypts its environment; none takes it away. An update of a function with a key names it, since it is
        /// used whatever changes.
        #[serde(rename = "KMSKeyArn")]
        kms_key_arn: String = kms_key_arn [serde(default, skip_serializing_if = "String::is_empty")],
        /// All subnets and security groups.
        vpc_config: VpcConfig = vpc_config [serde(default, skip_serializing_if = "VpcConfig::is_none")],
        /// The file system that it mounts; none unmounts it.
        file_system_configs: Vec<FileSystemConfig> = file_system_config
            [serde(default, skip_serializing_if = "Vec::is_empty")],
        /// Whether snapshots are kept of versions.
        snap_start: SnapStart = snap_start [serde(default, skip_serializing_if = "SnapStart::is_none")],
    }
}

wrapper! {
    /// `Environment`; without variables it clears all.
    #[serde(rename_all = "PascalCase")]
    Environment {
        variables: BTreeMap<String, Text>
    }
}

wrapper! {
    /// `TracingConfig`.
    #[serde(rename_all = "PascalCase")]
    TracingConfig {
        /// `Active` or `PassThrough`.
        mode: String
    }
}

wrapper! {
    /// `EphemeralStorage`.
    #[serde(rename_all = "PascalCase")]
    EphemeralStorage {
        /// In megabytes.
        size: i32
    }
}

/// `DeadLetterConfig`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeadLetterConfig {
    /// A topic or queue; empty clears it.
    pub target_arn: String,
}

impl DeadLetterConfig {
    fn is_none(&self) -> bool {
        self.target_arn.is_empty()
    }
}

impl Part<Option<String>> for DeadLetterConfig {
    fn of(target_arn: &Option<String>) -> Self {
        Self { target_arn: Part::of(target_arn) }
    }

    fn attribute(&self) -> Option<String> {
        Part::attribute(&self.target_arn)
    }
}

/// `SnapStart`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SnapStart {
    /// `PublishedVersions` or `None`.
    pub apply_on: String,
}

impl Default for SnapStart {
    fn default() -> Self {
        Self { apply_on: "None".into() }
    }
}

impl SnapStart {
    fn is_none(&self) -> bool {
        self.apply_on == "None"
    }
}

impl Part<Option<String>> for SnapStart {
    fn of(apply_on: &Option<String>) -> Self {
        apply_on.clone().map_or_else(Self::default, |apply_on| Self { apply_on })
    }

    fn attribute(&self) -> Option<String> {
        (!self.is_none()).then(|| self.apply_on.clone())
    }
}

/// Input of `UpdateFunctionCode`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateFunctionCode {
    /// The physical name.
    pub function_name: String,
    /// Where the code comes from.
    #[serde(flatten)]
    pub code: Code,
    pub architectures: Vec<String>,
    /// The revision that was read last.
    pub revision_id: Text,
}

/// Input of `PutFunctionConcurrency`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutFunctionConcurrency {
    /// The physical name.
    pub function_name: String,
    pub reserved_concurrent_executions: i32,
}

/// Input of the calls that need nothing but the name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct FunctionName {
    /// The physical name.
    pub function_name: String,
    /// The alias or the version that it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qualifier: Option<String>,
}

tag_inputs!(TagResource, UntagResource { #[serde(rename = "Resource")] resource: String } mapped);
tag_calls!(Call: Tag(TagResource), Untag(UntagResource));

impl CreateFunction {
    /// What is sent of the attributes: Lambda refuses some where they are empty.
    pub(super) fn sent(&self) -> Settings<'_> {
        let settings = self.parts();
        Settings {
            runtime: settings.runtime.filter(|text| !text.is_empty()),
            handler: settings.handler.filter(|text| !text.is_empty()),
            image_config: settings.image_config.filter(|config| !config.is_none()),
            description: settings.description.filter(|text| !text.is_empty()),
            layers: settings.layers.filter(|layers| !layers.is_empty()),
            dead_letter_config: settings.dead_letter_config.filter(|config| !config.is_none()),
            logging_config: settings.logging_config.filter(|config| !config.is_default()),
            kms_key_arn: settings.kms_key_arn.filter(|arn| !arn.is_empty()),
            vpc_config: settings.vpc_config.filter(|config| !config.is_none()),
            file_system_configs: settings.file_system_configs.filter(|configs| !configs.is_empty()),
            snap_start: settings.snap_start.filter(|config| !config.is_none()),
            ..settings
        }
    }
}

/// The function that a call makes; only the reserved concurrency follows.
fn created(input: &CreateFunction) -> Function {
    let mut function = Function {
        code_sha256: input.code.code_sha256(),
        architecture: input.architectures.first().cloned().unwrap_or_default(),
        package_type: input.package_type,
        tags: input.tags.clone(),
        ..Function::default()
    };
    input.parts().apply(&mut function);
    function
}

/// What a call does to the state.
pub fn effect(call: &Call, state: Option<Function>) -> Option<Function> {
    match call {
        Call::Create(input) => return Some(created(input)),
        Call::Delete(input) if input.qualifier.is_none() => return None,
        _ => {}
    }
    let mut function = state?;
    match call {
        Call::UpdateCode(input) => {
            function.code_sha256 = input.code.code_sha256();
            function.way.taken_from = input.code.repository();
            function.architecture = input.architectures.first().cloned().unwrap_or_default();
        }
        Call::UpdateConfiguration(input) => {
            input.parts().apply(&mut function);
            function.logging_config = function.logging_config.without_own_group(&input.function_name);
        }
        Call::PutConcurrency(input) => {
            function.reserved_concurrent_executions = Some(input.reserved_concurrent_executions);
        }
        Call::DeleteConcurrency(_) => function.reserved_concurrent_executions = None,
        Call::CreateUrl(input) => function.url = Some(input.url()),
        Call::UpdateUrl(input) => {
            function.url = changed(function.url.take(), |url| input.parts().apply(url));
        }
        Call::DeleteUrl(_) => function.url = None,
        Call::PutInvokeConfig(input) => function.invoke_config = Some(input.config()),
        Call::DeleteInvokeConfig(_) => function.invoke_config = None,
        Call::PutRuntime(input) => function.runtime_management_config = input.config(),
        Call::PutRecursion(input) => function.recursive_loop = input.setting(),
        Call::Publish(_) => release::effect(&mut function, &Effect::Published),
        Call::CreateAlias(_) => release::effect(&mut function, &Effect::Created),
        Call::UpdateAlias(input) => release::effect(&mut function, &Effect::Updated(input)),
        Call::DeleteAlias(_) => release::effect(&mut function, &Effect::AliasDeleted),
        Call::PutProvisioned(input) => {
            let executions = Some(input.provisioned_concurrent_executions);
            release::effect(&mut function, &Effect::Provisioned(executions));
        }
        Call::DeleteProvisioned(_) => release::effect(&mut function, &Effect::Provisioned(None)),
        Call::Delete(input) => {
            let number = input.qualifier.as_deref().unwrap_or_default();
            release::effect(&mut function, &Effect::VersionDeleted(number));
        }
        Call::Tag(input) => input.apply(&mut function.tags),
        Call::Untag(input) => input.apply(&mut function.tags),
        Call::Create(_) => {}
    }
    Some(function)
}
