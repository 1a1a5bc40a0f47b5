//! What a function is.

use super::*;

/// A function.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Function {
    /// Base64 of the SHA-256 of its zip; of an image the digest in hex.
    pub code_sha256: String,
    /// What it is made from.
    #[serde(skip_serializing_if = "PackageType::is_zip")]
    pub package_type: PackageType,
    /// The runtime, such as `python3.11`.
    pub runtime: String,
    /// The handler, such as `main.handler`.
    pub handler: String,
    /// What of its image's settings is replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_config: Option<ImageConfig>,
    /// The ARN of the role that it runs with.
    pub role: String,
    /// What it is for.
    pub description: String,
    /// Memory in MB.
    pub memory_size: i32,
    /// In seconds.
    pub timeout: i32,
    /// `x86_64` or `arm64`.
    pub architecture: String,
    /// Environment variables. Live values never show.
    pub environment: BTreeMap<String, Text>,
    /// `Active` or `PassThrough`.
    pub tracing_mode: String,
    /// ARNs of layer versions, in order; AWS makes up the number of one of ours.
    pub layers: Vec<Text>,
    /// Where failed asynchronous invocations are sent.
    pub dead_letter_target_arn: Option<String>,
    /// Size of `/tmp` in MB.
    pub ephemeral_storage_size: i32,
    /// The number of concurrent executions that are reserved for it, which is also its limit.
    pub reserved_concurrent_executions: Option<i32>,
    /// How its logs are written, and to which log group.
    #[serde(skip_serializing_if = "LoggingConfig::is_default")]
    pub logging_config: LoggingConfig,
    /// The ARN of the key that encrypts its environment; `None`: one that AWS owns.
    #[serde(rename = "KMSKeyArn", skip_serializing_if = "Option::is_none")]
    pub kms_key_arn: Option<String>,
    /// The subnets that it is connected to, if it is.
    #[serde(skip_serializing_if = "VpcConfig::is_none")]
    pub vpc_config: VpcConfig,
    /// The file system that it mounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_system_config: Option<FileSystemConfig>,
    /// How its runtime is updated, if AWS shall not do so by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime_management_config: Option<RuntimeManagementConfig>,
    /// `Allow` if Lambda shall not end loops in which it calls itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recursive_loop: Option<String>,
    /// `PublishedVersions` if Lambda shall keep a snapshot of each version that is published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snap_start: Option<String>,
    /// Its versions and its alias, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<Box<Release>>,
    /// Its URL, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<FunctionUrl>,
    /// What becomes of asynchronous invocations, if somebody has said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoke_config: Option<InvokeConfig>,
    pub tags: Tags,
    /// How its code gets to Lambda.
    #[serde(skip)]
    pub way: Way,
}
