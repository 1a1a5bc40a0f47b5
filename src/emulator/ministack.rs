//! ministack, which `rehearse` deploys to.

use super::install::Package;
use super::{Patches, Server};

macro_rules! patches {
    ($package:literal: $($name:literal),* $(,)?) => {
        Patches { name: $package, files: &[$(($name, include_str!(concat!($package, "/", $name)))),*] }
    };
}

/// ministack: runs Python functions for real, behind the API that was deployed.
pub const MINISTACK: Server = Server {
    package: Package { name: "ministack", version: "1.5.33", requirements: include_str!("requirements-ministack.txt") },
    patches: &[GAPS, RECORDED],
    settings,
};

/// What AWS was recorded to answer and no emulator does: statuses that take time, refusals of what was just made, members
/// that are always there. It changes requests and answers on their way, so that it fits every emulator that loads it.
pub const RECORDED: Patches = patches!("recorded":
    "__init__.py", "alarms.py", "buckets.py", "certificates.py", "domains.py", "events.py", "firewalls.py", "functions.py", "gateway.py", "gateway_parts.py", "gateway_services.py", "groups.py",
    "guard.py", "http_apis.py", "identity.py", "index.py", "keys.py", "layers.py", "machines.py", "mappings.py", "names.py", "notifications.py", "queues.py", "records.py", "schedules.py",
    "tables.py", "topics.py", "wire.py",
);

/// The places where it does not answer as AWS does.
const GAPS: Patches = patches!("ministack_gaps":
    "__init__.py", "answers.py", "apigateway.py", "cloudwatch.py", "compute.py", "config.py", "data.py", "destinations.py", "domains.py", "events.py",
    "failures.py", "firewall.py", "http_apis.py", "identity.py", "integrations.py", "keys.py", "mappings.py", "records.py", "rest_services.py", "serve.py", "tagging.py",
    "templates.py", "tokens.py", "tools.py",
);

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
