//! The subnets that a function is connected to, and the file system that it reaches there.

use std::collections::BTreeSet;

use aws_sdk_lambda::types;
use serde::{Deserialize, Serialize};

use crate::aws::AwsError;
use crate::aws::kit::settings::Part;

/// `VpcConfig`: one without subnets disconnects.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct VpcConfig {
    /// Ids.
    pub subnet_ids: BTreeSet<String>,
    /// Ids.
    pub security_group_ids: BTreeSet<String>,
    /// True if it reaches IPv6 addresses, in subnets that have both kinds.
    pub ipv6_allowed_for_dual_stack: bool,
}

/// A file system that a function mounts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct FileSystemConfig {
    /// The ARN of an access point.
    pub arn: String,
    /// Where it is mounted, such as `/mnt/data`.
    pub local_mount_path: String,
}

impl VpcConfig {
    pub(super) fn is_none(&self) -> bool {
        self.subnet_ids.is_empty()
    }

    /// What AWS reports. Of a function that was disconnected nothing counts.
    pub(super) fn of(live: Option<&types::VpcConfigResponse>) -> Self {
        let set = |ids: &[String]| ids.iter().cloned().collect();
        let read = live.map(|live| Self {
            subnet_ids: set(live.subnet_ids()),
            security_group_ids: set(live.security_group_ids()),
            ipv6_allowed_for_dual_stack: live.ipv6_allowed_for_dual_stack().unwrap_or(false),
        });
        read.filter(|vpc| !vpc.is_none()).unwrap_or_default()
    }

    pub(super) fn sdk(&self) -> types::VpcConfig {
        let list = |ids: &BTreeSet<String>| Some(ids.iter().cloned().collect());
        types::VpcConfig::builder()
            .set_subnet_ids(list(&self.subnet_ids))
            .set_security_group_ids(list(&self.security_group_ids))
            .ipv6_allowed_for_dual_stack(self.ipv6_allowed_for_dual_stack)
            .build()
    }
}

/// `FileSystemConfigs`, a list of at most one.
impl Part<Option<FileSystemConfig>> for Vec<FileSystemConfig> {
    fn of(attribute: &Option<FileSystemConfig>) -> Self {
        attribute.iter().cloned().collect()
    }

    fn attribute(&self) -> Option<FileSystemConfig> {
        self.first().cloned()
    }
}

impl FileSystemConfig {
    /// The ARN of any file system where the access point is: which one it belongs to, its own ARN does not say.
    pub fn file_systems(&self) -> String {
        let place = self.arn.split_once(":access-point/").map_or(self.arn.as_str(), |(place, _)| place);
        format!("{place}:file-system/*")
    }

    pub(super) fn of(live: &types::FileSystemConfig) -> Self {
        Self { arn: live.arn().to_owned(), local_mount_path: live.local_mount_path().to_owned() }
    }

    pub(super) fn sdk(&self, api: &'static str) -> Result<types::FileSystemConfig, AwsError> {
        let built = types::FileSystemConfig::builder().arn(&self.arn).local_mount_path(&self.local_mount_path).build();
        built.map_err(|error| AwsError::not_sent(api, error.to_string()))
    }
}
