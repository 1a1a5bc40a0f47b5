//! ministack, which `rehearse` deploys to.

use super::install::Package;
use super::{Patches, Server};

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("ministack_gaps/", $name)))),*]
    };
}

/// ministack: runs Python functions for real, behind the API that was deployed.
pub const MINISTACK: Server = Server {
    package: Package { name: "ministack", version: "1.5.33", requirements: include_str!("requirements-ministack.txt") },
    patches: &[GAPS],
    settings,
};

/// The places where it does not answer as AWS does.
const GAPS: Patches = Patches {
    name: "ministack_gaps",
    files: files!(
        "__init__.py",
        "apigateway.py",
        "cloudwatch.py",
        "compute.py",
        "config.py",
        "data.py",
        "firewall.py",
        "identity.py",
        "serve.py",
        "tagging.py",
        "tools.py",
    ),
};

fn settings(port: u16, account: &str, region: &str) -> Vec<(&'static str, String)> {
    vec![
        ("BIND_HOST", "127.0.0.1".into()),
        ("GATEWAY_PORT", port.to_string()),
        ("MINISTACK_HOST", "127.0.0.1".into()),
        ("MINISTACK_REGION", region.into()),
        ("MINISTACK_ACCOUNT_ID", account.into()),
        ("IOT_MTLS_ENABLED", "0".into()),
        ("SFTP_ENABLED", "0".into()),
    ]
}
