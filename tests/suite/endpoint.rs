//! Where calls go, whatever variables and profiles say of single services.

use std::path::Path;

use crate::support::command::{Cli, Ran};
use crate::support::emulator::{Make, account, endpoint};

const MANIFEST: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n[topic.alerts]\n";

/// Each service that is called, as AWS's documentation writes it in a profile and in a variable.
const SERVICES: [&str; 19] = [
    "api_gateway",
    "apigatewayv2",
    "cloudwatch",
    "cloudwatch_logs",
    "config_service",
    "dynamodb",
    "eventbridge",
    "iam",
    "kms",
    "lambda",
    "resource_groups_tagging_api",
    "route_53",
    "s3",
    "scheduler",
    "sfn",
    "sns",
    "sqs",
    "sts",
    "wafv2",
];

/// A profile that sends everything to one endpoint, and one service to another.
fn profile(folder: &Path, all: &str, service: &str, one: &str) {
    let text = format!(
        "[default]\nservices = elsewhere\nendpoint_url = {all}\n\n[services elsewhere]\n{service} =\n  endpoint_url = {one}\n"
    );
    std::fs::write(folder.join("config"), text).expect("a profile");
}

fn plan(folder: &Path, more: &[(&str, &str)]) -> Ran {
    std::fs::write(folder.join("serverless-app.toml"), MANIFEST).expect("a manifest");
    let cli = Cli::new(&["plan"]).folder(folder).env("AWS_CONFIG_FILE", folder.join("config"));
    let cli = cli.env("AWS_ACCESS_KEY_ID", account()).env("AWS_SECRET_ACCESS_KEY", "planted-secret-access-key");
    let cli = cli.env("AWS_EC2_METADATA_DISABLED", "true");
    more.iter().fold(cli, |cli, (name, value)| cli.env(name, value)).run()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_of_one_service_is_refused_from_a_profile_as_from_a_variable() {
    let here = endpoint(Make::Moto).await;
    let folder = tempfile::tempdir().expect("a folder");
    for service in SERVICES {
        // The SDK wants hyphens in a profile, where AWS's documentation has underscores: those it does not see.
        for written in [service.replace('_', "-"), service.to_owned()] {
            profile(folder.path(), &here, &written, "http://127.0.0.1:9");
            let ran = plan(folder.path(), &[]);
            if ran.code == Some(0) && written.contains('_') {
                continue;
            }
            assert_eq!(ran.code, Some(1), "{written}: {}", ran.stderr);
            for part in ["the AWS profile sends", "http://127.0.0.1:9", here.as_str(), "services"] {
                assert!(ran.stderr.contains(part), "{written}: {}", ran.stderr);
            }
        }
        std::fs::write(folder.path().join("config"), "").expect("a profile");
        let variable = format!("AWS_ENDPOINT_URL_{}", service.to_uppercase());
        let ran = plan(folder.path(), &[("AWS_ENDPOINT_URL", &here), (&variable, "http://127.0.0.1:9")]);
        assert_eq!(ran.code, Some(1), "{service}: {}", ran.stderr);
        assert!(ran.stderr.contains(&variable), "{}", ran.stderr);
    }
    // Said twice is said once, and a variable for all goes before a profile.
    profile(folder.path(), &here, "sns", &here);
    let ran = plan(folder.path(), &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    profile(folder.path(), "http://127.0.0.1:9", "sns", "http://127.0.0.1:9");
    let ran = plan(folder.path(), &[("AWS_ENDPOINT_URL", &here)]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_reaches_its_emulator_whatever_endpoint_the_environment_names() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("serverless-app.toml"), MANIFEST).expect("a manifest");
    let cache = serverless_app::emulator::cache_folder().expect("a cache folder");
    let cli = Cli::new(&["rehearse"]).folder(folder.path()).env("SERVERLESS_APP_CACHE", cache);
    let ran = cli.env("AWS_ENDPOINT_URL", "http://127.0.0.1:9").env("AWS_ENDPOINT_URL_SNS", "http://127.0.0.1:9").run();
    assert_eq!(ran.code, Some(0), "{}\n{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("Planned again: no changes."), "{}", ran.stdout);
}
