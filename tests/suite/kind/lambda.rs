//! Functions and their permissions on both emulators.

use std::collections::BTreeMap;
use std::path::Path;

use aws_sdk_lambda::primitives::Blob as Bytes;
use aws_sdk_lambda::types;
use serverless_app::aws::lambda::{
    Blob, FileSystemConfig, Function, LoggingConfig, PackageType, Permission, RuntimeManagementConfig, Statement,
    VpcConfig, Way,
};
use serverless_app::aws::{Aws, Id, Kind, PlanReader, State, Tags};
use serverless_app::canonical::Sha;
use serverless_app::name::Owner;
use serverless_app::text::{OutputRef, Outputs, Text};
use tempfile::TempDir;

use crate::lifecycle::{emulators, id, lead, observe, see};
use crate::support::files::zip;

/// A zip with a handler that answers `word`, put into `folder` by its digest. Gives its `CodeSha256`.
pub(super) fn code(folder: &Path, word: &str) -> String {
    let bytes = zip("main.py", &format!("def handler(event, context):\n    return {word:?}\n"));
    let sha = Sha::of(&bytes);
    std::fs::write(folder.join(format!("{}.zip", sha.hex())), bytes).unwrap();
    Blob::of(&sha).code_sha256()
}

/// A role that functions may run with: an emulator asks for one that exists.
pub(super) async fn role(aws: &Aws, name: &str) -> String {
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}}]}"#;
    let made = aws.write.iam.create_role().role_name(name).assume_role_policy_document(trust).send().await;
    made.expect("a role").role.expect("a role").arn
}

/// The ARN of a new version of a layer.
async fn layer(aws: &Aws, folder: &Path, name: &str) -> String {
    code(folder, name);
    let zip = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let content = types::LayerVersionContentInput::builder().zip_file(Bytes::new(std::fs::read(zip).unwrap())).build();
    let made = aws.write.lambda.publish_layer_version().layer_name(name).content(content).send().await;
    made.expect("a layer").layer_version_arn.expect("its ARN")
}

pub(super) async fn topic(aws: &Aws, name: &str) -> String {
    aws.write.sns.create_topic().name(name).send().await.expect("a topic").topic_arn.expect("its ARN")
}

fn pairs<V: for<'v> From<&'v str>>(pairs: &[(&str, &str)]) -> BTreeMap<String, V> {
    pairs.iter().map(|(key, value)| (key.to_string(), (*value).into())).collect()
}

/// A function with nothing but what it must have.
pub(super) fn plain(code: &str, role: &str) -> Function {
    Function {
        code_sha256: code.into(),
        runtime: "python3.11".into(),
        handler: "main.handler".into(),
        package_type: PackageType::Zip,
        image_config: None,
        role: role.into(),
        description: String::new(),
        memory_size: 128,
        timeout: 3,
        architecture: "x86_64".into(),
        environment: BTreeMap::new(),
        tracing_mode: "PassThrough".into(),
        layers: Vec::new(),
        dead_letter_target_arn: None,
        ephemeral_storage_size: 512,
        reserved_concurrent_executions: None,
        logging_config: LoggingConfig::default(),
        kms_key_arn: None,
        vpc_config: VpcConfig::default(),
        file_system_config: None,
        runtime_management_config: None,
        recursive_loop: None,
        snap_start: None,
        release: None,
        url: None,
        invoke_config: None,
        tags: Tags::new(),
        way: Way::default(),
    }
}

fn logs(format: &str, levels: [Option<&str>; 2], group: Option<&str>) -> LoggingConfig {
    let [application_log_level, system_log_level] = levels.map(|level| level.map(str::to_owned));
    let log_group = group.map(str::to_owned);
    LoggingConfig { log_format: format.into(), application_log_level, system_log_level, log_group }
}

fn vpc(subnets: &[&str], groups: &[&str], ipv6: bool) -> VpcConfig {
    let set = |ids: &[&str]| ids.iter().map(|id| id.to_string()).collect();
    VpcConfig { subnet_ids: set(subnets), security_group_ids: set(groups), ipv6_allowed_for_dual_stack: ipv6 }
}

fn runtime(on: &str, version: Option<&str>) -> RuntimeManagementConfig {
    RuntimeManagementConfig { update_runtime_on: on.into(), runtime_version_arn: version.map(str::to_owned) }
}

fn file_system(number: usize) -> FileSystemConfig {
    let arn = format!("arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/fsap-0123456789abcdef{number}");
    FileSystemConfig { arn, local_mount_path: format!("/mnt/{number}") }
}

#[tokio::test]
async fn a_function_goes_through_its_whole_life() {
    for (emulator, aws) in emulators().await {
        let blobs = TempDir::new().unwrap();
        let layers = [layer(&aws, blobs.path(), "one").await, layer(&aws, blobs.path(), "two").await];
        let topics = [topic(&aws, "one").await, topic(&aws, "two").await];
        let roles = [role(&aws, "one").await, role(&aws, "two").await];
        let codes = [code(blobs.path(), "first"), code(blobs.path(), "second")];
        let aws = aws.with_blobs(blobs.path().into());
        let id = id(&aws, Kind::Function, "life", "suite--test-life").await;
        let mut known = Outputs::new();
        let full = Function {
            description: "First".into(),
            memory_size: 256,
            timeout: 10,
            environment: pairs(&[("ONE", "1"), ("TWO", "2")]),
            tracing_mode: "Active".into(),
            layers: layers.iter().cloned().map(Text::from).collect(),
            dead_letter_target_arn: Some(topics[0].clone()),
            ephemeral_storage_size: 1024,
            reserved_concurrent_executions: Some(5),
            logging_config: logs("JSON", [Some("DEBUG"), Some("WARN")], None),
            kms_key_arn: Some("arn:aws:kms:us-east-1:123456789012:key/one".into()),
            vpc_config: vpc(&["subnet-1", "subnet-2"], &["sg-1"], true),
            file_system_config: Some(file_system(0)),
            runtime_management_config: Some(runtime("Manual", Some("arn:aws:lambda:us-east-1::runtime:0123"))),
            recursive_loop: Some("Allow".into()),
            tags: pairs(&[("a", "1"), ("b", "2")]),
            ..plain(&codes[0], &roles[0])
        };
        let other = Function {
            runtime: "python3.12".into(),
            handler: "main.other".into(),
            description: "Second".into(),
            memory_size: 512,
            timeout: 20,
            architecture: "arm64".into(),
            environment: pairs(&[("TWO", "two"), ("THREE", "3")]),
            tracing_mode: "PassThrough".into(),
            layers: layers.iter().rev().cloned().map(Text::from).collect(),
            dead_letter_target_arn: Some(topics[1].clone()),
            ephemeral_storage_size: 2048,
            reserved_concurrent_executions: Some(0),
            logging_config: logs("Text", [None, None], Some("/suite/shared")),
            kms_key_arn: Some("arn:aws:kms:us-east-1:123456789012:key/two".into()),
            vpc_config: vpc(&["subnet-2"], &["sg-1", "sg-2"], false),
            file_system_config: Some(file_system(1)),
            runtime_management_config: Some(runtime("FunctionUpdate", None)),
            tags: pairs(&[("b", "3"), ("c", "4")]),
            ..plain(&codes[1], &roles[1])
        };
        let bare = plain(&codes[1], &roles[1]);
        for want in
            [Some(full.marked(false)), Some(other.marked(false)), Some(bare), None].map(|want| want.map(State::from))
        {
            let sent = lead(&aws, &id, want.as_ref(), &mut known).await;
            assert!(!sent.is_empty(), "{emulator}");
        }
        assert_eq!(observe(&aws, &id, &mut known).await, None, "{emulator}");
    }
}

#[tokio::test]
async fn an_edit_of_a_function_by_hand_is_seen_and_repaired() {
    for (emulator, aws) in emulators().await {
        let blobs = TempDir::new().unwrap();
        let (role, code) = (role(&aws, "edit").await, code(blobs.path(), "edit"));
        let aws = aws.with_blobs(blobs.path().into());
        let id = id(&aws, Kind::Function, "edit", "suite--test-edit").await;
        let mut known = Outputs::new();
        let want = State::from(Function {
            environment: pairs(&[("ONE", "1")]),
            tags: pairs(&[("a", "1")]),
            ..plain(&code, &role)
        });
        lead(&aws, &id, Some(&want), &mut known).await;
        let theirs = types::Environment::builder().variables("ONE", "other").build();
        let update = aws.write.lambda.update_function_configuration().function_name(&id.name);
        let json = types::LoggingConfig::builder().log_format(types::LogFormat::Json).build();
        update.environment(theirs).timeout(60).logging_config(json).send().await.expect("an update");
        let arn = id.site.arn("lambda", &format!("function:{}", id.name));
        aws.write.lambda.tag_resource().resource(arn).tags("z", "9").send().await.expect("a tag");
        let Some(State::Function(live)) = observe(&aws, &id, &mut known).await.map(|o| o.state) else {
            panic!("{emulator}: it is gone")
        };
        assert_eq!(live.environment["ONE"], Text::from("other"), "{emulator}");
        assert_eq!((live.timeout, live.tags["z"].as_str()), (60, "9"), "{emulator}");
        assert_eq!(live.logging_config, logs("JSON", [Some("INFO"); 2], None), "{emulator}");
        let sent = lead(&aws, &id, Some(&want), &mut known).await;
        assert_eq!(sent, ["lambda:UpdateFunctionConfiguration", "lambda:UntagResource"], "{emulator}");
        lead(&aws, &id, None, &mut known).await;
    }
}

#[tokio::test]
async fn an_update_of_a_function_that_somebody_else_has_changed_is_refused() {
    for (emulator, aws) in emulators().await {
        let blobs = TempDir::new().unwrap();
        let (role, code) = (role(&aws, "stale").await, code(blobs.path(), "stale"));
        let aws = aws.with_blobs(blobs.path().into());
        let id = id(&aws, Kind::Function, "stale", "suite--test-stale").await;
        let mut known = Outputs::new();
        let (first, second) = (plain(&code, &role), Function { timeout: 9, ..plain(&code, &role) });
        let (first, second) = (State::from(first), State::from(second));
        lead(&aws, &id, Some(&first), &mut known).await;
        let call = Kind::Function.next_call(&id, Some(&second), Some(&first)).expect("a call");
        let stale = call.resolve(Kind::Function, &known).expect("the revision is known");
        let update = aws.write.lambda.update_function_configuration().function_name(&id.name);
        update.description("meanwhile").send().await.expect("an update");
        see(&aws, &id, &mut Outputs::new(), |observed| observed.pending.is_none()).await;
        let refused = stale.send(&aws, &id).await.expect_err("the revision is stale");
        assert_eq!(refused.code.as_deref(), Some("PreconditionFailedException"), "{emulator}: {refused}");
        lead(&aws, &id, None, &mut known).await;
    }
}

/// A function to permit something on. Its permission has the same names.
pub(super) async fn with_function(aws: &Aws, blobs: &TempDir, name: &str) -> (Id, Id) {
    let (role, code) = (role(aws, name).await, code(blobs.path(), name));
    let physical = format!("suite--test-{name}");
    let function = id(aws, Kind::Function, name, &physical).await;
    lead(aws, &function, Some(&plain(&code, &role).into()), &mut Outputs::new()).await;
    (function, id(aws, Kind::Permission, name, &physical).await)
}

fn statement(principal: &str, source: Text, account: Option<&str>) -> Statement {
    Statement {
        principal: principal.into(),
        source_arn: Some(source),
        source_account: account.map(str::to_owned),
        ..Statement::default()
    }
}

fn permission(statements: &[(&str, Statement)]) -> State {
    let statements = statements.iter().map(|(sid, statement)| (sid.to_string(), statement.clone()));
    Permission { statements: statements.collect() }.into()
}

/// The ARN of a method of an API whose id only AWS knows.
fn method(id: &Id, path: &str) -> (OutputRef, Text) {
    let api = OutputRef::new(&"apigateway.rest-api/api".parse().unwrap(), "id");
    let before = id.site.arn("execute-api", "");
    (api.clone(), Text::from(before).then(api).then(format!("/v1/{path}")))
}

#[tokio::test]
async fn a_permission_goes_through_its_whole_life() {
    for (emulator, aws) in emulators().await {
        let blobs = TempDir::new().unwrap();
        let aws = aws.with_blobs(blobs.path().into());
        let (function, id) = with_function(&aws, &blobs, "permit").await;
        let (api, post) = method(&id, "POST/items");
        let (_, get) = method(&id, "GET/items");
        let mut known = Outputs::from([(api, "abc123".to_owned())]);
        let account = id.site.account.to_string();
        let gateway = |source: &Text| statement("apigateway.amazonaws.com", source.clone(), Some(&account));
        let topic = statement("sns.amazonaws.com", id.site.arn("sns", "alerts").into(), None);
        let first = permission(&[("api-post", gateway(&post)), ("topic-alerts", topic)]);
        let second = permission(&[("api-post", gateway(&get)), ("api-get", gateway(&get))]);
        for (want, calls) in [(Some(first), 2), (Some(second), 4), (None, 2)] {
            let sent = lead(&aws, &id, want.as_ref(), &mut known).await;
            assert_eq!(sent.len(), calls, "{emulator}: {sent:?}");
        }
        assert_eq!(observe(&aws, &id, &mut known).await, None, "{emulator}");
        lead(&aws, &function, None, &mut Outputs::new()).await;
        assert_eq!(observe(&aws, &id, &mut known).await, None, "{emulator}: without its function");
    }
}

#[tokio::test]
async fn a_statement_that_somebody_has_added_is_removed() {
    for (emulator, aws) in emulators().await {
        let blobs = TempDir::new().unwrap();
        let aws = aws.with_blobs(blobs.path().into());
        let (function, id) = with_function(&aws, &blobs, "foreign").await;
        let mut known = Outputs::new();
        let topic = statement("sns.amazonaws.com", id.site.arn("sns", "alerts").into(), None);
        let want = permission(&[("topic-alerts", topic)]);
        lead(&aws, &id, Some(&want), &mut known).await;
        let add = |sid: &str, principal: &str| {
            let request = aws.write.lambda.add_permission().function_name(&id.name).statement_id(sid);
            request.action("lambda:InvokeFunction").principal(principal).send()
        };
        add("theirs", "events.amazonaws.com").await.expect("a service");
        add("account", "111122223333").await.expect("an account");
        let Some(State::Permission(live)) = observe(&aws, &id, &mut known).await.map(|o| o.state) else {
            panic!("{emulator}: it is gone")
        };
        assert_eq!(live.statements["theirs"].principal, "events.amazonaws.com", "{emulator}");
        assert!(live.statements["account"].foreign.is_some(), "{emulator}: {live:?}");
        let sent = lead(&aws, &id, Some(&want), &mut known).await;
        assert_eq!(sent, ["lambda:RemovePermission", "lambda:RemovePermission"], "{emulator}");
        lead(&aws, &function, None, &mut Outputs::new()).await;
    }
}

#[tokio::test]
async fn functions_are_found_by_their_log_groups() {
    for (emulator, aws) in emulators().await {
        let owner = Owner { app: "suite".parse().unwrap(), stage: "test".parse().unwrap() };
        for group in ["/aws/lambda/suite--test-found", "/aws/lambda/other--test-found"] {
            aws.write.logs.create_log_group().log_group_name(group).send().await.expect("a group");
        }
        for kind in [Kind::Function, Kind::Permission] {
            let found = kind.find(&PlanReader::new(&aws), &owner).await.expect("a listing");
            let names: Vec<_> = found.into_iter().map(|found| found.name).collect();
            assert_eq!(names, ["suite--test-found"], "{emulator}");
        }
    }
}
