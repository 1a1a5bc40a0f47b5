//! Keys of a function as AWS and other tools name them: those that are not supported, and those that are part of another key.

/// The message about a key: why there is none of that name, and what to do.
struct Key {
    names: &'static [&'static str],
    why: &'static str,
    help: &'static str,
}

const fn key(names: &'static [&'static str], why: &'static str, help: &'static str) -> Key {
    Key { names, why, help }
}

/// What Lambda functions can have and a manifest cannot.
const ABSENT: [Key; 6] = [
    key(
        &["code_signing", "code_signing_config", "code_signing_config_arn"],
        "zips are not signed, and a function with a code-signing configuration accepts only signed ones",
        "remove it; the digests in the approved plan prove what runs",
    ),
    key(
        &["durable", "durable_config", "durable_execution"],
        "durable functions are not supported",
        "remove it and use a [workflow.<name>], or create such a function by other means",
    ),
    key(
        &["tenancy", "tenancy_config", "tenant_isolation", "tenant_isolation_mode"],
        "a function with tenants is invoked with a tenant id, which routes, queues and rules do not send",
        "remove it; separate tenants by a function for each",
    ),
    key(
        &["capacity_provider", "capacity_provider_config"],
        "capacity providers are not supported",
        "remove it, or create such a function by other means",
    ),
    key(&["package_type"], "it follows from image or source", "remove it"),
    key(
        &["source_kms_key", "source_kms_key_arn"],
        "zips are encrypted with a key that AWS owns",
        "remove it; kms_key encrypts the environment",
    ),
];

/// What a manifest has within another key.
const WITHIN: [Key; 7] = [
    key(&["snap_start"], "SnapStart applies to published versions", "write release = { snap_start = true }"),
    key(
        &["provisioned_concurrency", "provisioned_concurrency_config"],
        "provisioned concurrency applies to an alias",
        "write release = { provisioned = 2 }, the number of environments that are kept ready",
    ),
    key(
        &["alias", "aliases", "auto_publish_alias", "canary", "deployment_preference", "publish", "versions"],
        "versions, the alias live and its canary belong to release",
        "write release = {}, or release = { canary = 10, minutes = 10, alarms = [\"errors\"] }",
    ),
    key(
        &["application_log_level", "log_format", "log_level", "logging_config", "system_log_level"],
        "the format and levels of logs belong to logging",
        "write logging = { format = \"json\", application_level = \"info\", system_level = \"warn\" }",
    ),
    key(
        &["log_group", "log_group_name"],
        "the log group belongs to logging",
        "write logging = { group = \"orders\" }, with a [log_group.orders] or a log group's ARN",
    ),
    key(
        &["security_group_ids", "security_groups", "subnet_ids", "subnets"],
        "subnets and security groups belong to vpc",
        "write vpc = { subnets = [\"subnet-...\"], security_groups = [\"sg-...\"] }",
    ),
    key(
        &["efs", "file_system_config", "file_system_configs", "file_systems"],
        "the one file system that a function can mount belongs to file_system",
        "write file_system = { access_point = \"arn:aws:elasticfilesystem:...\", path = \"/mnt/data\" }, and vpc beside it",
    ),
];

/// Why there is no such key, and what to do; `None` for a key that is not known here either.
pub(super) fn said(given: &str) -> Option<(&'static str, &'static str)> {
    let all = ABSENT.iter().chain(&WITHIN);
    let found = all.into_iter().find(|key| key.names.contains(&given));
    found.map(|key| (key.why, key.help))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::function::tests::lowered;

    fn manifest(line: &str) -> String {
        format!(
            "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[function.f]\nsource = \"src\"\nruntime = \"python3.12\"\n\
             handler = \"main.handler\"\n{line}\n"
        )
    }

    /// Each is refused where it stands, by its own name and with what to do, rather than by a list of all keys.
    #[test]
    fn what_aws_has_and_functions_here_do_not_is_refused_by_name() {
        let all = ABSENT.iter().chain(&WITHIN).flat_map(|key| key.names.iter().map(move |name| (*name, key)));
        for (name, key) in all {
            let problems = lowered(&manifest(&format!("{name} = true")), &[]).expect_err(name).0;
            let [problem] = problems.as_slice() else { panic!("{name}: {problems:?}") };
            assert_eq!((problem.line, problem.column), (8, 1), "{name}");
            assert_eq!(problem.message, format!("there is no key {name:?}: {}", key.why));
            assert_eq!(problem.help.as_deref(), Some(key.help), "{name}");
        }
    }

    #[test]
    fn what_is_to_be_written_is_read() {
        let others = "[log_group.orders]\n[alarm.errors]\nmetric = { namespace = \"AWS/Lambda\", function = \"f\", name = \"Errors\" }\n\
                      statistic = \"Sum\"\ncomparison = \">\"\nthreshold = 0\nperiod = 60\n";
        for (name, line) in [
            ("snap_start", "release = { snap_start = true }"),
            ("provisioned_concurrency", "release = { provisioned = 2 }"),
            ("canary", "release = {}"),
            ("canary", "release = { canary = 10, minutes = 10, alarms = [\"errors\"] }"),
            ("log_format", "logging = { format = \"json\", application_level = \"info\", system_level = \"warn\" }"),
            ("log_group", "logging = { group = \"orders\" }"),
        ] {
            assert!(said(name).is_some_and(|(_, help)| help.contains(line)), "{name}");
            let text = format!("{}{others}", manifest(line));
            assert!(lowered(&text, &[]).is_ok(), "{text}");
        }
    }
}
