//! Functions.

use aws_sdk_lambda::operation::create_function::builders::CreateFunctionFluentBuilder;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{self, FunctionCode, FunctionConfiguration, Runtime};
use serverless_app::aws::Aws;

use super::{refused, role};
use crate::support::emulator::{MAKES, REGION, account, both, endpoint};
use crate::support::files::zip;
use crate::support::proxy::replay::Replay;

pub(super) fn create(aws: &Aws, role: &str) -> CreateFunctionFluentBuilder {
    let code = FunctionCode::builder().zip_file(Blob::new(zip("main.py", ""))).build();
    let function = aws.write.lambda.create_function().function_name("f").runtime(Runtime::Python311);
    function.handler("main.handler").role(role).code(code)
}

fn variables(pairs: &[(&str, &str)]) -> aws_sdk_lambda::types::Environment {
    let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    aws_sdk_lambda::types::Environment::builder().set_variables(Some(pairs)).build()
}

async fn function(aws: &Aws) -> FunctionConfiguration {
    let read = aws.read.lambda.get_function().function_name("f").send().await.expect("the function");
    read.configuration.expect("its configuration")
}

/// Reads it until it is settled; gives the revisions that were seen, without repetitions.
async fn revisions(aws: &Aws) -> Vec<String> {
    let mut seen = Vec::new();
    loop {
        let read = function(aws).await;
        seen.extend(read.revision_id.clone());
        seen.dedup();
        if read.state.is_some_and(|state| state.as_str() == "Active")
            && read.last_update_status.is_some_and(|status| status.as_str() == "Successful")
        {
            return seen;
        }
    }
}

#[tokio::test]
async fn lambda_moves_the_revision_once_more_when_what_is_under_way_ends() {
    for (make, aws) in both().await {
        let role = role(&aws, "r", "lambda.amazonaws.com").await;
        let text = refused(create(&aws, &role).send().await);
        assert!(text.contains("cannot be assumed by Lambda"), "{make}: {text}");
        let text = refused(create(&aws, &role).environment(variables(&[("TZ", "UTC")])).send().await);
        assert!(text.contains("Reserved keys used in this request: TZ"), "{make}: {text}");
        // 4,082 characters, and 4,097 with the quotes, colon and braces of the JSON.
        let long = "x".repeat(4082);
        let text = refused(create(&aws, &role).environment(variables(&[("LONGER_X", &long)])).send().await);
        assert!(text.contains("String measured: {\"LONGER_X\""), "{make}: {text}");
        let made = create(&aws, &role).send().await.expect("a function");
        assert_eq!(made.state.map(|state| state.as_str().to_owned()).as_deref(), Some("Pending"), "{make}");
        let update = aws.write.lambda.update_function_configuration().function_name("f").memory_size(256);
        let text = refused(update.clone().send().await);
        assert!(text.starts_with("ResourceConflictException: The operation cannot be performed"), "{make}: {text}");
        let created = revisions(&aws).await;
        assert_eq!(created.len(), 2, "{make}: {created:?}");
        let text = refused(update.clone().revision_id(&created[0]).send().await);
        assert!(text.starts_with("PreconditionFailedException"), "{make}: {text}");
        update.revision_id(&created[1]).send().await.expect("an update");
        let updated = revisions(&aws).await;
        assert_eq!(updated.len(), 2, "{make}: {updated:?}");
        let permit = aws.write.lambda.add_permission().function_name("f").statement_id("s");
        let permit = permit.action("lambda:InvokeFunction").principal("s3.amazonaws.com");
        permit.send().await.expect("a permission");
        let permitted = revisions(&aws).await;
        assert!(!updated.contains(&permitted[0]), "{make}: a permission moves the function's revision");
        let update = aws.write.lambda.update_function_configuration().function_name("f").timeout(9);
        let text = refused(update.clone().revision_id(&updated[1]).send().await);
        assert!(text.starts_with("PreconditionFailedException"), "{make}: {text}");
        update.revision_id(&permitted[0]).send().await.expect("an update");
        let read = function(&aws).await;
        assert!(read.logging_config.is_some() && read.snap_start.is_some() && read.ephemeral_storage.is_some());
        assert!(read.runtime_version_config.is_some() && read.package_type.is_some(), "{make}");
    }
}

/// Changes how logs are written, and gives what is shown of that once it is settled: format, both levels, group.
async fn logs(aws: &Aws, change: types::builders::LoggingConfigBuilder) -> [Option<String>; 4] {
    let update = aws.write.lambda.update_function_configuration().function_name("f");
    update.logging_config(change.build()).send().await.expect("an update");
    revisions(aws).await;
    let shown = function(aws).await.logging_config.expect("how logs are written");
    [
        shown.log_format().map(|format| format.as_str().to_owned()),
        shown.application_log_level().map(|level| level.as_str().to_owned()),
        shown.system_log_level().map(|level| level.as_str().to_owned()),
        shown.log_group().map(str::to_owned),
    ]
}

#[tokio::test]
async fn lambda_keeps_what_an_update_does_not_say_of_logs_and_levels_come_and_go_with_json() {
    for (make, aws) in both().await {
        let role = role(&aws, "r", "lambda.amazonaws.com").await;
        refused(create(&aws, &role).send().await);
        create(&aws, &role).send().await.expect("a function");
        revisions(&aws).await;
        let said = || types::LoggingConfig::builder();
        let own = Some("/aws/lambda/f");
        for (change, expected) in [
            (said().log_format(types::LogFormat::Json), [Some("JSON"), Some("INFO"), Some("INFO"), own]),
            (
                said().system_log_level(types::SystemLogLevel::Warn).log_group("/shared"),
                [Some("JSON"), Some("INFO"), Some("WARN"), Some("/shared")],
            ),
            (said().log_format(types::LogFormat::Text), [Some("Text"), None, None, Some("/shared")]),
        ] {
            assert_eq!(logs(&aws, change).await, expected.map(|text| text.map(str::to_owned)), "{make}");
        }
    }
}

#[tokio::test]
async fn lambda_tries_the_role_of_a_connected_function_and_shows_empty_lists_once_it_is_disconnected() {
    for (make, aws) in both().await {
        let role = role(&aws, "r", "lambda.amazonaws.com").await;
        refused(create(&aws, &role).send().await);
        let vpc = types::VpcConfig::builder().subnet_ids("subnet-1").security_group_ids("sg-1").build();
        let connected = create(&aws, &role).vpc_config(vpc);
        let text = refused(connected.clone().send().await);
        assert!(text.contains("does not have permissions to call CreateNetworkInterface on EC2"), "{make}: {text}");
        connected.send().await.expect("a function");
        revisions(&aws).await;
        let shown = function(&aws).await.vpc_config.expect("its subnets");
        assert_eq!(shown.ipv6_allowed_for_dual_stack(), Some(false), "{make}");
        let none =
            types::VpcConfig::builder().set_subnet_ids(Some(Vec::new())).set_security_group_ids(Some(Vec::new()));
        let update = aws.write.lambda.update_function_configuration().function_name("f");
        update.vpc_config(none.build()).send().await.expect("an update");
        revisions(&aws).await;
        let shown = function(&aws).await.vpc_config.expect("empty lists");
        assert_eq!((shown.subnet_ids(), shown.security_group_ids()), (&[][..], &[][..]), "{make}");
    }
}

/// The SDK's types know no such members, so what is on the wire is read.
#[tokio::test]
async fn listings_of_layers_do_not_say_what_versions_are_made_from() {
    for make in MAKES {
        let emulator = endpoint(make).await;
        let proxy = Replay::start(&emulator);
        let region = REGION.parse().expect("a region");
        let aws = Aws::emulator(&region, &proxy.endpoint(), &account()).await.expect("clients");
        let content = types::LayerVersionContentInput::builder().zip_file(Blob::new(zip("main.py", ""))).build();
        let made = aws.write.lambda.publish_layer_version().layer_name("l").content(content).send().await;
        assert!(made.expect("a version").content.is_some_and(|content| content.code_sha256.is_some()), "{make:?}");
        aws.read.lambda.list_layers().send().await.expect("a listing");
        aws.read.lambda.list_layer_versions().layer_name("l").send().await.expect("a listing");
        let recorded = proxy.recorded();
        for operation in ["ListLayers", "ListLayerVersions"] {
            let answer =
                recorded.iter().find(|answer| answer.operation.ends_with(&format!(" {operation}"))).expect("a listing");
            let text = String::from_utf8(answer.body.clone()).expect("text");
            assert!(text.contains("LayerVersionArn"), "{make:?} {operation}: {text}");
            for member in ["Content", "CodeSha256", "LicenseInfo", "Description"] {
                assert!(!text.contains(member), "{make:?} {operation} {member}: {text}");
            }
        }
    }
}

#[tokio::test]
async fn what_lambda_says_of_aliases_and_of_what_is_kept_ready() {
    for (make, aws) in both().await {
        let (lambda, role) = (&aws.write.lambda, role(&aws, "r", "lambda.amazonaws.com").await);
        while create(&aws, &role).send().await.is_err() {}
        revisions(&aws).await;
        let published = lambda.publish_version().function_name("f").send().await.expect("a version");
        let version = published.version.expect("its number");
        assert_eq!(published.state.expect("a state").as_str(), "Pending", "{make}");
        let again = lambda.publish_version().function_name("f").description("other").send().await.expect("a version");
        assert_eq!(again.version.as_deref(), Some(version.as_str()), "{make}: nothing has changed");
        let listed = aws.read.lambda.list_versions_by_function().function_name("f").send().await.expect("versions");
        assert!(listed.versions().iter().all(|one| one.state.is_none()), "{make}");
        let alias = || lambda.create_alias().function_name("f").name("live").function_version(&version);
        alias().send().await.expect("an alias");
        assert!(refused(alias().send().await).contains("Alias already exists"), "{make}");
        let text = refused(lambda.delete_function().function_name("f").qualifier(&version).send().await);
        assert!(text.contains("ResourceConflictException"), "{make}: {text}");
        let keep = |count| {
            let put = lambda.put_provisioned_concurrency_config().function_name("f").qualifier("live");
            put.provisioned_concurrent_executions(count).send()
        };
        refused(keep(0).await);
        let kept = keep(2).await.expect("it is kept").status.expect("a status");
        assert_eq!(kept.as_str(), "IN_PROGRESS", "{make}");
        for _ in 0..2 {
            lambda.delete_alias().function_name("f").name("live").send().await.expect("no alias");
        }
    }
}
